"""The settings of the course for every nbgrader command and for formgrader."""

import os
import sys
from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import AssignLatePenalties, ClearOutput, SaveCells

from backprop_classroom.gradebook.changed_lesson import SaveChangedCells
from backprop_classroom.grading.nbgrader_plugins import (
    GradeInSandbox,
    HideMarkScheme,
    read_times_safely,
    register_lesson,
)
from backprop_classroom.html.formgrader import escape_names, template_folders
from backprop_classroom.html.marks import GetMarks
from backprop_classroom.release import KERNEL_ARGUMENTS

# nbgrader starts alembic by name when it makes its database. Without this it fails
# wherever the environment is used without being activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

c = get_config()  # noqa: F821  provided by whoever loads this file

c.CourseDirectory.course_id = "backprop"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"

# Where nbgrader passes notebooks to students and back. A class whose members share a
# machine sets this to a folder that all of them can reach.
c.Exchange.root = str(Path.cwd() / "exchange")

# The grades: gradebook.db in this folder, unless the address of a database is given.
if os.environ.get("BACKPROP_DB_URL"):
    c.CourseDirectory.db_url = os.environ["BACKPROP_DB_URL"]

# `make grade` writes grades.csv; what nbgrader exports does not take its place.
c.ExportPlugin.to = "nbgrader_grades.csv"

# Mark schemes stand in locked cells below manual answers, not in task cells.
c.ClearMarkScheme.enforce_metadata = False

# An exercise may be added or dropped after submissions have been graded.
c.GenerateAssignment.preprocessors = [
    SaveChangedCells if step is SaveCells else step
    for step in GenerateAssignment.preprocessors.default()
]

c.Execute.extra_arguments = KERNEL_ARGUMENTS
c.Execute.timeout = 1200  # seconds a cell by the clock: a machine can be busy

c.Autograde.pre_convert_hook = register_lesson
c.Autograde.sanitize_preprocessors = [ClearOutput]
c.Autograde.autograde_preprocessors = [GradeInSandbox, AssignLatePenalties]

# As nbgrader has it, without the model answers that a grader sees in formgrader, and with what a
# person has still to mark.
c.GenerateFeedback.exporter_class = "backprop_classroom.html.feedback_exporter.FeedbackExporter"
c.GenerateFeedback.preprocessors = [GetMarks, HideMarkScheme, CSSHTMLHeaderPreprocessor]

escape_names()
read_times_safely()

# What students wrote is cleaned whenever nbgrader makes a page of it, for feedback as in
# formgrader: no script, event handler or remote address of theirs reaches a browser.
c.HTMLExporter.preprocessors = ["backprop_classroom.html.pages.CleanPage"]
c.HTMLExporter.extra_template_basedirs = template_folders()  # no library from a network
c.HTMLExporter.filters = {
    "markdown2html": "backprop_classroom.html.pages.markdown2html",
    "strip_files_prefix": "backprop_classroom.html.pages.strip_files_prefix",
    # Of points that are missing they leave the words as they are.
    "float": "backprop_classroom.html.marks.as_float",
    "round": "backprop_classroom.html.marks.as_rounded",
    # As Python, whatever a notebook says its language is.
    "highlight_code": "backprop_classroom.html.highlighting.highlight_code",
}
