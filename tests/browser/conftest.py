"""A browser for each worker, and a folder for what it was seen to show."""

import os
from pathlib import Path

import pytest
from required import require


@pytest.fixture(scope="module")  # while Playwright is at work no other loop of asyncio can run
def chromium():
    """Debian's Chromium, driven by Playwright."""
    from lab import CHROMIUM, SWITCHES

    require(CHROMIUM.exists(), f"there is no {CHROMIUM} (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    switches = [*SWITCHES, "--no-sandbox"] if os.geteuid() == 0 else SWITCHES
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def window(chromium):
    """A window of the browser, which remembers what it has fetched."""
    from lab import SCRIPT, SECONDS

    window = chromium.new_context(viewport={"width": 1300, "height": 1000})
    window.set_default_timeout(SECONDS * 1000)
    window.add_init_script(SCRIPT)
    yield window
    window.close()


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course as a clone of it is after `make setup`."""
    from lab import lay_out_course

    return lay_out_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def address(course):
    """Where `make lab` serves it."""
    from lab import serve

    with serve(course) as address:
        yield address


@pytest.fixture
def desk(window, course, address, pictures):
    """A browser on the lab; the lessons are as they were released, and no kernel runs."""
    from lab import Desk, begin_anew

    begin_anew(course, address)
    desk = Desk(window, address, pictures)
    yield desk
    desk.leave()


@pytest.fixture
def pictures(request, tmp_path_factory):
    """Where the pictures of a test go: below BACKPROP_ARTEFACTS, or in pytest's folder."""
    kept = os.environ.get("BACKPROP_ARTEFACTS") or tmp_path_factory.getbasetemp()
    return Path(kept).resolve() / "browser" / request.node.name
