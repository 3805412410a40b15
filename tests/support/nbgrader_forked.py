"""Runs nbgrader's commands in forks, since importing it takes two CPU seconds per interpreter.

`test_nbgrader_commands.py` runs the program itself.
"""

import os
import sys
import tempfile
import traceback
from subprocess import CompletedProcess

from nbgrader.apps.nbgraderapp import NbGraderApp
from nbgrader.validator import Validator


def nbgrader(folder, *arguments):
    """Run a command of nbgrader in a folder; return a CompletedProcess with all output in stderr.

    The command runs in a fork, so that it does not affect this process.
    """
    with tempfile.TemporaryFile("w+") as said:
        process = os.fork()
        if process == 0:
            _run(folder, arguments, said)
        _, status = os.waitpid(process, 0)
        said.seek(0)
        return CompletedProcess(arguments, os.waitstatus_to_exitcode(status), "", said.read())


def _run(folder, arguments, said):
    """Run nbgrader's main function and exit."""
    code = 1
    try:
        for descriptor in (1, 2):
            os.dup2(said.fileno(), descriptor)
        sys.stdout, sys.stderr = (open(n, "w", closefd=False) for n in (1, 2))
        Validator.stream = sys.stdout  # it has kept the one of its import
        os.chdir(folder)
        sys.argv = ["nbgrader", *arguments]
        NbGraderApp.clear_instance()
        NbGraderApp.launch_instance([*arguments])
        code = 0
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # skips pytest's exit handlers
