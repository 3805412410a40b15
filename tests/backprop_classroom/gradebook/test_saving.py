"""Which faults of a database pass when one waits."""

import sqlite3
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from backprop_classroom.gradebook import saving


def of_sqlite(code, said):
    error = sqlite3.OperationalError(said)
    error.sqlite_errorcode = code
    return error


def of_postgres(name, said):
    pytest.importorskip("psycopg")
    from psycopg import errors

    return getattr(errors, name)(said)


PASSING = [
    (of_sqlite, sqlite3.SQLITE_BUSY, "database is locked"),
    (of_sqlite, sqlite3.SQLITE_BUSY_SNAPSHOT, "database is locked"),
    (of_sqlite, sqlite3.SQLITE_LOCKED, "database table is locked: grade"),
    (of_postgres, "DeadlockDetected", "Deadlock erkannt"),
    (of_postgres, "LockNotAvailable", "konnte Sperre nicht setzen"),
    (of_postgres, "SerializationFailure", "could not serialize access"),
]
LASTING = [
    (of_sqlite, sqlite3.SQLITE_IOERR, "disk I/O error in block 7"),
    (of_sqlite, sqlite3.SQLITE_FULL, "database or disk is full"),
    (of_sqlite, sqlite3.SQLITE_ERROR, "no such table: lock"),
    (of_postgres, "IoError", "could not read block 3 in file base/1/2: Input/output error"),
    (of_postgres, "DiskFull", "could not extend file: wrote only 4096 of 8192 bytes at block 5"),
]


@pytest.fixture
def waited(monkeypatch):
    """How long has been waited, as a list of seconds."""
    waited = []
    monkeypatch.setattr(saving, "time", SimpleNamespace(sleep=waited.append))
    return waited


def failing(error, times):
    """Work that fails so many times and then returns "done"."""
    left = [error] * times

    def work():
        if left:
            raise OperationalError("UPDATE grade", {}, left.pop()) from None
        return "done"

    return work


@pytest.mark.parametrize("kind, code, said", PASSING)
def test_what_passes_is_waited_for(waited, kind, code, said):
    assert saving.retry(failing(kind(code, said), times=2)) == "done"
    assert len(waited) == 2


@pytest.mark.parametrize("kind, code, said", LASTING)
def test_what_lasts_is_raised_at_once(waited, kind, code, said):
    with pytest.raises(OperationalError, match=said):
        saving.retry(failing(kind(code, said), times=1))
    assert waited == []


def test_sqlite_gives_the_code_that_is_looked_for(tmp_path, waited):
    with (
        sqlite3.connect(tmp_path / "database") as one,
        sqlite3.connect(tmp_path / "database", timeout=0) as other,
    ):
        one.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            other.execute("BEGIN EXCLUSIVE")
        one.rollback()
    assert saving.retry(failing(caught.value, times=1)) == "done"
