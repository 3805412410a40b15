"""Judges replies: compares plain data with the truth and says what is wrong.

Nothing here calls an answer, so it can run where the truth is known and student
code is not.
"""

import numpy as np

from .calling import Oddity
from .report import Finding, Report, Row

# Two answers to the same call may differ by rounding if a sum is taken in another order.
SAME = 1e-12


def judge(exercise, cases, replies):
    """Return the `Report` on an answer.

    cases -- the argument tuples that the answer was called with.
    replies -- for each case the `Reply`, then one more for the first case called again.
    """
    *replies, again = replies
    findings = _about_the_calls(exercise, replies)
    if findings:
        return _report(exercise, 0.0, findings)
    received = [_by_name(exercise, reply) for reply in replies]
    findings = next((found for found in (_about_the_form(exercise, r, v) for r, v in zip(replies, received)) if found), [])
    if findings:
        return _report(exercise, 0.0, findings)

    if exercise.trial:
        with np.errstate(all="ignore"):
            wrong = exercise.trial({name: float(v) for name, v in received[0].items()})
        findings = [Finding("wrong-value", name, wrong[name]) for name in exercise.order if name in wrong]
        rows = [
            Row(name, name not in wrong, exercise.returns[name], f"{float(value):g}")
            for name, value in received[0].items()
        ]
    else:
        findings, rows = _about_the_values(exercise, cases, received)
    right = sum(row.right for row in rows) / len(rows)

    whole = _about_conduct(exercise, replies, again)
    return _report(exercise, 0.0 if whole else right, whole + findings, rows)


def _report(exercise, score, findings, rows=()):
    return Report(exercise.id, exercise.points, score, tuple(findings), tuple(rows))


def _about_the_calls(exercise, replies):
    """Find what keeps an answer from being compared at all."""
    for reply in replies:
        if reply.stub:
            own = reply.stub if "stand-in" in reply.stub else ""
            return [Finding("not-implemented", "", own or _to_do(exercise))]
        if reply.mismatch:
            wanted = f"`{exercise.id}({', '.join(exercise.parameters)})`"
            return [
                Finding(
                    "wrong-signature",
                    "",
                    f"it is called as {wanted}, with {len(exercise.parameters)} arguments in this "
                    f"order; {reply.mismatch}",
                )
            ]
        if reply.crash:
            crash = reply.crash
            at = f" in {crash.line}" if crash.line else ""
            said = f": {crash.message}" if crash.message else ""
            return [Finding("crashed", "", f"your code raised {crash.type}{at}{said}")]
    return []


def _to_do(exercise):
    return (
        f"replace the line `raise NotImplementedError()` by your own code and run this cell again"
    )


def _by_name(exercise, reply):
    """Return the received values under the names of the exercise, as far as they go."""
    names = list(exercise.returns)
    if isinstance(reply.values, dict):
        return {name: reply.values[name] for name in names if name in reply.values}
    values = reply.values
    if len(names) == 1 and reply.packed:
        # One value was asked for and a row of numbers came: a history, or a wrong form.
        return {names[0]: Oddity(f"{len(values)} values in a tuple or list")}
    return dict(zip(names, values))


def _about_the_form(exercise, reply, received):
    """Find what was returned in the wrong number or kind."""
    names = list(exercise.returns)
    wanted = f"`{', '.join(names)}`"
    if exercise.form == "dict":
        if not isinstance(reply.values, dict):
            return [_wrong_return("", f"it must return a dict with the names {wanted}")]
        missing = [name for name in names if name not in reply.values]
        if missing:
            return [_wrong_return("", f"these names are missing in the dict: {', '.join(missing)}")]
    elif isinstance(reply.values, dict):
        return [_wrong_return("", f"it must return {wanted} in this order; you return a dict")]
    elif len(received) != len(names) or len(reply.values) != len(names) and len(names) > 1:
        only = reply.values[0]
        if len(reply.values) == 1 and not reply.packed and isinstance(only, Oddity):
            came = only.description
            if came == "None":
                came += " (a function without a `return` line returns None; printing is not returning)"
        else:
            came = f"{len(reply.values)} {'value' if len(reply.values) == 1 else 'values'}"
        return [_wrong_return("", f"it must return {len(names)} values, {wanted}; you return {came}")]
    for name, value in received.items():
        if isinstance(value, Oddity):
            came = value.description
            if came == "None" and len(names) == 1:
                came += " (a function without a `return` line returns None; printing is not returning)"
            return [_wrong_return(name, f"it must be {_kind_wanted(exercise, name)}; you return {came}")]
    return []


def _kind_wanted(exercise, name):
    words = exercise.returns[name]
    return f"a numpy array of shape {words}" if words.startswith("(") else words


def _wrong_return(where, message):
    return Finding("wrong-return", where, message)


def _about_the_values(exercise, cases, received):
    """Compare every returned value with the truth; return findings and rows."""
    truths = [_truth(exercise, case) for case in cases]
    findings, rows = [], []
    for name in exercise.order:
        faults = [
            (_fault(exercise, name, got[name], truth[name]), truth[name], got[name])
            for truth, got in zip(truths, received)
        ]
        wrong = [fault for fault in faults if fault[0]]
        finding, want, got = wrong[0] if wrong else faults[0]
        if finding:
            findings.append(finding)
        rows.append(Row(name, not wrong, _in_words(exercise, name, want), _seen(got)))
    return findings, rows


def _truth(exercise, case):
    expected = exercise.specification(*case)
    if exercise.form == "dict":
        return {name: np.asarray(value, dtype=float) for name, value in expected.items()}
    values = expected if len(exercise.returns) > 1 else (expected,)
    return {n: np.asarray(v, dtype=float) for n, v in zip(exercise.returns, values)}


def _fault(exercise, name, got, want):
    """Return the `Finding` on one value, or None if it is right."""
    got = np.asarray(got, dtype=float)
    if got.shape != want.shape:
        if exercise.form == "dict":
            message = f"expected {_seen_pair(want)}, received {_seen_pair(got)}"
            return Finding("wrong-value", name, message)
        expected = f"{exercise.returns[name]}, here {want.shape}" if want.shape else "one number"
        return Finding(
            "wrong-shape", name, f"expected the shape {expected}; received {_shape(got)}"
        )
    if not np.all(np.isfinite(got)):
        bad = "nan" if np.any(np.isnan(got)) else "inf"
        return Finding("not-finite", name, f"there is {bad} among the values; all must be finite")
    error = relative_error(got, want)
    if error <= exercise.tolerance:
        return None
    if exercise.form == "dict":
        message = f"expected {_seen_pair(want)}, received {_seen_pair(got)}"
        return Finding("wrong-value", name, message)
    entry, at = _first_differing(got, want, exercise.tolerance)
    return Finding(
        "wrong-value",
        name,
        f"{at}expected {want[entry]:.6g}, received {got[entry]:.6g} (relative error {error:.1e})",
    )


def relative_error(got, want):
    """Return the largest difference, relative to the largest entry of both arrays."""
    scale = max(np.max(np.abs(want), initial=0.0), np.max(np.abs(got), initial=0.0))
    return float(np.max(np.abs(got - want), initial=0.0) / scale) if scale > 0 else 0.0


def _first_differing(got, want, tolerance):
    """Return the index of the first entry that differs, and how to say where it is."""
    if want.ndim == 0:
        return (), ""
    scale = max(np.max(np.abs(want)), np.max(np.abs(got)))
    entry = tuple(int(i) for i in np.argwhere(np.abs(got - want) > tolerance * scale)[0])
    return entry, f"at [{', '.join(map(str, entry))}] "


def _in_words(exercise, name, want):
    if exercise.form == "dict":
        return _seen_pair(want)
    return f"{exercise.returns[name]} = {want.shape}" if want.shape else "a number"


def _seen(got):
    if isinstance(got, tuple):
        return _seen_pair(np.asarray(got))
    return _shape(np.asarray(got))


def _shape(array):
    return str(array.shape) if array.ndim else "a number"


def _seen_pair(sizes):
    return f"({', '.join(f'{size:g}' for size in np.ravel(sizes))})"


def _about_conduct(exercise, replies, again):
    """Find what an answer does besides returning: altering arguments, keeping state."""
    findings = []
    changed = next((reply.changed for reply in replies if reply.changed), ())
    for name in changed:
        findings.append(
            Finding("mutates-input", name, "your function changes this argument; work on a copy")
        )
    if exercise.quiet:
        warned = next((reply.warned for reply in replies if reply.warned), "")
        if warned:
            findings.append(Finding("warned", "", f"numpy warned while it ran: {warned}"))
    if not _same(replies[0], again):
        findings.append(
            Finding(
                "keeps-state",
                "",
                "called a second time with the same arguments, it returned something else",
            )
        )
    return findings


def _same(first, second):
    if isinstance(first.values, dict) or isinstance(second.values, dict):
        return first.values == second.values
    if second.values is None or len(first.values) != len(second.values):
        return False
    for one, two in zip(first.values, second.values):
        if isinstance(two, Oddity) or np.shape(one) != np.shape(two):
            return False
        if not np.allclose(one, two, rtol=SAME, atol=SAME, equal_nan=True):
            return False
    return True
