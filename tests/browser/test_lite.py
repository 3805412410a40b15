"""The lessons in a page that runs Python itself, without a server and without a network.

Firefox and Safari are not tested.
"""

import functools
import io
import json
import shutil
import subprocess
import sys
import threading
import zipfile
from http.server import ThreadingHTTPServer

import pytest
from chromium import expect
from course import REPOSITORY
from in_page import fetched_runtime

from backprop_classroom.lite.building import write_site
from backprop_classroom.lite.command import _Quiet
from browser.lab import Desk, Notebook, answers_of, cell_with, imports_of, new_window, shorten
from browser.test_student import CHECK, DONE, EXERCISE, RIGHT, WITHOUT_SLOPE

CHAIN, BACKWARD = "01_chain_rule", "03_backward_pass"
FIGURE = cell_with(CHAIN, "interactive.slope()").id
PROGRESS = cell_with(CHAIN, "progress()").id
LOSS = cell_with(CHAIN, "def loss_of_w(").id
DRAWING = cell_with(CHAIN, "pictures.loss_curve(").id
EASY = next(iter(answers_of(CHAIN)))
# Without this, cells are drawn only when somebody scrolls to them.
DRAWN_AT_ONCE = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site with its own runtime, on a server of this machine; cells are all drawn at once.

    Lesson 1 is shortened.
    """
    runtime = fetched_runtime()
    folder = tmp_path_factory.mktemp("lite") / "site"
    root = tmp_path_factory.mktemp("course")
    for name in ("src", "solutions"):
        (root / name).symlink_to(REPOSITORY / name)
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks")
    # Each cell of every lesson runs in the browser's Python without a browser, which is cheaper.
    shorten(root, CHAIN, PROGRESS, LOSS, DRAWING, FIGURE, EASY, f"check_{EASY}")
    write_site(root, folder, runtime, overrides=DRAWN_AT_ONCE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def page_desk(chromium, site, pictures):
    """A window that has fetched nothing, and refuses whatever is not the site."""
    window = new_window(chromium)
    outside = []

    def refuse(route):
        outside.append(route.request.url)
        route.abort()

    window.route(lambda address: not address.startswith((site, "data:", "blob:")), refuse)
    desk = Desk(window, site, pictures)
    desk.outside = outside
    yield desk
    window.close()


def open_lesson(desk, folder, view="lab"):
    """Open a lesson; return it when its kernel is idle."""
    name = folder.partition("_")[2]
    desk.go(f"{view}/index.html?path={folder}/{name}.ipynb")
    return Notebook(desk).until_ready()


def run_all_untouched(lesson):
    lesson.run_all()
    assert lesson.errors == []
    lesson.desk.picture("all-run")


def drawn_pixels(picture):
    """How many different colours a picture on the page has: one, if nothing is drawn."""
    return picture.evaluate(
        """picture => {
          const board = Object.assign(document.createElement("canvas"), {width: 200, height: 200});
          const brush = board.getContext("2d");
          brush.drawImage(picture, 0, 0, 200, 200);
          return new Set(new Uint32Array(brush.getImageData(0, 0, 200, 200).data.buffer)).size;
        }"""
    )


def test_the_first_lesson_runs_in_the_page_and_its_figures_are_seen_and_moved(page_desk):
    lesson = open_lesson(page_desk, CHAIN)
    run_all_untouched(lesson)
    picture = lesson.output(DRAWING).locator("img[src^='data:image/png']")
    picture.scroll_into_view_if_needed()
    assert drawn_pixels(picture) > 20
    output = lesson.output(FIGURE)
    slider, said = output.locator("input[type=range]"), output.locator(".figure-alive p").first
    before = said.inner_text()
    slider.focus()
    page_desk.page.keyboard.press("End")
    expect(said).not_to_have_text(before)
    page_desk.picture("slider-moved")
    assert page_desk.outside == []


@pytest.mark.long
def test_an_exercise_is_done_kept_handed_in_and_graded_with_the_same_points(page_desk, tmp_path):
    lesson = open_lesson(page_desk, BACKWARD)
    run_all_untouched(lesson)
    lesson.write(EXERCISE, WITHOUT_SLOPE)
    lesson.run(EXERCISE)
    expect(lesson.run(CHECK)).to_contain_text("the slope of the output unit is missing")
    lesson.write(EXERCISE, RIGHT)
    lesson.run(EXERCISE)
    expect(lesson.run(CHECK)).to_contain_text(DONE)
    page_desk.picture("card")
    lesson.save()
    page_desk.page.reload()
    lesson = Notebook(page_desk).until_ready()
    expect(lesson.output(CHECK)).to_contain_text(DONE)
    page_desk.page.evaluate("lesson.close()")
    lesson = open_lesson(page_desk, CHAIN)
    lesson.run(imports_of(CHAIN))
    rows = lesson.run(PROGRESS).locator("tbody tr")
    expect(rows.nth(2)).to_contain_text("1 of 7")
    page_desk.picture("progress-in-another-lesson")
    page_desk.page.evaluate("lesson.close()")
    lesson = open_lesson(page_desk, BACKWARD)
    name, packed = hand_in_from_a_cell(lesson, "ada")
    assert name == f"{BACKWARD}-ada.zip"
    assert page_desk.outside == []
    assert points_when_graded(tmp_path, packed) == (6, 6)


def hand_in_from_a_cell(lesson, student):
    """Write the line into the last cell of the notebook and run it; return what is downloaded."""
    page = lesson.page
    lesson.page.evaluate(
        """line => {
          const model = lesson.panel.model.sharedModel;
          model.insertCell(model.cells.length, {cell_type: "code", source: line, metadata: {}});
          lesson.panel.content.activeCellIndex = model.cells.length - 1;
        }""",
        f'from backprop import hand_in\nhand_in("{BACKWARD}", "{student}", anyway=True)',
    )
    lesson.save()
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    link = page.locator("a[download]").last
    link.wait_for()
    lesson.desk.picture("handed-in")
    with page.expect_download() as waiting:
        link.click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def points_when_graded(tmp_path, packed):
    """Collect a zip in a course of its own and grade it; return the points, and the most."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = archive.namelist()
    assert names == [f"ada/{BACKWARD}/backward_pass.ipynb", f"ada/{BACKWARD}/timestamp.txt"]
    (tmp_path / "in.zip").write_bytes(packed)
    for name in ("solutions", "notebooks"):
        shutil.copytree(REPOSITORY / name / BACKWARD, tmp_path / name / BACKWARD)
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    run = functools.partial(subprocess.run, check=True, capture_output=True, text=True)
    command = [sys.executable, "-m", "backprop_classroom", "--root", str(tmp_path)]
    run([*command, "collect", str(tmp_path / "in.zip")])
    notebook = tmp_path / "submitted" / "ada" / BACKWARD / "backward_pass.ipynb"
    results = tmp_path / "results.json"
    run([*command, "grade-one", str(notebook), "--format", "gradescope", "--to", str(results)])
    tests = json.loads(results.read_text())["tests"]
    (found,) = (one for one in tests if EXERCISE in json.dumps(one.get("name", "")))
    return found["score"], found["max_score"]


def test_the_page_says_what_it_is_for_and_a_request_that_leaves_the_site_is_counted(page_desk):
    page_desk.go("")
    expect(page_desk.page.locator("main")).to_contain_text("for learning and practice")
    expect(page_desk.page.locator("main")).to_contain_text("Not tested: Firefox, Safari")
    assert page_desk.outside == []
    page_desk.page.evaluate("fetch('http://localhost:9/x').catch(() => 0)")
    assert page_desk.outside == ["http://localhost:9/x"]


@pytest.mark.long
def test_a_loop_without_an_end_is_stopped_by_its_check(page_desk):
    lesson = open_lesson(page_desk, CHAIN)
    lesson.run(imports_of(CHAIN))
    source = answers_of(CHAIN)[EASY]
    head = next(line for line in source.splitlines() if line.startswith("def "))
    lesson.write(EASY, f"{head}\n    while True:\n        pass\n")
    lesson.run(EASY)
    expect(lesson.run(f"check_{EASY}")).to_contain_text("more than 10 seconds")
    assert page_desk.outside == []
