"""Interactive figures: their numbers are right, and a picture stays without scripts."""

import base64
import io
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from PIL import Image

from backprop.datasets import digits, trained_digits, xor
from backprop.differentiate import gradient
from backprop.figures import interactive
from backprop.figures.__main__ import EXAMPLE
from backprop.figures.interactive import scene
from backprop.figures.interactive.scene import LARGEST_PAGE
from backprop.network import Parameters, draw_parameters, forward, half_squared_error
from backprop_classroom.html.notebooks import clean_outputs
from backprop_judge.lessons.training.exercises import descend

X, Y = xor()
x, y = np.array([[1.0], [0.5]]), np.array([[1.0]])
SVG = "{http://www.w3.org/2000/svg}"


def training(moments, n_h=2, seed=3):
    parameters, done, history = draw_parameters(np.random.default_rng(seed), 2, n_h, 1), 0, {}
    for moment in moments:
        parameters, _ = descend(parameters, X, Y, 1, moment - done)
        history[moment], done = parameters, moment
    return history


HISTORY = training([*range(0, 301, 10), *range(400, 1001, 100)])
FIGURES = {
    "digit_readers": (interactive.digit_readers,),
    "slope": (interactive.slope,),
    "flow": (interactive.flow, EXAMPLE, x, y),
    "training_frames": (interactive.training_frames, HISTORY, X, Y),
}
every_figure = pytest.mark.parametrize("call", FIGURES.values(), ids=FIGURES)


def shown(figure, *args, **kwargs):
    InteractiveShell.instance()
    with capture_output() as captured:
        assert figure(*args, **kwargs) is None
    return captured.outputs


def page_of(figure, *args, **kwargs):
    return shown(figure, *args, **kwargs)[0].data["text/html"]


def data_of(page):
    """What the script in a page is given."""
    return json.loads(re.search(r"\}\)\((\{.*\})\)</script>$", page)[1])


def track(data, key, name):
    return next(values for k, n, values in data["tracks"] if (k, n) == (key, name))


def value(text):
    return float(text.replace("\N{MINUS SIGN}", "-"))


# ---- what holds for all of them ------------------------------------------------------


@every_figure
def test_a_figure_leaves_a_still_picture_and_words(call):
    picture, described = shown(*call)
    assert Image.open(io.BytesIO(base64.b64decode(picture.data["image/png"]))).size > (500, 300)
    words = described.data["text/plain"]
    assert len(words) > 100 and "slider" in words
    assert picture.metadata["image/png"]["alt"] == words
    assert picture.data["text/plain"] == "(a picture)"


@every_figure
def test_a_figure_is_small_and_comes_out_the_same_again(call):
    first, second = shown(*call), shown(*call)
    assert [output.data for output in first] == [output.data for output in second]
    assert len(first[0].data["text/html"]) < LARGEST_PAGE
    together = len(first[0].data["image/png"]) + len(first[0].data["text/html"])
    assert together < LARGEST_PAGE


@every_figure
def test_a_figure_loads_nothing(call):
    page = page_of(*call).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(
        r"https?:|//[a-z]|url\(|@import|import\(|fetch\(|<link|src=\"(?!data:)", page
    )


@every_figure
def test_every_moving_part_has_a_value_in_every_frame(call):
    page = page_of(*call)
    data = data_of(page)
    assert len(data["names"]) == len(data["sayings"]) == len(set(data["names"])) > 10
    drawing = base64.b64decode(re.search(r"svg\+xml;base64,([^\"]+)", page)[1])
    keys = {shape.get("data-key") for shape in ElementTree.fromstring(drawing).iter()} - {None}
    for key, _, values in data["tracks"]:
        assert key in keys
        assert len(values) == len(data["names"])
    assert 0 <= data["start"] < len(data["names"]) > data["still"]


@every_figure
def test_graders_see_the_still_picture_and_no_script(call):
    outputs = [
        {"output_type": "display_data", "data": dict(output.data), "metadata": output.metadata}
        for output in shown(*call)
    ]
    picture, described = clean_outputs(outputs)
    html = picture["data"]["text/html"]
    assert "script" not in html and "attachShadow" not in html
    assert re.search(r"<img[^>]*svg\+xml;base64", html)
    assert described["data"]["text/plain"] in picture["metadata"]["image/png"]["alt"]
    # Nothing of the script or of its controls is left as loose text.
    assert re.sub("<[^>]*>", "", html).strip() == ""


def test_what_is_written_into_a_script_cannot_end_it():
    shown_with = "a picture", "</script><b>", ["one", "two"], ["<b>", "</script>"]
    page = page_of(scene.show_alive, scene.Scene(9, 9), *shown_with)
    assert page.count("</script>") == 1 and page.endswith("</script>")


# ---- the numbers ---------------------------------------------------------------------


def test_each_reader_reads_the_digit_of_its_largest_output():
    data = data_of(page_of(interactive.digit_readers))
    X, labels, held_out = digits()
    start, end, _ = trained_digits()
    digit = [int(name[0]) for name in data["names"]]
    assert sorted(digit) == digit and len(digit) == 20
    for name, arrays in (("trained", end), ("untrained", start)):
        bars = np.array([track(data, f"{name}-{k}", "width") for k in range(10)])
        read = bars.argmax(axis=0)
        outputs = forward(Parameters(*arrays), X[:, held_out]).out_y
        nearest = np.abs(outputs[:, :, None] - bars[:, None, :] / 130).max(axis=0).argmin(axis=0)
        assert labels[held_out][nearest].tolist() == digit
        verdicts = track(data, f"{name}-verdict", "text")
        for said, verdict, r, d in zip(data["sayings"], verdicts, read, digit):
            how = "right" if r == d else "wrong"
            assert verdict == f"reads {r}: {how}"
            assert f"The {name} network reads {r}, which is {how}." in said


def test_the_trained_reader_is_nearly_always_right_and_the_other_nearly_never():
    data = data_of(page_of(interactive.digit_readers))
    right = {
        name: sum("right" in said for said in track(data, f"{name}-verdict", "text"))
        for name in ("trained", "untrained")
    }
    assert right["trained"] == 19 and right["untrained"] <= 4


def test_the_slope_is_what_two_neighbours_on_the_curve_say():
    data = data_of(page_of(interactive.slope))
    for place in (10, 45, 60, 70, 110):
        z = value(data["names"][place].removeprefix("z = "))
        said = re.search(
            "activation is ([\\d.]+) and the slope (\\d+\\.\\d+)", data["sayings"][place]
        )
        near = [1 / (1 + np.exp(-(z + step))) for step in (-1e-4, 0, 1e-4)]
        assert float(said[1]) == pytest.approx(near[1], abs=5.1e-5)
        assert float(said[2]) == pytest.approx((near[2] - near[0]) / 2e-4, abs=5.1e-5)
    steepest = np.argmax(
        [value(text.split("= ")[-1]) for text in track(data, "right-value", "text")]
    )
    assert data["names"][steepest] == "z = 0.0"


def test_the_straight_line_touches_the_curve_with_the_slope_that_is_said():
    data = data_of(page_of(interactive.slope))
    x1, x2, y1, y2 = (np.array(track(data, "line", name)) for name in ("x1", "x2", "y1", "y2"))
    dot = np.array(track(data, "left-dot", "cx")), np.array(track(data, "left-dot", "cy"))
    assert np.allclose((x1 + x2) / 2, dot[0], atol=0.2)
    assert np.allclose((y1 + y2) / 2, dot[1], atol=0.2)
    a_unit = 310 / 12, 230  # of z and of a, in the drawing
    slopes = (y1 - y2) / a_unit[1] / ((x2 - x1) / a_unit[0])
    said = [float(re.search("slope (\\d+\\.\\d+)", one)[1]) for one in data["sayings"]]
    assert np.allclose(slopes, said, atol=2e-3)


def test_the_flow_shows_the_gradient_of_the_loss():
    def loss(*parameters):
        return half_squared_error(forward(Parameters(*parameters), x).out_y, y)

    dW1, db1, dW2, db2 = gradient(loss, *EXAMPLE)
    page = page_of(interactive.flow, EXAMPLE, x, y)
    drawing = base64.b64decode(re.search(r"svg\+xml;base64,([^\"]+)", page)[1])
    texts = [shape.text for shape in ElementTree.fromstring(drawing).iter(f"{SVG}text")]
    for name, array in (("dW1", dW1), ("db1", db1), ("dW2", dW2), ("db2", db2)):
        drawn = [value(t.split("= ")[1]) for t in texts if t and t.startswith(f"{name} =")]
        assert sorted(drawn) == sorted(np.round(array.ravel(), 3)), name
    # The loss falls if a weight with a negative gradient grows.
    assert texts.count("\u2191") == sum((a < 0).sum() for a in (dW1, db1, dW2, db2))


def test_the_flow_goes_forward_and_then_back():
    data = data_of(page_of(interactive.flow, EXAMPLE, x, y))
    order = [name.split(": ")[1] for name in data["names"]]
    assert order == [
        "the network", "net_h", "out_h", "net_y", "out_y", "loss",
        "dC/dout_y", "delta_y", "dW2, db2", "dC/dout_h", "delta_h", "dW1, db1", "signs",
    ]  # fmt: skip
    for edge in ("w1", "w2"):  # on the way back another line is bright
        back = track(data, f"{edge}-back", "stroke-width")
        assert not any(back[:6]) and sum(map(bool, back)) == {"w1": 1, "w2": 2}[edge]
        assert [not one for one in track(data, edge, "stroke-width")] == [bool(one) for one in back]
    for key, name, values in data["tracks"]:
        if name == "opacity":  # what has been found stays
            assert values == sorted(values) and values[-1] == 1, key
    assert "out_h" in data["names"][2] and "0.622" in data["sayings"][2]
    assert "0.375 \N{MINUS SIGN} 1.00 = \N{MINUS SIGN}0.625" in data["sayings"][6]


def test_training_says_the_loss_and_the_outputs_of_each_moment():
    data = data_of(page_of(interactive.training_frames, HISTORY, X, Y))
    for place, (moment, parameters) in enumerate(HISTORY.items()):
        out = forward(parameters, X).out_y
        said = data["sayings"][place]
        assert data["names"][place] == f"step {moment:,}"
        assert f"loss {half_squared_error(out, Y):.4f}," in said
        assert ", ".join(f"{one:.2f}" for one in out[0]) in said


def test_the_bars_are_the_gradient():
    data = data_of(page_of(interactive.training_frames, HISTORY, X, Y))

    def loss(*parameters):
        return half_squared_error(forward(Parameters(*parameters), X).out_y, Y)

    place = 5
    slopes = np.concatenate([a.ravel() for a in gradient(loss, *list(HISTORY.values())[place])])
    written = [value(track(data, f"entry-{k}", "text")[place]) for k in range(9)]
    assert np.allclose(written, slopes, atol=5.1e-4)
    widths = [track(data, f"bar-{k}", "width")[place] for k in range(9)]
    assert np.argmax(widths) == np.argmax(np.abs(slopes))


def test_the_boundary_lies_where_the_output_is_one_half():
    data = data_of(page_of(interactive.training_frames, HISTORY, X, Y))
    drawn = track(data, "boundary", "d")
    assert drawn[0] == "" and drawn[-1].count("M") == 2  # none at the start, two lines at the end
    points = np.array(re.findall(r"[ML]([-\d.e]+) ([-\d.e]+)", drawn[-1]), dtype=float)
    inputs = np.array([(points[:, 0] - 46) / 125 - 0.5, 1.5 - (points[:, 1] - 40) / 125])
    assert len(points) > 3
    out = forward(HISTORY[1000], inputs).out_y
    assert np.allclose(out, 0.5, atol=0.05)


def test_the_plane_is_tinted_where_the_output_is_above_one_half_and_nowhere_else():
    data = data_of(page_of(interactive.training_frames, HISTORY, X, Y))
    tints = {key: values for key, name, values in data["tracks"] if key.startswith("above-")}
    assert sorted(tints) == ["above-50", "above-70", "above-90"]
    assert all(values[0] == "" for values in tints.values())  # all outputs are below one half
    assert tints["above-50"][-1] != ""


# ---- what does not fit ---------------------------------------------------------------


def test_the_flow_refuses_another_network():
    with pytest.raises(ValueError, match="made for a 2-2-1 network"):
        interactive.flow(draw_parameters(np.random.default_rng(0), 2, 3, 1), x, y)
    with pytest.raises(ValueError, match="made for a 2-2-1 network"):
        interactive.flow(EXAMPLE, X, Y)


def test_a_flow_with_a_saturated_output_is_drawn_all_the_same():
    far = EXAMPLE._replace(b2=np.array([[800.0]]))
    assert "0.000" in page_of(interactive.flow, far, x, y)


@pytest.mark.parametrize("n_h", [1, 3, 4])
def test_other_numbers_of_hidden_units_can_be_shown(n_h):
    data = data_of(page_of(interactive.training_frames, training((0, 5), n_h), X, Y))
    assert (
        sum(key.startswith("bar-") and name == "x" for key, name, _ in data["tracks"])
        == 4 * n_h + 1
    )


@pytest.mark.parametrize("history, told", [
    ({}, "two moments or more"),
    ({0: EXAMPLE}, "two moments or more"),
    ([EXAMPLE, EXAMPLE], "should be a dictionary"),
    ({0: EXAMPLE, 1: draw_parameters(np.random.default_rng(0), 2, 3, 1)}, "at moment 1"),
    ({k: draw_parameters(np.random.default_rng(0), 2, 5, 1) for k in (0, 1)}, "at most 4"),
    ({k: draw_parameters(np.random.default_rng(0), 3, 2, 1) for k in (0, 1)}, "two inputs"),
    ({0: EXAMPLE, 1: EXAMPLE._replace(b2=np.array([[np.nan]]))}, "not all finite"),
])  # fmt: skip
def test_a_history_that_does_not_fit_is_refused_with_a_reason(history, told):
    with pytest.raises(ValueError, match=told):
        interactive.training_frames(history, X, Y)


def test_too_many_moments_are_refused():
    with pytest.raises(ValueError, match="give it fewer than 400 frames"):
        interactive.training_frames({moment: HISTORY[150] for moment in range(400)}, X, Y)


def test_the_slope_has_fallen_to_half_near_1_8_as_lesson_1_says():
    data = data_of(page_of(interactive.slope))
    slopes = [value(text.split("= ")[-1]) for text in track(data, "right-value", "text")]
    for side in (-1.8, 1.8):
        place = data["names"].index(f"z = {side}".replace("-", "\N{MINUS SIGN}"))
        assert abs(slopes[place] - max(slopes) / 2) < 0.005
