"""Finds similar answers of different students: a hint to look at them, not a verdict.

Answers are compared as sequences of tokens, without comments, docstrings and layout, and with the
same placeholder for every name that a student can choose. Only runs of tokens count that few
students have written and that are not in the course, because many people write the same short or
obvious answer. (Schleimer, Wilkerson and Aiken, "Winnowing", 2003, compare programs in this way.)
"""

import builtins
import io
import keyword
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from .examples import MOST_LETTERS, MOST_LINES, READ, without_comments
from .formats import short

RUN = 5  # tokens in a row
FEWEST = 25  # minimum number of rare runs that two answers share
ALIKE = 0.8  # minimum share of common runs among all runs of two answers
FEW = 3  # a run is rare if at most this many answers have it,
FEW_OF_MANY = 10  # or at most this many in a large class
MOST_GROUPS = 30  # shown in the report

Run = tuple[str, ...]
_LAYOUT = (
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
)  # fmt: skip
_KEPT = frozenset(dir(builtins)) | frozenset(keyword.kwlist)


@dataclass(frozen=True)
class OneOfTwo:
    """One of two similar answers, possibly truncated.

    Attributes
    ----------
    student
        The id of the student.
    source
        The answer.
    earned
        The points that it earned.
    more_lines
        How many lines were cut off.
    """

    student: str
    source: str
    earned: float
    more_lines: int = 0


@dataclass(frozen=True)
class Alike:
    """Similar answers to one exercise.

    Attributes
    ----------
    exercise
        The id of the exercise.
    students
        The students whose answers are linked by similarity, sorted.
    pair
        The two most similar answers.
    share
        The share of common runs among all runs of tokens of the pair.
    runs
        The number of rare runs that the pair shares.
    """

    exercise: str
    students: tuple[str, ...]
    pair: tuple[OneOfTwo, OneOfTwo]
    share: float
    runs: int


def alike(
    exercise: str, answers: Mapping[str, tuple[str, float]], known: Iterable[str] = ()
) -> list[Alike]:
    """Return the groups of similar answers to one exercise, those with most rare runs first.

    Parameters
    ----------
    exercise
        Its id.
    answers
        By student, the text of the answer and the points that it earned.
    known
        Texts of the course, whose runs are ignored.
    """
    common = set().union(*map(runs_of, known))
    runs = {student: runs_of(text) for student, (text, _) in sorted(answers.items())}
    counts = Counter(run for several in runs.values() for run in several)
    few = max(FEW, min(FEW_OF_MANY, len(answers) // 8))
    writers: dict[Run, list[str]] = defaultdict(list)
    for student, several in runs.items():
        for run in several - common:
            if counts[run] <= few:
                writers[run].append(student)
    shared = Counter(pair for several in writers.values() for pair in combinations(several, 2))
    pairs = {
        pair: (_share(runs[pair[0]], runs[pair[1]]), count)
        for pair, count in sorted(shared.items())
        if count >= FEWEST
    }
    pairs = {pair: (share, count) for pair, (share, count) in pairs.items() if share >= ALIKE}
    found = []
    for group in _linked(pairs):
        best = max((pair for pair in pairs if pair[0] in group), key=lambda one: pairs[one])
        one, two = (_shown(student, *answers[student]) for student in best)
        found.append(Alike(exercise, tuple(sorted(group)), (one, two), *pairs[best]))
    return sorted(found, key=lambda one: (-one.runs, one.students))


def runs_of(source: str) -> frozenset[Run]:
    """Return the runs of tokens in a text, without layout and comments, and with names replaced."""
    tokens = list(_tokens(without_comments(source[:READ])))
    return frozenset(tuple(tokens[at : at + RUN]) for at in range(len(tokens) - RUN + 1))


def _tokens(source: str) -> Iterator[str]:
    before = ""
    depth = 0
    texts = _texts(source)
    for text, after in zip(texts, [*texts[1:], ""]):
        depth += (text in "([{") - (text in ")]}") if len(text) == 1 else 0
        if text.isidentifier():
            is_argument = depth > 0 and after == "=" and before in "(,"
            yield text if text in _KEPT or before == "." or is_argument else "name"
        else:
            yield text
        before = text


def _texts(source: str) -> list[str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):  # not valid Python: split into words and signs
        return re.findall(r"\w+|[^\w\s]", source)
    return [token.string for token in tokens if token.type not in _LAYOUT and token.string]


def _share(one: frozenset[Run], two: frozenset[Run]) -> float:
    return len(one & two) / len(one | two)


def _linked(pairs: Collection[tuple[str, str]]) -> list[set[str]]:
    """Return the connected components of the graph whose edges are the pairs."""
    groups: list[set[str]] = []
    for pair in pairs:
        touched = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touched]
        groups.append(set(pair).union(*touched))
    return groups


def _shown(student: str, source: str, earned: float) -> OneOfTwo:
    lines = source.strip("\n").split("\n")
    text = short("\n".join(lines[:MOST_LINES]), MOST_LETTERS)
    return OneOfTwo(student, text, earned, max(0, len(lines) - MOST_LINES))


def alike_in_class(
    answers: Mapping[str, Mapping[str, tuple[str, float]]], known: Sequence[str] = ()
) -> tuple[Alike, ...]:
    """Return the similar answers of all exercises, those with most rare runs first.

    Parameters
    ----------
    answers
        By exercise and student, the text of the answer and the points that it earned.
    known
        Texts of the course.
    """
    found = [
        one for exercise, several in answers.items() for one in alike(exercise, several, known)
    ]
    found.sort(key=lambda one: (-one.runs, one.exercise, one.students))
    return tuple(found[:MOST_GROUPS])
