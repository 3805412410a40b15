"""Creates resources once per test run, by the first worker that needs them."""

import fcntl
import os
from pathlib import Path


def made_once(tmp_path_factory, name, make):
    """Return a folder that one worker fills and all workers of a run read.

    tmp_path_factory -- pytest's fixture; its folders are separate for each run, so that concurrent
        runs share nothing.
    name -- the name of the folder.
    make -- fills the empty folder; other workers wait until it is done.
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
