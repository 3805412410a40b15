"""Cleans what a submission shows to a person: its outputs and its notebook.

Nothing that comes from a student may run in a grader's browser or load anything into it.
HTML is cleaned by bleach with a list of what is allowed; what is not on it disappears.
Outputs come from a process that is not trusted, so that nothing is assumed of their form.
"""

import base64
import binascii
import html
import re
from functools import lru_cache
from itertools import groupby
from math import isfinite

import tinycss2
from bleach.css_sanitizer import CSSSanitizer
from bleach.sanitizer import Cleaner
from nbformat import NotebookNode, from_dict
from pygments.token import STANDARD_TYPES

# Sizes in characters. A lesson's largest picture has 140,000, its longest text 2,500. The
# limits for HTML and markdown keep the time below a second that their parsers can be made
# to take.
LARGEST_OUTPUT = 2_000_000
LARGEST_CELL = 4_000_000
MOST_OUTPUTS = 100  # of one cell
LONGEST_TEXT = 50_000
LONGEST_HTML = 100_000  # without the pictures in it
REMEMBERED = 120_000  # characters of the longest HTML or picture whose cleaned form is kept
MOST_TAGS = 6_000  # in the HTML of all outputs of one cell
DEEPEST_NESTING = 60
LONGEST_DESCRIPTION = 2_000  # the alternative text of a picture

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


def clean_outputs(outputs):
    """Return the outputs of a code cell, with everything taken out that is not safe to show.

    Kept are text, errors, pictures (PNG and JPEG), and HTML as far as it is on the list.
    Markdown and LaTeX become HTML. In place of the rest stands a remark that says what was
    left out. So it does where an output, or all of them together, exceed the limits above.

    outputs -- what a process that is not trusted says its outputs are: nbformat's
        dictionaries, or anything else that can be written in JSON.

    Returns a list of outputs that are valid in nbformat 4.5. Cleaning them again changes
    nothing. The argument is left as it is.
    """
    return [from_dict(output) for output in _clean_outputs(outputs)]


def _clean_outputs(outputs):
    found = _merged(outputs)
    kept = found if len(found) <= MOST_OUTPUTS else _most_telling(found, MOST_OUTPUTS - 1)
    cleaned, tags = [], 0
    for output in kept:
        more = _tags_in(output)
        crowded = tags + more > MOST_TAGS
        tags += 0 if crowded else more
        cleaned.append(_clean_output(output, crowded))
    left_out = len(found) - len(kept)
    if sum(map(_size, cleaned)) > LARGEST_CELL:
        fitting = _most_telling(cleaned, MOST_OUTPUTS, LARGEST_CELL - 1000)
        left_out += len(cleaned) - len(fitting)
        cleaned = fitting
    if left_out:
        remark = f"(left out: {left_out} more outputs of this cell)"
        cleaned.append(_display({"text/plain": remark}))
    return cleaned


def clean_html(text):
    """Return HTML with nothing in it that runs, links, loads or leaves its place.

    Returns "" if it is longer than `LONGEST_HTML`, its pictures not counted, has more than
    `MOST_TAGS` tags, or cannot be read.
    """
    if _is_too_large(text):
        return ""
    # What the lessons themselves show comes with every submission.
    return _cleaned_before(text) if len(text) <= REMEMBERED else _cleaned(text)


def _cleaned(text):
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
    return "" if _is_too_large(cleaned) else _TEX_COMMAND.sub("∖", cleaned)


_cleaned_before = lru_cache(maxsize=100)(_cleaned)


def _is_too_large(text):
    if text.count("<") > MOST_TAGS:
        return True
    return len(text) > LONGEST_HTML and len(_DATA_ADDRESS.sub("", text)) > LONGEST_HTML


def clean_text(value):
    """Return text without control characters, except those that colour it.

    value -- a string, or a list of strings as nbformat has them. Of anything else nothing
        remains. What exceeds `LONGEST_TEXT` is cut, with a remark.
    """
    if isinstance(value, list):
        value = "".join(piece for piece in value if isinstance(piece, str))
    if not isinstance(value, str):
        return ""
    return _ESCAPE.sub(_colour, _CONTROL.sub("", _encodable(_cut(value))))


def clean_cell_metadata(metadata):
    """Return what nbgrader needs of a cell's metadata: its own entry, and what may be edited."""
    if not isinstance(metadata, dict):
        return NotebookNode()
    cleaned = {
        key: metadata[key]
        for key in ("deletable", "editable")
        if isinstance(metadata.get(key), bool)
    }
    entry = _clean_entry(metadata.get("nbgrader"))
    if entry:
        cleaned["nbgrader"] = entry
    return from_dict(cleaned)


def clean_notebook(notebook):
    """Return a copy of a student's notebook in which nothing is dangerous to look at.

    Its sources stay as they are; markdown is cleaned by `markdown2html` when it is shown.
    Outputs go through `clean_outputs`, metadata through `clean_cell_metadata`, attachments
    are kept if they are pictures, and raw cells are marked so that no page includes them.
    A cell of an unknown type becomes a raw cell, an id that is not valid is replaced.

    notebook -- a notebook of nbformat 4, or any dictionary with a list of cells.

    Returns a `NotebookNode` that is valid in nbformat 4.5.
    """
    cells = notebook.get("cells")
    cleaned, ids = [], set()
    for number, cell in enumerate(cells if isinstance(cells, list) else []):
        if not isinstance(cell, dict):
            continue
        id = cell.get("id")
        if not isinstance(id, str) or not re.fullmatch("[a-zA-Z0-9_-]{1,64}", id) or id in ids:
            id = next(new for new in _names(number) if new not in ids)
        ids.add(id)
        cleaned.append(_clean_cell(cell) | {"id": id})
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    language = {
        "name": "python",
        "pygments_lexer": "ipython3",
        "mimetype": "text/x-python",
        "file_extension": ".py",
    }
    metadata = {"kernelspec": python, "language_info": language}
    return from_dict({"cells": cleaned, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


# Outputs


def _merged(outputs):
    """Return what outputs there are; streams in a row become one, as in Jupyter."""
    merged = []
    found = filter(_is_output, outputs if _is_list(outputs) else [])
    for name, group in groupby(found, _stream_of):
        if name is None:
            merged += group
            continue
        pieces = [output.get("text") for output in group]
        flat = [part for piece in pieces for part in (piece if _is_list(piece) else [piece])]
        merged.append({"output_type": "stream", "name": name, "text": flat})
    return merged


def _is_output(value):
    if not isinstance(value, dict):
        return False
    kind = value.get("output_type")
    if kind in ("display_data", "execute_result"):
        return isinstance(value.get("data"), dict)
    return kind in ("stream", "error")


def _most_telling(outputs, most, room=float("inf")):
    """Return the outputs that fit, in their order: errors before all else, then the result.

    nbgrader gives full points to a test that shows no error, so that one must not be lost
    among a hundred pictures.
    """
    first = {"error": 0, "stderr": 1, "execute_result": 2}
    kinds = [_stream_of(output) or output.get("output_type") for output in outputs]
    ranks = [first.get(kind, 3) if isinstance(kind, str) else 3 for kind in kinds]
    order = sorted(range(len(outputs)), key=ranks.__getitem__)
    chosen = []
    for place in order:
        size = _size(outputs[place]) if room < float("inf") else 0
        if len(chosen) < most and size <= room:
            room -= size
            chosen.append(place)
    return [outputs[place] for place in sorted(chosen)]


def _is_list(value):
    return isinstance(value, list)


def _stream_of(output):
    if output.get("output_type") != "stream":
        return None
    return "stderr" if output.get("name") == "stderr" else "stdout"


def _tags_in(output):
    data = output.get("data")
    if not isinstance(data, dict):
        return 0
    return sum(_joined(data.get(kind)).count("<") for kind in ("text/html", "text/markdown"))


def _size(output):
    texts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    return sum(map(len, texts)) + sum(map(len, output.get("data", {}).values()))


def _display(data, metadata=None):
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def _clean_output(output, crowded):
    """Return an output that is valid and safe to show.

    crowded -- whether there is no room left for HTML.
    """
    kind = output.get("output_type")
    if kind == "stream":
        text = clean_text(output["text"])
        return {"output_type": kind, "name": output["name"], "text": text}
    if kind == "error":
        return _clean_error(output)
    data, metadata = _clean_data(output["data"], output.get("metadata"), crowded)
    if kind == "display_data":
        return _display(data, metadata)
    count = _count(output.get("execution_count"))
    return _display(data, metadata) | {"output_type": kind, "execution_count": count}


def _count(value):
    return value if type(value) is int and 0 <= value < 10**9 else None


def _clean_error(output):
    name, value = (clean_text(output.get(key)) for key in ("ename", "evalue"))
    lines = output.get("traceback")
    lines = [line for line in lines if isinstance(line, str)] if _is_list(lines) else []
    if sum(len(line) + 1 for line in lines) > LONGEST_TEXT + 1:
        text = "\n".join(lines)
        kept = LONGEST_TEXT - 100  # of the end, which says the most
        lines = [f"(left out: {len(text) - kept} characters)\n{text[-kept:]}"]
    lines = [clean_text(line) for line in lines]
    # A page shows the traceback only.
    lines = lines or [clean_text(f"{name}: {value}")]
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": lines}


def _clean_data(data, metadata, crowded):
    """Return the representations that may be shown, and what their metadata says of pictures."""
    kept, described, left_out = {}, {}, []
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            text = _joined(data[kind])
            large = len(text) > LARGEST_OUTPUT
            picture = "" if large else _picture(kind, text)
            if picture:
                kept[kind] = picture
                described |= _description(kind, metadata)
            else:
                left_out.append(f"{kind} (too large)" if large else f"{kind} (no such picture)")
    source = next((k for k in ("text/html", "text/markdown", "text/latex") if k in data), None)
    if source:
        text = _joined(data[source])
        large = crowded or _is_too_large(text)
        page = "" if large else _as_html(source, text)
        if len(page) > LARGEST_OUTPUT:
            page, large = "", True
        if _shows_something(page):
            kept["text/html"] = page
        else:
            left_out.append(f"{source} (too large)" if large else source)
    known = {*_HTML_KINDS, "image/png", "image/jpeg", "text/plain"}
    left_out += [_printable(kind) for kind in data if kind not in known]
    text = clean_text(data.get("text/plain"))
    if left_out:
        more = f", and {len(left_out) - 5} more" if len(left_out) > 5 else ""
        text = f"{text}\n(left out: {', '.join(left_out[:5])}{more})".lstrip("\n")
    if text or not kept:
        kept["text/plain"] = text
    return kept, described


_HTML_KINDS = {"text/html", "text/markdown", "text/latex"}


def _as_html(kind, text):
    if kind == "text/markdown":
        from .showing import rendered  # which takes long to import, and few submissions need

        page = rendered(text, {})
        return "" if _is_too_large(page) else page
    if kind == "text/latex":
        return clean_html(f"<div>{html.escape(text)}</div>")
    return clean_html(text)


def _shows_something(page):
    return "<img" in page or bool(re.sub("<[^>]*>", "", page).strip())


def _printable(kind):
    plain = isinstance(kind, str) and re.fullmatch("[a-zA-Z0-9.+/_-]{1,80}", kind)
    return kind if plain else "something of unknown type"


def _joined(value):
    if isinstance(value, list):
        value = "".join(piece for piece in value if isinstance(piece, str))
    return value if isinstance(value, str) else ""


def _description(kind, metadata):
    """Return width, height and alternative text of a picture, as far as they are plain."""
    given = metadata.get(kind) if isinstance(metadata, dict) else None
    if not isinstance(given, dict):
        return {}
    plain = {key: given[key] for key in ("width", "height") if _count(given.get(key))}
    if isinstance(given.get("alt"), str):
        plain["alt"] = clean_text(given["alt"][:LONGEST_DESCRIPTION])
    return {kind: plain} if plain else {}


def _picture(kind, data):
    """Return a picture in base64 without blanks, or "" if it is no picture of this kind."""
    return _picture_before(kind, data) if len(data) <= REMEMBERED else _read_picture(kind, data)


def _read_picture(kind, data):
    data = "".join(data.split())
    try:
        return data if _PICTURES[kind](base64.b64decode(data, validate=True)) else ""
    except (binascii.Error, ValueError):
        return ""


# Those that the lessons themselves show come with every submission.
_picture_before = lru_cache(maxsize=100)(_read_picture)


# Text

_CONTROL = re.compile(r"[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPE = re.compile(r"\x1b(?:\[([0-?]*)[ -/]*([@-~]))?")
# Numbers that nbconvert knows, and after 38 and 48 those that it needs to go on.
_COLOUR = re.compile(
    r"(?:0*(?:[0-9]|2[1-9]|3[0-79]|4[0-79]|9[0-7]|10[0-7]|[34]8;5;\d{1,3}|"
    r"[34]8;2;\d{1,3};\d{1,3};\d{1,3})?(?:;|$)){1,12}"
)


def _colour(escape):
    codes, end = escape.groups()
    return escape[0] if end == "m" and _COLOUR.fullmatch(codes) else ""


def _encodable(text):
    """Return text that can be written in UTF-8, which half a surrogate pair cannot."""
    return text.encode("utf-8", "replace").decode()


def as_written(text):
    """Return HTML that shows a text as it was written."""
    return f"<pre>{html.escape(_INVISIBLE.sub('', _encodable(_cut(text))))}</pre>"


def _cut(text):
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


def _well_formed(text):
    """Return HTML in which every tag is on the list, complete and closed, for bleach to clean.

    bleach alone would show the text of scripts and style sheets, and could be kept busy for
    minutes by thousands of tags inside each other, or of attributes in one tag.
    """
    text = _DROPPED.sub(" ", text)
    parts, open, done = [], [], 0
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


def _attributes(text):
    """Return the attributes of a tag, each with its value in double quotes."""
    found = []
    for name, value in re.findall(_ATTRIBUTE, text):
        if re.fullmatch("[a-zA-Z-]{1,30}", name):
            value = value[1:-1] if value[:1] in ("'", '"') else value
            found.append(f' {name.lower()}="{_escaped(value)}"')
    return "".join(found)


def _escaped(text):
    """Return text in which every entity is resolved, so that nothing hides behind one."""
    try:
        text = html.unescape(text)
    except ValueError:  # a number of thousands of digits: not an entity
        pass
    return html.escape(_INVISIBLE.sub("", _encodable(text)))


def _is_allowed(tag, name, value):
    """Say whether bleach may keep an attribute."""
    if name == "class":
        return (tag, value) in _CLASSES
    if (tag, name) == ("img", "src"):
        address = _DATA_ADDRESS.fullmatch(value)
        return bool(address and address[1] in _PICTURES and _picture(*address.groups()))
    if name in _NUMBERS.get(tag, ()):
        return bool(re.fullmatch("[0-9]{1,4}%?", value))
    if name in _WORDS.get(tag, ()):
        return bool(re.fullmatch("[a-zA-Z0-9]{0,10}", value))
    return name in _FREE_ATTRIBUTES or (tag, name) == ("img", "alt")


class _PlainStyle(CSSSanitizer):
    """Also looks at values, in which an address can stand, or a number that moves a box away."""

    def sanitize_css(self, style):
        if len(style) > 1000:
            return ""
        found = tinycss2.parse_declaration_list(style, skip_comments=True, skip_whitespace=True)
        plain = [d for d in found if d.type == "declaration" and all(map(_is_plain, d.value))]
        return super().sanitize_css(tinycss2.serialize(plain))


def _is_plain(token):
    """Say whether a part of a style is a word, a colour, or a number that is not negative."""
    if token.type in ("number", "percentage", "dimension"):
        return 0 <= token.value < 10_000
    if token.type == "function":
        colours = ("rgb", "rgba", "hsl", "hsla")
        return token.lower_name in colours and all(map(_is_plain, token.arguments))
    if token.type == "literal":
        return token.value in (",", "/")
    return token.type in ("ident", "hash", "whitespace")


# Notebooks


def _names(number):
    yield f"cell-{number}"
    yield from (f"cell-{number}-{again}" for again in range(number + 1))


def _clean_cell(cell):
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "markdown") else "raw"
    cleaned = {
        "cell_type": kind,
        "metadata": clean_cell_metadata(cell.get("metadata")),
        "source": _encodable(_joined(cell.get("source"))),
    }
    if kind == "code":
        cleaned["execution_count"] = _count(cell.get("execution_count"))
        cleaned["outputs"] = _clean_outputs(cell.get("outputs"))
        return cleaned
    if kind == "raw":
        # Without a type, nbconvert takes a raw cell for HTML.
        cleaned["metadata"]["raw_mimetype"] = "text/plain"
    attachments = clean_attachments(cell.get("attachments"))
    if attachments:
        cleaned["attachments"] = attachments
    return cleaned


def clean_attachments(attachments):
    """Return the attachments of a cell that are pictures, by name."""
    cleaned = {}
    for name, data in attachments.items() if isinstance(attachments, dict) else ():
        if not isinstance(name, str) or not isinstance(data, dict):
            continue
        for kind in ("image/png", "image/jpeg", "image/gif"):
            text = _joined(data.get(kind))
            if text and len(text) <= LARGEST_OUTPUT and _picture(kind, text):
                cleaned[_encodable(name)] = {kind: _picture(kind, text)}
    return cleaned


def _clean_entry(entry):
    """Return nbgrader's entry in a cell's metadata, or None if it is not one."""
    if not isinstance(entry, dict):
        return None
    id = entry.get("grade_id")
    # The names that nbgrader accepts; its pages write them as they are.
    if not isinstance(id, str) or not re.fullmatch("[a-zA-Z0-9_-]{1,200}", id):
        return None
    version = _count(entry.get("schema_version"))
    cleaned = {"grade_id": id, "schema_version": 3 if version is None else version}
    for key in ("grade", "solution", "locked", "task"):
        cleaned[key] = entry.get(key) is True
    points = entry.get("points")
    if type(points) in (int, float) and isfinite(points) and 0 <= points < 10**6:
        cleaned["points"] = points
    if entry.get("cell_type") in ("code", "markdown", "raw"):
        cleaned["cell_type"] = entry["cell_type"]
    if isinstance(entry.get("checksum"), str) and re.fullmatch("[0-9a-f]{32}", entry["checksum"]):
        cleaned["checksum"] = entry["checksum"]
    return cleaned
