"""What runs beside student code while a class is graded: a warm process, a child for each notebook.

Nothing here knows what is right: the sandbox holds this package (`backprop`) and no other, and
asks the process that judges over a socket.
"""
