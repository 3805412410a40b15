"""Rephrase error messages of Python and numpy without their internal terms."""

import re

PRODUCT = "the inner sizes of a matrix product must agree, and"
ENTRIES = "an operation entry by entry needs equal sizes, or a size of 1"

_MESSAGES = [
    (r"matmul: .*\(size (\d+) is different from (\d+)\)", rf"{PRODUCT} \2 is not \1"),
    (r"matmul: .*does not have enough dimensions.*",
     "both operands of a matrix product must be arrays with at least one axis"),
    (r"shapes .* not aligned: (\d+) \(dim \d+\) != (\d+) \(dim \d+\)", rf"{PRODUCT} \1 is not \2"),
    (r"operands could not be broadcast together with (?:remapped )?shapes .*", ENTRIES),
    (r"non-broadcastable output operand with shape (\S+) doesn't match the broadcast shape (\S+)",
     r"the result has shape \2, which does not fit into \1"),
    (r"could not broadcast input array from shape (\S+) into shape (\S+)",
     r"an array of shape \1 does not fit into \2"),
    (r"cannot reshape array of size (\d+) into shape (\S+)",
     r"\1 numbers do not fit into shape \2"),
    (r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
     r"there is no index \1 along axis \2, whose size is \3"),
    (r"The truth value of an array with more than one element is ambiguous.*",
     "a single True or False is needed here, but this is an array with several entries"),
    (r"only (?:length-1|0-dimensional|size-1) arrays can be converted to Python scalars",
     "a single number is needed here, but this is an array"),
    (r"Cannot cast ufunc '\w+' output from dtype\('float\d+'\) to dtype\('u?int\d+'\).*",
     "an array of integers cannot store the result, which is made of floats"),
    (r"'.*' object is not callable",
     "the parentheses after it call it like a function, but it is not one"),
    (r".*gufunc.*", "the shapes do not fit"),
]  # fmt: skip
_COMPILED = [(re.compile(pattern, re.DOTALL), words) for pattern, words in _MESSAGES]


def plain_message(message: str) -> str:
    """Rephrase a message of Python or numpy without internal terms.

    Parameters
    ----------
    message
        The original message.
    """
    for pattern, words in _COMPILED:
        found = pattern.fullmatch(message.strip())
        if found:
            message = found.expand(words)
            break
    message = message.replace("'NoneType' object", "None").replace("NoneType object", "None")
    return spaced(message.replace("'NoneType'", "None"))


def spaced(text: str) -> str:
    """Write the shapes in a text as Python writes tuples: (2,5) becomes (2, 5).

    Parameters
    ----------
    text
        Any text.
    """
    return re.sub(r"\(\d+(?:,\d+)+\)", lambda found: found.group().replace(",", ", "), text.strip())
