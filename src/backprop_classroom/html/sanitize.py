"""What of the text and HTML that come from a student is safe to show.

Nothing of them may run in a grader's browser or load anything into it. HTML is cleaned by
nh3 with a list of what is allowed; what is not on it disappears.
"""

import html
import re
from functools import lru_cache, partial
from typing import Any

import nh3
import tinycss2
from pygments.token import STANDARD_TYPES

from ..texts import CONTROL, encodable
from .pictures import SIZES, clean_picture

# Sizes in characters. A lesson's longest text has 2,500.
LONGEST_TEXT = 50_000
LONGEST_HTML = 100_000  # without the pictures in it
REMEMBERED = 120_000  # characters of the longest HTML whose cleaned form is kept
MOST_TAGS = 6_000
# Tags that format text, such as <b style="...">, times all tags: until it is closed, HTML opens
# such a tag again in each paragraph. This many take a fifth of a second and 100 MB.
MOST_REOPENED = 100_000

# No links, since a click loads; no forms, frames, media, drawings or style sheets; no <wbr>,
# over which MathJax reads a command together that was written in two halves.
TAGS = frozenset(
    """abbr b blockquote br caption center cite code col colgroup dd del details dfn div dl
    dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section
    small span strong sub summary sup table tbody td tfoot th thead tr tt u ul var""".split()
)
# What is written between these tags is not meant to be read.
_UNREAD = set("iframe noembed noframes noscript object script style svg template title".split())

# No id, name, data-* or other class: formgrader's own scripts find their fields by them.
_ATTRIBUTES = {
    "*": {"style", "title", "lang", "dir", "role", "aria-label", "aria-hidden"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "tr": {"align"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
    "table": {"border"},
    "details": {"open"},
}
_NUMBERS = {"width", "height", "colspan", "rowspan", "span", "start", "border"}
_WORDS = {"align", "scope", "type", "open"}
_CLASSES = {"span": set(STANDARD_TYPES.values()) - {""}, "div": {"highlight"}}

# What shapes a box and its text. Nothing that moves a box out of its place and over another,
# such as position, transform, float or a negative margin.
_STYLES = frozenset(
    """align-items background background-color border border-bottom border-collapse border-color
    border-left border-radius border-right border-spacing border-style border-top border-width
    caption-side color column-gap display flex-wrap font-family font-size font-style font-variant
    font-weight gap justify-content list-style-type margin margin-bottom margin-left margin-right
    margin-top max-width min-width padding padding-bottom padding-left padding-right
    padding-top row-gap text-align text-decoration vertical-align white-space width""".split()
)

# The largest numbers by unit: what is larger pushes all that follows away.
_LARGEST = {"": 1000, "px": 1000, "pt": 750, "em": 60, "rem": 60, "ex": 120, "ch": 120, "%": 100}
_LARGEST_SPACE = {"": 0, "px": 50, "pt": 40, "em": 3, "rem": 3, "ex": 6, "ch": 6, "%": 10}
_LARGEST_OF = dict.fromkeys(("margin", "padding", "border", "gap", "row", "column"), _LARGEST_SPACE)
_LARGEST_OF["font-size"] = _LARGEST_SPACE | {"%": 300}
_OF_COLOURS = {"": 360, "%": 100, "deg": 360}
# In the cells of text, which have no frame around them; tables are written with it.
_STYLES_OF_TEXT = frozenset({"text-align"})

# Commands of MathJax that leave mathematics: they link, set classes and styles, load
# extensions, or give new meanings to commands, and so to the formulas of everybody else on the
# page, from which the others could be put together again.
_TEX = (
    "href|url|includegraphics|class|cssId|style|data|unicode|bbox|enclose|mmlToken|require|"
    "setOptions|toggle|endtoggle|mathtip|texttip|def|edef|gdef|xdef|global|let|futurelet|csname|"
    "newcommand|renewcommand|providecommand|newenvironment|renewenvironment|"
    "DeclareMathOperator|DeclarePairedDelimiter|DeclarePairedDelimiters|"
    "DeclarePairedDelimiterX|DeclarePairedDelimiterXPP"
)
_TEX_COMMAND = re.compile(rf"\\(?=(?:{_TEX})(?![a-zA-Z]))")

DATA_ADDRESS = re.compile(r"data:(image/[a-z+]{1,10});base64,([A-Za-z0-9+/=\s]+)")


def clean_html(text: str, *, styles: bool = True) -> str:
    """Return HTML with nothing in it that runs, links, loads or leaves its place.

    Returns "" if it `is_too_large`, or if what is left of it is.

    Parameters
    ----------
    styles
        Whether boxes and letters keep their looks; if not, only the alignment of text stays.
    """
    if is_too_large(text):
        return ""
    # What the lessons themselves show comes with every submission.
    return (_cleaned_before if len(text) <= REMEMBERED else _cleaned)(text, styles)


def _cleaned(text: str, styles: bool) -> str:
    cleaner = _CLEANER if styles else _CLEANER_OF_TEXT
    # Until it stays the same: without what is taken out, other tags may close elsewhere.
    for _ in range(5):
        before = text
        text = _TEX_COMMAND.sub("∖", _INVISIBLE.sub("", cleaner.clean(encodable(before))))
        if is_too_large(text):
            return ""
        if text == before:
            return text
    return ""


_cleaned_before = lru_cache(maxsize=100)(_cleaned)


def is_too_large(text: str) -> bool:
    """Tell whether HTML exceeds a limit: of its length without pictures, or of its tags."""
    tags = text.count("<")
    if tags > MOST_TAGS or tags * len(_REOPENED.findall(text)) > MOST_REOPENED:
        return True
    return len(text) > LONGEST_HTML and len(DATA_ADDRESS.sub("", text)) > LONGEST_HTML


def clean_text(value: object) -> str:
    """Return text without control characters, except those that colour it.

    Parameters
    ----------
    value
        A string, or a list of strings as nbformat has them. Of anything else nothing remains. What
        exceeds `LONGEST_TEXT` is cut, with a remark.
    """
    return _ESCAPE.sub(_colour, _CONTROL.sub("", encodable(_cut(joined(value)))))


def joined(value: object) -> str:
    """Return the text of a string or of a list of strings, as nbformat has them, else ""."""
    if isinstance(value, list):
        value = "".join(piece for piece in value if isinstance(piece, str))
    return value if isinstance(value, str) else ""


# Text

_INVISIBLE = re.compile(f"[{CONTROL}]")
_CONTROL = re.compile(f"(?![\b\x1b])[{CONTROL}]")  # without those that move back or colour
_ESCAPE = re.compile(r"\x1b(?:\[([0-?]*)[ -/]*([@-~]))?")
# Numbers that nbconvert knows, and after 38 and 48 those that it needs to go on.
_COLOUR = re.compile(
    r"(?:0*(?:[0-9]|2[1-9]|3[0-79]|4[0-79]|9[0-7]|10[0-7]|[34]8;5;\d{1,3}|"
    r"[34]8;2;\d{1,3};\d{1,3};\d{1,3})?(?:;|$)){1,12}"
)


def _colour(escape: re.Match[str]) -> str:
    codes, end = escape.groups()
    return escape[0] if end == "m" and _COLOUR.fullmatch(codes) else ""


def as_written(text: str) -> str:
    """Return HTML that shows a text as it was written."""
    return f"<pre>{html.escape(_INVISIBLE.sub('', encodable(_cut(text))))}</pre>"


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    kept = LONGEST_TEXT - 100
    return f"{text[:kept]}\n(left out: {len(text) - kept} more characters)"


# HTML

# Those with attributes: of the others, no more than three of a kind are opened again.
_REOPENED = re.compile(
    r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/]", re.IGNORECASE
)


def _clean_value(known: frozenset[str], tag: str, name: str, value: str) -> str | None:
    """Return what may stay of the value of an attribute; None takes the attribute out."""
    if name == "style":
        return _clean_style(value, known)
    if name == "src":
        address = DATA_ADDRESS.fullmatch(value)
        if not address or address[1] not in SIZES:
            return None
        picture = clean_picture(*address.groups())
        return f"data:{address[1]};base64,{picture}" if picture else None
    if name in _NUMBERS:
        return value if re.fullmatch("[0-9]{1,4}%?", value) else None
    if name in _WORDS:
        return value if re.fullmatch("[a-zA-Z0-9]{0,10}", value) else None
    return value


def _clean_style(style: str, known: frozenset[str]) -> str | None:
    """Return the declarations whose property is known and whose value is plain.

    In others an address can stand, or a number that moves a box away.
    """
    if len(style) > 1000:
        return None
    found = tinycss2.parse_declaration_list(style, skip_comments=True, skip_whitespace=True)
    plain = [d for d in found if d.type == "declaration" and d.lower_name in known and _fits(d)]
    return tinycss2.serialize(plain) or None


def _fits(declaration: Any) -> bool:
    name = declaration.lower_name
    largest = _LARGEST_OF.get(name) or _LARGEST_OF.get(name.split("-")[0], _LARGEST)
    return all(_is_plain(part, largest) for part in declaration.value)


def _is_plain(token: Any, largest: dict[str, int]) -> bool:
    """Say whether a part of a style is a word, a colour, or a number of a usual size."""
    if token.type in ("number", "percentage", "dimension"):
        unit = "%" if token.type == "percentage" else str(getattr(token, "lower_unit", ""))
        return 0 <= token.value <= largest.get(unit, 0)
    if token.type == "function":
        colours = ("rgb", "rgba", "hsl", "hsla")
        return token.lower_name in colours and all(
            part.type != "function" and _is_plain(part, _OF_COLOURS) for part in token.arguments
        )
    if token.type == "literal":
        return token.value in (",", "/")
    return token.type in ("ident", "hash", "whitespace")


def _cleaner(known: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        clean_content_tags=_UNREAD,
        attributes=_ATTRIBUTES,
        attribute_filter=partial(_clean_value, known),
        allowed_classes=_CLASSES,
        url_schemes={"data"},
        link_rel=None,
    )


_CLEANER, _CLEANER_OF_TEXT = _cleaner(_STYLES), _cleaner(_STYLES_OF_TEXT)
