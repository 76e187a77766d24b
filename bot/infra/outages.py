"""Outages of what the bot depends on, told in the log: one line a minute while it is away, one when it is back.

Many threads meet the same outage several times a second; one line for each would hide everything else. Never here:
what is done about it.
"""

import logging
import threading
import time
from collections.abc import Callable

EVERY_SECONDS = 60.0
"""Between two lines about the same outage."""

log = logging.getLogger(__name__)


class Outage:
    """Whether something is away, and since when; `name` is how the log calls it."""

    def __init__(self, name: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._name, self._seconds = name, seconds
        self._lock = threading.Lock()
        self._since: float | None = None
        self._told_at = 0.0

    @property
    def is_on(self) -> bool:
        """Whether it was away when last used."""
        return self._since is not None

    def report(self, reason: str) -> None:
        """Report that it was away just now; logged once a minute."""
        with self._lock:
            now = self._seconds()
            if self._since is None:
                self._since = now
            elif now < self._told_at + EVERY_SECONDS:
                return
            self._told_at = now
        log.warning("waiting for %s: %s", self._name, reason)

    def end(self) -> None:
        """Report that it answered; logged if it was away."""
        if self._since is None:  # without the lock, because this is called for every item of work
            return
        with self._lock:
            since, self._since = self._since, None
        if since is not None:
            log.warning("%s is back, after %.0f s", self._name, self._seconds() - since)
