"""The committed notebooks: what students get is what the solutions say, and all of it runs."""

import json
import re

import nbformat
import pytest
from course import REPOSITORY, grade_id, released_of, source_of

from backprop_classroom.release import (
    BEGIN,
    faults_of,
    generate,
    left_out,
    lessons,
    notebook_of,
)
from backprop_judge import EXERCISES

LESSONS = lessons(REPOSITORY)


def test_every_lesson_of_the_exercises_has_its_folder_in_both_places():
    wanted = sorted({entry.lesson for entry in EXERCISES.values()})
    assert LESSONS == wanted
    assert sorted(p.name for p in (REPOSITORY / "notebooks").iterdir() if p.is_dir()) == wanted


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_solutions_are_fit_for_release(lesson):
    assert faults_of(source_of(lesson), lesson) == []
    assert left_out(source_of(lesson), lesson) == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_students_get_what_the_solutions_release(lesson, tmp_path):
    folder = generate(REPOSITORY, lesson, tmp_path)
    fresh = nbformat.read(notebook_of(folder), as_version=4)
    assert fresh == released_of(lesson), "notebooks/ is out of date: run make release"


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_solutions_are_stored_as_executed_from_a_fresh_kernel(lesson):
    cells = [cell for cell in source_of(lesson).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("lesson", LESSONS)
def test_nbval_has_outputs_to_compare(lesson):
    compared = sum(
        output.output_type in ("stream", "execute_result")
        or output.output_type == "display_data"
        and "text/plain" in output.data
        for cell in source_of(lesson).cells
        if cell.cell_type == "code" and "NBVAL" not in cell.source
        for output in cell.outputs
    )
    checks = sum(grade_id(cell).startswith("check_") for cell in source_of(lesson).cells)
    assert compared > 2 * checks > 0


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_output_holds_an_address_or_a_path_of_this_machine(lesson):
    outputs = [cell.outputs for cell in source_of(lesson).cells if cell.cell_type == "code"]
    texts = re.findall(r'"(?:text|text/plain|text/html)": "(.*?)"', json.dumps(outputs))
    found = [text for text in texts if re.search(r"0x[0-9a-f]{6,}|/home/|/tmp/|/Users/", text)]
    assert found == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_answer_is_left_in_what_students_get(lesson):
    text = notebook_of(REPOSITORY / "notebooks" / lesson).read_text(encoding="utf-8")
    assert "SOLUTION" not in text and "MARK SCHEME" not in text
    for cell in released_of(lesson).cells:
        assert not cell.get("outputs")
        if cell.metadata.get("nbgrader", {}).get("solution"):
            stub = "raise NotImplementedError()" if cell.cell_type == "code" else "YOUR ANSWER HERE"
            assert stub in cell.source


@pytest.mark.parametrize("lesson", LESSONS)
def test_code_cells_are_short_and_pictures_have_words(lesson):
    for cell in source_of(lesson).cells:
        if cell.cell_type != "code":
            continue
        code = [line for line in cell.source.splitlines() if line.strip() and BEGIN[:6] not in line]
        assert len(code) <= 20, cell.source
        for place, output in enumerate(cell.outputs):
            if "image/png" in output.get("data", {}):
                words = output.metadata.get("image/png", {}).get("alt", "")
                assert len(words) > 30, cell.source
                assert cell.outputs[place + 1].data["text/plain"] == words, cell.source


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_main_path_ends_with_how_to_hand_in(lesson):
    texts = [cell.source for cell in released_of(lesson).cells if cell.cell_type == "markdown"]
    more = next(n for n, text in enumerate([*texts, "## More"]) if text.startswith("## More"))
    assert f'hand_in("{lesson}", "your id")' in texts[more - 1].splitlines()[-1]
