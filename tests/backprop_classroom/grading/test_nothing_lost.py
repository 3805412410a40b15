"""Whatever happens while a class is graded, no grade is lost, given twice or made up."""

import contextlib
import csv
import ctypes
import functools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import ended_at
import nbformat
import psutil
import pytest
from course import lesson_notebook, make_course, settings, write
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from required import require
from shared import made_once
from small_class import (
    ASKED,
    LESSON,
    NAME,
    earned_by,
    notebook_of,
    solved_notebook,
    students_of,
)

import backprop_judge
from backprop_classroom import grading
from backprop_classroom.__main__ import main
from backprop_classroom.gradebook import grades_csv, saving
from backprop_classroom.gradebook.database import gradebook_of, lesson_of
from backprop_classroom.grading import grade as grading_command
from backprop_classroom.grading import nbgrader_plugins, settling
from backprop_classroom.grading import run as run_over_class
from backprop_classroom.grading.pool import Pool
from backprop_classroom.grading.results import fingerprint_of
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.grading.worker import Job
from backprop_classroom.lesson import Lesson
from backprop_classroom.release import generate
from backprop_judge import EXERCISES

require(not why_no_sandbox(), why_no_sandbox())

OTHER, OTHER_NAME = "02_forward_pass", "forward_pass.ipynb"
ALL = sum(ASKED.values())
WRONG = "def output_error(out_y, Y):\n    return out_y - Y\n"
WITH_WRONG = ALL - ASKED["output_error"]
A_LONG_TIME = 600  # seconds; only a fault makes a test wait so long
ENDED_AT = Path(ended_at.__file__)


# ---------------------------------------------------------------- a class and its course


def notebook_with(**answers):
    """A solved notebook in which some answers are others."""
    notebook = solved_notebook()
    for cell in notebook.cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(id, cell.source)
    return notebook


def lesson_of_two_exercises():
    return lesson_notebook(OTHER, only={"forward_propagation", "loss"})


@functools.cache
def solved_text():
    return nbformat.writes(solved_notebook())


def hand_in(root, student, notebook=None):
    file = root / "submitted" / student / LESSON / NAME
    if notebook is not None:
        return write(notebook, file)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(solved_text(), encoding="utf-8")
    return file


def hand_in_other_lesson(root, student):
    return write(lesson_of_two_exercises(), root / "submitted" / student / OTHER / OTHER_NAME)


def add_lesson(root, lesson, notebook):
    # A cell that students read and cannot change, for an instructor to edit.
    given = new_code_cell("given = 1", metadata=settings("given", locked=True), id="given")
    notebook.cells.insert(1, given)
    make_course(root, lesson, notebook)
    with tempfile.TemporaryDirectory() as scratch:
        made = generate(root, lesson, scratch)
        shutil.copytree(made, root / "notebooks" / lesson)
    nbgrader_plugins.register(root, lesson)  # or each test would have nbgrader do this again


def lay_out_course(root):
    add_lesson(root, LESSON, solved_notebook())
    add_lesson(root, OTHER, lesson_of_two_exercises())


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A course of two short lessons, handed out, and known to the gradebook."""
    return made_once(tmp_path_factory, "course_of_two_lessons", lay_out_course)


@pytest.fixture
def root(template):
    """A course of its own, in which nobody has handed in anything."""
    # pytest keeps its own folders from everybody else, whom some tests play.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield shutil.copytree(template, Path(folder, "course"))


@pytest.fixture(scope="module")
def workers():
    """Two worker processes, kept warm: most tests are not about how they start and end."""
    with Pool(2) as pool:
        yield pool


class Lent(contextlib.nullcontext):
    """A pool that stays open when a grading has ended."""

    def __init__(self, pool):
        super().__init__(self)
        self._pool = pool

    def __getattr__(self, name):
        return getattr(self._pool, name)

    def submit(self, job):
        # Each test has a folder of its own to hide, for which each worker would start a sandbox.
        return self._pool.submit(replace(job, hidden=()))

    def make_ready(self, kind):
        pass

    def close(self, at_once=False):
        pass


class Remembering(Lent):
    """A pool that judges each notebook once: most tests are not about how one is judged."""

    def __init__(self, pool, known):
        super().__init__(pool)
        self._known = known

    def submit(self, job):
        notebook = fingerprint_of(job.lesson, job.data)
        if notebook not in self._known:
            self._known[notebook] = super().submit(job).result()
        judged = Future()
        judged.set_result(replace(self._known[notebook], student=job.student))
        return judged


@pytest.fixture(scope="module")
def known():
    """What notebooks have earned, by fingerprint."""
    return {}


@pytest.fixture
def run(workers, known, root, monkeypatch, capsys):
    """A function that grades the course in this process, and gives the exit code and all it said."""
    monkeypatch.setattr(grading_command, "Pool", lambda *_: Remembering(workers, known))

    def grade(*arguments, lesson=LESSON, root=root):
        capsys.readouterr()
        code = main(["--root", str(root), "grade", lesson, *arguments])
        out, err = capsys.readouterr()
        said = err + out
        assert "Traceback" not in said
        return code, said

    return grade


@pytest.fixture
def by_workers(run, workers, monkeypatch):
    """Have the workers judge every submission."""
    monkeypatch.setattr(grading_command, "Pool", lambda *_: Lent(workers))


@pytest.fixture
def graded_now(monkeypatch):
    """A counter of the students whose outcome was written down."""
    counter = Counter()

    def save(gradebook, graded, *rest):
        saved = saving.save(gradebook, graded, *rest)
        counter[graded.student] += not graded.reason
        return saved

    monkeypatch.setattr(run_over_class, "save", save)
    return counter


def points(root, lesson=LESSON):
    """The points in grades.csv by student; None where there is a reason instead."""
    with open(root / "grades.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lesson"] == lesson]
    return {row["student"]: None if row["reason"] else float(row["points"]) for row in rows}


def reason(root, student):
    with open(root / "grades.csv", newline="") as file:
        return next(row["reason"] for row in csv.DictReader(file) if row["student"] == student)


@contextlib.contextmanager
def grade_of(root, student, cell):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        yield gradebook.find_grade(cell, NAME.removesuffix(".ipynb"), LESSON, student)
        gradebook.db.commit()


def copies(root):
    """When each graded copy was written, and which file it is."""
    found = (root / "autograded").glob(f"*/{LESSON}/{NAME}")
    return {file.parts[-3]: (file.stat().st_mtime_ns, file.stat().st_ino) for file in found}


def leftovers(root):
    return [str(path.relative_to(root)) for path in root.rglob("*.new")]


def wait_until(true, what):
    """Wait for a state, however busy the machine is."""
    until = time.monotonic() + A_LONG_TIME
    while not true():
        assert time.monotonic() < until, f"{what} did not come"
        time.sleep(0.005)


# ---------------------------------------------------------------- graders that are killed


class Graders:
    """Graders in processes of their own; knows of every process that they leave behind."""

    def __init__(self, scratch):
        self._environment = dict(os.environ)
        self.keep_scratch_in(scratch)
        self._errors = tempfile.TemporaryFile("w+")
        # Whoever loses its parent becomes a child of this process, and is seen.
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
        self._grader = None

    def keep_scratch_in(self, scratch):
        """Let those that are started from now on have another folder for temporary files."""
        self.scratch = scratch
        self._environment["TMPDIR"] = str(scratch)

    def keep_scratch_in_path_of(self, length):
        """Use a folder whose path has this many characters, if that is longer than the usual."""
        missing = length - len(str(self.scratch)) - 1
        if missing > 0:
            longer = self.scratch / "long".ljust(missing, "g")
            longer.mkdir()
            self.keep_scratch_in(longer)

    def grade(self, root, *ended_at):
        """Grade a course; return the exit code.

        ended_at -- the point, the count and the signal of `ended_at.py`, or nothing.
        """
        # What a shell runs in the background ignores Ctrl-C, and so would all that it starts.
        python = ["env", "--default-signal=INT", sys.executable]
        program = [ENDED_AT, *map(str, ended_at)] if ended_at else ["-m", "backprop_classroom"]
        grading = ["--root", str(root), "grade", LESSON, "--workers", "2"]
        self._grader = subprocess.Popen(
            [*python, *program, *grading], env=self._environment, stdout=subprocess.DEVNULL,
            stderr=self._errors, start_new_session=True,
        )  # fmt: skip
        return self._grader.wait(A_LONG_TIME)

    def grade_in_fork(self, root, known, point, count):
        """Grade in a fork of this process, which starts no workers, until it is killed.

        known -- what each notebook has earned.
        """
        process = os.fork()
        if process == 0:
            try:
                grading_command.Pool = lambda *_: Remembering(SimpleNamespace(workers=2), known)
                ended_at.end_at(point, count, "SIGKILL")
                grading_command.grade_class(root, LESSON)
            except BaseException:
                traceback.print_exc(file=self._errors)
                self._errors.flush()
            finally:
                os._exit(1)
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

    def alive(self):
        """The processes that graders have started and that have not ended."""
        found = []
        for child in psutil.Process().children():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                # Each grader has a session of its own; in ours are the workers of this process.
                grader = self._grader and self._grader.pid
                if os.getsid(child.pid) == os.getsid(0) or child.pid == grader:
                    continue
                if child.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(child.pid, os.WNOHANG)
                else:
                    found += [child, *child.children(recursive=True)]
        return found

    def left_in_scratch(self):
        """What graders have left of their scratch folders."""
        return [path.name for path in self.scratch.glob("backprop*")]

    def said(self):
        self._errors.seek(0)
        return self._errors.read()

    def close(self):
        if self._grader is not None:
            self._grader.kill()
            self._grader.wait()
        for process in self.alive():
            with contextlib.suppress(psutil.Error):
                process.kill()
        wait_until(lambda: not self.alive(), "the end of all processes")
        self._errors.close()
        ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)


@pytest.fixture
def graders():
    # Not in pytest's own folder: its path gets long, and then workers are started otherwise.
    with tempfile.TemporaryDirectory() as scratch:
        made = Graders(Path(scratch))
        try:
            yield made
        finally:
            made.close()


def recorded(root):
    """What stands in the gradebook about each student: the record, and the points of each cell."""
    if not (root / "gradebook.db").exists():
        return {}
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        if not database.execute(
            "select 1 from sqlite_master where name = 'backprop_record'"
        ).fetchall():
            return {}
        return {
            student: database.execute(
                "select name, auto_score from grade"
                " join base_cell on base_cell.id = grade.cell_id"
                " join submitted_notebook on submitted_notebook.id = grade.notebook_id"
                " join submitted_assignment"
                " on submitted_assignment.id = submitted_notebook.assignment_id"
                " where student_id = ? order by name",
                [student],
            ).fetchall()
            for (student,) in database.execute("select student from backprop_record")
        }


def fresh_copies(root, before):
    return {student for student, one in copies(root).items() if before.get(student) != one}


@dataclass(frozen=True)
class Kill:
    """Where a grader is killed, and how many more students are recorded then.

    in_fork -- whether it is a fork without workers, which takes a tenth of the time.
    """

    point: str
    count: int
    more: int
    in_fork: bool = False


FOUR_KILLS = [
    Kill("while_the_gradebook_is_made", 1, more=0, in_fork=True),
    Kill("between_a_copy_and_its_points", 3, more=2, in_fork=True),
    Kill("between_two_commits", 3, more=3),
    Kill("while_the_table_is_written", 1, more=3, in_fork=True),  # all that are left of eight
]
# Nothing that is written is left out, and the class is only done at the end.
TWENTY_KILLS = [
    Kill("while_the_gradebook_is_made", 1, more=0),
    Kill("while_it_imports", 1, more=0),
    Kill("while_the_workers_import", 1, more=0),
    Kill("when_workers_start", 1, more=0),
    Kill("when_workers_start", 4, more=0),  # the second of the jobs
    Kill("while_sandboxes_start", 1, more=0),
    *(Kill("while_a_copy_is_written", count, more=count - 1) for count in (1, 2, 3)),
    *(Kill("between_a_copy_and_its_points", count, more=count - 1) for count in (1, 2, 4)),
    *(Kill("before_a_commit", count, more=count - 1) for count in (1, 2, 5)),
    *(Kill("between_two_commits", count, more=count) for count in (1, 2, 3)),
    Kill("while_the_table_is_written", 1, more=4),
    Kill("while_the_table_is_written", 1, more=0),
]


@pytest.mark.parametrize(
    "kills, size",
    [(FOUR_KILLS, 8), pytest.param(TWENTY_KILLS, 22, marks=pytest.mark.long)],
    ids=["four kills", "twenty kills"],
)
def test_a_grader_that_is_killed_time_and_again_ends_like_one_that_was_left_alone(
    root, run, known, graders, kills, size
):
    everyone = students_of(size)
    (root / "gradebook.db").unlink()
    for student in everyone:
        hand_in(root, student, notebook_of(student))
    undisturbed = shutil.copytree(root, root.with_name("undisturbed"))
    assert run(root=undisturbed)[0] == 0

    done = {}
    for kill in kills:
        before, copied = recorded(root), copies(root)
        if kill.in_fork:
            code = graders.grade_in_fork(root, known, kill.point, kill.count)
        else:
            code = graders.grade(root, kill.point, kill.count, "SIGKILL")
        assert code == -signal.SIGKILL, graders.said()
        wait_until(lambda: not graders.alive(), "the end of all that it had started")

        after, copied_after = recorded(root), copies(root)
        assert before.items() <= after.items()
        assert len(after) - len(before) == kill.more, kill
        done.update({student: copied[student] for student in before})
        assert done.items() <= copied_after.items(), "somebody was graded twice"
        assert after.keys() <= copied_after.keys(), "somebody has points and no graded copy"
        for student in fresh_copies(root, copied):
            nbformat.read(root / "autograded" / student / LESSON / NAME, as_version=4)

    assert run()[0] == 0
    assert done.items() <= copies(root).items()
    assert points(root) == {student: sum(earned_by(student).values()) for student in everyone}
    assert (root / "grades.csv").read_bytes() == (undisturbed / "grades.csv").read_bytes()
    assert recorded(root) == recorded(undisturbed)
    assert not leftovers(root)
    assert not graders.left_in_scratch()
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert len(database.execute("select * from alembic_version").fetchall()) == 1


def asleep():
    """A notebook that would keep a grader busy for longer than a test waits."""
    notebook = solved_notebook()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = "import time\ntime.sleep(10**6)\n" + cell.source
    return notebook


STOPPED = "backprop: stopped by Ctrl-C; run the same command again to do the rest"
# The length of the path of temporary files: 67 is the longest of a socket there; with a longer one,
# workers are started in another way.
USUAL, LONGEST, LONG = 0, 67, 150
MOMENTS = [
    pytest.param("while_it_imports", 1, USUAL, marks=pytest.mark.long),
    pytest.param("while_the_workers_import", 1, USUAL, marks=pytest.mark.long),
    pytest.param("when_workers_start", 1, USUAL, marks=pytest.mark.long),
    pytest.param("while_sandboxes_start", 1, USUAL, marks=pytest.mark.long),
    # Then one worker has nothing to do, and one will never be done.
    pytest.param("between_two_commits", 3, USUAL, marks=pytest.mark.long),
    ("between_two_commits", 3, LONG),
]


@pytest.mark.parametrize("moment, count, length", MOMENTS)
def test_ctrl_c_ends_grading_at_once_and_the_next_time_it_goes_on(
    root, run, graders, moment, count, length
):
    graders.keep_scratch_in_path_of(length)
    for student in students_of(3):
        hand_in(root, student)
    hand_in(root, "s03", asleep())
    # Now and then Python ends by the signal itself, which a shell turns into the same number.
    assert graders.grade(root, moment, count, "SIGINT") in (130, -signal.SIGINT), graders.said()
    wait_until(lambda: not graders.alive(), "the end of all that it had started")
    said = graders.said()
    assert said.count(STOPPED) == 1
    assert "Traceback" not in said and "Error" not in said
    before = recorded(root)
    assert len(before) == (3 if moment == "between_two_commits" else 0)
    kept = {student: copies(root)[student] for student in before}
    hand_in(root, "s03")
    assert run()[0] == 0
    assert kept.items() <= copies(root).items()
    assert points(root) == dict.fromkeys(students_of(4), ALL)
    assert not graders.left_in_scratch()


@pytest.mark.parametrize("command", ["release", "grade", "feedback", "report"])
def test_every_command_says_in_one_sentence_that_ctrl_c_stopped_it(
    root, monkeypatch, capsys, command
):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("backprop_classroom.release.lessons", interrupted)
    assert main(["--root", str(root), command, LESSON]) == 130
    out, err = capsys.readouterr()
    assert (out, err.strip()) == ("", STOPPED)


@pytest.mark.long  # in the short run, Ctrl-C stops a grading with a long path
@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1, LONG])
def test_a_class_is_graded_however_long_the_path_of_the_temporary_folder(root, graders, length):
    for student in students_of(2):
        hand_in(root, student)
    graders.keep_scratch_in_path_of(length)
    assert graders.grade(root) == 0, graders.said()
    assert points(root) == dict.fromkeys(students_of(2), ALL)
    assert not graders.left_in_scratch()


def test_a_gradebook_is_made_whole_or_not_at_all(root, run, monkeypatch):
    hand_in(root, "ada")
    (root / "gradebook.db").unlink()

    def interrupt():
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("nbgrader.api.get_alembic_version", interrupt)
        assert run()[0] == 130
    assert not (root / "gradebook.db").exists()
    assert run()[0] == 0
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        assert len(database.execute("select * from alembic_version").fetchall()) == 1


# ---------------------------------------------------------------- exit codes and tables


def test_exit_code_0_only_if_everybody_has_points_and_the_table_comes_again(root, run, graded_now):
    hand_in(root, "ada")
    hand_in(root, "bob").write_text("{")
    code, said = run()
    assert code == 1 and "1 of 2 submissions are graded" in said
    first = said[said.index("not graded:") :]
    assert (
        first.split()
        == "not graded: bob backward_pass.ipynb is not a notebook: it is not valid JSON".split()
    )
    assert points(root) == {"ada": ALL, "bob": None}

    code, said = run()
    assert code == 1 and said[said.index("not graded:") :] == first
    assert points(root) == {"ada": ALL, "bob": None}
    assert graded_now == {"ada": 1, "bob": 0}

    hand_in(root, "bob", notebook_with(output_error=WRONG))
    code, said = run()
    assert code == 0 and "not graded:" not in said
    assert points(root) == {"ada": ALL, "bob": WITH_WRONG}


def test_nothing_handed_in_is_no_success(root, run):
    (root / "submitted").mkdir()
    code, said = run()
    assert code == 1 and "no submissions" in said


# ---------------------------------------------------------------- grading again


def test_what_has_not_changed_is_not_graded_and_not_written(root, run, graded_now):
    for student in students_of(3):
        hand_in(root, student)
    assert run()[0] == 0
    before, table = copies(root), (root / "grades.csv").read_bytes()
    code, said = run()
    assert code == 0 and "0 of them new" in said
    assert copies(root) == before and (root / "grades.csv").read_bytes() == table
    assert set(graded_now.values()) == {1}


def test_only_the_file_that_changed_is_graded_again(root, run):
    for student in students_of(3):
        hand_in(root, student)
    run()
    before = copies(root)
    hand_in(root, "s01", notebook_with(output_error=WRONG))
    assert run()[0] == 0
    after = copies(root)
    assert {student for student in after if after[student] != before[student]} == {"s01"}
    assert points(root) == {"s00": ALL, "s01": WITH_WRONG, "s02": ALL}


def test_force_grades_everybody_again(root, run, graded_now):
    for student in students_of(3):
        hand_in(root, student)
    run()
    assert run("--force")[0] == 0
    assert graded_now == {"s00": 2, "s01": 2, "s02": 2}


def test_an_edited_lesson_is_graded_again_and_no_other_lesson(root, run, graded_now):
    hand_in(root, "ada")
    hand_in_other_lesson(root, "bob")
    run(), run(lesson=OTHER)
    source = root / "solutions" / LESSON / NAME
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[1].source = "given = 2"
    write(notebook, source)
    graded_now.clear()
    assert run()[0] == 0 and run(lesson=OTHER)[0] == 0
    assert graded_now == {"ada": 1}


@pytest.mark.parametrize(
    "name", ["exercises.py", pytest.param("mistakes.py", marks=pytest.mark.long)]
)
def test_an_edited_exercise_is_graded_again_and_no_other_lesson(
    name, root, run, graded_now, tmp_path, monkeypatch
):
    hand_in(root, "ada")
    hand_in_other_lesson(root, "bob")
    run(), run(lesson=OTHER)
    graded_now.clear()
    judge = shutil.copytree(Path(backprop_judge.__file__).parent, tmp_path / "backprop_judge")
    edit(judge / "lessons" / "backward_pass" / name)
    monkeypatch.setattr(backprop_judge, "__file__", str(judge / "__init__.py"))
    assert run()[0] == 0 and run(lesson=OTHER)[0] == 0
    assert graded_now == {"ada": 1}
    edit(judge / "judging.py")
    assert run()[0] == 0 and run(lesson=OTHER)[0] == 0
    assert graded_now == {"ada": 2, "bob": 1}


def edit(path):
    """Change a source file that is there."""
    path.write_text(path.read_text("utf-8") + "# edited\n", encoding="utf-8")


def test_an_edited_exercise_counts_in_the_lessons_that_import_from_it(tmp_path, monkeypatch):
    judge = shutil.copytree(Path(backprop_judge.__file__).parent, tmp_path / "backprop_judge")
    monkeypatch.setattr(backprop_judge, "__file__", str(judge / "__init__.py"))
    lessons = sorted({entry.lesson for entry in EXERCISES.values()})

    def fingerprints():
        return {name: Lesson(name, "notebook", (), seed=0).fingerprint for name in lessons}

    before = fingerprints()
    edit(judge / "lessons" / "training" / "exercises.py")
    # Lesson 6 has its shapes from lesson 4.
    changed = [name for name, one in fingerprints().items() if one != before[name]]
    assert changed == ["04_training", "06_handwriting"]
    # Lesson 5 imports from lesson 3, which imports from lesson 2, as lesson 4 does; lesson 7 imports
    # from none.
    before = fingerprints()
    edit(judge / "lessons" / "forward_pass" / "exercises.py")
    changed = [name for name, one in fingerprints().items() if one != before[name]]
    assert changed == lessons[1:6]


def test_what_a_person_gave_survives_every_kind_of_grading(root, run):
    hand_in(root, "ada")
    run()
    with grade_of(root, "ada", "explain_the_bug") as grade:
        grade.manual_score = 1.5
        grade.needs_manual_grade = False
    with grade_of(root, "ada", "check_output_error") as grade:
        grade.extra_credit = 0.25
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        comment = gradebook.find_comment("explain_the_bug", "backward_pass", LESSON, "ada")
        comment.manual_comment = "well seen"
        gradebook.db.commit()

    def edit_lesson():
        source = root / "solutions" / LESSON / NAME
        notebook = nbformat.read(source, as_version=4)
        notebook.cells[1].source = "given = 3"
        write(notebook, source)

    for change, arguments, earned in (
        (lambda: None, [], ALL + 1.75),
        (lambda: None, ["--force"], ALL + 1.75),
        (lambda: hand_in(root, "ada", notebook_with(output_error=WRONG)), [], WITH_WRONG + 1.75),
        (edit_lesson, [], WITH_WRONG + 1.75),
    ):
        change()
        assert run(*arguments)[0] == 0
        with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
            comment = gradebook.find_comment("explain_the_bug", "backward_pass", LESSON, "ada")
            assert comment.manual_comment == "well seen"
            assert gradebook.find_submission(LESSON, "ada").score == earned
        assert points(root) == {"ada": earned}


def test_points_of_a_submission_that_became_unreadable_are_kept_but_not_reported(root, run):
    hand_in(root, "ada")
    hand_in_other_lesson(root, "bob")
    assert run()[0] == 0
    readable = (root / "submitted" / "ada" / LESSON / NAME).read_bytes()
    for broken in (b"{", None):
        file = root / "submitted" / "ada" / LESSON / NAME
        file.unlink() if broken is None else file.write_bytes(broken)
        code, said = run()
        assert code == 1 and "not graded:\n  ada  backward_pass.ipynb is" in said
        assert points(root) == {"ada": None, "bob": None} and reason(root, "ada") in said
        with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
            assert gradebook.find_submission(LESSON, "ada").score == ALL
    # Another lesson's grading writes the same file: it knows the reason too.
    assert run(lesson=OTHER)[0] == 0
    assert points(root) == {"ada": None, "bob": None}
    file.write_bytes(readable)
    assert run()[0] == 0 and points(root) == {"ada": ALL, "bob": None}


def test_points_that_somebody_took_out_of_the_gradebook_are_given_again(root, run):
    for student in students_of(3):
        hand_in(root, student)
    run()
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        gradebook.remove_submission(LESSON, "s01")
    assert run()[0] == 0
    assert points(root) == {"s00": ALL, "s01": ALL, "s02": ALL}
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        gradebook.remove_assignment(LESSON)
    assert run()[0] == 0
    assert points(root) == {"s00": ALL, "s01": ALL, "s02": ALL}


def test_a_record_that_cannot_be_understood_is_made_again(root, run, graded_now):
    for student in students_of(2):
        hand_in(root, student)
    run()
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        database.execute("update backprop_record set kept = '{}' where student = 's01'")
        database.commit()
    assert run()[0] == 0 and graded_now == {"s00": 1, "s01": 2}


def test_the_same_notebook_handed_in_again_counts_from_then(root, run):
    folder = hand_in(root, "ada").parent
    (folder / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    run()
    (folder / "timestamp.txt").write_text("2026-02-02 10:00:00 UTC")
    assert run()[0] == 0
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        assert gradebook.find_submission(LESSON, "ada").timestamp.month == 2


def test_a_graded_copy_that_is_gone_is_made_again(root, run):
    hand_in(root, "ada")
    run()
    shutil.rmtree(root / "autograded" / "ada")
    assert run()[0] == 0 and "ada" in copies(root)


# ---------------------------------------------------------------- full disks


class Disk:
    """A disk of its own, so that it can be full."""

    def __init__(self, place):
        self.place, self._ballast = place, place / "ballast"

    def fill(self, left):
        """Leave some kilobytes."""
        free = shutil.disk_usage(self.place).free
        self._ballast.write_bytes(bytes(free - 1024 * left))

    def make_room(self):
        self._ballast.unlink()


@contextlib.contextmanager
def disk_at(place):
    place.mkdir(exist_ok=True)
    mounting = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place]
    mounted = subprocess.run(mounting, capture_output=True).returncode == 0
    require(mounted, "this needs the right to mount a small disk, as root has it")
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_under_the_graded_copies(root, run, graded_now):
    for student in students_of(8):
        hand_in(root, student)
    with disk_at(root / "autograded") as disk:
        disk.fill(left=50)
        code, said = run()
        assert code == 1
        assert "grading stopped: autograded/ cannot be written (No space left on device)" in said
        assert "run the same command again" in said and "already graded are kept" in said
        kept = dict(graded_now)
        assert 0 < len(kept) < 8
        for student in kept:
            nbformat.read(root / "autograded" / student / LESSON / NAME, as_version=4)
        assert not leftovers(root)
        disk.make_room()
        assert run()[0] == 0
        assert graded_now == dict.fromkeys(students_of(8), 1)
        assert points(root) == dict.fromkeys(students_of(8), ALL)


def test_a_full_disk_under_the_gradebook(root, run, graded_now, tmp_path, monkeypatch):
    hand_in(root, "s00")
    with disk_at(tmp_path / "disk") as disk:
        shutil.copy(root / "gradebook.db", disk.place)
        monkeypatch.setenv("BACKPROP_DB_URL", f"sqlite:///{disk.place}/gradebook.db")
        assert run()[0] == 0
        for student in students_of(20):
            hand_in(root, student)
        disk.fill(left=100)
        code, said = run()
        assert code == 1 and "grading stopped: the gradebook cannot be used" in said
        assert "full" in said and "run the same command again" in said
        kept = dict(graded_now)
        assert 1 < len(kept) < 20
        disk.make_room()
        assert run()[0] == 0
        assert graded_now == dict.fromkeys(students_of(20), 1)
        assert points(root) == dict.fromkeys(students_of(20), ALL)


def test_a_disk_too_full_for_an_empty_gradebook(root, run, tmp_path, monkeypatch):
    hand_in(root, "ada")
    with disk_at(tmp_path / "disk") as disk:
        monkeypatch.setenv("BACKPROP_DB_URL", f"sqlite:///{disk.place}/gradebook.db")
        disk.fill(left=60)
        code, said = run()
        assert code == 1 and "grading stopped: the gradebook cannot be used" in said
        assert "full" in said and not (disk.place / "gradebook.db").exists()
        disk.make_room()
        assert run()[0] == 0 and points(root) == {"ada": ALL}


def test_a_full_disk_under_grades_csv(root, run, monkeypatch):
    hand_in(root, "ada")
    run()
    hand_in(root, "bob")

    def full(path, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(grades_csv, "write_safely", full)
        code, said = run()
    assert code == 1 and "grades.csv cannot be written (No space left on device)" in said
    assert points(root) == {"ada": ALL}
    assert run()[0] == 0 and points(root) == {"ada": ALL, "bob": ALL}


# ---------------------------------------------------------------- a gradebook that others use


@contextlib.contextmanager
def locked(root):
    """Somebody else keeps the gradebook to himself."""
    other = sqlite3.connect(root / "gradebook.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield other
    finally:
        other.close()


def without_patience(monkeypatch):
    """Let SQLite say at once that a gradebook is locked; by itself it waits five seconds."""
    impatient = functools.partial(sqlite3.connect, timeout=0)
    monkeypatch.setattr(sqlite3.dbapi2, "connect", impatient)


def test_a_gradebook_that_is_locked_for_a_moment_is_waited_for(root, run, monkeypatch):
    for student in students_of(4):
        hand_in(root, student)
    saved, waited, locks = [], [], contextlib.ExitStack()
    without_patience(monkeypatch)

    def save(gradebook, graded, *rest):
        if len(saved) == 2:  # in the middle of the class
            locks.enter_context(locked(root))
        kept = saving.save(gradebook, graded, *rest)
        saved.append(graded.student)
        return kept

    def sleep(seconds):  # the other is done when we have waited three times
        waited.append(seconds)
        if len(waited) == 3:
            locks.close()

    monkeypatch.setattr(run_over_class, "save", save)
    monkeypatch.setattr(saving, "time", SimpleNamespace(sleep=sleep))
    with locks:
        assert run()[0] == 0
    assert len(waited) == 3 and waited == sorted(waited)
    assert points(root) == dict.fromkeys(students_of(4), ALL)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("at first", marks=pytest.mark.long),
        pytest.param("at registration", marks=pytest.mark.long),
        "in the middle",
        "at the end",
    ],
)
def test_a_gradebook_that_stays_locked_stops_grading(root, run, monkeypatch, moment):
    for student in students_of(4):
        hand_in(root, student)
    monkeypatch.setattr(saving, "time", SimpleNamespace(sleep=lambda seconds: None))
    without_patience(monkeypatch)
    locks, locks_taken, saved = contextlib.ExitStack(), [], []

    def save(gradebook, graded, *rest):
        if moment == "in the middle" and len(saved) == 2 and not locks_taken:
            locks_taken.append(moment)
            locks.enter_context(locked(root))
        kept = saving.save(gradebook, graded, *rest)
        saved.append(graded.student)
        return kept

    def write_grades(*arguments):
        if moment == "at the end" and not locks_taken:
            locks_taken.append(moment)
            locks.enter_context(locked(root))
        return grades_writer(*arguments)

    def generate(*arguments):
        if moment == "at registration" and not locks_taken:
            locks_taken.append(moment)
            locks.enter_context(locked(root))
        return generator(*arguments)

    generator = nbgrader_plugins.generate
    monkeypatch.setattr(nbgrader_plugins, "generate", generate)
    grades_writer = settling.write_grades
    if moment == "at registration":
        edit(root / "nbgrader_config.py")  # so that the lesson is registered again
    monkeypatch.setattr(run_over_class, "save", save)
    monkeypatch.setattr(settling, "write_grades", write_grades)
    with locks:
        if moment == "at first":
            locks.enter_context(locked(root))
        code, said = run()
        assert code == 1 and "grading stopped: the gradebook" in said and "locked" in said
        assert "run the same command again" in said
    assert saved == list(dict.fromkeys(saved))
    assert run()[0] == 0
    assert sorted(saved) == students_of(4)
    assert points(root) == dict.fromkeys(students_of(4), ALL)


def test_a_second_grading_of_the_same_course_is_kept_out(root, run, monkeypatch, capsys):
    for student in students_of(4):
        hand_in(root, student)
    second = []

    def save(*arguments):
        kept = saving.save(*arguments)
        if not second:
            second.append(main(["--root", str(root), "grade", LESSON]))
        return kept

    monkeypatch.setattr(run_over_class, "save", save)
    code, said = run()
    assert second == [1]
    assert "grading stopped: another `make grade` is running" in said
    assert code == 0 and points(root) == dict.fromkeys(students_of(4), ALL)


# ---------------------------------------------------------------- workers that vanish


def below_this_process(word, distance=None):
    """A process below this one with a word in its command, this many steps below."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # others end meanwhile
            steps = [parent.pid for parent in process.parents()].index(os.getpid()) + 1
            if word in " ".join(process.cmdline()) and steps == (distance or steps):
                return process
    raise AssertionError(f"there is no {word}")


def the_one_that_forks_workers():
    return below_this_process("forkserver", 1)


def a_worker():
    return below_this_process("forkserver", 2)


def a_sandbox():
    return below_this_process("bwrap")


# These stand in for `grading.pool.run_job`, and are called in the worker processes. The first
# argument is what the notebook of everybody has earned, so that no sandbox has to be started.


def grade(judged, job):
    return replace(judged, student=job.student)


def grade_or_vanish(judged, job):
    if job.student == "s03":
        os.kill(os.getpid(), signal.SIGKILL)
    return grade(judged, job)


def grade_or_fail(judged, job):
    if job.student == "s03":
        raise RuntimeError("out of luck")
    return grade(judged, job)


def grade_or_be_busy(judged, busy, job):
    """Grade, but for s03: the first worker that gets it tells who it is, and is never done."""
    if job.student == "s03":
        with contextlib.suppress(FileExistsError):
            os.symlink(str(os.getpid()), busy)
            signal.pause()
    return grade(judged, job)


@pytest.fixture(scope="module")
def judged(template, workers):
    """What the solved notebook has earned."""
    with gradebook_of(template) as gradebook:
        lesson = lesson_of(template, gradebook, LESSON)
    return workers.submit(Job(lesson, "s00", solved_text().encode())).result()


def test_a_worker_that_vanishes_with_the_one_that_starts_workers_costs_nobody_anything(
    root, run, by_workers, graded_now, judged, monkeypatch, tmp_path
):
    for student in students_of(6):
        hand_in(root, student)
    counting, busy = run_over_class.save, tmp_path / "busy"

    def save(*arguments):
        kept = counting(*arguments)
        if graded_now.total() == 2 and not killed:
            wait_until(busy.is_symlink, "the worker that is busy with s03")
            killed.append(the_one_that_forks_workers())
            killed.append(psutil.Process(int(os.readlink(busy))))
            for process in killed:
                process.kill()
        return kept

    killed = []
    grade = functools.partial(grade_or_be_busy, judged, busy)
    monkeypatch.setattr(grading.pool, "run_job", grade)
    monkeypatch.setattr(run_over_class, "save", save)
    assert run()[0] == 0
    assert len(killed) == 2
    assert graded_now == dict.fromkeys(students_of(6), 1)
    assert points(root) == dict.fromkeys(students_of(6), ALL)


@pytest.mark.parametrize(
    "victim",
    [
        pytest.param(one, marks=pytest.mark.long)  # the tests before and after are short
        for one in (a_worker, the_one_that_forks_workers, a_sandbox)
    ],
)
def test_a_worker_or_a_sandbox_that_vanishes_costs_nobody_anything(
    root, run, by_workers, graded_now, monkeypatch, victim
):
    for student in students_of(6):
        hand_in(root, student)
    killed = []
    counting = run_over_class.save

    def save(*arguments):
        kept = counting(*arguments)
        if graded_now.total() == 2 and not killed:
            killed.append(victim())
            killed[0].kill()
        return kept

    monkeypatch.setattr(run_over_class, "save", save)
    assert run()[0] == 0
    assert killed
    assert graded_now == dict.fromkeys(students_of(6), 1)
    assert points(root) == dict.fromkeys(students_of(6), ALL)


def test_a_worker_that_cannot_be_started_for_a_moment_costs_nobody_anything(
    root, run, by_workers, judged, monkeypatch
):
    """The process that starts the workers has just been killed, and does not listen any more."""
    for student in students_of(4):
        hand_in(root, student)
    plain, calls = ProcessPoolExecutor.submit, []

    def submit(self, *arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise ConnectionRefusedError(111, "Connection refused")
        return plain(self, *arguments)

    monkeypatch.setattr(grading.pool, "run_job", functools.partial(grade, judged))
    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    code, said = run()
    assert len(calls) > 4 and code == 0, said
    assert points(root) == dict.fromkeys(students_of(4), ALL)


@pytest.mark.parametrize("grade, why", [
    (grade_or_vanish, "BrokenProcessPool"),
    pytest.param(grade_or_fail, "RuntimeError: out of luck", marks=pytest.mark.long),
])  # fmt: skip
def test_a_submission_that_no_worker_survives_is_reported_and_harms_no_other(
    root, run, workers, graded_now, judged, monkeypatch, grade, why
):
    everyone = students_of(5)
    for student in everyone:
        hand_in(root, student)
    with monkeypatch.context() as patched:
        patched.setattr(grading_command, "Pool", lambda *_: Lent(workers))
        patched.setattr(grading.pool, "run_job", functools.partial(grade, judged))
        code, said = run()
    assert code == 1 and "4 of 5 submissions are graded" in said
    assert "grading it failed in 3 attempts" in said and why in said
    assert points(root) == dict.fromkeys(everyone, ALL) | {"s03": None}
    assert why in reason(root, "s03")
    assert graded_now == dict.fromkeys(everyone, 1) | {"s03": 0}
    assert run()[0] == 0
    assert graded_now == dict.fromkeys(everyone, 1)


def test_submissions_that_break_with_another_are_tried_again_alone(
    root, run, workers, known, monkeypatch
):
    """Whatever is on its way together with s03 is lost together with it."""
    everyone = students_of(5)
    for student in everyone:
        hand_in(root, student)
    jobs, others = {}, Remembering(workers, known)

    class Breaking(Lent):
        def submit(self, job):
            future = Future()
            jobs[future] = job
            return future

    def wait(running, return_when):
        breaks = any(jobs[future].student == "s03" for future in running)
        for future in running:
            if breaks:
                future.set_exception(BrokenProcessPool("a worker vanished"))
            else:
                future.set_result(others.submit(jobs[future]).result())
        return set(running), set()

    monkeypatch.setattr(grading_command, "Pool", lambda *_: Breaking(workers))
    monkeypatch.setattr(run_over_class, "wait", wait)
    assert run()[0] == 1
    assert points(root) == dict.fromkeys(everyone, ALL) | {"s03": None}


# ---------------------------------------------------------------- faults of the course


@pytest.mark.parametrize("damage", ["not a database", "a torn page", "a folder"])
def test_a_damaged_gradebook_is_named(root, run, damage):
    hand_in(root, "ada")
    file = root / "gradebook.db"
    if damage == "not a database":
        file.write_text("These are no grades. " * 500)
    elif damage == "a torn page":
        with open(file, "r+b") as opened:
            opened.seek(4096)
            opened.write(os.urandom(file.stat().st_size - 4096))
    else:
        file.unlink()
        file.mkdir()
    code, said = run()
    assert code == 1 and "grading stopped: the gradebook" in said
    assert not (root / "grades.csv").exists()


@pytest.mark.parametrize("broken", ["autograded", "autograded/ada"])
def test_a_place_for_copies_that_cannot_be_written_is_named(root, run, broken):
    hand_in(root, "ada")
    (root / broken).parent.mkdir(exist_ok=True)
    (root / broken).write_text("in the way")
    code, said = run()
    assert code == 1 and "grading stopped: autograded/ cannot be written" in said
    (root / broken).unlink()
    assert run()[0] == 0 and points(root) == {"ada": ALL}


@contextlib.contextmanager
def as_somebody_else(folder):
    """Have no right to what is not one's own; root has every right."""
    if os.getuid() != 0:
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534)
    os.setegid(65534)
    os.seteuid(65534)
    try:
        if not os.access(folder, os.W_OK, effective_ids=True):
            pytest.skip(f"{folder} lies where only root gets to")
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.mark.parametrize("place, mode, stops", [
    ("autograded", 0o500, "autograded/ cannot be written"),
    ("autograded/ada", 0o500, "autograded/ cannot be written"),
    (".", 0o500, "cannot be written"),
    ("submitted", 0o000, "submitted/ cannot be read"),
])  # fmt: skip
def test_a_folder_without_the_right_to_it_is_named(root, run, place, mode, stops):
    hand_in(root, "ada")
    (root / place).mkdir(exist_ok=True, parents=True)
    with as_somebody_else(root):
        (root / place).chmod(mode)
        code, said = run()
        assert code == 1 and "grading stopped: " in said and stops in said
        assert "Permission denied" in said
        (root / place).chmod(0o700)
        assert run()[0] == 0
    assert points(root) == {"ada": ALL}


def test_a_gradebook_without_the_right_to_write_it_is_named(root, run):
    hand_in(root, "ada")
    with as_somebody_else(root):
        (root / "gradebook.db").chmod(0o400)
        code, said = run()
        assert code == 1 and "grading stopped: the gradebook" in said and "readonly" in said


@pytest.mark.parametrize("place", ["ada", f"ada/{LESSON}", f"ada/{LESSON}/{NAME}"])
def test_a_submission_that_must_not_be_read_is_reported_and_the_others_are_graded(root, run, place):
    hand_in(root, "ada")
    hand_in(root, "bob")
    with as_somebody_else(root):
        (root / "submitted" / place).chmod(0o000)
        code, said = run()
        assert code == 1 and "Permission denied" in reason(root, "ada")
        assert points(root) == {"ada": None, "bob": ALL}
        (root / "submitted" / place).chmod(0o700)
        assert run()[0] == 0


def test_a_link_that_leads_in_a_circle_is_reported_and_the_others_are_graded(root, run):
    hand_in(root, "ada").unlink()
    hand_in(root, "bob")
    (root / "submitted" / "ada" / LESSON / NAME).symlink_to(NAME)
    assert run()[0] == 1
    assert points(root) == {"ada": None, "bob": ALL}


def test_a_name_that_the_gradebook_cannot_hold_is_reported(root, run):
    hand_in(root, "a" * 200)
    hand_in(root, "bob")
    assert run()[0] == 1
    assert "128" in reason(root, "a" * 200)
    assert points(root)["bob"] == ALL


@pytest.mark.parametrize("text", ["{", "{}", "[]"])
def test_a_released_notebook_that_is_damaged_is_named(root, run, text):
    hand_in(root, "ada")
    (root / "notebooks" / LESSON / NAME).write_text(text)
    code, said = run()
    assert code == 1 and f"notebooks/{LESSON}/{NAME} is not a valid notebook" in said


def test_a_lesson_that_nbgrader_refuses_is_refused_in_one_line(root, run):
    hand_in(root, "ada")
    run()
    source = root / "solutions" / LESSON / NAME
    notebook = nbformat.read(source, as_version=4)
    notebook.cells.append(notebook.cells[-1])
    write(notebook, source)
    code, said = run()
    assert code == 1 and "grading stopped: the lesson has errors" in said
    assert len(said.strip().splitlines()) <= 3


@pytest.mark.long
def test_workers_take_turns_without_losing_anything(root, run, graded_now, monkeypatch):
    for student in students_of(5):
        hand_in(root, student)
    monkeypatch.setattr(grading.pool, "TASKS_PER_WORKER", 3)
    with Pool(1) as pool:
        monkeypatch.setattr(grading_command, "Pool", lambda *_: Lent(pool))
        assert run()[0] == 0
    assert graded_now == dict.fromkeys(students_of(5), 1)
    assert points(root) == dict.fromkeys(students_of(5), ALL)


def test_a_course_without_its_settings_is_named(root, run):
    hand_in(root, "ada")
    (root / "nbgrader_config.py").unlink()
    code, said = run()
    assert code == 1 and "nbgrader_config.py" in said
