"""The tables. Their names are the product's words; their meaning is told once, here.

Conventions: `_at` is an instant in UTC, `_on` a local date, `_days` an int; money is integer minor units with a
currency beside it; every table but `job_slots` belongs to a workspace, and every query names it first.
"""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    Time,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.infra.db import Instant, Json, Key


class Base(DeclarativeBase):
    """What all tables share: how columns are typed and constraints named."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, date: Date, time: Time, dict[str, Any]: Json, list[Any]: Json}  # noqa: RUF012


def _workspace(**options: Any) -> Mapped[int]:
    return mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), **options)


def _workspace_of_the_client() -> Mapped[int]:
    """In the two tables of which a sweep writes rows for every client: it refers to nothing, which is one look-up less.

    The client that the row belongs to, and is deleted with, is of that workspace.
    """
    return mapped_column(Key)


def _client(**options: Any) -> Mapped[int]:
    return mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), **options)


class Workspace(Base):
    """An agency. Its records exist before it has met Slack: `team_id` is set when the bot first connects."""

    __tablename__ = "workspaces"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    team_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    bot_user_id: Mapped[str | None] = mapped_column(String(32))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166 code: whose public holidays are kept."""
    policy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What differs from the default policy."""
    benchmarks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The agency-wide figures that clients are held against (median client value by currency), as last worked out."""
    created_at: Mapped[datetime]
    connected_at: Mapped[datetime | None]


class Member(Base):
    """A Slack user who works with clients. Known by e-mail alone until matched to a Slack user."""

    __tablename__ = "members"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    slack_user_id: Mapped[str | None] = mapped_column(String(32))
    email: Mapped[str | None] = mapped_column(String(320))
    """Lower case."""
    name: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str | None] = mapped_column(String(8))
    """am, lead or admin as named by the agency; None where nobody said, which reads as am."""
    slack_admin: Mapped[bool] = mapped_column(default=False)
    account_type: Mapped[str] = mapped_column(String(16), default="member")
    """member, guest, stranger (another company's), bot or deactivated, as Slack says."""
    tz: Mapped[str] = mapped_column(String(64), default="UTC")
    locale: Mapped[str] = mapped_column(String(16), default="en")
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166 code where the member's holidays are not the workspace's."""
    workdays: Mapped[str] = mapped_column(String(7), default="12345")
    """ISO weekdays worked, Monday is 1."""
    digest_time: Mapped[time] = mapped_column(default=time(9, 0))
    """Local time of the morning digest."""
    quiet_days: Mapped[str] = mapped_column(String(16), default="all_clear")
    """What a day with nothing to say brings: all_clear (one line) or nothing."""
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    """The last day away."""
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    dm_channel: Mapped[str | None] = mapped_column(String(32))
    next_digest_at: Mapped[datetime | None] = mapped_column(index=True)
    refreshed_at: Mapped[datetime | None]
    """When Slack was last asked about this person."""
    __table_args__ = (
        UniqueConstraint("workspace_id", "slack_user_id"),
        UniqueConstraint("workspace_id", "email"),
        CheckConstraint("role IN ('am', 'lead', 'admin')", name="role"),
    )


class Client(Base):
    """A client of the agency, with its present standing beside it (the last assessment, copied for the ranking)."""

    __tablename__ = "clients"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    external_id: Mapped[str] = mapped_column(String(200))
    """The agency's own key."""
    name: Mapped[str] = mapped_column(Text)
    search_name: Mapped[str] = mapped_column(Text)
    """The name, case-folded and without accents: what a search is compared with."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    backup_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    status: Mapped[str] = mapped_column(String(16), default="active")
    monthly_fee: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    billing: Mapped[str] = mapped_column(String(16), default="retainer")
    started_on: Mapped[date | None]
    renews_on: Mapped[date | None]
    lost_on: Mapped[date | None]
    returns_on: Mapped[date | None]
    contact_limit_days: Mapped[int | None]
    industry: Mapped[str | None] = mapped_column(Text)
    temperament: Mapped[str | None] = mapped_column(String(16))
    complexity: Mapped[str] = mapped_column(String(8), default="simple")
    reporting: Mapped[str] = mapped_column(String(8), default="month")
    slack_channel: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    silent_until: Mapped[date | None]
    """Silence is expected through this day."""
    created_at: Mapped[datetime]

    contact_no: Mapped[int] = mapped_column(default=0)
    """Counts the contacts and attempts logged. A button carries the number that its reader saw; a log by button
    counts only if the number still stands, so that a second click, or a second person, logs nothing twice."""

    facts_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts the changes of this client's facts and judgements: what was judged of another version does not hold."""
    next_check_at: Mapped[datetime | None]
    """When the answer may differ. Whoever changes a client's facts sets it to now; None is never."""
    checked_at: Mapped[datetime | None]
    check_error: Mapped[str | None] = mapped_column(Text)
    """Why the last check failed; the client is put off and tried again."""
    assessed_on: Mapped[date | None]
    """The day of the assessment that the next three are copied from."""
    risk: Mapped[float | None] = mapped_column(Float)
    colour: Mapped[str | None] = mapped_column(String(8))
    priority: Mapped[float] = mapped_column(Float, default=0.0)
    __table_args__ = (
        UniqueConstraint("workspace_id", "external_id"),
        Index("ix_clients_book", "workspace_id", "owner_id", text("priority DESC")),
        Index("ix_clients_ranking", "workspace_id", text("priority DESC")),
        Index(
            "ix_clients_backup",
            "workspace_id",
            "backup_id",
            postgresql_where=text("backup_id IS NOT NULL"),
            sqlite_where=text("backup_id IS NOT NULL"),
        ),
        Index(
            "ix_clients_due",
            "next_check_at",
            postgresql_where=text("next_check_at IS NOT NULL"),
            sqlite_where=text("next_check_at IS NOT NULL"),
        ),
        CheckConstraint("status IN ('onboarding', 'active', 'paused', 'lost')", name="status"),
    )


class Touchpoint(Base):
    """A contact that took place (`outcome` reached) or was tried and got no answer (attempt)."""

    __tablename__ = "touchpoints"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client()
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    occurred_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(16), default="other")
    direction: Mapped[str] = mapped_column(String(8), default="out")
    outcome: Mapped[str] = mapped_column(String(8), default="reached")
    mood: Mapped[str | None] = mapped_column(String(8))
    summary: Mapped[str | None] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(16))
    """Where it came from: nudge, command, form or import."""
    contact_no: Mapped[int] = mapped_column(default=0)
    """The client's count once this was logged."""
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    """Set by Undo. The row stays, as a record that it happened, and counts for nothing."""
    __table_args__ = (
        UniqueConstraint("workspace_id", "client_id", "external_id"),
        Index("ix_touchpoints_latest", "client_id", text("occurred_at DESC")),
        Index(
            "ix_touchpoints_mood",
            "client_id",
            "occurred_at",
            postgresql_where=text("mood IS NOT NULL"),
            sqlite_where=text("mood IS NOT NULL"),
        ),
    )


class Invoice(Base):
    """An invoice to a client; amounts in minor units."""

    __tablename__ = "invoices"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client()
    number: Mapped[str] = mapped_column(String(200))
    issued_on: Mapped[date]
    due_on: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)
    paid_amount: Mapped[int] = mapped_column(BigInteger, default=0)
    paid_on: Mapped[date | None]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(16), default="open")
    __table_args__ = (UniqueConstraint("client_id", "number"),)


class DailyMetric(Base):
    """One day of one client from one source; money in minor units, None where the source says nothing."""

    __tablename__ = "daily_metrics"
    client_id: Mapped[int] = _client(primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    workspace_id: Mapped[int] = _workspace()
    spend: Mapped[int | None] = mapped_column(BigInteger)
    impressions: Mapped[int | None] = mapped_column(BigInteger)
    clicks: Mapped[int | None] = mapped_column(BigInteger)
    sessions: Mapped[int | None] = mapped_column(BigInteger)
    leads: Mapped[int | None] = mapped_column(BigInteger)
    qualified_leads: Mapped[int | None] = mapped_column(BigInteger)
    conversions: Mapped[float | None] = mapped_column(Float)
    revenue: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    __table_args__ = ({"sqlite_with_rowid": False},)


class Target(Base):
    """A month's goal for a metric; minor units for spend and revenue."""

    __tablename__ = "targets"
    client_id: Mapped[int] = _client(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """The month's first day."""
    metric: Mapped[str] = mapped_column(String(32), primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    target: Mapped[int] = mapped_column(BigInteger)


class Observation(Base):
    """A dated remark on a client."""

    __tablename__ = "observations"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client()
    kind: Mapped[str] = mapped_column(String(32))
    occurred_on: Mapped[date]
    value: Mapped[float | None] = mapped_column(Float)
    label: Mapped[str | None] = mapped_column(String(32))
    """The word where the value is one: a mood."""
    note: Mapped[str | None] = mapped_column(Text)
    resolved_on: Mapped[date | None]
    external_id: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("workspace_id", "client_id", "external_id"),)


class Deadline(Base):
    """A piece of work for a client, and by when: the team's own day, and the one told to the client."""

    __tablename__ = "deadlines"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client()
    title: Mapped[str] = mapped_column(String(200))
    internal_due_on: Mapped[date]
    promised_on: Mapped[date | None]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    """Who sees to it, where that is not the client's owner."""
    done_on: Mapped[date | None]
    __table_args__ = (UniqueConstraint("client_id", "title", "internal_due_on"),)


class RoadmapStep(Base):
    """A step planned with a client: a check-in, a service, or an offer that follows from finished work."""

    __tablename__ = "roadmap"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client()
    title: Mapped[str] = mapped_column(String(200))
    planned_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16), default="check_in")
    done_on: Mapped[date | None]
    __table_args__ = (UniqueConstraint("client_id", "title", "planned_on"),)


class Effort(Base):
    """A month's work for a client; costs in minor units of the client's currency, None where nobody told."""

    __tablename__ = "effort"
    client_id: Mapped[int] = _client(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """The month's first day."""
    workspace_id: Mapped[int] = _workspace()
    hours: Mapped[float | None] = mapped_column(Float)
    hours_budget: Mapped[float | None] = mapped_column(Float)
    hourly_cost: Mapped[int | None] = mapped_column(BigInteger)
    tools_cost: Mapped[int | None] = mapped_column(BigInteger)
    """Of the whole month."""


class Assessment(Base):
    """A client judged on a day: one row a client a local day, the day's last judgement, kept for trends."""

    __tablename__ = "assessments"
    client_id: Mapped[int] = _client(primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = _workspace_of_the_client()
    assessed_at: Mapped[datetime]
    risk: Mapped[float] = mapped_column(Float)
    colour: Mapped[str] = mapped_column(String(8))
    priority: Mapped[float] = mapped_column(Float)
    value: Mapped[float] = mapped_column(Float)
    relationship: Mapped[float] = mapped_column(Float)
    timing: Mapped[float] = mapped_column(Float)
    effort: Mapped[float] = mapped_column(Float)
    signals: Mapped[list[Any]]
    """Those soon or in breach, as `scoring.assessment.Signal` has them."""
    __table_args__ = ({"sqlite_with_rowid": False},)


class Breach(Base):
    """A signal that crossed its limit: open until `resolved_at`; at most one open for a client, signal and subject."""

    __tablename__ = "breaches"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace_of_the_client()
    client_id: Mapped[int] = _client(index=True)
    signal: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64), default="")
    level: Mapped[str] = mapped_column(String(8))
    """amber or red."""
    severity: Mapped[float] = mapped_column(Float)
    evidence: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    red_at: Mapped[datetime | None]
    """When it first turned red."""
    announced_at: Mapped[datetime | None]
    """When a nudge or a digest first told of it; that happens once."""
    interrupted_at: Mapped[datetime | None]
    """When it interrupted somebody as a red one; that happens once."""
    held_because: Mapped[str | None] = mapped_column(String(16))
    """Why a red one did not interrupt: cap, hours, snoozed, away or unmatched; the digest lists it."""
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("touchpoints.id", ondelete="SET NULL"))
    """The touchpoint that closed it, where one did: Undo opens it again as it was."""
    __table_args__ = (
        Index(
            "uq_breaches_open",
            "client_id",
            "signal",
            "subject",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
            sqlite_where=text("resolved_at IS NULL"),
        ),
    )


class Snooze(Base):
    """A client's nudges put off until a moment, unless it gets a colour worse than it was."""

    __tablename__ = "snoozes"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client(index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    colour: Mapped[str] = mapped_column(String(8))
    until_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was lifted before its time: by an Undo, a newer snooze, or a worse colour."""


class OutboxMessage(Base):
    """A message on its way to Slack. Its own number travels as message metadata, so that it can be found again."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    key: Mapped[str] = mapped_column(String(200))
    """What makes it one and the same message however often it is asked for: ``digest:7:2026-11-23``."""
    kind: Mapped[str] = mapped_column(String(16))
    """digest, nudge or notice."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    channel: Mapped[str | None] = mapped_column(String(32))
    """Where it goes; None until the member's direct message is known."""
    body: Mapped[dict[str, Any]]
    """Text and blocks as Slack takes them."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the body was made from, so that it can be made again after a click."""
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting, sending, sent, dead (it can never be sent) or expired (too late to be of use)."""
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    posting_at: Mapped[datetime | None]
    """When the first try to post began: how far back to look before sending again."""
    tries: Mapped[int] = mapped_column(default=0)
    ts: Mapped[str | None] = mapped_column(String(32))
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(
            "ix_outbox_pending",
            "not_before",
            postgresql_where=text("state IN ('waiting', 'sending')"),
            sqlite_where=text("state IN ('waiting', 'sending')"),
        ),
        Index(
            "ix_outbox_leased",
            "lease_until",
            postgresql_where=text("state = 'sending'"),
            sqlite_where=text("state = 'sending'"),
        ),
        Index("ix_outbox_posted", "workspace_id", "channel", "ts"),
        Index("ix_outbox_pace", "posting_at"),
    )


class ProcessedEvent(Base):
    """An event, click or submission that was carried out: a repeated delivery finds it here."""

    __tablename__ = "processed_events"
    workspace_id: Mapped[int] = _workspace(primary_key=True)
    event_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(index=True)


class ImportRun(Base):
    """A file that was read in: what came of it, and every row refused."""

    __tablename__ = "import_runs"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    kind: Mapped[str] = mapped_column(String(16))
    filename: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[list[Any]] = mapped_column(default=list)
    """Row, column, value and reason of the first refusals."""


class JobSlot(Base):
    """A tick of a timer that somebody took: of several workers, the one whose row went in does the work."""

    __tablename__ = "job_slots"
    job: Mapped[str] = mapped_column(String(32), primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
