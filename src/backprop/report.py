"""The result of a check, rendered as text and as HTML."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from .markup import code_spans, heads, mark
from .worked import Example, as_html, as_text


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with an answer.

    Attributes
    ----------
    code
        Its name in the catalogue of mistakes, "wrong-shape".
    where
        The returned array or the argument that is wrong, or "" for the whole call.
    message
        A description of the mistake for the student.
    hints
        Hints that unfold one by one, from a question to the formula in words.
    """

    code: str
    where: str
    message: str
    hints: tuple[str, ...] = ()

    @property
    def located(self) -> str:
        """The message, preceded by the name of the value that it is about."""
        if self.where:
            return f"{self.where}: {self.message}"
        return self.message[:1].upper() + self.message[1:]


@dataclass(frozen=True)
class Row:
    """One returned value, compared with the expected one.

    Attributes
    ----------
    name
        The name of the value, "dW1".
    right
        Whether the value is as expected.
    expected, received
        Descriptions of the expected and of the received value.
    errors
        The absolute error of each entry, row by row, if a matrix of the right shape is wrong;
        otherwise empty.
    """

    name: str
    right: bool
    expected: str
    received: str
    errors: tuple[tuple[float, ...], ...] = ()

    @property
    def errors_in_words(self) -> str:
        """A description of the errors for readers who cannot see the picture."""
        flat = [error for line in self.errors for error in line]
        most = max(flat)
        i, j = next(
            (i, j) for i, line in enumerate(self.errors) for j, e in enumerate(line) if e == most
        )
        wrong = sum(error > 1e-7 * most for error in flat)
        return (
            f"{wrong} of {len(flat)} entries of {self.name} differ; "
            f"the largest error is {most:.2g}, at [{i}, {j}]"
        )


@dataclass(frozen=True)
class Report:
    """The verdict on one answer.

    Attributes
    ----------
    exercise
        The id of the exercise.
    points
        The points for a correct answer.
    score
        The fraction of the points that this answer earns, from 0 to 1.
    findings
        The mistakes, in the order in which to fix them.
    rows
        A comparison of each returned value with the expected one, where that makes sense.
    example
        A small worked example that the answer gets wrong, or None.
    """

    exercise: str
    points: float
    score: float
    findings: tuple[Finding, ...] = ()
    rows: tuple[Row, ...] = ()
    example: Example | None = None

    @property
    def passed(self) -> bool:
        """Whether no mistake was found."""
        return not self.findings

    @property
    def earned(self) -> float:
        """The points that this answer earns, as a plain float."""
        return round(float(self.points * self.score), 2)

    @property
    def to_do(self) -> bool:
        """Whether the answer is not written yet."""
        return any(finding.code == "not-implemented" for finding in self.findings)

    @property
    def headline(self) -> str:
        """The exercise, the verdict and the points, in one line."""
        earned = f"{self.earned:g} of {self.points:g} {_plural('point', self.points)}"
        if self.passed:
            return f"{self.exercise}: right, {earned}"
        if self.to_do:
            return f"{self.exercise}: to do, {earned}"
        return f"{self.exercise}: not yet right, {earned}"

    def __str__(self) -> str:
        lines = [self.headline]
        right = [row.name for row in self.rows if row.right]
        if right and not self.passed:
            lines.append(f"  right: {', '.join(right)}")
        for row in self.rows:
            if row.errors:
                lines.append(f"  {row.errors_in_words}")
        for finding in self.findings:
            lines.append("  " + finding.located)
            for number, hint in enumerate(finding.hints, start=1):
                lines.append(f"    hint {number}: {hint}")
        if self.example:
            lines += ["  " + line for line in as_text(self.example)]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        sign, border = ("&#10007;", "#b3541e")
        if self.passed:
            sign, border = ("&#10003;", "#2e7d32")
        elif self.to_do:
            sign, border = ("&#9675;", "#757575")
        parts = [
            f'<section aria-label="Check of {escape(self.exercise)}" style="border-left: 4px solid '
            f'{border}; padding: .25em .9em; margin: .4em 0">',
            f"<p><strong>{sign} {escape(self.headline)}</strong></p>",
        ]
        if self.rows and not self.passed:
            parts.append(_table(self.rows))
        for finding in self.findings:
            # The margins put the text closer to its own hints than to those of the finding above.
            parts.append(f'<p style="margin: .9em 0 .3em">{code_spans(finding.located)}</p>')
            parts += [
                f"<details><summary>Hint {number}</summary><p>{code_spans(hint)}</p></details>"
                for number, hint in enumerate(finding.hints, start=1)
            ]
        if self.example:
            parts.append(as_html(self.example))
        parts.append("</section>")
        return "".join(parts)


def _plural(noun: str, count: float) -> str:
    return noun if count == 1 else noun + "s"


def _table(rows: Sequence[Row]) -> str:
    pictures = any(row.errors for row in rows)
    body = "".join(
        f'<tr><th scope="row" style="text-align: left"><code>{escape(row.name)}</code></th>'
        f'<td style="text-align: left">{mark(row.right)}</td>'
        f'<td style="text-align: left">{escape(row.expected)}</td>'
        f'<td style="text-align: left">{escape(row.received)}</td>'
        + (
            f'<td style="text-align: left">{_picture_of_errors(row) if row.errors else ""}</td>'
            * pictures
        )
        + "</tr>"
        for row in rows
    )
    names = ["value", "verdict", "expected", "received"] + ["size of the error"] * pictures
    return f"<table><thead><tr>{heads(*names)}</tr></thead><tbody>{body}</tbody></table>"


def _picture_of_errors(row: Row) -> str:
    """Draw a square for each entry; a larger square means a larger error.

    The drawing is an image with a data URL, because JupyterLab removes inline SVG from untrusted
    notebooks.
    """
    side, most = 14, max(error for line in row.errors for error in line)
    wide, high = side * len(row.errors[0]), side * len(row.errors)
    squares = []
    for i, line in enumerate(row.errors):
        for j, error in enumerate(line):
            size = max(round((side - 3) * (error / most) ** 0.5, 1), 1)
            x, y = (round(place * side + (side - size) / 2, 1) for place in (j, i))
            squares.append(f'<rect x="{x}" y="{y}" width="{size}" height="{size}"/>')
    # This grey has enough contrast with a white and with a black page.
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" fill="#808080">'
        f'<rect x=".5" y=".5" width="{wide - 1}" height="{high - 1}" fill="none" stroke="#808080"/>'
        f"{''.join(squares)}</svg>"
    )
    address = base64.b64encode(drawing.encode()).decode()
    return (
        f'<img alt="{escape(row.errors_in_words)}" width="{wide}" height="{high}" '
        f'src="data:image/svg+xml;base64,{address}"><br>largest square: an error of {most:.2g}'
    )


@dataclass(frozen=True)
class Note:
    """A line for the reader that is not a verdict, such as a note about a stand-in.

    Attributes
    ----------
    text
        The line; text between backticks is shown as code.
    """

    text: str

    def __str__(self) -> str:
        return self.text.replace("`", "")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return (
            '<p role="note" style="border-left: 4px solid #757575; padding: .25em .9em">'
            f"{code_spans(self.text)}</p>"
        )
