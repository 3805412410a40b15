"""The judge: knows what each exercise must return, and names what is wrong with an answer.

lessons -- what each exercise asks, one module a lesson
evaluating -- draws cases, has an answer called on them and the replies judged
comparing, judging, naming -- compare what came back with the truth and name what is wrong;
    never call an answer
mistakes -- which mistakes are known, and what numbers show them
"""

from .evaluating import evaluate
from .lessons import EXERCISES

__all__ = ["EXERCISES", "evaluate"]
