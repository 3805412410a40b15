"""Checks an answer, in two halves that never meet in one process while a class is graded.

calling -- calls an answer and brings back plain data; knows nothing of the truth
comparing, judging, naming -- compare the data with the truth and name what is wrong;
    never call an answer
check -- both together, for a student's notebook
"""

from .check import MarkedByPerson, check, evaluate, expect_answers, or_stand_in

__all__ = ["MarkedByPerson", "check", "evaluate", "expect_answers", "or_stand_in"]
