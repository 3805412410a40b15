"""Read a student's points, written answers and predictions from a saved notebook.

Students edit notebooks by hand, so every part of the file is validated before it is used.
"""

import ast
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from .exercises import EXERCISES

Cells: TypeAlias = list[Any]

LARGEST_NOTEBOOK = 100_000_000  # bytes
STUB = "YOUR ANSWER HERE"
_COMPARED = re.compile(r"""\bcompare_prediction\(\s*["']([^"'\n]+)["']""")


@dataclass
class Saved:
    """The results that are saved in one notebook.

    Attributes
    ----------
    earned
        The points of every exercise whose check was run.
    written
        The exercises marked by a person that have a written answer.
    asked
        The exercises that have a cell.
    predictions
        For each prediction, by its id, whether it was made.
    """

    earned: dict[str, float] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    predictions: dict[str, bool] = field(default_factory=dict)


def read_lesson(path: Path) -> Saved:
    """Read a saved notebook.

    Parameters
    ----------
    path
        The file of the notebook.

    Returns
    -------
    Saved
        The results that are saved in it.

    Raises
    ------
    ValueError
        If the file cannot be read; the message says why.
    """
    found = Saved()
    waiting: bool | None = None  # whether the prediction before the next comparison was made
    for cell in read_cells(path):
        id = _grade_id(cell)
        found.asked.add(id.removeprefix("check_"))
        if id.startswith("check_"):
            points = points_shown(cell.get("outputs"))
            if points is not None and id.removeprefix("check_") in EXERCISES:
                found.earned[id.removeprefix("check_")] = points
        elif id in EXERCISES and EXERCISES[id].manual:
            text = _text(cell.get("source")).strip()
            if text and text != STUB:
                found.written.add(id)
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = _text(cell.get("source"))
        if waiting is not None and (compared := _COMPARED.search(source)):
            found.predictions[compared[1]] = waiting
        waiting = _made(source.strip())
    return found


def _made(source: str) -> bool | None:
    """Return whether a cell makes a prediction, or None if it is not a cell for a prediction.

    Such a cell has one line, `prediction = None  # "rises" or "falls"`. If the comment lists
    options, only those count as predictions.
    """
    if "\n" in source or not re.match(r"prediction\s*=(?!=)", source):
        return None
    try:
        (line,) = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    value = getattr(line, "value", None)
    if not isinstance(value, ast.Constant):
        return True  # such as -0.5 or 1 / 3
    if value.value is None:
        return False
    options = re.findall(r'"([^"]*)"', source[value.end_col_offset :])
    return not options or str(value.value).strip().casefold() in map(str.casefold, options)


def read_cells(path: Path) -> Cells:
    """Return the cells of a saved notebook, which may be of any type.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If the file cannot be read; the message says why.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    if not path.is_file():  # opening a pipe would never return
        raise ValueError("it is not a file")
    if path.stat().st_size > LARGEST_NOTEBOOK:
        raise ValueError(f"it is larger than {LARGEST_NOTEBOOK // 1_000_000} MB")
    try:
        notebook = json.loads(path.read_bytes())
    except OSError as error:
        raise ValueError(f"it cannot be opened ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise ValueError("it is not a notebook, or it was saved only in part") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it is not a notebook of the current format")
    return cells


def _grade_id(cell: Any) -> str:
    for key in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(key) if isinstance(cell, dict) else None
    return cell if isinstance(cell, str) else ""


def points_shown(outputs: Any) -> float | None:
    """Return the number that a check cell returned, or None."""
    found = None
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict) and output.get("output_type") == "execute_result":
            data = output.get("data")
            try:
                found = float(_text(data.get("text/plain")) if isinstance(data, dict) else "")
            except ValueError:
                found = None
    return found


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = "".join(piece for piece in value if isinstance(piece, str))
    return value if isinstance(value, str) else ""
