"""Ends a process when it is asked to."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue


@contextmanager
def until_stopped() -> Iterator[threading.Event]:
    """Yield an event that SIGINT (Ctrl-C) or SIGTERM sets; restore the previous signal handlers afterwards.

    A handler interrupts the main thread anywhere, also while that holds the event's own lock, and would then wait for
    itself for ever. So it puts a note into a queue that may be used there, and a thread of its own sets the event.
    """
    stopped, asked = threading.Event(), SimpleQueue[None]()

    def pass_on() -> None:
        asked.get()
        stopped.set()

    passing = threading.Thread(target=pass_on, name="asked to stop", daemon=True)
    passing.start()
    previous = {number: signal.signal(number, lambda *_: asked.put(None)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        asked.put(None)
        passing.join()
