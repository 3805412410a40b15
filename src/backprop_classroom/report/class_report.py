"""The data shown by the page and the tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .alike import Alike
from .examples import Example

Points = Mapping[str, float | None]  # by exercise; None if not marked yet


@dataclass(frozen=True)
class Separation:
    """How well an exercise separates strong students from weak ones.

    Attributes
    ----------
    correlation
        The correlation of the points here with those in all other exercises.
    upper, lower
        The mean share of the points in the best and in the weakest 27 %.
    why_not
        Why these could not be computed, or "".
    """

    correlation: float | None = None
    upper: float | None = None
    lower: float | None = None
    why_not: str = ""

    @property
    def index(self) -> float | None:
        """The upper-lower index, from -1 to 1, or None."""
        return None if self.upper is None or self.lower is None else self.upper - self.lower


@dataclass(frozen=True)
class ExerciseTally:
    """The results of one exercise.

    Attributes
    ----------
    exercise, points
        Its id and its maximum points.
    mean
        The mean share of these points, or None.
    right, partly, wrong, to_do, waiting
        Numbers of students; `waiting` counts those whose answer is not marked yet.
    trusted
        False if it was judged in the same process as student code.
    separation
        How well it separates strong students from weak ones.
    """

    exercise: str
    points: float
    mean: float | None
    right: int
    partly: int
    wrong: int
    to_do: int
    waiting: int
    trusted: bool
    separation: Separation

    @property
    def students(self) -> int:
        """The number of students in all groups."""
        return self.right + self.partly + self.wrong + self.to_do + self.waiting


@dataclass(frozen=True)
class MistakeTally:
    """How often one mistake was made in one exercise.

    Attributes
    ----------
    exercise, code, name
        The id of the exercise, and the code and name of the mistake.
    students, of
        The number of students who made it, and of those whose answer was judged.
    examples
        At most two anonymous examples.
    """

    exercise: str
    code: str
    name: str
    students: int
    of: int
    examples: tuple[Example, ...]

    @property
    def share(self) -> float:
        """The share of students who made it, among those whose answer was judged."""
        return self.students / self.of


@dataclass(frozen=True)
class StudentRow:
    """One student of the course.

    Attributes
    ----------
    state
        "graded", "could not be graded", "not graded yet" or "not handed in".
    total
        The points so far, or None.
    waiting
        Whether an answer is not marked yet.
    points
        The points by exercise; None if not marked yet.
    mistakes
        Pairs of exercise and code.
    reason
        Why the submission could not be graded, or "".
    remarks
        Remarks on the submission.
    """

    student: str
    state: str
    total: float | None = None
    waiting: bool = False
    points: Points = field(default_factory=dict)
    mistakes: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClassReport:
    """The results of a class in one lesson.

    Attributes
    ----------
    lesson
        The name of the lesson.
    most
        The maximum points of the lesson.
    exercises
        The exercises in the order of the lesson.
    mistakes
        The mistakes, most frequent first, without unsolved exercises.
    rows
        One row for each student of the course, sorted by id.
    alike
        Similar answers of different students.
    files
        Files that were not placed and whose owner is unknown, each with the reason.
    """

    lesson: str
    most: float
    exercises: tuple[ExerciseTally, ...]
    mistakes: tuple[MistakeTally, ...]
    rows: tuple[StudentRow, ...]
    alike: tuple[Alike, ...] = ()
    files: tuple[str, ...] = ()

    def in_state(self, state: str) -> list[StudentRow]:
        """Return the students in this state."""
        return [row for row in self.rows if row.state == state]

    @cached_property
    def totals(self) -> list[float]:
        """The total points of every graded student, in ascending order."""
        return sorted(row.total or 0.0 for row in self.in_state("graded"))

    @property
    def handed_in(self) -> int:
        """The number of students who handed something in."""
        return len(self.rows) - len(self.in_state("not handed in"))

    @property
    def waiting(self) -> int:
        """The number of students with answers that are not marked yet."""
        return sum(row.waiting for row in self.rows)

    @property
    def quartiles(self) -> tuple[float, ...]:
        """The lower quartile, the median and the upper quartile of the total points."""
        return tuple(float(one) for one in np.quantile(self.totals, (0.25, 0.5, 0.75)))
