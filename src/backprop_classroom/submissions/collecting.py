"""Lays out what students handed in for grading, and lists what it could not place."""

import hashlib
import json
import os
import sys
import tempfile
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import nbformat
from nbgrader.utils import parse_utc
from tqdm import tqdm

from ..files import submitted_folder, write_safely
from ..lesson import Lesson
from ..release import Refused, notebook_of
from ..release import lessons as lessons_of
from ..texts import shown
from .archives import files_of
from .names import fault_of_id, made_safe
from .people import BadRoster, Origin, Person, Roster, origin_of
from .reading import COMPANIONS, Unreadable, parse, read_companions, read_file
from .submitting import TIMESTAMP

RECORD = "collected.json"
EARLIER = ".earlier"  # in submitted/, where neither we nor nbgrader look for students


class CannotCollect(ValueError):
    """Nothing can be collected; the message says why and what to do."""


@dataclass(frozen=True)
class _Attempt:
    """One notebook that was handed in.

    parts -- the names on the way to it.
    lesson -- the name of its lesson.
    origin -- its `Origin`.
    when -- when it was handed in, if anything tells.
    digest -- of its bytes, under which they are kept for the time being.
    """

    parts: tuple[str, ...]
    lesson: str
    origin: Origin
    when: datetime | None
    digest: str

    @property
    def owner(self):
        return self.origin.person or self.origin.claim

    @property
    def path(self):
        return _shown_path(self.parts)


@dataclass
class _Report:
    """What became of each file."""

    placed: list[tuple[str, str, str, str]] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    not_placed: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)


def collect(*, root, source, roster=None, timezone=None, replace=False):
    """Lay out a download as submitted/<student>/<lesson>/<name>.ipynb.

    root -- the folder of the course.
    source -- a folder or zip with what students handed in.
    roster -- the path of a `Roster`, or None.
    timezone -- the name of the time zone of times in file names; None for this machine's.
    replace -- whether what comes in replaces what is there if nothing tells which is newer.

    The lesson is found by the cells of a notebook. Of several attempts the newest is taken.
    What a newer one replaces is kept in submitted/.earlier/.

    Prints what became of each file. Returns the exit code: 0 if every submission has its
    place, else 1. Raises `CannotCollect` if there is nothing to begin with.
    """
    # A shell may leave ~ as it is where it stands in FROM=~/download.zip.
    root, source = Path(root).resolve(), Path(source).expanduser()
    _check_source(root, source)
    try:
        zone = ZoneInfo(timezone) if timezone else None
        people = Roster(path=roster) if roster else None
    except BadRoster as error:
        raise CannotCollect(str(error)) from None
    except (KeyError, ValueError, OSError):
        raise CannotCollect(
            f"there is no time zone {shown(timezone)!r}; it should be like Europe/Berlin"
        ) from None
    report = _Report()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            attempts = _read(root, source, Path(scratch), zone, report)
            for student, attempt in _sorted_out(root, attempts, people, report):
                _place(root, student, attempt, Path(scratch, attempt.digest), replace, report)
        except Refused as error:
            raise CannotCollect(str(error)) from None
        except OSError as error:
            raise CannotCollect(
                f"{error}; mend that, then run the same command again: what has been collected stays"
            ) from None
    _print_report(report)
    return 1 if report.not_placed else 0


def _check_source(root, source):
    if not source.exists():
        raise CannotCollect(
            f"there is no {shown(source)}; FROM should be the folder or zip that you downloaded"
        )
    if not (source.is_dir() or source.name.casefold().endswith(".zip")):
        raise CannotCollect(
            f"{shown(source)} is neither a folder nor a zip; unpack it into a folder"
        )
    inside = source.resolve()
    submitted = root / "submitted"
    if inside == submitted or submitted in inside.parents or inside in (root, *root.parents):
        raise CannotCollect(
            f"{shown(source)} holds, or is part of, submitted/ itself; FROM should be a folder or "
            "zip of its own"
        )


# --- reading -------------------------------------------------------------------


def _read(root, source, scratch, zone, report):
    """Return the `_Attempt`s in a download; their bytes go into a scratch folder."""
    known = _known_lessons(root)
    outermost = source.stem if source.name.casefold().endswith(".zip") else source.name
    found, times, others = [], {}, []
    for file in tqdm(files_of(source=source), unit=" files", leave=False, disable=None):
        path = _shown_path(file.parts)
        if file.problem:
            report.not_placed[path] = file.problem
        elif file.data is None:
            others.append(file.parts)
        elif file.name.casefold() == "timestamp.txt":
            times[file.parts[:-1]] = _told_time(file.data)
        else:
            try:
                lesson = _lesson_of(file, known, report)
            except Unreadable as error:
                report.not_placed[path] = str(error)
                continue
            digest = hashlib.sha256(file.data).hexdigest()
            if not (scratch / digest).exists():
                (scratch / digest).write_bytes(file.data)
            origin = origin_of(file.parts, lessons=known.keys(), outermost=outermost, timezone=zone)
            found.append((file.parts, lesson, origin, digest))
    attempts = []
    for parts, lesson, origin, digest in found:
        # A platform knows better than a file that a student could write.
        when = origin.when or times.get(parts[:-1])
        attempts.append(_Attempt(parts, lesson, origin, _believable(when, parts, report), digest))
    _look_at_others(others, attempts, known, outermost, report)
    return attempts


def _known_lessons(root):
    """Return for each lesson the name of its notebook and the ids of its cells."""
    known = {}
    for name in lessons_of(root):
        source = notebook_of(Path(root, "solutions", name))
        ids = _ids_of(nbformat.read(source, as_version=4))
        known[name] = source.stem, ids
    if not known:
        raise CannotCollect(f"there are no lessons in {root / 'solutions'}")
    return known


def _ids_of(notebook):
    """Return the grade_ids in a notebook whose cells may hold anything in their metadata."""
    ids = set()
    for cell in notebook["cells"] if notebook["nbformat"] == 4 else ():
        metadata = cell.get("metadata")
        settings = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        if isinstance(settings, dict) and isinstance(settings.get("grade_id"), str):
            ids.add(settings["grade_id"])
    return ids


def _lesson_of(file, known, report):
    """Return the lesson that a notebook belongs to, or raise `Unreadable`."""
    parse(file.data, Lesson(name="", notebook=shown(file.name)[:-6], cells=(), seed=0))
    ids = _ids_of(json.loads(file.data.decode("utf-8-sig")))
    shared = {lesson: len(ids & own) for lesson, (_, own) in known.items()}
    most = max(shared.values())
    by_cells = [lesson for lesson, count in shared.items() if count == most > 0]
    by_name = _lessons_named(file.parts, known)
    if len(by_cells) == 1:
        if by_name and by_cells[0] not in by_name:
            report.remarks.append(
                f"{_shown_path(file.parts)}: by its name it is {by_name[0]}, by its cells "
                f"{by_cells[0]}; the cells are believed"
            )
        return by_cells[0]
    both = [lesson for lesson in by_name if lesson in by_cells] if by_cells else by_name
    if len(both) == 1:
        return both[0]
    why = (
        f"its cells belong to {' and to '.join(by_cells)} alike"
        if by_cells
        else "it has no cell of any lesson"
    )
    raise Unreadable(f"{why}, and its name does not tell the lesson")


def _lessons_named(parts, known):
    """Return the lessons that the innermost name speaks of that speaks of any."""
    for part in reversed(parts):
        named = [
            lesson
            for lesson, (notebook, _) in known.items()
            if lesson in part or notebook.casefold() in part.casefold()
        ]
        if named:
            return named
    return []


def _told_time(data):
    """Return the time in a timestamp.txt, or None."""
    try:
        return parse_utc(data.decode("utf-8", "replace").strip()).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _believable(when, parts, report):
    if when is not None and when > datetime.now(UTC) + timedelta(days=1):
        report.remarks.append(f"{_shown_path(parts)}: its time lies in the future; it is left out")
        return None
    return when


def _look_at_others(others, attempts, known, outermost, report):
    """List files that are no notebooks; who handed in nothing else has handed in no notebook."""
    with_notebook = {attempt.owner for attempt in attempts} - {""}
    missed = defaultdict(list)
    for parts in others:
        origin = origin_of(parts, lessons=known.keys(), outermost=outermost)
        owner = origin.person or origin.claim
        if owner and owner not in with_notebook:
            missed[owner].append(_shown_path(parts))
        else:
            report.aside.append(f"{_shown_path(parts)}: no notebook")
    for owner, paths in missed.items():
        report.not_placed[paths[0]] = f"nothing that {shown(owner)} handed in is a notebook" + (
            f" (nor are {', '.join(paths[1:4])}{' ...' if len(paths) > 4 else ''})"
            if len(paths) > 1
            else ""
        )


# --- who and which -------------------------------------------------------------


def _sorted_out(root, attempts, roster, report):
    """Yield for each student and lesson the newest attempt; list the others."""
    of_owner, of_student, claims = defaultdict(list), defaultdict(list), defaultdict(dict)
    for attempt in attempts:
        if attempt.owner:
            of_owner[attempt.owner, attempt.lesson].append(attempt)
            if attempt.origin.claim:
                claims[attempt.owner][attempt.origin.claim] = True
        else:
            report.not_placed[attempt.path] = (
                "nothing tells who handed it in; put it into a folder that is named after the "
                "student's id"
            )
    for (owner, lesson), group in of_owner.items():
        student = _student_of(owner, list(claims[owner]), group, roster, report)
        if student:
            of_student[student.casefold(), lesson].append((student, group))
    existing, before = _existing_students(root), _collected_before(root)
    folded_names = {name.casefold(): name for name in existing}
    for (folded, lesson), several in sorted(of_student.items()):
        student = several[0][0]
        group = [attempt for _, group in several for attempt in group]
        if why := _why_unclear(student, lesson, group, roster):
            _place_none(group, why, report)
        elif student not in existing and folded in folded_names:
            why = (
                f"{student} differs from {folded_names[folded]} in submitted/ in nothing but capitals; "
                "rename one of them"
            )
            _place_none(group, why, report)
        else:
            newest = _newest(group, report)
            _look_for_other_ids(student, newest, before, report)
            yield student, newest


def _collected_before(root):
    """Return under which ids the work of each person was collected, by person and lesson."""
    ids = defaultdict(list)
    for path in sorted(root.glob(f"submitted/*/*/{RECORD}")):
        who = _record(path.parent).get("from")
        if isinstance(who, str):
            ids[who, path.parts[-2]].append(path.parts[-3])
    return ids


def _look_for_other_ids(student, attempt, before, report):
    who = attempt.origin.person
    for other in before[str(who), attempt.lesson] if who and who.number else ():
        if other != student:
            report.remarks.append(
                f"{who} is {student} here, and is {other} in submitted/ too: take one of them away"
            )


def _existing_students(root):
    try:
        return os.listdir(root / "submitted")
    except FileNotFoundError:
        return []


def _why_unclear(student, lesson, group, roster):
    """Return why one cannot tell which of these attempts counts; "" if one can."""
    paths = ", ".join(attempt.path for attempt in group)
    owners = {attempt.owner for attempt in group}
    by_platform = {attempt.origin.person is not None for attempt in group}
    if len(owners) > 1 and (roster is None or len(by_platform) > 1):
        who = ", ".join(sorted(shown(owner) for owner in owners))
        return (
            f"more than one claims to be {student} in {lesson} ({who}); leave one, or give ROSTER="
        )
    # Anybody can pack a zip with the name of another inside.
    zips = {one.parts[0] for one in group if one.parts[0].casefold().endswith(".zip")}
    if by_platform == {False} and len(zips) > 1:
        strange = [name for name in zips if student.casefold() not in name.casefold()]
        if strange:
            return f"zips of different names claim to be {student}'s ({paths}); leave one of them"
    if len({attempt.digest for attempt in _last_of(group)}) > 1:
        return f"nothing tells which of several counts ({paths}); leave one of them"
    return ""


def _last_of(group):
    """Return the newest attempts: those after which there is none."""
    if all(attempt.when for attempt in group):
        last = max(attempt.when for attempt in group)
        group = [attempt for attempt in group if attempt.when == last]
    last = max(attempt.origin.rank for attempt in group)
    return [attempt for attempt in group if attempt.origin.rank == last]


def _newest(group, report):
    """Return the newest of several attempts; list the others."""
    newest = _last_of(group)[0]
    for attempt in group:
        if attempt is not newest:
            same = "the same as" if attempt.digest == newest.digest else "an earlier attempt than"
            report.aside.append(f"{attempt.path}: {same} {newest.path}")
    return newest


def _student_of(owner, claims, group, roster, report):
    """Return the id of the student who owns these attempts, or None."""
    person = owner if isinstance(owner, Person) else None
    if roster is not None:
        ids = roster.find(person.labels if person else claims)
        if len(ids) != 1:
            found = f"fits {' and '.join(ids)} in the roster" if ids else "is not in the roster"
            _place_none(group, f"{shown(owner)} {found}", report)
            return None
        for claim in claims if person else ():
            if roster.find((claim,)) != ids:
                report.remarks.append(
                    f"{group[0].path}: packed as {shown(claim)}'s, but handed in by {person}; it "
                    f"is taken for {ids[0]}'s"
                )
        return ids[0]
    if len(claims) > 1:
        named = " and as ".join(shown(claim) for claim in claims)
        _place_none(group, f"{person} handed in as {named}; leave one, or give ROSTER=", report)
        return None
    name = claims[0] if claims else person.name
    student = made_safe(name)
    if not student:
        fault = fault_of_id(name)
        _place_none(
            group, f"{shown(name)!r} will not do as a student id ({fault}); give ROSTER=", report
        )
        return None
    if student != name:
        report.renamed[name] = student
    return student


def _place_none(group, reason, report):
    report.not_placed |= {attempt.path: reason for attempt in group}


# --- placing -------------------------------------------------------------------


def _place(root, student, attempt, kept, replace, report):
    """Put one notebook into its place, unless what is there is newer."""
    folder = submitted_folder(root, student, attempt.lesson)
    name = notebook_of(Path(root, "solutions", attempt.lesson)).name
    path = folder / name
    if student in lessons_of(root):
        report.not_placed[attempt.path] = f"{student} is a lesson, and no student"
        return
    try:
        there = _there(path, root / "submitted" / student)
    except Unreadable as error:
        report.not_placed[attempt.path] = f"in its place, {_relative(path, root)}: {error}"
        return
    data = kept.read_bytes()
    record = _record(folder)
    label = f"{student}/{attempt.lesson}"
    said = "new"
    if there is not None and _of_another(record, attempt):
        report.not_placed[attempt.path] = (
            f"{student} is {attempt.origin.person} here, but what is in submitted/{label} came from "
            f"{shown(record['from'])}; say who is who with ROSTER=, or take the other away"
        )
        return
    if there is not None and there != data:
        order, why = _order(folder, record, attempt)
        if order < 0:
            report.aside.append(f"{attempt.path}: {why}, {_relative(path, root)}")
            return
        if order == 0 and not replace:
            report.not_placed[attempt.path] = (
                f"what is in submitted/{label} is another notebook, and nothing tells which is "
                "newer; ARGS=--replace puts this one in its place and keeps the other"
            )
            return
        said = f"replaces what is now in {_relative(_set_aside(root, folder, there, label), root)}"
    elif there is not None and _told_before(folder, record, attempt):
        report.same.append(label)
        return
    elif there is not None:
        said = "the same notebook, handed in again"
    _write(folder, name, data, attempt, there, record)
    when = f"{attempt.when:%Y-%m-%d %H:%M} UTC" if attempt.when else "time unknown"
    if attempt.origin.late:
        when += f", late says {attempt.origin.person.platform}"
    report.placed.append((label, when, said, attempt.path))


def _there(path, inside):
    if inside.is_symlink():
        raise Unreadable("the folder of the student is a link")
    if not os.path.lexists(path):
        if path.parent.is_symlink() or (path.parent.exists() and not path.parent.is_dir()):
            raise Unreadable("its folder is a link or a file")
        return None
    return read_file(path, inside)


def _record(folder):
    """Return what was written down when this was collected; {} if nothing was."""
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _time_there(folder):
    try:
        return _told_time(read_companions(folder).get("timestamp.txt", b""))
    except OSError:
        return None


def _of_another(record, attempt):
    """Tell whether what is there was handed in by somebody else, as far as platforms tell."""
    who, now = record.get("from"), str(attempt.origin.person or "")
    return isinstance(who, str) and "" != who != now != ""


def _order(folder, record, attempt):
    """Return 1 if a notebook is newer than the one that is there, -1 if older, 0 if unknown.

    In the second place it returns why it is older.
    """
    older = (-1, "it is older than what is there")
    before, when = _time_there(folder), attempt.when
    if record.get("sha256") == attempt.digest:
        return -1, "it was collected before, and what it became has been changed since"
    if before and when and before != when:
        return (1, "") if before < when else older
    ranks = record.get("rank"), list(attempt.origin.rank)
    same_person = attempt.origin.person and record.get("from") == str(attempt.origin.person)
    if same_person and not (before or when) and isinstance(ranks[0], list) and any(ranks[1]):
        with suppress(TypeError):
            if ranks[0] != ranks[1]:
                return (1, "") if ranks[0] < ranks[1] else older
    return 0, ""


def _told_before(folder, record, attempt):
    """Tell whether there is nothing to write down about a notebook that is there already."""
    before = _time_there(folder)
    if attempt.when is None:
        # A time that belongs to the notebook before it, if writing was interrupted, has to go.
        return before is None or record.get("sha256") in (None, attempt.digest)
    return before is not None and before >= attempt.when


def _set_aside(root, folder, data, label):
    """Copy what is about to be replaced to a place where it does not count; return that."""
    aside = root / "submitted" / EARLIER / label / hashlib.sha256(data).hexdigest()[:12]
    for companion, content in read_companions(folder).items():
        write_safely(aside / companion, content)
    for file in folder.glob("*.ipynb"):
        write_safely(aside / file.name, read_file(file, folder))
    return aside


def _write(folder, name, data, attempt, there, record):
    """Write the notebook, then what is known of it: interrupted, the next run completes it."""
    if there != data:
        write_safely(folder / name, data)
    stamp = folder / "timestamp.txt"
    if attempt.when is not None:
        write_safely(stamp, attempt.when.strftime(TIMESTAMP).encode())
    elif record.get("sha256") != attempt.digest:
        stamp.unlink(missing_ok=True)
    # A secret of nbgrader's exchange belongs to the notebook that came with it.
    if there != data:
        for companion in COMPANIONS:
            if companion != stamp.name:
                (folder / companion).unlink(missing_ok=True)
    known = {
        "from": str(attempt.origin.person or ""),
        "file": attempt.path,
        "rank": list(attempt.origin.rank),
        "sha256": attempt.digest,
    }
    write_safely(folder / RECORD, (json.dumps(known, indent=1) + "\n").encode())


# --- telling -------------------------------------------------------------------


def _shown_path(parts):
    return shown("/".join(parts))


def _relative(path, root):
    return path.relative_to(root).as_posix()


def _print_report(report):
    if report.renamed:
        several = [f"{shown(name)!r} is {student}" for name, student in report.renamed.items()]
        more = f" and {len(several) - 3} more" if len(several) > 3 else ""
        report.remarks.append(
            f"names are made fit for folders: {', '.join(several[:3])}{more}; ROSTER= gives students "
            "the ids that you want"
        )
    for title, lines in (
        ("Placed:", [f"{a}, {b}, from {d}: {c}" for a, b, c, d in report.placed]),
        ("To look at:", report.remarks),
        ("Left aside:", report.aside),
    ):
        if lines:
            print(title)
        for line in sorted(lines):
            print(f"  {line}")
    print(
        f"{len(report.placed)} placed in submitted/, {len(report.same)} were there already, "
        f"{len(report.not_placed)} not placed"
    )
    if report.not_placed:
        sys.stdout.flush()
        print("Not placed:", file=sys.stderr)
        for path, reason in sorted(report.not_placed.items()):
            print(f"  {path}: {reason}", file=sys.stderr)
