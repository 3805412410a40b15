"""A long loop shows how far it is, and keeps what it has when it is stopped."""

import _thread
import os
import signal
import threading

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from backprop import long_loops
from backprop.long_loops import stoppable


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(long_loops, "SECONDS", 0.0)
    InteractiveShell.instance()


def press():
    """Interrupt this process, as the stop button above a notebook does."""
    os.kill(os.getpid(), signal.SIGINT)


def run(body, items=range(5)):
    """Go through items; return what was collected and the lines that were shown."""
    found = []
    with capture_output() as captured:
        for item in stoppable(items, unit="group"):
            body(item)
            found.append(item)
    assert captured.stdout == "" and captured.stderr == ""
    return found, [output.data["text/plain"] for output in captured.outputs]


def test_a_loop_that_ends_leaves_the_line_it_began_with():
    found, lines = run(lambda item: None)
    assert found == [0, 1, 2, 3, 4]
    assert lines[0] == lines[-1] == "5 groups, one after the other"


def test_while_it_runs_a_bar_says_how_far_it_is():
    _, lines = run(lambda item: None)
    assert any("3/5" in line for line in lines)


def test_the_stop_button_ends_it_after_the_item_at_work():
    found, lines = run(lambda item: item == 2 and press())
    assert found == [0, 1, 2]
    assert lines[-1] == "Stopped after 3 of 5 groups; what was computed is kept."


def test_stopped_at_once_it_still_has_one_item():
    found, _ = run(lambda item: press())
    assert found == [0]


def test_stopped_at_the_last_item_it_is_done():
    found, lines = run(lambda item: item == 4 and press())
    assert found == [0, 1, 2, 3, 4]
    assert lines[-1] == "5 groups, one after the other"


def test_who_presses_twice_does_not_wait_for_the_item_at_work():
    def body(item):
        press()
        press()

    with pytest.raises(KeyboardInterrupt):
        run(body)


def test_a_break_is_told_like_a_stop():
    with capture_output() as captured:
        for item in stoppable("abc", unit="letter"):
            if item == "b":
                break
    said = captured.outputs[-1].data["text/plain"]
    assert said == "Stopped after 1 of 3 letters; what was computed is kept."


def test_another_error_in_the_loop_is_not_swallowed():
    with capture_output(), pytest.raises(ZeroDivisionError):
        for _ in stoppable([1], unit="item"):
            raise ZeroDivisionError


@pytest.mark.parametrize("leave", ["to its end", "by an error"])
def test_afterwards_an_interruption_is_an_ordinary_one(leave):
    before = signal.getsignal(signal.SIGINT)
    try:
        for _ in stoppable([1], unit="item"):
            assert signal.getsignal(signal.SIGINT) != before
            if leave == "by an error":
                raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert signal.getsignal(signal.SIGINT) == before


def test_it_runs_in_a_thread_which_hears_of_no_signals():
    found = []
    thread = threading.Thread(target=lambda: found.extend(run(lambda item: None)[0]))
    thread.start()
    thread.join()
    assert found == [0, 1, 2, 3, 4]


def test_it_hears_of_interruptions_as_windows_sends_them():
    found, _ = run(lambda item: _thread.interrupt_main())
    assert found == [0]


def test_outside_of_a_notebook_it_is_an_ordinary_loop(monkeypatch, capsys):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    assert list(stoppable([3, 4], unit="item")) == [3, 4]
    assert capsys.readouterr() == ("", "")
