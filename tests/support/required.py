"""What some tests need beyond the package: on a desk they are skipped without it, in CI they fail."""

import os
import re

import pytest

_INSTALL = re.compile(r"apt install ([a-z0-9 -]+)")


def require(condition, reason):
    """Go on only if the condition holds; otherwise skip, or fail where nothing may be skipped.

    condition -- whether what the test needs is there.
    reason -- what is missing and how to install it, "no server (apt install postgresql)".

    The environment variable BACKPROP_REQUIRE_ALL=1 turns skips into failures.
    """
    if condition:
        return
    if os.environ.get("BACKPROP_REQUIRE_ALL", "0") not in ("", "0"):
        pytest.fail(f"{reason} (BACKPROP_REQUIRE_ALL is set)", pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def not_tested(reasons):
    """Return the lines that say what was left out and which one command brings it.

    reasons -- why each test was skipped, as `require` said it.
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
