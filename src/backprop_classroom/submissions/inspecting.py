"""Finds what is wrong with a notebook before it is handed in."""

import contextlib
import json
import logging
import re
import subprocess
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat

from backprop_judge import EXERCISES

from ..lesson import Lesson, LessonCell
from ..limits import Limits
from ..processes import use_of
from ..release import KERNEL_ARGUMENTS, notebook_of, points_given
from ..texts import shown
from .reading import parse, settings_of

LOOK_SECONDS = 0.5  # between two looks at the CPU time of a kernel
LARGE = 10 * 2**20  # many mail servers and learning platforms refuse more


@dataclass(frozen=True)
class Remark:
    """One thing about a notebook.

    text -- what was seen, and where.
    advice -- what to do.
    blocks -- whether it should be mended before the notebook is handed in, since it
        costs points or may.
    """

    text: str
    advice: str = ""
    blocks: bool = False


def known_lessons(*, root):
    """Return the names of the lessons that students of this course have, in order."""
    found = {path.parent.name for path in Path(root).glob("solutions/*/*.ipynb")}
    found |= {path.parent.name for path in Path(root).glob("notebooks/*/*.ipynb")}
    return sorted(found | {entry.lesson for entry in EXERCISES.values()})


def name_of_notebook(*, root, lesson):
    """Return what the notebook of a lesson is called, without the ending."""
    source = Path(root, "solutions", lesson)
    return notebook_of(source).stem if source.is_dir() else lesson.partition("_")[2]


def handed_out(*, root, lesson):
    """Return the `Lesson` as students get it.

    It is taken from solutions/, and where students do not have that folder, from the
    exercises in this package: then it has no cells but those that earn points. It is not
    taken from notebooks/, since there students work.
    """
    name = name_of_notebook(root=root, lesson=lesson)
    if not Path(root, "solutions", lesson).is_dir():
        return Lesson(lesson, name, tuple(_cells_of_exercises(lesson)), seed=0)
    source = notebook_of(Path(root, "solutions", lesson))
    notebook = nbformat.read(source, as_version=4)
    cells = tuple(_lesson_cell(cell) for cell in notebook.cells if "nbgrader" in cell.metadata)
    return Lesson(lesson, name, cells, seed=0)


def _lesson_cell(cell):
    settings = cell.metadata.nbgrader
    text = _as_handed_out(cell.source)
    points = settings.get("points") if settings.get("grade") or settings.get("task") else None
    return LessonCell(
        settings.grade_id, cell.cell_type, text, "", bool(settings.get("locked")),
        bool(settings.get("solution")), bool(settings.get("task")), points, text,
    )  # fmt: skip


def _as_handed_out(text):
    """Return a cell without hidden tests and mark schemes, as nbgrader would; students have none."""
    kept, inside = [], False
    for line in text.split("\n"):
        mark = re.search("(BEGIN|END) (HIDDEN TESTS|MARK SCHEME)", line)
        if mark:
            inside = mark[1] == "BEGIN"
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def _cells_of_exercises(lesson):
    for entry in EXERCISES.values():
        if entry.lesson != lesson:
            continue
        if entry.manual:
            yield LessonCell(entry.id, "markdown", "", "", False, True, False, entry.points)
            continue
        line = f'check("{entry.id}", {entry.id})'
        yield LessonCell(entry.id, "code", "", "", False, True, False, None)
        yield LessonCell(
            f"check_{entry.id}", "code", line, "", True, False, False, entry.points, line
        )


def remarks_on_cells(data, *, lesson):
    """Return a `Remark` for each cell of the lesson that is lost, doubled or altered.

    data -- the bytes of a notebook that `reading.parse` could read.
    lesson -- the `Lesson` as students get it.
    """
    content = json.loads(data.decode("utf-8-sig"))
    cells = content["cells"] if content["nbformat"] == 4 else []  # older ones know no grade_ids
    found = {}
    for number, cell in enumerate(cells, start=1):
        settings = settings_of(cell)
        if settings.get("grade_id") in lesson.by_id:
            found.setdefault(settings["grade_id"], []).append((number, cell, settings))
    if not found:
        return [
            Remark(
                f"this is another notebook: it has none of the cells of {lesson.name} that are "
                "graded",
                f"look whether you have saved the lesson under its own name, {lesson.notebook}"
                ".ipynb",
                blocks=True,
            )
        ]
    remarks = []
    for known in lesson.cells:
        if known.grade_id in found:
            remarks += _remarks_on_cell(known, found[known.grade_id])
        else:
            remarks.append(_lost(known))
    return remarks


def _text_of(cell):
    return "".join(cell["source"])  # a list of lines, or all of them in one


def _lost(known):
    if known.points is None and not known.solution:
        return Remark(f"the cell {known.grade_id} is missing; it earns nothing, so nothing is lost")
    what = "the check" if known.locked else "the answer"
    return Remark(
        f"{what} {known.grade_id} is missing from the notebook",
        "take the lesson as it was given out, copy your answers into it, and save it; a cell "
        "that you write yourself is not known to grading",
        blocks=known.points is not None or not known.grade_id.startswith("paste_"),
    )


def _remarks_on_cell(known, several):
    number, cell, settings = several[-1]  # the one that grading takes
    id = known.grade_id
    remarks = []
    if len(several) > 1:
        numbers = " and ".join(str(place) for place, _, _ in several)
        same = len({_text_of(one) for _, one, _ in several}) == 1
        remarks.append(
            Remark(
                f"the cell {id} is there {len(several)} times (cells {numbers}); the last counts",
                "they are the same, so nothing is lost"
                if same or known.locked
                else f"make cell {number} the one that you mean, or delete it",
                blocks=not same and not known.locked,
            )
        )
    if known.locked and _text_of(cell) not in (known.source, known.released):
        remarks.append(
            Remark(
                f"the locked cell {id} (cell {number}) has been changed",
                "grading puts it back as it was; the points below are those that it gives then",
            )
        )
    if cell["cell_type"] != known.cell_type:
        remarks.append(
            Remark(
                f"the cell {id} (cell {number}) has become a {cell['cell_type']} cell",
                f"grading takes it for a {known.cell_type} cell, as it was",
            )
        )
    if known.points is not None and settings.get("points", known.points) != known.points:
        remarks.append(
            Remark(
                f"the cell {id} (cell {number}) gives {shown(settings['points'])[:20]} points",
                f"grading goes by the lesson, which gives {known.points:g}",
            )
        )
    return remarks


@dataclass(frozen=True)
class Outcome:
    """What came of running a notebook from a fresh kernel.

    remarks -- cells that fail, and exercises still to be done.
    earned, most -- the points that its checks gave, and all that they can give.
    by_person -- the points that a person gives on top.
    """

    remarks: list[Remark]
    earned: float
    most: float
    by_person: float


def run(data, *, lesson, limits=Limits()):
    """Run a notebook from its first cell to its last as grading does, and look what it earns.

    data -- the bytes of a notebook that `reading.parse` can read.
    lesson -- the `Lesson` as students get it; what is locked in it is put back first.
    limits -- the `Limits`, of which those on time are kept.

    Returns an `Outcome`. Raises `reading.Unreadable` if the notebook is none.
    """
    notebook = parse(data, lesson).notebook
    remarks = _execute(notebook, limits)
    return _outcome(notebook, lesson, remarks)


def _execute(notebook, limits):
    """Execute all cells, also after one has failed; return the `Remark`s on those that did."""
    # Here, since they take a while, and a notebook that is missing needs neither.
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError

    end = time.monotonic() + limits.backstop * limits.submission_seconds
    most = limits.backstop * limits.cell_seconds
    started = []
    quiet = logging.getLogger(__name__)
    quiet.setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as scratch:
        client = NotebookClient(
            notebook,
            timeout_func=lambda cell: max(1, min(most, end - time.monotonic())),
            allow_errors=True,
            kernel_name="python3",
            extra_arguments=KERNEL_ARGUMENTS,
            record_timing=False,
            resources={"metadata": {"path": scratch}},
            on_cell_start=lambda cell, cell_index: started.append(cell_index),
            log=quiet,
        )
        try:
            # What the process itself prints, when it is stopped for instance, is not for students.
            with _kernel_stopped_beyond(limits, client, started) as stopped:
                client.execute(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except (CellTimeoutError, RuntimeError) as error:  # the second: a kernel that is gone
            if stopped.is_set() or isinstance(error, CellTimeoutError):
                advice = (
                    f"allowed are {limits.cell_seconds:g} seconds of CPU time a cell and "
                    f"{limits.submission_seconds:g} in all, {limits.backstop:g} times as many by the "
                    "clock; the cells below it did not run"
                )
                said = "takes too long"
            elif not started:
                said = f"no Python could be started to run it: {shown(error)[:200]}"
                return [Remark(said, "see that make lab works here", blocks=True)]
            else:
                said = "ends Python"
                advice = (
                    "look for exit(), or for more memory than there is; the cells below did not run"
                )
        else:
            return _errors(notebook)
    # What the last one says besides is that it was interrupted.
    stopped = started[-1]
    return [*_errors(notebook, but=stopped), _failing(notebook, stopped, said, advice)]


@contextlib.contextmanager
def _kernel_stopped_beyond(limits, client, started):
    """End the kernel of a client as soon as a cell, or all together, use too much CPU time.

    started -- the places of the cells that have started so far, to which others are added.

    Yields an event that is set when that has happened.
    """
    stopped, done = threading.Event(), threading.Event()

    def watch():
        at, begun, first = None, 0.0, None
        while not done.wait(LOOK_SECONDS):
            kernel = getattr(getattr(client.km, "provisioner", None), "process", None)
            if kernel is None:
                continue
            used, _ = use_of(kernel.pid)
            first = used if first is None else first
            if at != len(started):
                at, begun = len(started), used
            if used - begun > limits.cell_seconds or used - first > limits.submission_seconds:
                stopped.set()
                kernel.kill()
                return

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield stopped
    finally:
        done.set()
        watching.join()


def _errors(notebook, but=None):
    remarks = []
    for place, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error" and place != but:
                # A cell has no name that anybody knows.
                value = re.sub(r"\(\d+\.py, line", "(line", output.evalue)
                said = f"fails with {shown(output.ename)[:80]}: {shown(value)[:200]}"
                advice = "mend it; to see it yourself: Kernel, Restart Kernel and Run All Cells"
                remarks.append(_failing(notebook, place, said.removesuffix(": "), advice))
    return remarks


def _failing(notebook, place, said, advice):
    lines = notebook.cells[place].source.strip().splitlines() or [""]
    where = f"cell {place + 1} of {len(notebook.cells)}, which begins with {shown(lines[0])[:70]!r}"
    return Remark(f"{where}, {said}", advice, blocks=True)


def _outcome(executed, lesson, remarks):
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in executed.cells}
    earned = most = by_person = 0.0
    for known in lesson.cells:
        if known.points is None:
            continue
        cell = cells.get(known.grade_id)
        if known.solution or known.task:
            by_person += known.points
            if cell is not None and _is_unanswered(cell):
                remarks.append(
                    Remark(f"{known.grade_id}: not answered yet ({known.points:g} points)")
                )
            continue
        most += known.points
        if cell is None or cell.cell_type != "code":
            continue
        earned += min(max(points_given(cell) or 0.0, 0.0), known.points)
        headline = _headline(cell)
        if headline and ": right, " not in headline:
            remarks.append(Remark(headline))
    return Outcome(remarks, earned, most, by_person)


def _is_unanswered(cell):
    """Tell whether an answer that a person marks is still what nbgrader put in its place."""
    if cell.cell_type == "code":
        return "raise NotImplementedError()" in cell.source or not cell.source.strip()
    return not cell.source.replace("YOUR ANSWER HERE", "").strip()


def _headline(cell):
    """Return the first line of the card that a check shows: its exercise, and how it stands."""
    for output in cell.outputs:
        if output.output_type == "display_data":
            text = output.data.get("text/plain", "")
            return shown(text.partition("\n")[0])[:200]
    return ""


def counted(remarks):
    """Return how many of the remarks block, and how many do not."""
    counts = Counter(remark.blocks for remark in remarks)
    return counts[True], counts[False]
