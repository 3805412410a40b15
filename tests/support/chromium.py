"""Starts the system's Chromium with Playwright; tests are skipped if one of them is missing."""

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
# The timeout for a state of the page, long enough for a busy machine. BACKPROP_BACKSTOP sets a
# shorter one where a test is expected to fail.
SECONDS = int(os.environ.get("BACKPROP_BACKSTOP", 600))
# No request leaves the machine, since no host name is resolved.
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
    """Start Chromium and yield Playwright's browser; skip the test if something is missing.

    Until it is closed, no other asyncio loop can run in this thread.
    """
    require(CHROMIUM.exists(), f"{CHROMIUM} is missing (Debian: apt install chromium)")
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
    """Return the source of axe-core, which checks the accessibility of the page that runs it."""
    (folder,) = importlib.util.find_spec("axe_playwright_python").submodule_search_locations
    return Path(folder, "axe.min.js").read_text(encoding="utf-8")
