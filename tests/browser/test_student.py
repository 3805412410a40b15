"""A student with an hour: an exercise of lesson 3.

The lesson is the real one, shortened to the exercise: the rest is not what is tested here.
"""

import pytest
from chromium import expect

from browser.lab import imports_of, new_window, shorten

LESSON = "03_backward_pass"
IMPORTS = imports_of(LESSON)
EXERCISE, CHECK = "backward_propagation", "check_backward_propagation"

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
DONE = "backward_propagation: right, 6 of 6 points"

NUMBERS = [1, *(pytest.param(number, marks=pytest.mark.long) for number in range(2, 21))]


@pytest.fixture
def window(chromium, window, number):
    """A window of its own for each repetition: what a student meets who has never been here.

    In the short run the first lesson is opened in a browser that has fetched nothing.
    """
    own = window if number == 1 else new_window(chromium)
    yield own
    if own is not window:
        own.close()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_student_does_an_exercise_and_loses_nothing_on_the_way(desk, course, number):
    lesson = desk.open(shorten(course, LESSON, EXERCISE, CHECK))
    a_mistake_is_named_and_its_hint_opens(lesson)
    the_mistake_is_mended(lesson)
    after_a_reload_the_work_goes_on_in_the_same_kernel(lesson)
    after_a_restart_the_lesson_says_how_to_go_on(lesson)


def a_mistake_is_named_and_its_hint_opens(lesson):
    lesson.run(IMPORTS)
    lesson.write(EXERCISE, WITHOUT_SLOPE)
    lesson.run(EXERCISE)
    card = lesson.run(CHECK)
    expect(card).to_contain_text("not yet right")
    expect(card).to_contain_text("the slope of the output unit is missing")
    lesson.desk.picture("mistake-named")
    hint = card.locator("details").first
    told = hint.locator("p")
    expect(told).to_be_hidden()
    hint.locator("summary").click()
    expect(told).to_be_visible()
    lesson.desk.picture("hint-opened")


def the_mistake_is_mended(lesson):
    lesson.write(EXERCISE, RIGHT)
    lesson.run(EXERCISE)
    card = lesson.run(CHECK)
    expect(card).to_contain_text(DONE)
    expect(card.locator("details")).to_have_count(0)
    lesson.desk.picture("mended")


def after_a_reload_the_work_goes_on_in_the_same_kernel(lesson):
    lesson.save()
    lesson.page.reload()
    lesson.until_ready()
    expect(lesson.cell(CHECK)).to_contain_text(DONE)
    lesson.desk.picture("reloaded")
    # Nothing above has to be run again.
    expect(lesson.run(CHECK)).to_contain_text(DONE)
    assert lesson.errors == []


def after_a_restart_the_lesson_says_how_to_go_on(lesson):
    expect(lesson.page.get_by_text("after a restart of the kernel")).to_be_visible()
    lesson.restart()
    # What stood above is gone from the kernel: the check says so, and what to do.
    card = lesson.run(CHECK)
    expect(card).to_contain_text("NameError")
    expect(card).to_contain_text("Run All Above Selected Cell in the menu Run")
    lesson.desk.picture("restarted")
    lesson.run_above(CHECK)
    expect(lesson.run(CHECK)).to_contain_text(DONE)
    assert lesson.errors == []
    lesson.desk.picture("gone-on")
