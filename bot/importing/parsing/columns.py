"""The kinds of file that are read: a table a kind, a line a column. A new kind is one more entry in `KINDS`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# fmt: off
Type = Literal[
    "text", "key", "client", "person", "choice", "currency", "day", "month", "moment",
    "money", "count", "quantity", "limit", "value",
]
# fmt: on
NUMERIC: frozenset[str] = frozenset({"money", "count", "quantity", "limit", "value"})
DATED: frozenset[str] = frozenset({"day", "month", "moment"})

MOODS = ("pleased", "neutral", "uneasy", "unhappy")
METRICS = ("spend", "impressions", "clicks", "sessions", "leads", "qualified_leads", "conversions", "revenue")
MONEY_METRICS = frozenset({"spend", "revenue"})
INVOICE_STATUSES = ("open", "paid", "void", "draft", "written_off")
TEMPERAMENTS = ("choleric", "sanguine", "melancholic", "phlegmatic")
OBSERVATIONS = (
    *("complaint", "survey", "mood", "referral", "future_talk", "praise", "renewal", "recap_call", "recap_mail"),
    *("report", "email_engagement", "usage", "social", "budget_change", "resource_card"),
)

STEPS = ("check_in", "service", "offer")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, how its cells are read, and what they may be."""

    name: str
    type: Type
    needed: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 10_000
    """Characters, for texts."""
    signed: bool = False
    """Whether a number may be negative: a correction, a credit note."""
    words: str = ""
    """Its entry in `bot.importing.parsing.aliases.COLUMNS`, where that is not its name."""


def _text(name: str, longest: int = 10_000) -> Column:
    return Column(name, "text", longest=longest)


def _key(name: str, *, needed: bool = False) -> Column:
    return Column(name, "key", needed=needed, longest=200)


def _choice(name: str, *choices: str, needed: bool = False) -> Column:
    return Column(name, "choice", needed=needed, choices=choices)


def _day(name: str, *, needed: bool = False) -> Column:
    return Column(name, "day", needed=needed)


_CLIENT = Column("client", "client", needed=True, longest=500)
_CURRENCY = Column("currency", "currency")

KINDS: Mapping[str, tuple[Column, ...]] = {
    "clients": (
        Column("external_id", "key", needed=True, longest=200, words="clients_key"),
        Column("name", "text", needed=True, longest=500),
        Column("owner", "person", needed=True),
        Column("backup", "person"),
        _choice("status", "onboarding", "active", "paused", "lost"),
        Column("monthly_fee", "money"),
        _CURRENCY,
        _choice("billing", "retainer", "project", "share_of_spend"),
        _day("started_on"),
        _day("renews_on"),
        _day("lost_on"),
        _day("returns_on"),
        Column("contact_limit_days", "limit"),
        _text("industry", 200),
        _choice("temperament", *TEMPERAMENTS),
        _choice("complexity", "simple", "complex"),
        _choice("reporting", "month", "quarter"),
        _text("slack_channel", 200),
        _text("notes"),
    ),
    "touchpoints": (
        _CLIENT,
        Column("occurred_at", "moment", needed=True),
        _choice("channel", "call", "email", "sms", "meeting", "chat", "other"),
        _choice("direction", "in", "out"),
        _choice("outcome", "reached", "attempt"),
        _choice("mood", *MOODS),
        _text("summary"),
        Column("member", "person"),
        _key("external_id"),
    ),
    "invoices": (
        _CLIENT,
        _key("number", needed=True),
        _day("issued_on", needed=True),
        _day("due_on", needed=True),
        Column("amount", "money", needed=True, signed=True),
        Column("paid_amount", "money", signed=True),
        _day("paid_on"),
        _CURRENCY,
        _choice("status", *INVOICE_STATUSES),
    ),
    "metrics": (
        _CLIENT,
        _day("date", needed=True),
        Column("source", "key", longest=64),
        Column("spend", "money", signed=True),
        Column("impressions", "count"),
        Column("clicks", "count"),
        Column("sessions", "count"),
        Column("leads", "count"),
        Column("qualified_leads", "count"),
        Column("conversions", "quantity"),
        Column("revenue", "money", signed=True),
        _CURRENCY,
    ),
    "targets": (
        _CLIENT,
        Column("month", "month", needed=True),
        _choice("metric", *METRICS, needed=True),
        Column("target", "money", needed=True),
    ),
    "observations": (
        _CLIENT,
        _choice("kind", *OBSERVATIONS, needed=True),
        _day("occurred_on", needed=True),
        Column("value", "value", choices=MOODS, signed=True),
        _text("note"),
        _day("resolved_on"),
        _key("external_id"),
    ),
    "deadlines": (
        _CLIENT,
        Column("title", "key", needed=True, longest=200),
        _day("internal_due_on", needed=True),
        _day("promised_on"),
        Column("member", "person"),
        _day("done_on"),
    ),
    "roadmap": (
        _CLIENT,
        Column("title", "key", needed=True, longest=200),
        _day("planned_on", needed=True),
        _choice("kind", *STEPS),
        _day("done_on"),
    ),
    "effort": (
        _CLIENT,
        Column("month", "month", needed=True),
        Column("hours", "quantity"),
        Column("hours_budget", "quantity"),
        Column("hourly_cost", "money"),
        Column("tools_cost", "money"),
    ),
}

KEYS: Mapping[str, tuple[str, ...]] = {
    "clients": ("external_id",),
    "touchpoints": ("client", "external_id"),
    "invoices": ("client", "number"),
    "metrics": ("client", "date", "source"),
    "targets": ("client", "month", "metric"),
    "observations": ("client", "external_id"),
    "deadlines": ("client", "title", "internal_due_on"),
    "roadmap": ("client", "title", "planned_on"),
    "effort": ("client", "month"),
}
"""The columns that tell one row from another, `external_id` last; without it, all that a row says tells it."""
