"""Lesson 5: the programs are the published ones, and every number of the prose is computed."""

import functools
import re
from dataclasses import replace

import answers
import nbformat
import numpy as np
import pytest
from course import REPOSITORY

from backprop import evaluate, network, programs
from backprop.datasets import xor
from backprop.differentiate import gradient
from backprop.exercises import find
from backprop.figures import four_programs as pictures
from backprop.network import Parameters, draw_parameters, forward, half_squared_error
from backprop.programs import LOSSES, PROGRAMS
from backprop.sandbox.channel import InvalidMessage
from backprop.sandbox.messages import (
    packed_arguments,
    packed_reply,
    unpacked_arguments,
    unpacked_reply,
)
from backprop_judge.lessons.four_programs import exercises, slips

X, Y = xor()
NOTEBOOK_2 = PROGRAMS["notebook 2"]


@pytest.fixture(scope="module")
def notebook():
    path = REPOSITORY / "solutions" / "05_four_programs" / "four_programs.ipynb"
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def prose(notebook):
    """What the lesson says between its code cells, on one line."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return re.sub(r"\s+", " ", " ".join(cells))


@pytest.fixture(scope="module")
def printed(notebook):
    """What the code cells of the lesson print, one after the other."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    return "".join(output.text for output in outputs if output.output_type == "stream")


@pytest.fixture(scope="module")
def code(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


@pytest.fixture(scope="module")
def valley():
    """The second notebook run on to two million steps."""
    at_10_000 = trained(NOTEBOOK_2)
    return programs.run_on(at_10_000, X, Y, NOTEBOOK_2.rate, 10_000, 2_000_000)


@functools.cache
def trained(program):
    """Return the parameters of a program after its own steps."""
    return programs.train(program)


def outputs_of(program):
    return forward(trained(program), programs.examples(program)[0]).out_y[0]


# The programs print what the texts print


def test_notebook_1_ends_with_the_published_weights_to_every_digit():
    begin = programs.start(PROGRAMS["notebook 1"])
    assert np.array_equal(
        np.round(begin.W1, 8), [[0.4359949, 0.02592623], [0.54966248, 0.43532239]]
    )
    assert np.array_equal(np.round(begin.W2, 8), [[0.4203678, 0.33033482]])
    end = trained(PROGRAMS["notebook 1"])
    assert np.array_equal(np.round(end.W1, 8), [[0.89217306, 0.89217096], [8.17932504, 8.17746632]])
    assert np.array_equal(np.round(end.W2, 8), [[-42.30248196, 33.38806983]])
    assert not end.b1.any() and not end.b2.any()
    assert np.array_equal(forward(end, X).out_y >= 0.5, Y == 1)


def test_notebook_2_ends_with_the_published_outputs(printed):
    assert np.array_equal(np.round(outputs_of(NOTEBOOK_2), 3), [0.03, 0.498, 0.971, 0.501])
    assert "text: 0.03 0.498 0.971 0.501\nours: 0.03 0.498 0.971 0.501\n" in printed


@pytest.mark.parametrize("name", ["thread 1", "thread 2", "thread 3"])
def test_the_thread_has_labelled_nothing_after_its_one_step(name):
    assert PROGRAMS[name].steps == 1
    assert np.all(outputs_of(PROGRAMS[name]) < 0.5)


def test_the_threads_last_version_learns_xor_in_a_hundred_thousand_of_its_steps():
    # Ten of its steps at a time: where the path is smooth they lead to the same place.
    end = programs.train(PROGRAMS["thread 3"], rate=0.1, steps=10_000)
    np.testing.assert_allclose(forward(end, X).out_y[0], [0.003, 0.998, 0.998, 0.002], atol=6e-4)


def test_the_chapter_converges():
    program = PROGRAMS["chapter"]
    assert programs.start(program).W1.shape == (4, 3)
    np.testing.assert_allclose(outputs_of(program), [0.03, 0.93, 0.93, 0.08], atol=0.02)


def test_the_texts_are_quoted_in_the_lesson(printed):
    quoted = "0.89217306 0.89217096 8.17932504 8.17746632 | -42.30248196 33.38806983"
    assert f"text: {quoted}\nours: {quoted}\nlabels: [0 1 1 0]\n" in printed
    for version in (1, 2, 3):
        assert f"version {version}: labels after one step [0 0 0 0]\n" in printed


# The loops of the lesson


@pytest.fixture(scope="module")
def cell(notebook):
    """The source of a cell of the lesson, by its id."""
    return {one.id: one.source for one in notebook.cells}.__getitem__


@pytest.fixture
def ran(cell):
    """A function that runs some cells of the lesson, and returns their variables."""

    def run(*ids):
        here = {"backward_propagation": answers.backward_propagation, "prediction": None}
        for id in ("four-programs-02", *ids):
            exec(cell(id), here)
        return here

    return run


def test_the_loops_train_as_the_programs_do(cell, ran):
    # Some hundred steps: with all of its steps, each loop prints what the text prints.
    for name in ("notebook 1", "notebook 2", "chapter"):
        here, steps = ran(), f"range({PROGRAMS[name].steps:_})"
        loop = cell(f"loop-{name.replace(' ', '-')}")
        assert loop.count(steps) == 1
        exec(loop.replace(steps, "range(300)"), here)
        ours = (
            here["network"]
            if name == "notebook 2"
            else Parameters(*(here[array] for array in Parameters._fields))
        )
        for array, wanted in zip(ours, programs.train(PROGRAMS[name], steps=300)):
            np.testing.assert_allclose(array, wanted, rtol=1e-7, atol=1e-12, err_msg=name)


def test_the_versions_of_the_thread_make_the_step_of_the_programs(cell, ran):
    here, after = ran(), {}
    here["kept"] = after
    loop = cell("loop-thread").replace("    labels =", "    kept[version] = after\n    labels =")
    exec(loop, here)
    for version in (1, 2, 3):
        for array, wanted in zip(after[version], programs.train(PROGRAMS[f"thread {version}"])):
            np.testing.assert_allclose(array, wanted, rtol=1e-12)


def test_a_loop_is_about_ten_lines_and_none_holds_a_backward_pass(cell, code):
    loops = [cell(f"loop-{name}") for name in ("notebook-1", "notebook-2", "thread", "chapter")]
    for loop in loops:
        retold = loop.split("\n\n")[0]
        assert retold.count("\n") < 15
        assert "the line that differs" in retold
    lines = re.sub("### BEGIN SOLUTION.*?### END SOLUTION", "", code, flags=re.DOTALL)
    assert not re.search(r"W2\.T\s*@|@\s*out_h\.T|@\s*X\.T|\(1 - [\w.]*out", lines)


@pytest.mark.parametrize("loss", LOSSES)
def test_an_error_is_carried_back_to_the_gradient_of_its_loss(loss):
    def of_net(net):
        return LOSSES[loss](network.sigmoid(net), Y_LARGE)

    (delta_y,) = gradient(of_net, forward(LARGE, X_LARGE).net_y)
    for array, wanted in zip(programs.carry_back(delta_y, LARGE, X_LARGE), slopes_of(LOSSES[loss])):
        np.testing.assert_allclose(array, wanted, rtol=1e-9, atol=1e-12)


# The backward passes

LARGE = draw_parameters(np.random.default_rng(0), 3, 5, 2)
RNG = np.random.default_rng(1)
X_LARGE, Y_LARGE = RNG.standard_normal((3, 7)), RNG.uniform(0.05, 0.95, size=(2, 7))


def slopes_of(loss, parameters=LARGE):
    return gradient(lambda *moved: loss(forward(moved, X_LARGE).out_y, Y_LARGE), *parameters)


def agrees(program, loss):
    followed = programs.backward(program, LARGE, X_LARGE, Y_LARGE)
    slopes = Parameters(*slopes_of(loss))
    return all(
        np.allclose(getattr(followed, name), getattr(slopes, name), rtol=1e-9, atol=1e-12)
        for name in program.trained
    )


def test_each_backward_pass_is_the_gradient_of_what_the_model_answer_says():
    for name, loss in answers.which_loss().items():
        agreeing = [one for one, value in LOSSES.items() if agrees(PROGRAMS[name], value)]
        assert agreeing == ([] if loss == "none" else [loss]), name


def test_the_threads_versions_hold_the_slope_of_the_output_where_the_thread_does():
    """By the lines of the thread, written out, with the first version mended so that it runs."""
    values = forward(LARGE, X_LARGE)
    error = values.out_y - Y_LARGE
    sloped = error * values.out_y * (1 - values.out_y)
    below = (LARGE.W2.T @ error) * values.out_h * (1 - values.out_h)
    total = {"error": error, "sloped": sloped}
    for name, dW2, db2 in (
        ("thread 1", "sloped", "sloped"), ("thread 2", "error", "sloped"),
        ("thread 3", "error", "error"),
    ):  # fmt: skip
        found = programs.backward(PROGRAMS[name], LARGE, X_LARGE, Y_LARGE)
        np.testing.assert_allclose(found.W2, total[dW2] @ values.out_h.T)
        np.testing.assert_allclose(found.b2, total[db2].sum(axis=1, keepdims=True))
        np.testing.assert_allclose(found.W1, below @ X_LARGE.T)
        np.testing.assert_allclose(found.b1, below.sum(axis=1, keepdims=True))


def test_many_networks_side_by_side_move_as_each_does_alone():
    for name, program in PROGRAMS.items():
        several = programs.start(program, 3)
        together = programs.train(program, several, rate=0.5, steps=20)
        for place in range(3):
            one = Parameters(*(array[place] for array in several))
            alone = programs.train(program, one, rate=0.5, steps=20)
            for side, by_itself in zip(together, alone):
                np.testing.assert_allclose(side[place], by_itself, rtol=1e-10, err_msg=name)


def test_many_gives_the_loss_at_the_end_of_each_start():
    ends = programs.many(NOTEBOOK_2, 5, steps=250, rate=0.8, solved=0)
    trained = programs.train(NOTEBOOK_2, programs.start(NOTEBOOK_2, 5), rate=0.8, steps=250)
    np.testing.assert_allclose(ends, half_squared_error(forward(trained, X).out_y, Y), rtol=1e-9)


def test_a_network_that_has_solved_xor_is_trained_no_further():
    begin = programs.start(NOTEBOOK_2, 20)
    losses = half_squared_error(forward(begin, X).out_y, Y)
    level = float(np.median(losses))
    ends = programs.many(NOTEBOOK_2, 20, steps=50, rate=0.8, solved=level)
    assert np.array_equal(ends[losses <= level], losses[losses <= level])
    assert np.all(ends[losses > level] != losses[losses > level])


def test_a_training_is_observed_from_its_start_to_its_end():
    seen = {}
    end = programs.train(NOTEBOOK_2, steps=3, rate=0.5, observe=seen.__setitem__)
    assert list(seen) == [0, 1, 2, 3]
    for array, first, last, own, final in zip(
        programs.start(NOTEBOOK_2), seen[0], seen[3], end, seen[2]
    ):
        assert np.array_equal(array, first) and np.array_equal(last, own)
        assert not np.array_equal(final, own)
    walk = programs.path(NOTEBOOK_2, [0, 2, 3], rate=0.5)
    assert np.array_equal(walk.W1, [seen[0].W1, seen[2].W1, seen[3].W1])


def test_a_vector_becomes_the_arrays_that_it_was_made_of():
    for program, size in ((NOTEBOOK_2, 9), (PROGRAMS["notebook 1"], 6)):
        begin = programs.start(program)
        vector = np.arange(1.0, size + 1)
        arrays = programs.unflat(program, vector, begin)
        assert np.array_equal(arrays.W1, [[1, 2], [3, 4]])
        assert np.array_equal(programs.flat(program, arrays), vector)
        assert [one.shape for one in arrays] == [one.shape for one in begin]


def test_a_program_follows_its_backward_pass():
    for program in PROGRAMS.values():
        begin = programs.start(program)
        followed = programs.backward(program, begin, *programs.examples(program))
        field = programs.field_of(program)(programs.flat(program, begin))
        np.testing.assert_allclose(field, programs.flat(program, followed))


def test_a_row_of_a_jacobian_belongs_to_a_component_of_the_field():
    program = PROGRAMS["thread 1"]
    follow, point = programs.field_of(program), np.linspace(-1, 1, 9)
    moved = point + 1e-6 * np.eye(9)[8]
    column = (follow(moved) - follow(point)) / 1e-6
    np.testing.assert_allclose(programs.jacobian(program, point)[:, 8], column, atol=1e-5)


def test_rows_with_biases_give_other_outputs_than_without():
    rows = np.array([[1.0, 2.0]])
    W1, W2 = np.array([[1.0], [0.5]]), np.array([[2.0]])
    hidden = 1 / (1 + np.exp(-(2.0 + 3.0)))
    with_biases = programs.outputs_in_rows(rows, W1, np.array([[3.0]]), W2, np.array([[-1.0]]))
    np.testing.assert_allclose(with_biases, [[1 / (1 + np.exp(-(2 * hidden - 1)))]])


def test_a_program_without_biases_has_none():
    followed = programs.backward(PROGRAMS["chapter"], LARGE, X_LARGE, Y_LARGE)
    assert not followed.b1.any() and not followed.b2.any()
    assert programs.field_of(PROGRAMS["chapter"])(np.zeros(16)).shape == (16,)


def test_the_own_function_is_half_a_gradient_of_the_summed_squares(printed, prose):
    assert "half squared error      0.0000\nsummed squares          0.5000\n" in printed
    assert (
        "mean cross-entropy      0.1492\n" in printed
        and "A distance of 15 % is no agreement" in prose
    )
    assert "twice the length, so the distance is one half" in prose


def test_every_loss_but_the_right_one_is_refused():
    for name, right in answers.which_loss().items():
        for claim in exercises.CLAIMS:
            message = exercises._judge_claims({name: claim}).get(name, "")
            assert (message == "") == (claim == right), (name, claim)


def test_the_losses_are_what_the_formulas_say():
    out_y, targets = np.array([[0.9, 0.2], [0.4, 0.6]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    squares = 0.1**2 + 0.2**2 + 0.4**2 + 0.4**2
    entropy = -np.log([0.9, 0.8, 0.6, 0.6]).sum()
    assert {name: float(loss(out_y, targets)) for name, loss in LOSSES.items()} == pytest.approx(
        {
            "half squared error": squares / 2,
            "summed squares": squares,
            "mean cross-entropy": entropy / 2,
            "summed cross-entropy": entropy,
        }
    )


def test_a_wrong_claim_is_told_what_was_measured_and_not_what_is_right():
    wrong = answers.which_loss() | {"notebook 2": "half squared error", "chapter": "none"}
    report = evaluate("which_loss", lambda: wrong)
    assert report.earned == 2
    messages = {finding.where: finding.message for finding in report.findings}
    assert "from that gradient is 100%" in messages["notebook 2"]
    assert "summed squares" not in messages["notebook 2"]
    assert "with the gradient of one of the four" in messages["chapter"]
    assert "half" not in messages["chapter"]


def test_a_text_survives_the_way_out_of_the_sandbox():
    from backprop.calling import call

    sent = packed_reply(call(lambda: {"chapter": "none", "sizes": (1, 2)}, (), ()))
    reply = unpacked_reply(sent, ())
    assert reply.values["chapter"].text == "none"
    assert reply.values["sizes"].tolist() == [1, 2]


# is_a_gradient


def asymmetry(J):
    return np.max(np.abs(J - J.T)) / np.max(np.abs(J))


def test_the_thread_is_the_gradient_of_nothing_by_78_percent(printed, prose):
    program = PROGRAMS["thread 1"]
    point = programs.flat(program, draw_parameters(np.random.default_rng(0), 2, 2, 1))
    measured = answers.is_a_gradient(programs.field_of(program), point)
    assert f"{measured:.0%}" == "78%"
    assert measured == pytest.approx(asymmetry(programs.jacobian(program, point)), rel=1e-6)
    assert (
        "thread 1 on a random network: 78%" in printed and "On a random network it is 78 %" in prose
    )


def test_only_the_first_two_versions_are_no_gradients(printed):
    for name, program in PROGRAMS.items():
        point = programs.flat(program, programs.start(program))
        measured = asymmetry(programs.jacobian(program, point))
        assert f"{name:12}{measured:9.4f}" in printed
        assert (measured > 0.3) == (answers.which_loss()[name] == "none")


def test_the_two_small_jacobians_are_those_of_the_prose():
    right = answers.is_a_gradient(
        lambda v: np.array([2 * v[0] * v[1], v[0] ** 2]), np.array([1.0, 2.0])
    )
    slip = answers.is_a_gradient(
        lambda v: np.array([2 * v[0] * v[1], 2 * v[0] ** 2]), np.array([1.0, 2.0])
    )
    assert right == pytest.approx(0, abs=1e-8) and slip == pytest.approx(0.5)


def test_the_hidden_fields_are_gradients_and_not():
    truths = [find("is_a_gradient")(*case) for case in exercises._fields(np.random.default_rng(0))]
    assert truths[1] == 0 and truths[3] == pytest.approx(2)
    assert truths[0] > 0.1 and 1e-3 < truths[2] < 0.5


def test_a_field_takes_real_numbers_only_and_survives_the_way_into_the_sandbox():
    field, point = next(exercises._fields(np.random.default_rng(0)))
    again, None_, _ = unpacked_arguments(packed_arguments([field, None, point]))
    assert None_ is None
    assert np.array_equal(again(point), field(point))
    with pytest.raises(TypeError, match="real numbers only"):
        field(point + 0j)
    for odd in ({"field": 3}, {"field": [1.0]}):
        with pytest.raises(InvalidMessage):
            unpacked_arguments([odd])


def test_the_stand_in_works_on_any_function_of_real_numbers():
    def field(v):
        assert v.dtype == float
        return np.array([v[0] * v[1], -v[0]])

    measured = find("is_a_gradient")(field, np.array([1.0, 2.0]))
    assert measured == pytest.approx(answers.is_a_gradient(field, np.array([1.0, 2.0])), abs=1e-7)


def test_the_field_of_the_thread_stays_below_a_right_angle_while_it_learns(shown, printed):
    program, moments = PROGRAMS["thread 1"], [1, 10, 100, 500, 2_000]
    walk = programs.path(
        program, moments, draw_parameters(np.random.default_rng(4), 2, 2, 1), rate=1.0
    )
    cosines = []
    for place in range(len(moments)):
        parameters = Parameters(*(array[place] for array in walk))
        v = programs.flat(program, programs.backward(program, parameters, X, Y))
        slopes = gradient(lambda *p: half_squared_error(forward(p, X).out_y, Y), *parameters)
        g = programs.flat(program, Parameters(*slopes))
        cosines.append(v @ g / np.linalg.norm(v) / np.linalg.norm(g))
    losses = half_squared_error(forward(walk, X).out_y, Y)
    assert min(cosines) > 0 and losses[-1] < 0.01
    pictures.alignment(moments, cosines, losses)
    assert f"to {np.degrees(np.arccos(min(cosines))):.0f} degrees, always below 90" in shown[0][
        1
    ].replace("and ", "to ")


def test_a_field_that_is_no_gradient_may_lead_uphill():
    program, rng = PROGRAMS["thread 1"], np.random.default_rng(0)
    uphill = 0
    for _ in range(600):
        parameters = draw_parameters(rng, 2, 2, 1, scale=2.0)
        slopes = gradient(lambda *p: half_squared_error(forward(p, X).out_y, Y), *parameters)
        v = programs.flat(program, programs.backward(program, parameters, X, Y))
        uphill += v @ programs.flat(program, Parameters(*slopes)) < 0
    assert 0 < uphill < 30


# convert


def test_converted_weights_give_the_same_outputs():
    rng = np.random.default_rng(0)
    for b1, b2 in ((None, None), (rng.standard_normal((1, 5)), rng.standard_normal((1, 2)))):
        rows = rng.standard_normal((3, 5)), b1, rng.standard_normal((5, 2)), b2
        inputs = rng.standard_normal((3, 7))
        for convert in (answers.convert, find("convert")):
            out_y = forward(Parameters(*convert(*rows)), inputs).out_y
            np.testing.assert_allclose(out_y.T, programs.outputs_in_rows(inputs.T, *rows))


# coincidence


def judged(name, sizes):
    report = evaluate("coincidence", lambda: answers.coincidence() | {name: sizes})
    return next((finding.message for finding in report.findings), "")


def test_the_chapters_line_needs_as_many_examples_as_hidden_units():
    assert "which numpy accepts" in judged("chapter", (3, 4, 1, 4))
    assert "which numpy accepts" in judged("chapter", (3, 5, 1, 1))
    assert "which numpy accepts" in judged("chapter", (3, 1, 1, 4))
    assert judged("chapter", (3, 4, 1, 5)) == ""


def test_the_shapes_of_the_chapters_line_are_those_that_numpy_multiplies():
    for sizes in np.ndindex(2, 4, 3, 4):
        n_x, n_h, n_y, m = (size + 1 for size in sizes)
        try:
            np.ones((n_h, n_y)) * np.ones((m, n_y))
            runs = True
        except ValueError:
            runs = False
        assert slips.chapter_refused((n_x, n_h, n_y, m)) != runs


def test_xor_hides_two_of_the_slips():
    hidden = [slip for slip in slips.SLIPS if judged(slip, (2, 2, 1, 4)) == ""]
    assert hidden == ["reshaped", "elementwise-product"]


def test_sizes_that_all_differ_hide_nothing():
    for slip in slips.SLIPS:
        assert "it is visible" in judged(slip, (3, 5, 2, 7))


@pytest.mark.parametrize(
    "sizes, said",
    [((1, 1, 1, 4), "at most 2"), ((3, 5, 2), "four sizes"), ("3512", "four sizes"),
     ((3, 5, 2, 13), "from 1 to 12"), ((3, 5, 2.5, 1), "whole number"), (7, "four sizes"),
     ((np.inf, 5, 2, 1), "whole number"), ((np.nan, 5, 2, 1), "whole number")],
)  # fmt: skip
def test_odd_sizes_get_a_clear_message(sizes, said):
    assert said in judged("transposed", sizes)


# stuck_start


def test_the_changes_that_the_prose_speaks_of_do_what_it_says(prose):
    assert exercises._judge_changes({"seed": 7.0, "hidden": 3.0}) == {}
    assert exercises._judge_changes({"layout": "columns", "initialiser": "uniform"}) == {}
    messages = exercises._judge_changes({"backward": "thread 3"})
    assert "0.00 0.50 1.00 0.50" in messages["backward"]
    program = replace(NOTEBOOK_2, backward=PROGRAMS["thread 3"].backward)
    said = ", ".join(f"{out:.3f}" for out in exercises._ending(program)[1])
    assert f"leads to the outputs {said}." in prose


@pytest.mark.parametrize(
    "choice, value",
    [("seed", -1.0), ("seed", 0.5), ("seed", 1e9), ("rate", 0.0), ("rate", 101.0), ("rate", np.nan),
     ("hidden", 0.0), ("hidden", 17.0), ("biases", 2.0), ("layout", "diagonal"), ("layout", 3.0),
     ("backward", "thread 4"), ("initialiser", (1.0, 2.0)), ("seed", "7"), ("rate", (1.0, 2.0))],
)  # fmt: skip
def test_a_change_that_cannot_be_made_says_what_can(choice, value):
    (message,) = exercises._judge_changes({choice: value}).values()
    assert message.startswith(f"it must be {exercises.CHOICES[choice]}; you return ")


@pytest.mark.long
def test_the_example_of_the_exercise_is_no_answer_to_it(prose):
    (example,) = re.findall(r"for example `(\{[^`]*\})`", prose)
    changes = eval(example)
    assert len(changes) == 2
    messages = exercises._judge_changes({name: float(value) for name, value in changes.items()})
    assert all("solved means below 0.05" in messages[name] for name in changes)


def test_what_the_program_does_already_is_no_change():
    for choice, value in (("layout", "rows"), ("seed", 42.0), ("biases", 1.0), ("rate", 0.1)):
        (message,) = exercises._judge_changes({choice: value}).values()
        assert message == "notebook 2 already uses this value; choose another one"


def test_a_rate_that_throws_the_weights_away_is_judged_all_the_same(monkeypatch):
    monkeypatch.setattr(exercises, "STUCK", replace(exercises.STUCK, steps=500))
    (message,) = exercises._judge_changes({"rate": 100.0}).values()
    assert "solved means below 0.05" in message


def test_one_choice_or_three_are_refused():
    for changes in ({"seed": 7}, {"seed": 7, "hidden": 3, "rate": 5.0}, {"seed": 7, "luck": 1}):
        (finding,) = evaluate("stuck_start", lambda changes=changes: changes).findings
        assert finding.code == "wrong-return" and "a dict with 2 of the names" in finding.message


# The valley


def at(path, place):
    """The parameters at one place of a path."""
    return Parameters(*(array[place] for array in path))


def test_long_steps_lead_where_many_small_ones_do(valley):
    steps, path = valley
    place, begin = int(np.argmin(np.abs(steps - 20_000))), at(path, 0)
    small = programs.train(NOTEBOOK_2, begin, rate=5 * NOTEBOOK_2.rate, steps=2_000)
    loss = programs.summed_squares(small, X, Y)
    near = programs.summed_squares(at(path, place), X, Y)
    assert (near - 0.5) * steps[place] == pytest.approx((loss - 0.5) * 20_000, rel=0.02)


def test_the_valley_has_the_numbers_of_the_lesson(valley, printed, prose):
    steps, path = valley
    measured = []
    for wanted in (10_000, 100_000, 2_000_000):
        place = int(np.argmin(np.abs(steps - wanted)))
        here = at(path, place)
        H, g = programs.curvatures(here, X, Y)
        largest = max(np.max(np.abs(array)) for array in here)
        loss, smallest = programs.summed_squares(here, X, Y), np.linalg.eigvalsh(H)[0]
        row = f"{wanted:9,}  {loss:.6f}   {np.linalg.norm(g):.1e}   {largest:6.1f}  {smallest:18.1e}\n"
        assert row in printed
        assert f"{largest:.1f} after {wanted:,}" in prose
        assert smallest > 0 and np.linalg.norm(g) > 0 and loss > 0.5
        measured.append((loss, np.linalg.norm(g), largest))
    # What the same program gives, run on step by step for two million steps.
    for (loss, length, largest), (by_steps, slope, weight) in zip(
        measured, ((0.5048, 2.5e-3, 7.7), (0.50035, 1.9e-4, 10.6), (0.500016, 9e-6, 14.1))
    ):
        assert loss - 0.5 == pytest.approx(by_steps - 0.5, rel=0.03)
        assert length == pytest.approx(slope, rel=0.05)
        assert largest == pytest.approx(weight, abs=0.06)


def test_the_curvatures_are_the_derivatives_of_the_gradient():
    H, g = programs.curvatures(LARGE, X_LARGE, Y_LARGE)
    slopes = np.concatenate([one.ravel() for one in slopes_of(LOSSES["summed squares"])])
    np.testing.assert_allclose(g, slopes, rtol=1e-10)
    moved = LARGE._replace(b2=LARGE.b2 + np.array([[1e-5], [0]]))
    ahead = np.concatenate([one.ravel() for one in slopes_of(LOSSES["summed squares"], moved)])
    np.testing.assert_allclose((ahead - slopes) / 1e-5, H[-2], atol=1e-4)


def test_the_last_long_step_ends_where_it_shall(valley):
    steps, path = valley
    assert steps[0] == 10_000 and steps[-1] == 2_000_000
    assert {len(array) for array in path} == {len(steps)}
    assert np.all(np.diff(steps)[:-1] == pytest.approx(steps[:-2] / 50))


def test_the_shapes_beside_the_code_are_those_of_the_arrays(valley, code, prose):
    steps, path = valley
    assert f"# ({len(steps)},) each\n" in code
    assert {one.shape for one in programs.measures(path, X, Y)} == {steps.shape}
    assert f"by {len(steps) - 1} long ones" in prose
    angles = len({0, *(int(step) for step in np.geomspace(1, 2_000, 50))})
    assert f"# ({angles},)\n" in code and f"# arrays ({angles}, ...)\n" in code


def test_ten_times_the_steps_bring_the_loss_about_ten_times_closer(valley):
    steps, path = valley
    height = programs.summed_squares(path, X, Y) - 0.5
    slope = np.gradient(np.log10(height), np.log10(steps))
    assert np.all(np.abs(slope + 1) < 0.3) and abs(slope[-1] + 1) < 0.05
    largest = programs.measures(path, X, Y)[2]
    growth = np.gradient(largest, np.log10(steps))
    assert np.all(np.diff(height) < 0) and np.all(growth > 0)
    assert largest[-1] - largest[0] == pytest.approx(2.8 * np.log10(200), abs=0.2)


def test_three_outputs_at_a_third_or_two_cost_a_third():
    for out_y in ([[0, 2 / 3, 2 / 3, 2 / 3]], [[1 / 3, 1, 1 / 3, 1 / 3]]):
        assert half_squared_error(np.array(out_y), Y) == pytest.approx(1 / 3)


def test_two_outputs_at_one_half_cost_one_half():
    assert float(LOSSES["summed squares"](np.array([[0, 0.5, 1, 0.5]]), Y)) == 0.5


# A thousand starts


def test_the_table_does_not_hang_on_the_last_digit_of_an_exponential(printed, monkeypatch):
    rng, exact = np.random.default_rng(0), network.sigmoid
    unit = np.finfo(float).eps / 2

    def of_another_processor(z):
        return exact(z) * (1 + unit * rng.integers(-1, 2, np.shape(z)))

    monkeypatch.setattr(network, "sigmoid", of_another_processor)
    # The only row in which starts differ at all.
    program = replace(NOTEBOOK_2, rate=0.8, biases=False)
    solved, *others = pictures.shares_of(programs.many(program, 1_000, steps=1_250)).values()
    row = f"{solved:.1%} " + " ".join(f"{share:.0%}" for share in others)
    assert re.search(r"notebook 2, no biases +(.*)", printed)[1].split() == row.split()


def test_the_shares_of_the_prose_are_those_of_the_table(printed, prose):
    rows = dict(re.findall(r"^(\w[\w ,/]*?) {2,}([\d.]+)% ", printed, re.MULTILINE))
    whole = {name: f"{float(share) / 100:.0%}"[:-1] + " %" for name, share in rows.items()}
    two = whole["notebook 2"]
    for words in (
        f"help most: {whole['notebook 2, uniform']} instead of {two}.",
        f"Three hidden units solve {whole['notebook 2, 3 units']}.",
        f"and a third input, solves {whole['chapter']}.",
        f"has none either and solves {whole['notebook 1']},",
        f"With an eighth of it, {whole['notebook 2, rate / 8']} are solved:",
        f"Versions 1 and 2 of the thread solve {whole['thread 1']} and {whole['thread 2']}, "
        f"version 3 solves {whole['thread 3']}.",
    ):
        assert words in prose, words
    assert abs(float(rows["notebook 2, columns"]) - float(rows["notebook 2"])) < 1
    assert rows["notebook 2, no biases"] == "0.0"


def test_the_best_program_and_the_best_change_do_not_hang_on_a_few_starts(printed):
    rows = re.findall(r"^(\w[\w ,/]*?) {2,}([\d.]+)% ", printed, re.MULTILINE)
    solved = {name: float(share) for name, share in rows}
    texts, changes = (
        sorted(share for name, share in solved.items() if ("," in name) == changed)
        for changed in (False, True)
    )
    assert solved["chapter"] == texts[-1] > texts[-2] + 2
    assert solved["notebook 2, uniform"] == changes[-1] > changes[-2] + 2


def test_fewer_and_larger_steps_solve_about_as_many():
    slow = programs.many(NOTEBOOK_2, 200, steps=2_500, rate=0.4)
    fast = programs.many(NOTEBOOK_2, 200, steps=1_250, rate=0.8)
    assert abs(np.mean(slow < 0.05) - np.mean(fast < 0.05)) < 0.03


def test_every_end_is_counted_once():
    shares = pictures.shares_of([0.01, 0.25, 0.26, 1 / 3, 0.5, np.nan])
    assert shares == pytest.approx(
        {"solved": 1 / 6, "near 1/4": 2 / 6, "near 1/3": 1 / 6, "elsewhere": 2 / 6}
    )


# The pictures


def test_the_cards_agree_with_the_programs(shown):
    pictures.four_texts()
    figure, description = shown[0]
    for axes, name in zip(figure.axes, ("thread 1", "notebook 1", "notebook 2", "chapter")):
        texts = {text.get_text() for text in axes.texts}
        program = PROGRAMS[name]
        assert f"examples in {program.layout}" in texts
        assert ("biases" if program.biases else "no biases") in texts
        assert any(program.initialiser in text for text in texts)
        if name != "chapter":
            assert any(f"seed {program.seed}," in text for text in texts)
    assert "X (4, 3) times W1 (3, 4)" in description


def test_the_jacobians_frame_the_entries_that_differ_most(shown):
    J = np.eye(3)
    J[0, 2] = 0.5
    pictures.jacobians({"one": np.eye(3), "two": J}, {"W1": 3})
    figure, description = shown[0]
    assert (
        "two: entries that mirror each other differ by up to 50% of the largest entry"
        in description
    )
    assert "between the entries [0, 2] and [2, 0]" in description
    assert len(figure.axes[0].patches) == 0 and len(figure.axes[1].patches) == 2


def test_rounding_does_not_choose_between_an_entry_and_its_mirror_image(shown, monkeypatch):
    J = np.eye(3)
    J[0, 2] = 0.5
    # On some machine the two equal differences come out unequal.
    off = np.where(np.tri(3), 1 + 1e-15, 1.0)
    monkeypatch.setattr(np, "abs", lambda array, abs=np.abs: abs(array) * off)
    pictures.jacobians({"one": J}, {"W1": 3})
    assert "between the entries [0, 2] and [2, 0]" in shown[0][1]


def test_the_names_of_the_arrays_stand_beside_a_jacobian(shown):
    pictures.jacobians({"one": np.eye(3)}, parts={"W1": 2, "b1": 1})
    figure, description = shown[0]
    for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis):
        assert [text.get_text() for text in axis.get_ticklabels()] == ["W1", "b1"]
        assert list(axis.get_ticklocs()) == [0.5, 2]
    assert "0 to 1, W1; 2, b1" in description
    with pytest.raises(ValueError, match="make 2 parameters, but the Jacobian of one has 3"):
        pictures.jacobians({"one": np.eye(3)}, parts={"W1": 2})


def test_what_is_drawn_is_what_was_given(shown):
    steps, losses = [1, 10, 100], [1.5, 0.6, 0.51]

    def curves(figure):
        return [[line.get_xydata() for line in axes.lines] for axes in figure.axes]

    pictures.alignment(steps, [1.0, 0.5, 0.0], losses)
    angle, loss = curves(shown[-1][0])
    np.testing.assert_allclose(angle[0], np.transpose([steps, [0, 60, 90]]), atol=1e-9)
    np.testing.assert_allclose(loss[0], np.transpose([steps, losses]))
    three = losses, [1, 0.1, 0.01], [1, 2, 3]
    pictures.valley(steps, *three, level=0.5)
    for (drawn,), given in zip(curves(shown[-1][0]), (np.array(losses) - 0.5, *three[1:])):
        np.testing.assert_allclose(drawn, np.transpose([steps, given]))
    scales = [axes.get_yscale() for axes in shown[-1][0].axes]
    assert scales == ["log", "log", "linear"]
    J = np.arange(9.0).reshape(3, 3)
    pictures.jacobians({"one": J}, {"W1": 3})
    axes = shown[-1][0].axes[0]
    assert np.array_equal(axes.images[0].get_array(), J)
    assert sorted(frame.get_xy() for frame in axes.patches) == [(-0.5, 1.5), (1.5, -0.5)]
    pictures.ends_of_starts({"one": [0.01, 0.01, 0.25, 0.9, 1 / 3]})
    bars = {bar.get_label(): bar.patches[0].get_width() for bar in shown[-1][0].axes[0].containers}
    assert bars == pytest.approx(
        {"solved": 0.4, "near 1/4": 0.2, "near 1/3": 0.2, "elsewhere": 0.2}
    )


def test_an_angle_above_90_degrees_is_not_called_below(shown):
    pictures.alignment([1, 2], [0.5, -0.1], [0.5, 0.6])
    assert "up to 96 degrees" in shown[0][1] and "always below" not in shown[0][1]


def test_the_valley_and_the_ends_are_told_with_their_numbers(shown):
    pictures.valley([1, 10, 100], [1.5, 0.6, 0.51], [1, 0.1, 0.01], [1, 2, 3], level=0.5)
    assert "from 1.0e+00 to 1.0e-02" in shown[0][1] and "from 1.0 to 3.0" in shown[0][1]
    pictures.ends_of_starts({"one": [0.01, 0.01, 0.25, 0.9]})
    assert "one: 50%" in shown[1][1]
    bars = shown[1][0].axes[0].patches
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [
        (0, 0.5), (0.5, 0.25), (0.75, 0), (0.75, 0.25),
    ]  # fmt: skip
    pictures.two_fours()
    assert "(4, 1)" in shown[2][1]
    labels = [text.get_text() for text in shown[2][0].axes[0].texts]
    for rows in ("hidden unit", "example"):
        assert [one for one in labels if one in {f"{rows} {i}" for i in range(4)}] == [
            f"{rows} {i}" for i in range(4)
        ]


@pytest.mark.parametrize(
    "draw",
    [lambda: pictures.ends_of_starts({}),
     lambda: pictures.valley([1], [0.4], [1], [1], level=0.5)],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(draw):
    with pytest.raises(ValueError):
        draw()


def test_the_versions_of_the_thread_differ_in_their_backward_pass_only():
    one, two, three = (PROGRAMS[f"thread {version}"] for version in (1, 2, 3))
    assert replace(one, backward=three.backward) == three
    assert replace(two, backward=three.backward) == three


def test_changing_a_choice_changes_nothing_else():
    assert replace(NOTEBOOK_2, layout="columns").rate == NOTEBOOK_2.rate
    columns = programs.start(replace(NOTEBOOK_2, layout="columns"))
    assert np.array_equal(columns.W1, programs.start(NOTEBOOK_2).W1.T)
