"""SECURITY.md names tests and files that exist."""

import re

from course import REPOSITORY

SECURITY = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "tests").rglob("*.py"))


def test_every_guarantee_names_a_test_that_exists():
    (table,) = re.findall(r"^\| guarantee.*?\n\n", SECURITY, re.MULTILINE | re.DOTALL)
    rows = [line.split("|") for line in table.strip().splitlines()[2:]]
    assert len(rows) >= 7
    for _, promise, how, test, _ in rows:
        assert promise.strip() and how.strip()
        assert names_a_test(test), promise


def names_a_test(text):
    """Whether every file, test and group of hostile submissions in a text exists."""
    files = re.findall(r"`(\w+\.py)`", text)
    names = re.findall(r"`(\w+)`", text)
    groups = re.findall(r"group `(\w+)`", text)
    exist = [list(REPOSITORY.glob(f"tests/**/{one}")) != [] for one in files]
    exist += [f"def {one}(" in TESTS or f'hostile("{one}"' in TESTS for one in names]
    return bool(files or names or groups) and all(exist)


def test_a_test_that_does_not_exist_is_seen():
    assert names_a_test("`test_sandbox.py`") and names_a_test("group `forge`")
    assert not names_a_test("`test_no_such_file.py`") and not names_a_test("`no_such_test`")
    assert not names_a_test("")


def test_every_file_that_is_named_exists():
    for place in re.findall(r"`([\w/]+\.py)`", SECURITY):
        name = place.split("/")[-1]
        assert [*REPOSITORY.glob(f"src/**/{name}"), *REPOSITORY.glob(f"tests/**/{name}")], place
