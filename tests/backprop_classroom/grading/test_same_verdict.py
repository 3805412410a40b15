"""In grading, every answer of the bank gets the verdict that its check gives in a notebook."""

import pytest
from bank import RIGHT, WRONG
from bank.public import PUBLIC_RIGHT, PUBLIC_WRONG
from required import require
from sample_class import CONTRIVED, cell_of

from backprop_classroom.grading.sandbox import Sandbox, why_no_sandbox
from backprop_classroom.grading.session import Session
from backprop_judge import EXERCISES
from backprop_judge.evaluating import evaluate

pytestmark = pytest.mark.long

ANSWERS = [
    answer
    for answers in (RIGHT, WRONG, PUBLIC_RIGHT, PUBLIC_WRONG)
    for answer in answers
    if answer.name not in CONTRIVED
]


@pytest.fixture(scope="module")
def sandbox():
    require(not why_no_sandbox(), why_no_sandbox())
    sandbox = Sandbox(sealed=True)
    yield sandbox
    sandbox.close()


def verdict(report):
    return report.passed, [finding.code for finding in report.findings], report.earned


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_an_answer_gets_the_same_verdict_in_the_sandbox(sandbox, answer):
    source = cell_of(answer)
    here = {"__name__": "__main__"}
    exec(compile(source, "<cell>", "exec"), here)
    line = sandbox.open()
    try:
        session = Session(line, sandbox.limits)
        session.run(source)
        graded = session.examine(EXERCISES[answer.exercise], seed=0)
    finally:
        sandbox.end(line)
    assert verdict(graded) == verdict(evaluate(answer.exercise, here[answer.exercise]))


def test_there_are_enough_of_them():
    assert len(ANSWERS) > 900
