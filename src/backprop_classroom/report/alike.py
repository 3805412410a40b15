"""Finds answers of different students that are alike: a hint to look at them, and no verdict.

An answer is compared as a sequence of tokens, without comments, docstrings and layout, and with
the same sign for every name that a student can choose. What counts are runs of tokens that few of
the class have written and the course has not: many people write a short or an obvious answer
alike. (Schleimer, Wilkerson and Aiken, "Winnowing", 2003, compare programs so.)
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
FEWEST = 25  # runs that two answers share and few others have
ALIKE = 0.8  # share of all runs of two answers that both have
FEW = 3  # answers that may have a run that counts; in a large class more, up to
FEW_OF_MANY = 10
MOST_GROUPS = 30  # that are shown

Run = tuple[str, ...]
_LAYOUT = (
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
)  # fmt: skip
_KEPT = frozenset(dir(builtins)) | frozenset(keyword.kwlist)


@dataclass(frozen=True)
class OneOfTwo:
    """What one of two students wrote; may be cut.

    Attributes
    ----------
    earned
        The points that it was given.
    more_lines
        How many lines were cut off.
    """

    student: str
    source: str
    earned: float
    more_lines: int = 0


@dataclass(frozen=True)
class Alike:
    """Answers to one exercise that are alike.

    Attributes
    ----------
    students
        All whose answers are linked by likeness, in order.
    pair
        The two that are most alike.
    share
        The share of their runs of tokens that both have.
    runs
        The number of those that few others have.
    """

    exercise: str
    students: tuple[str, ...]
    pair: tuple[OneOfTwo, OneOfTwo]
    share: float
    runs: int


def alike(
    exercise: str, answers: Mapping[str, tuple[str, float]], known: Iterable[str] = ()
) -> list[Alike]:
    """Return the groups of answers to one exercise that are alike, the most remarkable first.

    Parameters
    ----------
    exercise
        Its id.
    answers
        By student, the text of the answer and the points that it earned.
    known
        Texts of the course: what stands in them, everybody may write.
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
    """Return the runs of tokens in a text, without layout, comments and the choice of names."""
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
    except (tokenize.TokenError, SyntaxError):  # no Python; then whatever words there are
        return re.findall(r"\w+|[^\w\s]", source)
    return [token.string for token in tokens if token.type not in _LAYOUT and token.string]


def _share(one: frozenset[Run], two: frozenset[Run]) -> float:
    return len(one & two) / len(one | two)


def _linked(pairs: Collection[tuple[str, str]]) -> list[set[str]]:
    """Return groups of students of whom each is in a pair with another of the group."""
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
    """Return what `alike` finds in each exercise, the most remarkable first.

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
