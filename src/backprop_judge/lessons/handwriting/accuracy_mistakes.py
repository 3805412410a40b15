"""Mistakes of lesson 6, in the share of the right answers."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ...mistakes import Part, WrongValues, error_pattern, mistake, own_words, wrong_values
from . import exercises
from .exercises import DIGITS

mistake(
    "share-wrong",
    "It is the share that is read wrongly.",
    "this is the share of the pictures that are read wrongly; the exercise asks for the share "
    "that is right",
    "What should come out for a network that makes no mistake?",
)
mistake(
    "not-a-share",
    "It is a count or a percentage.",
    "this is {said}; the exercise asks for the share that is right, a number between 0 and 1",
    "What should come out for a network that makes no mistake, whatever the number of pictures?",
)
mistake(
    "wrong-denominator",
    "The count is divided by another number.",
    "the number of the pictures that are read {said}, divided by {input}; the share is divided "
    "by the number of all pictures, m",
    "How many pictures are there, and which axis of `out_y` counts them?",
)
mistake(
    "one-picture-counted",
    "One picture is counted.",
    "1 divided by the number of the pictures, in every call",
    "How many pictures has your function compared when it returns?",
)
own_words(exercises.accuracy, "doubled", "too large by a factor of 2", "Where does it come from?")
own_words(
    exercises.accuracy,
    "times-count",
    "multiplied by the number of the pictures",
    "What should come out for a network that makes no mistake, whatever the number of pictures?",
)
own_words(
    exercises.accuracy,
    "averaged",
    "divided by {divisor} once more",
    "What should come out for a network that makes no mistake, whatever the number of pictures?",
)
own_words(
    exercises.accuracy,
    "scaled",
    "multiplied by {factor} in every call",
    "What should come out for a network that makes no mistake?",
)
own_words(
    exercises.accuracy,
    "all-zero",
    "it is 0 in every call{shape}; in each of them some pictures are read correctly",
    "Do you compare a digit with a digit? Does your division keep the decimals?",
)
own_words(
    exercises.accuracy,
    "all-ones",
    "it is 1 in every call; in each of them some pictures are read wrongly",
    "Does your function compare every picture?",
)
mistake(
    "output-by-output",
    "Every output is compared separately.",
    "every output is compared separately; a picture counts as right if the largest of its ten "
    "outputs belongs to its label",
    "How many answers does the network give to one picture, and how many outputs has it?",
    "All ten outputs may be below one half. Which digit does the network read then?",
)
mistake(
    "other-comparison",
    "Something else is compared.",
    "{said}",
    "Which digit does the network read, and what do you compare it with?",
)
mistake(
    "not-averaged",
    "One value for each picture is returned.",
    "a 1 for each picture that is read correctly, and a 0 for each other one; the exercise asks "
    "for one number",
    "How do you get from one value for each picture to a share?",
)
mistake(
    "largest-of-all",
    "The largest of all outputs is taken.",
    "the largest output of all pictures together is taken; each picture has its own largest output",
    "Along which axis are the ten outputs of one picture?",
)


ADVERBS = {"right": "correctly", "wrong": "wrongly"}


@wrong_values(exercises.accuracy)
def instead_of_accuracy(compute: Callable, out_y: np.ndarray, labels: np.ndarray) -> WrongValues:
    """Return what may stand for the share of the right answers."""
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
    """Yield in words, and as a share, what comes of other comparisons."""
    said, m = np.argmax(out_y, axis=0), len(labels)
    here = said == labels
    words = "the smallest output of each picture is taken as the answer"
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
        "either the outputs are rounded before the largest is looked for, or the first output "
        "above one half is taken as the answer"
    )
    yield words, np.mean(rounded == labels)
    for place, left_out in ((0, "first"), (-1, "last")):
        yield f"the {left_out} picture is not counted", np.mean(here) - here[place] / m
        yield f"only the {left_out} picture is counted", here[place] / m
    each = [np.mean(here[labels == digit]) for digit in np.unique(labels)]
    words = "the shares of the digits are averaged, each digit with the same weight"
    yield words, float(np.mean(each))
    count = min(DIGITS, m)
    words = "only as many pictures are looked at as there are outputs, 10"
    for divisor in (m, DIGITS, count):
        yield words, float(np.sum(here[:count])) / divisor


ENOUGH = 3  # so many shares that are not 0 prove a comparison


@error_pattern(exercises.accuracy)
def find_another_comparison(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find another comparison of the outputs with the labels.

    Shares are few small numbers, so some of those that came must be neither 0 nor 1 / m.
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
    """Yield (what is counted, divisor in words) and value: counts that are divided wrongly."""
    for counted, share in (("right", right), ("wrong", 1 - right)):
        count = share * m
        yield (counted, ""), count
        yield (counted, "percent"), 100 * share
        yield (counted, "10, the number of the outputs"), count / DIGITS
        yield (counted, "the number of all outputs, 10 m"), share / DIGITS
        if m > 1:
            yield (counted, "m - 1"), count / (m - 1)
        yield (counted, "m + 1"), count / (m + 1)
        yield (counted, "m twice"), share / m


def _count(counted: str, divisor: str) -> Part:
    if divisor in ("", "percent"):
        words = "percentage" if divisor else "number"
        return Part(("not-a-share",), {"said": f"the {words} of the pictures that are {counted}"})
    return Part(("wrong-denominator",), {"said": ADVERBS[counted], "input": divisor})
