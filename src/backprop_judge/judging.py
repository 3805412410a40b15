"""Judges replies: compares plain data with the truth and says what is wrong.

Nothing here calls an answer, so it can run where the truth is known and student
code is not.
"""

from functools import cache, lru_cache, partial

import numpy as np

from backprop.calling import Clues, Oddity
from backprop.report import Finding, Report, Row

from .comparing import Comparison, fault_of, lost_digits, sizes_in_words
from .mistakes import entry_by_entry, order_of
from .naming import finding, findings_about_values


def judge(exercise, cases, replies, look_closer=Clues):
    """Return the `Report` on an answer.

    cases -- the `Case`s that the answer was called with.
        The last case has the sizes of the first, and other numbers.
    replies -- for each case the `Reply`, then one more for the first case called again.
    look_closer -- takes a second look at a wrong answer and returns `Clues`; called only
        where they can make a difference, and at most once.
    """
    with np.errstate(all="ignore"):  # an answer may return numbers near the end of the range
        return _judge(exercise, cases, replies, cache(look_closer))


def _judge(exercise, cases, replies, clues):
    *replies, again = replies
    findings = _about_the_calls(exercise, cases, replies, clues)
    if findings:
        return _report(exercise, 0.0, findings)
    received = [_by_name(exercise, reply) for reply in replies]
    for reply, values in zip(replies, received):
        findings = _about_the_form(exercise, reply, values)
        if findings:
            return _report(exercise, 0.0, findings)
    conduct = _about_conduct(exercise, cases, replies, again, clues)
    if any(one.code in ("keeps-state", "not-repeatable") for one in conduct):
        return _report(exercise, 0.0, conduct)
    if exercise.trial:
        findings, rows = _about_the_trial(exercise, received[0])
    elif exercise.properties:
        return _about_the_properties(exercise, cases, received, conduct, clues)
    else:
        findings, rows = _about_the_values(exercise, cases, received, clues)
    score = 0.0 if conduct else sum(row.right for row in rows) / len(rows)
    # Numpy mostly warns because of a mistake, so what that is called comes first.
    findings = sorted(conduct + findings, key=lambda one: one.code == "warned")
    return _report(exercise, score, findings, rows)


def _report(exercise, score, findings, rows=()):
    return Report(exercise.id, exercise.points, score, tuple(findings), tuple(rows))


# --- the call -------------------------------------------------------------------------------


def _about_the_calls(exercise, cases, replies, clues):
    """Find what keeps an answer from being compared at all."""
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
    crashed = next((reply.crash for reply in replies if reply.crash), None)
    if crashed is None:
        return []
    if crashed.endless:
        return [_about_crash(exercise, crashed)]
    if clues().reads:
        return [finding("uses-globals", variable="`, `".join(clues().reads))]
    return _about_sizes(exercise, cases, replies, crashed) or [_about_crash(exercise, crashed)]


def _about_crash(exercise, crash):
    if crash.type == "TookTooLong":
        line = f"; it was in {crash.line}" if crash.line else ""
        return finding("no-end", said=crash.message, line=line)
    if crash.type == "ProcessEnded":
        return finding("ended-process", said=crash.message)
    line = f" in {crash.line}" if crash.line else ""
    said = f": {crash.message}" if crash.message else ""
    return finding("crashed", type=crash.type, line=line, said=said)


def _about_sizes(exercise, cases, replies, crashed):
    """Find what lets an answer run on some sizes of the network and crash on others."""
    if exercise.equal_sizes is not None and not replies[exercise.equal_sizes].crash:
        case, reply = cases[exercise.equal_sizes], replies[exercise.equal_sizes]
        received = _by_name(exercise, reply)
        if set(received) == set(exercise.returns) and not _odd(received):
            names = [name for name in exercise.order if name in entry_by_entry(case, received)]
            if names:
                return [finding("elementwise-product", where=", ".join(names))]
    if exercise.xor is not None:
        right = [
            not reply.crash and _right(exercise, _by_name(exercise, reply), _truth(exercise, case))
            for case, reply in zip(cases, replies)
        ]
        # The first and the last case have sizes that are all different.
        if right[exercise.xor] and not right[0] and not right[-1]:
            return [finding("hard-coded-size", seen=f"it raises {crashed.type}")]
    return []


def _odd(received):
    return any(isinstance(value, Oddity) for value in received.values())


# --- the form of what came back -------------------------------------------------------------


def _by_name(exercise, reply):
    """Return the received values under the names of the exercise, as far as they go."""
    names = list(exercise.returns)
    if isinstance(reply.values, dict):
        return {name: reply.values[name] for name in names if name in reply.values}
    if exercise.form == "list":
        return {names[0]: reply.values}
    if len(names) == 1 and reply.packed:
        return {names[0]: Oddity(f"{len(reply.values)} values in a tuple or list")}
    return dict(zip(names, reply.values))


def _about_the_form(exercise, reply, received):
    """Find what was returned in the wrong number or kind."""
    names = list(exercise.returns)
    wanted = f"`{', '.join(names)}`"
    if exercise.form == "dict":
        if not isinstance(reply.values, dict):
            return [finding("wrong-return", said=f"it must return a dict with the names {wanted}")]
        if exercise.picks:
            return _about_the_picks(exercise, reply, received)
        missing = ", ".join(name for name in names if name not in reply.values)
        if missing:
            return [finding("wrong-return", said=f"these names are missing in the dict: {missing}")]
    elif exercise.form == "list":
        return _about_the_list(exercise, reply)
    elif isinstance(reply.values, dict):
        said = f"it must return {wanted}{_order_matters(names)}; you return a dict"
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
    for name, value in received.items():
        if exercise.anything and getattr(value, "text", None) is not None:
            continue
        if exercise.trial and not exercise.anything and np.ndim(value):
            value = Oddity("an array or a list")
        if isinstance(value, Oddity):
            came = _explained(value.description)
            said = f"it must be {_kind_wanted(exercise, name)}; you return {came}"
            return [finding("wrong-return", where=name, said=said)]
    return []


def _about_the_list(exercise, reply):
    """Find what is no list of one-dimensional arrays."""
    (words,) = exercise.returns.values()
    if not reply.packed or isinstance(reply.values, dict):
        dict_came = isinstance(reply.values, dict)
        came = "a dict" if dict_came else _explained(_kind_of(reply.values[0]))
        return [finding("wrong-return", said=f"it must return {words}; you return {came}")]
    for place, value in enumerate(reply.values):
        if isinstance(value, Oddity) or np.ndim(value) != 1:
            came = f"the member at place {place} is {_kind_of(value)}"
            return [finding("wrong-return", said=f"it must return {words}; {came}")]
    return []


def _kind_of(value):
    if isinstance(value, Oddity):
        return value.description
    return f"an array of shape {np.shape(value)}" if np.ndim(value) else "a number"


def _order_matters(names):
    return " in this order" if len(names) > 1 else ""


def _came(reply):
    only = reply.values[0] if len(reply.values) == 1 else None
    if isinstance(only, Oddity) and not reply.packed:
        return _explained(only.description)
    return f"{len(reply.values)} value{'' if len(reply.values) == 1 else 's'}"


def _explained(description):
    if description == "None":
        return "None (a function without a `return` line returns None; printing is not returning)"
    return description


def _kind_wanted(exercise, name):
    words = exercise.returns[name]
    if words == "(steps,)":
        return "a list or an array of `steps` numbers"
    return f"a numpy array of shape {words}" if words.startswith("(") else words


# --- conduct --------------------------------------------------------------------------------


def _about_conduct(exercise, cases, replies, again, clues):
    """Find what an answer does besides returning: altering arguments, keeping state."""
    changed = next((reply.changed for reply in replies if reply.changed), ())
    line = f" in {clues().changing_line}" if changed and clues().changing_line else ""
    findings = []
    if changed:
        several = len(changed) > 1
        these = "these arguments, the first of them" if several else "this argument"
        findings = [finding("mutates-input", where=", ".join(changed), these=these, line=line)]
    warning = next((reply.warned for reply in replies if reply.warned), "")
    if exercise.quiet and warning:
        findings.append(finding("warned", warning=warning))
    differs = not _same(exercise, replies[0], again)
    if differs and _is_all_rounding(exercise, cases, replies[0], again):
        differs = False
    if differs or _remembers(exercise, cases, replies):
        random = "rng" in exercise.parameters
        findings.append(finding("not-repeatable" if random else "keeps-state"))
    return findings


def _remembers(exercise, cases, replies):
    """Whether the right reply to the first case came again for the last one, where it is wrong.

    The last case has the sizes of the first and other numbers.
    """
    if exercise.trial or exercise.properties or not _same(exercise, replies[0], replies[-1]):
        return False
    received = [_by_name(exercise, reply) for reply in replies]
    # A single number may be right, and the same again, by chance: then the others are wrong.
    single = sum(map(np.size, received[0].values())) == 1
    *before, last = map(partial(_right, exercise), received, map(partial(_truth, exercise), cases))
    return (all(before) if single else before[0]) and not last


def _is_all_rounding(exercise, cases, first, again):
    """Whether rounding alone may be why an answer that differentiates a function varies.

    With a step that is too small nothing else is left of a difference, and no digit of it is
    right, neither the first nor the second time.
    """
    if not any(map(callable, cases[0])):
        return False
    truth = _truth(exercise, cases[0])
    return not any(_right(exercise, _by_name(exercise, one), truth) for one in (first, again))


def _right(exercise, received, truth):
    return all(fault_of(exercise, received.get(name), truth[name]) == "" for name in truth)


def _same(exercise, first, second):
    """Whether two replies to the same call agree, as exactly as the exercise asks.

    They may differ by rounding, which a difference quotient multiplies by 1/h: where a sum is
    taken in another order the second time, an honest one differs in the tenth digit.
    """
    one, two = first.values, second.values
    if isinstance(one, dict) and isinstance(two, dict) and list(one) == list(two):
        one, two = tuple(one.values()), tuple(two.values())
    if not (isinstance(one, tuple) and isinstance(two, tuple) and len(one) == len(two)):
        return False
    return all(map(partial(_equal, exercise.tolerance), one, two))


def _equal(tolerance, one, two):
    if isinstance(one, Oddity) or isinstance(two, Oddity):
        return isinstance(one, Oddity) and isinstance(two, Oddity)
    return np.shape(one) == np.shape(two) and np.allclose(
        one, two, rtol=tolerance, atol=tolerance, equal_nan=True
    )


# --- the values -----------------------------------------------------------------------------


def _about_the_trial(exercise, received):
    """Let an exercise with many right answers try the values that came."""
    values = {name: _to_be_tried(value) for name, value in received.items()}
    messages = exercise.trial(values)
    # No hints: the message says what training with the value was seen to do.
    findings = [
        Finding("wrong-value", name, messages[name]) for name in exercise.order if name in messages
    ]
    rows = [
        Row(name, name not in messages, exercise.returns[name], _in_short(value))
        for name, value in values.items()
    ]
    return findings, rows


def _to_be_tried(value):
    if isinstance(value, Oddity):
        return value.text
    return tuple(map(float, np.ravel(value))) if np.ndim(value) else float(value)


def _in_short(value):
    if isinstance(value, tuple):
        return sizes_in_words(value)
    return value if isinstance(value, str) else f"{value:g}"


def _about_the_properties(exercise, cases, received, conduct, clues):
    """Let an exercise look at what came for each case; return the `Report`: all or nothing."""
    faults, rows = exercise.properties(cases, received)
    if faults and clues().reads:
        findings = [finding("uses-globals", variable="`, `".join(clues().reads))]
    else:
        findings = [finding(fault.code, fault.where, **fault.details) for fault in faults]
    findings = conduct + findings
    return _report(exercise, 0.0 if findings else 1.0, findings, rows)


def _about_the_values(exercise, cases, received, clues):
    """Compare every returned value with the truth; return findings and rows."""
    truths = [_truth(exercise, case) for case in cases]
    compared = [_compare(exercise, name, truths, received) for name in exercise.order]
    rows = [
        Row(
            one.name,
            not one.fault,
            in_words(exercise, one.name, truths[one.case][one.name]),
            _seen(exercise, received[one.case][one.name]),
            _errors(one, truths, received),
        )
        for one in compared
    ]
    wrong = [one for one in compared if one.fault]
    if not wrong:
        return [], rows
    if clues().reads:
        return [finding("uses-globals", variable="`, `".join(clues().reads))], rows
    if exercise.form == "values":
        order, codes = order_of(truths, received)
        if order:
            wanted = ", ".join(exercise.returns)
            findings = [finding("wrong-order", order=", ".join(order), wanted=wanted)]
            return findings + [finding(code, where=", ".join(order)) for code in codes], rows
    return findings_about_values(exercise, cases, truths, received, compared), rows


@lru_cache(maxsize=512)  # a class is judged on the same cases, one submission after the other
def _truth(exercise, case):
    expected = exercise.specification(*case)
    if exercise.form != "dict":
        values = expected if len(exercise.returns) > 1 else (expected,)
        expected = dict(zip(exercise.returns, values))
    return {name: np.asarray(value, dtype=float) for name, value in expected.items()}


def _compare(exercise, name, truths, received):
    pairs = [(got[name], truth[name]) for truth, got in zip(truths, received)]
    for place, (got, want) in enumerate(pairs):
        fault = fault_of(exercise, got, want)
        if fault:
            return Comparison(name, fault, place)
    place = lost_digits(exercise, pairs)
    return Comparison(name, "", 0) if place is None else Comparison(name, "value", place)


def in_words(exercise, name, want):
    """Say which value or shape was expected."""
    if exercise.form == "dict":
        return sizes_in_words(want)
    return f"{exercise.returns[name]} = {want.shape}" if want.shape else f"{want:.4g}"


def _errors(one, truths, received):
    """Return the absolute errors of a wrong matrix, row by row, for the picture."""
    want, got = truths[one.case][one.name], np.asarray(received[one.case][one.name])
    if one.fault != "value" or want.ndim != 2 or want.size == 1 or not np.all(np.isfinite(got)):
        return ()
    return tuple(tuple(float(error) for error in line) for line in np.abs(got - want))


def _seen(exercise, got):
    if exercise.form == "dict" and np.ndim(got) == 1:
        return sizes_in_words(got)
    return str(np.shape(got)) if np.ndim(got) else f"{float(got):.4g}"
