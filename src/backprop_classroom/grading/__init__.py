"""Grading: workers, sandboxes for student code, points, and nbgrader plug-ins."""
