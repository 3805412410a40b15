"""A notebook as one page of HTML that everybody can read and that loads nothing from a network."""

from .page import NoFormulas, page_of

__all__ = ["NoFormulas", "page_of"]
