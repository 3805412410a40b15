"""What a check found out, and how a reader sees it: as text and as HTML."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    code -- its name in the catalogue of mistakes, "wrong-shape".
    where -- what it is about: a returned array, an argument, or "" for the whole call.
    message -- what was seen, for the student.
    hints -- from a question to the formula in words, to be unfolded one by one.
    """

    code: str
    where: str
    message: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One returned value beside what was expected of it."""

    name: str
    right: bool
    expected: str
    received: str


@dataclass(frozen=True)
class Report:
    """The verdict on one answer.

    exercise -- the id of the exercise.
    points -- what a right answer earns.
    score -- the share of it that this answer earns, from 0 to 1.
    findings -- what is wrong, in the order in which to mend it.
    rows -- each returned value beside what was expected, where that makes sense.
    """

    exercise: str
    points: float
    score: float
    findings: tuple[Finding, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def passed(self):
        """Whether nothing was found wrong."""
        return not self.findings

    @property
    def earned(self):
        """The points that this answer earns, a plain float."""
        return round(float(self.points * self.score), 2)

    @property
    def to_do(self):
        """Whether the answer is still to be written."""
        return any(finding.code == "not-implemented" for finding in self.findings)

    @property
    def headline(self):
        earned = f"{self.earned:g} of {self.points:g} {_plural('point', self.points)}"
        if self.passed:
            return f"{self.exercise}: right, {earned}"
        if self.to_do:
            return f"{self.exercise}: to do, {earned}"
        return f"{self.exercise}: not yet right, {earned}"

    def __str__(self):
        lines = [self.headline]
        right = [row.name for row in self.rows if row.right]
        if right and not self.passed:
            lines.append(f"  right: {', '.join(right)}")
        for finding in self.findings:
            lines.append("  " + _located(finding))
        return "\n".join(lines)

    def __repr__(self):
        return str(self)

    def _repr_html_(self):
        mark = {True: "&#10003;"}.get(self.passed, "&#9675;" if self.to_do else "&#10007;")
        border = "#2e7d32" if self.passed else "#757575" if self.to_do else "#b3541e"
        parts = [
            f'<section aria-label="Check of {escape(self.exercise)}" style="border-left: 4px solid '
            f'{border}; padding: .25em .9em; margin: .4em 0">',
            f"<p><strong>{mark} {escape(self.headline)}</strong></p>",
        ]
        if self.rows and not self.passed:
            parts.append(_table(self.rows))
        parts += [f"<p>{_code_spans(_located(finding))}</p>" for finding in self.findings]
        parts.append("</section>")
        return "".join(parts)


def _plural(noun, count):
    return noun if count == 1 else noun + "s"


def _located(finding):
    return f"{finding.where}: {finding.message}" if finding.where else finding.message


def _code_spans(text):
    """Escape text for HTML; what stands between backticks becomes code."""
    pieces = escape(text, quote=False).split("`")
    return "".join(
        f"<code>{piece}</code>" if place % 2 and place < len(pieces) - 1 else piece
        for place, piece in enumerate(pieces)
    )


def _table(rows):
    body = "".join(
        f'<tr><th scope="row" style="text-align: left"><code>{escape(row.name)}</code></th>'
        f'<td style="text-align: left">{"&#10003; right" if row.right else "&#10007; wrong"}</td>'
        f'<td style="text-align: left">{escape(row.expected)}</td>'
        f'<td style="text-align: left">{escape(row.received)}</td></tr>'
        for row in rows
    )
    heads = "".join(
        f'<th scope="col" style="text-align: left">{head}</th>'
        for head in ("value", "verdict", "expected", "received")
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True)
class Note:
    """A line for the reader that is no verdict, such as which function stands in."""

    text: str

    def __str__(self):
        return self.text.replace("`", "")

    __repr__ = __str__

    def _repr_html_(self):
        return (
            '<p role="note" style="border-left: 4px solid #757575; padding: .25em .9em">'
            f"{_code_spans(self.text)}</p>"
        )
