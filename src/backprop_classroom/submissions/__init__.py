"""From the student's desk to the instructor's: packs a notebook, and lays out what came in.

`submitting` is the student's side: `inspecting` finds what is wrong with a notebook, then it
is packed. `collecting` is the instructor's: `archives` reads folders and zips that may hold
anything, `people` tells who handed something in, and it is laid out for grading.
"""
