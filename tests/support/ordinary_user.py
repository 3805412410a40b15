"""Runs commands as an ordinary user of this machine, whose folders root may have closed."""

import os
import sys
from pathlib import Path

USER = 4321


def as_ordinary_user(command, home, *needed):
    """Return a command that runs the given one as a user without any rights, started by root.

    command -- what to run.
    home -- a folder that becomes the user's own.
    needed -- files and folders that it reads, beside the interpreter and its libraries.
    """
    os.chown(home, USER, USER)
    opened = []
    for place in dict.fromkeys(map(os.path.realpath, (sys.base_prefix, sys.prefix, *needed, home))):
        around = [*reversed(Path(place).parents)]
        closed = [one for one in around if not one.stat().st_mode & 0o001]
        if not closed:
            continue
        if str(closed[0]) not in opened:  # an empty folder of the same name hides it
            opened += ["--perms", "0755", "--tmpfs", str(closed[0])]
        for one in around[around.index(closed[0]) + 1 :]:
            opened += ["--perms", "0755", "--dir", str(one)]
        opened += ["--bind", place, place]
    user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--inh-caps=-all"]
    told = ["env", f"HOME={home}", f"TMPDIR={home}"]
    everything = ["bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev"]
    return [*everything, *opened, *user, *told, *command]
