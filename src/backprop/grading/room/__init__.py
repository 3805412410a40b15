"""What runs where student code runs: a warm process, and in each of its children one notebook.

Nothing here knows what is right. Of the package, only what a notebook needs is to be
found in the room: `exercises`, `mistakes` and the judge are not, and what stands in
their places is in `instead/`, which asks the judging process over the line.
"""
