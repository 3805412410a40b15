"""Converts formulas to MathML, which browsers and screen readers support without a library."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..texts import UNSEEN

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST_FORMULA = 1_000  # characters; the longest formula in a lesson has about 200

# Elements and attributes of latex2mathml that only typeset a formula. None that links, has a
# style, or can move symbols over other content.
_ELEMENTS = frozenset(
    """math mrow mi mn mo mtext mspace mstyle mpadded mphantom mfrac msqrt mroot msub msup msubsup
    munder mover munderover mtable mtr mtd mlabeledtr menclose""".split()
)
_ATTRIBUTES = frozenset(
    """accent accentunder columnalign columnlines columnspacing display displaystyle fence form
    largeop linebreak linethickness lspace mathcolor mathsize mathvariant maxsize minsize
    movablelimits notation rowlines rowspacing rspace scriptlevel separator stretchy symmetric
    width xmlns""".split()
)
# One or more words, or a length. Of the negative lengths, only TeX's small spaces are allowed.
_VALUE = re.compile(r"[a-zA-Z]{1,30}( [a-zA-Z]{1,30}){0,20}|[0-9]{0,2}(\.[0-9]{1,4})?[a-z%]{0,2}")
_NEGATIVE_SPACE = re.compile(r"-0?\.[0-9]{1,4}em")
_MATHML = "http://www.w3.org/1998/Math/MathML"
# A recursive definition could expand a few lines into a whole page.
_DEFINES = re.compile(r"\\(?:(?:new|renew|provide)(?:command|environment)|[gex]?def\b|Declare)")
_CHARACTER = re.compile(r"&#x([0-9A-Fa-f]{1,6});")


class NotAFormula(ValueError):
    """The text cannot be read as a formula; the message says why."""


class NoFormulas(RuntimeError):
    """The package that converts formulas is missing; the message says what to do."""


def see_that_formulas_can_be_written() -> None:
    """Raise `NoFormulas` if latex2mathml is not installed."""
    try:
        import latex2mathml.converter  # noqa: F401
    except ImportError:
        raise NoFormulas(
            "latex2mathml is needed to write formulas into a page, and is not installed: "
            "python -m pip install latex2mathml"
        ) from None


@lru_cache(maxsize=4096)
def mathml(formula: str, *, block: bool) -> str:
    """Convert a formula to MathML that is safe to show even if a student wrote it.

    Parameters
    ----------
    formula
        The formula in TeX, without dollar signs.
    block
        Whether it is displayed on a separate line.

    Raises
    ------
    NotAFormula
        If it is not valid.
    NoFormulas
        If latex2mathml is not installed.
    """
    from xml.etree.ElementTree import tostring

    see_that_formulas_can_be_written()
    from latex2mathml.converter import convert_to_element

    formula = str(formula).strip()
    if not formula or len(formula) > LONGEST_FORMULA:
        raise NotAFormula(f"1 to {LONGEST_FORMULA} characters were expected, not {len(formula)}")
    if "&#" in formula or _DEFINES.search(formula):
        raise NotAFormula(f"{formula!r}: entities and definitions are not allowed")
    try:
        element = convert_to_element(formula, display="block" if block else "inline")
        _keep_what_forms(element)
        # Not latex2mathml's own serializer, which does not escape tags in \text{...}.
        return tostring(element, encoding="unicode", short_empty_elements=False)
    except Exception as error:  # its parser raises many types of exceptions
        raise NotAFormula(f"{formula!r}: {type(error).__name__}: {error}") from None


def _keep_what_forms(element: "Element") -> None:
    if element.tag not in _ELEMENTS:
        raise ValueError(f"a formula must not contain {element.tag}")
    for name, value in list(element.attrib.items()):
        if not _is_plain(element.tag, name, value):
            del element.attrib[name]
    # latex2mathml writes non-ASCII characters as numeric references.
    element.text = _CHARACTER.sub(lambda found: chr(int(found[1], 16)), element.text or "")
    if re.search(r"[\t\n]", element.text) or UNSEEN.search(element.text):
        raise ValueError("a formula must not contain control characters")
    for child in element:
        _keep_what_forms(child)


def _is_plain(tag: str, name: str, value: str) -> bool:
    if name == "xmlns":
        return value == _MATHML
    if name == "width":  # not of mpadded, whose content could overlap other content
        return tag == "mspace" and bool(_VALUE.fullmatch(value) or _NEGATIVE_SPACE.fullmatch(value))
    return name in _ATTRIBUTES and bool(_VALUE.fullmatch(value))
