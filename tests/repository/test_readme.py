"""What the README says is so."""

import io
import re

import numpy as np
import pytest
from course import REPOSITORY, exercises_of
from PIL import Image

from backprop import evaluate
from backprop.differentiate import gradient
from backprop.figures.__main__ import PICTURE, draw
from backprop_classroom.__main__ import main
from backprop_classroom.release import lessons
from backprop_judge.lessons.backward_pass.exercises import loss_near

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")


def test_every_make_command_exists():
    named = set(re.findall(r"`make ([a-z]+)", README))
    targets = set(re.findall(r"^([a-z]+):.* ## ", MAKEFILE, re.MULTILINE))
    assert {"lab", "grade", "test", "release"} <= named <= targets


def test_the_three_readers_find_their_command_in_the_first_screen():
    first = "\n".join(README.splitlines()[:24])
    for command in ("make lab", "make grade LESSON=03_backward_pass", "make test"):
        assert command in first


def test_every_place_exists():
    made_by_hand_or_by_make = (
        "submitted/",
        "autograded/",
        "feedback/",
        "build/",
        "report/",
        "marks/",
        "grades.csv",
        ".venv",
        "notebooks/.../",
    )
    for place in re.findall(r"`((?:[\w.]+/)+[\w.]*|\w+\.(?:py|toml|yml))`", README):
        if not place.startswith(made_by_hand_or_by_make):
            assert (REPOSITORY / place).exists(), place


def test_the_table_of_lessons_gives_the_points_of_the_exercises():
    rows = re.findall(r"^\| `(\d\d_\w+)` \|.*\| (\d+) \|$", README, re.MULTILINE)
    points = {
        lesson: sum(entry.points for entry in exercises_of(lesson))
        for lesson in lessons(REPOSITORY)
    }
    assert {lesson: float(number) for lesson, number in rows} == points


def test_the_quoted_verdict_is_what_the_check_says():
    def backward_propagation(X, Y, out_h, out_y, W2):
        delta_y = out_y - Y
        delta_h = (W2.T @ delta_y) * out_h * (1 - out_h)
        db1, db2 = (delta.sum(axis=1, keepdims=True) for delta in (delta_h, delta_y))
        return delta_h @ X.T, db1, delta_y @ out_h.T, db2

    (finding,) = evaluate("backward_propagation", backward_propagation).findings
    quoted = re.search(r"^> (.*?)\n\n", README, re.MULTILINE | re.DOTALL)[1]
    quoted = re.sub(r"\s+", " ", quoted.replace(">", "").replace("`", ""))
    assert quoted == f"{finding.where}: {finding.message}"


def test_an_answer_that_takes_differences_of_the_judges_loss_earns_points_at_home():
    def differences(function, *arrays):
        for array in arrays:
            found = np.empty(array.shape)
            for place in np.ndindex(array.shape):
                ends = []
                for array[place] in (1e-5, -1e-5, 0):
                    ends.append(function(*(one[None] for one in arrays))[0])
                found[place] = (ends[0] - ends[1]) / 2e-5
            yield found

    def answer(differentiate):
        def backward_propagation(X, Y, out_h, out_y, W2):
            shapes = (len(out_h), len(X)), (len(out_h), 1), W2.shape, (len(W2), 1)
            loss = loss_near(X, Y, out_h, out_y, W2)
            return tuple(differentiate(loss, *(np.zeros(shape) for shape in shapes)))

        return backward_propagation

    assert evaluate("backward_propagation", answer(differences)).earned == 6
    (finding,) = evaluate("backward_propagation", answer(gradient)).findings
    assert finding.code == "crashed" and "must compute its derivatives itself" in finding.message


def test_the_table_of_packages_names_all_of_them():
    named = re.findall(r"^\| `(backprop\w*)` \|", README, re.MULTILINE)
    packages = {path.parent.name for path in REPOSITORY.glob("src/*/__init__.py")}
    assert set(named) == packages


def test_every_command_of_the_program_exists(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    commands = re.search(r"\{([\w,-]+)\}", capsys.readouterr().out)[1]
    named = set(re.findall(r"\bbackprop ([\w-]+) ", README.replace("\n", " ")))
    assert {"handout", "submit", "grade"} <= named <= set(commands.split(","))


def test_the_picture_is_what_its_command_draws():
    fresh, kept = (
        np.asarray(Image.open(file).convert("L"), dtype=float)
        for file in (io.BytesIO(draw()[0]), PICTURE)
    )
    assert fresh.shape == kept.shape
    assert np.mean(np.abs(fresh - kept)) < 1  # of 255; fonts may be drawn a little differently
