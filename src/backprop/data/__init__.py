"""The data files of the course; README.md describes their contents and sources."""
