import csv
import dataclasses
import io
import random
import re
import shutil
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from course import REPOSITORY
from pages import bounded_work
from sqlalchemy import event
from sqlalchemy.engine import Engine

from backprop_classroom.gradebook import records
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading.results import Graded, Verdict
from backprop_classroom.report import NothingGraded, page, report_of, write_report
from backprop_classroom.report.examples import Names, choose, without_comments
from backprop_classroom.report.formats import percent
from backprop_classroom.report.tables import mistakes_table, students_table
from backprop_judge.mistakes import CATALOGUE

LESSON = "03_backward_pass"
MOST = {"check_output_error": 2.0, "check_hidden_error": 2.0, "explain_the_bug": 2.0}
HOSTILE = (
    "<script>alert(1)</script>\"'><img src=http://evil.example/x onerror=alert(1)>"
    "</pre></style></svg>{{ 7*7 }}{% x %}&amp;`<b>`\x1b[31m\u202e\udc80\x00"
)


def verdict(exercise="output_error", earned=2.0, *codes, said="", answer="", trusted=True):
    messages = tuple(said or f"about {code}" for code in codes)
    return Verdict(exercise, 2.0, earned, codes, messages, answer, trusted)


def graded(student, *verdicts, **scores):
    return Graded(student, LESSON, verdicts=verdicts, scores=scores)


def tally(report, exercise):
    return next(one for one in report.exercises if one.exercise == exercise)


def rows_of(text):
    return list(csv.reader(io.StringIO(text)))


class Reader(HTMLParser):
    """Reads a page as a browser does: its tags with their attributes, and its text."""

    VOID = {"meta", "br", "img", "link", "input"}

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.faults, self.text = [], [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def pictures_of(html):
    return [ElementTree.fromstring(one) for one in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]


# --- a small class, counted by hand -----------------------------------------------------------


@pytest.fixture
def small():
    """Five graded students, one that could not be, one that is not yet, one that is missing."""
    return report_of(
        LESSON,
        [
            graded("ada", verdict(), verdict("hidden_error"), explain_the_bug=2.0),
            graded("bob", verdict("output_error", 1.0, "transposed"), verdict("hidden_error"),
                   explain_the_bug=None),
            graded("cyd", verdict("output_error", 0.0, "transposed", "doubled"),
                   verdict("hidden_error", 0.0, "doubled"), explain_the_bug=0.0),
            graded("dan", verdict("output_error", 0.0, "not-implemented"),
                   verdict("hidden_error", 0.0, "not-implemented"), explain_the_bug=0.0),
            graded("eve", verdict("output_error", 0.0, "transposed"), verdict("hidden_error"),
                   explain_the_bug=1.0, check_output_error=1.5),
            Graded("fay", LESSON, reason="it is not a notebook"),
        ],
        most=MOST,
        roster={name: () for name in ("ada", "bob", "gus")},
        handed_in=["ada", "hal"],
    )  # fmt: skip


def test_students_are_counted_by_what_became_of_them(small):
    states = {row.student: row.state for row in small.rows}
    assert states == dict.fromkeys(["ada", "bob", "cyd", "dan", "eve"], "graded") | {
        "fay": "could not be graded", "hal": "not graded yet", "gus": "not handed in",
    }  # fmt: skip
    assert small.handed_in == 7 and small.waiting == 1


def test_points_given_by_a_person_win_and_what_waits_counts_nothing(small):
    assert {row.student: row.total for row in small.in_state("graded")} == {
        "ada": 6.0, "bob": 3.0, "cyd": 0.0, "dan": 0.0, "eve": 4.5,
    }  # fmt: skip
    assert small.most == 6.0
    assert small.quartiles == (0.0, 3.0, 4.5)


def test_each_exercise_is_counted_by_outcome(small):
    one = tally(small, "output_error")
    assert (one.right, one.partly, one.wrong, one.to_do, one.waiting) == (1, 2, 1, 1, 0)
    assert one.mean == pytest.approx((2 + 1 + 0 + 0 + 1.5) / 5 / 2)
    manual = tally(small, "explain_the_bug")
    assert (manual.right, manual.partly, manual.wrong, manual.waiting) == (1, 1, 2, 1)
    assert manual.mean == pytest.approx((2 + 0 + 0 + 1) / 4 / 2)


def test_exercises_stand_in_the_order_of_the_lesson_and_the_instructors_own_behind():
    most = {"check_own": 1.0} | dict(sorted(MOST.items()))
    report = report_of(LESSON, [graded("ada")], most)
    assert [one.exercise for one in report.exercises] == [
        "output_error", "hidden_error", "explain_the_bug", "own",
    ]  # fmt: skip


def test_mistakes_are_counted_by_student_most_frequent_first(small):
    found = [(one.exercise, one.code, one.students, one.of) for one in small.mistakes]
    assert found == [
        ("output_error", "transposed", 3, 5),
        ("output_error", "doubled", 1, 5),
        ("hidden_error", "doubled", 1, 5),
    ]
    assert small.mistakes[0].share == 0.6
    assert small.mistakes[0].name == CATALOGUE["transposed"].name.rstrip(".")


def test_the_points_of_several_cells_of_one_exercise_add_up():
    one = graded("ada", check_own=1.0, own=None)
    report = report_of(LESSON, [one], {"check_own": 2.0, "own": 3.0})
    assert tally(report, "own").points == 5.0 and tally(report, "own").waiting == 1
    assert report.rows[0].total == 1.0


# --- how far an exercise separates ------------------------------------------------------------


def class_of(*columns, exercises=("output_error", "hidden_error", "numerical_gradient")):
    return [
        graded(f"student {i}", *(verdict(id, points) for id, points in zip(exercises, row)))
        for i, row in enumerate(zip(*columns))
    ]


def test_separation_is_the_corrected_correlation_and_the_upper_lower_index():
    # Totals 4 4 4 3 2 2 1 0 0 0: the upper and the lower group have three students each.
    first = [2, 2, 2, 2, 0, 1, 0, 0, 0, 0]
    second = [2, 2, 2, 1, 2, 1, 1, 0, 0, 0]
    report = report_of(LESSON, class_of(first, second))
    one = tally(report, "output_error").separation
    # Sums of 10: first 9, second 11, products 15, squares 17 and 19.
    covariance, variances = 15 - 9 * 11 / 10, (17 - 81 / 10, 19 - 121 / 10)
    assert one.correlation == pytest.approx(covariance / (variances[0] * variances[1]) ** 0.5)
    assert (one.upper, one.lower, one.index) == (1.0, 0.0, 1.0)


def test_an_exercise_that_weak_students_solve_separates_the_wrong_way():
    others = [2, 2, 2, 2, 2, 0, 0, 0, 0, 0]
    report = report_of(LESSON, class_of([0.5] * 5 + [1.5] * 5, others, others))
    one = tally(report, "output_error").separation
    assert one.correlation == pytest.approx(-1) and one.index == pytest.approx(-0.5)


def test_students_tied_at_the_edge_share_the_places_left():
    # Three places: one student with 4 points, two places for the nine with 2 points each.
    first, second = [2, 2, 2, 2, 0, 0, 0, 0, 0, 0], [2, 0, 0, 0, 2, 2, 2, 2, 2, 2]
    students = class_of(first, second)
    one = tally(report_of(LESSON, students), "output_error").separation
    assert one.upper == pytest.approx((1 + 2 * 3 / 9) / 3)
    renamed = [
        dataclasses.replace(student, student=f"{9 - i}") for i, student in enumerate(students)
    ]
    again = tally(report_of(LESSON, renamed), "output_error").separation
    assert (again.upper, again.lower) == pytest.approx((one.upper, one.lower))


@pytest.mark.parametrize(
    "columns, reason",
    [
        ([[2, 0] * 4, [0, 2] * 4], "fewer than 10 students"),
        ([[2] * 10, [0, 2] * 5], "everybody has the same points here"),
        ([[0, 2] * 5, [2] * 10], "the same points in the other exercises"),
        ([[0, 2] * 5], "no other exercise"),
    ],
)
def test_where_separation_cannot_be_computed_the_reason_is_said(columns, reason):
    report = report_of(LESSON, class_of(*columns))
    assert reason in tally(report, "output_error").separation.why_not
    reader = Reader(page(report))
    assert reason in reader.text and not reader.faults


def test_an_exercise_still_being_marked_is_left_out_of_the_totals():
    columns = [2, 2, 1, 2, 1, 0, 1, 0, 0, 0], [2, 1, 2, 1, 1, 1, 0, 0, 1, 0]
    alone = report_of(LESSON, class_of(*columns))
    students = [
        dataclasses.replace(one, scores={"explain_the_bug": None if i == 3 else float(i % 3)})
        for i, one in enumerate(class_of(*columns))
    ]
    with_marks = report_of(LESSON, students, MOST)
    assert (
        "1 of 10 students have no points here"
        in tally(with_marks, "explain_the_bug").separation.why_not
    )
    for exercise in ("output_error", "hidden_error"):
        assert tally(with_marks, exercise).separation == tally(alone, exercise).separation


# --- examples -------------------------------------------------------------------------------


def example_of(answer, student="ada.lovelace", said="wrong", roster=None):
    names = Names(roster or {student: ("Ada", "Lovelace", "al@uni.example")})
    case = student, verdict("output_error", 0.0, "doubled", said=said, answer=answer)
    (example,) = choose("doubled", [case], names)
    return example


def test_an_example_shows_the_message_and_the_code():
    example = example_of("def f(x):\n    return 2 * x\n", said="twice the right value")
    assert example.messages == ("twice the right value",)
    assert example.source == "def f(x):\n    return 2 * x"


def test_comments_and_docstrings_are_taken_out_and_other_strings_stay():
    source = '''\
# solved with Grace

def f(x):
    """Written by Grace
    and Karl."""
    y = np.einsum("ij,jk", x, "#")  # Grace again
    "Grace" "Grace"
    return y
'''
    plain = 'def f(x):\n    y = np.einsum("ij,jk", x, "#")\n    return y'
    assert without_comments(source) == plain
    assert without_comments(source.replace("\n", "\r\n")) == plain


@pytest.mark.parametrize(
    "source",
    ["def f(:\n  # Grace\n", '"""Grace', "def f():\n\tx\n  y # Grace", "'a # Grace", "(\n# Grace"],
)
def test_comments_go_from_text_that_is_no_python_too(source):
    assert "Grace" not in without_comments(source)


@pytest.mark.parametrize(
    "written",
    [
        "ada.lovelace",
        "ADA.LOVELACE",
        "Ada",
        "ada_loss",
        "ada2",
        "LovelaceLoss",
        "aDa",
        "al@uni.example",
    ],
)
def test_the_own_name_is_taken_out_of_code_and_message(written):
    example = example_of(f"{written} = 'by {written}'", said=f"no `{written}`")
    shown = example.source + example.messages[0]
    assert "[student]" in example.source and "[student]" in example.messages[0]
    assert not re.search(r"\bada|lovelace|al@", shown, re.IGNORECASE)


def test_names_inside_of_other_words_stay():
    assert example_of("adagrad = 1").source == "adagrad = 1"


def test_ids_of_other_students_are_taken_out_where_they_are_words():
    roster = {"ada": (), "s1234567": (), "ann": (), "100": (), "x": ()}
    source = "print('with s1234567 and Ann'); x = 100; annual = 1"
    wanted = "print('with [student] and [student]'); x = 100; annual = 1"
    assert example_of(source, "ada", roster=roster).source == wanted


def test_a_comment_quoted_in_a_message_is_taken_out():
    example = example_of("f", said="raised in line 2: `return x  # thanks Karl`: no x")
    assert example.messages == ("raised in line 2: `return x`: no x",)


def test_answers_as_long_as_they_may_be_do_not_keep_the_report_busy():
    for piece in (")a", "a\u202e", "'", " \n", "(", "\\\n", "f'{"):
        answers = [
            (f"s{n}", verdict("output_error", 0.0, "x", answer=piece * 99_000)) for n in range(30)
        ]
        with bounded_work(10):
            choose("x", answers)


def test_the_two_examples_are_those_least_alike():
    alike = [f"def f(x):\n    return x * {i}" for i in range(5)]
    other = "def f(data):\n    total = sum(data)\n    raise ValueError(total)"
    cases = [
        (f"s{i}", verdict("e", 0.0, "doubled", answer=text))
        for i, text in enumerate([*alike, other])
    ]
    sources = [one.source for one in choose("doubled", cases)]
    assert len(sources) == 2 and other in sources
    random.Random(1).shuffle(cases)
    assert [one.source for one in choose("doubled", cases)] == sources


def test_the_same_answer_is_not_shown_twice():
    cases = [(f"s{i}", verdict("e", 0.0, "doubled", answer=f"x  # {i}")) for i in range(4)]
    assert [one.source for one in choose("doubled", cases)] == ["x"]


def test_one_that_names_nobody_is_preferred():
    answers = {"grace": "grace @ 1", "karl": "karl"}
    answers |= {f"t{i}": f"def f(value):\n    return [value, {i}]" for i in range(20)}
    cases = [(who, verdict("e", 0.0, "doubled", answer=text)) for who, text in answers.items()]
    assert all("[student]" not in one.source for one in choose("doubled", cases))
    assert any("[student]" in one.source for one in choose("doubled", cases[:3]))


def test_a_long_answer_is_cut_and_the_rest_counted():
    example = example_of("\n".join(f"x{i} = {i}" for i in range(100)))
    assert example.source.count("\n") == 29 and example.more_lines == 70
    assert len(example_of("x" * 10**6, said="y" * 10**6).source) <= 1500


# --- the page -------------------------------------------------------------------------------


def class_that_writes(text):
    """A class in which everything that comes from a student is the same text."""
    students = [
        dataclasses.replace(
            graded(
                f"{text}{i}",
                verdict("output_error", i % 3, "transposed", said=text, answer=f"{text!r} + 1"),
                verdict(f"own{text}", i % 2, text, said=text, answer=text, trusted=False),
            ),
            remarks=(text,),
        )
        for i in range(12)
    ]
    students.append(Graded(f"{text} failed", LESSON, reason=text))
    return report_of(LESSON, students, {}, {f"{text} missing": ()}, [f"{text} late"])


@pytest.fixture
def hostile():
    return class_that_writes(HOSTILE)


def test_nothing_that_a_student_wrote_becomes_html(hostile):
    reader, harmless = Reader(page(hostile)), Reader(page(class_that_writes("x`y`z")))
    assert not reader.faults and not reader.open
    assert [tag for tag, _ in reader.tags] == [tag for tag, _ in harmless.tags]
    for (tag, given), (_, usual) in zip(reader.tags, harmless.tags):
        assert set(given) == set(usual), tag
    assert "<script>alert(1)</script>" in reader.text and "{{ 7*7 }}" in reader.text


def test_characters_that_act_unseen_are_spelt_out(hostile):
    html = page(hostile)
    html.encode()  # a lone half of a character could not be written to a file
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", html)
    assert r"\x1b[31m\u202e\udc80\x00" in html


@pytest.mark.parametrize("which", ["small", "hostile"])
def test_the_page_loads_nothing_and_forbids_to(which, request):
    reader = Reader(page(request.getfixturevalue(which)))
    for tag, attributes in reader.tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "use"}
        assert not {"src", "srcset", "style", "action", "data", "xlink:href"} & set(attributes)
        assert attributes.get("href", "#").startswith("#")
    assert not re.search(r"url\(|@import", page(request.getfixturevalue(which)))
    policies = [one["content"] for one in reader.all("meta") if "http-equiv" in one]
    assert policies == [
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    ]


def test_links_lead_to_a_place_of_the_page(small):
    reader = Reader(page(small))
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [one["href"].removeprefix("#") for one in reader.all("a")]
    assert len(links) > 6 and set(links) <= set(ids)


def test_every_picture_has_a_title_and_says_its_numbers():
    students = class_of([2, 2, 2, 1, 2, 1, 1, 0, 0, 0], [2, 2, 2, 2, 1, 1, 1, 0, 0, 0])
    wrong = verdict("output_error", 0.0, "doubled"), verdict("hidden_error", 0.0)
    students[9] = graded("ten", *wrong)
    pictures = pictures_of(page(report_of(LESSON, students)))
    assert len(pictures) == 4
    words = []
    for picture in pictures:
        title, description = picture[0], picture[1]
        assert (title.tag, description.tag) == ("title", "desc") and title.text
        assert picture.get("role") == "img"
        assert picture.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        words.append(description.text)
    assert "10 students with 0 to 4 of 4 points" in words[0] and "median" in words[0]
    assert "output_error: 4 right, 3 partly right, 3 wrong." in words[1]
    assert "output_error: 0\xa0% and 100\xa0%." in words[2]
    assert "output_error, It is twice as large as it should be: 1 student, 10\xa0%." in words[3]


def test_bars_are_as_high_as_the_numbers_they_show():
    students = class_of([2, 2, 2, 0, 0, 1], [2, 2, 2, 0, 0, 1])
    picture = pictures_of(page(report_of(LESSON, students)))[0]
    highs = [float(one.get("height")) for one in picture if one.get("class") == "bar"]
    assert highs == [pytest.approx(160 * part, abs=0.1) for part in (2 / 3, 1 / 3, 1)]


@pytest.mark.parametrize(
    "share, words", [(0, "0\xa0%"), (0.001, "under 1\xa0%"), (0.006, "1\xa0%"), (1, "100\xa0%")]
)
def test_a_small_share_is_not_called_none(share, words):
    assert percent(share) == words


def test_headings_go_down_one_step_at_a_time(small):
    levels = [int(tag[1]) for tag, _ in Reader(page(small)).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))


def test_tables_have_captions_and_their_heads_a_scope(small):
    reader = Reader(page(small))
    assert len(reader.all("table")) == len(reader.all("caption")) >= 4
    assert all(one.get("scope") in {"col", "row"} for one in reader.all("th"))


def test_the_page_has_a_language_a_title_and_landmarks(small):
    reader = Reader(page(small))
    assert reader.all("html") == [{"lang": "en"}]
    names = [tag for tag, _ in reader.tags]
    assert names.count("main") == 1 and {"header", "nav", "footer", "title"} <= set(names)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, two):
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_texts_and_shapes_stand_out_from_what_is_behind_them(small, theme):
    colours = dict(
        re.findall(r"--([\w-]+): (#\w{6});", re.findall(r":root \{[^}]+", page(small))[theme])
    )
    texts = [(text, ground) for text in ("ink", "muted", "link") for ground in ("paper", "panel")]
    texts += [("on-strong", ground) for ground in ("right", "wrong")] + [("on-partly", "partly")]
    for text, ground in texts:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for shape in ("right", "wrong", "todo"):
        assert contrast(colours[shape], colours["paper"]) >= 3, shape


def test_exercises_judged_beside_student_code_are_marked(small):
    students = [graded("ada", verdict(), verdict("own_test", 0.0, "test-failed", trusted=False))]
    text = " ".join(Reader(page(report_of(LESSON, students))).text.split())
    assert text.count("own_test run beside student code") == 2  # in the table and at its mistakes
    assert "output_error run beside student code" not in text
    assert "The instructor's test does not give all points" in text
    assert "beside student code" not in Reader(page(small)).text


def test_names_stand_only_in_the_last_part(small):
    students = [
        graded(f"student{i}", verdict("output_error", 0.0, "doubled", answer=f"student{i} = 2"))
        for i in range(4)
    ]
    students += [dataclasses.replace(students[0], remarks=("a check was deleted",))]
    report = report_of(LESSON, students, {}, {"missing_one": ()})
    anonymous, named = page(report).split('id="names"')
    assert not re.search(r"student\d|missing_one", anonymous)
    assert "student0" in named and "a check was deleted" in named and "missing_one" in named


def test_reasons_and_who_is_missing_are_said(small):
    text = Reader(page(small)).text.split("Students by name")[-1]
    assert re.search(r"fay\s*it is not a notebook", text)
    assert re.search(r"not graded yet\s+hal\s", text) and re.search(r"Not handed in\s+gus\s", text)


def test_the_same_class_gives_the_same_bytes_in_any_order():
    students = [
        graded(f"s{i}", verdict("output_error", i % 3, "doubled", answer=f"x = {i % 7}"))
        for i in range(40)
    ]
    before = page(report_of(LESSON, students))
    random.Random(2).shuffle(students)
    assert page(report_of(LESSON, students)) == before


def test_a_class_without_any_points_has_a_page():
    reader = Reader(page(report_of(LESSON, [Graded("ada", LESSON, reason="not a notebook")])))
    assert "Nobody has points yet" in reader.text and not reader.faults


@pytest.mark.parametrize("points", [-50.0, 0.0, 1e9])
def test_points_far_off_the_scale_are_drawn(points):
    students = [graded("ada", verdict()), graded("bob", check_output_error=points)]
    assert len(pictures_of(page(report_of(LESSON, students)))) == 2


def test_a_class_of_three_thousand_has_a_page_of_the_size_of_a_small_one():
    codes = ["doubled", "transposed", "averaged", "sign-flipped"]

    def students(count):
        return [
            graded(
                f"student{i}",
                *(
                    verdict(id, 0.0, codes[i % 4], answer=f"# {i}\ndef f(x):\n    return {i} * x")
                    for id in ("output_error", "hidden_error", "find_the_bug")
                ),
            )
            for i in range(count)
        ]

    big, small = (page(report_of(LESSON, students(count))) for count in (3000, 40))
    assert "3000 students" in big and len(big) < 1.5 * len(small)


# --- the tables -----------------------------------------------------------------------------


def test_the_table_of_students_has_a_row_for_each(small):
    head, *rows = rows_of(students_table(small))
    assert head == [
        "student", "state", "points", "of", "to_mark", "output_error", "hidden_error",
        "explain_the_bug", "mistakes", "reason",
    ]  # fmt: skip
    table = {row[0]: dict(zip(head, row)) for row in rows}
    assert list(table) == ["ada", "bob", "cyd", "dan", "eve", "fay", "gus", "hal"]
    assert table["bob"]["explain_the_bug"] == "" and table["bob"]["to_mark"] == "yes"
    assert table["eve"]["points"] == "4.5" and table["eve"]["of"] == "6"
    assert table["cyd"]["mistakes"] == (
        "output_error:transposed output_error:doubled hidden_error:doubled"
    )
    assert table["fay"]["reason"] == "it is not a notebook" and table["fay"]["points"] == ""
    assert table["gus"]["state"] == "not handed in"


def test_the_table_of_mistakes_has_a_row_for_each(small):
    head, first, *rest = rows_of(mistakes_table(small))
    assert head == ["lesson", "exercise", "code", "name", "students", "share"]
    assert first == [LESSON, "output_error", "transposed", "It is transposed", "3", "0.6"]
    assert len(rest) == 2


@pytest.mark.parametrize(
    "name, cell",
    [
        ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-2+3", "'-2+3"), ("@sum", "'@sum"),
        ("\t=1", "'\t=1"), ("a;=1", "a;'=1"), ("a\n=1", "a\n'=1"), ("-12.5", "-12.5"),
        ("+4912345", "+4912345"), ("ada-b", "ada-b"), ("\x1b\udc80", r"\x1b\udc80"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(name, cell):
    table = students_table(report_of(LESSON, [Graded(name, LESSON, reason=name)]))
    (row,) = rows_of(table)[1:]
    assert row[0] == row[-1] == cell
    table.encode()


# --- from the gradebook to files --------------------------------------------------------------


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory):
    """A gradebook that knows the lesson and one student, gus, who hands nothing in."""
    folder = course_in(tmp_path_factory.mktemp("empty"))
    with gradebook_of(folder) as gradebook:
        gradebook.add_assignment(LESSON)
        gradebook.add_notebook("backward_pass", LESSON)
        for cell, kind in (("check_output_error", "code"), ("explain_the_bug", "markdown")):
            gradebook.add_grade_cell(
                cell, "backward_pass", LESSON, max_score=2 * MOST[cell], cell_type=kind
            )
        gradebook.add_student("gus", first_name="Gus")
    return folder / "gradebook.db"


def course_in(folder):
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    return folder


@pytest.fixture
def course(tmp_path):
    return course_in(tmp_path)


@pytest.fixture
def known_course(course, empty_gradebook):
    shutil.copy(empty_gradebook, course)
    return course


def hand_in(course, *students):
    """Record submissions that have 3 of 4 points, and an answer that waits for a person."""
    with gradebook_of(course) as gradebook:
        for name in students:
            gradebook.add_student(name)
            gradebook.add_submission(LESSON, name)
            for grade in gradebook.find_submission_notebook("backward_pass", LESSON, name).grades:
                grade.needs_manual_grade = grade.name == "explain_the_bug"
                grade.auto_score = None if grade.needs_manual_grade else 3.0
            one = graded(name, verdict("output_error", 3.0, "doubled", answer=f"{name} = 2"))
            records.write(gradebook, one, "fingerprint")
        gradebook.db.commit()


def mark_by_hand(course, student, points):
    with gradebook_of(course) as gradebook:
        grade = gradebook.find_grade("explain_the_bug", "backward_pass", LESSON, student)
        grade.manual_score, grade.extra_credit = points, 0.5
        grade.needs_manual_grade = False
        gradebook.db.commit()


def test_the_report_is_written_from_the_gradebook(known_course):
    course = known_course
    hand_in(course, "adalovelace", "bob")
    mark_by_hand(course, "bob", 1.5)
    (course / "submitted" / "hal" / LESSON).mkdir(parents=True)
    (course / "submitted" / "ivy" / "another_lesson").mkdir(parents=True)
    paths = write_report(course, LESSON)
    assert [path.relative_to(course.resolve()).as_posix() for path in paths] == [
        f"report/{LESSON}.html", f"report/{LESSON}.csv", f"report/{LESSON}_mistakes.csv",
    ]  # fmt: skip
    html, students, mistakes = (path.read_bytes().decode() for path in paths)
    head, *rows = rows_of(students)
    table = {row[0]: dict(zip(head, row)) for row in rows}
    assert table["adalovelace"]["points"] == "3" and table["adalovelace"]["to_mark"] == "yes"
    assert table["bob"]["points"] == "5" and table["bob"]["explain_the_bug"] == "2"
    assert table["bob"]["of"] == "8" and table["bob"]["to_mark"] == ""
    states = {name: table[name]["state"] for name in ("gus", "hal", "ivy")}
    assert states == {"gus": "not handed in", "hal": "not graded yet", "ivy": "not handed in"}
    assert "adalovelace" not in html and "It is twice as large as it should be" in html
    assert rows_of(mistakes)[1][1:5] == [
        "output_error",
        "doubled",
        "It is twice as large as it should be",
        "2",
    ]
    again = [path.read_bytes() for path in write_report(course, LESSON)]
    assert again == [html.encode(), students.encode(), mistakes.encode()]


def test_the_gradebook_is_asked_as_often_for_many_students_as_for_few(known_course):
    hand_in(known_course, "ada", "bob")
    few = questions_of(lambda: write_report(known_course, LESSON))
    hand_in(known_course, *(f"student{i}" for i in range(20)))
    assert questions_of(lambda: write_report(known_course, LESSON)) == few > 0


def questions_of(action):
    """Count how often a database is asked for something."""
    asked = []

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        action()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return sum("SELECT" in statement for statement in asked)


def test_a_gradebook_at_another_address_is_read(course, empty_gradebook, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "grades.db"
    shutil.copy(empty_gradebook, elsewhere)
    with open(course / "nbgrader_config.py", "a") as file:
        file.write(f"c.CourseDirectory.db_url = 'sqlite:///{elsewhere}'\n")
    hand_in(course, "ada")
    assert "ada,graded" in write_report(course, LESSON)[1].read_text()
    assert not (course / "gradebook.db").exists()


def test_without_a_gradebook_nothing_is_graded_and_nothing_is_made(course):
    with pytest.raises(NothingGraded, match=f"make grade LESSON={LESSON}"):
        write_report(course, LESSON)
    assert [path.name for path in course.iterdir()] == ["nbgrader_config.py"]


@pytest.mark.parametrize("lesson", [LESSON, "04_training"])
def test_a_lesson_without_graded_submissions_has_no_report(known_course, lesson):
    with pytest.raises(NothingGraded, match=f"no submission of {lesson} is graded yet"):
        write_report(known_course, lesson)
    assert not (known_course / "report").exists()
