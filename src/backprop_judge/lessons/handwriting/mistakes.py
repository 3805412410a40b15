"""Mistakes of lesson 6 in labels, mini-batches and the training on digits."""

from collections.abc import Callable, Sequence

import numpy as np

from ...mistakes import Part, WrongValues, error_pattern, mistake, own_words, wrong_values
from . import exercises

# --- labels ---------------------------------------------------------------------------------------

mistake(
    "rows-from-labels",
    "The number of rows depends on the labels.",
    "the number of rows depends on the largest label; there should always be ten rows",
    "What does your function return if all pictures show a zero?",
)
mistake(
    "counted-from-one",
    "The rows are shifted by one digit.",
    "the 1 of each column is one row too high or too low: row 0 belongs to the digit 0",
    "Which row belongs to the digit 0? Where does your code put its 1?",
)
mistake(
    "whole-rows",
    "Whole rows are filled.",
    "whole rows are filled with 1; each column should contain only one 1",
    "How many entries does one line of your code set to 1, and how many pictures are there?",
    "The position of each 1 is given by two numbers: a row and a column.",
)
mistake(
    "not-one-hot",
    "The array contains the labels themselves.",
    "each column contains the label itself; the exercise asks for a 1 in the row of its digit",
    "Which two numbers may occur in the array?",
)


mistake(
    "first-picture-only",
    "Only the first picture has a 1.",
    "only the first column contains a 1",
    "How many pictures has your function processed when it returns?",
)
own_words(
    exercises.one_hot,
    "transposed",
    "there is a row for each picture; the exercise asks for a column for each picture",
    "Are the pictures of `X` in its rows or in its columns?",
)
own_words(
    exercises.one_hot,
    "inverted",
    "0 and 1 are exchanged: each column contains a single 0 and nine ones",
    "How many of the ten outputs should be high for one picture?",
)
own_words(
    exercises.one_hot,
    "all-ones",
    "every entry is 1; each column should contain only one 1",
    "How many entries does one line of your code set to 1, and how many pictures are there?",
    "A list multiplied by a number contains the same object several times, so a change to one "
    "entry changes all of them.",
)
for _code, _message in (
    ("doubled", "2 is used instead of 1"),
    ("scaled", "{factor} is used instead of 1"),
    ("sign-flipped", "-1 is used instead of 1"),
):
    own_words(exercises.one_hot, _code, _message, "Which two numbers may occur in the array?")
own_words(
    exercises.one_hot,
    "plus-minus-one",
    "the other entries are -1; the exercise asks for 0 and 1",
    "Between which two numbers are the outputs of a sigmoid?",
)


@wrong_values(exercises.one_hot)
def instead_of_one_hot(compute: Callable, labels: np.ndarray) -> WrongValues:
    """Return the values of known mistakes for the columns of the labels."""
    Y = compute(labels)
    rows = 1 + int(np.max(labels))
    own_row = np.any(Y > 0, axis=1, keepdims=True) & np.ones(Y.shape, dtype=bool)
    label_in_its_row = Y * np.asarray(labels, dtype=float)
    return {
        "Y": [
            ("rows-from-labels", Y[:rows]),
            ("counted-from-one", np.roll(Y, -1, axis=0)),
            ("counted-from-one", np.roll(Y, 1, axis=0)),
            ("whole-rows", own_row.astype(float)),
            ("not-one-hot", label_in_its_row),
            ("not-one-hot", np.broadcast_to(np.asarray(labels, dtype=float), Y.shape)),
            ("not-one-hot", np.asarray(labels, dtype=float)),
            ("not-one-hot", np.asarray(labels, dtype=float)[None]),
            ("first-picture-only", Y * (np.arange(len(labels)) == 0)),
            ("inverted", 1 - Y),
            ("plus-minus-one", 2 * Y - 1),
            ("rows-that-occur", Y[np.any(Y > 0, axis=1)]),
            ("counted-from-one", np.vstack([Y[1:], np.zeros((1, len(labels)))])),
            ("counted-from-one", np.vstack([np.zeros((1, len(labels))), Y[:-1]])),
            (Part(("one-digit-less",), {"which": "last"}), Y[:-1]),
            (Part(("one-digit-less",), {"which": "first"}), Y[1:]),
            ("columns-apart", Y.T[:, :, None]),
            ("columns-apart", Y[:, :, None]),
        ]
    }


mistake(
    "rows-that-occur",
    "There are rows only for the digits that occur.",
    "there are rows only for the digits that occur among the labels; there should always be ten",
    "What does your function return if all pictures show a zero?",
)
mistake(
    "one-digit-less",
    "A row is missing.",
    "the row of the {which} digit is missing; there are ten digits, from 0 to 9",
    "With which number does your loop begin, and with which does it end?",
)
mistake(
    "columns-apart",
    "Each column is a separate array.",
    "there is one axis too many, of length 1; the exercise asks for one array of shape (10, m)",
    "How many axes does an array of shape (10, m) have?",
)
mistake(
    "other-marks",
    "Other numbers are used instead of 0 and 1.",
    "{low} is used instead of 0 and {high} instead of 1",
    "Which two numbers may occur in the array?",
)


@error_pattern(exercises.one_hot)
def find_other_marks(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find two other numbers that are used consistently instead of 0 and 1."""
    came, wanted = (np.concatenate([np.ravel(one) for one in all_]) for all_ in (values, right))
    low, high = set(came[wanted == 0]), set(came[wanted == 1])
    if len(low) != 1 or len(high) != 1 or low == high:
        return None
    return Part(("other-marks",), {"low": f"{low.pop():g}", "high": f"{high.pop():g}"})


# --- mini-batches ---------------------------------------------------------------------------------

mistake(
    "no-such-example",
    "There is no example with this number.",
    "with {wanted} a batch contains the number {came}; the examples have the numbers from 0 to "
    "m - 1",
    "What is the number of the first example, and what is the number of the last?",
)
mistake(
    "last-batch-dropped",
    "The examples that do not fill a batch are left out.",
    "with {wanted} the number of examples that are in no batch is {count}; they should form a "
    "smaller batch",
    "How many examples remain after as many full batches as possible?",
    "Does your loop continue until no example is left, or only while a full batch is left?",
)
mistake(
    "masks",
    "A batch is a mask of zeros and ones.",
    "with {wanted} each batch contains m numbers that are 0 or 1, or True or False; the exercise "
    "asks for the numbers of its examples",
    "How many numbers does a batch of `size` examples need?",
)
mistake(
    "not-each-once",
    "Not every example occurs exactly once.",
    "with {wanted}, {said}; each example should occur exactly once",
    "If you shuffle a deck of cards and deal all of it, how often does each card occur?",
    "Draw one random order of all examples first, then cut it into pieces.",
)
mistake(
    "wrong-batch-size",
    "The batches have the wrong sizes.",
    "with {wanted} you return {came}; the exercise asks for {count} batches with the sizes "
    "{which}: all have the given size except the last, which contains the rest",
    "Is `size` the number of batches, or the number of examples in one batch?",
    "Where does the second batch begin, and where does the third batch begin?",
)
mistake(
    "not-shuffled",
    "The examples are not shuffled before they are split.",
    "with {wanted} every batch contains neighbouring examples; shuffle them before you split them",
    "If the examples are sorted by digit, what does one of your batches look like?",
    "Which should come first, splitting or shuffling?",
)
mistake(
    "same-order-again",
    "The order does not come from the given generator.",
    "another `rng` gives the same order; draw the order from the given generator, so that every "
    "epoch has a different order",
    "Where does the random order in your function come from?",
    "A generator that is created inside the function with a fixed seed gives the same numbers in "
    "each call.",
)

# --- training on digits ---------------------------------------------------------------------------

mistake(
    "epochs-ignored",
    "The given number of epochs is not used.",
    "with 0 epochs the weights should not change, but they do; `epochs` is the number of epochs",
    "How often does your outer loop run, and which number decides that?",
)
mistake(
    "loss-rose",
    "The loss is larger after training than before.",
    "the loss on the training pictures rose, {said}",
    "In which direction does each step go, and how long is it?",
    "The gradient of a batch is a sum over its examples, so larger batches give longer steps.",
    "Print the loss after each epoch. Start with a learning rate that is ten times smaller.",
)
mistake(
    "all-alike",
    "The network gives the same outputs for every picture.",
    "after {count} epochs every picture gets nearly the same ten outputs, so that {came} of the "
    "held-out pictures are right; the exercise asks for {wanted}",
    "How large are your pre-activations, and what is the slope of the sigmoid there?",
    "A step that is much too long saturates the units, and then they hardly change any more. Try "
    "a learning rate that is ten times smaller.",
    "Do the columns of X and Y that you use for a batch belong to the same pictures?",
)
mistake(
    "dead-output",
    "One output is never large.",
    "after {count} epochs {came} of the held-out pictures are right; the exercise asks for "
    "{wanted}. No picture gets a high output for {said}, not even one that shows it",
    "What is the slope of a sigmoid whose activation is nearly 0, and how does it affect the "
    "gradient?",
    "In the first steps each output is too high for nine of ten digits. A step that is too long "
    "makes some outputs so small that they never recover. Try a smaller learning rate.",
    "Do the columns of X and Y that you use for a batch belong to the same pictures?",
)
mistake(
    "too-few-right",
    "The network has not learned enough.",
    "after {count} epochs {came} of the held-out pictures are right, and {seen} of the training "
    "pictures; the exercise asks for {wanted} of the held-out ones",
    "How many steps does one epoch have with your batches, and how long is each step?",
    "Do you use all batches of an epoch, each with the gradient at the current weights?",
    "Smaller batches give more steps in each epoch. Then try learning rates a factor of three "
    "apart.",
)
