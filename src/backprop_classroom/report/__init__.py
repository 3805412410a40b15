"""The report on a class's mistakes: one page and two tables for the instructor.

`gathering` reads the gradebook and writes the files. `tallying` computes the numbers in
`class_report` from graded submissions, with `examples` of answers and a list of similar answers
from `alike`. `page` renders them with page.html and `charts` as one HTML page, and `tables` as CSV
files.
"""

from .class_report import ClassReport
from .gathering import NothingGraded, write_report
from .page import page
from .tallying import report_of

__all__ = ["ClassReport", "NothingGraded", "page", "report_of", "write_report"]
