"""What the page and the tables say about a class: plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .alike import Alike
from .examples import Example

Points = Mapping[str, float | None]  # by exercise; None waits for a person


@dataclass(frozen=True)
class Separation:
    """How far an exercise tells strong students from weak ones.

    Attributes
    ----------
    correlation
        Of the points here with the points in all other exercises.
    upper, lower
        The mean share of the points in the best and in the weakest 27 %.
    why_not
        Why these cannot be computed, or "".
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
    """How one exercise went.

    Attributes
    ----------
    exercise, points
        Its id and the most it gives.
    mean
        The mean share of these points, or None.
    right, partly, wrong, to_do, waiting
        Numbers of students; who waits for a mark by a person is in no other group.
    trusted
        False if it was judged in the same process as student code.
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
    students, of
        Who made it, and whose answer to this exercise was judged.
    examples
        Two anonymous ones at most.
    """

    exercise: str
    code: str
    name: str
    students: int
    of: int
    examples: tuple[Example, ...]

    @property
    def share(self) -> float:
        """The share of those judged who made it."""
        return self.students / self.of


@dataclass(frozen=True)
class StudentRow:
    """One student of the course.

    Attributes
    ----------
    state
        "graded", "could not be graded", "not graded yet" or "not handed in".
    total
        The points known so far, or None.
    waiting
        Whether something waits for a mark by a person.
    points
        By exercise; None where it waits.
    mistakes
        Pairs of exercise and code.
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
    """All that the page and the tables say about one lesson.

    Attributes
    ----------
    most
        The points of the whole lesson.
    exercises
        In the order of the lesson.
    mistakes
        The most frequent first, without what is only to do.
    rows
        One for each student of the course, by name.
    alike
        Answers of different students that are alike.
    files
        Files without a place of which nobody knows whose they are, each with the reason.
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
        """The number of students of whom something waits for a mark by a person."""
        return sum(row.waiting for row in self.rows)

    @property
    def quartiles(self) -> tuple[float, ...]:
        """A quarter, half and three quarters of the class have at most these points."""
        return tuple(float(one) for one in np.quantile(self.totals, (0.25, 0.5, 0.75)))
