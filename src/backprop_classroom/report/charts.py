"""The charts of the page: inline SVG, each with a title and a description.

Colours are CSS classes, for which the page's style sheet has a light and a dark theme.
"""

from collections import Counter
from collections.abc import Iterable
from math import ceil, floor

from markupsafe import Markup

from .class_report import ClassReport
from .formats import count, number, percent, short

WIDTH = 720
GROUPS = {
    "right": "right",
    "partly": "partly right",
    "wrong": "wrong",
    "to_do": "to do",
    "waiting": "not marked yet",
}
MOST_BARS = 24
MOST_MISTAKES = 12


def distribution(report: ClassReport) -> Markup:
    """Draw a histogram of the total points, with the median and the quartiles below."""
    totals = report.totals
    span = max(report.most, totals[-1]) - min(0, totals[0])
    steps = (1, *(digit * 10**zeros for zeros in range(300) for digit in (2, 5, 10)))
    step = next(size for size in steps if span / size <= MOST_BARS)
    bars = Counter(floor(total / step + 0.5) for total in totals)
    first, last = min(0, *bars), max(ceil(report.most / step), *bars)
    wide, top, base = (WIDTH - 40) / (last - first + 1), 24, 184
    tallest = max(bars.values())

    def x(points: float) -> float:
        return 20 + (points / step - first + 0.5) * wide

    parts = [_line(20, base, WIDTH - 20, base, "axis")]
    every = ceil((last - first + 1) * 30 / (WIDTH - 40))
    for bar in range(first, last + 1):
        if (bar - first) % every == 0:
            parts.append(_text(x(bar * step), base + 16, number(bar * step), "small middle"))
        if bars[bar]:
            high = max((base - top) * bars[bar] / tallest, 2)
            left = x(bar * step) - wide * 0.42
            parts.append(_rect(left, base - high, wide * 0.84, high, "bar"))
            parts.append(_text(x(bar * step), base - high - 5, bars[bar], "small middle"))
    low, median, high = report.quartiles
    parts += [
        _line(x(totals[0]), 220, x(totals[-1]), 220, "axis"),
        _rect(x(low), 212, max(x(high) - x(low), 1), 16, "box"),
        _line(x(median), 212, x(median), 228, "median"),
        _text(min(max(x(median), 60), WIDTH - 60), 246, f"median {number(median)}", "small middle"),
    ]
    listed = "; ".join(f"{number(bar * step)} points: {bars[bar]}" for bar in sorted(bars))
    words = (
        f"{count(len(totals), 'student')} with {number(totals[0])} to {number(totals[-1])} of "
        f"{number(report.most)} points. Students by points, rounded to steps of {number(step)}: "
        f"{listed}. A box below spans the middle half of the class, from {number(low)} to "
        f"{number(high)} points, and a line marks the median, {number(median)}."
    )
    return _picture("distribution", "Distribution of the total points", words, 252, parts)


def stacked(report: ClassReport) -> Markup:
    """Draw a bar for each exercise: right, partly right, wrong, to do and not marked yet."""
    shown = [group for group in GROUPS if any(getattr(one, group) for one in report.exercises)]
    parts, at = [], 200
    for group in shown:
        parts.append(_rect(at, 4, 14, 14, group))
        parts.append(_text(at + 20, 16, GROUPS[group], "small"))
        at += 44 + 6.2 * len(GROUPS[group])
    y, said = 34, []
    for one in report.exercises:
        parts.append(_text(190, y + 17, short(one.exercise, 26), "end"))
        left = 200.0
        for group in shown:
            amount = getattr(one, group)
            wide = (WIDTH - 200) * amount / max(one.students, 1)
            if amount:
                parts.append(_rect(left, y, max(wide - 2, 1), 24, group))
            if wide > 9 + 8 * len(str(amount)):
                parts.append(_text(left + wide / 2 - 1, y + 17, amount, f"middle on-{group}"))
            left += wide
        amounts = ", ".join(f"{getattr(one, group)} {GROUPS[group]}" for group in shown)
        said.append(f"{one.exercise}: {amounts}.")
        y += 34
    words = f"One bar per exercise, one part for each group of students. {' '.join(said)}"
    return _picture("outcomes", "Results by exercise", words, y, parts)


def separation(report: ClassReport) -> Markup:
    """Draw the mean share of the points of the weakest and best students in each exercise."""
    left, right, y = 210, WIDTH - 60, 34
    measured = [
        (one.exercise, one.separation.lower, one.separation.upper)
        for one in report.exercises
        if one.separation.lower is not None and one.separation.upper is not None
    ]

    def x(share: float) -> float:
        return left + (right - left) * share

    parts = [
        _circle(left + 6, 11, 6, "lower"),
        _text(left + 18, 16, "weakest 27 %", "small"),
        _circle(left + 126, 11, 6, "upper"),
        _text(left + 138, 16, "best 27 %", "small"),
    ]
    base = y + 34 * len(measured)
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts.append(_line(x(share), y - 4, x(share), base, "grid"))
        parts.append(_text(x(share), base + 16, percent(share), "small middle"))
    said = []
    for exercise, lower, upper in measured:
        middle = y + 13
        parts += [
            _text(190, middle + 5, short(exercise, 26), "end"),
            _line(x(lower), middle, x(upper), middle, "between"),
            _circle(x(lower), middle, 6, "lower"),
            _circle(x(upper), middle, 6, "upper"),
        ]
        said.append(f"{exercise}: {percent(lower)} and {percent(upper)}.")
        y += 34
    words = (
        "For each exercise, the mean share of its points in the weakest and in the best 27 % of "
        f"the class. {' '.join(said)}"
    )
    return _picture("separation", "The weakest and the best students", words, base + 24, parts)


def frequent(report: ClassReport) -> Markup:
    """Draw the most frequent mistakes as bars."""
    most = report.mistakes[:MOST_MISTAKES]
    left, right, y, parts, said = 400, WIDTH - 90, 4, [], []
    longest = max(one.share for one in most)
    for one in most:
        amount = f"{one.students}, {percent(one.share)}"
        parts += [
            _text(390, y + 13, short(one.name, 62), "end small"),
            _text(390, y + 28, short(one.exercise, 40), "end small muted"),
            _rect(left, y + 4, max((right - left) * one.share / longest, 2), 22, "wrong"),
            _text(left + (right - left) * one.share / longest + 8, y + 20, amount, "small"),
        ]
        said.append(
            f"{one.exercise}, {one.name}: {count(one.students, 'student')}, {percent(one.share)}."
        )
        y += 38
    words = f"The {count(len(most), 'mistake')} made most often. {' '.join(said)}"
    return _picture("frequent", "The most frequent mistakes", words, y, parts)


def _picture(id: str, title: str, description: str, high: float, parts: Iterable[Markup]) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{id}-title {id}-words">'
        '<title id="{id}-title">{}</title><desc id="{id}-words">{}</desc>{}</svg>'
    ).format(WIDTH, high, title, description, Markup("").join(parts), id=id)


def _rect(x: float, y: float, wide: float, high: float, kind: str) -> Markup:
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>').format(
        *_places(x, y, wide, high), kind
    )


def _circle(x: float, y: float, radius: float, kind: str) -> Markup:
    return Markup('<circle cx="{}" cy="{}" r="{}" class="{}"/>').format(
        *_places(x, y, radius), kind
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(
        *_places(x1, y1, x2, y2), kind
    )


def _text(x: float, y: float, text: object, kind: str) -> Markup:
    return Markup('<text x="{}" y="{}" class="{}">{}</text>').format(*_places(x, y), kind, text)


def _places(*numbers: float) -> list[str]:
    return [f"{one:.1f}".removesuffix(".0") for one in numbers]
