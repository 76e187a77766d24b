"""Waiting for what another thread or process brings about: in small steps, for longer than a slow machine needs."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0
"""How long a test waits for what should take a moment: only a failing test waits that long."""
STEP_SECONDS = 0.01


def eventually(
    true: Callable[[], object], within: float = PATIENCE_SECONDS, *, or_fail: Callable[[], None] = lambda: None
) -> None:
    """Wait until `true` returns something true; fail when it does not within so many seconds, or as `or_fail` does."""
    deadline = time.monotonic() + within
    while not true():
        or_fail()
        assert time.monotonic() < deadline, f"it did not come true within {within:.0f} s"
        time.sleep(STEP_SECONDS)
