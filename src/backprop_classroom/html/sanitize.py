"""What of the text, HTML and pictures that come from a student is safe to show.

Nothing of them may run in a grader's browser or load anything into it. HTML is cleaned by
bleach with a list of what is allowed; what is not on it disappears.
"""

import base64
import binascii
import html
import re
from contextlib import suppress
from functools import lru_cache
from typing import Any

import tinycss2
from bleach.css_sanitizer import CSSSanitizer
from bleach.sanitizer import Cleaner
from pygments.token import STANDARD_TYPES

from ..texts import CONTROL, encodable

# Sizes in characters. A lesson's longest text has 2,500. The limits for HTML keep the time below
# a second that its parsers can be made to take.
LONGEST_TEXT = 50_000
LONGEST_HTML = 100_000  # without the pictures in it
REMEMBERED = 120_000  # characters of the longest HTML or picture whose cleaned form is kept
MOST_TAGS = 6_000
DEEPEST_NESTING = 60

# No links, since a click loads; no forms, frames, media, drawings or style sheets; no <wbr>,
# over which MathJax reads a command together that was written in two halves.
TAGS = frozenset(
    """abbr b big blockquote br caption center cite code col colgroup dd del details dfn div dl
    dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section
    small span strong sub summary sup table tbody td tfoot th thead tr tt u ul var""".split()
)
_VOID = {"br", "col", "hr", "img"}
# What is written between these tags is not meant to be read.
_UNREAD = "script|style|svg|template|iframe|object|noscript|noembed|noframes|title"

# No id, name, class or data-*: formgrader's own scripts find their fields by them.
_FREE_ATTRIBUTES = {"style", "title", "lang", "dir", "role", "aria-label", "aria-hidden"}
_NUMBERS = {
    "img": {"width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start"},
    "table": {"border"},
}
_WORDS = {
    "th": {"scope", "align"},
    "td": {"align"},
    "tr": {"align"},
    "ol": {"type"},
    "details": {"open"},
}
_CLASSES = {("span", name) for name in STANDARD_TYPES.values()} | {("div", "highlight")}

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

_PICTURES = {
    "image/png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR",
    "image/jpeg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "image/gif": lambda data: data.startswith((b"GIF87a", b"GIF89a")),
    # With entities of its own a few lines could become a drawing of any size.
    "image/svg+xml": lambda data: b"<svg" in data[:2000] and b"<!ENTITY" not in data,
}
_DATA_ADDRESS = re.compile(r"data:(image/[a-z+]{1,10});base64,([A-Za-z0-9+/=\s]+)")


def clean_html(text: str) -> str:
    """Return HTML with nothing in it that runs, links, loads or leaves its place.

    Returns
    -------
    str
        "" if it is longer than `LONGEST_HTML`, its pictures not counted, has more than `MOST_TAGS`
        tags, or cannot be read.
    """
    if is_too_large(text):
        return ""
    # What the lessons themselves show comes with every submission.
    return _cleaned_before(text) if len(text) <= REMEMBERED else _cleaned(text)


def _cleaned(text: str) -> str:
    cleaner = Cleaner(
        tags=TAGS,
        attributes=_is_allowed,
        protocols={"data"},
        strip=True,
        css_sanitizer=_PlainStyle(_STYLES, frozenset()),
    )
    try:
        cleaned = cleaner.clean(_well_formed(text))
    except Exception:  # whatever a parser of others makes of hostile input
        return ""
    # Once more, so that what passes here passes again.
    return "" if is_too_large(cleaned) else _TEX_COMMAND.sub("∖", cleaned)


_cleaned_before = lru_cache(maxsize=100)(_cleaned)


def is_too_large(text: str) -> bool:
    """Tell whether HTML exceeds `LONGEST_HTML`, its pictures not counted, or `MOST_TAGS`."""
    if text.count("<") > MOST_TAGS:
        return True
    return len(text) > LONGEST_HTML and len(_DATA_ADDRESS.sub("", text)) > LONGEST_HTML


def clean_text(value: object) -> str:
    """Return text without control characters, except those that colour it.

    Parameters
    ----------
    value
        A string, or a list of strings as nbformat has them. Of anything else nothing remains. What
        exceeds `LONGEST_TEXT` is cut, with a remark.
    """
    return _ESCAPE.sub(_colour, _CONTROL.sub("", encodable(_cut(joined(value)))))


def clean_picture(kind: str, data: str) -> str:
    """Return a picture in base64 without blanks, or "" if it is no picture of this kind."""
    return _picture_before(kind, data) if len(data) <= REMEMBERED else _read_picture(kind, data)


def _read_picture(kind: str, data: str) -> str:
    data = "".join(data.split())
    try:
        return data if _PICTURES[kind](base64.b64decode(data, validate=True)) else ""
    except (binascii.Error, ValueError):
        return ""


# Those that the lessons themselves show come with every submission.
_picture_before = lru_cache(maxsize=100)(_read_picture)


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

_DROPPED = re.compile(
    rf"<!--.*?(?:--!?>|\Z)|<({_UNREAD})\b.*?(?:</\1\s*>|\Z)|<[!?][^<>]*>", re.DOTALL | re.IGNORECASE
)
_ATTRIBUTE = r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>=`]++))?+"""
_TAG = re.compile(rf"<(/?)([a-zA-Z][a-zA-Z0-9]{{0,19}})((?:[\s/]++{_ATTRIBUTE}){{0,30}}+)[\s/]*+>")


def _well_formed(text: str) -> str:
    """Return HTML in which every tag is on the list, complete and closed, for bleach to clean.

    bleach alone would show the text of scripts and style sheets, and could be kept busy for
    minutes by thousands of tags inside each other, or of attributes in one tag.
    """
    text = _DROPPED.sub(" ", text)
    parts: list[str] = []
    open: list[str] = []
    done = 0
    for tag in _TAG.finditer(text):
        parts.append(_escaped(text[done : tag.start()]))
        done = tag.end()
        name = tag[2].lower()
        if name not in TAGS:
            continue
        if tag[1]:
            while name in open:
                closed = open.pop()
                parts.append(f"</{closed}>")
                if closed == name:
                    break
        elif name in _VOID:
            parts.append(f"<{name}{_attributes(tag[3])}>")
        elif len(open) < DEEPEST_NESTING:
            parts.append(f"<{name}{_attributes(tag[3])}>")
            open.append(name)
    parts.append(_escaped(text[done:]))
    parts += [f"</{name}>" for name in reversed(open)]
    return "".join(parts)


def _attributes(text: str) -> str:
    """Return the attributes of a tag, each with its value in double quotes."""
    found = []
    for name, value in re.findall(_ATTRIBUTE, text):
        if re.fullmatch("[a-zA-Z-]{1,30}", name):
            plain = value[1:-1] if value[:1] in ("'", '"') else value
            found.append(f' {name.lower()}="{_escaped(plain)}"')
    return "".join(found)


def _escaped(text: str) -> str:
    """Return text in which every entity is resolved, so that nothing hides behind one."""
    with suppress(ValueError):  # a number of thousands of digits: not an entity
        text = html.unescape(text)
    return html.escape(_INVISIBLE.sub("", encodable(text)))


def _is_allowed(tag: str, name: str, value: str) -> bool:
    """Say whether bleach may keep an attribute."""
    if name == "class":
        return (tag, value) in _CLASSES
    if (tag, name) == ("img", "src"):
        address = _DATA_ADDRESS.fullmatch(value)
        return bool(address and address[1] in _PICTURES and clean_picture(*address.groups()))
    if name in _NUMBERS.get(tag, ()):
        return bool(re.fullmatch("[0-9]{1,4}%?", value))
    if name in _WORDS.get(tag, ()):
        return bool(re.fullmatch("[a-zA-Z0-9]{0,10}", value))
    return name in _FREE_ATTRIBUTES or (tag, name) == ("img", "alt")


class _PlainStyle(CSSSanitizer):
    """Also looks at values, in which an address can stand, or a number that moves a box away."""

    def sanitize_css(self, style: str) -> str:
        if len(style) > 1000:
            return ""
        found = tinycss2.parse_declaration_list(style, skip_comments=True, skip_whitespace=True)
        plain = [d for d in found if d.type == "declaration" and all(map(_is_plain, d.value))]
        return super().sanitize_css(tinycss2.serialize(plain))


def _is_plain(token: Any) -> bool:
    """Say whether a part of a style is a word, a colour, or a number that is not negative."""
    if token.type in ("number", "percentage", "dimension"):
        return 0 <= token.value < 10_000
    if token.type == "function":
        colours = ("rgb", "rgba", "hsl", "hsla")
        return token.lower_name in colours and all(map(_is_plain, token.arguments))
    if token.type == "literal":
        return token.value in (",", "/")
    return token.type in ("ident", "hash", "whitespace")
