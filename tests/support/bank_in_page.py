"""Judges the answers of the bank, in this Python or in the browser's Python.

in_node.mjs RUNTIME bank_in_page.py verdicts|time|times
"""

import json
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]
REPEATED = 20


def verdicts():
    """Return the name, result, codes and points of each answer."""
    from bank import RIGHT, WRONG
    from bank.public import PUBLIC_RIGHT, PUBLIC_WRONG

    from backprop import evaluate

    found = []
    for answer in (*RIGHT, *PUBLIC_RIGHT, *WRONG, *PUBLIC_WRONG):
        report = evaluate(answer.exercise, answer.fresh())
        codes = [one.code for one in report.findings]
        found.append([str(answer), report.passed, codes, report.earned])
    return found


def cpu_seconds():
    """Return the CPU time of this process; `time` in the browser's Python has only wall time."""
    if sys.platform != "emscripten":
        return time.process_time()
    import js

    used = js.process.cpuUsage()
    return (used.user + used.system) / 1e6


def milliseconds():
    """Return the median CPU time of several checks of a right backward_propagation."""
    from bank import right_answer

    from backprop import evaluate

    answer, took = right_answer("backward_propagation"), []
    for _ in range(REPEATED + 1):
        start = cpu_seconds()
        assert evaluate("backward_propagation", answer).passed
        took.append(1000 * (cpu_seconds() - start))
    return sorted(took[1:])[REPEATED // 2]  # the first call also generates the cases


def stopped():
    """Return the codes of answers that never return, and the seconds that their checks took."""
    from backprop import calling, evaluate

    calling.MOST_SECONDS = 0.3

    def loops(z):
        while True:
            pass

    def goes_on(z):
        while True:
            try:
                while True:
                    z = z + 1
            except Exception:
                pass

    def asks_for_more(z):
        def numbers():
            while True:
                yield 1

        return sum(numbers())

    found, start = [], time.perf_counter()
    for answer in (loops, goes_on, asks_for_more):
        found.append([one.code for one in evaluate("sigmoid", answer).findings])
    return found, time.perf_counter() - start


def times():
    """Return the results of `milliseconds` and of `stopped`."""
    return milliseconds(), *stopped()


WORK = {"verdicts": verdicts, "time": milliseconds, "times": times}

if sys.platform == "emscripten":  # under Node
    sys.path[:0] = [path for path in sys.argv if path.endswith(("tests", "support"))]
    print(json.dumps(WORK[sys.argv[-1]]()))
