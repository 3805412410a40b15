"""The minutes of a lesson are counted by one rule: what counts, what does not, and where."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from backprop_classroom.__main__ import main
from backprop_classroom.times import Times, round_to_ten, times_of, words_of_text

TABLE = """\
**Time:** about 20 minutes.

| exercise | what you write | points | minutes | difficulty |
|---|---|---|---|---|
| `shapes` | the shapes | 1 | 8 | x |
| `loss` | the loss | 1 | 5 | x |
"""


@pytest.mark.parametrize("text, words", [
    ("Two words.", 2),
    ("a · b = c", 3),  # signs are read with their neighbours
    ("| `W1` | (2, 3) |\n|---|---|", 3),
    ("<b style='color: red'>bold</b> text", 2),
    ("see [Notation](../notation.md) now", 3),
    ("$$a = \\frac{b}{c}$$", 20),
    ("$$a = b \\\\ c = d$$", 40),
    ("before $$a$$ after", 22),
    ("open <details><summary>Hint</summary> a b c </details> shut", 2),
    ("one <details>a <details> b </details> c</details> two", 2),
    ("one </details> two", 2),
    ("why\n### BEGIN MARK SCHEME\na b c\n### END MARK SCHEME", 1),
    ("", 0),
])  # fmt: skip
def test_the_words_of_a_text(text, words):
    assert words_of_text(text) == words


def lesson(*cells):
    return times_of([new_markdown_cell(TABLE), *cells])


def code(source, **settings):
    return new_code_cell(source, metadata={"nbgrader": settings} if settings else {})


def exercise(name, minutes, heading="## Exercise"):
    return new_markdown_cell(f"{heading}: {name}\n\nDo it.\n\n{minutes} minutes, difficulty x.")


START = lesson().main


@pytest.mark.parametrize("cell, asks", [
    (code('prediction = None  # "rises" or "falls"'), Times(predictions=1)),
    (code("prediction = None"), Times(predictions=1)),
    (code("prediction = None\nprint(prediction)"), Times(words=20)),
    (code("my_prediction = None"), Times(words=10)),
    (code("x = 1  # one\n\ny = f(x)"), Times(words=20)),
    (code(" ".join("abcdefghijklmnopq")), Times(words=10)),
    (code("a = b", solution=True, grade_id="loss"), Times()),
    (code("check('loss', loss)", grade=True, grade_id="check_loss"), Times(words=10)),
    (new_markdown_cell("An answer of many words", metadata={"nbgrader": {"solution": True}}),
     Times()),
])  # fmt: skip
def test_what_a_cell_asks_of_the_reader(cell, asks):
    assert lesson(cell).main == START + asks


def test_outputs_are_not_counted():
    cell = code("print(x)")
    cell.outputs = [{"output_type": "stream", "name": "stdout", "text": "many words " * 99}]
    assert lesson(cell).main == START + Times(words=10)


def test_what_follows_the_first_section_named_more_is_not_the_main_path():
    cells = [
        new_markdown_cell("one two\n\n## More: a section\n\nthree"),
        code("prediction = None"),
        code("four = five"),
        new_markdown_cell("## Another section"),
    ]
    found = lesson(*cells)
    assert found.main == START + Times(words=2)
    assert found.more == Times(words=16, predictions=1)


@pytest.mark.parametrize("text", ["### More of it", "## Moreover", "Text ## More"])
def test_other_words_do_not_end_the_main_path(text):
    assert lesson(new_markdown_cell(text)).more == Times()


def test_the_exercises_count_where_their_text_stands():
    found = lesson(
        exercise("shapes", 8),
        new_markdown_cell("## More: rest"),
        exercise("`loss`", 5, "### Exercise"),
    )
    assert (found.main.exercises, found.more.exercises) == (8, 5)
    assert lesson().main.exercises == 13


def test_the_minutes_of_table_and_text_are_read_apart():
    found = lesson(exercise("shapes", 8), exercise("loss", 6))
    assert found.in_table == {"shapes": 8, "loss": 5}
    assert found.in_text == {"shapes": 8, "loss": 6}


def test_the_sum_and_its_rounding():
    assert Times(words=300, predictions=3, exercises=10).minutes == 15
    assert [round_to_ten(minutes) for minutes in (0, 4.9, 5, 14.9, 115)] == [0, 0, 10, 10, 120]
    assert (lesson().stated, lesson().rounded) == (20, 10)
    assert times_of([new_markdown_cell("No time")]).stated is None


@pytest.fixture
def course(tmp_path):
    for name in ("01_first", "02_second"):
        folder = tmp_path / "solutions" / name
        folder.mkdir(parents=True)
        nbformat.write(new_notebook(cells=[new_markdown_cell(TABLE)]), folder / "lesson.ipynb")
    return tmp_path


def test_the_command_prints_a_line_for_each_lesson_and_the_sum(course, capsys):
    assert main(["--root", str(course), "times"]) == 0
    heads, *rows = capsys.readouterr().out.splitlines()
    assert heads.split()[:7] == [
        "lesson", "words", "reading", "predictions", "exercises", "minutes", "stated",
    ]  # fmt: skip
    words = START.words
    assert [row.split()[:2] for row in rows] == [
        ["01_first", str(words)], ["02_second", str(words)], ["all", str(2 * words)],
    ]  # fmt: skip


def test_the_command_takes_single_lessons_and_refuses_others(course, capsys):
    assert main(["--root", str(course), "times", "02_second"]) == 0
    assert [row.split()[0] for row in capsys.readouterr().out.splitlines()] == [
        "lesson",
        "02_second",
    ]
    assert main(["--root", str(course), "times", "03_third"]) == 2
    assert "there is no lesson '03_third'" in capsys.readouterr().err


def test_a_broken_notebook_is_said_in_one_line(course, capsys):
    (course / "solutions" / "01_first" / "lesson.ipynb").write_text("{")
    assert main(["--root", str(course), "times"]) == 2
    assert "cannot be counted" in capsys.readouterr().err
