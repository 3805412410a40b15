"""The work of a group is every member's, and what a roster says of times reaches timestamp.txt."""

import pytest
from downloads import LESSON, NAME, OTHER, collect, notebook, notebooks, put, submitted_zip, time_of

PEOPLE = """\
id,name,moodle,canvas,login,group
ada,"Lovelace, Ada",Participant 12,501,alovelace,Team Alpha
ben,"Babbage, Ben",Participant 881,502,bbabbage,Team Alpha
cleo,"Ptolemy, Cleo",Participant 14,503,cptolemy,
dan,"Dare, Dan",Participant 15,504,ddare,Team_Beta
"""


@pytest.fixture
def roster(tmp_path):
    return put(tmp_path / "students.csv", PEOPLE.encode())


def places(*students, data=None, lesson=LESSON):
    return {f"{student}/{lesson}": data or notebook() for student in students}


@pytest.mark.parametrize(
    "name",
    [
        # 881 is the group's number, and Ben's as well.
        f"Team Alpha_881_assignsubmission_file_/{NAME}",
        f"Team Alpha_881_assignsubmission_file_{NAME}",
        # The number is that of one member.
        f"teamalpha_501_9001_{NAME}",
        f"teamalpha_LATE_502_9001_{NAME}",
        f"Backward Pass_Team Alpha_attempt_2026-11-20-14-30-05_{NAME}",
        # By one of the members.
        f"Lovelace Ada_12_assignsubmission_file_/{NAME}",
        f"lovelaceada_501_9001_{NAME}",
        f"Backward Pass_bbabbage_attempt_2026-11-20-14-30-05_{NAME}",
        f"Team Alpha/{NAME}",
    ],
)
def test_what_one_of_a_group_hands_in_counts_for_all(root, download, roster, capsys, name):
    put(download / name, notebook())
    assert collect(root, download, "--roster", roster) == 0
    assert notebooks(root) == places("ada", "ben")
    assert capsys.readouterr().out.count("for all members of the group Team Alpha") == 2


def test_a_zip_of_a_member_counts_for_the_group_and_one_of_a_stranger_does_not(
    root, download, roster, capsys
):
    put(download / "teamalpha_501_9001_x.zip", submitted_zip("ben", notebook()))
    assert collect(root, download, "--roster", roster) == 0
    assert notebooks(root) == places("ada", "ben")
    put(download / "teamalpha_501_9002_x.zip", submitted_zip("cleo", notebook("cleo")))
    assert collect(root, download, "--roster", roster) == 1
    assert "packed for cleo, but handed in by" in capsys.readouterr().err


def test_who_is_in_no_group_works_alone(root, download, roster):
    put(download / f"ptolemycleo_503_9001_{NAME}", notebook("cleo"))
    put(download / f"Team Alpha_881_assignsubmission_file_/{NAME}", notebook())
    assert collect(root, download, "--roster", roster) == 0
    assert notebooks(root) == places("ada", "ben") | places("cleo", data=notebook("cleo"))


def test_all_of_those_in_no_group_are_one_group_of_moodles(root, download, tmp_path):
    people = "id,group\nada,Team Alpha\nben,Default group\ncleo,Default group\n"
    put(download / f"Default group_assignsubmission_file_/{NAME}", notebook())
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people.encode())) == 0
    assert notebooks(root) == places("ben", "cleo")


def test_the_same_from_each_member_is_no_question(root, download, roster):
    put(download / f"lovelaceada_501_9001_{NAME}", notebook())
    put(download / f"babbageben_502_9001_{NAME}", notebook())
    assert collect(root, download, "--roster", roster) == 0
    assert notebooks(root) == places("ada", "ben")


def test_different_notebooks_of_one_group_are_listed_and_nobody_gets_either(
    root, download, roster, capsys
):
    put(download / f"lovelaceada_501_9001_{NAME}", notebook("ada"))
    put(download / f"babbageben_502_9002_{NAME}", notebook("ben"))
    assert collect(root, download, "--roster", roster) == 1
    said = capsys.readouterr().err
    assert "several notebooks came from the group Team Alpha" in said
    assert f"lovelaceada_501_9001_{NAME}" in said and f"babbageben_502_9002_{NAME}" in said
    assert notebooks(root) == {}


def test_a_number_of_somebody_who_is_not_in_the_group_is_listed(root, download, roster, capsys):
    put(download / f"teamalpha_503_9001_{NAME}", notebook())
    assert collect(root, download, "--roster", roster) == 1
    assert "matches the group Team Alpha and cleo in the roster" in capsys.readouterr().err
    assert notebooks(root) == {}


@pytest.mark.parametrize("platform", ["moodle", "canvas"])
def test_a_student_who_is_called_like_a_group_blocks_it_not_and_is_not_taken_for_it(
    root, download, tmp_path, platform
):
    people = PEOPLE + "eve,Team Alpha,Participant 66,566,esmith,\n"
    files = {
        "moodle": ("Team Alpha_881_assignsubmission_file_", "Team Alpha_66_assignsubmission_file_"),
        "canvas": ("teamalpha_501_9001", "teamalpha_566_9002"),
    }[platform]
    people = people.replace("Participant 881", "Participant 13")
    for name, mark in zip(files, ("group", "eve")):
        put(download / (f"{name}_{NAME}"), notebook(mark))
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people.encode())) == 0
    assert notebooks(root) == (
        places("ada", "ben", data=notebook("group")) | places("eve", data=notebook("eve"))
    )


def test_without_numbers_a_student_who_is_called_like_a_group_is_listed(
    root, download, tmp_path, capsys
):
    people = b"id,name,group\nada,Ada,Team Alpha\neve,Team Alpha,\n"
    put(download / f"Team Alpha_881_assignsubmission_file_{NAME}", notebook())
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people)) == 1
    said = capsys.readouterr().err
    assert (
        "matches the group Team Alpha and eve" in said and "a column with Moodle's numbers" in said
    )
    assert notebooks(root) == {}


def test_a_group_that_the_roster_does_not_know_is_told(root, download, roster, capsys):
    put(download / f"teamomega_503_9001_{NAME}", notebook("one"))
    put(download / f"Team Psi_77_assignsubmission_file_/{NAME}", notebook("two"))
    assert collect(root, download, "--roster", roster) == 1
    out, err = capsys.readouterr()
    assert "'teamomega' is cleo" in out and "a column group" in out
    assert "Team Psi" in err and "is not in the roster" in err


def test_a_group_may_differ_from_lesson_to_lesson(root, download, tmp_path):
    people = f"id,group {LESSON}\nada,Alpha\nben,Alpha\n"
    put(download / f"ada/{LESSON}/{NAME}", notebook())
    put(download / f"ada/{OTHER}/forward_pass.ipynb", notebook(lesson=OTHER))
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people.encode())) == 0
    other = places("ada", data=notebook(lesson=OTHER), lesson=OTHER)
    assert notebooks(root) == places("ada", "ben") | other


def test_collected_twice_a_group_changes_nothing(root, download, roster, capsys):
    put(download / f"Team Alpha_881_assignsubmission_file_/{NAME}", notebook())
    collect(root, download, "--roster", roster)
    assert collect(root, download, "--roster", roster) == 0
    assert "0 placed in submitted/, 2 were already there" in capsys.readouterr().out


@pytest.mark.parametrize(
    "people, said",
    [
        ("id,group\nada,Team 1 1\nben,Team 11\n", "rename one of them"),
        ("id,group 3\nada,Alpha\n", "there is no lesson 3; the column should be group"),
        ("id,submitted\nada,20.11.2026 10:00\n", "line 2, column submitted: '20.11.2026 10:00'"),
    ],
)
def test_what_a_roster_says_wrongly_is_named(root, download, tmp_path, capsys, people, said):
    put(download / f"ada/{NAME}", notebook())
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people.encode())) == 2
    assert said in capsys.readouterr().err


def test_one_group_may_be_written_in_several_ways(root, download, tmp_path):
    people = "id,group\nada,Team Alpha\nben,team  alpha\n"
    put(download / f"ada/{NAME}", notebook())
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people.encode())) == 0
    assert notebooks(root) == places("ada", "ben")


@pytest.mark.parametrize("name", ["anon_x7Kq2_9001_x.ipynb", "LATE_anon_x7Kq2_9001_x.ipynb"])
def test_the_anonymous_of_canvas_have_the_name_that_it_gives_them(
    root, download, tmp_path, capsys, name
):
    put(download / name, notebook())
    assert collect(root, download) == 0
    assert notebooks(root) == places("anon_x7Kq2")
    assert ("late according to Canvas" in capsys.readouterr().out) == name.startswith("LATE")


def test_a_roster_tells_who_the_anonymous_of_canvas_are(root, download, tmp_path):
    put(download / "anon_x7Kq2_9001_x.ipynb", notebook())
    people = put(tmp_path / "s.csv", b"id,code\nada,x7Kq2\nben,x7Kq3\n")
    assert collect(root, download, "--roster", people) == 0
    assert notebooks(root) == places("ada")


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    "written, time",
    [
        ("2026-11-20 10:00", "2026-11-20 09:00:00.000000 UTC"),
        ("2026-11-20 10:00:30 UTC", "2026-11-20 10:00:30.000000 UTC"),
        ("2026-11-20T10:00 America/New_York", "2026-11-20 15:00:00.000000 UTC"),
        ("2026-11-20 10:00 +0530", "2026-11-20 04:30:00.000000 UTC"),
        ("2026-11-20", "2026-11-20 23:00:00.000000 UTC"),
    ],
)
def test_a_roster_says_when_something_came(root, download, tmp_path, written, time):
    put(download / f"Ada_12_assignsubmission_file_/{NAME}", notebook())
    people = f"id,name,submitted {LESSON}\nada,Ada,{written}\n".encode()
    zone = ("--timezone", "Europe/Berlin")
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people), *zone) == 0
    assert time_of(root, "ada") == time


@pytest.mark.parametrize(
    "written, time",
    [
        ("Tuesday, 3 March 2026, 10:05 PM", "2026-03-03 21:05:00"),  # Moodle in English
        ("Tuesday, March 3, 2026, 10:05 PM", "2026-03-03 21:05:00"),  # ... of the USA
        ("Tuesday, 3 March 2026, 22:05", "2026-03-03 21:05:00"),
        ("Tuesday, 03 Mar 2026, 12:05 AM", "2026-03-02 23:05:00"),
        ("3 March 2026, 12:05 PM", "2026-03-03 11:05:00"),
        ("Mar 3, 2026 at 10:05pm", "2026-03-03 21:05:00"),  # Canvas
        ("Mar 3, 2026, 10:05\u202fPM", "2026-03-03 21:05:00"),
        ("Friday, July 3, 2026 10:05:30 AM UTC", "2026-07-03 10:05:30"),  # Blackboard
        ("3 July 2026, 22:05 Asia/Kolkata", "2026-07-03 16:35:00"),
        ("2026-03-03T22:05:00Z", "2026-03-03 22:05:00"),
    ],
)
def test_a_time_is_read_as_a_platform_shows_it(root, download, tmp_path, written, time):
    put(download / f"Ada_12_assignsubmission_file_/{NAME}", notebook())
    put(download / f"Ben_13_assignsubmission_file_/{NAME}", notebook())
    people = f'id,name,submitted {LESSON}\nada,Ada,"{written}"\nben,Ben,-\n'.encode()
    zone = ("--timezone", "Europe/Berlin")
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people), *zone) == 0
    assert time_of(root, "ada") == f"{time}.000000 UTC"
    assert time_of(root, "ben") is None


@pytest.mark.parametrize(
    "written",
    [
        "Mar 3 at 10:05pm",  # of which year?
        "03/04/2026, 22:05",  # March or April?
        "Dienstag, 3. März 2026, 22:05",
        "Tuesday, 3 March 2026, 22:05 PM",
        "Tuesday, 3 March 2026, 0:05 AM",
        "30 February 2026, 22:05",
        "3 Marsh 2026, 22:05",
        "3 March 2026, 25:05",
        "3 March 2026, 22:05 Mars/Olympus",
        "yesterday",
    ],
)
def test_a_time_that_cannot_be_read_for_sure_is_refused_with_what_can(
    root, download, tmp_path, capsys, written
):
    put(download / f"ada/{NAME}", notebook())
    people = f'id,submitted {LESSON}\nada,2026-11-20\nben,"{written}"\n'.encode()
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people)) == 2
    said = capsys.readouterr().err
    assert f"line 3, column submitted {LESSON}: '{written}' cannot be read" in said
    assert "2026-11-20 23:59" in said and "Friday, 20 November 2026, 11:59 PM" in said


def test_a_time_for_one_of_a_group_is_that_of_all_who_have_none(root, download, tmp_path):
    put(download / f"Team Alpha_881_assignsubmission_file_/{NAME}", notebook())
    people = (
        "id,group,submitted\nada,Team Alpha,\nben,Team Alpha,2026-11-20 10:00 UTC\n"
        "cleo,Team Alpha,2026-11-20 09:00 UTC\ndan,,2026-11-21\n"
    )
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people.encode())) == 0
    hours = {student: time_of(root, student)[11:13] for student in ("ada", "ben", "cleo")}
    assert hours == {"ada": "10", "ben": "10", "cleo": "09"}


def test_a_time_of_a_roster_counts_more_than_any_other_and_may_be_mended(root, download, tmp_path):
    put(download / "Ada_12_assignsubmission_file_/x.zip", submitted_zip("ada", notebook()))
    collect(root, download)
    for hour in ("12", "08"):
        people = f"id,submitted\nada,2026-11-20 {hour}:00 UTC\n".encode()
        assert collect(root, download, "--roster", put(tmp_path / "s.csv", people)) == 0
        assert time_of(root, "ada") == f"2026-11-20 {hour}:00:00.000000 UTC"


def test_columns_that_say_times_and_groups_are_no_names(root, download, tmp_path):
    people = b"id,group,due,extension\nada,Alpha,2026-11-20,2 days\nben,Beta,2026-11-20,2 days\n"
    put(download / f"2026-11-20/{NAME}", notebook())
    assert collect(root, download, "--roster", put(tmp_path / "s.csv", people)) == 1
    assert notebooks(root) == {}
