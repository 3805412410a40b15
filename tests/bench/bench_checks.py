"""Benchmark of the checks: `make bench` prints the table.

Each line gives the time of a call of `evaluate`, the part of it that runs the answer itself, and
their ratio.
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.extend(str(Path(__file__).parents[1] / folder) for folder in (".", "support"))

import answers
from bank import RIGHT, WRONG, right_answer

from backprop import evaluate
from backprop_judge import EXERCISES

BUDGET = {"right": 50, "wrong": 300}  # milliseconds, for backward_propagation


def median_ms(action, repeats=15):
    """Return the median time of an action in milliseconds, after one call to warm up."""
    action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def own_work(entry, answer):
    """Return an action that only calls an answer, as often as a check does."""
    cases = list(entry.cases(np.random.default_rng(0)))

    def action():
        for case in [*cases, cases[0]]:
            answer(*[one.copy() if isinstance(one, np.ndarray) else one for one in case])

    return action


def without_output_slope(X, Y, out_h, out_y, W2):
    delta_y = out_y - Y
    delta_h = answers.hidden_error(delta_y, out_h, W2)
    db1, db2 = (delta.sum(axis=1, keepdims=True) for delta in (delta_h, delta_y))
    return delta_h @ X.T, db1, delta_y @ out_h.T, db2


def unexplained(*arguments):
    return tuple(gradient + 0.1 for gradient in answers.backward_propagation(*arguments))


def main():
    print(f"{'exercise':24}{'answer':>24}{'verdict ms':>12}{'own ms':>9}{'ratio':>8}")
    for entry in EXERCISES.values():
        if not entry.manual:
            answer = right_answer(entry.id)
            verdict = median_ms(lambda: evaluate(entry.id, answer), 5)
            own = median_ms(own_work(entry, answer), 5)
            print(f"{entry.id:24}{'right':>24}{verdict:12.1f}{own:9.2f}{verdict / own:8.0f}")
    entry = EXERCISES["backward_propagation"]
    for answer, kind in ((without_output_slope, "wrong"), (unexplained, "wrong")):
        verdict, own = (
            median_ms(action)
            for action in (lambda: evaluate(entry.id, answer), own_work(entry, answer))
        )
        name = answer.__name__
        print(f"{entry.id:24}{name:>24}{verdict:12.1f}{own:9.2f}{verdict / own:8.0f}")
        print(f"  of the {BUDGET[kind]} ms allowed: {verdict / BUDGET[kind]:.2f}")
    right = median_ms(lambda: evaluate(entry.id, answers.backward_propagation))
    print(f"a right backward_propagation is checked in {right:.1f} ms, "
          f"{right / BUDGET['right']:.2f} of the {BUDGET['right']} ms allowed")  # fmt: skip
    for kind, bank in (("right", RIGHT), ("wrong", WRONG)):
        slowest, answer = max(
            (median_ms(lambda: evaluate(answer.exercise, answer.fresh()), 1), str(answer))
            for answer in bank
            if answer.exercise != "learning_rate"  # judged by training three networks
        )
        print(f"slowest of {len(bank)} {kind} answers in the bank: {slowest:.1f} ms, {answer}")


if __name__ == "__main__":
    main()
