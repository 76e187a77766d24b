"""The tables, and what their columns mean. Never here: queries, or rules about what a row may be used for.

Conventions: `_at` is a UTC datetime, `_on` a local date, `_days` an int; money is integer minor units with a currency
column beside it; every table but `job_slots` belongs to a workspace, and every query takes it first.
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
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.infra.db import Instant, Json, Key
from scoring.vocabulary import STATUSES


class Base(DeclarativeBase):
    """Column types and constraint naming shared by all tables."""

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
    """Not indexed by itself: it is followed only when a whole workspace is deleted, which scans each table once."""
    return mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), **options)


def _unreferenced_workspace() -> Mapped[int]:
    """For the two tables to which a sweep writes rows for every client: no foreign key saves a lookup for each row.

    The row's client, with which it is deleted, belongs to that workspace.
    """
    return mapped_column(Key)


def _client(**options: Any) -> Mapped[int]:
    return mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), **options)


def _import_run() -> Mapped[int | None]:
    """Return a column that names the import that wrote the row last; negative once it was changed by hand since.

    Not a foreign key, and not indexed: a run is deleted with its workspace alone, and taking one back reads each table
    once, client by client. A first import of a million rows pays for neither.
    """
    return mapped_column(Key)


def _member() -> Mapped[int | None]:
    """Return a column that names a member, and is emptied if the member is deleted."""
    return mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)


class Workspace(Base):
    """An agency. It may exist before it is connected to Slack: `team_id` is set when the bot first connects."""

    __tablename__ = "workspaces"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    team_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    bot_user_id: Mapped[str | None] = mapped_column(String(32))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166 code of the country whose public holidays apply."""
    office_closed: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Days on which nobody works, beside public holidays, as `bot.people.holidays.closing_days` reads them."""
    policy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The fields that differ from the default policy."""
    benchmarks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The agency-wide figures that clients are compared with (median client value by currency), as last computed."""
    benchmarks_on: Mapped[date | None] = mapped_column(index=True)
    """The day (UTC) they were computed; None when they are outdated."""
    created_at: Mapped[datetime]
    connected_at: Mapped[datetime | None]
    disconnected_at: Mapped[datetime | None]
    """When the team removed the bot; None while it is installed."""


class Member(Base):
    """A Slack user who works with clients. Known only by e-mail until matched to a Slack user."""

    __tablename__ = "members"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    slack_user_id: Mapped[str | None] = mapped_column(String(32))
    email: Mapped[str | None] = mapped_column(String(320))
    """Lower case."""
    name: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str | None] = mapped_column(String(8))
    """am, lead or admin as assigned by the agency; None means am."""
    slack_admin: Mapped[bool] = mapped_column(default=False)
    account_type: Mapped[str] = mapped_column(String(16), default="member")
    """member, guest, stranger (from another company), bot or deactivated, according to Slack; or erased, by us."""
    tz: Mapped[str] = mapped_column(String(64), default="UTC")
    locale: Mapped[str] = mapped_column(String(16), default="en")
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166 code if the member's public holidays differ from the workspace's."""
    workdays: Mapped[str] = mapped_column(String(7), default="12345")
    """ISO weekdays worked (Monday is 1)."""
    digest_time: Mapped[time] = mapped_column(default=time(9, 0))
    """Local time of the morning digest."""
    quiet_days: Mapped[str] = mapped_column(String(16), default="all_clear")
    """What is sent on a day with nothing to report: all_clear (one line) or nothing."""
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    """The last day away."""
    cover_id: Mapped[int | None] = _member()
    dm_channel: Mapped[str | None] = mapped_column(String(32))
    next_digest_at: Mapped[datetime | None] = mapped_column(index=True)
    refreshed_at: Mapped[datetime | None]
    """When this person was last read from Slack."""
    looked_up_at: Mapped[datetime | None]
    """When Slack was last asked who has this member's e-mail address."""
    import_run_id: Mapped[int | None] = _import_run()
    __table_args__ = (
        UniqueConstraint("workspace_id", "slack_user_id"),
        UniqueConstraint("workspace_id", "email"),
        CheckConstraint("role IN ('am', 'lead', 'admin')", name="role"),
    )


class Client(Base):
    """A client of the agency, with its last assessment copied beside it for the ranking."""

    __tablename__ = "clients"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    external_id: Mapped[str] = mapped_column(String(200))
    """The agency's own id for the client."""
    name: Mapped[str] = mapped_column(Text)
    search_name: Mapped[str] = mapped_column(Text)
    """The name, case-folded, without accents and with plain quotation marks and dashes, for searching."""
    owner_id: Mapped[int | None] = _member()
    backup_id: Mapped[int | None] = _member()
    status: Mapped[str] = mapped_column(String(16), default="active")
    monthly_fee: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    billing: Mapped[str] = mapped_column(String(16), default="retainer")
    started_on: Mapped[date | None]
    renews_on: Mapped[date | None]
    lost_on: Mapped[date | None]
    returns_on: Mapped[date | None]
    paused_since: Mapped[date | None]
    """Set by the first assessment after a pause began, and taken back by the first after its end."""
    launches_on: Mapped[date | None]
    """Campaigns begin; nothing is said of their pace before."""
    lost_reason: Mapped[str | None] = mapped_column(String(16))
    ad_currency: Mapped[str | None] = mapped_column(String(3))
    """Of the ad accounts, and so of the targets for spend and revenue; None where it is what the metrics are in."""
    domain: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str | None] = mapped_column(String(8))
    contact_limit_days: Mapped[int | None]
    call_every_days: Mapped[int | None]
    industry: Mapped[str | None] = mapped_column(Text)
    temperament: Mapped[str | None] = mapped_column(String(16))
    complexity: Mapped[str] = mapped_column(String(8), default="simple")
    reporting: Mapped[str] = mapped_column(String(8), default="month")
    slack_channel: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    silent_until: Mapped[date | None]
    """Silence is expected through this day."""
    silent_by_id: Mapped[int | None] = _member()
    """Who said that silence is expected."""
    created_at: Mapped[datetime]
    import_run_id: Mapped[int | None] = _import_run()

    contact_no: Mapped[int] = mapped_column(default=0)
    """Counts the contacts and attempts logged. A button carries the number at the time it was shown, and logs only if
    the number is still the same, so that a second click, or a second person, logs nothing twice."""

    facts_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts the changes of this client's facts and assessments: an assessment of another version is out of date."""
    next_check_at: Mapped[datetime | None]
    """When the assessment may change next. Code that changes a client's facts sets it to now; None means never."""
    checked_at: Mapped[datetime | None]
    check_error: Mapped[str | None] = mapped_column(Text)
    """Why the last check failed; the client is tried again later."""
    assessed_on: Mapped[date | None]
    """The day of the assessment that the next three columns are copied from."""
    risk: Mapped[float | None] = mapped_column(Float)
    colour: Mapped[str | None] = mapped_column(String(8))
    priority: Mapped[float] = mapped_column(Float, default=0.0)
    __table_args__ = (
        UniqueConstraint("workspace_id", "external_id"),
        Index("ix_clients_book", "workspace_id", "owner_id", text("priority DESC")),
        Index("ix_clients_ranking", "workspace_id", text("priority DESC")),
        Index("ix_clients_name", "workspace_id", text("substr(search_name, 1, 64)")),
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
        CheckConstraint(f"status IN {STATUSES}", name="status"),
    )


class Contact(Base):
    """A person at a client."""

    __tablename__ = "contacts"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client()
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str | None] = mapped_column(Text)
    """In the client's company, as it was written."""
    email: Mapped[str | None] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(64))
    decision_maker: Mapped[bool] = mapped_column(default=False)
    external_id: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    import_run_id: Mapped[int | None] = _import_run()
    __table_args__ = (UniqueConstraint("client_id", "external_id"),)


class Touchpoint(Base):
    """A contact with a client (`outcome` reached), or an attempt that got no answer (attempt)."""

    __tablename__ = "touchpoints"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client()
    member_id: Mapped[int | None] = _member()
    occurred_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(16), default="other")
    direction: Mapped[str] = mapped_column(String(8), default="out")
    outcome: Mapped[str] = mapped_column(String(8), default="reached")
    automatic: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Sent by a program, such as a newsletter or an auto-reply: shown, but neither a contact nor an attempt."""
    person: Mapped[str | None] = mapped_column(String(200))
    """Whom at the client, as it was written."""
    duration_minutes: Mapped[int | None]
    mood: Mapped[str | None] = mapped_column(String(8))
    summary: Mapped[str | None] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(16))
    """Where it came from: nudge, command, form or import."""
    contact_no: Mapped[int] = mapped_column(default=0)
    """The client's `contact_no` after this was logged."""
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    """Set by Undo. The row stays as a record, but no longer counts."""
    import_run_id: Mapped[int | None] = _import_run()
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
    promised_on: Mapped[date | None]
    """When the client said that it would pay: until then nobody asks."""
    service_month: Mapped[date | None]
    """The first day of the month that it is for."""
    import_run_id: Mapped[int | None] = _import_run()
    __table_args__ = (UniqueConstraint("client_id", "number"),)


class DailyMetric(Base):
    """One day of one client from one source; money in minor units, None for what the source does not report."""

    __tablename__ = "daily_metrics"
    client_id: Mapped[int] = _client(primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    workspace_id: Mapped[int] = _workspace()
    spend: Mapped[int | None] = mapped_column(BigInteger)
    impressions: Mapped[int | None] = mapped_column(BigInteger)
    clicks: Mapped[int | None] = mapped_column(BigInteger)
    sessions: Mapped[int | None] = mapped_column(BigInteger)
    leads: Mapped[float | None] = mapped_column(Float)
    """Results are fractions where several sources share one, and negative where they are corrected."""
    qualified_leads: Mapped[float | None] = mapped_column(Float)
    conversions: Mapped[float | None] = mapped_column(Float)
    revenue: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    import_run_id: Mapped[int | None] = _import_run()
    __table_args__ = ({"sqlite_with_rowid": False},)


class Target(Base):
    """A month's goal for a metric; in minor units for spend and revenue: of `currency`, else of the client's."""

    __tablename__ = "targets"
    client_id: Mapped[int] = _client(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """The month's first day."""
    metric: Mapped[str] = mapped_column(String(32), primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    target: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    """Where one was written; None means that of the client's ad accounts, whichever it is."""
    import_run_id: Mapped[int | None] = _import_run()


class Observation(Base):
    """A dated observation about a client, such as a complaint, a survey score or a mood."""

    __tablename__ = "observations"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client(index=True)
    kind: Mapped[str] = mapped_column(String(32))
    occurred_on: Mapped[date]
    value: Mapped[float | None] = mapped_column(Float)
    label: Mapped[str | None] = mapped_column(String(32))
    """The value of a kind whose values are words: a mood."""
    note: Mapped[str | None] = mapped_column(Text)
    resolved_on: Mapped[date | None]
    external_id: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    import_run_id: Mapped[int | None] = _import_run()
    __table_args__ = (UniqueConstraint("workspace_id", "client_id", "external_id"),)


class Deadline(Base):
    """A piece of work for a client, with the team's own due date and the one promised to the client."""

    __tablename__ = "deadlines"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client()
    title: Mapped[str] = mapped_column(String(200))
    internal_due_on: Mapped[date]
    promised_on: Mapped[date | None]
    member_id: Mapped[int | None] = _member()
    """Who is responsible, if not the client's owner."""
    done_on: Mapped[date | None]
    import_run_id: Mapped[int | None] = _import_run()
    __table_args__ = (UniqueConstraint("client_id", "title", "internal_due_on"),)


class RoadmapStep(Base):
    """A step planned with a client: a check-in, a service, or an offer that builds on finished work."""

    __tablename__ = "roadmap"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client()
    title: Mapped[str] = mapped_column(String(200))
    planned_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16), default="check_in")
    done_on: Mapped[date | None]
    import_run_id: Mapped[int | None] = _import_run()
    __table_args__ = (UniqueConstraint("client_id", "title", "planned_on"),)


class Effort(Base):
    """A month's work for a client; costs in minor units of the client's currency, None if unknown."""

    __tablename__ = "effort"
    client_id: Mapped[int] = _client(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """The month's first day."""
    workspace_id: Mapped[int] = _workspace()
    hours: Mapped[float | None] = mapped_column(Float)
    hours_budget: Mapped[float | None] = mapped_column(Float)
    hourly_cost: Mapped[int | None] = mapped_column(BigInteger)
    tools_cost: Mapped[int | None] = mapped_column(BigInteger)
    """For the whole month."""
    import_run_id: Mapped[int | None] = _import_run()


class Assessment(Base):
    """A client's last assessment of a local day; earlier days stay for trends."""

    __tablename__ = "assessments"
    client_id: Mapped[int] = _client(primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = _unreferenced_workspace()
    assessed_at: Mapped[datetime]
    risk: Mapped[float] = mapped_column(Float)
    colour: Mapped[str] = mapped_column(String(8))
    priority: Mapped[float] = mapped_column(Float)
    value: Mapped[float] = mapped_column(Float)
    relationship: Mapped[float] = mapped_column(Float)
    timing: Mapped[float] = mapped_column(Float)
    effort: Mapped[float] = mapped_column(Float)
    signals: Mapped[list[Any]]
    """The signals whose state is soon or breach, packed by `bot.judging.signal_json`."""
    __table_args__ = ({"sqlite_with_rowid": False},)


class Breach(Base):
    """A signal that crossed its limit: open until `resolved_at`; at most one open for a client, signal and subject."""

    __tablename__ = "breaches"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _unreferenced_workspace()
    client_id: Mapped[int] = _client(index=True)
    signal: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64), default="")
    level: Mapped[str] = mapped_column(String(8))
    """amber or red."""
    severity: Mapped[float] = mapped_column(Float)
    evidence: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    red_at: Mapped[datetime | None]
    """When it turned red; anew when it does so again after somebody had acted on it."""
    announced_at: Mapped[datetime | None]
    """When a nudge or a digest first mentioned it."""
    interrupted_at: Mapped[datetime | None]
    """When a nudge about it was sent because it turned red; at most once each time."""
    held_because: Mapped[str | None] = mapped_column(String(16))
    """Why no nudge was sent when it turned red: the digest lists it. One of `bot.messaging.nudges.HoldReason`."""
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("touchpoints.id", ondelete="SET NULL"))
    """The touchpoint that resolved it, if one did: Undo reopens it unchanged."""
    __table_args__ = (
        Index(
            "ix_breaches_resolved_by",
            "resolved_by",
            postgresql_where=text("resolved_by IS NOT NULL"),
            sqlite_where=text("resolved_by IS NOT NULL"),
        ),
        Index(
            "ix_breaches_red",
            "workspace_id",
            "red_at",
            postgresql_where=text("resolved_at IS NULL AND level = 'red'"),
            sqlite_where=text("resolved_at IS NULL AND level = 'red'"),
        ),
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
    """A client's nudges snoozed until `until_at`, or until its colour gets worse than `colour`."""

    __tablename__ = "snoozes"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    client_id: Mapped[int] = _client(index=True)
    member_id: Mapped[int | None] = _member()
    colour: Mapped[str] = mapped_column(String(8))
    until_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it ended early: by an Undo, a newer snooze, or a worse colour."""


class OutboxMessage(Base):
    """A message to be posted to Slack. Its id is sent as message metadata, so that it can be found again.

    An id is never used a second time, whatever was deleted: that is what `sqlite_autoincrement` is for.
    """

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    key: Mapped[str] = mapped_column(String(200))
    """Identifies the message, so that it is enqueued only once: ``digest:7:2026-11-23``."""
    kind: Mapped[str] = mapped_column(String(16))
    """digest, nudge or notice."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str | None] = mapped_column(String(32))
    """The Slack channel; None until the member's direct message channel is known."""
    body: Mapped[dict[str, Any]]
    """Text and blocks in Slack's format."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the body was rendered from, so that it can be rendered again after a click."""
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting, sending, sent, dead (can never be sent), expired (too late to be useful) or dropped (not for its
    recipient any more)."""
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    posting_at: Mapped[datetime | None]
    """When the first attempt to post began: how far back to search the history before sending again."""
    attempted_at: Mapped[datetime | None]
    """When the latest attempt to post began or, once it has ended, ended: the pace is measured from here."""
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
        Index("ix_outbox_pace", "attempted_at"),
        {"sqlite_autoincrement": True},
    )


class Escalation(Base):
    """A red breach that a lead is told of: it counts as told once its message is sent, and never before.

    `told_at` is set when the message has been sent; a row whose message expired or died is deleted, so that the lead
    is told later. `red_at` is the breach's own at the time: one that turned red again is told again.
    """

    __tablename__ = "escalations"
    breach_id: Mapped[int] = mapped_column(ForeignKey("breaches.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    """The lead."""
    workspace_id: Mapped[int] = _workspace()
    red_at: Mapped[datetime]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id", ondelete="SET NULL"), index=True)
    told_at: Mapped[datetime | None]


class AuditEntry(Base):
    """Who did what, when, and what it was before and after.

    `before` and `after` hold ids and values, never a person's name or address: names stand in `members`, so that
    erasing a person leaves the trail whole. An entry about a client goes with the client.
    """

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    at: Mapped[datetime]
    member_id: Mapped[int | None] = _member()
    """Who did it; None for the command line and for Atrisk itself."""
    via: Mapped[str] = mapped_column(String(16))
    """slack, command_line or atrisk."""
    action: Mapped[str] = mapped_column(String(40))
    """`noun.verb`, such as client.changed, snooze.set, role.changed, import.finished, export.made."""
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = _member()
    """The person that it was done to: whose role was changed, say."""
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (Index("ix_audit_workspace", "workspace_id", "at"), Index("ix_audit_client", "client_id", "at"))


class ProcessedEvent(Base):
    """An event, click or submission that was handled: a repeated delivery finds it here."""

    __tablename__ = "processed_events"
    workspace_id: Mapped[int] = _workspace(primary_key=True)
    event_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(index=True)


class ImportRun(Base):
    """An imported file, with the counts of its rows and the first rows refused."""

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
    """Row, column, value and reason of the first refused rows."""
    undone_at: Mapped[datetime | None]
    """When it was taken back; what had been changed on top of it by then was left."""


class ImportChange(Base):
    """A row as it was before an import changed it; rows that an import adds have none."""

    __tablename__ = "import_changes"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workspace_id: Mapped[int] = _workspace()
    run_id: Mapped[int] = mapped_column(ForeignKey("import_runs.id", ondelete="CASCADE"))
    client_id: Mapped[int] = _client(index=True)
    """Whose row it is; of the table of clients, the row itself."""
    previous_run_id: Mapped[int | None] = mapped_column(Key)
    """The import that had written the row before."""
    before: Mapped[str] = mapped_column(Text)
    """The row's primary key and the columns that the import writes, as a JSON object by the database itself."""
    __table_args__ = (
        Index("ix_import_changes_run", "run_id", "client_id"),
        Index("ix_import_changes_previous", "previous_run_id", "client_id"),
    )


class ResultGrowth(Base):
    """How much a source told of days of one age, and by how much those had grown since they were told before."""

    __tablename__ = "result_growth"
    workspace_id: Mapped[int] = _workspace(primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    metric: Mapped[str] = mapped_column(String(32), primary_key=True)
    age: Mapped[int] = mapped_column(primary_key=True)
    """Days from the row's day to the day after the last one that the source had told of."""
    told: Mapped[float] = mapped_column(Float)
    grown: Mapped[float] = mapped_column(Float)


class ImportAnswers(Base):
    """What was answered about files of one kind and shape, so that the next such file needs no answer."""

    __tablename__ = "import_answers"
    workspace_id: Mapped[int] = _workspace(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    shape: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A hash of the file's column names."""
    answers: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class LateDigest(Base):
    """A digest that was composed late, or not at all, because nothing ran when it was due."""

    __tablename__ = "late_digests"
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    """The member's local date that it was for."""
    workspace_id: Mapped[int] = _workspace()
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it was composed; None if it was missed, because the time for catching up had passed."""


class JobSlot(Base):
    """A run of a job, each hour or oftener: of several workers, the one that inserted the row does the work."""

    __tablename__ = "job_slots"
    job: Mapped[str] = mapped_column(String(32), primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
