"""Mistakes in the call of an answer, its return value and its side effects."""

from ..registry import mistake

mistake(
    "not-implemented",
    "The answer is not written yet.",
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
    "Which line of the cell does the message under it point to? A missing bracket or colon is "
    "often reported one line later.",
)
mistake(
    "ended-process",
    "It ends the whole Python process.",
    "calling your function had to be stopped: {said}",
    "Does your function exit Python, start programs, or use very much memory?",
    "It needs only its arguments: compute with them, and return the result.",
)
mistake(
    "no-end",
    "It takes too long.",
    "your function {said}{line}",
    "How often does that line run in one call, and how large are the arrays in it?",
    "Is all of that work needed in every iteration of the loop? And does each `while` loop change "
    "the variables in its condition?",
)
mistake(
    "wrong-signature",
    "It cannot be called with the arguments of the exercise.",
    "it is called as `{wanted}`, with {count} arguments in this order; {said}",
    "Compare the line with `def` to the one that the exercise gives.",
)
mistake(
    "wrong-return",
    "It returns the wrong number or kind of values.",
    "{said}",
    "What comes after `return` in your function?",
)
mistake(
    "wrong-shape",
    "A wrong shape that no known mistake explains.",
    "expected {wanted}; received {came}",
    "Compare the two shapes size by size. Which one differs, and what determines it in your code?",
    "Which axis counts the units, and which the examples or the inputs?",
    "Write down the shapes of the factors and of the result, line by line.",
)
mistake(
    "wrong-value",
    "Wrong values that no known mistake explains.",
    "{said}",
    "Compute this value by hand, for small numbers that you choose. In a network, take one unit "
    "and one example. At which step does your function begin to differ?",
    "A check calls your function with different numbers. Does the function use only its arguments?",
    "If both numbers look the same, look at the relative error: a formula is exact, a nudge and a "
    "rounded number are not.",
)
mistake(
    "wrong-at-the-ends",
    "It is wrong where activations are close to 0 or 1.",
    "right in other networks, but not in one whose activations come as close to 0 and 1 as "
    "0.000001: {said}",
    "Does your function change activations, or keep any number away from 0 or 1?",
    "Does it divide by something that can be close to 0?",
)
mistake(
    "uses-globals",
    "It reads a variable of the notebook instead of an argument.",
    "your function reads the notebook's own {variable}; it must use only its arguments",
    "Which names in your function are neither arguments nor defined inside it?",
    "A check calls your function with different networks, but a variable of the notebook still "
    "belongs to the network of the lesson.",
)
mistake(
    "constant",
    "It returns the same numbers for all arguments.",
    "your function returns the same numbers for different arguments; use the arguments",
    "Which of the arguments does your function use?",
    "Numbers that are typed in belong to one example. A check uses different examples.",
)
mistake(
    "keeps-state",
    "It remembers something between calls.",
    "called a second time with the same arguments, it returned something else{said}",
    "What does your function change that remains after it returns?",
    "Look for a list or an array that is created outside of the function and changed inside.",
)
mistake(
    "random",
    "It draws random numbers.",
    "called again with the same arguments it returns something else, since it draws random numbers",
    "Which line of your function draws a random number, and does the exercise ask for one?",
    "The result depends only on the arguments, so it is the same each time.",
)
mistake(
    "not-repeatable",
    "It draws from another source of random numbers.",
    "called twice, each time with an `rng` in the same state, it returned something else{said}",
    "Which generator do your random numbers come from? And what does your function change that "
    "remains after it returns?",
    "Draw all random numbers from `rng`: then a run can be repeated to the last digit.",
)
mistake(
    "mutates-input",
    "It changes an array that belongs to the caller.",
    "your function changes {these}{line}; work on a copy (this counts as one more wrong value)",
    "What happens to the caller's array when you assign into it, or use an operator such as "
    "`+=` on it?",
    "An assignment with an operator changes the array itself; an ordinary operation creates a new "
    "array.",
)
mistake(
    "warned",
    "An intermediate result is too large or not a number.",
    "an intermediate result is not finite: {warning}",
    "For which z does an exponential become too large for a float?",
    "The exponential of a number that is not positive is never too large. Which such number has "
    "the same absolute value as z, for either sign of z?",
    "numpy computes both sides of a choice before it chooses: neither side may overflow.",
)
mistake(
    "hard-coded-size",
    "It works for one size of the network only.",
    "right on the network of XOR (2 inputs, 2 hidden units, 1 output, 4 examples), but {seen} on "
    "other sizes",
    "Which sizes are equal in the XOR network? Do you use one of them instead of another, or write "
    "it as a number?",
    "Every size comes from the arguments of the function.",
)
mistake(
    "elementwise-product",
    "It multiplies entry by entry where a matrix product is needed.",
    "an entry-by-entry product `*` is used instead of a matrix product `@`; the shapes fit only if "
    "sizes happen to be equal",
    "What are the shapes of the two factors, and what shape should come out?",
    "A gradient of weights has one entry for each pair of a unit and one of its inputs, summed "
    "over the examples.",
    "If rows of one factor are combined with columns of the other, it is a matrix product, and the "
    "shapes show which factor is transposed.",
)
mistake(
    "wrong-order",
    "It returns the right arrays in another order.",
    "the values come in the order {order}; the exercise asks for {wanted}",
    "Compare the line with `return` to the order that the exercise asks for. If it is right, check "
    "which value each name in it has.",
)
