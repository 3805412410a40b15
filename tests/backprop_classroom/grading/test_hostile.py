"""A class of which most are hostile: everybody gets what honest code deserves, and no more."""

import base64
import contextlib
import csv
import ctypes
import functools
import hashlib
import io
import json
import os
import re
import shutil
import socket
import stat
import tempfile
import threading
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import hostile_to_neighbours  # noqa: F401  enters more of them
import nbformat
import numpy as np
import psutil
import pytest
from course import REPOSITORY, make_course
from hostile import CHEAT, DOUBLES, HONEST, HOSTILE, LESSON, MOST, NAME, Course, Hostile, hand_in

from backprop.exercises import find
from backprop_classroom import grading
from backprop_classroom.gradebook import records
from backprop_classroom.gradebook.database import gradebook_of, lesson_of
from backprop_classroom.grading.grade import Options, grade_class
from backprop_classroom.grading.marking import mark
from backprop_classroom.grading.nbgrader_plugins import register
from backprop_classroom.grading.pool import Pool
from backprop_classroom.grading.sandbox import Sandbox, why_no_sandbox
from backprop_classroom.limits import Limits
from backprop_classroom.release import generate
from backprop_classroom.submissions.reading import parse_within_limits
from backprop_classroom.texts import shown

if why_no_sandbox() and not os.environ.get("BACKPROP_REQUIRE_ALL"):
    pytest.skip(why_no_sandbox(), allow_module_level=True)

LIMITS = Limits(
    cell_seconds=1, call_seconds=1, submission_seconds=30, memory=400 * 2**20, processes=16,
    scratch=16 * 2**20, open_files=64, backstop=8, grace_seconds=0.5, idle_seconds=1.5,
)  # fmt: skip
DOUBLE = [one for one in HOSTILE if one.name in DOUBLES]
CLASS = [one for one in HOSTILE if one not in DOUBLE]
# A worker that uses so many CPU seconds is ended: some attacks would occupy it without end.
CPU_SECONDS = 60


def _cases(several):
    """The submissions as parameters of a test."""
    return [pytest.param(one, id=one.id) for one in several]


@dataclass(frozen=True)
class Outcome:
    """What grading the class left behind.

    several -- the hostile submissions.
    code, printed -- its exit code, and all it printed.
    rows -- the rows of grades.csv by student; records -- what is kept beside the points.
    before, after -- what was to be left alone, by path.
    processes, scratch -- what was left running, and left in the folder for temporary files.
    callers -- who of the class called somebody outside; forged -- files written outside.
    memory -- the most bytes that one worker, which judges, had in use.
    """

    course: Course
    several: list
    code: int
    printed: str
    rows: dict
    records: dict
    before: dict
    after: dict
    processes: list
    scratch: list
    callers: list
    forged: set
    memory: int

    def told(self, student):
        """The lines that were printed about a student while the class was graded."""
        return re.findall(rf"(?:^|[\r\n]){re.escape(shown(student))}: ([^\n]*)", self.printed)

    def copy_of(self, student):
        path = self.course.root / "autograded" / student / LESSON / NAME
        return nbformat.read(path, as_version=4)


@functools.cache
def _released():
    """The bare lesson as students get it, without the time that it takes to execute it."""
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as scratch:
        make_course(root, LESSON)
        return Path(generate(Path(root), LESSON, scratch), NAME).read_bytes()


def lay_out(root, canaries=(), port=0, name=""):
    """Make a course with one bare lesson."""
    source = make_course(root, LESSON)
    released = root / "notebooks" / LESSON / NAME
    released.parent.mkdir(parents=True)
    released.write_bytes(_released())
    notebooks = (nbformat.read(path, as_version=4) for path in (source, released))
    return Course(*notebooks, root, tuple(canaries), port, name)


def honest(name):
    made, points = HONEST[name]
    return Hostile(name, "honest", lambda course, folder: made(course), points)


def fingerprint(*places):
    """Return for everything below some folders its kind, size, time of change and contents."""
    found = {}
    for place in places:
        for folder, folders, files in os.walk(os.fsencode(place)):
            for name in (b".", *folders, *files):
                path = os.path.normpath(os.path.join(folder, name))
                about = os.lstat(path)
                contents = _contents(path, about)
                found[path] = (about.st_mode, about.st_size, about.st_mtime_ns, contents)
    return found


def _contents(path, about):
    if stat.S_ISLNK(about.st_mode):
        return os.readlink(path)
    if not stat.S_ISREG(about.st_mode) or not about.st_blocks:  # nothing was written into it
        return ""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


@contextlib.contextmanager
def canaries():
    """Folders outside of the course, where a notebook that got out would leave its traces."""
    with contextlib.ExitStack() as stack:
        places = []
        for parent in (Path.home(), Path(tempfile.gettempdir())):
            folder = tempfile.TemporaryDirectory(prefix="backprop-canary-", dir=parent)
            places.append(Path(stack.enter_context(folder)))
            (places[-1] / "canary.txt").write_text("alive")
            shutil.copy(REPOSITORY / "pyproject.toml", places[-1])
        yield places


@contextlib.contextmanager
def somebody_who_listens():
    """Listen where a notebook without walls could call; yield port, name and the callers."""
    name, callers = f"backprop-{os.getpid()}", []
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(socket.socket(f)) for f in (socket.AF_INET, socket.AF_UNIX)]
        for line, address in zip(lines, (("127.0.0.1", 0), "\0" + name)):
            line.bind(address)
            line.listen()
            line.settimeout(0.2)

        def listen(line):
            while not closing.is_set():
                with contextlib.suppress(TimeoutError):
                    callers.append(line.accept())

        closing = threading.Event()
        threads = [threading.Thread(target=listen, args=(line,)) for line in lines]
        for thread in threads:
            thread.start()
        try:
            yield lines[0].getsockname()[1], name, callers
        finally:
            closing.set()
            for thread in threads:
                thread.join()


@contextlib.contextmanager
def orphans_come_here():
    """Become the parent of processes below this one that lose their own."""
    set_child_subreaper = 36
    prctl = ctypes.CDLL(None).prctl
    prctl(set_child_subreaper, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(set_child_subreaper, 0, 0, 0, 0)


def processes_below():
    """The living processes below this one, but for the helpers of multiprocessing."""
    helpers = ("resource_tracker", "forkserver")
    this, living = psutil.Process(), []
    for process in this.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            command = " ".join(process.cmdline())
            helps = process.ppid() == this.pid and any(name in command for name in helpers)
            if process.status() != psutil.STATUS_ZOMBIE and not helps:
                living.append(command)
    return living


def watched_pool(peaks):
    """A class of pools whose workers may use `CPU_SECONDS`.

    At the end, the most memory that each worker had in use is entered in `peaks`.
    """

    class Watched(Pool):
        def submit(self, job):
            future = super().submit(job)  # this may start workers
            for worker in list(self._crew._executor._processes):
                with contextlib.suppress(psutil.Error):
                    limit = CPU_SECONDS, CPU_SECONDS + 1
                    psutil.Process(worker).rlimit(psutil.RLIMIT_CPU, limit)
            return future

        def close(self, at_once=False):
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error, OSError):
                    if any("multiprocessing" in word for word in process.cmdline()):
                        status = Path(f"/proc/{process.pid}/status").read_text()
                        peaks.append(1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]))
            super().close(at_once)

    return Watched


def forged_files(places):
    """What notebooks call a file that they write where they must not."""
    return {path for place in places for path in place.parent.glob("forged*")}


def graded_together(several, tmp_path_factory):
    """Grade a hostile class in one run; yield the outcome."""
    root, temporary = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("temporary")
    with contextlib.ExitStack() as stack:
        places = stack.enter_context(canaries())
        port, name, callers = stack.enter_context(somebody_who_listens())
        course = lay_out(root, places, port, name)
        for one in [*several, *map(honest, HONEST)]:
            hand_in(course, root / "submitted", one)
        guarded = [*(root / one for one in ("solutions", "notebooks", "submitted")), *places]
        guarded.append(root / "nbgrader_config.py")
        before, others = fingerprint(*guarded), processes_below()
        forged, peaks, printed = forged_files(places), [], io.StringIO()
        stack.enter_context(orphans_come_here())
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TMPDIR", str(temporary))
            patch.setattr(tempfile, "tempdir", None)
            patch.setattr(grading.grade, "Pool", watched_pool(peaks))
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                code = grade_class(root, LESSON, Options(workers=2, limits=LIMITS))
        left = [one for one in processes_below() if one not in others]
        with open(root / "grades.csv", newline="", encoding="utf-8") as file:
            rows = {row["student"]: row for row in csv.DictReader(file)}
        with gradebook_of(root) as gradebook:
            kept = records.read(gradebook, LESSON)
        yield Outcome(
            course, several, code, printed.getvalue(), rows, kept, before,
            fingerprint(*guarded), left,
            [one for one in os.listdir(temporary) if not one.startswith("pymp-")], callers,
            forged_files(places) - forged, max(peaks, default=0),
        )  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The hostile class, graded in one run."""
    yield from graded_together(CLASS, tmp_path_factory)


@pytest.fixture(scope="module")
def graded_doubles(tmp_path_factory):
    """Those of which others of their kind are in the hostile class, graded in one run."""
    yield from graded_together(DOUBLE, tmp_path_factory)


@pytest.fixture(params=["graded", pytest.param("graded_doubles", marks=pytest.mark.long)])
def either(request):
    return request.getfixturevalue(request.param)


def assert_earned(row, points):
    assert row["reason"] == ""
    assert {id: float(row[id]) for id in points} == dict(points)
    assert float(row["points"]) == sum(points.values())
    assert float(row["of"]) == sum(MOST.values()) + 2


# ---------------------------------------------------------------- points and reasons


def assert_as_deserved(outcome, one):
    """Hold one submission to its points and to what has to be told about it."""
    row, told = outcome.rows[one.in_table], outcome.told(one.listed)
    if one.points is None:
        assert row["points"] == ""
        assert one.said in row["reason"]
        assert told == [row["reason"]]
        assert not (outcome.course.root / "autograded" / one.listed).exists()
        return
    assert_earned(row, one.points)
    assert any(one.said in line for line in told) or not one.said, told
    codes = [
        code
        for verdict in outcome.records[one.listed].graded.verdicts
        for code in verdict.codes
        if verdict.exercise == CHEAT
    ]
    assert one.finding in codes or not one.finding
    if one.shown:
        assert one.shown in nbformat.writes(without_sources(outcome.copy_of(one.listed)))


def without_sources(notebook):
    for cell in notebook.cells:
        cell.source = ""
    return notebook


@pytest.mark.parametrize("one", _cases(CLASS))
def test_a_hostile_submission_gets_what_its_honest_code_deserves_and_is_told_of(graded, one):
    assert_as_deserved(graded, one)


@pytest.mark.long
@pytest.mark.parametrize("one", _cases(DOUBLE))
def test_a_double_of_a_hostile_submission_gets_what_its_honest_code_deserves(graded_doubles, one):
    assert_as_deserved(graded_doubles, one)


@pytest.mark.parametrize("student", HONEST)
def test_an_honest_submission_beside_them_is_untouched(either, student):
    assert_earned(either.rows[student], HONEST[student][1])
    assert either.told(student) == []
    assert either.records[student].graded.remarks == ()


def test_there_are_enough_of_each_kind():
    groups = [one.group for one in HOSTILE]
    assert len(HOSTILE) >= 40 and len(HONEST) == 15
    assert all(groups.count(group) >= 12 for group in ("forge", "break", "malform"))
    assert sorted(one.name for one in DOUBLE) == sorted(DOUBLES)


def test_everybody_is_in_the_table_once(either):
    assert sorted(either.rows) == sorted([*HONEST, *(one.in_table for one in either.several)])


def test_who_could_not_be_graded_stands_at_the_end_with_the_reason(either):
    listed = either.printed.partition("not graded:\n")[2]
    ungraded = [one for one in either.several if one.points is None]
    assert ungraded and either.code == 1
    assert all(one.listed in listed and one.said in listed for one in ungraded)
    assert not any(re.search(rf"^  {student}  ", listed, re.MULTILINE) for student in HONEST)


def test_what_a_notebook_claims_is_not_in_its_graded_copy(either):
    several = {name: name for name in HONEST} | {one.in_table: one.listed for one in either.several}
    copies = [
        either.copy_of(several[name]) for name, row in either.rows.items() if not row["reason"]
    ]
    assert len(copies) > 2 * len(HONEST)
    assert not any("(forged)" in nbformat.writes(notebook) for notebook in copies)


# ---------------------------------------------------------------- nothing else has happened


def test_not_one_byte_is_changed_outside_of_the_scratch_of_each(either):
    assert either.after == either.before


def test_nothing_is_left_behind_by_any_of_them(either):
    assert either.processes == []
    assert either.scratch == []
    assert [*either.course.root.rglob("forged*"), *either.forged] == []


def test_the_memory_of_who_judges_stays_small(either):
    assert 50 * 2**20 < either.memory < 400 * 2**20


def test_nobody_reached_the_network_or_a_socket_of_this_machine(either):
    assert either.callers == []


LINGERING = (
    "daemon_that_writes_later",
    "process_that_outlives_its_parent",
    "work_at_the_exit",
)
BRIEF = replace(LIMITS, backstop=2)  # one of them waits until it is stopped
LINGERING_AND_LARGE = ("memory_in_many_processes",)  # some hundred megabytes, one after the other


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """A course, and its lesson as registered."""
    root = tmp_path_factory.mktemp("lesson")
    course = lay_out(root)
    register(root, LESSON)
    with gradebook_of(root) as gradebook:
        return course, lesson_of(root, gradebook, LESSON)


@pytest.fixture(scope="module")
def sandbox():
    """A sandbox in which one notebook runs after another."""
    # The processes that it leaves become children of this one.
    with orphans_come_here(), contextlib.closing(Sandbox(sealed=True, limits=BRIEF)) as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    "one",
    [
        *_cases(one for one in HOSTILE if one.name in LINGERING),
        *(
            pytest.param(one, id=one.id, marks=pytest.mark.long)
            for one in HOSTILE
            if one.name in LINGERING_AND_LARGE
        ),
    ],
)
def test_no_process_of_a_notebook_is_alive_when_the_next_one_begins(lesson, sandbox, one):
    course, lesson = lesson
    hand_in(course, course.root / "submitted", one)
    data = (course.root / "submitted" / one.name / LESSON / NAME).read_bytes()
    parse_within_limits(data, lesson)  # from here on there is a process that reads files
    before = _living()
    mark(sandbox, lesson, one.name, data)
    assert _living() == before


def _living():
    living = set()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                living.add(process.pid)
    return living


_TELL = """
import json
heard = []
def backward_propagation(*case):
    heard.append([array.tolist() for array in case])
"""
_REMEMBER = """
def backward_propagation(X, Y, out_h, out_y, W2):
    return tuple(np.array(one) for one in table[repr(X.round(9).tolist())])
"""


def test_the_cases_that_one_submission_tells_are_of_no_use_to_the_next(lesson, sandbox):
    course, lesson = lesson
    notebook = course.answering(CHEAT, _TELL.lstrip())
    # A cell may print so many characters and no more.
    tell = "import base64, zlib\ntold = zlib.compress(json.dumps(heard).encode())\n"
    tell += "print(base64.b85encode(told).decode())"
    notebook.cells.append(nbformat.v4.new_code_cell(tell, id="tell"))
    graded = mark(sandbox, lesson, "ada", json.dumps(notebook).encode())
    told = nbformat.reads(graded.notebook, as_version=4).cells[-1].outputs[0].text.strip()
    told = json.loads(zlib.decompress(base64.b85decode(told)))
    cases = [[np.array(array) for array in case] for case in told]
    table = {
        repr(case[0].round(9).tolist()): [array.tolist() for array in find(CHEAT)(*case)]
        for case in cases
    }
    notebook = course.answering(CHEAT, f"table = {table}\n{_REMEMBER}")
    notebook = mark(sandbox, lesson, "ben", json.dumps(notebook).encode())
    assert notebook.scores[f"check_{CHEAT}"] == 0


_LOOK = """
import ctypes
remembered = get_ipython().input_transformer_manager._known.values()
print(sum(text.startswith("6.0") for text in remembered), ctypes.CDLL(None).memfd_create(b"a", 0))
"""


def test_what_one_submission_does_to_walls_and_shell_is_not_there_for_the_next(lesson, sandbox):
    course, lesson = lesson
    spoilers = ("filter_that_is_taken_apart", "remembered_cells_that_are_forged")
    notebooks = [one.hand_in(course, None) for one in HOSTILE if one.name in spoilers]
    for notebook in (*notebooks, course.with_cells(_LOOK)):
        graded = mark(sandbox, lesson, "ada", json.dumps(notebook).encode())
    assert len(notebooks) == 2
    assert nbformat.reads(graded.notebook, as_version=4).cells[1].outputs[0].text == "0 -1\n"
    assert {id: graded.scores[f"check_{id}"] for id in MOST} == MOST
