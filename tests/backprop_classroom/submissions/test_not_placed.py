"""Whoever handed in a file that has no place is said to have handed in something."""

import csv

import pytest
from downloads import LESSON, NAME, OTHER, collect, notebook, notebooks, put, submitted_zip
from required import require
from small_class import lay_out_class, rows_of
from warm_grading import warm_grading

from backprop_classroom.__main__ import main
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.submissions.not_placed import not_placed

PEOPLE = b"""id,name,group
ada,"Lovelace, Ada",
ben,"Babbage, Ben",
dan,"Dare, Dan",Team Beta
eve,"Smith, Eve",Team Beta
fay,"Smith, Fay",
gus,"Smith, Fay",
"""


@pytest.fixture
def roster(tmp_path):
    return put(tmp_path / "students.csv", PEOPLE)


def moodle(name, number=12, file=NAME):
    return f"{name}_{number}_assignsubmission_file_/{file}"


def kept(root, lesson=LESSON):
    """Who has something without a place, and how many files are nobody's."""
    of_student, files = not_placed(root, lesson)
    return set(of_student), len(files)


# --- whose it is ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, data, students",
    [
        (moodle("Ada Lovelace"), b"{", {"ada"}),
        (f"lovelaceada_5_6_{NAME}", b"{", {"ada"}),
        (f"ada/{LESSON}/{NAME}", b"{", {"ada"}),
        (moodle("Ada Lovelace", file="essay.docx"), b"text", {"ada"}),
        (moodle("Ada Lovelace", file="work.zip"), b"PK\x03\x04 damaged", {"ada"}),
        (moodle("Ada Lovelace", file="work.zip"), submitted_zip("ben", notebook()), {"ada"}),
        (moodle("Team Beta"), b"{", {"dan", "eve"}),
        (moodle("Eve Smith"), b"{", {"dan", "eve"}),
        (moodle("Fay Smith"), b"{", {"fay", "gus"}),
        (moodle("Fay Smith"), notebook(), {"fay", "gus"}),
        (moodle("Zoe Zorn"), notebook(), set()),
        (NAME, notebook(), set()),
        ("work.zip", b"PK\x03\x04 damaged", set()),
    ],
)  # fmt: skip
def test_a_file_without_a_place_is_kept_with_those_whose_it_may_be(
    root, download, roster, name, data, students
):
    put(download / name, data)
    assert collect(root, download, "--roster", roster) == 1
    assert notebooks(root) == {}
    assert kept(root) == (students, 0 if students else 1)


def test_it_is_said_which_file_and_why_and_whether_it_is_theirs(root, download, roster):
    put(download / moodle("Ada Lovelace"), b"{")
    put(download / moodle("Fay Smith"), b"{")
    put(download / NAME, notebook())
    collect(root, download, "--roster", roster)
    of_student, (file,) = not_placed(root, LESSON)
    assert of_student["ada"].startswith(f"handed in, not placed: {moodle('Ada Lovelace')}: ")
    assert of_student["ada"].endswith("is not a notebook: it is not valid JSON")
    assert of_student["fay"].startswith(f"perhaps handed in, not placed: {moodle('Fay Smith')}: ")
    assert file.startswith(f"{NAME}: it is unclear who handed it in")


def test_without_a_roster_the_id_is_that_which_collecting_would_give(root, download):
    put(download / moodle("Ada Lovelace"), b"{")
    put(download / f"ben/{LESSON}/{NAME}", b"{")
    assert collect(root, download) == 1
    assert kept(root) == ({"Ada_Lovelace", "ben"}, 0)


def test_a_file_counts_for_its_lesson_alone_if_that_is_known(root, download, roster):
    put(download / moodle("Ada Lovelace"), b"{")
    put(download / moodle("Ben Babbage", 13, "homework.ipynb"), b"{")
    collect(root, download, "--roster", roster)
    assert kept(root) == ({"ada", "ben"}, 0)
    assert kept(root, OTHER) == (set(), 0)  # all that is known of this download is of the other
    put(download.with_name("other") / moodle("Ben Babbage", 13, "homework.ipynb"), b"{")
    collect(root, download.with_name("other"))
    assert kept(root, OTHER)[0] == {"ben"} <= kept(root)[0]


# --- when it is over --------------------------------------------------------------------


def test_it_is_forgotten_when_the_file_is_collected_well(root, download, roster):
    put(download / moodle("Ada Lovelace"), b"{")
    put(download / moodle("Fay Smith"), notebook())
    collect(root, download, "--roster", roster)
    assert collect(root, download) == 1 and kept(root) == ({"ada", "fay", "gus"}, 0)
    put(download / moodle("Ada Lovelace"), notebook())
    put(roster, PEOPLE.replace(b'gus,"Smith, Fay"', b'gus,"Smith, Gus"'))
    assert collect(root, download, "--roster", roster) == 0
    assert kept(root) == (set(), 0)
    assert not (root / "submitted/.collected/.not-placed.json").exists()


def test_it_is_forgotten_when_the_student_hands_in_again_and_nobody_elses_is(
    root, download, roster, tmp_path
):
    put(download / f"lovelaceada_5_6_{NAME}", b"{")
    put(download / f"babbageben_7_8_{NAME}", b"{")
    collect(root, download, "--roster", roster)
    put(tmp_path / "later" / f"lovelaceada_5_66_{NAME}", notebook())
    assert collect(root, tmp_path / "later") == 0
    assert kept(root) == ({"ben"}, 0)


def test_a_download_of_another_lesson_in_the_same_folder_forgets_nothing(root, download, roster):
    put(download / moodle("Ada Lovelace"), b"{")
    collect(root, download, "--roster", roster)
    (download / moodle("Ada Lovelace")).unlink()
    other = moodle("Ada Lovelace", file="forward_pass.ipynb")
    put(download / other, notebook(lesson=OTHER))
    assert collect(root, download) == 0
    assert kept(root) == ({"ada"}, 0)


def test_a_record_that_somebody_has_spoilt_stops_nothing(root, download):
    put(root / "submitted/.collected/.not-placed.json", b'[{"file": 1}, 2]')
    assert not_placed(root, LESSON) == ({}, [])
    put(download / f"ada/{LESSON}/{NAME}", notebook())
    assert collect(root, download) == 0


# --- where it is said -------------------------------------------------------------------


def test_grades_report_and_marks_say_it_and_not_that_nothing_was_handed_in(
    tmp_path, download, capsys
):
    require(not why_no_sandbox(), why_no_sandbox())
    root = lay_out_class(tmp_path / "course", 2)
    people = b"id,name\ns00,Sue\ns01,Sam\nada,Ada\nben,Ben\n"
    put(download / moodle("Ada"), b"{")
    put(download / moodle("Sue", 13), b"{")
    put(download / NAME, notebook())
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people)) == 1
    capsys.readouterr()
    with warm_grading():
        assert main(["--root", str(root), "grade", LESSON]) == 0
    out = capsys.readouterr().out
    assert f"  ada: handed in, not placed: {moodle('Ada')}: " in out
    assert f"  from an unknown student: {NAME}: it is unclear who handed it in" in out

    rows, said = rows_of(root), f"handed in, not placed: {moodle('Ada')}: "
    assert rows["ada"]["reason"].startswith(said)
    assert rows["ben"]["reason"] == "not handed in"
    assert "handed in, not placed" in rows["s00"]["remarks"] and rows["s00"]["points"]
    assert rows["s01"]["remarks"] == ""

    assert main(["--root", str(root), "report", LESSON]) == 0
    with open(root / "report" / f"{LESSON}.csv", newline="") as file:
        states = {row["student"]: row for row in csv.DictReader(file)}
    assert states["ada"]["state"] == "could not be graded"
    assert states["ada"]["reason"].startswith(said)
    assert states["ben"]["state"] == "not handed in"
    page = (root / "report" / f"{LESSON}.html").read_text()
    assert "Files from unknown students" in page and "it is unclear who handed it in" in page

    export = put(tmp_path / "export.csv", (
        b"Identifier,Full name,Status,Grade,Maximum Grade\n"
        b"Participant 1,Ada,,,9\nParticipant 2,Ben,,,9\n"
        b"Participant 3,Sue,,,9\nParticipant 4,Sam,,,9\n"
    ))  # fmt: skip
    capsys.readouterr()
    main(["--root", str(root), "marks", LESSON, "--for", "moodle", "--into", str(export)])
    out = capsys.readouterr().out
    assert f"ada: {said}" in out
    assert "ben: has not handed in" in out
    assert f"not placed: {NAME}: it is unclear who handed it in" in out
