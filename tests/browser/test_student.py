"""A student with an hour, in a browser: lesson 3 from the first look to handing it in."""

import nbformat
from course import grade_id, released_of
from lab import Notebook, answers_of, expect

LESSON = "03_backward_pass"
PATH = f"notebooks/{LESSON}/backward_pass.ipynb"
IMPORTS = next(cell.id for cell in released_of(LESSON).cells if "import check" in cell.source)

# Right but for one thing: the error of the output is the distance alone, without the slope.
WITHOUT_SLOPE = """\
def backward_propagation(X, Y, out_h, out_y, W2):
    delta_y = out_y - Y
    delta_h = (W2.T @ delta_y) * out_h * (1 - out_h)
    dW1 = delta_h @ X.T
    db1 = delta_h.sum(axis=1, keepdims=True)
    return dW1, db1, delta_y @ out_h.T, delta_y.sum(axis=1, keepdims=True)
"""
RIGHT = WITHOUT_SLOPE.replace("out_y - Y", "(out_y - Y) * out_y * (1 - out_y)")


def saved(course):
    return nbformat.read(course / PATH, as_version=4)


def solve(course, *left_open):
    """Paste the solutions into the file, except for the exercises that are to be left open."""
    notebook = saved(course)
    answers = answers_of(LESSON)
    for cell in notebook.cells:
        id = grade_id(cell)
        if id in answers and id not in left_open:
            cell.source = answers[id]
    nbformat.write(notebook, course / PATH)


def test_make_lab_opens_the_first_lesson(desk):
    desk.go("")
    desk.page.wait_for_url("**/notebooks/01_chain_rule/chain_rule.ipynb*")
    Notebook(desk).until_ready()
    expect(desk.page.get_by_role("heading", level=1).first).to_contain_text("Lesson 1")
    desk.picture("first-lesson")


def test_an_untouched_lesson_runs_to_its_end_without_an_error(desk, course):
    lesson = desk.open(PATH)
    desk.picture("opened")
    lesson.run_all()
    assert lesson.errors == []
    lesson.save()
    cells = [cell for cell in saved(course).cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    check = lesson.cell("check_backward_propagation")
    expect(check).to_contain_text("backward_propagation: to do, 0 of 6 points")
    desk.picture("to-do")


def test_a_mistake_is_named_hinted_at_and_mended(desk):
    lesson = desk.open(PATH)
    lesson.run(IMPORTS)
    lesson.write("backward_propagation", WITHOUT_SLOPE)
    lesson.run("backward_propagation")
    card = lesson.run("check_backward_propagation")
    expect(card).to_contain_text("not yet right")
    expect(card).to_contain_text("the slope of the output unit is missing")
    desk.picture("mistake-named")

    hint = card.locator("details").first
    told = hint.locator("p")
    expect(told).to_be_hidden()
    hint.locator("summary").click()
    expect(told).to_be_visible()
    desk.picture("hint-opened")

    lesson.write("backward_propagation", RIGHT)
    lesson.run("backward_propagation")
    card = lesson.run("check_backward_propagation")
    expect(card).to_contain_text("backward_propagation: right, 6 of 6 points")
    expect(card.locator("details")).to_have_count(0)
    desk.picture("mended")


def test_after_a_reload_the_work_goes_on_in_the_same_kernel(desk):
    lesson = desk.open(PATH)
    lesson.run(IMPORTS)
    lesson.write("backward_propagation", RIGHT)
    lesson.run("backward_propagation")
    lesson.run("check_backward_propagation")
    lesson.save()
    desk.page.reload()
    lesson.until_ready()
    card = lesson.cell("check_backward_propagation")
    expect(card).to_contain_text("right, 6 of 6 points")
    desk.picture("reloaded")
    # Nothing above has to be run again.
    card = lesson.run("check_backward_propagation")
    expect(card).to_contain_text("right, 6 of 6 points")
    assert lesson.errors == []


def test_after_a_restart_halfway_the_lesson_says_how_to_go_on_with_the_answers_in_it(desk):
    lesson = desk.open(PATH)
    expect(desk.page.get_by_text("Python has forgotten every cell that ran")).to_be_visible()
    lesson.run(IMPORTS)
    lesson.write("backward_propagation", RIGHT)
    lesson.run("backward_propagation")
    lesson.restart()
    # What stood above is gone from the kernel: the check says so, and what to do.
    card = lesson.run("check_backward_propagation")
    expect(card).to_contain_text("NameError")
    expect(card).to_contain_text("Run All Above Selected Cell in the menu Run")
    desk.picture("restarted")
    lesson.run_above("check_backward_propagation")
    card = lesson.run("check_backward_propagation")
    expect(card).to_contain_text("right, 6 of 6 points")
    assert lesson.errors == []
    desk.picture("gone-on")


def test_who_closes_the_tab_is_asked_and_comes_back_to_what_was_saved(desk, course):
    lesson = desk.open(PATH)
    lesson.run(IMPORTS)
    lesson.write("backward_propagation", RIGHT)
    lesson.run("backward_propagation")
    lesson.save()
    lesson.write("backward_propagation", WITHOUT_SLOPE)  # not saved, not run
    desk.new_tab()
    assert desk.dialogs == ["beforeunload"]
    assert RIGHT.strip() in [cell.source.strip() for cell in saved(course).cells]
    lesson = desk.open(PATH)
    expect(lesson.cell("backward_propagation")).to_contain_text("(out_y - Y) * out_y")
    # The kernel went on without a window.
    card = lesson.run("check_backward_propagation")
    expect(card).to_contain_text("right, 6 of 6 points")
    desk.picture("come-back")


def test_validate_names_the_checks_that_are_left_open(desk, course):
    solve(course, "find_the_bug", "explain_the_bug")
    lesson = desk.open(PATH)
    dialog = lesson.validate()
    expect(dialog).to_contain_text("Validation Results")
    # In nbgrader's words: "Partial credit" is also what it calls none at all.
    expect(dialog).to_contain_text('check("find_the_bug", find_the_bug)Partial credit')
    expect(dialog).to_contain_text("YOUR ANSWER HEREYou did not provide a response.")
    expect(dialog.locator("pre, p", has_text="The following cell failed")).to_have_count(2)
    desk.picture("validation-of-an-unfinished-lesson")


def test_validate_passes_a_finished_lesson(desk, course):
    solve(course)
    lesson = desk.open(PATH)
    dialog = lesson.validate()
    expect(dialog).to_contain_text("Success! Your notebook passes all the tests.")
    desk.picture("validation-of-a-finished-lesson")
