"""The site without a runtime of its own: what is in it, and where it looks for Python."""

import importlib.util
import json
import zipfile

import pytest
from course import REPOSITORY
from required import require

from backprop_classroom.__main__ import main
from backprop_classroom.lite.building import NoSite, write_site
from backprop_classroom.lite.runtime import NoRuntime, pinned


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    kernel = importlib.util.find_spec("jupyterlite_pyodide_kernel")
    require(kernel, "JupyterLite is not installed: make setup GROUPS=lite")
    folder = tmp_path_factory.mktemp("lite") / "site"
    write_site(REPOSITORY, folder)
    return folder


def test_every_lesson_is_in_the_site_and_on_its_first_page(site):
    page = (site / "index.html").read_text("utf-8")
    assert "for learning and practice" in page and "grades come from the installed grader" in (
        page.replace("\n", " ").lower()
    )
    for path in REPOSITORY.glob("notebooks/*/*.ipynb"):
        name = f"{path.parent.name}/{path.name}"
        assert (site / "files" / name).read_bytes() == path.read_bytes()
        assert f"lab/index.html?path={name}" in page
        assert f"notebooks/index.html?path={name}" in page
    assert "Lesson 3: The backward pass" in page


def test_pyodide_and_its_packages_come_from_one_public_distribution(site):
    config = json.loads((site / "jupyter-lite.json").read_text())["jupyter-config-data"]
    (kernel,) = config["litePluginSettings"].values()
    public = kernel["pyodideUrl"].removesuffix("/pyodide.mjs")
    assert public.startswith("https://") and pinned()["npm"].partition("@")[2] in public
    lock = json.loads((site / "static/pyodide/pyodide-lock.json").read_text())["packages"]
    assert lock["numpy"]["file_name"].startswith(f"{public}/numpy-")
    assert lock["numpy"]["sha256"] == pinned()["packages"]["numpy"]["sha256"]
    here = {name for name in lock if "://" not in lock[name]["file_name"]}
    assert here >= {"backprop", "comm", "ipykernel", "piplite", "pyodide-kernel"}
    for name in here:
        assert (site / "static/pyodide" / lock[name]["file_name"]).is_file()
    assert set(kernel["loadPyodideOptions"]["packages"]) <= set(lock)
    assert {needed.replace("_", "-") for one in lock.values() for needed in one["depends"]} <= (
        set(lock)
    )


def test_no_answer_and_no_grader_is_in_the_wheel_of_the_course(site):
    (wheel,) = (site / "static/pyodide").glob("backprop-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0].partition("-")[0] for name in archive.namelist()}
    assert tops == {"backprop", "backprop_judge"}


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(NoSite, match="choose another"):
        write_site(REPOSITORY, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_runtime_that_is_not_whole_is_refused_before_anything_is_built(tmp_path):
    with pytest.raises(NoRuntime, match=r"backprop_classroom\.lite\.runtime"):
        write_site(REPOSITORY, tmp_path / "site", tmp_path)
    assert not (tmp_path / "site").exists()


def test_the_command_says_what_is_wrong(tmp_path, capsys):
    require(importlib.util.find_spec("jupyterlite_pyodide_kernel"), "JupyterLite is not installed")
    assert main(["--root", str(REPOSITORY), "lite", "--runtime", str(tmp_path)]) == 2
    assert "contains no complete Pyodide" in capsys.readouterr().err
