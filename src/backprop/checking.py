"""Check the answers in a notebook, and replace missing or wrong ones by stand-ins."""

import contextlib
import re
from typing import Any, NoReturn

from .crashes import DidNotRun, message_of
from .exercises import EXERCISES, MarkedByPerson, UnknownExercise, evaluate, find
from .notebook import show, shows_html
from .own_code import MOST_CODE
from .progress import note_check
from .report import Note, Report

# Why the cell of a function failed before it defined the function, by the name of the function.
_failed: dict[str, str] = {}


def check(exercise_id: str, answer: Any) -> "Points":
    """Check an answer and return its points; a notebook shows them as a card with the report.

    It never raises: if an exercise cannot be checked, the card says why, and it earns 0.0.

    Parameters
    ----------
    exercise_id
        For example "backward_propagation".
    answer
        The student's function, or `Undefined`.

    Returns
    -------
    Points
        The points that the answer earns. As the last value of a cell, they are shown as the card.
    """
    try:
        report = evaluate(exercise_id, answer)
    except (UnknownExercise, MarkedByPerson) as error:
        return _given(0.0, Note(str(error)))
    except Exception as error:  # a bug in the course: show a short message, not a traceback
        return _given(
            0.0,
            Note(
                f"The check of {exercise_id} could not finish ({type(error).__name__}: {error}). "
                "This is an error in the course, not in your answer: please tell your instructor."
            ),
        )
    note_check(exercise=report.exercise, points=report.earned)
    if exercise_id in _failed and not isinstance(answer, Undefined):
        show(
            Note(
                f"The cell that defines `{exercise_id}` did not run last time "
                f"({_failed[exercise_id]}): this check uses the earlier `{exercise_id}`."
            )
        )
    return _given(report.earned, report)


class Points(float):
    """A number of points that a notebook displays as a card.

    Attributes
    ----------
    card
        The `Report` or `Note` that explains the points.
    """

    card: Report | Note

    def __repr__(self) -> str:
        return float.__repr__(self)

    def _repr_html_(self) -> str:
        return self.card._repr_html_()


def _given(number: float, card: Report | Note) -> Points:
    points = Points(number)
    points.card = card
    if not shows_html():
        print(card)
    return points


def or_stand_in(exercise_id: str, answer: Any) -> Any:
    """Return an answer if it is right, otherwise a stand-in for it; show a note if it is not.

    Parameters
    ----------
    exercise_id
        For example "backward_propagation".
    answer
        The student's function.

    Returns
    -------
    callable
        The answer itself, or its `Exercise`, which computes the same more slowly.

    Raises
    ------
    UnknownExercise
        If there is no such exercise.
    """
    entry = find(exercise_id)
    if answer is entry:
        return entry
    report = evaluate(exercise_id, answer)
    if report.passed:
        return answer
    first = report.findings[0]
    about = f"{first.where}: " if first.where else ""
    state = "not finished" if report.to_do else f"not right yet ({about}{first.message})"
    show(
        Note(
            f"Your own `{exercise_id}` is {state}, so a stand-in computes the values below, "
            "more slowly than your function will. The rest of the lesson still runs."
        )
    )
    return entry


class Undefined:
    """Placeholder for a function of a notebook until the cell that defines it has been run.

    Parameters
    ----------
    exercise_id
        The name of the function.
    """

    def __init__(self, exercise_id: str) -> None:
        self.exercise_id = exercise_id

    def __call__(self, *arguments: Any, **named: Any) -> NoReturn:
        """Raise an error that says that the function is not defined, and why if that is known.

        Raises
        ------
        DidNotRun
            If the cell that defines the function was run and failed.
        NotImplementedError
            Otherwise.
        """
        if self.exercise_id in _failed:
            why = _failed[self.exercise_id]
            raise DidNotRun(f"the cell that defines `{self.exercise_id}` did not run: {why}")
        raise NotImplementedError(
            f"there is no `{self.exercise_id}` yet: run the cell that defines it, and if it "
            "shows an error, fix that first"
        )


def expect_answers(namespace: dict[str, Any]) -> None:
    """Define an `Undefined` for every exercise whose cell has not been run.

    Parameters
    ----------
    namespace
        The variables of a notebook; existing ones are not changed.
    """
    _failed.clear()
    for exercise_id in EXERCISES:
        namespace.setdefault(exercise_id, Undefined(exercise_id))


def watch_cells(shell: Any) -> None:
    """Record why cells fail, so that a check can say so.

    Parameters
    ----------
    shell
        The IPython shell that runs the cells.
    """
    with contextlib.suppress(AttributeError):  # not a shell with events
        shell.events.register("post_run_cell", lambda result: _note_cell(result, shell.user_ns))


def _note_cell(result: Any, namespace: dict[str, Any]) -> None:
    source = getattr(getattr(result, "info", None), "raw_cell", None) or ""
    for name in set(re.findall(r"^def (\w+)", source, re.MULTILINE)):
        error = result.error_before_exec
        if error is None and isinstance(namespace.get(name), Undefined):
            error = result.error_in_exec
        if error is None:
            _failed.pop(name, None)
        else:
            _failed[name] = _in_words(error)


def _in_words(error: BaseException) -> str:
    if not isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {message_of(error)}"
    text = f", `{error.text.strip()[:MOST_CODE]}`" if error.text else ""
    return f"{type(error).__name__} in line {error.lineno}{text}: {error.msg}"
