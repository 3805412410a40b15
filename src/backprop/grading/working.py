"""What a worker of the pool does: keeps a warm room and grades what it is given in it."""

import atexit
import queue
import threading
from dataclasses import dataclass

from .conversation import Broke, Conversation, OutOfTime
from .lesson import Lesson
from .limits import Limits
from .marking import mark
from .results import Graded
from .sealing import Room, RoomFailed

ATTEMPTS = 3


@dataclass(frozen=True)
class Job:
    """One submission to grade, as plain data that can go to another process or machine."""

    lesson: Lesson
    student: str
    data: bytes
    sealed: bool = True
    limits: Limits = Limits()


def grade(job) -> Graded:
    """Grade one submission in a warm room of this process.

    Raises `backprop.grading.sealing.NoSeal` if the room is to be sealed and cannot be,
    `RoomFailed` if no room can be started, several times over.
    """
    for attempt in range(1, ATTEMPTS + 1):
        room = _rooms.take(job)
        try:
            graded = mark(room, job.lesson, job.student, job.data)
        except RoomFailed:
            room.close()
            if attempt == ATTEMPTS:
                raise
        except BaseException:
            room.close()
            raise
        else:
            _rooms.give_back(job, room)
            return graded
    raise AssertionError("unreachable")


class _Rooms:
    """The warm rooms of this process: one for each thread that works at the same time."""

    def __init__(self):
        self._free = {}
        self._lock = threading.Lock()

    def take(self, job):
        try:
            return self._waiting(job).get_nowait()
        except queue.Empty:
            return warm_room(job.lesson, sealed=job.sealed, limits=job.limits)

    def give_back(self, job, room):
        self._waiting(job).put(room)

    def close(self):
        with self._lock:
            for rooms in self._free.values():
                while not rooms.empty():
                    rooms.get().close()

    def _waiting(self, job):
        kind = (job.lesson.name, job.lesson.warm_up, job.sealed, job.limits)
        with self._lock:
            return self._free.setdefault(kind, queue.SimpleQueue())


_rooms = _Rooms()
atexit.register(_rooms.close)


def warm_room(lesson, *, sealed=True, limits=Limits()):
    """Start a room in which the released lesson has run once, so that all it needs is there."""
    room = Room(sealed=sealed, limits=limits)

    def run_released(line):
        conversation = Conversation(line, limits, float("inf"))
        for source in lesson.warm_up:
            conversation.run(source)

    try:
        room.warm(run_released)
    except (Broke, OutOfTime, RoomFailed) as error:
        room.close()
        raise RoomFailed(f"the released lesson cannot be run: {error}") from None
    return room
