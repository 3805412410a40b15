"""Checks this machine: lists what the course needs, what is missing, and how to get it.

Students run it too, so packages that only instructors need are imported inside functions.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.util import find_spec
from pathlib import Path

import psutil

from .limits import LIMITS
from .texts import shown

GIGABYTE = 2**30
LEAST_MEMORY = GIGABYTE  # for one notebook
LEAST_SPACE = 200 * 2**20  # in the folder of the course
_CONTROL_GROUPS = ("memory.max", "memory/memory.limit_in_bytes")  # versions 2 and 1
_SET_UP = "make clean setup (without make: python -m pip install -c requirements.txt -e .)"


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes
    ----------
    about
        The thing that was checked.
    said
        Its state.
    fix
        What to do; "" if the check passed.
    needed
        Whether it is required; if not, it is reported as optional.
    """

    about: str
    said: str
    fix: str = ""
    needed: bool = True

    def __str__(self) -> str:
        state = "ok" if not self.fix else "MISSING" if self.needed else "optional"
        lines = f"{state:9}{self.about:12}{shown(self.said)}"
        return f"{lines}\n{'':21}-> {shown(self.fix)}" if self.fix else lines


def examine(root: Path) -> int:
    """Print the state of this machine; return 1 if something required is missing, else 0.

    Parameters
    ----------
    root
        The folder of the course. If it contains solutions/, the requirements of instructors are
        required too.
    """
    root = Path(root)
    teaching = (root / "solutions").is_dir()
    missing = []
    for about, look, for_teaching in _LOOKS:
        found = _found(about, look, root)
        if for_teaching and not teaching:
            found = replace(found, needed=False)
        print(found, flush=True)
        if found.fix and found.needed:
            missing.append(about)
    where = "for students and instructors"
    if not teaching:
        where = "for a student (an instructor needs the solutions too)"
    print(f"missing: {', '.join(missing)}" if missing else f"nothing is missing {where}")
    return 1 if missing else 0


def _found(about: str, look: "Look", root: Path) -> Finding:
    try:
        return look(about, root)
    except Exception as error:  # one failing check must not stop the others
        said = f"cannot be checked ({type(error).__name__}: {error})"
        return Finding(about, said[:300], _SET_UP)


# --- for students and instructors ------------------------------------------------------


def _python(about: str, root: Path) -> Finding:
    oldest = distribution("backprop").metadata["Requires-Python"].removeprefix(">=")
    said = f"{sys.version.split()[0]}, {sys.executable}"
    if sys.version_info >= tuple(map(int, oldest.split("."))):
        return Finding(about, said)
    return Finding(about, said, f"install Python {oldest} or newer, then make setup PYTHON=...")


def _packages(about: str, root: Path) -> Finding:
    pinned, other = _pinned(root), []
    for name in _needed_by("backprop"):
        if name in pinned and _installed(name) is None:
            other.append(f"{name} is not installed")
    for name, wanted in pinned.items():
        found = _installed(name)
        if found not in (None, wanted):
            other.append(f"{name} is {found}, not {wanted}")
    if other:
        return Finding(about, "; ".join(other[:3]) + ("; ..." if other[3:] else ""), _SET_UP)
    count = sum(_installed(name) is not None for name in pinned)
    return Finding(about, f"{count} of requirements.txt, all at the pinned versions")


def _pinned(root: Path) -> dict[str, str]:
    """Return the pinned version of each package for this Python and system."""
    from packaging.requirements import Requirement

    lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line.strip()]
    return {
        pin.name: str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def _needed_by(package: str) -> set[str]:
    """Return the canonical names of a package's dependencies, including indirect ones."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    needed: set[str] = set()
    waiting = [package]
    while waiting:
        try:
            requires = distribution(waiting.pop()).requires or []
        except PackageNotFoundError:
            continue
        for line in requires:
            one = Requirement(line)
            name = str(canonicalize_name(one.name))
            if name not in needed and (one.marker is None or one.marker.evaluate({"extra": ""})):
                needed.add(name)
                waiting.append(name)
    return needed


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _kernel(about: str, root: Path) -> Finding:
    from nbformat.v4 import new_code_cell, new_notebook

    from .release import execute

    cell = new_code_cell("import matplotlib.pyplot\nfrom backprop import check\ncheck.__name__")
    execute(new_notebook(cells=[cell]), name="a notebook of one cell")
    return Finding(about, "starts, and imports the course")


def _folder(about: str, root: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=root):
            free = shutil.disk_usage(root).free
    except OSError as error:
        fix = "make it writable, or copy the course to another folder"
        return Finding(about, f"{root} cannot be written ({error.strerror})", fix)
    said = f"{root} is writable, {free / GIGABYTE:.1f} GB free"
    return Finding(about, said, "" if free > LEAST_SPACE else "free some space on this disk")


def _memory(about: str, root: Path) -> Finding:
    memory = psutil.virtual_memory()
    total, free = memory.total, memory.available
    limit = _limit_of_container()
    if limit is not None and limit < total:
        total, free = limit, min(free, limit)
    most = LIMITS.memory / GIGABYTE
    said = f"{total / GIGABYTE:.1f} GB, {free / GIGABYTE:.1f} free"
    said += f"; grading takes at most {most:g} GB per worker"
    fix = "close other programs (Docker Desktop: Settings, Resources, Memory)"
    return Finding(about, said, "" if free >= LEAST_MEMORY else fix)


def _limit_of_container(root: Path = Path("/sys/fs/cgroup")) -> int | None:
    for name in _CONTROL_GROUPS:
        try:
            return int((root / name).read_text())
        except (OSError, ValueError):
            continue
    return None


def _cores(about: str, root: Path) -> Finding:
    count = os.cpu_count() or 1
    return Finding(about, f"{count}; the number of submissions graded in parallel (--workers)")


def _figures(about: str, root: Path) -> Finding:
    import matplotlib
    from matplotlib import font_manager

    font_manager.findfont("DejaVu Sans", fallback_to_default=False)
    folder = Path(matplotlib.get_cachedir())
    if list(folder.glob("fontlist-*.json")) and os.access(folder, os.W_OK):
        return Finding(about, f"fonts and figures are cached in {folder}")
    fix = f"make {folder} writable, or set MPLCONFIGDIR to a writable folder"
    return Finding(about, "the font list is rebuilt at every start, which takes seconds", fix)


# --- for instructors -------------------------------------------------------------------


def _bubblewrap(about: str, root: Path) -> Finding:
    from .grading.bubblewrap import trouble

    found = trouble()
    if found:
        return Finding(about, *found)
    how = "as root, without a user namespace" if os.getuid() == 0 else "in a user namespace"
    return Finding(about, f"works, {how}")


def _sandbox(about: str, root: Path) -> Finding:
    from .grading.bubblewrap import trouble

    if trouble():
        return Finding(about, "cannot be tested without bubblewrap", "see bubblewrap")
    from .grading.sandbox import Sandbox

    sandbox = Sandbox(sealed=True, hidden=(str(root.resolve()),))
    try:
        sandbox.end(sandbox.open())
    finally:
        sandbox.close()
    return Finding(about, "starts, and opens a notebook")


def _nbgrader(about: str, root: Path) -> Finding:
    group = "make setup GROUPS=grading"
    without = 'python -m pip install -c requirements.txt -e ".[grading]"'
    fix = f"{group} (without make: {without})"
    if find_spec("nbgrader") is None:
        return Finding(about, "is not installed; instructors need it", fix)
    extension = Path(sys.prefix, "share/jupyter/labextensions/@jupyter/nbgrader/package.json")
    if not extension.is_file():
        return Finding(about, "its JupyterLab extension is missing", fix)
    beside = Path(sys.executable).parent
    if shutil.which("alembic", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}") is None:
        return Finding(about, "alembic, which nbgrader runs, is not on PATH", fix)
    return Finding(about, f"{version('nbgrader')}, with its JupyterLab extension")


def _chromium(about: str, root: Path) -> Finding:
    from .site import BROWSERS

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return Finding(about, f"{found}, for make book ARGS=--paper")
    fix = "Debian: apt install chromium; Ubuntu: snap install chromium"
    return Finding(
        about, "no browser that can print is on PATH; only --paper needs one", fix, False
    )


Look = Callable[[str, Path], Finding]
# Name, check, and whether only instructors need it.
_LOOKS: tuple[tuple[str, Look, bool], ...] = (
    ("Python", _python, False),
    ("packages", _packages, False),
    ("kernel", _kernel, False),
    ("folder", _folder, False),
    ("memory", _memory, False),
    ("cores", _cores, False),
    ("figures", _figures, False),
    ("bubblewrap", _bubblewrap, True),
    ("sandbox", _sandbox, True),
    ("nbgrader", _nbgrader, True),
    ("Chromium", _chromium, True),
)
