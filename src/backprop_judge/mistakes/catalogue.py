"""The mistakes that several lessons know: what each is called, what is said of it, and the hints.

A message says what was seen in the numbers. Hints go from a question to the formula in
words; none holds code.
"""

from .registry import mistake

# --- the call -------------------------------------------------------------------------------------

mistake(
    "not-implemented",
    "The answer is still to be written.",
    "{said}",
)
mistake(
    "crashed",
    "It raises an exception.",
    "your code raised {type}{line}{said}",
    "What does the message complain about: a name, a type or a shape?",
    "A name must get its value inside the function before it is used. Where shapes do not fit, "
    "write down the shape of each array in that line, and of what should come out.",
)
mistake(
    "did-not-run",
    "Its cell did not run.",
    "{said}",
    "Which line of the cell does the message under it point to? A bracket or a colon that is "
    "missing is often noticed one line later.",
)
mistake(
    "ended-process",
    "It takes the whole Python process down.",
    "calling your function had to be stopped: {said}",
    "Does your function leave Python, start programs, or ask for very much memory?",
    "It needs nothing but its arguments: compute with them, and return what comes out.",
)
mistake(
    "no-end",
    "It takes too long.",
    "your function {said}{line}",
    "How often does that line run in one call, and how large are the arrays in it?",
    "Is all of that work needed in every turn of the loop? And does each `while` loop change what "
    "its condition reads?",
)
mistake(
    "wrong-signature",
    "It cannot be called with the arguments of the exercise.",
    "it is called as `{wanted}`, with {count} arguments in this order; {said}",
    "Compare the line with `def` to the one that the exercise gives.",
)
mistake(
    "wrong-return",
    "It returns something of another number or kind.",
    "{said}",
    "What stands behind `return` in your function?",
)
mistake(
    "wrong-shape",
    "A shape that no known slip explains.",
    "expected {wanted}; received {came}",
    "Compare the two shapes size by size. Which one differs, and what decides it in your code?",
    "Which axis counts the units, and which the examples or the inputs?",
    "Write down the shapes of the factors and of the result, line by line.",
)
mistake(
    "wrong-value",
    "Values that no known slip explains.",
    "{said}",
    "Compute this value by hand, for small numbers of your own. In a network take one unit and "
    "one example. At which step does your function begin to differ?",
    "A check calls your function with numbers of its own. Does it work with its arguments alone?",
    "If both numbers look the same, look at the relative error: a formula is exact, a nudge and a "
    "rounded number are not.",
)
mistake(
    "wrong-at-the-ends",
    "It is wrong where activations come near to 0 or 1.",
    "right in other networks, but not in one whose activations come as near to 0 and to 1 as "
    "0.000001: {said}",
    "Does your function change activations, or keep any number away from 0 or 1?",
    "Does it divide by something that can come near to 0?",
)
mistake(
    "uses-globals",
    "It reads a variable of the notebook in place of an argument.",
    "your function reads the notebook's own {variable}; it must work only with the arguments that "
    "it is given",
    "Which names in your function are neither arguments nor made inside it?",
    "A check calls your function with networks of its own; a variable of the notebook still "
    "holds the network of the lesson.",
)
mistake(
    "constant",
    "It returns the same numbers for whatever arguments.",
    "the same numbers come back for other arguments; work with the arguments",
    "Which of the arguments does your function use?",
    "Numbers that are typed in belong to one example. A check comes with examples of its own.",
)
mistake(
    "keeps-state",
    "It remembers something between calls.",
    "called a second time with the same arguments, it returned something else{said}",
    "What does your function leave behind when it returns?",
    "Look for a list or an array that is made outside of the function and changed inside.",
)
mistake(
    "random",
    "It draws random numbers.",
    "called again with the same arguments it returns something else, since it draws random numbers",
    "Which line of your function draws a random number, and does the exercise ask for one?",
    "What is asked for follows from the arguments alone: it is the same each time.",
)
mistake(
    "not-repeatable",
    "It draws from another source of random numbers.",
    "called twice, each time with an `rng` in the same state, it returned something else{said}",
    "Which generator do your random numbers come from? And what does your function leave behind "
    "when it returns?",
    "Draw all random numbers from `rng`: then a run can be repeated to the last digit.",
)
mistake(
    "mutates-input",
    "It changes an array that belongs to the caller.",
    "your function changes {these}{line}; work on a copy (this counts like one more value that is "
    "wrong)",
    "What happens to the caller's array when you assign into it, or use an operator such as "
    "`+=` on it?",
    "An assignment with an operator changes the array itself; an operation without it makes a "
    "new array.",
)
mistake(
    "warned",
    "numpy warns while it runs.",
    "numpy warned while it ran: {warning}",
    "For which z does an exponential become too large for a float?",
    "The exponential of a number that is not positive is never too large. Which such number has "
    "the size of z, whatever the sign of z?",
    "numpy computes both sides of a choice before it chooses: neither side may overflow.",
)
mistake(
    "hard-coded-size",
    "It works for one size of the network only.",
    "right on the network of XOR (2 inputs, 2 hidden units, 1 output, 4 examples), but {seen} on "
    "other sizes",
    "Which sizes are equal in the XOR network? Does one of them stand in the place of another, or "
    "stand there as a number?",
    "Every size comes from the arguments of the function.",
)
mistake(
    "elementwise-product",
    "It multiplies entry by entry where a matrix product belongs.",
    "an entry-by-entry product `*` stands where a matrix product `@` belongs; it only fits where "
    "sizes happen to coincide",
    "What are the shapes of the two factors, and what shape should come out?",
    "A gradient of weights has one entry for each pair of a unit and one of its inputs, summed "
    "over the examples.",
    "Rows of one factor meet columns of the other: that is a matrix product, and the shapes tell "
    "which factor stands transposed.",
)
mistake(
    "wrong-order",
    "It returns the right arrays in another order.",
    "the values come in the order {order}; the order asked for is {wanted}",
    "Compare the line with `return` to the order that the exercise asks for. If it is right, look "
    "at what each name in it was given.",
)

# --- the path backwards ---------------------------------------------------------------------------

mistake(
    "missing-output-slope",
    "The slope of the output unit is left out.",
    "{except_}the slope of the output unit is missing{meaning}",
    "How does the activation of the output unit change when its pre-activation changes a little?",
    "Between the loss and the pre-activation stand two links: loss to activation, and activation "
    "to pre-activation.",
    "The error of an output unit is the difference to its target times the slope of its sigmoid "
    "there.",
)
mistake(
    "missing-hidden-slope",
    "The slope of the hidden units is left out.",
    "{except_}the slope of the hidden units is missing",
    "What lies between the activation of a hidden unit and its pre-activation?",
    "The error that arrives at an activation must pass the sigmoid to reach the pre-activation.",
    "The error of a hidden unit is what arrives from the units above times the slope of its own "
    "sigmoid.",
)
mistake(
    "slope-of-activation",
    "The sigmoid is applied a second time inside its slope.",
    "the slope of the sigmoid is taken at the activation; it belongs at the pre-activation",
    "Does your slope expect a pre-activation or an activation, and which do you give it?",
    "An activation has already been through the sigmoid. Putting it through once more gives the "
    "slope at another place.",
    "Written with the activation, the slope of the sigmoid is the activation times one minus the "
    "activation.",
)
mistake(
    "tanh-slope",
    "The slope of the hyperbolic tangent is used on a sigmoid unit.",
    "the slope is one minus the square of the activation: either that of a tanh unit, where this "
    "network has sigmoids, or parentheses are missing",
    "Which function does the unit apply, and what is the slope of that function?",
    "The slope of tanh is one minus the square of the activation; the sigmoid has another one.",
    "The slope of a sigmoid is the activation times one minus the activation.",
)
mistake(
    "half-of-slope",
    "One of the two factors of the slope stands alone.",
    "{which} stands where the slope of the unit belongs",
    "Where the activation is nearly 1, is the sigmoid steep or flat? And where it is nearly 0?",
    "Written with the activation, the slope of a sigmoid is a product of two factors.",
)
mistake(
    "sign-in-slope",
    "A sign inside the slope is wrong.",
    "a sign inside the slope of the unit is wrong: one plus the activation stands in it",
    "Where the activation is nearly 1, is the sigmoid steep or flat?",
)
mistake(
    "relu-slope",
    "The slope of a rectifier is used on a sigmoid unit.",
    "the slope is that of a rectifier: 1 where the pre-activation is positive, else 0; the units of "
    "this network are sigmoids",
    "Which function does the unit apply, and what is the slope of that function?",
)
mistake(
    "slope-twice",
    "The slope is multiplied in twice.",
    "the slope of the unit is multiplied in twice",
    "How many links lie between the pre-activation and the activation of a unit?",
)
mistake(
    "formula-at-z",
    "The formula for the slope is given the pre-activation.",
    "the formula for the slope is applied to the pre-activation; it belongs to the activation",
    "The slope of a sigmoid can be written with its activation. Which number do you put in?",
)
mistake(
    "sigmoid-for-slope",
    "The sigmoid of the activation stands where the slope belongs.",
    "the sigmoid of the activation stands where the slope of the unit belongs",
    "How fast does the activation change when the pre-activation changes a little?",
)
mistake(
    "slope-times-z",
    "The slope is multiplied by the pre-activation.",
    "the slope is multiplied by the pre-activation; it is only taken there",
    "What does it mean that a slope is taken at z?",
)
mistake(
    "W2-reshaped",
    "W2 is reshaped where it should be transposed.",
    "the error comes back through a `W2` that is reshaped, not transposed: its numbers stand in "
    "other places",
    "Where does the first row go when you transpose, and where when you reshape?",
)
mistake(
    "gradient-for-W2",
    "The error comes back through the gradient of W2.",
    "the error comes back through the gradient `dW2`; it comes back through the weights `W2`",
    "Through which numbers did the hidden activations reach the output on the way forward?",
)
mistake(
    "one-output",
    "Only one output sends its error back.",
    "only the {which} output unit sends its error back; each of them does",
    "Along how many paths does one hidden unit act on the loss?",
)
mistake(
    "weights-as-shares",
    "The weights on the way back are divided by their sum.",
    "the error comes back through weights that are divided by the sum of their row in `W2`; it comes "
    "back through the weights as they are",
    "How strongly does the output answer to a hidden unit: by its weight, or by its share in all "
    "weights?",
)
mistake(
    "missing-W2",
    "The error reaches the hidden layer without the weights between.",
    "the error comes back to the hidden units without passing the weights `W2`",
    "Through which weight does a hidden unit act on an output unit?",
    "A hidden unit that acts strongly on a wrong output has a large share in its error.",
    "What arrives at a hidden unit is the sum of the output errors, each times the weight that "
    "leads from this hidden unit to that output.",
)
mistake(
    "updated-W2",
    "W2 is changed before the hidden error is computed.",
    "the error comes back through a `W2` that was already updated",
    "At which weights was the loss computed whose gradient you want?",
    "All gradients belong to the same network. Compute all of them, then update.",
)
mistake(
    "wrong-input",
    "A gradient of weights is built from another layer's input.",
    "built from the wrong input: a gradient of weights combines the error of the layer with what "
    "this layer receives, `{input}`",
    "Which array does this layer multiply with its weights on the way forward?",
    "The gradient of one weight is the error of the unit it leads to, times the number it "
    "multiplies.",
)

mistake(
    "slope-for-input",
    "The formula for the slope is applied to the input of the layer.",
    "the formula for the slope is applied to `{input}`, which the layer receives; it enters as it is",
    "How does the pre-activation of a unit change with one of its weights?",
)
mistake(
    "missing-input",
    "The input of the layer is left out.",
    "the input of the layer is left out: every weight of a unit gets the same number",
    "How does the pre-activation of a unit change with one of its weights?",
    "The gradient of one weight is the error of the unit it leads to, times the number it "
    "multiplies.",
)

# --- the arrangement and the size -----------------------------------------------------------------

mistake(
    "transposed",
    "It stands transposed.",
    "transposed: rows and columns are exchanged",
    "What should a row of this array belong to, and what a column?",
    "If it is a product, write the shapes of the factors side by side: which sizes must be left "
    "over?",
    "Each value has the shape that the exercise gives for it; a gradient has the shape of what "
    "it is the gradient of.",
)
mistake(
    "bias-not-summed",
    "The gradient of a bias is not summed over the examples.",
    "one column for each example: the gradient of a bias sums over the examples",
    "How many biases does the layer have, and how many numbers do you return?",
    "One bias serves all examples, so each example pulls at the same number.",
    "The gradient of a bias is the sum of the errors of its unit over all examples.",
)
mistake(
    "bias-flat",
    "A bias is one-dimensional.",
    "one-dimensional: it must be a column, of shape (n, 1)",
    "How many sizes does the shape of a column have?",
    "If it comes from a sum: a sum over an axis takes the axis away, or keeps it with length one "
    "if it is told to.",
)
mistake(
    "bias-from-weights",
    "The gradient of a bias is a sum over the gradients of the weights.",
    "the gradients of the weights of each unit are added up; a bias has a gradient of its own, in "
    "which no input stands",
    "What does a bias multiply on the way forward?",
)
mistake(
    "one-bias",
    "One number stands for the biases of a layer.",
    "one sum over all units and examples; each unit has a bias of its own",
    "How many biases does the layer have?",
)
mistake(
    "bias-wrong-axis",
    "The gradient of a bias is summed over the units.",
    "summed over the units; a bias belongs to one unit, so sum over the examples",
    "Which axis counts the units, and which the examples?",
    "Examples stand in columns: going along a row passes through the examples.",
)
mistake(
    "sign-flipped",
    "The sign is turned round.",
    "the sign is turned round",
    "If the output is above its target, should the derivative be positive or negative?",
    "The derivative of half the square of a difference is the difference: output minus target.",
)
mistake(
    "averaged",
    "It is divided by the number of examples.",
    "divided by {divisor}: the loss of this course is a sum, and no average",
    "Is the loss of this course a sum or a mean over the examples?",
    "Nothing is divided by a count: what is summed in the loss is summed in its gradient.",
)
mistake(
    "doubled",
    "It is twice too large.",
    "a factor 2 is too much: the loss holds a factor one half, which cancels the two of the square "
    "in its derivative",
    "Where is the one half of the loss in your function? What is the derivative of one half of a "
    "square?",
    "The loss carries the factor one half in order that no factor is left in its derivative.",
)
mistake(
    "scaled",
    "It is the right value times a constant.",
    "every entry is multiplied by {factor}",
    "Which constant do you multiply with, and where does it come from?",
    "What is asked for holds no constant of its own: a gradient none that is not in the loss, and "
    "a learning rate belongs to the update.",
)
mistake(
    "normalized",
    "It is divided by its own length.",
    "divided by its own length: the squares of the entries add up to 1",
    "What is asked for is the gradient, with its length: it says how steep the loss is.",
)
mistake(
    "other-multiples",
    "It is a multiple, by another factor in each call.",
    "a multiple of the right value, and the factor is another one in each call, such as {factors}",
    "Which number in your function multiplies or divides everything, and from what is it computed?",
)
mistake(
    "examples-dropped",
    "Only one of the examples counts.",
    "only one of the examples is counted; the loss sums over all of them",
    "How many of the columns take part in your sum?",
    "In a loop over the examples, look at what is added up and what is overwritten.",
)
mistake(
    "first-left-out",
    "The first example is not counted.",
    "the first example is left out; the loss sums over all of them",
    "With which number does your loop or your slice begin?",
)
mistake(
    "last-left-out",
    "The last example is not counted.",
    "the last example is left out; the loss sums over all of them",
    "With which number does your loop or your slice end?",
)
mistake(
    "examples-not-summed",
    "The gradient of each example stands by itself.",
    "one matrix for each example; the gradient is their sum",
    "How many numbers does this gradient hold for each weight?",
)
mistake(
    "times-count",
    "It is multiplied by a count.",
    "multiplied by {divisor}",
    "What is summed in the loss is summed in its gradient: does anything multiply it besides?",
)
mistake(
    "clipped",
    "Large entries are cut off.",
    "entries larger than {limit} are cut off at {limit}",
    "Which operation limits the numbers? A gradient can be of any size.",
)
mistake(
    "shortened",
    "What is longer than a limit is shortened.",
    "right as long as the length of {which} is {limit} or less; what is longer is shortened to this "
    "length",
    "Which operation limits the length of your gradient, and what for? A gradient can be of any "
    "length.",
)
mistake(
    "signs-only",
    "Only the signs are left.",
    "the signs of the right numbers, and not the numbers: each entry is 1, -1 or 0",
    "Which operation turns a number into its sign? How large a gradient is counts as well.",
)
mistake(
    "axis-too-many",
    "There is an axis too many.",
    "in an array that has more axes than it should, each of length one",
    "How many axes does the array have that is asked for?",
)
mistake(
    "summed-up",
    "Everything is summed to one number.",
    "summed up to one number; each weight has a gradient of its own",
    "How many weights does the layer have?",
)
mistake(
    "sums-multiplied",
    "The sums over the examples are multiplied.",
    "errors and inputs are summed over the examples before they are multiplied; each example's "
    "error belongs to its own input",
    "Is a sum of products the same as the product of the sums?",
)
mistake(
    "flattened",
    "An axis is lost.",
    "the right values, but with an axis lost",
    "How many axes does the array have that is asked for?",
)
mistake(
    "squeezed",
    "An axis of length one is lost.",
    "the right values, but an axis is lost where its length is 1",
    "Which operation takes axes away? How many axes has the array for a network with one output?",
)
mistake(
    "reshaped",
    "It is reshaped where it should be transposed.",
    "reshaped, not transposed: the shape is right, but the numbers stand in other places",
    "Where does the first row go when you transpose, and where when you reshape?",
)
mistake(
    "all-ones",
    "It is one everywhere.",
    "every entry is 1",
    "A 1 can be one link of a chain. Which other links lie between this parameter and the loss?",
)
mistake(
    "integer-step",
    "An array of integers swallows the digits.",
    "whole numbers only: an array of integers, or a division that drops the remainder, has "
    "swallowed the digits",
    "Which type do the entries of the array have that you write into? And how do you divide?",
)
mistake(
    "all-zero",
    "It is zero everywhere.",
    "every entry is zero{shape}",
    "Is this array ever filled after it is made?",
    "Which of your operations could turn numbers into 0, such as one that cuts off digits?",
)
mistake(
    "empty",
    "Nothing stands in it.",
    "nothing stands in it: its length is 0",
    "Where is something put into it, and does your function come past that line?",
)
mistake(
    "not-finite",
    "It holds nan or infinity.",
    "there is {bad} among the values; all must be finite",
    "Which of your operations divides, or takes an exponential of a large number?",
)
mistake(
    "follows",
    "It is wrong only because of another value.",
    "right for the `{source}` that you return, and wrong only because of it",
)
mistake(
    "rounded",
    "It is rounded.",
    "rounded to {rounding}; return the full precision",
    "Where do you round or change the type of the numbers?",
    "Round when you print, not when you compute.",
)

# --- what several lessons ask for -----------------------------------------------------------------

mistake(
    "wrong-variable",
    "The derivative is taken with respect to another variable.",
    "another variable stands in the place of the right one{instead}",
    "Which letter is moved a little, and which are held fixed? Which unit does each number in your "
    "formula belong to?",
    "In a product of two numbers, the derivative with respect to one of them is the other one.",
    "The slope of a sigmoid is made from the activation of the same unit, not from the "
    "pre-activation.",
)
mistake(
    "not-differentiated",
    "The value itself is returned in place of its derivative.",
    "this is the value itself; asked for is its derivative",
    "Do you want to know how large it is, or how fast it changes?",
)
mistake(
    "missing-bias",
    "A bias is left out.",
    "a bias is left out",
    "What does a unit compute when all of its inputs are zero?",
)
mistake(
    "not-updated",
    "It is returned as it came.",
    "this stays as it was at the start",
    "Which of the arrays does your function change?",
    "In a loop, each turn must begin with what the turn before has made. With what does yours "
    "begin?",
)
mistake(
    "inverted",
    "The labels are exchanged.",
    "0 and 1 are exchanged",
    "Which label belongs to an output near 1?",
)
mistake(
    "plus-minus-one",
    "The labels are -1 and 1.",
    "the labels are -1 and 1; asked for are 0 and 1",
    "Which two numbers stand in Y?",
)
