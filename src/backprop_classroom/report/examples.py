"""Selects students' answers as examples of a mistake, and makes them anonymous.

Comments and docstrings are removed, since people write names there. In the rest, the student's own
id and names are replaced by a placeholder, and so are the ids of other students of the course if
they occur as a whole word.
"""

import io
import re
import tokenize
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ..grading.results import Verdict
from .formats import short

Span = tuple[tuple[int, int], tuple[int, int]]  # row and column of begin and end

SOMEBODY = "[student]"
MOST_LINES = 30
MOST_LETTERS = 1500
READ = 5_000  # maximum characters of an answer that are used; nobody writes more by hand
SHORTEST = 8  # number of candidates that are compared


@dataclass(frozen=True)
class Example:
    """The messages about a mistake, and the answer of one student.

    Attributes
    ----------
    messages
        The messages about this mistake.
    source
        The answer without comments, docstrings and names; possibly truncated.
    more_lines
        How many lines were cut off.
    """

    messages: tuple[str, ...]
    source: str
    more_lines: int = 0


class Names:
    """The ids and names of a class, which are removed from examples.

    Parameters
    ----------
    roster
        All students by id, each with other names.
    """

    def __init__(self, roster: Mapping[str, Collection[str]] | None = None) -> None:
        roster = self.roster = roster or {}
        self.ids = {one.lower() for one in roster if len(one) > 2 and _names_somebody(one)}

    def of(self, student: str) -> set[str]:
        """Return a student's id and names, and the parts of them."""
        whole = [name.strip() for name in (student, *self.roster.get(student, ())) if name]
        parts = [part for name in whole for part in re.split(r"[\W\d_]+", name.split("@")[0])]
        return set(filter(_names_somebody, [*whole, *(part for part in parts if len(part) > 2)]))

    def taken_out(self, text: str, own: set[str]) -> str:
        """Replace a student's own names and the ids of others by a placeholder.

        Parameters
        ----------
        text
            The text.
        own
            The result of `of`. These names are replaced everywhere, but names shorter than six
            characters only if no letter is next to them. Ids of others are replaced only if they
            are a whole word.
        """
        mark = "\ue000"  # not part of any word, so that no name is found inside a placeholder
        written = text.lower()
        here = [name for name in own if name.lower() in written]
        for name in sorted(here, key=lambda name: (-len(name), name)):
            pattern = re.escape(name)
            if len(name) < 6:
                pattern = rf"(?<![^\W\d_]){pattern}(?![^\W\d_])"
            text = re.sub(pattern, mark, text, flags=re.IGNORECASE)
        for word in (r"[\w.@+-]+", r"\w+"):
            text = re.sub(word, lambda it: mark if it[0].lower() in self.ids else it[0], text)
        return text.replace(mark, SOMEBODY)


NOBODY = Names()


def _names_somebody(name: str) -> bool:
    """Return whether a text can be a name; a punctuation mark or a number such as 100 cannot."""
    return any(letter.isalnum() for letter in name) and not (name.isdigit() and len(name) < 5)


def choose(
    code: str, cases: Iterable[tuple[str, Verdict]], names: Names = NOBODY
) -> tuple[Example, ...]:
    """Return the two least similar among the shortest answers, as `Example`s.

    Parameters
    ----------
    code
        The code of the mistake.
    cases
        Pairs of a student's id and the `Verdict` on the answer.
    names
        The `Names` to remove.
    """
    # Several students may have written the same text. Each text is kept with all its writers, so
    # that the choice does not depend on the order of the class.
    writers: dict[tuple[tuple[str, ...], str], set[str]] = {}
    for student, verdict in cases:
        writers.setdefault((_said(code, verdict), verdict.answer), set()).add(student)
    ranks: dict[tuple[tuple[str, ...], str], tuple[Any, ...]] = {}
    for said, answer in sorted(writers, key=lambda text: (len(text[1]), text))[: 2 * SHORTEST]:
        own = set().union(*map(names.of, writers[said, answer]))
        plain = without_comments(answer[:READ])
        clean = (
            tuple(names.taken_out(message, own) for message in said),
            names.taken_out(plain, own),
        )
        # Prefer answers without placeholders, which are easier to read.
        ranks.setdefault(clean, (clean != (said, plain), len(clean[1]), clean))
    best = [_cut(*clean) for clean in sorted(ranks, key=ranks.__getitem__)[:SHORTEST]]
    if len(best) > 2:
        words = [_words(example) for example in best]
        pairs = combinations(range(len(best)), 2)
        one, two = max(pairs, key=lambda pair: _distance(words[pair[0]], words[pair[1]]))
        best = [best[one], best[two]]
    return tuple(best)


def _said(code: str, verdict: Verdict) -> tuple[str, ...]:
    said = [message[:READ] for one, message in zip(verdict.codes, verdict.messages) if one == code]
    # A message may quote a line of the answer together with its comment.
    return tuple(dict.fromkeys(re.sub(r"\s*#[^`]*(?=`)", "", message) for message in said))[:3]


def _words(example: Example) -> Counter[str]:
    return Counter(re.findall(r"\w+|\S", "\n".join((*example.messages, example.source))))


def _distance(one: Counter[str], two: Counter[str]) -> float:
    """Return the share of words that are not common to two word counts."""
    return 1 - 2 * (one & two).total() / max(one.total() + two.total(), 1)


def _cut(messages: tuple[str, ...], source: str) -> Example:
    lines = source.split("\n")
    kept = lines[:MOST_LINES]
    while len(kept) > 1 and len("\n".join(kept)) > MOST_LETTERS:
        kept.pop()
    shown = short("\n".join(kept), MOST_LETTERS)
    return Example(tuple(short(one, 400) for one in messages), shown, len(lines) - len(kept))


# --- what may contain names -----------------------------------------------------------------


def without_comments(source: str) -> str:
    """Return source text without comments, docstrings and empty lines.

    If the text is not valid Python, everything that looks like a comment or docstring is removed.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    try:
        source = _drop(source, _remarks(source))
    except (tokenize.TokenError, SyntaxError):
        source = re.sub(r"(\"\"\"|''')(?s:.*?)(\1|\Z)", "", source)
        source = re.sub(r"#.*", "", source)
    lines = [line.rstrip() for line in source.split("\n")]
    return "\n".join(line for line in lines if line)


_NO_MATTER = (tokenize.COMMENT, tokenize.NL)
_BEGIN = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


def _remarks(source: str) -> list[Span]:
    """Return the positions of comments, and of strings that are a whole statement."""
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    places = [(one.start, one.end) for one in tokens if one.type == tokenize.COMMENT]
    tokens = [one for one in tokens if one.type not in _NO_MATTER]
    statement = True
    strings: list[Span] = []
    for token in tokens:
        if token.type == tokenize.STRING and (statement or strings):
            strings.append((token.start, token.end))
        elif token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            places += strings
            strings = []
        else:
            strings = []
        statement = token.type in _BEGIN
    return places


def _drop(source: str, places: Iterable[Span]) -> str:
    lines = source.split("\n")
    for (first, start), (last, end) in sorted(places, reverse=True):
        lines[first - 1 : last] = [lines[first - 1][:start] + lines[last - 1][end:]]
    return "\n".join(lines)
