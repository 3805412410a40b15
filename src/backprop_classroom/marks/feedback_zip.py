"""Packs feedback pages for Moodle's "Upload multiple feedback files in a zip".

Based on mod/assign/feedback/file/importziplib.php of Moodle: the number in the name of a folder,
"Full name_12345_assignfeedback_file_", identifies the student. Existing pages are replaced.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

_DATE = (1980, 1, 1, 0, 0, 0)  # a fixed date, so that the same pages give the same zip


def packed(
    root: Path, lesson: str, people: Mapping[str, tuple[str, str]]
) -> tuple[bytes, int, dict[str, str]]:
    """Return the zip, its number of folders, and the reasons why students are not in it.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        The lesson whose pages are packed.
    people
        By student, the full name and the number in this Moodle assignment, or "" if unknown.
    """
    left_out = {}
    numbers = Counter(number for _, number in people.values())
    folders = 0
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for id, (name, number) in sorted(people.items()):
            pages = sorted(Path(root, "feedback", id, lesson).glob("[!.~]*.html"))
            if not number:
                left_out[id] = (
                    "the number in Moodle is not known: give Moodle's grading worksheet, which "
                    "contains it, with INTO="
                )
            elif numbers[number] > 1:
                left_out[id] = f"another student also has the number {number}; find out whose it is"
            elif not pages:
                left_out[id] = f"there is no feedback page; run make feedback LESSON={lesson}"
            else:
                folders += 1
                for page in pages:
                    place = f"{_plain(name)}_{number}_assignfeedback_file_/{page.name}"
                    entry = zipfile.ZipInfo(place, _DATE)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, page.read_bytes())
    return file.getvalue(), folders, left_out


def _plain(name: str) -> str:
    """Return a name without characters that separate parts of Moodle's names or of paths."""
    return re.sub(r"[^\w '.,-]|_", " ", name).strip(" .")[:80] or "Participant"
