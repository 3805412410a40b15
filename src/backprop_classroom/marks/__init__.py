"""Transfers marks to the gradebook of a learning platform by the files that it imports."""
