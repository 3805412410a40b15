"""Runs a notebook before it is handed in, as grading does, and counts the points of its checks."""

import contextlib
import html
import logging
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from backprop.handing_in import UNDER_WAY
from backprop.sandbox import missing_libraries
from backprop.sandbox.missing_libraries import MISSING, imported_libraries

from ..grading.sandbox_files import library_names
from ..lesson import Lesson, is_own_test
from ..limits import LIMITS, Limits
from ..processes import use_of
from ..release import KERNEL_ARGUMENTS, points_given
from ..texts import shown
from .inspecting import Remark
from .reading import parse

if TYPE_CHECKING:
    from nbclient import NotebookClient

_STAND_INS = missing_libraries.__name__
LOOK_SECONDS = 0.5  # how often the CPU time of a kernel is checked


@dataclass(frozen=True)
class Outcome:
    """The result of running a notebook in a fresh kernel.

    Attributes
    ----------
    remarks
        Cells that fail, and exercises that are not solved yet.
    earned, most
        The points that its checks gave, and the most that they can give.
    by_person
        The points of exercises that a person marks.
    """

    remarks: list[Remark]
    earned: float
    most: float
    by_person: float


def run(data: bytes, *, lesson: Lesson, limits: Limits = LIMITS) -> Outcome:
    """Run all cells of a notebook as grading does, and count the points.

    Parameters
    ----------
    data
        The bytes of a notebook that `reading.parse` can read.
    lesson
        The `Lesson` as students receive it; its locked cells are restored first.
    limits
        The `Limits`; only those on time are enforced.

    Returns
    -------
    Outcome
        Remarks and points.

    Raises
    ------
    Unreadable
        If the bytes are not a notebook.
    """
    notebook = parse(data, lesson).notebook
    missing = _not_in_grading(notebook)
    remarks = [_on_missing(missing)] if missing else []
    remarks += _execute(notebook, limits, missing)
    return _outcome(notebook, lesson, remarks)


def _not_in_grading(notebook: NotebookNode) -> list[str]:
    """Return the libraries that a notebook imports but grading does not have."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    imported = set().union(*map(imported_libraries, cells))
    known = sys.stdlib_module_names | {"backprop"}
    if imported <= known:
        return []
    return sorted(imported - known - library_names())


def _on_missing(libraries: Sequence[str]) -> Remark:
    names = ", ".join(map(shown, libraries))
    return Remark(
        f"{names}: {MISSING}; code that needs it earns no points, and it is treated as missing "
        "here, too",
        "write your answers without it, or ask your instructor whether it can be added to grading",
    )


def _execute(notebook: NotebookNode, limits: Limits, missing: Sequence[str] = ()) -> list[Remark]:
    """Execute all cells, continuing after failures; return a `Remark` for each failure."""
    # Imported here because it is slow, and not needed if the notebook is missing.
    from nbclient.exceptions import CellTimeoutError

    end = time.monotonic() + limits.backstop * limits.submission_seconds
    most = limits.backstop * limits.cell_seconds
    start = f"__import__({_STAND_INS!r}, fromlist=['x']).install({[*missing]!r})"
    start += f"; __import__('os').environ[{UNDER_WAY!r}] = '1'"  # for cells that call `hand_in`
    started = []
    quiet = logging.getLogger(__name__)
    quiet.setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as scratch:
        client = _client_class()(
            notebook,
            timeout_func=lambda cell: max(1, min(most, end - time.monotonic())),
            allow_errors=True,
            kernel_name="python3",
            extra_arguments=[*KERNEL_ARGUMENTS, f"--IPKernelApp.exec_lines={start}"],
            record_timing=False,
            resources={"metadata": {"path": scratch}},
            on_cell_start=lambda cell, cell_index: started.append(cell_index),
            log=quiet,
        )
        try:
            # Hide what the kernel process itself prints, for example when it is stopped.
            with _kernel_stopped_beyond(limits, client, started) as stopped:
                client.execute(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except (CellTimeoutError, RuntimeError) as error:  # RuntimeError: the kernel died
            if stopped.is_set() or isinstance(error, CellTimeoutError):
                advice = (
                    f"allowed are {limits.cell_seconds:g} seconds of CPU time a cell and "
                    f"{limits.submission_seconds:g} in all, {limits.backstop:g} times as many by "
                    "the clock; the cells below it did not run"
                )
                said = "takes too long"
            elif not started:
                said = f"no Python could be started to run it: {shown(error)[:200]}"
                return [Remark(said, "check that make lab works here", blocks=True)]
            else:
                said = "ends Python"
                advice = (
                    "look for exit(), or for code that needs too much memory; the cells below "
                    "did not run"
                )
        else:
            return _errors(notebook)
    # The stopped cell's own error only says that it was interrupted.
    stopped = started[-1]
    return [*_errors(notebook, but=stopped), _failing(notebook, stopped, said, advice)]


def _client_class() -> "type[NotebookClient]":
    """Return a client class that keeps only errors and results of the outputs of cells.

    The number and nesting of the outputs of a cell are not limited.
    """
    from nbclient import NotebookClient

    class Client(NotebookClient):
        def process_message(
            self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
        ) -> NotebookNode | None:
            kind, content = msg["msg_type"], msg["content"]
            if kind == "stream" and content["name"] == "stderr" and is_own_test(cell):
                msg = {
                    **msg,
                    "content": {**content, "text": ""},
                }  # nbgrader checks whether anything was written to stderr
            elif kind in ("stream", "display_data", "update_display_data"):
                return None
            if kind == "execute_result":
                data = {
                    name: text for name, text in content["data"].items() if isinstance(text, str)
                }
                msg = {**msg, "content": {**content, "data": data, "metadata": {}}}
            return super().process_message(msg, cell, cell_index)

    return Client


@contextlib.contextmanager
def _kernel_stopped_beyond(
    limits: Limits, client: "NotebookClient", started: Sequence[int]
) -> Iterator[threading.Event]:
    """Kill the kernel of a client when one cell, or all cells together, exceed the CPU time.

    Parameters
    ----------
    limits
        The limits on CPU time.
    client
        The client.
    started
        The positions of the cells that have started; the client appends to it.

    Yields
    ------
    threading.Event
        An event that is set when the kernel has been killed.
    """
    stopped, done = threading.Event(), threading.Event()

    def watch() -> None:
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


def _errors(notebook: NotebookNode, but: int | None = None) -> list[Remark]:
    remarks = []
    for place, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error" and place != but and is_own_test(cell):
                said = (
                    f"its test fails with {shown(output.ename)[:80]}: {shown(output.evalue)[:200]}"
                )
                id = cell.metadata.nbgrader.grade_id
                remarks.append(Remark(f"{id}: {said.removesuffix(': ')}"))
            elif output.output_type == "error" and place != but:
                # The generated file name of the cell would not help a student.
                value = re.sub(r"\(\d+\.py, line", "(line", output.evalue)
                said = f"fails with {shown(output.ename)[:80]}: {shown(value)[:200]}"
                advice = (
                    "fix it; to see the error yourself: Kernel, Restart Kernel and Run All Cells"
                )
                remarks.append(_failing(notebook, place, said.removesuffix(": "), advice))
    return remarks


def _failing(notebook: NotebookNode, place: int, said: str, advice: str) -> Remark:
    lines = notebook.cells[place].source.strip().splitlines() or [""]
    where = f"cell {place + 1} of {len(notebook.cells)}, which begins with {shown(lines[0])[:70]!r}"
    return Remark(f"{where}, {said}", advice, blocks=True)


def _outcome(executed: NotebookNode, lesson: Lesson, remarks: list[Remark]) -> Outcome:
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


def _is_unanswered(cell: NotebookNode) -> bool:
    """Return whether a manually graded answer still contains nbgrader's placeholder."""
    if cell.cell_type == "code":
        return "raise NotImplementedError()" in cell.source or not cell.source.strip()
    return not cell.source.replace("YOUR ANSWER HERE", "").strip()


def _headline(cell: NotebookNode) -> str:
    """Return the first line of a check's card: the exercise and its state."""
    for output in cell.outputs:
        if output.output_type == "execute_result":
            found = re.search("<strong>(.*?)</strong>", output.data.get("text/html", ""))
            # Skip the mark that shows whether the answer is right.
            return shown(html.unescape(found[1]).partition(" ")[2])[:200] if found else ""
    return ""
