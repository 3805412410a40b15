"""The sandboxed side of grading: a warm process that forks a child for each notebook.

The sandbox contains only this package (`backprop`) and no answers. It sends questions to the
judging process over a socket.
"""
