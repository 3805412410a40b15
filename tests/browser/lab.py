"""JupyterLab in a browser, as a person uses it: `make lab` in a course, and a notebook in it.

Nothing here waits for a time. What is waited for is what a person would see: a cell with
its number, the status bar that says Idle, a dialog.
"""

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import matplotlib
import matplotlib.font_manager  # it writes the list of fonts
import nbformat
from chromium import SECONDS, axe_script, expect
from course import REPOSITORY, grade_id, released_of, source_of

import backprop
from backprop_classroom.release import BEGIN, END, notebook_of

# The first are those of the set-up. A test that is slow meets no automatic saving.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosaveInterval": 3600},
}
TOKEN = "a-token-of-the-tests"
SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden)"

# Finds the notebook on the screen and its cells. Only what the lab knows anyway is read,
# and the view is scrolled; everything else is done by mouse and keyboard.
SCRIPT = """
window.lesson = {
  get panel() {
    const all = window.jupyterapp ? [...window.jupyterapp.shell.widgets("main")] : [];
    return all.find(one => one.isVisible && one.content?.widgets && one.sessionContext);
  },
  // Without a question, even if something is not saved.
  close() { for (const one of [...jupyterapp.shell.widgets("main")]) one.dispose(); },
  get cells() { return this.panel?.model ? [...this.panel.content.widgets] : []; },
  index(id) {
    return this.cells.findIndex(
      cell => cell.model.getMetadata("nbgrader")?.grade_id === id || cell.model.id === id);
  },
  show(id) {
    const index = this.index(id);
    this.panel.content.activeCellIndex = index;
    this.panel.content.scrollToItem(index, "center");
    return index;
  },
  get active() { return this.panel.content.activeCellIndex; },
  get focused() { return this.cells[this.active].node.contains(document.activeElement); },
  get editing() { return !!document.activeElement.closest(".jp-mod-active .cm-content"); },
  // What the status bar says comes a moment after what the kernel says.
  get idle() {
    const kernel = this.panel?.sessionContext.session?.kernel;
    return kernel?.connectionStatus === "connected" && kernel.status === "idle" &&
      [...document.querySelectorAll(".jp-StatusBar-Widget *")]
        .some(one => /Python.*Idle/.test(one.textContent));
  },
  get codes() {
    return this.cells.map(cell => cell.model)
      .filter(model => model.type === "code" && model.sharedModel.source);
  },
  // From now on, note which cells get their number, and whether the kernel restarts.
  watched: new WeakSet(), ran: new Set(), restarted: false,
  watch() {
    this.ran = new Set();
    this.restarted = false;
    for (const model of this.codes.filter(one => !this.watched.has(one))) {
      this.watched.add(model);
      model.stateChanged.connect((_, change) => {
        if (change.name === "executionCount" && change.newValue) this.ran.add(model);
      });
    }
    const session = this.panel.sessionContext;
    if (!this.watched.has(session)) {
      this.watched.add(session);
      session.statusChanged.connect((_, status) => {
        this.restarted ||= status === "restarting";
      });
    }
  },
  done(codes) {
    const failed = [...this.ran].some(one => this.errorsOf(one).length);
    return this.idle && (failed || codes.every(one => this.hasRun(one)));
  },
  codesAbove(id) {
    const above = new Set(this.cells.slice(0, this.index(id)).map(cell => cell.model));
    return this.codes.filter(one => above.has(one));
  },
  hasRun(model) { return this.ran.has(model) && model.executionState === "idle"; },
  errorsOf(model) {
    return model.outputs.toJSON().filter(one => one.output_type === "error")
      .map(one => `${model.id}: ${one.ename}: ${one.evalue}`);
  },
};
"""


def lay_out_course(folder):
    """Copy what a clone of the course holds after `make setup`; return its folder."""
    folder = Path(folder)
    for name in ("Makefile", "nbgrader_config.py"):
        shutil.copy(REPOSITORY / name, folder)
    for name in ("notebooks", "solutions"):
        if not (folder / name).exists():
            ignored = shutil.ignore_patterns(".ipynb_checkpoints")
            shutil.copytree(REPOSITORY / name, folder / name, ignore=ignored)
    # An environment of its own as far as people's settings go; its packages are shared.
    environment = folder / ".venv"
    (environment / "bin").mkdir(parents=True)
    theirs = Path(sys.prefix)
    for entry in [*theirs.iterdir(), *(theirs / "bin").iterdir()]:
        if entry.name not in ("user", "bin", "jupyter"):
            (environment / entry.relative_to(theirs)).symlink_to(entry)
    # The package under test need not be the one that is installed, and the Makefile takes
    # PYTHONPATH away.
    package = shlex.quote(str(Path(backprop.__file__).parents[1]))
    jupyter = environment / "bin" / "jupyter"
    program = shlex.quote(str(theirs / "bin" / "jupyter"))
    jupyter.write_text(f'#!/bin/sh\nPYTHONPATH={package} exec {program} "$@"\n')
    jupyter.chmod(0o755)
    # As the set-up does: the first pyplot would otherwise spend seconds on its fonts.
    fonts = sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))
    (environment / "user" / "matplotlib").mkdir(parents=True)
    for path in fonts:
        shutil.copy(path, environment / "user" / "matplotlib")
    settings = environment / "user/jupyter/lab/user-settings/@jupyterlab"
    for name, values in SETTINGS.items():
        path = settings / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    return folder


@contextlib.contextmanager
def serve(course):
    """Run `make lab` in a course that is laid out; yield its address, and end it."""
    options = ["--no-browser", "--port=0", f"--IdentityProvider.token={TOKEN}"]
    options += ["--LabApp.expose_app_in_browser=True"]
    # Its environment is there: -o setup has make take it as it is.
    command = ["make", "-o", "setup", "lab", f"ARGS={' '.join(options)}"]
    with open(course / "lab.log", "w") as log:
        make = subprocess.Popen(
            command, cwd=course, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield _address(course, make)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(make.pid, signal.SIGTERM)  # the server ends its kernels
            try:
                make.wait(SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(make.pid, signal.SIGKILL)
                make.wait()


def _address(course, make):
    """Return the address of a server that answers; fail with its log if it ends."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if make.poll() is not None:
            break
        for about in (course / ".venv/user/jupyter-data/runtime").glob("jpserver-*.json"):
            # It can be read while it is being written.
            with contextlib.suppress(ValueError, OSError):
                address = f"http://127.0.0.1:{json.loads(about.read_text())['port']}"
                ask(address, "api/status")
                return address
        time.sleep(0.05)  # between two looks, not for a state
    raise AssertionError("make lab does not serve:\n" + (course / "lab.log").read_text())


def ask(address, path, method="GET"):
    """Call the server's own interface, as its pages do."""
    request = urllib.request.Request(
        f"{address}/{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.loads(answer.read() or "null")


def answers_of(lesson):
    """The solutions of a lesson, as somebody types them, by what nbgrader calls their cells."""
    return {
        grade_id(cell): "\n".join(
            line for line in cell.source.split("\n") if line.strip() not in (BEGIN, END)
        )
        for cell in source_of(lesson).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def imports_of(lesson):
    """The first cell of code of a lesson."""
    return next(cell.id for cell in released_of(lesson).cells if "import check" in cell.source)


def cell_with(lesson, code):
    """The one cell of a lesson in which some code stands."""
    (found,) = (
        cell
        for cell in released_of(lesson).cells
        if cell.cell_type == "code" and code in cell.source
    )
    return found


def path_of(lesson):
    """Where the notebook of a lesson is in the course."""
    return str(notebook_of(REPOSITORY / "notebooks" / lesson).relative_to(REPOSITORY))


def shorten(course, lesson, *wanted):
    """Leave of a lesson what stands before its imports, its imports, and some cells.

    To open and to run it costs a third of the whole lesson. Returns where it is in the course.
    """
    path = path_of(lesson)
    notebook = nbformat.read(course / path, as_version=4)
    ids = [cell.id for cell in notebook.cells]
    first = ids.index(imports_of(lesson)) + 1
    found = [cell for cell in notebook.cells[first:] if {cell.id, grade_id(cell)} & {*wanted}]
    assert len(found) == len(wanted), f"not all of {wanted} are in {lesson}"
    notebook.cells[first:] = found
    nbformat.write(notebook, course / path)
    return path


def begin_anew(course, address):
    """Put the lessons back as they were released, and end every kernel."""
    shutil.copytree(REPOSITORY / "notebooks", course / "notebooks", dirs_exist_ok=True)
    for session in ask(address, "api/sessions"):
        ask(address, f"api/sessions/{session['id']}", "DELETE")


def new_window(chromium):
    """A window of the browser that has fetched nothing yet."""
    window = chromium.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    window.set_default_timeout(SECONDS * 1000)
    window.add_init_script(SCRIPT)
    return window


class Desk:
    """A person's browser: a window, what its pages asked for, and pictures of what it shows.

    requests -- every address that a page asked for.
    dialogs -- the kind of each dialog that a page opened in front of everything.
    """

    def __init__(self, window, address, pictures):
        self.address, self.window = address, window
        self.requests, self.dialogs = [], []
        self._pictures, self._taken = pictures, 0
        window.on("request", self._note)
        window.on("dialog", self._accept)
        # Signed in, as by the address that `make lab` prints.
        window.request.get(f"{address}/lab?token={TOKEN}", timeout=SECONDS * 1000).dispose()
        # The lab takes 3 CPU seconds to load: a page on which a test went well is used again.
        self.page = window.pages[0] if window.pages else window.new_page()

    def leave(self, *, failed=False):
        """Close what is open, unasked; if the test has failed, keep its last view first."""
        if failed:
            self._keep("at-the-end", self.page)
        self.window.remove_listener("request", self._note)
        self.window.remove_listener("dialog", self._accept)
        for page in self.window.pages:
            if failed or page is not self.page:
                page.close()
        if not failed and self.in_the_lab:
            self.page.evaluate("lesson.close()")

    def _note(self, request):
        self.requests.append(request.url)

    def _accept(self, dialog):
        self.dialogs.append(dialog.type)
        dialog.accept()

    @property
    def in_the_lab(self):
        return self.page.evaluate("'jupyterapp' in window")

    def go(self, path):
        """Open a path on the server."""
        self.page.goto(f"{self.address}/{path}")

    def until(self, condition, explain):
        """Go on when a condition of ours holds; else fail with an explanation."""
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, explain()
            self.page.wait_for_timeout(50)  # between two looks, while the page goes on

    def picture(self, name, page=None):
        """Keep what the page shows, where pictures are asked for: each takes half a second."""
        if os.environ.get("BACKPROP_ARTEFACTS"):
            self._keep(name, page or self.page)

    def _keep(self, name, page):
        self._taken += 1
        self._pictures.mkdir(parents=True, exist_ok=True)
        path = self._pictures / f"{self._taken:02d}-{name}.png"
        page.screenshot(path=path, animations="disabled", caret="initial")

    def new_tab(self):
        """Close the tab, whatever it held, and open another."""
        left, self.page = self.page, self.window.new_page()
        with left.expect_event("close"):
            left.close(run_before_unload=True)

    def open(self, path):
        """Open a notebook, in the lab if the page shows it; return it when its kernel is idle."""
        lesson = Notebook(self)
        if self.in_the_lab:
            lesson.menu("File", "Open from Path…")
            field = self.page.locator(".jp-Dialog input")
            field.fill(path)
            field.press("Enter")
        else:
            self.go(f"lab/tree/{path}?reset")
        lesson.wait("path => lesson.panel?.context.path === path", path)
        return lesson.until_ready()


class Notebook:
    """A notebook on the screen, its cells named by what nbgrader calls them."""

    def __init__(self, desk):
        self.desk = desk
        self.page = desk.page

    def until_ready(self):
        """Wait until the status bar says Idle: before, what is run is lost without a word."""
        self.wait("lesson.cells.length > 0 && lesson.idle")
        return self

    def wait(self, condition, argument=None):
        # Ten looks a second: one for each frame, as is the default, takes a processor's time.
        self.page.wait_for_function(condition, arg=argument, polling=100)

    def menu(self, name, entry):
        """Choose an entry of a menu."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=name).first.click()
        entries = self.page.locator(".lm-Menu-itemLabel")
        entries.get_by_text(entry, exact=True).click()

    def use_theme(self, name):
        """Choose a theme by the menu."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text="Settings").first.click()
        entries = self.page.locator(".lm-Menu-itemLabel")
        entries.get_by_text("Theme", exact=True).click()
        entries.get_by_text(name, exact=True).click()
        self.wait("name => document.body.dataset.jpThemeName === name", name)

    def run_all(self):
        """Run every cell by the menu, and wait until the last has run or one has failed."""
        self.page.evaluate("lesson.watch()")
        self.menu("Run", "Run All Cells")
        self.wait("lesson.done(lesson.codes)")

    def run_above(self, id):
        """Run all cells above one by the menu, and wait until the last of them has run."""
        self.cell(id)
        self.page.evaluate("lesson.watch()")
        self.menu("Run", "Run All Above Selected Cell")
        self.wait("id => lesson.done(lesson.codesAbove(id))", id)

    def restart(self):
        """Restart the kernel by the menu, and wait until it is idle again."""
        self.page.evaluate("lesson.watch()")
        self.menu("Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog").get_by_role("button", name="Confirm").click()
        self.wait("lesson.restarted && lesson.idle")

    def cell(self, id):
        """Scroll to a cell; return its place on the page."""
        index = self.page.evaluate("id => lesson.show(id)", id)
        assert index >= 0, f"there is no cell {id}"
        cell = self.page.locator(f"{SHOWN} .jp-Cell[data-windowed-list-index='{index}']")
        cell.scroll_into_view_if_needed()
        return cell

    def _enter(self, id):
        """Put the cursor into a cell; words that are shown as a page are opened first."""
        cell = self.cell(id)
        editor = cell.locator(".jp-InputArea-editor .cm-content")
        shown = cell.locator(".jp-MarkdownOutput")
        if shown.is_visible():
            shown.dblclick()
        editor.click()
        expect(editor).to_be_focused()

    def write(self, id, source):
        """Replace what stands in a cell, as by selecting all and typing."""
        self._enter(id)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)
        self.wait(
            "([id, source]) => lesson.cells[lesson.index(id)].model.sharedModel.source === source",
            [id, source],
        )

    def begin(self, id):
        """Run a cell by keyboard, and do not wait."""
        self._enter(id)
        self.page.evaluate("lesson.watch()")
        self.page.keyboard.press("Control+Enter")

    def until_run(self, id):
        """Wait until a cell has its number; return its output on the page."""
        self.wait("id => lesson.hasRun(lesson.cells[lesson.index(id)].model) && lesson.idle", id)
        return self.output(id)

    def run(self, id):
        """Run a cell by keyboard and wait for its number; return its output on the page."""
        self.begin(id)
        return self.until_run(id)

    def output(self, id):
        return self.cell(id).locator(".jp-Cell-outputArea")

    def walk_to(self, id):
        """Go to a cell by the arrow keys, from cell to cell."""
        wanted = self.page.evaluate("id => lesson.index(id)", id)
        place = self.page.evaluate("lesson.active")
        while place != wanted:
            down = place < wanted
            self.page.keyboard.press("ArrowDown" if down else "ArrowUp")
            place += 1 if down else -1
            self.wait("place => lesson.active === place && lesson.focused", place)

    def tab_to(self, place):
        """Press Tab until a place on the page has the focus."""
        for _ in range(50):
            self.page.keyboard.press("Tab")
            if place.evaluate("place => place === place.getRootNode().activeElement"):
                return
        raise AssertionError("Tab does not come to it")

    def save(self):
        """Save by keyboard, and wait until nothing is left to save."""
        self.page.keyboard.press("Control+S")
        self.wait("!lesson.panel.context.model.dirty")

    def stop(self):
        """Press the button that interrupts the kernel."""
        self.page.locator(f"{SHOWN} [data-jp-item-name=interrupt]").click()

    @contextlib.contextmanager
    def validated(self):
        """Press nbgrader's button; yield the dialog that tells the outcome, and close it."""
        self.page.locator(f"{SHOWN} .validate-button").click()
        dialog = self.page.locator(".jp-Dialog")
        expect(dialog).to_be_visible()
        yield dialog
        self.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

    def serious_faults(self, id):
        """What axe-core finds in the output of a cell that keeps somebody out."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe_script())
        place = self.output(id).element_handle()
        # To load all style sheets again serves a rule about whole pages, and to describe each
        # element that is well costs more than to judge it.
        options = {"preload": False, "resultTypes": ["violations"]}
        found = self.page.evaluate("([place, how]) => axe.run(place, how)", [place, options])
        assert found["passes"], "nothing was judged"
        return [
            (fault["id"], fault["nodes"][0]["html"][:200], fault["nodes"][0]["failureSummary"])
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
        ]

    @property
    def errors(self):
        """The exceptions that stand in its outputs."""
        return self.page.evaluate("lesson.codes.flatMap(model => lesson.errorsOf(model))")
