"""Benchmark of grading a class, ours against other programs; `make bench` prints the table.

All programs grade the same class of honest submissions, and their points are compared with the
results of the checks for the same answers. The limit is the CPU time of the cells alone, run in
forks of a process that has imported everything, divided by the number of cores.

    python tests/bench/bench_grading.py                         the table
    python tests/bench/bench_grading.py --only nbgrader,limit --count 5
    python tests/bench/bench_grading.py --scale 30,300,3000     time and memory by class size

otter-grader needs a separate environment without JupyterLab, which would make each of its commands
some seconds slower:

    python -m venv otter
    otter/bin/pip install otter-grader ipykernel matplotlib "setuptools>=77"
    otter/bin/pip install --no-deps --no-build-isolation -e .
    python tests/bench/bench_grading.py --otter-python otter/bin/python
"""

import argparse
import csv
import functools
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil

sys.path.extend(str(Path(__file__).parents[1] / folder) for folder in (".", "support"))

from busy import LOOPS, busy_machine
from course import exercises_of, grade_id, released_of
from sample_class import LESSON, write_class

from backprop.exercises import find
from backprop_classroom.grading import picture_cache

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
MEGABYTE = 2**20
PLAIN_SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "plain"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "release"
c.ClearMarkScheme.enforce_metadata = False
"""
OTTER_TEST = """\
OK_FORMAT = False

from otter.test_files import test_case

name = {id!r}
points = {points}


@test_case()
def test_answer(env):
    from backprop import evaluate

    assert evaluate({id!r}, env.get({id!r})).passed
"""


class CannotRun(Exception):
    """A contender failed; the message says why."""


class NotInstalled(CannotRun):
    """A contender is not installed; this is not an error, since the project does not need it."""


@dataclass(frozen=True)
class Graded:
    """The result of grading a class.

    seconds -- how long it took, without preparations that are needed only once for a course.
    cpu -- the CPU seconds of its processes, except those whose parent did not wait for them.
    points -- the points of each exercise of each student; None if it has to be marked by hand.
    all_or_nothing -- whether a partly right exercise gets no points.
    """

    seconds: float
    cpu: float
    points: dict[str, dict[str, float | None]]
    all_or_nothing: bool = False


# ---------------------------------------------------------------- the contenders


def plain_nbgrader(root, lesson):
    """Grade by `nbgrader autograde` with default settings: one process, one kernel per submission."""
    (root / "nbgrader_config.py").write_text(PLAIN_SETTINGS)
    url = f"sqlite:///{root / 'plain.db'}"
    nbgrader = Path(sys.executable).with_name("nbgrader")
    run([nbgrader, "generate_assignment", lesson, "--db", url], root)
    seconds, cpu = run([nbgrader, "autograde", lesson, "--db", url], root)
    return Graded(seconds, cpu, points_in_gradebook(url, lesson))


def otter_run(root, lesson, python):
    """Grade by `otter run`, one command per submission, as its manual recommends.

    python -- an interpreter whose environment has otter-grader and this project.
    """
    probe = [python, "-c", "import otter, backprop"]
    if not python or subprocess.run(probe, capture_output=True).returncode:
        raise NotInstalled(
            "not installed here (install otter-grader in a separate environment and give it with "
            "--otter-python, see the docstring of tests/bench/bench_grading.py)"
        )
    tests = root / "otter" / "tests"
    tests.mkdir(parents=True)
    for entry in exercises_of(lesson):
        if not entry.manual:
            text = OTTER_TEST.format(id=entry.id, points=entry.points)
            (tests / f"{entry.id}.py").write_text(text)
    otter = [python, "-m", "otter"]
    bare = ["--no-config", "--no-requirements", "--no-environment"]
    run([*otter, "generate", "-t", "tests", "-o", "autograder.zip", *bare], tests.parent)
    total, total_cpu, points = 0.0, 0.0, {}
    for student, path in submissions(root, lesson):
        results = tests.parent / student
        results.mkdir()
        seconds, cpu = run(
            [*otter, "run", path, "-a", "autograder.zip", "-o", results, "--no-logo"], tests.parent
        )
        total, total_cpu = total + seconds, total_cpu + cpu
        tested = json.loads((results / "results.json").read_text())["tests"]
        points[student] = {one["name"]: one["score"] for one in tested if find_or_none(one["name"])}
    return Graded(total, total_cpu, points, all_or_nothing=True)


def ours(root, lesson, workers, unsealed=False, first=False):
    """Grade by this project's command, including the gradebook.

    The lesson is registered beforehand, as `nbgrader generate_assignment` does for nbgrader.
    first -- whether to start with an empty picture cache; otherwise one submission is graded
        beforehand to fill it.
    """
    registering = "import sys; from backprop_classroom.grading.nbgrader_plugins import register; register(*sys.argv[1:])"
    run([sys.executable, "-c", registering, root, lesson], root)
    if first:
        shutil.rmtree(picture_cache.folder(), ignore_errors=True)
    else:
        with tempfile.TemporaryDirectory() as folder:
            write_class(Path(folder), 1, 0, lesson)
            run(our_command(Path(folder), lesson, 1, unsealed), folder)
    seconds, cpu = run(our_command(root, lesson, workers, unsealed), root)
    return Graded(seconds, cpu, points_in_table(root / "grades.csv", lesson))


def ours_beside_other_work(root, lesson):
    """Grade by this project's command on a busy machine."""
    with busy_machine():
        return ours(root, lesson, workers=2)


def cells_alone(root, lesson, drawn):
    """Run the cells and checks in forks of a warm process; grade by the results of the checks.

    drawn -- whether the process has already drawn the pictures of the lesson.
    """
    # A separate process, since it creates IPython's shell and must not have threads when it forks.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        cpu, points = pool.submit(_cells_alone, root, lesson, drawn).result()
    return Graded(cpu / CORES, cpu, points)


def our_command(root, lesson, workers, unsealed):
    command = [sys.executable, "-m", "backprop_classroom", "--root", root, "grade", lesson]
    return command + ["--workers", workers] + ["--unsealed"] * unsealed


def run(command, folder):
    """Run a command; return its seconds and the CPU seconds of all its processes.

    Raises `CannotRun` with the last line of its output if it fails.
    """
    # nbgrader looks up alembic on PATH.
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ["PATH"]])
    before, start = children_cpu(), time.perf_counter()
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    seconds, cpu = time.perf_counter() - start, children_cpu() - before
    if done.returncode:
        last = (done.stdout.strip().splitlines() or ["no output"])[-1]
        raise CannotRun(f"exit code {done.returncode}: {last}")
    return seconds, cpu


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def submissions(root, lesson):
    """Yield each student with the path of the submitted notebook."""
    for path in sorted(root.glob(f"submitted/*/{lesson}/*.ipynb")):
        yield path.parts[-3], path


# ---------------------------------------------------------------- points


def points_in_gradebook(url, lesson):
    from nbgrader.api import Gradebook

    with Gradebook(url) as gradebook:
        return {
            submission.student.id: {
                grade.cell.name.removeprefix("check_"): (
                    None if grade.needs_manual_grade else grade.score
                )
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(lesson)
        }


def points_in_table(path, lesson):
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["lesson"] == lesson]
    ids = [entry.id for entry in exercises_of(lesson)]
    return {
        row["student"]: {id: float(row[id]) if row[id] else None for id in ids if id in row}
        for row in rows
    }


def find_or_none(id):
    try:
        return find(id)
    except KeyError:
        return None


def differences(everyone, graded):
    """Yield student, exercise, expected points and given points wherever the points differ."""
    for member in everyone:
        given = graded.points.get(member.student, {})
        for id, expected in member.expected.items():
            entry = find(id)
            if entry.manual and id not in given:
                continue  # this contender does not report exercises that a person marks
            if graded.all_or_nothing and expected != entry.points:
                expected = 0.0
            if given.get(id, "nothing") != expected:
                yield member.student, id, expected, given.get(id, "nothing")


# ---------------------------------------------------------------- the limit


def _cells_alone(root, lesson, drawn):
    # Imported here, since both change the process in which they are used.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from backprop import expect_answers

    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    expect_answers(shell.user_ns)
    released = [cell for cell in released_of(lesson).cells if cell.cell_type == "code"]
    _draw_something()
    for cell in released if drawn else released[:1]:
        _run_cell(shell, cell)
    cpu, points = 0.0, {}
    for student, path in submissions(root, lesson):
        cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        used, points[student] = _in_a_fork(lambda cells=cells: _run_cells(shell, cells))
        cpu += used
    return cpu, points


def _draw_something():
    """Make matplotlib load its fonts and backend, which are not part of the work of a lesson."""
    import io

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().set_title("$x$ and y")
    FigureCanvasAgg(figure)
    figure.savefig(io.BytesIO(), format="png")


def _run_cells(shell, cells):
    points = {}
    for cell in cells:
        returned = _run_cell(shell, cell)
        if grade_id(cell).startswith("check_"):
            points[grade_id(cell).removeprefix("check_")] = returned
    return points


def _run_cell(shell, cell):
    from IPython.utils.capture import capture_output

    with capture_output():
        return shell.run_cell(cell.source, store_history=True).result


def _in_a_fork(action):
    """Run an action in a forked process; return its CPU seconds and its result."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, json.dumps(action()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        said = pipe.read()
    _, _, used = os.wait4(child, 0)
    return used.ru_utime + used.ru_stime, json.loads(said or "{}")


# ---------------------------------------------------------------- time and memory by size


@dataclass
class Memory:
    """Peak memory in bytes.

    parent -- of the process that grades.
    worker -- of its largest descendant.
    together -- of all of them, with shared pages counted once; 0 if the system does not report it.
    """

    parent: int = 0
    worker: int = 0
    together: int = 0

    def look(self, parent):
        """Update the peaks with the current memory of a process and its descendants."""
        together = 0
        for process in [parent, *parent.children(recursive=True)]:
            try:
                used = process.memory_full_info()
            except psutil.Error:
                continue  # it has ended meanwhile
            together += getattr(used, "pss", 0)
            if process == parent:
                self.parent = max(self.parent, used.rss)
            else:
                self.worker = max(self.worker, used.rss)
        self.together = max(self.together, together)


def watched(command, folder):
    """Run a command; return its seconds and its `Memory`."""
    memory, start = Memory(), time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        parent = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                memory.look(parent)
            except psutil.NoSuchProcess:
                pass
            time.sleep(0.25)
        seconds = time.perf_counter() - start
        said.seek(0)
        lines = said.read().strip().splitlines() or ["no output"]
    if process.returncode:
        raise CannotRun(f"exit code {process.returncode}: {lines[-1]}")
    return seconds, memory


def scale(options):
    """Print time and memory for classes of several sizes; return the number of differences."""
    sealed = "unsealed" if options.unsealed else "sealed"
    print(f"{options.lesson}, ours, {sealed}, {options.workers} workers, {CORES} cores")
    print(f"{'submissions':>11}{'seconds':>10}{'each':>9}", end="")
    print(f"{'parent MB':>11}{'worker MB':>11}{'all MB':>9}   points that differ")
    wrong = 0
    for count in options.scale:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            everyone = write_class(root, count, options.seed, options.lesson)
            command = our_command(root, options.lesson, options.workers, options.unsealed)
            try:
                seconds, memory = watched(command, root)
            except CannotRun as why:
                print(f"{count:11}   {why}")
                wrong += 1
                continue
            points = points_in_table(root / "grades.csv", options.lesson)
        differing = list(differences(everyone, Graded(seconds, 0.0, points)))
        wrong += len(differing)
        used = [size / MEGABYTE for size in (memory.parent, memory.worker, memory.together)]
        print(f"{count:11}{seconds:10.1f}{seconds / count:9.4f}", end="")
        print(f"{used[0]:11.0f}{used[1]:11.0f}{used[2]:9.0f}   {len(differing)}", flush=True)
    return wrong


# ---------------------------------------------------------------- the table


def contenders(options):
    """Return the title in the table and the grading function of each contender, by name."""
    return {
        "nbgrader": ("nbgrader autograde, default settings", plain_nbgrader),
        "otter": ("otter run", functools.partial(otter_run, python=options.otter_python)),
        "sealed1": ("ours, sealed, 1 worker", functools.partial(ours, workers=1)),
        "sealed2": ("ours, sealed, 2 workers", functools.partial(ours, workers=2)),
        "first": (
            "ours, sealed, 2 workers, first run",
            functools.partial(ours, workers=2, first=True),
        ),
        "unsealed": (
            "ours, unsealed, 2 workers",
            functools.partial(ours, workers=2, unsealed=True),
        ),
        "busy": (f"ours, sealed, 2 workers, {LOOPS} busy loops", ours_beside_other_work),
        "cold": (
            "cells alone, pictures not cached",
            functools.partial(cells_alone, drawn=False),
        ),
        "limit": ("limit: cells alone", functools.partial(cells_alone, drawn=True)),
    }


def compare(options):
    """Let the chosen contenders grade one class, and print the table.

    Returns the number of points that differ from the expected ones plus that of failed contenders.
    """
    graded, failed, faults = {}, {}, 0
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "class")
        template.mkdir()
        everyone = write_class(template, options.count, options.seed, options.lesson)
        for name, (title, grade) in contenders(options).items():
            if name not in options.only:
                continue
            print(f"{title} ...", file=sys.stderr, flush=True)
            root = shutil.copytree(template, Path(folder, name))
            try:
                graded[name] = grade(root, options.lesson)
            except CannotRun as why:
                failed[name] = str(why)
                faults += not isinstance(why, NotInstalled)
    print(f"{options.count} honest submissions of {options.lesson}, {CORES} cores")
    print(f"{'':36}{'seconds':>9}{'each':>8}{'per minute':>11}{'CPU each':>10}", end="")
    print(f"{'x nbgrader':>12}{'x limit':>9}")
    for name, (title, _) in contenders(options).items():
        if name in graded:
            print(f"{title:36}{row(graded, name, options.count)}")
        elif name in failed:
            print(f"{title:36}  {failed[name]}")
    print_ratio_of_load(graded)
    return faults + print_differences(options, everyone, graded)


def print_ratio_of_load(graded):
    """Compare grading on a busy machine with grading on an idle one."""
    if "busy" not in graded or "sealed2" not in graded:
        return
    busy, alone = graded["busy"], graded["sealed2"]
    same = "the same" if busy.points == alone.points else "DIFFERENT"
    print(f"with {LOOPS} busy loops: x{busy.seconds / alone.seconds:.2f} seconds, ", end="")
    print(f"x{busy.cpu / alone.cpu:.2f} CPU seconds, {same} points")


def row(graded, name, count):
    one = graded[name]
    text = f"{one.seconds:9.2f}{one.seconds / count:8.3f}{60 * count / one.seconds:11.0f}"
    text += f"{one.cpu / count:10.3f}"
    plain, limit = graded.get("nbgrader"), graded.get("limit")
    text += f"{plain.seconds / one.seconds:12.1f}" if plain else " " * 12
    return text + (f"{one.seconds / limit.seconds:9.2f}" if limit else "")


def print_differences(options, everyone, graded):
    total = 0
    for name, (title, _) in contenders(options).items():
        if name not in graded:
            continue
        found = list(differences(everyone, graded[name]))
        total += len(found)
        for student, id, expected, given in found:
            print(f"{title}: {student} gets {given} for {id}, but should get {expected}")
    cells = sum(len(member.expected) for member in everyone)
    if graded and not total:
        print(f"all give the same points as the checks in each of {cells} cells", end="")
        whole = any(one.all_or_nothing for one in graded.values())
        print(" (otter: all or nothing)" if whole else "")
    return total


def main(arguments=None):
    """Run the benchmark; return 1 if points differ or a contender fails, else 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=60, help="submissions (default: 60)")
    parser.add_argument("--seed", type=int, default=0, help="another class of the same size")
    parser.add_argument("--lesson", default=LESSON)
    parser.add_argument("--only", type=_names, help="contenders, separated by commas")
    parser.add_argument(
        "--otter-python",
        default=os.environ.get("OTTER_PYTHON"),
        help="a Python with otter-grader and this project (default: $OTTER_PYTHON)",
    )
    parser.add_argument("--scale", type=_sizes, help="class sizes: time and memory of ours only")
    parser.add_argument("--workers", type=int, default=CORES, help="with --scale")
    parser.add_argument("--unsealed", action="store_true", help="with --scale")
    options = parser.parse_args(arguments)
    known = list(contenders(options))
    options.only = options.only or known
    unknown = [name for name in options.only if name not in known]
    if unknown:
        parser.error(f"unknown contender {unknown[0]!r}; choose from {', '.join(known)}")
    return 1 if (scale if options.scale else compare)(options) else 0


def _names(text):
    return text.split(",")


def _sizes(text):
    return [int(size) for size in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
