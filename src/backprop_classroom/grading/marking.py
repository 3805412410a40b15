"""Grades one submission: turns the bytes of a notebook into points, in any worker."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from nbformat import NotebookNode

from backprop.report import Report
from backprop.sandbox.missing_libraries import MISSING, SAID
from backprop_judge import EXERCISES
from backprop_judge.exercise import Exercise

from ..html.notebooks import clean_notebook
from ..lesson import Lesson, LessonCell
from ..submissions.reading import Submission, Unreadable, parse_within_limits
from .budget import Budget, OutOfTime
from .results import Graded, Verdict
from .sandbox import Sandbox
from .session import Broke, Session, report_on

MOST_SAID = 10_000  # characters of an output that are searched for missing libraries
MOST_LIBRARIES = 3  # named in a remark; any code can print that a library is missing
_MISSING = re.compile(rf"^(\w{{1,40}}) {SAID}", re.MULTILINE | re.ASCII)
MOST_SHOWN = 24 * 2**20  # bytes of all outputs of a notebook
_TOO_MUCH = {
    "output_type": "stream",
    "name": "stderr",
    "text": "(the output of this notebook is too large; the output of this cell was left out)\n",
}


@dataclass
class _Progress:
    """The results of a submission so far, over all attempts to run it.

    Attributes
    ----------
    stopped
        By index of a cell: why it must not run again.
    reports
        By exercise: the `Report` of the judge.
    asked
        By index of a cell: reports on answers that the cell asked to check, and that must not be
        called again.
    outputs
        By index of a cell: its outputs, its execution count and their size in bytes.
    remarks
        Remarks on the submission, one sentence each.
    """

    stopped: dict[int, str] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    asked: dict[int, dict[str, Report]] = field(default_factory=dict)
    outputs: dict[int, tuple[Any, int | None, int]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def keep(self, place: int, outputs: Any, count: int | None, size: int) -> None:
        """Store the outputs of a cell, unless all outputs together are too large."""
        others = sum(kept[2] for other, kept in self.outputs.items() if other != place)
        if others + size > MOST_SHOWN:
            outputs, size = [_TOO_MUCH], 0
        self.outputs[place] = outputs, count, size


def mark(
    sandbox: Sandbox, lesson: Lesson, student: str, data: bytes, patient: bool = True
) -> Graded:
    """Grade one submission and return `Graded`.

    Parameters
    ----------
    sandbox
        An open `Sandbox`.
    lesson
        The `Lesson`.
    student
        The student's id.
    data
        The bytes of the notebook.
    patient
        Whether to wait for idle code.

    Raises
    ------
    SandboxFailed
        If the sandbox fails for a reason other than the student's code.
    Waits
        If the code is idle and `patient` is false.
    """
    try:
        submission = parse_within_limits(data, lesson)
    except Unreadable as error:
        return Graded(student, lesson.name, reason=str(error))
    if lesson.cells and submission.is_another:
        why = (
            f"{lesson.notebook}.ipynb contains none of the cells of {lesson.name}: it is another "
            "notebook, or all its cells were deleted"
        )
        return Graded(student, lesson.name, reason=why)
    # Every student and every version gets different test cases, so that cases printed by one
    # notebook are useless in another. The same bytes always get the same cases and points.
    text = f"{lesson.seed} {student} ".encode("utf-8", "replace")
    seed = int.from_bytes(hashlib.sha256(text + data).digest()[:8], "big")
    progress = _Progress()
    budget = Budget(sandbox.limits, sandbox.use, patient)
    try:
        while not _attempt(sandbox, lesson, submission.notebook, seed, progress, budget):
            pass
    except OutOfTime as error:
        progress.remarks.append(f"its code was stopped: {error}")
    return _graded(lesson, student, submission, progress)


def _attempt(
    sandbox: Sandbox,
    lesson: Lesson,
    notebook: NotebookNode,
    seed: int,
    progress: _Progress,
    budget: Budget,
) -> bool:
    """Run the notebook from its first cell; return whether it reached its last cell.

    If a cell or an answer breaks the process, it is recorded, so that the next attempt skips it
    and everything else gets its points.
    """
    line = sandbox.open()
    session = Session(line, sandbox.limits, budget)
    place, judged, is_open = 0, None, True
    try:
        for place, cell, entries in _steps(lesson, notebook):
            judged = None
            if cell is not None and place not in progress.stopped:
                shown, count, size = session.run(cell.source, progress.asked.get(place))
                progress.keep(place, shown, count, size)
            for judged in entries:
                if judged.id not in progress.reports:
                    progress.reports[judged.id] = session.examine(judged, seed)
        return True
    except Broke as broke:
        is_open = False
        why = sandbox.end(line)
        _note(progress, place, judged, Broke(why or broke.why, broke.late, broke.asked))
        return False
    finally:
        if is_open:
            sandbox.end(line)


def _note(progress: _Progress, place: int, judged: Exercise | None, broke: Broke) -> None:
    if judged is not None:
        progress.reports[judged.id] = report_on(judged, broke)
        progress.remarks.append(f"{judged.id} was stopped: {broke.why}")
    elif broke.asked and broke.asked not in progress.asked.get(place, {}):
        reports = progress.asked.setdefault(place, {})
        reports[broke.asked] = report_on(EXERCISES[broke.asked], broke)
    else:
        progress.stopped[place] = broke.why
        progress.remarks.append(f"cell {place + 1} was stopped: {broke.why}")


def _steps(
    lesson: Lesson, notebook: NotebookNode
) -> Iterator[tuple[int, NotebookNode | None, list[Exercise]]]:
    """Yield the steps in order: the cell index, the cell to run or None, the exercises to judge.

    An exercise is judged at the position of its check, or after its answer cell if that was moved
    below the check.
    """
    places = {}
    for place, cell in enumerate(notebook.cells):
        id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if id is not None:
            places[id] = place
    due: dict[int, list[Exercise]] = {}
    for id, place in places.items():
        entry = lesson.by_id[id].exercise
        if entry is not None:
            due.setdefault(max(place, places.get(entry.id, place)), []).append(entry)
    checks = {place for id, place in places.items() if lesson.by_id[id].exercise is not None}
    for place, cell in enumerate(notebook.cells):
        runs = cell.cell_type == "code" and place not in checks and cell.source.strip()
        if runs or place in due:
            yield place, cell if runs else None, due.get(place, [])


def _graded(lesson: Lesson, student: str, submission: Submission, progress: _Progress) -> Graded:
    for place, cell in enumerate(submission.notebook.cells):
        if cell.cell_type == "code":
            _show(cell, place, progress)
    progress.remarks += _remarks_on_libraries(submission.notebook)
    notebook = clean_notebook(submission.notebook)
    remarks = [*submission.remarks, *progress.remarks]
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }
    scores: dict[str, float | None] = {}
    verdicts: list[Verdict] = []
    comments: dict[str, str | None] = {}
    for known in lesson.cells:
        cell, entry = cells.get(known.grade_id), known.exercise
        if entry is not None:
            own = cells.get(entry.id)
            report = progress.reports.get(entry.id) if cell is not None else None
            verdict = _verdict(known, entry, own.source if own is not None else "", report, cell)
            scores[known.grade_id] = verdict.earned
            verdicts.append(verdict)
            if cell is not None:
                _show_report(cell, report, verdict)
        elif known.grade:
            waits = known.grade_id in submission.recognized
            scores[known.grade_id], of_test = _by_nbgrader(known, cell, remarks, waits)
            verdicts += [of_test] if of_test else []
        elif known.task:
            scores[known.grade_id] = None
        if (known.solution or known.task) and cell is not None:
            is_empty = known.grade_id not in submission.recognized and _is_empty(known, cell)
            comments[known.grade_id] = "No response." if is_empty else None
    return Graded(
        student, lesson.name, remarks=tuple(remarks), verdicts=tuple(verdicts), scores=scores,
        comments=comments, answers=_answers(lesson, submission.notebook),
        notebook=json.dumps(notebook, ensure_ascii=False),
    )  # fmt: skip


def _answers(lesson: Lesson, notebook: NotebookNode) -> dict[str, str]:
    """Return, by grade_id of each graded cell, the digest of the text that a person marks.

    For a check, this is the cell with the answer. For a task or an instructor's own test, it is
    every cell that the student can edit.
    """
    own = [
        (cell.metadata.get("nbgrader", {}), "\n".join(map(str.rstrip, cell.source.splitlines())))
        for cell in notebook.cells
        if not cell.metadata.get("nbgrader", {}).get("locked")
    ]
    found = {}
    for known in lesson.cells:
        if known.grade or known.task:
            id = known.exercise.id if known.exercise else known.grade_id if known.solution else ""
            texts = [text.strip() for of, text in own if not id or of.get("grade_id") == id]
            digest = hashlib.sha256(repr(texts).encode()).hexdigest()
            found[known.grade_id] = f"{'cell' if id else 'notebook'} {digest}"
    return found


def _remarks_on_libraries(notebook: NotebookNode) -> list[str]:
    """Return a remark if the output mentions imports that the sandbox does not have."""
    outputs = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if isinstance(output, dict) and output.get("name") == "stderr"
    ]
    said = "\n".join(str(output.get("text", ""))[:MOST_SAID] for output in outputs)
    names = list(dict.fromkeys(_MISSING.findall(said)))
    more = f" and {len(names) - MOST_LIBRARIES} more" if names[MOST_LIBRARIES:] else ""
    named = ", ".join(names[:MOST_LIBRARIES]) + more
    return [f"{named}: {MISSING}; code that needs it earns nothing"] if names else []


def _show(cell: NotebookNode, place: int, progress: _Progress) -> None:
    """Write the outputs into a cell, or the reason why it was stopped."""
    outputs, count, _ = progress.outputs.get(place, ([], None, 0))
    if place in progress.stopped:
        said = f"This cell was stopped: {progress.stopped[place]}."
        error = {"output_type": "error", "ename": "Stopped", "evalue": said, "traceback": [said]}
        outputs = [error]
    # Only a list is valid here; nbformat would copy other nested data without end.
    cell.outputs = outputs if isinstance(outputs, list) else []
    cell.execution_count = count


def _show_report(cell: NotebookNode, report: Report | None, verdict: Verdict) -> None:
    # Set after the notebook was sanitized, so that students cannot set it on their own outputs.
    cell.metadata["judged"] = True
    if report is None:
        said = "\n".join(verdict.messages)
        data = {"text/plain": said, "text/html": f"<p>{escape(said)}</p>"}
        cell.outputs = [{"output_type": "display_data", "data": data, "metadata": {}}]
        return
    data = {"text/plain": repr(report.earned), "text/html": report._repr_html_()}
    cell.outputs = [
        {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}
    ]


def _verdict(
    known: LessonCell,
    entry: Exercise,
    answer: str,
    report: Report | None,
    cell: NotebookNode | None,
) -> Verdict:
    if report is None:
        codes = ("not-reached",) if cell is not None else ("check-missing",)
        said = "it did not run" if cell is not None else "its check is missing"
        return Verdict(entry.id, entry.points, 0.0, codes, (f"{entry.id}: {said}",), answer)
    points = known.points or 0.0
    return Verdict(
        entry.id,
        points,
        round(points * report.score, 2),
        tuple(finding.code for finding in report.findings),
        tuple(finding.located for finding in report.findings),
        answer,
    )


def _is_empty(known: LessonCell, cell: NotebookNode) -> bool:
    """Return whether an answer cell is unchanged since its release."""
    return not known.task and cell.source in (known.source, known.released)


def _by_nbgrader(
    known: LessonCell, cell: NotebookNode | None, remarks: list[str], waits: bool
) -> tuple[float | None, Verdict | None]:
    """Return the points of a cell other than our checks, and its `Verdict` if it is a test.

    A written answer gets None, which means that a person marks it, unless it is unchanged; with
    `waits`, it always gets None.
    """
    if cell is None:
        return 0.0, None
    if known.solution:
        return (0.0 if _is_empty(known, cell) and not waits else None), None
    # Imported here, because this takes a second and the lessons of the course do not need it.
    from nbgrader.utils import determine_grade

    try:
        score, _ = determine_grade(cell)
    except ValueError as error:  # more points than the maximum
        remarks.append(f"the test {known.grade_id} gave impossible points: {error}")
        score = 0.0
    except KeyError:  # the result is a picture, for example
        remarks.append(f"the test {known.grade_id} shows a result without text: no points")
        score = 0.0
    earned, points = float(score or 0.0), known.points or 0.0
    codes = () if earned == points else ("test-failed",)
    said = () if not codes else (f"{known.grade_id}: the test gives {earned:g} points",)
    return score, Verdict(known.grade_id, points, earned, codes, said, "", trusted=False)
