"""How much is done at once, and what keeps to it: all sizes in one place, because they depend on each other.

Each thread that works holds at most one database connection, so a process may open as many as it has threads: with
fewer, threads wait for each other's connections, and a click waits for a timer. Never here: what the threads do.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

log = logging.getLogger(__name__)

BODIES = 200
"""Requests over HTTP whose bodies are read at once, signed or not: at most 512 KB each, so 100 MB."""
REQUESTS = 20
"""Requests of Slack's that are handled at once. Socket Mode's client has 10 threads of its own."""
WAITING_REQUESTS = 80
"""Signed requests that wait for one of these threads; Slack gives each 3 seconds, and more would wait for nothing."""
MEMBER_REQUESTS = 4
"""Requests of one person that are handled at once: a fifth of the threads."""
FOLLOW_UPS = 4
"""Threads for Slack calls after an answer. Each call takes a few tenths of a second."""
WAITING_FOLLOW_UPS = 200
"""Follow-ups that wait for these threads: some ten seconds' work."""
TIMERS = 16
"""Threads for the timers, at most: one a timer."""
PROBES = 1
"""Threads for `/healthz` and `/metrics`."""
CONNECTIONS = REQUESTS + FOLLOW_UPS + TIMERS + PROBES
"""Database connections that a process may have open: one a thread. Postgres allows 100 unless told otherwise."""
KEPT_CONNECTIONS = 8
"""Connections that stay open between requests; the rest are closed again after a rush."""


class FollowUps(ThreadPoolExecutor):
    """The threads for work after an answer, with a queue that ends.

    What comes in while it is full is dropped and logged: a redraw, or the answer to a click whose effect is saved
    already. The next click, or opening the list again, draws what is stored; nothing that is due is lost.
    """

    def __init__(self, threads: int = FOLLOW_UPS, waiting: int = WAITING_FOLLOW_UPS) -> None:
        super().__init__(threads, thread_name_prefix="later")
        self._room = threading.Semaphore(threads + waiting)

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Run `work` soon; a cancelled future if there is no room for it."""
        if not self._room.acquire(blocking=False):
            log.warning("too many follow-ups are waiting: one is dropped")
            dropped: Future[Any] = Future()
            dropped.cancel()
            return dropped
        try:
            accepted = super().submit(work, *arguments, **named)
        except RuntimeError:  # shut down
            self._room.release()
            raise
        accepted.add_done_callback(lambda _: self._room.release())
        return accepted


class InFlight:
    """Counts what each person has under way, and admits no more than `most` at once."""

    def __init__(self, most: int = MEMBER_REQUESTS) -> None:
        self._most, self._lock = most, threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def admitting(self, person: tuple[str, str]) -> Iterator[bool]:
        """Count one more of a person's while the block runs; yield whether it is admitted."""
        with self._lock:
            is_admitted = self._counts[person] < self._most
            if is_admitted:
                self._counts[person] += 1
        try:
            yield is_admitted
        finally:
            if is_admitted:
                self._end(person)

    def _end(self, person: tuple[str, str]) -> None:
        with self._lock:
            self._counts[person] -= 1
            if not self._counts[person]:
                del self._counts[person]  # nobody is remembered who has nothing under way
