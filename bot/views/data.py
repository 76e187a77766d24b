"""The data that views are given: what is shown of a client, a person and a morning. Plain, and free of any session."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Literal

from scoring.assessment import Colour, Factors, Signal


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a message: as a mention where Slack knows them, else by name."""

    name: str
    slack_user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """A touchpoint or attempt that was just logged, told in place of the buttons."""

    touchpoint_id: int
    by: Person
    at: datetime
    outcome: str
    """reached or attempt."""
    may_undo: bool = True


@dataclass(frozen=True, slots=True)
class Remedy:
    """An act that would lower a client's priority, and what would come of it."""

    act: str
    """As `scoring.remedies.ACTS` calls it."""
    answers: Signal
    """The worst signal that it is an answer to."""
    priority: float
    """What would remain."""
    place: int
    """The rank, from 1, that it would give in the owner's list."""


@dataclass(frozen=True, slots=True)
class Card:
    """One client as one reader may see it on one day."""

    client_id: int
    name: str
    status: str
    colour: Colour | None
    """None while the client was never assessed."""
    risk: float
    priority: float
    factors: Factors
    signals: tuple[Signal, ...]
    """Those soon or in breach, worst first; money signals of somebody else's client without their amounts."""
    contact_no: int
    """Travels in the buttons: see `bot.infra.models.Client.contact_no`."""
    today: date
    """The reader's local day, from which ages are counted."""
    zone: tzinfo
    """The reader's zone, for times of day."""
    sees_money: bool
    owner: Person | None = None
    backup: Person | None = None
    currency: str = ""
    monthly_fee: int | None = None
    """Minor units; None where unknown or not for this reader."""
    temperament: str | None = None
    started_on: date | None = None
    renews_on: date | None = None
    last_contact_on: date | None = None
    """In the reader's zone."""
    last_contact_by: Person | None = None
    snoozed_until: datetime | None = None
    snooze_id: int | None = None
    """The snooze that holds, where the reader may end it."""
    silent_until: date | None = None
    held_because: str | None = None
    """Why a red breach of it did not interrupt: cap, hours, snoozed, away or unmatched."""
    logged: Logged | None = None
    """What the reader, or somebody before them, just logged."""
    returns_on: date | None = None
    """When a paused client is expected back."""
    covering: bool = False
    """The reader stands in for the owner, who is away."""
    may_edit: bool = False
    """Whether the reader may change what is agreed with it."""
    fine: tuple[Signal, ...] = ()
    """Signals that were looked at and found well, for a client's own card."""
    unknown: tuple[str, ...] = ()
    """Keys of signals for which there is no data, for a client's own card."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """By signal name, the risk (0..1) that it makes alone at full severity: then Why tells each signal's size."""
    place: int | None = None
    """Its rank, from 1, in its owner's list; for Why."""
    remedies: tuple[Remedy, ...] = ()
    """What would lower its priority, the most first; for Why."""

    @property
    def to_dos(self) -> tuple[Signal, ...]:
        """The signals that weigh nothing and ask for something all the same: goals to set, data that stopped."""
        return tuple(signal for signal in self.signals if signal.state == "soon" and not signal.severity)


@dataclass(frozen=True, slots=True)
class MissedActivity:
    """What happened to one client while its owner was away."""

    name: str
    contacts: int = 0
    """That others logged."""
    attempts: int = 0
    by: tuple[Person, ...] = ()
    """Who logged those, the first first."""
    opened: tuple[str, ...] = ()
    """Keys of the signals that came up and still stand."""
    closed: tuple[str, ...] = ()
    """Keys of those that were settled."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What a member's digest is made from."""

    on: date
    reader: Person
    attention: tuple[Card, ...]
    """Clients with an open breach that is not snoozed, highest priority first."""
    soon: tuple[Card, ...]
    """Clients that will cross a limit before the next working day is over, and have no breach yet."""
    snoozed: tuple[Card, ...]
    """Clients with a breach that was put off."""
    well: tuple[str, ...]
    """Names of the clients with nothing to say about."""
    average_days_since_contact: float | None
    """Over the member's clients; None where there are none."""
    next_workday: date
    covering: tuple[Person, ...] = ()
    """Those who are away and whose clients are listed with the reader's own."""
    missed: tuple[MissedActivity, ...] = ()
    """On the first morning back from days away: what happened to the reader's own clients."""
    to_do: tuple[Card, ...] = ()
    """Clients of which nothing is wrong, with something to set right at leisure: goals to set, data that stopped."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of which list is shown."""

    scope: Literal["mine", "team", "member"] = "mine"
    member_id: int | None = None
    """Whose list it is when the scope is member."""
    offset: int = 0
    """Rank of the first row shown, from 0."""
    total: int = 0
    """Clients in the whole list, as far as they were counted: to one more than the view tells."""


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One member's book in a line, for a lead."""

    person: Person
    clients: int
    red: int
    amber: int
    average_days_since_contact: float | None
    waiting: int = 0
    """Red clients on which nobody acted for 2 working days."""


@dataclass(frozen=True, slots=True)
class AgencyNumbers:
    """The agency's numbers that stand above a lead's picture of the team."""

    average_days_since_contact: float | None = None
    """Over the whole portfolio."""
    retention: float | None = None
    """Of the clients of a year ago, the share that stayed."""
    median_value: Mapping[str, int] = field(default_factory=dict)
    """What the client in the middle is worth, in minor units by currency."""


@dataclass(frozen=True, slots=True)
class UnattendedClient:
    """A red client on which nobody has acted, told to a lead."""

    name: str
    owner: Person | None
    since: date
    """When it turned red."""


@dataclass(frozen=True, slots=True)
class Book:
    """What a member's Home tab is made from."""

    reader: Person
    cards: tuple[Card, ...]
    """Highest priority first, the whole book or its first part."""
    total: int
    average_days_since_contact: float | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the settings show: a member's own, and the agency's where the member may change them."""

    digest_time: time
    workdays: str
    """ISO weekdays worked, Monday is 1."""
    quiet_days: str
    """all_clear or nothing."""
    country: str | None
    """ISO 3166 code where the member's holidays are not the agency's."""
    agency_country: str | None
    zone: str
    """The member's time zone, by its IANA name."""
    locale: str
    """As Slack writes it."""
    limits: Mapping[str, int] | None = None
    """The agency's limits that can be changed here, by their names in the policy; None where they are not this
    member's to change."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed with a client and who looks after it, as its form shows it."""

    name: str
    status: str
    currency: str
    agency_limit_days: int
    """The contact limit of a client that has none of its own."""
    owner: Person | None = None
    backup: Person | None = None
    lost_on: date | None = None
    returns_on: date | None = None
    contact_limit_days: int | None = None
    renews_on: date | None = None
    monthly_fee: int | None = None
    """Minor units."""
    temperament: str | None = None
