"""Computes how long the lessons take, by the same rule for all of them.

Reading: `WORDS_A_MINUTE` words a minute.

- Text: each piece between spaces that contains a letter or a digit is a word. HTML tags, link
  targets, optional text in `<details>`, and mark schemes, which students never see, are not
  counted.
- A displayed formula (`$$...$$`) is `FORMULA` words for each of its lines.
- A line of code is `CODE_LINE` words, however short: reading symbols takes longer. Answer cells
  are not counted: the minutes of the exercises include them. Outputs are not counted.

Predictions: one minute for each cell that contains only `prediction = None`.

Exercises: the minutes in the table of exercises near the top of the lesson.

The main path ends at the first heading that begins with `## More`.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .release import lessons, notebook_of

WORDS_A_MINUTE = 150
FORMULA, CODE_LINE = 20, 10  # words

_MORE = re.compile(r"^## More\b", re.MULTILINE)
_EXERCISE = re.compile(r"^#+ *Exercise: *`?(\w+)`?", re.MULTILINE)
_MINUTES = re.compile(r"^(\d+) minutes", re.MULTILINE)
_STATED = re.compile(r"\*\*Time:\*\* about (\d+) minutes")
_PREDICTION = re.compile(r"prediction = None(?:[^\S\n]*#[^\n]*)?")
_FORMULA = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)
_MARK_SCHEME = re.compile(r"### BEGIN MARK SCHEME.*?### END MARK SCHEME", re.DOTALL)
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
_LINK = re.compile(r"\]\([^()\s]*\)")
_FOLDED = re.compile(r"<(/?)details\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Times:
    """The work in a part of a lesson.

    Attributes
    ----------
    words
        Number of words to read.
    predictions
        Number of predictions to make.
    exercises
        Minutes of the exercises.
    """

    words: int = 0
    predictions: int = 0
    exercises: int = 0

    @property
    def minutes(self) -> float:
        """The total time in minutes."""
        return self.words / WORDS_A_MINUTE + self.predictions + self.exercises

    def __add__(self, other: "Times") -> "Times":
        return Times(
            self.words + other.words,
            self.predictions + other.predictions,
            self.exercises + other.exercises,
        )


@dataclass(frozen=True)
class LessonTimes:
    """How long one lesson takes.

    Attributes
    ----------
    main
        The part before the first section named *More*.
    more
        The sections named *More*.
    stated
        The minutes that the lesson states after **Time:**; None if it states none.
    in_table
        The minutes of each exercise in the table of exercises.
    in_text
        The minutes of each exercise in its own text.
    """

    main: Times
    more: Times
    stated: int | None
    in_table: dict[str, int]
    in_text: dict[str, int]

    @property
    def rounded(self) -> int:
        """The minutes of the main path, rounded to ten; the lesson must state this number."""
        return round_to_ten(self.main.minutes)


def round_to_ten(minutes: float) -> int:
    """Round to the nearest ten; 5 is rounded up."""
    return int(minutes / 10 + 0.5) * 10


def times_of(cells: Sequence[Any]) -> LessonTimes:
    """Compute the times of a lesson.

    Parameters
    ----------
    cells
        The cells of its notebook in `solutions/`, as in the JSON of the file.
    """
    parts = {False: Times(), True: Times()}  # by whether a section named "More" has begun
    in_table: dict[str, int] = {}
    in_text: dict[str, int] = {}
    more_exercises: set[str] = set()
    asked, more, stated = "", False, None
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            in_table = in_table or _table_of_exercises(source)
            if stated is None and (said := _STATED.search(source)):
                stated = int(said[1])
            if headings := _EXERCISE.findall(source):
                asked = headings[-1]
            if asked and (minutes := _MINUTES.search(source)):
                in_text.setdefault(asked, int(minutes[1]))
        before, after = _split_at_more(cell, source, more)
        parts[False] += _reading(cell, before)
        parts[True] += _reading(cell, after)
        more = more or bool(after)
        if more and asked and asked in _EXERCISE.findall(after):
            more_exercises.add(asked)
    for exercise, minutes in in_table.items():
        parts[exercise in more_exercises] += Times(exercises=minutes)
    return LessonTimes(parts[False], parts[True], stated, in_table, in_text)


def _split_at_more(cell: Any, source: str, more: bool) -> tuple[str, str]:
    """Split the text of a cell into the part on the main path and the rest."""
    if more:
        return "", source
    heading = _MORE.search(source) if cell["cell_type"] == "markdown" else None
    place = heading.start() if heading else len(source)
    return source[:place], source[place:]


def _reading(cell: Any, source: str) -> Times:
    """Count the words and predictions in `source`, which is all or a part of the cell's text."""
    if cell["metadata"].get("nbgrader", {}).get("solution"):
        return Times()
    if cell["cell_type"] == "markdown":
        return Times(words=words_of_text(source))
    if cell["cell_type"] != "code":
        return Times()
    if _PREDICTION.fullmatch(source.strip()):
        return Times(predictions=1)
    return Times(words=CODE_LINE * sum(bool(line.strip()) for line in source.splitlines()))


def words_of_text(markdown: str) -> int:
    """Count the words of a Markdown text by the rule of this module."""
    text = _without_folded(_MARK_SCHEME.sub(" ", markdown))
    formulas = _FORMULA.findall(text)
    lines = sum(1 + formula.count("\\\\") for formula in formulas)
    return _words(_TAG.sub(" ", _LINK.sub("]", _FORMULA.sub(" ", text)))) + FORMULA * lines


def _words(text: str) -> int:
    return sum(any(sign.isalnum() for sign in piece) for piece in text.split())


def _without_folded(text: str) -> str:
    """Remove the text in `<details>`, which may be nested."""
    kept, depth, place = [], 0, 0
    for tag in _FOLDED.finditer(text):
        if depth == 0:
            kept.append(text[place : tag.start()])
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        place = tag.end()
    return " ".join([*kept, text[place:] if depth == 0 else ""])


def _table_of_exercises(markdown: str) -> dict[str, int]:
    """Return the minutes of the exercises if this text contains their table, else {}."""
    found: dict[str, int] = {}
    heads: list[str] = []
    for line in markdown.splitlines():
        row = [entry.strip() for entry in line.strip().strip("|").split("|")]
        if row[0] == "exercise" and "minutes" in row:
            heads = row
        elif heads and line.strip().startswith("|"):
            entries = dict(zip(heads, row))
            if entries.get("minutes", "").isdigit():
                found[entries["exercise"].strip("`")] = int(entries["minutes"])
        else:
            heads = []
    return found


def times_in(root: Path, lesson: str) -> LessonTimes:
    """Compute the times of the lesson in one folder of `root`/solutions."""
    notebook = json.loads(notebook_of(Path(root, "solutions", lesson)).read_text("utf-8"))
    return times_of(notebook["cells"])


def table(root: Path, chosen: Iterable[str] = ()) -> str:
    """Return the times of lessons as a table.

    Parameters
    ----------
    root
        The folder that contains `solutions/`.
    chosen
        The names of lesson folders; all lessons if empty.
    """
    names = list(chosen) or lessons(root)
    of_all = {name: times_in(root, name) for name in names}
    columns = ("words", "reading", "predictions", "exercises", "minutes")
    heads = ["lesson", *columns, "stated", "More: words", *columns[1:]]
    rows = [
        [name, *_entries(one.main), str(one.stated or "-"), *_entries(one.more)]
        for name, one in of_all.items()
    ]
    if len(rows) > 1:
        main, more = (
            sum((getattr(one, part) for one in of_all.values()), Times())
            for part in ("main", "more")
        )
        stated = sum(one.stated or 0 for one in of_all.values())
        rows.append(["all", *_entries(main), str(stated), *_entries(more)])
    wide = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    return "\n".join(
        "  ".join(
            entry.rjust(width) if place else entry.ljust(width)
            for place, (entry, width) in enumerate(zip(row, wide))
        )
        for row in [heads, *rows]
    )


def _entries(part: Times) -> list[str]:
    reading = part.words / WORDS_A_MINUTE
    numbers = (part.words, reading, part.predictions, part.exercises, part.minutes)
    return [f"{number:.0f}" for number in numbers]
