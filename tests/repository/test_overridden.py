"""What this course overrides in other packages is there as it was when it was overridden."""

import codeop
import hashlib
import inspect
from importlib.metadata import version

import pytest

from backprop.sandbox import shell
from backprop_classroom.html import formgrader


def digest_of(function):
    """Return a digest of a function's source; of a wrapped one, of what it wraps."""
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]


def overridden_by(module):
    """Return what a module's classes override of IPython, by name."""
    ours = [
        one for one in vars(module).values() if getattr(one, "__module__", "") == module.__name__
    ]
    found = {}
    for one in filter(inspect.isclass, ours):
        for name in vars(one).keys() - {"__init__"}:
            for base in one.__mro__[1:]:
                method = vars(base).get(name)
                if inspect.isfunction(method) and base.__module__.startswith("IPython."):
                    found[f"{base.__name__}.{name}"] = method
    return found


IN_IPYTHON = {
    "CachingCompiler.ast_parse": "bd09f9fbf840",
    "CachingCompiler.get_code_name": "13c2330915b0",
    "DisplayHook.finish_displayhook": "871cc45fd380",
    "DisplayHook.write_format_data": "288c214fac03",
    "DisplayHook.write_output_prompt": "6bbded3f82d5",
    "DisplayPublisher.clear_output": "cf1631d6dc6d",
    "DisplayPublisher.publish": "514c23154cac",
    "InteractiveShell._showtraceback": "0865d6b37c32",
    "InteractiveShell.enable_gui": "bf23dd434ee2",
    "InteractiveShell.enable_matplotlib": "e818b266ed78",
    "InteractiveShell.init_history": "e4fd1f6bce86",
    "InteractiveShell.should_run_async": "aaea33ec18cb",
    "InteractiveShell.transform_ast": "dab737b6a11c",
    "TransformerManager.transform_cell": "5030a8783196",
}


def look(package, known_version, name, method, digest, place):
    assert digest_of(method) == digest, (
        f"{package} {version(package)} has another {name} than {known_version}, which "
        f"{place} overrides: see whether that still holds, then write down the new version there "
        "and the new digest here"
    )


@pytest.mark.parametrize("name", IN_IPYTHON)
def test_ipython_has_what_the_sandbox_overrides(name):
    look(
        "ipython", shell.IPYTHON, name, overridden_by(shell)[name], IN_IPYTHON[name],
        "src/backprop/sandbox/shell.py",
    )  # fmt: skip


def test_everything_that_the_sandbox_overrides_is_looked_at():
    assert overridden_by(shell).keys() == IN_IPYTHON.keys()


def test_python_compiles_with_the_arguments_that_the_sandbox_hands_on():
    parameters = list(inspect.signature(codeop.Compile.__call__).parameters)
    assert parameters[:4] == ["self", "source", "filename", "symbol"]


def test_nbgrader_renders_as_when_it_was_made_safe():
    from nbgrader.server_extensions.formgrader.base import BaseHandler

    look(
        "nbgrader", formgrader.NBGRADER, "BaseHandler.render", BaseHandler.render, "be17584c7085",
        "src/backprop_classroom/html/formgrader.py",
    )  # fmt: skip


def test_a_method_that_changed_is_named_with_both_versions():
    with pytest.raises(
        AssertionError, match=rf"pytest {version('pytest')} has another .* than 1.0"
    ):
        look("pytest", "1.0", "raises", pytest.raises, "another", "a module")
