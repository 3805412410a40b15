"""The sources keep to the rules and types that pyproject.toml asks for."""

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from required import require

ROOT = Path(__file__).parents[2]
STRICT = ("backprop", "backprop_classroom", "backprop_judge")


def said_by(tool, *arguments, given=None):
    """Run a tool in the root of the course; return its exit status and what it says."""
    require(find_spec(tool), f"no {tool} (make test installs it)")
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments],
        cwd=ROOT, input=given, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def folder(request, tmp_path_factory):
    """A folder that stays from run to run, if pytest keeps one."""
    cache = getattr(request.config, "cache", None)
    return cache.mkdir("style") if cache else tmp_path_factory.mktemp("style")


def test_ruff_finds_nothing(folder):
    status, said = said_by("ruff", "check", "--cache-dir", str(folder / "ruff"), "src", "tests")
    assert status == 0, said


# Without its cache, mypy needs longer than any other test of `make test`.
@pytest.mark.long
def test_mypy_finds_nothing(folder):
    status, said = said_by("mypy", "--cache-dir", str(folder / "mypy"))
    assert status == 0, said


@pytest.mark.parametrize("package", STRICT)
def test_a_public_function_without_a_docstring_is_found(package):
    status, said = said_by(
        "ruff", "check", "--no-cache", "--stdin-filename", f"src/{package}/made_up.py", "-",
        given='"""A module."""\n\n\ndef double(x: int) -> int:\n    return 2 * x\n',
    )  # fmt: skip
    assert status == 1 and "D103" in said, said


@pytest.mark.long  # as above
def test_a_function_without_types_is_found_in_each_package(folder, tmp_path):
    files = [tmp_path / package / "made_up.py" for package in STRICT]
    for file in files:
        file.parent.mkdir()
        file.with_name("__init__.py").touch()
        file.write_text("def double(x):\n    return 2 * x\n")
    status, said = said_by("mypy", "--cache-dir", str(folder / "made_up"), *map(str, files))
    assert status == 1, said
    found = [line for line in said.splitlines() if "missing a type annotation" in line]
    assert {Path(line.partition(":")[0]).parent.name for line in found} == set(STRICT), said


# ---------------------------------------------------------------- lengths

MOST_OF_A_FILE, MOST_OF_A_FUNCTION = 400, 50  # lines


def too_long(folder):
    """Name the files and functions below a folder that are longer than they may be."""
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MOST_OF_A_FILE:
            yield f"{path}: {text.count(chr(10))} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > MOST_OF_A_FUNCTION:
                    yield f"{path}: {node.name} has {lines} lines"


def test_no_file_and_no_function_is_too_long():
    assert list(too_long(ROOT / "src")) == []


def test_a_file_and_a_function_that_are_too_long_are_found(tmp_path):
    (tmp_path / "short.py").write_text("def f():\n" + "    f()\n" * 49)
    assert list(too_long(tmp_path)) == []
    (tmp_path / "long.py").write_text("def f():\n" + "    f()\n" * 50 + "\n" * 350)
    assert len(list(too_long(tmp_path))) == 2
