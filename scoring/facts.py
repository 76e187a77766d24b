"""What is known of a client and its agency: plain data, the input of `scoring.assess.assess`.

Belongs here: the shapes of facts, and what a single fact says by itself. Never here: where facts come from, or a guess
at one that is missing: an unknown fact is ``None`` or an empty tuple.

Money is in integer minor units of the client's own currency, or of the one that stands beside it. Days are local dates
of the client's owner, moments are aware UTC datetimes. Words are those of `scoring.vocabulary`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice. `amount` and `paid` in minor units; `status` is one of INVOICE_STATUSES."""

    number: str
    issued_on: date
    due_on: date
    amount: int
    paid: int = 0
    paid_on: date | None = None
    status: str = "open"
    currency: str = ""
    """Empty for the client's own."""
    promised_on: date | None = None
    """When the client said that it would pay."""
    service_month: date | None = None
    """The first day of the month that it is for, where it says so."""

    @property
    def waits_through(self) -> date:
        """The last day on which nobody asks for the money: the due date, or the later day that was promised."""
        return max(self.due_on, self.promised_on or self.due_on)

    @property
    def balance(self) -> int:
        """What is still owed, in minor units; 0 for an invoice that is not open."""
        return max(self.amount - self.paid, 0) if self.status == "open" else 0


@dataclass(frozen=True, slots=True)
class Observation:
    """A dated remark on a client; `kind` is one of OBSERVATION_KINDS, `value` a score or a count, by kind."""

    kind: str
    occurred_on: date
    value: float | None = None
    resolved_on: date | None = None
    label: str = ""
    """A value that is a word: one of MOODS."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A piece of work for a client, due on the team's own day, which is ahead of the one promised to the client."""

    title: str
    due_on: date
    """The team's own day."""
    promised_on: date | None = None
    done_on: date | None = None
    member: str = ""
    """Who finishes it, where that is not the client's owner."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step planned with a client; `kind` is one of STEP_KINDS."""

    title: str
    planned_on: date
    kind: str = "check_in"
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """A month's work for a client: hours worked and agreed, and what an hour and the month's tools cost the agency."""

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


@dataclass(frozen=True, slots=True)
class KnownBreach:
    """The latest breach of a signal and subject that was stored before today's assessment."""

    opened_on: date
    resolved_on: date | None = None
    """None while it is open."""


@dataclass(frozen=True, slots=True)
class Contracts:
    """How the contracts of a group of similar clients ended. None until enough of them have."""

    renewal_rate: float | None = None
    """Share of the contracts that reached their end that were renewed, 0 to 1."""
    early_leaving: float | None = None
    """Share of all contracts that the client left before their end, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A tenure at which an agency's clients have left more often than chance."""

    months: int
    left: int
    """Clients that left within half a month of it."""
    at_risk: int
    """Clients that reached it."""
    expected: float
    """How many of those would have left at the rate of the months around it."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """What an agency's lost clients say about when clients leave."""

    lost: int
    """Lost clients whose start and end are known."""
    needed: int
    """How many of those it takes to learn from them."""
    marks: tuple[Mark, ...] = ()
    """By ascending tenure; none while too few clients are lost."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What is known of the agency as a whole: the benchmarks that a single client is compared with."""

    median_value: Mapping[str, int] = field(default_factory=dict)
    """Median client value in minor units, by currency: amounts in different currencies are never compared."""
    renewal_rate: float | None = None
    """Share of the contracts that reached their end that were renewed, 0 to 1; None until there are enough."""
    early_leaving: float | None = None
    """Share of all contracts that the client left before their end, 0 to 1; None until there are enough."""
    similar: Mapping[str, Contracts] = field(default_factory=dict)
    """The same two by group of similar clients (`scoring.value.peer_groups`); groups with too few are left out."""
    lead_cost: Mapping[str, int] = field(default_factory=dict)
    """Median cost per lead in minor units, by `scoring.signals.rates.industry_key`; too small groups are left out."""
    holidays: frozenset[date] = frozenset()
    """Days on which nobody in the owner's country works."""
    weekend: frozenset[int] = frozenset({5, 6})
    """Weekdays that are not worked, Monday is 0."""
    tenure: Tenure | None = None
    """None where it was never worked out."""


@dataclass(frozen=True, slots=True)
class Client:
    """All that is known of one client when it is judged."""

    id: int
    status: str
    """One of STATUSES."""
    zone: tzinfo
    """The owner's time zone, which decides what day "today" is."""
    started_on: date | None = None
    renews_on: date | None = None
    lost_on: date | None = None
    returns_on: date | None = None
    """When a paused client is expected back."""
    paused_since: date | None = None
    """None for one that is not paused."""
    monthly_fee: int | None = None
    currency: str = ""
    billing: str = "retainer"
    """One of BILLING_KINDS."""
    contact_limit_days: int | None = None
    complexity: str = "simple"
    """One of COMPLEXITIES."""
    reporting: str = "month"
    """One of REPORTING_PERIODS, over which targets are read."""
    industry: str = ""
    created_on: date | None = None
    """When its record was made; it stands in for an unknown start."""
    last_contact_at: datetime | None = None
    """The latest touchpoint that reached somebody, in either direction, by any channel."""
    last_call_at: datetime | None = None
    """The latest of those that was not in writing, so it may have been a call; loaded only where a report was sent, or
    there is a limit for calls."""
    call_every_days: int | None = None
    """A limit for calls, beside that for any contact."""
    people_named_from: date | None = None
    """Since when contacts say whom they were with; None where they do not, or where nobody is known to decide."""
    last_decision_maker_at: datetime | None = None
    """The latest contact with one of those who decide; loaded only where contacts say whom they were with."""
    attempts: int = 0
    """Attempts in a row since the last contact that got no answer."""
    last_attempt_at: datetime | None = None
    tried_on: tuple[date, ...] = ()
    """The days of those attempts."""
    days_off: frozenset[date] = frozenset()
    """Public holidays of the client's own country, where that is not its owner's."""
    silent_until: date | None = None
    """Silence is expected through this day: no contact is asked for."""
    invoices: tuple[Invoice, ...] = ()
    metrics: Mapping[str, Series] = field(default_factory=dict)
    """By name, one of METRICS: MONEY_METRICS in minor units, the others as counts."""
    targets: Mapping[tuple[str, date], int] = field(default_factory=dict)
    """By metric and first day of the month, in the unit of the metric."""
    ad_currency: str = ""
    """Of the amounts in `metrics` and `targets`; empty for the client's own."""
    amounts_left_out: tuple[str, ...] = ()
    """Other currencies in which spend or revenue is recorded: not in `metrics`, as currencies are never added up."""
    targets_left_out: tuple[str, ...] = ()
    """Other currencies that targets were written with: not in `targets`."""
    has_targets: bool = False
    """Whether a target was ever set, for any month and metric."""
    observations: tuple[Observation, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    roadmap: tuple[Step, ...] = ()
    effort: tuple[Effort, ...] = ()
    launches_on: date | None = None
    """When its campaigns begin; nothing is said of pacing before."""
    last_year: Mapping[str, Series] = field(default_factory=dict)
    """By name, the metrics of the weeks around this period a year ago: what they say of the season."""
    sources: Mapping[str, Mapping[str, Series]] = field(default_factory=dict)
    """By source, and name: spend and conversions, where several sources tell of one day."""
    lags: Mapping[str, int] = field(default_factory=dict)
    """By metric, how many of the last days still grow, as learned from its sources; absent where nothing is known."""
    breaches: Mapping[str, KnownBreach] = field(default_factory=dict)
    """By `scoring.assessment.Signal.key`, for the NOISY_SIGNALS: what is open, or was resolved lately."""

    def is_open(self, key: str) -> bool:
        """Return whether a signal's breach is open already: closing it takes more than not opening it would."""
        known = self.breaches.get(key)
        return known is not None and known.resolved_on is None

    def resolved_on(self, key: str) -> date | None:
        """Return when a signal's latest breach was resolved: what is judged again begins there."""
        known = self.breaches.get(key)
        return known.resolved_on if known else None

    @property
    def metrics_currency(self) -> str:
        """The currency of the amounts in `metrics` and `targets`."""
        return self.ad_currency or self.currency
