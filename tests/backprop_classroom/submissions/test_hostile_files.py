"""Files made to stop a collection or a grading: each is one line, and the others go on."""

import json
import os
import shutil
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import nbformat
import psutil
import pytest
from course import lesson_notebook, make_course, most_of
from demanding import forever, greedy, numbers, process_id
from downloads import LESSON, NAME, collect, notebook, notebooks, put, time_of, zip_of
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from required import require
from small_class import rows_of
from warm_grading import warm_grading

from backprop_classroom import bounded
from backprop_classroom.__main__ import main
from backprop_classroom.grading.nbgrader_plugins import read_times_safely
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.lesson import Lesson
from backprop_classroom.submissions import archives, downloads
from backprop_classroom.submissions.collected import record_path
from backprop_classroom.submissions.inspecting import handed_out
from backprop_classroom.submissions.reading import (
    Unreadable,
    parse_within_limits,
    read_submission,
)
from backprop_classroom.submissions.timestamps import fault_of_time, time_in

TIMES = ["9" * 30 + "h", "1 2 /proc/self/mem", "1 2 ../../etc/passwd", "x" * 5_000, "\x00", "99"]
TOO_MUCH = "reading it takes more memory than is allowed"
EMPTY = Lesson(LESSON, "backward_pass", (), seed=0)


def deep(levels):
    return '{"a":' * levels + "1" + "}" * levels


def with_attachments(levels):
    cell = '{"cell_type":"markdown","source":"","metadata":{},"attachments":' + deep(levels) + "}"
    rest = json.loads(notebook())
    rest["cells"].append("HERE")
    return json.dumps(rest).replace('"HERE"', cell).encode()


def many(version, key, size=16 * 2**20):
    return b'{"nbformat":%d,"%s":[' % (version, key) + b"{}," * (size // 3) + b"{}]}"


def zip_at_an_impossible_place():
    """A zip whose list of names says in zip64 that its file begins at 2**64 - 1."""
    packed = bytearray(zip_of({"x.ipynb": b"{}"}))
    place = packed.index(b"PK\x01\x02")
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    packed[place + 42 : place + 46] = b"\xff" * 4
    packed[place + 30 : place + 32] = struct.pack("<H", len(extra))
    packed[place + 46 + 7 : place + 46 + 7] = extra
    end = packed.index(b"PK\x05\x06")
    packed[end + 12 : end + 16] = struct.pack("<I", end - place)
    return bytes(packed)


def zip_with_a_long_directory(size):
    """A zip whose list of names is short by its end, and long by its end in zip64."""
    names = b"PK\x01\x02" + bytes(42) + bytes(size)
    zip64 = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1, 1, len(names), 0)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, len(names), 1)
    return names + zip64 + locator + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 46, 0, 0)


def assert_only_this_one_is_refused(root, download, capsys, *said):
    put(download / "zoe" / NAME, notebook("zoe"))
    assert collect(root, download) == 1
    printed = capsys.readouterr()
    assert all(one in printed.err for one in said) and "1 not placed" in printed.out, printed
    assert notebooks(root) == {f"zoe/{LESSON}": notebook("zoe")}


# --- collecting ----------------------------------------------------------------


@pytest.mark.parametrize("text", TIMES, ids=ascii)
def test_a_time_that_is_none_is_told_and_the_notebook_is_collected(root, download, capsys, text):
    put(download / "ada" / NAME, notebook())
    put(download / "ada" / "timestamp.txt", text.encode())
    assert collect(root, download) == 0
    assert notebooks(root) == {f"ada/{LESSON}": notebook()}
    assert time_of(root, "ada") is None
    assert "ada/timestamp.txt: timestamp.txt is ignored" in capsys.readouterr().out


def test_deep_attachments_are_left_out(root, download):
    put(download / "ada" / NAME, with_attachments(700))
    assert collect(root, download) == 0
    assert set(notebooks(root)) == {f"ada/{LESSON}"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        # The short run reads these two in grading, see below.
        pytest.param(many(3, b"worksheets"), TOO_MUCH, id="old", marks=pytest.mark.long),
        pytest.param(many(4, b"cells", 48 * 2**20), TOO_MUCH, id="new", marks=pytest.mark.long),
        pytest.param(b"[" * 10**6, "is not valid JSON", id="brackets"),
    ],
)
def test_a_notebook_that_needs_too_much_is_one_line(root, download, capsys, data, said):
    put(download / "ada" / NAME, data)
    assert_only_this_one_is_refused(root, download, capsys, f"ada/{NAME}", said)


@pytest.mark.parametrize("pieces", [16_000, 60])
def test_a_path_of_very_many_pieces_is_one_short_line(root, download, capsys, pieces):
    put(download / "ada.zip", zip_of({"a/" * pieces + "x.ipynb": notebook()}))
    put(download / "zoe" / NAME, notebook("zoe"))
    assert collect(root, download) == 1
    said = capsys.readouterr().err
    assert "its path has more than 50 folders" in said and len(said) < 2_000
    assert set(notebooks(root)) == {f"zoe/{LESSON}"}


def test_folders_nested_very_deep_are_one_line(root, download, capsys):
    there = os.open(download, os.O_RDONLY)
    for _ in range(1_100):
        os.mkdir("a", dir_fd=there)
        inner = os.open("a", os.O_RDONLY, dir_fd=there)
        os.close(there)
        there = inner
    os.close(there)
    try:
        assert_only_this_one_is_refused(root, download, capsys, "more than 50 folders")
    finally:
        while (download / "a").exists():  # rmtree would call itself for each of them
            lower = download / "a" / "a"
            if lower.exists():
                lower.rename(download / "b")
            (download / "a").rmdir()
            if (download / "b").exists():
                (download / "b").rename(download / "a")


def test_an_id_of_more_bytes_than_a_name_may_have_is_shortened(root, download):
    put(download / "x.zip", zip_of({f"{'長' * 99}/{LESSON}/{NAME}": notebook()}))
    assert collect(root, download) == 0
    assert set(notebooks(root)) == {f"{'長' * 66}/{LESSON}"}


def test_what_cannot_be_placed_is_one_line(root, download, capsys, monkeypatch):
    from backprop_classroom.submissions import placing

    real = placing.write_safely

    def write(path, data):
        if "ada" in path.parts:
            raise OSError(36, "File name too long")
        real(path, data)

    monkeypatch.setattr(placing, "write_safely", write)
    put(download / "ada" / NAME, notebook())
    assert_only_this_one_is_refused(root, download, capsys, "it cannot be placed: File name too")


@pytest.mark.parametrize("inside", [False, True])
def test_an_impossible_place_in_a_zip_is_one_line(root, download, capsys, inside):
    packed = zip_at_an_impossible_place()
    put(download / "ada" / "x.zip", zip_of({"y.zip": packed}) if inside else packed)
    assert_only_this_one_is_refused(root, download, capsys, "ada/x.zip")


def test_a_long_directory_in_zip64_is_not_read(root, download, capsys):
    put(download / "ada" / "x.zip", zip_with_a_long_directory(20 * 2**20))
    assert_only_this_one_is_refused(root, download, capsys, "it contains too many files")


@pytest.mark.parametrize(
    "files", [{}, {"a/": b""}, {"__MACOSX/x.ipynb": b"{}"}], ids=["", "a/", "mac"]
)
def test_a_zip_without_files_is_one_line(root, download, capsys, files):
    put(download / "ada" / "x.zip", zip_of(files))
    assert_only_this_one_is_refused(root, download, capsys, "ada/x.zip: it contains no files")


def test_a_record_that_nobody_of_ours_wrote_is_left_alone(root, download):
    put(root / "submitted" / "ada" / LESSON / NAME, notebook("old"))
    put(record_path(root / "submitted" / "ada" / LESSON), deep(5_000).encode())
    put(download / "ada" / NAME, notebook("new"))
    assert collect(root, download) == 1
    assert notebooks(root) == {f"ada/{LESSON}": notebook("old")}


def test_a_file_that_ends_the_process_is_one_line_and_the_rest_is_read(
    root, download, capsys, monkeypatch
):
    small = bounded.Bounded(memory=32 * 2**20)
    monkeypatch.setattr(downloads, "READER", small)
    bz2 = BytesIO()
    with zipfile.ZipFile(bz2, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("x.ipynb", bytes(64 * 2**20))  # bz2 unpacks it in one piece
    files = {"Bo_1_assignsubmission_file_/x.zip": bz2.getvalue()}
    files |= {f"{name} B_7_assignsubmission_file_/x.ipynb": notebook(name) for name in "AZ"}
    assert collect(root, put(download / "x.zip", zip_of(dict(sorted(files.items()))))) == 1
    small.close()
    assert set(notebooks(root)) == {f"A_B/{LESSON}", f"Z_B/{LESSON}"}
    said = capsys.readouterr().err
    assert f"Bo_1_assignsubmission_file_/x.zip/x.ipynb: {TOO_MUCH}" in said


# --- the process with limits -----------------------------------------------------


@pytest.fixture
def reader():
    made = bounded.Bounded(seconds=1)
    yield made
    made.close()


def test_what_computes_too_long_is_ended_and_another_takes_over(reader):
    seen = []
    with pytest.raises(bounded.Exceeded, match="more than 1 seconds of CPU time"):
        for one in reader.each(forever):
            seen.append(one)
    assert seen == ["begun"]
    assert list(reader.each(numbers, 3)) == [0, 1, 2]


def test_what_takes_too_much_memory_is_refused(reader):
    with pytest.raises(bounded.Exceeded, match="more memory than is allowed"):
        list(reader.each(greedy))
    assert list(reader.each(numbers, 2)) == [0, 1]


def test_one_process_reads_many_files_and_ends_when_it_is_closed(reader):
    pids = {pid for _ in range(5) for pid in reader.each(process_id)}
    assert len(pids) == 1
    reader.close()
    assert not psutil.pid_exists(*pids)


def test_what_is_left_half_read_is_started_anew(reader):
    for one in reader.each(numbers, 10**9):
        if one == 3:
            break
    assert list(reader.each(numbers, 2)) == [0, 1]


def test_after_some_place_only_what_follows_is_read(download):
    inner = zip_of({f"{n}.ipynb": b"%d" % n for n in range(3)})
    path = put(download / "x.zip", zip_of({"a.zip": inner, "b.zip": inner, "c.ipynb": b"c"}))

    def names(after):
        found = archives.files_of(source=path, after=after)
        return ["/".join(one.parts) for one in found if isinstance(one, archives.Found)]

    everything = names(())
    assert len(everything) == 7
    assert names((0, 1)) == everything[2:]
    assert names((0,)) == names((0, 2)) == everything[3:]
    assert names((1, 2)) == ["c.ipynb"]
    assert names((2,)) == []


@pytest.mark.long
def test_a_zip_of_files_that_all_exceed_the_limits_is_left(tmp_path, monkeypatch):
    short = bounded.Bounded(seconds=1, memory=32 * 2**20)
    monkeypatch.setattr(downloads, "READER", short)
    monkeypatch.setattr(downloads, "MOST_ENDED", 2)
    data = many(4, b"cells", 4 * 2**20)
    inner = zip_of({f"{n}.ipynb": data for n in range(5)})
    path = put(tmp_path / "x.zip", zip_of({"a.zip": inner, "b/x.ipynb": notebook()}))
    known = {LESSON: handed_out(root=tmp_path, lesson=LESSON)}
    found = list(downloads.read_download(path, known, tmp_path))
    short.close()
    assert [one.lesson for one in found if not one.problem] == [LESSON]
    assert len([one for one in found if one.problem]) == 3
    assert found[2].problem == ("2 of its files exceed the limits; the rest of it was not read")


class EndsAtBadFiles:
    """Reads in this process, and fails where the one with limits would have ended."""

    def each(self, function, *arguments):
        for item in function(*arguments):
            yield item
            if isinstance(item, archives.Begun) and item.parts[-1] == "bad.ipynb":
                raise bounded.Exceeded("reading it takes more memory than is allowed")


def test_the_files_of_one_student_hide_nobody_in_the_zip_of_a_class(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "READER", EndsAtBadFiles())
    files = {f"Eve S_2_assignsubmission_file_/{n}/bad.ipynb": b"{}" for n in range(4)}
    files["Zoe Z_9_assignsubmission_file_/x.ipynb"] = notebook()
    put(tmp_path / "in" / "class.zip", zip_of(files))
    known = {LESSON: handed_out(root=tmp_path, lesson=LESSON)}
    found = list(downloads.read_download(tmp_path / "in", known, tmp_path))
    assert [one.lesson for one in found if not one.problem] == [LESSON]
    assert len([one for one in found if one.problem]) == 4


@pytest.mark.parametrize(
    "name, unread",
    [
        ("class.zip", False),
        ("Eve S_2_assignsubmission_file_x.zip", True),
        ("evesmith_2_3_x.zip", True),
    ],
)
def test_any_number_of_bad_files_hides_nobody_in_the_zip_of_a_class_and_few_end_a_students(
    tmp_path, monkeypatch, name, unread
):
    monkeypatch.setattr(downloads, "READER", EndsAtBadFiles())
    files = {f"A{n}_{n}_assignsubmission_file_/bad.ipynb": b"{}" for n in range(40)}
    files["Zoe Z_9_assignsubmission_file_/x.ipynb"] = notebook()
    put(tmp_path / "in" / name, zip_of(files))
    known = {LESSON: handed_out(root=tmp_path, lesson=LESSON)}
    found = list(downloads.read_download(tmp_path / "in", known, tmp_path))
    assert [one.lesson for one in found if not one.problem] == ([] if unread else [LESSON])
    assert len([one for one in found if one.problem]) == (4 if unread else 40)


# --- grading -------------------------------------------------------------------


@pytest.mark.parametrize("text", TIMES, ids=ascii)
def test_grading_leaves_a_time_that_is_none_out_and_says_so(tmp_path, text):
    folder = tmp_path / "submitted" / "ada" / LESSON
    put(folder / NAME, notebook())
    put(folder / "timestamp.txt", text.encode())
    received = read_submission(tmp_path, "ada", EMPTY)
    assert received.data == notebook() and received.when is None
    assert received.remark.startswith("timestamp.txt ")


@pytest.mark.parametrize("text", TIMES, ids=ascii)
def test_nbgrader_leaves_a_time_that_is_none_out(tmp_path, text, monkeypatch):
    for owner, name in (
        (CourseDirectory, "get_existing_timestamp"),
        (NbGraderAPI, "get_submitted_timestamp"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    read_times_safely()
    folder = tmp_path / "submitted" / "ada" / LESSON
    put(folder / "timestamp.txt", text.encode())
    course = CourseDirectory(root=str(tmp_path))
    assert course.get_existing_timestamp(str(folder)) is None
    put(folder / "timestamp.txt", b"2026-11-20 10:00:00 UTC")
    assert course.get_existing_timestamp(str(folder)).hour == 10


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-20 10:00:00.123456 UTC", 10),
        ("2026-11-20 10:00:00 GMT", 10),
        ("2026-11-20T10:00:00Z", 10),
        ("2026-11-20 10:00:00", 10),
        ("2026-11-20 10:00:00 Europe/Berlin", 9),
        ("2026-11-20 10:00:00 +0130", 8),
        ("2026-11-20 10:00:00-02:00", 12),
        ("2026-11-20", 0),
    ],
)
def test_times_are_read_as_nbgrader_writes_them(text, hour):
    assert time_in(text.encode()).hour == hour and fault_of_time(text.encode()) == ""


def test_a_notebook_that_needs_too_much_is_refused_in_grading_too():
    with pytest.raises(Unreadable, match=TOO_MUCH):
        parse_within_limits(many(4, b"cells", 48 * 2**20), EMPTY)
    assert len(parse_within_limits(with_attachments(700), EMPTY).notebook.cells) > 1


FORGED = """
import backprop.sandbox.server as serving
honest = serving.Server._run
def run(self, request):
    told = honest(self, request)
    deep = {}
    for _ in range(900):
        deep = {"a": deep}
    return {**told, "outputs": deep} if "deep" in request["source"] else told
serving.Server._run = run
"""


def test_a_class_with_hostile_files_and_names_is_graded(tmp_path, capsys):
    require(not why_no_sandbox(), why_no_sandbox())
    make_course(tmp_path, LESSON)
    submitted = tmp_path / "submitted"
    lines = lesson_notebook(LESSON)
    code = "for i in range(60_006): print(i)", FORGED, "'deep'"
    lines.cells += [nbformat.v4.new_code_cell(source) for source in code]
    files = {
        "ada": (notebook(), TIMES[0]), "bob": (with_attachments(700), TIMES[1]),
        "eve": (many(3, b"worksheets"), ""), "mia": (nbformat.writes(lines).encode(), "x" * 5_000),
    }  # fmt: skip
    for student, (data, text) in files.items():
        put(submitted / student / LESSON / NAME, data)
        put(submitted / student / LESSON / "timestamp.txt", text.encode())
    odd = "=x\x1b[2J\u202e"
    put(submitted / odd / LESSON / "\x1b[31m.ipynb", b"")
    with warm_grading():
        assert main(["--root", str(tmp_path), "grade", LESSON]) == 1
    rows = rows_of(tmp_path)
    assert [rows[name]["points"] for name in ("ada", "bob", "mia")] == [f"{most_of(LESSON):g}"] * 3
    assert "more memory than is allowed" in rows["eve"]["reason"]
    out, said = capsys.readouterr()
    for student in ("ada", "bob", "mia"):
        assert f"{student}: timestamp.txt " in said
    assert "\x1b" not in out + said and "\u202e" not in out + said
    table = Path(tmp_path, "grades.csv").read_text()
    assert "'=x\\x1b[2J\\u202e" in table and "\x1b" not in table
    for student in ("eve", odd):
        shutil.rmtree(submitted / student)
    with warm_grading():
        assert main(["--root", str(tmp_path), "grade", LESSON]) == 0
