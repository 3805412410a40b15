"""A picture that was drawn once is shown again, and nobody sees the picture of other numbers."""

import base64
import contextlib
import io
import json
import os
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import matplotlib
import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.figure import Figure

from backprop.datasets import xor
from backprop.figures import (
    backward_pass,
    cache,
    chain_rule,
    drawn_once,
    forward_pass,
    interactive,
    training,
)
from backprop.figures.__main__ import EXAMPLE

SOLUTIONS = Path(__file__).parents[3] / "solutions"
X, Y = xor()
x, y = np.array([[1.0], [0.5]]), np.array([[1.0]])
GRID = np.linspace(0.1, 0.8, 3721)[None]
STEPS = np.arange(200)


@pytest.fixture(autouse=True)
def empty_memo(monkeypatch):
    monkeypatch.setattr(cache, "_kept", OrderedDict())
    monkeypatch.setattr(cache, "_brought", {})


@pytest.fixture
def drawn(monkeypatch):
    """Count the pictures that are drawn, and save the time of drawing them."""
    descriptions = []
    monkeypatch.setattr(
        cache, "picture_of", lambda figure, words: descriptions.append(words) or words.encode()
    )
    return descriptions


def shown(figure_function, *args, **kwargs):
    """Return all that a figure function displays."""
    InteractiveShell.instance()
    with capture_output() as captured:
        assert figure_function(*args, **kwargs) is None
    return [(output.data, output.metadata) for output in captured.outputs]


def words(figure_function, *args, **kwargs):
    _, (described, _) = shown(figure_function, *args, **kwargs)
    return described["text/plain"]


def parabola(w):
    return (w - 3) ** 2 / 2


CALLS = {
    "chain without numbers": (chain_rule.chain,),
    "chain": (chain_rule.chain, {"x": 1.5, "y": 1.0, "w1": 0.8, "a1": 0.731}, {"dz1_dw1": 1.5}),
    "loss curve": (chain_rule.loss_curve, parabola, 0.8, -2.2),
    "one entry": (
        chain_rule.one_entry,
        ("W", np.eye(2), "unit", "input"),
        ("A", np.ones((2, 3)), "input", "example"),
        ("N", np.ones((2, 3)), "unit", "example"),
        (0, 0),
        "row and column",
    ),
    "network": (forward_pass.network, EXAMPLE, X),
    "errors": (forward_pass.errors, [np.full((1, 4), 0.4), Y / 3], Y, ["one", "two"]),
    "single units": (forward_pass.single_units, {0: 3, 4: 1}),
    "two sweeps": (backward_pass.two_sweeps,),
    "backward values": (backward_pass.backward_values, EXAMPLE, x, y),
    "paths back": (backward_pass.paths_back, (1.0, -2.0), (-0.15, -0.10), 0.622),
    "error against step": (backward_pass.error_against_step, EXAMPLE, x, y),
    "network to fill": (backward_pass.network_to_fill, EXAMPLE, x, y),
    "walks": (training.walks_on_a_slope, parabola, {0.1: [2.0, 2.1, 2.19], 0.5: [2.0, 2.5, 2.75]}),
    "gradients": (training.gradients_on_the_network, EXAMPLE, EXAMPLE),
    "loss curves": (training.loss_curves, {"rate 1": 0.7 * 0.9**STEPS, "rate 2": [0.7, 0.1]}),
    "decisions": (training.decisions, {"after 0 steps": GRID, "after 9": 1 - GRID}, X, Y),
    "final losses": (training.final_losses_in_order, [0.001, 0.25, 0.252, 0.333]),
    "hidden weights": (training.hidden_weights, X.T, 1 + 2 * X.T, [0.001, 0.25, 0.252, 0.333]),
    "close look": (training.close_look, STEPS, 0.25 + 0.95**STEPS, 100, 0.25),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


def refuse(self, *args, **kwargs):
    """Stand in the place of `Figure.__init__`."""
    raise AssertionError("the same picture was drawn again")


# ---- the same picture ----------------------------------------------------------------


@every_call
def test_the_same_picture_is_shown_again_without_building_a_figure(call, drawn, monkeypatch):
    first = shown(*call)
    monkeypatch.setattr(Figure, "__init__", refuse)
    assert shown(*call) == first
    (picture, metadata), (described, _) = first
    assert base64.b64decode(picture["image/png"]).decode() == drawn[0]
    assert metadata["image/png"]["alt"] == described["text/plain"]


@pytest.mark.parametrize(
    "lesson",
    [
        "01_chain_rule/chain_rule.ipynb",
        pytest.param("02_forward_pass/forward_pass.ipynb", marks=pytest.mark.long),
        pytest.param("03_backward_pass/backward_pass.ipynb", marks=pytest.mark.long),
    ],
)
def test_a_lesson_that_runs_a_second_time_draws_nothing(lesson, drawn):
    cells = nbformat.read(SOLUTIONS / lesson, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]

    def run():
        before, names = len(drawn), {}
        with contextlib.redirect_stdout(io.StringIO()), np.printoptions():
            for source in code:
                exec(source, names)
        return len(drawn) - before

    assert run() >= 9
    assert run() == 0


def test_a_figure_function_keeps_its_name_and_its_help():
    assert chain_rule.chain.__name__ == "chain"
    assert backward_pass.two_sweeps.__name__ == "two_sweeps"
    assert backward_pass.two_sweeps.__doc__.startswith("Show the arrays")


# ---- other numbers -------------------------------------------------------------------

W1_MOVED = EXAMPLE._replace(W1=EXAMPLE.W1 + np.array([[0, 0], [0.1, 0]]))
OTHERS = {
    "a value": (chain_rule.chain, [{"a1": 0.7311}], [{"a1": 0.7312}]),
    "a name": (chain_rule.chain, [{"a1": 0.5}], [{"a2": 0.5}]),
    "a weight": (backward_pass.forward_values, [EXAMPLE, x, y], [W1_MOVED, x, y]),
    "an input": (backward_pass.forward_values, [EXAMPLE, x, y], [EXAMPLE, 2 * x, y]),
    "a target": (backward_pass.forward_values, [EXAMPLE, x, y], [EXAMPLE, x, 0 * y]),
    "a sign of zero": (forward_pass.bias_shapes, [np.array([0.0, 1])], [np.array([-0.0, 1])]),
    "a size": (forward_pass.network, [EXAMPLE, X], [EXAMPLE, X[:, :1]]),
    "an order": (
        training.loss_curves,
        [{"one": [0.7, 0.1], "two": [0.7, 0.3]}],
        [{"two": [0.7, 0.3], "one": [0.7, 0.1]}],
    ),
    "a label": (training.loss_curves, [{"one": [0.7, 0.1]}], [{"two": [0.7, 0.1]}]),
    "a loss": (training.loss_curves, [{"one": [0.7, 0.1]}], [{"one": [0.7, 0.101]}]),
    "a number of steps": (training.loss_curves, [{"one": [0.7, 0.1]}], [{"one": [0.7, 0.3, 0.1]}]),
}  # fmt: skip


@pytest.mark.parametrize("function, one, other", OTHERS.values(), ids=OTHERS)
def test_other_arguments_are_drawn_and_told_anew(function, one, other, drawn):
    assert words(function, *one) != words(function, *other)
    assert len(drawn) == 2


def test_a_curve_that_is_told_in_the_same_words_is_drawn_anew(drawn):
    one = words(training.loss_curves, {"rate 1": [0.7, 0.5, 0.1]})
    assert words(training.loss_curves, {"rate 1": [0.7, 0.500001, 0.1]}) == one
    assert len(drawn) == 2


def moved(value, by):
    """Return an argument with the floats in it raised by a share of themselves."""
    if isinstance(value, float):
        return value * (1 + by)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * (1 + by * np.resize([1, 0.5], value.shape))
    if isinstance(value, dict):
        return {name: moved(one, by) for name, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(moved(one, by) for one in value))
    return type(value)(moved(one, by) for one in value) if isinstance(value, list) else value


@pytest.mark.parametrize(
    "name", ["chain", "errors", "gradients", "loss curves", "decisions", "final losses",
             "hidden weights", "close look"],
)  # fmt: skip
def test_answers_that_differ_by_rounding_share_a_picture(name, drawn):
    function, *args = CALLS[name]

    def raised(by):  # all but the level of the close look, below which nothing is drawn
        return [arg if isinstance(arg, float) else moved(arg, by) for arg in args]

    first = shown(function, *args)
    assert shown(function, *raised(1e-13)) == first
    assert len(drawn) == 1
    shown(function, *raised(1e-3))
    assert len(drawn) == 2


@pytest.mark.parametrize(
    "function, given, told",
    [
        (chain_rule.chain, lambda value: [{"a1": value / 10}], "a1 = 0.0{}."),
        (training.loss_curves, lambda value: [{"rate 1": [0.7, value]}], "from 0.700 to 0.{} in"),
        (
            training.gradients_on_the_network,
            lambda value: [EXAMPLE, EXAMPLE._replace(b2=np.array([[value]]))],
            "with slope +0.{}.",
        ),
    ],
)
def test_each_reads_the_own_number_where_rounding_tips_the_last_digit(function, given, told, drawn):
    assert told.format(123) in words(function, *given(0.1235 - 1e-13))
    assert told.format(124) in words(function, *given(0.1235 + 1e-13))


def test_a_number_that_is_cancelled_to_nothing_is_not_shown_for_nothing(drawn):
    inputs, weights = (1.0, 1.0), (0.1 + 0.2, -0.3)
    assert "gives net 5.5" in words(forward_pass.one_unit, inputs, weights, 0.0)
    assert "gives net 0." in words(forward_pass.one_unit, inputs, (0.3, -0.3), 0.0)


@pytest.mark.parametrize(
    "one, other",
    [
        (0, False),
        (1, 1.0),
        (1, "1"),
        (0.0, -0.0),
        (0.1 + 0.2, 0.3),
        (0.1, np.float32(0.1)),
        (0.1, np.float64(0.1)),
        (0, np.int64(0)),
        (None, "None"),
        ([], ()),
        ([[1], 2], [1, [2]]),
        ({1: "a"}, {True: "a"}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (tuple(EXAMPLE), EXAMPLE),
        (1.0, np.array(1.0)),
        (np.zeros(2), [0.0, 0.0]),
        (np.zeros(2), np.zeros(2, int)),
        (np.zeros((2, 1)), np.zeros((1, 2))),
        (np.array([0.0, 1.0]), np.array([-0.0, 1.0])),
        (np.array(["a", "b"]), np.array(["a", "c"])),
    ],
    ids=repr,
)
def test_no_argument_is_taken_for_another(one, other, drawn):
    @drawn_once
    def written(value):
        return None, f"it is {value!r}"

    for _ in range(2):
        for value in (one, other, [one], [other], {"a": one}, {"a": other}):
            assert words(written, value) == f"it is {value!r}"
    assert len(drawn) == 6


def test_all_that_a_drawing_uses_of_the_function_around_it_is_looked_at(drawn):
    def show(heights, title, said="a curve"):
        cache.show_alike(lambda: Figure(label=f"{title} {heights.sum():.0f}"), said)

    def drawings_of(*calls):
        before = len(drawn)
        for call in calls:
            shown(show, *call)
        return len(drawn) - before

    heights = np.linspace(0, 1, 9)
    assert drawings_of((heights, "one"), (heights, "one"), (heights * (1 + 1e-13), "one")) == 1
    assert drawings_of((heights * 1.001, "one")) == 1
    assert drawings_of((heights[1:], "one"), (heights, "two"), (heights, "two", "another")) == 3
    assert drawings_of(*[(heights, {"a set"})] * 2) == 2


# ---- what cannot be kept -------------------------------------------------------------


class Percent(float):
    def __format__(self, form):
        return f"{float(self):.0%}"


@pytest.mark.parametrize(
    "unknown",
    [{1, 2}, Percent(0.5), np.array([1, None]), np.ma.masked_array([1.0, 2], [True, False]),
     OrderedDict(a=1), print, object(), 1j, [{"deep": {1}}]],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_arguments_of_an_unknown_kind_are_drawn_every_time(unknown, drawn):
    @drawn_once
    def written(value, *, also=None):
        return None, "a picture"

    for _ in range(2):
        words(written, unknown)
        words(written, 1, also=unknown)
    assert len(drawn) == 4


def test_a_number_that_prints_itself_in_its_own_way_does_so(drawn):
    rates = {"w": 0.8, "z": 1.0}
    assert "w = 0.8000" in words(chain_rule.rates_in_a_row, rates, [1.5])
    assert "z = 1.0000" in words(chain_rule.rates_in_a_row, rates | {"w": Percent(0.8)}, [1.5])
    assert len(drawn) == 2


def test_only_so_many_pictures_are_kept_and_those_shown_last(drawn, monkeypatch):
    monkeypatch.setattr(cache, "LIMIT", 3)

    @drawn_once
    def written(number):
        return None, f"number {number}"

    for number in (1, 2, 3, 1, 4, 1, 3, 4):  # 2 was shown longest ago when 4 came
        assert words(written, number) == f"number {number}"
    assert drawn == ["number 1", "number 2", "number 3", "number 4"]
    assert len(cache._kept) == 3
    words(written, 2)
    assert len(drawn) == 5


def test_other_settings_of_matplotlib_draw_other_pictures():
    def picture():
        (shown_first, _), _ = shown(backward_pass.paths_back, (1.0, -2.0), (-0.15, -0.1), 0.622)
        return shown_first["image/png"]

    usual = picture()
    with matplotlib.rc_context({"font.family": "monospace"}):
        assert picture() != usual
    assert picture() == usual


def test_a_setting_that_is_changed_in_place_counts(drawn):
    shown(backward_pass.two_sweeps)
    matplotlib.rcParams["font.family"].insert(0, "monospace")
    try:
        shown(backward_pass.two_sweeps)
    finally:
        matplotlib.rcParams["font.family"].remove("monospace")
    assert len(drawn) == 2


def test_another_backend_shows_the_same_pictures(drawn):
    shown(backward_pass.two_sweeps)
    with matplotlib.rc_context({"backend": "svg", "interactive": True}):
        shown(backward_pass.two_sweeps)
    assert len(drawn) == 1


# ---- pictures of another process -----------------------------------------------------

ANOTHER_PROCESS = """
import sys, json, base64
sys.path[:0] = json.loads(sys.argv[1])
import numpy as np
from test_figures import CALLS, shown
from backprop.figures import cache
shown(*CALLS[sys.argv[2]])
pictures = {n: [base64.b64encode(p).decode(), d] for n, (p, d) in cache.drawn().items()}
print(json.dumps(pictures))
"""


def drawn_by_another_process(name):
    """What `cache.drawn` returns in a fresh process that has shown one picture."""
    # Another seed for the hashes of texts, on which the names must not depend.
    command = [sys.executable, "-c", ANOTHER_PROCESS, json.dumps(sys.path), name]
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    pictures = json.loads(said.stdout)
    return {name: (base64.b64decode(data), words) for name, (data, words) in pictures.items()}


@pytest.mark.parametrize("name", ["backward values", pytest.param("walks", marks=pytest.mark.long)])
def test_a_picture_that_another_process_drew_is_shown_without_being_drawn(name, monkeypatch):
    usual = shown(*CALLS[name])
    cache._kept.clear()
    cache.bring(drawn_by_another_process(name))
    monkeypatch.setattr(Figure, "__init__", refuse)
    assert shown(*CALLS[name]) == usual


def test_what_was_brought_is_not_shown_for_anything_else(drawn):
    shown(backward_pass.paths_back, (1.0, -2.0), (-0.15, -0.1), 0.622)
    cache.bring({name: (b"another", "picture") for name in cache.drawn()})
    cache._kept.clear()
    shown(backward_pass.paths_back, (1.0, -2.0), (-0.15, -0.1), 0.622)
    assert len(drawn) == 1
    shown(backward_pass.paths_back, (1.0, -2.0), (-0.15, -0.1), 0.623)
    with matplotlib.rc_context({"font.family": "monospace"}):
        shown(backward_pass.paths_back, (1.0, -2.0), (-0.15, -0.1), 0.622)
    assert len(drawn) == 3


def test_the_still_of_a_figure_that_moves_is_drawn_once_and_can_be_brought(monkeypatch):
    usual = shown(interactive.flow, EXAMPLE, x, y)
    pictures = cache.drawn()
    monkeypatch.setattr(Figure, "__init__", refuse)
    assert shown(interactive.flow, EXAMPLE, x, y) == usual
    cache._kept.clear()
    cache.bring(pictures)
    assert shown(interactive.flow, EXAMPLE, x, y) == usual


# ---- functions as arguments ----------------------------------------------------------

WITH_A_FUNCTION = [
    (chain_rule.loss_curve, parabola, lambda f: (f, 0.8, -2.2)),
    (training.walks_on_a_slope, parabola, lambda f: (f, {0.1: [2.0, 2.1, 2.19]})),
]


@pytest.mark.parametrize("figure_function, function, given", WITH_A_FUNCTION)
def test_a_function_is_called_every_time_though_the_picture_is_kept(
    figure_function, function, given, drawn
):
    calls = []

    def counted(*args):
        calls.append(args)
        return function(*args)

    shown(figure_function, *given(counted))
    once = len(calls)
    shown(figure_function, *given(counted))
    assert len(calls) == 2 * once > 0
    assert len(drawn) == 1


@pytest.mark.parametrize("figure_function, function, given", WITH_A_FUNCTION)
def test_a_function_that_returns_other_numbers_draws_another_picture(
    figure_function, function, given, drawn
):
    factor = 1.0

    def changing(*args):
        value = function(*args)
        return factor * value

    shown(figure_function, *given(changing))
    factor = 2.0
    shown(figure_function, *given(changing))
    assert len(drawn) == 2


@pytest.mark.parametrize("figure_function, function, given", WITH_A_FUNCTION)
def test_another_function_with_the_same_numbers_up_to_rounding_shares_the_picture(
    figure_function, function, given, drawn
):
    def other(*args):
        value = function(*args)
        return (value / 3) * 3

    first = shown(figure_function, *given(function))
    assert shown(figure_function, *given(other)) == first
    assert len(drawn) == 1


# ---- errors --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function, good, bad",
    [
        (backward_pass.paths_back, [(1.0, 2.0), (0.1, 0.2), 0.5], [(1.0,), (0.1, 0.2), 0.5]),
        (backward_pass.forward_values, [EXAMPLE, x, y], [EXAMPLE, X, Y]),
        (forward_pass.network, [EXAMPLE, X], [EXAMPLE, np.ones((2, 5))]),
        (training.close_look, [STEPS, 1 + STEPS, 9, 0.5], [STEPS, 1 + STEPS, 9, 1.0]),
        (training.close_look, [STEPS, 1 + 1e-12 + STEPS, 9, 1.0], [STEPS, 1 + STEPS, 9, 1.0]),
        (training.loss_curves, [{"one": [0.7]}], [{}]),
    ],
)
def test_an_error_is_raised_every_time_also_beside_a_picture_that_is_kept(
    function, good, bad, drawn
):
    shown(function, *good)
    for _ in range(2):
        with pytest.raises(ValueError):
            function(*bad)
    assert len(drawn) == 1


def test_a_picture_that_fails_is_not_kept(drawn):
    fails = True

    @drawn_once
    def written(number):
        if fails:
            raise RuntimeError("out of ink")
        return None, f"number {number}"

    with pytest.raises(RuntimeError, match="out of ink"):
        written(1)
    fails = False
    assert words(written, 1) == "number 1"


def test_a_picture_without_words_is_refused():
    @drawn_once
    def silent():
        return Figure(), " "

    with pytest.raises(ValueError, match="needs a description"):
        silent()
