"""Calls a function in a fork of this process, so that its side effects do not persist."""

import multiprocessing


def in_a_fork(function):
    """Call a function in a fork of this process and return its result.

    The function may leave files open, stop threads and modify modules without affecting this
    process.
    """
    context = multiprocessing.get_context("fork")
    mine, its = context.Pipe(duplex=False)

    def call():
        mine.close()
        its.send(function())

    child = context.Process(target=call)
    child.start()
    its.close()
    try:
        return mine.recv()
    except EOFError:
        child.join()
        raise AssertionError(f"the fork ended with exit code {child.exitcode}") from None
    finally:
        child.join()
