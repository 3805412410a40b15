"""In the room's place of `backprop.checking.evaluating`: has an answer judged from afar."""

from backprop.grading.exchange import unpacked_report
from backprop.grading.room.asking import ask, handed, was_judged


class MarkedByPerson(TypeError):
    """This exercise has no function to call."""


def evaluate(exercise_id, answer, seed=0):
    """Have an answer judged and return the `Report`, as outside of the room.

    Raises `backprop.exercises.UnknownExercise` or `MarkedByPerson`. The seed is taken
    for compatibility; in the room it is always that of a notebook's own checks.
    """
    from backprop.exercises import find

    entry = find(exercise_id)
    if entry.manual:
        raise MarkedByPerson(f"{entry.id} is marked by a person; there is nothing to call")
    judged = was_judged(entry.id, answer)
    told = ask("evaluate", exercise=entry.id, answer=handed(answer), judged=judged)
    return unpacked_report(told["report"])
