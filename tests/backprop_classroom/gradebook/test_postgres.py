"""A gradebook in PostgreSQL: a real server, started by these tests for themselves."""

import contextlib
import csv
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
from nbgrader.api import Gradebook
from nbgrader_forked import nbgrader
from required import require
from small_class import (
    ASKED,
    LESSON,
    copy_class,
    expected_points,
    grade,
    lay_out_class,
    points_in_table,
    rows_of,
    students_of,
    transactions,
)
from sqlalchemy import text
from warm_grading import warm_grading

from backprop_classroom.gradebook import records
from backprop_classroom.gradebook.database import db_url
from backprop_classroom.grading.sandbox import why_no_sandbox

CLASS = 6
PASSWORD = "not-to-be-shown"


def programs():
    """Return the folder of the server's programs, the newest of several, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: int(folder.parent.name.split(".")[0]), default=None)


require(programs(), "PostgreSQL's server is not installed (Debian, Ubuntu: apt install postgresql)")
require(
    find_spec("psycopg") is not None,
    "psycopg is not installed (the extra postgres: pip install 'psycopg[binary]')",
)
require(not why_no_sandbox(), why_no_sandbox())


# ---------------------------------------------------------------- the server


class Server:
    """A server in a folder of its own, on a port of loopback."""

    def __init__(self):
        # Not in pytest's folders: the server, which root may not be, has no right to enter.
        self._folder = Path(tempfile.mkdtemp(prefix="backprop-postgres-"))
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        password = self._folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run(
            "initdb", "--no-sync", "--encoding", "UTF8", "--locale", "C", "--username", "grader",
            "--auth", "scram-sha-256", "--pwfile", str(password),
        )  # fmt: skip
        settings = (
            "listen_addresses = '127.0.0.1'", "fsync = off",
            f"unix_socket_directories = '{self._folder}'",
        )  # fmt: skip
        with open(self._folder / "data" / "postgresql.conf", "a") as file:
            file.write("\n".join(settings) + "\n")
        for left in reversed(range(5)):
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
            try:
                self.start()
                break
            except subprocess.CalledProcessError:  # somebody else has taken the port meanwhile
                if not left:
                    raise

    def start(self):
        self._run(
            "pg_ctl", "start", "--wait", "--timeout", "600", "--silent",
            "--options", f"-p {self.port}", "--log", str(self._folder / "log"),
        )  # fmt: skip

    def stop(self):
        """Stop as if the power had gone."""
        self._run("pg_ctl", "stop", "--mode", "immediate", "--silent")

    def _run(self, program, *arguments):
        rights = {"user": self._user, "group": self._user, "extra_groups": []} if self._user else {}
        command = [programs() / program, "--pgdata", self._folder / "data", *arguments]
        output = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd=self._folder, **output, **rights)

    def url(self, database):
        return f"postgresql://grader:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def new_database(self, name):
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def connect(self, database):
        import psycopg

        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="grader", password=PASSWORD, dbname=database,
            autocommit=True,
        )  # fmt: skip

    def close(self):
        try:
            self.stop()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server():
    server = Server()
    try:
        yield server
    finally:
        server.close()


# ---------------------------------------------------------------- a class in it


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return lay_out_class(tmp_path_factory.mktemp("template"), CLASS)


@pytest.fixture(scope="module")
def in_sqlite(template, tmp_path_factory):
    """The same class with its gradebook in a file."""
    root = copy_class(template, tmp_path_factory.mktemp("sqlite") / "course")
    with pytest.MonkeyPatch.context() as patched, warm_grading():
        patched.delenv("BACKPROP_DB_URL", raising=False)
        assert grade(root) == 0
    return root


@pytest.fixture(scope="module")
def address(server):
    """Where the grades of the course are, for everything that these tests start."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("BACKPROP_DB_URL", server.new_database("course"))
        yield os.environ["BACKPROP_DB_URL"]


@pytest.fixture(scope="module")
def stopped(server, address, template, tmp_path_factory):
    """A course whose grading met the end of the server: the folder, the code, what was written."""
    root = copy_class(template, tmp_path_factory.mktemp("postgres") / "course")

    def stop(done):
        if len(done) == 4:
            server.stop()

    said = tempfile.TemporaryFile("w+")
    with transactions(stop) as written, contextlib.redirect_stderr(said), warm_grading():
        code = grade(root)
    server.start()
    with server.connect("course") as connection:
        # A row that is written again lies behind the others, and is found after them.
        connection.execute("UPDATE source_cell SET source = source WHERE name = 'output_error'")
        connection.execute("UPDATE base_cell SET name = name WHERE name = 'check_output_error'")
    said.seek(0)
    return root, code, written, said.read()


@pytest.fixture(scope="module")
def course(server, address, stopped):
    """The course after the same command was given once more, and what was seen of it."""
    root, _, before, _ = stopped
    seen = []
    with transactions(lambda done: seen.append(connected(server))) as written:
        assert grade(root) == 0
    return root, before[:-1] + written, seen


def connected(server):
    """Which processes have a connection to the server: the server's word, ours, and our workers'."""
    with server.connect("postgres") as connection:
        sql = "SELECT client_port FROM pg_stat_activity WHERE datname = 'course'"
        clients = {port for (port,) in connection.execute(sql)}
    this = psutil.Process()
    own = {one.laddr.port for one in this.net_connections("tcp")}
    workers = this.children(recursive=True)
    theirs = [one for worker in workers for one in _connections(worker)]
    return clients, own, len(workers), [one for one in theirs if one.raddr.port == server.port]


def _connections(process):
    with contextlib.suppress(psutil.NoSuchProcess):
        return [one for one in process.net_connections("tcp") if one.raddr]
    return []


def all_grades(root):
    """Everything that nbgrader's tables say of everybody's points."""
    query = """
        SELECT sa.student_id, c.name, g.auto_score, g.manual_score, g.needs_manual_grade
        FROM grade g
        JOIN submitted_notebook sn ON sn.id = g.notebook_id
        JOIN submitted_assignment sa ON sa.id = sn.assignment_id
        JOIN base_cell c ON c.id = g.cell_id
    """
    with Gradebook(db_url(root), "backprop") as gradebook:
        rows = [tuple(row) for row in gradebook.db.execute(text(query))]
    assert len(rows) == len(set(rows))
    return sorted(rows, key=repr)


# ---------------------------------------------------------------- grading


def test_a_server_that_stops_midway_stops_grading_and_what_is_graded_is_kept(stopped):
    _, code, written, said = stopped
    assert code == 1
    assert "grading stopped: the gradebook cannot be used" in said
    assert "Traceback" not in said and PASSWORD not in said
    assert len(written) == 4  # the last of them was about to be


def test_the_same_command_goes_on_and_grades_nobody_twice(course):
    root, written, _ = course
    assert sorted(written) == [(student,) for student in students_of(CLASS)]
    assert points_in_table(root) == expected_points(CLASS)


def test_points_are_those_of_a_gradebook_in_a_file(course, in_sqlite, monkeypatch):
    root, *_ = course
    assert (root / "grades.csv").read_text() == (in_sqlite / "grades.csv").read_text()
    assert not (root / "gradebook.db").exists()
    graded = all_grades(root)
    monkeypatch.delenv("BACKPROP_DB_URL")
    assert graded == all_grades(in_sqlite)


def test_only_the_process_that_grades_is_connected(course):
    _, _, seen = course
    assert seen
    for clients, own, workers, theirs in seen:
        assert clients and clients <= own
        assert workers >= 2 and theirs == []


def test_nbgrader_s_own_commands_use_the_same_gradebook(course, address):
    root, *_ = course
    before = all_grades(root)
    done = nbgrader(root, "autograde", LESSON, "--student", "s05", "--force")
    assert done.returncode == 0, done.stderr
    assert all_grades(root) == before
    done = nbgrader(root, "generate_feedback", LESSON, "--student", "s05")
    assert done.returncode == 0, done.stderr
    assert (root / "feedback" / "s05" / LESSON / "backward_pass.html").exists()
    assert nbgrader(root, "export", "--to", "all.csv").returncode == 0
    with open(root / "all.csv", newline="") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    expected = expected_points(CLASS)
    assert scores == {student: sum(points.values()) for student, points in expected.items()}


@pytest.mark.parametrize("kind", [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"])
def test_an_upgrade_of_nbgrader_leaves_what_is_recorded_beside_its_tables(
    kind, course, in_sqlite, monkeypatch
):
    root = in_sqlite if kind == "sqlite" else course[0]
    if kind == "sqlite":
        monkeypatch.delenv("BACKPROP_DB_URL")

    def recorded():
        with Gradebook(db_url(root), "backprop") as gradebook:
            assert gradebook.engine.name == kind
            return records.seed_of(gradebook, LESSON), records.read(gradebook, LESSON)

    before, points = recorded(), all_grades(root)
    assert sorted(before[1]) == students_of(CLASS)
    done = nbgrader(root, "db", "upgrade")
    assert done.returncode == 0, done.stderr
    assert recorded() == before and all_grades(root) == points


def test_marks_of_a_person_outlive_a_second_grading_and_names_may_be_any(course, capsys):
    root, *_ = course
    with Gradebook(db_url(root), "backprop") as gradebook:
        mark = gradebook.find_grade("explain_the_bug", "backward_pass", LESSON, "s00")
        mark.manual_score = 1.5
        comment = gradebook.find_comment("explain_the_bug", "backward_pass", LESSON, "s00")
        comment.manual_comment = "Schön erklärt"
        gradebook.db.commit()
    odd, too_long = "Łukasz O'Hara %s {x} 学生", "a" * 129
    for name in (odd, too_long):
        shutil.copytree(root / "submitted" / "s00", root / "submitted" / name)
    for student in students_of(CLASS)[2:]:  # who need not be graded once more for this
        shutil.rmtree(root / "submitted" / student)
    with warm_grading():
        assert grade(root, "--force") == 1
    with Gradebook(db_url(root), "backprop") as gradebook:
        mark = gradebook.find_grade("explain_the_bug", "backward_pass", LESSON, "s00")
        comment = gradebook.find_comment("explain_the_bug", "backward_pass", LESSON, "s00")
        assert (mark.manual_score, comment.manual_comment) == (1.5, "Schön erklärt")
    rows, all_points = rows_of(root), sum(ASKED.values())
    assert (
        rows["s00"]["points"] == f"{all_points + 1.5:g}" and rows[odd]["points"] == f"{all_points}"
    )
    assert [name for name, row in rows.items() if row["reason"]] == [too_long]
    assert "3 of 4 submissions are graded" in capsys.readouterr().out


def test_a_server_that_is_not_there_is_named_and_its_password_is_not(
    template, tmp_path, monkeypatch, capsys
):
    root = copy_class(template, tmp_path / "course")
    with socket.socket() as nobody:  # has the port, so that nobody else has, and does not listen
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        url = f"postgresql://grader:{PASSWORD}@127.0.0.1:{port}/grades"
        monkeypatch.setenv("BACKPROP_DB_URL", url)
        assert grade(root) == 1
    said = capsys.readouterr().err
    assert "grading stopped: the gradebook cannot be used" in said and f"port {port}" in said
    assert "Traceback" not in said and PASSWORD not in said


@pytest.mark.parametrize(
    "address, said",
    [
        ("postgres://ada@localhost/grades", "sqlalchemy.dialects:postgres"),
        ("gradebook.db", "it should look like postgresql://"),
        ("mysql://ada@localhost/grades", "the Python package MySQLdb is missing"),
    ],
)
def test_an_address_of_no_use_is_named(template, tmp_path, monkeypatch, capsys, address, said):
    root = copy_class(template, tmp_path / "course")
    monkeypatch.setenv("BACKPROP_DB_URL", address)
    assert grade(root) == 1
    shown = capsys.readouterr().err
    assert "grading stopped: " in shown and said in shown
