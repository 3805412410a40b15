"""nbgrader's own commands without an interpreter each, which takes two CPU seconds to import it.

`test_nbgrader_commands.py` runs the program itself.
"""

import os
import sys
import tempfile
import traceback
from subprocess import CompletedProcess

from nbgrader.apps.nbgraderapp import NbGraderApp


def nbgrader(folder, *arguments):
    """Run a command of nbgrader in a folder; return a CompletedProcess with all it said in stderr.

    A copy of this process runs it, so that nothing of it is left here.
    """
    with tempfile.TemporaryFile("w+") as said:
        process = os.fork()
        if process == 0:
            _run(folder, arguments, said)
        _, status = os.waitpid(process, 0)
        said.seek(0)
        return CompletedProcess(arguments, os.waitstatus_to_exitcode(status), "", said.read())


def _run(folder, arguments, said):
    """Be nbgrader, and end."""
    code = 1
    try:
        for descriptor in (1, 2):
            os.dup2(said.fileno(), descriptor)
        sys.stdout, sys.stderr = (open(n, "w", closefd=False) for n in (1, 2))
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
        os._exit(code)  # without what pytest does at the end of a process
