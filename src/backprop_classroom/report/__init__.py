"""What the class got wrong: one page and two tables for the instructor.

`gathering` reads the gradebook and writes the files. `tallying` makes of graded submissions the
numbers in `class_report`, with `examples` of what students wrote
and what of it is `alike`. `page` and page.html make one
HTML page of them, with `charts`, and `tables` makes CSV files.
"""

from .class_report import ClassReport
from .gathering import NothingGraded, write_report
from .page import page
from .tallying import report_of

__all__ = ["ClassReport", "NothingGraded", "page", "report_of", "write_report"]
