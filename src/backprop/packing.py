"""Check and pack a notebook in a browser, where no other process can be started.

`backprop_classroom.submissions` does this and more where the course is installed.
"""

import html
import io
import json
import re
import sys
import zipfile
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .checking import expect_answers
from .exercises import EXERCISES
from .notebook import shell
from .progress import CHECKED
from .saved_lessons import Cells, points_shown, read_cells

FOLDER = "to_hand_in"


@dataclass
class Found:
    """The result of checking a whole notebook.

    Attributes
    ----------
    mend, know
        What to fix before handing in, and other remarks.
    earned, most
        The points from the checks, and the maximum.
    by_person
        The maximum of the points that a person gives in addition.
    """

    mend: list[str] = field(default_factory=list)
    know: list[str] = field(default_factory=list)
    earned: float = 0.0
    most: float = 0.0
    by_person: float = 0.0


def look_over_and_pack(home: Path, lesson: str, student: str, *, anyway: bool = False) -> None:
    """Run a saved notebook from its first cell to its last, print the results, and pack it.

    Parameters
    ----------
    home
        The folder that contains the lessons.
    lesson, student, anyway
        As for `hand_in`.
    """
    path = home / lesson / f"{lesson.partition('_')[2]}.ipynb"
    try:
        cells = read_cells(path)
    except (OSError, ValueError) as error:
        said = "it is missing" if isinstance(error, FileNotFoundError) else str(error)
        print(f"{path.name} cannot be handed in: {said}. Save the notebook under this name.")
        return
    when = datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d %H:%M:%S")
    print(f"{path.name}, saved {when}: running it from its first cell to its last ...")
    found = look_over(cells, lesson)
    _print(found)
    if found.mend and not anyway:
        print("Nothing was packed. Fix that, save the notebook and run this again. To hand it in "
              "as it is, add anyway=True")  # fmt: skip
        return
    packed = zip_of(path, lesson, student)
    name = f"{lesson}-{student}.zip"
    (home / FOLDER).mkdir(exist_ok=True)
    (home / FOLDER / name).write_bytes(packed)
    _show_link(name, packed)


def look_over(cells: Cells, lesson: str) -> Found:
    """Run the cells of a notebook and return the results of its checks."""
    found = Found()
    ids, recognized = _ids_of(cells, lesson)
    if recognized:
        found.know.append(
            "cells have lost nbgrader's metadata and were recognized: " + ", ".join(recognized)
        )
    outputs = _run(cells)
    for number, shown in outputs.items():
        for one in shown:
            if one["output_type"] == "error":
                found.mend.append(
                    f"cell {number + 1} of {len(cells)} fails with {one['ename']}: {one['evalue']}"
                )
    for entry in EXERCISES.values():
        if entry.lesson != lesson:
            continue
        wanted = entry.id if entry.manual else f"check_{entry.id}"
        if entry.manual and recognized and entry.id not in ids:
            found.know.append(
                f"the written answer {entry.id} was not found without nbgrader's metadata; "
                "a person has to mark it"
            )
        else:
            _count_copies(found, ids, entry.id, wanted)
        if entry.manual:
            found.by_person += entry.points
            continue
        found.most += entry.points
        if wanted in ids:
            shown = outputs.get(len(ids) - 1 - ids[::-1].index(wanted), [])
            points = points_shown(shown) or 0.0
            found.earned += min(max(points, 0.0), entry.points)
            if points < entry.points:
                found.know.append(_headline(shown) or f"{entry.id}: {points:g} points")
    return found


def _ids_of(cells: Cells, lesson: str) -> tuple[list[str], list[str]]:
    """Return the grade_id (or "") of each cell, and the ids recognized without metadata.

    A check is recognized by its source line, an answer by the check below it.
    """
    ids = [str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")) for cell in cells]
    recognized: list[str] = []
    for number, cell in enumerate(cells):
        line = re.match(r"""\s*check\(\s*["'](\w+)["']""", _text(cell.get("source")))
        if ids[number] or cell.get("cell_type") != "code" or not line:
            continue
        exercise = line[1]
        if exercise not in EXERCISES or EXERCISES[exercise].lesson != lesson:
            continue
        answer = max(number - 1, 0)
        unnamed = not ids[answer] and cells[answer].get("cell_type") == "code"
        for place, id in ((answer, exercise), (number, f"check_{exercise}")):
            if id not in ids and (place == number or unnamed):
                ids[place] = id
                recognized.append(id)
    return ids, recognized


def _count_copies(found: Found, ids: list[str], *wanted: str) -> None:
    for id in dict.fromkeys(wanted):
        if ids.count(id) != 1:
            how = f"occurs {ids.count(id)} times" if id in ids else "is missing"
            found.mend.append(f"the cell {id} {how}: copy your answers into the original notebook")


def _run(cells: Cells) -> dict[int, list[dict[str, Any]]]:
    """Run the code cells in a separate namespace; return the outputs of each."""
    from IPython.utils.capture import capture_output

    from .sandbox.shell import NotebookShell

    here, main = shell(), sys.modules["__main__"]
    checked = dict(here.user_ns.get(CHECKED, {})) if here else {}
    outputs: dict[int, list[dict[str, Any]]] = {}
    try:
        with capture_output():  # hide the pictures, which go to the shell of the open notebook
            fresh = NotebookShell()
            expect_answers(fresh.user_ns)
            for number, cell in enumerate(cells):
                source = _text(cell.get("source"))
                if cell.get("cell_type") == "code" and not _hands_in(source):
                    outputs[number], _ = fresh.run(source)
    finally:
        sys.modules["__main__"] = main
        if here:
            here.user_ns[CHECKED] = checked
    return outputs


def zip_of(path: Path, lesson: str, student: str) -> bytes:
    """Return a zip file with a saved notebook in nbgrader's layout of submissions."""
    notebook = json.loads(path.read_bytes())
    for cell in notebook["cells"]:
        if _hands_in(_text(cell.get("source"))) and "outputs" in cell:
            cell["outputs"] = []  # they can contain an earlier zip file
    now, folder = datetime.now(UTC), f"{student}/{lesson}"
    files = {
        f"{folder}/{path.name}": json.dumps(notebook, indent=1, ensure_ascii=False),
        f"{folder}/timestamp.txt": now.strftime("%Y-%m-%d %H:%M:%S.%f %Z"),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, now.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, text)
    return packed.getvalue()


def _print(found: Found) -> None:
    titles = ("To fix before you hand in:", found.mend), ("Please note:", found.know)
    for title, lines in titles:
        if lines:
            print(title, *(f"  {number}. {line}" for number, line in enumerate(lines, 1)), sep="\n")
    more = f"; a person marks another {found.by_person:g}" if found.by_person else ""
    said = f"Its checks give {found.earned:g} of {found.most:g} points here{more}."
    print(f"{said} Grading tests your answers with other numbers.")


def _show_link(name: str, packed: bytes) -> None:
    from IPython.display import display

    address = f"data:application/zip;base64,{b64encode(packed).decode()}"
    said = f"Packed: {FOLDER}/{name} ({len(packed) / 1024:.0f} kB)"
    page = f'<p>{said}. <a download="{name}" href="{address}">Download {name}</a></p>'
    page += (
        "<p>Give this file to your instructor without changing it. Your instructor's copy of the "
        "course computes the grades.</p>"
    )
    display({"text/html": page, "text/plain": said}, raw=True)


def _hands_in(source: str) -> bool:
    return re.search(r"^\s*hand_in\(", source, re.MULTILINE) is not None


def _headline(outputs: list[dict[str, Any]]) -> str:
    for one in outputs:
        if one["output_type"] == "execute_result":
            found = re.search("<strong>(.*?)</strong>", one["data"].get("text/html", ""))
            return html.unescape(found[1]).partition(" ")[2] if found else ""
    return ""


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value or "")
