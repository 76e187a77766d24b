"""The outside resources that handlers and jobs are given: the database, the clock, Slack, HTTP, a thread pool.

Never here: creating them (the command line does), or what they are used for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from bot.infra import db
from bot.infra.outages import Outage
from bot.infra.retention import Retention

if TYPE_CHECKING:  # a process that only scores must not pay for importing these
    from collections.abc import Callable
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager
    from datetime import datetime

    import httpx
    from slack_sdk import WebClient
    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session


def _doubted() -> Event:
    event = Event()
    event.set()
    return event


ANY_TEAM = ""
"""Stands for whichever team the token belongs to."""


@dataclass(frozen=True, slots=True)
class Services:
    """Created once by the command line, or by a test with its own clock and Slack."""

    engine: Engine
    now: Callable[[], datetime]
    """The current time, aware and in UTC."""
    slack: Callable[[str], WebClient]
    """The client for reading and for answering a click, by team id; it retries a dropped connection.

    ANY_TEAM stands for whichever team the token belongs to. Raises LookupError if there is no token for that team."""
    posting: Callable[[str], WebClient]
    """The client for new messages, by team id: it never retries by itself. Only delivery of the outbox uses it."""
    http: httpx.Client
    """For vendors' APIs."""
    later: Executor
    """A few threads for work after an answer, such as updating a card; it must be safe to repeat."""
    database_outage: Outage = field(default_factory=lambda: Outage("the database"))
    """Reported to by whoever cannot reach the database, ended by whoever can."""
    clock_doubted: Event = field(default_factory=_doubted)
    """Set at the start, and when the clock was set: what is stored may come from a clock that was ahead."""
    clock_wrong: Outage = field(default_factory=lambda: Outage("the right time"))
    """Reported to while this machine's clock is not Slack's."""
    slack_outage: Outage = field(default_factory=lambda: Outage("Slack"))
    """Reported to by whoever finds Slack unable to answer; the job `connect` then asks until it can."""

    retention: Retention = field(default_factory=Retention)
    """How long what is stored is kept."""

    def transaction(self) -> AbstractContextManager[Session]:
        """Open a session that commits at the end, or rolls back on an exception."""
        return db.transaction(self.engine)

    def reading(self) -> AbstractContextManager[Session]:
        """Open a session for reads, without a transaction."""
        return db.reading(self.engine)

    def read_connection(self) -> AbstractContextManager[Connection]:
        """Open a Core connection for reads: a third of a session's cost, for hot queries."""
        return db.read_connection(self.engine)
