"""Runs commands as an unprivileged user, also if the files are in root's private folders."""

import os
import sys
from pathlib import Path

USER = 4321


def as_ordinary_user(command, home, *needed):
    """Return a command with which root runs the given command as an unprivileged user.

    command -- the command.
    home -- the home folder, which will belong to the user.
    needed -- files and folders that it reads, in addition to the interpreter and its libraries.
    """
    os.chown(home, USER, USER)
    opened = []
    for place in dict.fromkeys(map(os.path.realpath, (sys.base_prefix, sys.prefix, *needed, home))):
        around = [*reversed(Path(place).parents)]
        closed = [one for one in around if not one.stat().st_mode & 0o001]
        if not closed:
            continue
        if str(closed[0]) not in opened:  # hide it behind an accessible empty folder
            opened += ["--perms", "0755", "--tmpfs", str(closed[0])]
        for one in around[around.index(closed[0]) + 1 :]:
            opened += ["--perms", "0755", "--dir", str(one)]
        opened += ["--bind", place, place]
    user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--inh-caps=-all"]
    told = ["env", f"HOME={home}", f"TMPDIR={home}"]
    everything = ["bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev"]
    return [*everything, *opened, *user, *told, *command]
