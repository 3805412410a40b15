"""Lesson 5: four published programs for the same network, taken apart."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from backprop import programs
from backprop.differentiate import gradient
from backprop.network import Parameters, draw_parameters, forward, half_squared_error

from ...exercise import exercise
from ...writing import in_short
from ..backward_pass.exercises import backward_propagation, hidden_error, output_error
from ..forward_pass.exercises import SIZES, XOR, draw_examples

LESSON = "05_four_programs"

# --- which_loss -----------------------------------------------------------------------------

NONE = "none"
CLAIMS = (*programs.LOSSES, NONE)
AGREES = 1e-6  # what rounding leaves is far less, and what a slip makes far more


def _once(rng):
    yield ()


@lru_cache(maxsize=16)
def _distances(name):
    """How far one program's backward pass is from the gradient of each loss, by its name.

    Measured on a network whose sizes are all different, relative to the gradient.
    """
    program, rng = programs.PROGRAMS[name], np.random.default_rng(5)
    n_x, n_h, n_y, m = SIZES[0]
    X, Y = draw_examples(rng, n_x, n_y, m)
    parameters = draw_parameters(rng, n_x, n_h, n_y)
    followed = programs.flat(program, programs.backward(program, parameters, X, Y))
    found = {}
    for loss, value in programs.LOSSES.items():
        slopes = gradient(lambda *moved: value(forward(moved, X).out_y, Y), *parameters)
        slopes = programs.flat(program, Parameters(*slopes))
        found[loss] = float(np.linalg.norm(followed - slopes) / np.linalg.norm(slopes))
    return found


def _judge_claims(claims):
    """Say of each wrong claim what a comparison with a numerical gradient gives."""
    messages = {}
    for name, claim in claims.items():
        if claim not in CLAIMS:
            wanted = ", ".join(f'"{one}"' for one in CLAIMS)
            messages[name] = f"it must be one of these texts: {wanted}; you return {in_short(claim)}"
            continue
        measured = _distances(name)
        if claim == NONE:
            if min(measured.values()) < AGREES:
                messages[name] = (
                    "you say that it is the gradient of none of them; on a random network it "
                    "agrees, up to rounding, with the gradient of one of the four"
                )
        elif measured[claim] > AGREES:
            messages[name] = (
                f"you say {claim}; on a random network the distance of its backward pass from that "
                f"gradient is {measured[claim]:.0%}, and for a right claim it is 0"
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
    """For each program the loss of which its backward pass is the gradient, or "none"."""
    raise NotImplementedError("comparing with numerical gradients shows it")


# --- is_a_gradient ----------------------------------------------------------------------------


def _fields(rng):
    def draw(*shape):
        return rng.standard_normal(shape)

    # Two that are no gradients, one by little; a gradient; and nothing but a rotation.
    yield _turned(programs.Field(draw(4, 3), draw(3, 4), draw(3), draw(4, 4)), draw(4))
    B, D = draw(6, 5), draw(5, 5)
    yield programs.Field(B.T, B, draw(6), D + D.T), draw(5)
    yield programs.Field(B.T, B, draw(6), D + D.T + 0.05 * (D - D.T)), draw(5)
    B, D = 0 * draw(1, 3), draw(3, 3)
    yield programs.Field(B.T, B, draw(1), D - D.T), draw(3)


def _turned(field, point):
    """Return a field, or its opposite, and the point: the largest slope there is negative.

    Whoever divides by the largest slope with its sign is then not right by luck.
    """
    J = _jacobian(field, point)
    sign = 1.0 if -np.min(J) > np.max(J) else -1.0
    return replace(field, A=sign * field.A, D=sign * field.D), point


def _jacobian(field, point):
    """The derivatives of each component (rows) of a field in each direction (columns)."""
    if hasattr(field, "complex_value"):
        moved = point + 1e-30j * np.eye(point.size)
        return np.imag(field.complex_value(moved)).T / 1e-30
    return programs._slopes_of(field, point)  # a function of real numbers only


@exercise(
    LESSON,
    points=2,
    returns={"asymmetry": "a number"},
    cases=_fields,
    # Wide enough for differences with any sensible step; the smallest asymmetry is larger.
    tolerance=1e-4,
    absolute=1e-4,
)
def is_a_gradient(field: programs.Field, point: np.ndarray) -> float:
    """How far the Jacobian of a field is from symmetric at a point.

    The largest difference between two entries that mirror each other, relative to the
    largest entry: 0 for a gradient.
    """
    J = _jacobian(field, np.asarray(point, dtype=float))
    largest = np.max(np.abs(J))
    pairs = np.argwhere(np.tri(len(J), k=-1))
    apart = max((abs(J[i, j] - J[j, i]) for i, j in pairs), default=0.0)
    return float(apart / largest) if apart > 1e-12 * largest else 0.0


# --- convert ----------------------------------------------------------------------------------


def _row_weights(rng):
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
    """Weights W1 (n_x, n_h), b1 (1, n_h) or None, W2 (n_h, n_y), b2 (1, n_y) or None of a network
    with examples in rows, for the same network with examples in columns."""
    converted = []
    for W, b in ((W1, b1), (W2, b2)):
        # What the layer does with no input, and with each input alone.
        nothing = np.zeros((1, len(W)))
        at_rest = (nothing @ W + (0 if b is None else b))[0]
        alone = [unit @ W for unit in np.eye(len(W))]
        converted += [np.column_stack(alone), np.column_stack([at_rest])]
    return tuple(converted)


# --- coincidence ------------------------------------------------------------------------------

MOST = 12  # the largest size
MOST_ONES = 2  # how many of the four sizes may be 1

SLIPS = {
    "bias-not-summed": "db1 and db2 are not summed over the examples",
    "bias-wrong-axis": "db2 is summed over the units, not over the examples",
    "transposed": "dW1 stands transposed",
    "reshaped": "the error goes back through W2 reshaped, not transposed",
    "elementwise-product": "the error goes back through W2 entry by entry",
}


def _network(sizes):
    n_x, n_h, n_y, m = sizes
    rng = np.random.default_rng(17)
    X, Y = draw_examples(rng, n_x, n_y, m)
    parameters = draw_parameters(rng, n_x, n_h, n_y)
    return X, Y, parameters, forward(parameters, X)


def _right(sizes):
    """The four gradients of a random network of these sizes, by name."""
    X, Y, parameters, values = _network(sizes)
    right = backward_propagation.specification(X, Y, values.out_h, values.out_y, parameters.W2)
    return dict(zip(backward_propagation.returns, right))


def _with_slip(slip, sizes):
    """The gradients of the same network with one slip; raises ValueError if shapes do not fit."""
    X, Y, parameters, values = _network(sizes)
    found, W2 = _right(sizes), parameters.W2
    delta_y = output_error.specification(values.out_y, Y)
    delta_h = hidden_error.specification(delta_y, values.out_h, W2)
    if slip == "bias-not-summed":
        return found | {"db1": delta_h, "db2": delta_y}
    if slip == "bias-wrong-axis":
        return found | {"db2": np.sum(delta_y, axis=0, keepdims=True)}
    if slip == "transposed":
        return found | {"dW1": np.transpose(found["dW1"])}
    slope = hidden_error.specification(
        np.ones((1, X.shape[1])), values.out_h, np.ones((1, len(values.out_h)))
    )
    back = W2.T * delta_y if slip == "elementwise-product" else _through_reshaped(W2, delta_y)
    wrong_h = slope * back
    dW1 = np.sum(wrong_h[:, None, :] * X[None], axis=-1)
    return found | {"dW1": dW1, "db1": np.sum(wrong_h, axis=1, keepdims=True)}


def _through_reshaped(W2, delta_y):
    return np.sum(W2.reshape(-1, len(W2))[:, :, None] * delta_y[None], axis=1)


def _seen_of_slip(slip, sizes):
    """Say what shows a slip on a network of these sizes, or "" if nothing does."""
    try:
        found, right = _with_slip(slip, sizes), _right(sizes)
    except ValueError:
        return "the shapes do not fit, so numpy refuses it"
    for name, value in right.items():
        if found[name].shape != value.shape:
            return f"{name} has the shape {found[name].shape} in place of {value.shape}"
    for name, value in right.items():
        error = np.max(np.abs(found[name] - value)) / np.max(np.abs(value))
        if error > 1e-9:
            return f"{name} has the right shape, but is off by {error:.0%} of its largest entry"
    return ""


def _chapter_refused(sizes):
    """Whether numpy refuses to multiply the two factors of the chapter's commented-out line."""
    _, n_h, n_y, m = sizes
    try:
        np.broadcast_shapes((n_h, n_y), (m, n_y))
    except ValueError:
        return True
    return False


def _judge_sizes(answers):
    """Run each slip on a network of the given sizes, and say what it does not do as it should."""
    messages = {}
    for name, sizes in answers.items():
        fault = _fault_of_sizes(sizes)
        if fault:
            messages[name] = fault
            continue
        sizes = tuple(int(size) for size in sizes)
        n_x, n_h, n_y, m = sizes
        on = f"with n_x = {n_x}, n_h = {n_h}, n_y = {n_y}, m = {m}"
        if name == "chapter":
            if not _chapter_refused(sizes):
                messages[name] = (
                    f"wanted are sizes for which the line cannot run; {on} it multiplies shapes "
                    f"{(n_h, n_y)} and {(m, n_y)}, which numpy accepts, and then goes on"
                )
            continue
        seen = _seen_of_slip(name, sizes)
        if seen:
            messages[name] = f"wanted are sizes that hide this slip; {on} it shows: {seen}"
    return messages


def _fault_of_sizes(sizes):
    if not isinstance(sizes, tuple) or len(sizes) != 4:
        return f"it must be four sizes, (n_x, n_h, n_y, m); you return {in_short(sizes)}"
    if not all(size == int(size) and 1 <= size <= MOST for size in sizes if np.isfinite(size)):
        return f"each size must be a whole number from 1 to {MOST}; you return {in_short(sizes)}"
    if not all(map(np.isfinite, sizes)):
        return f"each size must be a whole number from 1 to {MOST}; you return {in_short(sizes)}"
    if sum(size == 1 for size in sizes) > MOST_ONES:
        return (
            f"no more than {MOST_ONES} of the four sizes may be 1; with more of them nearly "
            "everything hides"
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
    """Sizes that expose the chapter's line, and sizes that hide each of five slips."""
    raise NotImplementedError("many sizes do; running the slips shows which")


# --- stuck_start ------------------------------------------------------------------------------

STUCK = programs.PROGRAMS["notebook 2"]
SOLVED = 0.05  # of the half squared error, as everywhere in the course

CHOICES = {
    "layout": '"rows" or "columns"',
    "biases": "True or False",
    "initialiser": '"normal" or "uniform"',
    "seed": "a whole number from 0 to 1,000,000",
    "rate": "a number above 0, and up to 100",
    "hidden": "a whole number from 1 to 16",
    "backward": "the name of the program whose backward pass is taken",
}


def _changed(choice, value):
    """Return the second notebook's program with another choice, or None if there is no such one."""
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
    return replace(STUCK, **{choice: value})


@lru_cache(maxsize=256)
def _ending(program):
    """Return the loss and the outputs of a program where it first is solved, or at its end."""
    X, Y = programs.examples(program)
    parameters, some = programs.start(program), 500
    for _ in range(program.steps // some):
        parameters = programs.train(program, parameters, steps=some)
        out_y = forward(parameters, X).out_y
        loss = half_squared_error(out_y, Y)
        if loss < SOLVED:
            break
    return float(loss), tuple(out_y[0])


def _judge_changes(changes):
    """Train with each change, and say which do not lead to a solution."""
    messages = {}
    for choice, value in changes.items():
        program = _changed(choice, value)
        if program is None:
            messages[choice] = f"it must be {CHOICES[choice]}; you return {in_short(value)}"
        elif program == STUCK:
            messages[choice] = "that is what the second notebook does already"
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
    """Two changes of the second notebook's program with which it solves XOR."""
    raise NotImplementedError("many changes do; training with them shows which")
