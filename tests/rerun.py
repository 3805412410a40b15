"""Runs a solved lesson again, in a fork, and compares its outputs as strict nbval does."""

import contextlib
import json
import os
import re
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
from course import REPOSITORY, source_of
from nbval.plugin import (
    IPyNbCell,
    IPyNbFile,
    coalesce_streams,
    find_comment_markers,
    find_metadata_tags,
    get_sanitize_patterns,
)

SANITIZE = REPOSITORY / "tests/sanitize.cfg"


class _Cell(IPyNbCell):
    """What nbval compares of one cell, without its kernel and without pytest."""

    def __init__(self, patterns):
        skipped = "metadata", "traceback", "prompt_number", "output_type", "name"
        skipped += "execution_count", "image/png", "image/jpeg"
        self.parent = SimpleNamespace(sanitize_patterns=patterns, skip_compare=skipped)


def run_cells(lesson):
    """Yield each code cell of a solved lesson, and the outputs that it has when run here."""
    from backprop.grading.room.shell import NotebookShell

    shell = NotebookShell.instance()
    os.chdir(REPOSITORY / "solutions" / lesson)
    for cell in source_of(lesson).cells:
        if cell.cell_type == "code":
            outputs, _ = shell.run(cell.source)
            yield cell, coalesce_streams(nbformat.from_dict(outputs))
