"""Packs one lesson as a Gradescope autograder."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ..files import write_safely
from ..handout import DATE, SET_UP, course_files
from .errors import Stop
from .single import lesson_of_course, pack_lesson

LESSON_FILE = "lesson.json"

# Runs once, as root, when Gradescope builds the image. Ubuntu 22.04 comes with Python 3.10.
_SETUP = """\
#!/usr/bin/env bash
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends bubblewrap libseccomp2 make python3 python3-venv
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    apt-get install --yes --no-install-recommends python3.11 python3.11-venv
make -C "$(dirname "$0")" setup GROUPS=grading
"""
# Runs for each submission. If there is no results.json, Gradescope reports that grading failed
# and gives no points.
_RUN = """\
#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")/source"
export MPLCONFIGDIR="$PWD/.venv/user/matplotlib"
exec .venv/bin/python -m backprop_classroom grade-one{options} --format gradescope \\
    --packed {lesson} --to ../results/results.json ../submission
"""


def pack_autograder(
    root: Path, lesson: str, destination: Path, *, sealed: bool = True
) -> list[str]:
    """Write the zip that Gradescope takes as the autograder of a lesson.

    It contains the packages, requirements.txt and the lesson without answers.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        A folder in solutions/.
    destination
        The zip to write.
    sealed
        Whether student code needs a sandbox: if so, grading stops if bubblewrap does not work.

    Returns
    -------
    list of str
        The files that are left out because git does not track them.

    Raises
    ------
    Stop
        If a file cannot be read or written.
    Refused
        If nbgrader cannot generate the student version of the lesson.
    NoHandout
        If git cannot list the files of the course.
    """
    tracked, left_out = course_files(root)
    taken = {name for name in tracked if name.startswith("src/")} | set(SET_UP)
    files = {name: (root / name).read_bytes() for name in sorted(taken)}
    files[LESSON_FILE] = pack_lesson(lesson_of_course(root, lesson)).encode()
    options = "" if sealed else " --unsealed"
    run = _RUN.format(lesson=LESSON_FILE, options=options)
    scripts = {"setup.sh": _SETUP.encode(), "run_autograder": run.encode()}
    try:
        write_safely(destination, _zipped(files, scripts))
    except OSError as error:
        raise Stop(f"{destination} cannot be written ({error.strerror})") from None
    return [name for name in left_out if name.startswith("src/")]


def _zipped(files: Mapping[str, bytes], scripts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, **scripts}.items():
            entry = zipfile.ZipInfo(name, DATE)
            mode = 0o100755 if name in scripts else 0o100644
            entry.create_system, entry.external_attr = 3, mode << 16  # as on Linux
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue()
