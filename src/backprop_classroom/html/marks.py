"""Shows "not marked yet" in feedback where nbgrader would show 0 points."""

from typing import Any

from jinja2.filters import do_float, do_round
from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades
from traitlets import List

NOT_MARKED = "not marked yet"
SO_FAR = "so far"


class GetMarks(GetGrades):
    """Copies points from the gradebook into the notebook; missing marks become `NOT_MARKED`.

    nbgrader's template passes scores through the filters `float` and `round`; the filters below
    return such texts unchanged.
    """

    # See `HideMarkScheme`.
    display_data_priority: List[Any] = List().tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook with its points, and the resources with their sum."""
        self._some_are_missing = False
        nb, resources = super().preprocess(nb, resources)
        if self._some_are_missing:
            about = resources["nbgrader"]
            about["score"] = f"{float(about['score']):g} {SO_FAR}"
        return nb, resources

    def _get_score(self, cell: NotebookNode, resources: Any) -> None:
        id = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(id, self.notebook_id, self.assignment_id, self.student_id)
        is_missing = grade.needs_manual_grade and grade.manual_score is None
        self._some_are_missing |= is_missing
        cell.metadata.nbgrader["score"] = NOT_MARKED if is_missing else grade.score
        cell.metadata.nbgrader["points"] = grade.max_score


def as_float(value: Any, default: float = 0.0) -> Any:
    """Replace the filter `float` of pages; texts from `GetMarks` are returned unchanged."""
    return value if _is_words(value) else do_float(value, default)


def as_rounded(value: Any, precision: int = 0, method: Any = "common") -> Any:
    """Replace the filter `round` of pages; texts from `GetMarks` are returned unchanged."""
    return value if _is_words(value) else do_round(value, precision, method)


def _is_words(value: object) -> bool:
    return isinstance(value, str) and value.endswith((NOT_MARKED, SO_FAR))
