"""Each entry in tests/breakages/ is a fault that a test must see: it is put in, and the test run."""

import os
import shutil
import subprocess
import sys
import tomllib

import pytest
from course import REPOSITORY

HERE = REPOSITORY / "tests/breakages"
COPIED = ("src", "tests", "solutions", "notebooks", "nbgrader_config.py", "pyproject.toml",
          "environment.yml", "requirements.txt", "Makefile", "README.md", "CONTRIBUTING.md",
          "LICENSE", "LICENSE-CC-BY", "CITATION.cff", ".ci", "Dockerfile",
          ".dockerignore", ".devcontainer", ".github")  # fmt: skip
FAILED = 1  # pytest's exit code if tests ran and some failed; anything else proves nothing


def breakages():
    found = []
    for table in sorted(HERE.glob("*.toml")):
        for one in tomllib.loads(table.read_text(encoding="utf-8"))["breakage"]:
            found.append(pytest.param(one, id=one["name"]))
    return found


@pytest.mark.parametrize("one", breakages())
def test_a_breakage_fits_the_code_and_names_a_test(one):
    assert set(one) == {"name", "file", "old", "new", "test"}
    text = (REPOSITORY / one["file"]).read_text(encoding="utf-8")
    assert text.count(one["old"]) == 1 and one["old"] != one["new"]
    file, _, name = one["test"].partition("::")
    name = name.partition("[")[0]
    assert not name or f"def {name}(" in (REPOSITORY / file).read_text(encoding="utf-8")
    assert (REPOSITORY / file).is_file()


@pytest.mark.long
@pytest.mark.parametrize("one", breakages())
def test_a_breakage_is_seen_by_its_test(one, tmp_path):
    for name in COPIED:
        copy = shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copy
        copy(REPOSITORY / name, tmp_path / name)
    file = tmp_path / one["file"]
    file.write_text(file.read_text(encoding="utf-8").replace(one["old"], one["new"]), "utf-8")
    options = ["-q", "-x", "-n", "0", "-m", "", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, one["test"]],
        cwd=tmp_path,
        env={"BACKPROP_BACKSTOP": "30"} | os.environ | {"PYTHONPATH": str(tmp_path / "src")},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == FAILED, done.stdout[-3000:] + done.stderr[-1000:]
