"""Makes the students' notebooks from the solutions, and refuses bad ones by name.

A lesson is released in four steps: its cells are inspected, it is executed in place
from a fresh kernel, nbgrader takes the solutions out, and the result is executed once
more, untouched, to make sure that it runs and earns nothing.
"""

import ast
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from backprop_judge import EXERCISES
from backprop_judge.exercise import Exercise

from .files import write_safely
from .lesson import is_own_test
from .settings import course_settings

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CELL_SECONDS = 1200  # by the clock; a machine can be busy
# No history file in the home folder, and no log line about the transport for every kernel.
KERNEL_ARGUMENTS = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
# Of every notebook that we write: nothing in it depends on the machine.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


# The page to which every lesson links. Students get it beside the folders of the lessons.
NOTATION = "notation.md"


class Refused(Exception):
    """A notebook is not fit for release; the message names the notebook and each fault."""

    def __init__(self, name: object, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(f"{name}: {fault}" for fault in self.faults))


def lessons(root: Path) -> list[str]:
    """Return the names of the lesson folders below `root`/solutions, in course order."""
    return sorted(path.parent.name for path in Path(root, "solutions").glob("*/*.ipynb"))


def notebook_of(folder: Path) -> Path:
    """Return the path of the one notebook in a lesson folder, or raise `Refused`."""
    found = sorted(Path(folder).glob("*.ipynb"))
    if len(found) != 1:
        raise Refused(
            folder, [f"a lesson folder must contain one notebook; this one contains {len(found)}"]
        )
    return found[0]


def released_notebook(root: Path, lesson: str) -> Path:
    """Return where the notebook that students get is, or would be."""
    return Path(root, "notebooks", lesson, notebook_of(Path(root, "solutions", lesson)).name)


def release(root: Path, lesson: str) -> list[str]:
    """Execute one lesson in place and write what students get of it.

    Parameters
    ----------
    root
        The folder that holds `solutions/` and `notebooks/`.
    lesson
        The name of a folder in `solutions/`.

    Returns
    -------
    list of str
        The exercises of the lesson that the notebook leaves out.

    Raises
    ------
    Refused
        With every fault found; then `notebooks/` is left as it was.
    """
    source = notebook_of(Path(root, "solutions", lesson))
    notebook = nbformat.read(source, as_version=4)
    name = f"solutions/{lesson}/{source.name}"
    faults = faults_of(notebook, lesson)
    if faults:
        raise Refused(name, faults)
    executed = execute(notebook, name=name, lesson=lesson)
    faults = _faults_of_points(executed, full=True)
    if faults:
        raise Refused(name, faults)
    _write_if_changed(source, executed)

    with tempfile.TemporaryDirectory() as scratch:
        generated = notebook_of(generate(root, lesson, Path(scratch)))
        released = nbformat.read(generated, as_version=4)
        name = f"{lesson}/{source.name} as released"
        tested = _with_hidden_tests(released, notebook)
        faults = _faults_of_points(execute(tested, name=name, lesson=lesson), full=False)
        if faults:
            raise Refused(name, faults)
        _write_if_changed(released_notebook(root, lesson), released)
    release_notation(root)
    return left_out(notebook, lesson)


def release_notation(root: Path) -> None:
    """Copy the page *Notation* from `root`/solutions to `root`/notebooks, if there is one."""
    page = Path(root, "solutions", NOTATION)
    if page.exists():
        write_safely(Path(root, "notebooks", NOTATION), page.read_bytes())


def _with_hidden_tests(released: NotebookNode, source: NotebookNode) -> NotebookNode:
    """Return a copy of what students get in which the instructor's own tests are whole.

    They may fail there, as nothing is answered yet; what an answer left outside its markers
    would earn shows only with hidden tests.
    """
    whole = {one.metadata.nbgrader.grade_id: one.source for one in source.cells if is_own_test(one)}
    copied = nbformat.from_dict(released)
    for cell in filter(is_own_test, copied.cells):
        cell.source = whole[cell.metadata.nbgrader.grade_id]
        cell.metadata.tags = ["raises-exception"]  # nbclient goes on after such a cell
    return copied


def generate(root: Path, lesson: str, destination: Path, db_url: str | None = None) -> Path:
    """Let nbgrader make the students' version of a lesson; return the folder it wrote.

    Parameters
    ----------
    root
        The folder that holds `solutions/`.
    destination
        An existing folder outside the course.
    db_url
        Address of the database in which to record the cells; by default they are not recorded.

    Raises
    ------
    Refused
        With nbgrader's own words if it fails.
    """
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    destination = Path(destination).resolve()
    config = course_settings(root)
    config.CourseDirectory.release_directory = str(destination / "released")
    if db_url:
        config.CourseDirectory.db_url = db_url
    else:  # as `nbgrader generate_assignment --no-db` has it
        config.GenerateAssignment.no_database, config.SaveCells.enabled = True, False
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    outcome = api.generate_assignment(lesson, force=True)
    if not outcome["success"]:
        if (outcome["error"] or "").rstrip().endswith("KeyboardInterrupt"):
            raise KeyboardInterrupt  # nbgrader takes it for one more fault of the lesson
        raise Refused(lesson, [f"nbgrader could not generate it: {_why(outcome)}"])
    return destination / "released" / lesson


def _why(outcome: Mapping[str, Any]) -> str:
    """Return the last error in nbgrader's log; what it calls its error only points there."""
    said = f"{outcome['log'] or ''}\n{outcome['error'] or ''}".strip()
    errors = re.findall(r"^ *((?:\w+\.)*\w*(?:Error|Exception|Entry): .+)", said, re.MULTILINE)
    telling = [one for one in errors if "the above traceback" not in one]
    of_database = [one for one in telling if re.search(r"\(\w+\.\w*Error\) ", one)]
    return (of_database or telling or [said])[-1]


def execute(notebook: NotebookNode, *, name: str, lesson: str = "") -> NotebookNode:
    """Return a copy of the notebook executed from a fresh kernel, free of traces of this machine.

    Parameters
    ----------
    notebook
        What to execute.
    name
        What a fault calls it.
    lesson
        The folder of the lesson: it is executed in an empty folder of this name, so that
        `progress()` knows where it is.

    Returns
    -------
    NotebookNode
        The copy.

    Raises
    ------
    Refused
        With the cell and the error if a cell fails.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    executed = nbformat.from_dict(notebook)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, lesson)
        folder.mkdir(exist_ok=True)
        client = NotebookClient(
            executed,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            extra_arguments=KERNEL_ARGUMENTS,
            record_timing=False,
            coalesce_streams=True,  # how a kernel cuts what is printed into pieces is chance
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            client.execute()
        except CellExecutionError as error:
            raise Refused(name, [f"a cell fails with {error.ename}: {error.evalue}"]) from None
    executed.metadata = nbformat.from_dict(METADATA)
    return executed


def faults_of(notebook: NotebookNode, lesson: str) -> list[str]:
    """Return what is wrong with the cells of a source notebook, one sentence a fault."""
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    by_id = {cell.metadata.nbgrader.get("grade_id", ""): cell for cell in cells}
    ids = Counter(cell.metadata.nbgrader.get("grade_id", "") for cell in cells)
    faults = [f"two cells have the id {id!r}" for id, count in ids.items() if count > 1]
    faults += faults_of_worth(notebook)
    for id, cell in by_id.items():
        if cell.metadata.nbgrader.get("solution"):
            faults += _faults_of_solution(id, cell, by_id)
        elif is_own_test(cell) and not cell.source.startswith("check("):
            faults += _faults_of_own_test(id, cell)
        elif cell.metadata.nbgrader.get("grade"):
            faults += _faults_of_check(id, cell, by_id)
    return faults + _answers_elsewhere(notebook)


def left_out(notebook: NotebookNode, lesson: str) -> list[str]:
    """Return the exercises of a lesson that have no cell in its notebook: they are not asked."""
    ids = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    return [id for id, entry in EXERCISES.items() if entry.lesson == lesson and id not in ids]


def faults_of_worth(notebook: NotebookNode) -> list[str]:
    """Return what is wrong with the points of cells that give some, one sentence a fault."""
    faults = []
    for cell in notebook.cells:
        settings = cell.metadata.get("nbgrader", {})
        points = settings.get("points")
        if (settings.get("grade") or settings.get("task")) and not (points and points > 0):
            faults.append(
                f"the cell {settings.get('grade_id')!r} gives {points or 0:g} points, and should "
                "give more than 0; to drop the exercise, remove its cells"
            )
    return faults


def _faults_of_solution(
    id: str, cell: NotebookNode, by_id: Mapping[str, NotebookNode]
) -> list[str]:
    faults = []
    if BEGIN not in cell.source or END not in cell.source:
        faults.append(f"the cell {id!r} has no region from {BEGIN!r} to {END!r} to take out")
    if id.startswith("paste_"):  # a function from an earlier lesson: nothing to earn
        return faults
    entry = EXERCISES.get(id)
    if entry is None and cell.metadata.nbgrader.get("grade"):  # a person marks it
        return faults
    if entry is None and any(map(is_own_test, by_id.values())):
        return faults  # these tests are the instructor's own, and nobody knows what they test
    if entry is None:
        faults.append(
            f"the cell {id!r} belongs to no exercise in backprop_judge.lessons, and the notebook "
            "has no test of your own"
        )
    elif entry.manual:
        faults += _faults_of_points_set(id, cell, entry)
    elif f"check_{id}" not in by_id:
        faults.append(f"the solution cell {id!r} has no cell 'check_{id}'")
    return faults


def _faults_of_check(id: str, cell: NotebookNode, by_id: Mapping[str, NotebookNode]) -> list[str]:
    exercise_id = id.removeprefix("check_")
    entry = EXERCISES.get(exercise_id)
    if not id.startswith("check_") or entry is None:
        return [f"the graded cell {id!r} belongs to no exercise in backprop_judge.lessons"]
    faults = _faults_of_points_set(id, cell, entry)
    if exercise_id not in by_id:
        faults.append(f"the check cell {id!r} has no solution cell {exercise_id!r}")
    if not cell.metadata.nbgrader.get("locked"):
        faults.append(f"the check cell {id!r} is not locked")
    line = f'check("{exercise_id}", {exercise_id})'
    if cell.source.strip() != line:
        faults.append(f"the check cell {id!r} must hold the line {line} and nothing else")
    return faults


def _faults_of_own_test(id: str, cell: NotebookNode) -> list[str]:
    settings, faults = cell.metadata.nbgrader, []
    if cell.cell_type != "code":
        faults.append(f"the test {id!r} is a {cell.cell_type} cell; a test is a code cell")
    if not settings.get("locked"):
        faults.append(f"the test {id!r} is not locked, so that students could change it")
    return faults


def _faults_of_points_set(id: str, cell: NotebookNode, entry: Exercise) -> list[str]:
    points = cell.metadata.nbgrader.get("points")
    if points and points > 0 and points != entry.points:
        return [f"the cell {id!r} gives {points:g} points, backprop_judge.lessons {entry.points:g}"]
    return []


def _answers_elsewhere(notebook: NotebookNode) -> list[str]:
    """Find exercises whose function is also defined in a cell that keeps its text."""
    faults = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.metadata.get("nbgrader", {}).get("solution"):
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            continue  # an IPython command; executing the notebook tells whether it works
        faults += [
            f"{node.name!r} is defined outside its solution cell, so students would get the answer"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name in EXERCISES
        ]
    return faults


def _faults_of_points(executed: NotebookNode, full: bool) -> list[str]:
    """Compare what each check of an executed notebook gave with all of its points, or with none."""
    faults = []
    for cell in executed.cells:
        settings = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or not settings.get("grade"):
            continue
        wanted = float(settings["points"]) if full else 0.0
        given = points_given(cell)
        if given != wanted:
            why = "the solution is wrong" if full else "an answer is left outside its markers"
            faults.append(f"the cell {settings['grade_id']!r} gives {given}, not {wanted}: {why}")
    return faults


def points_given(cell: NotebookNode) -> float | None:
    """Return the points that an executed check cell gave, or None if it gave no number.

    A test of the instructor's own gives what nbgrader counts: nothing if it fails or warns, the
    number that it ends with, else all of its points.
    """
    if is_own_test(cell) and any(map(_is_complaint, cell.outputs)):
        return 0.0
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    try:
        return float(results[-1].data["text/plain"])
    except (IndexError, KeyError, ValueError):
        return float(cell.metadata.nbgrader.points) if is_own_test(cell) else None


def _is_complaint(output: NotebookNode) -> bool:
    return output.output_type == "error" or output.get("name") == "stderr"


def _write_if_changed(path: Path, notebook: NotebookNode) -> None:
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    write_safely(path, text.encode())
