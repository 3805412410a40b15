"""One Chromium and one `make lab` for all tests here, and a folder for what they saw."""

import os
from pathlib import Path

import pytest
from chromium import launched

from browser.lab import Desk, begin_anew, lay_out_course, new_window, serve

FAILED = pytest.StashKey[bool]()


# For this package only: while Playwright is at work no other loop of asyncio can run.
@pytest.fixture(scope="package")
def chromium():
    with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def window(chromium):
    """A window of the browser, which remembers what it has fetched."""
    window = new_window(chromium)
    yield window
    window.close()


@pytest.fixture(scope="package")
def course(chromium, tmp_path_factory):
    """A course as a clone of it is after `make setup`."""
    return lay_out_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="package")
def address(course):
    """Where `make lab` serves it."""
    with serve(course) as address:
        yield address


@pytest.fixture
def desk(request, window, course, address, pictures):
    """A browser on the lab; the lessons are as they were released, and no kernel runs."""
    begin_anew(course, address)
    desk = Desk(window, address, pictures)
    yield desk
    desk.leave(failed=request.node.stash.get(FAILED, False))


@pytest.fixture
def pictures(request, tmp_path_factory):
    """Where the pictures of a test go: below BACKPROP_ARTEFACTS, or in pytest's folder."""
    kept = os.environ.get("BACKPROP_ARTEFACTS") or tmp_path_factory.getbasetemp()
    return Path(kept).resolve() / "browser" / request.node.name


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Remember whether the test itself failed: then the last view is kept."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
