"""The exception that stops grading, and a message that several modules use."""


class Stop(Exception):
    """Grading cannot continue; the message says why and what to do. Finished work is kept."""


def cannot_write(what: str, error: OSError) -> str:
    """Return a message that says that a file cannot be written, and what to do."""
    return (
        f"{what} cannot be written ({error.strerror}): make room or change its permissions, "
        "then run the same command again; submissions already graded are kept"
    )
