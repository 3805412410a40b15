import base64
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from backprop.report import Finding, Note, Report, Row

RIGHT = Report("chain", 2.0, 1.0)
TO_DO = Report("chain", 2.0, 0.0, (Finding("not-implemented", "", "write it"),))
WRONG = Report(
    "chain",
    2.0,
    0.5,
    (Finding("wrong-value", "dC_dw1", "expected 1 < 2, received `3`"),),
    (Row("dC_dw2", True, "a number", "a number"), Row("dC_dw1", False, "a number", "(2,)")),
)


def test_the_headline_gives_the_points():
    assert str(RIGHT) == "chain: right, 2 of 2 points"
    assert str(TO_DO).splitlines()[0] == "chain: to do, 0 of 2 points"
    assert str(WRONG).splitlines()[0] == "chain: not yet right, 1 of 2 points"


def test_what_is_right_is_said_first():
    assert str(WRONG).splitlines()[1:] == [
        "  right: dC_dw2",
        "  dC_dw1: expected 1 < 2, received `3`",
    ]


def test_points_are_plain_floats_rounded_to_two_digits():
    report = Report("shapes", 1.0, 1 / 3)
    assert type(report.earned) is float and report.earned == 0.33


class Balance(HTMLParser):
    """Notes tags that are closed in another order than they were opened."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        if tag != "img":  # the one tag in use that is never closed
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("thing", [RIGHT, TO_DO, WRONG, Note("see `chain` & <go on>")])
def test_the_card_is_well_formed_and_says_what_the_text_says(thing):
    reader = Balance()
    reader.feed(thing._repr_html_())
    assert reader.faults == [] and reader.open == []
    for line in str(thing).splitlines():
        for word in line.replace("`", "").split():
            assert word in reader.text or word == "right:"


def test_what_a_student_wrote_cannot_become_html():
    finding = Finding("crashed", "", "<script>alert(1)</script> `<img src=x>`")
    html = Report("chain<b>", 2.0, 0.0, (finding,))._repr_html_()
    assert "<script" not in html and "<img" not in html and "<b>" not in html


def test_the_verdict_is_readable_without_colour():
    assert "right" in WRONG._repr_html_() and "wrong" in WRONG._repr_html_()
    assert "&#10003;" in RIGHT._repr_html_() and "&#10007;" in WRONG._repr_html_()


def test_where_a_matrix_is_wrong_is_drawn_and_said_in_words():
    row = Row("dW1", False, "(2, 2)", "(2, 2)", ((0.0, 0.5), (0.25, 0.0)))
    report = Report("chain", 2.0, 0.0, (Finding("wrong-value", "dW1", "no"),), (row,))
    words = "2 of 4 entries of dW1 differ; the largest error is 0.5, at [0, 1]"
    assert words in str(report)
    html = report._repr_html_()
    assert f'alt="{words}"' in html
    drawing = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1])
    squares = [one.attrib for one in ElementTree.fromstring(drawing)[1:]]  # the first is the frame
    sizes = [float(square["width"]) for square in squares]
    assert max(sizes) == sizes[1] > sizes[2] > sizes[0] == sizes[3]


def test_hints_fold_open_one_by_one():
    finding = Finding("transposed", "dW1", "transposed", ("A question?", "The formula in words."))
    report = Report("chain", 2.0, 0.0, (finding,))
    assert report._repr_html_().count("<details><summary>Hint ") == 2
    assert "hint 2: The formula in words." in str(report)
