"""Moodle's grading worksheet and grader report are filled; feedback pages go back in a zip.

The files are made after mod/assign/feedback/offline, grade/export/txt and
mod/assign/feedback/file/importziplib.php of Moodle.
"""

import csv
import io
import json
import zipfile

import pytest
from downloads import LESSON, notebook, zip_of

from backprop_classroom.__main__ import main
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.submissions.collected import record_path

NOTEBOOK = "backward_pass"
HEAD = (
    '"Identifier","Full name","ID number","Email address","Status","Grade","Maximum grade",'
    '"Grade can be changed","Last modified (submission)","Last modified (grade)",'
    '"Feedback comments"\n'
)
ROWS = (
    '"Participant 501","Ada Lovelace",,"ada@example.org","Submitted",12.00,17.00,"Yes","-","-",\n'
    '"Participant 502","Bob -Minus",,"bob@example.org","Submitted",,17.00,"Yes","-","-",\n'
    '"Participant 503","Cleo Quest",,"c@example.org","Submitted",,17.00,"Yes","-","-",\n'
    '"Participant 504","Dan Zéro",,"d@example.org","Submitted",,17.00,"Yes","-","-","=a, ""b"""\n'
    '"Participant 505","Eve Stark",,"e@example.org","Submitted",,17.00,"Yes","-","-",\n'
    '"Participant 506","Fay -New",,"f@example.org","No submission",,17.00,"Yes","-","-",\n'
)


def rows_of(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def imported(data):
    """The grades by number of the participant that Moodle takes from a worksheet.

    After assignfeedback_offline_grade_importer: the columns by their titles, the number from the
    end of the identifier.
    """
    head, *rows = rows_of(data)
    place, grade = head.index("Identifier"), head.index("Grade")
    assert "Last modified (grade)" in head
    return {int(row[place][len("Participant ") :]): row[grade] for row in rows}


def files_in(root):
    with zipfile.ZipFile(root / "marks" / f"{LESSON}-moodle-feedback.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def received(name):
    """Whose file Moodle takes a file in the zip for, of which plugin, and what it calls it.

    After is_valid_filename_for_import in importziplib.php.
    """
    parts = name.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) < 4 or not info[1].isdigit():
            continue
        rest = info[4] if len(info) == 5 else ""
        return int(info[1]), info[2], info[3], "/".join([rest, *parts])
    return None


@pytest.fixture
def pages(root):
    for student in ("ada", "bob", "dan", "eve"):
        page = root / "feedback" / student / LESSON / f"{NOTEBOOK}.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"of {student}")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_worksheet_is_filled_and_no_other_byte_changes(give, pages, encoding):
    done = give("moodle", (HEAD + ROWS).encode(encoding))
    wanted = ROWS.replace("12.00,17.00", "15,17.00")
    for who, points in (("d@", "0"), ("e@", "12.33")):
        wanted = wanted.replace(
            f'"{who}example.org","Submitted",,', f'"{who}example.org","Submitted",{points},'
        )
    assert done.data == (HEAD + wanted).encode(encoding)
    assert imported(done.data) == {501: "15", 502: "", 503: "", 504: "0", 505: "12.33", 506: ""}
    assert "ada: 12.00 becomes 15" in done.out and "bob: explain_the_bug" in done.out
    assert "line 7 (Fay -New): no student has this name" in done.out


def test_moodle_skips_a_zero_so_it_is_named(give, pages):
    done = give("moodle", (HEAD + ROWS).encode())
    assert "dan: 0 points" in done.out and "may skip a 0" in done.out


def test_pages_are_in_folders_that_moodle_knows_by_their_numbers(give, pages, root):
    give("moodle", (HEAD + ROWS).encode())
    files = files_in(root)
    assert sorted(files) == [
        f"Ada Lovelace_501_assignfeedback_file_/{NOTEBOOK}.html",
        f"Dan Zéro_504_assignfeedback_file_/{NOTEBOOK}.html",
        f"Eve Stark_505_assignfeedback_file_/{NOTEBOOK}.html",
    ], "Bob's marks are not final"
    taken = {received(name): data.decode() for name, data in files.items()}
    assert taken == {
        (number, "assignfeedback", "file", f"/{NOTEBOOK}.html"): f"of {student}"
        for number, student in ((501, "ada"), (504, "dan"), (505, "eve"))
    }


def test_a_name_cannot_lead_a_page_into_the_folder_of_another(give, pages, root):
    give("moodle", (HEAD + ROWS.replace("Ada Lovelace", "Ada_505_../Lovelace")).encode())
    assert not any("Ada" in name for name in files_in(root)), "no student has this name"
    roster = root / "roster.csv"
    roster.write_text("id,mail\nada,ada@example.org\n")
    give(
        "moodle", (HEAD + ROWS.replace("Ada Lovelace", "Ada_505_../Lovelace")).encode(),
        "--roster", str(roster),
    )  # fmt: skip
    (name,) = [name for name in files_in(root) if name.startswith("Ada")]
    assert received(name)[0] == 501 and name.count("/") == 1


def test_who_has_no_page_is_listed(give, pages, root):
    (root / "feedback" / "eve" / LESSON / f"{NOTEBOOK}.html").unlink()
    done = give("moodle", (HEAD + ROWS).encode(), "--unfinished")
    assert "eve: there is no feedback page; run make feedback" in done.out
    assert len(files_in(root)) == 3 and done.code == 1


def test_the_same_pages_make_the_same_zip(give, pages, root):
    give("moodle", (HEAD + ROWS).encode())
    path = root / "marks" / f"{LESSON}-moodle-feedback.zip"
    before = path.read_bytes()
    give("moodle", (HEAD + ROWS).encode())
    assert path.read_bytes() == before


def test_a_grade_that_is_locked_stays(give, pages):
    locked = ROWS.replace('12.00,17.00,"Yes"', '12.00,17.00,"No"')
    done = give("moodle", (HEAD + locked).encode())
    assert imported(done.data)[501] == "12.00"
    assert "ada: Moodle does not allow a change of this grade; 12.00 is kept, not 15" in done.out


def test_a_worksheet_in_another_language_is_filled_where_one_says_which_column(give, pages, root):
    head = '"ID","Vollständiger Name","Status","Bewertung","Bestwertung","Bewertung kann geändert werden"\n'
    rows = (
        '"Teilnehmer/in501";"Ada Lovelace";"Abgegeben";"12,50";"17,00";"Ja"\n'
        '"Teilnehmer/in505";"Eve Stark";"Abgegeben";"";"17,00";"Ja"\n'
    )
    export = (head.replace(",", ";") + rows).encode()
    done = give("moodle", export)
    assert done.code == 2 and "give the column to fill" in done.err
    done = give("moodle", export, "--column", "Bewertung")
    wanted = rows.replace('"12,50"', '"15"').replace('"";"17', '"12,33";"17')
    assert done.data == (head.replace(",", ";") + wanted).encode()
    assert sorted(received(name)[0] for name in files_in(root)) == [501, 505]


def test_a_scale_and_other_points_are_refused(give):
    done = give("moodle", (HEAD + ROWS.replace("17.00", "100.00")).encode())
    assert done.code == 2 and "has a maximum of 100 points, but the lesson has 17" in done.err
    done = give("moodle", (HEAD + ROWS.replace("17.00", '"Good,Bad"')).encode())
    assert done.code == 2 and "not on a scale" in done.err and done.data is None


REPORT = (
    '"First name","Last name","ID number","Institution","Email address",'
    '"Assignment: Backward pass (Real)","Assignment: Backward pass (Percentage)",'
    '"Course total (Real)","Last downloaded from this course"\n'
    'Ada,Lovelace,0101,,ada@example.org,12.00,"70.59 %",12.00,1795000000\n'
    "Eve,Stark,0105,,e@example.org,-,-,-,1795000000\n"
)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_grader_report_is_filled(give, delimiter):
    export = REPORT.replace(",", delimiter)
    done = give("moodle", export.encode())
    wanted = export.replace("12.00", "15", 1).replace(f"org{delimiter}-", f"org{delimiter}12.33")
    assert done.data.decode() == wanted
    assert "has no maximum points" in done.out


def test_what_is_neither_is_refused(give):
    done = give("moodle", b"Student,ID,Section\nada,1,A\n")
    assert done.code == 2 and "neither a grading worksheet of Moodle" in done.err


def test_after_collecting_from_moodle_no_export_is_needed(give, pages, root, tmp_path):
    submissions = {
        f"{name}_{number}_assignsubmission_file/{NOTEBOOK}.ipynb": notebook(name)
        for name, number in (("Ada Lovelace", 501), ("Eve Stark", 505))
    }
    download = tmp_path / "download.zip"
    download.write_bytes(zip_of(submissions))
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nada,Ada Lovelace\neve,Eve Stark\n")
    assert main(["--root", str(root), "collect", str(download), "--roster", str(roster)]) == 0
    done = give("moodle")
    assert imported(done.data) == {501: "15", 505: "12.33"}
    assert rows_of(done.data)[1] == ["Participant 501", "Lovelace, Ada", "15", "17", ""]
    assert sorted(received(name)[0] for name in files_in(root)) == [501, 505]
    assert "dan: the collected files do not contain the student's number in Moodle" in done.err
    assert done.code == 1


def test_the_number_of_a_group_is_that_of_no_member(give, pages, root, tmp_path):
    submissions = {
        f"{name}_{number}_assignsubmission_file/{NOTEBOOK}.ipynb": notebook(name)
        for name, number in (("Team Alpha", 506), ("Eve Stark", 505))
    }
    download = tmp_path / "download.zip"
    download.write_bytes(zip_of(submissions))
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,group\nada,Ada Lovelace,Team Alpha\neve,Eve Stark,\n")
    assert main(["--root", str(root), "collect", str(download), "--roster", str(roster)]) == 0
    done = give("moodle")
    assert imported(done.data) == {505: "12.33"}
    assert [received(name)[0] for name in files_in(root)] == [505]
    assert "ada: the collected files do not contain the student's number in Moodle" in done.err
    assert "ada: the number in Moodle is not known" in done.out


def test_a_student_who_claims_the_number_of_another_gets_nobody_elses_mark(give, pages, root):
    for student in ("ada", "eve"):
        record = record_path(root / "submitted" / student / LESSON)
        record.parent.mkdir(parents=True)
        record.write_text(json.dumps({"from": "Moodle: Eve Stark, 505"}))
    done = give("moodle")
    assert imported(done.data) == {}
    assert done.err.count("another student also has the number 505") == 2
    assert not list(root.glob("marks/*.zip"))
    done = give("moodle", (HEAD + ROWS).encode())
    assert imported(done.data)[505] == "" and "could be ada or eve" in done.err


def test_what_a_student_hands_in_beside_a_notebook_says_nothing_about_who_they_are(
    give, pages, root
):
    claim = json.dumps({"from": "Moodle: Ada Lovelace, 501"})
    folder = root / "submitted" / "eve" / LESSON
    folder.mkdir(parents=True)
    (folder / "collected.json").write_text(claim)
    (folder / record_path(folder).name).write_text(claim)
    done = give("moodle", (HEAD + ROWS).encode())
    assert imported(done.data)[501] == "15"
    assert imported(done.data)[505] == "12.33"


def test_whoever_is_called_like_the_state_of_a_submission_is_not_everybody(give, root):
    with gradebook_of(root) as gradebook:
        gradebook.add_student("submitted")
        gradebook.add_submission(LESSON, "submitted")
        for grade in gradebook.find_submission_notebook(NOTEBOOK, LESSON, "submitted").grades:
            grade.manual_score, grade.needs_manual_grade = 1, False
        gradebook.db.commit()
    done = give("moodle", (HEAD + ROWS).encode())
    assert imported(done.data)[501] == "15"
    assert imported(done.data)[505] == "12.33"
    assert "submitted: 2 points, but is not in export.csv" in done.err


def test_with_a_worksheet_no_page_goes_by_a_number_that_a_submission_claims(give, pages, root):
    record = record_path(root / "submitted" / "ada" / LESSON)
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"from": "Moodle: Ada Lovelace, 506"}))
    without_ada = "".join(line for line in ROWS.splitlines(True) if "Ada" not in line)
    done = give("moodle", (HEAD + without_ada.replace("506", "507")).encode())
    assert "ada: 15 points, but is not in export.csv" in done.err
    assert "ada: the number in Moodle is not known" in done.out
    assert sorted(received(name)[0] for name in files_in(root)) == [504, 505]
