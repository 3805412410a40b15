"""Find returned values of the wrong number or kind, before any numbers are compared."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backprop.calling import Oddity, Reply
from backprop.report import Finding

from .exercise import Exercise, Values
from .naming import finding

NAMED = 3  # cells of an answer sheet that one finding names
LISTS = ("list", "arrays", "pairs")


def by_name(exercise: Exercise, reply: Reply) -> dict[str, Any]:
    """Return the received values by the names of the exercise, as far as there are any."""
    names = list(exercise.returns)
    if isinstance(reply.values, dict):
        return {name: reply.values[name] for name in names if name in reply.values}
    if exercise.form in (*LISTS, "members"):
        return {names[0]: reply.values}
    values = reply.values or ()
    if len(names) == 1 and reply.packed:
        return {names[0]: Oddity(f"a tuple or list of {len(values)}{_inside(values)}")}
    return dict(zip(names, values))


def _inside(values: Sequence[Any]) -> str:
    """Describe a tuple or list that was returned instead of one value, and say what to do."""
    if len(values) == 1 and not isinstance(values[0], Oddity):
        return f" that contains {_kind_of(values[0])}: return its element without the tuple or list"
    shapes = {np.shape(value) for value in values if not isinstance(value, Oddity)}
    if len(shapes) == 1 and not any(isinstance(value, Oddity) for value in values):
        (shape,) = shapes
        if not shape:
            return ", all of them numbers"
        return f", each of shape {shape}; `np.array` of it has shape {(len(values), *shape)}"
    return ""


def about_the_form(exercise: Exercise, reply: Reply, received: Values) -> list[Finding]:
    """Find returned values of the wrong number or kind.

    Parameters
    ----------
    exercise
        The exercise.
    reply
        The reply to one call.
    received
        The values of this reply, as `by_name` returns them.
    """
    if exercise.form in LISTS:
        said = _fault_of_list(exercise, reply)
    elif exercise.form == "members":
        (words,) = exercise.returns.values()
        said = f"it must return {words}; you return a dict" * isinstance(reply.values, dict)
    elif exercise.form == "dict":
        said = _fault_of_dict(exercise, reply)
    else:
        said = _fault_of_values(exercise, reply)
    if said:
        return [finding("wrong-return", said=said)]
    if exercise.form in (*LISTS, "members"):
        return []
    return _about_the_kinds(exercise, received)


def _fault_of_dict(exercise: Exercise, reply: Reply) -> str:
    """Return what is wrong with the names of a dict, or ""."""
    names = ", ".join(exercise.returns)
    if not isinstance(reply.values, dict):
        some = f"{exercise.picks} of the names" if exercise.picks else "the names"
        return f"it must return a dict with {some} `{names}`; you return {_came(reply)}"
    missing = [name for name in exercise.returns if name not in reply.values]
    if not exercise.picks:
        others = ", ".join(name for name in reply.values if name not in exercise.returns)
        said = f"these names are missing in the dict: {', '.join(missing)}"
        said += f"; it has other names: {others}" if others else ""
        return said if missing else ""
    if len(exercise.returns) - len(missing) == len(reply.values) == exercise.picks:
        return ""
    came = ", ".join(reply.values) or "no names"
    return f"it must return a dict with {exercise.picks} of the names `{names}`; yours has {came}"


def _fault_of_values(exercise: Exercise, reply: Reply) -> str:
    """Return what is wrong with the number of values, or ""."""
    names = list(exercise.returns)
    wanted = f"`{', '.join(names)}`"
    if isinstance(reply.values, dict):
        return (
            f"it must return {wanted}{_order_matters(names)}; you return a dict with the names "
            f"{', '.join(reply.values) or '(none)'}"
        )
    if len(reply.values or ()) != len(names) > 1:
        return f"it must return {len(names)} values, {wanted}; you return {_came(reply)}"
    return ""


def _about_the_kinds(exercise: Exercise, received: Values) -> list[Finding]:
    """Return a finding for each value that is neither an array nor a number."""
    found = []
    for name, value in received.items():
        if exercise.anything and getattr(value, "text", None) is not None:
            continue
        no_number = exercise.trial and not exercise.anything and np.ndim(value)
        odd = Oddity("an array or a list") if no_number else value
        if isinstance(odd, Oddity):
            said = f"it must be {_kind_wanted(exercise, name)}; you return {odd.description}"
            found.append(finding("wrong-return", where=name, exercise=exercise, said=said))
    return found


def with_cells_together(exercise: Exercise, odd: Sequence[Finding]) -> list[Finding]:
    """Return findings about kinds; cells of an answer sheet with the same fault are merged.

    Parameters
    ----------
    exercise
        The exercise.
    odd
        A finding for each value of a wrong kind, as `about_the_form` returns them.
    """
    if not exercise.sheet:
        return list(odd)
    alike: dict[str, list[Finding]] = {}
    for one in odd:
        alike.setdefault(one.message.partition(" the text ")[0], []).append(one)
    return [_for_all(cells) for cells in alike.values()]


def _for_all(cells: Sequence[Finding]) -> Finding:
    """Return one finding for cells with the same fault, which names some and counts the others."""
    first = cells[0]
    if len(cells) == 1:
        return first
    named = [one.where for one in cells[:NAMED]]
    others = len(cells) - len(named)
    rest = f" and {others} other cell{'s' if others > 1 else ''}" if others else ""
    where = ", ".join(named) + rest
    message = first.message.replace("it must be", "each must be", 1)
    message = message.replace("the text ", "text, such as ", 1)
    return replace(first, where=where, message=message)


def _fault_of_list(exercise: Exercise, reply: Reply) -> str:
    """Return why the values are not a list of arrays, or of pairs of arrays, or ""."""
    (words,) = exercise.returns.values()
    if isinstance(reply.values, dict):
        return f"it must return {words}; you return a dict"
    values = reply.values or ()
    if not reply.packed:
        return f"it must return {words}; you return {_kind_of(values[0])}"
    for place, value in enumerate(values):
        if not _is_member(exercise.form, value):
            return f"it must return {words}; the element at index {place} is {_kind_of(value)}"
    return ""


def _is_member(form: str, value: Any) -> bool:
    """Return whether a list of this form may contain a value."""
    if form != "pairs":
        return not isinstance(value, Oddity) and (form == "arrays" or np.ndim(value) == 1)
    pair = value.members if isinstance(value, Oddity) else ()
    return len(pair) == 2 and not any(isinstance(one, Oddity) for one in pair)


def _kind_of(value: Any) -> str:
    if isinstance(value, Oddity):
        return value.description
    return f"an array of shape {np.shape(value)}" if np.shape(value) else "a number"


def _order_matters(names: Sequence[str]) -> str:
    return " in this order" if len(names) > 1 else ""


def _came(reply: Reply) -> str:
    values = tuple(reply.values or ())
    if not reply.packed and len(values) == 1:
        return _kind_of(values[0])
    if not values:
        return "an empty tuple or list"
    return f"{len(values)} value{'' if len(values) == 1 else 's'}"


def _kind_wanted(exercise: Exercise, name: str) -> str:
    words = exercise.returns[name]
    if words == "(steps,)":
        return "a list or an array of `steps` numbers"
    if words.startswith("the shape"):
        return f"a numpy array of {words}"
    return f"a numpy array of shape {words}" if words.startswith("(") else words
