"""The judge: it evaluates the answers to exercises and names the mistakes in them.

lessons -- the exercises of each lesson and their typical mistakes, one folder per lesson
mistakes -- mistakes that several lessons share, and the code that identifies a mistake
exercise -- the description of an exercise
evaluating -- draws the cases, calls an answer on them and passes the replies to `judging`
judging, form, conduct, comparing, naming -- judge the replies without calling an answer: their
    form, the side effects of the answer, the wrong values and the mistakes that explain them
"""

from .evaluating import evaluate
from .lessons import EXERCISES

__all__ = ["EXERCISES", "evaluate"]
