"""Creates downloads as from learning platforms, and reads the results of collecting them."""

import zipfile
from io import BytesIO

import nbformat
from course import lesson_notebook
from nbformat.v4 import new_code_cell

from backprop_classroom.__main__ import main
from backprop_classroom.submissions.reading import read_companions
from backprop_classroom.submissions.timestamps import time_in

LESSON, NAME = "03_backward_pass", "backward_pass.ipynb"
OTHER = "02_forward_pass"


def notebook(mark="", lesson=LESSON):
    """Return the bytes of a notebook; another mark gives a different notebook."""
    made = lesson_notebook(lesson)
    made.cells.append(new_code_cell(f"# {mark}", id="own"))
    return nbformat.writes(made).encode()


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def zip_of(files):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def submitted_zip(student, data, when="2026-11-20 10:00:00.000000 UTC", lesson=LESSON):
    """Return a zip as created by `make submit`."""
    name = lesson.partition("_")[2] + ".ipynb"
    inside = f"{student}/{lesson}"
    return zip_of({f"{inside}/{name}": data, f"{inside}/timestamp.txt": when})


def collect(root, source, *options):
    return main(["--root", str(root), "collect", str(source), *map(str, options)])


def layout(root):
    """Return the files in submitted/ by path, except our own records."""
    submitted = root / "submitted"
    return {
        path.relative_to(submitted).as_posix(): path.read_bytes()
        for path in sorted(submitted.rglob("*"))
        if path.is_file() and ".collected" not in path.parts
    }


def notebooks(root):
    """Return the notebooks that count, by student/lesson."""
    return {
        name.rpartition("/")[0]: data
        for name, data in layout(root).items()
        if name.endswith(".ipynb") and not name.startswith(".")
    }


def time_of(root, student, lesson=LESSON):
    companions = read_companions(root / "submitted" / student / lesson)
    text = companions.get("timestamp.txt", b"")
    return text.decode() if time_in(text) else None
