"""Opens the gradebook of a course."""

import functools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbgrader.api
from nbformat import NotebookNode
from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from ..lesson import Lesson, lesson_from, read_cells
from ..processes import interrupts_held_back
from ..release import released_notebook
from ..settings import course_settings
from . import records


@functools.cache
def _newest_version() -> str:
    """Return the version of nbgrader's tables, which nbgrader writes into a new gradebook."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


# For each new gradebook, nbgrader starts a program that takes a second to print this version.
nbgrader.api.get_alembic_version = _newest_version


def db_url(root: Path) -> str:
    """Return the address of the gradebook of the course in the folder `root`."""
    default = f"sqlite:///{Path(root, 'gradebook.db').resolve()}"
    return course_settings(root).CourseDirectory.get("db_url", default)


def has_gradebook(root: Path) -> bool:
    """Return whether a course has a gradebook, without creating one."""
    place = make_url(db_url(root))
    return place.get_backend_name() != "sqlite" or Path(place.database or "").exists()


class NoDatabase(ValueError):
    """Raised if the address of the gradebook cannot be used; the message says why."""


def _usable(address: str) -> URL:
    """Return the address of a database as parsed by SQLAlchemy, or raise `NoDatabase`."""
    try:
        url = make_url(address)
        create_engine(url)  # does not connect yet
        return url
    except ModuleNotFoundError as error:
        raise NoDatabase(
            f"the gradebook should be in {url.get_backend_name()}, for which the Python package "
            f"{error.name} is missing (PostgreSQL: pip install 'backprop[postgres]')"
        ) from None
    except SQLAlchemyError as error:
        raise NoDatabase(
            f"the address of the gradebook is not valid ({error}); it should look like "
            "postgresql://user:password@host/name"
        ) from None


def prepare_gradebook(root: Path) -> None:
    """Create the gradebook of a course if it is missing, and check that it is writable.

    Raises
    ------
    DBAPIError
        SQLAlchemy's error, if it cannot be written.
    NoDatabase
        If its address cannot be used.
    """
    url = _usable(db_url(root))
    if url.get_backend_name() == "sqlite" and url.database and not os.path.exists(url.database):
        _make_gradebook(root, url.database)
    with gradebook_of(root) as gradebook:
        records.try_to_write(gradebook)


def _make_gradebook(root: Path, file: str) -> None:
    # Create it under another name and then rename it: nbgrader would take a partial database, left
    # by an interrupted run, for a complete one.
    beside = Path(file + ".new")
    beside.unlink(missing_ok=True)
    # Delay Ctrl-C, which SQLAlchemy could report as an error of the database.
    with interrupts_held_back():
        try:
            with _opened(f"sqlite:///{beside}", root) as gradebook:
                records.prepare(gradebook)
            os.replace(beside, file)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def gradebook_of(root: Path) -> Iterator[Gradebook]:
    """Open the gradebook of a course, and create missing tables."""
    with _opened(db_url(root), root) as gradebook:
        records.prepare(gradebook)
        yield gradebook


def _opened(url: str, root: Path) -> Gradebook:
    try:
        return Gradebook(url, course_settings(root).CourseDirectory.get("course_id", ""))
    except InvalidEntry as error:  # nbgrader wraps errors of the database in this
        raise error.__context__ or error from None


def lesson_of(
    root: Path, gradebook: Gradebook, name: str, released: Sequence[NotebookNode] | None = None
) -> Lesson:
    """Return the `Lesson` with this name, as registered in the gradebook.

    Parameters
    ----------
    root
        The folder of the course.
    gradebook
        Its gradebook.
    name
        The folder of the lesson.
    released
        The cells of the released notebook, if already read.

    Returns
    -------
    Lesson
        The lesson.
    """
    if released is None:
        released = read_cells(released_notebook(root, name))
    return lesson_from(gradebook, name, records.seed_of(gradebook, name), released)
