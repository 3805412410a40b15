"""Mistakes of lesson 6, on handwritten digits."""

from collections.abc import Callable, Sequence

import numpy as np

from ...mistakes import Part, WrongValues, error_pattern, mistake, own_words, wrong_values
from . import exercises

# --- labels ---------------------------------------------------------------------------------------

mistake(
    "rows-from-labels",
    "The number of rows follows from the labels that occur.",
    "the largest label decides how many rows there are; there should always be ten",
    "What does your function return if all pictures show a zero?",
)
mistake(
    "counted-from-one",
    "The digits are counted from one.",
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
    "Only the first picture has its 1.",
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
    "0 and 1 are exchanged: each column contains one 0 and nine 1",
    "How many of the ten outputs should be high for one picture?",
)
own_words(
    exercises.one_hot,
    "all-ones",
    "every entry is 1; each column should contain only one 1",
    "How many entries does one line of your code set to 1, and how many pictures are there?",
    "A list multiplied by a number contains the same object several times: a change to one of "
    "them changes all.",
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
    """Return what may stand for the columns of the labels."""
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
    "There are rows for the digits that occur, and for no others.",
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
    "Each column is an array of its own.",
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
    """Find two other numbers, the same everywhere, that stand for 0 and 1."""
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
    "What is the number of the first example, and that of the last?",
)
mistake(
    "last-batch-dropped",
    "The examples that do not fill a batch are left out.",
    "with {wanted} the number of examples that are in no batch is {count}; they should make a "
    "smaller batch",
    "How many examples remain after as many full batches as possible?",
    "Does your loop go on until no example is left, or only as long as a full batch is left?",
)
mistake(
    "masks",
    "A batch is a row of zeros and ones.",
    "with {wanted} each batch contains m numbers that are 0 or 1, or True or False; the exercise "
    "asks for the numbers of its examples",
    "How many numbers does a batch of `size` examples need?",
)
mistake(
    "not-each-once",
    "Not every example occurs exactly once.",
    "with {wanted}, {said}; each should occur exactly once",
    "If you shuffle a deck of cards and deal all of it, how often does each card occur?",
    "Draw one random order of all examples first, then cut it into pieces.",
)
mistake(
    "wrong-batch-size",
    "The batches have other sizes.",
    "with {wanted} you return {came}; the exercise asks for {count} batches of the "
    "sizes {which}: all have the given size, except the last, which has the rest",
    "Does `size` say how many batches there are, or how many examples are in one of them?",
    "Where does the second batch begin, and where the third?",
)
mistake(
    "not-shuffled",
    "The examples are not shuffled before they are cut.",
    "with {wanted} every batch contains neighbouring examples; shuffle them before you cut",
    "If the examples are sorted by digit, what does one of your batches look like?",
    "Which should come first, cutting or shuffling?",
)
mistake(
    "same-order-again",
    "The order does not come from the generator that is given.",
    "another `rng` gives the same order; draw it from the given generator, so that every epoch "
    "has another order",
    "Where does the random order in your function come from?",
    "A generator that is created inside the function with a fixed seed starts again in each call.",
)

# --- training on digits ---------------------------------------------------------------------------

mistake(
    "epochs-ignored",
    "The given number of epochs is not used.",
    "with 0 epochs it changed the weights; `epochs` says how many there should be",
    "How often does your outer loop run, and what decides that?",
)
mistake(
    "loss-rose",
    "The loss is larger after training than before.",
    "the loss on the training pictures rose, {said}",
    "In which direction does each step go, and how long is it?",
    "The gradient of a batch is a sum over its examples: the more of them, the longer the step.",
    "Print the loss after each epoch, first with a learning rate that is ten times smaller.",
)
mistake(
    "all-alike",
    "The network gives the same outputs for every picture.",
    "after {count} epochs every picture gets nearly the same ten outputs, so that {came} of the "
    "held-out pictures are right; the exercise asks for {wanted}",
    "How large are your pre-activations, and what is the slope of a sigmoid there?",
    "A step that is much too long saturates the units, and then they hardly change any more. Try "
    "a learning rate that is ten times smaller.",
    "Do the columns of X and of Y that you take for a batch belong to the same pictures?",
)
mistake(
    "dead-output",
    "One output is never large.",
    "after {count} epochs {came} of the held-out pictures are right; the exercise asks for "
    "{wanted}. No picture gets a high output for {said}, not even one that shows it",
    "What is the slope of a sigmoid whose activation is nearly 0, and what does it do to the "
    "gradient?",
    "In the first steps all outputs are too high for nine digits of ten. A step that is too long "
    "makes some of them so small that they never recover. Try a smaller learning rate.",
    "Do the columns of X and of Y that you take for a batch belong to the same pictures?",
)
mistake(
    "too-few-right",
    "It has not learned enough.",
    "after {count} epochs {came} of the held-out pictures are right, and {seen} of those that it "
    "was trained on; the exercise asks for {wanted} of the held-out ones",
    "How many steps does one epoch have with your batches, and how long is each step?",
    "Do you use all batches of an epoch, each with the gradient at the current weights?",
    "Smaller batches make more steps in an epoch. Then try learning rates a factor of three apart.",
)
