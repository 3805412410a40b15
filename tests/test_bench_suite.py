"""The benchmark of the tests: it counts the CPU of every process, under the file that began it."""

import re
import subprocess
import sys

from course import REPOSITORY

WORK = "import time; any(time.process_time() > 0.5 for _ in iter(int, 1))"
STARTS_AND_ENDS = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {WORK!r}])"
TESTS = {
    "test_works.py": f"subprocess.run([sys.executable, '-c', {WORK!r}])",
    # What a sandbox does: its process goes on without the one that would wait for it. The test
    # ends after it, since it reads what both of them write, and others follow.
    "test_leaves_work.py": f"subprocess.run([sys.executable, '-c', {STARTS_AND_ENDS!r}], "
    "capture_output=True)",
    "test_rests.py": "pass",
}


def test_the_table_says_which_file_takes_how_much_cpu(tmp_path):
    for name, text in TESTS.items():
        head = "import subprocess, sys\n\n\n"
        tests = [f"def test_{n}():\n    {text if n == 0 else 'pass'}\n" for n in range(5)]
        (tmp_path / name).write_text(head + "\n\n".join(tests))
    bench = REPOSITORY / "tests/bench_suite.py"
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, "-c", "/dev/null"]
    done = subprocess.run(
        [sys.executable, bench, *options, *TESTS], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    table = done.stdout.partition("CPU s")[2]
    lines = re.findall(r"([\d.]+)  (\S+)$", table, re.MULTILINE)
    seconds = {name: float(number) for number, name in lines}
    assert seconds["test_works.py"] >= 0.5
    assert seconds["test_leaves_work.py"] >= 0.5
    assert seconds["test_rests.py"] < 0.5
    *files, total = seconds.values()
    assert files == sorted(files, reverse=True) and total >= 1
