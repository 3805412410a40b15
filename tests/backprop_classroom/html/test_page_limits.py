"""Every page is made in seconds and stays small, whatever a notebook holds."""

import base64
import random
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Thread

import demanding
import pytest
from bleach._vendor import html5lib
from course import REPOSITORY, source_of
from nbformat import from_dict
from nbformat.v4 import new_output
from pages import bounded_work

from backprop_classroom.bounded import BoundedForThreads
from backprop_classroom.html import pages as making
from backprop_classroom.html.highlighting import LONGEST_COLOURED, highlight_code
from backprop_classroom.html.markdown import LONGEST_MARKDOWN
from backprop_classroom.html.notebooks import MOST_OF_NOTEBOOK, clean_notebook
from backprop_classroom.html.page_limits import LIMITS, Room, fit, work
from backprop_classroom.html.pages import PAGE_MEMORY, CleanPage, markdown2html
from backprop_classroom.html.sanitize import DATA_ADDRESS
from backprop_classroom.release import lessons
from backprop_classroom.submissions.notebook_cells import MOST_CELLS

LARGEST_PAGE = 8_000_000  # characters without pictures


# Not nbformat's functions, which check each cell and each output against a schema.


def code(source, *outputs):
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "id": "x"}
    return from_dict(cell | {"source": source, "outputs": list(outputs)})


def text(source, **more):
    return from_dict({"cell_type": "markdown", "metadata": {}, "id": "x", "source": source} | more)


def shown(**data):
    data = {kind.replace("_", "/"): content for kind, content in data.items()}
    return from_dict({"output_type": "display_data", "metadata": {}, "data": data})


def html(text):
    return shown(text_html=text)


def printed(text):
    return from_dict({"output_type": "stream", "name": "stdout", "text": text})


def png(size, wide=100, high=100):
    data = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", wide, high) + bytes(size)
    return base64.b64encode(data).decode()


def picture(*about):
    return shown(image_png=png(*about))


ATTACHED = {"x": {"image/png": png(100_000)}}
# Each makes what costs most of one kind, as often as a notebook of 2,000 cells and 50 MB can hold.
PAGES = {
    "newlines": lambda: [code("x" + "\n" * 12_000 + "y")],
    "blank lines": lambda: [code("x" + " \n" * 1_990 + "y")] * MOST_CELLS,
    "long blank lines": lambda: [code("x" + " \n" * 99_000 + "y")] * 250,
    "dots": lambda: [code("a." * 1_990)] * MOST_CELLS,
    "brackets of formulas": lambda: [text(f"{i}" + r"\\[" * 3_330) for i in range(2_000)],
    "blanks": lambda: [text(f"x{i}" + " " * 9_980 + "y") for i in range(2_000)],
    "code of slow languages": lambda: [text(f"{i}" + "\n```perl\n" * 1_000) for i in range(2_000)],
    "formulas": lambda: [text(f"${i}" + "]" * 900 + "$ ") for i in range(MOST_CELLS)],
    "a picture shown often": lambda: [
        text(f"{i}" + "![a][a]" * 1_000 + "\n\n[a]: attachment:x", attachments=ATTACHED)
        for i in range(20)
    ],
    "lines": lambda: [code("x", printed("x\n" * 60_006))],
    "many lines": lambda: [code("x", printed("x\n" * 25_000))] * 480,
    "colours": lambda: [code("x", printed("\x1b[7m<" * 10_000))] * 400,
    "tags": lambda: [code("x", html("<p style='color:red'>x</p>" * 2_900))] * 240,
    "ampersands": lambda: [code("x", html(f"{i}" + "&" * 99_000)) for i in range(240)],
    "lists": lambda: [code("x", html(f"{i}" + "<ul>" * 5_000)) for i in range(240)],
    "formulas in HTML": lambda: [code("x", html(f"${i}" + "]" * 900 + "$ ")) for i in range(1_000)],
    "styles": lambda: [code("x", html("<p style='" + "color:red;" * 95 + "'>x</p>" * 80))] * 300,
    "outputs": lambda: [code("x", *[html(f"<b>{i}</b>") for i in range(100)])] * 100,
    "pictures": lambda: [code("x", *[picture(1_400_000)] * 2)] * 6,
    "large pictures": lambda: [code("x", *[picture(9, 4_900, 5_000)] * 50)] * 20,
    "tracebacks": lambda: [
        code("x", new_output("error", ename="E", evalue="e", traceback=["\x1b[31mx"] * 8_000))
    ] * 100,
}  # fmt: skip
# Of each kind of work the short run does what takes least time.
SHORT = {
    "long blank lines", "a picture shown often", "lines", "tags", "lists", "styles", "pictures",
    "large pictures",
}  # fmt: skip


def notebook_of(cells):
    """A notebook of cells that may be the same one many times over."""
    cells = [cell | {"id": f"c{number}"} for number, cell in enumerate(cells)]
    return from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] * (name not in SHORT)) for name in PAGES]
)
def test_a_page_is_made_in_seconds_and_stays_small(name, feedback):
    notebook = notebook_of(PAGES[name]())
    with bounded_work(10):
        page = feedback(notebook)
    assert len(DATA_ADDRESS.sub("", page)) < LARGEST_PAGE
    assert page.count("base64,") * 24_500_000 <= LIMITS["pixels"] or name != "large pictures"
    assert page.count("<") < 4 * LIMITS["elements"]


@pytest.mark.parametrize(
    "name",
    [
        "tags",
        *(
            pytest.param(name, marks=pytest.mark.long)
            for name in ("long blank lines", "brackets of formulas")
        ),
    ],
)
def test_formgrader_makes_its_page_within_the_same_limits(name, formgrader):
    notebook = notebook_of(PAGES[name]())
    with bounded_work(10):
        formgrader(notebook)


@pytest.mark.parametrize("lesson", lessons(REPOSITORY))
def test_a_lesson_has_room_for_itself_and_as_much_again(lesson):
    notebook = clean_notebook(source_of(lesson))
    before = [cell.copy() for cell in notebook.cells]
    room = fit(notebook)
    assert notebook.cells == before
    left = {name: room.take(**{name.replace(" ", "_"): most // 2}) for name, most in LIMITS.items()}
    assert all(left.values()), left


def test_what_is_left_out_is_said_and_graded_cells_have_room_first():
    graded = code("a graded cell", printed("its output"))
    graded.metadata["nbgrader"] = {"grade_id": "x"}
    many = [code("#" * 40_000, printed("x" * 40_000)) for _ in range(20)]
    notebook = notebook_of([*many, graded])
    fit(notebook)
    assert notebook.cells[-1] == graded | {"id": notebook.cells[-1].id}
    last = notebook.cells[-2]
    assert last.outputs[0].text == (
        "(left out, because the page would become too large: 1 of 1 outputs of this cell)\n"
    )
    fit(twice := notebook_of([code("#" * 50_000) for _ in range(21)]))
    assert twice.cells[-1].source == (
        "(left out, because the page would become too large: the 50000 characters of this cell)"
    )


def test_student_code_takes_no_room_from_the_results_of_checks(feedback):
    large = [code("x", html(f"{i}" + "<p>x</p>" * 2_900), html("y" * 99_000)) for i in range(40)]
    for cell in large:
        cell.metadata["nbgrader"] = {"grade_id": "x", "solution": True}
    checks = [code("check()", html("<p>6 of 6 points</p>" + "z" * 30_000)) for _ in range(9)]
    for cell in checks:
        cell.metadata["judged"] = True
    page = feedback(notebook_of([*large, *checks]))
    assert page.count('<div class="judged"><p>6 of 6 points</p>') == 9


def test_room_is_taken_whole_or_not_at_all():
    room = Room()
    assert room.take(pixels=LIMITS["pixels"], characters=1)
    assert not room.take(characters=1, pixels=1)
    assert room.take(characters=LIMITS["characters"] - 1)


def test_a_page_keeps_no_more_outputs_than_a_grader_could_read_but_keeps_the_errors():
    error = new_output("error", ename="E", evalue="e", traceback=["E: e"])
    outputs = [shown(text_plain=str(i)) for i in range(99)]
    cleaned = clean_notebook(notebook_of([code("x", *outputs, error)] * 60))
    assert sum(len(cell.outputs) for cell in cleaned.cells) < 2 * MOST_OF_NOTEBOOK
    assert all("error" in [one.output_type for one in cell.outputs] for cell in cleaned.cells)
    assert clean_notebook(cleaned) == cleaned


def test_formatted_text_gives_way_where_a_notebook_has_far_too_much():
    both = {"text/html": "<b>" + "x" * 39_993 + "</b>", "text/plain": "in words"}
    notebook = notebook_of([code("x", new_output("display_data", both)) for _ in range(9)])
    kinds = ["text/html" in cell.outputs[0].data for cell in clean_notebook(notebook).cells]
    assert kinds == [True] * 5 + [False] * 4
    assert notebook.cells[-1].outputs[0].data == both


def test_a_dictionary_in_place_of_a_text_is_survived_however_deep_it_is():
    deep = "x"
    for _ in range(700):
        deep = {"a": deep}
    data = {"text/html": deep, "application/json": deep, "text/plain": "in words"}
    output = {"output_type": "display_data", "data": data, "metadata": {"image/png": deep}}
    cell = {"cell_type": "code", "source": "x", "outputs": [output], "metadata": {"x": deep}}
    (cleaned,) = clean_notebook({"cells": [cell]}).cells
    assert cleaned.outputs[0].data == {
        "text/plain": "in words\n(left out: text/html, application/json)"
    }


# Code


def shown_by(page):
    return "".join(html5lib.parse(page, namespaceHTMLElements=False).itertext())


@pytest.mark.parametrize(
    "source",
    [
        "x = 1 < 2 & 3",
        "!ls ?x\n%timeit x",
        "%%html\n<script>x</script>",
        "x" * 9_000,
        "'" * 5_000,
        " ",
    ],
)
def test_code_is_shown_as_it_was_written(source):
    page = highlight_code(source)
    assert shown_by(page).rstrip("\n") == source and 'class="err"' not in page


def test_short_code_is_coloured_and_long_code_is_not():
    assert '<span class="k">def</span>' in highlight_code("def f(): pass")
    assert "<span" not in highlight_code("def f(): pass\n" * LONGEST_COLOURED)
    assert "<span" not in highlight_code("def f(): pass", metadata={"plain": True})


TOKENS = """( ) [ ] { } ' " ''' \""" \\ f' f" rb' @ a . 1 _ e # = : + é 0x j % ! ? ~""".split()
TOKENS += [" ", "\n", "\t", "\r", "\f", " \n", "\\\n", "def ", "class ", "import ", "match ", "x\n"]


@pytest.mark.parametrize("count", [15, pytest.param(200, marks=pytest.mark.long)])
def test_no_code_keeps_the_lexer_busy(count):
    rng = random.Random(1)
    pieces = ["".join(rng.choices(TOKENS, k=rng.choice([1, 1, 2, 3]))) for _ in range(count)]
    for piece in pieces:
        source = ("x" + piece * LONGEST_COLOURED)[: LONGEST_COLOURED - 1] + "y"
        with bounded_work(10 / (LIMITS["coloured"] / work(source))):
            highlight_code(source)


def test_code_within_text_is_coloured_if_it_is_python_and_never_read_as_another_language():
    def rendered(language):
        return markdown2html({"cell": {}}, f"```{language}\ndef f(): pass\n```")

    assert '<span class="k">' in rendered("python")
    for language in ("ruby", "perl", "html", "none-such", ""):
        assert "<span" not in rendered(language) and "def f(): pass" in rendered(language)


MARKS = r"""[ ] * ** > ` ``` | - < <b> & $ $$ \ \( \) \[ \] \begin{a} \end{a} _ ~~ ![ ( ) [a]: <!-- #
 = a x^2 { } <div> " : |-| http://a <a@b>""".split()
MARKS += [" ", "\n", "\t", "    ", "\n\n", "  \n", "\n: ", "1. ", "\n> ", "\n- ", "```perl\n"]


@pytest.mark.parametrize("count", [15, pytest.param(200, marks=pytest.mark.long)])
def test_no_text_keeps_the_reader_of_markdown_busy(count):
    rng = random.Random(1)
    pieces = ["".join(rng.choices(MARKS, k=rng.choice([1, 1, 2, 3]))) for _ in range(count)]
    for piece in pieces:
        source = ("x" + piece * LONGEST_MARKDOWN)[: LONGEST_MARKDOWN - 1] + "y"
        with bounded_work(10 / (LIMITS["rendered"] / work(source))):
            markdown2html({"cell": {}}, source)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        pytest.param(
            "computes", "writing its page takes more than 1 seconds of CPU time",
            marks=pytest.mark.long,
        ),
        ("grows", "writing its page takes more memory than is allowed"),
    ],
)  # fmt: skip
def test_in_formgrader_a_notebook_is_cleaned_within_limits(bad, said, monkeypatch):
    monkeypatch.setattr(making, "_clean", demanding.clean)
    processes = BoundedForThreads(1, PAGE_MEMORY, doing="writing its page")
    monkeypatch.setattr(making, "PAGES", processes)
    try:
        shown = [
            CleanPage().preprocess(notebook_of([code(source)]), {})[0].cells[0].source
            for source in ("x = 1", bad, "x = 2")
        ]
    finally:
        processes.close()
    assert shown == ["x = 1", f"This notebook is not shown: {said}.", "x = 2"]


def test_pages_that_another_thread_gives_up_keep_no_thread_waiting():
    processes = BoundedForThreads(1, PAGE_MEMORY, doing="writing its page")
    given_up = processes.each(demanding.numbers, 3)
    next(given_up)
    with ThreadPoolExecutor(1) as pool, suppress(RuntimeError):
        pool.submit(given_up.close).result()
    made = []
    other = Thread(target=lambda: made.extend(processes.each(demanding.numbers, 3)), daemon=True)
    other.start()
    other.join(60)
    assert made == [0, 1, 2]
    processes.close()
