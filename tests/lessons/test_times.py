"""Each lesson states the minutes that the count gives, and none is too long."""

import pytest
from course import REPOSITORY

from backprop_classroom.release import lessons
from backprop_classroom.times import times_in

LONGEST = {"03_backward_pass": 150}  # minutes; it has a marked break
LONGEST_OF_OTHERS = 120
LESSONS = lessons(REPOSITORY)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_states_the_time_that_is_counted(lesson):
    found = times_in(REPOSITORY, lesson)
    assert found.stated == found.rounded, f"counted: {found.main.minutes:.0f} minutes"


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_main_path_is_too_long(lesson):
    longest = LONGEST.get(lesson, LONGEST_OF_OTHERS)
    assert times_in(REPOSITORY, lesson).main.minutes <= longest


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_minutes_of_the_exercises_are_the_same_in_table_and_text(lesson):
    found = times_in(REPOSITORY, lesson)
    assert found.in_table == found.in_text != {}
