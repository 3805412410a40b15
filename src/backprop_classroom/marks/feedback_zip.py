"""Packs feedback pages for Moodle's "Upload multiple feedback files in a zip".

After mod/assign/feedback/file/importziplib.php of Moodle: a folder is somebody's by the number in
its name, "Full name_12345_assignfeedback_file_", and a page that Moodle has already is replaced.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

_DATE = (1980, 1, 1, 0, 0, 0)  # the same pages make the same zip


def packed(
    root: Path, lesson: str, people: Mapping[str, tuple[str, str]]
) -> tuple[bytes, int, dict[str, str]]:
    """Return the zip, in how many folders it has pages, and by student why they are not in it.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        The lesson whose pages are packed.
    people
        By student, their full name and their number in this assignment of Moodle, "" if unknown.
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
                    "their number in Moodle is not known: it stands in the row that is theirs of "
                    "Moodle's grading worksheet, which INTO= gives"
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
    """Return a name without what separates names in Moodle's folders, or folders in a zip."""
    return re.sub(r"[^\w '.,-]|_", " ", name).strip(" .")[:80] or "Participant"
