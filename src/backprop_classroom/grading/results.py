"""What grading one submission brings: plain data that can go to another process or machine."""

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from ..lesson import Lesson


@dataclass(frozen=True)
class Verdict:
    """The judgement on one exercise of one submission.

    Attributes
    ----------
    exercise
        Its id, or the id of an instructor's own test cell.
    points
        The most it gives.
    earned
        What this answer earns.
    codes
        The codes of the findings, in the order in which to fix them; () if right.
    messages
        What the student is told, one sentence a finding.
    answer
        The source text of the student's cell.
    trusted
        Whether a process judged that runs no student code; False for an instructor's own test cell,
        which runs beside the student's code.
    """

    exercise: str
    points: float
    earned: float
    codes: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    answer: str = ""
    trusted: bool = True


@dataclass(frozen=True)
class Graded:
    """One submission after grading.

    Attributes
    ----------
    student, lesson
        Whose it is, and of which lesson.
    reason
        Why it could not be graded, or "" if it has its points.
    remarks
        What was odd about it, one sentence each: a cell that was deleted, copied or put back, a
        cell that was stopped.
    verdicts
        The judgements, in the order of the lesson.
    scores
        The points of each graded cell by grade_id; None waits for a person.
    comments
        What nbgrader remarks on each answer cell, "No response." or None.
    answers
        By grade_id of each graded cell, "cell" or "notebook" and the digest of what a person marks
        there.
    notebook
        The graded notebook as text, or "".
    """

    student: str
    lesson: str
    reason: str = ""
    remarks: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    scores: dict[str, float | None] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    notebook: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return what is kept beside the points, as plain lists and dicts."""
        return {
            "reason": self.reason,
            "remarks": list(self.remarks),
            "verdicts": [asdict(one) for one in self.verdicts],
        }

    @classmethod
    def from_dict(cls, student: str, lesson: str, kept: dict[str, Any]) -> Self:
        """Rebuild from what `to_dict` gave; points and notebook are nbgrader's to keep."""
        verdicts = tuple(
            Verdict(**{**one, "codes": tuple(one["codes"]), "messages": tuple(one["messages"])})
            for one in kept["verdicts"]
        )
        return cls(student, lesson, kept["reason"], tuple(kept["remarks"]), verdicts)


def fingerprint_of(lesson: Lesson, version: bytes) -> str:
    """Return what tells whether a submission has to be graded again: a text of 64 letters.

    It changes with what was handed in, the lesson's cells, and what judges them.

    Parameters
    ----------
    lesson
        The lesson.
    version
        The `version` of what was handed in; see `submissions.reading.Received`.
    """
    return hashlib.sha256(lesson.fingerprint.encode() + version).hexdigest()
