"""nbconvert's exporter of feedback pages, without the parts of it that take most of its time.

It overrides methods of nbconvert, as they are in the version below:
tests/repository/test_overridden.py fails where another version has them otherwise.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode

from .highlighting import highlight_code

NBCONVERT = "7.17.2"  # that was last compared

_NO_ALT = re.compile(r"<img (?![^>]*\balt=)")


class FeedbackExporter(HTMLExporter):
    """Makes the page that `HTMLExporter` makes of a clean notebook, several times as fast.

    That one parses each page again, for the sake of pictures without a description, and compiles
    its templates anew for each page.
    """

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page, and the resources."""
        resources = self._init_resources(resources)
        data_types = WidgetsDataTypeFilter(
            notebook_metadata=self._nb_metadata, parent=self, resources=resources
        )
        self.register_filter("filter_data_type", data_types)
        # Of the class above `HTMLExporter`.
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **options)
        described = _NO_ALT.sub('<img alt="The notebook has no description of it." ', page)
        return described, resources

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """Yield the names of filters and what they do."""
        yield from super().default_filters()
        yield "highlight_code", highlight_code

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.bytecode_cache = _compiled()
        return environment


class _InMemory(BytecodeCache):
    """The compiled templates of this process."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_compiled = cache(_InMemory)
