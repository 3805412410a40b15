"""A call in a copy of this process, so that nothing it changes or leaves open stays."""

import multiprocessing


def in_a_fork(function):
    """Return what a function returns, which is called in a fork of this process.

    It may leave files open, end threads and write into modules: all of that ends with the fork.
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
