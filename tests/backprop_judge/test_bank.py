"""The bank of answers proves the checker in both directions.

`PYTHONPATH=tests python tests/backprop_judge/test_bank.py` prints the confusion table: expected
against received codes.
"""

from collections import Counter

import pytest
from bank import RIGHT, WRONG
from bank.public import PUBLIC_RIGHT, PUBLIC_WRONG

from backprop import evaluate
from backprop_judge import EXERCISES

# What stands beside a name where several mistakes meet.
UNNAMED = {"wrong-value", "wrong-shape"}

AUTOMATIC = [entry.id for entry in EXERCISES.values() if not entry.manual]


def report_on(answer):
    return evaluate(answer.exercise, answer.fresh())


def codes_of(report):
    return [finding.code for finding in report.findings]


# These train, which takes long.
TRAINED = {"train_digits", "stuck_start", "learning_rate"}


def is_short(answer, before):
    """Return whether an answer is judged in the short run, given the answers before it.

    These are one wrong answer for each set of mistakes in an exercise, and five right answers; of
    answers that train, two wrong ones and a right one.
    """
    alike = [one for one in before if one.exercise == answer.exercise]
    if answer.exercise in TRAINED:
        return len(alike) < (2 if answer.codes else 1)
    return sum(one.codes == answer.codes for one in alike) < (1 if answer.codes else 5)


def each(answers):
    """Pass each answer to a test; the short run has some of them."""
    parameters = [
        pytest.param(answer, marks=() if is_short(answer, answers[:place]) else pytest.mark.long)
        for place, answer in enumerate(answers)
    ]
    return pytest.mark.parametrize("answer", parameters, ids=str)


@each(RIGHT + PUBLIC_RIGHT)
def test_a_right_answer_passes(answer):
    report = report_on(answer)
    assert report.passed, f"{answer.story}\n{report}"
    assert report.score == 1
    assert report.earned == report.points


@each(WRONG + PUBLIC_WRONG)
def test_a_wrong_answer_is_refused_and_named(answer):
    """Nothing untrue is said, and what is true is said.

    Of several mistakes one must be named; what another one leaves may stay without a name. An
    answer given in public must get one of its codes, and may get others.
    """
    report = report_on(answer)
    assert not report.passed, f"accepted: {answer.story}"
    assert 0 <= report.score < 1
    assert str(report) and report._repr_html_()
    received = set(codes_of(report))
    named = received & answer.codes
    assert named or not answer.codes, f"{answer.story}\n{report}"
    if answer in WRONG:
        unnamed = UNNAMED if len(answer.codes) > 1 else set()
        assert received - named <= unnamed, f"{answer.story}\n{report}"


def test_the_bank_is_large():
    assert len(RIGHT) >= 60
    assert len(WRONG) >= 160
    assert sum(answer.exercise == "backward_propagation" for answer in RIGHT) >= 25


@pytest.mark.parametrize("exercise", AUTOMATIC)
def test_every_automatic_exercise_has_right_and_wrong_answers(exercise):
    assert sum(answer.exercise == exercise for answer in RIGHT) >= 2
    assert sum(answer.exercise == exercise for answer in WRONG) >= 3


def test_every_answer_has_a_name_of_its_own():
    counts = Counter(str(answer) for answer in RIGHT + WRONG + PUBLIC_RIGHT + PUBLIC_WRONG)
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.long
@pytest.mark.parametrize("exercise", AUTOMATIC)
def test_the_verdict_on_every_answer_is_the_same_at_five_seeds(exercise):
    """`python tests/try_answers.py --bank --seeds 40` does the same at forty, in half an hour."""
    varying = {}
    for answer in RIGHT + PUBLIC_RIGHT + WRONG + PUBLIC_WRONG:
        if answer.exercise == exercise:
            verdicts = {verdict_on(answer, seed) for seed in range(5)}
            if len(verdicts) > 1:
                varying[str(answer)] = verdicts
    assert varying == {}


def verdict_on(answer, seed):
    """What must not vary with the numbers that are drawn."""
    report = evaluate(answer.exercise, answer.fresh(), seed)
    return report.passed, tuple(codes_of(report)), report.earned


def confusion_table():
    """Return lines of expected code, received code and how many wrong answers got it.

    The received code is that of the first finding; "accepted" if there was none, or the
    name of the exception that left the check. Lines where the two differ are marked.
    """
    counts = Counter()
    for answer in WRONG + PUBLIC_WRONG:
        try:
            received = next(iter(codes_of(report_on(answer))), "accepted")
        except Exception as error:
            received = f"raised {type(error).__name__}"
        expected = " | ".join(sorted(answer.codes)) or "no name yet"
        counts[expected, received, received in answer.codes] += 1
    width = max(len(expected) for expected, _, _ in counts)
    lines = [f"  {'expected':{width}}  {'received':20}  answers"]
    for (expected, received, named), count in sorted(counts.items()):
        lines.append(f"{' ' if named else '*'} {expected:{width}}  {received:20}  {count:7}")
    named = sum(count for (_, _, named), count in counts.items() if named)
    lines.append(f"{named} of {counts.total()} named as expected; * marks the others")
    return "\n".join(lines)


if __name__ == "__main__":
    print(confusion_table())
