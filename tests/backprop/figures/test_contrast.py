"""Every text and line of a figure or card is read on the light and on the dark ground of a page."""

import io
import re
from base64 import b64decode

import numpy as np
import pytest
from contrast import OF_LINES, OF_TEXT, contrast, faults_of
from matplotlib.figure import Figure
from PIL import Image
from test_figures import CALLS, EXAMPLE, shown, x, y

from backprop.datasets import digits
from backprop.figures import cache, handwriting, interactive, style
from backprop.figures.style import PAPER
from backprop.predictions import Comparison, PredictionCard, RowsCard
from backprop.progress import LessonProgress, Progress
from backprop.report import Finding, Note, Report, Row

GROUNDS = "white", "#111111"  # of JupyterLab's light and dark theme


@pytest.fixture(autouse=True)
def empty_memo(monkeypatch):
    monkeypatch.setattr(cache, "_kept", {})
    monkeypatch.setattr(cache, "_brought", {})


PICTURES, LABELS, _ = digits()
HISTORY = np.array([[1600.0, 400.0, 22.4], [0.1, 0.6, 0.99], [0.11, 0.6, 0.975]])
OF_DIGITS = {
    "digits": (handwriting.digits, PICTURES[:, :3], LABELS[:3], [0, 1, 7]),
    "one digit": (handwriting.one_digit_through, PICTURES[:, :1], np.linspace(0, 0.9, 10), 30),
    "batches": (handwriting.epochs_in_batches, [[[7, 0], [2]], [[1], [0, 2]]]),
    "units": (handwriting.what_units_see, np.linspace(-1, 1, 128).reshape(2, 64)),
    "confusions": (handwriting.confusions, [8, 8, 8, 1, 2], [1, 1, 8, 1, 3]),
    "curves": (handwriting.curves, {"one": HISTORY, "two": HISTORY / 2}),
}

# In the short run: of each look one figure. The long run takes all.
LOOKS = {"chain", "errors", "backward values", "gradients", "walks", "decisions", *OF_DIGITS}
EVERY_FIGURE = [
    pytest.param(call, id=name, marks=() if name in LOOKS else pytest.mark.long)
    for name, call in (CALLS | OF_DIGITS).items()
]


@pytest.mark.parametrize("call", EVERY_FIGURE)
def test_all_of_a_figure_can_be_seen(call, monkeypatch):
    drawn = []
    draw = cache.picture_of
    monkeypatch.setattr(
        cache, "picture_of", lambda figure, text: drawn.append(figure) or draw(figure, text)
    )
    ((picture, _), *_) = shown(*call)
    (figure,) = drawn
    assert faults_of(figure) == []
    assert_on_a_sheet(b64decode(picture["image/png"]))


def assert_on_a_sheet(png):
    """The corners of a picture are transparent, what is inside of them is not."""
    alpha = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[..., 3]
    assert {alpha[row, column] for row in (0, -1) for column in (0, -1)} == {0}
    assert (
        alpha[20:-20].min() == alpha[:, 20:-20].min() == 255 or alpha[20:-20, 20:-20].min() == 255
    )
    assert (alpha == 255).mean() > 0.98


INTERACTIVE = {
    "slope": (interactive.slope,),
    "flow": (interactive.flow, EXAMPLE, x, y),
}


@pytest.mark.parametrize("call", INTERACTIVE.values(), ids=INTERACTIVE)
def test_an_interactive_figure_has_its_own_sheet(call):
    ((forms, _), *_) = shown(*call)
    assert_on_a_sheet(b64decode(forms["image/png"]))
    assert "border-radius" in forms["text/html"]


@pytest.mark.parametrize("name", ["FORWARD", "BACKWARD", "PURPLE", "INK", "GREY"])
def test_the_colours_of_texts_can_be_read_on_every_ground_of_the_style(name):
    grounds = PAPER, style.PALE, style.FORWARD_TINT, style.BACKWARD_TINT, style.MARKED
    assert min(contrast(getattr(style, name), ground) for ground in grounds) >= OF_TEXT


# ---- cards ---------------------------------------------------------------------------

FINDING = Finding("wrong-value", "dW1", "expected `1`", ("A question?",))
CARDS = [
    Report("chain", 2.0, 1.0),
    Report("chain", 2.0, 0.0, (Finding("not-implemented", "", "write it"),)),
    Report("chain", 2.0, 0.5, (FINDING,), (Row("dW1", False, "1", "2", ((0.0, 0.5),)),)),
    Note("A stand-in is used."),
    Progress((LessonProgress("01_chain_rule", ("chain",), {"chain": 1.0}),)),
    PredictionCard(Comparison("", "rises", "falls", False)),
    RowsCard((Comparison("z", "1", "2", False),)),
]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: type(card).__name__)
def test_a_card_takes_the_colours_of_its_page_and_its_lines_are_seen(card):
    html = card._repr_html_()
    assert not re.search(r"(?<![-\w])color:", html)  # texts have the colour of the theme
    for color in re.findall(r"#[0-9a-fA-F]{6}\b", html):
        assert min(contrast(color, ground) for ground in GROUNDS) >= OF_LINES, color


# ---- what is found -------------------------------------------------------------------


def drawing(**look):
    figure = Figure(figsize=(3, 2))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.text(0.5, 0.5, "word", fontsize=20, **look)
    return figure, axes


def test_contrast_is_the_ratio_of_the_standard():
    assert contrast("white", "black") == pytest.approx(21)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.01)


def test_what_cannot_be_seen_is_found():
    assert faults_of(drawing(color="#222222")[0]) == []
    assert len(faults_of(drawing(color="#aaaaaa")[0])) == 1
    assert faults_of(drawing(color="white", bbox={"facecolor": "#0b5c94"})[0]) == []
    assert len(faults_of(drawing(color="#222222", bbox={"facecolor": "#0b5c94"})[0])) == 1
    figure, axes = drawing(color="#222222")
    axes.imshow(np.zeros((4, 4)), cmap="gray", extent=(0, 1, 0, 1), aspect="auto")
    assert len(faults_of(figure)) == 1
    figure, axes = drawing(color="#222222")
    axes.plot([0, 1], color="#cccccc")
    assert len(faults_of(figure)) == 1
