"""Functions for processes with limits: some compute without end, need much memory or end Python.

A process with limits imports the module of the function that it calls. This module imports next to
nothing, so that such a process starts immediately.
"""

import os
import signal

MUCH = 3 * 2**30  # more bytes than any limit allows


def forever():
    yield "begun"
    while True:
        pass


def greedy():
    yield len(bytearray(MUCH))


def numbers(most):
    yield from range(most)


def process_id():
    yield os.getpid()


def write_page(root, lesson, student):
    """Like `feedback._write`, but the names of some students say what goes wrong."""
    if student == "computes":
        while True:
            pass
    if student == "grows":
        yield str(len(bytearray(MUCH)))
    if student == "ends":
        os.kill(os.getpid(), signal.SIGABRT)
    yield ""


def clean(notebook):
    """Like `pages._clean`, but the first cell of some notebooks says what goes wrong."""
    source = notebook.cells[0].source
    if source == "computes":
        while True:
            pass
    if source == "grows":
        bytearray(MUCH)
    yield notebook
