"""Grades a class: workers, sandboxes for student code, points, and nbgrader's plug-ins."""
