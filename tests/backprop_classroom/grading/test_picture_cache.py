"""The pictures of a lesson are drawn for the first grading only."""

import pytest
from required import require
from sandboxes import SHORT

from backprop.figures import cache
from backprop_classroom.grading import picture_cache
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.grading.sandbox_files import package
from backprop_classroom.grading.session import Session
from backprop_classroom.grading.worker import SandboxKind, warm_sandbox

CELLS = (
    "import numpy as np\nfrom backprop.figures import backward_pass as figures",
    "figures.paths_back(weights=(1.0, -2.0), deltas=(-0.15, -0.10), out=0.622)",
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A cache of its own, which is empty."""
    monkeypatch.setattr(picture_cache, "folder", lambda: tmp_path / "backprop")
    return tmp_path / "backprop"


def sample(count=2):
    return {f"name {n}": ["UE5H", f"picture {n}"] for n in range(count)}


def test_what_is_kept_comes_back_for_the_same_cells_only(folder):
    assert picture_cache.load(CELLS) == {}
    picture_cache.store(CELLS, sample())
    assert picture_cache.load(CELLS) == sample()
    assert picture_cache.load(CELLS[:1]) == {}


def test_another_version_of_the_package_draws_anew(monkeypatch):
    picture_cache.store(CELLS, sample())
    changed = package() | {"backprop/figures/show.py": b"# changed"}
    monkeypatch.setattr(picture_cache, "package", lambda: changed)
    assert picture_cache.load(CELLS) == {}


@pytest.mark.parametrize(
    "written", [b"", b"[1]", b"{", b'{"a": 1}', b'{"a": ["b"]}', b'{"a": ["b", 3]}', b"\xff"]
)
def test_a_damaged_file_is_as_good_as_none(folder, written):
    picture_cache.store(CELLS, sample())
    (file,) = folder.iterdir()
    file.write_bytes(written)
    assert picture_cache.load(CELLS) == {}
    picture_cache.store(CELLS, sample())
    assert picture_cache.load(CELLS) == sample()


def test_a_cache_that_cannot_be_written_is_done_without(folder):
    folder.write_text("in the way")
    picture_cache.store(CELLS, sample())
    assert picture_cache.load(CELLS) == {}


def test_the_oldest_go(folder):
    for number in range(picture_cache.FILES + 5):
        picture_cache.store((f"x = {number}",), sample(1))
    assert len(list(folder.iterdir())) == picture_cache.FILES
    assert picture_cache.load((f"x = {picture_cache.FILES + 4}",)) == sample(1)


@pytest.mark.parametrize("sealed", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_second_sandbox_shows_what_the_first_has_drawn(sealed):
    require(not sealed or not why_no_sandbox(), why_no_sandbox())
    kind = SandboxKind(CELLS, sealed, SHORT)
    first = warm_sandbox(kind)
    first.close()
    (name,) = drawn = picture_cache.load(CELLS)
    assert drawn[name][0].startswith("iVBOR")
    # Another picture under this name shows whether it is drawn again.
    picture_cache.store(CELLS, {name: ["UE5H", "not drawn again"]})
    second = warm_sandbox(kind)
    line = second.open()
    try:
        conversation = Session(line, SHORT)
        conversation.run(CELLS[0])
        outputs, *_ = conversation.run(CELLS[1])
    finally:
        second.end(line)
        second.close()
    assert outputs[0]["data"]["image/png"] == "UE5H"
    assert cache.drawn().keys().isdisjoint(drawn)  # nothing of it was drawn here
