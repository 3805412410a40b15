"""What the class got wrong: one page and two tables for the instructor.

gathering -- reads the gradebook and writes the files
tallying -- from graded submissions to numbers: plain data, no files
examples -- chooses what students wrote, and takes out who they are
page, page.html -- from numbers to one HTML page
charts -- its drawings, each with words that say the same
tables -- from numbers to CSV
"""

from .gathering import NothingGraded, write_report
from .page import page
from .tallying import ClassReport, report_of

__all__ = ["ClassReport", "NothingGraded", "page", "report_of", "write_report"]
