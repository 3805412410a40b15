"""The files that a sandbox sees: programs, the interpreter, named libraries and `backprop`.

This is an allowlist. Inside the sandbox, everything has a fixed path: the instructor's own paths
would reveal folder names, and may have parent folders that only their owner can enter.
"""

import functools
import marshal
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.machinery import SourceFileLoader
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import MAGIC_NUMBER, find_spec, source_hash
from pathlib import Path
from types import CodeType

from packaging.requirements import Requirement

import backprop
import backprop_judge

LIBRARIES = ("numpy", "matplotlib", "IPython", "tqdm")  # and their dependencies
INNER_LIBRARIES, INNER_PACKAGE, INNER_PYTHON = "/libraries", "/sandbox", "/python"

# Folders in /usr: programs, their shared libraries, and the few data files that they read.
_SYSTEM = (
    "bin", "sbin", "lib", "lib32", "lib64", "libexec", "share/fonts", "share/terminfo",
    "share/zoneinfo",
)  # fmt: skip
_OF_INTERPRETER = ("lib", "lib64")
_INSTALLED = ("site-packages", "dist-packages")  # hidden: they hold more than a notebook needs


def package() -> dict[str, bytes]:
    """Return the part of the course that the sandbox sees: the files of `backprop`, by path."""
    source = Path(backprop.__file__).parent
    files = [*source.rglob("*.py"), *source.rglob("*.npz")]
    return {str(path.relative_to(source.parent)): path.read_bytes() for path in sorted(files)}


def package_and_bytecode() -> dict[str, bytes]:
    """Return `package()` and its compiled modules, which each sandbox would have to compile."""
    source = Path(backprop.__file__).parent
    found = package()
    for path in source.rglob("*.py"):
        place = path.relative_to(source.parent)
        name = f"{path.stem}.{sys.implementation.cache_tag}.pyc"
        found[str(place.parent / "__pycache__" / name)] = _bytecode(path, found[str(place)])
    return found


@functools.cache
def _bytecode(path: Path, source: bytes) -> bytes:
    """Return the contents of a .pyc file that is valid whenever the source file was written."""
    # Usually this comes from the .pyc file beside the source.
    found = (
        None if sys.flags.optimize else SourceFileLoader(path.stem, str(path)).get_code(path.stem)
    )
    code = found or compile(source, path.name, "exec", dont_inherit=True, optimize=0)
    unchecked_hash = (1).to_bytes(4, "little") + source_hash(source)
    return MAGIC_NUMBER + unchecked_hash + marshal.dumps(_named(path.name, code))


def _named(name: str, code: CodeType) -> CodeType:
    """Return code with another file name; importing it sets the path that the sandbox sees."""
    constants = (_named(name, one) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_filename=name, co_consts=tuple(constants))


def interpreter(inside: bool) -> str:
    """Return the path of the real interpreter: in a virtual environment it is only a link."""
    path, prefix = Path(os.path.realpath(sys.executable)), _prefix()
    if inside and _is_apart(prefix):
        path = Path(INNER_PYTHON, path.relative_to(prefix))
    return str(path)


def library_folders() -> list[str]:
    """Return the folders of the libraries that a notebook can import."""
    specs = map(find_spec, LIBRARIES)
    folders = [str(Path(one.origin).parents[1]) for one in specs if one and one.origin]
    return list(dict.fromkeys(folders))


def library_names() -> set[str]:
    """Return the import names of the libraries that the sandbox sees."""
    return {path.name.partition(".")[0] for path in _libraries()}


def mounts(hidden: Sequence[str]) -> list[str]:
    """Return bubblewrap options that mount everything that the sandbox sees of this machine.

    Parameters
    ----------
    hidden
        Folders that must stay hidden, wherever they are, such as the course folder.
    """
    shown = dict(_shown())
    options = []
    # Folders that bubblewrap creates implicitly can be entered by root only.
    for folder in sorted({str(Path(place).parent) for place in shown.values()}):
        options += ["--perms", "0755", "--dir", folder]
    options += ["--perms", "0755", "--dir", INNER_LIBRARIES]
    for source, place in shown.items():
        options += ["--ro-bind", str(source), place]
    options += beside_usr()
    options += ["--perms", "0755", "--dir", "/etc"]
    for place in ("/etc/ld.so.cache", "/etc/alternatives"):
        options += ["--ro-bind-try", place, place]
    for place in _inside(shown, [*_installed(shown), _of_this_course(), *map(Path, hidden)]):
        options += ["--perms", "0755", "--tmpfs", place, "--remount-ro", place]
    # Must follow the options that hide the folder which contains these libraries.
    for source in _libraries():
        options += ["--ro-bind", str(source), f"{INNER_LIBRARIES}/{source.name}"]
    return options


def beside_usr() -> list[str]:
    """Return bubblewrap options for /bin, /lib etc., which are links into /usr or folders."""
    options = []
    for place in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(place):
            options += ["--symlink", os.readlink(place), place]
        elif os.path.isdir(place):
            options += ["--ro-bind", place, place]
    return options


def files(root: str, contents: Mapping[str, bytes]) -> tuple[list[str], list[int]]:
    """Return bubblewrap options that create files, and the descriptors that hold their bytes."""
    folders = {root}
    for place in contents:
        folders |= {f"{root}/{folder}" for folder in Path(place).parents if folder.name}
    options, descriptors = [], []
    for folder in sorted(folders):
        options += ["--perms", "0755", "--dir", folder]
    for place, data in contents.items():
        descriptor = os.memfd_create("file")
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        os.lseek(descriptor, 0, os.SEEK_SET)
        options += ["--perms", "0444", "--file", str(descriptor), f"{root}/{place}"]
        descriptors.append(descriptor)
    return options, descriptors


def font_lists() -> Iterator[Path]:
    """Return the files of matplotlib's font cache; rebuilding it would take seconds."""
    import matplotlib

    return Path(matplotlib.get_cachedir()).glob("fontlist-*.json")


def _prefix() -> Path:
    return Path(os.path.realpath(sys.base_prefix))


def _is_apart(prefix: Path) -> bool:
    """Return whether the interpreter is outside /usr."""
    return prefix != Path("/usr")


def _shown() -> Iterator[tuple[Path, str]]:
    """Yield pairs: a path on this machine, and its path in the sandbox."""
    for name in _SYSTEM:
        folder = Path("/usr", name)
        if folder.is_dir() and not folder.is_symlink():
            yield folder, str(folder)
    prefix = _prefix()
    if _is_apart(prefix):
        yield Path(os.path.realpath(sys.executable)), interpreter(inside=True)
        for name in _OF_INTERPRETER:
            if (prefix / name).is_dir():
                yield prefix / name, f"{INNER_PYTHON}/{name}"


def _installed(shown: Iterable[Path]) -> Iterator[Path]:
    """Yield the folders of installed libraries inside visible folders."""
    for folder in shown:
        for name in _INSTALLED:
            yield from folder.glob(f"python*/{name}")


def _of_this_course() -> Path:
    """Return the folder with the source of the judge and its tests."""
    source = Path(backprop_judge.__file__).parents[1]
    return source.parent if source.name == "src" else source


def _inside(shown: Mapping[Path, str], hidden: Iterable[Path]) -> Iterator[str]:
    """Yield the paths at which the sandbox would see folders that must stay hidden."""
    for folder in {Path(os.path.realpath(one)) for one in hidden}:
        for source, place in shown.items():
            if folder.is_dir() and folder.is_relative_to(source):
                yield str(Path(place, folder.relative_to(source)))


@functools.cache
def _libraries() -> tuple[Path, ...]:
    """Return the files and folders of `LIBRARIES` and their dependencies."""
    found: dict[str, Path] = {}
    for one in _needed():
        for name in _top_level(one):
            path = Path(str(one.locate_file(name)))
            if path.exists():
                found.setdefault(name, path)
    return tuple(found.values())


def _needed() -> Iterator[Distribution]:
    """Yield the distributions of `LIBRARIES` and their dependencies."""
    seen: set[str] = set()
    waiting = list(LIBRARIES)
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in seen:
            continue
        seen.add(key)
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue  # the import will fail with a clear message
        yield one
        for line in one.requires or ():
            required = Requirement(line)
            if required.marker is None or required.marker.evaluate({"extra": ""}):
                waiting.append(required.name)


def _top_level(one: Distribution) -> set[str]:
    """Return the top-level files and folders that a distribution has installed."""
    names = {str(file).replace("\\", "/").split("/")[0] for file in one.files or ()}
    if not names:  # some systems install packages without a list of files
        spec = find_spec(one.name.replace("-", "_"))
        names = {Path(spec.origin).parent.name} if spec and spec.origin else set()
    return {name for name in names if name not in ("..", "__pycache__") and name[-4:] != ".pth"}
