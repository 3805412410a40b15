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


def of_the_short_run(answers):
    """Return the answers that are judged in the short run.

    These are three right answers to each exercise; a wrong one for each mistake in a lesson, and
    at least three to each exercise; and those with several mistakes at once if no other answer
    shows one of them, since the pairs of slips in test_mistakes.py are several mistakes, too. Of
    answers that train, these are a right and a wrong one.
    """
    chosen, counts, shown = [], Counter(), set()
    for answer in sorted(answers, key=lambda answer: len(answer.codes) > 1):
        exercise, codes = answer.exercise, answer.codes
        few = counts[exercise] < (1 if exercise in TRAINED else 3)
        mistakes = {(EXERCISES[exercise].lesson, code) for code in codes}
        if few or (exercise not in TRAINED and mistakes - shown):
            counts[exercise] += 1
            shown |= mistakes
            chosen.append(answer)
    return chosen


def each(answers):
    """Pass the answers to each exercise to a test; the short run has some of them."""
    short = of_the_short_run(answers)
    parameters = []
    for exercise in AUTOMATIC:
        some = [answer for answer in short if answer.exercise == exercise]
        rest = [one for one in answers if one.exercise == exercise and one not in short]
        parameters.append(pytest.param(some, id=exercise))
        if rest:
            parameters.append(pytest.param(rest, id=f"{exercise}-rest", marks=pytest.mark.long))
    return pytest.mark.parametrize("answers", parameters)


@each(RIGHT + PUBLIC_RIGHT)
def test_a_right_answer_passes(answers):
    faults = []
    for answer in answers:
        report = report_on(answer)
        if not (report.passed and report.score == 1 and report.earned == report.points):
            faults.append(f"{answer}: {answer.story}\n{report}")
    assert not faults, "\n\n".join(faults)


@each(WRONG + PUBLIC_WRONG)
def test_a_wrong_answer_is_refused_and_named(answers):
    faults = [f"{answer}: {fault}" for answer in answers for fault in faults_of_report_on(answer)]
    assert not faults, "\n\n".join(faults)


def faults_of_report_on(answer):
    """Return what is wrong with the report on a wrong answer, in words.

    Nothing untrue is said, and what is true is said. Of several mistakes one must be named; what
    another one leaves may stay without a name. An answer given in public must get one of its
    codes, and may get others.
    """
    report = report_on(answer)
    if report.passed:
        return [f"accepted: {answer.story}"]
    faults = []
    if not 0 <= report.score < 1:
        faults.append(f"scored {report.score}")
    if not (str(report) and report._repr_html_()):
        faults.append("nothing is shown")
    received = set(codes_of(report))
    named = received & answer.codes
    if not named and answer.codes:
        faults.append(f"not named: {answer.story}\n{report}")
    if answer in WRONG:
        unnamed = UNNAMED if len(answer.codes) > 1 else set()
        if not received - named <= unnamed:
            faults.append(f"something untrue is said: {answer.story}\n{report}")
    return faults


def test_the_bank_is_large():
    assert len(RIGHT) >= 60
    assert len(WRONG) >= 160
    assert sum(answer.exercise == "backward_propagation" for answer in RIGHT) >= 25


def test_every_automatic_exercise_has_right_and_wrong_answers():
    right, wrong = (Counter(answer.exercise for answer in answers) for answers in (RIGHT, WRONG))
    assert [exercise for exercise in AUTOMATIC if right[exercise] < 2 or wrong[exercise] < 3] == []


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
