"""Runs a solved lesson in a fork, and compares its outputs with the stored ones like strict nbval.

Static pictures are not drawn, since only their descriptions are compared and drawing takes most of
the time.
"""

import base64
import json
import os
import pickle
import re
import sys
import traceback
from types import SimpleNamespace
from xml.etree import ElementTree

import nbformat
import numpy as np
from course import REPOSITORY, source_of
from nbval.plugin import (
    IPyNbCell,
    coalesce_streams,
    find_comment_markers,
    find_metadata_tags,
    get_sanitize_patterns,
    transform_streams_for_comparison,
)

PATTERNS = dict(get_sanitize_patterns((REPOSITORY / "tests/drawings.cfg").read_text("utf-8")))
NOT_COMPARED = {"metadata", "output_type", "name", "execution_count", "image/png", "image/jpeg"}

# Tolerance for positions in units of the drawing: a hundredth of an inch is not visible.
SEEN = 1.0
NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
PLACES = {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height", "d"}


def in_a_fork(call, *args):
    """Call a function in a fork of this process and return its result."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(call(*args), pipe)
            status = 0
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        sent = pipe.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, f"the process that ran {call.__name__}{args} ended with {status}"
    return pickle.loads(sent)


def differences(lesson):
    """Run a solved lesson in this process; return a message for each difference."""
    from IPython.core.interactiveshell import InteractiveShell

    from backprop.figures import cache, handwriting
    from backprop.figures.interactive import scene
    from backprop.sandbox.shell import NotebookShell

    cache.picture_of = handwriting.picture_of = lambda figure, description: b""
    scene.picture_once = lambda draw, key: (b"", "")
    InteractiveShell.clear_instance()  # another test may have created a different shell
    shell = NotebookShell.instance()
    os.chdir(REPOSITORY / "solutions" / lesson)
    found = []
    for place, cell in enumerate(source_of(lesson).cells):
        if cell.cell_type != "code":
            continue
        shown, _ = shell.run(cell.source)
        if is_compared(cell):
            fresh = coalesce_streams(nbformat.from_dict(shown))
            found += [f"cell {place}: {words}" for words in outputs_differ(fresh, cell.outputs)]
    return found


def is_compared(cell):
    """Return whether nbval compares the outputs of a cell."""
    options = dict(find_metadata_tags(cell.metadata)) | dict(find_comment_markers(cell.source))
    return options.get("check", True)


def outputs_differ(fresh, stored):
    """Return the differences between the outputs of a cell and the stored ones, including shapes."""
    errors = [f"{one.ename}: {one.evalue}" for one in fresh if one.output_type == "error"]
    if errors:
        return errors
    new, old = by_kind(fresh), by_kind(stored)
    if {kind: len(texts) for kind, texts in new.items()} != {k: len(v) for k, v in old.items()}:
        return [f"outputs of kinds {sorted(new)} instead of {sorted(old)}"]
    found = []
    for kind, texts in old.items():
        for was, now in zip(texts, new[kind]):
            if sanitized(now) != sanitized(was):
                found.append(f"{kind}: {_first_difference(sanitized(was), sanitized(now))}")
            elif kind == "text/html" and 'class="figure-alive"' in was:
                found += [f"{kind}: {words}" for words in shapes_differ(now, was)]
    return found


def by_kind(outputs):
    """Return the texts that nbval compares by kind, in the order of the outputs."""
    found = {}
    for output in transform_streams_for_comparison(outputs):
        for kind, value in {**output, **output.get("data", {})}.items():
            if kind != "data" and kind not in NOT_COMPARED:
                found.setdefault(kind, []).append(value)
    return found


def sanitized(text):
    """Return a text after nbval's replacements."""
    cell = SimpleNamespace(parent=SimpleNamespace(sanitize_patterns=PATTERNS))
    return IPyNbCell.sanitize(cell, text)


def _first_difference(was, now):
    place = next((n for n, (a, b) in enumerate(zip(was, now)) if a != b), min(len(was), len(now)))
    start = max(0, place - 40)
    return f"...{was[start : place + 60]!r} has become ...{now[start : place + 60]!r}"


# ---- the shapes of interactive figures -----------------------------------------------


def data_of(page):
    """Return the data of the script in the page of an interactive figure."""
    return json.loads(re.search(r"\}\)\((\{.*\})\)</script>$", page)[1])


def drawing_of(page):
    """Return the drawing in such a page as SVG."""
    return base64.b64decode(re.search(r"svg\+xml;base64,([^\"]+)", page)[1]).decode()


def shapes_differ(page, other):
    """Return the visible differences between two pages of the same figure."""
    found = []
    shapes, others = (list(ElementTree.fromstring(drawing_of(one)).iter()) for one in (page, other))
    if [(s.tag, s.text, sorted(s.keys())) for s in shapes] != [
        (s.tag, s.text, sorted(s.keys())) for s in others
    ]:
        return ["the shapes or texts of the drawing differ"]
    for shape, was in zip(shapes, others):
        for name, value in shape.items():
            if not _alike(name, value, was.get(name)):
                found.append(f"{name} of {shape.get('data-key') or shape.tag}: {value}")
    tracks, earlier = data_of(page)["tracks"], data_of(other)["tracks"]
    for (key, name, values), (_, _, before) in zip(tracks, earlier):
        for frame, (value, was) in enumerate(zip(values, before)):
            if not _alike(name, value, was):
                found.append(f"{name} of {key} in frame {frame}: {value}, not {was}")
    return found


def _alike(name, value, was):
    if name not in PLACES:
        return value == was
    if name != "d":
        return abs(float(value) - float(was)) <= SEEN
    one, two = points_of(value), points_of(was)
    return _lies_along(one, two) and _lies_along(two, one)


def points_of(path):
    """Return the corners of the outlines in a path of M, L and Z: a list of arrays (n, 2)."""
    outlines = []
    for part in re.findall(r"M([^M]*)", path):
        points = np.array(re.findall(rf"({NUMBER}) ({NUMBER})", part), float)
        back_to_start = part.endswith("Z") or len(points) == 1  # a point is a line of length 0
        outlines.append(np.concatenate([points, points[:1]]) if back_to_start else points)
    return outlines


def _lies_along(outlines, others):
    """Return whether every corner of some outlines is on the lines of others, within tolerance."""
    if not outlines or not others:
        return not outlines and not others
    starts = np.concatenate([line[:-1] for line in others])
    ways = np.concatenate([line[1:] for line in others]) - starts
    for point in np.concatenate(outlines):
        lengths = np.maximum(np.sum(ways**2, axis=1), 1e-12)
        along = np.clip(np.sum((point - starts) * ways, axis=1) / lengths, 0, 1)
        nearest = starts + along[:, None] * ways
        if np.min(np.sum((point - nearest) ** 2, axis=1)) > SEEN**2:
            return False
    return True
