"""Builds the lessons as an offline website, and as a PDF for printing."""

import html
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from ..release import NOTATION, execute, lessons, notebook_of

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge")
PAPER_SECONDS = 300


class NoBook(RuntimeError):
    """Raised if the book cannot be built; the message says what is missing and what to do."""


def write_book(root: Path, destination: Path, *, paper: bool = False) -> Path:
    """Write the released lessons as a website; return the path of its first page.

    The lessons are executed as students receive them, so that they contain their pictures.

    Parameters
    ----------
    root
        The folder of the course.
    destination
        A separate folder; an earlier book in it is replaced.
    paper
        Whether to also write `course.pdf`, printed by a browser on this machine.

    Raises
    ------
    NoBook
        If Sphinx, a lesson or a browser is missing.
    Refused
        If a lesson cannot be executed.
    """
    root, destination = Path(root), Path(destination).resolve()
    _see_that_sphinx_is_there()
    names = [name for name in lessons(root) if (root / "notebooks" / name).is_dir()]
    if not names:
        raise NoBook(f"there is no lesson in {root / 'notebooks'}: run make release")
    _clear(destination)
    with tempfile.TemporaryDirectory() as scratch:
        pages = Path(scratch)
        for name in names:
            path = notebook_of(root / "notebooks" / name)
            notebook = execute(
                nbformat.read(path, as_version=4), name=f"notebooks/{name}", lesson=name
            )
            nbformat.write(_fit_for_print(notebook), pages / f"{name}.ipynb")
        if (root / "notebooks" / NOTATION).exists():
            shutil.copy(root / "notebooks" / NOTATION, pages)
            names.append(NOTATION.removesuffix(".md"))
        nbformat.write(_first_page(names), pages / "index.ipynb")
        _run_sphinx("html", pages, destination)
        if paper:
            _run_sphinx("singlehtml", pages, pages / "one")
            _print_to(pages / "one" / "index.html", destination / "course.pdf")
    (destination / ".book").touch()
    return destination / "index.html"


def _see_that_sphinx_is_there() -> None:
    try:
        import furo  # noqa: F401
        import latex2mathml  # noqa: F401
        import myst_nb  # noqa: F401
        import sphinx  # noqa: F401
    except ImportError as error:
        raise NoBook(
            f"the Python package {error.name} is missing; the book needs Sphinx with MyST-NB and "
            "Furo: pip install 'backprop[book]'"
        ) from None


def _clear(destination: Path) -> None:
    """Empty the folder of an earlier book; refuse any other folder that is not empty."""
    if destination.exists() and any(destination.iterdir()):
        if not (destination / ".book").exists():
            raise NoBook(
                f"{destination} contains files that are not an earlier book; choose another folder"
            )
        shutil.rmtree(destination)
    destination.mkdir(parents=True, exist_ok=True)


def _first_page(names: Sequence[str]) -> NotebookNode:
    text = (HERE / "first_page.md").read_text(encoding="utf-8")
    tree = "\n".join(["```{toctree}", ":maxdepth: 1", "", *names, "```"])
    return new_notebook(cells=[new_markdown_cell(f"{text}\n{tree}", id="first-page")])


def _fit_for_print(notebook: NotebookNode) -> NotebookNode:
    """Add the description of every picture as alternative text, and adapt links to the book."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":  # in the book, all pages are in one folder
            cell.source = cell.source.replace(f"](../{NOTATION})", f"]({NOTATION})")
        for output in cell.get("outputs", ()):
            data, about = output.get("data", {}), output.get("metadata", {})
            words = about.get("image/png", {}).get("alt")
            if words and "text/html" not in data:
                picture = data.pop("image/png").replace("\n", "")
                data["text/html"] = (
                    f'<img src="data:image/png;base64,{picture}" alt="{html.escape(words)}">'
                )
    return notebook


def _run_sphinx(builder: str, pages: Path, destination: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-b", builder, "-q", "-c", str(HERE)]
    done = subprocess.run(
        [*command, "-d", str(pages / ".trees"), str(pages), str(destination)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise NoBook(f"Sphinx could not build the book: {said}")


def _print_to(page: Path, destination: Path) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise NoBook(
            f"printing the PDF needs a browser, one of {', '.join(BROWSERS)}; none is installed"
        )
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser, "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer",
            "--no-sandbox", f"--user-data-dir={profile}", f"--print-to-pdf={destination}",
            page.as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=PAPER_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise NoBook(f"{browser} did not print the PDF within {PAPER_SECONDS} s") from None
    if not destination.exists():
        raise NoBook(f"{browser} did not write a PDF")
