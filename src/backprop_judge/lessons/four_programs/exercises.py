"""Lesson 5: four published programs for the same network."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from backprop import programs
from backprop.differentiate import gradient
from backprop.network import Parameters, draw_parameters, forward, half_squared_error

from ...exercise import Values, exercise
from ...writing import in_short
from ..forward_pass.exercises import SIZES, XOR, draw_examples
from .slips import SLIPS, chapter_refused, seen_of_slip

LESSON = "05_four_programs"

# --- which_loss -----------------------------------------------------------------------------

NONE = "none"
CLAIMS = (*programs.LOSSES, NONE)
AGREES = 1e-6  # much larger than rounding errors, much smaller than any mistake


def _once(rng: np.random.Generator) -> Iterator[tuple]:
    yield ()


@lru_cache(maxsize=16)
def _distances(name: str) -> dict[str, float]:
    """Return the relative distance of a program's backward pass from the gradient of each loss.

    It is measured on a network whose sizes are all different.
    """
    program, rng = programs.PROGRAMS[name], np.random.default_rng(5)
    n_x, n_h, n_y, m = SIZES[0]
    X, Y = draw_examples(rng, n_x, n_y, m)
    parameters = draw_parameters(rng, n_x, n_h, n_y)
    followed = programs.flat(program, programs.backward(program, parameters, X, Y))

    def distance(loss: Callable[[np.ndarray, np.ndarray], Any]) -> float:
        slopes = gradient(lambda *moved: loss(forward(Parameters(*moved), X).out_y, Y), *parameters)
        wanted = programs.flat(program, Parameters(*slopes))
        return float(np.linalg.norm(followed - wanted) / np.linalg.norm(wanted))

    return {name: distance(loss) for name, loss in programs.LOSSES.items()}


def _judge_claims(claims: Values) -> dict[str, str]:
    """Return for each wrong claim a message with the result of the comparison."""
    messages = {}
    for name, claim in claims.items():
        if claim not in CLAIMS:
            wanted = ", ".join(f'"{one}"' for one in CLAIMS)
            messages[name] = (
                f"it must be one of these texts: {wanted}; you return {in_short(claim)}"
            )
            continue
        measured = _distances(name)
        if claim == NONE:
            if min(measured.values()) < AGREES:
                messages[name] = (
                    "you say none, but on a random network its backward pass agrees with the "
                    "gradient of one of the four losses, up to rounding errors"
                )
        elif measured[claim] > AGREES:
            messages[name] = (
                f"you say {claim}, but on a random network the distance of its backward pass from "
                f"that gradient is {measured[claim]:.0%}; it is 0 if they agree"
            )
    return messages


@exercise(
    LESSON,
    points=3,
    returns={name: 'a text, the name of a loss or "none"' for name in programs.PROGRAMS},
    form="dict",
    cases=_once,
    trial=_judge_claims,
    anything=True,
)
def which_loss() -> dict[str, str]:
    """Return for each program the loss whose gradient it computes, or "none"."""
    raise NotImplementedError("the claims are judged by a comparison with gradients")


# --- is_a_gradient ----------------------------------------------------------------------------


def _fields(rng: np.random.Generator) -> Iterator[tuple]:
    def draw(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape)

    # A field that is not a gradient; a gradient; an almost symmetric field; and a pure rotation.
    yield _turned(programs.Field(draw(4, 3), draw(3, 4), draw(3), draw(4, 4)), draw(4))
    B, D = draw(6, 5), draw(5, 5)
    yield programs.Field(B.T, B, draw(6), D + D.T), draw(5)
    yield programs.Field(B.T, B, draw(6), D + D.T + 0.05 * (D - D.T)), draw(5)
    B, D = 0 * draw(1, 3), draw(3, 3)
    yield programs.Field(B.T, B, draw(1), D - D.T), draw(3)


def _turned(field: programs.Field, point: np.ndarray) -> tuple[programs.Field, np.ndarray]:
    """Return the field or its negative, such that the entry largest in size is negative.

    An answer that divides by the largest entry with its sign is then wrong.
    """
    J = _jacobian(field, point)
    sign = 1.0 if -np.min(J) > np.max(J) else -1.0
    return replace(field, A=sign * field.A, D=sign * field.D), point


def _jacobian(field: Callable[[np.ndarray], np.ndarray], point: np.ndarray) -> np.ndarray:
    """Return the derivatives of each component (rows) of a field in each direction (columns)."""
    if hasattr(field, "complex_value"):
        moved = point + 1e-30j * np.eye(point.size)
        return np.imag(field.complex_value(moved)).T / 1e-30
    return programs._slopes_of(field, point)  # a function of real numbers only


@exercise(
    LESSON,
    points=2,
    returns={"asymmetry": "a number"},
    cases=_fields,
    # Large enough for differences with any sensible step, smaller than the smallest asymmetry.
    tolerance=1e-4,
    absolute=1e-4,
)
def is_a_gradient(field: programs.Field, point: np.ndarray) -> float:
    """Return how far the Jacobian of a field is from symmetric at a point.

    The result is the largest difference between an entry and its mirror image, relative to the
    largest entry; it is 0 for a gradient.
    """
    J = _jacobian(field, np.asarray(point, dtype=float))
    largest = np.max(np.abs(J))
    pairs = np.argwhere(np.tri(len(J), k=-1))
    apart = max((abs(J[i, j] - J[j, i]) for i, j in pairs), default=0.0)
    return float(apart / largest) if apart > 1e-12 * largest else 0.0


# --- convert ----------------------------------------------------------------------------------


def _row_weights(rng: np.random.Generator) -> Iterator[tuple]:
    for place, (n_x, n_h, n_y, _) in enumerate(SIZES):
        b1, b2 = (rng.standard_normal((1, n)) for n in (n_h, n_y))
        W1, W2 = rng.standard_normal((n_x, n_h)), rng.standard_normal((n_h, n_y))
        yield (W1, None, W2, None) if place in (1, XOR) else (W1, b1, W2, b2)


@exercise(
    LESSON,
    points=2,
    returns={"W1": "(n_h, n_x)", "b1": "(n_h, 1)", "W2": "(n_y, n_h)", "b2": "(n_y, 1)"},
    cases=_row_weights,
    xor=XOR,
)
def convert(
    W1: np.ndarray, b1: np.ndarray | None, W2: np.ndarray, b2: np.ndarray | None
) -> tuple[np.ndarray, ...]:
    """Convert the parameters of a network from examples in rows to examples in columns.

    Parameters
    ----------
    W1, b1, W2, b2
        Arrays of shapes (n_x, n_h), (1, n_h), (n_h, n_y) and (1, n_y); the biases may be None.
    """
    converted = []
    for W, b in ((W1, b1), (W2, b2)):
        # The output of the layer for zero input, and for each unit vector.
        nothing = np.zeros((1, len(W)))
        at_rest = (nothing @ W + (0 if b is None else b))[0]
        alone = [unit @ W for unit in np.eye(len(W))]
        converted += [np.column_stack(alone), np.column_stack([at_rest])]
    return tuple(converted)


# --- coincidence ------------------------------------------------------------------------------

MOST = 12  # the largest size
MOST_ONES = 2  # how many of the four sizes may be 1


def _judge_sizes(answers: Values) -> dict[str, str]:
    """Run each mistake on a network of the given sizes, and describe where it is visible."""
    messages = {}
    for name, answer in answers.items():
        fault = _fault_of_sizes(answer)
        if fault:
            messages[name] = fault
            continue
        n_x, n_h, n_y, m = map(int, answer)
        sizes = n_x, n_h, n_y, m
        on = f"with n_x = {n_x}, n_h = {n_h}, n_y = {n_y}, m = {m}"
        if name == "chapter":
            if not chapter_refused(sizes):
                messages[name] = (
                    f"numpy should refuse the line with your sizes; {on} it multiplies the shapes "
                    f"{(n_h, n_y)} and {(m, n_y)}, which numpy accepts"
                )
            continue
        seen = seen_of_slip(name, sizes)
        if seen:
            messages[name] = f"your sizes should hide the mistake; {on} it is visible: {seen}"
    return messages


def _fault_of_sizes(sizes: Any) -> str:
    if not isinstance(sizes, tuple) or len(sizes) != 4:
        return f"it must be four sizes, (n_x, n_h, n_y, m); you return {in_short(sizes)}"
    if not all(size == int(size) and 1 <= size <= MOST for size in sizes if np.isfinite(size)):
        return f"each size must be a whole number from 1 to {MOST}; you return {in_short(sizes)}"
    if not all(map(np.isfinite, sizes)):
        return f"each size must be a whole number from 1 to {MOST}; you return {in_short(sizes)}"
    if sum(size == 1 for size in sizes) > MOST_ONES:
        return (
            f"at most {MOST_ONES} of the four sizes may be 1, because more of them would hide "
            "nearly every mistake"
        )
    return ""


@exercise(
    LESSON,
    points=2,
    returns={name: "four sizes" for name in ("chapter", *SLIPS)},
    form="dict",
    cases=_once,
    trial=_judge_sizes,
    anything=True,
)
def coincidence() -> dict[str, tuple[int, int, int, int]]:
    """Return sizes that expose the chapter's line, and sizes that hide each of five mistakes."""
    raise NotImplementedError("many sizes are right; they are judged by running the mistakes")


# --- stuck_start ------------------------------------------------------------------------------

STUCK = programs.PROGRAMS["notebook 2"]
SOLVED = 0.05  # half squared error below which XOR is solved, as in the rest of the course

CHOICES = {
    "layout": '"rows" or "columns"',
    "biases": "True or False",
    "initialiser": '"normal" or "uniform"',
    "seed": "a whole number from 0 to 1,000,000",
    "rate": "a number above 0, and up to 100",
    "hidden": "a whole number from 1 to 16",
    "backward": "the name of the program whose backward pass is used",
}


def _changed(choice: str, value: Any) -> programs.Program | None:
    """Return notebook 2's program with one choice changed, or None if the value is invalid."""
    if choice in ("layout", "initialiser", "backward"):
        known = {"layout": programs.LAYOUTS, "initialiser": programs.INITIALISERS}
        if value not in known.get(choice, programs.PROGRAMS):
            return None
        if choice == "backward":
            value = programs.PROGRAMS[value].backward
    elif choice == "biases" and isinstance(value, bool):
        return replace(STUCK, biases=value)
    elif not isinstance(value, float) or not np.isfinite(value):
        return None
    elif choice == "rate":
        if not 0 < value <= 100:
            return None
    else:
        low, high = {"biases": (0, 1), "seed": (0, 1_000_000), "hidden": (1, 16)}[choice]
        if value != int(value) or not low <= value <= high:
            return None
        value = bool(value) if choice == "biases" else int(value)
    change: dict[str, Any] = {choice: value}
    return replace(STUCK, **change)


@lru_cache(maxsize=256)
def _ending(program: programs.Program) -> tuple[float, tuple[float, ...]]:
    """Return loss and outputs of a program when XOR is solved, or after its last step."""
    X, Y = programs.examples(program)
    parameters, some = programs.start(program), 500
    for _ in range(program.steps // some):
        parameters = programs.train(program, parameters, steps=some)
        out_y = forward(parameters, X).out_y
        loss = half_squared_error(out_y, Y)
        if loss < SOLVED:
            break
    return float(loss), tuple(out_y[0])


def _judge_changes(changes: Values) -> dict[str, str]:
    """Train with each change, and return a message for each that does not solve XOR."""
    messages = {}
    for choice, value in changes.items():
        program = _changed(choice, value)
        if program is None:
            messages[choice] = f"it must be {CHOICES[choice]}; you return {in_short(value)}"
        elif program == STUCK:
            messages[choice] = "notebook 2 already uses this value; choose another one"
        else:
            with np.errstate(all="ignore"):
                loss, outputs = _ending(program)
            if not loss < SOLVED:
                said = " ".join(f"{output:.2f}" for output in outputs)
                messages[choice] = (
                    f"with this change the outputs after {program.steps:,} steps are {said} and "
                    f"the half squared error is {loss:.3f}; solved means below {SOLVED:g}"
                )
    return messages


@exercise(
    LESSON,
    points=2,
    returns=CHOICES,
    form="dict",
    cases=_once,
    trial=_judge_changes,
    anything=True,
    picks=2,
)
def stuck_start() -> dict[str, object]:
    """Return two changes of notebook 2's program with which it solves XOR."""
    raise NotImplementedError("many changes are right; they are judged by training with them")
