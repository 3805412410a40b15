"""What the tests of this package share."""

import functools

import nbgrader.api
import pytest


@pytest.fixture(scope="session", autouse=True)
def _alembic_asked_once():
    """Whoever makes a gradebook starts a program, for a second, that says the same each time."""
    with pytest.MonkeyPatch.context() as patched:
        once = functools.cache(nbgrader.api.get_alembic_version)
        patched.setattr(nbgrader.api, "get_alembic_version", once)
        yield
