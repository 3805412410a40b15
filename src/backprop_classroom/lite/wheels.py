"""Builds wheels that Pyodide's distribution lacks, and their entries in its lock file."""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

# The earliest date that a zip supports: a fixed date makes the wheel reproducible.
DATE = (1980, 1, 1, 0, 0, 0)
STARTUP = "data/etc/ipython/startup"  # IPython runs the files in it when a kernel starts
PACKAGES = ("backprop", "backprop_judge")  # backprop_classroom is not used in the browser


@dataclass(frozen=True)
class Wheel:
    """A pure Python wheel.

    Attributes
    ----------
    name, version
        The name and version of the distribution.
    data
        The bytes of the file.
    imports
        The packages that it contains.
    depends
        The names of the distributions that it depends on.
    """

    name: str
    version: str
    data: bytes
    imports: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        """The name of the file."""
        return f"{self.name.replace('-', '_')}-{self.version}-py3-none-any.whl"

    @property
    def entry(self) -> dict[str, Any]:
        """The entry for this wheel in Pyodide's lock file."""
        return {
            "name": self.name,
            "version": self.version,
            "file_name": self.file_name,
            "sha256": hashlib.sha256(self.data).hexdigest(),
            "imports": list(self.imports),
            "depends": list(self.depends),
            "install_dir": "site",
            "package_type": "package",
            "unvendored_tests": False,
        }


def wheel_of_course(sources: Path) -> Wheel:
    """Return a wheel with the packages of the course that notebooks import.

    Parameters
    ----------
    sources
        The folder `src` of the course.
    """
    files = {
        path.relative_to(sources).as_posix(): path.read_bytes()
        for package in PACKAGES
        for path in sorted((sources / package).rglob("*"))
        if path.suffix in (".py", ".npz")
    }
    version = distribution("backprop").version
    startup = (sources / "after_restart.py").read_bytes()
    files[f"backprop-{version}.data/{STARTUP}/after_restart.py"] = startup
    needs = ("numpy", "matplotlib", "ipython", "traitlets", "tqdm")
    return Wheel("backprop", version, _packed("backprop", version, files), PACKAGES, needs)


def wheel_of_installed(name: str, depends: Sequence[str] = ()) -> Wheel:
    """Return a wheel of an installed pure Python distribution.

    Raises
    ------
    PackageNotFoundError
        If it is not installed.
    """
    found = distribution(name)
    files = {
        path.as_posix(): path.read_binary()
        for path in found.files or ()
        if path.suffix == ".py" and ".." not in path.parts
    }
    tops = {path.partition("/")[0].removesuffix(".py") for path in files}
    return Wheel(
        name, found.version, _packed(name, found.version, files), tuple(sorted(tops)),
        tuple(depends),
    )  # fmt: skip


def wheel_in(path: Path, imports: Sequence[str], depends: Sequence[str] = ()) -> Wheel:
    """Return the wheel in a file."""
    name, version = re.findall(r"^(\w+)-([\w.]+)-", path.name)[0]
    data = path.read_bytes()
    return Wheel(name.replace("_", "-"), version, data, tuple(imports), tuple(depends))


def _packed(name: str, version: str, files: Mapping[str, bytes]) -> bytes:
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    kind = "Wheel-Version: 1.0\nGenerator: backprop\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    every = {**files, f"{info}/METADATA": about.encode(), f"{info}/WHEEL": kind.encode()}
    record = "".join(f"{path},,\n" for path in [*every, f"{info}/RECORD"])
    every[f"{info}/RECORD"] = record.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in every.items():
            entry = zipfile.ZipInfo(path, DATE)
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue()
