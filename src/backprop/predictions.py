"""Compare the predictions that a reader writes down with the outcomes of the cells.

Predictions are never graded. No function here raises: every input is answered with a card.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from numbers import Real
from typing import Any

from .markup import LEFT, heads
from .notebook import show, variables

# The variable of the notebook that holds the ids of the predictions that were made.
PREDICTED = "_predicted_by_backprop"
LONGEST = 60  # characters of the reader's input that are shown


@dataclass(frozen=True)
class Comparison:
    """One value that the reader wrote down, and the outcome.

    Attributes
    ----------
    name
        The name of the row; "" for a prediction.
    yours
        The reader's value as displayed; "" if there is none.
    outcome
        The outcome as displayed.
    agrees
        Whether the two agree; None if there is no value or it cannot be compared.
    remark
        What to change if the value cannot be compared, or "".
    """

    name: str
    yours: str
    outcome: str
    agrees: bool | None
    remark: str = ""

    @property
    def verdict(self) -> str:
        """Whether the two agree, in words."""
        if self.agrees is None:
            return self.remark or "nothing to compare yet"
        return "they agree" if self.agrees else "they differ"


@dataclass(frozen=True)
class PredictionCard:
    """The card that is shown after a prediction."""

    comparison: Comparison

    def __str__(self) -> str:
        one = self.comparison
        if one.remark:
            return f"Your prediction: {one.yours}. {one.remark} Outcome: {one.outcome}."
        if one.agrees is None:
            return f"No prediction was made. Outcome: {one.outcome}."
        return f"Your prediction: {one.yours}. Outcome: {one.outcome}. {_sentence(one.verdict)}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return (
            '<p role="note" aria-label="Your prediction" style="border-left: 4px solid #7a7a9c; '
            f'padding: .25em .9em">{escape(str(self))}</p>'
        )


@dataclass(frozen=True)
class RowsCard:
    """The card that is shown after a table that the reader filled in."""

    rows: tuple[Comparison, ...]
    remarks: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """How many rows agree."""
        filled = sum(bool(row.yours) for row in self.rows)
        agree = sum(row.agrees is True for row in self.rows)
        if not filled:
            return "No row is filled in yet."
        return f"{agree} of {len(self.rows)} rows agree, {filled} are filled in."

    def __str__(self) -> str:
        lines = [self.headline]
        for row in self.rows:
            if row.yours:
                shown = f", outcome {row.outcome}" if row.agrees is not None else ""
                lines.append(f"  {row.name}: yours {row.yours}{shown}: {row.verdict}")
        return "\n".join([*lines, *(f"  {remark}" for remark in self.remarks)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = "".join(
            f'<tr><th scope="row" {LEFT}><code>{escape(row.name)}</code></th>'
            f"<td {LEFT}>{escape(row.yours) or 'not filled in'}</td>"
            f"<td {LEFT}>{escape(row.outcome) if row.agrees is not None else ''}</td>"
            f"<td {LEFT}>{escape(row.verdict)}</td></tr>"
            for row in self.rows
        )
        return (
            '<section aria-label="Your rows" style="border-left: 4px solid #7a7a9c; '
            f'padding: .25em .9em; margin: .4em 0"><p><strong>{escape(self.headline)}</strong></p>'
            f"<table><thead><tr>{heads('row', 'yours', 'outcome', 'verdict')}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
            + "".join(f"<p>{escape(remark)}</p>" for remark in self.remarks)
            + "</section>"
        )


def compare_prediction(
    id: str,
    prediction: object,
    outcome: object,
    *,
    among: Sequence[str] = (),
    within: float = 0.0,
) -> None:
    """Show a prediction beside the outcome, and whether they agree.

    Parameters
    ----------
    id
        The name of this prediction, unique in the lesson; `progress` counts predictions by id.
    prediction
        Your prediction, or None. Case and surrounding spaces do not matter.
    outcome
        The outcome: one of `among`, or a number.
    among
        The options to choose from; empty if the prediction is a number.
    within
        How far a predicted number may be from the outcome and still agree.
    """
    found = _compared("", prediction, outcome, among, within)
    if found.agrees is not None:
        variables().setdefault(PREDICTED, set()).add(id)
    show(PredictionCard(found))


def compare_rows(
    yours: Mapping[str, object], outcome: Mapping[str, float], *, within: float = 5e-3
) -> None:
    """Show your numbers beside the outcomes, row by row.

    Parameters
    ----------
    yours
        Your numbers by the name of the row; None for a row that is still empty.
    outcome
        The outcomes by the name of the row.
    within
        How far a number may be from the outcome and still agree.
    """
    given = yours if isinstance(yours, Mapping) else {}
    rows = tuple(
        _compared(name, given.get(name), value, (), within) for name, value in outcome.items()
    )
    remarks = [f'There is no row "{_shown(name)}".' for name in given if name not in outcome]
    if not isinstance(yours, Mapping):
        remarks = [f"The rows should be a dict of names and numbers, not {type(yours).__name__}."]
    show(RowsCard(rows, tuple(remarks)))


def _compared(
    name: str, yours: object, outcome: object, among: Sequence[str], within: float
) -> Comparison:
    came = f"{float(outcome):.4g}" if isinstance(outcome, Real) else str(outcome)
    if yours is None:
        return Comparison(name, "", came, None)
    if among:
        if not isinstance(yours, str) or _plain(yours) not in map(_plain, among):
            choices = " or ".join((", ".join(f'"{one}"' for one in among[:-1]), f'"{among[-1]}"'))
            return Comparison(name, _shown(yours), came, None, f"It should be {choices}.")
        return Comparison(name, yours.strip(), came, _plain(yours) == _plain(str(outcome)))
    number = _number(yours)
    if number is None or not isinstance(outcome, Real):
        return Comparison(name, _shown(yours), came, None, "It should be one number.")
    agrees = abs(number - float(outcome)) <= within * (1 + 1e-9)
    return Comparison(name, f"{number:.4g}", came, agrees)


def _number(value: object) -> float | None:
    """Return a finite number, or None if the value is not one."""
    try:
        if not isinstance(value, bool | str) and getattr(value, "size", 1) == 1:
            value = getattr(value, "item", lambda: value)()
        found = float(value) if isinstance(value, Real | str) else math.nan
    except Exception:  # the value can be of any class
        return None
    return found if math.isfinite(found) and not isinstance(value, bool) else None


def _plain(text: str) -> str:
    return text.strip().casefold()


def _shown(value: Any) -> str:
    """Return the reader's input as one short line."""
    try:
        text = " ".join((value if isinstance(value, str) else repr(value)).split())
    except Exception:  # the value can be of any class
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
