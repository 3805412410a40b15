"""Feedback for a class: a fault in one file is that file's, and the other pages are written."""

import json
import re

import demanding
import pytest
from course import cell_of, write
from small_class import BY_HAND, LESSON, NAME, lay_out_class, notebook_of, students_of
from warm_grading import warm_grading

from backprop_classroom.__main__ import main
from backprop_classroom.bounded import BoundedForThreads
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading import feedback
from backprop_classroom.html import pages
from backprop_classroom.html.pages import PAGE_MEMORY


@pytest.fixture(scope="module", autouse=True)
def warm():
    with warm_grading():
        yield


@pytest.fixture(scope="module")
def course(warm, tmp_path_factory):
    root = lay_out_class(tmp_path_factory.mktemp("class") / "course", 5)
    assert main(["--root", str(root), "grade", LESSON]) == 0
    return root


def pages_of(root):
    return sorted(path.parts[-3] for path in root.glob("feedback/*/*/*.html"))


def test_each_faulty_file_is_listed_with_its_reason_and_all_other_pages_are_written(
    course, capsys, monkeypatch
):
    monkeypatch.setattr(feedback, "PAGES", pages.PAGES)
    deep = '{"a":' * 900 + "1" + "}" * 900
    faulty = {
        "s00": "{",
        "s01": None,
        "s02": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": "@", "cells": []}).replace('"@"', deep),
        "s03": "[1]",
    }  # fmt: skip
    for student, text in faulty.items():
        path = course / "autograded" / student / LESSON / NAME
        before = path.read_bytes()
        path.unlink()
        if text is not None:
            path.write_text(text)
        faulty[student] = (path, before)
    try:
        assert main(["--root", str(course), "feedback", LESSON, "--workers", "2"]) == 1
        out, err = capsys.readouterr()
        assert out.endswith("1 of 5 pages written to feedback/\n")
        said = {
            line.strip()[:3]: line.strip() for line in err.splitlines() if line.strip()[:1] == "s"
        }
        assert said["s00"].startswith("s00: NotJSONError: Notebook does not appear to be JSON")
        assert said["s01"].startswith("s01: NbGraderException: No notebooks were matched by")
        assert said["s02"].startswith("s02: RecursionError: maximum recursion depth exceeded")
        assert said["s03"].startswith("s03: AttributeError: 'list' object has no attribute")
        assert "Traceback" not in err
        assert pages_of(course) == ["s04"]
    finally:
        for path, before in faulty.values():
            path.write_bytes(before)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        pytest.param(
            "computes", "writing its page takes more than 1 seconds of CPU time",
            marks=pytest.mark.long,
        ),
        ("grows", "writing its page takes more memory than is allowed"),
        ("ends", "the process that was writing its page has ended (exit code -6)"),
    ],
)  # fmt: skip
def test_a_page_that_breaks_its_limits_is_listed_and_the_next_ones_are_made(
    bad, said, tmp_path, monkeypatch
):
    monkeypatch.setattr(feedback, "_write", demanding.write_page)
    processes = BoundedForThreads(1, PAGE_MEMORY, doing="writing its page")
    monkeypatch.setattr(feedback, "PAGES", processes)
    try:
        told = [feedback._fault_of(tmp_path, LESSON, one) for one in ("a", bad, "b", bad, "c")]
    finally:
        processes.close()
    assert told == ["", said, "", said, ""]


def test_pages_that_were_written_before_are_written_again(course, capsys):
    assert main(["--root", str(course), "feedback", LESSON]) == 0
    assert pages_of(course) == students_of(5)
    assert "5 of 5 pages written to feedback/" in capsys.readouterr().out
    page = (course / "feedback" / "s00" / LESSON / NAME).with_suffix(".html").read_text("utf-8")
    assert page.count('<div class="judged">') == 3


def test_what_nobody_has_marked_yet_is_not_called_zero(tmp_path, monkeypatch):
    root = lay_out_class(tmp_path / "course", 0)
    for student, text in (("empty", ""), ("waits", "cross-entropy"), ("marked", "of nothing")):
        notebook = notebook_of("s00")
        cell_of(notebook, BY_HAND).source = text or "YOUR ANSWER HERE"
        write(notebook, root / "submitted" / student / LESSON / NAME)
    assert main(["--root", str(root), "grade", LESSON]) == 0
    with gradebook_of(root) as gradebook:
        grade = gradebook.find_grade(BY_HAND, "backward_pass", LESSON, "marked")
        grade.manual_score, grade.needs_manual_grade = 0.0, False
        gradebook.db.commit()
    assert main(["--root", str(root), "feedback", LESSON]) == 0
    scores = {student: scores_in(root, student) for student in ("empty", "waits", "marked")}
    assert scores["waits"] == {
        "backward_pass": "7 so far / 9.0", "Written response": "not marked yet / 2.0",
        "Student's answer": "not marked yet / 2.0",
    }  # fmt: skip
    marked = {
        "backward_pass": "7.0 / 9.0", "Written response": "0.0 / 2.0",
        "Student's answer": "0.0 / 2.0",
    }  # fmt: skip
    assert scores["marked"] == scores["empty"] == marked


def scores_in(root, student):
    page = (root / "feedback" / student / LESSON / NAME).with_suffix(".html").read_text("utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    names = "backward_pass|Written response|Student's answer"
    return dict(re.findall(rf"({names}) \(?\s*Score: ([^()]*? / [\d.]+)", text))
