"""What is made once for all tests of a run, on whichever worker it is asked for first."""

import fcntl
import os
from pathlib import Path


def made_once(tmp_path_factory, name, make):
    """Return a folder that one worker of a run fills and all of them read.

    tmp_path_factory -- pytest's; its folders are the run's own, so that two runs beside one
        another share nothing.
    name -- what the folder is called.
    make -- takes the empty folder and fills it. Whoever asks meanwhile waits.
    """
    base = tmp_path_factory.getbasetemp()
    run = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, done = Path(run, "shared", name), Path(run, "shared", f"{name}.done")
    folder.parent.mkdir(exist_ok=True)
    with open(folder.parent / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
