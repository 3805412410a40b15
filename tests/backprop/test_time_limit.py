"""Limits count the CPU time of the code that they bound, whatever else the machine does."""

import signal
import threading
import time
from types import SimpleNamespace

import pytest

from backprop import time_limit as module
from backprop.time_limit import TookTooLong, time_limit


def compute(seconds=float("inf")):
    """Use CPU time of this thread."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def in_the_main_thread(work):
    return work()


def in_another_thread(work):
    came = []
    thread = threading.Thread(target=lambda: came.append(work()))
    thread.start()
    thread.join()
    return came[0]


everywhere = pytest.mark.parametrize("run", [in_the_main_thread, in_another_thread])


def outcome_of(block, seconds, backstop=1000):
    """Run a block under a limit; return what it was told and the CPU time that it used."""
    begun = time.thread_time()
    limit = None
    try:
        with time_limit(seconds, backstop) as limit:
            block()
    except TookTooLong as error:
        if error.limit is not limit:
            raise
        return str(error), time.thread_time() - begun
    return "", time.thread_time() - begun


@everywhere
def test_code_is_stopped_when_it_has_used_its_cpu_time(run):
    said, used = run(lambda: outcome_of(compute, 0.2))
    assert said == "used more than 0.2 seconds of CPU time"
    assert 0.2 <= used < 0.6


@everywhere
def test_code_that_ends_in_time_is_left_alone_then_and_later(run):
    def block():
        said, _ = outcome_of(lambda: compute(0.05), 0.1)
        compute(0.2)  # no longer under the limit
        return said

    assert run(block) == ""


@everywhere
def test_a_wait_uses_no_cpu_time_and_is_stopped_by_the_clock_many_times_later(run):
    def wait():
        while True:
            time.sleep(0.01)

    assert run(lambda: outcome_of(wait, 0.2, backstop=2))[0] == (
        "took more than 0.4 seconds of elapsed time"
    )
    assert run(lambda: outcome_of(lambda: time.sleep(0.4), 0.2, backstop=1000))[0] == ""


def test_a_long_sleep_in_the_main_thread_is_cut_short():
    assert outcome_of(lambda: time.sleep(1000), 0.1, backstop=2)[0].endswith("of elapsed time")


@everywhere
def test_limits_inside_a_limit_do_not_prolong_it(run):
    calls = []

    def block():
        for _ in range(1000):
            calls.append(outcome_of(lambda: compute(0.1), 0.2)[0])

    said, used = run(lambda: outcome_of(block, 0.25))
    assert said == "used more than 0.25 seconds of CPU time"
    assert used < 0.7 and calls[:2] == ["", ""]


@everywhere
def test_an_inner_limit_that_is_passed_leaves_the_outer_one_its_time(run):
    def block():
        first = outcome_of(compute, 0.1)[0]
        compute(0.1)
        return first, outcome_of(compute, 0.1)[0]

    came = []
    assert run(lambda: outcome_of(lambda: came.append(block()), 5))[0] == ""
    assert came == [("used more than 0.1 seconds of CPU time",) * 2]


def test_what_other_threads_compute_does_not_count():
    done = threading.Event()

    def busy():
        while not done.is_set():
            pass

    others = [threading.Thread(target=busy) for _ in range(3)]
    for thread in others:
        thread.start()
    try:
        assert outcome_of(lambda: compute(0.1), 0.3) == ("", pytest.approx(0.1, abs=0.15))
    finally:
        done.set()
        for thread in others:
            thread.join()


def test_the_timers_and_handlers_of_others_are_put_back():
    heard = []
    before = signal.signal(signal.SIGALRM, lambda *_: heard.append(1))
    signal.setitimer(signal.ITIMER_REAL, 1000)
    try:
        outcome_of(compute, 0.05)
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 100
        assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
        signal.raise_signal(signal.SIGALRM)
        assert heard == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_where_no_thread_can_be_started_code_runs_without_a_limit(monkeypatch):
    def refused(*_):
        raise RuntimeError("can't start new thread")

    def block():
        monkeypatch.setattr(threading.Thread, "start", refused)
        try:
            return outcome_of(lambda: compute(0.1), 0.05)
        finally:
            monkeypatch.undo()

    assert in_another_thread(block)[0] == ""


def test_a_signal_that_comes_while_limits_are_lifted_does_not_come_again_at_once(monkeypatch):
    """Else a slow machine would do nothing but answer the signals that answering takes."""
    set_to = []
    timer = module._Timer([module.Limit(0, 1, time.thread_time)], None)
    monkeypatch.setattr(signal, "setitimer", lambda which, *seconds: set_to.append(seconds))
    inside = SimpleNamespace(f_code=SimpleNamespace(co_filename=module.__file__))
    timer._look(signal.SIGALRM, inside)
    assert set_to and set_to[0][0] >= 0.1
    with pytest.raises(TookTooLong):
        timer._look(signal.SIGALRM, None)
