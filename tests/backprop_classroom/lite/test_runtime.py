"""The runtime of a site holds what the lock names, and nothing that is not what it names."""

import hashlib
import json
import zipfile

import pytest

from backprop_classroom.lite import runtime
from backprop_classroom.lite.runtime import CORE, LOCK, NoRuntime, faults_in, lay_out


@pytest.fixture
def small(monkeypatch):
    """Pin one compiled and one pure package, whose files hold their own names."""

    def entry(name, file):
        sha256 = hashlib.sha256(file.encode()).hexdigest()
        return {"name": name, "file_name": file, "sha256": sha256, "depends": []}

    entries = {"numpy": entry("numpy", "numpy-1-wasm32.whl"), "six": entry("six", "six-1-any.whl")}
    known = {"npm": "pyodide@1", "info": {}, "packages": entries}
    monkeypatch.setattr(runtime, "pinned", lambda: known)
    monkeypatch.setattr(runtime, "_hashes", lambda: {"six": entries["six"]["sha256"]})
    return known


@pytest.fixture
def fetched(small, tmp_path):
    """What npm and pip bring: a core with its lock, a wheel with wheels in it, another wheel."""
    core, wheels = tmp_path / "npm", tmp_path / "wheels"
    core.mkdir()
    wheels.mkdir()
    for name in CORE:
        (core / name).write_text(name)
    (core / LOCK).write_text(json.dumps(small))
    with zipfile.ZipFile(wheels / "open_webui-1.whl", "w") as archive:
        archive.writestr("pyodide/numpy-1-wasm32.whl", "numpy-1-wasm32.whl")
        archive.writestr("pyodide/pandas-1-wasm32.whl", "not asked for")
    (wheels / "six-1-any.whl").write_text("six-1-any.whl")
    return core, wheels


def test_only_the_files_that_are_named_are_kept(fetched, tmp_path):
    lay_out(*fetched, tmp_path / "runtime")
    kept = {path.name for path in (tmp_path / "runtime").iterdir()}
    assert kept == {*CORE, LOCK, "numpy-1-wasm32.whl", "six-1-any.whl"}
    assert faults_in(tmp_path / "runtime") == []


@pytest.mark.parametrize("name", ["numpy-1-wasm32.whl", "six-1-any.whl"])
def test_a_file_with_another_sha256_is_refused(fetched, tmp_path, name):
    core, wheels = fetched
    (wheels / name).write_text("something else")
    with pytest.raises(NoRuntime, match=f"{name} is rejected"):
        lay_out(core, wheels, tmp_path / "runtime")


def test_a_file_that_is_missing_is_named(fetched, tmp_path):
    core, wheels = fetched
    (wheels / "six-1-any.whl").unlink()
    with pytest.raises(NoRuntime, match=r"six-1-any\.whl is missing"):
        lay_out(core, wheels, tmp_path / "runtime")


def test_a_lock_that_names_another_package_than_is_pinned_is_refused(fetched, small, tmp_path):
    core, wheels = fetched
    other = json.loads(json.dumps(small))
    other["packages"]["numpy"]["sha256"] = "0" * 64
    (core / LOCK).write_text(json.dumps(other))
    with pytest.raises(NoRuntime, match="does not match the pinned numpy"):
        lay_out(core, wheels, tmp_path / "runtime")


def test_a_runtime_whose_file_was_changed_is_not_whole(fetched, tmp_path):
    folder = tmp_path / "runtime"
    lay_out(*fetched, folder)
    (folder / "six-1-any.whl").write_text("changed")
    assert faults_in(folder) == [f"six-1-any.whl does not match {LOCK}"]
    (folder / CORE[0]).unlink()
    assert faults_in(folder)[0] == f"{CORE[0]} is missing"


def test_an_empty_folder_is_no_runtime(small, tmp_path):
    assert faults_in(tmp_path) == [f"{LOCK} is missing, or cannot be read"]
