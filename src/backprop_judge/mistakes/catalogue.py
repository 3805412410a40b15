"""What each mistake is called, what is said about it, and the hints that unfold.

A message says what was seen in the numbers. Hints go from a question to the formula in
words; none holds code.
"""

from dataclasses import dataclass

CATALOGUE: dict[str, "Mistake"] = {}


@dataclass(frozen=True)
class Mistake:
    """One entry: the code, what people do, the message about it, and up to three hints.

    `message` may hold places in braces, filled in from the details of a case.
    """

    code: str
    name: str
    message: str
    hints: tuple[str, ...] = ()


def enter(code, name, message, *hints):
    """Add one mistake to the catalogue; raise ValueError if its code is taken or no text."""
    if not isinstance(code, str) or code in CATALOGUE:
        raise ValueError(f"the code of a mistake is a text that is not yet in use, not {code!r}")
    CATALOGUE[code] = Mistake(code, name, message, hints)


# --- about the call ----------------------------------------------------------------------

enter("not-implemented", "The answer is still to be written.",
      "{said}")  # fmt: skip
enter(
    "crashed",
    "It raises an exception.",
    "your code raised {type}{line}{said}",
    "What does the message complain about: a name, a type or a shape?",
    "A name must get its value inside the function before it is used. Where shapes do not fit, "
    "print the shapes of the arrays in that line.",
)
enter(
    "ended-process",
    "It takes the whole Python process down.",
    "calling your function had to be stopped: {said}",
    "Does your function leave Python, start programs, or ask for very much memory?",
    "It needs nothing but its arguments: compute with them, and return what comes out.",
)
enter(
    "no-end",
    "It does not come back.",
    "your function {said}{line}",
    "Does a loop of yours have an end that is never reached, or do the same work over and over?",
)
enter(
    "wrong-signature",
    "It cannot be called with the arguments of the exercise.",
    "it is called as `{wanted}`, with {count} arguments in this order; {said}",
    "Compare the line with `def` to the one that the exercise gives.",
)
enter(
    "wrong-return",
    "It returns something of another number or kind.",
    "{said}",
    "What stands behind `return` in your function?",
)
enter(
    "wrong-shape",
    "A shape that no known slip explains.",
    "expected {wanted}; received {came}",
    "Compare the two shapes size by size. Which one differs, and what decides it in your code?",
    "Which axis counts the units, and which the examples or the inputs?",
    "Write down the shapes of the factors and of the result, line by line.",
)
enter(
    "wrong-value",
    "Values that no known slip explains.",
    "{said}",
    "Compute this value by hand, for small numbers of your own. In a network take one unit and "
    "one example. At which step does your function begin to differ?",
    "A check calls your function with numbers of its own. Does it work with its arguments alone?",
    "If both numbers look the same, look at the relative error: a formula is exact, a nudge and a "
    "rounded number are not.",
)

enter(
    "uses-globals",
    "It reads a variable of the notebook in place of an argument.",
    "your function reads the notebook's own variable `{variable}`; it must work only with the "
    "arguments that it is given",
    "Which names in your function are neither arguments nor made inside it?",
    "A check calls your function with networks of its own; a variable of the notebook still "
    "holds the network of the lesson.",
)
enter(
    "constant",
    "It returns the same numbers for whatever arguments.",
    "the same numbers come back for whatever arguments; work with the arguments",
    "Which of the arguments does your function use?",
    "Numbers that are typed in belong to one example. A check comes with examples of its own.",
)
enter(
    "keeps-state",
    "It remembers something between calls.",
    "called a second time with the same arguments, it returned something else",
    "What does your function leave behind when it returns?",
    "Look for a list or an array that is made outside of the function and changed inside.",
)
enter(
    "mutates-input",
    "It changes an array that belongs to the caller.",
    "your function changes {these}{line}; work on a copy",
    "What happens to the caller's array when you assign into it, or use an operator such as "
    "`+=` on it?",
    "An assignment with an operator changes the array itself; an operation without it makes a "
    "new array.",
)
enter(
    "hard-coded-size",
    "It works for one size of the network only.",
    "right on the network of XOR (2 inputs, 2 hidden units, 1 output, 4 examples), but {seen} on "
    "other sizes",
    "Which sizes are equal in the XOR network? Does one of them stand in the place of another, or "
    "stand there as a number?",
    "Every size comes from the arguments of the function.",
)
enter(
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
enter(
    "wrong-order",
    "It returns the right arrays in another order.",
    "the values are right, but they come in the order {order}; the order asked for is {wanted}",
    "Compare the line with `return` to the order that the exercise asks for. If it is right, look "
    "at what each name in it was given.",
)

# --- about the path backwards -----------------------------------------------------------------

enter(
    "missing-output-slope",
    "The slope of the output unit is left out.",
    "{except_}the slope of the output unit is missing{meaning}",
    "How does the activation of the output unit change when its pre-activation changes a little?",
    "Between the loss and the pre-activation stand two links: loss to activation, and activation "
    "to pre-activation.",
    "The error of an output unit is the difference to its target times the slope of its sigmoid "
    "there.",
)
enter(
    "missing-hidden-slope",
    "The slope of the hidden units is left out.",
    "{except_}the slope of the hidden units is missing",
    "What lies between the activation of a hidden unit and its pre-activation?",
    "The error that arrives at an activation must pass the sigmoid to reach the pre-activation.",
    "The error of a hidden unit is what arrives from the units above times the slope of its own "
    "sigmoid.",
)
enter(
    "slope-of-activation",
    "The sigmoid is applied a second time inside its slope.",
    "the slope of the sigmoid is taken at the activation; it belongs at the pre-activation",
    "Does your slope expect a pre-activation or an activation, and which do you give it?",
    "An activation has already been through the sigmoid. Putting it through once more gives the "
    "slope at another place.",
    "Written with the activation, the slope of the sigmoid is the activation times one minus the "
    "activation.",
)
enter(
    "tanh-slope",
    "The slope of the hyperbolic tangent is used on a sigmoid unit.",
    "the slope is that of a tanh unit; the units of this network are sigmoids",
    "Which function does the unit apply, and what is the slope of that function?",
    "The slope of tanh is one minus the square of the activation; the sigmoid has another one.",
    "The slope of a sigmoid is the activation times one minus the activation.",
)
enter(
    "missing-W2",
    "The error reaches the hidden layer without the weights between.",
    "the error comes back to the hidden units without passing the weights `W2`",
    "Through which weight does a hidden unit act on an output unit?",
    "A hidden unit that acts strongly on a wrong output has a large share in its error.",
    "What arrives at a hidden unit is the sum of the output errors, each times the weight that "
    "leads from this hidden unit to that output.",
)
enter(
    "updated-W2",
    "W2 is changed before the hidden error is computed.",
    "the error comes back through a `W2` that was already updated",
    "At which weights was the loss computed whose gradient you want?",
    "All gradients belong to the same network. Compute all of them, then update.",
)
enter(
    "wrong-input",
    "A gradient of weights is built from another layer's input.",
    "built from the wrong input: a gradient of weights combines the error of the layer with what "
    "this layer receives{input}",
    "Which array does this layer multiply with its weights on the way forward?",
    "The gradient of one weight is the error of the unit it leads to, times the number it "
    "multiplies.",
)
enter(
    "missing-error",
    "The difference to the target is left out.",
    "only the slope is here; how far the output is from its target is missing",
    "What is the derivative of the loss with respect to the activation?",
    "The error of an output unit is the difference to its target times the slope of its sigmoid "
    "there.",
)

# --- about the arrangement and the size ---------------------------------------------------------

enter(
    "transposed",
    "It stands transposed.",
    "transposed: rows and columns are exchanged",
    "What should a row of this array belong to, and what a column?",
    "If it is a product, write the shapes of the factors side by side: which sizes must be left "
    "over?",
    "Each value has the shape that the exercise gives for it; a gradient has the shape of what "
    "it is the gradient of.",
)
enter(
    "bias-not-summed",
    "The gradient of a bias is not summed over the examples.",
    "one column for each example: the gradient of a bias sums over the examples",
    "How many biases does the layer have, and how many numbers do you return?",
    "One bias serves all examples, so each example pulls at the same number.",
    "The gradient of a bias is the sum of the errors of its unit over all examples.",
)
enter(
    "bias-flat",
    "A bias is one-dimensional.",
    "one-dimensional: it must be a column, of shape (n, 1)",
    "How many sizes does the shape of a column have?",
    "If it comes from a sum: a sum over an axis takes the axis away, or keeps it with length one "
    "if it is told to.",
)
enter(
    "bias-wrong-axis",
    "The gradient of a bias is summed over the units.",
    "summed over the units; a bias belongs to one unit, so sum over the examples",
    "Which axis counts the units, and which the examples?",
    "Examples stand in columns: going along a row passes through the examples.",
)
enter(
    "sign-flipped",
    "The sign is turned round.",
    "the sign is turned round: every entry is minus the right one",
    "If the output is above its target, should the derivative be positive or negative?",
    "The derivative of half the square of a difference is the difference: output minus target.",
)
enter(
    "averaged",
    "It is divided by the number of examples.",
    "divided by {divisor}: this is an average, and the loss is a sum",
    "Is the loss of this course a sum or a mean over the examples?",
    "Nothing is divided by a count: what is summed in the loss is summed in its gradient.",
)
enter(
    "doubled",
    "It is twice too large.",
    "twice the right value: the loss holds a factor one half, which cancels the two of the square "
    "in its derivative",
    "Where is the one half of the loss in your function? What is the derivative of one half of a "
    "square?",
    "The loss carries the factor one half in order that no factor is left in its derivative.",
)
enter(
    "scaled",
    "It is the right value times a constant.",
    "{factor} times the right value, in every entry",
    "Which constant do you multiply with, and where does it come from?",
    "What is asked for holds no constant of its own: a gradient none that is not in the loss, and "
    "a learning rate belongs to the update.",
)
enter(
    "examples-dropped",
    "Only one of the examples counts.",
    "only one of the examples is counted; the loss sums over all of them",
    "How many of the columns take part in your sum?",
    "In a loop over the examples, look at what is added up and what is overwritten.",
)
enter("flattened", "An axis is lost.", "the right values, but with an axis lost",
      "How many axes does the array have that is asked for?")  # fmt: skip
enter("reshaped", "It is reshaped where it should be transposed.",
      "reshaped, not transposed: the shape is right, but the numbers stand in other places",
      "Where does the first row go when you transpose, and where when you reshape?")  # fmt: skip
enter("integer-step", "An array of integers swallows the digits.",
      "whole numbers only: an array of integers, or a division that drops the remainder, has "
      "swallowed the digits",
      "Which type do the entries of the array have that you write into? And how do you "
      "divide?")  # fmt: skip
enter("all-zero", "It is zero everywhere.", "every entry is zero",
      "Is this array ever filled after it is made?",
      "Which of your operations could turn numbers into 0, such as one that cuts off digits?")  # fmt: skip
enter(
    "not-finite",
    "It holds nan or infinity.",
    "there is {bad} among the values; all must be finite",
    "Which of your operations divides, or takes an exponential of a large number?",
)
enter("rounded", "It is rounded.", "rounded to {rounding}; return the full precision",
      "Where do you round or change the type of the numbers?",
      "Round when you print, not when you compute.")  # fmt: skip

# --- about scalars: the chain rule ------------------------------------------------------------

enter(
    "wrong-variable",
    "The derivative is taken with respect to another variable.",
    "another variable stands in the place of the right one: in the formula, or as the one that is "
    "moved",
    "Which letter is moved a little, and which are held fixed? Which unit does each number in your "
    "formula belong to?",
    "In a product of two numbers, the derivative with respect to one of them is the other one.",
    "The slope of a sigmoid is made from the activation of the same unit, not from the "
    "pre-activation.",
)
enter(
    "not-differentiated",
    "The value itself is returned in place of its derivative.",
    "this is the value itself; asked for is its derivative",
    "Do you want to know how large it is, or how fast it changes?",
)
enter(
    "missing-factor",
    "One link of the chain is left out.",
    "a product with one link missing",
    "Put a finger on the parameter and walk along the drawing to C: how many edges do you pass?",
    "Every edge on the way is one factor of the product.",
)
enter(
    "one-path",
    "Only one of the two paths is counted.",
    "only one of the two paths is here; the unit acts on the loss through both",
    "Along how many paths does a change of the unit reach the loss?",
    "The rates along one path multiply; the contributions of different paths add up.",
)
enter("product-of-paths", "The two paths are multiplied.",
      "the two paths are multiplied; their contributions add up",
      "If both paths push the loss up a little, what do they do together?")  # fmt: skip
enter("difference-of-paths", "The two paths are subtracted.",
      "the two paths are subtracted; their contributions add up",
      "If both paths push the loss up a little, what do they do together?")  # fmt: skip

# --- the forward pass -------------------------------------------------------------------------

enter("warned", "numpy warns while it runs.", "numpy warned while it ran: {warning}",
      "For which z does an exponential become too large for a float?",
      "The exponential of a number that is not positive is never too large. Which such number has "
      "the size of z, whatever the sign of z?",
      "numpy computes both sides of a choice before it chooses: neither side may "
      "overflow.")  # fmt: skip
enter("sign-of-exponent", "The exponent has the wrong sign.",
      "this falls where the sigmoid rises: look at the sign of the exponent",
      "What should come out for a large positive z?")  # fmt: skip
enter("tanh-activation", "The hyperbolic tangent is used.",
      "this is the hyperbolic tangent; the units of this network are sigmoids",
      "Between which two numbers do the values of a sigmoid lie?")  # fmt: skip
enter("not-the-activation", "Another quantity of the unit is returned.",
      "this is not the activation but another quantity of the same unit",
      "What do you return: the pre-activation, the activation, or its slope?")  # fmt: skip
enter("missing-sigmoid", "A layer lacks its sigmoid.",
      "a layer has no sigmoid: its pre-activations are passed on as they are",
      "How many layers does the network have, and how many sigmoids does your code apply?")  # fmt: skip
enter("sigmoid-twice", "The sigmoid is applied twice.", "the sigmoid is applied twice",
      "What has already been through the sigmoid?")  # fmt: skip
enter("missing-bias", "A bias is left out.", "a bias is left out",
      "What does a unit compute when all of its inputs are zero?")  # fmt: skip
enter("subtracted-bias", "The bias is subtracted.", "a bias is subtracted; it is added",
      "What does a positive bias do to the pre-activation?")  # fmt: skip
enter("wrong-loss", "It is another loss.",
      "this is another loss; asked for is half the sum of the squared differences",
      "What is done to each difference before the sum, and what after it?")  # fmt: skip
enter("not-squared", "The differences are not squared.",
      "the differences are added up without being squared, so that they cancel",
      "What does your function return for two outputs, one too large and one too small by the same "
      "amount?")  # fmt: skip
enter("square-of-sum", "The sum is squared.",
      "the sum is squared; asked for is the sum of the squares",
      "Which comes first, the square or the sum?")  # fmt: skip
enter("not-summed", "It is not summed to one number.",
      "not summed to one number: the loss adds up all output units and all examples",
      "How many numbers is the loss of a network?")  # fmt: skip
enter("bias-per-example", "A bias has one column for each example.",
      "one column for each example; a layer has one bias for each unit, whatever the examples",
      "Does the number of biases grow when you add examples?")  # fmt: skip

# --- training ---------------------------------------------------------------------------------

enter("uphill", "The step goes up the gradient.",
      "the step goes up the gradient; the loss falls in the other direction",
      "In which direction does the gradient point: where the loss grows or where it falls?")  # fmt: skip
enter("step-twice", "The step is taken twice.", "the step is taken twice",
      "How often does your function subtract?")  # fmt: skip
enter("updated-from-new", "One layer is updated from the network in which the other has moved.",
      "one layer is updated from gradients of a network in which the other has already moved",
      "At which parameters are the four gradients of one step computed?")  # fmt: skip
enter("missing-rate", "The learning rate is left out.", "the learning rate is left out",
      "How long is your step, and who decides that?")  # fmt: skip
enter("divided-by-rate", "The step is divided by the learning rate.",
      "the step is divided by the learning rate",
      "Should a larger rate make the step longer or shorter?")  # fmt: skip
enter("not-updated", "It is returned as it came.", "this stays as it was at the start",
      "Which of the arrays does your function change?",
      "In a loop, each turn must begin with what the turn before has made. With what does yours "
      "begin?")  # fmt: skip
enter("only-the-step", "Only the step is returned.",
      "this is the step alone; asked for is where the step leads",
      "From where does the step start?")  # fmt: skip
enter("loss-after-step", "The loss is taken after the step.",
      "each loss is taken after the step; asked for is the loss before it",
      "At which parameters do you compute the loss: those before or those after the update?")  # fmt: skip
enter("only-last-loss", "Only the last loss is returned.",
      "only one loss is returned; asked for is the loss before each step",
      "Where do you keep the losses of the earlier steps?")  # fmt: skip
enter("one-step-only", "It ends after the first step.",
      "it ends after the first step",
      "How far is the line with `return` moved in? Does it belong to the loop?")  # fmt: skip
enter("stale-gradient", "All steps use the gradient of the start.",
      "every step uses the gradient of the start; the gradient changes as the parameters move",
      "Which lines must be computed anew in every step?")  # fmt: skip
enter("one-step-less", "It makes one step too few.", "one step too few",
      "How often does your loop run when `steps` is 1?")  # fmt: skip
enter("one-step-more", "It makes one step too many.", "one step too many",
      "How often does your loop run when `steps` is 1?",
      "How many losses has your list when `steps` is 1?")  # fmt: skip
enter("not-thresholded", "The outputs are returned in place of labels.",
      "these are the outputs; a label is 0 or 1",
      "From which output on is the label 1?")  # fmt: skip
enter("inverted", "The labels are exchanged.", "0 and 1 are exchanged",
      "Which label belongs to an output near 1?")  # fmt: skip
enter("wrong-threshold", "The threshold is wrong.",
      "these labels do not tell which outputs are above one half: the threshold is wrong",
      "Between which two numbers do the outputs lie, and what is half-way?",
      "What do you compare with the threshold: an activation or a pre-activation?")  # fmt: skip
enter("plus-minus-one", "The labels are -1 and 1.", "the labels are -1 and 1; asked for are 0 and 1",
      "Which two numbers stand in Y?")  # fmt: skip
enter("all-entries-at-once", "All entries are moved at once.",
      "all entries of x are moved at once; move one and hold the others fixed",
      "What is the derivative with respect to one entry?",
      "Only one entry moves at a time, and it must be put back before the next one moves.")  # fmt: skip
enter("one-sided", "The difference is one-sided.",
      "a one-sided difference: its error falls only in proportion to the step",
      "Where does the middle of your two points lie: at x, or beside it?",
      "Step to both sides by the same amount, and divide by the distance of the two points.")  # fmt: skip

# --- many examples, in mini-batches ---------------------------------------------------------------

enter("rows-from-labels", "The number of rows follows from the labels that occur.",
      "as many rows as the largest label asks for; there are ten digits, whichever of them occur",
      "What does your function return if all pictures show a zero?")  # fmt: skip
enter("counted-from-one", "The digits are counted from one.",
      "the 1 of each column stands one row off: row 0 belongs to the digit 0",
      "Which row belongs to the digit 0? Where does your code put its 1?")  # fmt: skip
enter("whole-rows", "Whole rows are filled.",
      "whole rows are filled with 1; each column holds one 1 only",
      "How many entries does one line of your code set to 1, and how many pictures are there?",
      "Each picture needs two numbers that say where its 1 stands: a row and a column.")  # fmt: skip
enter("not-one-hot", "The label itself stands in the array.",
      "the label itself stands in each column; asked for is a 1 in the row of its digit",
      "Which two numbers may occur in the array?")  # fmt: skip
enter("no-such-example", "A number belongs to no example.",
      "with {wanted} there is the number {came} in a batch; the examples have the numbers from 0 to "
      "m - 1",
      "Which number has the first example, and which the last?")  # fmt: skip
enter("last-batch-dropped", "What does not fill a batch is left out.",
      "with {wanted} the number of examples that are in no batch is {count}: what is left over makes "
      "a smaller batch",
      "How many examples are left over when as many full batches as possible are cut off?",
      "Does your loop go on until no example is left, or only as long as a full batch is left?")  # fmt: skip
enter("not-each-once", "Not every example comes exactly once.",
      "with {wanted}, {said}; each comes exactly once in an epoch",
      "If you put all cards of a deck in a random order and deal them, how often does each come?",
      "Draw one random order of all examples first, then cut it into pieces.")  # fmt: skip
enter("wrong-batch-size", "The batches have other sizes.",
      "with {wanted} you return {came}; asked for are {count} batches, all of the given size but "
      "the last, which holds what is left over",
      "Does `size` say how many batches there are, or how many examples one of them holds?",
      "Where does the second batch begin, and where the third?")  # fmt: skip
enter("not-shuffled", "The examples are not mixed before they are cut.",
      "with {wanted} every batch holds examples that stand side by side; mix them before you cut",
      "If the examples are sorted by digit, what does one of your batches look like?",
      "What should come first: the cutting or the shuffling?")  # fmt: skip
enter("same-order-again", "The order does not come from the generator that is given.",
      "another `rng` gives the same order; draw it from the generator that is given, so that every "
      "epoch has an order of its own",
      "Where does the random order in your function come from?",
      "A generator that is made inside with a fixed seed starts anew at each call.")  # fmt: skip
enter("not-repeatable", "It draws from another source of random numbers.",
      "called twice, each time with an `rng` in the same state, it returned something else",
      "Which generator do your random numbers come from? And what does your function leave behind "
      "when it returns?",
      "Draw all random numbers from `rng`: then a run can be repeated to the last digit.")  # fmt: skip
enter("share-wrong", "It is the share that is wrong.",
      "this is the share of the pictures that are read wrongly; asked for is the share that is right",
      "What should come out for a network that makes no mistake?")  # fmt: skip
enter("not-a-share", "It is a count or a percentage.",
      "this is no share: a share lies between 0 and 1",
      "What should come out for a network that makes no mistake, whatever the number of "
      "pictures?")  # fmt: skip
enter("output-by-output", "Every output is judged by itself.",
      "every output is compared by itself; a picture counts as right if the largest of its ten "
      "outputs belongs to its label",
      "How many answers does the network give to one picture, and how many outputs has it?",
      "All ten outputs may lie below one half. Which digit does the network take it for then?")  # fmt: skip
enter("largest-of-all", "The largest of all outputs is taken.",
      "the largest output of all pictures together is taken; each picture has a largest output of "
      "its own",
      "Along which axis do the ten outputs of one picture stand?")  # fmt: skip
enter("epochs-ignored", "The number of epochs is not the one that is given.",
      "asked for 0 epochs, it changed the weights; `epochs` says how many there are",
      "How often does your outer loop run, and what decides it?")  # fmt: skip
enter("loss-rose", "The loss is larger after training than before.",
      "the loss on the training pictures rose, {said}",
      "In which direction does each step go, and how long is it?",
      "The gradient of a batch is a sum over its examples: the more of them, the longer the step.",
      "Print the loss after each epoch, first with a learning rate that is ten times smaller.")  # fmt: skip
enter("all-alike", "The network gives the same outputs for every picture.",
      "after {count} epochs every picture gets nearly the same ten outputs, so that {came} of the "
      "held-out pictures are right; wanted is {wanted}",
      "How large are your pre-activations, and what is the slope of a sigmoid there?",
      "A step that is much too long saturates the units, and they stay where they are. Try a "
      "learning rate that is ten times smaller.",
      "Do the columns of X and of Y that you take for a batch belong to the same pictures?")  # fmt: skip
enter("dead-output", "An output never answers.",
      "after {count} epochs {came} of the held-out pictures are right; wanted is {wanted}. No "
      "picture gets a high output for {said}, not even one that shows it",
      "What is the slope of a sigmoid whose activation is nearly 0, and what does it do to the "
      "gradient?",
      "In the first steps all outputs are too high for nine digits of ten. A step that is too long "
      "throws some of them so far down that they do not come back. Try a smaller learning "
      "rate.",
      "Do the columns of X and of Y that you take for a batch belong to the same pictures?")  # fmt: skip
enter("too-few-right", "It has not learned enough.",
      "after {count} epochs {came} of the held-out pictures are right, and {seen} of those that it "
      "was trained on; wanted is {wanted} of the held-out ones",
      "How many steps does one epoch have with your batches, and how long is each?",
      "Do all batches of an epoch take part, each with the gradient at the present weights?",
      "Smaller batches make more steps in an epoch. Then try learning rates a factor of three "
      "apart.")  # fmt: skip

# --- four programs ------------------------------------------------------------------------------

enter("not-relative", "The largest difference is not divided by the largest entry.",
      "the largest difference itself; asked for is its share of the largest entry",
      "If every number of the field were ten times as large, should the asymmetry change?")  # fmt: skip
enter("wrong-norm", "The sizes of the tables are measured in another way.",
      "the asymmetry, but measured in another way: asked for is the largest difference, divided by the "
      "largest entry of the Jacobian",
      "Which single number of a table do the formula's two maxima pick out?")  # fmt: skip
enter("yes-or-no", "A verdict is returned in place of a number.",
      "a yes or no; asked for is how far from symmetric, a number",
      "What would you have to return so that the caller can draw the line?")  # fmt: skip
enter("signs-kept", "The largest entry is taken with its sign.",
      "divided by the largest entry with its sign; a large negative entry counts as well",
      "Which entry of a table has the largest effect, whatever its sign?")  # fmt: skip
