"""Generates the students' notebooks from the solutions, and rejects invalid ones.

A lesson is released in four steps: its cells are checked, the notebook is executed in a fresh
kernel, nbgrader removes the solutions, and the result is executed again, to make sure that it runs
without changes and earns no points.
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
CELL_SECONDS = 1200  # wall-clock time; the machine may be busy
# No history file in the home folder, and no log line about the transport for every kernel.
KERNEL_ARGUMENTS = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
# The metadata of every notebook that we write: it does not depend on the machine.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


# The page that every lesson links to. It is released next to the lesson folders.
NOTATION = "notation.md"


class Refused(Exception):
    """A notebook cannot be released; the message names the notebook and each fault."""

    def __init__(self, name: object, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(f"{name}: {fault}" for fault in self.faults))


def lessons(root: Path) -> list[str]:
    """Return the names of the lesson folders below `root`/solutions, in course order."""
    return sorted(path.parent.name for path in Path(root, "solutions").glob("*/*.ipynb"))


def notebook_of(folder: Path) -> Path:
    """Return the path of the only notebook in a lesson folder, or raise `Refused`."""
    found = sorted(Path(folder).glob("*.ipynb"))
    if len(found) != 1:
        raise Refused(
            folder, [f"a lesson folder must contain one notebook; this one contains {len(found)}"]
        )
    return found[0]


def heading_of(notebook: NotebookNode) -> str:
    """Return the first heading of a notebook, or "" if it has none."""
    for cell in notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.startswith("# "):
                return line.removeprefix("# ").strip()
    return ""


def released_notebook(root: Path, lesson: str) -> Path:
    """Return the path of the released notebook, which may not exist yet."""
    return Path(root, "notebooks", lesson, notebook_of(Path(root, "solutions", lesson)).name)


def release(root: Path, lesson: str) -> list[str]:
    """Execute one lesson in place and write its released notebook.

    Parameters
    ----------
    root
        The folder that contains `solutions/` and `notebooks/`.
    lesson
        The name of a folder in `solutions/`.

    Returns
    -------
    list of str
        The exercises of the lesson that are not in the notebook.

    Raises
    ------
    Refused
        If there are faults; the message lists them, and `notebooks/` is unchanged.
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
    """Return a copy of the released notebook in which the instructor's own tests are complete.

    Only hidden tests reveal points for an answer that was left outside its solution markers. The
    tests may fail here, because nothing is answered yet.
    """
    whole = {one.metadata.nbgrader.grade_id: one.source for one in source.cells if is_own_test(one)}
    copied = nbformat.from_dict(released)
    for cell in filter(is_own_test, copied.cells):
        cell.source = whole[cell.metadata.nbgrader.grade_id]
        cell.metadata.tags = ["raises-exception"]  # nbclient continues after such a cell
    return copied


def generate(root: Path, lesson: str, destination: Path, db_url: str | None = None) -> Path:
    """Let nbgrader generate the student version of a lesson; return the folder it wrote.

    Parameters
    ----------
    root
        The folder that contains `solutions/`.
    destination
        An existing folder outside the course.
    db_url
        Address of the database in which to record the cells; by default they are not recorded.

    Raises
    ------
    Refused
        If nbgrader fails; the message contains its error.
    """
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    destination = Path(destination).resolve()
    config = course_settings(root)
    config.CourseDirectory.release_directory = str(destination / "released")
    if db_url:
        config.CourseDirectory.db_url = db_url
    else:  # like `nbgrader generate_assignment --no-db`
        config.GenerateAssignment.no_database, config.SaveCells.enabled = True, False
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    outcome = api.generate_assignment(lesson, force=True)
    if not outcome["success"]:
        if (outcome["error"] or "").rstrip().endswith("KeyboardInterrupt"):
            raise KeyboardInterrupt  # nbgrader reports it like an error in the lesson
        raise Refused(lesson, [f"nbgrader could not generate it: {_why(outcome)}"])
    return destination / "released" / lesson


def _why(outcome: Mapping[str, Any]) -> str:
    """Return the last error in nbgrader's log; its error message only refers to the log."""
    said = f"{outcome['log'] or ''}\n{outcome['error'] or ''}".strip()
    errors = re.findall(r"^ *((?:\w+\.)*\w*(?:Error|Exception|Entry): .+)", said, re.MULTILINE)
    telling = [one for one in errors if "the above traceback" not in one]
    of_database = [one for one in telling if re.search(r"\(\w+\.\w*Error\) ", one)]
    return (of_database or telling or [said])[-1]


def execute(notebook: NotebookNode, *, name: str, lesson: str = "") -> NotebookNode:
    """Return a copy of the notebook, executed in a fresh kernel, without data of this machine.

    Parameters
    ----------
    notebook
        The notebook to execute.
    name
        The name of the notebook in error messages.
    lesson
        The folder name of the lesson. The notebook runs in an empty folder of this name, from
        which `progress()` recognizes the lesson.

    Returns
    -------
    NotebookNode
        The copy.

    Raises
    ------
    Refused
        If a cell fails; the message contains the error.
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
            coalesce_streams=True,  # kernels split printed output at random places
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            client.execute()
        except CellExecutionError as error:
            raise Refused(name, [f"a cell fails with {error.ename}: {error.evalue}"]) from None
    executed.metadata = nbformat.from_dict(METADATA)
    return executed


def faults_of(notebook: NotebookNode, lesson: str) -> list[str]:
    """Return the faults in the cells of a source notebook, one sentence each."""
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
    """Return the exercises of a lesson that have no cell in its notebook."""
    ids = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    return [id for id, entry in EXERCISES.items() if entry.lesson == lesson and id not in ids]


def faults_of_worth(notebook: NotebookNode) -> list[str]:
    """Return the faults in the points of graded cells, one sentence each."""
    faults = []
    for cell in notebook.cells:
        settings = cell.metadata.get("nbgrader", {})
        points = settings.get("points")
        if (settings.get("grade") or settings.get("task")) and not (points and points > 0):
            faults.append(
                f"the cell {settings.get('grade_id')!r} gives {points or 0:g} points, but must "
                "give more than 0; to drop the exercise, remove its cells"
            )
    return faults


def _faults_of_solution(
    id: str, cell: NotebookNode, by_id: Mapping[str, NotebookNode]
) -> list[str]:
    faults = []
    if BEGIN not in cell.source or END not in cell.source:
        faults.append(f"the cell {id!r} has no solution between {BEGIN!r} and {END!r}")
    if id.startswith("paste_"):  # a function from an earlier lesson, which gives no points
        return faults
    entry = EXERCISES.get(id)
    if entry is None and cell.metadata.nbgrader.get("grade"):  # a person marks it
        return faults
    if entry is None and any(map(is_own_test, by_id.values())):
        return faults  # the instructor's own tests, which may test any function
    if entry is None:
        faults.append(
            f"the cell {id!r} belongs to no exercise in backprop_judge.lessons, and the notebook "
            "contains no test of your own"
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
        faults.append(f"the check cell {id!r} must contain only the line {line}")
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
        expected = f"backprop_judge.lessons says {entry.points:g}"
        return [f"the cell {id!r} gives {points:g} points, but {expected}"]
    return []


def _answers_elsewhere(notebook: NotebookNode) -> list[str]:
    """Find exercises whose function is also defined in a cell that is released unchanged."""
    faults = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.metadata.get("nbgrader", {}).get("solution"):
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            continue  # an IPython command; executing the notebook shows whether it is valid
        faults += [
            f"{node.name!r} is defined outside its solution cell, so students would get the answer"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name in EXERCISES
        ]
    return faults


def _faults_of_points(executed: NotebookNode, full: bool) -> list[str]:
    """Compare the points of each check in an executed notebook with its maximum, or with 0."""
    faults = []
    for cell in executed.cells:
        settings = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or not settings.get("grade"):
            continue
        wanted = float(settings["points"]) if full else 0.0
        given = points_given(cell)
        if given != wanted:
            why = "the solution is wrong" if full else "an answer is outside its solution markers"
            faults.append(f"the cell {settings['grade_id']!r} gives {given}, not {wanted}: {why}")
    return faults


def points_given(cell: NotebookNode) -> float | None:
    """Return the points that an executed check cell gave, or None if it gave no number.

    An instructor's own test is counted as nbgrader does: 0 if it fails or warns, else the number
    in its last line, else its maximum.
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
