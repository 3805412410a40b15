"""Packs the files for students into one zip: released notebooks, packages, setup files."""

import io
import subprocess
import tempfile
import zipfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from .files import write_safely
from .release import NOTATION, generate, lessons, notebook_of, released_notebook

# src/ includes backprop_classroom, which provides `submit` and `page` and contains no answers.
SET_UP = (
    "Makefile", "README.md", "LICENSE", "LICENSE-CC-BY", "environment.yml", "pyproject.toml",
    "requirements.txt",
)  # fmt: skip
PLACES = ("notebooks", "src", *SET_UP)
INSIDE = "backprop"  # the top-level folder in the zip
# The earliest date that a zip supports: a fixed date makes the archive reproducible.
DATE = (1980, 1, 1, 0, 0, 0)


class NoHandout(Exception):
    """The zip was not written; the message says why."""


def write_handout(root: Path, destination: Path) -> list[str]:
    """Pack the files for students into one zip.

    Parameters
    ----------
    root
        The folder of the course.
    destination
        The zip to write.

    Returns
    -------
    list of str
        The files in `PLACES` that are left out because git does not track them.

    Raises
    ------
    NoHandout
        If a file is missing, or if a notebook or the page *Notation* differs from the released
        version and may therefore contain answers.
    Refused
        If nbgrader cannot generate the student version of a lesson.
    """
    if destination.suffix != ".zip":
        raise NoHandout(f"the name of the file to write must end in .zip: {destination}")
    files, left_out = course_files(root)
    _see_that_notebooks_are_released(root, files)
    packed = _packed(root, files)
    try:
        write_safely(destination, packed)
    except OSError as error:
        raise NoHandout(f"{destination} cannot be written: {error.strerror}") from None
    return left_out


def _packed(root: Path, files: set[str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{INSIDE}/{name}", DATE)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as on Linux
            entry.compress_type = zipfile.ZIP_DEFLATED
            try:
                archive.writestr(entry, (root / name).read_bytes())
            except OSError as error:
                why = f"{root / name} cannot be read ({error.strerror})"
                raise NoHandout(f"{why}: restore it, then run this again") from None
    return packed.getvalue()


def course_files(root: Path) -> tuple[set[str], list[str]]:
    """Return the files to pack, and the files in `PLACES` that git does not track.

    Raises
    ------
    NoHandout
        If git is installed but fails.
    """
    tracked = _listed_by_git(root, "--cached")
    if tracked:
        return tracked | set(SET_UP), sorted(_listed_by_git(root, "--others", "--exclude-standard"))
    notebooks = {released_notebook(root, lesson) for lesson in lessons(root)}
    notebooks |= {path for path in [root / "notebooks" / NOTATION] if path.exists()}
    sources = {
        path
        for path in (root / "src").rglob("*")
        if path.is_file()
        and not any(
            part.startswith(".") or part == "__pycache__" or part.endswith(".egg-info")
            for part in path.relative_to(root).parts
        )
    }
    return {path.relative_to(root).as_posix() for path in notebooks | sources} | set(SET_UP), []


def _listed_by_git(root: Path, *which: str) -> set[str]:
    """Return the files in `PLACES` that git lists; none without a git repository."""
    command = ["git", "-C", str(root), "ls-files", "-z", *which, "--", *PLACES]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True)
    except FileNotFoundError:  # no git on this machine
        return set()
    except subprocess.CalledProcessError as error:
        if not (root / ".git").exists():
            return set()
        said = error.stderr.strip().partition("\n")[0]
        raise NoHandout(f"git cannot list the files of the course: {said}") from None
    return set(listed.stdout.split("\0")) - {""}


def _see_that_notebooks_are_released(root: Path, files: set[str]) -> None:
    expected = {
        released_notebook(root, lesson).relative_to(root).as_posix(): lesson
        for lesson in lessons(root)
    }
    found = {name for name in files if name.endswith(".ipynb")}
    for name in sorted(found - expected.keys()):
        raise NoHandout(
            f"{name} is not a released notebook: remove it from git, or move it to another folder"
        )
    for name in sorted(expected.keys() - found):
        raise NoHandout(f"git does not track {name}: run git add {name}")
    page = root / "solutions" / NOTATION
    name = f"notebooks/{NOTATION}"
    if page.exists() and (name not in files or (root / name).read_bytes() != page.read_bytes()):
        raise NoHandout(
            f"{name} differs from solutions/{NOTATION}, or git does not track it: run make release "
            f"and git add {name}"
        )
    with tempfile.TemporaryDirectory() as scratch:
        for name, lesson in expected.items():
            generated = notebook_of(generate(root, lesson, Path(scratch)))
            if _read(root / name) != _read(generated):
                raise NoHandout(
                    f"{name} differs from the released version of solutions/{lesson} and may "
                    f"contain answers: run make release ARGS={lesson}"
                )


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many types of exceptions
        why = f"{path} cannot be read ({type(error).__name__})"
        raise NoHandout(f"{why}: run make release") from None
