"""The gradebook: nbgrader's tables, what is recorded beside them, and grades.csv."""
