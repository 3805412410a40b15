"""Grades a class with nbgrader: its settings, plug-ins, and the command for a whole class."""
