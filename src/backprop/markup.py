"""Pieces of HTML that the cards share."""

from html import escape

LEFT = 'style="text-align: left; vertical-align: top"'


def heads(*names: str) -> str:
    """Return the heads of the columns of a table."""
    return "".join(f'<th scope="col" style="text-align: left">{name}</th>' for name in names)


def mark(right: bool) -> str:
    """Return the verdict on one value, with its sign."""
    return "&#10003; right" if right else "&#10007; wrong"


def code_spans(text: str) -> str:
    """Escape text for HTML; what stands between backticks becomes code."""
    pieces = escape(text, quote=False).split("`")
    return "".join(
        f"<code>{piece}</code>" if place % 2 and place < len(pieces) - 1 else piece
        for place, piece in enumerate(pieces)
    )
