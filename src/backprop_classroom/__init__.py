"""Tools for instructors: releases, submissions, grading, the gradebook, pages, reports."""
