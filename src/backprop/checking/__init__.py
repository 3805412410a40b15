"""Checks an answer, in two halves that never meet in one process while a class is graded.

calling -- calls an answer and brings back plain data; knows nothing of the truth
comparing, judging, naming -- compare the data with the truth and name what is wrong;
    never call an answer
evaluating -- draws cases, has an answer called on them and the replies judged
check -- what a student's notebook calls
"""

from .check import check, expect_answers, or_stand_in
from .evaluating import MarkedByPerson, evaluate

__all__ = ["MarkedByPerson", "check", "evaluate", "expect_answers", "or_stand_in"]
