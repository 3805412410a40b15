"""The lab by keyboard, by night, with little patience, and over several lessons."""

import re

import pytest
from course import released_of
from lab import answers_of, expect

from backprop.exercises import EXERCISES

CHAIN, FORWARD, BACKWARD, TRAINING = (
    f"notebooks/{lesson}/{lesson[3:]}.ipynb"
    for lesson in ("01_chain_rule", "02_forward_pass", "03_backward_pass", "04_training")
)


def imports_of(lesson):
    """The first cell of code of a lesson."""
    return next(cell.id for cell in released_of(lesson).cells if "import check" in cell.source)


def cell_with(lesson, code):
    """The one cell of a lesson in which some code stands."""
    (found,) = (
        cell
        for cell in released_of(lesson).cells
        if cell.cell_type == "code" and code in cell.source
    )
    return found


def test_an_exercise_is_done_by_keyboard_alone(desk):
    lesson = desk.open(FORWARD)
    keys = desk.page.keyboard
    desk.page.evaluate("lesson.watch()")
    lesson.walk_to(imports_of("02_forward_pass"))
    keys.press("Shift+Enter")

    def answer_and_check(source):
        lesson.walk_to("sigmoid")
        keys.press("Enter")
        lesson.wait("lesson.editing")
        keys.press("Control+A")
        keys.insert_text(source)
        desk.page.evaluate("lesson.watch()")
        keys.press("Shift+Enter")  # runs the cell and goes to the next
        lesson.wait("lesson.active === lesson.index('check_sigmoid') && !lesson.editing")
        keys.press("Shift+Enter")
        return lesson.until_run("check_sigmoid")

    card = answer_and_check("def sigmoid(net):\n    return 1 / (1 + np.exp(net))\n")
    expect(card).to_contain_text("sigmoid: not yet right")

    lesson.walk_to("check_sigmoid")
    lesson.tab_to(card.locator("summary").first)
    told = card.locator("details p").first
    for key in ("Space", "Enter"):
        expect(told).to_be_hidden()
        keys.press(key)
        expect(told).to_be_visible()
        desk.picture(f"hint-opened-by-{key.lower()}")
        keys.press(key)
    expect(told).to_be_hidden()

    card = answer_and_check(answers_of("02_forward_pass")["sigmoid"])
    expect(card).to_contain_text("sigmoid: right, 1 of 1 point")
    desk.picture("mended")


def test_a_figure_answers_to_keyboard_and_mouse(desk):
    lesson = desk.open(CHAIN)
    keys = desk.page.keyboard
    figure = cell_with("01_chain_rule", "alive.slope()").id
    lesson.run(imports_of("01_chain_rule"))
    output = lesson.run(figure)
    slider, said = output.locator("input[type=range]"), output.locator(".figure-alive p")
    begin = said.inner_text()
    keys.press("Escape")
    lesson.tab_to(output.get_by_role("button", name="Forward"))
    keys.press("Enter")
    expect(said).not_to_have_text(begin)
    moved = said.inner_text()
    output.get_by_role("button", name="Back").click()
    expect(said).to_have_text(begin)
    lesson.tab_to(slider)
    keys.press("ArrowRight")
    expect(said).to_have_text(moved)
    keys.press("ArrowDown")  # elsewhere in the lab this leads to the next cell
    expect(said).to_have_text(begin)
    assert desk.page.evaluate("id => lesson.active === lesson.index(id)", figure)
    desk.picture("figure")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_cards_and_figures_are_read_in_every_theme(desk, theme):
    lesson = desk.open(BACKWARD)
    lesson.use_theme(theme)
    wrong = answers_of("03_backward_pass")["backward_propagation"].replace("* (1 - out_y)", "")
    lesson.write("backward_propagation", wrong)
    lesson.run_all()
    alive = cell_with("03_backward_pass", "alive.flow(").id
    check = lesson.output("check_backward_propagation")
    expect(check).to_contain_text("not yet right")
    check.locator("summary").first.click()
    for id in ("progress", "check_backward_propagation", "check_find_the_bug", alive):
        lesson.output(id).get_by_text(re.compile(".")).first.wait_for()
        desk.picture(id)
        assert lesson.serious_faults(id) == []
    note = cell_with("03_backward_pass", 'my_backward = or_stand_in("backward_propagation"').id
    assert lesson.serious_faults(note) == []
    desk.picture("note")


def test_a_long_cell_is_stopped_and_keeps_what_it_has(desk):
    long = cell_with("04_training", "in stoppable(").id
    picture = cell_with("04_training", "pictures.final_losses_in_order(").id
    lesson = desk.open(TRAINING)
    lesson.run_above(long)
    assert lesson.errors == []
    source = cell_with("04_training", "in stoppable(").source
    lesson.write(long, source.replace("(4, 20)", "(4, 40_000)"))
    lesson.begin(long)
    output = lesson.output(long)
    expect(output).to_contain_text(re.compile(r"\b[1-9]\d*/10000"))
    desk.picture("at-work")
    lesson.stop()
    lesson.until_run(long)
    expect(output).to_contain_text("of 10,000 groups; what was computed is kept.")
    desk.picture("stopped")
    # The cells below go on with it.
    expect(lesson.run(picture).locator("img")).to_be_visible()
    desk.picture("goes-on")
    assert lesson.errors == []


def test_progress_counts_two_lessons_that_are_half_done(desk, course):
    def answer(lesson, folder, id):
        lesson.write(id, answers_of(folder)[id])
        lesson.run(id)
        expect(lesson.run(f"check_{id}")).to_contain_text(f"{id}: right")

    most = sum(EXERCISES[id].points for id in EXERCISES)
    first = desk.open(CHAIN)
    first.run(imports_of("01_chain_rule"))
    answer(first, "01_chain_rule", "sigmoid_slope")
    first.save()

    lesson = desk.open(BACKWARD)
    lesson.run(imports_of("03_backward_pass"))
    card = lesson.run("progress")
    expect(card).to_contain_text(f"1 of {len(EXERCISES)} exercises, 1 of {most:g} points")
    expect(card).to_contain_text("Next: output_error, in lesson 3 backward pass")
    desk.picture("before")
    answer(lesson, "03_backward_pass", "output_error")
    # Not saved yet: what this session has checked counts.
    card = lesson.run("progress")
    expect(card).to_contain_text(f"2 of {len(EXERCISES)} exercises, 3 of {most:g} points")
    expect(card).to_contain_text("Next: hidden_error, in lesson 3 backward pass")
    rows = card.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("1 of 5")
    expect(rows.nth(2)).to_contain_text("3 backward pass (here)")
    expect(rows.nth(2)).to_contain_text("1 of 6")
    desk.picture("after")
