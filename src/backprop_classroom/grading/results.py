"""What grading one submission brings: plain data that can go to another process or machine."""

import hashlib
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Verdict:
    """The judgement on one exercise of one submission.

    exercise -- its id, or the id of an instructor's own test cell.
    points -- the most it gives.
    earned -- what this answer earns.
    codes -- the codes of the findings, in the order in which to mend them; () if right.
    messages -- what the student is told, one sentence a finding.
    answer -- the source text of the student's cell.
    trusted -- whether a process judged that runs no student code; False for an
        instructor's own test cell, which runs beside the student's code.
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

    student, lesson -- whose it is, and of which lesson.
    reason -- why it could not be graded, or "" if it has its points.
    remarks -- what was odd about it, one sentence each: a cell that was deleted, copied
        or put back, a cell that was stopped.
    verdicts -- the judgements, in the order of the lesson.
    scores -- the points of each graded cell by grade_id; None waits for a person.
    comments -- nbgrader's own remark on each answer cell, "No response." or None.
    notebook -- the graded notebook as text, or "".
    """

    student: str
    lesson: str
    reason: str = ""
    remarks: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    scores: dict[str, float | None] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    notebook: str = ""

    def to_dict(self):
        """Return what is kept beside the points, as plain lists and dicts."""
        return {
            "reason": self.reason,
            "remarks": list(self.remarks),
            "verdicts": [asdict(one) for one in self.verdicts],
        }

    @classmethod
    def from_dict(cls, student, lesson, kept):
        """Rebuild from what `to_dict` gave; points and notebook are nbgrader's to keep."""
        verdicts = tuple(
            Verdict(**{**one, "codes": tuple(one["codes"]), "messages": tuple(one["messages"])})
            for one in kept["verdicts"]
        )
        return cls(student, lesson, kept["reason"], tuple(kept["remarks"]), verdicts)


def fingerprint_of(lesson, version):
    """Return what tells whether a submission has to be graded again: a text of 64 letters.

    It changes with what was handed in, the lesson's cells, and what judges them.

    version -- the `version` of what was handed in; see `submissions.reading.Received`.
    """
    return hashlib.sha256(lesson.fingerprint.encode() + version).hexdigest()
