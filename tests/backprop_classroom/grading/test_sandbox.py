"""The sandbox in which student code runs: what it sees, what it may take, what it leaves behind."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from course import REPOSITORY
from hostile_to_neighbours import BY_COPIES
from required import require
from sandboxes import SHORT

from backprop_classroom import grading
from backprop_classroom.grading import sandbox_files, worker
from backprop_classroom.grading.control_group import ControlGroup
from backprop_classroom.grading.sandbox import NoSandbox, Sandbox, SandboxFailed, why_no_sandbox
from backprop_classroom.grading.session import Broke, Session
from backprop_classroom.grading.worker import Job, SandboxKind, warm_sandbox
from backprop_classroom.lesson import Lesson

LESSON_CELLS = ("a = 2", "a + 1", "def f():\n    return a / 0", "f()", "(1).real")


@pytest.fixture(scope="module")
def sandbox():
    """A sandbox in which some cells have run before, so that what came of their text is known."""
    require(not why_no_sandbox(), why_no_sandbox())
    sandbox = warm_sandbox(SandboxKind(LESSON_CELLS, True, SHORT))
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A sandbox on another machine, without control groups, whose /local is shown.

    As where everything is installed into the system's own interpreter, or lies below /usr: /local
    contains a course, the judge, and one file each of the interpreter and of something else.
    """
    require(not why_no_sandbox(), why_no_sandbox())
    local = tmp_path_factory.mktemp("local")
    for place in ("src/course/solutions/a.ipynb", "lib/python3.11/site-packages/backprop_judge/a.py",
                  "lib/python3.11/os.py", "src/other/b.txt"):  # fmt: skip
        path = local / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("truth")
    shown_here = {
        **dict(sandbox_files._shown()), local / "lib": "/local/lib", local / "src": "/local/src"
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ControlGroup, "make", lambda: None)
        patched.setattr(sandbox_files, "_shown", lambda: shown_here.items())
        sandbox = Sandbox(sealed=True, limits=SHORT, hidden=[str(local / "src" / "course")])
    yield sandbox
    sandbox.close()


def shown(sandbox, source):
    """What a cell prints in a fresh notebook, and the names of its errors."""
    line = sandbox.open()
    try:
        outputs, *_ = Session(line, sandbox.limits).run(source)
    finally:
        sandbox.end(line)
    text = "".join(output.get("text", "") for output in outputs)
    return text + "".join(output.get("ename", "") for output in outputs)


def answer(sandbox, source):
    """What a cell prints as JSON."""
    return json.loads(shown(sandbox, f"import json, os, sys\nprint(json.dumps({source}))"))


def test_nothing_of_this_machine_is_there_but_programs_and_libraries(sandbox):
    here = {name.rstrip("0123456789") for name in answer(sandbox, "os.listdir('/')")}
    ours = {"scratch", "sandbox", "python", "libraries"}
    assert here - ours <= {"dev", "proc", "etc", "usr", "bin", "sbin", "lib"}
    assert set(answer(sandbox, "os.listdir('/etc')")) <= {"ld.so.cache", "alternatives"}
    assert answer(sandbox, "os.listdir('/proc')") == []


@pytest.mark.parametrize("place", [REPOSITORY, Path.home(), Path("/tmp"), Path(os.getcwd())])
def test_nothing_of_the_instructors_is_there(sandbox, place):
    assert answer(sandbox, f"os.path.lexists({str(place)!r})") is False


def test_the_environment_tells_nothing(sandbox):
    os.environ["BACKPROP_SECRET"] = "42"
    try:
        names = answer(sandbox, "sorted(os.environ)")
    finally:
        del os.environ["BACKPROP_SECRET"]
    assert "BACKPROP_SECRET" not in names and "BACKPROP_DB_URL" not in names
    assert answer(sandbox, "os.environ['HOME']") == "/scratch"


def test_the_parts_that_know_the_truth_are_not_there(sandbox):
    for module in ("backprop_judge", "backprop_judge.lessons", "backprop_classroom"):
        assert "ModuleNotFoundError" in shown(sandbox, f"import {module}"), module
    folders = answer(sandbox, "[os.listdir(one) for one in {'/', *sys.path} if os.path.isdir(one)]")
    found = {
        name
        for names in folders
        for name in names
        if name.startswith("backprop") and not name.endswith("info")
    }
    assert found == {"backprop"}
    assert answer(sandbox, "__import__('backprop').exercises.find('loss').points") == 1
    names = answer(sandbox, "sorted(vars(__import__('backprop').exercises.find('loss')))")
    assert names == ["id", "lesson", "manual", "parameters", "points"]


def test_nothing_can_be_written_outside_of_the_scratch_folder(sandbox):
    tried = """
import os
for folder in ("/", "/sandbox", "/usr", "/bin", "/etc", "/python", "/libraries", "/proc", "/dev"):
    try:
        open(os.path.join(folder, "mine"), "w").write("x")
        print("written", folder)
    except OSError:
        pass
open("/scratch/mine", "w").write("x")
open("/dev/shm/mine", "w").write("x")
"""
    assert shown(sandbox, tried) == ""


def test_the_next_notebook_finds_nothing_of_the_one_before(sandbox):
    leave = """
import os, numpy, builtins, backprop
open("left", "w").write("x"); open("/dev/shm/left", "w").write("x")
os.environ["LEFT"] = "x"; numpy.left = builtins.left = backprop.left = 1
numpy.random.seed(1); numpy.set_printoptions(precision=1); left = 1
import subprocess; subprocess.Popen(["sleep", "60"])
"""
    look = """[os.listdir('/scratch'), os.listdir('/dev/shm'), os.environ.get('LEFT'),
        [hasattr(one, 'left') for one in map(__import__, ('numpy', 'builtins', 'backprop'))],
        __import__('numpy').get_printoptions()['precision'], 'left' in globals()]"""
    before = answer(sandbox, look)
    shown(sandbox, leave)
    assert answer(sandbox, look) == before == [[], [], None, [False] * 3, 8, False]


def test_there_is_no_network(sandbox):
    tried = """
import socket
for address in (("127.0.0.1", 80), ("1.1.1.1", 53), ("::1", 80)):
    try:
        socket.create_connection(address, timeout=1)
        print("reached", address)
    except OSError as error:
        pass
print([name for _, name in socket.if_nameindex()])
"""
    assert shown(sandbox, tried).startswith("['lo'")
    assert "reached" not in shown(sandbox, tried)


def test_student_code_is_nobody_and_stays_so(sandbox):
    assert answer(sandbox, "[os.getuid(), os.geteuid(), os.getpid()]") == [65534, 65534, 1]
    tried = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for name, *given in (("unshare", 0x10000000), ("setuid", 0), ("chroot", b"/scratch"),
                     ("mount", b"tmpfs", b"/scratch", b"tmpfs", 0, None), ("ptrace", 0, 0, 0, 0),
                     ("memfd_create", b"a", 0), ("shmget", 1, 4096, 0o1600)):
    if getattr(libc, name)(*given) != -1:
        print(name, "worked")
"""
    assert shown(sandbox, tried) == ""


@pytest.mark.parametrize(
    ("greedy", "said"),
    [
        ("import numpy as np; np.ones(10**9)", "MemoryError"),
        ("import os\nwhile True: os.fork() or __import__('time').sleep(9)", "BlockingIOError"),
        ("open('big', 'wb').write(bytes(2**27))", "OSError"),
        ("[open(f'{n}', 'wb').write(bytes(2**24)) for n in range(9)]", "OSError"),
        ("kept = [open('/dev/null') for n in range(10**4)]", "OSError"),
        ("[open(f'/scratch/{n}', 'w').close() for n in range(10**5)]", "OSError"),
    ],
    ids=["memory", "processes", "a large file", "many files", "descriptors", "entries"],
)  # fmt: skip
def test_who_takes_too_much_gets_an_error_like_any_other(sandbox, greedy, said):
    assert said in shown(sandbox, greedy)


IN_PROCESSES = """
import os, time, numpy as np
for _ in range(8):
    if os.fork() == 0:
        kept = np.ones(10**7); time.sleep(600)
time.sleep(600)
"""

IN_SOCKETS = """
import os, socket, time
def fill():
    keep = []
    try:
        for _ in range(100):
            a, b = socket.socketpair(); keep += [a, b]
            for one in (a, b):
                one.setblocking(False); one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 10**6)
                try:
                    while True: one.send(bytes(65536))
                except BlockingIOError: pass
    except OSError: pass
    time.sleep(600)
for _ in range(12):
    if os.fork() == 0:
        fill()
fill()
"""


def in_each(*, long):
    """Parametrize by sandbox and by what takes memory there; some of these are long."""
    greedy = {"processes": IN_PROCESSES, "sockets": IN_SOCKETS, "copies": BY_COPIES}
    places = {"as it is": "sandbox", "without a control group": "elsewhere"}
    ids = [f"{where}-{name}" for where in places for name in greedy]
    cases = [
        pytest.param(
            places[id.rpartition("-")[0]],
            greedy[id.rpartition("-")[2]],
            id=id,
            marks=pytest.mark.long if id in long else (),
        )
        for id in ids
    ]
    return pytest.mark.parametrize(("where", "greedy"), cases)


@in_each(long=("as it is-processes", "as it is-sockets", "without a control group-copies"))
def test_all_processes_of_a_notebook_share_one_allowance_of_memory(request, where, greedy):
    sandbox = request.getfixturevalue(where)
    line = sandbox.open()
    # So much time that on a busy machine, too, it is the memory that ends what is greedy.
    session = Session(line, replace(SHORT, cell_seconds=120))
    with pytest.raises(Broke):
        session.run(greedy)
    assert "more than 0.391 GiB of memory" in sandbox.end(line)


def test_processes_that_share_memory_count_it_once(sandbox):
    shared = """
import os, time, numpy as np
kept = np.ones(2 * 10**7)
for _ in range(8):
    if os.fork() == 0:
        time.sleep(1); os._exit(0)
time.sleep(1)
print("done")
"""
    assert shown(sandbox, shared) == "done\n"


def test_a_notebook_has_terminals_of_its_own_and_a_few_only(sandbox, elsewhere):
    line = sandbox.open()
    conversation = Session(line, sandbox.limits)
    opening = """
import os
opened = []
try:
    while True: opened.append(os.open('/dev/ptmx', os.O_RDWR | os.O_NOCTTY))
except OSError: print(len(opened))
"""
    outputs, *_ = conversation.run(opening)
    assert outputs[0]["text"] == "16\n"
    assert "hello" in shown(elsewhere, "!echo hello")
    sandbox.end(line)


def test_what_a_notebook_starts_has_the_lowest_priority_and_the_notebook_keeps_its_own(sandbox):
    several = """
import os, time
child = os.fork()
if child == 0:
    os.setsid(); time.sleep(60)
print(os.getsid(child) == os.getsid(0))
own, until = os.getpriority(os.PRIO_PROCESS, 0), time.monotonic() + 30
while os.getpriority(os.PRIO_PROCESS, child) == own and time.monotonic() < until: pass
print(os.getpriority(os.PRIO_PROCESS, child), os.getpriority(os.PRIO_PROCESS, 0) - own)
"""
    assert shown(sandbox, several) == "True\n19 0\n"


def test_nothing_that_can_be_read_knows_the_truth(sandbox):
    walk = """
import os
found = []
for folder, folders, files in os.walk("/"):
    found += [os.path.join(folder, name) for name in (*folders, *files)]
names = {"solutions", "mistakes", "mistakes.py", "submitted", "gradebook.db"}
truth = [one for one in found if names & set(one.split("/")) or one.endswith(".ipynb")
         or "backprop_" in one]
print(len(found) > 1000, truth)
"""
    assert shown(sandbox, walk) == "True []\n"


def test_no_library_but_the_named_ones_and_nothing_of_a_course_is_shown_wherever_it_lies(elsewhere):
    walk = "sorted(f'{one[0]}/{name}' for one in os.walk('/local') for name in one[2])"
    assert answer(elsewhere, walk) == ["/local/lib/python3.11/os.py", "/local/src/other/b.txt"]


def test_the_course_itself_is_hidden_where_it_is_graded(tmp_path):
    job = Job(Lesson("none", "none", (), 0), "ada", EMPTY, hidden=(str(tmp_path),))
    assert job.kind.hidden == (str(tmp_path),)


def test_a_notebook_imports_what_it_has_written(sandbox):
    first, second = told(sandbox, "%%writefile helper.py\nx = 7\n", "import helper; helper.x")
    assert second[0]["data"]["text/plain"] == "7"


@pytest.mark.parametrize(
    ("endless", "said"),
    [("while True: pass", "TookTooLong"), ("import time; time.sleep(99)", "TookTooLong")],
)
def test_a_cell_that_does_not_end_is_stopped_and_the_notebook_goes_on(sandbox, endless, said):
    line = sandbox.open()
    conversation = Session(line, sandbox.limits)
    conversation.run("kept = 7")
    outputs, *_ = Session(line, replace(SHORT, cell_seconds=0.2)).run(endless)
    assert [output["ename"] for output in outputs] == [said]
    outputs, *_ = conversation.run("kept")
    assert outputs[0]["data"]["text/plain"] == "7"
    sandbox.end(line)


def test_a_notebook_keeps_what_makes_it_one(sandbox):
    line = sandbox.open()
    conversation = Session(line, sandbox.limits)
    outputs, count, _ = conversation.run(
        "import sys\nprint('a'); print('b', file=sys.stderr)\n2 + 3"
    )
    assert [output.get("name") for output in outputs] == ["stdout", "stderr", None]
    assert outputs[-1]["data"] == {"text/plain": "5"} and count == 1
    outputs, count, _ = conversation.run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert set(outputs[-1]["data"]) == {"text/plain", "image/png"} and count == 2
    outputs, *_ = conversation.run("%%time\n!echo shell\n_ + Out[1]")
    assert "shell" in outputs[0]["text"]
    outputs, *_ = conversation.run(
        "from IPython.display import *\nh = display(HTML('<b>x</b>'), display_id=True)\n"
        "h.update(HTML('<i>y</i>'))"
    )
    assert outputs[0]["data"]["text/html"] == "<i>y</i>"
    outputs, *_ = conversation.run("print(1); clear_output(); print(2)")
    assert [output["text"] for output in outputs] == ["2\n"]
    outputs, *_ = conversation.run("async def f(): return 4\nawait f()")
    assert outputs[0]["data"]["text/plain"] == "4"
    sandbox.end(line)


MAGICS = ("%matplotlib notebook", "%load_ext autoreload\n%autoreload 2", "%reset -f")
MORE_MAGICS = (
    "%matplotlib inline", "%matplotlib widget", "%matplotlib ipympl", "%matplotlib",
    "%pylab inline", "%config InlineBackend.figure_formats = ['png']", "%%time\nx = 1",
    "%%capture out\nprint(1)", "%precision 3", "%time 1", "%timeit -n 1 -r 1 1", "%who", "%whos",
    "%pwd", "%ls", "%xmode Plain", "%alias_magic t time", "%automagic", "%gui inline", "%lsmagic",
    "%logstop",
)  # fmt: skip


@pytest.mark.parametrize(
    "magic", [*MAGICS, *(pytest.param(one, marks=pytest.mark.long) for one in MORE_MAGICS)]
)
def test_magics_of_honest_notebooks_do_no_harm(sandbox, magic):
    drawing = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    (*_, after) = every = told(sandbox, magic, drawing)
    assert not [one for shown in every for one in shown if one["output_type"] == "error"]
    assert "image/png" in after[-1]["data"]


def test_a_library_that_is_missing_costs_only_what_needs_it(sandbox):
    first, second, third = told(
        sandbox, "import numpy as np, torch\nx = 1", "print(x, np.pi)", "torch.ones(3)"
    )
    assert [one["text"] for one in first] == [
        "torch is not installed where this notebook is graded; cells that do not use it still run\n"
    ]
    assert second[0]["text"].startswith("1 3.14")
    assert third[0]["ename"] == "ModuleNotFoundError"
    assert told(sandbox, "import backprop_judge\nx = 1")[0][0]["output_type"] == "error"


def test_a_notebook_may_transform_its_own_cells_and_no_other_notebook_s(sandbox):
    cell, transform = "print('plain')", "get_ipython().input_transformers_cleanup.append("
    change = "lambda lines: [line.replace('plain', 'changed') for line in lines]"
    first = sandbox.open()
    conversation = Session(first, sandbox.limits)
    printed = []
    for source in (cell, f"{transform}{change})", cell):
        outputs, *_ = conversation.run(source)
        printed += [output["text"] for output in outputs]
    sandbox.end(first)
    assert printed == ["plain\n", "changed\n"]
    assert shown(sandbox, cell) == "plain\n"


def test_floods_of_output_are_cut_and_say_so(sandbox):
    line = sandbox.open()
    conversation = Session(line, sandbox.limits)
    for flood in ("print('x' * 10**7)", "for _ in range(110_000): print('y')",
                  "for n in range(10**3): display(n)",
              "h = display(0, display_id=True)\nfor n in range(30): h.update('x' * 10**6)",
              "hs = [display(0, display_id=True) for n in range(99)]\n"
              "for h in hs: h.update('x' * 10**4)",
              "display(0, metadata={'note': 'x' * 10**6})",
              "h = display(0, display_id=True); h.update(0, metadata={'note': 'x' * 10**6})",
              "raise ValueError('x' * 10**6)"):  # fmt: skip
        outputs, *_ = conversation.run(flood)
        assert len(json.dumps(outputs)) < 400_000
        assert any(
            "the output of this cell was truncated" in output.get("text", "") for output in outputs
        )
    sandbox.end(line)


def test_of_a_display_that_is_updated_only_what_is_kept_counts(sandbox):
    """An animation of many frames, of text and of pictures."""
    update = "h = display(0, display_id=True)\nfor n in range(999): h.update('x' * 10**4 + str(n))"
    (output,) = told(sandbox, update)[0]
    assert output["data"] == {"text/plain": repr("x" * 10**4 + "998")}
    changing = "for n in range(9): h.update({k: 'x' * 10**6}, raw=True)"
    cell = "h = display(0, display_id=True)\nfor k in ('image/png', 'image/jpeg'):\n    " + changing
    (output,) = told(sandbox, cell)[0]
    assert output["data"] == {"image/jpeg": "x" * 10**6}


def told(sandbox, *cells):
    """What cells show one after the other in one notebook."""
    line = sandbox.open()
    try:
        conversation = Session(line, sandbox.limits)
        return [conversation.run(source)[0] for source in cells]
    finally:
        sandbox.end(line)


def test_cells_that_ran_before_do_the_same_again(sandbox):
    _, (three,), _, (error,), _ = told(sandbox, *LESSON_CELLS)
    assert three["data"]["text/plain"] == "3"
    assert error["ename"] == "ZeroDivisionError"
    said = re.sub("\x1b[^m]*m", "", "\n".join(error["traceback"]))
    assert "Cell In[4], line 1\n----> 1 f()" in said
    assert "Cell In[3], line 2" in said and "return a / 0" in said


def test_cells_are_told_by_their_own_number(sandbox):
    *_, (error,) = told(sandbox, "1", "2", "3", "4", "5", LESSON_CELLS[3].replace("f", "g"), "1/0")
    assert "Cell In[7]" in re.sub("\x1b[^m]*m", "", "\n".join(error["traceback"]))


def test_cells_that_ran_before_see_what_a_notebook_changes(sandbox):
    changing = """
import ast
class Larger(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value + 10), node)
get_ipython().ast_transformers.append(Larger())
"""
    _, _, (sum,) = told(sandbox, changing, *LESSON_CELLS[:2])
    assert sum["data"]["text/plain"] == "23"
    showing = "get_ipython().ast_node_interactivity = 'all'"
    *_, first, second = told(sandbox, "a = 5", showing, "a + 1\na + 2", "a + 1\na + 2")
    assert [one["data"]["text/plain"] for one in second] == ["6", "7"] and len(first) == 2
    assigning = "get_ipython().ast_node_interactivity = 'last_expr_or_assign'"
    _, (two,), (again,) = told(sandbox, assigning, LESSON_CELLS[0], LESSON_CELLS[0])
    assert two["data"]["text/plain"] == again["data"]["text/plain"] == "2"


def test_an_import_from_the_future_holds_for_the_cells_below(sandbox):
    future = "from __future__ import annotations"
    asking = "def g(x: nothing_of_this_name): pass\ng.__annotations__"
    *_, (shown,) = told(sandbox, future, asking)
    assert shown["data"]["text/plain"] == "{'x': 'nothing_of_this_name'}"
    *_, error = told(sandbox, asking)[-1]
    assert error["ename"] == "NameError"


def test_what_is_missing_for_a_seal_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(NoSandbox, match="apt install bubblewrap"):
        Sandbox(sealed=True)
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(NoSandbox, match="Linux only"):
        Sandbox(sealed=True)


@pytest.fixture
def failing_starts(tmp_path, monkeypatch):
    """A list of commands that the next sandboxes run instead of their own; none is warm yet."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(worker, "_sandboxes", worker._Sandboxes())
    failures = []
    start = grading.sandbox._unsealed

    def start_or_fail(hidden):
        command, descriptors, scratch = start(hidden)
        return (failures.pop() if failures else command), descriptors, scratch

    monkeypatch.setattr(grading.sandbox, "_unsealed", start_or_fail)
    yield failures
    worker._sandboxes.close()


EMPTY = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'
ENDS_AT_ONCE = ["sh", "-c", "echo out of luck >&2; exit 1"]
EMPTY_JOB = Job(Lesson("none", "none", (), 0), "ada", EMPTY, sealed=False)


def test_an_unsealed_sandbox_is_started_again_and_leaves_no_folder_when_its_grader_is_killed(
    failing_starts, tmp_path
):
    failing_starts += [ENDS_AT_ONCE] * (worker.ATTEMPTS - 1)
    assert worker.grade_submission(EMPTY_JOB).reason == ""
    assert failing_starts == []
    sandbox = worker._sandboxes.take(EMPTY_JOB.kind)
    try:
        assert shown(sandbox, "open('left', 'w'); print(2 + 3)") == "5\n"
        assert shown(sandbox, "import os; print(os.listdir('.'))") == "[]\n"
        assert len(list(tmp_path.glob("backprop-sandbox-*"))) == 1
        sandbox._control.close()  # as the system does for a process that has ended
        sandbox._process.wait()
        assert list(tmp_path.glob("backprop-sandbox-*")) == []
    finally:
        sandbox.close()


def test_a_sandbox_that_never_starts_is_given_up_with_its_last_words(
    failing_starts, monkeypatch, tmp_path
):
    started = []
    popen = subprocess.Popen

    def start(*arguments, **options):
        started.append(popen(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    failing_starts += [ENDS_AT_ONCE] * worker.ATTEMPTS
    with pytest.raises(SandboxFailed, match="out of luck"):
        worker.grade_submission(EMPTY_JOB)
    assert failing_starts == [] and len(started) == worker.ATTEMPTS
    assert all(process.returncode is not None for process in started)  # none is left
    assert list(tmp_path.glob("backprop-sandbox-*")) == []
