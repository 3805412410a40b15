"""Nobody is somebody else: names are read from the platform's side, and no claim wins by itself."""

import csv
import io

import pytest
from downloads import LESSON, NAME, OTHER, collect, notebook, notebooks, put, submitted_zip, zip_of

from backprop_classroom.submissions.platforms import origin_of
from backprop_classroom.submissions.roster import BadRoster, Roster
from backprop_classroom.texts import table

BLACKBOARD = "Lesson 3_{}_attempt_2026-11-20-{}-00-00_{}"
HERS = BLACKBOARD.format("alovelace", "10", NAME)


def origin(*parts):
    return origin_of(parts, lessons=[LESSON, OTHER])


# --- what a name says ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "platform", "person"),
    [
        (BLACKBOARD.format("eve", "14", f"x_alovelace_attempt_2026-11-20-15-00-00_{NAME}"), "Blackboard", "eve"),
        (BLACKBOARD.format("eve", "14", f"Ada Lovelace_5_assignsubmission_file_{NAME}"), "Blackboard", "eve"),
        (f"smitheve_66_701_Ada Lovelace_5_assignsubmission_file_{NAME}", "Canvas", "smitheve"),
        (f"smitheve_66_701_lovelaceada_5_700_{NAME}", "Canvas", "smitheve"),
        (f"smitheve_LATE_66_701_lovelaceada_5_700_{NAME}", "Canvas", "smitheve"),
        (f"Eve Smith_66_assignsubmission_file_Ada_5_assignsubmission_file_{NAME}", "Moodle", "Eve Smith"),
        (f"Eve Smith_66_assignsubmission_file_x_alovelace_attempt_2026-11-20-15-00-00_{NAME}", "Moodle", "Eve Smith"),
        (f"Eve Smith_66_assignsubmission_file_lovelaceada_5_700_{NAME}", "Moodle", "Eve Smith"),
    ],
)  # fmt: skip
def test_the_front_of_a_name_counts_whatever_a_student_puts_behind_it(name, platform, person):
    found = origin(name)
    assert (found.person.platform, found.person.name, found.unclear) == (platform, person, "")


def test_the_outermost_name_counts_whatever_is_in_a_zip():
    inner = "Ada Lovelace_5_assignsubmission_file_", NAME
    for outer in ("smitheve_66_701_x.zip", BLACKBOARD.format("smitheve", "10", "x.zip")):
        assert origin(outer, *inner).person.name == "smitheve"


def test_a_name_that_two_platforms_may_have_written_is_left_to_a_person(root, download, capsys):
    name = f"smitheve_66_701_x_alovelace_attempt_2026-11-20-15-00-00_{NAME}"
    put(download / name, notebook())
    assert collect(root, download) == 1
    assert notebooks(root) == {}
    assert (
        "its name may be that of Canvas: smitheve, 66 or of Blackboard:" in capsys.readouterr().err
    )


@pytest.mark.parametrize("name", [HERS, f"Ada Lovelace_5_assignsubmission_file_{NAME}"])
def test_a_name_within_somebodys_folder_is_left_to_a_person(root, download, capsys, name):
    put(download / "eve" / name, notebook())
    assert collect(root, download) == 1
    assert notebooks(root) == {}
    assert "but it is in eve, where a student may have chosen the name" in capsys.readouterr().err


# --- two claims on one person ----------------------------------------------------


def test_a_login_inside_the_name_of_another_replaces_nothing(root, download):
    mine = BLACKBOARD.format("eve", "14", f"x_alovelace_attempt_2026-11-20-15-00-00_{NAME}")
    put(download / HERS, notebook("ada"))
    put(download / mine, notebook("eve"))
    assert collect(root, download) == 0
    assert notebooks(root) == {
        f"alovelace/{LESSON}": notebook("ada"),
        f"eve/{LESSON}": notebook("eve"),
    }


def test_two_claims_on_one_person_are_both_listed_whatever_their_times(
    root, download, tmp_path, capsys
):
    roster = put(tmp_path / "r.csv", b"id,login,name\nada,alovelace,Ada Lovelace\n")
    put(download / HERS, notebook("ada"))
    put(download / "Ada Lovelace_5_assignsubmission_file_" / NAME, notebook("other"))
    assert collect(root, download, "--roster", roster) == 1
    assert notebooks(root) == {}
    said = capsys.readouterr()
    assert (
        said.err.count("more than one submission has the id ada") == 2
        and "2 not placed" in said.out
    )


def test_two_attempts_that_the_platform_times_are_one_claim(root, download):
    put(download / HERS, notebook("old"))
    put(download / HERS.replace("-10-00-00", "-11-00-00"), notebook("new"))
    assert collect(root, download) == 0
    assert notebooks(root) == {f"alovelace/{LESSON}": notebook("new")}


@pytest.mark.parametrize("day", [1, 21])
def test_another_zip_that_claims_the_same_id_is_listed_now_and_later(root, download, capsys, day):
    first = put(download / f"{LESSON}-ada.zip", submitted_zip("ada", notebook("ada")))
    assert collect(root, download) == 0
    later = submitted_zip("ada", notebook("eve"), f"2026-11-{day:02} 10:00:00 UTC")
    second = put(download / f"{LESSON}-ada (2).zip", later)
    assert collect(root, download) == 1
    assert capsys.readouterr().err.count("zips with different names have the id ada") == 2
    first.unlink()
    assert collect(root, download) == 1
    assert f"came from {LESSON}-ada.zip/ada" in capsys.readouterr().err
    assert notebooks(root) == {f"ada/{LESSON}": notebook("ada")}
    # Whoever has looked may say so; what was there is kept.
    assert collect(root, second, "--replace") == 0
    assert notebooks(root) == {f"ada/{LESSON}": notebook("eve" if day == 21 else "ada")}


def test_the_same_notebook_in_two_zips_is_no_question(root, download):
    for name in ("x.zip", "x (1).zip"):
        put(download / name, submitted_zip("ada", notebook("ada")))
    assert collect(root, download) == 0
    assert notebooks(root) == {f"ada/{LESSON}": notebook("ada")}


def test_a_zip_that_imitates_a_download_does_not_replace_what_is_in_one(root, download, capsys):
    name = f"Ada Lovelace_5_assignsubmission_file_/{NAME}"
    put(download / name, notebook("ada"))
    put(download / "eve.zip", zip_of({name: notebook("eve")}))
    assert collect(root, download) == 1
    assert notebooks(root) == {}
    (download / name).unlink()
    (download / "eve.zip").rename(download.parent / "eve.zip")
    put(download / name, notebook("ada"))
    assert collect(root, download) == 0
    (download.parent / "eve.zip").rename(download / "eve.zip")
    (download / name).unlink()
    assert collect(root, download) == 1
    assert notebooks(root) == {f"Ada_Lovelace/{LESSON}": notebook("ada")}
    assert "it is unclear whether the same person handed in this one" in capsys.readouterr().err


def test_what_came_without_a_platform_is_not_replaced_by_a_claim_on_one(root, download, capsys):
    put(download / "ada" / NAME, notebook("ada"))
    assert collect(root, download) == 0
    eve = put(
        download.parent / "moodle" / "Eve Smith_66_assignsubmission_file_" / "x.zip",
        submitted_zip("ada", notebook("eve")),
    )
    assert collect(root, eve.parents[1]) == 1
    assert notebooks(root) == {f"ada/{LESSON}": notebook("ada")}


# --- the id in a zip, and the roster -----------------------------------------------


def test_the_id_in_a_zip_agrees_with_the_login_of_the_platform(root, download, capsys):
    put(download / BLACKBOARD.format("eve", "10", "x.zip"), submitted_zip("bob", notebook("eve")))
    put(
        download / BLACKBOARD.format("a_turing", "10", "x.zip"),
        submitted_zip("a_turing", notebook("al")),
    )
    assert collect(root, download) == 1
    assert notebooks(root) == {f"a_turing/{LESSON}": notebook("al")}
    assert "packed for bob, but handed in by Blackboard: eve" in capsys.readouterr().err


def test_ids_that_nothing_confirms_are_told(root, download, capsys):
    put(
        download / "Eve Smith_66_assignsubmission_file_" / "x.zip", submitted_zip("bob", notebook())
    )
    assert collect(root, download) == 0
    assert (
        "ids are taken from students' zips: 'Moodle: Eve Smith, 66' is bob"
        in capsys.readouterr().out
    )


def test_with_a_roster_somebodys_folder_is_theirs(root, download, tmp_path, capsys):
    roster = put(tmp_path / "r.csv", b"id\nada\neve\n")
    put(download / "eve" / "x.zip", zip_of({f"ada/{LESSON}/{NAME}": notebook()}))
    assert collect(root, download, "--roster", roster) == 1
    assert notebooks(root) == {}
    assert "it was handed in by ada, but is in eve" in capsys.readouterr().err


def test_number_and_name_have_to_mean_the_same_person(root, download, tmp_path, capsys):
    roster = put(
        tmp_path / "r.csv", b"id,matriculation,name\nada,66,Ada Lovelace\neve,7,Eve Smith\n"
    )
    put(download / f"smitheve_66_701_{NAME}", notebook())
    found = Roster(path=put(tmp_path / "s.csv", b"id,number,name\na,1,X\nb,2,X\n"))
    assert found.find([["1"], ["X"]]) == ["a"] and found.find([["3"], ["X"]]) == ["a", "b"]
    put(roster, b"id,matriculation,name\nada,66,Ada Lovelace\neve,7,smitheve\n")
    assert collect(root, download, "--roster", roster) == 1
    assert notebooks(root) == {}
    assert "Canvas: smitheve, 66 matches ada and eve in the roster" in capsys.readouterr().err


def test_of_a_login_that_may_be_two_peoples_neither_is_taken(root, download, tmp_path, capsys):
    roster = put(tmp_path / "r.csv", b"id\na_turing\nturing\n")
    put(download / BLACKBOARD.format("a_turing", "10", NAME), notebook())
    assert collect(root, download, "--roster", roster) == 1
    assert "matches a_turing and turing in the roster" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    ["Eve\u2028ada", "Eve\x0bada", 'Eve "the", ada', 'Eve "", 1, ada', '"Eve', "Eve\r\nada,1"],
)
def test_no_name_in_a_roster_becomes_another_row_or_column(tmp_path, name):
    rows = [["id", "name", "number"], ["ada", "Ada", "1"], ["eve", name, "2"], ["bob", "Bob", "3"]]
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    roster = Roster(path=put(tmp_path / "r.csv", file.getvalue().encode()))
    assert roster.ids == ["ada", "eve", "bob"]
    assert [roster.find([[number]]) for number in "123"] == [["ada"], ["eve"], ["bob"]]


def test_a_quotation_mark_without_its_other_half_hides_no_student(tmp_path):
    text = b'id,name\nada,"Ada\neve,Eve\n'
    with pytest.raises(BadRoster, match="is not a CSV file"):
        Roster(path=put(tmp_path / "r.csv", text))


@pytest.mark.parametrize("column", ["12", "Participant 12", "ada lovelace", "Lovelace, Ada"])
def test_a_roster_may_have_the_name_or_the_number_that_moodle_uses(
    root, download, tmp_path, column
):
    roster = put(tmp_path / "r.csv", f'id,moodle\na1,"{column}"\nb2,13\n'.encode())
    put(download / "Ada Lovelace_12_assignsubmission_file_" / NAME, notebook())
    assert collect(root, download, "--roster", roster) == 0
    assert set(notebooks(root)) == {f"a1/{LESSON}"}


@pytest.mark.parametrize(
    "name",
    ["Ada Lovelace_{}_assignsubmission_file_" + NAME, "lovelaceada_{}_700{}_" + NAME],
    ids=["Moodle", "Canvas"],
)
@pytest.mark.parametrize("column", ["number", "Moodle ID", "SIS User ID"])
def test_two_people_of_one_name_are_told_apart_by_their_numbers(
    root, download, tmp_path, name, column
):
    text = f"id,first_name,surname,{column}\na1,Ada,Lovelace,12\na2,Ada,Lovelace,13\n"
    roster = put(tmp_path / "r.csv", text.encode())
    for number in (12, 13):
        put(download / name.format(number, number), notebook(number))
    assert collect(root, download, "--roster", roster) == 0
    assert notebooks(root) == {f"a1/{LESSON}": notebook(12), f"a2/{LESSON}": notebook(13)}


def test_two_people_of_one_name_whom_nothing_tells_apart_are_both_listed(
    root, download, tmp_path, capsys
):
    text = b"id,first_name,last_name\na1,Ada,Lovelace\na2,Ada,Lovelace\n"
    roster = put(tmp_path / "r.csv", text)
    for number in (12, 13):
        put(download / f"Ada Lovelace_{number}_assignsubmission_file_{NAME}", notebook(number))
    assert collect(root, download, "--roster", roster) == 1
    assert notebooks(root) == {}
    assert capsys.readouterr().err.count("matches a1 and a2 in the roster") == 2


# --- names that act on whoever reads them ------------------------------------------


@pytest.mark.parametrize("name", ["\x1b[2Jx", "a\u202eb", "a\x07", "a\x9b2J", "a\u2066b", "a\rb"])
def test_no_name_reaches_the_terminal_raw(root, download, capsys, name):
    put(download / "ada" / f"{name}.ipynb", b"{")
    put(download / f"{name}.rar", b"")
    put(download / "x.zip", zip_of({f"{name}/{NAME}": notebook(), f"{name}.pdf": b""}))
    put(download / "y.zip", zip_of({f"{name}/{LESSON}/{NAME}": notebook()}))
    collect(root, download)
    said = "".join(capsys.readouterr()).replace("\n", "")
    assert said.isprintable() and "\\" in said


@pytest.mark.parametrize("text", ["=1+1", "+1-x", "-x", "@x", "\tx", "\t=x", " =x", "a;=x", "＝x"])
def test_no_cell_of_a_table_is_a_formula(text):
    ((cell,),) = csv.reader(io.StringIO(table([[text]]), newline=""))
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert "'" in cell


@pytest.mark.parametrize("text", ["-1", "+1.5", "-1e-05", "ada", "a-b", "", "1e+16"])
def test_numbers_and_harmless_texts_stay_in_a_table(text):
    assert table([[text]]).strip('"\r\n') == text


def test_a_roster_given_once_says_who_is_who_in_later_downloads(root, download, tmp_path, capsys):
    roster = put(tmp_path / "r.csv", b"id,number\na1,12\na2,13\n")
    put(download / f"lovelaceada_12_7001_{NAME}", notebook(1))
    assert collect(root, download, "--roster", roster) == 0
    assert "given before" not in capsys.readouterr().out
    put(download / f"lovelaceada_12_7003_{NAME[:-6]}-1.ipynb", notebook(2))
    put(download / f"lovelaceada_13_7002_{NAME}", notebook(3))
    assert collect(root, download) == 0
    assert notebooks(root) == {f"a1/{LESSON}": notebook(2), f"a2/{LESSON}": notebook(3)}
    assert "the roster given before was used" in capsys.readouterr().out


def test_a_roster_that_was_kept_and_cannot_be_read_is_named(root, download, tmp_path, capsys):
    put(root / "submitted" / ".roster.csv", b"name\nAda\n")
    put(download / f"lovelaceada_12_7001_{NAME}", notebook(1))
    assert collect(root, download) == 2
    assert "give it again with ROSTER=, or delete that file" in capsys.readouterr().err
