"""Every figure that a lesson shows can be seen on a light and on a dark page."""

import sys

import pytest
from contrast import faults_of
from course import REPOSITORY, source_of
from rerun import in_a_fork

from backprop_classroom.release import lessons

# `test_contrast.py` judges figures of the other lessons in the short run. This one shows graphs.
SHORT = "08_autodiff"
EVERY_LESSON = [
    pytest.param(lesson, marks=() if lesson == SHORT else pytest.mark.long)
    for lesson in lessons(REPOSITORY)
]


def faults_in(notebook):
    """Run a solved notebook here; return how many figures it draws, and what is hard to see."""
    from IPython.core.interactiveshell import InteractiveShell

    import backprop.figures.handwriting  # noqa: F401
    from backprop.figures.interactive import scene
    from backprop.sandbox.shell import NotebookShell

    drawn, found = [], []

    def examine(figure, description):
        drawn.append(description)
        found.extend(f"{fault}, in: {description[:60]}" for fault in faults_of(figure))
        return b""

    for name, module in list(sys.modules.items()):
        if name.startswith("backprop.figures") and hasattr(module, "picture_of"):
            module.picture_of = examine
    scene.picture_once = lambda draw, key: (b"", "")  # its still picture has the same colours
    InteractiveShell.clear_instance()  # another test may have made one, of another kind
    shell = NotebookShell.instance()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shell.run(cell.source)
    return len(drawn), found


@pytest.mark.parametrize("lesson", EVERY_LESSON)
def test_every_text_and_line_of_the_figures_can_be_seen(lesson):
    notebook = source_of(lesson)
    drawn, found = in_a_fork(faults_in, notebook)
    assert drawn or not any("backprop.figures" in cell.source for cell in notebook.cells)
    assert found == []
