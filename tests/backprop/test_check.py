import answers
import pytest
from bank import right_answer

import backprop
from backprop import check, evaluate, or_stand_in
from backprop.checking import expect_answers
from backprop.exercises import MarkedByPerson
from backprop_judge import EXERCISES
from backprop_judge.exercise import under_judgement


def test_check_shows_the_report_and_returns_plain_points(capsys):
    points = check("two_paths", answers.two_paths)
    assert type(points) is float and points == 1.0
    assert capsys.readouterr().out == "two_paths: right, 1 of 1 point\n"


def test_check_never_raises(capsys):
    assert check("no_such_exercise", None) == 0.0
    assert "the exercises are: sigmoid_slope" in capsys.readouterr().out
    assert check("derivation", None) == 0.0
    assert "marked by a person" in capsys.readouterr().out


def test_evaluate_refuses_what_cannot_be_evaluated():
    with pytest.raises(KeyError, match="the exercises are"):
        evaluate("no_such_exercise", None)
    with pytest.raises(MarkedByPerson):
        evaluate("derivation", None)


def test_the_same_answer_is_told_the_same_thing_twice():
    wrong = lambda *given: tuple(-d for d in answers.backward_propagation(*given))  # noqa: E731
    assert evaluate("backward_propagation", wrong) == evaluate("backward_propagation", wrong)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 20))]
)
def test_a_right_answer_passes_with_any_seed(seed):
    for entry in EXERCISES.values():
        if not entry.manual and not entry.trial:
            assert evaluate(entry.id, right_answer(entry.id), seed=seed).passed, entry.id


def test_a_finished_function_is_used_as_it_is(capsys):
    assert or_stand_in("loss", answers.loss) is answers.loss
    assert capsys.readouterr().out == ""


def test_an_unfinished_function_is_replaced_and_the_reader_is_told(capsys):
    def loss(out_y, Y):
        raise NotImplementedError

    stand_in = or_stand_in("loss", loss)
    assert "loss is not finished" in capsys.readouterr().out
    assert stand_in(answers.np.ones((1, 2)), answers.np.zeros((1, 2))) == 1.0


def test_a_wrong_function_is_replaced_and_the_reader_is_told_why(capsys):
    stand_in = or_stand_in("loss", lambda out_y, Y: nowhere(out_y))  # noqa: F821
    said = capsys.readouterr().out
    assert "loss is not right yet (your code raised NameError" in said
    assert or_stand_in("loss", stand_in) is stand_in  # running the cell again changes nothing


def test_an_answer_whose_cell_did_not_run_is_a_to_do_and_no_error():
    mine = object()
    namespace = {"loss": mine}
    expect_answers(namespace)
    assert namespace["loss"] is mine
    for entry in EXERCISES.values():
        if not entry.manual and entry.id != "loss":
            report = evaluate(entry.id, namespace[entry.id])
            assert report.to_do and report.score == 0
            assert f"there is no `{entry.id}` yet" in report.findings[0].message


def test_nothing_stays_under_judgement():
    evaluate("loss", lambda *given: exit())
    assert under_judgement == []


def test_what_the_notebooks_import_is_public():
    assert set(backprop.__all__) >= {"check", "evaluate", "or_stand_in", "Report", "Finding"}
