"""Judge replies: compare plain data with the expected values and report the mistakes.

This module never calls an answer, so it can run in the judging process, which runs no student code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from backprop.calling import Crash, Oddity, Reply
from backprop.report import Finding, Report, Row
from backprop.second_look import Clues

from .comparing import (
    Comparison,
    all_right,
    fault_of,
    is_larger,
    lost_digits,
    shape_of,
    sizes_in_words,
    truth_of,
)
from .conduct import about_conduct, about_variables, share_of
from .exercise import Exercise, Fault, Truth, Values
from .form import about_the_form, by_name, with_cells_together
from .mistakes import entry_by_entry, order_of
from .naming import finding, findings_about_values, in_digits
from .worked import worked_example
from .writing import apart, in_short

# Findings about answers that vary between calls, for which one reply is not a useful example.
VARYING = {"keeps-state", "not-repeatable", "random"}

NOTHING = Oddity("None")
EMPTY_SHEET = "fill in the sheet: replace `None` with your numbers; run that cell, then this one"


def judge(
    exercise: Exercise,
    cases: Sequence[tuple],
    replies: Sequence[Reply],
    look_closer: Callable[[], Clues] = Clues,
) -> Report:
    """Return the `Report` on an answer.

    Parameters
    ----------
    exercise
        The exercise.
    cases
        The `Case` objects with which the answer was called. The last case has the sizes of the
        first one, but different numbers.
    replies
        The `Reply` for each case, and one more for a second call with the first case.
    look_closer
        A function that examines a wrong answer and returns `Clues`; it is called at most once, and
        only if the result can matter.
    """
    with np.errstate(all="ignore"):  # an answer may return very large numbers
        report = _judge(exercise, cases, replies, cache(look_closer))
        codes = {one.code for one in report.findings}
        if report.passed or report.to_do or codes & VARYING:
            return report
        return replace(report, example=worked_example(exercise, cases, replies))


def _judge(
    exercise: Exercise,
    cases: Sequence[tuple],
    all_replies: Sequence[Reply],
    clues: Callable[[], Clues],
) -> Report:
    *replies, again = all_replies
    findings = _about_the_calls(exercise, cases, replies, clues)
    if findings:
        return _report(exercise, 0.0, findings)
    received = [by_name(exercise, reply) for reply in replies]
    empty = _empty_cells(exercise, replies[0])
    received = [{name: one[name] for name in one if name not in empty} for one in received]
    odd: dict[str, Finding] = {}
    for reply, values in zip(replies, received):
        findings = about_the_form(exercise, reply, values)
        if any(one.where not in exercise.returns for one in findings):
            return _report(exercise, 0.0, findings)
        odd = {one.where: one for one in findings} | odd
    odd = {name: odd[name] for name in exercise.returns if name in odd}
    if odd and (len(odd) == len(received[0]) or not _earns_by_value(exercise)):
        return _report(exercise, 0.0, with_cells_together(exercise, list(odd.values())))
    received = [{name: one[name] for name in one if name not in odd} for one in received]
    conduct = about_conduct(exercise, cases, replies, again, clues)
    if any(one.code in VARYING for one in conduct):
        return _report(exercise, 0.0, conduct)
    if exercise.trial:
        tried = {name: _to_be_tried(value) for name, value in received[0].items()}
        findings, rows = _about_the_trial(exercise, tried, exercise.trial(tried))
    elif exercise.properties:
        faults, rows = exercise.properties(cases, received)
        findings = _about_faults(exercise, cases, faults, clues)
        right = sum(row.right for row in rows) if exercise.shared else not findings
        score = share_of(conduct, right, len(rows) if exercise.shared and rows else 1)
        return _report(exercise, score, conduct + findings, rows)
    else:
        findings, rows = _about_the_values(exercise, cases, received, clues)
    if empty:
        findings.append(finding("cells-empty", count=len(empty), wanted=len(exercise.returns)))
        rows += [Row(name, False, exercise.returns[name], "still empty") for name in empty]
    findings = with_cells_together(exercise, list(odd.values())) + findings
    rows += [_row_of_odd(exercise, name, odd[name]) for name in odd]
    rows.sort(key=lambda row: list(exercise.returns).index(row.name))
    score = share_of(conduct, sum(row.right for row in rows), len(rows))
    # A warning of numpy is usually caused by another mistake, which is therefore listed first.
    findings = sorted(conduct + findings, key=lambda one: one.code == "warned")
    return _report(exercise, score, findings, rows)


def _earns_by_value(exercise: Exercise) -> bool:
    """Return whether each right value earns its part of the points independently."""
    if exercise.properties:
        return False
    return not exercise.trial or exercise.anything or exercise.sheet


def _empty_cells(exercise: Exercise, reply: Reply) -> list[str]:
    """Return the names of the cells of an answer sheet that are None."""
    if not exercise.sheet:
        return []
    return [
        name
        for name, value in by_name(exercise, reply).items()
        if isinstance(value, Oddity) and value == NOTHING
    ]


def _row_of_odd(exercise: Exercise, name: str, odd: Finding) -> Row:
    came = odd.message.partition("; you return ")[2]
    return Row(name, False, exercise.returns[name], came)


def _report(
    exercise: Exercise, score: float, findings: Sequence[Finding], rows: Sequence[Row] = ()
) -> Report:
    return Report(exercise.id, exercise.points, score, tuple(findings), tuple(rows))


# --- the call -------------------------------------------------------------------------------


def _about_the_calls(
    exercise: Exercise,
    cases: Sequence[tuple],
    replies: Sequence[Reply],
    clues: Callable[[], Clues],
) -> list[Finding]:
    """Find out why an answer returned nothing that can be compared."""
    for reply in replies:
        if reply.stub:
            return [finding("not-implemented", said=reply.stub)]
        if reply.mismatch:
            return [
                finding(
                    "wrong-signature",
                    wanted=f"{exercise.id}({', '.join(exercise.parameters)})",
                    count=len(exercise.parameters),
                    said=reply.mismatch,
                )
            ]
    if len(_empty_cells(exercise, replies[0])) == len(exercise.returns):
        return [finding("not-implemented", said=EMPTY_SHEET)]
    crashed = next((reply.crash for reply in replies if reply.crash), None)
    if crashed is None:
        return []
    if crashed.endless or crashed.type == "DidNotRun":
        return [_about_crash(crashed)]
    return (
        about_variables(exercise, cases, clues())
        or _about_sizes(exercise, cases, replies, crashed)
        or [_about_crash(crashed, _elsewhere(cases, replies))]
    )


def _about_crash(crash: Crash, elsewhere: str = "") -> Finding:
    detail = f"; {crash.detail}" if crash.detail else ""
    if crash.type == "TookTooLong":
        line = f"; it was in {crash.line}" if crash.line else ""
        return finding("no-end", said=crash.message, line=line + detail)
    if crash.type == "ProcessEnded":
        return finding("ended-process", said=crash.message)
    if crash.type == "DidNotRun":
        return finding("did-not-run", said=crash.message)
    line = f" in {crash.line}" if crash.line else ""
    said = f": {crash.message}" if crash.message else ""
    return finding("crashed", type=crash.type, line=line + detail, said=said + elsewhere)


def _elsewhere(cases: Sequence[tuple], replies: Sequence[Reply]) -> str:
    """Return with which other sizes or kinds of arguments an answer runs, or ""."""
    lacking = [any(argument is None for argument in case) for case in cases]
    if any(lacking):
        whole, partly = (
            {bool(reply.crash) for reply, lacks in zip(replies, lacking) if lacks == one}
            for one in (False, True)
        )
        if whole == {False} and partly == {True}:
            return " (where no argument is None it runs)"
        return " (where arguments are None it runs)" if (whole, partly) == ({True}, {False}) else ""
    crashed, ran = (
        {
            tuple(map(shape_of, case))
            for case, reply in zip(cases, replies)
            if bool(reply.crash) == one
        }
        for one in (True, False)
    )
    return " (with arguments of other sizes it runs)" if ran - crashed and not ran & crashed else ""


def _about_sizes(
    exercise: Exercise, cases: Sequence[tuple], replies: Sequence[Reply], crashed: Crash
) -> list[Finding]:
    """Find out why an answer runs with some sizes of the network and crashes with others."""
    if exercise.equal_sizes is not None and not replies[exercise.equal_sizes].crash:
        case, reply = cases[exercise.equal_sizes], replies[exercise.equal_sizes]
        received = by_name(exercise, reply)
        if set(received) == set(exercise.returns) and not _has_oddity(received):
            names = [name for name in exercise.order if name in entry_by_entry(case, received)]
            if names:
                return [finding("elementwise-product", where=", ".join(names))]
    if exercise.where_it_runs is not None:
        ran = [place for place, reply in enumerate(replies) if not reply.crash]
        received = [by_name(exercise, replies[place]) for place in ran]
        if ran and not any(about_the_form(exercise, replies[one], {}) for one in ran):
            fault = exercise.where_it_runs([cases[place] for place in ran], received)
            if fault:
                return [finding(fault.code, fault.where, exercise, **fault.details)]
    if exercise.xor is not None:
        right = [
            not reply.crash
            and all_right(exercise, by_name(exercise, reply), truth_of(exercise, case))
            for case, reply in zip(cases, replies)
        ]
        others = [
            one
            for number, (one, case) in enumerate(zip(right, cases))
            if number != exercise.xor
            and (is_larger(case, cases[exercise.xor]) or any(argument is None for argument in case))
        ]
        if right[exercise.xor] and not any(others):
            return [finding("hard-coded-size", seen=f"it raises {crashed.type}")]
    return []


def _has_oddity(received: Values) -> bool:
    return any(isinstance(value, Oddity) for value in received.values())


# --- the values -----------------------------------------------------------------------------


def _about_the_trial(
    exercise: Exercise, values: Values, messages: Mapping[str, str | Fault]
) -> tuple[list[Finding], list[Row]]:
    """Return the findings and rows for the messages of a trial."""
    told = [
        _as_finding(exercise, name, messages[name]) for name in exercise.order if name in messages
    ]
    alike: dict[Finding, list[str]] = {}  # the values of each message, to show it only once
    for one in told:
        alike.setdefault(replace(one, where=""), []).append(one.where)
    findings = [replace(one, where=", ".join(names)) for one, names in alike.items()]
    rows = [
        Row(name, name not in messages, exercise.returns[name], in_short(value))
        for name, value in values.items()
    ]
    return findings, rows


def _as_finding(exercise: Exercise, name: str, said: str | Fault) -> Finding:
    if isinstance(said, Fault):
        return finding(said.code, name, exercise, **said.details)
    # Without hints, because the message describes what training with the value did.
    return Finding("wrong-value", name, said)


def _to_be_tried(value: Any) -> Any:
    if isinstance(value, Oddity):
        return value.text
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    return tuple(map(float, np.ravel(value))) if np.ndim(value) else float(value)


def _about_faults(
    exercise: Exercise,
    cases: Sequence[tuple],
    faults: Sequence[Fault],
    clues: Callable[[], Clues],
) -> list[Finding]:
    """Return the findings about faulty properties."""
    if not faults:
        return []
    return about_variables(exercise, cases, clues()) or [
        finding(fault.code, fault.where, exercise, **fault.details) for fault in faults
    ]


def _about_the_values(
    exercise: Exercise,
    cases: Sequence[tuple],
    shown: Sequence[Values],
    clues: Callable[[], Clues],
) -> tuple[list[Finding], list[Row]]:
    """Compare every returned value with the expected one; return findings and rows."""
    received = [_numbers(one) for one in shown]
    truths = [truth_of(exercise, case) for case in cases]
    order = [name for name in exercise.order if name in received[0]]
    compared = [_compare(exercise, name, truths, received) for name in order]
    rows = [
        Row(
            one.name,
            not one.fault,
            *_in_words(exercise, one.name, truths[one.case][one.name], shown[one.case][one.name]),
            _errors(one, truths, received),
        )
        for one in sorted(compared, key=lambda one: list(exercise.returns).index(one.name))
    ]
    wrong = [one for one in compared if one.fault]
    if not wrong:
        return [], rows
    findings = about_variables(exercise, cases, clues())
    if findings:
        return findings, rows
    if exercise.form == "values":
        order = order_of(exercise, cases, truths, received)
        if order:
            wanted = ", ".join(exercise.returns)
            findings = [finding("wrong-order", order=", ".join(order), wanted=wanted)]
            sorted_out = [dict(zip(order, got.values())) for got in received]
            compared = [_compare(exercise, name, truths, sorted_out) for name in order]
            if any(one.fault for one in compared):
                findings += findings_about_values(
                    exercise, cases, truths, sorted_out, compared, clues
                )
            return findings, rows
    return findings_about_values(exercise, cases, truths, received, compared, clues), rows


def _numbers(values: Values) -> dict[str, Any]:
    """Convert True and False to 1 and 0."""
    return {
        name: np.float64(value) if isinstance(value, np.bool_) else value
        for name, value in values.items()
    }


def _compare(
    exercise: Exercise, name: str, truths: Sequence[Truth], received: Sequence[Values]
) -> Comparison:
    pairs = [(got[name], truth[name]) for truth, got in zip(truths, received)]
    for place, (got, want) in enumerate(pairs):
        fault = fault_of(exercise, got, want)
        if fault:
            return Comparison(name, fault, place)
    place = lost_digits(exercise, pairs)
    return Comparison(name, "", 0) if place is None else Comparison(name, "value", place)


def _in_words(exercise: Exercise, name: str, want: np.ndarray, got: Any) -> tuple[str, str]:
    """Return descriptions of the expected and of the received value or shape."""
    if exercise.form == "dict":
        came = sizes_in_words(got) if np.ndim(got) == 1 else _seen(got)
        return sizes_in_words(want), came
    if want.shape:
        return f"{exercise.returns[name]} = {want.shape}", _seen(got)
    if np.ndim(got):
        return f"{want:.4g}", _seen(got)
    if isinstance(got, (bool, np.bool_)):
        return f"{want:.4g}", in_digits(got, ".4g")
    return apart(float(want), float(got))


def _errors(
    one: Comparison, truths: Sequence[Truth], received: Sequence[Values]
) -> tuple[tuple[float, ...], ...]:
    """Return the absolute errors of a wrong matrix, row by row, for the picture."""
    want, got = truths[one.case][one.name], np.asarray(received[one.case][one.name])
    if one.fault != "value" or want.ndim != 2 or want.size == 1 or not np.all(np.isfinite(got)):
        return ()
    return tuple(tuple(float(error) for error in line) for line in np.abs(got - want))


def _seen(got: Any) -> str:
    return str(np.shape(got)) if np.ndim(got) else in_digits(got, ".4g")
