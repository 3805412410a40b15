"""Canvas' gradebook is filled, and its importer finds what its exporter wrote.

The files are made after lib/gradebook_exporter.rb of Canvas: numbers with two digits, a row on
assignments that are posted by hand, names with a = in front put in quotation marks.
"""

import csv
import io
import re

import pytest
from course import make_course

from backprop_classroom.__main__ import main

HEAD = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,Backward pass (811),Quiz 2 (812),"
    "Assignments Current Score,Final Score\n"
)
MANUAL = ",,,,,,Manual Posting,,,\n"
POSSIBLE = "    Points Possible,,,,,,17.00,10.00,(read only),(read only)\n"
ROWS = (
    '"-Minus, Bob",102,s102,bob,Group 1,,,7.00,70.00,70.00\n'
    '"Lovelace, Ada",101,s101,ada,Group 1,"""late"", twice",12.00,8.50,85.00,85.00\n'
    '"Quest, Cleo",103,s103,cleo,Group 1,,,,,\n'
    '"=""Stark, Eve""",105,s105,eve,Group 2,=1+1,12.33,,0.00,0.00\n'
    '"Zéro, Dan",104,s104,dan,Group 2,,,3.00,30.00,30.00\n'
    '"Student, Test",199,,9f86d081,Group 1,,,,,\n'
)
EXPORT = HEAD + MANUAL + POSSIBLE + ROWS


def rows_of(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def imported(data):
    """What the importer of Canvas takes from a file: the grades by person, of each assignment.

    After lib/gradebook_importer.rb: the head, the rows that are no students', the separator.
    """
    text = data.decode()
    first = text.splitlines()[:3]
    semicolons, commas = ({len(row) for row in csv.reader(first, delimiter=mark)} for mark in ";,")
    separator = ";" if len(semicolons) == 1 and max(semicolons) > max(commas, default=0) else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    head, found = rows[0], {}
    assert "Student" in head[0] and "ID" in head[1] and len(head) > 3
    assignments = [at for at, title in enumerate(head) if re.search(r"\s\(\d+\)\Z", title)]
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            found["possible"] = {head[at]: number(row[at]) for at in assignments}
        elif any(not re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", one) for one in row):
            found[int(row[1])] = {head[at]: number(row[at]) for at in assignments}
    return found


def number(text):
    """A cell as the importer converts it: the last point or comma is that of the decimals."""
    if not re.fullmatch(r"-?[0-9.,]+%?", text):
        return text
    *parts, last = re.split("[,.]", text)
    return float(f"{''.join(parts)}.{last}" if parts else last)


def test_the_column_of_the_lesson_is_filled_and_no_other_byte_changes(give):
    done = give("canvas", EXPORT.encode())
    wanted = EXPORT.replace('twice",12.00,', 'twice",15,').replace(
        "Group 2,,,3.00", "Group 2,,0,3.00"
    )
    assert done.data.decode() == wanted
    before, after = imported(EXPORT.encode()), imported(done.data)
    assert {id for id in before if before[id] != after[id]} == {101, 104}
    assert after[101] == {"Backward pass (811)": 15, "Quiz 2 (812)": 8.5}
    assert after["possible"] == {"Backward pass (811)": 17, "Quiz 2 (812)": 10}


def test_a_changed_mark_is_listed_with_old_and_new_before_the_file_is_named(give):
    done = give("canvas", EXPORT.encode())
    assert done.code == 1, "Bob's mark is not final"
    changed, _, written = done.out.partition("marks/03_backward_pass-canvas.csv: ")
    assert "Changed:\n  ada: 12.00 becomes 15\n" in changed
    assert written.startswith("3 marks: 1 new, 1 changed, 1 unchanged\n")


def test_everybody_without_a_mark_in_the_file_has_a_line(give):
    done = give("canvas", EXPORT.encode())
    assert "bob: explain_the_bug" in done.out
    assert "line 6 (Quest, Cleo, 103, s103, cleo): cleo: it is no notebook" in done.out
    assert "line 9 (Student, Test, 199, 9f86d081): no student has this name" in done.out
    without_eve = re.sub(".*Stark.*\n", "", EXPORT)
    assert "eve: 12.33 points, but is not in export.csv" in give("canvas", without_eve.encode()).err


def test_a_mark_that_is_not_final_is_written_when_that_is_asked_for(give):
    done = give("canvas", EXPORT.encode(), "--unfinished")
    assert done.code == 0 and rows_of(done.data)[3][6] == "12"
    assert "Not final" not in done.out


def test_who_is_excused_or_not_assigned_stays_so(give):
    export = EXPORT.replace("12.00", "EX").replace("12.33", "N/A").encode()
    done = give("canvas", export)
    assert rows_of(done.data)[4][6] == "EX" and rows_of(done.data)[6][6] == "N/A"
    assert "ada: excused in Canvas; EX is kept, not 15" in done.out
    assert "eve: the assignment is not assigned to this student" in done.out
    assert done.code == 1


@pytest.mark.parametrize("bom", ["utf-8", "utf-8-sig"])
def test_semicolons_and_decimal_commas_stay_what_they_are(give, bom):
    lines = [
        "Student;ID;SIS Login ID;Section;Backward pass (811)",
        "    Points Possible;;;;17,00",
        "Lovelace, Ada;101;ada;Group 1;12,00",
        "Stark, Eve;105;eve;Group 1;",
        "Zéro, Dan;104;dan;Group 1;0,00",
    ]
    export = "\n".join(lines) + "\n"
    done = give("canvas", export.encode(bom))
    lines[2], lines[3] = "Lovelace, Ada;101;ada;Group 1;15", "Stark, Eve;105;eve;Group 1;12,33"
    assert done.data == ("\n".join(lines) + "\n").encode(bom)


def test_first_and_last_names_in_columns_of_their_own(give):
    export = (
        "LastName,FirstName,ID,SIS Login ID,Section,Backward pass (811)\n"
        "    Points Possible,,,,,17\nLovelace,Ada,101,x7,A,\nQuest,Eve,105,x8,A,\n"
    )
    done = give("canvas", export.encode())
    assert [row[5] for row in rows_of(done.data)] == ["Backward pass (811)", "17", "15", ""]
    assert "line 4 (Eve Quest, 105, x8): no student has this name" in done.out


def test_two_rows_that_match_one_person_are_refused_with_a_line(give):
    twin = '"Lovelace, Ada",201,s201,ada2,Group 2,,,,,\n'
    done = give("canvas", (EXPORT + twin).encode())
    assert "ada: line 5 (Lovelace, Ada, 101, s101, ada) and line 10" in done.err
    assert imported(done.data)[101]["Backward pass (811)"] == 12
    assert imported(done.data)[201]["Backward pass (811)"] == ""
    assert done.code == 1


def test_a_row_that_may_be_two_people_is_refused_with_a_line(give):
    done = give("canvas", EXPORT.replace("s101,ada,", "s101,eve,").encode())
    assert "line 5 (Lovelace, Ada, 101, s101, eve): could be ada or eve" in done.err
    assert done.code == 1 and imported(done.data)[101]["Backward pass (811)"] == 12


def test_a_roster_says_who_is_who(give, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,number\nada,101\neve,201\n")
    rows = '"King, A.",101,,k1,A,,,,,\n"King, A.",201,,k2,A,,,,,\n'
    export = (HEAD + POSSIBLE + rows).encode()
    assert "no student has this name" in give("canvas", export).out
    done = give("canvas", export, "--roster", str(roster))
    assert [row[6] for row in rows_of(done.data)[2:]] == ["15", "12.33"]


def test_other_points_are_refused_unless_they_are_to_be_scaled(give):
    export = EXPORT.replace("17.00", "100.00").encode()
    done = give("canvas", export)
    assert done.code == 2 and done.data is None
    assert "has a maximum of 100 points, but the lesson has 17" in done.err
    done = give("canvas", export, "--scale")
    assert rows_of(done.data)[4][6] == "88.24"


def test_the_column_is_found_by_its_title_or_named(give):
    other = EXPORT.replace("Backward pass (811)", "Homework 3 (811)")
    done = give("canvas", other.encode())
    assert done.code == 2 and done.data is None
    assert "no column is called 03_backward_pass or backward_pass" in done.err
    assert "Homework 3 (811); Quiz 2 (812)" in done.err
    for title in ("Homework 3", "Homework 3 (811)"):
        done = give("canvas", other.encode(), "--column", title)
        assert rows_of(done.data)[4][6] == "15"
    twice = EXPORT.replace("Quiz 2 (812)", "Backward pass (812)")
    assert "2 columns are called" in give("canvas", twice.encode()).err
    almost = EXPORT.replace("Quiz 2 (812)", "Backward pass quiz (812)")
    assert rows_of(give("canvas", almost.encode()).data)[4][6] == "15"


def test_what_is_no_gradebook_of_canvas_is_refused(give):
    for export in ("Username,x\n", "Student,ID,Section,Backward pass (811)\nada,1,A,\n"):
        done = give("canvas", export.encode())
        assert done.code == 2 and done.data is None
        assert "export it" in done.err


def test_without_an_export_a_file_is_written_that_canvas_can_import(give):
    done = give("canvas")
    rows = rows_of(done.data)
    assert rows[0] == ["Student", "ID", "SIS Login ID", "Section", "03_backward_pass"]
    assert rows[1] == ["    Points Possible", "", "", "", "17"]
    assert rows[2:] == [
        ["Lovelace, Ada", "", "ada", "", "15"],
        ["Zéro, Dan", "", "dan", "", "0"],
        ["Stark, Eve", "", "eve", "", "12.33"],
    ]
    assert done.data.startswith(b"\xef\xbb\xbf")
    assert "bob: explain_the_bug" in done.out and "cleo: it is no notebook" in done.out
    assert done.code == 1


def test_names_act_as_no_formula_in_a_file_of_our_own_and_stay_in_that_of_the_platform(give):
    done = give("canvas", None, "--unfinished")
    assert rows_of(done.data)[3][0] == "'-Minus, Bob"
    done = give("canvas", EXPORT.encode(), "--unfinished")
    assert rows_of(done.data)[3][0] == "-Minus, Bob"


def test_before_grading_there_is_nothing_to_give(tmp_path, capsys):
    make_course(tmp_path, "03_backward_pass")
    assert main(["--root", str(tmp_path), "marks", "03_backward_pass", "--for", "canvas"]) == 2
    assert "no submission of 03_backward_pass has points; run make grade" in capsys.readouterr().err
    assert not (tmp_path / "marks").exists() and not (tmp_path / "gradebook.db").exists()
