"""The container is made from the lock and started as bubblewrap needs it; CI elsewhere runs .ci/run."""

import json
import re
import shlex
import tomllib

import pytest
import yaml
from course import REPOSITORY

from backprop_classroom.grading.bubblewrap import CONTAINER_OPTIONS

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
PYTHON_OF = {"debian:bookworm-slim": "3.11"}


def instructions(text):
    """Return what a Dockerfile tells to do, in order, as pairs of a word and its arguments."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in
            (line.partition(" ") for line in joined.splitlines() if line.strip())]  # fmt: skip


DOCKERFILE = instructions((REPOSITORY / "Dockerfile").read_text())


def given(word):
    return [rest for one, rest in DOCKERFILE if one == word]


def commands():
    return [part.strip() for rest in given("RUN") for part in rest.split("&&")]


def test_the_python_of_the_container_is_that_of_the_lock():
    (base,) = given("FROM")
    assert PROJECT["requires-python"] == f">={PYTHON_OF[base]}"
    (installing,) = [one for one in commands() if one.startswith("apt-get install")]
    packages = {"bubblewrap", "libseccomp2", "make", "python3", "python3-venv"}
    assert packages == {word for word in installing.split()[2:] if not word.startswith("--")}


def test_its_packages_come_from_the_lock_by_the_same_set_up_as_everywhere():
    assert "make setup GROUPS=grading" in commands()
    assert not [one for one in commands() if re.search(r"\b(pip|uv|conda)\b", one)]


def copied():
    return [word for rest in given("COPY") for word in rest.split()[:-1] if word[:2] != "--"]


def test_it_holds_what_the_set_up_reads_and_nothing_of_students():
    needed = {"Makefile", "pyproject.toml", "requirements.txt", "src", *PROJECT["license-files"]}
    assert set(copied()) == needed | {PROJECT["readme"]}
    assert all((REPOSITORY / name).exists() for name in copied())
    ignored = (REPOSITORY / ".dockerignore").read_text().splitlines()
    rules = [line for line in ignored if line and line[0] != "#"]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule[0] == "!"} == set(copied())


def test_an_ordinary_user_runs_in_it():
    words = [word for word, _ in DOCKERFILE]
    (user,) = given("USER")
    assert user not in ("root", "0") and any(f" {user} " in f"{one} " for one in commands())
    setup = next(n for n, one in enumerate(DOCKERFILE) if "make setup" in one[1])
    assert words.index("USER") < setup


def devcontainer():
    text = (REPOSITORY / ".devcontainer/devcontainer.json").read_text()
    return json.loads(re.sub(r"^//.*\n", "", text, flags=re.MULTILINE))


def test_the_editors_container_is_the_same_and_starts_in_the_same_way():
    settings = devcontainer()
    build = settings["build"]
    assert (REPOSITORY / ".devcontainer" / build["dockerfile"]).samefile(REPOSITORY / "Dockerfile")
    assert (REPOSITORY / ".devcontainer" / build["context"]).samefile(REPOSITORY)
    assert settings["runArgs"] == CONTAINER_OPTIONS.split()
    assert [settings["remoteUser"]] == given("USER")
    assert [settings["workspaceFolder"]] == given("WORKDIR")
    assert "target=/course/.venv,type=volume" in settings["mounts"][0]


def started():
    """The command that README tells to type for grading in the container, as words."""
    (typed,) = re.findall(r"^docker run (?:.*\\\n)*.*make grade.*$", README, re.MULTILINE)
    return shlex.split(typed.replace("\\\n", " "))


def test_the_readme_starts_it_with_the_options_that_bubblewrap_needs():
    words = started()
    options = CONTAINER_OPTIONS.split()
    place = words.index(options[0])
    assert words[place : place + len(options)] == options
    (work,) = given("WORKDIR")
    assert f"backprop-venv:{work}/.venv" in words
    assert any(word.endswith(f":{work}") for word in words)


@pytest.mark.parametrize("untried", ["Docker Desktop", "VS Code"])
def test_the_readme_says_what_was_not_run(untried):
    (part,) = re.findall(r"^### In a container\n(.*?)(?=^##)", README, re.MULTILINE | re.DOTALL)
    (said,) = re.findall(r"Not tested: (.*?)\n\n", part, re.DOTALL)
    assert untried in said


def test_continuous_integration_runs_the_same_as_everywhere_and_nothing_else():
    text = (REPOSITORY / ".github/workflows/ci.yml").read_text()
    workflow = yaml.safe_load(text)
    (job,) = workflow["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert runs[-1] == ".ci/run" and (REPOSITORY / ".ci/run").exists()
    assert not [one for one in runs[:-1] if re.search(r"pytest|make test|\bpip\b|\.venv", one)]
    assert [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step] == [
        "actions/checkout"
    ]
    # .ci/run installs Debian's packages as root; the tests need namespaces.
    assert job["container"]["image"].startswith("debian:")
    assert job["container"]["options"] == "--privileged"
    assert workflow["permissions"] == {"contents": "read"}
