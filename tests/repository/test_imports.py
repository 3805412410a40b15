"""Which package may import what: the truth stays where no student code runs."""

import ast
import functools
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from backprop import exercises

SOURCES = Path(__file__).parents[2] / "src"
OURS = {
    "backprop": set(),
    "backprop_judge": {"backprop"},
    "backprop_classroom": {"backprop", "backprop_judge"},
}
# What `backprop` needs of others: at once, and inside of functions that can do without or come late.
AT_ONCE = {"numpy", "matplotlib", "IPython", "traitlets"}
LATER = AT_ONCE | {"autograd", "tqdm", "contourpy", "PIL"}


@functools.cache
def imports(module, source, is_package=False):
    """Return each imported name and whether it is imported as soon as the module is.

    module -- the name of the module, which relative imports start from.
    """

    def walk(node, at_once):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                continue  # never runs
            if isinstance(child, ast.Import):
                yield from ((one.name, at_once) for one in child.names)
            if isinstance(child, ast.ImportFrom):
                above = (
                    module.split(".")[: -child.level + is_package or None] if child.level else []
                )
                start = ".".join([*above, *filter(None, [child.module])])
                yield from ((f"{start}.{one.name}", at_once) for one in child.names)
            is_function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from walk(child, at_once and not is_function)

    return tuple(walk(ast.parse(source), True))


def faults(module, source, is_package=False):
    """Return what a module imports and must not."""
    own, found = module.partition(".")[0], []
    for name, at_once in imports(module, source, is_package):
        top = name.partition(".")[0]
        if top in OURS:
            allowed = {own} | OURS[own]
        elif own == "backprop":
            allowed = sys.stdlib_module_names | (AT_ONCE if at_once else LATER)
        else:
            continue  # these packages run where everything is installed
        if top not in allowed:
            found.append(f"{module} imports {name}")
    return found


def cycle(sources):
    """Return modules that import one another in a circle, or nothing.

    sources -- for each module its source, and whether it is the `__init__` of a package.
    """
    graph = {}
    for module, (source, is_package) in sources.items():
        names = {name for name, at_once in imports(module, source, is_package) if at_once}
        names |= {name.rpartition(".")[0] for name in names - set(sources)}
        graph[module] = names & set(sources)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


@functools.cache
def modules():
    """Return the source of every module of ours, by its name, and whether it is a package."""
    found = {}
    for file in SOURCES.glob("*/**/*.py"):
        parts = file.relative_to(SOURCES).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found[name] = file.read_text(encoding="utf-8"), is_package
    return found


# ---- the packages --------------------------------------------------------------------


def test_no_module_imports_what_its_package_may_not():
    every = modules()
    assert {name.partition(".")[0] for name in every} == set(OURS)
    assert [fault for name, one in every.items() for fault in faults(name, *one)] == []


def test_the_judge_is_a_plug_in_that_one_place_finds_by_its_name():
    named = [name for name, (source, _) in modules().items() if '"backprop_judge"' in source]
    assert [name for name in named if name.startswith("backprop.")] == ["backprop.exercises"]
    assert exercises.JUDGE == "backprop_judge"


@pytest.mark.parametrize("package", OURS)
def test_no_modules_of_a_package_import_one_another_in_a_circle(package):
    here = {name: one for name, one in modules().items() if name.partition(".")[0] == package}
    assert cycle(here) == []


# ---- the checker itself --------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("backprop.network", "import numpy as np\nfrom dataclasses import dataclass"),
        ("backprop.network", "from .differentiate import gradient"),
        ("backprop.figures.cache", "from ..network import Parameters"),
        ("backprop.long_loops", "def bar():\n    from tqdm import tqdm"),
        ("backprop.network", "if TYPE_CHECKING:\n    import backprop_judge"),
        ("backprop_judge.judging", "from backprop.network import forward\nimport scipy"),
        ("backprop_classroom.release", "import nbgrader, backprop, backprop_judge.naming"),
    ],
)
def test_what_is_allowed_is_no_fault(module, source):
    assert faults(module, source) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("backprop.network", "import backprop_judge"),
        ("backprop.network", "def late():\n    from backprop_judge.naming import named"),
        ("backprop.exercises", "def late():\n    import backprop_judge"),
        ("backprop.exercises", "def late():\n    import backprop_classroom"),
        ("backprop.figures.cache", "from backprop_classroom import release"),
        ("backprop.network", "import nbformat"),
        ("backprop.long_loops", "from tqdm import tqdm"),
        ("backprop.autodiff", "try:\n    import autograd\nexcept ImportError:\n    pass"),
        ("backprop.progress", "def late():\n    import psutil"),
        ("backprop_judge.judging", "class Judge:\n    from backprop_classroom import lesson"),
        (
            "backprop_judge.judging",
            "late = lambda: 0\nfrom backprop_classroom.lesson import Lesson",
        ),
    ],
)
def test_what_is_forbidden_is_a_fault(module, source):
    assert len(faults(module, source)) == 1


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ({"a.one": "from . import two", "a.two": "from .three import x", "a.three": ""}, False),
        ({"a.one": "from . import two", "a.two": "def late():\n    from . import one"}, False),
        ({"a.one": "from . import two", "a.two": "import a.one"}, True),
        ({"a.one": "from .two import x", "a.two": "from .three import y",
          "a.three": "from a.one import z"}, True),
    ],
)  # fmt: skip
def test_a_circle_is_found(texts, found):
    assert bool(cycle({name: (source, False) for name, source in texts.items()})) == found


def test_a_package_that_imports_its_module_is_no_circle_unless_that_imports_it_too():
    module = {"a.b": ("from .c import x", True), "a.b.c": ("import os", False)}
    assert cycle(module) == []
    assert cycle(module | {"a.b.c": ("from . import x", False)})
