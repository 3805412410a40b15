"""Simulates other work on the machine, for tests of results that must not depend on it."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

LOOPS = 8


@contextlib.contextmanager
def busy_machine(loops: int = LOOPS) -> Iterator[None]:
    """Run busy processes in the background while the block runs."""
    command = [sys.executable, "-I", "-S", "-c", "while True: pass"]
    others = [subprocess.Popen(command) for _ in range(loops)]
    try:
        yield
    finally:
        for process in others:
            process.kill()
            process.wait()
