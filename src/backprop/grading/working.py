"""What a worker of the pool does: keeps a warm room and grades what it is given in it."""

import atexit
import queue
import threading
from dataclasses import dataclass

from . import pictures
from .budget import Waits
from .conversation import Broke, Conversation
from .lesson import Lesson
from .limits import Limits
from .marking import mark
from .results import Graded
from .sealing import NoSeal, Room, RoomFailed

ATTEMPTS = 3


@dataclass(frozen=True)
class Furnishing:
    """What makes one warm room different from another.

    warm_up -- the code cells that have run in it.
    sealed, limits -- as for `Room`.
    """

    warm_up: tuple[str, ...]
    sealed: bool
    limits: Limits


@dataclass(frozen=True)
class Job:
    """One submission to grade, as plain data that can go to another process or machine.

    patient -- whether code that waits is waited for; else it raises `Waits`, so that it can be
        graded when all others are.
    """

    lesson: Lesson
    student: str
    data: bytes
    sealed: bool = True
    limits: Limits = Limits()
    patient: bool = True

    @property
    def furnishing(self):
        """The kind of room that it needs."""
        return Furnishing(self.lesson.warm_up, self.sealed, self.limits)


def make_ready(furnishing):
    """Have a warm room waiting in this process, for the jobs that come."""
    try:
        _rooms.give_back(furnishing, _rooms.take(furnishing))
    except (NoSeal, RoomFailed):
        pass  # the first job will meet it again, and say so


def grade(job) -> Graded:
    """Grade one submission in a warm room of this process.

    Raises `backprop.grading.sealing.NoSeal` if the room is to be sealed and cannot be,
    `RoomFailed` if no room can be started, several times over, `Waits` as the job says.
    """
    for attempt in range(1, ATTEMPTS + 1):
        room = _rooms.take(job.furnishing)
        try:
            graded = mark(room, job.lesson, job.student, job.data, job.patient)
        except Waits:
            _rooms.give_back(job.furnishing, room)
            raise
        except RoomFailed:
            room.close()
            if attempt == ATTEMPTS:
                raise
        except BaseException:
            room.close()
            raise
        else:
            _rooms.give_back(job.furnishing, room)
            return graded
    raise AssertionError("unreachable")


class _Rooms:
    """The warm rooms of this process: one for each thread that works at the same time."""

    def __init__(self):
        self._free = {}
        self._lock = threading.Lock()

    def take(self, furnishing):
        waiting = self._waiting(furnishing)
        while True:
            try:
                room = waiting.get_nowait()
            except queue.Empty:
                return warm_room(furnishing)
            # bubblewrap ends a room together with the thread that started it.
            if room.is_alive():
                return room
            room.close()

    def give_back(self, furnishing, room):
        self._waiting(furnishing).put(room)

    def close(self):
        with self._lock:
            for rooms in self._free.values():
                while not rooms.empty():
                    rooms.get().close()

    def _waiting(self, furnishing):
        with self._lock:
            return self._free.setdefault(furnishing, queue.SimpleQueue())


_rooms = _Rooms()
atexit.register(_rooms.close)


def warm_room(furnishing):
    """Start a room in which the released lesson has run once, so that all it needs is there."""
    limits = furnishing.limits
    room = Room(sealed=furnishing.sealed, limits=limits)

    def run_released(line):
        conversation = Conversation(line, limits)
        before = pictures.kept(furnishing.warm_up)
        if before:
            conversation.bring(before)
        for source in furnishing.warm_up:
            conversation.run(source)
        if furnishing.warm_up:
            drawn = conversation.drawn()
            if drawn.keys() != before.keys():
                pictures.keep(furnishing.warm_up, drawn)

    try:
        room.warm(run_released)
    except (Broke, RoomFailed) as error:
        room.close()
        raise RoomFailed(f"the released lesson cannot be run: {error}") from None
    return room
