"""What a handler or a job may reach for, handed to it rather than imported: the database, the clock, Slack, HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.infra import db

if TYPE_CHECKING:  # who only judges, in a process of its own, has no use for what they weigh
    from collections.abc import Callable
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager
    from datetime import datetime

    import httpx
    from slack_sdk import WebClient
    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Services:
    """Made once by the command line, or by a test with its own clock and its own Slack."""

    engine: Engine
    now: Callable[[], datetime]
    """The time, aware and in UTC."""
    slack: Callable[[str], WebClient]
    """The client to read with and to answer a click with, by team id; a dropped connection is tried again.

    Raises LookupError where there is no token for that team."""
    posting: Callable[[str], WebClient]
    """The client for new messages, by team id: it never sends anything twice by itself. For the outbox alone."""
    http: httpx.Client
    """For vendors."""
    later: Executor
    """A few threads for what may follow an answer: a card's update, safe to repeat."""

    def transaction(self) -> AbstractContextManager[Session]:
        """A session whose work is kept as a whole, or not at all."""
        return db.transaction(self.engine)

    def reading(self) -> AbstractContextManager[Session]:
        """A session for looking only."""
        return db.reading(self.engine)

    def looking(self) -> AbstractContextManager[Connection]:
        """The same for statements alone, at a third of the price: for what is asked most often."""
        return db.looking(self.engine)
