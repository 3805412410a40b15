"""The command `backprop lite`."""

import argparse
import functools
import http.server
import sys
import webbrowser
from pathlib import Path

HOST = "127.0.0.1"


def add_options(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options to those of `backprop`."""
    building = commands.add_parser("lite", help="build a site that runs the lessons in a browser")
    building.add_argument(
        "--runtime",
        type=Path,
        metavar="FOLDER",
        help="copy this Pyodide distribution into the site, which then needs no network "
        "(to fetch it, run python -m backprop_classroom.lite.runtime FOLDER)",
    )
    building.add_argument("--serve", action="store_true", help="serve the site on this machine")
    building.add_argument("--port", type=int, default=0, help="for --serve (default: a free port)")
    building.add_argument("--no-browser", action="store_true", help="with --serve: open no browser")


def run(chosen: argparse.Namespace) -> int:
    """Build the site, and serve it if requested; return the exit code."""
    from .building import NoSite, write_site
    from .runtime import NoRuntime

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
    """Serve a folder on this machine until Ctrl-C is pressed."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer((HOST, port), handler) as server:
        address = f"http://{HOST}:{server.server_port}/"
        print(f"{address} (press Ctrl-C to stop)", flush=True)
        if browser:
            webbrowser.open(address)
        server.serve_forever()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without printing a line for each request."""

    extensions_map = {  # noqa: RUF012 - same type as in the base class
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".js": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""
