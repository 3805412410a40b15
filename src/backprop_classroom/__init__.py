"""What an instructor runs: releases, submissions, grading, the gradebook, pages, reports."""
