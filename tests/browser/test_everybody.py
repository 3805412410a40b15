"""The lab from the first look on, by keyboard, by night, with little patience."""

import re

import nbformat
import pytest
from chromium import expect
from course import released_of

from backprop_judge import EXERCISES
from browser.lab import Notebook, answers_of, cell_with, imports_of, path_of, shorten

CHAIN, FORWARD, BACKWARD, TRAINING = (
    "01_chain_rule", "02_forward_pass", "03_backward_pass", "04_training",
)  # fmt: skip
FIGURE = cell_with(CHAIN, "interactive.slope()").id
LEFT = {  # of the exercises of the lessons that are shortened
    CHAIN: ("sigmoid_slope", "local_derivatives"), BACKWARD: ("output_error", "hidden_error"),
}  # fmt: skip


def answer(lesson, folder, id):
    """Solve an exercise of a lesson, and see that it is right."""
    lesson.write(id, answers_of(folder)[id])
    lesson.run(id)
    expect(lesson.run(f"check_{id}")).to_contain_text(f"{id}: right")


def test_make_lab_opens_the_first_lesson_and_what_is_done_there_counts_in_the_next(desk, course):
    path = shorten(course, CHAIN, FIGURE, *cells_of(CHAIN))
    desk.go("")
    desk.page.wait_for_url(f"**/{path}*")
    lesson = Notebook(desk).until_ready()
    expect(desk.page.get_by_role("heading", level=1).first).to_contain_text("Lesson 1")
    desk.picture("first-lesson")
    lesson.run(imports_of(CHAIN))
    a_figure_answers_to_keyboard_and_mouse(lesson)
    answer(lesson, CHAIN, "sigmoid_slope")
    lesson.save()
    path = shorten(course, BACKWARD, "progress", *cells_of(BACKWARD))
    progress_counts_both_lessons(desk, path)


def cells_of(folder):
    """The ids of the cells of the exercises that are left in a lesson."""
    return [cell for id in LEFT[folder] for cell in (id, f"check_{id}")]


def a_figure_answers_to_keyboard_and_mouse(lesson):
    keys = lesson.page.keyboard
    output = lesson.run(FIGURE)
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
    assert lesson.page.evaluate("id => lesson.active === lesson.index(id)", FIGURE)
    lesson.desk.picture("figure")


def progress_counts_both_lessons(desk, path):
    asked = [one for one in EXERCISES.values() if one.id in LEFT.get(one.lesson, (one.id,))]
    most = sum(one.points for one in asked)
    lesson = desk.open(path)
    lesson.run(imports_of(BACKWARD))
    card = lesson.run("progress")
    expect(card).to_contain_text(f"1 of {len(asked)} exercises, 1 of {most:g} points")
    expect(card).to_contain_text("Next: output_error, in lesson 3 backward pass")
    desk.picture("before")
    answer(lesson, BACKWARD, "output_error")
    # Not saved yet: what this session has checked counts.
    card = lesson.run("progress")
    expect(card).to_contain_text(f"2 of {len(asked)} exercises, 3 of {most:g} points")
    expect(card).to_contain_text("Next: hidden_error, in lesson 3 backward pass")
    rows = card.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("1 of 2")
    expect(rows.nth(2)).to_contain_text("3 backward pass (here)")
    expect(rows.nth(2)).to_contain_text("1 of 2")
    desk.picture("after")


@pytest.mark.long  # nbval runs every released lesson untouched
def test_an_untouched_lesson_runs_to_its_end_without_an_error(desk, course):
    """The lesson is as long as it was released."""
    path = path_of(BACKWARD)
    lesson = desk.open(path)
    desk.picture("opened")
    lesson.run_all()
    assert lesson.errors == []
    check = lesson.output("check_backward_propagation")
    expect(check).to_contain_text("backward_propagation: to do, 0 of 6 points")
    desk.picture("to-do")
    lesson.save()
    cells = nbformat.read(course / path, as_version=4).cells
    assert all(cell.execution_count for cell in cells if cell.cell_type == "code")


def test_cards_and_figures_are_read_in_every_theme(desk, course):
    example = cell_with(BACKWARD, "example = Parameters(").id
    figure = cell_with(BACKWARD, "interactive.flow(").id
    note = cell_with(BACKWARD, "forward_propagation = or_stand_in(").id
    right, to_do = "check_output_error", "check_find_the_bug"
    cards = ["output_error", right, "hidden_error", "check_hidden_error", "find_the_bug", to_do]
    kept = "progress", "paste_forward_propagation", note, example, figure, *cards
    path = shorten(course, BACKWARD, *kept)
    lesson = desk.open(path)
    wrong = answers_of(BACKWARD)["hidden_error"].replace("W2.T", "2 * W2.T")
    lesson.write("output_error", answers_of(BACKWARD)["output_error"])
    lesson.write("hidden_error", wrong)
    lesson.run_all()
    assert lesson.errors == []
    expect(lesson.output(right)).to_contain_text("right, 2 of 2 points")
    mistake = lesson.output("check_hidden_error")
    expect(mistake).to_contain_text("not yet right")
    mistake.locator("summary").first.click()
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        lesson.use_theme(theme)
        for id in ("progress", figure, right, "check_hidden_error", to_do, note):
            lesson.output(id).get_by_text(re.compile(".")).first.wait_for()
            desk.picture(id)
            assert lesson.serious_faults(id) == []


def test_an_exercise_is_done_by_keyboard_alone(desk, course):
    lesson = desk.open(shorten(course, FORWARD, "sigmoid", "check_sigmoid"))
    keys = desk.page.keyboard
    desk.page.evaluate("lesson.watch()")
    lesson.walk_to(imports_of(FORWARD))
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

    card = answer_and_check(answers_of(FORWARD)["sigmoid"])
    expect(card).to_contain_text("sigmoid: right, 1 of 1 point")
    desk.picture("mended")


def test_a_long_cell_is_stopped_and_keeps_what_it_has(desk, course):
    long = cell_with(TRAINING, "train_many(my_train")
    picture = cell_with(TRAINING, "pictures.final_losses_in_order(").id
    prediction = cell_before(TRAINING, picture)
    lesson = desk.open(shorten(course, TRAINING, *needed_by(long), long.id, prediction, picture))
    lesson.run_above(long.id)
    assert lesson.errors == []
    # So many groups, each of them short, that it cannot end by itself before it is stopped.
    assert long.source.count("steps=1_500") == 1
    source = "from backprop import many_starts\n\nmany_starts.FEW, many_starts.SECONDS = 4_000_000, 86_400\n"
    source += long.source.replace("steps=1_500", "steps=3")
    lesson.write(long.id, source)
    lesson.begin(long.id)
    output = lesson.output(long.id)
    expect(output).to_contain_text(re.compile(r"\b[1-9]\d*/1000000"))
    desk.picture("at-work")
    lesson.stop()
    lesson.until_run(long.id)
    expect(output).to_contain_text("of 1,000,000 groups; what was computed is kept.")
    desk.picture("stopped")
    # The cells below go on with it.
    lesson.run(prediction)
    expect(lesson.run(picture).locator("img")).to_be_visible()
    desk.picture("goes-on")
    assert lesson.errors == []


def cell_before(folder, id):
    """The id of the cell above one."""
    ids = [cell.id for cell in released_of(folder).cells]
    return ids[ids.index(id) - 1]


def needed_by(long):
    """The cells above the long one of lesson 4 that define what it calls."""
    cells = released_of(TRAINING).cells
    above = cells[: [cell.id for cell in cells].index(long.id)]
    return [
        cell.id
        for cell in above
        if cell.cell_type == "code"
        and (
            cell.metadata.get("nbgrader", {}).get("solution")
            or re.match(r"\w+ = or_stand_in\(.*\)$", cell.source)
        )
    ]


@pytest.mark.long  # test_nbgrader_commands.py validates by the command
def test_validate_names_what_is_left_open_and_passes_a_finished_lesson_that_is_then_kept(
    desk, course
):
    path = shorten(course, BACKWARD, "find_the_bug", "check_find_the_bug", "explain_the_bug")
    lesson = desk.open(path)
    with lesson.validated() as dialog:
        expect(dialog).to_contain_text("Validation Results")
        # In nbgrader's words: "Partial credit" is also what it calls none at all.
        expect(dialog).to_contain_text('check("find_the_bug", find_the_bug)Partial credit')
        expect(dialog).to_contain_text("YOUR ANSWER HEREYou did not provide a response.")
        expect(dialog.locator("pre, p", has_text="The following cell failed")).to_have_count(2)
        desk.picture("validation-of-an-unfinished-lesson")
    lesson.run(imports_of(BACKWARD))
    answer(lesson, BACKWARD, "find_the_bug")
    lesson.write("explain_the_bug", answers_of(BACKWARD)["explain_the_bug"])
    lesson.save()
    with lesson.validated() as dialog:
        expect(dialog).to_contain_text("Success! Your notebook passes all the tests.")
        desk.picture("validation-of-a-finished-lesson")
    who_closes_the_tab_is_asked_and_comes_back_to_what_was_saved(lesson, path)


def who_closes_the_tab_is_asked_and_comes_back_to_what_was_saved(lesson, path):
    desk = lesson.desk
    lesson.write("find_the_bug", "lost = True")  # not saved, not run
    assert desk.dialogs == []
    desk.new_tab()
    assert desk.dialogs == ["beforeunload"]
    lesson = desk.open(path)
    expect(lesson.cell("find_the_bug")).to_contain_text("def find_the_bug")
    # The kernel went on without a window.
    expect(lesson.run("check_find_the_bug")).to_contain_text("right, 3 of 3 points")
    assert lesson.errors == []
    desk.picture("come-back")
