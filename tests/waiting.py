"""Polling for the effects of another thread or process, with a deadline that a slow machine can meet."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0
"""How long a test waits for something that should be quick: only a failing test waits that long."""
STEP_SECONDS = 0.01


def eventually(
    true: Callable[[], object], within: float = PATIENCE_SECONDS, *, or_fail: Callable[[], None] = lambda: None
) -> None:
    """Wait until `true` returns a true value; fail after `within` seconds, or when `or_fail` raises."""
    deadline = time.monotonic() + within
    while not true():
        or_fail()
        assert time.monotonic() < deadline, f"it did not come true within {within:.0f} s"
        time.sleep(STEP_SECONDS)
