"""Runs code as a notebook cell, with source lines for tracebacks."""

import linecache
from itertools import count

import numpy as np

_numbers = count()


def run_cell(source, **variables):
    """Run the source of a cell; return the variables that it leaves."""
    name = f"<cell {next(_numbers)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    variables |= {"np": np, "__name__": "__main__"}
    exec(compile(source, name, "exec"), variables)
    return variables
