"""Has an answer wait for a person again if it has changed since a person marked it.

nbgrader asks for another look at every mark by hand when a submission is graded again, and goes
on counting the mark. Here a mark stays if its answer is the same. If not, it counts no more, and
is kept beside the answer that it was given for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbgrader.api import Gradebook

from . import records


@dataclass
class Answers:
    """What is known of the answers of one submission, by the grade_id of the graded cell.

    Attributes
    ----------
    texts
        The digests of the answers that were graded last.
    former
        Marks by hand that count no more: the digest of the answer, and the mark.
    """

    texts: dict[str, str] = field(default_factory=dict)
    former: dict[str, tuple[str, float]] = field(default_factory=dict)

    def mark_now(self, cell: str, text: str, mark: float | None) -> float | None:
        """Return the mark by hand that counts for an answer as it is now, and note what it is.

        Parameters
        ----------
        cell
            The grade_id of the graded cell.
        text
            The digest of the answer.
        mark
            What a person gave for the answer that was graded before, or None.
        """
        before = self.texts.get(cell, text)  # of a mark from elsewhere nothing else is known
        if before.partition(" ")[0] != text.partition(" ")[0]:
            before = text  # the lesson has changed, and not the answer
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
        """Return, by grade_id, why answers wait that were marked once."""
        return {
            cell: f"the answer changed after it was marked; the former mark was {mark:g}"
            for cell, (_, mark) in self.former.items()
        }


def read_answers(gradebook: Gradebook, lesson: str, student: str) -> Answers:
    """Return what is known of the answers of a submission."""
    kept = records.answers(gradebook, lesson, student)
    former: Mapping[str, list] = kept.get("former", {})
    return Answers(kept.get("texts", {}), {cell: (one[0], one[1]) for cell, one in former.items()})


def write_answers(gradebook: Gradebook, lesson: str, student: str, answers: Answers) -> None:
    """Keep what is known of the answers of a submission; it counts once the caller commits."""
    kept = {"texts": answers.texts, "former": answers.former}
    records.write_answers(gradebook, lesson, student, kept)
