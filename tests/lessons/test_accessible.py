"""Everybody can read the lessons: by eye, by ear, by keyboard, by night, on paper, offline.

The pages are judged by axe-core in Chromium. What axe cannot judge, such as whether words say
what a picture shows, is tested on the pages themselves.
"""

import importlib.util
import io
import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from chromium import SECONDS, axe_script, launched
from course import REPOSITORY, source_of
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, output_from_msg
from required import require

from backprop.progress import progress_in
from backprop.report import Finding, Note, Report, Row
from backprop_classroom.__main__ import main
from backprop_classroom.html.export import page_of
from backprop_classroom.html.mathml import NoFormulas
from backprop_classroom.release import lessons

LESSONS = lessons(REPOSITORY)
SERIOUS = {"serious", "critical"}
FILLERS = re.compile(r"no description|^a picture$|^image|\.png$|^figure\W*\d*$", re.IGNORECASE)

every_lesson = pytest.mark.parametrize("lesson", LESSONS)
# The page of one lesson with a figure stands for all; the others are for the long run.
PAGE = "03_backward_pass"
a_lesson = pytest.mark.parametrize(
    "lesson", [pytest.param(one, marks=[pytest.mark.long] * (one != PAGE)) for one in LESSONS]
)


# ---- pages ---------------------------------------------------------------------------


def _formulas_are_there():
    require(
        importlib.util.find_spec("latex2mathml"),
        "latex2mathml is not installed: python -m pip install latex2mathml",
    )


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Give the page of a lesson, written once, as a path."""
    _formulas_are_there()
    folder, written = tmp_path_factory.mktemp("pages"), {}

    def path_of(lesson):
        if lesson not in written:
            written[lesson] = folder / f"{lesson}.html"
            written[lesson].write_text(page_of(source_of(lesson)), encoding="utf-8")
        return written[lesson]

    return path_of


@pytest.fixture(scope="module")
def parsed(exported):
    """Give the page of a lesson as a tree that tests share and must not change."""
    pages = {}

    def page_of_lesson(lesson):
        if lesson not in pages:
            text = exported(lesson).read_text(encoding="utf-8")
            pages[lesson] = BeautifulSoup(text, "html.parser")
        return pages[lesson]

    return page_of_lesson


def shown(function, *args):
    """What a function displays, as the outputs of a cell."""
    InteractiveShell.instance()
    with capture_output() as captured:
        function(*args)
    return [
        output_from_msg(
            {
                "header": {"msg_type": "display_data"},
                "content": {"data": _in_json(one.data), "metadata": one.metadata or {}},
            }
        )
        for one in captured.outputs
    ]


def _in_json(data):
    import base64

    return {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in data.items()
    }


def notebook_of_cards():
    """Every kind of card and figure of ours under one heading."""
    import numpy as np
    from IPython.display import display

    from backprop.datasets import xor
    from backprop.figures import interactive
    from backprop.figures.__main__ import EXAMPLE
    from backprop_judge.lessons.training.exercises import descend

    finding = Finding("wrong-value", "dW1", "expected `1`, received 3", ("A question?", "Words."))
    row = Row("dW1", False, "(2, 2)", "(2, 2)", ((0.0, 0.5), (0.25, 0.0)))
    to_do = Finding("not-implemented", "", "write it")
    cards = [
        Report("chain", 2.0, 1.0),
        Report("two_paths", 2.0, 0.0, (to_do,)),
        Report("hidden_error", 2.0, 0.5, (finding,), (row, Row("db1", True, "(2, 1)", "(2, 1)"))),
        Note("Your own `chain` is not finished."),
        progress_in(folder=REPOSITORY / "notebooks", session={"sigmoid": 1.0, "shapes": 0.5}),
    ]
    X, Y = xor()
    half_way, _ = descend(EXAMPLE, X, Y, 1, 20)
    figures = [
        (interactive.slope,),
        (interactive.flow, EXAMPLE, np.array([[1.0], [0.5]]), np.array([[1.0]])),
        (interactive.training_frames, {0: EXAMPLE, 20: half_way}, X, Y),
    ]
    calls = [(display, card) for card in cards] + figures
    cells = [new_code_cell("shown()", outputs=shown(*call), execution_count=1) for call in calls]
    return new_notebook(cells=[new_markdown_cell("# Cards and figures"), *cells])


def cells_of_each_kind(lesson, page):
    """The cells of a lesson without those whose elements are like elements of cells before."""
    cells, shown, seen, chosen = source_of(lesson).cells, page.select(".jp-Cell"), set(), []
    assert len(cells) == len(shown)
    for cell, elements in zip(cells, shown):
        kinds = {
            (one.parent.name, *one.parent.get("class", ()), one.name, *one.get("class", ()),
             one.get("style"))
            for one in elements.find_all(True) if not one.find_parent("math")
        }  # fmt: skip
        if kinds - seen:
            chosen.append(cell)
        seen |= kinds
    return chosen


@pytest.fixture(scope="module")
def cards(parsed, tmp_path_factory):
    """A small page with our cards and figures and one cell of each kind of a lesson."""
    notebook = notebook_of_cards()
    cells = cells_of_each_kind(PAGE, parsed(PAGE))
    notebook.cells += [cell for cell in cells if "figure-alive" not in str(cell.get("outputs"))]
    path = tmp_path_factory.mktemp("cards") / "cards.html"
    path.write_text(page_of(notebook), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def class_report(tmp_path_factory):
    from backprop_classroom.grading.results import Graded, Verdict
    from backprop_classroom.report import page, report_of

    def graded(student, earned, *codes):
        said = tuple(f"about `{code}`" for code in codes)
        answer = "def output_error(out_y, Y):\n    return out_y - Y\n" if codes else ""
        verdict = Verdict("output_error", 2.0, earned, codes, said, answer, True)
        return Graded(student, "03_backward_pass", verdicts=(verdict,), scores={})

    outcomes = [
        graded("ada", 2.0), graded("bob", 1.0, "transposed"), graded("cyd", 0.0, "transposed"),
        graded("dan", 0.0, "not-implemented"), graded("eve", 1.5, "doubled"),
        Graded("fay", "03_backward_pass", reason="it is not a notebook"),
    ]  # fmt: skip
    report = report_of(
        "03_backward_pass", outcomes, most={"check_output_error": 2.0},
        roster={"gus": ()}, handed_in=["ada", "hal"],
    )  # fmt: skip
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page(report), encoding="utf-8")
    return path


# ---- in a browser --------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def tabs(browser):
    """The tabs of this file by their settings; to open a tab takes longer than to load a page."""
    return {}


@pytest.fixture
def opened(browser, tabs):
    """Open a page; note what it asks a network for, and the errors of its scripts."""
    asked, errors, used = [], [], []

    def answer(route):
        if route.request.url.startswith(("file:", "data:")):
            return route.continue_()
        asked.append(route.request.url)
        route.abort()

    def note(error):
        errors.append(str(error))

    def open_it(path, *, wide=1000, **settings):
        kind = tuple(sorted(settings.items()))
        if kind not in tabs:
            tabs[kind] = browser.new_page(**settings)
            tabs[kind].set_default_timeout(SECONDS * 1000)
        page = tabs[kind]
        used.append(page)
        page.route("**/*", answer)
        page.on("pageerror", note)
        page.set_viewport_size({"width": wide, "height": 800})
        page.emulate_media(media="null", color_scheme="null")
        page.goto(path.as_uri())
        return page

    yield open_it
    for page in used:
        page.goto("about:blank")  # so that nothing of the page runs on
        page.unroute("**/*", answer)
        page.remove_listener("pageerror", note)
    assert asked == [] and errors == []


# To judge the contrast of thousands of words takes axe minutes. Words whose elements and whose
# elements' parents are alike in name, class and style have the same colours: one of each will do.
ONE_OF_EACH = """() => {
  const seen = new Set();
  for (const one of document.querySelectorAll("body *")) {
    if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const kind = [];
    for (let at = one; at && kind.length < 6; at = at.parentElement)
      kind.push(at.tagName, at.className, at.getAttribute("style"));
    if (seen.has(kind.join())) continue;
    seen.add(kind.join());
    one.setAttribute("data-judged", "");
  }
  return seen.size;
}"""


def serious_faults(page, *, contrast_only=False):
    """What axe-core finds that keeps somebody out: the rule, how often, the first place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_script())
    assert page.evaluate(ONE_OF_EACH) > 0
    run = "([where, rules]) => axe.run(where, {...rules, resultTypes: ['violations']})"
    found = page.evaluate(run, ["[data-judged]", {"runOnly": ["color-contrast"]}])["violations"]
    if not contrast_only:
        others = {"rules": {"color-contrast": {"enabled": False}}}
        found += page.evaluate(run, ["html", others])["violations"]
    return [
        (fault["id"], len(fault["nodes"]), fault["nodes"][0]["html"][:200])
        for fault in found
        if fault["impact"] in SERIOUS
    ]


def judge(page):
    """Let axe judge a page by day and by night."""
    assert serious_faults(page) == []
    # By night only the colours are others.
    page.emulate_media(color_scheme="dark")
    assert serious_faults(page, contrast_only=True) == []


@pytest.mark.long
@pytest.mark.parametrize("lesson", LESSONS)
def test_axe_finds_no_serious_fault_in_an_exported_lesson(lesson, exported, opened):
    page = opened(exported(lesson))
    judge(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 28)"


def test_axe_finds_no_serious_fault_in_cells_of_each_kind_cards_and_figures(cards, opened):
    page = opened(cards)
    assert page.locator("input[type=range]").count() == 3
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    judge(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 28)"


BAD = (
    '<main><h1>Bad</h1><img src="data:,"><p style="color: #ccc; background: white">pale</p></main>'
)


def test_axe_finds_no_serious_fault_in_the_class_report_and_does_find_one(class_report, opened):
    # Scripts are off by the page's own policy; axe has to come in all the same.
    page = opened(class_report, bypass_csp=True)
    judge(page)
    page.evaluate("bad => document.body.innerHTML = bad", BAD)
    assert {fault for fault, _, _ in serious_faults(page)} == {"image-alt", "color-contrast"}


def test_figures_in_a_page_without_a_kernel_answer_to_keyboard_and_mouse(cards, opened):
    page = opened(cards)
    slope, flow, training = (page.locator(".figure-alive").nth(place) for place in range(3))
    slider = slope.locator("input")
    said = slope.locator("p")
    assert said.inner_text().startswith("z = 1.0: the activation is 0.7311")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert said.inner_text().startswith("z = 0.9: ")
    assert slider.get_attribute("aria-valuetext") == "z = 0.9"
    page.keyboard.press("Home")
    assert said.inner_text().startswith("z = \N{MINUS SIGN}6.0: ")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert said.inner_text().startswith("z = 0.0: the activation is 0.5000")

    hidden_activation = flow.locator("svg text", has_text=re.compile(r"^0\.622$"))
    assert hidden_activation.get_attribute("opacity") == "0"
    flow.locator("button.forward").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert hidden_activation.get_attribute("opacity") == "1"
    flow.locator("button.back").click()
    assert hidden_activation.get_attribute("opacity") == "0"

    training.locator("button.play").click()
    page.wait_for_function(
        "document.querySelectorAll('.figure-alive')[2].shadowRoot.querySelector('p').textContent"
        ".startsWith('After 20 steps')"
    )
    assert training.locator("button.play").inner_text() == "Play"  # it stops at the end


# The size in pixels of the smallest letters of a figure, as they are on the page.
SMALLEST = """host => {
  const svg = host.shadowRoot.querySelector("svg");
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return scale * Math.min(...[...svg.querySelectorAll("text")].map(
    one => +one.getAttribute("font-size")));
}"""


def test_on_a_phone_the_letters_of_a_figure_can_be_read_and_on_paper_it_stands_still(cards, opened):
    page = opened(cards, wide=390)
    figures = page.locator(".figure-alive")
    for place in range(figures.count()):
        figure = figures.nth(place)
        box = figure.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        assert figure.evaluate(SMALLEST) >= 11
        figure.locator(".drawing").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "place => document.querySelectorAll('.figure-alive')[place].shadowRoot"
            ".querySelector('.drawing').scrollLeft > 0",
            arg=place,
        )
    prints_still_frames(page)


def prints_still_frames(page):
    """On paper a figure shows its still frame without controls."""
    flow = page.locator(".figure-alive").nth(1)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    assert flow.locator("p").inner_text().startswith("Step 12.")
    assert not flow.locator("input").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert flow.locator("p").inner_text().startswith("Step 0.")


def test_without_scripts_a_still_picture_stays_that_can_be_read_on_a_phone(cards, opened):
    page = opened(cards, wide=390, java_script_enabled=False)
    assert page.locator("input").count() == 0
    figures = page.locator(".figure-alive")
    assert figures.count() == figures.locator("img").count() == 3
    for place in range(3):
        picture, box = figures.nth(place).locator("img"), figures.nth(place).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        assert picture.is_visible()
        shown = picture.bounding_box()
        assert shown["height"] > 200
        assert shown["width"] >= 0.8 * int(picture.get_attribute("width")) - 1


@a_lesson
def test_a_lesson_fits_on_a_phone_and_on_paper_and_there_it_is_black_on_white(
    lesson, exported, opened
):
    page = opened(exported(lesson), wide=390)
    # No sentence and no figure is cut off.
    ends = "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
    assert page.locator(".jp-RenderedMarkdown > p").evaluate_all(ends) <= 390
    figures = page.locator(".figure-alive")
    assert figures.count() > 0 or lesson not in (PAGE, "04_training")
    for box in (figures.nth(place).bounding_box() for place in range(figures.count())):
        assert box["width"] > 300 and box["x"] + box["width"] <= 390

    page.set_viewport_size({"width": 680, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    too_wide = page.evaluate(
        "[...document.querySelectorAll('pre, img, table, math')].filter("
        "one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML"
        ".slice(0, 200))"
    )
    assert too_wide == []
    page.add_style_tag(content=".highlight pre { white-space: pre !important; width: max-content }")
    turned = page.evaluate(
        "[...document.querySelectorAll('.highlight pre')].filter("
        "one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.textContent"
        ".slice(0, 200))"
    )
    assert turned == []  # no line of code goes over the edge and on in the next


# ---- without a browser ---------------------------------------------------------------


@every_lesson
def test_every_picture_of_a_lesson_has_words_that_say_what_it_shows(lesson):
    seen = {}
    for number, cell in enumerate(source_of(lesson).cells):
        where = f"cell {number}: {cell.source[:60]!r}"
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            for kind in ("image/png", "image/jpeg", "image/svg+xml"):
                if kind in data:
                    words = output.metadata.get(kind, {}).get("alt", "")
                    seen.setdefault(words, []).append((where, data[kind]))
            for image in BeautifulSoup(data.get("text/html", ""), "html.parser").find_all("img"):
                assert image.get("alt", "").strip(), where
        if cell.cell_type == "markdown":
            found = re.findall(r"!\[(.*?)\]\(", cell.source)
            found += [
                image.get("alt", "")
                for image in BeautifulSoup(cell.source, "html.parser").find_all("img")
            ]
            seen |= {words: [(where, cell.source)] for words in found}
    for words, places in seen.items():
        assert len(words.split()) >= 10 and not FILLERS.search(words), places[0][0]
        assert len({picture for _, picture in places}) == 1, f"one text for several: {places[0][0]}"


@a_lesson
def test_the_words_of_pictures_reach_the_exported_page(lesson, parsed):
    page = parsed(lesson)
    wanted = sum(
        "image/png" in output.get("data", {})
        for cell in source_of(lesson).cells
        for output in cell.get("outputs", ())
    )
    images = page.select("main img")
    assert len(images) >= wanted > 0
    for image in images:
        assert len(image["alt"]) > 30 and not FILLERS.search(image["alt"])


@a_lesson
def test_an_exported_lesson_names_nothing_to_load(lesson, parsed):
    page = parsed(lesson)
    for tag, attribute in (("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src")):
        for one in page.select(f"{tag}[{attribute}]"):
            assert one[attribute].startswith("data:"), one
    for style in page.find_all("style"):
        assert not re.search(r"@import|url\((?!['\"]?data:)", style.text)
    assert page.html["lang"] == "en"
    assert page.title.text.startswith("Lesson ")
    assert len(page.find_all("h1")) == 1


@a_lesson
def test_every_formula_of_a_lesson_is_written_as_mathematics(lesson, parsed):
    page = parsed(lesson)
    assert len(page.find_all("math")) > 10
    for cell in page.select(".jp-MarkdownOutput"):
        assert cell.select("code.tex") == []  # what could not be read
        assert [known for known in cell.find_all("math") if "\\" in known.text] == []
        words = " ".join(
            text for text in cell.strings if not text.find_parent(["code", "pre", "math"])
        )
        assert not re.search(r"\$|\\[a-z]{2,}", words), words[:300]


@a_lesson
def test_every_column_of_a_table_has_a_name(lesson, parsed):
    page = parsed(lesson)
    assert page.find_all("th")
    for table in page.find_all("table"):
        assert all(head.text.strip() for head in table.find_all("th")), table.text


@a_lesson
def test_headings_of_a_lesson_skip_no_level(lesson, parsed):
    page = parsed(lesson)
    levels = [int(one.name[1]) for one in page.find_all(re.compile("^h[1-6]$"))]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:])), levels


def test_a_formula_that_cannot_be_read_stays_as_it_was_written():
    _formulas_are_there()
    notebook = new_notebook(cells=[new_markdown_cell("# T\n\n$\\frac{1}{<b>}$ and $\\frac{$")])
    page = page_of(notebook)
    assert "<b>" not in page.split("<main>")[1]
    assert '<code class="tex">\\frac{</code>' in page


def test_what_is_missing_for_formulas_is_said(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "latex2mathml.converter", None)
    with pytest.raises(NoFormulas, match="pip install latex2mathml"):
        page_of(new_notebook(cells=[new_markdown_cell("$x$")]))


def test_a_title_is_taken_from_the_first_heading_and_cannot_become_html():
    _formulas_are_there()
    text = nbformat.writes(new_notebook(cells=[new_markdown_cell("# A <b> & c")]))
    page = page_of(nbformat.read(io.StringIO(text), as_version=4))
    assert "<title>A &lt;b&gt; &amp; c</title>" in page


def test_one_command_makes_a_page_of_a_saved_notebook(tmp_path, capsys):
    _formulas_are_there()
    notebook = new_notebook(cells=[new_markdown_cell("# Mine\n\n$x_1$"), new_code_cell("1 + 1")])
    nbformat.write(notebook, tmp_path / "mine.ipynb")
    assert main(["page", str(tmp_path / "mine.ipynb")]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "mine.html")
    page = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert "<title>Mine</title>" in page and "<msub>" in page
    assert main(["page", str(tmp_path / "mine.ipynb"), "--to", str(tmp_path / "other.html")]) == 0
    assert (tmp_path / "other.html").exists()


def test_what_is_no_notebook_is_named_and_nothing_is_overwritten(tmp_path, capsys):
    _formulas_are_there()
    (tmp_path / "notes.ipynb").write_text("my notes")
    nbformat.write(new_notebook(), tmp_path / "mine.ipynb")
    mine = str(tmp_path / "mine.ipynb")
    for wrong, why in (
        ([str(tmp_path / "none.ipynb")], "none.ipynb cannot be read: No such file"),
        ([str(tmp_path / "notes.ipynb")], "notes.ipynb is not a notebook"),
        ([mine, "--to", mine], "is the notebook itself"),
        ([mine, "--to", str(tmp_path / "no" / "folder.html")], "cannot be written"),
    ):
        assert main(["page", *wrong]) == 2
        assert why in capsys.readouterr().err
    assert nbformat.read(mine, as_version=4).cells == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.ipynb", "notes.ipynb"]


@every_lesson
def test_a_lesson_says_before_its_first_cell_of_code_what_to_do_after_a_restart(lesson):
    cells = source_of(lesson).cells
    first = next(place for place, cell in enumerate(cells) if cell.cell_type == "code")
    told = " ".join(cell.source for cell in cells[:first])
    assert "restart" in told and "*Run All Above Selected Cell* in the menu *Run*" in told
