"""The book: every lesson on a page that opens from a disk and loads nothing from a network."""

import re
import shutil
from html.parser import HTMLParser
from importlib.util import find_spec

import nbformat
import pytest
from course import REPOSITORY, released_of
from required import require

from backprop_classroom.html.mathml import mathml
from backprop_classroom.release import NOTATION, lessons, notebook_of
from backprop_classroom.site import NoBook, write_book

LESSON = "02_forward_pass"
CELLS = 50  # of the lesson; among the first ones are formulas, tables and pictures of each kind
PARTS = ("sphinx", "myst_nb", "furo", "latex2mathml")


def need(*parts):
    absent = [part for part in parts if find_spec(part) is None]
    require(not absent, f"not installed: {', '.join(absent)} (pip install 'backprop[book]')")


class Loaded(HTMLParser):
    """Collects the addresses that a page loads by itself, and its pictures' texts."""

    def __init__(self, page):
        super().__init__()
        self.addresses, self.texts, self.maths = [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in ("script", "img", "iframe", "source", "video", "audio"):
            self.addresses.append(given.get("src") or "")
        if tag == "link" and given.get("rel") in ("stylesheet", "preload", "icon", "preconnect"):
            self.addresses.append(given.get("href") or "")
        if tag == "img":
            self.texts.append(given.get("alt", ""))
        self.maths += tag == "math"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    need(*PARTS)
    root = tmp_path_factory.mktemp("course")
    for place in ("solutions", "notebooks"):
        shutil.copytree(REPOSITORY / place / LESSON, root / place / LESSON)
        shutil.copy(REPOSITORY / place / NOTATION, root / place)
        path = notebook_of(root / place / LESSON)
        notebook = nbformat.read(path, as_version=4)
        del notebook.cells[CELLS:]
        notebook.cells[1].source += f"\n\nsee [the page](../{NOTATION})"
        nbformat.write(notebook, path)
    return root


@pytest.fixture(scope="module")
def book(course):
    return write_book(course, course / "book").parent


def test_the_first_page_leads_to_the_lessons(book):
    page = (book / "index.html").read_text(encoding="utf-8")
    assert f'href="{LESSON}.html"' in page


def test_the_page_of_the_notation_is_there_and_lessons_lead_to_it(book):
    page = NOTATION.replace(".md", ".html")
    assert f'href="{page}"' in (book / "index.html").read_text(encoding="utf-8")
    lesson = (book / f"{LESSON}.html").read_text(encoding="utf-8")
    assert re.search(rf'<a [^>]*href="{page}"[^>]*>.*?the page', lesson)
    assert "<table" in (book / page).read_text(encoding="utf-8")


def test_a_lesson_loads_nothing_from_a_network(book):
    for path in book.rglob("*.html"):
        loaded = Loaded(path.read_text(encoding="utf-8")).addresses
        assert [one for one in loaded if re.match(r"(https?:)?//", one)] == [], path.name
    for path in book.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//", path.read_text(encoding="utf-8")), path


def test_formulas_need_no_library_and_pictures_have_words(book):
    page = Loaded((book / f"{LESSON}.html").read_text(encoding="utf-8"))
    assert page.maths > 10
    pictures = [text for text in page.texts if len(text) > 40]
    assert len(pictures) >= 5
    assert not [address for address in page.addresses if "mathjax" in address.lower()]


def test_what_a_reader_searches_for_is_found(book):
    assert '"sigmoid"' in (book / "searchindex.js").read_text(encoding="utf-8")


def test_the_search_fetches_no_page_since_a_browser_refuses_that_from_a_disk(book):
    settings = (book / "_static" / "documentation_options.js").read_text(encoding="utf-8")
    assert "SHOW_SEARCH_SUMMARY: false" in settings


def test_students_find_no_answer_in_it(book):
    page = (book / f"{LESSON}.html").read_text(encoding="utf-8")
    assert "BEGIN SOLUTION" not in page and "YOUR CODE HERE" in page


def test_the_book_is_written_anew_over_an_older_one_but_never_over_something_else(
    book, course, tmp_path
):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(NoBook, match="not an earlier book"):
        write_book(course, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    with pytest.raises(NoBook, match="no lesson"):
        write_book(tmp_path, book)
    assert (book / "index.html").exists()


@pytest.mark.parametrize("lesson", lessons(REPOSITORY))
def test_every_formula_can_be_written_as_mathml(lesson):
    need("latex2mathml")
    for cell in released_of(lesson).cells:
        if cell.cell_type != "markdown":
            continue
        prose = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
        for block, inline in re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", prose, re.DOTALL):
            assert mathml(block or inline, block=bool(block)).startswith("<math")
