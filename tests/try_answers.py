"""Runs the checks on a file of answers and prints what became of them.

    PYTHONPATH=src python tests/try_answers.py FILE [--seeds N] [--verbose]
    PYTHONPATH=src python tests/try_answers.py --bank [--seeds N] [--verbose]

FILE is a Python file with a dict CASES: name -> (exercise id, source, "right" or "wrong", the
truth in words, codes that say it or None). With `--bank` the answers are those of
`tests/bank/`, the public ones included.

The exit status is 1 if a right answer is refused, a wrong one accepted, a check not finished, or,
with `--seeds`, if anything varies.
"""

import argparse
import contextlib
import io
import linecache
import multiprocessing
import os
import resource
import runpy
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from backprop.checking import Undefined
from backprop_judge.evaluating import evaluate

# Codes that say how a check ended or which value differs, but not what was done.
VAGUE = {
    "crashed",
    "ended-process",
    "no-end",
    "not-finite",
    "warned",
    "wrong-shape",
    "wrong-value",
}

SECONDS = 600  # by the clock, for all checks of one answer at one seed
MEMORY = 8 << 30  # bytes of address space for one answer

FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Tried:
    """An answer to try: `fresh` returns what is handed to the check, new each time."""

    name: str
    exercise: str
    right: bool
    truth: str
    codes: frozenset[str]
    fresh: Callable[[], object]


@dataclass(frozen=True)
class Outcome:
    """What one check said; `fault` is why it did not finish, or ""."""

    passed: bool = False
    codes: tuple[str, ...] = ()
    earned: float = 0.0
    messages: tuple[str, ...] = ()
    seconds: float = 0.0
    fault: str = ""

    @property
    def verdict(self) -> tuple[bool, tuple[str, ...], float, str]:
        """What must be the same at every seed."""
        return self.passed, self.codes, self.earned, self.fault

    @property
    def named(self) -> bool:
        """Whether a finding says what was done."""
        return not VAGUE.issuperset(self.codes)


def from_source(name: str, exercise: str, source: str) -> object:
    """Run a source as a cell of a notebook and return the answer that it defines."""
    filename = f"<{name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    namespace = {"__name__": "__main__"}
    with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, filename, "exec"), namespace)
    return namespace.get(exercise, Undefined(exercise))


def answers_of_file(path: str) -> list[Tried]:
    """Return the answers of a file with CASES."""
    return [
        Tried(name, exercise, verdict == "right", truth, frozenset(codes or ()),
              lambda name=name, exercise=exercise, source=source: from_source(
                  name, exercise, source))
        for name, (exercise, source, verdict, truth, codes)
        in runpy.run_path(path)["CASES"].items()
    ]  # fmt: skip


def answers_of_bank() -> list[Tried]:
    """Return the answers of the bank."""
    from bank import RIGHT, WRONG
    from bank.public import PUBLIC_RIGHT, PUBLIC_WRONG

    return [
        Tried(answer.name, answer.exercise, right, answer.story, answer.codes, answer.fresh)
        for right, answers in ((True, RIGHT + PUBLIC_RIGHT), (False, WRONG + PUBLIC_WRONG))
        for answer in answers
    ]  # fmt: skip


def check_once(answer: Tried, seed: int) -> Outcome:
    """Check an answer in this process."""
    start = time.process_time()
    try:
        report = evaluate(answer.exercise, answer.fresh(), seed)
    except Exception as error:
        seconds = time.process_time() - start
        return Outcome(fault=f"{type(error).__name__}: {error}", seconds=seconds)
    return Outcome(
        report.passed,
        tuple(finding.code for finding in report.findings),
        report.earned,
        tuple(finding.located for finding in report.findings),
        time.process_time() - start,
    )


def check(answer: Tried, seeds: int) -> list[Outcome]:
    """Check an answer at seeds from 0 on, in a process of its own; one that ends it is a fault."""
    here, there = FORK.Pipe(duplex=False)

    def work():
        here.close()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
        for seed in range(seeds):
            there.send(check_once(answer, seed))

    process = FORK.Process(target=work)
    process.start()
    there.close()
    outcomes: list[Outcome] = []
    try:
        while len(outcomes) < seeds:
            if not here.poll(SECONDS):
                outcomes.append(Outcome(fault=f"no verdict within {SECONDS} s"))
                break
            outcomes.append(here.recv())
    except EOFError:
        outcomes.append(Outcome(fault="the process of the check ended"))
    finally:
        process.kill()
        process.join()
        here.close()
    return outcomes


def warm_up(exercise: str) -> None:
    """Draw the cases and import what a check needs, so that no answer's time includes it."""
    evaluate(exercise, lambda *arguments: 0.0)


def table(tried: Sequence[tuple[Tried, list[Outcome]]]) -> str:
    """Return a line for each exercise and one for all of them."""
    heads = (
        "right accepted", "right refused", "wrong refused", "wrong accepted", "named", "unnamed",
        "as listed", "median s", "max s",
    )  # fmt: skip
    groups = defaultdict(list)
    for answer, outcomes in tried:
        groups[answer.exercise].append((answer, outcomes))
    groups["all"] = list(tried)
    width = max(map(len, groups))
    lines = ["  ".join([" " * width, *heads])]
    for exercise, several in groups.items():
        right = [outcomes[0] for answer, outcomes in several if answer.right]
        wrong = [(answer, outcomes[0]) for answer, outcomes in several if not answer.right]
        refused = [outcome for _, outcome in wrong if not outcome.passed]
        listed = [outcome for answer, outcome in wrong if answer.codes & set(outcome.codes)]
        expected = sum(bool(answer.codes) for answer, _ in wrong)
        seconds = [outcome.seconds for _, outcomes in several for outcome in outcomes]
        named = sum(outcome.named for outcome in refused)
        passed = sum(outcome.passed for outcome in right)
        cells = (
            passed, len(right) - passed, len(refused), len(wrong) - len(refused), named,
            len(refused) - named, f"{len(listed)}/{expected}", f"{median(seconds):.4f}",
            f"{max(seconds):.4f}",
        )  # fmt: skip
        row = (f"{cell:>{len(head)}}" for cell, head in zip(cells, heads))
        lines.append("  ".join([f"{exercise:{width}}", *row]))
    return "\n".join(lines)


def in_words(codes: Iterable[str]) -> str:
    """Return codes in one line."""
    return ", ".join(codes) or "none"


def listed(answer: Tried, outcome: Outcome) -> str:
    """Return an answer with its truth, the codes expected and received, and the messages."""
    lines = [
        f"{answer.exercise} {answer.name}",
        f"  truth: {answer.truth}",
        f"  expected: {in_words(sorted(answer.codes))}",
        f"  received: {outcome.fault or in_words(outcome.codes)}",
    ]
    return "\n".join(lines + [f"    {message}" for message in outcome.messages])


def varying(answer: Tried, outcomes: Sequence[Outcome]) -> str:
    """Return the verdicts of an answer that vary with the seed, with their seeds, or ""."""
    seeds = defaultdict(list)
    for seed, outcome in enumerate(outcomes):
        seeds[outcome.verdict].append(seed)
    if len(seeds) == 1:
        return ""
    lines = [f"{answer.exercise} {answer.name}"]
    for (passed, codes, earned, fault), at in seeds.items():
        said = "passed" if passed else fault or in_words(codes)
        lines.append(f"  {said}, {earned:g} points: {len(at)} seeds, {in_words(map(str, at))}")
    return "\n".join(lines)


def section(title: str, lines: Sequence[str]) -> None:
    """Print lines below a title, if there are any."""
    if lines:
        print(f"\n{title}: {len(lines)}", *lines, sep="\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(description="Run the checks on a file of answers.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", help="a Python file with CASES")
    source.add_argument("--bank", action="store_true", help="the answers of tests/bank")
    parser.add_argument("--seeds", type=int, default=1, help="seeds to check at, from 0 on")
    parser.add_argument("--exercise", action="append", help="only the answers to this exercise")
    parser.add_argument("--verbose", action="store_true", help="what each wrong answer is told")
    options = parser.parse_args(arguments)
    if options.seeds < 1:
        parser.error("--seeds is at least 1")

    answers = answers_of_bank() if options.bank else answers_of_file(options.file)
    answers = [a for a in answers if not options.exercise or a.exercise in options.exercise]
    if not answers:
        parser.error("there are no such answers")
    for exercise in dict.fromkeys(answer.exercise for answer in answers):
        warm_up(exercise)
    tried = [(answer, check(answer, options.seeds)) for answer in answers]

    print(table(tried))
    if options.verbose:
        wrong = [listed(answer, outcomes[0]) for answer, outcomes in tried if not answer.right]
        section("wrong answers", wrong)
    refused = [
        listed(answer, next(outcome for outcome in outcomes if not outcome.passed))
        for answer, outcomes in tried
        if answer.right and not all(outcome.passed for outcome in outcomes)
    ]
    accepted = [
        f"{answer.exercise} {answer.name}\n  truth: {answer.truth}"
        for answer, outcomes in tried
        if not answer.right and any(outcome.passed for outcome in outcomes)
    ]
    unfinished = [
        f"{answer.exercise} {answer.name}: {outcome.fault}"
        for answer, outcomes in tried
        for outcome in outcomes
        if outcome.fault
    ]
    unstable = list(filter(None, (varying(answer, outcomes) for answer, outcomes in tried)))
    section("right answers refused", refused)
    section("wrong answers accepted", accepted)
    section("checks not finished", unfinished)
    section(f"verdicts that vary over {options.seeds} seeds", unstable)
    return int(bool(refused or accepted or unfinished or unstable))


if __name__ == "__main__":
    sys.exit(main())
