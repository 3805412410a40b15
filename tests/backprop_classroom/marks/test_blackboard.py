"""Blackboard's grade centre is filled in the form in which it was downloaded.

After Blackboard's pages on "Work Offline": a tab-delimited file with the ending .xls, which is
UTF-16, or a comma-delimited .csv; every cell in quotation marks; a column goes by the number behind
the bar in its title, a row by its Username.
"""

import csv
import io

import pytest

HEAD = (
    "Last Name", "First Name", "Username", "Student ID", "Last Access", "Availability",
    "Weighted Total [Total Pts: up to 100 Score] |1260435",
    "Backward pass [Total Pts: 17 Score] |664617", "Backward pass, spoken [Total Pts: 5] |664618",
    "Remark [Total Pts: 0 Text] |664619",
)  # fmt: skip
ROWS = (
    ("Lovelace", "Ada", "ada", "0101", "2026-11-20 10:00:00", "Yes", "", "12.00000", "4", "=1+1"),
    ("-Minus", "Bob", "bob", "0102", "", "Yes", "", "", "", ""),
    ("Quest", "Cleo", "cleo", "0103", "", "Yes", "", "Needs Grading(0)", "", ""),
    ("Zéro", "Dan", "dan", "0104", "", "No", "", "", "", 'says "no"'),
    ("Stark", "Eve", "eve", "0105", "", "Yes", "", "In Progress", "", ""),
)
KINDS = [("utf-16", "\t", "\r\n", "gc_full.xls"), ("utf-8-sig", ",", "\n", "gc_full.csv")]


def table(rows, delimiter, line_end):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=line_end).writerows(
        rows
    )
    return file.getvalue()


@pytest.mark.parametrize(("encoding", "delimiter", "line_end", "name"), KINDS)
def test_the_column_is_filled_in_the_same_encoding_and_no_other_byte_changes(
    give, encoding, delimiter, line_end, name
):
    text = table([HEAD, *ROWS], delimiter, line_end)
    done = give("blackboard", text.encode(encoding), name=name)
    rows = [list(row) for row in ROWS]
    rows[0][7], rows[3][7], rows[4][7] = "15", "0", "12.33"
    assert done.data == table([HEAD, *rows], delimiter, line_end).encode(encoding)
    assert "ada: 12.00000 becomes 15" in done.out and "eve: In Progress becomes 12.33" in done.out
    assert "bob: explain_the_bug" in done.out and "cleo: it is no notebook" in done.out
    assert "3 marks: 1 new, 2 changed, 0 unchanged" in done.out
    # Once more, into what Blackboard gives after the upload: nothing changes.
    again = give("blackboard", done.data, name=name)
    assert again.data == done.data and "0 new, 0 changed, 3 unchanged" in again.out


def test_columns_that_blackboard_calculates_are_never_filled(give):
    text = table([HEAD, *ROWS], "\t", "\r\n").encode("utf-16")
    done = give("blackboard", text, "--column", "Weighted Total", name="a.xls")
    assert done.code == 2 and done.data is None and "no column is called" in done.err


def test_a_column_of_text_is_refused(give):
    text = table([HEAD, *ROWS], "\t", "\r\n").encode("utf-16")
    done = give("blackboard", text, "--column", "Remark", "--scale", name="a.xls")
    assert done.code == 2 and done.data is None
    assert (
        "has a maximum of 0 points, but the lesson has 17" in done.err and "--scale" not in done.err
    )


def test_a_column_without_a_number_is_not_taken_for_one_that_exists(give):
    text = table([("Username", "Backward pass [Total Pts: 17 Score]"), ("ada", "")], ",", "\n")
    done = give("blackboard", text.encode())
    assert done.code == 2 and "the columns for marks are: none" in done.err


def test_decimal_commas_stay(give):
    rows = [("Username", HEAD[7]), ("dan", "12,50"), ("eve", "")]
    done = give("blackboard", table(rows, ",", "\n").encode())
    wanted = [("Username", HEAD[7]), ("dan", "0"), ("eve", "12,33")]
    assert done.data == table(wanted, ",", "\n").encode()


def test_without_an_export_a_file_is_written_that_blackboard_can_import(give):
    done = give("blackboard", None, "--unfinished")
    assert done.data.startswith(b"\xff\xfe")
    rows = [
        ("Username", "03_backward_pass [Total Pts: 17 Score]"), ("ada", "15"), ("bob", "12"),
        ("dan", "0"), ("eve", "12.33"),
    ]  # fmt: skip
    assert done.data.decode("utf-16") == table(rows, "\t", "\r\n")
    assert "imports this file as a new text column" in done.out
    assert "if these are not the Blackboard logins, give" in done.out


def test_the_download_of_another_platform_is_refused(give):
    done = give("blackboard", b"Student,ID,Section\nada,1,A\n")
    assert done.code == 2 and "not a download of Blackboard's grade centre" in done.err
