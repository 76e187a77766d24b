"""How long what Atrisk stores is kept: the periods, which an installation may set. Never here: deleting it (`jobs`)."""

from dataclasses import dataclass
from datetime import timedelta

EVENTS = timedelta(days=7)
"""Deliveries handled and hourly jobs done: Slack repeats a delivery for a day at most."""

UNDO = timedelta(days=30)
"""How long an import can be taken back: for so long, and a day more, the rows that it changed are kept as they were."""


@dataclass(frozen=True, slots=True)
class Retention:
    """The periods that may be set; SECURITY.md tells the defaults."""

    assessments: timedelta = timedelta(days=400)
    """A day's risk, colour and signals of a client: a year's comparison and a month."""
    messages: timedelta = timedelta(days=90)
    """A message, after it was sent or given up."""
    leavers: timedelta = timedelta(days=365)
    """The name of somebody without a role, after they left: then they are erased as if by `forget --person`."""
    audit: timedelta = timedelta(days=1095)
    """Who did what."""
    removed_workspaces: timedelta = timedelta(days=30)
    """All of an agency, after its team removed the bot."""
