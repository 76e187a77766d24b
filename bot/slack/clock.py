"""How far this machine's clock is off, by the time that Slack writes on its answers.

Never here: what is done about it (`bot.jobs.clock`, and the command line's `doctor`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

TOLERANCE = timedelta(minutes=1)
"""Slack refuses what is signed by a clock five minutes off; one that is a minute off is on its way there."""


def offset(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how far `now` is ahead of Slack's time, to the second; None if the answer does not say.

    Source: the `Date` header of HTTP (RFC 9110), which every answer of Slack's has.
    """
    written = next((value for name, value in headers.items() if name.lower() == "date"), None)
    try:
        return now - parsedate_to_datetime(written).astimezone(UTC) if written else None
    except ValueError:
        return None


def describe(off: timedelta) -> str:
    """Say in English how far the clock is off: "3 days ahead of Slack's"."""
    seconds = abs(off.total_seconds())
    unit, length = next(
        (unit for unit in (("days", 86_400), ("hours", 3600), ("minutes", 60)) if seconds >= 2 * unit[1]), ("s", 1)
    )
    return f"{seconds / length:.0f} {unit} {'ahead of' if off > timedelta(0) else 'behind'} Slack's"
