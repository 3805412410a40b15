"""The settings of the course for every nbgrader command and for formgrader."""

import os
import sys
from pathlib import Path

from backprop.release import KERNEL_ARGUMENTS
from backprop.grading.plugins import DropDuplicates, SavePoints, register_lesson
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader import preprocessors as nbgrader

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

# Mark schemes stand in locked cells below manual answers, not in task cells.
c.ClearMarkScheme.enforce_metadata = False

c.Execute.extra_arguments = KERNEL_ARGUMENTS
c.Execute.timeout = 120  # seconds a cell; training with a numerical gradient takes its time

c.Autograde.pre_convert_hook = register_lesson
c.Autograde.sanitize_preprocessors = [
    nbgrader.ClearOutput,
    DropDuplicates,
    nbgrader.OverwriteKernelspec,
    nbgrader.OverwriteCells,
    nbgrader.CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    nbgrader.Execute,
    nbgrader.IgnorePattern,
    ClearMetadataPreprocessor,
    nbgrader.LimitOutput,
    SavePoints,
    nbgrader.AssignLatePenalties,
    nbgrader.CheckCellMetadata,
]
