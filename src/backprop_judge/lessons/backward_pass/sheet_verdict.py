"""Find the mistakes in the sheet of `by_hand` in lesson 3.

Each cell is also compared with the value that follows from the student's numbers in the cells
before it. A mistake is therefore reported once, and not again in every cell after it.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from backprop.differentiate import derivative, gradient
from backprop.network import half_squared_error, layer, pre_activation, sigmoid

from ...exercise import Fault, Values
from .sheet import (
    BEFORE,
    DELTA_H,
    NET_H,
    OUT_H,
    PAPER,
    Cells,
    Paper,
    cells_after,
    column,
    error_below,
    right_cells,
    slopes_of_layer,
)

Named: TypeAlias = list[tuple[str, str, float]]  # code, detail and value of each mistake

NEAR = 0.003  # larger than errors from rounding to three decimals, smaller than any mistake
ROUGH = 0.012  # larger than errors from rounding to two decimals


def _mistakes(name: str, paper: Paper, cells: Cells, right: float) -> Named:
    """Return the possible mistakes in a cell, and the value that each of them gives."""
    kind, _, place = name.partition("[")
    entry = tuple(int(digit) for digit in place.rstrip("]").split(", ")) if place else ()
    return [*KINDS[kind](paper, cells, *entry), ("sign-flipped", "", -right)]


def _of_net(paper: Paper, W: np.ndarray, b: np.ndarray, inputs: np.ndarray, unit: int) -> Named:
    def net(W: np.ndarray, b: np.ndarray, inputs: np.ndarray) -> float:
        return float(layer(W, b, inputs)[unit, 0])

    return [
        ("missing-bias", "", net(W, 0 * b, inputs)),
        ("subtracted-bias", "", net(W, -b, inputs)),
        ("inputs-exchanged", "", net(W, b, inputs[::-1])),
        ("missing-input", "", net(W, b, np.ones_like(inputs))),
    ]


def _net_h(paper: Paper, cells: Cells, j: int) -> Named:
    W1, b1, _, _ = paper.parameters
    return [
        *_of_net(paper, W1, b1, paper.x, j),
        ("transposed", "", float(layer(W1.T, b1, paper.x)[j, 0])),
        ("other-value", NET_H[1 - j], float(layer(W1, b1, paper.x)[1 - j, 0])),
    ]


def _net_y(paper: Paper, cells: Cells, k: int) -> Named:
    _, _, W2, b2 = paper.parameters
    net_h = column(cells, NET_H)
    return [
        *_of_net(paper, W2, b2, column(cells, OUT_H), k),
        ("missing-sigmoid", "", float(layer(W2, b2, net_h)[k, 0])),
    ]


def _of_sigmoid(net: float) -> Named:
    return [
        ("missing-sigmoid", "", net),
        ("sign-of-exponent", "", float(sigmoid(-net))),
        ("tanh-activation", "", float(np.tanh(net))),
    ]


def _out_h(paper: Paper, cells: Cells, j: int) -> Named:
    return [*_of_sigmoid(cells[NET_H[j]]), ("other-value", OUT_H[1 - j], cells[OUT_H[1 - j]])]


def _out_y(paper: Paper, cells: Cells, k: int) -> Named:
    return _of_sigmoid(cells["net_y[0]"])


def _loss(paper: Paper, cells: Cells) -> Named:
    out_y = column(cells, ("out_y[0]",))
    loss, difference = float(half_squared_error(out_y, paper.y)), _difference(paper, cells)
    return [
        ("wrong-loss", "the square without the factor 1/2", 2 * loss),
        ("wrong-loss", "a quarter of the square", loss / 2),
        ("not-squared", "", difference),
        ("not-squared", "", abs(difference)),
        ("not-squared", "", difference / 2),
        ("not-squared", "", abs(difference) / 2),
    ]


def _difference(paper: Paper, cells: Cells) -> float:
    out_y = column(cells, ("out_y[0]",))
    (by_output,) = gradient(lambda out: half_squared_error(out, paper.y), out_y)
    return float(by_output[0, 0])


def _slope(out: float) -> float:
    """Return the slope of the sigmoid where its value is `out`."""
    return float(derivative(sigmoid, pre_activation(out)))


def _delta_y(paper: Paper, cells: Cells, k: int) -> Named:
    difference, slope = _difference(paper, cells), _slope(cells["out_y[0]"])
    error = cells_after(paper, cells)["delta_y[0]"]
    return [
        ("missing-output-slope", "", difference),
        ("missing-output-slope", "", -difference),
        ("missing-error", "", slope),
        ("slope-twice", "", error * slope),
        ("half-of-slope", "the activation", difference * cells["out_y[0]"]),
        ("half-of-slope", "one minus the activation", difference * (1 - cells["out_y[0]"])),
        ("square-for-difference", "", difference * difference * slope),
        ("loss-for-difference", "", difference * difference * slope / 2),
        ("output-for-difference", "", cells["out_y[0]"] * slope),
        ("slope-of-activation", "", difference * float(derivative(sigmoid, cells["out_y[0]"]))),
    ]


def _other_errors(paper: Paper, cells: Cells) -> list[tuple[str, np.ndarray]]:
    """Return wrong errors of the output unit, with the codes of the mistakes."""
    delta_y = column(cells, ("delta_y[0]",))
    return [
        ("missing-output-slope", np.array([[_difference(paper, cells)]])),
        ("sign-flipped", -delta_y),
    ]


def _dW2(paper: Paper, cells: Cells, k: int, j: int) -> Named:
    _, _, W2, b2 = paper.parameters
    out_h, delta_y = column(cells, OUT_H), column(cells, ("delta_y[0]",))

    def instead(inputs: np.ndarray, error: np.ndarray = delta_y) -> float:
        return float(slopes_of_layer(W2, b2, inputs, error).W[k, j])

    return [
        ("wrong-input", OUT_H[j], instead(out_h[::-1])),
        ("wrong-input", OUT_H[j], instead(column(cells, NET_H))),
        ("wrong-input", OUT_H[j], instead(paper.x)),
        ("wrong-input", OUT_H[j], instead(paper.x[::-1])),
        ("wrong-input", OUT_H[j], instead(W2.T)),
        ("missing-input", "", instead(np.ones_like(out_h))),
        ("missing-error", "", cells[OUT_H[j]]),
        *((code, "", instead(out_h, one)) for code, one in _other_errors(paper, cells)),
    ]


def _db2(paper: Paper, cells: Cells, k: int) -> Named:
    delta_y, b2 = cells["delta_y[0]"], float(paper.parameters.b2[0, 0])
    return [
        ("input-in-bias", "", delta_y * b2),
        *(("input-in-bias", "", delta_y * cells[out]) for out in OUT_H),
        ("input-in-bias", "", delta_y * sum(cells[out] for out in OUT_H)),
        *((code, "", float(one[0, 0])) for code, one in _other_errors(paper, cells)),
    ]


def _delta_h(paper: Paper, cells: Cells, j: int) -> Named:
    W2, delta_y = paper.parameters.W2, column(cells, ("delta_y[0]",))
    net_h = pre_activation(column(cells, OUT_H))
    moved = slopes_of_layer(W2, paper.parameters.b2, column(cells, OUT_H), delta_y).W

    def instead(W: np.ndarray = W2, error: np.ndarray = delta_y, at: np.ndarray = net_h) -> float:
        return float(error_below(W, error, at)[j, 0])

    out_y = column(cells, ("out_y[0]",))
    arriving = float(slopes_of_layer(W2, paper.parameters.b2, net_h, delta_y).inputs[j, 0])
    return [
        ("missing-hidden-slope", "", arriving),
        ("missing-W2", "", instead(np.ones_like(W2))),
        ("wrong-weight", f"W2[0, {j}]", instead(W2[:, ::-1])),
        ("gradient-for-W2", "", instead(moved)),
        ("missing-error", "", instead(error=np.ones_like(delta_y))),
        ("other-slope", f"out_h[{j}]", instead(at=net_h[::-1])),
        ("other-slope", f"out_h[{j}]", instead(at=np.repeat(pre_activation(out_y), 2, axis=0))),
        ("half-of-slope", "the activation", arriving * cells[OUT_H[j]]),
        ("half-of-slope", "one minus the activation", arriving * (1 - cells[OUT_H[j]])),
        *((code, "", instead(error=one)) for code, one in _other_errors(paper, cells)),
    ]


def _dW1(paper: Paper, cells: Cells, j: int, i: int) -> Named:
    W1, b1, _, _ = paper.parameters
    delta_h, x = column(cells, DELTA_H), f"x[{i}]"

    def instead(inputs: np.ndarray, error: np.ndarray = delta_h) -> float:
        return float(slopes_of_layer(W1, b1, inputs, error).W[j, i])

    without_slope = slopes_of_layer(
        paper.parameters.W2, paper.parameters.b2, paper.x, column(cells, ("delta_y[0]",))
    ).inputs
    swapped = [("transposed", "", float(slopes_of_layer(W1, b1, paper.x, delta_h).W[i, j]))]
    return [
        *(swapped if i != j else []),
        ("wrong-input", x, instead(paper.x[::-1])),
        ("wrong-input", x, instead(column(cells, OUT_H))),
        ("wrong-input", x, instead(column(cells, OUT_H)[::-1])),
        ("wrong-input", x, instead(column(cells, NET_H))),
        ("missing-input", "", instead(np.ones_like(paper.x))),
        ("other-error", DELTA_H[j], instead(paper.x, delta_h[::-1])),
        ("other-error", DELTA_H[j], instead(paper.x, 0 * delta_h + cells["delta_y[0]"])),
        ("missing-hidden-slope", "", instead(paper.x, without_slope)),
    ]


def _db1(paper: Paper, cells: Cells, j: int) -> Named:
    delta_h = cells[DELTA_H[j]]
    return [
        ("input-in-bias", "", delta_h * float(paper.parameters.b1[j, 0])),
        *(("input-in-bias", "", delta_h * float(value)) for value in paper.x[:, 0]),
        ("input-in-bias", "", delta_h * float(np.sum(paper.x))),
        ("other-error", DELTA_H[j], cells[DELTA_H[1 - j]]),
        ("other-error", DELTA_H[j], cells["delta_y[0]"]),
    ]


KINDS: Mapping[str, Callable[..., Named]] = {
    "net_h": _net_h, "out_h": _out_h, "net_y": _net_y, "out_y": _out_y, "C": _loss,
    "delta_y": _delta_y, "dW2": _dW2, "db2": _db2, "delta_h": _delta_h, "dW1": _dW1, "db1": _db1,
}  # fmt: skip


# --- the verdict --------------------------------------------------------------------------------


def judge_sheet(values: Values) -> dict[str, Fault]:
    """Return a fault for each cell of the sheet of `PAPER` that is wrong.

    Parameters
    ----------
    values
        The cells that are filled in, by name.
    """
    right = dict(right_cells(PAPER))
    cells = right | {name: float(value) for name, value in values.items()}
    with np.errstate(all="ignore"):
        after = cells_after(PAPER, cells)
        return {
            name: _fault(name, cells, after, right)
            for name in BEFORE
            if name in values and not abs(cells[name] - right[name]) <= NEAR
        }


def _fault(name: str, cells: Cells, after: Cells, right: Cells) -> Fault:
    """Return the fault of a wrong cell; it may be only a consequence of an earlier cell."""
    came = cells[name]
    wrong = [one for one in BEFORE[name] if abs(cells[one] - right[one]) > NEAR]
    if not np.isfinite(came):
        return Fault("not-finite", details={"bad": f"{came}"})
    if wrong and abs(came - after[name]) <= NEAR:
        return Fault("follows")
    if abs(came - right[name]) <= ROUGH and not _explained(name, right, came):
        return Fault("rounded", details={"rounding": "fewer than three decimals"})
    for start, target in ((cells, after), (right, right)):
        found = _explained(name, start, came, target[name])
        if found:
            return found
    return Fault("wrong-value", details={"said": "no common mistake gives this number"})


def _explained(name: str, cells: Cells, came: float, right: float | None = None) -> Fault | None:
    """Return the mistake whose value is closest to the number in the cell, if close enough."""
    target = cells[name] if right is None else right
    near = [
        (abs(came - value), code, detail)
        for code, detail, value in _mistakes(name, PAPER, cells, target)
        if abs(came - value) <= NEAR
    ]
    if not near:
        return None
    _, code, detail = min(near, key=lambda one: one[0])
    return Fault(code, details={"which": detail, "input": detail})
