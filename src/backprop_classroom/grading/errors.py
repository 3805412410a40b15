"""Why grading cannot go on, in words."""


class Stop(Exception):
    """Grading cannot go on; the message says why and what to do. What is graded is kept."""


def cannot_write(what: str, error: OSError) -> str:
    """Say that a file or folder cannot be written, and what to do."""
    return (
        f"{what} cannot be written ({error.strerror}): make room or change its permissions, "
        "then run the same command again; what is graded is kept"
    )
