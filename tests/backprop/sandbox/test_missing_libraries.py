"""A library that is not installed costs nothing but what needs it."""

import ast

import pytest

from backprop.sandbox.missing_libraries import SAID, StandInForMissing, imported_libraries

MISSING = "torch_that_nobody_has"


def run(source, names=None):
    names = {} if names is None else names
    exec(compile(StandInForMissing().visit(ast.parse(source)), "cell", "exec"), names)
    return names


@pytest.mark.parametrize(
    "line",
    [
        f"import {MISSING} as t",
        f"import json, {MISSING} as t, math",
        f"import {MISSING}.nn as t",
        f"from {MISSING} import nn as t, optim",
    ],
)
def test_what_stands_beside_a_missing_library_is_imported(line, capsys):
    names = run(f"import os\n{line}\nimport re\nafter = re.compile('x'), os.sep")
    assert "after" in names
    assert capsys.readouterr().err == f"{MISSING} {SAID}; cells that do not use it still run\n"
    assert repr(names["t"]) == f"<{MISSING} {SAID}>"
    if "json" in line:
        assert names["json"].dumps(names["math"].pi)


@pytest.mark.parametrize(
    "use",
    [
        "t.Tensor", "t.nn.Linear(2, 1)", "t(1)", "class A(t): pass", "class A(t.nn): pass",
        "for _ in t: pass", "t[0]", "if t: pass", "isinstance(1, t.Tensor)", "with t: pass",
    ],
)  # fmt: skip
def test_whatever_uses_it_says_that_it_is_missing(use):
    names = run(f"import {MISSING} as t")
    with pytest.raises(ModuleNotFoundError, match=f"^{MISSING} {SAID}$"):
        run(use, names)


def test_all_names_of_a_missing_library_are_left_out(capsys):
    assert "after" in run(f"from {MISSING} import *\nafter = 1")
    assert SAID in capsys.readouterr().err


def test_a_notebook_that_asks_whether_it_is_there_is_told_the_truth():
    for cell in (
        f"try:\n    import {MISSING}\nexcept ImportError:\n    there = False",
        f"import importlib.util\nthere = bool(importlib.util.find_spec('{MISSING}'))",
    ):
        assert run(cell)["there"] is False
    names = run(f"def f():\n    import {MISSING}")
    with pytest.raises(ModuleNotFoundError, match="No module named"):
        names["f"]()


@pytest.mark.parametrize(
    "cell",
    ["import backprop_that_nobody_has", "import json.nothing", "from json import nothing"],
)
def test_other_imports_fail_as_they_do(cell):
    with pytest.raises(ImportError):
        run(cell)


def test_a_module_that_the_cell_itself_writes_is_imported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    cell = "open('own_of_the_cell.py', 'w').write('x = 3')\nimport own_of_the_cell"
    assert run(cell)["own_of_the_cell"].x == 3


def test_a_cell_that_misses_nothing_is_the_same():
    tree = ast.parse("import os, json\nfrom math import pi")
    assert StandInForMissing().visit(tree) is tree


def test_the_imports_of_a_cell_are_found_wherever_they_are():
    cell = "%matplotlib inline\nimport a.b as c, d\nif 1:\n    from e import *\ndef f(): import g"
    assert imported_libraries(cell) == {"a", "d", "e", "g"}
    assert imported_libraries("text from here\nimport x") == set()
    assert imported_libraries('"""\nfrom the left\nimport x\n"""\nfrom . import y') == set()
