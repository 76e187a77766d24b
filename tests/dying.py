"""A process that does one job and dies by SIGKILL at a chosen moment: what crash tests and benchmarks run.

`Nursery` starts this file once as a program of its own; for each order, a line of JSON on its standard input, that
program forks a child, says its number, and then how it ended. So a child costs some milliseconds, not a start of
Python. A moment is a statement about to be sent to the database, a commit about to be made, or a connection just
given back; they are counted from 1.
"""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

import httpx
from sqlalchemy import Engine, event
from sqlalchemy.orm import configure_mappers

from bot.infra.db import connect
from bot.infra.i18n import translator
from bot.infra.services import Services
from bot.jobs import delivery, digest, sweep
from bot.jobs.delivery import DeliveryOptions
from bot.messaging.outbox import Pace
from bot.slack.client import make_clients

ROOT = Path(__file__).parent.parent
MOMENTS = ("before_cursor_execute", "commit", "checkin")


class Nursery:
    """Bears children that do a job, and tells how they ended."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.dying"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def bear(self, job: str, **order: Any) -> int:
        """Begin a job; gives the child's process number."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"job": job, **order}) + "\n")
        self._process.stdin.flush()
        return int(self._said())

    def ended(self) -> bool:
        """Wait for the child's end: True when it finished, False when it was killed; anything else fails."""
        code = int(self._said())
        assert code in {0, -signal.SIGKILL}, f"the child ended with {code}"
        return code == 0

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def main() -> None:
    configure_mappers()  # what every child would otherwise do anew
    translator("en").day(datetime.now(UTC).date())
    http = httpx.Client()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                do(http, **json.loads(line))
                os._exit(0)
            finally:
                traceback.print_exc()
                os._exit(1)
        print(child, flush=True)  # noqa: T201  # its numbers are what it is asked for
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


def do(
    http: httpx.Client, job: str, database: str, api: str, now: str = "", die_at: int = 0, lease: float = 120
) -> None:
    """Do one job until there is no more of it: deliver, digest or sweep, or `pour`, which delivers without end.

    `now` is the time that stands still, as ISO 8601, or empty for the real one; 0 is no moment to die at.
    """
    engine = connect(database)
    if die_at:
        _die_at(engine, die_at)
    reading, posting = make_clients(lambda team_id: f"xoxb-{team_id}", api)
    still = datetime.fromisoformat(now) if now else None
    services = Services(
        engine=engine,
        now=lambda: still or datetime.now(UTC),
        slack=reading,
        posting=posting,
        http=http,
        later=ThreadPoolExecutor(1),
    )
    terms = DeliveryOptions(Pace(timedelta(0), 1_000_000), timedelta(seconds=lease), timedelta(seconds=lease))
    run_one = {"digest": digest.run_one, "sweep": sweep.run_one}.get(job, partial(delivery.run_one, options=terms))
    while run_one(services) or job == "pour":
        if job == "pour":
            time.sleep(0.001)


def _die_at(engine: Engine, moment: int) -> None:
    counted = itertools.count(1)

    def count(*_: object) -> None:
        if next(counted) == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in MOMENTS:
        event.listen(engine, name, count)


if __name__ == "__main__":
    main()
