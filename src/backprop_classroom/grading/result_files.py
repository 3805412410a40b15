"""Writes the points of one submission in the formats of Gradescope and GitHub Classroom.

Gradescope: https://gradescope-autograders.readthedocs.io/en/latest/specs/. GitHub Classroom: the
action `autograding-grading-reporter` reads this format from its runners, encoded in base64.
"""

from collections.abc import Iterator
from typing import Any

from ..lesson import Lesson, LessonCell
from ..texts import visible
from .results import Graded, Verdict

_BESIDE = "(this is the instructor's own test, which ran in the same process as this code)"


def for_gradescope(graded: Graded, lesson: Lesson | None) -> dict[str, Any]:
    """Return the contents of results.json; answers that a person marks have no score.

    Parameters
    ----------
    graded
        The result of grading.
    lesson
        The lesson; None if it is unknown because the submission could not be read.
    """
    tests: list[dict[str, Any]] = []
    for number, (cell, verdict) in enumerate(_judged(graded, lesson), start=1):
        test: dict[str, Any] = {"name": _name(cell), "number": str(number), "visibility": "visible"}
        if verdict is not None:
            test |= {"score": verdict.earned, "max_score": verdict.points}
        test["status"] = "passed" if _is_passed(graded, cell, verdict) else "failed"
        tests.append(test | {"output": _said(graded, cell, verdict)})
    return {
        "score": _total(graded),
        "output": visible(_about(graded)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }


def for_classroom(graded: Graded, lesson: Lesson | None) -> dict[str, Any]:
    """Return the result of a runner for the reporter of GitHub Classroom.

    Parameters
    ----------
    graded, lesson
        See `for_gradescope`.
    """
    tests: list[dict[str, Any]] = []
    most = 0.0
    for cell, verdict in _judged(graded, lesson):
        if verdict is None:
            continue  # the reporter would count a test without a score
        most += verdict.points
        passed = _is_passed(graded, cell, verdict)
        said = _said(graded, cell, verdict)
        tests.append(
            {
                "name": _name(cell), "status": "pass" if passed else "fail", "line_no": 0,
                "score": verdict.earned, "message": None if passed else said,
                "test_code": None if passed else said,
            }
        )  # fmt: skip
    if graded.reason:
        said = visible(graded.reason)
        tests = [
            {"name": "the notebook", "status": "error", "line_no": 0, "score": 0, "message": said}
        ]
        most = _most(lesson)
    statuses = {test["status"] for test in tests}
    status = "error" if "error" in statuses else "fail" if "fail" in statuses else "pass"
    return {"version": 1, "status": status, "max_score": most, "tests": tests}


def _judged(graded: Graded, lesson: Lesson | None) -> Iterator[tuple[LessonCell, Verdict | None]]:
    """Yield each cell that gives points with its verdict, or with None if a person marks it."""
    verdicts = {verdict.exercise: verdict for verdict in graded.verdicts}
    for cell in lesson.cells if lesson and not graded.reason else ():
        if cell.points is not None:
            yield cell, verdicts.get(_name(cell))


def _name(cell: LessonCell) -> str:
    return cell.exercise.id if cell.exercise else cell.grade_id


def _is_passed(graded: Graded, cell: LessonCell, verdict: Verdict | None) -> bool:
    if verdict is None:
        return not graded.comments.get(cell.grade_id)
    return verdict.earned == verdict.points


def _said(graded: Graded, cell: LessonCell, verdict: Verdict | None) -> str:
    if verdict is None:
        answered = (
            graded.comments.get(cell.grade_id)
            or f"A person marks this answer (at most {cell.points:g} points)."
        )
        return visible(answered)
    lines = list(verdict.messages) or ["right"]
    return visible("\n".join(lines if verdict.trusted else [*lines, _BESIDE]))


def _about(graded: Graded) -> str:
    if graded.reason:
        return f"This could not be graded: {graded.reason}"
    return "\n".join(graded.remarks)


def _total(graded: Graded) -> float:
    return round(sum(verdict.earned for verdict in graded.verdicts), 2)


def _most(lesson: Lesson | None) -> float:
    cells = lesson.cells if lesson else ()
    return sum(cell.points or 0.0 for cell in cells if cell.grade and not cell.solution)
