"""What the tests of lessons share."""

import pytest

from backprop.figures import cache


@pytest.fixture
def shown(monkeypatch):
    """The figures and descriptions that were shown, in order."""
    caught = []
    monkeypatch.setattr(cache, "show_once", lambda draw, *_: caught.append(draw()))
    return caught
