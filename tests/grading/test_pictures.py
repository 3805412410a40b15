"""The pictures of a lesson are drawn for the first grading only."""

import pytest
from required import require
from rooms import SHORT

from backprop.figures import cache as drawings
from backprop_classroom.grading import (
    picture_cache as pictures,
)
from backprop_classroom.grading import (
    sandbox as sealing,
)
from backprop_classroom.grading import (
    worker as working,
)
from backprop_classroom.grading.worker import SandboxKind, warm_room

CELLS = (
    "import numpy as np\nfrom backprop.figures import backward_pass as figures",
    "figures.paths_back(weights=(1.0, -2.0), deltas=(-0.15, -0.10), out=0.622)",
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of its own, which is empty."""
    monkeypatch.setattr(pictures, "folder", lambda: tmp_path / "backprop")
    return tmp_path / "backprop"


def sample(count=2):
    return {f"name {n}": ["UE5H", f"picture {n}"] for n in range(count)}


def test_what_is_kept_comes_back_for_the_same_cells_only(cache):
    assert pictures.kept(CELLS) == {}
    pictures.keep(CELLS, sample())
    assert pictures.kept(CELLS) == sample()
    assert pictures.kept(CELLS[:1]) == {}


def test_another_version_of_the_package_draws_anew(monkeypatch):
    pictures.keep(CELLS, sample())
    changed = sealing.package() | {"backprop/figures/show.py": b"# changed"}
    monkeypatch.setattr(pictures, "package", lambda: changed)
    assert pictures.kept(CELLS) == {}


@pytest.mark.parametrize(
    "written", [b"", b"[1]", b"{", b'{"a": 1}', b'{"a": ["b"]}', b'{"a": ["b", 3]}', b"\xff"]
)
def test_a_damaged_file_is_as_good_as_none(cache, written):
    pictures.keep(CELLS, sample())
    (file,) = cache.iterdir()
    file.write_bytes(written)
    assert pictures.kept(CELLS) == {}
    pictures.keep(CELLS, sample())
    assert pictures.kept(CELLS) == sample()


def test_a_cache_that_cannot_be_written_is_done_without(cache):
    cache.write_text("in the way")
    pictures.keep(CELLS, sample())
    assert pictures.kept(CELLS) == {}


def test_the_oldest_go(cache):
    for number in range(pictures.FILES + 5):
        pictures.keep((f"x = {number}",), sample(1))
    assert len(list(cache.iterdir())) == pictures.FILES
    assert pictures.kept((f"x = {pictures.FILES + 4}",)) == sample(1)


@pytest.mark.parametrize("sealed", [True, False])
def test_a_second_room_shows_what_the_first_has_drawn(sealed):
    require(not sealed or not sealing.why_no_sandbox(), sealing.why_no_sandbox())
    kind = SandboxKind(CELLS, sealed, SHORT)
    first = warm_room(kind)
    first.close()
    (name,) = drawn = pictures.kept(CELLS)
    assert drawn[name][0].startswith("iVBOR")
    # Another picture under this name shows whether it is drawn again.
    pictures.keep(CELLS, {name: ["UE5H", "not drawn again"]})
    second = warm_room(kind)
    line = second.open()
    try:
        conversation = working.Session(line, SHORT)
        conversation.run(CELLS[0])
        outputs, *_ = conversation.run(CELLS[1])
    finally:
        second.end(line)
        second.close()
    assert outputs[0]["data"]["image/png"] == "UE5H"
    assert drawings.drawn().keys().isdisjoint(drawn)  # nothing of it was drawn here
