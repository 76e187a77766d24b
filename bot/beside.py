"""A process beside this one, for work that one core alone would be slow at.

Belongs here: starting it, waiting for it, ending it. Never here: what it does; the work is a function of some module,
and its arguments travel to a fresh interpreter, which knows nothing of this one.
"""

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_log = logging.getLogger(__name__)
_SPAWN = multiprocessing.get_context("spawn")  # a fork would take along the locks that our other threads hold
_ENDED = (0, -signal.SIGTERM)


class Process:
    """The process at work."""

    def __init__(self, work: Callable[..., int], arguments: tuple[Any, ...]) -> None:
        self._count = _SPAWN.Value("q", 0)
        self._process = _SPAWN.Process(
            target=_work, args=(work, arguments, self._count, *_logging()), name=work.__name__, daemon=True
        )
        self._process.start()

    def wait(self) -> int:
        """Wait for its end and give what its work counted; nothing, logged, where it came to a bad one."""
        self._process.join()
        if self._process.exitcode not in _ENDED:
            _log.warning(
                "the process beside this one (%s) ended with %s; what it had in hand is undone, and still to do",
                self._process.name.strip("_"),
                self._process.exitcode,
            )
        return int(self._count.value)

    def end(self) -> None:
        """End it at once. What it had in hand is undone by the database."""
        self._process.terminate()
        self._process.join()


def is_worth_it() -> bool:
    """Tell whether there is a second core to work on."""
    return (len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1) > 1


@contextmanager
def start(work: Callable[..., int], *arguments: Any) -> Iterator[Process]:
    """Have a function of some module called in a process beside this one, until the end of the block at most."""
    process = Process(work, arguments)
    try:
        yield process
    finally:
        process.end()


def end_all() -> None:
    """End whatever works beside this process; whoever waits for it goes on."""
    for process in multiprocessing.active_children():
        process.terminate()


def _work(
    work: Callable[..., int],
    arguments: tuple[Any, ...],
    count: Any,
    level: int,
    formatter: logging.Formatter | None,
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started us, and who ends us
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler])
    count.value = work(*arguments)


def _logging() -> tuple[int, logging.Formatter | None]:
    """Give how this process logs, as far as another one can do likewise."""
    root = logging.getLogger()
    formatters = [handler.formatter for handler in root.handlers if type(handler) is logging.StreamHandler]
    return root.level, formatters[0] if formatters else None
