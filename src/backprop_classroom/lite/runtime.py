"""Fetches the part of Pyodide's distribution that a site needs to run without a network.

    python -m backprop_classroom.lite.runtime FOLDER

The core is Pyodide's npm package. Its lock file lists every package with its sha256. Compiled
packages are extracted from a wheel that contains exactly these files; pure Python packages come
from the package index. pip and npm fetch them, and files with a different sha256 are rejected.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
NPM_SHA256 = "d7f7d24f8db486c7eda7280f3b0f7517524c8e43e8b086c6ee6ae8016658b484"
PYTHON = "3.14"  # the Python version of this Pyodide


class NoRuntime(Exception):
    """The runtime is missing or invalid; the message says why and what to do."""


def pinned() -> dict[str, Any]:
    """Return the pinned npm package, and the entries of its lock file that the course needs."""
    return json.loads((HERE / "packages.json").read_text("utf-8"))


def default_folder() -> Path:
    """Return the cache folder of the runtime, which is outside the repository."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "backprop", pinned()["npm"].replace("@", "-"))


def fetch(folder: Path) -> None:
    """Fetch the runtime into a folder, unless it is already complete.

    Raises
    ------
    NoRuntime
        If a file cannot be fetched, or differs from the pinned file.
    """
    folder = Path(folder)
    if not faults_in(folder):
        return
    with tempfile.TemporaryDirectory() as scratch:
        core, wheels = Path(scratch, "npm"), Path(scratch, "wheels")
        _fetch_core(core)
        _fetch_wheels(wheels)
        whole = Path(scratch, "whole")
        lay_out(core, wheels, whole)
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(whole, folder)


def lay_out(core: Path, wheels: Path, folder: Path) -> None:
    """Write the runtime from the files of the npm package and a folder of wheels.

    Raises
    ------
    NoRuntime
        If a file is missing, or differs from the file in the lock.
    """
    folder.mkdir(parents=True)
    for name in CORE:
        shutil.copy(core / name, folder)
    lock = json.loads((core / LOCK).read_text("utf-8"))
    carried, pure = _carried(wheels), _hashes()
    entries = {}
    for name, wanted in pinned()["packages"].items():
        if lock["packages"].get(name) != wanted:
            raise NoRuntime(f"the lock of {pinned()['npm']} does not match the pinned {name}")
        file, sha256 = wanted["file_name"], pure.get(name, wanted["sha256"])
        data = carried.get(file)
        if data is None:
            raise NoRuntime(f"{file} is missing from the fetched files")
        _see_that_it_is(file, data, sha256)
        (folder / file).write_bytes(data)
        entries[name] = {**wanted, "sha256": sha256}
    text = json.dumps({"info": lock["info"], "packages": entries}, indent=1, sort_keys=True)
    (folder / LOCK).write_text(text + "\n", "utf-8")


def faults_in(folder: Path) -> list[str]:
    """Return the files of a Pyodide distribution that are missing or do not match its lock."""
    try:
        lock = json.loads((folder / LOCK).read_text("utf-8"))["packages"]
    except (OSError, ValueError, KeyError):
        return [f"{LOCK} is missing, or cannot be read"]
    faults = [f"{name} is missing" for name in CORE if not (folder / name).is_file()]
    for name, wanted in pinned()["packages"].items():
        entry = lock.get(name, {})
        path = folder / entry.get("file_name", wanted["file_name"])
        if not entry:
            faults.append(f"{LOCK} does not list {name}")
        elif not path.is_file():
            faults.append(f"{path.name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry.get("sha256"):
            faults.append(f"{path.name} does not match {LOCK}")
    return faults


def _carried(wheels: Path) -> dict[str, bytes]:
    """Return the wheels in a folder, and the wheels inside open-webui's wheel, by file name."""
    found = {path.name: path.read_bytes() for path in wheels.glob("*.whl")}
    for path in wheels.glob("open_webui-*.whl"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".whl"):
                    found.setdefault(name.rpartition("/")[2], archive.read(name))
    return found


def _hashes() -> dict[str, str]:
    """Return the sha256 of each pure Python package on the package index."""
    lines = re.findall(r"^(\S+)==\S+ --hash=sha256:(\w+)$", _wheels().read_text(), re.MULTILINE)
    return {name.lower().replace("_", "-"): sha256 for name, sha256 in lines}


def _wheels() -> Path:
    return HERE / "wheels.txt"


def _see_that_it_is(name: str, data: bytes, sha256: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise NoRuntime(f"{name} is rejected: its sha256 should be {sha256}, but is {found}")


def _fetch_core(folder: Path) -> None:
    folder.mkdir(parents=True)
    if shutil.which("npm") is None:
        raise NoRuntime(
            "npm, which fetches Pyodide's core, is not on PATH (Debian: apt install npm)"
        )
    _run(["npm", "pack", "--silent", "--pack-destination", str(folder), pinned()["npm"]])
    (path,) = folder.glob("*.tgz")
    _see_that_it_is(path.name, path.read_bytes(), NPM_SHA256)
    with tarfile.open(path) as archive:
        for name in (*CORE, LOCK):
            member = archive.extractfile(f"package/{name}")
            if member is not None:
                (folder / name).write_bytes(member.read())


def _fetch_wheels(folder: Path) -> None:
    options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    options += [f"--python-version={PYTHON}", "--ignore-requires-python"]
    options += [f"--dest={folder}", f"--requirement={_wheels()}"]
    _run([sys.executable, "-m", "pip", "download", "--disable-pip-version-check", *options])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no message"]
        raise NoRuntime(f"{' '.join(command[:4])} ... failed: {said[-1]}")


def main(arguments: list[str]) -> int:
    """Fetch the runtime into the given or the default folder; return the exit code."""
    if len(arguments) > 1 or arguments[:1] in (["-h"], ["--help"]):
        print("usage: python -m backprop_classroom.lite.runtime [FOLDER]", file=sys.stderr)
        return 2
    folder = Path(arguments[0]) if arguments else default_folder()
    try:
        fetch(folder)
    except NoRuntime as error:
        print(f"runtime: {error}", file=sys.stderr)
        return 1
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
