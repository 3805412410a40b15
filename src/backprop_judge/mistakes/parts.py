"""The parts of a mistake: its codes and details, and the values that it produces."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

MISSING = "missing-slope"  # replaced by the code for the layer of the unit


@dataclass(frozen=True)
class Part:
    """One step of the backward path, right or wrong.

    Attributes
    ----------
    codes
        The mistakes in this step; empty if it is right.
    details
        The values of the placeholders in their messages.
    """

    codes: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)


def codes_at(part: Part, missing: str) -> tuple[str, ...]:
    """Return the codes of a part, with `missing` as the code of a missing slope."""
    return tuple(missing if code == MISSING else code for code in part.codes)


def merged(parts: Iterable[Part], missing: str = "") -> Part:
    """Return the mistakes of several parts as one `Part`."""
    codes: tuple[str, ...] = ()
    details: dict[str, object] = {}
    for part in parts:
        codes += codes_at(part, missing)
        details |= part.details
    return Part(codes, details)


@dataclass(frozen=True)
class Candidate:
    """The values of an answer with certain mistakes.

    Attributes
    ----------
    codes
        The mistakes.
    value
        A function that takes the index of a case and returns the value.
    kind
        The layout of the value; see `forms.arrangements`.
    details
        The values of the placeholders in the messages of the mistakes.
    """

    codes: tuple[str, ...]
    value: Callable[[int], np.ndarray]
    kind: str = "plain"
    details: Mapping[str, object] = field(default_factory=dict)
