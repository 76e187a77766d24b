"""The columns of each kind of file, and how their cells are read. A new kind is one more entry in `KINDS`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from scoring import vocabulary

# fmt: off
ColumnType = Literal[
    "text", "key", "client", "person", "choice", "currency", "day", "month", "moment",
    "money", "count", "quantity", "hours", "minutes", "limit", "value", "flag",
]
# fmt: on
NUMERIC_TYPES: frozenset[str] = frozenset({"money", "count", "quantity", "hours", "minutes", "limit", "value"})
DATE_TYPES: frozenset[str] = frozenset({"day", "month", "moment"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, how its cells are read, and what they may hold."""

    name: str
    type: ColumnType
    required: bool = False
    choices: tuple[str, ...] = ()
    max_length: int = 10_000
    """In characters, for texts."""
    allow_negative: bool = False
    """For numbers: corrections and credit notes are negative."""
    decimals: int | None = None
    """For amounts: how many one can have where no currency tells. A target of 1.500 is one thousand five hundred."""
    may_be_blank: bool = False
    """Whether the other cells of a row decide if this one may be blank, although the column is needed."""
    days_ahead: int | None = None
    """For dates: days after the import's at which it may be at most. None for no limit."""
    alias_key: str = ""
    """Its entry in `bot.importing.parsing.aliases.COLUMNS`, where that is not its name."""


def _text(name: str, max_length: int = 10_000) -> Column:
    return Column(name, "text", max_length=max_length)


def _key(name: str, *, required: bool = False) -> Column:
    return Column(name, "key", required=required, max_length=200)


def _choice(name: str, *choices: str, required: bool = False) -> Column:
    return Column(name, "choice", required=required, choices=choices)


def _day(name: str, *, required: bool = False, days_ahead: int | None = None) -> Column:
    return Column(name, "day", required=required, days_ahead=days_ahead)


def _done(name: str, *, required: bool = False) -> Column:
    """Make the column of a day on which something was done; clocks and time zones differ by a day."""
    return _day(name, required=required, days_ahead=1)


_DAYS_AHEAD = 730
"""A start, or an end, that is further ahead is a typing error."""
_YEAR = 366
"""An invoice is not issued, nor its payment promised, for a day further ahead."""
_PLANNED_DAYS = 1_830
"""Five years: nothing is planned, or due, further ahead."""
_CONTRACT_DAYS = 7_310
"""Twenty years, for a contract's end."""


_CLIENT = Column("client", "client", required=True, max_length=500)
_CURRENCY = Column("currency", "currency")

KINDS: Mapping[str, tuple[Column, ...]] = {
    "clients": (
        Column("external_id", "key", max_length=200, alias_key="clients_key"),
        Column("name", "text", required=True, max_length=500),
        Column("owner", "person", required=True),
        Column("backup", "person"),
        _choice("status", *vocabulary.STATUSES),
        Column("monthly_fee", "money"),
        _CURRENCY,
        _choice("billing", *vocabulary.BILLING_KINDS),
        _day("started_on", days_ahead=_DAYS_AHEAD),
        _day("renews_on", days_ahead=_CONTRACT_DAYS),
        _day("lost_on", days_ahead=_DAYS_AHEAD),
        _day("returns_on", days_ahead=_PLANNED_DAYS),
        _day("launches_on", days_ahead=_DAYS_AHEAD),
        _choice("lost_reason", *vocabulary.LOST_REASONS),
        Column("ad_currency", "currency"),
        _text("domain", 500),
        _text("country", 100),
        _text("language", 100),
        Column("contact_limit_days", "limit"),
        Column("call_every_days", "limit"),
        _text("industry", 200),
        _choice("temperament", *vocabulary.TEMPERAMENTS),
        _choice("complexity", *vocabulary.COMPLEXITIES),
        _choice("reporting", *vocabulary.REPORTING_PERIODS),
        _text("slack_channel", 200),
        _text("notes"),
    ),
    "contacts": (
        _CLIENT,
        Column("name", "text", required=True, max_length=500, alias_key="contact_name"),
        _text("role", 200),
        _text("email", 320),
        _text("phone", 64),
        Column("decision_maker", "flag"),
        _key("external_id"),
    ),
    "touchpoints": (
        _CLIENT,
        Column("occurred_at", "moment", required=True),
        _choice("channel", *vocabulary.CHANNELS),
        _choice("direction", *vocabulary.DIRECTIONS),
        _choice("outcome", *vocabulary.OUTCOMES),
        Column("automatic", "flag"),
        _text("person", 200),
        Column("duration_minutes", "minutes"),
        _choice("mood", *vocabulary.MOODS),
        _text("summary"),
        Column("member", "person"),
        _key("external_id"),
    ),
    "invoices": (
        _CLIENT,
        _key("number", required=True),
        _day("issued_on", required=True, days_ahead=_YEAR),
        Column("due_on", "day", required=True, may_be_blank=True, days_ahead=_PLANNED_DAYS),
        Column("amount", "money", required=True, allow_negative=True),
        Column("paid_amount", "money", allow_negative=True),
        _done("paid_on"),
        _CURRENCY,
        _choice("status", *vocabulary.INVOICE_STATUSES),
        _day("promised_on", days_ahead=_YEAR),
        Column("service_month", "month"),
        Column("balance", "money", allow_negative=True),
    ),
    "metrics": (
        _CLIENT,
        _day("date", required=True),
        Column("source", "key", max_length=64),
        Column("spend", "money", allow_negative=True),
        Column("impressions", "count"),
        Column("clicks", "count"),
        Column("sessions", "count"),
        Column("leads", "quantity", allow_negative=True),
        Column("qualified_leads", "quantity", allow_negative=True),
        Column("conversions", "quantity", allow_negative=True),
        Column("revenue", "money", allow_negative=True),
        _CURRENCY,
    ),
    "targets": (
        _CLIENT,
        Column("month", "month", required=True),
        _choice("metric", *vocabulary.METRICS, required=True),
        Column("target", "money", required=True, decimals=0),
    ),
    "observations": (
        _CLIENT,
        _choice("kind", *vocabulary.OBSERVATION_KINDS, required=True),
        _day("occurred_on", required=True),
        Column("value", "value", choices=vocabulary.MOODS, allow_negative=True),
        _text("note"),
        _day("resolved_on", days_ahead=_DAYS_AHEAD),
        _key("external_id"),
    ),
    "deadlines": (
        _CLIENT,
        Column("title", "key", required=True, max_length=200),
        _day("internal_due_on", required=True, days_ahead=_PLANNED_DAYS),
        _day("promised_on", days_ahead=_PLANNED_DAYS),
        Column("member", "person"),
        _done("done_on"),
    ),
    "roadmap": (
        _CLIENT,
        Column("title", "key", required=True, max_length=200),
        _day("planned_on", required=True, days_ahead=_PLANNED_DAYS),
        _choice("kind", *vocabulary.STEP_KINDS),
        _done("done_on"),
    ),
    "effort": (
        _CLIENT,
        Column("month", "month", required=True),
        Column("hours", "hours"),
        Column("hours_budget", "hours"),
        Column("hourly_cost", "money"),
        Column("tools_cost", "money"),
    ),
}

KEYS: Mapping[str, tuple[str, ...]] = {
    "clients": ("external_id",),
    "contacts": ("client", "external_id"),
    "touchpoints": ("client", "external_id"),
    "invoices": ("client", "number"),
    "metrics": ("client", "date", "source"),
    "targets": ("client", "month", "metric"),
    "observations": ("client", "external_id"),
    "deadlines": ("client", "title", "internal_due_on"),
    "roadmap": ("client", "title", "planned_on"),
    "effort": ("client", "month"),
}
"""The columns that identify a row, by kind; without an `external_id` (always last), all of the row identifies it."""

HINTS: Mapping[str, tuple[Column, ...]] = {
    "clients": (_day("contract_end", days_ahead=_CONTRACT_DAYS),),
    "contacts": (_text("first_name", 200), _text("last_name", 200)),
    "touchpoints": (_choice("activity_state", "done", "to_do"),),
    "invoices": (_choice("document", "invoice", "credit_note", "payment", "estimate"), Column("is_paid", "flag")),
    "metrics": (_day("starts_on"), _day("ends_on")),
    "targets": (_CURRENCY,),
    "observations": (_choice("ticket_state", "unsolved", "solved"),),
    "effort": (_CURRENCY,),
}
"""Columns of other programs' files that are not stored, and say what the other columns of a row mean."""

HINTED: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"contract_end"}), "renews_on"),
    (frozenset({"contract_end", "status"}), "lost_on"),
    (frozenset({"is_paid"}), "status"),
    (frozenset({"first_name"}), "name"),
    (frozenset({"last_name"}), "name"),
)
"""Columns of a file, hints among them, that give the value of another, which the file need not have."""


def find_hinted(names: Collection[str]) -> frozenset[str]:
    """Return the columns whose values the columns of these names give."""
    return frozenset(column for hints, column in HINTED if hints.issubset(names))


STAND_INS: Mapping[str, str] = {"date": "starts_on"}
"""The column that is taken for another where the file does not have that: a report's first day for its rows' day."""
