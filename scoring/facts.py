"""What is known of a client: plain data, nothing else.

Facts are loaded by the caller for many clients at once and handed to `scoring.assess.assess`. A fact that is not
known is ``None`` or an empty tuple; it is never guessed here.

Money is in integer minor units of the client's own currency. Days are local dates of the client's owner; instants are
aware UTC datetimes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice. `amount` and `paid` in minor units; `status` is one of open, paid, void, draft, written_off."""

    number: str
    issued_on: date
    due_on: date
    amount: int
    paid: int = 0
    paid_on: date | None = None
    status: str = "open"
    currency: str = ""

    @property
    def balance(self) -> int:
        """What is still owed, in minor units; nothing for an invoice that is not open."""
        return max(self.amount - self.paid, 0) if self.status == "open" else 0


@dataclass(frozen=True, slots=True)
class Observation:
    """A dated remark on a client: complaint, survey score, mood, referral and so on."""

    kind: str
    occurred_on: date
    value: float | None = None
    resolved_on: date | None = None
    label: str = ""
    """The word for a value that is not a number: a mood."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A piece of work for a client, to be done by the team's own day, which is ahead of the one told to the client."""

    title: str
    due_on: date
    """The team's own."""
    promised_on: date | None = None
    done_on: date | None = None
    member: str = ""
    """Who sees to it, where that is not the client's owner."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step planned with a client; `kind` is one of check_in, service, offer."""

    title: str
    planned_on: date
    kind: str = "check_in"
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """A month's work for a client: hours worked and agreed, and what an hour and the month's tools cost us."""

    month: date
    """The month's first day."""
    hours: float | None = None
    hours_budget: float | None = None
    hourly_cost: int | None = None
    tools_cost: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Daily values of one metric, dense: ``values[i]`` is the day `first` + i, ``None`` where nothing was recorded."""

    first: date
    values: tuple[float | None, ...]

    @property
    def empty(self) -> bool:
        """Whether no day has a value."""
        return not any(value is not None for value in self.values)


@dataclass(frozen=True, slots=True)
class Contracts:
    """How the contracts of one kind of client ended. None until enough of them have."""

    renewal_rate: float | None = None
    """Share of those that came to their end that were renewed, 0..1."""
    early_leaving: float | None = None
    """Share of all that the client left before their end, 0..1."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A tenure at which an agency's clients have left more often than chance."""

    months: int
    left: int
    """Clients that left at it, within half a month."""
    at_risk: int
    """Clients that reached it."""
    expected: float
    """How many of them would have left at the rate of the months around it."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """What an agency's lost clients tell of when clients leave."""

    lost: int
    """Lost clients whose begin and end are known."""
    needed: int
    """How many of those it takes to learn from."""
    marks: tuple[Mark, ...] = ()
    """By rising tenure; none while there are not enough."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What is known of the agency as a whole: the benchmarks that a single client is held against."""

    median_value: Mapping[str, int] = field(default_factory=dict)
    """Median client value in minor units, by currency: currencies are never compared with each other."""
    renewal_rate: float | None = None
    """Share of the contracts that came to their end that were renewed, 0..1; None until there are enough."""
    early_leaving: float | None = None
    """Share of contracts that the client left before their end, 0..1; None until there are enough."""
    similar: Mapping[str, Contracts] = field(default_factory=dict)
    """The same two by kind of client, as `scoring.value.kinds` names them; kinds with too few are left out."""
    lead_cost: Mapping[str, int] = field(default_factory=dict)
    """What the client in the middle pays for a lead, in minor units, by `scoring.signals.rates.trade`: those of enough
    clients alone."""
    holidays: frozenset[date] = frozenset()
    """Days on which nobody in the owner's country works."""
    weekend: frozenset[int] = frozenset({5, 6})
    """Weekdays that are not worked, Monday is 0."""
    tenure: Tenure | None = None
    """None where nobody has looked."""


@dataclass(frozen=True, slots=True)
class Client:
    """All that is known of one client when it is judged."""

    id: int
    status: str
    """onboarding, active, paused or lost."""
    zone: tzinfo
    """The owner's time zone: it says which day "today" is."""
    started_on: date | None = None
    renews_on: date | None = None
    lost_on: date | None = None
    returns_on: date | None = None
    """When a paused client is expected back."""
    monthly_fee: int | None = None
    currency: str = ""
    billing: str = "retainer"
    """retainer, project or share_of_spend."""
    contact_limit_days: int | None = None
    complexity: str = "simple"
    """simple or complex."""
    reporting: str = "month"
    """month or quarter: the period that targets are read over."""
    industry: str = ""
    created_on: date | None = None
    """When we first heard of it: stands in for an unknown start."""
    last_contact_at: datetime | None = None
    """The latest touchpoint that reached somebody, either direction, any channel."""
    last_call_at: datetime | None = None
    """The latest of them that was not in writing, so that it may have been a call; known where a report was sent."""
    attempts: int = 0
    """Attempts in a row since then that got no answer."""
    last_attempt_at: datetime | None = None
    silent_until: date | None = None
    """Silence is expected through this day: contact is not asked for."""
    invoices: tuple[Invoice, ...] = ()
    metrics: Mapping[str, Series] = field(default_factory=dict)
    """By metric name: spend and revenue in minor units, leads, conversions, clicks, impressions, sessions …"""
    targets: Mapping[tuple[str, date], int] = field(default_factory=dict)
    """By metric name and first day of the month; in minor units for spend and revenue."""
    has_targets: bool = False
    """Whether a target was ever set, for any month and metric."""
    observations: tuple[Observation, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    roadmap: tuple[Step, ...] = ()
    effort: tuple[Effort, ...] = ()
