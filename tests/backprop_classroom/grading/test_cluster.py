"""Grading on a Dask cluster: a real scheduler and real workers, each a process on loopback."""

import json
import os
import pickle
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import nbformat
import psutil
import pytest
from required import require
from small_class import (
    LESSON,
    NAME,
    copy_class,
    expected_points,
    lay_out_class,
    points_in_table,
    students_of,
    transactions,
)
from warm_grading import warm_grading

import backprop
from backprop_classroom import grading
from backprop_classroom.__main__ import main
from backprop_classroom.gradebook.database import gradebook_of, lesson_of
from backprop_classroom.grading.cluster import ClusterLost, NoCluster
from backprop_classroom.grading.nbgrader_plugins import register
from backprop_classroom.grading.pool import Pool
from backprop_classroom.grading.sandbox import NoSandbox, why_no_sandbox
from backprop_classroom.grading.worker import ATTEMPTS, Job, grade_submission

require(
    find_spec("distributed") is not None,
    "dask.distributed is not installed (the extra cluster: pip install distributed)",
)
require(not why_no_sandbox(), why_no_sandbox())

CLASS = 8
BACKSTOP = 600  # seconds; only a fault makes a test wait so long


# ---------------------------------------------------------------- a cluster on loopback


class Cluster:
    """A scheduler and its workers, each with an empty folder and nothing of a course."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.workers = []
        self.is_stopped = False
        note = self.folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(note),
        )  # fmt: skip
        until(lambda: note.exists() and note.stat().st_size)
        self.address = json.loads(note.read_text())["address"]

    def add_worker(self, threads=2, **environment):
        """Start one more worker; return its process."""
        name = f"worker{len(self.workers)}"
        worker = self._start(
            "worker", self.address, "--name", name, "--nworkers", "1", "--nthreads", str(threads),
            "--no-nanny", "--host", "127.0.0.1", folder=self.folder / name, **environment,
        )  # fmt: skip
        log = worker.folder / "log"
        until(lambda: "Registered to" in log.read_text())
        self.workers.append(worker)
        return worker

    def _start(self, what, *arguments, folder=None, **environment):
        folder = folder or self.folder / what
        folder.mkdir()
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments]
        command += ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        scratch = {
            "HOME": str(folder), "TMPDIR": str(folder), "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(Path(backprop.__file__).parents[1]),  # the package that is tested
        }  # fmt: skip
        with open(folder / "log", "w") as log:
            process = subprocess.Popen(
                command, cwd=folder, env=scratch | environment, stdout=log, stderr=log
            )
        process.folder = folder
        return process

    def stop(self, with_signal):
        """Send the scheduler a signal after which it is of no use."""
        self.is_stopped = True
        self.scheduler.send_signal(with_signal)

    def end_workers(self):
        for worker in self.workers:
            worker.kill()
            worker.wait()

    def close(self):
        self.end_workers()
        self.scheduler.kill()
        self.scheduler.wait()


def until(condition):
    """Wait for something, however busy the machine is."""
    deadline = time.monotonic() + BACKSTOP
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


class Clock:
    """A clock for `grading.cluster` that goes on when it is told to."""

    def __init__(self):
        self._now = 0.0

    def monotonic(self):
        return self._now

    def goes_on_until(self, condition):
        """Let time pass, again and again, until something has come of it."""

        def passed():
            self._now += 61
            return condition()

        until(passed)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(grading.cluster, "time", clock)
    return clock


@pytest.fixture(scope="module")
def made_here(tmp_path_factory):
    """The clusters without workers of these tests: the last one serves until it is stopped."""
    made = []
    yield made
    for cluster in made:
        cluster.close()


@pytest.fixture
def empty_cluster(made_here, tmp_path_factory):
    """A cluster without workers; those that a test adds are ended behind it."""
    if not made_here or made_here[-1].is_stopped:
        made_here.append(Cluster(tmp_path_factory.mktemp("empty_cluster")))
    cluster = made_here[-1]
    yield cluster
    cluster.end_workers()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster of one worker with two threads."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.add_worker()
        yield cluster
    finally:
        cluster.close()


# ---------------------------------------------------------------- a class


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    root = lay_out_class(tmp_path_factory.mktemp("template"), CLASS)
    register(root, LESSON)  # so that no course here makes a gradebook of its own
    return root


@pytest.fixture
def root(template):
    """A new course in which everybody has handed in, in the same folder for all tests.

    A sandbox hides the folder of a course, so a worker would start another for another folder.
    """
    root = template.with_name("course")
    shutil.rmtree(root, ignore_errors=True)
    return copy_class(template, root)


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    """The table of grades as this machine makes it."""
    root = copy_class(template, tmp_path_factory.mktemp("undisturbed") / "course")
    grade_here(root)
    return (root / "grades.csv").read_text()


@pytest.fixture(scope="module")
def job(template, tmp_path_factory):
    """One submission as it goes to a worker."""
    root = copy_class(template, tmp_path_factory.mktemp("job") / "course")
    with gradebook_of(root) as gradebook:
        lesson = lesson_of(root, gradebook, LESSON)
    data = (root / "submitted" / "s00" / LESSON / NAME).read_bytes()
    return Job(lesson, "s00", data)


def most_memory(pid):
    """The most bytes of memory that a process has had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 2**10


def only(root, count):
    """Leave the submissions of the first few students."""
    for student in students_of(CLASS)[count:]:
        shutil.rmtree(root / "submitted" / student)


def grade_here(root):
    with warm_grading():
        assert main(["--root", str(root), "grade", LESSON]) == 0


def grade_on(address, root):
    return main(["--root", str(root), "grade", LESSON, "--scheduler", address])


# ---------------------------------------------------------------- grading


def test_a_cluster_gives_the_points_that_this_machine_gives_and_keeps_nothing(
    cluster, root, undisturbed
):
    with transactions() as written:
        assert grade_on(cluster.address, root) == 0
    assert (root / "grades.csv").read_text() == undisturbed
    assert points_in_table(root) == expected_points(CLASS)
    assert sorted(written) == [(student,) for student in students_of(CLASS)]
    for worker in cluster.workers:
        kept = [path for path in worker.folder.rglob("*") if path.is_file() and path.name != "log"]
        assert [path for path in kept if path.suffix in (".ipynb", ".db", ".csv")] == []
        assert not any(b"raise NotImplementedError" in path.read_bytes() for path in kept
                       if "library" not in path.parts)  # fmt: skip


def asking(data, source):
    """The notebook with one more cell at its end."""
    content = nbformat.reads(data.decode("utf-8"), as_version=4)
    content.cells.append(nbformat.v4.new_code_cell(source))
    return nbformat.writes(content).encode("utf-8")


GREEDY = """
from backprop.exercises import find
for answer, array in (("output_error", np.full((80, 100), .5)), ("output_error", np.ones((0, 9)))):
    try: find(answer)(array, 0.0)
    except Exception: pass
"""


def test_what_a_notebook_asks_of_the_judge_does_not_fill_the_memory_of_a_worker(cluster, root, job):
    job = replace(job, hidden=(str(root),))  # for the sandboxes that the worker has
    greedy = [replace(job, data=asking(job.data, GREEDY), student=f"g{n}") for n in range(2)]
    with Pool(scheduler=cluster.address) as pool:
        futures = [pool.submit(one) for one in (*greedy, job)]
        *_, honest = [future.result(BACKSTOP) for future in futures]
        here = psutil.Process(cluster.workers[0].pid)
        judges = [one for one in here.children() if "backprop_classroom" in str(one.cmdline())]
        most = [most_memory(one.pid) for one in (here, *judges)]
    assert honest.scores == grade_submission(replace(job, hidden=())).scores
    assert len(judges) == 2 and max(most) < 400 * 2**20


def test_a_worker_that_is_killed_midway_costs_nobody_anything_and_judges_end_with_their_worker(
    cluster, root, undisturbed
):
    from distributed import Client

    workers = [cluster.workers[0], cluster.add_worker(threads=1)]
    interrupted = []

    def kill(done):
        if len(done) != 4:
            return
        with Client(cluster.address, set_as_default=False) as client:
            jobs = client.processing()
            busiest = max(jobs, key=lambda address: len(jobs[address]))
            name = client.scheduler_info()["workers"][busiest]["name"]
        interrupted.extend(jobs[busiest])
        (worker,) = (one for one in workers if one.folder.name == name)
        workers.remove(worker)
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    with transactions(kill) as written:
        assert grade_on(cluster.address, root) == 0
    assert interrupted
    assert sorted(written) == [(student,) for student in students_of(CLASS)]
    assert (root / "grades.csv").read_text() == undisturbed

    (worker,) = workers  # the one that did the rest
    below = psutil.Process(worker.pid).children(recursive=True)
    assert below
    worker.kill()
    worker.wait()
    psutil.wait_procs(below, BACKSTOP)
    assert not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in below)


def test_a_scheduler_that_dies_midway_stops_grading_and_what_is_graded_is_kept(
    empty_cluster, root, undisturbed, capsys
):
    empty_cluster.add_worker(threads=1)

    def kill(done):
        if len(done) == 3:
            empty_cluster.stop(signal.SIGKILL)
            empty_cluster.scheduler.wait()

    address = empty_cluster.address
    with transactions(kill) as written:
        assert grade_on(address, root) == 1
    said = capsys.readouterr().err
    assert f"grading stopped: the connection to the Dask scheduler at {address} broke" in said
    assert "Traceback" not in said
    assert 3 <= len(written) < CLASS
    with transactions() as afterwards:
        grade_here(root)
    assert sorted(written + afterwards) == [(student,) for student in students_of(CLASS)]
    assert (root / "grades.csv").read_text() == undisturbed


# ---------------------------------------------------------------- clusters that cannot grade


def test_a_worker_with_another_version_of_the_package_does_not_grade(empty_cluster, job, tmp_path):
    packages = Path(backprop.__file__).parents[1]
    shutil.copytree(packages / "backprop_judge", tmp_path / "backprop_judge")
    with open(tmp_path / "backprop_judge" / "judging.py", "a") as file:
        file.write("\n# a worker that was not updated\n")
    with Pool(scheduler=empty_cluster.address) as pool:
        future = pool.submit(job)
        empty_cluster.add_worker(PYTHONPATH=f"{tmp_path}{os.pathsep}{packages}")
        with pytest.raises(ClusterLost, match="tcp://.* has another version of this package"):
            future.result(BACKSTOP)
            pool.submit(job)


def test_a_worker_that_cannot_shut_student_code_off_does_not_grade(empty_cluster, job):
    empty_cluster.add_worker(PATH="/nowhere")
    with Pool(scheduler=empty_cluster.address) as pool:
        with pytest.raises(NoSandbox, match="tcp://127.0.0.1:.* bubblewrap is not installed"):
            pool.submit(job).result(BACKSTOP)


def test_jobs_that_no_worker_comes_for_are_given_up(empty_cluster, job, clock, capsys):
    address = empty_cluster.address
    with Pool(scheduler=address) as pool:
        assert "has no workers yet; waiting 60 seconds for one" in capsys.readouterr().err
        future = pool.submit(job)
        clock.goes_on_until(future.done)
        with pytest.raises(ClusterLost, match=f"{address} has had no workers for 60 seconds"):
            future.result()
        with pytest.raises(ClusterLost):
            pool.submit(job)


def test_a_scheduler_that_falls_silent_is_not_waited_for(empty_cluster, job, clock, monkeypatch):
    asked_in_vain = threading.Event()

    def ask(self, asking=grading.cluster.Cluster._count_threads):
        try:
            return asking(self)
        except Exception:
            asked_in_vain.set()
            raise

    monkeypatch.setattr(grading.cluster.Cluster, "_count_threads", ask)
    with Pool(scheduler=empty_cluster.address) as pool:
        future = pool.submit(job)
        empty_cluster.stop(signal.SIGSTOP)
        # Nothing will be heard however long one waits, so that no machine is too slow for this.
        monkeypatch.setattr(grading.cluster, "ANSWER_SECONDS", 0.2)
        asked_in_vain.wait(BACKSTOP)  # before that the last word is that it has no workers
        clock.goes_on_until(future.done)
        with pytest.raises(ClusterLost, match="has not answered for 60 seconds"):
            future.result()


def test_a_connection_that_is_not_closed_in_time_is_no_error(empty_cluster, monkeypatch):
    from distributed import Client

    def close(self, timeout, closing=Client.close):
        closing(self, timeout)
        raise TimeoutError

    with Pool(scheduler=empty_cluster.address):
        monkeypatch.setattr(Client, "close", close)


# ---------------------------------------------------------------- no cluster at all


def test_a_scheduler_that_does_not_answer_is_named(root, monkeypatch, capsys):
    # Nothing will be heard however long one waits, so that no machine is too slow for this.
    monkeypatch.setattr(grading.cluster, "CONNECT_SECONDS", 0.1)
    only(root, 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = "tcp://{}:{}".format(*silent.getsockname())
        assert grade_on(address, root) == 2
        said = capsys.readouterr().err
        assert f"backprop: no Dask scheduler answers at {address}: no reply within" in said
    for nobody in (address, "somewhere://else", "localhost"):
        with pytest.raises(NoCluster, match=f"no Dask scheduler answers at {nobody}: ."):
            Pool(scheduler=nobody)


def test_somebody_else_at_the_address_is_not_taken_for_a_scheduler():
    with socket.create_server(("127.0.0.1", 0)) as other:
        greeting = b"220 mail.example.org at your service\r\n"

        def greet():
            with other.accept()[0] as line:
                line.sendall(greeting)

        threading.Thread(target=greet, daemon=True).start()
        address = "tcp://{}:{}".format(*other.getsockname())
        with pytest.raises(NoCluster, match=f"no Dask scheduler answers at {address}: ."):
            Pool(scheduler=address)


def test_without_dask_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(NoCluster, match=r"pip install 'backprop\[grading,cluster\]'"):
        Pool(scheduler="tcp://127.0.0.1:8786")


# ---------------------------------------------------------------- jobs and sandboxes


def test_a_job_is_hardly_larger_than_the_notebook_and_its_lesson(job):
    lesson = sum(len(cell.source) for cell in job.lesson.cells)
    assert len(pickle.dumps(job)) < len(job.data) + 2 * lesson + 10_000


def test_threads_at_work_at_the_same_time_do_not_share_a_sandbox(job):
    with ThreadPoolExecutor(2) as threads:
        several = list(threads.map(grade_submission, [job] * 4))
    assert {one.notebook for one in several} == {several[0].notebook}
    assert not any(one.reason or one.remarks for one in several)


def test_a_sandbox_whose_thread_has_ended_is_replaced(job):
    """bubblewrap ends a sandbox with the thread that started it, not with its process."""
    # With fewer, one of the attempts at a job would get a new sandbox.
    together = threading.Barrier(ATTEMPTS)

    def work():
        together.wait()  # so that each needs a sandbox of its own
        grade_submission(job)

    threads = [threading.Thread(target=work) for _ in range(ATTEMPTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    graded = grade_submission(job)
    assert not graded.reason and sum(graded.scores[f"check_{id}"] for id in ["output_error"]) == 2


# ---------------------------------------------------------------- processes of this machine


def test_grading_that_stops_does_not_wait_for_what_its_workers_do(monkeypatch, tmp_path):
    monkeypatch.setattr(grading.pool, "run_job", exec)
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    work = (
        f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep({BACKSTOP}); "
        f"pathlib.Path({str(ended)!r}).touch()"
    )
    with pytest.raises(KeyboardInterrupt):
        with Pool(2) as pool:
            futures = [pool.submit(work) for _ in range(4)]
            until(begun.exists)
            raise KeyboardInterrupt
    assert all(future.done() for future in futures)
    assert not ended.exists()


def test_a_pool_that_works_is_not_renewed_for_a_job_of_the_pool_before(monkeypatch, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setattr(grading.pool, "run_job", os._exit)
    with Pool(1) as pool:
        broken = [pool.submit(1) for _ in range(2)]
        until(lambda: all(future.done() for future in broken))
        pool.renew()
        monkeypatch.setattr(grading.pool, "run_job", Path.read_text)
        good = pool.submit(pipe)
        with opened_once_somebody_reads(pipe) as other_end:
            pool.renew()
            other_end.write("done")
        assert good.result(BACKSTOP) == "done"


def opened_once_somebody_reads(pipe):
    opened = []

    def is_read():
        with suppress(OSError):
            opened.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        return opened

    until(is_read)
    return open(opened[0], "w")


def test_ctrl_c_is_left_to_the_process_that_grades(monkeypatch):
    monkeypatch.setattr(grading.pool, "run_job", signal.getsignal)
    with Pool(1) as pool:
        assert pool.submit(signal.SIGINT).result(BACKSTOP) == signal.SIG_IGN


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_the_process_that_forks_workers_does_not_receive_ctrl_c():
    """From its first moment on: a traceback would come out if it were interrupted in an import."""
    script = (
        "from multiprocessing.forkserver import _forkserver\n"
        "from pathlib import Path\n"
        "from backprop_classroom.grading.pool import import_ahead\n"
        "import_ahead(here=True)\n"
        "print(Path(f'/proc/{_forkserver._forkserver_pid}/status').read_text())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    blocked = re.search(r"^SigBlk:\s*(\w+)", done.stdout, re.MULTILINE)
    assert blocked, done.stderr
    assert int(blocked[1], 16) & 1 << (signal.SIGINT - 1)
