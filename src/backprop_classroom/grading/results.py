"""The result of grading one submission, as plain data for another process or machine."""

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
        The id of the exercise, or of an instructor's own test cell.
    points
        The maximum points.
    earned
        The points of this answer.
    codes
        The codes of the findings, in the order in which to fix them; () if the answer is right.
    messages
        The messages for the student, one sentence per finding.
    answer
        The source text of the student's cell.
    trusted
        Whether the judging process runs no student code. False for an instructor's own test cell,
        which runs in the same process as the student's code.
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
        The id of the student and the name of the lesson.
    reason
        Why it could not be graded, or "" if it was graded.
    remarks
        Unusual events, one sentence each: a cell was deleted, copied, restored or stopped.
    verdicts
        The judgements, in the order of the lesson.
    scores
        The points of each graded cell, by grade_id; None if a person marks it.
    comments
        nbgrader's comment on each answer cell: "No response." or None.
    answers
        By grade_id of each graded cell: "cell" or "notebook", and the digest of the text that a
        person marks.
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
        """Return the fields that are stored next to the points, as plain lists and dicts."""
        return {
            "reason": self.reason,
            "remarks": list(self.remarks),
            "verdicts": [asdict(one) for one in self.verdicts],
        }

    @classmethod
    def from_dict(cls, student: str, lesson: str, kept: dict[str, Any]) -> Self:
        """Create an object from the result of `to_dict`, which has no scores and no notebook."""
        verdicts = tuple(
            Verdict(**{**one, "codes": tuple(one["codes"]), "messages": tuple(one["messages"])})
            for one in kept["verdicts"]
        )
        return cls(student, lesson, kept["reason"], tuple(kept["remarks"]), verdicts)


def fingerprint_of(lesson: Lesson, version: bytes) -> str:
    """Return a hash of 64 characters; if it changes, the submission has to be graded again.

    It depends on the submission, the lesson's cells, and the code of the judge.

    Parameters
    ----------
    lesson
        The lesson.
    version
        The `version` of the submission; see `submissions.reading.Received`.
    """
    return hashlib.sha256(lesson.fingerprint.encode() + version).hexdigest()
