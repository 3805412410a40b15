"""Grades a class with nbgrader: its settings, plug-ins, and the command for a whole class."""

import sys

# jsonschema, which comes with nbformat, builds a grammar of international web addresses when
# it is imported: more than a second in every process, for addresses that no notebook holds.
sys.modules.setdefault("rfc3987_syntax", None)
