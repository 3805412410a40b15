"""What some tests need beyond the package: on a desk they are skipped without it, in CI they fail."""

import os

import pytest


def require(condition, reason):
    """Go on only if the condition holds; otherwise skip, or fail where nothing may be skipped.

    condition -- whether what the test needs is there.
    reason -- what is missing and how to install it.

    The environment variable BACKPROP_REQUIRE_ALL=1 turns skips into failures.
    """
    if condition:
        return
    if os.environ.get("BACKPROP_REQUIRE_ALL", "0") not in ("", "0"):
        pytest.fail(f"{reason} (BACKPROP_REQUIRE_ALL is set)", pytrace=False)
    pytest.skip(reason, allow_module_level=True)
