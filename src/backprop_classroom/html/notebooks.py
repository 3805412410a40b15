"""Sanitizes the outputs and notebooks of submissions before a person sees them.

Their contents go through `sanitize`. Outputs come from an untrusted process, so no assumptions are
made about their structure.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from nbformat import NotebookNode, from_dict

from ..texts import encodable
from .metadata import clean_cell_metadata, count
from .pictures import clean_picture
from .sanitize import LONGEST_TEXT, MOST_TAGS, clean_html, clean_text, is_too_large, joined

Output = dict[str, Any]

# Sizes in characters. The largest picture in a lesson has 140,000.
LARGEST_OUTPUT = 2_000_000
LARGEST_CELL = 4_000_000
MOST_OUTPUTS = 100  # of one cell
# Limits of a whole notebook. A lesson has 60 outputs, and 53,000 characters of HTML.
MOST_OF_NOTEBOOK = 2_000  # outputs; in the cells after them, only MOST_TELLING outputs are kept
MOST_TELLING = 5
MOST_FORMATTED = 200_000  # characters of HTML, Markdown and LaTeX
LONGEST_DESCRIPTION = 2_000  # the alternative text of a picture


def clean_outputs(outputs: Any) -> list[NotebookNode]:
    """Return the outputs of a code cell without anything that is not safe to show.

    Text, errors, pictures (PNG and JPEG) and allowed HTML are kept. Markdown and LaTeX become
    HTML. A remark replaces everything else, and whatever exceeds the limits above.

    Parameters
    ----------
    outputs
        The outputs from an untrusted process: nbformat's dictionaries, or any other JSON data.

    Returns
    -------
    list[NotebookNode]
        A list of outputs that are valid in nbformat 4.5. Sanitizing them again changes nothing.
        The argument is not modified.
    """
    return [from_dict(output) for output in _clean_outputs(outputs)]


def _clean_outputs(outputs: Any, most: int = MOST_OUTPUTS) -> list[Output]:
    found = _merged(outputs)
    kept = found if len(found) <= most else _most_telling(found, most - 1)
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


def clean_notebook(notebook: Mapping[str, Any]) -> NotebookNode:
    """Return a sanitized copy of a student's notebook.

    Sources are not changed; `markdown2html` sanitizes markdown when it is shown. Outputs go
    through `clean_outputs`, metadata through `clean_cell_metadata`. Attachments are kept if they
    are pictures. Raw cells are marked so that pages do not include them. Cells of an unknown type
    become raw cells, and invalid ids are replaced.

    Parameters
    ----------
    notebook
        A notebook of nbformat 4, or any dictionary with a list of cells.

    Returns
    -------
    NotebookNode
        A `NotebookNode` that is valid in nbformat 4.5.
    """
    cells = notebook.get("cells")
    cleaned, ids, room = [], set(), _Room()
    for number, cell in enumerate(cells if isinstance(cells, list) else []):
        if not isinstance(cell, dict):
            continue
        id = cell.get("id")
        if not isinstance(id, str) or not re.fullmatch("[a-zA-Z0-9_-]{1,64}", id) or id in ids:
            id = next(new for new in _names(number) if new not in ids)
        ids.add(id)
        cleaned.append(_clean_cell(cell, room) | {"id": id})
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


def _merged(outputs: Any) -> list[Output]:
    """Return the valid outputs; merge consecutive pieces of a stream, as Jupyter does."""
    merged: list[Output] = []
    found = filter(_is_output, outputs if isinstance(outputs, list) else [])
    for name, group in groupby(found, _stream_of):
        if name is None:
            merged += group
            continue
        pieces = [output.get("text") for output in group]
        listed = [piece if isinstance(piece, list) else [piece] for piece in pieces]
        flat = [part for piece in listed for part in piece]
        merged.append({"output_type": "stream", "name": name, "text": flat})
    return merged


def _is_output(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    kind = value.get("output_type")
    if kind in ("display_data", "execute_result"):
        return isinstance(value.get("data"), dict)
    return kind in ("stream", "error")


def _most_telling(outputs: Sequence[Output], most: int, room: float = float("inf")) -> list[Output]:
    """Return as many outputs as fit, in their order; errors have priority, then the result.

    nbgrader gives full points to a test without an error output, so an error must not be dropped
    in favour of a hundred pictures.
    """
    first = {"error": 0, "stderr": 1, "execute_result": 2}
    kinds = [_stream_of(output) or output.get("output_type") for output in outputs]
    ranks = [first.get(kind, 3) if isinstance(kind, str) else 3 for kind in kinds]
    order = sorted(range(len(outputs)), key=ranks.__getitem__)
    chosen: list[int] = []
    for place in order:
        size = _size(outputs[place]) if room < float("inf") else 0
        if len(chosen) < most and size <= room:
            room -= size
            chosen.append(place)
    return [outputs[place] for place in sorted(chosen)]


def _stream_of(output: Output) -> str | None:
    if output.get("output_type") != "stream":
        return None
    return "stderr" if output.get("name") == "stderr" else "stdout"


def _tags_in(output: Output) -> int:
    data = output.get("data")
    if not isinstance(data, dict):
        return 0
    return sum(joined(data.get(kind)).count("<") for kind in ("text/html", "text/markdown"))


def _size(output: Output) -> int:
    texts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    return sum(map(len, texts)) + sum(map(len, output.get("data", {}).values()))


def _display(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> Output:
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def _clean_output(output: Output, crowded: bool) -> Output:
    """Return an output that is valid and safe to show.

    Parameters
    ----------
    crowded
        Whether the limit on HTML is used up.
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
    number = count(output.get("execution_count"))
    return _display(data, metadata) | {"output_type": kind, "execution_count": number}


def _clean_error(output: Output) -> Output:
    name, value = (clean_text(output.get(key)) for key in ("ename", "evalue"))
    lines = output.get("traceback")
    lines = [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
    if sum(len(line) + 1 for line in lines) > LONGEST_TEXT + 1:
        text = "\n".join(lines)
        kept = LONGEST_TEXT - 100  # of the end, which is the most informative part
        lines = [f"(left out: {len(text) - kept} characters)\n{text[-kept:]}"]
    lines = [clean_text(line) for line in lines]
    # Pages show the traceback only.
    lines = lines or [clean_text(f"{name}: {value}")]
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": lines}


def _clean_data(
    data: dict[str, Any], metadata: Any, crowded: bool
) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the representations that may be shown, and the metadata of their pictures."""
    kept: dict[str, str] = {}
    described: dict[str, Any] = {}
    left_out = []
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            text = joined(data[kind])
            large = len(text) > LARGEST_OUTPUT
            picture = "" if large else clean_picture(kind, text)
            if picture:
                kept[kind] = picture
                described |= _description(kind, metadata)
            else:
                left_out.append(f"{kind} (too large)" if large else f"{kind} (not valid)")
    source = next((k for k in ("text/html", "text/markdown", "text/latex") if k in data), None)
    if source:
        text = joined(data[source])
        large = crowded or is_too_large(text)
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


def _as_html(kind: str, text: str) -> str:
    if kind == "text/markdown":
        from .markdown import rendered  # slow to import, and few submissions need it

        page = rendered(text, {})
        return "" if is_too_large(page) else page
    if kind == "text/latex":
        return clean_html(f"<div>{html.escape(text)}</div>")
    return clean_html(text)


def _shows_something(page: str) -> bool:
    return "<img" in page or bool(re.sub("<[^>]*>", "", page).strip())


def _printable(kind: object) -> str:
    if isinstance(kind, str) and re.fullmatch("[a-zA-Z0-9.+/_-]{1,80}", kind):
        return kind
    return "something of unknown type"


def _description(kind: str, metadata: Any) -> dict[str, Any]:
    """Return the width, height and alternative text of a picture, if they are valid."""
    given = metadata.get(kind) if isinstance(metadata, dict) else None
    if not isinstance(given, dict):
        return {}
    plain = {key: given[key] for key in ("width", "height") if count(given.get(key))}
    if isinstance(given.get("alt"), str):
        plain["alt"] = clean_text(given["alt"][:LONGEST_DESCRIPTION])
    return {kind: plain} if plain else {}


# Notebooks


def _names(number: int) -> Iterator[str]:
    yield f"cell-{number}"
    yield from (f"cell-{number}-{again}" for again in range(number + 1))


@dataclass
class _Room:
    """The remaining part of the limits of a notebook."""

    outputs: int = MOST_OF_NOTEBOOK
    formatted: int = MOST_FORMATTED


def _thinned(outputs: Any, room: _Room) -> list[Any]:
    """Remove formatted text from outputs once the limit is used up: sanitizing takes time."""
    return [_thin(output, room) for output in outputs] if isinstance(outputs, list) else []


def _thin(output: Any, room: _Room) -> Any:
    data = output.get("data") if isinstance(output, dict) else None
    if not isinstance(data, dict):
        return output
    room.formatted -= sum(len(joined(data.get(kind))) for kind in _HTML_KINDS)
    if room.formatted >= 0:
        return output
    return output | {"data": {kind: data[kind] for kind in data if kind not in _HTML_KINDS}}


def _clean_cell(cell: Mapping[str, Any], room: _Room) -> dict[str, Any]:
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "markdown") else "raw"
    cleaned: dict[str, Any] = {
        "cell_type": kind,
        "metadata": clean_cell_metadata(cell.get("metadata")),
        "source": encodable(joined(cell.get("source"))),
    }
    if kind == "code":
        if cleaned["metadata"].get("judged"):
            room = _Room()  # results of checks do not share the limits of student outputs
        cleaned["execution_count"] = count(cell.get("execution_count"))
        most = MOST_OUTPUTS if room.outputs > 0 else MOST_TELLING
        cleaned["outputs"] = _clean_outputs(_thinned(cell.get("outputs"), room), most)
        room.outputs -= len(cleaned["outputs"])
        return cleaned
    if kind == "raw":
        # Without a type, nbconvert treats a raw cell as HTML.
        cleaned["metadata"]["raw_mimetype"] = "text/plain"
    attachments = clean_attachments(cell.get("attachments"))
    if attachments:
        cleaned["attachments"] = attachments
    return cleaned


def clean_attachments(attachments: Any) -> dict[str, dict[str, str]]:
    """Return the attachments of a cell that are pictures, by name."""
    cleaned = {}
    for name, data in attachments.items() if isinstance(attachments, dict) else ():
        if not isinstance(name, str) or not isinstance(data, dict):
            continue
        for kind in ("image/png", "image/jpeg", "image/gif"):
            text = joined(data.get(kind))
            if text and len(text) <= LARGEST_OUTPUT and clean_picture(kind, text):
                cleaned[encodable(name)] = {kind: clean_picture(kind, text)}
    return cleaned
