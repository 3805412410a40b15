"""The doors to the dependencies hold one set, students get their part, and the set-up mends itself.

What the set-up does is tried on a copy of the Makefile and its script, with a
shell script in the place of Python: no network, no second environment.
"""

import ast
import functools
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import backprop_classroom.__main__

# Reading the metadata of all packages takes a tenth of a second.
packages_distributions = functools.cache(metadata.packages_distributions)

ROOT = Path(__file__).resolve().parents[2]
AFTER_RESTART = ROOT / "src/after_restart.py"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
GROUPS = PROJECT["optional-dependencies"]
LOCK = (ROOT / "requirements.txt").read_text().splitlines()
SUPPORTED = SpecifierSet(PROJECT["requires-python"])

PYTHONS = ("3.11.0", "3.11.9", "3.12.3", "3.13.0", "3.14.0")
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "os_name": "posix"},
    "Darwin": {"sys_platform": "darwin", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "os_name": "nt"},
}


def marker_environment(python, system):
    return {
        **SYSTEMS[system],
        "platform_system": system,
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def applies(requirement, environment, extra=""):
    marker = requirement.marker
    return marker is None or marker.evaluate({**environment, "extra": extra})


def pins(environment):
    """The version of each package that the lock gives to one environment."""
    versions = {}
    for requirement in map(Requirement, LOCK):
        if applies(requirement, environment):
            name = canonicalize_name(requirement.name)
            assert name not in versions, f"requirements.txt pins {name} twice for {environment}"
            (pin,) = requirement.specifier
            versions[name] = Version(pin.version)
    return versions


# --- the doors ---------------------------------------------------------------


def test_every_line_of_the_lock_is_an_exact_pin_and_nothing_else():
    exact = re.compile(r"[a-z0-9][a-z0-9-]*==\d[a-z0-9.+!]*( ; [^#@/\\]+)?")
    assert [line for line in LOCK if not exact.fullmatch(line)] == []


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_dependency_is_pinned_within_its_range(python, system):
    assert python in SUPPORTED
    environment = marker_environment(python, system)
    pinned = pins(environment)
    for dependency in map(Requirement, sum(GROUPS.values(), PROJECT["dependencies"])):
        if applies(dependency, environment):
            version = pinned.get(canonicalize_name(dependency.name))
            assert version is not None, (
                f"requirements.txt does not pin {dependency.name}: run make lock"
            )
            assert dependency.specifier.contains(version, prereleases=True), (
                f"pyproject.toml asks for {dependency}, requirements.txt pins {version}: run make lock"
            )


def test_conda_and_binder_get_what_a_student_needs_as_it_is_pinned():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, rest = environment["dependencies"]
    assert environment["channels"] == ["conda-forge"]
    assert (pip, rest) == ("pip", {"pip": ["-c requirements.txt", "-e ."]})
    # Binder finds out which Python to start from by this spelling alone.
    assert python == str(SUPPORTED).replace(">=", "python=")


def test_without_make_people_type_what_conda_and_binder_do():
    """And who teaches the same with a group."""
    readme = (ROOT / "README.md").read_text()
    typed = re.findall(r"^python -m pip install (.*?)(?:  +\w.*)?$", readme, re.MULTILINE)
    assert typed == [
        "-c requirements.txt -e .",
        '-c requirements.txt -e ".[grading]"',
        '-c requirements.txt -e ".[lite]"',
    ]
    assert (
        f"{typed[1]}".replace("grading", "{group}")
        in Path(backprop_classroom.__main__.__file__).read_text()
    )


def test_no_door_names_an_index_or_a_machine():
    for door in ("pyproject.toml", "requirements.txt", "environment.yml"):
        text = (ROOT / door).read_text()
        found = re.findall(
            r"index.url|index.strategy|find.links|tool\.uv\.index|file:|/simple\b", text
        )
        assert not found, (
            f"{door} names {found}: that belongs into a person's own configuration of pip"
        )


def test_there_is_no_second_lock():
    """Both of these carry the address of the index that made them."""
    assert [name for name in ("uv.lock", "pylock.toml") if (ROOT / name).exists()] == []


@functools.cache
def installed():
    # Of this folder only: setuptools, once imported, puts the packages that it carries
    # along on the path as well.
    found = metadata.distributions(path=[sysconfig.get_path("purelib")])
    return {canonicalize_name(one.name): one for one in found}


def test_what_is_installed_is_what_the_lock_says():
    wanted = {name: str(version) for name, version in pins(default_environment()).items()}
    del wanted["uv"]  # which does not stay
    found = {name: str(Version(it.version)) for name, it in installed().items()}
    missing_or_other = {
        name: (version, found.get(name))
        for name, version in wanted.items()
        if found.get(name) != version
    }
    assert not missing_or_other, "wanted and found: run make test"
    # pip is not of the lock, and conda brings packages of its own.
    if not Path(sys.prefix, "conda-meta").exists():
        strangers = set(found) - set(wanted) - {"pip", "uv", "backprop"}
        assert not strangers, "not in requirements.txt: run make lock, or pip uninstall"


def test_what_is_installed_has_all_that_it_requires():
    environment, found, unmet = default_environment(), installed(), []
    waiting, done = [(name, "") for name in pins(environment) if name != "uv"], set()
    waiting += [("backprop", group) for group in ["", *GROUPS] if group != "setup"]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in done:
            continue
        done.add((name, extra))
        requires = found[name].requires if name in found else None
        for requirement in map(Requirement, requires or []):
            if applies(requirement, environment, extra):
                needed = canonicalize_name(requirement.name)
                if needed in found and requirement.specifier.contains(
                    found[needed].version, prereleases=True
                ):
                    waiting += [(needed, wanted) for wanted in requirement.extras]
                else:
                    unmet.append(f"{name} requires {requirement}")
    assert unmet == []


# --- what a student needs ------------------------------------------------------


def of_a_student():
    """The packages that `dependencies` in pyproject.toml brings, with all that they require."""
    environment, packages, found = default_environment(), set(), installed()
    waiting = [(requirement, "") for requirement in map(Requirement, PROJECT["dependencies"])]
    done = set()
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        if not applies(requirement, environment, extra) or name not in found:
            continue
        packages.add(name)
        for wanted in {"", *requirement.extras} - {one for of, one in done if of == name}:
            done.add((name, wanted))
            waiting += [(Requirement(one), wanted) for one in found[name].requires or []]
    return packages


def test_students_get_nothing_that_only_others_need():
    large = {"nbgrader", "notebook", "sqlalchemy", "sphinx", "playwright", "dask", "distributed"}
    large |= {"psycopg", "pytest", "hypothesis", "nbval", "setuptools", "uv"}
    packages = of_a_student()
    assert {"jupyterlab", "numpy", "matplotlib", "nbclient", "autograd"} <= packages
    assert not packages & large


AS_A_STUDENT = """
import sys
from importlib.machinery import PathFinder

class OfStudents(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] in MODULES:
            return None
        return super().find_spec(name, path, target)

sys.meta_path[:] = [OfStudents if it is PathFinder else it for it in sys.meta_path]
import backprop.autodiff, backprop.figures.interactive, backprop_classroom.submissions.submitting
from backprop_classroom.__main__ import main
from backprop_classroom.submissions import inspecting

assert backprop.autodiff.is_installed()
for lesson in inspecting.known_lessons(root="."):
    assert inspecting.handed_out(root=".", lesson=lesson).cells
sys.exit(main(["page", "notebooks/01_chain_rule/chain_rule.ipynb", "--to", PAGE]))
"""


def test_what_a_student_types_needs_no_more_than_a_student_has(tmp_path):
    student = of_a_student() | {"backprop"}
    of_others = [
        module
        for module, packages in packages_distributions().items()
        if not student & {canonicalize_name(package) for package in packages}
    ]
    assert "nbgrader" in of_others
    page = tmp_path / "page.html"
    program = f"MODULES, PAGE = {set(of_others)!r}, {str(page)!r}\n{AS_A_STUDENT}"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert page.exists()


def test_every_package_that_is_imported_is_declared():
    declared = {
        canonicalize_name(one.name)
        for one in map(Requirement, sum(GROUPS.values(), PROJECT["dependencies"]))
    }
    packages_of = packages_distributions()
    ours = {path.parent.name for path in (ROOT / "src").glob("*/__init__.py")}
    not_declared = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                names = [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            for name in names:
                module = name.partition(".")[0]
                known = {canonicalize_name(one) for one in packages_of.get(module, [module])}
                if module not in {*sys.stdlib_module_names, *ours} and not known & declared:
                    not_declared.add((module, path.relative_to(ROOT / "src").as_posix()))
    # With scikit-learn's digits somebody once made the file that is in the package.
    assert not_declared == {("sklearn", "backprop_classroom/make_data.py")}


@pytest.mark.parametrize(
    "command", ["release", "handout", "collect", "grade", "feedback", "report", "book"]
)
def test_a_command_whose_group_is_missing_names_it_in_one_line(command, monkeypatch, capsys):
    group, module = backprop_classroom.__main__._GROUPS[command]
    brings = {canonicalize_name(Requirement(one).name) for one in GROUPS[group]}
    assert brings & {canonicalize_name(one) for one in packages_distributions()[module]}
    there = backprop_classroom.__main__.find_spec
    monkeypatch.setattr(
        backprop_classroom.__main__,
        "find_spec",
        lambda name: None if name == module else there(name),
    )
    given = [] if command in ("release", "handout", "book") else ["01_chain_rule"]
    assert backprop_classroom.__main__.main(["--root", str(ROOT), command, *given]) == 2
    said, *more = capsys.readouterr().err.splitlines()
    assert not more
    assert f"{command} needs the group {group}" in said and f"make setup GROUPS={group}" in said


# --- set-up --------------------------------------------------------------------

TOOLS = ["awk", "bash", "cat", "cksum", "cp", "df", "dirname", "find", "grep", "id", "ls", "make"]
TOOLS += ["mkdir", "mv", "rm", "sed", "sh", "tail", "tee", "tr"]

FAKE_PYTHON = """
echo "$*" >>"$CALLS"
case $* in
*ensurepip*)  # which Python are you?
    printf '%s\\n' "@VERSION@" "@VENV@" "$0" "$0" ;;
*version_info*)
    echo "@VERSION@" ;;
*tomllib*)  # what do these groups need?
    test "${BREAK-}" != project || { echo "tomllib.TOMLDecodeError: line 1 is wrong" >&2; exit 1; }
    shift 2
    printf '%s\\n' one "$@" ;;
"-m venv "*)
    mkdir -p .venv/bin && cp "$0" .venv/bin/python
    test "${BREAK-}" != venv || { echo "Error: the pip of this Python is damaged"; exit 1; } ;;
"-m pip config list")
    printf '%s\\n' "${PIP_SAYS-}" ;;
"-m pip install"*"--target .venv/uv uv" | "-m pip install"*needs.txt)
    printf 'Collecting %s\\n' one two
    case ${BREAK-} in
    offline)
        echo "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(: [Errno 111] Connection refused')': /simple/one/"
        echo "ERROR: No matching distribution found for one==1"
        exit 1 ;;
    disk)
        echo "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
        exit 1 ;;
    pip)
        echo "Traceback (most recent call last):"
        echo "ERROR: one==1 needs a compiler"
        exit 1 ;;
    killed)
        kill -9 $$ ;;
    esac
    case $* in
    *needs.txt)
        cat requirements.txt .venv/needs.txt >.venv/installed ;;
    *)
        test "${BREAK-}" != "no uv" || { echo "ERROR: No matching distribution found for uv"; exit 1; }
        mkdir -p .venv/uv/bin && cp "$UV" .venv/uv/bin/uv ;;
    esac ;;
"-m pip install"*)
    test "${BREAK-}" != package || { echo "error: setup.py cannot be read"; exit 1; }
    cp pyproject.toml .venv/package ;;
"-m pytest -m long"*)
    exit "${LONG_TESTS_FAIL-0}" ;;
"-m pytest"*)
    exit "${TESTS_FAIL-0}" ;;
esac
"""

FAKE_UV = """
echo "uv $*" >>"$CALLS"
for name in UV_DEFAULT_INDEX UV_INDEX UV_FIND_LINKS SSL_CERT_FILE ALL_PROXY; do
    eval "echo \\"$name=\\${$name-}\\"" >>"$CALLS"
done
echo 'Prepared 2 packages in 1ms'
test "${BREAK-}" != "uv" || { echo "error: the index cannot be read"; exit 1; }
cat requirements.txt .venv/needs.txt >.venv/installed
"""


class Course:
    """A copy of the Makefile and its script that sees no program but a few."""

    def __init__(self, folder):
        self.programs = folder / "programs"
        self.root = folder / "a course"
        (self.root / "src").mkdir(parents=True)
        (self.root / ".ci").mkdir()
        for name in ("Makefile", "src/setup.sh", "src/after_restart.py", ".ci/run"):
            shutil.copy(ROOT / name, self.root / name)
        groups = "".join(f"{group} = []\n" for group in GROUPS)
        (self.root / "pyproject.toml").write_text(f'requires-python = ">=3.11"\n{groups}')
        (self.root / "requirements.txt").write_text("one==1\ntwo==2\n")
        self.calls = folder / "calls"
        self.programs.mkdir()
        for tool in TOOLS:
            (self.programs / tool).symlink_to(shutil.which(tool))
        self.give_python("python3", "3.11")
        self.uv = self.give("fake uv", FAKE_UV)

    def give(self, name, script):
        program = self.programs / name
        program.unlink(missing_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program

    def skip_set_up(self):
        """Have an environment without running the set-up, whose groups are recorded instead."""
        (self.root / ".venv/bin").mkdir(parents=True)
        shutil.copy(self.programs / "python3", self.root / ".venv/bin/python")
        self.give(self.root / "src/setup.sh", 'echo "setup $*" >>"$CALLS"')

    def give_jupyter(self, script):
        self.make("setup")
        return self.give(self.root / ".venv/bin/jupyter", script)

    def give_python(self, name, version, venv="venv"):
        return self.give(name, FAKE_PYTHON.replace("@VERSION@", version).replace("@VENV@", venv))

    def run(self, *command, **settings):
        self.calls.write_text("")
        return subprocess.run(
            command,
            cwd=self.root,
            env={
                "PATH": str(self.programs),
                "CALLS": str(self.calls),
                "UV": str(self.uv),
                **settings,
            },
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def make(self, *arguments, **settings):
        return self.run("make", *arguments, **settings)

    def refused(self, *arguments, **settings):
        """The one line that `make` says before its own when it cannot go on."""
        done = self.make(*(arguments or ["setup"]), **settings)
        line, *rest = done.stderr.splitlines()
        assert done.returncode != 0
        assert len(rest) == 1 and "Error" in rest[0], done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return line

    def called(self, beginning):
        return [call for call in self.calls.read_text().splitlines() if call.startswith(beginning)]

    def is_ready(self, *groups):
        """Set up with these groups, and known to be so: another set-up has nothing to do."""
        done = self.make("setup", f"GROUPS={' '.join(groups)}")
        needs = "".join(f"{name}\n" for name in ["one", *groups])
        return (
            (done.returncode, done.stdout, done.stderr) == (0, "", "")
            and (self.root / ".venv/installed").read_text()
            == (self.root / "requirements.txt").read_text() + needs
            and (self.root / ".venv/package").read_text()
            == (self.root / "pyproject.toml").read_text()
        )


@pytest.fixture
def course(tmp_path):
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        pytest.skip(f"make setup is not for this system, which lacks {missing}")
    return Course(tmp_path)


def test_set_up_makes_an_environment_and_tells_what_it_does(course):
    done = course.make("setup")
    assert done.returncode == 0
    assert "Python 3.11" in done.stdout and ".venv is ready" in done.stdout
    assert course.called("-m pip install --no-deps --no-build-isolation -e .")
    assert course.is_ready()


def test_uv_installs_and_does_not_stay(course):
    course.make("setup")
    assert course.called("uv pip install --python .venv/bin/python -c requirements.txt")
    assert not [call for call in course.called("-m pip install") if call.endswith("needs.txt")]
    assert not (course.root / ".venv/uv").exists()


@pytest.mark.parametrize("broken", ["no uv", "uv"])
def test_where_uv_cannot_install_pip_does_and_one_line_says_so(course, broken):
    done = course.make("setup", BREAK=broken)
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = [line for line in done.stdout.splitlines() if "pip" in line]
    assert "uv failed" in line and "see .venv/uv.log" in line
    assert (course.root / ".venv/uv.log").read_text()
    assert not (course.root / ".venv/uv").exists()
    assert course.is_ready()


def test_uv_goes_where_pip_is_configured_to_go(course):
    said = r"""
        :env:.index_url='https://mine/simple'
        global.index_url='https://ours/simple'
        global.extra_index_url='https://more/simple\nhttps://still_more/simple'
        global.find_links='/wheels /more_wheels'
        install.proxy='http://proxy:3128'
        global.cert='/certificates.pem'
    """.replace("_", "-")
    course.make("setup", PIP_SAYS="\n".join(map(str.strip, said.splitlines())))
    assert course.called("UV_DEFAULT_INDEX") == ["UV_DEFAULT_INDEX=https://mine/simple"]
    assert course.called("UV_INDEX=") == ["UV_INDEX=https://more/simple https://still-more/simple"]
    assert course.called("UV_FIND_LINKS") == ["UV_FIND_LINKS=/wheels,/more-wheels"]
    assert course.called("ALL_PROXY") == ["ALL_PROXY=http://proxy:3128"]
    assert course.called("SSL_CERT_FILE") == ["SSL_CERT_FILE=/certificates.pem"]


def test_what_is_configured_for_uv_itself_stays(course):
    pip = "global.index_url='https://ours/simple'".replace("_", "-")
    course.make("setup", PIP_SAYS=pip, UV_DEFAULT_INDEX="https://for-uv/simple")
    assert course.called("UV_DEFAULT_INDEX") == ["UV_DEFAULT_INDEX=https://for-uv/simple"]


def test_a_group_is_added_once_to_what_is_there(course):
    course.make("setup")
    done = course.make("setup", "GROUPS=grading")
    assert "adding to .venv: grading" in done.stdout and not course.called("-m venv")
    assert course.is_ready("grading")
    course.make("setup", "GROUPS=grading book")
    assert course.is_ready("grading", "book")
    assert course.make("setup").stdout == "", "what students need is there"


def test_a_changed_lock_keeps_the_groups(course):
    course.make("setup", "GROUPS=grading book")
    (course.root / "requirements.txt").write_text("one==1\n")
    course.make("setup")
    assert course.called("-m venv")
    assert course.is_ready("grading", "book")


def test_a_group_that_is_gone_is_forgotten(course):
    course.make("setup", "GROUPS=grading book")
    project = course.root / "pyproject.toml"
    project.write_text(project.read_text().replace("book = []\n", ""))
    assert course.make("setup").returncode == 0
    assert course.is_ready("grading")


def test_a_group_that_cannot_be_fetched_leaves_the_rest_as_it_is(course):
    course.make("setup", "GROUPS=grading")
    line = course.refused("book", BREAK="offline")
    assert "cannot reach its package index (connection refused)" in line
    assert course.make("setup").stdout == ""
    course.make("book")
    assert course.is_ready("grading", "book")


@pytest.mark.parametrize("broken", ["killed", pytest.param("disk", marks=pytest.mark.long)])
def test_a_group_that_was_half_written_makes_the_environment_anew(course, broken):
    course.make("setup")
    assert course.make("book", BREAK=broken).returncode != 0
    course.make("book")
    assert course.called("-m venv")
    assert course.is_ready("book")


def test_an_unknown_group_is_named(course):
    assert "pyproject.toml has no group grades" in course.refused("setup", "GROUPS=grades")


def test_kernels_of_the_environment_say_what_to_do_after_a_restart(course):
    course.make("setup")
    (startup,) = (course.root / ".venv/etc/ipython/startup").iterdir()
    assert startup.read_bytes() == AFTER_RESTART.read_bytes()
    written = "# changed\n"
    (course.root / "src/after_restart.py").write_text(written)
    course.make("setup")
    assert startup.read_text() == written


@pytest.fixture
def restarted():
    """A shell like that of a kernel that has just started; returns what a cell shows."""
    shell = InteractiveShell.instance()
    before = shell.custom_exceptions, shell.CustomTB
    check = shell.user_ns.pop("check", None)
    shell.safe_execfile(AFTER_RESTART, {"get_ipython": lambda: shell}, raise_exceptions=True)

    def shows(code):
        with capture_output() as shown:
            shell.run_cell(code)
        return shown.stdout

    yield shows
    shell.custom_exceptions, shell.CustomTB = before
    shell.user_ns.pop("check", None)
    if check is not None:
        shell.user_ns["check"] = check


def test_after_a_restart_a_cell_in_the_middle_says_what_to_do(restarted):
    shown = restarted("check(1)")
    assert "name 'check' is not defined" in shown
    assert "Run All Above Selected Cell in the menu Run" in shown


def test_where_the_first_cells_have_run_a_name_is_only_unknown(restarted):
    restarted("check = print")
    shown = restarted("not_known")
    assert "name 'not_known' is not defined" in shown and "Run All" not in shown


def test_other_errors_stay_as_they_are(restarted):
    shown = restarted("1 / 0")
    assert "ZeroDivisionError" in shown and "Run All" not in shown


def test_a_second_set_up_asks_neither_pip_nor_venv(course):
    course.make("setup")
    assert course.is_ready()
    assert course.called("-m") == []


def test_a_changed_lock_makes_the_environment_anew(course):
    course.make("setup")
    (course.root / ".venv/left_over").touch()
    (course.root / "requirements.txt").write_text("one==1\n")
    course.make("setup")
    assert course.called("-m venv")
    assert not (course.root / ".venv/left_over").exists()
    assert course.is_ready()


def test_a_changed_project_installs_only_the_package_anew(course):
    course.make("setup")
    with (course.root / "pyproject.toml").open("a") as project:
        project.write("# changed\n")
    course.make("setup")
    assert course.called("-m pip install --no-deps") and not course.called("-m venv")
    assert course.is_ready()


def test_a_lock_that_only_looks_newer_changes_nothing(course):
    course.make("setup")
    os.utime(course.root / "requirements.txt", (4e9, 4e9))
    assert course.is_ready()


def test_a_moved_folder_is_set_up_again(course):
    course.make("setup")
    course.root = course.root.rename(course.root.with_name("moved"))
    course.make("setup")
    assert course.called("-m venv")
    assert course.is_ready()


def test_an_environment_whose_python_is_gone_is_repaired(course):
    course.make("setup")
    (course.root / ".venv/bin/python").unlink()
    course.make("setup")
    assert course.called("-m venv")
    assert course.is_ready()


@pytest.mark.long  # test_an_environment_whose_python_is_gone_is_repaired
def test_an_environment_whose_python_became_another_version_is_repaired(course):
    course.make("setup")
    newer = course.give_python("python3", "3.12")
    shutil.copy(newer, course.root / ".venv/bin/python")
    course.make("setup")
    assert course.called("-m venv")
    assert course.is_ready()


def test_a_half_made_environment_is_repaired(course):
    (course.root / ".venv/bin").mkdir(parents=True)
    (course.root / ".venv/bin/python").write_text("half a Pyth")
    assert course.make("setup").returncode == 0
    assert course.is_ready()


def test_a_killed_set_up_is_repaired(course):
    course.make("setup")
    (course.root / "requirements.txt").write_text("one==1\n")
    assert course.make("setup", BREAK="killed").returncode != 0
    (course.root / "requirements.txt").write_text("one==1\ntwo==2\n")  # what the old stamp said
    course.make("setup")
    assert course.called("-m venv")
    assert course.is_ready()


def test_the_claim_of_a_dead_set_up_does_not_count(course):
    (course.root / ".venv").mkdir()
    with subprocess.Popen(["true"]) as ended:
        pass
    (course.root / ".venv/setup.pid").write_text(f"{ended.pid}\n")
    assert course.make("setup").returncode == 0
    assert course.is_ready()


def test_of_two_set_ups_the_second_steps_back(course):
    (course.root / ".venv").mkdir()
    (course.root / ".venv/setup.pid").write_text(f"{os.getpid()}\n")
    line = course.refused()
    assert "another set-up is running" in line and str(os.getpid()) in line


def test_what_a_link_points_to_is_not_emptied(course):
    elsewhere = course.root.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "thesis").touch()
    (course.root / ".venv").symlink_to(elsewhere)
    assert course.make("setup").returncode == 0
    assert (elsewhere / "thesis").exists()
    assert course.is_ready()


@pytest.mark.parametrize(
    ("broken", "said"),
    [  # in the short run, three of the steps that can fail
        pytest.param(
            "venv",
            ["creating an environment", "the pip of this Python is damaged", ".venv/setup.log"],
            marks=pytest.mark.long,
        ),
        (
            "offline",
            [
                "cannot reach its package index (connection refused)",
                "pip config list",
                ".venv/setup.log",
            ],
        ),
        ("disk", ["the disk is full", "MB is free", "Make room"]),
        ("pip", ["installing the packages", "ERROR: one==1 needs a compiler", ".venv/setup.log"]),
        pytest.param(
            "package",
            ["the package of this folder", "setup.py cannot be read", ".venv/setup.log"],
            marks=pytest.mark.long,
        ),
        pytest.param(
            "project",
            ["reading pyproject.toml", "TOMLDecodeError: line 1 is wrong", ".venv/setup.log"],
            marks=pytest.mark.long,
        ),
    ],
)
def test_what_went_wrong_is_said_in_one_line_and_mended_by_the_next_run(course, broken, said):
    line = course.refused(BREAK=broken)
    assert [part for part in [*said, "make setup"] if part not in line] == []
    if ".venv/setup.log" in line:
        assert (course.root / ".venv/setup.log").read_text()
    assert course.make("setup").returncode == 0
    assert course.is_ready()


def test_an_environment_that_cannot_be_removed_is_named_and_no_longer_trusted(course):
    course.make("setup")
    lock = course.root / "requirements.txt"
    before = lock.read_text()
    lock.write_text("one==1\n")
    remove = shutil.which("rm")
    denied = "rm: cannot remove '.venv/bin': Permission denied"
    course.give("rm", f'test "$1" != -rf || {{ echo "{denied}" >&2; exit 1; }}\nexec {remove} "$@"')
    assert ".venv/bin (Permission denied)" in course.refused()
    course.give("rm", f'exec {remove} "$@"')
    lock.write_text(before)
    course.make("setup")
    assert course.called("-m venv")
    assert course.is_ready()


def test_a_folder_that_cannot_be_written_is_named(course):
    course.give("mkdir", "echo \"mkdir: cannot create '$1': Permission denied\" >&2; exit 1")
    line = course.refused()
    assert f"{course.root}/.venv (Permission denied)" in line


def test_a_too_old_python_is_named(course):
    old = course.give_python("python3", "3.9")
    line = course.refused()
    assert f"Python 3.11 or newer is needed, and none was found: python3 is 3.9 ({old})" in line
    assert "make setup PYTHON=" in line
    assert not (course.root / ".venv").exists()


def test_a_missing_python_is_named(course):
    (course.programs / "python3").unlink()
    assert "not on PATH: python3 python3.14 python3.13 python3.12 python3.11" in course.refused()


def test_a_python_that_does_not_run_is_named(course):
    course.give("python3", "exit 127")
    assert "python3 does not run" in course.refused()


def test_a_newer_python_serves_where_the_usual_one_is_too_old(course):
    course.give_python("python3", "3.9")
    course.give_python("python3.12", "3.12")
    assert "Python 3.12" in course.make("setup").stdout
    assert course.is_ready()


def test_a_python_without_venv_is_named(course):
    course.give_python("python3", "3.11", venv="no venv")
    line = course.refused()
    assert (
        "python3 is 3.11" in line
        and "its venv module is missing" in line
        and "python3-venv" in line
    )


def test_another_python_can_be_named(course):
    other = course.give_python("other", "3.13")
    course.make("setup")
    assert "Python 3.13" in course.make("setup", f"PYTHON={other}").stdout
    assert course.make("setup", f"PYTHON={other}").stdout == ""
    assert course.is_ready(), "without PYTHON, the environment stays as it is"


def test_a_named_python_is_not_replaced_by_another(course):
    course.give_python("other", "3.8")
    assert "other is 3.8" in course.refused("setup", "PYTHON=other")


def test_an_activated_environment_is_not_made_from_itself(course):
    course.make("setup")
    (course.root / "requirements.txt").write_text("one==1\n")
    path = f"{course.root / '.venv/bin'}:{course.programs}"
    shutil.copy(course.programs / "python3", course.root / ".venv/bin/python3")
    done = course.make("setup", PATH=path)
    assert f"({course.programs / 'python3'})" in done.stdout
    assert course.is_ready()


def test_a_missing_lock_is_named(course):
    (course.root / "requirements.txt").unlink()
    assert "requirements.txt is missing" in course.refused()


# --- commands ------------------------------------------------------------------

COMMANDS = {
    "help", "setup", "doctor", "lab", "submit", "test", "test-long", "release", "times", "handout",
    "collect", "grade", "feedback", "report", "marks", "page", "book", "lite", "gradescope", "bench",
    "lock", "clean",
}  # fmt: skip


@pytest.mark.parametrize("arguments", [[], ["help"]])
def test_help_has_one_line_for_every_command(course, arguments):
    lines = course.make(*arguments).stdout.splitlines()
    assert {re.match(r"make ([\w-]+) +\w", line)[1] for line in lines} == COMMANDS
    assert len(lines) == len(COMMANDS)


@pytest.mark.parametrize("user", ["0", "1000"])
def test_lab_opens_the_first_lesson_with_the_course_as_root(course, user):
    course.give("id", f"echo {user}")
    course.give_jupyter("""printf '%s\\n' "$PATH" "$@" """)
    path, command, *options = course.make("lab", "ARGS=--no-browser").stdout.splitlines()
    assert path.startswith(f"{course.root / '.venv/bin'}:")  # nbgrader looks alembic up there
    assert command == "lab"
    assert f"--ServerApp.root_dir={course.root}" in options
    assert "--LabApp.default_url=/lab/tree/notebooks/01_chain_rule/chain_rule.ipynb" in options
    assert "--no-browser" in options
    assert ("--allow-root" in options) == (user == "0")


def test_what_people_keep_in_their_home_is_left_out(course):
    course.give_jupyter(shutil.which("env"))
    seen = course.make(
        "lab", HOME="/elsewhere/somebody", PYTHONPATH="/elsewhere/somebody/lib"
    ).stdout
    settings = dict(line.split("=", 1) for line in seen.splitlines() if "=" in line)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        assert settings[name].startswith(f"{course.root}/.venv/"), name
    assert "PYTHONPATH" not in settings


def test_ci_fails_when_a_test_fails(course):
    for name in ("dpkg", "npm"):
        course.give(name, "exit 0")  # what CI installs is there already
    assert course.run(".ci/run").returncode == 0
    assert course.called("-m pytest") == ["-m pytest", "-m pytest -m long --dist worksteal tests"]
    assert course.run(".ci/run", TESTS_FAIL="1").returncode != 0
    assert course.run(".ci/run", LONG_TESTS_FAIL="1").returncode != 0


@pytest.mark.parametrize("lesson", [[], ["LESSON=03"]])
def test_grading_no_lesson_lists_the_lessons(course, lesson):
    for name in ("01_chain_rule", "03_backward_pass"):
        (course.root / "solutions" / name).mkdir(parents=True)
    assert "(01_chain_rule 03_backward_pass)" in course.refused("grade", *lesson)
    assert not (course.root / ".venv").exists(), "it should be said before the set-up"


@pytest.mark.parametrize("platform", [[], ["FOR="], ["FOR=ilias"]])
def test_marks_for_no_platform_lists_the_platforms(course, platform):
    (course.root / "solutions/01_chain_rule").mkdir(parents=True)
    said = course.refused("marks", "LESSON=01_chain_rule", *platform)
    assert "FOR should be canvas, moodle or blackboard" in said
    assert not (course.root / ".venv").exists(), "it should be said before the set-up"


TESTING = ["grading", "cluster", "postgres", "book", "lite", "test", "browser"]


@pytest.mark.parametrize(
    ("arguments", "groups", "call"),
    [
        (["test", "ARGS=-k xor"], TESTING, "-m pytest -k xor"),
        (["test-long"], TESTING, "-m pytest -m long --dist worksteal tests"),
        (["release"], ["grading"], "-m backprop_classroom release"),
        (["handout"], ["grading"], "-m backprop_classroom handout"),
        (
            ["grade", "LESSON=01_chain_rule"],
            ["grading"],
            "-m backprop_classroom grade -- 01_chain_rule",
        ),
        (
            ["grade", "LESSON=01_chain_rule", "ARGS=--scheduler tcp://one:8786"],
            ["grading", "cluster"],
            "-m backprop_classroom grade --scheduler tcp://one:8786 -- 01_chain_rule",
        ),
        (
            ["grade", "LESSON=01_chain_rule", "STUDENT=ada ben"],
            ["grading"],
            "-m backprop_classroom grade --student=ada ben -- 01_chain_rule",
        ),
        (
            ["report", "LESSON=01_chain_rule", "BACKPROP_DB_URL=postgresql://one/course"],
            ["grading", "postgres"],
            "-m backprop_classroom report -- 01_chain_rule",
        ),
        (
            ["submit", "LESSON=01_chain_rule", "STUDENT=ada"],
            [],
            "-m backprop_classroom submit -- 01_chain_rule ada",
        ),
        (["collect", "FROM=in.zip"], ["grading"], "-m backprop_classroom collect -- in.zip"),
        (["page", "NOTEBOOK=Makefile"], [], "-m backprop_classroom page -- Makefile"),
        (["book"], ["book"], "-m backprop_classroom book"),
        (["lite", "ARGS=--serve"], ["lite"], "-m backprop_classroom lite --serve"),
        (["times"], [], "-m backprop_classroom times"),
        (
            ["gradescope", "LESSON=01_chain_rule"],
            ["grading"],
            "-m backprop_classroom gradescope -- 01_chain_rule",
        ),
        (["doctor"], [], "-m backprop_classroom doctor"),
        (
            ["feedback", "LESSON=01_chain_rule"],
            ["grading"],
            "-m backprop_classroom feedback -- 01_chain_rule",
        ),
        (
            ["report", "LESSON=01_chain_rule"],
            ["grading"],
            "-m backprop_classroom report -- 01_chain_rule",
        ),
        (
            ["marks", "LESSON=01_chain_rule", "FOR=canvas", "INTO=a b.csv", "ARGS=--scale"],
            ["grading"],
            "-m backprop_classroom marks --for=canvas --into=a b.csv --scale -- 01_chain_rule",
        ),
        (["bench"], TESTING, "tests/bench/bench_grading.py"),
    ],
)
def test_a_command_sets_up_what_it_needs_and_runs_in_the_environment(
    course, arguments, groups, call
):
    course.skip_set_up()
    (course.root / "solutions/01_chain_rule").mkdir(parents=True)
    assert course.make(*arguments).returncode == 0
    set_up, *calls = course.called("")
    assert set_up.split() == ["setup", *groups] and calls[-1] == call


TYPED = [
    "-x",
    "$(shell touch x)",
    "`touch x`",
    'it\'s a "name"',
    "x; touch x",
    "$$HOME ${HOME}",
    "$(info x)",
]


@pytest.mark.parametrize(
    "typed", [" ".join(TYPED), *(pytest.param(one, marks=pytest.mark.long) for one in TYPED)]
)
@pytest.mark.parametrize("from_environment", [False, True])
def test_what_people_type_is_no_command(course, typed, from_environment):
    def made(*goal, **given):
        listed = [f"{name}={value}" for name, value in given.items()]
        return course.make(*goal, **given) if from_environment else course.make(*goal, *listed)

    course.skip_set_up()
    made("collect", FROM=typed, ROSTER=typed)
    assert course.called("")[-1] == f"-m backprop_classroom collect --roster={typed} -- {typed}"
    made("submit", LESSON=typed, STUDENT=typed)
    assert course.called("")[-1] == f"-m backprop_classroom submit -- {typed} {typed}"
    (course.root / typed).touch()
    made("page", NOTEBOOK=typed)
    assert course.called("")[-1] == f"-m backprop_classroom page -- {typed}"
    (course.root / "solutions" / typed).mkdir(parents=True)
    made("grade", LESSON=typed, STUDENT=typed, ROSTER=typed)
    options = f"--student={typed} --roster={typed}"
    assert course.called("")[-1] == f"-m backprop_classroom grade {options} -- {typed}"
    for command in ("grade", "feedback", "report", "gradescope"):
        made(command, LESSON=typed)
        assert course.called("")[-1] == f"-m backprop_classroom {command} -- {typed}"
    made("marks", LESSON=typed, FOR="moodle", INTO=typed, COLUMN=typed)
    options = f"--for=moodle --into={typed} --column={typed}"
    assert course.called("")[-1] == f"-m backprop_classroom marks {options} -- {typed}"
    made("marks", LESSON=typed, FOR=typed)
    assert course.called("") == []
    assert not list(course.root.rglob("x"))


def test_the_tests_have_every_group():
    assert set(TESTING) == set(GROUPS) - {"setup"}


def test_the_lock_is_compiled_for_the_oldest_python(course):
    course.give("uv", 'echo "$*" >>"$CALLS"')
    assert course.make("lock").returncode == 0
    (call,) = course.called("pip compile")
    assert f"--python-version {str(SUPPORTED).removeprefix('>=')} " in call
    assert "--universal" in call and "--no-header" in call and "--no-annotate" in call


def test_lock_says_when_uv_is_missing(course):
    assert "uv is needed" in course.refused("lock")


def test_clean_leaves_students_work_and_grades(course):
    course.make("setup")
    kept = ["submitted", "autograded", "feedback", "report", "marks", "gradebook.db"]
    kept += ["grades.csv"]
    (course.root / "tests").mkdir()
    for name in kept:
        (course.root / name).touch()
    done = course.make("clean")
    assert done.returncode == 0 and done.stdout.strip().endswith(" ".join(kept))
    assert all((course.root / name).exists() for name in kept)
    assert not (course.root / ".venv").exists()


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_git_never_takes_students_work(tmp_path):
    shutil.copy(ROOT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    private = ["submitted/ada/03/a.ipynb", "autograded/ada/03/a.ipynb", "feedback/ada/03/a.html"]
    private += [
        "report/03.html",
        "gradebook.db",
        "grades.csv",
        "results.json",
        "marks/03-canvas.csv",
    ]
    private += ["notebooks/03/a.html"]
    asked = subprocess.run(
        ["git", "check-ignore", *private], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert asked.stdout.split() == private
