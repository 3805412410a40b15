"""Runs the browser's Python in the Node.js that Playwright contains, without a browser."""

import importlib.util
import json
import subprocess
from pathlib import Path

from course import REPOSITORY
from required import require

from backprop_classroom.lite.building import write_runtime
from backprop_classroom.lite.runtime import NoRuntime, default_folder, fetch

SUPPORT = Path(__file__).parent


def runtime_of_site(folder):
    """Write the runtime of a site to a folder; skip the test if it is not available."""
    write_runtime(folder, fetched_runtime(), REPOSITORY / "src")
    return folder


def fetched_runtime():
    """Return the folder of the runtime, and fetch it if needed; skip the test if that fails."""
    for package in ("playwright", "jupyterlite_pyodide_kernel"):
        require(importlib.util.find_spec(package), f"{package} is not installed")
    try:
        fetch(default_folder())
    except NoRuntime as error:
        require(False, f"no runtime for the browser's Python: {error}")
    return default_folder()


def told_in_page(runtime, file, *arguments, seconds=1200):
    """Run a file of `tests/support` in the browser's Python; return its output, parsed as JSON."""
    from playwright._impl._driver import compute_driver_executable

    node = compute_driver_executable()[0]
    command = [node, str(SUPPORT / "in_node.mjs"), str(runtime), str(SUPPORT / file), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
