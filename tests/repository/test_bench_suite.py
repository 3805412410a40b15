"""The benchmark of the tests: it counts the CPU of every process, under the file that began it."""

import re
import subprocess
import sys

import pytest
from course import REPOSITORY

WORK = "import time; any(time.process_time() > 0.5 for _ in iter(int, 1))"
STARTS_AND_ENDS = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {WORK!r}])"
TESTS = {
    "test_rests.py": "pass",
    # What a sandbox does: its process goes on without the one that would wait for it. Here the
    # test reads to the end what both of them write.
    "test_leaves_work.py": f"subprocess.run([sys.executable, '-c', {STARTS_AND_ENDS!r}], "
    "capture_output=True)",
    "test_works.py": f"subprocess.run([sys.executable, '-c', {WORK!r}])",
}


@pytest.mark.long
def test_the_table_says_which_file_takes_how_much_cpu(tmp_path):
    for name, text in TESTS.items():
        (tmp_path / name).write_text(f"import subprocess, sys\n\n\ndef test_it():\n    {text}\n")
    bench = REPOSITORY / "tests/bench/bench_suite.py"
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, "-c", "/dev/null"]
    done = subprocess.run(
        [sys.executable, bench, *options, *TESTS], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    table = done.stdout.partition("CPU s")[2]
    lines = re.findall(r"([\d.]+)  (\S+)$", table, re.MULTILINE)
    seconds = {name: float(number) for number, name in lines}
    assert seconds["test_rests.py"] < 0.5 <= seconds["test_works.py"]
    # A process that nobody waits for may end a moment after its file.
    assert seconds["test_leaves_work.py"] + seconds["test_works.py"] >= 1
    *files, total = seconds.values()
    assert files == sorted(files, reverse=True) and total >= 1
