"""A file in which one cell is replaced keeps every other byte."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_classroom.marks.sheet import BadExport, Sheet

AWKWARD = 'Name,"A ""quoted"", one",Grade\r\n-ada,"two\nlines",\n\nbob,  x ,"1.50"\r\n=1+1,,7'


def sheet(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode(encoding))
    return Sheet(path)


def values(one):
    return [[cell.value for cell in row] for row in one.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_is_not_changed_has_the_same_bytes(tmp_path, encoding):
    one = sheet(tmp_path, AWKWARD, encoding)
    assert one.written() == AWKWARD.encode(encoding)
    assert values(one) == [
        ["Name", 'A "quoted", one', "Grade"],
        ["-ada", "two\nlines", ""],
        ["bob", "  x ", "1.50"],
        ["=1+1", "", "7"],
    ]
    assert one.lines == [1, 2, 5, 6]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_replaced_cell_keeps_its_quotation_marks_and_nothing_else_changes(tmp_path, encoding):
    one = sheet(tmp_path, AWKWARD, encoding)
    one.replace(1, 2, "15")
    one.replace(2, 2, "2")
    one.replace(3, 2, "1,5")
    wanted = AWKWARD.replace('lines",', 'lines",15').replace('"1.50"', '"2"')
    assert one.written() == (wanted[:-1] + '"1,5"').encode(encoding)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@given(
    delimiter=st.sampled_from(",;\t"),
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5),
)
def test_cells_are_what_a_csv_reader_reads(tmp_path_factory, delimiter, rows):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["first", "second"])
    writer.writerows(rows)
    one = sheet(tmp_path_factory.mktemp("sheet"), file.getvalue())
    assert one.delimiter == delimiter
    assert values(one) == [["first", "second"], *rows]
    assert one.written() == file.getvalue().encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "is empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        ("Name,Größe\n".encode("latin-1"), "neither UTF-8 nor UTF-16"),
        ("Name,Grade\n".encode("utf-16-le"), "it contains zero bytes"),
        (b'Name,Grade\nada,"never closed\n', "line 2: a quotation mark is out of place"),
        (b'Name,Grade\nada,"1"0\n', "line 2: a quotation mark is out of place"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(tmp_path, data, said):
    path = tmp_path / "export.csv"
    path.write_bytes(data)
    with pytest.raises(BadExport, match=said):
        Sheet(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadExport, match=r"nowhere\.csv cannot be read: No such file"):
        Sheet(tmp_path / "nowhere.csv")
