"""Puts marks into the gradebook of a learning platform, by the files that it exchanges."""
