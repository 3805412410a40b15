"""A prediction is shown beside the outcome, whatever was typed, and whether they agree."""

import math

import numpy as np
import pytest

import backprop
from backprop.notebook import variables
from backprop.predictions import PREDICTED

WAYS = ("rises", "falls", "stays")


@pytest.fixture(autouse=True)
def nothing_predicted():
    variables().pop(PREDICTED, None)
    yield
    variables().pop(PREDICTED, None)


def said(capsys, *arguments, **named):
    backprop.compare_prediction(*arguments, **named)
    return capsys.readouterr().out.strip()


def test_a_right_and_a_wrong_prediction_are_told_apart(capsys):
    assert said(capsys, "one", "falls", "falls", among=WAYS).endswith("They agree.")
    text = said(capsys, "one", "rises", "falls", among=WAYS)
    assert text == "Your prediction: rises. Outcome: falls. They differ."


def test_capitals_and_spaces_do_not_matter(capsys):
    assert said(capsys, "one", " Falls ", "falls", among=WAYS).endswith("They agree.")


def test_without_a_prediction_the_outcome_is_shown(capsys):
    text = said(capsys, "one", None, "falls", among=WAYS)
    assert text == "No prediction was made. Outcome: falls."
    assert PREDICTED not in variables()


def test_a_made_prediction_is_counted_once_and_a_typo_is_not(capsys):
    said(capsys, "two", "fals", "falls", among=WAYS)
    assert not variables().get(PREDICTED)
    for _ in range(2):
        said(capsys, "one", "rises", "falls", among=WAYS)
    assert variables()[PREDICTED] == {"one"}


@pytest.mark.parametrize("typed", ["fals", 3, ["falls"], object(), np.arange(3), math.nan, True])
def test_what_is_none_of_the_options_is_said_with_the_options(capsys, typed):
    text = said(capsys, "one", typed, "falls", among=WAYS)
    assert 'It should be "rises", "falls" or "stays".' in text
    assert "agree" not in text


@pytest.mark.parametrize(("typed", "verdict"), [
    (0.2, "They agree."), ("0.25", "They agree."), (np.float64(0.3), "They agree."),
    (np.array([0.26]), "They agree."), (0.31, "They differ."), (1, "They differ."),
])  # fmt: skip
def test_a_number_agrees_within_its_distance(capsys, typed, verdict):
    assert said(capsys, "one", typed, 0.25, within=0.05).endswith(verdict)


class Unshowable:
    def __repr__(self):
        raise RuntimeError


@pytest.mark.parametrize("typed", [
    "much", [1, 2], np.arange(3), math.inf, True, 2j, Unshowable(), "x" * 9999, 10**400,
])  # fmt: skip
def test_what_is_no_number_is_said(capsys, typed):
    text = said(capsys, "one", typed, 0.25, within=0.05)
    assert "It should be one number." in text
    assert len(text) < 200


def test_html_is_escaped():
    from backprop.predictions import Comparison, PredictionCard

    card = PredictionCard(Comparison("", "<b>", "x", None, "It should be one number."))
    assert "<b>" not in card._repr_html_()


def rows(capsys, yours):
    backprop.compare_rows(yours, {"z": 1.0, "a": 0.7311, "C": 0.0362})
    return capsys.readouterr().out


def test_rows_are_compared_one_by_one(capsys):
    text = rows(capsys, {"z": 1.0, "a": 0.5, "C": None})
    assert "1 of 3 rows agree, 2 are filled in." in text
    assert "a: yours 0.5, outcome 0.7311: they differ" in text
    assert "C" not in text


def test_nothing_of_an_empty_row_is_told(capsys):
    assert rows(capsys, {"z": None, "a": None, "C": None}) == "No row is filled in yet.\n"


@pytest.mark.parametrize("yours", [None, 3, [1, 2, 3], {"q": 1, "z": "one"}, {"z": np.arange(3)}])
def test_odd_rows_are_said(capsys, yours):
    assert "should be" in rows(capsys, yours)
