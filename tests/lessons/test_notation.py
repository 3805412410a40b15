"""All lessons use the letters, indices and signs of the page *Notation*, which each links to."""

import ast
import re
from pathlib import Path

import pytest
from course import REPOSITORY, released_of, source_of

from backprop_classroom.html.mathml import mathml
from backprop_classroom.release import NOTATION, lessons, release_notation

LESSONS = lessons(REPOSITORY)
PAGE = REPOSITORY / "solutions" / NOTATION
LINK = f"Letters, indices and colours: see [Notation](../{NOTATION})."

# The letters that count the entries of an array, in the order of its indices.
HIDDEN, OUTPUT = ("j", "e"), ("k", "e")
LETTERS = {
    "x": ("i",), "y": ("k",), "X": ("i", "e"), "Y": OUTPUT,
    "W1": ("j", "i"), "b1": ("j",), "net_h": HIDDEN, "out_h": HIDDEN,
    "W2": ("k", "j"), "b2": ("k",), "net_y": OUTPUT, "out_y": OUTPUT,
    "dW1": ("j", "i"), "db1": ("j",), "delta_h": HIDDEN,
    "dW2": ("k", "j"), "db2": ("k",), "delta_y": OUTPUT,
}  # fmt: skip
NAMES = "|".join(sorted(LETTERS, key=len, reverse=True))
INDEXED = re.compile(rf"(?<![\w.])({NAMES})\[ ?(\w+)(?:, ?(\w+))? ?\]")
STRAYS = {
    "indices are counted from 0": re.compile(
        r"\b(?:units?|inputs?|outputs?|examples?) 1 (?:and|or) (?:(?:unit|input|output|example) )?2\b"
        r"|(?<![\w\[])[xhy]_\{?[12]\b|(?<=[ (])x[12]\b"
    ),
    "the index of a sum is i, j, k, e or l": re.compile(r"\\sum_\{?(?![ijkel]\b)[A-Za-z]"),
    "say: instead of": re.compile(r"\bin place of\b", re.IGNORECASE),
}
HYPHEN = re.compile(r"(?<![\w)\]*^_/=-])-\d")
LATEX = re.compile(r"\\(?:mathrm|mathit|text)\{(\w+)\}")


def plain(text):
    """A text with its formulas written as names are in code: delta_h[j, e], net_h[j]."""
    text = LATEX.sub(r"\1", text)
    text = re.sub(r"\\(?=delta\b|delta_)", "", text)
    return re.sub(r"_\{(\w+)\}", r"_\1", re.sub(r"\\[,;! ]", " ", text))


def strays_in(text):
    """What in a text is not as the page says, a sentence each."""
    found = [f"{why}: {hit[0]}" for why, rule in STRAYS.items() for hit in rule.finditer(text)]
    for hit in INDEXED.finditer(plain(text)):
        given = [index for index in hit.groups()[1:] if index]
        if any(
            index.isalpha() and len(index) == 1 and index != letter
            for index, letter in zip(given, LETTERS[hit[1]])
        ):
            found.append(f"the indices of {hit[1]} are {', '.join(LETTERS[hit[1]])}: {hit[0]}")
    return found


def strays_in_markdown(text):
    """The same, and hyphens that stand for a minus outside of code and formulas."""
    prose = re.sub(
        r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$|<[^<>]*>", " ", text, flags=re.DOTALL
    )
    return strays_in(text) + [f"say − instead of -: {hit[0]}" for hit in HYPHEN.finditer(prose)]


def strings_in(path):
    """The texts in a source file, apart from docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = ""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


# ---- the page ------------------------------------------------------------------------


def test_students_get_the_page_of_the_solutions(tmp_path):
    assert (REPOSITORY / "notebooks" / NOTATION).read_bytes() == PAGE.read_bytes()
    for place in ("solutions", "notebooks"):
        (tmp_path / place).mkdir()
    release_notation(tmp_path)  # there is none
    (tmp_path / "solutions" / NOTATION).write_text("# Letters\n", encoding="utf-8")
    release_notation(tmp_path)
    assert (tmp_path / "notebooks" / NOTATION).read_text(encoding="utf-8") == "# Letters\n"


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_lesson_links_to_the_page_in_its_first_cells(lesson):
    for notebook in (source_of(lesson), released_of(lesson)):
        assert any(LINK in cell.source.splitlines() for cell in notebook.cells[:4])


def test_the_page_keeps_its_own_rules_and_its_formulas_can_be_shown():
    text = PAGE.read_text(encoding="utf-8")
    assert strays_in_markdown(text) == []
    for formula in re.findall(r"\$([^$\n]+)\$", re.sub(r"`[^`]*`", "", text)):
        assert mathml(formula, block=False).startswith("<math")


def test_the_page_lists_every_array_with_its_shape():
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    named = {name for names, _ in rows for name in re.findall("`([^`]+)`", names)}
    assert set(LETTERS) - {"x", "y"} <= named


# ---- the lessons ---------------------------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_cell_of_a_lesson_strays(lesson):
    found = []
    for cell in source_of(lesson).cells:
        strays = strays_in_markdown if cell.cell_type == "markdown" else strays_in
        found += [f"{cell.id}: {stray}" for stray in strays(cell.source)]
    assert found == []


@pytest.mark.parametrize("package", ["backprop_judge", "backprop/figures"])
def test_no_message_and_no_picture_strays(package):
    found = []
    for path in sorted(Path(REPOSITORY, "src", package).rglob("*.py")):
        for text in strings_in(path):
            found += [f"{path.name}: {stray}" for stray in strays_in(text)]
    assert found == []


# ---- what is found, and what is not --------------------------------------------------


@pytest.mark.parametrize("text", [
    "W1[i, j]", "dW1[i,j]", "W2[j, k]", "b1[i]", "out_h[e, j]", "out_h[j, m]", "Y[j, e]",
    r"$\delta_h[k, e]$", r"$\mathrm{net}_h[i]$", r"\sum_n x", r"\sum_{m} x", "unit 1 and unit 2",
    "units 1 and 2", "the inputs $x_1$ and $x_2$", "h_1", "a number in place of an array",
    "In place of it", "dW2[i, j]", "x[e]", "3 x1 + 2 x2 = 1",
])  # fmt: skip
def test_a_stray_is_found(text):
    assert len(strays_in(text)) >= 1


@pytest.mark.parametrize("text", [
    "W1[j, i]", "W1[1, 0]", "W1[j, 0]", "W1[:, i]", "b1[j, 0]", "out_h[j]", "Y[k, e]",
    r"$\delta_h[j, e]$", r"$\mathrm{net}_h[j]$", r"\sum_e x", r"\sum_{k} x", "unit 0 and unit 1",
    "$w_1$ and $a_2$", "an array instead of a number", "my_W1[i, j]", "other.W1[i, j]",
    "W1[rows, columns]", "x[i]", "max_1", "dx_1",
])  # fmt: skip
def test_what_keeps_the_rules_is_not_found(text):
    assert strays_in(text) == []


@pytest.mark.parametrize("text, count", [
    ("it falls to -0.5", 1), ("(-2)", 1), ("it falls to −0.5", 0), ("`x = -1`", 0), ("$-1$", 0),
    ("a 2-2-1 network", 0), ("$$a - 1 = -2$$", 0), ("| -1 |", 1), ("```\n-1\n```", 0),
    ('<b style="top: -1px">x</b>', 0),
])  # fmt: skip
def test_a_hyphen_is_no_minus_in_text(text, count):
    assert len(strays_in_markdown(text)) == count


def test_only_texts_are_read_in_a_source_file(tmp_path):
    path = tmp_path / "one.py"
    path.write_text('"""W1[i, j]"""\nx = "W2[j, k]"  # b1[i]\n', encoding="utf-8")
    assert [stray for text in strings_in(path) for stray in strays_in(text)] == [
        "the indices of W2 are k, j: W2[j, k]"
    ]
