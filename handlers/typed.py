"""What is typed or chosen in a form's fields, read strictly: a number, a day, a time, an id.

Slack's own fields send plain forms of these; anything else was not sent by one. Never here: what is allowed where.
"""

import re
from datetime import date, time
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,10})?", re.ASCII)
_DAY = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
"""In three centuries, so that a zone's offset or a few years more lead to no day that does not exist."""
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}", re.ASCII)
_KEY = re.compile(r"[0-9]{1,18}", re.ASCII)


def read_number(text: str | None) -> Decimal | None:
    """Read a number like 1200 or 1200.50; None for anything else, other digits and exponents included."""
    return Decimal(text) if text and _NUMBER.fullmatch(text) else None


def read_day(text: str | None) -> date | None:
    """Read a day as a date picker sends it; None for anything else."""
    try:
        return date.fromisoformat(text) if text and _DAY.fullmatch(text) else None
    except ValueError:
        return None


def read_time(text: str | None) -> time | None:
    """Read a time of day as a time picker sends it; None for anything else."""
    try:
        return time.fromisoformat(text) if text and _TIME.fullmatch(text) else None
    except ValueError:
        return None


def read_key(text: str | None) -> int:
    """Read the id of a record; 0, which none has, for anything else."""
    return int(text) if text and _KEY.fullmatch(text) else 0
