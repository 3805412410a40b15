"""Sanitizes text and HTML from students.

Nothing in them may run in a grader's browser or load anything. HTML is sanitized by nh3 with an
allowlist; everything else is removed.
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

# Sizes in characters. The longest text in a lesson has 2,500.
LONGEST_TEXT = 50_000
LONGEST_HTML = 100_000  # without its pictures
REMEMBERED = 120_000  # characters; the results for longer HTML are not cached
MOST_TAGS = 6_000
# Number of formatting tags, such as <b style="...">, times the number of all tags: HTML parsers
# reopen an unclosed formatting tag in each paragraph. This limit takes 0.2 seconds and 100 MB.
MOST_REOPENED = 100_000

# No links, because a click loads a page; no forms, frames, media, drawings or style sheets; no
# <wbr>, because MathJax ignores it, so that it could hide a command by splitting it.
TAGS = frozenset(
    """abbr b blockquote br caption center cite code col colgroup dd del details dfn div dl
    dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section
    small span strong sub summary sup table tbody td tfoot th thead tr tt u ul var""".split()
)
# The contents of these elements are removed too.
_UNREAD = set("iframe noembed noframes noscript object script style svg template title".split())

# No id, name, data-* or other classes: formgrader's scripts use them to find their fields.
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

# Properties that style a box and its text. None that can move a box over another one, such as
# position, transform, float or a negative margin.
_STYLES = frozenset(
    """align-items background background-color border border-bottom border-collapse border-color
    border-left border-radius border-right border-spacing border-style border-top border-width
    caption-side color column-gap display flex-wrap font-family font-size font-style font-variant
    font-weight gap justify-content list-style-type margin margin-bottom margin-left margin-right
    margin-top max-width min-width padding padding-bottom padding-left padding-right
    padding-top row-gap text-align text-decoration vertical-align white-space width""".split()
)

# The largest numbers by unit: larger boxes would push everything after them away.
_LARGEST = {"": 1000, "px": 1000, "pt": 750, "em": 60, "rem": 60, "ex": 120, "ch": 120, "%": 100}
_LARGEST_SPACE = {"": 0, "px": 50, "pt": 40, "em": 3, "rem": 3, "ex": 6, "ch": 6, "%": 10}
_LARGEST_OF = dict.fromkeys(("margin", "padding", "border", "gap", "row", "column"), _LARGEST_SPACE)
_LARGEST_OF["font-size"] = _LARGEST_SPACE | {"%": 300}
_OF_COLOURS = {"": 360, "%": 100, "deg": 360}
# Allowed in text cells, which have no frame around them; markdown tables use it.
_STYLES_OF_TEXT = frozenset({"text-align"})

# Commands of MathJax that do more than typeset: they link, set classes and styles, load
# extensions, or define commands, which also changes other formulas on the page and could be used
# to construct a forbidden command.
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
    """Remove everything from HTML that runs, links, loads, or moves over other content.

    Returns "" if the text or the result `is_too_large`.

    Parameters
    ----------
    text
        The HTML.
    styles
        Whether to keep inline styles; if not, only the alignment of text is kept.
    """
    if is_too_large(text):
        return ""
    # Cached, because the lessons' own outputs are in every submission.
    return (_cleaned_before if len(text) <= REMEMBERED else _cleaned)(text, styles)


def _cleaned(text: str, styles: bool) -> str:
    cleaner = _CLEANER if styles else _CLEANER_OF_TEXT
    # Repeat until nothing changes: removing an element can change how other tags are parsed.
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
    """Return whether HTML exceeds the limit on its length (without pictures) or on its tags."""
    tags = text.count("<")
    if tags > MOST_TAGS or tags * len(_REOPENED.findall(text)) > MOST_REOPENED:
        return True
    return len(text) > LONGEST_HTML and len(DATA_ADDRESS.sub("", text)) > LONGEST_HTML


def clean_text(value: object) -> str:
    """Remove control characters from a text, except ANSI colour codes.

    Parameters
    ----------
    value
        A string, or a list of strings as in nbformat. Other values give "". Text beyond
        `LONGEST_TEXT` is replaced by a remark.
    """
    return _ESCAPE.sub(_colour, _CONTROL.sub("", encodable(_cut(joined(value)))))


def joined(value: object) -> str:
    """Return a string, or the strings in a list joined as in nbformat; "" for other values."""
    if isinstance(value, list):
        value = "".join(piece for piece in value if isinstance(piece, str))
    return value if isinstance(value, str) else ""


# Text

_INVISIBLE = re.compile(f"[{CONTROL}]")
_CONTROL = re.compile(f"(?![\b\x1b])[{CONTROL}]")  # except backspace and escape
_ESCAPE = re.compile(r"\x1b(?:\[([0-?]*)[ -/]*([@-~]))?")
# The colour codes that nbconvert supports; 38 and 48 require further numbers.
_COLOUR = re.compile(
    r"(?:0*(?:[0-9]|2[1-9]|3[0-79]|4[0-79]|9[0-7]|10[0-7]|[34]8;5;\d{1,3}|"
    r"[34]8;2;\d{1,3};\d{1,3};\d{1,3})?(?:;|$)){1,12}"
)


def _colour(escape: re.Match[str]) -> str:
    codes, end = escape.groups()
    return escape[0] if end == "m" and _COLOUR.fullmatch(codes) else ""


def as_written(text: str) -> str:
    """Return HTML that shows a text verbatim."""
    return f"<pre>{html.escape(_INVISIBLE.sub('', encodable(_cut(text))))}</pre>"


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    kept = LONGEST_TEXT - 100
    return f"{text[:kept]}\n(left out: {len(text) - kept} more characters)"


# HTML

# Formatting tags with attributes: of those without, at most three of a kind are reopened.
_REOPENED = re.compile(
    r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/]", re.IGNORECASE
)


def _clean_value(known: frozenset[str], tag: str, name: str, value: str) -> str | None:
    """Return the sanitized value of an attribute; None removes the attribute."""
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
    """Return the declarations with a known property and a plain value.

    Other declarations could contain a URL, or a number that moves a box away.
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
    """Return whether a token of a style is a word, a colour, or a number within the limits."""
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
