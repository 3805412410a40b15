"""Skips tests whose additional requirements are missing; in CI, they fail instead."""

import os
import re

import pytest

_INSTALL = re.compile(r"apt install ([a-z0-9 -]+)")


def require(condition, reason):
    """Skip the test unless the condition is true; fail instead if skipping is not allowed.

    condition -- whether the requirement is met.
    reason -- what is missing and how to install it, as in "no server (apt install postgresql)".

    The environment variable BACKPROP_REQUIRE_ALL=1 turns skips into failures.
    """
    if condition:
        return
    if os.environ.get("BACKPROP_REQUIRE_ALL", "0") not in ("", "0"):
        pytest.fail(f"{reason} (BACKPROP_REQUIRE_ALL is set)", pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def not_tested(reasons):
    """Return lines that list the skipped tests and the command that installs what they need.

    reasons -- the reasons of `require`, one for each skipped test.
    """
    counts = {}
    for reason in reasons:
        counts[reason] = counts.get(reason, 0) + 1
    lines = [f"not tested here ({count}): {reason}" for reason, count in sorted(counts.items())]
    packages = sorted({name for reason in counts for found in _INSTALL.findall(reason)
                       for name in found.split()})  # fmt: skip
    if packages:
        lines.append(f"to test that too: apt install {' '.join(packages)}")
    return lines
