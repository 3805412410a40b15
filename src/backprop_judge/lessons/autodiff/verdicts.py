"""Judge rules, orders and gradients, and name the mistakes in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from backprop.calling import Oddity
from backprop.graph import connected
from backprop.report import Row

from ...comparing import relative_error
from ...exercise import Fault, Values
from ...writing import apart
from .altered import GraphMistake, graph_mistakes, rule_mistakes
from .operations import OPERATIONS, Graph, Made, nodes_of, rule_of
from .programs import NAMES

EXACT = 1e-10  # relative to the largest entry
# Programs in which two gradients can be the same array, so that changing one in place is wrong.
SHARING = "a value used twice", "paths of different lengths", "a program drawn at random"
Came = Sequence[Any]  # the returned values, one for each place
Judged = tuple[list[Fault], list[Row]]


def _members(values: Any, wanted: int) -> list[Any]:
    """Return the values as a list, also if the answer returned one array of arrays."""
    several = list(values or ())
    if len(several) == 1 != wanted and not isinstance(several[0], Oddity):
        array = np.asarray(several[0])
        if array.ndim and len(array) == wanted:
            return list(array)
    return several


def _is_right(got: Any, want: np.ndarray) -> bool:
    if isinstance(got, Oddity) or np.shape(got) != np.shape(want):
        return False
    largest = np.max(np.abs(np.asarray(got, dtype=float) - want), initial=0.0)
    return relative_error(got, want) <= EXACT or bool(largest <= 1e-11)


def _equal(got: Sequence[Any], want: Sequence[np.ndarray]) -> bool:
    return len(got) == len(want) and all(map(_is_right, got, want))


def _shape_fault(words: str, got: Any, want: np.ndarray, data: np.ndarray) -> Fault | None:
    """Return the fault in the type or shape of one gradient, or None."""
    said = {"which": words}
    if isinstance(got, Oddity):
        wanted = f"the gradient must be an array of shape {want.shape}"
        what = f"{words} {wanted}; you return {got.description}"
        return Fault("wrong-return", details={"said": what})
    shape = np.shape(got)
    if shape == want.shape:
        if np.all(np.isfinite(got)):
            return None
        return Fault("not-finite", details={"bad": "nan" if np.any(np.isnan(got)) else "inf"})
    if np.size(got) == want.size and np.allclose(np.ravel(got), np.ravel(want)):
        return Fault("broadcast-axis-lost", details=said | _shapes(shape, want))
    if np.ndim(got) >= want.ndim and np.size(got) > want.size:
        return Fault("broadcast-not-summed", details=said | _shapes(shape, want))
    wanted = f"the shape {want.shape} {words.rstrip(',')}".strip()
    came = str(shape) if shape else "a number"
    return Fault("wrong-shape", details={"wanted": wanted, "came": came})


def _shapes(came: tuple[int, ...], want: np.ndarray) -> dict[str, str]:
    return {"came": str(came) if came else "a number", "wanted": str(want.shape)}


def _first_difference(words: str, got: Any, want: np.ndarray) -> Fault:
    """Return the fault that shows the entry with the largest error."""
    errors = np.abs(np.asarray(got, dtype=float) - want)
    entry = np.unravel_index(int(np.argmax(errors)), errors.shape)
    at = f"at [{', '.join(map(str, entry))}] " if entry else ""
    # Adding 0.0 turns -0.0 into 0.0.
    expected, received = apart(float(want[entry]) + 0.0, float(np.asarray(got)[entry]) + 0.0)
    said = f"{words} {at}expected {expected}, received {received}"
    return Fault("wrong-value", details={"said": said})


def _too_few(came: Came, wanted: int, words: str) -> Fault | None:
    if len(came) == wanted:
        return None
    returned = "None" if len(came) == 1 and _is_none(came[0]) else f"{len(came)}"
    arrays = "1 array" if wanted == 1 else f"{wanted} arrays"
    said = f"{words} you should return {arrays}, and you return {returned}".strip()
    return Fault("wrong-return", details={"said": said})


# --- the rules ------------------------------------------------------------------------------------


def judge_rules(cases: Sequence[tuple], received: Sequence[Values]) -> Judged:
    """Judge the rule of each operation separately."""
    faults, rows = [], []
    for name in OPERATIONS:
        calls = [
            (case, _members(values["gradients"], len(case[1])))
            for case, values in zip(cases, received)
            if case[0] == name
        ]
        truths = [rule_of(OPERATIONS[name], case[1], case[3]) for case, _ in calls]
        right = all(_equal(came, truth) for (_, came), truth in zip(calls, truths))
        rows.append(Row(name, right, "one array for each input", "" if right else "not yet right"))
        if not right:
            faults.append(_fault_of_rule(name, calls, truths))
    return _merged(faults), rows


def _merged(faults: Sequence[Fault]) -> list[Fault]:
    """Merge the faults of all missing rules into one."""
    missing = [fault.where for fault in faults if fault.code == "rule-missing"]
    rest = [fault for fault in faults if fault.code != "rule-missing"]
    return rest + [Fault("rule-missing", ", ".join(missing))] * bool(missing)


def _fault_of_rule(
    name: str, calls: Sequence[tuple[tuple, list[Any]]], truths: Sequence[list[np.ndarray]]
) -> Fault:
    if all(len(came) == 1 and _is_none(came[0]) for _, came in calls):
        return Fault("rule-missing", name)
    for code, details, values in rule_mistakes(name, [case for case, _ in calls]):
        if all(_equal(came, list(value)) for (_, came), value in zip(calls, values)):
            return Fault(code, name, details)
    for (case, came), truth in zip(calls, truths):
        fault = _too_few(came, len(truth), "")
        for place, (got, want) in enumerate(zip(came, truth)):
            words = f"for input {place}" if len(truth) > 1 else ""
            fault = fault or _shape_fault(words, got, want, case[1][place])
            if fault is None and not _is_right(got, want):
                fault = _first_difference(words, got, want)
        if fault is not None:
            return Fault(fault.code, name, _stripped(fault))
    raise AssertionError("a rule is wrong, and all of its values are right")


def _stripped(fault: Fault) -> dict[str, object]:
    return {
        name: one.strip() if isinstance(one, str) else one for name, one in fault.details.items()
    }


def _is_none(value: Any) -> bool:
    return isinstance(value, Oddity) and value.description.startswith("None")


# --- the order ------------------------------------------------------------------------------------


def judge_order(cases: Sequence[tuple], received: Sequence[Values]) -> Judged:
    """Judge orders of nodes; any topological order is right."""
    for (last,), values in zip(cases, received):
        fault = _fault_of_order(last, values["order"])
        if fault is not None:
            return [fault], []
    return [], []


def _fault_of_order(last: Any, values: Any) -> Fault | None:
    nodes = {node.place: node for node in connected([last])}
    came = list(values or ())
    if len(came) == 1 and np.ndim(came[0]) == 1:
        came = list(np.asarray(came[0]))
    return _fault_of_kind(nodes, came) or _fault_of_places(nodes, [float(one) for one in came])


def _fault_of_kind(nodes: Mapping[int, Any], came: list[Any]) -> Fault | None:
    """Return the fault of a list that contains something other than nodes, or None."""
    odd = next((one for one in came if isinstance(one, Oddity) or np.ndim(one)), None)
    if odd is not None:
        what = odd.description if isinstance(odd, Oddity) else f"an array of shape {np.shape(odd)}"
        said = f"it must return a list of the nodes themselves; your list contains {what}"
        return Fault("wrong-return", details={"said": said})
    if not {float(one) for one in came} <= set(nodes):
        what = "a copy of a node, or nan" if np.any(np.isnan(came)) else "numbers"
        said = f"it must return a list of the nodes themselves; your list contains {what}"
        return Fault("wrong-return", details={"said": said})
    return None


def _counted(nodes: int) -> str:
    return f"{nodes} node" + "s" * (nodes != 1)


def _fault_of_places(nodes: Mapping[int, Any], order: list[float]) -> Fault | None:
    """Return the fault in the order of the nodes, or None."""
    details = {"count": _counted(len(nodes))}
    if len(set(order)) < len(order):
        most = max(order.count(place) for place in set(order))
        seen = "twice" if most == 2 else f"{most} times"
        return Fault("visited-twice", details=details | {"seen": seen})
    if len(order) < len(nodes):
        return Fault("nodes-missing", details=details | {"came": _counted(len(order))})
    at = {nodes[int(place)]: number for number, place in enumerate(order)}
    early = [(at[parent], at[node]) for node in at for parent in node.parents]
    if early and all(parent > node for parent, node in early):
        return Fault("children-first", details=details)
    if any(parent > node for parent, node in early):
        return Fault("child-before-parent", details=details)
    return None


# --- gradients ------------------------------------------------------------------------------------


def judge_gradients(cases: Sequence[tuple], received: Sequence[Values]) -> Judged:
    """Judge the gradients of all nodes of each graph."""
    names = [name for name in NAMES if name != "an array that is not used"]
    several = []
    for (order,), values in zip(cases, received):
        stale = [getattr(node, "grad", None) for node in order]
        several.append(_Judged(Graph(order), list(range(len(order))), values, stale))
    if all(_are_numbers_of_nodes(one.came) for one in several):
        said = "it must return the gradients of the nodes; you return the nodes themselves"
        return [Fault("wrong-return", details={"said": said})], []
    return _judge_graphs(several, names, "node")


def _are_numbers_of_nodes(came: Came) -> bool:
    """Return whether the answer returned nodes, which arrive as their numbers in the order."""
    return [float(one) for one in came if np.ndim(one) == 0 and not isinstance(one, Oddity)] == [
        *range(len(came))
    ]


def judge_programs(cases: Sequence[tuple], received: Sequence[Values]) -> Judged:
    """Judge the gradients of the arrays of each program."""
    several = []
    for (program, arrays), values in zip(cases, received):
        graph = Graph(nodes_of(program, arrays, Made))
        several.append(_Judged(graph, list(range(len(arrays))), values))
    return _judge_graphs(several, NAMES, "array")


class _Judged:
    """One graph, the places of the nodes whose gradients are judged, and the returned values."""

    def __init__(
        self, graph: Graph, places: list[int], values: Values, stale: Sequence[Any] = ()
    ) -> None:
        self.graph, self.places, self.stale = graph, places, stale
        self.came = _members(values["gradients"], len(places))
        self.truth = [graph.gradient(place) for place in places]
        self.right = _equal(self.came, self.truth)


def _judge_graphs(several: Sequence[_Judged], names: Sequence[str], what: str) -> Judged:
    rows = [
        Row(
            name if place < len(names) else f"{name}, other numbers",
            one.right,
            f"{len(one.places)} arrays",
            f"{len(one.came)} arrays" if one.right else "not yet right",
        )
        for place, (name, one) in enumerate(zip([*names, names[0]], several))
    ]
    if all(one.right for one in several):
        return [], rows
    named = next(_named(several), None)
    unnamed = named or _unnamed(several, [*names, names[0]], what)
    wrong = {name for name, one in zip(names, several) if not one.right}
    if unnamed.code == "wrong-value" and SHARING[0] in wrong and wrong <= set(SHARING):
        return [Fault("changed-in-place", details=unnamed.details)], rows
    return [unnamed], rows


def _named(several: Sequence[_Judged]) -> Iterator[Fault]:
    """Yield the mistakes that explain all returned values."""
    if any(len(one.came) != len(one.places) for one in several):
        return
    if all(_is_zero(got) for one in several for got in one.came):
        yield Fault("all-zero")
    if all(_is_only_the_result(one) for one in several):
        yield Fault("nothing-passed-on")
    factors = [_factor(one) for one in several]
    known = [factor for factor in factors if factor is not None]
    if len(known) == len(several) and not np.any(np.isclose(np.abs(known), 1)):
        yield Fault("start-not-one", details={"of": NAMES[0], "factor": f"{known[0]:.4g}"})
    for mistake in graph_mistakes(several[0].graph.operations):
        if all(_explains(mistake, one) for one in several):
            yield Fault(mistake.code, details=mistake.details)


def _is_zero(got: Any) -> bool:
    return not isinstance(got, Oddity) and not np.any(got)


def _is_only_the_result(one: _Judged) -> bool:
    return (
        one.places[-1] == one.graph.last
        and _is_right(one.came[-1], one.truth[-1])
        and all(map(_is_zero, one.came[:-1]))
    )


def _factor(one: _Judged) -> float | None:
    """Return the factor by which all gradients of a graph are multiplied, or None."""
    largest = max(range(len(one.truth)), key=lambda at: np.max(np.abs(one.truth[at]), initial=0.0))
    want, got = one.truth[largest], one.came[largest]
    if isinstance(got, Oddity) or np.shape(got) != np.shape(want):
        return None
    entry = np.unravel_index(int(np.argmax(np.abs(want))), np.shape(want))
    factor = float(np.asarray(got)[entry]) / float(want[entry])
    right = np.isfinite(factor) and _equal(one.came, [factor * each for each in one.truth])
    return factor if right and factor else None


def _explains(mistake: GraphMistake, one: _Judged) -> bool:
    return all(
        _is_right(got, mistake.value(one.graph, place, one.stale))
        for got, place in zip(one.came, one.places)
    )


def _unnamed(several: Sequence[_Judged], names: Sequence[str], what: str) -> Fault:
    for name, one in zip(names, several):
        fault = _too_few(one.came, len(one.places), f"in “{name}”")
        for place, got, want in zip(one.places, one.came, one.truth):
            if fault is not None:
                return fault
            words = f"in “{name}”, for {what} {place},"
            if _is_none(got) and not np.any(want):
                return Fault("unused-is-zero")
            fault = _shape_fault(words, got, want, one.graph.data[place])
            if fault is None and not _is_right(got, want):
                fault = _first_difference(words, got, want)
        if fault is not None:
            return fault
    raise AssertionError("a gradient is wrong, and all of its values are right")
