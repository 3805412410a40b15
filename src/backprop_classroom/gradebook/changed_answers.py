"""Requires manual grading again if an answer has changed since it was marked.

When a submission is graded again, nbgrader asks the instructor to review every manual mark, and
still counts it. This module keeps a mark if its answer is unchanged. Otherwise the mark no longer
counts; it is saved together with the answer that it was given for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbgrader.api import Gradebook

from . import records


@dataclass
class Answers:
    """The answers of one submission, by the grade_id of the graded cell.

    Attributes
    ----------
    texts
        The digests of the answers that were graded last.
    former
        Manual marks that no longer count: the digest of the answer, and the mark.
    """

    texts: dict[str, str] = field(default_factory=dict)
    former: dict[str, tuple[str, float]] = field(default_factory=dict)

    def mark_now(self, cell: str, text: str, mark: float | None) -> float | None:
        """Return the manual mark that counts for the current answer, and store its digest.

        Parameters
        ----------
        cell
            The grade_id of the graded cell.
        text
            The digest of the answer.
        mark
            The manual mark for the answer that was graded last, or None.
        """
        before = self.texts.get(cell, text)  # unknown if the answer was not graded here
        if before.partition(" ")[0] != text.partition(" ")[0]:
            before = text  # the lesson has changed, not the answer
        self.texts[cell] = text
        if mark is None:
            if self.former.get(cell, ("",))[0] != text:
                return None
            return self.former.pop(cell)[1]
        self.former.pop(cell, None)
        if before != text:
            self.former[cell] = before, mark
            return None
        return mark

    def said(self) -> dict[str, str]:
        """Return, by grade_id, why answers that were marked have to be marked again."""
        return {
            cell: f"the answer changed after it was marked; the previous mark was {mark:g}"
            for cell, (_, mark) in self.former.items()
        }


def read_answers(gradebook: Gradebook, lesson: str, student: str) -> Answers:
    """Return the saved `Answers` of a submission."""
    kept = records.answers(gradebook, lesson, student)
    former: Mapping[str, list] = kept.get("former", {})
    return Answers(kept.get("texts", {}), {cell: (one[0], one[1]) for cell, one in former.items()})


def write_answers(gradebook: Gradebook, lesson: str, student: str, answers: Answers) -> None:
    """Save the `Answers` of a submission; the caller commits."""
    kept = {"texts": answers.texts, "former": answers.former}
    records.write_answers(gradebook, lesson, student, kept)
