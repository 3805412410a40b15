"""Builds the site: JupyterLite, the lessons, and the packages that they import."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from html import escape
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from string import Template
from typing import Any

import nbformat

from ..release import heading_of, lessons, notebook_of
from .runtime import CORE, LOCK, NoRuntime, faults_in, pinned
from .wheels import Wheel, wheel_in, wheel_of_course, wheel_of_installed

HERE = Path(__file__).parent
MARK = ".lite"  # a file that marks folders written by this module
KERNEL = "@jupyterlite/pyodide-kernel-extension"
# Packages that the kernel would fetch from the package index, and those that lessons import.
FIRST = (
    "micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython", "backprop",
    "autograd",
)  # fmt: skip
APPS = ("lab", "notebooks", "tree")


class NoSite(RuntimeError):
    """The site cannot be built; the message says what is missing and what to do."""


def write_site(
    root: Path,
    destination: Path,
    runtime: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Path:
    """Write the lessons as a static site; return the path of its first page.

    Parameters
    ----------
    root
        The folder of the course.
    destination
        An empty folder, or the folder of an earlier build, which is replaced.
    runtime
        A Pyodide distribution to copy into the site; without one, the site loads Pyodide from its
        public distribution.
    overrides
        JupyterLab settings, by plugin.

    Raises
    ------
    NoSite
        If JupyterLite or a lesson is missing, or JupyterLite fails.
    NoRuntime
        If the runtime is incomplete.
    """
    root, destination = Path(root), Path(destination).resolve()
    names = [name for name in lessons(root) if (root / "notebooks" / name).is_dir()]
    if not names:
        raise NoSite(f"there is no lesson in {root / 'notebooks'}: make release writes them")
    faults = faults_in(runtime) if runtime else []
    if faults:
        raise NoRuntime(
            f"{runtime} contains no complete Pyodide: {faults[0]}. To fetch one, run "
            f"python -m backprop_classroom.lite.runtime {runtime}"
        )
    _clear(destination)
    with tempfile.TemporaryDirectory() as scratch:
        _lay_out(root, Path(scratch), destination, overrides or {})
        _build(Path(scratch))
    write_runtime(destination / "static" / "pyodide", runtime, root / "src")
    _configure(destination / "jupyter-lite.json", own=runtime is not None)
    _write_first_page(destination / "index.html", root, names, own=runtime is not None)
    (destination / MARK).touch()
    return destination / "index.html"


def _clear(destination: Path) -> None:
    """Empty the folder of an earlier site; raise `NoSite` for other folders with contents."""
    if destination.exists() and any(destination.iterdir()):
        if not (destination / MARK).exists():
            raise NoSite(
                f"{destination} is not empty and contains no earlier site; choose another folder"
            )
        shutil.rmtree(destination)
    destination.mkdir(parents=True, exist_ok=True)
    (destination / MARK).touch()  # first, so that an interrupted build can be cleared


def _lay_out(root: Path, scratch: Path, destination: Path, overrides: Mapping[str, Any]) -> None:
    """Write the input of JupyterLite's build: the released lessons and the settings."""
    left_out = shutil.ignore_patterns(".ipynb_checkpoints", ".virtual_documents", "*.html")
    shutil.copytree(root / "notebooks", scratch / "contents", ignore=left_out)
    settings = {
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True,
        },
        **overrides,
    }  # fmt: skip
    (scratch / "overrides.json").write_text(json.dumps(settings))
    about = {"jupyter-lite-schema-version": 0, "jupyter-config-data": {"appName": "Backprop"}}
    (scratch / "jupyter-lite.json").write_text(json.dumps(about))
    build = {
        "output_dir": str(destination),
        "contents": [str(scratch / "contents")],
        "apps": APPS,
        "no_sourcemaps": True,
        "no_libarchive": True,
        # Of the extensions on this machine, include only the kernel.
        "ignore_sys_prefix": ["federated_extensions"],
        "federated_extensions": [str(_kernel_extension())],
    }
    (scratch / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": build}))


def _build(scratch: Path) -> None:
    command = [sys.executable, "-m", "jupyterlite_core", "build", f"--lite-dir={scratch}"]
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise NoSite(f"JupyterLite could not build the site: {said}")


def _kernel_extension() -> Path:
    folder = Path(sys.prefix, "share/jupyter/labextensions", KERNEL)
    if not folder.is_dir():
        raise NoSite(f"JupyterLite's kernel is missing from {folder}: make setup GROUPS=lite")
    return folder


def _wheels(sources: Path) -> list[Wheel]:
    """Return the packages that Pyodide's distribution lacks."""
    folder = _kernel_extension() / "static" / "pypi"
    parts = {"piplite": ["piplite"], "ipykernel": ["ipykernel"], "pyodide_kernel": []}
    found = [
        wheel_in(next(folder.glob(f"{name}-*.whl")), imports) for name, imports in parts.items()
    ]
    try:
        found.append(wheel_of_installed("comm", ["traitlets"]))
        found.append(wheel_of_installed("autograd", ["numpy"]))
    except PackageNotFoundError as error:
        raise NoSite(f"the Python package {error.name} is missing: make setup") from None
    return [*found, wheel_of_course(sources)]


def write_runtime(folder: Path, runtime: Path | None, sources: Path) -> None:
    """Write the files from which a page loads Python.

    These are the packages that Pyodide lacks, the lock file, and Pyodide itself if there is a
    runtime.

    Parameters
    ----------
    folder
        The folder to write.
    runtime
        See `write_site`.
    sources
        The folder `src` of the course.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = pinned()
    if runtime is None:
        entries = {
            name: {**entry, "file_name": f"{_public()}/{entry['file_name']}"}
            for name, entry in known["packages"].items()
        }
    else:
        lock = json.loads((runtime / LOCK).read_text("utf-8"))
        entries = {name: lock["packages"][name] for name in known["packages"]}
        for name in (*CORE, *(entry["file_name"] for entry in entries.values())):
            shutil.copy(runtime / name, folder)
    for wheel in _wheels(sources):
        (folder / wheel.file_name).write_bytes(wheel.data)
        entries[wheel.name] = wheel.entry
    text = json.dumps({"info": known["info"], "packages": entries}, indent=1, sort_keys=True)
    (folder / LOCK).write_text(text + "\n", "utf-8")


def _public() -> str:
    """Return the address of the public distribution of this Pyodide version."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION

    return PYODIDE_CDN_URL.replace(PYODIDE_VERSION, pinned()["npm"].partition("@")[2])


def _configure(path: Path, *, own: bool) -> None:
    """Configure the address of Pyodide, and disable the package index."""
    config = json.loads(path.read_text("utf-8"))
    data = config.setdefault("jupyter-config-data", {})
    data.setdefault("litePluginSettings", {})[f"{KERNEL}:kernel"] = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs" if own else f"{_public()}/pyodide.mjs",
        "loadPyodideOptions": {
            "lockFileURL": f"./static/pyodide/{LOCK}", "packages": list(FIRST),
        },
        "disablePyPIFallback": True,
    }  # fmt: skip
    data["exposeAppInBrowser"] = True
    path.write_text(json.dumps(config, indent=1, sort_keys=True), "utf-8")


def _write_first_page(path: Path, root: Path, names: list[str], *, own: bool) -> None:
    rows = []
    for name in names:
        file = notebook_of(root / "notebooks" / name)
        place = escape(f"{name}/{file.name}")
        title = escape(heading_of(nbformat.read(file, as_version=4)) or name)
        rows.append(
            f'<li>{title}: <a href="lab/index.html?path={place}">in JupyterLab</a>, or '
            f'<a href="notebooks/index.html?path={place}">the notebook alone</a></li>'
        )
    source = "from this site" if own else "from Pyodide's public distribution, over the network"
    page = Template((HERE / "page.html").read_text("utf-8"))
    path.write_text(page.substitute(lessons="\n".join(rows), source=source), "utf-8")
