"""Benchmark of the instructor's commands other than grading, against nbgrader's own commands.

The class is already graded. The commands are grading again without changes, feedback, the report
on the class, and collecting a download. Each is also compared with the CPU time of the minimal
work: importing the modules, reading the files, and rendering the template of each page.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from bench_grading import CORES, CannotRun, run
from downloads import submitted_zip, zip_of
from sample_class import LESSON, write_class

from backprop_classroom.release import notebook_of

# The minimal work of each command, as a program; its arguments are the course folder and the lesson.
READ_ALL = """
import hashlib, json, pathlib, sys
import backprop_classroom.grading.run
for path in pathlib.Path(sys.argv[1], "submitted").rglob("*.ipynb"):
    data = path.read_bytes()
    hashlib.sha256(data).hexdigest(), json.loads(data)
"""
RENDER_ALL = """
import pathlib, sys
import nbformat, nbgrader.apps
from backprop_classroom.html.feedback_exporter import FeedbackExporter
exporter = FeedbackExporter()
for path in pathlib.Path(sys.argv[1], "autograded").rglob("*.ipynb"):
    exporter.from_notebook_node(nbformat.read(path, 4), {"metadata": {"name": path.stem}})
"""
READ_GRADES = """
import sys
import backprop_classroom.report.class_report
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.gradebook.records import read
with gradebook_of(__import__("pathlib").Path(sys.argv[1])) as gradebook:
    read(gradebook, sys.argv[2])
"""
READ_ZIP = """
import io, json, pathlib, sys, zipfile
import backprop_classroom.submissions.running
with zipfile.ZipFile(pathlib.Path(sys.argv[1], "download.zip")) as archive:
    for name in archive.namelist():
        with zipfile.ZipFile(io.BytesIO(archive.read(name))) as packed:
            for inside in packed.namelist():
                data = packed.read(inside)
                inside.endswith(".ipynb") and json.loads(data)
"""

NAMES = r".*/(?P<student_id>\w+)/(?P<file_id>\w+)\.ipynb"


def rows(lesson):
    """Return the rows of the table: title, our command, nbgrader's, and the minimal work."""
    again = ["autograde", lesson]
    unzip = ["zip_collect", lesson, "--force", f"--FileNameCollectorPlugin.named_regexp={NAMES}"]
    return [
        ("grade, nothing changed", ["grade", lesson], again, READ_ALL),
        ("feedback", ["feedback", lesson], ["generate_feedback", lesson, "--force"], RENDER_ALL),
        ("report", ["report", lesson], ["export", "--to", "exported.csv"], READ_GRADES),
        ("collect", ["collect", "download.zip"], unzip, READ_ZIP),
    ]


def lay_out(root, count, lesson):
    """Create a course with a graded class, and a download with the class's submissions."""
    members = write_class(root, count, lesson=lesson)
    name = notebook_of(root / "notebooks" / lesson).name
    handed_in, plain = {}, {}
    for member in members:
        data = (root / "submitted" / member.student / lesson / name).read_bytes()
        packed = submitted_zip(member.student, data, lesson=lesson)
        handed_in[f"{member.student}/{lesson}-{member.student}.zip"] = packed
        plain[f"{member.student}/{name}"] = data
    archive = root / "downloaded" / lesson / "archive" / "all.zip"
    archive.parent.mkdir(parents=True)
    archive.write_bytes(zip_of(plain))
    run(ours(["grade", lesson]), root)
    (root / "download.zip").write_bytes(zip_of(handed_in))


def ours(arguments):
    return [sys.executable, "-m", "backprop_classroom", "--root", ".", *arguments]


def timed(command, folder, times):
    """Return the minimal seconds and CPU seconds of several runs; None if the command fails."""
    try:
        runs = [run(command, folder) for _ in range(times)]
    except CannotRun as why:
        print(f"{' '.join(map(str, command))}: {why}", file=sys.stderr)
        return None
    return tuple(map(min, zip(*runs)))


def compare(options):
    """Print the table; return how many of our commands failed."""
    nbgrader, failed = Path(sys.executable).with_name("nbgrader"), 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "class")
        root.mkdir()
        print("grading the class first ...", file=sys.stderr, flush=True)
        lay_out(root, options.count, options.lesson)
        print(f"{options.count} submissions of {options.lesson}, {CORES} cores")
        print(f"{'':24}{'seconds':>9}{'CPU':>7}{'x min':>8}{'nbgrader':>10}{'ours / nbgrader':>17}")
        for title, command, theirs, floor in rows(options.lesson):
            if title == "collect":
                shutil.rmtree(root / "submitted")
            must = timed([sys.executable, "-c", floor, root, options.lesson], root, options.times)
            mine = timed(ours(command), root, options.times)
            other = theirs and timed([nbgrader, *theirs], root, 1)
            if not mine or not must:
                failed += 1
                continue
            text = f"{title:24}{mine[0]:9.2f}{mine[1]:7.2f}{mine[1] / must[1]:8.2f}"
            text += (
                f"{other[0]:10.2f}{mine[0] / other[0]:17.2f}" if other else f"{'-':>10}{'-':>17}"
            )
            print(text, flush=True)
    return failed


def main(arguments=None):
    """Run the bench; return 1 if one of our commands fails, else 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=40, help="submissions (default: 40)")
    parser.add_argument("--times", type=int, default=3, help="runs; the fastest counts")
    parser.add_argument("--lesson", default=LESSON)
    return 1 if compare(parser.parse_args(arguments)) else 0


if __name__ == "__main__":
    sys.exit(main())
