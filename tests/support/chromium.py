"""The system's Chromium, driven by Playwright; without one of them a test is skipped."""

import contextlib
import importlib.util
import os
from pathlib import Path

from required import require

try:
    from playwright.sync_api import expect, sync_playwright
except ImportError:
    expect = None  # `launched` skips the test before it is used

CHROMIUM = Path("/usr/bin/chromium")
# A backstop: how long a state may take to come on a machine that is busy. Where a test is meant
# to fail, BACKPROP_BACKSTOP says how long it is worth to wait.
SECONDS = int(os.environ.get("BACKPROP_BACKSTOP", 600))
# No request leaves the machine: a name that is looked up does not exist.
SWITCHES = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
]


@contextlib.contextmanager
def launched():
    """Start Chromium and yield Playwright's browser; skip the test where something is missing.

    Until it is closed no other loop of asyncio can run in this thread.
    """
    require(CHROMIUM.exists(), f"there is no {CHROMIUM} (Debian: apt install chromium)")
    for package in ("playwright", "axe_playwright_python"):
        require(
            importlib.util.find_spec(package),
            f"{package} is not installed: python -m pip install {package.replace('_', '-')}",
        )
    expect.set_options(timeout=SECONDS * 1000)
    switches = [*SWITCHES, "--no-sandbox"] if os.geteuid() == 0 else SWITCHES
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=switches, timeout=SECONDS * 1000
        )
        yield browser
        browser.close()


def axe_script():
    """The source of axe-core, which judges a page when it is evaluated in it."""
    (folder,) = importlib.util.find_spec("axe_playwright_python").submodule_search_locations
    return Path(folder, "axe.min.js").read_text(encoding="utf-8")
