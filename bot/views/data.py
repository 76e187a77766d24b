"""The data that views are given: plain values about clients, people and lists.

Belongs here: what a view shows, as one reader may see it. Never here: a session, or how anything is read from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Literal

from scoring.assessment import Factors, Signal
from scoring.vocabulary import AccountSize, Colour

if TYPE_CHECKING:
    from bot.views.team_data import Cluster


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a message: as a mention if they are in Slack, else by name."""

    name: str
    slack_user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """A contact or attempt that was just logged, shown in the place of the buttons."""

    touchpoint_id: int
    by: Person
    at: datetime
    outcome: str
    """reached or attempt."""
    may_undo: bool = True


@dataclass(frozen=True, slots=True)
class Remedy:
    """An act that would lower a client's priority, and to what."""

    act: str
    """Its name in `scoring.remedies.ACTS`."""
    answers: Signal
    """The worst signal that it would answer."""
    priority: float
    """The priority that would remain; 0 if this reader may not see the client's money."""
    place: int
    """The rank, from 1, that the client would then have in its owner's list; 0 likewise."""


@dataclass(frozen=True, slots=True)
class Card:
    """One client as one reader may see it on one day."""

    client_id: int
    name: str
    status: str
    colour: Colour | None
    """None until the client is assessed for the first time."""
    risk: float
    """0 if this reader may not see the client's money, from which it is partly worked out."""
    priority: float
    """Likewise."""
    factors: Factors
    """Without the value if this reader may not see the client's money."""
    signals: tuple[Signal, ...]
    """Those soon or in breach: alarms, what is coming up, to-dos, each worst first; without amounts of money if the
    reader may not see them."""
    contact_no: int
    """Carried by the buttons: see `bot.infra.models.Client.contact_no`."""
    today: date
    """The reader's local day, from which ages are counted."""
    zone: tzinfo
    """The reader's zone, for times of day."""
    sees_money: bool
    owner: Person | None = None
    backup: Person | None = None
    currency: str = ""
    monthly_fee: int | None = None
    """Minor units; None if unknown, or if this reader may not see it."""
    account_size: AccountSize | None = None
    """The fee in a word, for a reader who may not see it."""
    temperament: str | None = None
    started_on: date | None = None
    renews_on: date | None = None
    last_contact_on: date | None = None
    """In the reader's zone."""
    last_contact_by: Person | None = None
    snoozed_until: date | None = None
    """The day on which it comes back, as whoever put it off chose it."""
    snoozed_by: Person | None = None
    snooze_id: int | None = None
    """The current snooze, if the reader may end it."""
    silent_until: date | None = None
    silent_by: Person | None = None
    held_because: str | None = None
    """Why no alert was sent for its red breach: cap, hours, snoozed, away or unmatched."""
    logged: Logged | None = None
    """What the reader, or a colleague before them, just logged."""
    returns_on: date | None = None
    """When a paused client is expected back."""
    covering: bool = False
    """Whether the reader covers for the owner, who is away."""
    may_edit: bool = False
    """Whether the reader may edit the client."""
    fine: tuple[Signal, ...] = ()
    """Signals that are within their limits, for a client's own card."""
    unknown: tuple[str, ...] = ()
    """Keys of the signals without data, for a client's own card."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """By signal name, the risk from 0 to 1 that it makes alone at full severity; for Why."""
    place: int | None = None
    """Its rank, from 1, in its owner's list, for Why; None if this reader may not see the client's money."""
    remedies: tuple[Remedy, ...] = ()
    """What would lower its priority, the most first; for Why."""

    @property
    def needs_somebody(self) -> bool:
        """Whether an alarm is open: to-dos alone, and what is coming up, can wait."""
        return any(signal.is_open_alarm for signal in self.signals)

    @property
    def reasons(self) -> tuple[Signal, ...]:
        """The signals without the to-dos."""
        return tuple(signal for signal in self.signals if not signal.is_open_to_do)

    @property
    def to_dos(self) -> tuple[Signal, ...]:
        """What is ours to tidy when there is time: goals to set, data that stopped, a thin margin."""
        return tuple(signal for signal in self.signals if signal.is_open_to_do)


@dataclass(frozen=True, slots=True)
class MissedActivity:
    """What happened to one client while its owner was away."""

    name: str
    contacts: int = 0
    """Contacts that others logged."""
    attempts: int = 0
    by: tuple[Person, ...] = ()
    """Who logged them, in that order."""
    opened: tuple[str, ...] = ()
    """Keys of the signals that came up and are still open."""
    closed: tuple[str, ...] = ()
    """Keys of the signals that were settled."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """What a colleague put off on one of the reader's clients."""

    client_id: int
    client: str
    """Its name."""
    action: str
    """snooze.set or silence.set."""
    until: date
    by: Person


@dataclass(frozen=True, slots=True)
class UnownedClient:
    """A client without an owner, or whose owner is gone."""

    name: str
    holder: Person | None
    """The backup, who looks after it; None if that is left to the leads."""


@dataclass(frozen=True, slots=True)
class DueWork:
    """A deadline that somebody is reminded of."""

    title: str
    client: str
    due_on: date
    """The team's own day, or the one promised to the client if that is earlier."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What a member's digest shows."""

    on: date
    reader: Person
    attention: tuple[Card, ...]
    """Clients with an open alarm that are not snoozed, highest priority first."""
    soon: tuple[Card, ...]
    """Clients without an open alarm that will cross a limit before the next working day is over."""
    snoozed: tuple[Card, ...]
    """Clients with a breach that are snoozed."""
    well: tuple[str, ...]
    """Names of the clients about which there is nothing to say."""
    average_days_since_contact: float | None
    """Over the member's clients; None if there are none."""
    next_workday: date
    covering: tuple[Person, ...] = ()
    """Colleagues who are away and whose clients are listed with the reader's own."""
    missed: tuple[MissedActivity, ...] = ()
    """On the first morning back from days away: what happened to the reader's own clients."""
    by_others: tuple[Intervention, ...] = ()
    """What colleagues have put off on the reader's own clients since the last digest."""
    guessed_country: str | None = None
    """In a member's first digest: whose public holidays are left out, where nobody chose a country."""
    to_do: tuple[Card, ...] = ()
    """All clients with a to-do that are not snoozed, whatever else there is about them."""
    unowned: tuple[UnownedClient, ...] = ()
    """For a lead: the agency's clients that nobody owns, highest priority first."""
    clusters: tuple["Cluster", ...] = ()
    """For a lead: clients that turned worse together, told once."""
    due: tuple[DueWork, ...] = ()
    """Deadlines by the reader's next working day that no client above speaks of: mostly of colleagues' clients."""
    told_early_on: date | None = None
    """The day on which this day's digest was told once before, by a clock that was ahead."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of which list is shown."""

    scope: Literal["mine", "team", "member"] = "mine"
    member_id: int | None = None
    """Whose list it is if the scope is member."""
    offset: int = 0
    """Rank of the first row shown, from 0."""
    total: int = 0
    """Clients in the whole list, counted to one more than the view shows as a number."""


@dataclass(frozen=True, slots=True)
class Book:
    """What a member's Home tab shows."""

    reader: Person
    cards: tuple[Card, ...]
    """Highest priority first: all clients or the first of them."""
    total: int
    average_days_since_contact: float | None = None
    unowned: tuple[UnownedClient, ...] = ()
    """For a lead: the agency's clients that nobody owns."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Whom the agency has named as admins and leads."""

    admins: tuple[Person, ...] = ()
    leads: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the settings form shows: a member's own settings, and the agency's if the member may change them."""

    digest_time: time
    workdays: str
    """ISO weekdays worked, Monday is 1."""
    quiet_days: str
    """all_clear or nothing."""
    country: str | None
    """ISO 3166 code if the member's public holidays are not the agency's."""
    agency_country: str | None
    guessed_country: str | None
    """What the member's time zone and locale tell, where nobody chose one."""
    zone: str
    """The member's time zone, an IANA name."""
    locale: str
    """As Slack writes it."""
    limits: Mapping[str, int] | None = None
    """The agency's limits that can be changed here, by their name in the policy; None if this member may not."""
    roles: Roles | None = None
    """Who is what; None if this member may not change it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A client's status, terms, owner and backup, as the form to edit them shows them."""

    name: str
    status: str
    currency: str
    agency_limit_days: int
    """The agency's contact limit, for a client without its own."""
    owner: Person | None = None
    backup: Person | None = None
    lost_on: date | None = None
    returns_on: date | None = None
    contact_limit_days: int | None = None
    renews_on: date | None = None
    monthly_fee: int | None = None
    """Minor units."""
    temperament: str | None = None
