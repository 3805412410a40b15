"""Finds what was returned in the wrong number or kind, before any number is compared."""

from collections.abc import Mapping

import numpy as np

from backprop.calling import Oddity, Reply
from backprop.report import Finding

from .exercise import Exercise
from .naming import finding


def by_name(exercise: Exercise, reply: Reply) -> dict[str, object]:
    """Return the received values under the names of the exercise, as far as they go."""
    names = list(exercise.returns)
    if isinstance(reply.values, dict):
        return {name: reply.values[name] for name in names if name in reply.values}
    if exercise.form == "list":
        return {names[0]: reply.values}
    if len(names) == 1 and reply.packed:
        count = len(reply.values)
        return {names[0]: Oddity(f"a tuple or list of {count}{_inside(reply.values)}")}
    return dict(zip(names, reply.values))


def _inside(values):
    """Say what is in a tuple or list that came in the place of one value, and what to do."""
    if len(values) == 1 and not isinstance(values[0], Oddity):
        return f" that holds {_kind_of(values[0])}: return what is inside, without the tuple or list"
    shapes = {np.shape(value) for value in values if not isinstance(value, Oddity)}
    if len(shapes) == 1 and not any(isinstance(value, Oddity) for value in values):
        (shape,) = shapes
        if not shape:
            return ", all of them numbers"
        return f", each of shape {shape}; `np.array` of it has the shape {(len(values), *shape)}"
    return ""


def about_the_form(
    exercise: Exercise, reply: Reply, received: Mapping[str, object]
) -> list[Finding]:
    """Find what was returned in the wrong number or kind.

    Parameters
    ----------
    exercise
        The exercise.
    reply
        What came back from one call.
    received
        The same, as `by_name` returns it.
    """
    names = list(exercise.returns)
    wanted = f"`{', '.join(names)}`"
    if exercise.form == "dict":
        if not isinstance(reply.values, dict):
            some = f"{exercise.picks} of the names" if exercise.picks else "the names"
            came = _came(reply)
            said = f"it must return a dict with {some} {wanted}; you return {came}"
            return [finding("wrong-return", said=said)]
        if exercise.picks:
            return _about_the_picks(exercise, reply, received)
        missing = ", ".join(name for name in names if name not in reply.values)
        if missing:
            besides = ", ".join(name for name in reply.values if name not in names)
            said = f"these names are missing in the dict: {missing}"
            said += f"; it has others: {besides}" if besides else ""
            return [finding("wrong-return", said=said)]
    elif exercise.form == "list":
        return _about_the_list(exercise, reply)
    elif isinstance(reply.values, dict):
        said = (
            f"it must return {wanted}{_order_matters(names)}; you return a dict with the names "
            f"{', '.join(reply.values) or '(none)'}"
        )
        return [finding("wrong-return", said=said)]
    elif len(reply.values) != len(names) and len(names) > 1:
        said = f"it must return {len(names)} values, {wanted}; you return {_came(reply)}"
        return [finding("wrong-return", said=said)]
    return _about_the_kinds(exercise, received)


def _about_the_picks(exercise, reply, received):
    """Find what is wrong with a dict that holds some of the names of an exercise."""
    if len(received) == len(reply.values) == exercise.picks:
        return _about_the_kinds(exercise, received)
    came = ", ".join(reply.values) or "no names"
    said = (
        f"it must return a dict with {exercise.picks} of the names "
        f"`{', '.join(exercise.returns)}`; yours has {came}"
    )
    return [finding("wrong-return", said=said)]


def _about_the_kinds(exercise, received):
    """Find the values that are no arrays or numbers; each has a finding of its own."""
    found = []
    for name, value in received.items():
        if exercise.anything and getattr(value, "text", None) is not None:
            continue
        if exercise.trial and not exercise.anything and np.ndim(value):
            value = Oddity("an array or a list")
        if isinstance(value, Oddity):
            said = f"it must be {_kind_wanted(exercise, name)}; you return {value.description}"
            found.append(finding("wrong-return", where=name, said=said))
    return found


def _about_the_list(exercise, reply):
    """Find what is no list of one-dimensional arrays."""
    (words,) = exercise.returns.values()
    if not reply.packed or isinstance(reply.values, dict):
        dict_came = isinstance(reply.values, dict)
        came = "a dict" if dict_came else _kind_of(reply.values[0])
        return [finding("wrong-return", said=f"it must return {words}; you return {came}")]
    for place, value in enumerate(reply.values):
        if isinstance(value, Oddity) or np.ndim(value) != 1:
            came = f"the member at place {place} is {_kind_of(value)}"
            return [finding("wrong-return", said=f"it must return {words}; {came}")]
    return []


def _kind_of(value):
    if isinstance(value, Oddity):
        return value.description
    return f"an array of shape {np.shape(value)}" if np.shape(value) else "a number"


def _order_matters(names):
    return " in this order" if len(names) > 1 else ""


def _came(reply):
    if not reply.packed and len(reply.values) == 1:
        (only,) = reply.values
        return _kind_of(only)
    if not reply.values:
        return "an empty tuple or list"
    return f"{len(reply.values)} value{'' if len(reply.values) == 1 else 's'}"


def _kind_wanted(exercise, name):
    words = exercise.returns[name]
    if words == "(steps,)":
        return "a list or an array of `steps` numbers"
    if words.startswith("the shape"):
        return f"a numpy array of {words}"
    return f"a numpy array of shape {words}" if words.startswith("(") else words
