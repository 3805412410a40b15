"""Mistakes of lesson 6 in the accuracy."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ...mistakes import Part, WrongValues, error_pattern, mistake, own_words, wrong_values
from . import exercises
from .exercises import DIGITS

mistake(
    "share-wrong",
    "The share of wrong answers is returned.",
    "this is the share of the pictures that are read wrongly; the exercise asks for the share "
    "that is right",
    "What should the result be for a network that makes no mistakes?",
)
mistake(
    "not-a-share",
    "A count or a percentage is returned.",
    "this is {said}; the exercise asks for the share that is right, a number between 0 and 1",
    "What should the result be for a network that makes no mistakes, for any number of pictures?",
)
mistake(
    "wrong-denominator",
    "The count is divided by the wrong number.",
    "this is the number of pictures that are read {said}, divided by {input}; it should be divided "
    "by the number of all pictures, m",
    "How many pictures are there, and along which axis of `out_y` are they?",
)
mistake(
    "one-picture-counted",
    "Only one picture is counted.",
    "1 divided by the number of pictures, in every call",
    "How many pictures has your function compared when it returns?",
)
own_words(
    exercises.accuracy,
    "doubled",
    "there is an extra factor of 2",
    "Where does this factor come from?",
)
own_words(
    exercises.accuracy,
    "times-count",
    "multiplied by the number of pictures",
    "What should the result be for a network that makes no mistakes, for any number of pictures?",
)
own_words(
    exercises.accuracy,
    "averaged",
    "divided by {divisor} once more",
    "What should the result be for a network that makes no mistakes, for any number of pictures?",
)
own_words(
    exercises.accuracy,
    "scaled",
    "multiplied by {factor} in every call",
    "What should the result be for a network that makes no mistakes?",
)
own_words(
    exercises.accuracy,
    "all-zero",
    "it is 0 in every call{shape}; in each call some pictures are read correctly",
    "Do you compare a digit with a digit? Does your division keep the decimals?",
)
own_words(
    exercises.accuracy,
    "all-ones",
    "it is 1 in every call; in each call some pictures are read wrongly",
    "Does your function compare every picture?",
)
mistake(
    "output-by-output",
    "Every output is compared separately.",
    "every output is compared separately; a picture counts as right if the largest of its ten "
    "outputs belongs to its label",
    "How many answers does the network give for one picture, and how many outputs does it have?",
    "All ten outputs may be below one half. Which digit does the network read then?",
)
mistake(
    "other-comparison",
    "The comparison is wrong.",
    "{said}",
    "Which digit does the network read, and what do you compare it with?",
)
mistake(
    "not-averaged",
    "One value for each picture is returned.",
    "you return a 1 for each picture that is read correctly, and a 0 for each other picture; the "
    "exercise asks for one number",
    "How do you get from one value for each picture to a share?",
)
mistake(
    "largest-of-all",
    "The largest of all outputs is taken.",
    "you use the largest output of all pictures together; each picture has its own largest output",
    "Along which axis are the ten outputs of one picture?",
)


ADVERBS = {"right": "correctly", "wrong": "wrongly"}


@wrong_values(exercises.accuracy)
def instead_of_accuracy(compute: Callable, out_y: np.ndarray, labels: np.ndarray) -> WrongValues:
    """Return the values of known mistakes for the accuracy."""
    right, m = compute(out_y, labels), len(labels)
    sure = out_y > 0.5
    wanted = np.array([[digit == label for label in labels] for digit in range(len(out_y))])
    of_all = float(np.mean(labels == np.argsort(np.ravel(out_y))[-1]))
    return {
        "share": [
            ("share-wrong", 1 - right),
            *((_count(*words), value) for words, value in _counts(right, m)),
            ("one-picture-counted", 1 / m),
            ("output-by-output", np.mean(sure == wanted)),
            ("output-by-output", np.mean(np.all(sure == wanted, axis=0))),
            ("output-by-output", np.sum(sure & wanted) / m),
            ("output-by-output", np.mean(sure & wanted)),
            ("not-averaged", (np.argmax(out_y, axis=0) == labels).astype(float)),
            ("largest-of-all", of_all),
            ("largest-of-all", float(np.sum(labels == np.argmax(out_y)))),
        ]
    }


def _other_comparisons(out_y: np.ndarray, labels: np.ndarray) -> Iterator[tuple[str, float]]:
    """Yield descriptions of wrong comparisons, and the values they give."""
    said, m = np.argmax(out_y, axis=0), len(labels)
    here = said == labels
    words = "the smallest output of each picture is used as the answer"
    yield words, np.mean(np.argmin(out_y, axis=0) == labels)
    for off, more in ((1, "one more than"), (-1, "one less than")):
        words = f"{more} the digit of the largest output is compared with the label"
        yield words, np.mean(said + off == labels)
    distance = float(np.mean(np.abs(said - labels)))
    words = "the distances of the digits from the labels are averaged: a 3 for a 9 counts six times"
    for value in (distance, 1 - distance, 100 - 100 * distance, 100 * distance):
        yield words, value
    rounded = np.argmax(np.round(out_y), axis=0)
    words = (
        "either the outputs are rounded before the largest one is found, or the first output above "
        "one half is used as the answer"
    )
    yield words, np.mean(rounded == labels)
    for place, left_out in ((0, "first"), (-1, "last")):
        yield f"the {left_out} picture is not counted", np.mean(here) - here[place] / m
        yield f"only the {left_out} picture is counted", here[place] / m
    each = [np.mean(here[labels == digit]) for digit in np.unique(labels)]
    words = "the shares of the digits are averaged, each digit with the same weight"
    yield words, float(np.mean(each))
    count = min(DIGITS, m)
    words = "only the first 10 pictures are compared, as many as there are outputs"
    for divisor in (m, DIGITS, count):
        yield words, float(np.sum(here[:count])) / divisor


ENOUGH = 3  # the number of informative shares that is needed to identify a comparison


@error_pattern(exercises.accuracy)
def find_another_comparison(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find a wrong comparison of the outputs with the labels.

    Different comparisons often give 0 or 1 / m, so some shares must differ from these values.
    """
    telling = [
        float(came) for came, case in zip(values, cases) if came not in (0, 1 / len(case[1]))
    ]
    if len(telling) < ENOUGH:
        return None
    for several in zip(*(_other_comparisons(*case) for case in cases)):
        if np.allclose([value for _, value in several], values, rtol=1e-6, atol=0):
            return Part(("other-comparison",), {"said": several[0][0]})
    return None


def _counts(right: float, m: int) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield counts with a wrong divisor: (what is counted, divisor in words), value."""
    for counted, share in (("right", right), ("wrong", 1 - right)):
        count = share * m
        yield (counted, ""), count
        yield (counted, "percent"), 100 * share
        yield (counted, "10, the number of outputs"), count / DIGITS
        yield (counted, "the number of all outputs, 10 m"), share / DIGITS
        if m > 1:
            yield (counted, "m - 1"), count / (m - 1)
        yield (counted, "m + 1"), count / (m + 1)
        yield (counted, "m twice"), share / m


def _count(counted: str, divisor: str) -> Part:
    if divisor in ("", "percent"):
        words = "percentage" if divisor else "number"
        return Part(("not-a-share",), {"said": f"the {words} of pictures that are {counted}"})
    return Part(("wrong-denominator",), {"said": ADVERBS[counted], "input": divisor})
