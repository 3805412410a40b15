"""Mistakes of lesson 4 that are visible in the losses of a training."""

from collections.abc import Sequence

import numpy as np

from backprop.network import Parameters, forward

from ...mistakes import Part, error_pattern, mistake
from ...mistakes.forms import meaning_of_factors
from ..forward_pass.loss_mistakes import other_losses
from . import exercises

mistake(
    "fixed-steps",
    "The given number of steps is not used.",
    "{which} in each call, whatever `steps` is",
    "How often does your loop run, and what decides it?",
)


@error_pattern(exercises.train, any_shape=True)
def find_fewer_losses(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find losses that are missing at the end, or whose number is the same in each call."""
    if name != "losses" or any(np.ndim(came) != 1 for came in values):
        return None
    if len(set(map(len, values))) == 1 < len(values[0]) and all(
        np.allclose(one, two, rtol=1e-9)
        for came, wanted in zip(values, right)
        for one, two in zip(came, wanted)
    ):
        return Part(("fixed-steps",), {"which": f"there are {len(values[0])} losses"})
    if not all(
        len(came) <= len(wanted) and np.allclose(came, wanted[: len(came)], rtol=1e-9)
        for came, wanted in zip(values, right)
    ):
        return None
    few = [(len(came), len(wanted)) for came, wanted in zip(values, right)]
    taken, asked = next(pair for pair in few if pair[0] < pair[1])
    return Part(("fewer-losses",), {"taken": taken, "asked": asked})


@error_pattern(exercises.train)
def find_other_first_losses(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find losses that are right only at first, or that start with another loss function."""
    if name != "losses":
        return None
    if all(np.isclose(came[0], wanted[0], rtol=1e-9) for came, wanted in zip(values, right)):
        return Part(("first-loss-right",))
    tables = [
        other_losses(forward(Parameters(*case[2:6]), case[0]).out_y, case[1]) for case in cases
    ]
    sizes = [{"m": case[1].shape[1], "n_y": len(case[1])} for case in cases]
    for column in zip(*tables):
        part = column[0][0]
        factors = np.array([came[0] / value for came, (_, value) in zip(values, column)])
        meaning = meaning_of_factors(factors, sizes) if np.all(np.isfinite(factors)) else None
        if (
            isinstance(part, Part)
            and meaning
            and "scaled" not in meaning[0]
            and "which" in part.details
        ):
            codes, details = meaning
            which = f"{part.details['which']}, at least in the first step"
            return Part((*part.codes, *codes), {**details, "which": which})
    return None
