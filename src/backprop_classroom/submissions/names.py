"""Finds students by their names, logins, numbers or addresses."""

import re
import unicodedata
from collections.abc import Iterable

_PARTICIPANT = re.compile(r"participant\d+")


class Names:
    """Maps names, logins, numbers and addresses to student ids."""

    def __init__(self) -> None:
        self._by_name: dict[str, dict[str, None]] = {}
        self._numbered: set[str] = set()  # ids of students whose Moodle number is known

    def add(self, id: str, names: Iterable[str]) -> None:
        """Add the names of a student; "Lovelace, Ada" is also added as "Ada Lovelace"."""
        known = set(names)
        known |= {f"{b} {a}" for a, comma, b in (name.partition(",") for name in known) if comma}
        for key in {letters(name) for name in known} - {""}:
            self._by_name.setdefault(key, {})[id] = None
            if _PARTICIPANT.fullmatch(key):
                self._numbered.add(id)

    def is_numbered(self, id: str) -> bool:
        """Return whether the student's Moodle number (Participant 12) is known."""
        return id in self._numbered

    def find(self, groups: Iterable[Iterable[str]]) -> list[str]:
        """Return the ids of the students who match; exactly one if the match is unique.

        Parameters
        ----------
        groups
            Groups of alternative names of one person. A group matches the students who have any of
            its names. Students who match all groups with a match are returned; if there are none,
            those who match any group.
        """
        named = [
            {id for label in group for id in self._by_name.get(letters(label), ())}
            for group in groups
        ]
        found = [ids for ids in named if ids]
        common = set.intersection(*found) if found else set()
        return sorted(common or set().union(*found))


def letters(text: str) -> str:
    """Normalize a name for comparison: Canvas removes spaces, commas and capitals."""
    kept = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in kept if letter.isalnum())
