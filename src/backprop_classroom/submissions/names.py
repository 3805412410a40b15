"""What people are called by, and whom a set of names means."""

import re
import unicodedata
from collections.abc import Iterable

_PARTICIPANT = re.compile(r"participant\d+")


class Names:
    """Which student id belongs to which name, login, number or address."""

    def __init__(self) -> None:
        self._by_name: dict[str, dict[str, None]] = {}
        self._numbered: set[str] = set()  # whose number in Moodle is known

    def add(self, id: str, names: Iterable[str]) -> None:
        """Note by what somebody is called; "Lovelace, Ada" is "Ada Lovelace" too."""
        known = set(names)
        known |= {f"{b} {a}" for a, comma, b in (name.partition(",") for name in known) if comma}
        for key in {letters(name) for name in known} - {""}:
            self._by_name.setdefault(key, {})[id] = None
            if _PARTICIPANT.fullmatch(key):
                self._numbered.add(id)

    def is_numbered(self, id: str) -> bool:
        """Tell whether the number is known that Moodle gives somebody: Participant 12."""
        return id in self._numbered

    def find(self, groups: Iterable[Iterable[str]]) -> list[str]:
        """Return the ids of those who may be meant: one if it is clear.

        Parameters
        ----------
        groups
            Groups of names of one person. Of a group any name may be the right one; groups that
            name somebody have to agree, else all whom they name are returned.
        """
        named = [
            {id for label in group for id in self._by_name.get(letters(label), ())}
            for group in groups
        ]
        found = [ids for ids in named if ids]
        common = set.intersection(*found) if found else set()
        return sorted(common or set().union(*found))


def letters(text: str) -> str:
    """Return a name as it is compared: Canvas leaves spaces and commas out, and capitals."""
    kept = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in kept if letter.isalnum())
