"""The sandbox and the hostile class once more: as an ordinary user, and on one core."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from course import REPOSITORY
from ordinary_user import as_ordinary_user
from required import require

HERE = Path(__file__).parent
TESTS = [str(HERE / "test_sandbox.py"), str(HERE / "test_hostile.py")]
CORE = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0

pytestmark = pytest.mark.long


def run_tests(tmp_path, *, ordinary, cores):
    """Run the tests of the sandbox as somebody on so many cores; return what they print."""
    require(sys.platform == "linux" and shutil.which("setpriv"), "this needs Linux")
    require(not ordinary or os.getuid() == 0, "only root can become an ordinary user")
    command = [sys.executable, "-m", "pytest", *TESTS, "-q", "-n0", "-rf", "-p", "no:cacheprovider"]
    command += ["--basetemp", str(tmp_path / "pytest")]
    if cores == 1:
        command = ["taskset", "-c", str(CORE), *command]
    if ordinary:
        command = as_ordinary_user(command, tmp_path, REPOSITORY)
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    return run.returncode, (run.stdout + run.stderr)[-8000:]


@pytest.mark.parametrize(
    ("ordinary", "cores"), [(True, 2), (False, 1), (True, 1)],
    ids=["an ordinary user", "one core", "an ordinary user on one core"],
)  # fmt: skip
def test_the_sandbox_and_the_hostile_class_do_as_they_do_here(tmp_path, ordinary, cores):
    code, printed = run_tests(tmp_path, ordinary=ordinary, cores=cores)
    assert code == 0, printed
    assert " passed" in printed and " skipped" not in printed
