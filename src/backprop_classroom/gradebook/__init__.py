"""The gradebook: nbgrader's tables, additional records, and grades.csv."""
