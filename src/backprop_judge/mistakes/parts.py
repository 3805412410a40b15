"""What a mistake consists of: a replaced part with its codes, a candidate with its values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

MISSING = "missing-slope"  # of which layer depends on where the unit stands


@dataclass(frozen=True)
class Part:
    """What stands at one place of the backward path.

    Attributes
    ----------
    codes
        The mistakes that put it there; none for what belongs there.
    details
        What fills the places in their messages.
    """

    codes: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)


def codes_at(part: Part, missing: str) -> tuple[str, ...]:
    """Return the codes of a part; `missing` is the code of a slope that is left out there."""
    return tuple(missing if code == MISSING else code for code in part.codes)


def merged(parts: Iterable[Part], missing: str = "") -> Part:
    """Return the mistakes of several places as one `Part`."""
    codes: tuple[str, ...] = ()
    details: dict[str, object] = {}
    for part in parts:
        codes += codes_at(part, missing)
        details |= part.details
    return Part(codes, details)


@dataclass(frozen=True)
class Candidate:
    """Values that an answer would have if it made certain mistakes.

    Attributes
    ----------
    codes
        The mistakes.
    value
        Gives the value for one case, from the place of that case.
    kind
        How the value is laid out, see `forms.arrangements`.
    details
        What fills the places in the messages of the mistakes.
    """

    codes: tuple[str, ...]
    value: Callable[[int], np.ndarray]
    kind: str = "plain"
    details: Mapping[str, object] = field(default_factory=dict)
