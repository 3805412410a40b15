"""A submitted file may hold anything: it is read, put right, or refused in words."""

import json
import os
from datetime import UTC, datetime

import nbformat
import pytest
from course import grade_id
from sandboxes import LESSON, registered_lesson

from backprop_classroom.submissions import notebook_cells, reading
from backprop_classroom.submissions.large_notebooks import without_outputs
from backprop_classroom.submissions.reading import (
    Received,
    Unreadable,
    parse,
    read_companions,
    read_file,
)


@pytest.fixture(scope="module")
def solved_and_lesson(tmp_path_factory):
    return registered_lesson(tmp_path_factory.mktemp("course"))


@pytest.fixture
def solved(solved_and_lesson):
    return nbformat.from_dict(solved_and_lesson[0])


@pytest.fixture
def lesson(solved_and_lesson):
    return solved_and_lesson[1]


def parsed(notebook, lesson):
    return parse(json.dumps(notebook).encode(), lesson)


def cell(notebook, id):
    return next(one for one in notebook.cells if grade_id(one) == id)


def test_a_right_notebook_is_valid_and_nothing_is_remarked(solved, lesson):
    made = parsed(solved, lesson)
    nbformat.validate(made.notebook)
    assert made.remarks == []
    assert [one.source for one in made.notebook.cells] == [one.source for one in solved.cells]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b"{", "not valid JSON"),
        (b"\x89PNG\r\n", "not valid JSON"),
        (b"[" * 200_000, "not valid JSON"),
        (b"[]", "has no format version"),
        (b'{"a": 1}', "has no format version"),
        (b'{"nbformat": true}', "has no format version"),
        (b'{"nbformat": 99}', "its format is 99, expected 4"),
        (b'{"nbformat": 3, "worksheets": 7}', "its format is 3, and it cannot be converted"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 4, "cells": [7]}', "cell 1 is not a valid cell"),
        (
            b'{"nbformat": 4, "cells": [{"cell_type": "magic", "source": ""}]}',
            "cell 1 is not a valid cell",
        ),
        (
            b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}',
            "cell 1 is not a valid cell",
        ),
        (json.dumps({"nbformat": 4, "cells": [{}] * 3000}).encode(), "3,000 cells"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_notebook_is_refused_in_words(lesson, content, said):
    with pytest.raises(Unreadable, match=said):
        parse(content, lesson)


def test_a_cell_that_is_far_too_long_is_refused(lesson, solved):
    solved.cells[0].source = "#" * (notebook_cells.MOST_SOURCE + 1)
    with pytest.raises(Unreadable, match="cell 1 has 200,001 characters"):
        parsed(solved, lesson)


@pytest.mark.parametrize("oddity", ["metadata", "id", "outputs", "attachments", "execution_count"])
@pytest.mark.parametrize("value", [None, 7, "text", [1], {"nbgrader": 7}, {"nbgrader": {"grade_id": []}}])  # fmt: skip
def test_odd_values_in_other_places_are_ignored(solved, lesson, oddity, value):
    solved.cells[0][oddity] = value
    solved["metadata"] = value
    nbformat.validate(parsed(solved, lesson).notebook)


def test_old_notebooks_and_byte_order_marks_are_read(solved, lesson):
    old = nbformat.convert(nbformat.from_dict(solved), 3)
    made = parse(b"\xef\xbb\xbf" + json.dumps(old).encode(), lesson)
    assert cell(made.notebook, "output_error").source == cell(solved, "output_error").source


def test_an_edited_locked_cell_is_put_back_and_told(solved, lesson):
    cell(solved, "check_output_error").source = "2.0"
    made = parsed(solved, lesson)
    assert cell(made.notebook, "check_output_error").source == 'check("output_error", output_error)'
    assert made.remarks == ["the locked cell check_output_error had been edited; it was restored"]


def test_edited_settings_are_put_back(solved, lesson):
    settings = cell(solved, "check_output_error").metadata.nbgrader
    settings.points, settings.locked, settings.solution = 100, False, True
    made = cell(parsed(solved, lesson).notebook, "check_output_error").metadata.nbgrader
    assert (made.points, made.locked, made.solution, made.grade) == (2, True, False, True)


def test_of_cells_with_one_id_the_last_counts_and_the_others_are_ordinary(solved, lesson):
    place = solved.cells.index(cell(solved, "hidden_error"))
    solved.cells.insert(0, nbformat.from_dict(solved.cells[place]))
    made = parsed(solved, lesson)
    assert [grade_id(one) for one in made.notebook.cells].count("hidden_error") == 1
    assert grade_id(made.notebook.cells[0]) == ""
    assert "there are 2 cells hidden_error; the last of them counts" in made.remarks


def test_a_missing_check_is_told(solved, lesson):
    solved.cells.remove(cell(solved, "check_find_the_bug"))
    assert parsed(solved, lesson).remarks == [
        "the cell check_find_the_bug is missing and earns nothing"
    ]


def test_a_cell_of_another_kind_is_put_back(solved, lesson):
    changed = cell(solved, "explain_the_bug")
    changed.cell_type = "code"
    made = parsed(solved, lesson)
    assert cell(made.notebook, "explain_the_bug").cell_type == "markdown"
    assert made.remarks == ["the cell explain_the_bug had become a code cell; it was restored"]


def test_a_notebook_is_read_from_its_folder(tmp_path):
    folder = tmp_path / "ada" / LESSON
    folder.mkdir(parents=True)
    path = folder / "backward_pass.ipynb"
    with pytest.raises(Unreadable, match="is missing; the folder contains nothing"):
        read_file(path, tmp_path / "ada")
    (folder / "Untitled.ipynb").touch()
    with pytest.raises(Unreadable, match="is missing; the folder contains Untitled.ipynb"):
        read_file(path, tmp_path / "ada")
    path.write_bytes(b"{}")
    assert read_file(path, tmp_path / "ada") == b"{}"


def test_links_that_lead_away_pipes_and_folders_are_refused(tmp_path):
    folder, secret = tmp_path / "eve" / LESSON, tmp_path / "secret.ipynb"
    folder.mkdir(parents=True)
    secret.write_text("{}")
    path = folder / "backward_pass.ipynb"
    path.symlink_to(secret)
    with pytest.raises(Unreadable, match="a link to a place outside"):
        read_file(path, tmp_path / "eve")
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(Unreadable, match="not an ordinary file"):
        read_file(path, tmp_path / "eve")
    path.unlink()
    path.mkdir()
    with pytest.raises(Unreadable, match="not an ordinary file"):
        read_file(path, tmp_path / "eve")


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (reading.MOST_RAW + 1, "larger than 200 MB"),
        # In the short run, such a file is in the hostile class.
        (reading.MOST_BYTES + 1, "larger than 50 MB, even without its outputs"),
    ],
)
@pytest.mark.long
def test_a_huge_file_is_refused(tmp_path, size, said):
    path = tmp_path / "backward_pass.ipynb"
    with open(path, "wb") as file:
        file.truncate(size)
    with pytest.raises(Unreadable, match=said):
        read_file(path, tmp_path)


def test_of_a_huge_file_no_more_is_read_than_may_be():
    megabytes = iter([bytes(2**20)] * 300)
    with pytest.raises(Unreadable, match="larger than 200 MB"):
        reading.small_enough(megabytes)
    assert len(list(megabytes)) == 99


@pytest.mark.long  # the short run collects such notebooks
def test_a_notebook_of_many_outputs_is_read_without_them(tmp_path, solved, lesson):
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 2**20}}
    solved.cells[1].outputs = [picture] * 51
    path = tmp_path / "backward_pass.ipynb"
    path.write_text(json.dumps(solved))
    data = read_file(path, tmp_path)
    assert path.stat().st_size > reading.MOST_BYTES and len(data) < 2**20
    solved.cells[1].outputs = []
    assert json.loads(data) == solved
    assert parse(data, lesson) == parsed(solved, lesson)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"cells": [{"outputs": [1, {"outputs": ["]"]}], "source": '"outputs": ['}]}, {"cells": [{"outputs": [], "source": '"outputs": ['}]}),
        ({"cells": [{"metadata": {"outputs": [1]}, "outputs": None}]}, None),
        ({"metadata": {"cells": [{"outputs": [1]}], "widgets": {"a": [2]}}}, {"metadata": {"cells": [{"outputs": [1]}], "widgets": {}}}),
        ({"outputs": [1], "cells": [{"source": ["\\", '\\"', "{"], "outputs": []}]}, None),
        ([[[{"outputs": [1]}]]], None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("indent", [None, 1])
def test_nothing_but_outputs_is_taken_out(before, after, indent):
    left = without_outputs(json.dumps(before, indent=indent).encode())
    assert json.loads(left) == (before if after is None else after)


@pytest.mark.parametrize("data", [b"", b"[", b"]" * 9, b'"', b'{"cells": [{"outputs": [', b"\\"])
def test_text_that_is_no_notebook_goes_through(data):
    assert without_outputs(data) in (data, data[:-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20 12:30:00 UTC\n", datetime(2026, 11, 20, 12, 30, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_timestamp_is_taken_if_it_is_one(tmp_path, text, expected):
    (tmp_path / "timestamp.txt").write_text(text)
    assert Received(b"", read_companions(tmp_path)).when == expected
