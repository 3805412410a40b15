"""The command `backprop lite`."""

import argparse
import functools
import http.server
import sys
import webbrowser
from pathlib import Path
from typing import ClassVar

from .building import NoSite, write_site
from .runtime import NoRuntime

HOST = "127.0.0.1"


def run(chosen: argparse.Namespace) -> int:
    """Build the site, and serve it if that is asked for; return the exit code."""
    destination = chosen.root / "build" / "lite"
    try:
        page = write_site(chosen.root, destination, chosen.runtime)
    except (NoSite, NoRuntime) as error:
        print(f"backprop: {error}", file=sys.stderr)
        return 2
    print(page)
    if chosen.serve:
        serve(destination, port=chosen.port, browser=not chosen.no_browser)
    return 0


def serve(folder: Path, *, port: int, browser: bool) -> None:
    """Serve a folder to this machine until Ctrl-C."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer((HOST, port), handler) as server:
        address = f"http://{HOST}:{server.server_port}/"
        print(f"{address} (Ctrl-C ends it)", flush=True)
        if browser:
            webbrowser.open(address)
        server.serve_forever()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, and prints no line for each."""

    extensions_map: ClassVar[dict[str, str]] = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".js": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""
