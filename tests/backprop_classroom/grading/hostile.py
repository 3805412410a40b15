"""The hostile class: submissions that forge points, break the machine, or are no notebooks.

Each is data: who hands it in, what it is made of, the points that its honest code deserves,
and what has to be told about it. `HOSTILE` holds them, `HONEST` the fifteen beside them.
Code that attacks a part of the sandbox says "armed" when it is in place, so that a test can
see that it was not in vain.
"""

import copy
import csv
import inspect
import io
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from course import exercises_of, grade_id, write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from backprop_classroom.texts import table

LESSON, NAME = "03_backward_pass", "backward_pass.ipynb"
MOST = {entry.id: entry.points for entry in exercises_of(LESSON) if not entry.manual}
NOTHING = dict.fromkeys(MOST, 0)
CHEAT = "backward_propagation"  # the exercise that a forger has not solved


def without(*ids):
    return MOST | dict.fromkeys(ids, 0)


@dataclass(frozen=True)
class Course:
    """What a submission is made from, and what it would like to reach.

    source, released -- the notebook with its solutions, and as students get it.
    root -- the folder of the course.
    canaries -- folders outside of the course that nobody may change.
    port, socket -- where somebody listens on this machine: TCP, and an abstract Unix name.
    """

    source: nbformat.NotebookNode
    released: nbformat.NotebookNode
    root: Path
    canaries: tuple[Path, ...]
    port: int
    socket: str

    def solved(self):
        return nbformat.from_dict(json.loads(json.dumps(self.source)))

    def empty(self):
        return nbformat.from_dict(json.loads(json.dumps(self.released)))

    def with_cells(self, *sources):
        """A solved notebook with further cells before its first exercise."""
        notebook = self.solved()
        notebook.cells[1:1] = [new_code_cell(text, id=f"x{n}") for n, text in enumerate(sources)]
        return notebook

    def answering(self, id, body, *sources):
        """A solved notebook but for one exercise."""
        notebook = self.with_cells(*sources)
        put(notebook, id, body)
        return notebook

    def cheating(self, *sources, answer=None):
        """A notebook that is solved but for `CHEAT`, with further cells before that."""
        return self.answering(CHEAT, answer or WRONG, *sources)

    @property
    def facts(self):
        """A cell that tells a notebook where everything is that it must not reach."""
        names = {
            "ROOT": str(self.root), "CANARIES": [str(one) for one in self.canaries],
            "PORT": self.port, "SOCKET": self.socket,
        }  # fmt: skip
        return "\n".join(f"{name} = {value!r}" for name, value in names.items())


@dataclass(frozen=True)
class Hostile:
    """One hostile submission.

    name -- the folder of the student; bytes if it is no text.
    group -- "forge", "break" or "malform".
    hand_in -- takes the `Course` and the folder to fill; returns a notebook or bytes to be
        written there, or None if it has done so itself.
    points -- what its honest code deserves, by exercise; None if it cannot be graded.
    said -- part of what `make grade` prints about it.
    finding -- the code of what is found about `CHEAT`.
    shown -- part of what the graded copy shows.
    holds_up -- whether the process that judges would compute without end if the attack succeeded.
    """

    name: str | bytes
    group: str
    hand_in: Callable
    points: Mapping[str, float] | None
    said: str = ""
    finding: str = ""
    shown: str = ""
    holds_up: bool = False

    @property
    def listed(self):
        """Its name in grades.csv and in what is printed."""
        return ascii(os.fsdecode(self.name)) if isinstance(self.name, bytes) else self.name

    @property
    def in_table(self):
        """Its name in grades.csv, where none is a formula."""
        ((name,),) = csv.reader(io.StringIO(table([[self.listed]]), newline=""))
        return name

    @property
    def id(self):
        return ascii(self.listed)[1:-1][:40]


HOSTILE: list[Hostile] = []


def hostile(group, points, name=None, **details):
    """Enter the decorated function as a submission of the hostile class."""

    def enter(made):
        alone = len(inspect.signature(made).parameters) == 1
        hand_in = (lambda course, folder: made(course)) if alone else made
        HOSTILE.append(Hostile(name or made.__name__, group, hand_in, points, **details))
        return made

    return enter


def cell(notebook, id):
    return next(one for one in notebook.cells if grade_id(one) == id)


def put(notebook, id, body):
    """Give the function of an exercise another body, or replace its cell by a whole text."""
    found = cell(notebook, id)
    found.source = found.source.split("\n")[0] + "\n" + body if body[0] == " " else body


def hand_in(course, submitted, one):
    """Lay out one submission below the folder of all submissions."""
    folder = os.path.join(os.fsencode(submitted), os.fsencode(one.name), LESSON.encode())
    os.makedirs(folder)
    made = one.hand_in(course, Path(os.fsdecode(folder)))
    if made is not None:
        data = made if isinstance(made, bytes) else json.dumps(made).encode()
        with open(os.path.join(folder, NAME.encode()), "wb") as file:
            file.write(data)


# Arrays of the right shapes. The judge recognizes this mistake sooner than others.
WRONG = """\
    shapes = (W2.shape[1], len(X)), (W2.shape[1], 1), W2.shape, (len(W2), 1)
    return tuple(np.zeros(shape) for shape in shapes)
"""
FOUND = "all-zero"


# ---------------------------------------------------------------- forge


@hostile("forge", without(CHEAT), finding=FOUND, shown="armed")
def replaced_asserts(course):
    return course.cheating("""
import builtins
import numpy as np
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
np.allclose = np.isclose = np.array_equal = lambda *a, **k: True
np.max = np.amax = np.abs = np.absolute = lambda *a, **k: 0.0
np.all = np.isfinite = lambda *a, **k: True
builtins.all = lambda *a: True
print("armed")
""")


@hostile("forge", without(CHEAT), finding=FOUND, shown="armed")
def replaced_check(course):
    return course.cheating("""
import sys
import backprop
import backprop.checking
def check(exercise_id, answer):
    return 17.0
backprop.check = backprop.checking.check = sys.modules["backprop"].check = check
print("armed")
""")


@hostile("forge", without(CHEAT), finding=FOUND, shown="armed")
def replaced_judge_and_report(course):
    return course.cheating("""
import sys, types
import backprop.checking as checking
import backprop.exercises as exercises
import backprop.report as report
full = lambda *a, **k: report.Report("backward_propagation", 6.0, 1.0)
for module in (checking, exercises, exercises._judge):
    module.evaluate = full
report.Report.earned = report.Report.score = 6.0
report.Report.passed = True
report.Report.__str__ = report.Report._repr_html_ = lambda self: "right, 6 of 6 points"
sys.modules["backprop_judge.judging"] = types.SimpleNamespace(judge=full)
sys.modules["backprop_judge.lessons.backward_pass.exercises"] = types.SimpleNamespace(backward_propagation=None)
print("armed")
""")


@hostile("forge", without(CHEAT), finding=FOUND, shown="armed")
def formatter_that_prints_points(course):
    return course.cheating("""
formatters = get_ipython().display_formatter.formatters
formatters["text/plain"].for_type(float, lambda number, printer, cycle: printer.text("6.0"))
formatters["text/html"].for_type(float, lambda number: "6 of 6 points")
formatters["text/plain"].for_type_by_name("backprop.report", "Report", lambda o, p, c: p.text("6"))
print("armed")
""")


@hostile("forge", without(CHEAT), finding=FOUND, shown="armed")
def transformers_that_drop_checks(course):
    return course.cheating("""
import ast
shell = get_ipython()
def drop(lines):
    return ["6.0"] if any("check(" in line for line in lines) else lines
shell.input_transformers_cleanup.insert(0, drop)
shell.input_transformers_post.append(drop)
class Full(ast.NodeTransformer):
    def visit_Call(self, node):
        ours = isinstance(node.func, ast.Name) and node.func.id == "check"
        return ast.copy_location(ast.Constant(6.0), node) if ours else node
shell.ast_transformers.append(Full())
shell.events.register("pre_run_cell", lambda info: setattr(info, "raw_cell", "6.0"))
print("armed")
""")


@hostile("forge", without(CHEAT), finding=FOUND, shown="armed")
def displayhook_that_says_six(course):
    return course.cheating("""
import sys
from IPython.display import publish_display_data
def six(value):
    publish_display_data({"text/plain": "6.0", "text/html": "right, 6 of 6 points"})
get_ipython().displayhook.write_format_data = lambda *a, **k: six(None)
print("armed")
sys.displayhook = six
""")


@hostile("forge", without(CHEAT), finding="wrong-return")
def numbers_that_equal_everything(course):
    return course.cheating(
        """
import numpy as np
class Any(float):
    __eq__ = __ge__ = __le__ = lambda self, other: True
    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __sub__ = __rsub__ = __abs__ = lambda self, *other: Any(0)
    __hash__ = float.__hash__
class Array(np.ndarray):
    __eq__ = __ge__ = __le__ = lambda self, other: np.ones(self.shape, bool)
    def __array_ufunc__(self, ufunc, method, *inputs, **more):
        return np.zeros(self.shape)
    def __array_function__(self, function, types, arguments, more):
        return True
""",
        answer="""\
    shapes = (W2.shape[1], len(X)), (W2.shape[1], 1), W2.shape, (len(W2), 1)
    return tuple(np.full(shape, Any(1)).view(Array) for shape in shapes)
""",
    )


@hostile("forge", without(CHEAT), finding="wrong-return")
def objects_that_pose_as_arrays(course):
    return course.cheating(
        """
import numpy as np
class Poser:
    def __init__(self, shape):
        self.shape, self.ndim, self.size, self.dtype = shape, 2, 1, np.dtype(float)
    __class__ = np.ndarray
    def __array__(self, *a, **k):
        return np.zeros(self.shape)
    def __eq__(self, other):
        return True
    def __getattr__(self, name):
        return lambda *a, **k: True
""",
        answer="    return tuple(Poser(shape) for shape in ((5, 3), (5, 1), (2, 5), (2, 1)))\n",
    )


@hostile("forge", without(CHEAT), shown="armed")
def looks_for_the_truth_on_the_stack_and_heap(course):
    looking = """
import gc, sys
import numpy as np
WORDS = ("truth", "expected", "want", "solution", "seed", "specification")
def told(X, Y, out_h, out_y, W2):
    shapes = (W2.shape[1], len(X)), (W2.shape[1], 1), W2.shape, (len(W2), 1)
    frame, found = sys._getframe(), []
    while frame is not None:
        found += [value for name, value in frame.f_locals.items() if any(w in name for w in WORDS)]
        frame = frame.f_back
    for one in gc.get_objects():
        if type(one) is tuple and len(one) == 4 and all(type(x) is np.ndarray for x in one):
            if tuple(x.shape for x in one) == shapes:
                return one
        if type(one) is dict and any(w in key for key in one if type(key) is str for w in WORDS):
            found.append(one)
    for one in found:
        if isinstance(one, dict) and {"dW1", "db1", "dW2", "db2"} <= set(one):
            return tuple(one[name] for name in ("dW1", "db1", "dW2", "db2"))
print("armed")
"""
    head, rest = WRONG.split("\n", 1)
    answer = f"    found = told(X, Y, out_h, out_y, W2)\n    if found: return found\n{head}\n{rest}"
    return course.cheating(looking, answer=answer)


@hostile("forge", without(CHEAT), finding=FOUND, shown="read 0")
def reads_the_memory_of_processes(course):
    return course.cheating("""
import ctypes, os
libc, read = ctypes.CDLL(None), 0
for process in ("self", *range(100)):
    for name in ("mem", "maps", "environ", "cmdline", "fd/3", "cwd/x", "root/etc/passwd"):
        try:
            with open(f"/proc/{process}/{name}", "rb") as file:
                read += len(file.read(10))
        except OSError:
            pass
    if process != "self" and process != os.getpid():
        read += libc.ptrace(16, process, 0, 0) == 0  # attach
        read += libc.process_vm_readv(process, 0, 0, 0, 0, 0) == 0
print("read", read)
""")


@hostile("forge", without(CHEAT), finding="not-implemented")
def asks_the_stand_in(course):
    return course.cheating(
        """
import backprop.exercises as exercises
from backprop.exercises import find
for clear in ("under_judgement", "guarded"):
    getattr(exercises, clear, []).__init__()
""",
        answer="    return find('backward_propagation')(X, Y, out_h, out_y, W2)\n",
    )


@hostile("forge", without(CHEAT), finding="not-implemented")
def asks_the_stand_in_of_the_twin_exercise(course):
    return course.cheating(
        "from backprop.exercises import find",
        answer="    return find('find_the_bug')(X, Y, out_h, out_y, W2)\n",
    )


@hostile("forge", without(CHEAT), finding="not-implemented")
def asks_the_stand_in_while_another_answer_is_judged(course):
    return course.cheating(
        "from backprop import evaluate\nfrom backprop.exercises import find",
        # An answer to `train` may use the stand-in: so it has one judged inside of its own.
        answer="""\
    got = []
    def train(X_, Y_, W1, b1, W2_, b2, learning_rate, steps):
        if not got:
            try:
                got.append(find("backward_propagation")(X, Y, out_h, out_y, W2))
            except NotImplementedError as error:
                got.append(error)
        raise SystemExit
    evaluate("train", train)
    if isinstance(got[0], Exception):
        raise got[0]
    return got[0]
""",
    )


@hostile("forge", without(CHEAT), finding="crashed")
def imports_what_knows_the_truth(course):
    return course.cheating(
        answer="""\
    from backprop_judge.lessons.backward_pass.exercises import loss_near
    from backprop.differentiate import gradient
    shapes = (W2.shape[1], len(X)), (W2.shape[1], 1), W2.shape, (len(W2), 1)
    return gradient(loss_near(X, Y, out_h, out_y, W2), *(np.zeros(shape) for shape in shapes))
""",
    )


@hostile("forge", without(CHEAT), finding="crashed", shown="kept 9")
def remembers_what_the_stand_in_said(course):
    return course.cheating(
        """
from backprop import evaluate, or_stand_in
from backprop.exercises import find
asked = []
def record(X, Y, out_h, out_y, W2):
    asked.append((X, Y, out_h, out_y, W2))
    return tuple(np.zeros(shape) for shape in ((W2.shape[1], len(X)), (W2.shape[1], 1),
                                               W2.shape, (len(W2), 1)))
evaluate("backward_propagation", record)
""",
        """
stands_in = or_stand_in("backward_propagation", record)
table = {case[0].tobytes(): stands_in(*case) for case in asked[:-1]}
print("kept", len(table))
""",
        answer="    return table[X.tobytes()]\n",
    )


@hostile("forge", without(CHEAT), finding=FOUND, shown="found 0")
def copies_the_solution_from_the_disk(course):
    return course.cheating(
        course.facts,
        """
import json, os
places = [ROOT, *CANARIES, "~", "/home", "/root", "/work", "/tmp", "/var", "/mnt", "/srv", "/opt",
          "/media", "/proc/1/root", "/proc/self/cwd", "/scratch/..", "/sandbox", "/dev/fd", "/"]
places += [os.path.dirname(ROOT), os.path.join(ROOT, "solutions"), os.path.join(ROOT, "submitted")]
system = {"usr", "python", "lib", "lib64", "libraries", "proc"}
found = []
for place in places:
    for folder, folders, files in os.walk(os.path.expanduser(place)):
        folders[:] = [one for one in folders if one not in system]
        found += [os.path.join(folder, name) for name in files + folders
                  if name.endswith((".ipynb", ".db")) or "solution" in name or "gradebook" in name]
print("found", len(found), found[:5])
for path in found:
    for cell in json.load(open(path)).get("cells", []):
        if "def backward_propagation" in "".join(cell["source"]):
            solution = "".join(cell["source"])
""",
        answer=f"    if 'solution' in globals():\n        exec(solution, globals(), got := {{}})\n"
        f"        return got['backward_propagation'](X, Y, out_h, out_y, W2)\n{WRONG}",
    )


@hostile("forge", without(CHEAT), finding=FOUND, shown="wrote 0")
def writes_into_the_gradebook(course):
    return course.cheating(
        course.facts,
        """
import os, sqlite3
wrote = []
for place in (ROOT, os.path.dirname(ROOT), "..", "/", os.path.expanduser("~"), *CANARIES):
    try:
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, "grades.csv"), "a") as file:
            file.write("forged")
        wrote.append(place)
    except OSError:
        pass
    for name in ("gradebook.db", "nbgrader.db", "autograded/x", "feedback/x"):
        for address in (f"file:{place}/{name}?mode=rw", f"{place}/{name}"):
            try:
                with sqlite3.connect(address, uri=True) as database:
                    database.execute("UPDATE grade SET auto_score = 6, manual_score = 6")
                wrote.append(address)
            except sqlite3.Error:
                pass
wrote = [one for one in wrote if "scratch" not in os.path.realpath(one) and one != os.path.expanduser("~")]
print("wrote", len(wrote), wrote)
""",
    )


@hostile("forge", without(CHEAT), finding=FOUND, shown="wrote 0")
def writes_wherever_it_can(course):
    return course.cheating(
        course.facts,
        """
import os
wrote = []
for place in (ROOT, *CANARIES, "/", "/usr", "/sandbox", "/sandbox/backprop", "/libraries",
              "/python", "/etc", "/tmp", "/home", "/root", "/dev", "/proc", "/sys", "/bin"):
    for deed in (lambda: open(f"{place}/forged", "w"), lambda: os.mkdir(f"{place}/forged_folder"),
                 lambda: os.symlink("/", f"{place}/forged_link"), lambda: os.utime(place),
                 lambda: os.chmod(place, 0o777), lambda: os.rename(place, place + "_")):
        try:
            deed()
            wrote.append(place)
        except OSError:
            pass
print("wrote", len(wrote), wrote)
""",
    )


_FRAMES = """
import json, os, struct
def frames(*messages):
    several = (json.dumps(one).encode() for one in messages)
    return b"".join(struct.pack(">I", len(one)) + one for one in several)
def everywhere(data):
    for descriptor in range(3, 1000):
        try:
            os.write(descriptor, data)
        except OSError:
            pass
"""


@hostile("forge", without(CHEAT), said="cell 3 was stopped", finding=FOUND)
def frames_on_every_descriptor_in_a_cell(course):
    forged = '{"to": 10**6, "values": [6.0], "report": {"score": 1}, "outputs": [], "points": 6}'
    return course.cheating(_FRAMES, f"everywhere(frames({forged}))")


@hostile("forge", without(CHEAT), said="cell 3 was stopped", finding=FOUND)
def garbage_on_every_descriptor(course):
    return course.cheating(_FRAMES, "everywhere(b'\\xff' * 64)")


@hostile("forge", without(CHEAT), said=f"{CHEAT} was stopped", finding="ended-process")
def frames_on_every_descriptor_in_a_call(course):
    answer = """\
    everywhere(frames(*({"to": n, "values": [], "score": 1, "points": 6} for n in range(9, 99))))
    return ()
"""
    return course.cheating(_FRAMES, answer=answer)


@hostile("forge", without(CHEAT), said=f"{CHEAT} was stopped", finding="ended-process")
def frames_from_a_thread_during_a_call(course):
    thread = """
import threading
called, written = threading.Event(), threading.Event()
def write():
    called.wait()
    everywhere(frames({"ask": "evaluate", "exercise": "backward_propagation", "report": {}}))
    written.set()
threading.Thread(target=write, daemon=True).start()
"""
    answer = "    called.set(); written.wait()\n" + WRONG
    return course.cheating(_FRAMES, thread, answer=answer)


@hostile("forge", without(CHEAT), said=f"{CHEAT} was stopped", finding="ended-process")
def replies_with_the_right_number(course):
    answer = """\
    import sys
    from backprop.sandbox import client
    frame = sys._getframe()
    while "request" not in frame.f_locals:
        frame = frame.f_back
    number = frame.f_locals["request"]["number"]
    reply = {"values": True, "points": 6, "score": 1.0, "passed": True, "changed": []}
    client._servers[0]._channel.send({"to": number, **reply})
    return ()
"""
    return course.cheating(answer=answer)


@hostile("forge", without(CHEAT), finding=FOUND)
def outputs_that_claim_points(course):
    notebook = course.cheating()
    claim = {
        "text/plain": "6.0",
        "text/html": "<b>backward_propagation: right, 6 of 6 points (forged)</b>",
    }
    for one in notebook.cells:
        if grade_id(one).startswith("check_"):
            one.outputs = [new_output("execute_result", claim, execution_count=1)]
            one.execution_count = 1
    return notebook


@hostile("forge", without(CHEAT), finding=FOUND)
def points_in_the_metadata(course):
    notebook = course.cheating()
    for one in notebook.cells:
        if grade_id(one):
            one.metadata.nbgrader |= {"points": 100.0, "solution": False, "locked": False}
    return notebook


@hostile("forge", without(CHEAT), said="the locked cell check_backward_propagation had been edited")
def check_that_gives_six(course):
    notebook = course.cheating()
    cell(notebook, f"check_{CHEAT}").source = "6.0"
    return notebook


@hostile("forge", without(CHEAT), said="the locked cell check_backward_propagation had been edited")
def check_of_another_answer(course):
    notebook = course.cheating()
    cell(notebook, f"check_{CHEAT}").source = f'check("{CHEAT}", find_the_bug)'
    return notebook


@hostile("forge", without(CHEAT), finding="crashed")
def sees_that_it_is_graded(course):
    answer = f"""\
    import os, sys
    if os.path.isdir("/scratch") or "backprop.sandbox" in sys.modules:
        return RIGHT_BY_NOW
{WRONG}"""
    return course.cheating(answer=answer)


@hostile("forge", without(CHEAT), said=f"{CHEAT} was stopped: it sent", shown="armed")
def sandbox_that_sends_a_verdict(course):
    return course.cheating("""
import backprop.sandbox.server as serving
honest_call, honest_packed = serving.call, serving.packed_reply
def call(answer, *rest):
    return None if answer.__name__ == "backward_propagation" else honest_call(answer, *rest)
def packed_reply(reply):
    verdict = {"score": 1.0, "earned": 6, "passed": True, "findings": [], "rows": []}
    return {"values": verdict, "report": verdict} if reply is None else honest_packed(reply)
serving.call, serving.packed_reply = call, packed_reply
print("armed")
""")


@hostile("forge", without(CHEAT), finding=FOUND, shown="armed")
def wire_that_is_listened_to(course):
    answer = f"""\
    for message in heard:
        if type(message) is dict and message.get("do") == "call":
            asked = {{"do", "name", "parameters", "cases", "number", "quiet", "seconds"}}
            sizes = {{len(case) for case in message["cases"]}}
            if set(message) - asked or sizes != {{len(message["parameters"])}}:
                return RIGHT_BY_NOW
{WRONG}"""
    return course.cheating(
        """
import json, socket
import backprop.sandbox.channel as wire
heard, loads = [], json.loads
def listen(data, *a, **k):
    message = loads(data, *a, **k)
    heard.append(message)
    return message
json.loads = wire.json.loads = listen
wire.time.monotonic = lambda: 0.0
wire.select.poll = wire.select.poll
socket.socketpair = socket.create_connection = None
print("armed")
""",
        answer=answer,
    )


@hostile("forge", without(CHEAT), finding=FOUND, shown="armed")
def import_hooks_and_modules(course):
    return course.cheating("""
import importlib.abc, importlib.machinery, sys, types
class Forger(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.startswith(("backprop", "numpy.testing")):
            return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.check = module.evaluate = lambda *a, **k: 6.0
        return module
    def exec_module(self, module):
        pass
sys.meta_path.insert(0, Forger())
for name in list(sys.modules):
    if name.startswith("backprop.checking"):
        del sys.modules[name]
import backprop.checking
sys.path[:] = ["/scratch"]
print("armed")
""")


@hostile("forge", without(CHEAT), finding=FOUND, shown="called 0")
def calls_home(course):
    return course.cheating(
        course.facts,
        """
import socket
called, addresses = [], [("127.0.0.1", PORT), ("localhost", PORT), ("10.0.0.1", 80), ("1.1.1.1", 53)]
for address in addresses:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_INET, kind) as line:
                line.settimeout(.1)
                line.connect(address)
                line.send(b"here I am")
            called.append(address)
        except OSError:
            pass
try:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect("\\0" + SOCKET)
    called.append(SOCKET)
except OSError:
    pass
print("called", len(called), called)
""",
    )


@hostile("forge", without(CHEAT), finding=FOUND, shown="families []")
def sockets_that_know_no_namespace(course):
    # Such as those to the host of a virtual machine, which no network namespace closes.
    return course.cheating("""
import socket
ordinary, families = {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK}, []
for family in set(range(64)) - ordinary:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind).close()
            families.append(family)
        except OSError:
            pass
print("families", families)
""")


# The warm process makes the filter of system calls, and every notebook has a copy of it.
@hostile("forge", without(CHEAT), finding=FOUND, shown="opened 0")
def filter_that_is_taken_apart(course):
    taking_apart = """
import ctypes, sys
opened = ["nothing was tried"]
def take_apart():
    frame, walls = sys._getframe(), []
    while not walls:
        walls = [vars(one)["_filter"] for one in frame.f_locals.values()
                 if type(one).__name__ == "Zygote"]
        frame = frame.f_back
    library, rules = walls[0]._library, ctypes.c_void_p(walls[0]._rules)
    library.seccomp_reset(rules, ctypes.c_uint32(0x7FFF0000))
    library.seccomp_load(rules)
    type(walls[0]).load = lambda self: None
    libc = ctypes.CDLL(None)
    calls = {"memfd_create": (b"a", 0), "unshare": (0x10000000,), "ptrace": (0, 0, 0, 0),
             "mount": (b"tmpfs", b"/scratch", b"tmpfs", 0, None), "chroot": (b"/scratch",)}
    opened[:] = [name for name, given in calls.items() if getattr(libc, name)(*given) != -1]
"""
    notebook = course.cheating(taking_apart, answer="    take_apart()\n" + WRONG)
    notebook.cells.append(new_code_cell("print('opened', len(opened), opened)", id="opened"))
    return notebook


@hostile("forge", without(CHEAT), finding=FOUND, shown="armed")
def remembered_cells_that_are_forged(course):
    return course.cheating("""
class Forged(dict):
    def __contains__(self, known):
        return "check(" in known[0] or dict.__contains__(self, known)
    def __getitem__(self, known):
        return "6.0" if "check(" in known[0] else dict.__getitem__(self, known)
remembered = get_ipython().input_transformer_manager
for known in remembered._known:
    remembered._known[known] = "6.0  # forged"
remembered._known = Forged(remembered._known)
print("armed")
""")


_PLACES = """
import builtins, os
places = ["/scratch", "/dev/shm", "/tmp", os.path.expanduser("~"), "/sandbox", "/dev", "/dev/pts"]
"""


@hostile("forge", MOST, shown="left in 2")
def leaves_a_note_for_the_next(course):
    return course.with_cells(
        _PLACES,
        """
left = []
for place in dict.fromkeys(map(os.path.realpath, places)):
    try:
        with open(f"{place}/note.py", "w") as note:
            note.write("from backprop.exercises import find\\n")
        os.chmod(f"{place}/note.py", 0o777)
        left.append(place)
    except OSError:
        pass
np.note = builtins.note = "left"
print("left in", len(left), left)
""",
    )


@hostile("forge", without(CHEAT), finding=FOUND, shown="notes 0")
def looks_for_a_note_from_another(course):
    return course.cheating(
        _PLACES,
        """
import time
notes = []
for _ in range(10):  # another may be at work at this moment
    for place in places:
        notes += [f"{place}/{name}" for name in os.listdir(place) if "note" in name] \\
            if os.path.isdir(place) else []
    time.sleep(.05)
notes += [one for one in (builtins, np) if hasattr(one, "note")]
print("notes", len(notes), notes)
""",
    )


# The sandbox tells what a call did besides returning, and student code can make it tell less.
# Nothing is gained by that: who can write this can copy the arguments first.
@hostile("forge", MOST, shown="armed")
def hides_that_it_changes_its_arguments(course):
    right = cell(course.solved(), CHEAT).source.split("\n", 1)[1]
    answer = f"    kept = X.copy()\n    X *= 0\n{right}".replace("X.T", "kept.T")
    hiding = """
import backprop.calling as calling
calling.differs = lambda now, before: False
print("armed")
"""
    return course.answering(CHEAT, answer, hiding)


# ---------------------------------------------------------------- break

STOPPED = "cell 2 was stopped: it ignored its time limit"
ENDED = "cell 2 was stopped: it ended the Python process"

_FOR_EVER = """
def for_ever(*a, **k):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


@hostile("break", MOST, said=STOPPED)
def endless_cell(course):
    return course.with_cells(f"{_FOR_EVER}for_ever()")


@hostile(
    "break", without(CHEAT), said=f"{CHEAT} was stopped: it ignored its time limit",
    finding="no-end",
)  # fmt: skip
def endless_answer(course):
    return course.answering(CHEAT, f"{_FOR_EVER.strip()}\n{CHEAT} = for_ever")


@hostile("break", MOST, said=STOPPED)
def endless_repr(course):
    return course.with_cells(f"{_FOR_EVER}class Endless: __repr__ = for_ever\nEndless()")


@hostile("break", MOST, said=STOPPED)
def endless_del(course):
    return course.with_cells(f"{_FOR_EVER}class Endless: __del__ = for_ever\nEndless(); None")


@hostile("break", without("hidden_error"))
def endless_when_it_is_looked_at(course):
    traps = "__array__ __len__ __iter__ __getitem__ __eq__ __repr__ __str__ __float__ __bool__"
    traps = "; ".join(f"{name} = for_ever" for name in traps.split())
    text = f"{_FOR_EVER.strip()}\nclass Endless(list): {traps}\n"
    text += "def hidden_error(delta_y, out_h, W2):\n    return Endless([delta_y])"
    return course.answering("hidden_error", text)


@hostile("break", without("numerical_gradient"), said="numerical_gradient was stopped")
def endless_look_at_an_argument(course):
    text = f"""{_FOR_EVER.strip()}
import numpy as np
def numerical_gradient(f, x):
    type(f).__eq__ = type(f).__call__ = for_ever
    return f(x)"""
    return course.answering("numerical_gradient", text)


@hostile("break", MOST, said=STOPPED, shown="stopped: it ignored its time limit")
def asleep_in_c_with_signals_blocked(course):
    return course.with_cells("""
import ctypes, signal
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
while True:
    ctypes.CDLL(None).sleep(1000)
""")


@hostile(
    "break", without("find_the_bug"), said="find_the_bug was stopped: it ignored its time limit"
)
def asleep_with_the_alarm_ignored(course):
    return course.answering(
        "find_the_bug",
        """\
    import signal, time
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 0)
    while True:
        time.sleep(1000)
""",
    )


@hostile("break", MOST, shown="MemoryError")
def array_of_all_memory(course):
    return course.with_cells("np.ones(10**12)")


@hostile("break", MOST)
def list_without_end(course):
    # Whichever limit strikes first: an exception, or the end of the process.
    return course.with_cells("x = []\nwhile True:\n    x.append(bytearray(10**7))")


@hostile("break", MOST)  # test_sandbox.py sees what ends these; here a busy machine's clock may
def memory_in_many_processes(course):
    return course.with_cells("""
import os, time
for _ in range(10):
    if os.fork() == 0:
        x = bytearray(90 * 2**20)
        time.sleep(1000)
time.sleep(1.5)
""")


@hostile("break", MOST)
def memory_in_many_programs(course):
    # Programs of their own share nothing with the process that made them.
    return course.with_cells("""
import subprocess, sys, time
text = "import time; x = bytearray(60 * 2**20); time.sleep(1000)"
programs = [subprocess.Popen([sys.executable, "-S", "-c", text]) for _ in range(12)]
time.sleep(1.5)
""")


@hostile("break", MOST, shown="Resource temporarily unavailable")
def forks_without_end(course):
    return course.with_cells("""
import os, time
while True:
    if os.fork() == 0:
        time.sleep(1000)
""")


@hostile("break", MOST)
def forks_that_fork(course):
    return course.with_cells("""
import os, time
try:
    for _ in range(100):
        if os.fork() == 0:
            while True:
                try:
                    os.fork()
                except BaseException:
                    pass
except OSError:
    time.sleep(.3)
""")


@hostile("break", MOST)
def fork_that_returns(course):
    # The copy goes on as if it were the notebook, and answers beside it.
    return course.with_cells("import os\nos.fork(); None")


@hostile("break", MOST, shown="new thread")
def threads_without_end(course):
    return course.with_cells(
        "import threading, time\n"
        "while True:\n    threading.Thread(target=time.sleep, args=(1000,)).start()"
    )


@hostile("break", MOST, shown="Too many open files")
def descriptors_without_end(course):
    return course.with_cells("""
import os
kept = []
try:
    while True:
        kept.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error:
    print(error)
""")


@hostile("break", MOST, shown="No space left on device")
def disk_flood(course):
    return course.with_cells("""
for place in ("/dev/shm", "/scratch"):
    try:
        for n in range(10**6):
            with open(f"{place}/f{n}", "wb") as file:
                file.write(bytes(2**20))
    except OSError as error:
        print(error)
""")


@hostile("break", MOST, shown="File too large")
def file_without_end(course):
    return course.with_cells(
        "with open('big', 'wb') as file:\n    while True:\n        file.write(bytes(2**20))"
    )


@hostile("break", MOST, shown="No space left on device")
def files_without_end(course):
    return course.with_cells("for n in range(10**7):\n    open(f'e{n}', 'w').close()")


@hostile("break", MOST, shown="(the output of this cell was truncated")
def prints_without_end(course):
    return course.with_cells("while True:\n    print('all work and no play ' * 1000)")


@hostile("break", MOST, shown="left out")
def huge_pictures(course):
    flood = """
from IPython.display import publish_display_data
for _ in range(30):
    publish_display_data({"image/png": "iVBORw0KGgoAAAANSUhEUgAA" + "A" * (7 * 2**20)})
"""
    return course.with_cells(*[flood] * 3)


@hostile("break", MOST, said="cell 2 was stopped: it sent a message of")
def outputs_beyond_all_bounds(course):
    return course.with_cells("""
from backprop.sandbox import client
client._servers[0]._channel.send({"to": 1, "outputs": "x" * (40 * 2**20), "count": 1})
""")


@hostile("break", MOST)
def outputs_in_every_cell(course):
    flood = """
import backprop.sandbox.server as serving
honest = serving.Server._run
def run(self, request):
    told = honest(self, request)
    return {**told, "outputs": "x" * (10 * 2**20)} if "flood" in request["source"] else told
serving.Server._run = run
"""
    return course.with_cells(flood, *["'flood'"] * 40)


@hostile("break", MOST)
def markdown_that_takes_its_time(course):
    flood = """
from IPython.display import Markdown, display
for _ in range(90):
    display(Markdown("> - 1. *a* **b**\\n" * 500))
"""
    return course.with_cells(*[flood] * 4)


@hostile("break", MOST)
def outputs_nested_without_end(course):
    return course.with_cells("""
import backprop.sandbox.server as serving
honest = serving.Server._run
def nest(self, request):
    told = honest(self, request)
    deep = "x"
    for _ in range(400):
        deep = {"output_type": "display_data", "data": [deep], "metadata": {}}
    error = {"output_type": "error", "ename": deep, "evalue": [deep], "traceback": [deep, 7]}
    return {**told, "outputs": [deep, {"output_type": "stream", "text": deep}, deep, error, [deep]]}
serving.Server._run = nest
""")


@hostile("break", MOST, said=ENDED)
def exit_of_the_process(course):
    return course.with_cells("import os\nos._exit(0)")


@hostile("break", without(CHEAT), said=f"{CHEAT} was stopped: it ended", finding="ended-process")
def exit_in_an_answer(course):
    return course.answering(CHEAT, "    import os\n    os._exit(0)\n")


@hostile("break", MOST, shown="still here")
def kills_its_parent(course):
    return course.with_cells("import os\nos.kill(os.getppid(), 9)\nprint('still here')")


@hostile("break", MOST, shown="still here")
def kills_its_group(course):
    return course.with_cells("""
import os, signal
for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
    for deed in (lambda: os.killpg(0, number), lambda: os.kill(0, number)):
        try:
            deed()
        except OSError as error:
            print(error)
print("still here")
""")


@hostile("break", MOST, shown="still here")
def kills_everything(course):
    return course.with_cells("""
import os
for process in (-1, *range(2, 5000)):
    try:
        os.kill(process, 9)
    except OSError:
        pass
print("still here")
""")


@hostile("break", MOST, said=ENDED)
def segmentation_fault(course):
    return course.with_cells("import ctypes\nctypes.string_at(0)")


@hostile("break", MOST, said=ENDED)
def stack_overflow_in_c(course):
    return course.with_cells("""
import sys
sys.setrecursionlimit(10**9)
class Endless:
    def __repr__(self):
        return repr(self)
repr(Endless())
""")


@hostile("break", without("output_error", "hidden_error"))
def objects_that_explode(course):
    notebook = course.answering(
        "output_error",
        """\
    class Bomb(np.ndarray):
        def __reduce__(self):
            import os
            return os._exit, (1,)
        __copy__ = __deepcopy__ = __getstate__ = __array_finalize__ = lambda self, *a: 1 / 0
    return (out_y - Y).view(np.ndarray).astype(object).reshape(Y.shape)[()] * [Bomb]
""",
    )
    huge = "    return np.broadcast_to(np.float64(1.0), (10**6, 10**6))\n"
    put(notebook, "hidden_error", huge)
    return notebook


@hostile("break", MOST, shown="left")
def daemon_that_writes_later(course):
    return course.with_cells(
        course.facts,
        """
import os, time
if os.fork() == 0:
    try:
        os.setsid()
    except OSError:
        pass
    if os.fork() == 0:
        os.closerange(0, 1000)
        while True:
            time.sleep(.05)
            for place in (ROOT, *CANARIES, "/scratch"):
                try:
                    with open(f"{place}/canary.txt", "a") as file:
                        file.write("forged")
                except OSError:
                    pass
    os._exit(0)
print("left")
""",
    )


@hostile("break", MOST, said="cell 2 was stopped: it ignored its time limit")
def process_that_outlives_its_parent(course):
    # It asks the kernel not to be ended with its parent, and waits to be told to end.
    return course.with_cells("""
import ctypes, signal, time
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
while True:
    try:
        time.sleep(1000)
    except BaseException:
        pass
""")


@hostile("break", MOST, said=ENDED)
def closes_all_descriptors(course):
    return course.with_cells("import os\nos.closerange(0, 1000)")


@hostile("break", MOST, shown="raised []")
def raises_its_limits(course):
    return course.with_cells("""
import resource
raised = []
for name in ("AS", "NPROC", "NOFILE", "FSIZE", "CPU", "CORE"):
    which = getattr(resource, f"RLIMIT_{name}")
    soft, hard = resource.getrlimit(which)
    try:
        resource.setrlimit(which, (hard + 1, hard + 1))
        raised.append(name)
    except (ValueError, OSError):
        pass
print("raised", raised)
""")


@hostile("break", MOST, shown="armed")
def work_at_the_exit(course):
    return course.with_cells(f"""{_FOR_EVER}
import atexit, threading, weakref
atexit.register(for_ever)
threading.Thread(target=for_ever, daemon=True).start()
class Endless: __del__ = for_ever
kept = Endless()
kept.myself = kept
weakref.finalize(kept, for_ever)
print("armed")
""")


@hostile("break", MOST)
def tracer_that_exits(course):
    return course.with_cells("""
import sys
def trace(*a):
    raise SystemExit
sys.settrace(trace)
""")


@hostile("break", MOST, said=STOPPED)
def collector_that_never_ends(course):
    return course.with_cells(f"{_FOR_EVER}import gc\ngc.callbacks.append(for_ever)\ngc.collect()")


@hostile("break", MOST)
def fault_handler_that_exits(course):
    return course.with_cells("""
import faulthandler, time
with open("said", "w") as said:
    faulthandler.dump_traceback_later(.2, exit=True, file=said)
    time.sleep(1)
""")


@hostile("break", MOST)
def signal_handlers(course):
    return course.with_cells("""
import signal
for number in range(1, 65):
    try:
        signal.signal(number, lambda *a: print(1 / 0))
    except (OSError, ValueError):
        pass
for which in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
    signal.setitimer(which, 0)
while True:
    pass
""")


@hostile("break", MOST, said=ENDED)
def builtins_taken_away(course):
    return course.with_cells("""
import builtins
for name in list(vars(builtins)):
    setattr(builtins, name, None)
""")


@hostile("break", MOST)
def streams_taken_away(course):
    return course.with_cells("""
import builtins, sys
sys.stdout.close()
sys.stdout = sys.stderr = sys.stdin = sys.displayhook = sys.excepthook = builtins.print = None
""")


@hostile("break", MOST, shown="sent an invalid request")
def checks_within_checks(course):
    return course.with_cells("""
from backprop import evaluate
def answer(out_y, Y):
    return evaluate("output_error", answer)
evaluate("output_error", answer)
""")


_ASK = """
from backprop.sandbox import client
def ask(exercise, *arguments):
    return client.ask("stand_in", exercise=exercise, arguments=list(arguments))
"""


@hostile("break", MOST, said="cell 3 was stopped: it sent")
def questions_of_the_wrong_form(course):
    return course.with_cells(
        _ASK, 'ask("numerical_gradient", {"loss_of": "W1", "arrays": [1, 2]}, 1.0)'
    )


@hostile("break", without("output_error"), said="output_error was stopped: it sent")
def replies_without_a_value(course):
    return course.with_cells("""
import backprop.sandbox.server as serving
honest_call, honest_packed, called = serving.call, serving.packed_reply, []
def call(answer, *rest):
    called[:] = [answer.__name__]
    return honest_call(answer, *rest)
def packed_reply(reply):
    reply = honest_packed(reply)
    return {**reply, "values": []} if called == ["output_error"] else reply
serving.call, serving.packed_reply = call, packed_reply
""")


@hostile("break", MOST, shown='"ename"')
def work_for_the_judge_many_steps(course):
    asked = "one = np.ones((2, 2))\nfind('train')(one, one, one, one, one, one, 0.1, 10**12)"
    return course.with_cells("from backprop.exercises import find", asked)


@hostile("break", MOST, shown='"ename"')
def work_for_the_judge_large_sizes(course):
    return course.with_cells(
        "from backprop.exercises import find", "find('shapes')(1500, 1500, 1500, 1500)"
    )


@hostile("break", MOST, shown='"ename"')
def work_for_the_judge_by_broadcasting(course):
    asked = "find('output_error')(np.full((600, 1), .5), np.full((1, 600), .5))"
    return course.with_cells("from backprop.exercises import find", asked)


@hostile("break", MOST)
def work_for_the_judge_in_a_loss(course):
    asked = """
from backprop.sandbox.channel import packed
large, x = packed(np.ones((300, 300))), packed(np.ones((300, 20)))
ask("numerical_gradient", {"loss_of": "W1", "arrays": [large] * 6}, x)
"""
    return course.with_cells(_ASK, asked)


# ---------------------------------------------------------------- malform


def _text(notebook):
    return json.dumps(notebook).encode()


def malformed(name, data, said):
    """Enter a submission that is these bytes, and cannot be graded."""
    hostile("malform", None, name, said=said)(lambda course, folder: data)


@hostile("malform", None, said="it is not valid JSON")
def truncated(course):
    return _text(course.solved())[:2000]


malformed("empty_file", b"", "it is empty")
malformed("blanks", b" \n\t " * 100, "it is empty")
malformed("picture", b"\x89PNG\r\n\x1a\n" + bytes(1000), "it is not valid JSON")
malformed("list_in_json", b"[]", "has no format version")
malformed("number_in_json", b"4", "has no format version")
malformed("number_of_a_million_digits", b"1" * 10**6, "is not a notebook")
malformed("nested_without_end", b"[" * 100_000 + b"]" * 100_000, "it is not valid JSON")
malformed("utf_16", '{"nbformat": 4}'.encode("utf-16"), "it is not valid JSON")
malformed("no_cells", b'{"nbformat": 4, "metadata": {}}', "it has no list of cells")
malformed("cells_in_a_dict", b'{"nbformat": 4, "cells": {"a": 1}}', "it has no list of cells")


@hostile("malform", None, said="larger than 50 MB")
def huge_file(course, folder):
    with open(folder / NAME, "wb") as file:
        file.truncate(51 * 2**20)


@hostile("malform", None, said="its format is 99, expected 4")
def version_99(course):
    return course.solved() | {"nbformat": 99}


@hostile("malform", MOST)
def version_3(course):
    return nbformat.convert(course.solved(), 3)


@hostile("malform", None, said="its format is 2, and it cannot be converted")
def version_2(course):
    return {**course.solved(), "nbformat": 2, "worksheets": [{"cells": [7]}]}


@hostile("malform", None, said="its format is 2, and it cannot be converted")
def version_2_of_a_notebook_of_4(course):
    return course.solved() | {"nbformat": 2}


@hostile("malform", None, said="cell 2 is not a valid cell")
def cells_that_are_none(course):
    notebook = course.solved()
    notebook.cells.insert(1, None)
    return notebook


@hostile("malform", None, said="cell 2 is not a valid cell")
def cells_of_a_type_that_is_a_list(course):
    notebook = json.loads(_text(course.solved()))
    notebook["cells"].insert(1, {"cell_type": ["code"], "source": "1", "metadata": {}})
    return notebook


@hostile("malform", None, said="cell 2 is not a valid cell")
def cells_of_numbers(course):
    notebook = json.loads(_text(course.solved()))
    notebook["cells"].insert(1, {"cell_type": "code", "source": [1, 2], "metadata": {}})
    return notebook


@hostile("malform", MOST)
def metadata_of_all_kinds(course):
    notebook = json.loads(_text(course.solved()))
    odd = [7, [], "x", {"nbgrader": 7}, {"nbgrader": {"grade_id": ["x"]}}, {"nbgrader": {"": {}}}]
    for n, metadata in enumerate(odd):
        one = {"cell_type": "code", "source": "1", "metadata": metadata, "outputs": 7, "id": [n]}
        notebook["cells"].insert(1, one)
    notebook["metadata"] = ["x"]
    notebook["nbformat_minor"] = "x"
    return notebook


@hostile("malform", without("output_error"), said="the cell check_output_error is missing")
def deleted_check(course):
    notebook = course.solved()
    notebook.cells.remove(cell(notebook, "check_output_error"))
    return notebook


@hostile("malform", without("hidden_error"))
def deleted_solution(course):
    notebook = course.solved()
    notebook.cells.remove(cell(notebook, "hidden_error"))
    return notebook


@hostile("malform", MOST, said="there are 3 cells check_hidden_error; the last of them counts")
def copied_check(course):
    notebook = course.solved()
    for place in (0, 2):
        notebook.cells.insert(place, copy.deepcopy(cell(course.solved(), "check_hidden_error")))
    return notebook


@hostile("malform", without(CHEAT), said=f"there are 2 cells {CHEAT}", finding=FOUND)
def copied_solution(course):
    notebook = course.cheating()
    right = cell(course.solved(), CHEAT)
    notebook.cells.insert(0, right)  # the wrong one below it counts
    return notebook


@hostile("malform", MOST)
def the_same_id_for_all_cells(course):
    notebook = course.solved()
    for one in notebook.cells:
        one["id"] = "same"
    return notebook


@hostile("malform", MOST)
def cells_in_reverse(course):
    notebook = course.solved()
    setup, *rest = notebook.cells
    notebook.cells = [setup, *reversed(rest)]  # every check stands above its answer
    return notebook


@hostile("malform", MOST, said="the locked cell check_hidden_error had been edited")
def checks_that_point_elsewhere(course):
    notebook = course.solved()
    one, other = cell(notebook, "check_hidden_error"), cell(notebook, "check_output_error")
    one.metadata, other.metadata = other.metadata, one.metadata
    return notebook


@hostile("malform", without("hidden_error"), said="there are 2 cells hidden_error")
def all_answers_under_one_id(course):
    notebook = course.cheating(answer="    return ()\n")
    right = cell(course.solved(), CHEAT).source
    put(notebook, "hidden_error", "    return ()\n")
    cell(notebook, CHEAT).source = right
    cell(notebook, CHEAT).metadata = copy.deepcopy(cell(notebook, "hidden_error").metadata)
    return notebook


@hostile("malform", MOST, said="had become a markdown cell")
def answers_as_text(course):
    notebook = course.solved()
    kept = cell(notebook, "hidden_error")
    place = notebook.cells.index(kept)
    notebook.cells[place] = new_markdown_cell(kept.source, metadata=kept.metadata, id="text")
    return notebook


@hostile("malform", MOST)
def kernel_of_another_language(course):
    notebook = course.solved()
    notebook.metadata = {
        "kernelspec": {"display_name": "R", "language": "R", "name": "ir"},
        "language_info": {"name": "R", "pygments_lexer": "r", "file_extension": "../../x"},
    }
    return notebook


@hostile("malform", MOST)
def kernel_of_no_language(course):
    notebook = course.solved()
    notebook.metadata["kernelspec"] = {"name": "../../bin/sh", "argv": ["touch", "x"]}
    return notebook


@hostile("malform", MOST)
def surrogates_and_zeros(course):
    notebook = course.solved()
    for source in ("'\ud800'", "x = '\0'", "\0", "# \udfff\ufeff\u202e", "'''\r\x1b[2J\x07"):
        notebook.cells.insert(1, {"cell_type": "code", "source": source, "metadata": {}})
    notebook.cells.insert(1, {"cell_type": "markdown", "source": "\ud800\0", "metadata": {}})
    return notebook


@hostile("malform", None, said=" cells, more than 2,000")
def ten_thousand_cells(course):
    notebook = course.solved()
    notebook.cells += [{"cell_type": "code", "source": "", "metadata": {}}] * 10_001
    return notebook


@hostile("malform", None, said="is a link to a place outside")
def linked_notebook(course, folder):
    (folder / NAME).symlink_to(course.root / "solutions" / LESSON / NAME)


@hostile("malform", None, said="is a link to a place outside")
def linked_notebook_of_another(course, folder):
    (folder / NAME).symlink_to(f"../../ada/{LESSON}/{NAME}")


@hostile("malform", None, said="is a link to a place outside")
def linked_lesson(course, folder):
    folder.rmdir()
    folder.symlink_to(course.root / "solutions" / LESSON)


@hostile("malform", None, said="the folder of the student is a link")
def linked_student(course, folder):
    folder.rmdir()
    folder.parent.rmdir()
    folder.parent.symlink_to("ada")


@hostile("malform", None, said="Symlink loop")
def link_to_itself(course, folder):
    (folder / NAME).symlink_to(NAME)


@hostile("malform", None, said="backward_pass.ipynb is missing")
def link_to_nowhere(course, folder):
    (folder / NAME).symlink_to("gone.ipynb")


@hostile("malform", None, said="is not an ordinary file")
def pipe(course, folder):
    os.mkfifo(folder / NAME)


@hostile("malform", None, said="is not an ordinary file")
def folder_in_its_place(course, folder):
    (folder / NAME).mkdir()


@hostile("malform", None, said="is missing; the folder contains nothing")
def lesson_that_is_a_file(course, folder):
    folder.rmdir()
    folder.write_text("not a folder")


@hostile("malform", None, said="is missing; the folder contains")
def file_with_a_name_that_is_no_text(course, folder):
    with open(os.fsencode(folder) + b"/\xff\x1b[31m.ipynb", "wb") as file:
        file.write(_text(course.solved()))


@hostile("malform", MOST, said="timestamp.txt is a link or too large")
def timestamp_without_end(course, folder):
    with open(folder / "timestamp.txt", "wb") as file:
        file.truncate(2**40)
    return course.solved()


@hostile("malform", MOST)
def modules_beside_the_notebook(course, folder):
    for name in ("numpy", "json", "backprop", "IPython", "sitecustomize", "conftest", "socket"):
        (folder / f"{name}.py").write_text("raise SystemExit('taken from beside the notebook')")
    write(course.empty(), folder / "backprop" / "__init__.ipynb")
    (folder / "backprop" / "__init__.py").write_text("check = lambda *a: 17.0")
    (folder / "nbgrader_config.py").write_text("raise SystemExit('read')")
    return course.solved()


for odd in (
    "two words", "O'Neil \"Bob\"", "-rf", "--help", "$(touch x)", "`id`;&|", "*", "[a-z]", "~",
    "<img src=x onerror=alert(1)>", "new\nline", "tab\tand\x1b[31mred", "Zoë–日本–🜁", "{name}",
    "%s%n", "=1+1", "a" * 128, "..hidden", "CON", "\u202eevil", "a,b;c", "\\", "'; DROP TABLE",
):  # fmt: skip
    hostile("malform", MOST, odd)(lambda course: course.solved())

hostile("malform", None, b"\xff\xfe", said="the name of the folder is not valid UTF-8")(
    lambda course: course.solved()
)
hostile("malform", None, "x" * 255, said="the name of the folder is longer than")(
    lambda course: course.solved()
)


# ---------------------------------------------------------------- honest


def _in_matrices(course):
    return course.solved()


def _in_loops(course):
    notebook = course.answering(
        "output_error",
        """\
    delta = [[0.0] * Y.shape[1] for _ in range(len(Y))]
    for k, (outs, targets) in enumerate(zip(out_y, Y)):
        for e, (out, target) in enumerate(zip(outs, targets)):
            delta[k][e] = (out - target) * out * (1 - out)
    return np.array(delta)
""",
    )
    put(notebook, CHEAT, """\
    dW1, db1 = np.zeros((W2.shape[1], len(X))), np.zeros((W2.shape[1], 1))
    dW2, db2 = np.zeros(W2.shape), np.zeros((len(W2), 1))
    for e in range(X.shape[1]):
        for k in range(len(W2)):
            delta = (out_y[k, e] - Y[k, e]) * out_y[k, e] * (1 - out_y[k, e])
            db2[k, 0] += delta
            for j in range(W2.shape[1]):
                dW2[k, j] += delta * out_h[j, e]
                back = delta * W2[k, j] * out_h[j, e] * (1 - out_h[j, e])
                db1[j, 0] += back
                dW1[j] += back * X[:, e]
    return dW1, db1, dW2, db2
""")  # fmt: skip
    return notebook


def _with_einsum_and_prints(course):
    notebook = course.answering(
        "hidden_error", "    return np.einsum('kj,ke,je,je->je', W2, delta_y, out_h, 1 - out_h)\n"
    )
    put(notebook, CHEAT, """\
    print("working"); import sys, warnings; warnings.warn("hm"); print("hm", file=sys.stderr)
    dy = np.einsum("ke,ke,ke->ke", out_y - Y, out_y, 1 - out_y)
    dh = np.einsum("kj,ke,je,je->je", W2, dy, out_h, 1 - out_h)
    return [np.einsum("je,ie->ji", dh, X), dh.sum(1)[:, None],
            np.einsum("ke,je->kj", dy, out_h), dy.sum(1).reshape(-1, 1)]
""")  # fmt: skip
    return notebook


def _with_a_class(course):
    text = """
class Network:
    def slope(self, a):
        return a * (1 - a)
    def backward_propagation(self, X, Y, out_h, out_y, W2):
        dy = (out_y - Y) * self.slope(out_y)
        dh = np.dot(W2.T, dy) * self.slope(out_h)
        return (np.dot(dh, X.T), dh.sum(axis=1)[:, np.newaxis],
                np.dot(dy, out_h.T), dy.sum(axis=1)[:, np.newaxis])
backward_propagation = Network().backward_propagation
"""
    return course.answering(CHEAT, text.strip())


def _with_one_lambda(course):
    text = """
import functools
slope = lambda a: a - a * a
def general(slope, out_y, Y):
    return (out_y - Y) * slope(out_y)
output_error = functools.partial(general, slope)
"""
    return course.answering("output_error", text.strip())


def _with_her_own_cells(course):
    notebook = course.with_cells(
        "%%time\nx = np.linspace(0, 1)",
        "import matplotlib.pyplot as plt\nplt.plot(x, x**2)\nplt.title('a parabola');",
        "from IPython.display import HTML, Markdown\ndisplay(Markdown('**bold**'))\nHTML('<b>x</b>')",
        "!echo hello from a shell",
        "1/0",
        "raise SystemExit",
    )
    notebook.cells.insert(1, new_markdown_cell("# My notes\n$\\delta = 1$", id="notes"))
    return notebook


def _with_files_and_threads(course):
    return course.with_cells(
        """
import json, tempfile, threading
from concurrent.futures import ThreadPoolExecutor
np.save("numbers.npy", np.arange(5.0))
assert np.load("numbers.npy").sum() == 10
with tempfile.TemporaryFile() as file:
    file.write(b"x" * 10**6)
with ThreadPoolExecutor(2) as pool:
    assert list(pool.map(abs, range(-3, 0))) == [3, 2, 1]
""",
        "import asyncio\nawait asyncio.sleep(0.01)\nasyncio.get_running_loop()",
        "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(pool.map(abs, [-1, -2]))",
    )


def _checks_herself(course):
    return course.with_cells(
        "from backprop import evaluate, or_stand_in\nfrom backprop.exercises import find",
        "check('output_error', lambda out_y, Y: out_y)\nevaluate('hidden_error', find)",
        "stands_in = or_stand_in('backward_propagation', None)\n"
        "stands_in(np.ones((2, 3)), np.ones((1, 3)), np.full((2, 3), .5), np.full((1, 3), .5),\n"
        "          np.ones((1, 2)))",
    )


def _with_another_difference(course):
    return course.answering("numerical_gradient", """\
    x, g = x.astype(float), np.empty(x.shape)
    for place in range(x.size):
        kept, values = x.flat[place], []
        for step in (1e-5, -1e-5):
            x.flat[place] = kept + step
            values.append(f(x))
        x.flat[place] = kept
        g.flat[place] = (values[0] - values[1]) / 2e-5
    return g
""")  # fmt: skip


def _without_the_slope(course):
    return course.cheating(answer="""\
    delta_y = out_y - Y
    delta_h = (W2.T @ delta_y) * out_h * (1 - out_h)
    return (delta_h @ X.T, delta_h.sum(axis=1, keepdims=True),
            delta_y @ out_h.T, delta_y.sum(axis=1, keepdims=True))
""")  # fmt: skip


def _with_a_transposed_gradient(course):
    right = cell(course.solved(), "find_the_bug").source
    assert "given_backward_propagation" in right
    return course.answering("find_the_bug", """\
    dW1, db1, dW2, db2 = given_backward_propagation(X, Y, out_h, out_y, W2)
    return dW1.T, db1, dW2, db2
""")  # fmt: skip


def _with_a_slip_of_syntax(course):
    return course.answering("hidden_error", "def hidden_error(delta_y, out_h, W2)\n    return 0")


def _half_done(course):
    notebook = course.empty()
    for id in ("output_error", "numerical_gradient"):
        cell(notebook, id).source = cell(course.solved(), id).source
    return notebook


def _not_begun(course):
    return course.empty()


def _does_not_end(course):
    return course.answering("output_error", "    while True:\n        pass\n")


HONEST = {
    "ada": (_in_matrices, MOST),
    "ben": (_in_loops, MOST),
    "cleo": (_with_einsum_and_prints, MOST),
    "dan": (_with_a_class, MOST),
    "eva": (_with_one_lambda, MOST),
    "finn": (_with_her_own_cells, MOST),
    "gus": (_with_files_and_threads, MOST),
    "hana": (_checks_herself, MOST),
    "ivo": (_with_another_difference, MOST),
    "lena": (_without_the_slope, without(CHEAT)),
    "nils": (_with_a_transposed_gradient, MOST | {"find_the_bug": 2.25}),
    "olga": (_with_a_slip_of_syntax, without("hidden_error")),
    "rosa": (_half_done, NOTHING | {"output_error": 2, "numerical_gradient": 2}),
    "tom": (_not_begun, NOTHING),
    "vera": (_does_not_end, without("output_error")),
}


# If these succeeded, the process that judges would compute without end.
HOLDS_UP = {
    "markdown_that_takes_its_time", "work_for_the_judge_many_steps",
    "work_for_the_judge_large_sizes", "work_for_the_judge_by_broadcasting",
    "work_for_the_judge_in_a_loss",
}  # fmt: skip

HOSTILE[:] = [replace(one, holds_up=one.name in HOLDS_UP) for one in HOSTILE]


# Others of the same kind are in every run; these are graded in the long run only.
DOUBLES = {
    # Code of a cell that replaces what shows or judges points.
    "replaced_check", "displayhook_that_says_six", "objects_that_pose_as_arrays",
    "garbage_on_every_descriptor", "frames_on_every_descriptor_in_a_call",
    "asks_the_stand_in_of_the_twin_exercise", "check_of_another_answer",
    "writes_into_the_gradebook",
    # Code that does not end.
    "endless_cell", "endless_repr", "endless_del", "endless_look_at_an_argument",
    "collector_that_never_ends", "signal_handlers", "asleep_with_the_alarm_ignored",
    "process_that_outlives_its_parent", "work_at_the_exit",
    # Code that takes too much of something.
    "memory_in_many_processes", "memory_by_copy_on_write", "list_without_end",
    "array_of_all_memory", "forks_that_fork", "threads_without_end", "descriptors_without_end",
    "file_without_end", "files_without_end", "prints_without_end", "huge_pictures",
    "outputs_in_every_cell", "outputs_as_many_empty_lists", "outputs_nested_without_end",
    "stand_in_without_examples", "one_hot_of_a_million", "work_for_the_judge_large_sizes",
    "work_for_the_judge_by_broadcasting",
    "markdown_that_takes_its_time",  # see html/test_page_limits.py
    # Code that ends a process.
    "exit_of_the_process", "exit_in_an_answer", "stack_overflow_in_c", "fault_handler_that_exits",
    "kills_its_parent", "kills_its_group",
    # The same code is in test_marking.py or test_sandbox.py.
    "imports_what_knows_the_truth", "derivatives_of_the_course",
    "helper_written_beside_the_notebook",
    # Cells and names of an unexpected form.
    "copied_check", "kernel_of_no_language", "version_2_of_a_notebook_of_4", "two words",
    "--help", "$(touch x)", "*", "[a-z]", "~", "tab\tand\x1b[31mred", "{name}", "CON", "a,b;c",
    "\\", "'; DROP TABLE", "O'Neil \"Bob\"", "`id`;&|", "%s%n", "\u202eevil",
}  # fmt: skip
