"""Pasts that one can count by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.insight.history import ClientHistory
from bot.insight.replay import DateRange
from scoring.facts import Client

FIRST = date(2026, 1, 1)
DAYS = DateRange(FIRST, FIRST + timedelta(days=199))


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def quiet(**columns: Any) -> ClientHistory:
    """A client spoken with on 1 January and never again."""
    client = Client(id=1, status="active", zone=ZoneInfo("Europe/Madrid"), started_on=date(2025, 1, 1), currency="EUR")
    spoken = (datetime(2026, 1, 1, 7, 0, tzinfo=UTC),)
    return ClientHistory(replace(client, **columns), "acme", "Acme", "Alice", "ES", "12345", spoken)
