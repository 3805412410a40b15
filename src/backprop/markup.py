"""HTML fragments that the cards share."""

from html import escape

LEFT = 'style="text-align: left; vertical-align: top"'


def heads(*names: str) -> str:
    """Return the header cells of a table."""
    return "".join(f'<th scope="col" style="text-align: left">{name}</th>' for name in names)


def mark(right: bool) -> str:
    """Return the verdict on one value, with a check mark or a cross."""
    return "&#10003;&nbsp;right" if right else "&#10007;&nbsp;wrong"


def code_spans(text: str) -> str:
    """Escape text for HTML; text between backticks becomes code."""
    pieces = escape(text, quote=False).split("`")
    return "".join(
        f"<code>{piece}</code>" if place % 2 and place < len(pieces) - 1 else piece
        for place, piece in enumerate(pieces)
    )
