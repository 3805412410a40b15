"""Grades everything that was handed in for a lesson, and writes down who got what."""

import csv
import json
import logging
import os
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm

from ..release import Refused
from ..settings import course_settings
from .plugins import register


@dataclass(frozen=True)
class Outcome:
    """What became of one submission: `reason` is empty if it was graded."""

    student: str
    reason: str = ""


def grade(root, lesson):
    """Grade all of `submitted/*/<lesson>`; write feedback/ and grades.csv.

    Submissions are graded one after the other and each by itself: what is wrong with
    one is reported and does not keep the others from their points.

    Returns the exit code: 0 if every submission has its points, else 1.
    """
    root = Path(root).resolve()
    students = sorted(folder.parent.name for folder in root.glob(f"submitted/*/{lesson}"))
    if not students:
        print(f"nothing was handed in: there is no folder submitted/<student>/{lesson}")
        return 1
    try:
        register(root, lesson, renew=True)
    except Refused as refused:
        print(f"the lesson cannot be graded:\n{refused}", file=sys.stderr)
        return 1
    config = course_settings(root)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    outcomes = []
    with _quiet_nbgrader(root):
        progress = tqdm(students, unit="submission", desc=f"grading {lesson}")
        for student in progress:
            outcome = _grade_one(api, root, lesson, student)
            outcomes.append(outcome)
            if outcome.reason:
                progress.write(f"{student}: {outcome.reason}", file=sys.stderr)
        write_grades(api.coursedir.db_url, root / "grades.csv", lesson, outcomes)
    _print_summary(root, outcomes)
    return 1 if any(outcome.reason for outcome in outcomes) else 0


def _grade_one(api, root, lesson, student):
    try:
        fault = _fault_of_files(root, lesson, student)
        if fault:
            return Outcome(student, fault)
        for step in (api.autograde, api.generate_feedback):
            result = step(lesson, student, force=True)
            if not result["success"]:
                return Outcome(student, _last_error(result))
    except Exception as error:  # one submission never stops the others
        return Outcome(student, f"nbgrader failed with {type(error).__name__}: {error}")
    return Outcome(student)


def _fault_of_files(root, lesson, student):
    """Say what keeps a submission from being graded at all, before nbgrader sees it."""
    handed_in = root / "submitted" / student / lesson
    for source in (root / "solutions" / lesson).glob("*.ipynb"):
        path = handed_in / source.name
        if not path.exists():
            others = ", ".join(sorted(other.name for other in handed_in.iterdir())) or "nothing"
            return f"{source.name} is missing; the folder holds {others}"
        try:
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
        except (json.JSONDecodeError, UnicodeDecodeError, nbformat.reader.NotJSONError):
            return f"{source.name} is not a notebook: it is not valid JSON"
        except Exception as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else ""
            return f"{source.name} is not a valid notebook: {first}"
    return ""


def _last_error(result):
    said = f"{result['log'] or ''}\n{result['error'] or ''}"
    if "became unresponsive" in said:
        return "its code does not end, even when it is interrupted"
    lines = [
        line.strip() for line in said.splitlines() if re.match(r"[\w.]+(Error|Exception): ", line)
    ]
    lines = [line for line in lines if "Please see the" not in line]
    return f"nbgrader failed with {lines[-1]}" if lines else "nbgrader failed without a word"


@contextmanager
def _quiet_nbgrader(root):
    """Work in the course folder, with nbgrader's log kept from the screen."""
    before = os.getcwd()
    os.chdir(root)
    logger = logging.getLogger("traitlets")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
        os.chdir(before)


def write_grades(db_url, path, lesson, outcomes):
    """Write a CSV of all graded lessons, and of the submissions that could not be graded.

    One row for a submission: lesson, student, points, the most one can get, whether a
    person still has to mark something, the reason if it was not graded, then the
    points of each exercise.
    """
    reasons = {outcome.student: outcome.reason for outcome in outcomes if outcome.reason}
    rows = []
    with Gradebook(db_url) as gradebook:
        for assignment in gradebook.assignments:
            for submission in gradebook.assignment_submissions(assignment.name):
                student = submission.student.id
                reason = reasons.pop(student, "") if assignment.name == lesson else ""
                rows.append(_row(assignment, submission, reason))
    rows += [{"lesson": lesson, "student": s, "reason": reason} for s, reason in reasons.items()]
    head = ["lesson", "student", "points", "of", "to_mark", "reason"]
    exercises = [
        name for name in dict.fromkeys(name for row in rows for name in row) if name not in head
    ]
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, head + exercises, restval="")
        table.writeheader()
        table.writerows(sorted(rows, key=lambda row: (row["lesson"], row["student"])))


def _row(assignment, submission, reason):
    row = {"lesson": assignment.name, "student": submission.student.id, "reason": reason}
    if reason:
        return row  # points of an earlier run would say something about another file
    row |= {"points": f"{submission.score:g}", "of": f"{assignment.max_score:g}"}
    row["to_mark"] = "yes" if submission.needs_manual_grade else ""
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            score = (
                ""
                if grade.needs_manual_grade and grade.manual_score is None
                else f"{grade.score:g}"
            )
            row[grade.cell.name.removeprefix("check_")] = score
    return row


def _print_summary(root, outcomes):
    failed = [outcome for outcome in outcomes if outcome.reason]
    print(
        f"{len(outcomes) - len(failed)} of {len(outcomes)} submissions graded; see grades.csv and feedback/"
    )
    if failed:
        width = max(len(outcome.student) for outcome in failed)
        print("not graded:")
        for outcome in failed:
            print(f"  {outcome.student:{width}}  {outcome.reason}")
