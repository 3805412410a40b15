"""Benchmark of the check of a right `backward_propagation` in the browser's Python, in CPU time.

    python tests/bench/bench_lite.py

The time should stay below 100 ms.
"""

import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "support")]

from bank_in_page import milliseconds
from in_page import runtime_of_site, told_in_page

MOST = 100  # milliseconds

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        there = told_in_page(runtime_of_site(Path(scratch)), "bank_in_page.py", "time")
    print(
        f"a right backward_propagation is checked in {there:.1f} ms in the browser's Python "
        f"(limit: {MOST} ms)"
    )
    print(f"and in {milliseconds():.1f} ms in this Python")
    sys.exit(there > MOST)
