"""A student's progress: exercises done, points, predictions and the next exercise of each lesson.

It is read from the saved notebooks and from the checks that ran in this session. The points are
those that the checks showed in the student's own notebook; grading computes them again.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from .exercises import EXERCISES
from .notebook import show, variables
from .predictions import PREDICTED
from .saved_lessons import Saved, read_lesson

# The variable of the notebook that holds the points from `check` by exercise.
CHECKED = "_checked_by_backprop"


@dataclass(frozen=True)
class LessonProgress:
    """The progress in one lesson.

    Attributes
    ----------
    folder
        The name of the lesson's folder, "03_backward_pass".
    exercises
        The ids of the lesson's exercises, in order.
    earned
        The points of every exercise that was checked.
    written
        The exercises marked by a person that have a written answer.
    predictions
        The number of predictions that can be made.
    predicted
        The number of predictions that were made.
    """

    folder: str
    exercises: tuple[str, ...]
    earned: dict[str, float] = field(default_factory=dict)
    written: frozenset[str] = frozenset()
    predictions: int = 0
    predicted: int = 0

    @property
    def title(self) -> str:
        """The number and the name of the lesson, "3 backward pass"."""
        number, _, name = self.folder.partition("_")
        return f"{number.lstrip('0')} {name.replace('_', ' ')}"

    @property
    def done(self) -> list[str]:
        """The exercises with full points, and the written answers, which a person marks."""
        return [id for id in self.exercises if self.is_done(id)]

    def is_done(self, id: str) -> bool:
        """Return whether an exercise has full points or, if a person marks it, an answer."""
        if EXERCISES[id].manual:
            return id in self.written
        return self.earned.get(id, 0) >= EXERCISES[id].points

    @property
    def next(self) -> str:
        """The id of the first exercise that is not done, or ""."""
        return next((id for id in self.exercises if not self.is_done(id)), "")

    @property
    def points(self) -> float:
        """The points earned so far."""
        return sum(self.earned.values())

    @property
    def most(self) -> float:
        """The points that can be earned."""
        return sum(EXERCISES[id].points for id in self.exercises)

    @property
    def waiting(self) -> float:
        """The points of written answers that nobody has marked yet."""
        return sum(EXERCISES[id].points for id in self.exercises if id in self.written)


@dataclass(frozen=True)
class Progress:
    """The progress in all lessons.

    Attributes
    ----------
    lessons
        The lessons in the order of the course.
    here
        The folder of the current lesson, or "".
    remarks
        One sentence for each file that could not be read.
    """

    lessons: tuple[LessonProgress, ...]
    here: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The exercises done and the points earned in all lessons."""
        if not self.lessons:
            return "Your progress: nothing to count yet"
        done = sum(len(lesson.done) for lesson in self.lessons)
        count = sum(len(lesson.exercises) for lesson in self.lessons)
        points, most = (sum(getattr(one, of) for one in self.lessons) for of in ("points", "most"))
        return f"Your progress: {done} of {count} exercises, {points:g} of {most:g} points"

    @property
    def next(self) -> str:
        """The next exercise, in the current lesson if one is left there."""
        order = sorted(self.lessons, key=lambda lesson: lesson.folder != self.here)
        for lesson in order:
            if lesson.next:
                return f"Next: {lesson.next}, in lesson {lesson.title}"
        return "Every exercise is done" if self.lessons else "No lessons were found"

    @property
    def predictions(self) -> str:
        """How many predictions were made, or "" if there are none to make."""
        made, most = (
            sum(getattr(one, of) for one in self.lessons) for of in ("predicted", "predictions")
        )
        return f"Predictions made: {made} of {most}" if most else ""

    @property
    def footnotes(self) -> tuple[str, ...]:
        """Remarks on the numbers, one sentence each."""
        waiting = sum(lesson.waiting for lesson in self.lessons)
        marks = (f"Written answers are marked by a person: up to {waiting:g} points.",)
        again = "Counted from saved notebooks and this session; run this cell again to update."
        return (*(marks if waiting else ()), *self.remarks, again)

    def __str__(self) -> str:
        lines = [self.headline, f"  {self.next}"]
        if self.predictions:
            lines.append(f"  {self.predictions}")
        for lesson in self.lessons:
            rest = f"; next: {lesson.next}" if lesson.next else "; done"
            lines.append(
                f"  {lesson.title}: {len(lesson.done)} of {len(lesson.exercises)} exercises, "
                f"{lesson.points:g} of {lesson.most:g} points{rest}"
            )
        return "\n".join([*lines, *(f"  {note}" for note in self.footnotes)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        left = ' style="text-align: left"'
        heads = "".join(
            f'<th scope="col"{left}>{name}</th>'
            for name in ("lesson", "exercises done", "points", "next")
        )
        parts = [
            '<section aria-label="Your progress" style="border-left: 4px solid #3b82b5; '
            'padding: .25em .9em; margin: .4em 0">',
            f"<p><strong>{escape(self.headline)}</strong></p><p>{escape(self.next)}</p>",
            f"<p>{escape(self.predictions)}</p>" if self.predictions else "",
            f"<table><thead><tr>{heads}</tr></thead><tbody>",
            *(_row(lesson, left, lesson.folder == self.here) for lesson in self.lessons),
            "</tbody></table>",
            *(f"<p>{escape(note)}</p>" for note in self.footnotes),
            "</section>",
        ]
        return "".join(parts)


def _row(lesson: LessonProgress, left: str, here: bool) -> str:
    title = escape(lesson.title)
    share = lesson.points / lesson.most if lesson.most else 0.0
    # The bar is hidden from screen readers, since the numbers beside it say the same.
    bar = (
        '<span aria-hidden="true" style="display: inline-block; width: 6em; border: 1px solid '
        '#808080; margin-right: .5em"><span style="display: block; background: #3b82b5; '
        f'border-top: .6em solid #3b82b5; width: {round(100 * share)}%"></span></span>'
    )
    following = f"<code>{escape(lesson.next)}</code>" if lesson.next else "&#10003; done"
    return (
        f'<tr><th scope="row"{left}>{f"{title} (here)" if here else title}</th>'
        f"<td{left}>{len(lesson.done)} of {len(lesson.exercises)}</td>"
        f"<td{left}>{bar}{lesson.points:g} of {lesson.most:g}</td><td{left}>{following}</td></tr>"
    )


def note_check(*, exercise: str, points: float) -> None:
    """Record the points from a check, so that `progress` counts them in this session.

    Parameters
    ----------
    exercise
        The id of the exercise.
    points
        The points that the answer earned.
    """
    names = variables()
    if not isinstance(names.get(CHECKED), dict):
        names[CHECKED] = {}
    names[CHECKED][exercise] = points


def progress() -> None:
    """Show your progress in all lessons: as a card in a notebook, as text elsewhere.

    It never raises: a notebook that cannot be read is skipped, and a remark says so.
    """
    names = variables()
    try:
        found = progress_in(
            folder=Path.cwd(), session=names.get(CHECKED, {}), predicted=names.get(PREDICTED, ())
        )
    except Exception as error:  # such as a deleted working folder, which must not stop a lesson
        found = Progress((), remarks=(f"Your progress cannot be read: {error}.",))
    show(found)


def progress_in(
    *, folder: Path, session: Mapping[str, float], predicted: Iterable[str] = ()
) -> Progress:
    """Read the progress from the notebooks in or above a folder.

    A lesson without a notebook is not counted. If no notebook is found, the current lesson and the
    lessons with checks in this session are counted.

    Parameters
    ----------
    folder
        The folder of a lesson, the folder of the course, or a folder inside one of them.
    session
        The points earned in this session by exercise; they override the saved ones.
    predicted
        The ids of the predictions made in this session, in the lesson of this folder.

    Returns
    -------
    Progress
        The progress; a notebook that cannot be read is skipped and named in a remark.
    """
    folder = Path(folder)
    session = {id: float(points) for id, points in session.items() if id in EXERCISES}
    by_lesson: dict[str, list[str]] = {}
    for entry in EXERCISES.values():
        by_lesson.setdefault(entry.lesson, []).append(entry.id)
    here = next((part for part in reversed(folder.parts) if part in by_lesson), "")
    home = folder_of_lessons(folder, by_lesson)
    lessons, remarks = [], []
    if home is None:
        remarks.append("No saved lessons were found here; only this session counts.")
        there = {here, *(EXERCISES[id].lesson for id in session)}
    else:
        there = {name for name in by_lesson if _notebook(home, name).exists()}
    for name in sorted(there & set(by_lesson)):
        saved = Saved()
        if home is not None:
            path = _notebook(home, name)
            try:
                saved = read_lesson(path)
            except Exception as error:
                reason = str(error) or type(error).__name__
                remarks.append(f"{name}/{path.name} is left out: {reason}.")
        now = {str(id) for id in predicted} if name == here else set()
        lessons.append(_lesson(name, by_lesson[name], saved, session, now))
    return Progress(tuple(lessons), here, tuple(remarks))


def _lesson(
    name: str, exercises: list[str], saved: Saved, session: Mapping[str, float], now: set[str]
) -> LessonProgress:
    """Merge the saved state of a lesson with the points and predictions of this session."""
    # An exercise that an instructor removed has no cell. Without any cells, assume all of them.
    ids = tuple(id for id in exercises if id in saved.asked) or tuple(exercises)
    earned = saved.earned | {id: points for id, points in session.items() if id in ids}
    earned = {id: _bounded(earned[id], EXERCISES[id].points) for id in ids if id in earned}
    made = {id for id, was_made in saved.predictions.items() if was_made} | now
    return LessonProgress(
        name, ids, earned, frozenset(saved.written & set(ids)),
        predictions=len(saved.predictions.keys() | now), predicted=len(made),
    )  # fmt: skip


def folder_of_lessons(folder: Path, lessons: Iterable[str]) -> Path | None:
    """Return the nearest folder that contains lessons, such as `notebooks`, or None."""
    for above in (folder, *folder.parents):
        for home in (above, above / "notebooks"):
            if any(_notebook(home, name).exists() for name in lessons):
                return home
    return None


def _notebook(home: Path, lesson: str) -> Path:
    return home / lesson / f"{lesson.partition('_')[2]}.ipynb"


def _bounded(points: float, most: float) -> float:
    """Clip points to the valid range, since a notebook can be edited by hand."""
    if not math.isfinite(points):
        return 0.0
    return min(max(float(points), 0.0), most)
