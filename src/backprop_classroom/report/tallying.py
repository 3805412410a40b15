"""Computes the results and mistakes of a class, without access to files or the gradebook."""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from backprop_judge import EXERCISES
from backprop_judge.mistakes import CATALOGUE

from ..grading.results import Graded, Verdict
from .alike import alike_in_class
from .class_report import (
    ClassReport,
    ExerciseTally,
    MistakeTally,
    Points,
    Separation,
    StudentRow,
)
from .examples import Names, choose

TO_DO = "not-implemented"  # a code in the catalogue that does not count as a mistake
FEWEST = 10  # students; with fewer, a single one can reverse the sign of the separation
OUTER = 0.27  # the share of the class in the upper and in the lower group

# Codes of grading itself, for exercises that the course's judge did not judge.
_OUT_OF_CATALOGUE = {
    "not-reached": "It did not run.",
    "check-missing": "Its check is missing.",
    "test-failed": "The instructor's test does not give all points.",
}


def report_of(
    lesson: str,
    graded: Iterable[Graded],
    most: Mapping[str, float] = {},
    roster: Mapping[str, Collection[str]] = {},
    handed_in: Iterable[str] = (),
    known: Sequence[str] = (),
    not_placed: Mapping[str, str] = {},
    files: Sequence[str] = (),
) -> ClassReport:
    """Compute the report on one lesson.

    Parameters
    ----------
    lesson
        The name of the lesson.
    graded
        The graded submissions. Their `scores` take precedence over the points in their verdicts; a
        score of None is not marked yet.
    most
        The maximum points of each graded cell, by grade_id.
    roster
        The students of the course by id, each with other names to remove from the examples.
        Students who appear in no other argument have not handed in.
    handed_in
        Students with a submission, graded or not.
    known
        Texts of the course, which are ignored when answers are compared.
    not_placed
        By student, a remark on files that were not placed in submitted/ and may be theirs.
    files
        Files that were not placed and whose owner is unknown.
    """
    graded = {one.student: one for one in sorted(graded, key=lambda one: one.student)}
    judged = [one for one in graded.values() if not one.reason]
    most = _most(lesson, judged, most)
    rows = _rows(graded, handed_in, roster, not_placed)
    points = {row.student: row.points for row in rows if row.state == "graded"}
    return ClassReport(
        lesson=lesson,
        most=sum(most.values()),
        exercises=_exercises(judged, points, most),
        mistakes=_mistakes(judged, list(most), Names(roster)),
        rows=tuple(rows),
        alike=alike_in_class(_answers(judged), known),
        files=tuple(files),
    )


def _rows(
    graded: Mapping[str, Graded],
    handed_in: Iterable[str],
    roster: Collection[str],
    not_placed: Mapping[str, str],
) -> list[StudentRow]:
    """Return a row for each student, sorted by id."""
    rows = {student: _row(one) for student, one in graded.items()}
    rows |= {one: StudentRow(one, "not graded yet") for one in set(handed_in) - set(rows)}
    for student, said in not_placed.items():
        row = rows.get(student) or StudentRow(student, "could not be graded", reason=said)
        remarks = (*row.remarks, said) if student in rows else ()
        rows[student] = dataclasses.replace(row, remarks=remarks)
    rows |= {one: StudentRow(one, "not handed in") for one in set(roster) - set(rows)}
    return [rows[student] for student in sorted(rows)]


def exercise_of(grade_id: str) -> str:
    """Return the id of the exercise that a graded cell belongs to."""
    return grade_id.removeprefix("check_")


def _by_exercise(points_of_cells: Iterable[tuple[str, float | None]]) -> dict[str, float | None]:
    """Add up the points of the cells of each exercise; None if a cell is not marked yet."""
    found: dict[str, float | None] = {}
    for cell, points in points_of_cells:
        id = exercise_of(cell)
        before = found.get(id, 0.0)
        found[id] = None if before is None or points is None else before + points
    return found


def _most(lesson: str, judged: Sequence[Graded], cells: Mapping[str, float]) -> dict[str, float]:
    """Return the maximum points of each exercise, in the order of the lesson."""
    found: dict[str, float | None] = {}
    for one in judged:
        in_verdicts = _by_exercise((verdict.exercise, verdict.points) for verdict in one.verdicts)
        found = in_verdicts | found
    found |= _by_exercise(cells.items())
    own = [entry.id for entry in EXERCISES.values() if entry.lesson == lesson]
    order = [id for id in own if id in found] + [id for id in found if id not in own]
    return {id: float(found[id] or 0.0) for id in order}


def _row(graded: Graded) -> StudentRow:
    remarks = tuple(graded.remarks)
    if graded.reason:
        return StudentRow(
            graded.student, "could not be graded", reason=graded.reason, remarks=remarks
        )
    scored = _by_exercise(graded.scores.items())
    verdicts = [one for one in graded.verdicts if exercise_of(one.exercise) not in scored]
    points = scored | _by_exercise((one.exercise, one.earned) for one in verdicts)
    total = sum(score for score in graded.scores.values() if score is not None)
    return StudentRow(
        graded.student,
        "graded",
        total=round(total + sum(one.earned for one in verdicts), 6),
        waiting=None in points.values(),
        points=points,
        mistakes=tuple(
            (exercise_of(one.exercise), code)
            for one in graded.verdicts
            for code in dict.fromkeys(one.codes)
        ),
        remarks=remarks,
    )


# --- exercises ------------------------------------------------------------------------------


def _exercises(
    judged: Sequence[Graded], known: Mapping[str, Points], most: Mapping[str, float]
) -> tuple[ExerciseTally, ...]:
    verdicts: dict[str, dict[str, Verdict]] = defaultdict(dict)
    for one in judged:
        for verdict in one.verdicts:
            verdicts[exercise_of(verdict.exercise)][one.student] = verdict
    separations = _separations(known, most)
    return tuple(
        _exercise(id, points, known, verdicts[id], separations[id]) for id, points in most.items()
    )


def _exercise(
    id: str,
    most: float,
    known: Mapping[str, Points],
    verdicts: Mapping[str, Verdict],
    separation: Separation,
) -> ExerciseTally:
    counts = dict.fromkeys(("right", "partly", "wrong", "to_do", "waiting"), 0)
    earned = []
    for student, points in known.items():
        if id not in points:
            continue
        score, verdict = points[id], verdicts.get(student)
        if score is not None:
            earned.append(score)
        if score is None:
            counts["waiting"] += 1
        elif score >= most - 1e-9:
            counts["right"] += 1
        elif score > 0:
            counts["partly"] += 1
        elif verdict and TO_DO in verdict.codes:
            counts["to_do"] += 1
        else:
            counts["wrong"] += 1
    return ExerciseTally(
        exercise=id,
        points=most,
        mean=float(np.mean(earned)) / most if earned and most else None,
        trusted=all(verdict.trusted for verdict in verdicts.values()),
        separation=separation,
        **counts,
    )


def _separations(known: Mapping[str, Points], most: Mapping[str, float]) -> dict[str, Separation]:
    """Measure how well each exercise separates strong students from weak ones.

    An exercise that is not marked for everybody is not measured, and is excluded from the totals
    for the other exercises: otherwise students without a mark would seem weak.
    """
    why_not = {
        id: reason
        for id in most
        if (reason := _why_not([points.get(id) for points in known.values()], most[id]))
    }
    comparable = [id for id in most if why_not.get(id) in (None, _ALL_EQUAL)]
    if len(comparable) == 1:
        why_not.setdefault(comparable[0], "there is no other exercise to compare it with")
    table = np.array([[points[id] for id in comparable] for points in known.values()])
    found = {}
    for id in most:
        if id in why_not:
            found[id] = Separation(why_not=why_not[id])
            continue
        here = table[:, comparable.index(id)]
        found[id] = _separation(here, table.sum(axis=1), most[id])
    return found


_ALL_EQUAL = "everybody has the same points here"


def _why_not(points: Sequence[float | None], most: float) -> str:
    if len(points) < FEWEST:
        return f"fewer than {FEWEST} students are graded"
    waiting = points.count(None)
    if waiting:
        return f"{waiting} of {len(points)} students have no points here yet"
    if np.ptp(np.array(points, dtype=float)) < 1e-9:
        return _ALL_EQUAL
    return "" if most else "it gives no points"


def _separation(here: np.ndarray, totals: np.ndarray, most: float) -> Separation:
    others = totals - here
    if np.ptp(others) < 1e-9:
        return Separation(why_not="everybody has the same points in the other exercises")
    upper, lower = (_outer_mean(here, sign * totals) / most for sign in (1, -1))
    return Separation(float(np.corrcoef(here, others)[0, 1]), upper, lower)


def _outer_mean(here: np.ndarray, totals: np.ndarray) -> float:
    """Return the mean of `here` over the 27 % of students with the highest totals.

    Students with the same total at the edge of the group share the remaining places, so that the
    result does not depend on the order of names.
    """
    places = max(round(OUTER * len(totals)), 1)
    edge = np.sort(totals)[-places]
    inside, tied = totals > edge + 1e-9, np.abs(totals - edge) <= 1e-9
    weights = inside + tied * (places - inside.sum()) / tied.sum()
    return float(weights @ here) / places


# --- similar answers ------------------------------------------------------------------------


def _answers(judged: Sequence[Graded]) -> dict[str, dict[str, tuple[str, float]]]:
    """Return the answers that are not empty, with their points, by exercise and student."""
    found: dict[str, dict[str, tuple[str, float]]] = defaultdict(dict)
    for one in judged:
        for verdict in one.verdicts:
            if verdict.answer and TO_DO not in verdict.codes:
                answer = (verdict.answer, verdict.earned)
                found[exercise_of(verdict.exercise)][one.student] = answer
    return dict(found)


# --- mistakes -------------------------------------------------------------------------------


def _name_of(code: str) -> str:
    name = CATALOGUE[code].name if code in CATALOGUE else _OUT_OF_CATALOGUE.get(code, code)
    return name.rstrip(".")


def _mistakes(
    judged: Sequence[Graded], order: Sequence[str], names: Names
) -> tuple[MistakeTally, ...]:
    made, answered = defaultdict(list), defaultdict(set)
    for one in judged:
        for verdict in one.verdicts:
            exercise = exercise_of(verdict.exercise)
            answered[exercise].add(one.student)
            for code in dict.fromkeys(verdict.codes):
                if code != TO_DO:
                    made[exercise, code].append((one.student, verdict))
    tallies = [
        MistakeTally(
            exercise=exercise,
            code=code,
            name=_name_of(code),
            students=len({student for student, _ in cases}),
            of=len(answered[exercise]),
            examples=choose(code, cases, names),
        )
        for (exercise, code), cases in made.items()
    ]
    tallies.sort(key=lambda one: (-one.students, order.index(one.exercise), one.code))
    return tuple(tallies)
