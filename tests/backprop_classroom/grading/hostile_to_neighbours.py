"""Submissions that take what the whole machine shares, or leave something for the next notebook."""

from hostile import MOST, hostile

# Each process opens terminals until there are none, and keeps them while others are graded.
TERMINALS = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        keep = []
        try:
            while True: keep.append(os.open('/dev/ptmx', os.O_RDWR | os.O_NOCTTY))
        except OSError: pass
        time.sleep(2); os._exit(0)
opened = 0
try:
    while True: os.open('/dev/ptmx', os.O_RDWR | os.O_NOCTTY); opened += 1
except OSError: pass
print('at most 64', opened <= 64)
"""

PROCESSOR = """
import os, time
for _ in range(60):
    try:
        if os.fork() == 0:
            os.setsid(); begun = time.monotonic()
            while time.monotonic() - begun < 20: pass
            os._exit(0)
    except OSError: break
"""


# Copies of pages that processes share count too.
BY_COPIES = """
import ctypes, gc, os, time
for _ in range(12):
    if os.fork() == 0:
        gc.disable(); pages = {id(one) >> 12 for one in gc.get_objects()}
        gc.unfreeze(); gc.collect()
        for page in pages: ctypes.memmove(page << 12, page << 12, 8)
        kept = bytearray(30 * 2**20)
        time.sleep(600)
time.sleep(600)
"""


@hostile("share", MOST, shown="at most 64 True")
def all_terminals_of_the_kernel(course):
    return course.with_cells(TERMINALS)


@hostile("share", MOST)
def processor_hog(course):
    return course.with_cells(PROCESSOR)


@hostile("share", MOST, shown="left in descriptors []")
def notes_in_the_positions_of_inherited_files(course):
    return course.with_cells("""
import fcntl, os
left = []
for fd in range(3, 64):
    try:
        if os.lseek(fd, 0, os.SEEK_CUR) == 31337 + fd: left.append(fd)
        os.lseek(fd, 31337 + fd, os.SEEK_SET)
    except OSError: pass
print('left in descriptors', left)
""")


@hostile("share", MOST, shown="locks 0 leases 0 watchers 0 contexts 0")
def locks_and_watches_on_files_of_the_machine(course):
    return course.with_cells("""
import ctypes, fcntl, glob, os
libc = ctypes.CDLL(None, use_errno=True)
files = glob.glob('/libraries/numpy/*.py')[:10] + glob.glob('/usr/lib/python3*/*.py')[:10]
files = [one for one in files if os.path.isfile(one)]
kept = [os.open(one, os.O_RDONLY) for one in files]
leases = locks = watchers = contexts = 0
for file, fd in zip(files, kept):
    fcntl.flock(fd, fcntl.LOCK_SH)
    again = os.open(file, os.O_RDONLY)
    try: fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError: locks += 1
    try: fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK); leases += 1
    except OSError: pass
watchers += libc.inotify_init() >= 0
if os.uname().machine == 'x86_64':
    contexts += libc.syscall(206, 100, ctypes.byref(ctypes.c_ulong(0))) == 0
print('locks', locks, 'leases', leases, 'watchers', watchers, 'contexts', contexts)
""")


@hostile("share", MOST, shown="changed []")
def replaces_what_is_in_dev(course):
    return course.with_cells("""
import os
changed = []
for name in ('fd', 'stdin', 'stdout', 'core', 'ptmx', 'null', 'pts', 'shm'):
    try: os.unlink('/dev/' + name); changed.append(name)
    except OSError: pass
    try: os.symlink('/scratch/x', '/dev/new' + name); changed.append(name)
    except OSError: pass
for folder in ('/dev', '/dev/pts'):
    try: open(folder + '/fill', 'wb').write(bytes(2**20)); changed.append(folder)
    except OSError: pass
print('changed', changed)
""")


@hostile("share", MOST)  # test_sandbox.py sees what ends it; here a busy machine's clock may
def memory_by_copy_on_write(course):
    return course.with_cells(BY_COPIES)


@hostile("share", MOST)
def stand_in_of_8000_numbers(course):
    return course.with_cells(
        "from backprop.exercises import find",
        "find('output_error')(np.full((80, 100), .5), 0.0); None",
    )


@hostile("share", MOST)
def stand_in_without_examples(course):
    return course.with_cells(
        "from backprop.exercises import find",
        "z = lambda *s: np.zeros(s)\n"
        "find('backward_propagation')(z(350, 0), z(1, 0), z(100, 0), z(1, 0), z(1, 100)); None",
    )


@hostile("share", MOST)
def one_hot_of_a_million(course):
    return course.with_cells(
        "from backprop.exercises import find",
        "find('one_hot')(np.zeros(1_000_000, dtype=int)); None",
    )


_INSTEAD = """
import backprop.sandbox.server as serving
from backprop.sandbox.channel import Written
honest = serving.Server._run
def run(self, request):
    told = honest(self, request)
    return {**told, "outputs": Written(TEXT)} if "'flood'" in request["source"] else told
serving.Server._run = run
"""


@hostile("share", MOST, shown="is nested over 50 levels deep")
def outputs_as_a_deep_dict(course):
    text = """TEXT = '{"a":' * 700 + '{}' + '}' * 700"""
    return course.with_cells(text + _INSTEAD, "'flood'")


@hostile("share", MOST, said="it sent a message that does not fit into memory")
def outputs_as_many_empty_lists(course):
    text = "TEXT = '[' + '[],' * 5_000_000 + '0]'"
    return course.with_cells(text + _INSTEAD, "'flood'", "'flood'")


@hostile("share", MOST)
def helper_written_beside_the_notebook(course):
    answer = """\
from my_helpers import slope
def backward_propagation(X, Y, out_h, out_y, W2):
    d2 = (out_y - Y) * slope(out_y)
    d1 = (W2.T @ d2) * slope(out_h)
    return d1 @ X.T, d1.sum(axis=1, keepdims=True), d2 @ out_h.T, d2.sum(axis=1, keepdims=True)
"""
    helper = "%%writefile my_helpers.py\ndef slope(a):\n    return a * (1 - a)\n"
    return course.answering("backward_propagation", answer, helper)


@hostile("share", MOST | {"backward_propagation": 0}, finding="crashed")
def derivatives_of_the_course(course):
    answer = """\
from backprop.differentiate import gradient
from backprop.network import layer, sigmoid
def backward_propagation(X, Y, out_h, out_y, W2):
    n_h, n_x = len(out_h), len(X)
    net_h = np.log(out_h / (1 - out_h))
    net_y = np.log(out_y / (1 - out_y))
    def loss(dW1, db1, dW2, db2):
        h = sigmoid(net_h + layer(dW1, db1, X))
        y = sigmoid(net_y - W2 @ out_h + layer(W2 + dW2, db2, h))
        return ((y - Y) ** 2 / 2).sum(axis=(-2, -1))
    shapes = (n_h, n_x), (n_h, 1), W2.shape, (len(W2), 1)
    return gradient(loss, *map(np.zeros, shapes))
"""
    return course.answering("backward_propagation", answer)
