"""Waiting for what another thread brings about."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 20.0


def eventually(true: Callable[[], object]) -> None:
    """Wait until something is so; fail when it does not come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
