"""Laying out what students handed in: every name that a platform invents, and what is hostile."""

import copy
import json
import os
import shutil
import struct
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from course import REPOSITORY, grade_id, lesson_notebook, make_course, released_of, write
from downloads import (
    LESSON,
    NAME,
    OTHER,
    collect,
    layout,
    notebook,
    notebooks,
    put,
    submitted_zip,
    time_of,
    zip_of,
)
from nbformat.v4 import new_notebook
from required import require
from small_class import POINTS, rows_of
from warm_grading import warm_grading

from backprop_classroom.__main__ import main
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.submissions import (
    archives,
    collecting,
    contents,
    placing,
    reading,
    running,
)
from backprop_classroom.submissions.collected import record_path
from backprop_classroom.submissions.platforms import origin_of
from backprop_classroom.submissions.roster import Roster

# --- the names of learning platforms -------------------------------------------


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("Ada Lovelace_12345_assignsubmission_file_/backward_pass.ipynb", "Ada_Lovelace"),
        ("Ada Lovelace_12345_assignsubmission_file_backward_pass.ipynb", "Ada_Lovelace"),
        ("Zoë O'Neil_77_assignsubmission_file_/work (1).ipynb", "Zoë_O_Neil"),
        ("Participant_12345_assignsubmission_file_/x.ipynb", "Participant_12345"),
        ("lovelaceada_12345_67890_backward_pass.ipynb", "lovelaceada"),
        ("lovelaceada_LATE_12345_67890_backward_pass-1.ipynb", "lovelaceada"),
        ("submissions/lovelaceada_12345_67890_backward_pass-2.ipynb", "lovelaceada"),
        ("Lesson 3_alovelace_attempt_2026-11-20-14-30-05_backward_pass.ipynb", "alovelace"),
        ("Lesson_3_alovelace_attempt_2026-11-20-14-30-05_x.ipynb", "alovelace"),
        ("ada/backward_pass.ipynb", "ada"),
        ("ada/backward_pass.ipynb.txt", "ada"),
        ("lovelaceada_12345_67890_backward_pass.ipynb.txt", "lovelaceada"),
        ("lovelaceada_12345_67890_backward_pass.ipynb.json", "lovelaceada"),
        ("lovelaceada_12345_67890_backward_pass.ipynb.zip", "lovelaceada"),
        ("ada/week 3/my work/Untitled.ipynb", "ada"),
        (f"ada/{LESSON}/{NAME}", "ada"),
        (f"everybody/ada/{LESSON}/{NAME}", "ada"),
        (f"{LESSON}/ada/{NAME}", "ada"),
        ("ada/hw_3_2_x.ipynb", "ada"),
    ],
)
@pytest.mark.parametrize(
    "as_zip", [False, pytest.param(True, marks=pytest.mark.long)], ids=["folder", "zip"]
)
def test_names_of_every_kind_are_understood(root, download, name, student, as_zip):
    data = notebook()
    if as_zip:
        download = put(download.with_suffix(".zip"), zip_of({name: data}))
    else:
        put(download / name, data)
    assert collect(root, download) == 0
    assert notebooks(root) == {f"{student}/{LESSON}": data}
    assert (root / "submitted" / student / LESSON / NAME).exists()


def test_a_packed_notebook_is_unpacked_whatever_its_name(root, download):
    put(download / "ada" / "backward_pass.ipynb.zip", zip_of({"backward_pass.ipynb": notebook()}))
    assert collect(root, download) == 0
    assert notebooks(root) == {f"ada/{LESSON}": notebook()}


def test_a_notebook_of_fifty_megabytes_of_outputs_is_placed_without_them(root, download, capsys):
    small = json.loads(notebook())
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 2**20}}
    large = copy.deepcopy(small)
    large["cells"][0]["outputs"] = [picture] * 51
    put(download / "ada" / NAME, json.dumps(large).encode())
    put(download / "bob.zip", zip_of({NAME: json.dumps(large).encode()}))
    assert collect(root, download) == 0
    assert capsys.readouterr().out.count("it has 51 MB; it is placed without its outputs") == 2
    placed = notebooks(root)
    assert [json.loads(placed[f"{who}/{LESSON}"]) for who in ("ada", "bob")] == [small, small]


def test_what_canvas_calls_late_is_said_to_be(root, download, capsys):
    put(download / f"lovelaceada_LATE_12345_67890_{NAME}", notebook())
    put(download / f"noycebob_12346_67891_{NAME}", notebook())
    assert collect(root, download) == 0
    said = capsys.readouterr().out
    assert f"lovelaceada/{LESSON}, time unknown, late according to Canvas" in said
    assert said.count("late according to") == 1


def test_a_zip_that_holds_a_folder_of_its_own_name_names_nobody_by_it(root, download):
    data = notebook()
    path = put(download / "class 3.zip", zip_of({"class 3/ada/x.ipynb": data}))
    assert collect(root, path) == 0
    assert notebooks(root) == {f"ada/{LESSON}": data}


def test_zips_within_zips_are_opened(root, download):
    files = {
        "Ada Lovelace_1_assignsubmission_file_/work.zip": zip_of(
            {"deep/in/it.ipynb": notebook("a")}
        ),
        "Bob Noyce_2_assignsubmission_file_/x.zip": submitted_zip("bob", notebook("b")),
    }
    path = put(download / "all.zip", zip_of({"moodle.zip": zip_of(files)}))
    assert collect(root, path) == 0
    assert notebooks(root) == {
        f"Ada_Lovelace/{LESSON}": notebook("a"),
        f"bob/{LESSON}": notebook("b"),
    }
    assert time_of(root, "bob") == "2026-11-20 10:00:00.000000 UTC"


def test_the_cells_tell_the_lesson_whatever_the_name_says(root, download, capsys):
    put(download / "ada" / "Untitled7.ipynb", notebook(lesson=OTHER))
    put(download / "bob" / NAME, notebook(lesson=OTHER))
    assert collect(root, download) == 0
    assert set(notebooks(root)) == {f"ada/{OTHER}", f"bob/{OTHER}"}
    assert (root / "submitted/ada" / OTHER / "forward_pass.ipynb").exists()
    assert (
        f"bob/{NAME}: by its name it is {LESSON}, by its cells {OTHER}" in capsys.readouterr().out
    )


def test_without_cells_of_a_lesson_the_name_tells_it_or_nothing_does(root, download, capsys):
    empty = nbformat.writes(new_notebook()).encode()
    put(download / "ada" / "backward_pass-1.ipynb", empty)
    put(download / "bob" / "Untitled.ipynb", empty)
    assert collect(root, download) == 1
    assert notebooks(root) == {f"ada/{LESSON}": empty}
    said = capsys.readouterr().err
    assert (
        "bob/Untitled.ipynb: it has no cell of any lesson, and its name does not name a lesson"
        in said
    )


# --- attempts ------------------------------------------------------------------


def test_of_several_attempts_the_newest_counts_and_the_others_are_listed(root, download, capsys):
    for day, mark in (("18", "old"), ("20", "new"), ("19", "middle")):
        name = f"Lesson 3_alovelace_attempt_2026-11-{day}-14-30-05_{NAME}"
        put(download / name, notebook(mark))
    for number, mark in ((700, "old"), (1100, "new")):
        put(download / f"noycebob_5_{number}_{NAME}", notebook(mark))
    put(download / "carl" / NAME, notebook("old"))
    put(download / "carl" / "backward_pass-1.ipynb", notebook("new"))
    assert collect(root, download, "--timezone", "Europe/Berlin") == 0
    expected = dict.fromkeys(("alovelace", "noycebob", "carl"), notebook("new"))
    assert notebooks(root) == {f"{name}/{LESSON}": data for name, data in expected.items()}
    assert time_of(root, "alovelace") == "2026-11-20 13:30:05.000000 UTC"
    assert time_of(root, "carl") is None
    said = capsys.readouterr().out
    assert said.count("an earlier attempt than") == 4


def test_what_nothing_can_order_is_not_guessed(root, download, capsys):
    put(download / "ada" / "one.ipynb", notebook("one"))
    put(download / "ada" / "two.ipynb", notebook("two"))
    put(download / "bob" / "one.ipynb", notebook("same"))
    put(download / "bob" / "two.ipynb", notebook("same"))
    assert collect(root, download) == 1
    assert notebooks(root) == {f"bob/{LESSON}": notebook("same")}
    said = capsys.readouterr().err
    assert "it is unclear which of several counts (ada/one.ipynb, ada/two.ipynb)" in said


def test_running_twice_changes_nothing(root, download):
    put(download / "a.zip", submitted_zip("ada", notebook("a")))
    put(download / f"noycebob_5_700_{NAME}", notebook("b"))
    assert collect(root, download) == 0
    before = {path: path.stat().st_mtime_ns for path in (root / "submitted").rglob("*")}
    assert collect(root, download) == 0
    assert {path: path.stat().st_mtime_ns for path in (root / "submitted").rglob("*")} == before


def test_a_newer_submission_replaces_an_older_one_which_is_kept(root, download, capsys):
    path = download / "a.zip"
    old, new = notebook("old"), notebook("new")
    put(path, submitted_zip("ada", old, "2026-11-19 10:00:00 UTC"))
    assert collect(root, download) == 0
    put(path, submitted_zip("ada", new, "2026-11-20 10:00:00 UTC"))
    assert collect(root, download) == 0
    assert "replaces the one now in submitted/.earlier/ada/" in capsys.readouterr().out
    assert notebooks(root) == {f"ada/{LESSON}": new}
    assert old in layout(root).values()
    assert time_of(root, "ada").startswith("2026-11-20")
    # The old download, found again in a folder, does no harm.
    put(path, submitted_zip("ada", old, "2026-11-19 10:00:00 UTC"))
    assert collect(root, download) == 0
    assert "it is older than the existing one" in capsys.readouterr().out
    assert notebooks(root) == {f"ada/{LESSON}": new}


def test_without_times_nothing_is_replaced_unless_told_so(root, download, capsys):
    path = put(download / "ada" / NAME, notebook("one"))
    assert collect(root, download) == 0
    put(path, notebook("two"))
    assert collect(root, download) == 1
    assert "it is unclear which is newer; ARGS=--replace" in capsys.readouterr().err
    assert notebooks(root) == {f"ada/{LESSON}": notebook("one")}
    assert collect(root, download, "--replace") == 0
    assert notebooks(root) == {f"ada/{LESSON}": notebook("two")}
    assert notebook("one") in layout(root).values()


def test_canvas_numbers_tell_the_newer_of_two_downloads(root, download):
    first = put(download / f"adal_5_700_{NAME}", notebook("one"))
    assert collect(root, download) == 0
    first.unlink()
    put(download / f"adal_5_1100_{NAME}", notebook("two"))
    assert collect(root, download) == 0
    assert notebooks(root) == {f"adal/{LESSON}": notebook("two")}


def test_what_an_instructor_mended_by_hand_stays(root, download, capsys):
    put(download / "a.zip", submitted_zip("ada", notebook("broken")))
    assert collect(root, download) == 0
    put(root / "submitted" / "ada" / LESSON / NAME, notebook("mended"))
    assert collect(root, download) == 0
    assert notebooks(root) == {f"ada/{LESSON}": notebook("mended")}
    assert "the collected copy has been changed since" in capsys.readouterr().out


def test_a_time_that_no_longer_belongs_goes(root, download):
    put(download / "a.zip", submitted_zip("ada", notebook("one")))
    assert collect(root, download) == 0
    (download / "a.zip").unlink()
    put(download / "ada" / NAME, notebook("two"))
    assert collect(root, download, "--replace") == 0
    assert time_of(root, "ada") is None
    # Nor does it stay if writing was interrupted between the notebook and its time.
    put(download / "bob" / NAME, notebook("two"))
    there = root / "submitted" / "bob" / LESSON
    put(there / NAME, notebook("two"))
    put(there / "timestamp.txt", b"2026-11-19 10:00:00 UTC")
    put(record_path(there), b'{"sha256": "that of another"}')
    assert collect(root, download) == 0
    assert time_of(root, "bob") is None


def test_interrupted_between_notebook_and_time_the_next_run_completes(root, download, monkeypatch):
    put(download / "a.zip", submitted_zip("ada", notebook("one"), "2026-11-19 10:00:00 UTC"))
    assert collect(root, download) == 0
    put(download / "a.zip", submitted_zip("ada", notebook("two"), "2026-11-20 10:00:00 UTC"))
    real = placing.write_safely

    def stop_at_the_time(path, data):
        if path.name == "timestamp.txt" and ".earlier" not in str(path):
            raise KeyboardInterrupt
        real(path, data)

    monkeypatch.setattr(placing, "write_safely", stop_at_the_time)
    with pytest.raises(KeyboardInterrupt):
        collecting.collect(root=root, source=download)
    monkeypatch.undo()
    assert collect(root, download) == 0
    assert notebooks(root) == {f"ada/{LESSON}": notebook("two")}
    assert time_of(root, "ada").startswith("2026-11-20")


def test_a_time_in_the_future_is_not_believed(root, download, capsys):
    put(download / "a.zip", submitted_zip("ada", notebook(), "2999-01-01 00:00:00 UTC"))
    assert collect(root, download) == 0
    assert time_of(root, "ada") is None
    assert "its time is in the future" in capsys.readouterr().out


# --- who is who ----------------------------------------------------------------


def test_a_roster_gives_the_ids_whatever_a_platform_calls_people(root, download, tmp_path, capsys):
    roster = tmp_path / "students.csv"
    roster.write_text(
        "id;first_name;last_name;email;lms_user_id;name\n"
        "s1;Ada;Lovelace;ada@uni.example;12345;\n"
        's2;;;;;"Noyce, Bob"\n'
        "s3;;;a_turing;;\n"
        "s4;Zoë;O'Neil;;;\n",
        encoding="utf-8-sig",
    )
    put(download / f"adal_12345_1_{NAME}", notebook("s1"))
    put(download / "Bob Noyce_9_assignsubmission_file_" / NAME, notebook("s2"))
    put(download / f"Lesson 3_a_turing_attempt_2026-11-20-14-30-05_{NAME}", notebook("s3"))
    put(download / f"oneilzoë_8_1_{NAME}", notebook("s4"))
    put(download / f"strangereve_6_1_{NAME}", notebook("s5"))
    assert collect(root, download, "--roster", roster) == 1
    assert notebooks(root) == {f"s{n}/{LESSON}": notebook(f"s{n}") for n in (1, 2, 3, 4)}
    assert "Canvas: strangereve, 6 is not in the roster" in capsys.readouterr().err


def test_namesakes_are_not_mixed_up(root, download, tmp_path, capsys):
    put(download / "Ada Byron_1_assignsubmission_file_" / NAME, notebook("1"))
    put(download / "Ada Byron_2_assignsubmission_file_" / NAME, notebook("2"))
    assert collect(root, download) == 1
    assert notebooks(root) == {}
    assert "more than one submission has the id Ada_Byron" in capsys.readouterr().err
    roster = put(tmp_path / "r.csv", b"id,name\ns1,Ada Byron\ns2,Ada Byron\n")
    assert collect(root, download, "--roster", roster) == 1
    assert "matches s1 and s2 in the roster" in capsys.readouterr().err
    put(roster, b"id,name\ns1,Participant 1\ns2,Participant 2\n")
    assert collect(root, download, "--roster", roster) == 0
    assert notebooks(root) == {f"s{n}/{LESSON}": notebook(str(n)) for n in (1, 2)}


def test_nobody_hands_in_for_another(root, download, tmp_path, capsys):
    eve = "Eve Smith_66_assignsubmission_file_/x.zip"
    bob = "Bob Noyce_22_assignsubmission_file_/x.zip"
    put(download / eve, submitted_zip("bob", notebook("eve"), "2026-11-20 23:00:00 UTC"))
    put(download / bob, submitted_zip("bob", notebook("bob"), "2026-11-20 10:00:00 UTC"))
    assert collect(root, download) == 1
    assert notebooks(root) == {}
    roster = put(tmp_path / "r.csv", b"id,name\nbob,Bob Noyce\neve,Eve Smith\n")
    assert collect(root, download, "--roster", roster) == 1
    assert notebooks(root) == {f"bob/{LESSON}": notebook("bob")}
    assert "packed for bob, but handed in by Moodle: Eve Smith" in capsys.readouterr().err


def test_nobody_hands_in_for_another_in_a_later_download_either(root, download, capsys):
    bob = put(
        download / "Bob Noyce_22_assignsubmission_file_/x.zip",
        submitted_zip("bob", notebook("bob"), "2026-11-20 10:00:00 UTC"),
    )
    assert collect(root, download) == 0
    bob.unlink()
    put(
        download / "Eve Smith_66_assignsubmission_file_/x.zip",
        submitted_zip("bob", notebook("eve"), "2026-11-20 23:00:00 UTC"),
    )
    assert collect(root, download) == 1
    assert notebooks(root) == {f"bob/{LESSON}": notebook("bob")}
    assert collect(root, download, "--replace") == 1
    assert notebooks(root) == {f"bob/{LESSON}": notebook("bob")}
    assert "came from Moodle: Bob Noyce, 22" in capsys.readouterr().err


def test_an_id_in_one_zip_of_a_person_counts_for_all_that_they_hand_in(root, download):
    folder = download / "Ada Lovelace_1_assignsubmission_file_"
    put(folder / "three.zip", submitted_zip("ada", notebook()))
    put(folder / "two.ipynb", notebook(lesson=OTHER))
    assert collect(root, download) == 0
    assert set(notebooks(root)) == {f"ada/{LESSON}", f"ada/{OTHER}"}


def test_who_was_collected_under_another_id_is_told(root, download, tmp_path, capsys):
    put(download / "Bob Noyce_2_assignsubmission_file_" / NAME, notebook())
    assert collect(root, download) == 0
    assert "'Bob Noyce' is Bob_Noyce; to choose" in capsys.readouterr().out
    roster = put(tmp_path / "r.csv", b'student_id,name\nbob,"Noyce, Bob"\n')
    assert collect(root, download, "--roster", roster) == 0
    said = capsys.readouterr().out
    assert "Moodle: Bob Noyce, 2 is bob here, but also Bob_Noyce in submitted/" in said


def test_a_zip_of_another_name_does_not_speak_for_a_student(root, download, capsys):
    put(download / f"{LESSON}-bob.zip", submitted_zip("bob", notebook("bob")))
    put(download / "eve.zip", submitted_zip("bob", notebook("eve"), "2026-11-20 23:00:00 UTC"))
    assert collect(root, download) == 1
    assert notebooks(root) == {}
    assert "zips with different names have the id bob" in capsys.readouterr().err


def test_names_that_differ_only_in_capitals_are_not_placed(root, download, capsys):
    put(download / "Ada" / NAME, notebook("1"))
    put(download / "ada" / NAME, notebook("2"))
    assert collect(root, download) == 1
    assert notebooks(root) == {}
    shutil.rmtree(download / "ada")
    put(root / "submitted" / "ADA" / OTHER / "forward_pass.ipynb", notebook(lesson=OTHER))
    assert collect(root, download) == 1
    assert (
        "Ada differs from ADA in submitted/ only in upper and lower case" in capsys.readouterr().err
    )


def test_a_notebook_of_nobody_and_people_without_a_notebook_are_listed(root, download, capsys):
    put(download / NAME, notebook())
    put(download / "Eve Smith_66_assignsubmission_file_" / "essay.pdf", b"%PDF")
    put(download / "Ada Byron_1_assignsubmission_file_" / NAME, notebook("1"))
    put(download / "Ada Byron_1_assignsubmission_file_" / "note.txt", b"Thank you")
    put(download / "index.html", b"")
    assert collect(root, download) == 1
    said = capsys.readouterr()
    assert f"  {NAME}: it is unclear who handed it in" in said.err
    assert "nothing that Moodle: Eve Smith, 66 handed in is a notebook" in said.err
    assert "index.html: no notebook" in said.out and "note.txt: no notebook" in said.out
    assert set(notebooks(root)) == {f"Ada_Byron/{LESSON}"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b"id,name\n", "is empty"),
        (b"name,mail\nAda,a@b\n", "line 2: there is no column id or student_id"),
        (b"id,name\n../x,Ada\n", "line 2: '../x' is not valid as an id"),
        (b"id,name\nada,A\nAda,B\n", "line 3: duplicate id Ada (case-insensitive)"),
        (b"id\n\xff\xfe\n", "is not a CSV file in UTF-8"),
    ],
)
def test_a_roster_of_no_use_is_refused(root, download, tmp_path, capsys, content, said):
    roster = tmp_path / "r.csv"
    if content is not None:
        roster.write_bytes(content)
    assert collect(root, download, "--roster", roster) == 2
    assert said in capsys.readouterr().err
    assert not (root / "submitted").exists()


def test_a_roster_has_names_in_either_order():
    path = REPOSITORY / "tests" / "no-such-file"
    with pytest.raises(ValueError, match="cannot be read"):
        Roster(path=path)


# --- hostile downloads ---------------------------------------------------------


def hostile(files):
    """A zip with entries that no ordinary program writes."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, mode in files:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "mode", "said"),
    [
        (f"ada/../../../{NAME}", 0o100644, "its path leads out of the zip"),
        (f"/etc/{NAME}", 0o100644, "its path leads out of the zip"),
        (f"C:\\x\\{NAME}", 0o100644, "its path leads out of the zip"),
        (f"ada\\..\\..\\{NAME}", 0o100644, "its path leads out of the zip"),
        (f"ada/{NAME}", 0o120777, "it is a link"),
    ],
)
def test_paths_that_lead_away_are_not_followed(root, download, tmp_path, capsys, name, mode, said):
    path = put(download / "x.zip", hostile([(name, notebook(), mode)]))
    before = sorted(path for path in tmp_path.rglob("*"))
    assert collect(root, path) == 1
    assert said in capsys.readouterr().err
    shutil.rmtree(root / "submitted")  # with what is remembered of it
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_links_pipes_and_what_may_not_be_read_in_a_folder_are_listed(
    root, download, tmp_path, capsys
):
    secret = put(tmp_path / "secret" / NAME, notebook("secret"))
    (download / "ada").mkdir()
    (download / "ada" / NAME).symlink_to(secret)
    (download / "bob").symlink_to(secret.parent)
    (download / "carl").mkdir()
    os.mkfifo(download / "carl" / NAME)
    assert collect(root, download) == 1
    said = capsys.readouterr().err
    assert f"ada/{NAME}: it is a link" in said and "bob: it is a link" in said
    assert f"carl/{NAME}: it is not an ordinary file" in said
    assert notebooks(root) == {}


def test_a_place_that_is_a_link_is_not_written_through(root, download, tmp_path, capsys):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / "submitted").mkdir()
    (root / "submitted" / "ada").symlink_to(elsewhere)
    (root / "submitted" / "bob").mkdir()
    (root / "submitted" / "bob" / LESSON).symlink_to(elsewhere)
    for student in ("ada", "bob"):
        put(download / student / NAME, notebook())
    assert collect(root, download) == 1
    assert capsys.readouterr().err.count("is a link") == 2
    assert list(elsewhere.iterdir()) == []


def found_in(source):
    """What `files_of` finds: the data by path, and the problems by path."""
    found = [one for one in archives.files_of(source=source) if isinstance(one, archives.Found)]
    data = {"/".join(one.parts): one.data for one in found if one.data is not None}
    return data, {"/".join(one.parts): one.problem for one in found if one.problem}


def test_a_zip_bomb_ends_where_it_is_bounded_and_costs_nobody_else(download, monkeypatch):
    monkeypatch.setattr(archives, "ROOM", 2**20)
    monkeypatch.setattr(contents, "MOST_BYTES", 2**18)
    bomb = zip_of({f"{number}.ipynb": bytes(2**18) for number in range(200)})
    assert len(bomb) < 2**17
    files = {f"{name}/x.zip": bomb for name in ("Al", "Bo")} | {"Cy/x.ipynb": notebook()}
    path = put(download / "x.zip", zip_of(files))
    data, problems = found_in(path)
    assert data["Cy/x.ipynb"] == notebook()
    assert sum(map(len, data.values())) < 2**20 + 50 * path.stat().st_size
    assert "it unpacks to more than" in problems["Al/x.zip"]
    assert "it unpacks to more than" in found_in(put(download / "al" / "x.zip", bomb))[1]["the zip"]


def test_a_file_that_is_larger_than_it_says_is_bounded(download, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 2**16)
    packed = bytearray(zip_of({"ada/x.ipynb": b" " * 2**20}))
    # Both headers now say that it has ten bytes.
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = packed.index(signature) + offset
        packed[place : place + 4] = struct.pack("<I", 10)
    put(download / "x.zip", bytes(packed))
    put(download / "bob" / "y.ipynb", b" " * 2**17)
    data, problems = found_in(download)
    assert not data
    assert "it is larger than" in problems["bob/y.ipynb"]
    assert "it is damaged" in problems["x.zip/ada/x.ipynb"]


def test_too_many_names_are_not_even_read(download, monkeypatch):
    monkeypatch.setattr(archives, "MOST_DIRECTORY", 10_000)
    path = put(download / "x.zip", zip_of({f"ada/{number}": b"" for number in range(1000)}))
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda self: pytest.fail("they were read"))
    assert found_in(path)[1] == {"the zip": "it contains too many files"}


def test_zips_in_zips_without_end_come_to_one(root, download, capsys):
    data = zip_of({"x.ipynb": notebook()})
    for _ in range(6):
        data = zip_of({"x.zip": data})
    assert collect(root, put(download / "x.zip", data)) == 1
    assert "it is in 3 nested zips" in capsys.readouterr().err


def encrypted(data):
    packed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + offset] |= 1
    return bytes(packed)


def damaged(data):
    packed = bytearray(data)
    packed[len(packed) // 3] ^= 0xFF
    return bytes(packed)


def oddly_packed(data):
    packed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = packed.index(signature) + offset
        packed[place : place + 2] = struct.pack("<H", 97)
    return bytes(packed)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (encrypted, "it is encrypted"),
        (damaged, "it is damaged"),
        (oddly_packed, "compressed in a way that cannot be read"),
        (lambda data: data[:-30], "not a valid zip file"),
        (lambda data: b"", "not a valid zip file"),
        (lambda data: b"PK\x05\x06" + bytes(10), "not a valid zip file"),
        (lambda data: b"Rar!" + data[:100], "not a valid zip file"),
    ],
)
def test_zips_that_cannot_be_read_are_listed_and_stop_nobody(root, download, capsys, spoil, said):
    put(download / "ada" / "x.zip", spoil(zip_of({"x.ipynb": notebook()})))
    put(download / "zoe" / NAME, notebook())
    assert collect(root, download) == 1
    assert said in capsys.readouterr().err
    assert set(notebooks(root)) == {f"zoe/{LESSON}"}


@pytest.mark.parametrize("name", ["x.rar", "x.tar.gz", "x.7z"])
def test_other_archives_are_listed(root, download, capsys, name):
    put(download / "ada" / name, b"x")
    assert collect(root, download) == 1
    assert f"ada/{name}: it is an archive that is not opened here" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"nbformat": 4, "cells": 7}',
        b'{"nbformat": 3, "cells": 7}',
        b"[" * 99_999,
    ],
)
def test_what_is_no_notebook_is_listed_and_an_earlier_one_counts(root, download, capsys, content):
    put(download / "ada" / NAME, notebook())
    put(download / "ada" / "backward_pass-1.ipynb", content)
    assert collect(root, download) == 1
    assert "ada/backward_pass-1.ipynb: backward_pass-1.ipynb is" in capsys.readouterr().err
    assert set(notebooks(root)) == {f"ada/{LESSON}"}


def test_odd_cells_and_settings_are_survived(root, download):
    made = json.loads(notebook())
    for odd in (None, 7, {"nbgrader": 7}, {"nbgrader": {"grade_id": ["x"]}}):
        made["cells"].append({"cell_type": "code", "source": "", "metadata": odd})
    put(download / "ada" / "x.ipynb", json.dumps(made).encode())
    assert collect(root, download) == 0
    assert set(notebooks(root)) == {f"ada/{LESSON}"}


def test_names_in_other_encodings_are_read_or_shown(root, download, capsys):
    data = zip_of({"Zoe/x.ipynb": notebook()})
    # UTF-8 without saying so, as many programs write it; and bytes that are no UTF-8.
    path = put(download / "x.zip", data.replace(b"Zoe/", "oë/".encode()))
    assert collect(root, path) == 0
    path.unlink()
    put(Path(os.fsdecode(os.fsencode(download) + b"/J\xe9r\xf4me")) / "x.ipynb", notebook())
    assert collect(root, download) == 0
    assert set(notebooks(root)) == {f"oë/{LESSON}", f"J_xe9r_xf4me/{LESSON}"}


def test_names_that_try_the_terminal_or_a_table_are_made_harmless(root, download, capsys):
    name = "=cmd\x1b[2J\u202eada_5_assignsubmission_file_"
    put(download / name / NAME, notebook())
    put(download / ".." / "download" / "\x1b[31m.pdf", b"")
    assert collect(root, download) == 0
    assert set(notebooks(root)) == {f"cmd_2J_ada/{LESSON}"}
    said = capsys.readouterr().out
    assert "\x1b" not in said and "\u202e" not in said


def test_what_systems_leave_behind_is_left_out(root, download, capsys):
    put(download / "ada" / NAME, notebook())
    put(download / "ada" / ".ipynb_checkpoints" / NAME, notebook("older"))
    put(download / "__MACOSX" / "ada" / f"._{NAME}", b"\x00")
    put(download / "ada" / "Thumbs.db", b"")
    assert collect(root, download) == 0
    assert notebooks(root) == {f"ada/{LESSON}": notebook()}
    assert "Not counted" not in capsys.readouterr().out


# --- what it is asked to do ----------------------------------------------------


def test_what_is_no_download_is_refused(root, download, capsys):
    (root / "submitted").mkdir()
    for source, said in (
        (download / "nothing", "does not exist"),
        (put(download / "x.txt", b""), "is neither a folder nor a zip"),
        (root, "contains submitted/"),
        (root / "submitted", "contains submitted/"),
    ):
        assert collect(root, source) == 2
        assert said in capsys.readouterr().err
    assert collect(root, download, "--timezone", "Europe/Nowhere") == 2
    assert "unknown time zone" in capsys.readouterr().err


def test_times_of_a_platform_count_more_than_those_of_a_student(root, download):
    name = "L_ada_attempt_2026-11-20-14-30-05_x.zip"
    put(download / name, submitted_zip("ada", notebook(), "2026-11-01 00:00:00 UTC"))
    assert collect(root, download, "--timezone", "UTC") == 0
    assert time_of(root, "ada") == "2026-11-20 14:30:05.000000 UTC"


def test_an_impossible_time_is_none():
    origin = origin_of(("L_ada_attempt_2026-99-20-14-30-05_x.ipynb",), lessons=[LESSON])
    assert origin.when is None and origin.person.name == "ada"
    origin = origin_of(
        ("L_ada_attempt_2026-11-20-14-30-05_x.ipynb",), lessons=[LESSON], timezone=UTC
    )
    assert origin.when == datetime(2026, 11, 20, 14, 30, 5, tzinfo=UTC)


# --- the whole way -------------------------------------------------------------


def test_what_three_students_submit_is_collected_and_graded(tmp_path, monkeypatch):
    require(not why_no_sandbox(), why_no_sandbox())
    course, download = tmp_path / "course", tmp_path / "moodle"
    course.mkdir()
    make_course(course, LESSON)
    monkeypatch.setattr(running, "run", lambda data, lesson: running.Outcome([], 0, 0, 0))
    opened = {"ada": [], "bob": ["find_the_bug"], "zoë": ["output_error", "hidden_error"]}
    for number, (student, left_open) in enumerate(opened.items(), start=1):
        desk = tmp_path / student
        made = lesson_notebook(LESSON)
        for cell in made.cells:
            if grade_id(cell) in left_open:
                cell.source = cell.source.split("\n")[0] + "\n    raise NotImplementedError()"
        write(made, desk / "notebooks" / LESSON / NAME)
        assert main(["--root", str(desk), "submit", LESSON, student]) == 0
        handed_in = desk / "to_hand_in" / f"{LESSON}-{student}.zip"
        put(
            download / f"Student {number}_{number}_assignsubmission_file_" / handed_in.name,
            handed_in.read_bytes(),
        )
    assert collect(course, download) == 0
    with warm_grading():
        assert main(["--root", str(course), "grade", LESSON]) == 0
    rows = rows_of(course)
    assert {student: float(row["points"]) for student, row in rows.items()} == {
        student: sum(POINTS[id] for id in POINTS if id not in left_open)
        for student, left_open in opened.items()
    }


def test_the_lessons_of_this_course_are_told_apart_by_their_cells(tmp_path):
    course, download = tmp_path / "course", tmp_path / "download"
    shutil.copytree(REPOSITORY / "solutions", course / "solutions")
    lessons = sorted(path.parent.name for path in REPOSITORY.glob("notebooks/*/*.ipynb"))
    assert len(lessons) >= 4
    for number, lesson in enumerate(lessons):
        data = nbformat.writes(released_of(lesson)).encode()
        put(download / "ada" / f"Untitled{number}.ipynb", data)
    assert collect(course, download) == 0
    assert sorted(notebooks(course)) == [f"ada/{lesson}" for lesson in lessons]
