"""The two kinds of pages that nbgrader makes of a submission."""

import pytest
from course import REPOSITORY
from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from pages import exporting

from backprop_classroom.settings import course_settings


@pytest.fixture(scope="module")
def feedback():
    """Makes the page that `nbgrader generate_feedback` makes, without a gradebook."""
    config = course_settings(REPOSITORY)
    converter = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config)
    return exporting(converter.exporter_class(parent=converter, config=converter.config))


@pytest.fixture(scope="module")
def formgrader(tmp_path_factory):
    """Makes the page on which a person marks a submission in formgrader."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(REPOSITORY)
        patch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path_factory.mktemp("jupyter")))
        patch.setattr("sys.path", [*__import__("sys").path])
        extension = FormgradeExtension()
        extension.initialize([])
        # The very line of FormgradeExtension.init_tornado_settings.
        return exporting(HTMLExporter(config=extension.config))
