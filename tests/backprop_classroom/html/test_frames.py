"""On a page nothing of a student's looks like the result of a check, or covers or moves one."""

import html
import re

import pytest
from bleach._vendor import html5lib
from chromium import launched
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from backprop.report import Report
from backprop_classroom.html.metadata import clean_cell_metadata
from backprop_classroom.html.sanitize import clean_html

CARD = Report("backward_propagation", 6.0, 0.0)._repr_html_()
FAKE = (
    '<section style="border-left: 4px solid #2e7d32"><p><strong>✓ backward_propagation: right, '
    "6 of 6 points</strong></p></section>"
)
PUSHING = (
    '<p style="font-size: 9999px; color: white; background: white; width: 9999px; '
    'padding: 9999px">x</p>',
    '<p style="padding: 50px; margin: 50px; vertical-align: 1000px">x</p>' * 200,
    '<b style="font-size: 3em">' * 30 + "x",
    "<br>" * 2_000,
    "<pre>" + "x\n" * 2_000 + "</pre>",
)


def page_with(*shown):
    settings = {
        "grade_id": "check_x",
        "grade": True,
        "solution": False,
        "locked": True,
        "points": 6,
    }
    check = new_code_cell(
        "check('x', x)",
        metadata={"nbgrader": settings, "judged": True},
        outputs=[new_output("execute_result", {"text/html": CARD, "text/plain": "0"})],
    )
    outputs = [new_output("display_data", {"text/html": one}) for one in shown]
    own = new_code_cell("x", metadata={"nbgrader": {"judged": True}}, outputs=outputs)
    return new_notebook(cells=[new_markdown_cell(FAKE), own, check])


@pytest.mark.parametrize("place", ["feedback", "formgrader"])
def test_only_what_a_check_said_is_marked_so(place, request):
    page = request.getfixturevalue(place)(page_with(FAKE, f'<div class="judged">{FAKE}</div>'))
    (marked,) = re.findall('<div class="judged">.*?</section>', page, re.DOTALL)
    assert "0 of 6 points" in marked
    assert '.judged::before { content: "Result of the check"; }' in page
    assert 'content: "Output of the student\'s code"' in page


@pytest.mark.parametrize("place", ["feedback", "formgrader"])
def test_a_test_of_the_instructors_own_says_that_it_ran_beside_student_code(place, request):
    settings = {"grade": True, "solution": False, "locked": True, "points": 6}
    tests = [
        new_code_cell("x", metadata={"nbgrader": settings | {"grade_id": id}}, id=id)
        for id in ("test_x", "check_y")
    ]
    tests[0].outputs = [new_output("display_data", {"text/html": '<div class="beside">fine</div>'})]
    page = html.unescape(request.getfixturevalue(place)(new_notebook(cells=tests)))
    (marked,) = re.findall('<div class="beside">(.*?)</div>', page)
    assert marked.startswith("test_x is the instructor's own test.")
    assert "check_y is a test" not in page


def test_no_student_can_mark_an_output():
    for metadata in ({"judged": "yes"}, {"judged": 1}, {"nbgrader": {"judged": True}}):
        assert "judged" not in clean_cell_metadata(metadata)
    assert clean_html('<div class="judged">x</div>') == '<div class="">x</div>'


def test_text_keeps_its_tables_and_no_other_style(feedback):
    table = "| a | b |\n|:--|--:|\n| 1 | 2 |\n"
    page = feedback(new_notebook(cells=[new_markdown_cell(f"{FAKE}\n\n{table}")]))
    shown = html5lib.parse(page, namespaceHTMLElements=False).find(".//*[@id='notebook']")
    styles = [one.get("style") for one in shown.iter() if one.get("style")]
    assert styles == ["text-align:left;", "text-align:right;"] * 2


@pytest.mark.parametrize(
    "style",
    [
        "font-size: 9999px", "font-size: 51px", "font-size: 4em", "width: 9999px", "width: 100vw",
        "padding: 9999px", "padding: 99%", "margin: 51px", "margin-top: -1px", "border: 99px solid",
        "gap: 99px", "column-gap: 9em", "position: fixed", "width: 61em", "transform: none",
    ],
)  # fmt: skip
def test_a_size_that_would_move_others_away_is_taken_out(style):
    assert clean_html(f'<p style="{style}">x</p>') == "<p>x</p>"


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.long), "dark"])
def test_in_a_browser_outputs_stand_in_frames_and_move_no_result(scheme, browser, feedback):
    tab = browser.new_page(color_scheme=scheme)
    tab.set_content(feedback(page_with(FAKE, *PUSHING)))
    label = "one => getComputedStyle(one, '::before').content"
    frames = tab.locator(".output")
    labels = [frames.nth(place).evaluate(label) for place in range(frames.count())]
    assert labels == ['"Output of the student\'s code"', "none"]
    assert tab.locator(".judged").evaluate(label) == '"Result of the check"'
    frame, card = frames.nth(0).bounding_box(), tab.locator(".judged").bounding_box()
    assert frame["height"] < 700 * (1 + len(PUSHING))
    assert frame["y"] + frame["height"] < card["y"] < frame["y"] + frame["height"] + 400
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert tab.locator(".judged").evaluate("one => getComputedStyle(one).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    tab.close()
