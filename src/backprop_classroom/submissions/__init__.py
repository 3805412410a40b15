"""From the student's desk to the instructor's: packs a notebook, and lays out what came in.

The student's side: `submitting` packs a notebook after `inspecting` has looked at its cells and
`running` has run it.

The instructor's: `collecting` lays out a download. `archives` reads folders and zips that may
hold anything, `downloads` tells the lesson of each notebook in them, `attempts` when it was handed
in, `platforms` and `roster` tell whose they are, `matching` which of several counts, `placing`
writes it into submitted/, and `collected` is what became of each. `reading` reads a submission for
grading. `bounded` is the process, with limits on time and memory, in which files are read.
"""
