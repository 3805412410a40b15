"""Find the student's own line that raised an exception, and describe the values in that line.

Messages of numpy with internal terms are rephrased; messages that the student's code raises itself
are not changed.
"""

import ast
import builtins
import contextlib
import difflib
import re
import types
from dataclasses import dataclass

import numpy as np

from .bytecode import returns_nothing
from .own_code import (
    MISSING,
    Place,
    described,
    described_names,
    names_in,
    numpy_function,
    own_places,
    shape_of,
    statement_at,
    walk_own,
)
from .plain import clean, name_of
from .plain_messages import plain_message, spaced
from .slowness import about_time
from .time_limit import TookTooLong

MOST_DETAIL = 600  # characters
SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**",
    ast.FloorDiv: "//", ast.Mod: "%", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


@dataclass(frozen=True)
class Crash:
    """An exception that an answer raised.

    Attributes
    ----------
    type
        The name of its type.
    message
        The message.
    line
        The student's own line, as "line 3 of `f`: `x = y`".
    detail
        The values in that line, as "`W2 @ delta_y` is (2, 5) @ (2, 7)", or "".
    """

    type: str
    message: str
    line: str
    detail: str = ""

    @property
    def endless(self) -> bool:
        """Whether the call was stopped from outside, so that another call would be stopped too."""
        return self.type in ("TookTooLong", "KeyboardInterrupt", "ProcessEnded")


class DidNotRun(Exception):
    """Raised when a function is called whose cell has failed; the message says why."""


def crash_of(error: BaseException) -> Crash:
    """Describe an exception that an answer raised. This never raises.

    Parameters
    ----------
    error
        The exception, with its traceback.
    """
    kind, message, line, detail = "an exception", message_of(error), "", ""
    with contextlib.suppress(Exception):  # then the description is less detailed
        kind = clean(_kind(error))
        places = own_places(error)
        line = clean(places[-1].words) if places else ""
        message, detail = _explained(error, message, places)
    return Crash(kind, clean(message), line, detail[:MOST_DETAIL])


def message_of(error: BaseException) -> str:
    """Return the text of an exception, or "" if it is not available."""
    try:
        return clean(str(error))
    except BaseException:  # __str__ can be the student's code, too
        return ""


def _kind(error: BaseException) -> str:
    """Return the name of the type; for an internal type of numpy, that of its built-in base."""
    names = [name_of(kind) for kind in type.mro(type(error))]
    if not _module_of(error).endswith("core._exceptions"):  # a module of numpy
        return names[0]
    return next(name for name in names if hasattr(builtins, name))


def _explained(error: BaseException, message: str, places: list[Place]) -> tuple[str, str]:
    """Return the rephrased message, and a description of the values in the line."""
    if not places:
        return message, ""
    place = places[-1]
    if type(error) is TookTooLong:
        return message, about_time(places)
    if type(error) is RecursionError:
        return _about_depth(message, places), ""
    if isinstance(error, NameError):
        return _about_name(error, message, place) or message, ""
    found = place.expression()
    if found is None:
        return plain_message(message) if _is_known(error) else message, ""
    return _about_expression(error, message, place, *found)


def _about_expression(
    error: BaseException, message: str, place: Place, text: str, node: ast.AST
) -> tuple[str, str]:
    """Return the message and the values of an expression that raised an exception."""
    detail = ""
    if isinstance(node, ast.Raise):  # the message is the student's own
        return message, detail
    operation, names = _operation(place, node, message), _values_in(place, node)
    whole = text == place.text  # the line, which is shown just before
    if operation:
        detail = f"that {operation}" if whole else f"`{text}` {operation}"
    elif names:
        detail = f"where {names}" if whole else f"in `{text}`, {names}"
    if not _is_known(error) or type(error) is AssertionError:
        return message, detail
    if type(error) is AttributeError:
        message = _about_attribute(error) or message
    if type(error) is KeyError:
        message = f"there is no key {message}"
    causes = _why_none(place, node) if "None" in message or " None" in detail else []
    causes += _from_the_notebook(place, node)
    if not operation:  # the operation would show the shapes
        causes[:0] = re.findall(r"broadcast together with shapes (.*)", message)
    return "; ".join([plain_message(message), *map(spaced, causes)]), detail


def _is_known(error: BaseException) -> bool:
    """Return whether the type of an exception belongs to Python or numpy."""
    return _module_of(error).partition(".")[0] in ("builtins", "numpy")


def _module_of(error: BaseException) -> str:
    module = type.__getattribute__(type(error), "__module__")
    return module if type(module) is str else ""


# --- the values in the line -----------------------------------------------------------------------


def _operation(place: Place, node: ast.AST, message: str) -> str:
    """Describe the operands of an operation, as "is (2, 5) @ (2, 7)"."""
    if isinstance(node, ast.Call):
        return _call(place, node, message)
    if isinstance(node, ast.BinOp):
        sign, operands = SIGNS.get(type(node.op), ""), [node.left, node.right]
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        sign, operands = SIGNS.get(type(node.ops[0]), ""), [node.left, *node.comparators]
    elif isinstance(node, ast.AugAssign):
        sign, operands = SIGNS.get(type(node.op), ""), [node.target, node.value]
    else:
        return ""
    words = _operands(place, operands, message)
    if not sign or not all(words):
        return ""
    sign += "=" * isinstance(node, ast.AugAssign)
    return f"is {words[0]} {sign} {words[1]}"


def _call(place: Place, node: ast.Call, message: str) -> str:
    if not numpy_function(place, node) or len(node.args) != 2:
        return ""
    words = _operands(place, node.args, message)
    return f"is given {words[0]} and {words[1]}" if all(words) else ""


def _operands(place: Place, operands: list[ast.expr], message: str) -> list[str]:
    """Describe two operands; the shapes of expressions are read from the message of numpy."""
    told = re.findall(r"\((?:\d+,?)+(?:,\d+)*\)", message)
    words = [_operand(place, one) for one in operands]
    if len(told) == len(words) and re.search("together with shapes|not aligned", message):
        words = [one or spaced(shape) for one, shape in zip(words, told)]
    return words


def _operand(place: Place, node: ast.expr) -> str:
    shape = shape_of(place, node)
    if shape:
        return str(shape)
    if isinstance(node, ast.Name):
        value = place.value(node.id)
        return "" if value is MISSING else described(value)
    if isinstance(node, ast.Constant):
        return described(node.value)
    return "" if shape is None else "a number"


def _values_in(place: Place, node: ast.AST) -> str:
    """Describe the names in an expression, as "`W2` is (2, 5), `i` is 2"."""
    return ", ".join(described_names(place, node)[:6])


def _from_the_notebook(place: Place, node: ast.AST) -> list[str]:
    """Name the arrays in an expression that are variables of the notebook."""
    own = place.local_names()
    found = [name for name in names_in(node) if name not in own]
    arrays = [f"`{name}`" for name in found if type(place.value(name)) is np.ndarray]
    are = "is a variable" if len(arrays) == 1 else "are variables"
    return [f"{' and '.join(arrays)} {are} of the notebook"] if arrays else []


def _why_none(place: Place, node: ast.AST) -> list[str]:
    """Explain where a name that is None, or a call that returns None, comes from."""
    said = []
    tree = place.tree()
    statement = statement_at(tree, place.line) if tree else None
    for name in names_in(statement or node):
        if returns_nothing(place.value(name)):
            said.append(f"`{name}` has no `return` with a value")
    for name in names_in(node):
        if place.value(name) is not None or tree is None:
            continue
        given = [
            one
            for one in walk_own(tree)
            if isinstance(one, ast.Assign)
            and any(isinstance(to, ast.Name) and to.id == name for to in one.targets)
        ]
        if len(given) == 1 and given[0].lineno < place.line:
            came = f"`{name}` comes from line {given[0].lineno}"
            called = given[0].value.func if isinstance(given[0].value, ast.Call) else None
            if isinstance(called, ast.Name) and returns_nothing(place.value(called.id)):
                came += f", and `{called.id}` has no `return` with a value"
            said.append(came)
    return said[:2]


# --- names ----------------------------------------------------------------------------------------


def _about_name(error: NameError, message: str, place: Place) -> str:
    """Explain a NameError, and suggest a similar name if there is one."""
    if type(error) not in (NameError, UnboundLocalError):
        return ""
    name = error.name or next(iter(re.findall(r"variable '(\w+)'", message)), None)
    if type(name) is not str:
        return ""
    function = f"`{place.function}`" if place.function else "the function"
    if type(error) is UnboundLocalError:
        said = f"`{name}` is read before {function} has given it a value"
        if dict.get(place.frame.f_globals, name, MISSING) is not MISSING:
            said += (
                f"; the notebook's `{name}` is another variable, since {function} assigns to "
                "this name"
            )
        return said
    said = f"`{name}` is not an argument, and neither {function} nor the notebook gives it a value"
    similar = _similar(name, place)
    return f"{said}; a similar name is `{similar}`" if similar else said


def _similar(name: str, place: Place) -> str:
    own = list(place.local_names())
    whole = [one for one in place.frame.f_globals if type(one) is str and one[:1] != "_"]
    for several in (own, whole):
        close = [one for one in several if one.lower() == name.lower()]
        close += difflib.get_close_matches(name, several, 1, 0.6)
        if close:
            return close[0]
    return ""


def _about_attribute(error: AttributeError) -> str:
    name, owner = error.name, error.obj
    if type(name) is not str:
        return ""
    if type(owner) is types.ModuleType:
        known, what = [one for one in vars(owner) if one[:1] != "_"], "the module"
        what = f"`{owner.__name__}`" if type(owner.__name__) is str else what
    elif type(owner) is np.ndarray:
        known, what = dir(np.ndarray), "an array"
    else:
        known, what = [], described(owner)
    close = [one for one in known if one.lower() == name.lower()]
    close += difflib.get_close_matches(name, known, 1, 0.6)
    return f"{what} has no `{name}`" + (f"; a similar name is `{close[0]}`" if close else "")


def _about_depth(message: str, places: list[Place]) -> str:
    """Name the recursive function, and say roughly how deep the recursion was."""
    codes = [place.frame.f_code for place in places]
    often = max(set(codes), key=codes.count)
    function = next(place.function for place in places if place.frame.f_code is often)
    hundreds = codes.count(often) // 100 * 100
    if not hundreds or not function:
        return message
    return f"the calls of `{function}` were nested more than {hundreds} deep"
