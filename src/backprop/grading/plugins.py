"""Plug-ins that make nbgrader's own commands grade this course fairly.

`nbgrader_config.py` puts them in place of nbgrader's preprocessors of the same purpose.
"""

import logging
import tempfile
import warnings
from pathlib import Path

from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import DeduplicateIds, SaveAutoGrades
from sqlalchemy.exc import SAWarning

from ..release import generate, points_given
from ..settings import course_settings

# nbgrader 0.9.6 adds objects to its session in an order that SQLAlchemy remarks on.
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")


class DropDuplicates(DeduplicateIds):
    """Keeps the last of several cells with the same id; the others become ordinary cells.

    nbgrader leaves them with empty settings, at which it stumbles later.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if not cell.metadata.get("nbgrader", True):
            del cell.metadata["nbgrader"]
        return cell, resources


class SavePoints(SaveAutoGrades):
    """Takes the points from the number that a check cell shows, and from nothing else.

    nbgrader by itself gives 0 for a warning on stderr, and full marks for a check that
    shows no number. Here a check that shows no number earns 0, and so does a graded
    cell that is missing from the submission.
    """

    def preprocess(self, nb, resources):
        nb, resources = super().preprocess(nb, resources)
        present = {cell.metadata.nbgrader.grade_id for cell in nb.cells if utils.is_grade(cell)}
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(
                self.notebook_id, self.assignment_id, self.student_id
            )
            for grade in submission.grades:
                if grade.cell.name not in present:
                    grade.auto_score = 0.0
                    grade.needs_manual_grade = False
            gradebook.db.commit()
        return nb, resources

    def _add_score(self, cell, resources):
        super()._add_score(cell, resources)
        id = cell.metadata.nbgrader["grade_id"]
        if cell.cell_type != "code" or not id.startswith("check_"):
            return
        grade = self.gradebook.find_grade(id, self.notebook_id, self.assignment_id, self.student_id)
        most = float(cell.metadata.nbgrader["points"])
        given = 0.0 if _raised(cell) else points_given(cell) or 0.0
        grade.auto_score = min(max(given, 0.0), most)
        grade.needs_manual_grade = grade.manual_score is not None
        self.gradebook.db.commit()


def _raised(cell):
    return any(output.output_type == "error" for output in cell.outputs)


def register_lesson(assignment, student, notebooks):
    """Record a lesson's cells in the gradebook if it does not know them yet.

    nbgrader calls this before it grades a submission, so that a fresh clone can grade
    without generating the assignment first.
    """
    register(Path.cwd(), assignment)


def register(root, lesson, renew=False):
    """Record the cells of `solutions/<lesson>` in the course's gradebook.

    renew -- also if the gradebook knows the lesson, so that edited checks take effect.

    Raises `backprop.release.Refused` if nbgrader refuses, for instance because cells
    were added or removed after submissions had been graded.
    """
    gradebook = Path(root, "gradebook.db").resolve()
    url = course_settings(root).CourseDirectory.get("db_url", f"sqlite:///{gradebook}")
    if not renew and gradebook.exists():
        with Gradebook(url) as known:
            try:
                if known.find_assignment(lesson).notebooks:
                    return
            except MissingEntry:
                pass
    with tempfile.TemporaryDirectory() as scratch:
        logging.getLogger("traitlets").setLevel(logging.ERROR)
        generate(root, lesson, scratch, gradebook=gradebook)
