"""Describe where code that took too long was stopped: its line, and the state of its loops."""

import ast
from typing import Any

from .own_code import (
    LOOPS,
    Place,
    described_names,
    names_in,
    shortened,
    statement_at,
    walk_own,
)


def about_time(places: list[Place]) -> str:
    """Describe the values in the line that was running, and the state of the loops around it.

    Parameters
    ----------
    places
        The places in the student's own code when it was stopped, outermost first.
    """
    last = places[-1]
    tree = last.tree()
    said = []
    statement = statement_at(tree, last.line) if tree else None
    if statement is not None:
        names = described_names(last, statement)
        said += [f"there {', '.join(names[:5])}"] if names else []
    for place in reversed(places[-3:]):
        tree = place.tree()
        if tree is not None:
            loops = [one for one in walk_own(tree) if isinstance(one, LOOPS)]
            around = [one for one in loops if one.lineno <= place.line <= (one.end_lineno or 0)]
            said += [_about_loop(place, one) for one in reversed(around)]
    return "; ".join(said[:4])


def _about_loop(place: Place, loop: Any) -> str:
    if isinstance(loop, ast.For):
        head = f"for {ast.unparse(loop.target)} in {ast.unparse(loop.iter)}"
        names = described_names(place, loop.target) + described_names(place, loop.iter)
    else:
        head = f"while {ast.unparse(loop.test)}"
        names = described_names(place, loop.test)
    said = f"in the loop of line {loop.lineno}, `{shortened(head)}`"
    if names:
        said += f", {', '.join(dict.fromkeys(names[:4]))}"
    if isinstance(loop, ast.For):
        return said + _unused(loop)
    return said + _without_end(place, loop)


def _unused(loop: ast.For) -> str:
    """Report a `for` loop that does not use its variable, unless it loops over a `range`."""
    target, over = loop.target, loop.iter
    counted = isinstance(over, ast.Call) and getattr(over.func, "id", "") == "range"
    if counted or not isinstance(target, ast.Name):
        return ""
    inside = {one.id for part in loop.body for one in ast.walk(part) if isinstance(one, ast.Name)}
    return "" if target.id in inside else f"; nothing in the loop reads `{target.id}`"


def _without_end(place: Place, loop: ast.While) -> str:
    """Report that a loop does not end, if this follows from its source."""
    inside = [one for part in loop.body for one in [part, *ast.walk(part)]]
    leaves = (ast.Break, ast.Return, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await, ast.Assert)
    if any(isinstance(one, leaves) for one in inside):
        return ""
    if isinstance(loop.test, ast.Constant):
        return "; nothing in this loop ends it: it has no `break` and no `return`"
    simple = (ast.Compare, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Name, ast.Constant,
              ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context)  # fmt: skip
    if not all(isinstance(one, simple) for one in ast.walk(loop.test)):
        return ""
    code, own = place.frame.f_code, place.local_names()
    names = names_in(loop.test)
    plain = all(type(own.get(name)) in (int, float, bool) for name in names)
    shared = set(code.co_cellvars + code.co_freevars) & set(names)
    written = {
        one.id for one in inside if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
    }
    written |= {one.name for one in inside if isinstance(one, ast.ExceptHandler) and one.name}
    uses_names = any(isinstance(one, (ast.Import, ast.ImportFrom, ast.Match)) for one in inside)
    if not plain or shared or written & set(names) or uses_names:
        return ""
    listed = " or ".join(f"`{name}`" for name in names)
    return f"; nothing in this loop changes {listed}, so it does not end"
