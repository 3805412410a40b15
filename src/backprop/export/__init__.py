"""A notebook as one page of HTML that everybody can read and that loads nothing from a network."""

from ..formulas import NoFormulas
from .page import CannotExport, page_of, write_page

__all__ = ["CannotExport", "NoFormulas", "page_of", "write_page"]
