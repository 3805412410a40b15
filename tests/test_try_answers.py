"""The command that tries a file of answers tells the accepted from the refused."""

import pytest
from try_answers import main

RIGHT = "def output_error(out_y, Y):\n    return (out_y - Y) * out_y * (1 - out_y)\n"
NO_SLOPE = "def output_error(out_y, Y):\n    return out_y - Y\n"
ENDS = "import os\n\n\ndef output_error(out_y, Y):\n    os._exit(0)\n"
# The first case has 0.84 there at seed 0, and 0.9 at seed 1.
SOMETIMES = (
    "def output_error(out_y, Y):\n"
    "    factor = 2 if out_y.shape == (2, 7) and out_y[0, 0] > 0.87 else 1\n"
    "    return (out_y - Y) * out_y * (1 - out_y) * factor\n"
)


@pytest.fixture
def run(tmp_path, capsys):
    """Give the exit status and the output of the command on some answers."""

    def run(cases, *options):
        path = tmp_path / "answers.py"
        path.write_text(f"CASES = {cases!r}\n")
        return main([str(path), *options]), capsys.readouterr().out

    return run


def line_of(output, exercise):
    """Return the counts in the line of an exercise."""
    return next(line.split()[1:] for line in output.splitlines() if line.startswith(exercise))


def test_answers_that_are_judged_truly_give_exit_status_0(run):
    status, output = run(
        {
            "good": ("output_error", RIGHT, "right", "right", None),
            "bad": ("output_error", NO_SLOPE, "wrong", "no slope", ["missing-output-slope"]),
        },
        "--seeds", "2",
    )  # fmt: skip
    assert status == 0
    assert line_of(output, "output_error")[:7] == ["1", "0", "1", "0", "1", "0", "1/1"]
    assert "no slope" not in output


def test_an_accepted_wrong_answer_is_reported(run):
    status, output = run({"sly": ("output_error", RIGHT, "wrong", "slips through", None)})
    assert status == 1
    assert line_of(output, "output_error")[:4] == ["0", "0", "0", "1"]
    assert "wrong answers accepted: 1\noutput_error sly\n  truth: slips through" in output


def test_a_refused_right_answer_is_reported(run):
    status, output = run({"hurt": ("output_error", NO_SLOPE, "right", "no fault", None)})
    assert status == 1
    assert line_of(output, "output_error")[:2] == ["0", "1"]
    assert "right answers refused: 1\noutput_error hurt" in output


def test_verbose_shows_what_a_wrong_answer_is_told(run):
    cases = {"bad": ("output_error", NO_SLOPE, "wrong", "no slope", ["missing-output-slope"])}
    _, output = run(cases, "--verbose")
    assert "  expected: missing-output-slope\n  received: missing-output-slope\n" in output
    assert "slope" in output.partition("received:")[2].partition("\n")[2]


def test_a_verdict_that_varies_with_the_seed_is_reported(run):
    cases = {"moody": ("output_error", SOMETIMES, "wrong", "doubles at times", None)}
    status, output = run(cases, "--seeds", "2")
    assert status == 1
    assert "verdicts that vary over 2 seeds: 1\noutput_error moody" in output


def test_an_answer_that_ends_its_process_does_not_stop_the_others(run):
    status, output = run(
        {
            "ends": ("output_error", ENDS, "wrong", "leaves", None),
            "good": ("output_error", RIGHT, "right", "right", None),
        }
    )
    assert status == 1
    assert "checks not finished: 1\noutput_error ends: the process of the check ended" in output
    assert line_of(output, "output_error")[0] == "1"


def test_an_answer_that_does_not_compile_is_refused(run):
    status, output = run({"typo": ("output_error", "def output_error(:", "wrong", "typo", None)})
    assert status == 0
    assert line_of(output, "output_error")[:4] == ["0", "0", "1", "0"]


def test_the_bank_is_a_source_too(capsys):
    assert main(["--bank", "--exercise", "coincidence"]) == 0
    assert line_of(capsys.readouterr().out, "coincidence")[1] == "0"
