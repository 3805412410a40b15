"""Judges every answer of the bank, here or in a page: run, it prints the verdicts as JSON."""

import json
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]
REPEATED = 20


def verdicts():
    """Return for each answer its name, whether it passes, the codes and the points."""
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
    """Return the CPU time of this process; a page's Python tells it only the time on the wall."""
    if sys.platform != "emscripten":
        return time.process_time()
    import js

    used = js.process.cpuUsage()
    return (used.user + used.system) / 1e6


def milliseconds():
    """Return the CPU time of a check of a right backward_propagation, the median of several."""
    from bank import right_answer

    from backprop import evaluate

    answer, took = right_answer("backward_propagation"), []
    for _ in range(REPEATED + 1):
        start = cpu_seconds()
        assert evaluate("backward_propagation", answer).passed
        took.append(1000 * (cpu_seconds() - start))
    return sorted(took[1:])[REPEATED // 2]  # the first draws the cases


if sys.platform == "emscripten":  # under Node, which names no file
    sys.path[:0] = [path for path in sys.argv if path.endswith(("tests", "support"))]
    print(json.dumps(milliseconds() if "--time" in sys.argv else verdicts()))
