"""Pack a student's notebook, and collect the submissions of a class.

For students, `submitting` packs a notebook after `inspecting` has checked its cells and `running`
has run it.

For instructors, `collecting` sorts a download into submitted/. `archives` reads untrusted folders
and zips, `downloads` finds the lesson of each notebook in them, and `attempts` the submission
time. `platforms` and `roster` identify the student, `matching` selects the attempt that counts,
`placing` writes it into submitted/, and `collected` records the outcome for each file. `reading`
reads a submission for grading. Untrusted files are read in the process of `bounded`, which has
limits on time and memory.
"""
