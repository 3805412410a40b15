from html.parser import HTMLParser

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
