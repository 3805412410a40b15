"""Under which licences the course may be used: the files, what names them, and what others own."""

import hashlib
import re
import tomllib

import yaml
from course import REPOSITORY

from backprop_classroom.handout import SET_UP

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
TEXTS = (REPOSITORY / "LICENSE-CC-BY").read_text(encoding="utf-8")
# Of the words of the legal code as Creative Commons publishes it as plain text, its introduction
# and its last words included; three copies from different places were compared.
OFFICIAL = "1f5a529dc95849305307f0d6861169d8cae9e99807e4abcec68ef9ad19235652"
PLACES = ("notebooks", "solutions", "src", "tests")
FONTS = (".ttf", ".otf", ".woff", ".woff2", ".eot")


def digest_of(text):
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def test_the_licence_of_the_texts_is_the_legal_code_word_for_word():
    assert digest_of(TEXTS) == OFFICIAL
    assert re.findall(r"^Section (\d) --", TEXTS, re.MULTILINE) == list("12345678")


def test_a_changed_word_of_the_licence_is_seen():
    assert digest_of(TEXTS.replace("irrevocable", "revocable")) != OFFICIAL


def test_the_licence_of_the_code_is_the_three_clauses():
    text = (REPOSITORY / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("BSD 3-Clause License") and "the authors of the course" in text
    assert re.findall(r"^(\d)\. ", text, re.MULTILINE) == list("123")


def test_the_package_and_the_citation_name_the_same_licences_and_version():
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    assert PROJECT["license"] == " AND ".join(citation["license"])
    assert PROJECT["version"] == citation["version"]
    # What the format cannot do without.
    assert citation["cff-version"] == "1.2.0"
    assert all(citation[key] for key in ("message", "title", "authors"))


def test_students_get_both_licences_with_what_they_cover():
    assert set(PROJECT["license-files"]) == {"LICENSE", "LICENSE-CC-BY"} <= set(SET_UP)


def test_the_readme_says_which_is_which():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (part,) = re.findall(r"^## Licence\n(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    for said in ("BSD-3-Clause", "CC BY 4.0", "`LICENSE`", "`LICENSE-CC-BY`", "Alpaydin"):
        assert said in part


def test_the_course_holds_no_fonts():
    files = [path for place in PLACES for path in (REPOSITORY / place).rglob("*")]
    assert files and [path for path in files if path.suffix.lower() in FONTS] == []
