"""Renders notebooks as HTML pages like nbgrader, for tests of their content."""

import time
from contextlib import contextmanager


@contextmanager
def bounded_work(seconds=5):
    """Assert that the block takes at most `seconds` of CPU time.

    On any machine, such work takes a fraction of a second; without the limits that are tested, it
    would take up to several minutes.
    """
    before = time.process_time()
    yield
    assert time.process_time() - before < seconds


def marked(notebook, resources):
    """Add grades like nbgrader's GetGrades, which needs a gradebook."""
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader |= {"score": 1, "points": 2, "comment": "**Well** done: $x_1$"}
    return notebook, resources


def exporting(exporter):
    exporter.register_preprocessor(marked)

    def export(notebook, **details):
        grades = {"notebook": "chain_rule", "score": 1, "max_score": 2, "late_penalty": 0}
        resources = {
            "nbgrader": grades, "notebook_id": "chain_rule", "assignment_id": "01_chain_rule",
            "submission_id": "1", "index": 0, "total": 1, "base_url": "/", "student": "ada",
            "first_name": "Ada", "last_name": "Lovelace", "notebook_path": "autograded/ada/x",
        }  # fmt: skip
        return exporter.from_notebook_node(notebook, resources | details)[0]

    return export
