"""The judge: it knows what each exercise must return, and names what is wrong with an answer.

lessons -- what each exercise asks, and the mistakes of its lesson; one folder a lesson
mistakes -- mistakes that several lessons know, and how numbers prove a mistake
exercise -- what an exercise is
evaluating -- draws cases, has an answer called on them and the replies judged
judging, form, conduct, comparing, naming -- judge the replies: whether they can be compared, what
    the answer did besides returning, which values are wrong and why; never call an answer
"""

from .evaluating import evaluate
from .lessons import EXERCISES

__all__ = ["EXERCISES", "evaluate"]
