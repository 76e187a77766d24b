"""The data of a lead's views: the team and the agency in numbers, and clients that nobody acted on.

Never here: what every reader is shown (`data`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.views.data import Person


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One member's clients in numbers, for a lead."""

    person: Person
    clients: int
    red: int
    amber: int
    average_days_since_contact: float | None
    waiting: int = 0
    """Red clients on which nobody has acted for 2 working days."""


@dataclass(frozen=True, slots=True)
class AgencyNumbers:
    """The agency's numbers at the top of a lead's view of the team."""

    average_days_since_contact: float | None = None
    """Over all the agency's clients."""
    retention: float | None = None
    """Of the clients of a year ago, the share that stayed."""
    median_value: Mapping[str, int] = field(default_factory=dict)
    """The median client value, in minor units by currency."""


@dataclass(frozen=True, slots=True)
class UnattendedClient:
    """A red client on which nobody has acted."""

    name: str
    owner: Person | None
    since: date
    """When it turned red."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Several clients that turned worse together."""

    person: Person | None
    """Whose clients turned uneasy or red; None where it is a source."""
    source: str | None
    """The source of advertising that became more expensive at all of them; None where it is a member."""
    clients: tuple[str, ...]
    """Their names, highest priority first."""
    breach_ids: tuple[int, ...]
    """The breaches that make it: they are told as parts of a cluster once."""
