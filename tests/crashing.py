"""A process that runs one job and kills itself by SIGKILL at a chosen moment, for crash tests and benchmarks.

`JobForker` starts this file once as a separate program. For each line of JSON on its standard input the program forks
a child, prints its process id, and then its exit code, so that a child takes some milliseconds rather than a start of
Python. A moment is just before a statement, just before a commit, or just after a connection is returned; moments are
counted from 1.
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
from bot.messaging.claims import Pace
from bot.slack.client import certificates, make_clients
from tests.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).parent.parent
MOMENTS = ("before_cursor_execute", "commit", "checkin")


class JobForker:
    """Starts child processes that run a job, and waits for them."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crashing"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def start(self, job: str, **order: Any) -> int:
        """Start a job; return the child's process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"job": job, **order}) + "\n")
        self._process.stdin.flush()
        pid = int(self._read_line())
        assert pid > 1, "an exit code was left to read: killing it would kill a whole group of processes"
        return pid

    def wait(self) -> bool:
        """Wait for the child: True if it finished, False if it was killed; any other exit code fails the test."""
        code = int(self._read_line())
        assert code in {0, -signal.SIGKILL}, f"the child ended with {code}"
        return code == 0

    def _read_line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def main() -> None:
    configure_mappers()  # otherwise every child would do it again
    translator("en").day(datetime.now(UTC).date())
    http = httpx.Client(timeout=PATIENCE_SECONDS, verify=certificates())
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                run_job(http, **json.loads(line))
                os._exit(0)
            finally:
                traceback.print_exc()
                os._exit(1)
        print(child, flush=True)  # noqa: T201  # the parent reads it
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


def run_job(
    http: httpx.Client,
    job: str,
    database: str,
    api: str,
    now: str = "",
    die_at: int = 0,
    lease: float = 120,
    pace: float = 0,
) -> None:
    """Run one job until nothing is left to do: deliver, digest or sweep; `pour` delivers endlessly.

    `now` is a fixed time as ISO 8601, or empty for the real one; `die_at` is a moment, or 0 for never; `lease` and
    `pace`, between two messages to one person, are in seconds.
    """
    engine = connect(database)
    if die_at:
        _kill_at(engine, die_at)
    reading, posting = make_clients(lambda team_id: f"xoxb-{team_id}", api)
    fixed_now = datetime.fromisoformat(now) if now else None
    services = Services(
        engine=engine,
        now=lambda: fixed_now or datetime.now(UTC),
        slack=reading,
        posting=posting,
        http=http,
        later=ThreadPoolExecutor(1),
    )
    options = DeliveryOptions(
        Pace(timedelta(seconds=pace), 1_000_000), timedelta(seconds=lease), timedelta(seconds=lease)
    )
    run_one = {"digest": digest.run_one, "sweep": sweep.run_one}.get(job, partial(delivery.run_one, options=options))
    while run_one(services) or job == "pour":
        if job == "pour":
            time.sleep(0.001)


def _kill_at(engine: Engine, moment: int) -> None:
    counter = itertools.count(1)

    def count(*_: object) -> None:
        if next(counter) == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in MOMENTS:
        event.listen(engine, name, count)


if __name__ == "__main__":
    main()
