"""Finds the owner of each notebook in a download, and which of several attempts counts."""

import itertools
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from backprop.student_ids import fault_of_id, made_safe

from ..texts import shown
from .attempts import Attempt
from .collected import Collected, read_record
from .platforms import Origin, Person
from .roster import Roster


def newest_attempts(
    root: Path, attempts: Iterable[Attempt], roster: Roster | None, collected: Collected
) -> Iterator[tuple[str, Attempt]]:
    """Yield the newest attempt for each student and lesson.

    Parameters
    ----------
    root
        The folder of the course.
    attempts
        All attempts in the download.
    roster
        The instructor's roster, or None.
    collected
        Records what happened to the other attempts.

    Yields
    ------
    str
        The student's id.
    Attempt
        The student's newest attempt.
    """
    of_student: dict[tuple[str, str], list[tuple[str, list[Attempt]]]] = defaultdict(list)
    for (owner, lesson), group, claims in _by_owner(attempts, collected):
        for student in _students_of(owner, claims, group, roster, collected):
            of_student[student.casefold(), lesson].append((student, group))
    existing, before = _existing_students(root), _collected_before(root)
    folded_names = {name.casefold(): name for name in existing}
    for (folded, lesson), several in sorted(of_student.items()):
        student = several[0][0]
        group = [attempt for _, one in several for attempt in one]
        if why := _why_unclear(student, lesson, group, roster):
            collected.refuse(_paths(group), why)
        elif student not in existing and folded in folded_names:
            why = (
                f"{student} differs from {folded_names[folded]} in submitted/ only in upper and "
                "lower case; rename one of them"
            )
            collected.refuse(_paths(group), why)
        else:
            newest = _newest(group, collected)
            team = roster.group_of(student, lesson)[0] if roster else ""
            if not team:
                _look_for_other_ids(student, newest, before, collected)
            yield student, replace(newest, group=team)


def _by_owner(
    attempts: Iterable[Attempt], collected: Collected
) -> list[tuple[tuple[Person | str, str], list[Attempt], list[str]]]:
    """Group attempts by owner and lesson, with the ids that the owner claims in any lesson."""
    groups: dict[tuple[Person | str, str], list[Attempt]] = defaultdict(list)
    claims: dict[Person | str, dict[str, None]] = defaultdict(dict)
    for attempt in attempts:
        if attempt.origin.unclear:
            collected.refuse([attempt.path], attempt.origin.unclear)
        elif attempt.owner:
            groups[attempt.owner, attempt.lesson].append(attempt)
            if attempt.origin.claim:
                claims[attempt.owner][attempt.origin.claim] = None
        else:
            collected.not_placed[attempt.path] = (
                "it is unclear who handed it in; put it into a folder that is named after the "
                "student's id"
            )
    return [(key, group, list(claims[key[0]])) for key, group in groups.items()]


def _paths(group: Iterable[Attempt]) -> list[str]:
    return [attempt.path for attempt in group]


def _collected_before(root: Path) -> Mapping[tuple[str, str], list[str]]:
    """Return the ids under which work was collected before, by person and lesson."""
    ids = defaultdict(list)
    for folder in sorted(root.glob("submitted/[!.]*/*/")):
        who = read_record(folder).get("from")
        if isinstance(who, str):
            ids[who, folder.name].append(folder.parent.name)
    return ids


def _look_for_other_ids(
    student: str,
    attempt: Attempt,
    before: Mapping[tuple[str, str], list[str]],
    collected: Collected,
) -> None:
    who = attempt.origin.person
    if who is None or not who.number:
        return
    for other in before.get((str(who), attempt.lesson), ()):
        if other != student:
            collected.remarks.append(
                f"{who} is {student} here, but also {other} in submitted/: remove one of them"
            )


def _existing_students(root: Path) -> list[str]:
    try:
        return os.listdir(root / "submitted")
    except FileNotFoundError:
        return []


def _why_unclear(student: str, lesson: str, group: Sequence[Attempt], roster: Roster | None) -> str:
    """Return why it is unclear which of these attempts counts; "" if it is clear."""
    paths = ", ".join(_paths(group))
    owners = {attempt.owner for attempt in group}
    team = roster.group_of(student, lesson)[0] if roster else ""
    if team and len({attempt.digest for attempt in group}) == 1:
        return ""  # all members of the group handed in the same notebook
    if team and len(owners) > 1:
        return f"several notebooks came from the group {shown(team)} ({paths}); leave one of them"
    if len(owners) > 1:
        who = ", ".join(sorted(shown(owner) for owner in owners))
        instead = ", or give ROSTER=" if roster is None else ""
        return (
            f"more than one submission has the id {student} in {lesson} ({who}); leave one{instead}"
        )
    # A student could pack a zip that contains another student's id.
    zips = {attempt.origin.zips for attempt in group}
    if len(zips) > 1 and len({attempt.digest for attempt in group}) > 1:
        return f"zips with different names have the id {student} ({paths}); leave one of them"
    if len({attempt.digest for attempt in _last_of(group)}) > 1:
        return f"it is unclear which of several counts ({paths}); leave one of them"
    return ""


def _last_of(group: Sequence[Attempt]) -> list[Attempt]:
    """Return the newest attempts; more than one if their order is unknown."""
    times = [attempt.when for attempt in group if attempt.when is not None]
    if len(times) == len(group):
        group = [attempt for attempt in group if attempt.when == max(times)]
    last = max(attempt.origin.rank for attempt in group)
    return [attempt for attempt in group if attempt.origin.rank == last]


def _newest(group: Sequence[Attempt], collected: Collected) -> Attempt:
    """Return the newest of several attempts, and list the others in `collected`."""
    newest = _last_of(group)[0]
    for attempt in group:
        if attempt is not newest:
            same = "the same as" if attempt.digest == newest.digest else "an earlier attempt than"
            collected.aside.append(f"{attempt.path}: {same} {newest.path}")
    return newest


def _students_of(
    owner: Person | str,
    claims: Sequence[str],
    group: Sequence[Attempt],
    roster: Roster | None,
    collected: Collected,
) -> list[str]:
    """Return the ids of the students for whom these attempts count."""
    person = owner if isinstance(owner, Person) else None
    if roster is not None:
        return _students_in_roster(person, claims, group, roster, collected)
    student = _student_without_roster(owner, claims, group, collected)
    return [student] if student else []


def _student_without_roster(
    owner: Person | str, claims: Sequence[str], group: Sequence[Attempt], collected: Collected
) -> str:
    """Return the id of the student who owns these attempts; "" if it is unclear."""
    person = owner if isinstance(owner, Person) else None
    if len(claims) > 1:
        named = " and as ".join(shown(claim) for claim in claims)
        why = f"{owner} handed in as {named}; leave one, or give ROSTER="
        collected.refuse(_paths(group), why)
        return ""
    if person is not None and claims and _is_other_login(person, claims[0]):
        why = f"packed for {shown(claims[0])}, but handed in by {person}; find out whose it is"
        collected.refuse(_paths(group), why)
        return ""
    name = claims[0] if claims or person is None else person.name
    student = made_safe(name)
    if not student:
        why = f"{shown(name)!r} is not valid as a student id ({fault_of_id(name)}); give ROSTER="
        collected.refuse(_paths(group), why)
    elif person is not None and claims and not person.is_login:
        collected.unconfirmed[str(person)] = student
    elif person is not None and not claims and len(person.labels[0]) > 1 and person.is_login:
        collected.renamed[" or ".join(person.labels[0])] = student
    elif student != name:
        collected.renamed[name] = student
    return student


def students_meant(
    origin: Origin, lesson: str, roster: Roster | None
) -> tuple[tuple[str, ...], bool]:
    """Return the possible owners of a file that was not placed, and whether they are certain.

    Parameters
    ----------
    origin
        The file's origin.
    lesson
        The name of its lesson, or "".
    roster
        The instructor's roster, or None.
    """
    person, claim = origin.person, origin.claim
    if roster is None:
        is_claim = claim and (person is None or not _is_other_login(person, claim))
        student = made_safe(claim if is_claim else person.name if person else "")
        return ((student,) if student else ()), not origin.unclear
    for labels in (person.labels if person else (), ((claim,),)):
        _, members = roster.group_named(itertools.chain(*labels), lesson)
        found = roster.find(labels)
        if not members and len(found) == 1:
            members = roster.group_of(found[0], lesson)[1]
        if members or found:
            return tuple(members or found), bool(members) and not origin.unclear
    return (), False


def _is_other_login(person: Person, claim: str) -> bool:
    """Return whether the id in a zip differs from the student's login on the platform."""
    logins = {made_safe(login).casefold() for login in person.labels[0]}
    return person.is_login and made_safe(claim).casefold() not in logins


def _students_in_roster(
    person: Person | None,
    claims: Sequence[str],
    group: Sequence[Attempt],
    roster: Roster,
    collected: Collected,
) -> list[str]:
    labels = person.labels if person else (tuple(claims),)
    who, lesson = shown(group[0].owner), group[0].lesson
    team, ids = roster.group_named([label for one in labels for label in one], lesson)
    if team and not _is_own(person, roster, ids):
        if strangers := _strangers(person, labels, roster, ids):
            others = " and ".join(strangers)
            why = f"{who} matches the group {shown(team)} and {others} in the roster"
            mend = "a column with Moodle's numbers (Participant 12) distinguishes them"
            if not person or person.platform != "Moodle":
                mend = "find out whose it is"
            collected.refuse(_paths(group), f"{why}, who is not in it; {mend}")
            return []
    else:
        ids = roster.find(labels)
        if len(ids) != 1:
            found = f"matches {' and '.join(ids)} in the roster" if ids else "is not in the roster"
            collected.refuse(_paths(group), f"{who} {found}")
            return []
        if person and len(labels) > 1 and not roster.find(labels[-1:]):
            collected.by_number[person.name] = ids[0]
        ids = roster.group_of(ids[0], lesson)[1]
    if why := _why_not_theirs(ids, person, group, roster):
        collected.refuse(_paths(group), why)
        return []
    return ids


def _is_own(person: Person | None, roster: Roster, members: Sequence[str]) -> bool:
    """Return whether a name that could be a group's is a student's, judging by the number."""
    if person is None or len(person.labels) == 1:
        return False
    numbered = set(roster.find(person.labels[:1])) & set(roster.find(person.labels[-1:]))
    return bool(numbered) and not numbered & set(members)


def _strangers(
    person: Person | None,
    labels: Sequence[Sequence[str]],
    roster: Roster,
    members: Sequence[str],
) -> list[str]:
    """Return students outside the group to whom the group's name and number may also refer."""
    if person and person.platform == "Canvas":  # the number belongs to a member
        numbered = roster.find(labels[:1])
        named = numbered if set(numbered) <= set(members) and numbered else roster.find(labels)
    else:  # in Moodle it belongs to the group; a student of that name has another number
        named = [one for one in roster.find(labels[-1:]) if not roster.is_numbered(one)]
    return sorted(set(named) - set(members))


def _why_not_theirs(
    ids: Sequence[str], person: Person | None, group: Sequence[Attempt], roster: Roster
) -> str:
    """Return why these attempts may belong to somebody else, or ""."""
    for claim in {attempt.origin.claim for attempt in group} - {""} if person else ():
        found = roster.find([[claim]])
        if not found or not set(found) <= set(ids):
            return (
                f"packed for {shown(claim)}, but handed in by {group[0].owner}; find out "
                "whose it is"
            )
    for folder in {name for attempt in group for name in attempt.origin.folders}:
        if not set(roster.find([[folder]])) <= set(ids):
            owner = shown(group[0].owner)
            return f"it was handed in by {owner}, but is in {shown(folder)}; find out whose it is"
    return ""
