"""Python as a page runs it, under the Node that Playwright brings: no browser is needed."""

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

from course import REPOSITORY
from required import require

from backprop_classroom.lite.building import write_runtime
from backprop_classroom.lite.runtime import default_folder, fetch

SUPPORT = Path(__file__).parent


def runtime_of_site(folder):
    """Write what a site loads Python from into a folder; skip the test where it cannot be had."""
    require(shutil.which("npm"), "npm fetches the runtime, and is missing (apt install npm)")
    for package in ("playwright", "jupyterlite_pyodide_kernel"):
        require(importlib.util.find_spec(package), f"{package} is not installed")
    fetch(default_folder())
    write_runtime(folder, default_folder(), REPOSITORY / "src")
    return folder


def told_in_page(runtime, file, *arguments, seconds=1200):
    """Run a file of `tests/support` in a page's Python; return what it prints, read as JSON."""
    from playwright._impl._driver import compute_driver_executable

    node = compute_driver_executable()[0]
    command = [node, str(SUPPORT / "in_node.mjs"), str(runtime), str(SUPPORT / file), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
