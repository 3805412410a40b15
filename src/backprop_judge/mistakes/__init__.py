"""The mistakes that learners make, and how the numbers of an answer prove one of them.

catalogue -- what each mistake is called, what is said about it, and the hints
forms -- what can be done to any right array: transposed, unsummed, scaled, ...
networks -- mistakes of the backward path, as networks other than the asked one
answers -- mistakes of the other exercises, as other things than the asked one
explaining -- finds the smallest set of mistakes that gives the numbers that came
"""

from .catalogue import CATALOGUE
from .explaining import BACKWARD, entry_by_entry, explain, order_of

__all__ = ["BACKWARD", "CATALOGUE", "entry_by_entry", "explain", "order_of"]
