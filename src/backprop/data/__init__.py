"""The data files of the course. What they hold, and from where: README.md."""
