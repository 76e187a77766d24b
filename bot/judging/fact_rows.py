"""The queries behind facts, each for many clients at once.

Each takes `workspace_id` and `client_ids`, and any other parameters that it names. Never here: what the rows mean
(`facts`).
"""

from typing import Any

from sqlalchemy import and_, bindparam, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from bot.infra.db import in_workspace, key_in
from bot.infra.models import Breach, Client, Contact, Invoice, Member, Observation, Target, Touchpoint, Workspace
from scoring.vocabulary import LASTING_KINDS, NOISY_SIGNALS, WRITTEN_CHANNELS


def _of(table: type[Any]) -> Any:
    """The condition that every query starts with."""
    return and_(
        table.workspace_id == bindparam("workspace_id"),
        key_in(table.client_id, "client_ids"),
    )


def _counts(table: type[Touchpoint]) -> Any:
    """Whether it took place by now: neither undone, nor sent by a program."""
    return and_(
        table.undone_at.is_(None),
        table.automatic.is_(false()),
        table.occurred_at <= bindparam("now", type_=Touchpoint.occurred_at.type),
    )


def _day(name: str) -> Any:
    return bindparam(name, type_=Invoice.due_on.type)


_reached, _attempt = aliased(Touchpoint), aliased(Touchpoint)

CLIENTS = (
    select(
        Client.id,
        Client.status,
        Client.started_on,
        Client.renews_on,
        Client.lost_on,
        Client.returns_on,
        Client.launches_on,
        Client.paused_since,
        Client.monthly_fee,
        Client.currency,
        Client.ad_currency,
        Client.billing,
        Client.contact_limit_days,
        Client.call_every_days,
        Client.country.label("own_country"),
        Client.complexity,
        Client.reporting,
        Client.industry,
        Client.created_at,
        Client.silent_until,
        Member.tz,
        Member.locale,
        Member.country,
        Member.workdays,
        select(_reached.occurred_at)
        .where(_reached.client_id == Client.id, _reached.outcome == "reached", _counts(_reached))
        .order_by(_reached.occurred_at.desc())
        .limit(1)
        .scalar_subquery()
        .label("last_contact_at"),
        exists().where(Target.client_id == Client.id).label("has_targets"),
    )
    .join(Member, Member.id == Client.owner_id, isouter=True)
    .where(in_workspace(Client.workspace_id, "workspace_id"), key_in(Client.id, "client_ids"))
    .order_by(Client.id)
)
CLIENTS_FOR_UPDATE = CLIENTS.with_for_update(of=Client, key_share=True)


WORKSPACE = select(Workspace.country, Workspace.office_closed, Workspace.benchmarks).where(
    Workspace.id == bindparam("workspace_id")
)

ATTEMPTS = (
    select(_attempt.client_id, _attempt.occurred_at)
    .where(
        _of(_attempt),
        _attempt.outcome == "attempt",
        _counts(_attempt),
        ~exists().where(
            _reached.client_id == _attempt.client_id,
            _reached.occurred_at >= _attempt.occurred_at,
            _reached.outcome == "reached",
            _counts(_reached),
        ),
    )
    .order_by(_attempt.client_id, _attempt.occurred_at)
)
DECIDING = (
    select(Touchpoint.client_id, Touchpoint.occurred_at, Touchpoint.person, Contact.name, Contact.email)
    .join(Contact, and_(Contact.client_id == Touchpoint.client_id, Contact.decision_maker.is_(true())))
    .where(
        _of(Touchpoint),
        Touchpoint.outcome == "reached",
        Touchpoint.person.is_not(None),
        Touchpoint.occurred_at >= bindparam("felt_since", type_=Touchpoint.occurred_at.type),
        _counts(Touchpoint),
    )
    .order_by(Touchpoint.client_id, Touchpoint.occurred_at, Touchpoint.id, Contact.id)
)
"""Contacts that say whom they were with, each with everybody who decides at that client."""
BREACHES = (
    select(Breach.client_id, Breach.signal, Breach.subject, Breach.opened_at, Breach.resolved_at)
    .where(
        _of(Breach),
        Breach.signal.in_(sorted(NOISY_SIGNALS)),
        Breach.opened_at <= bindparam("now", type_=Breach.opened_at.type),
        or_(
            Breach.resolved_at.is_(None), Breach.resolved_at >= bindparam("resolved_since", type_=Breach.opened_at.type)
        ),
    )
    .order_by(Breach.client_id, Breach.opened_at, Breach.id)
)
MOODS = (
    select(Touchpoint.client_id, Touchpoint.occurred_at, Touchpoint.mood)
    .where(
        in_workspace(Touchpoint.workspace_id, "workspace_id"),
        key_in(Touchpoint.client_id, "client_ids"),
        Touchpoint.mood.is_not(None),
        Touchpoint.occurred_at >= bindparam("felt_since", type_=Touchpoint.occurred_at.type),
        _counts(Touchpoint),
    )
    .order_by(Touchpoint.client_id, Touchpoint.occurred_at, Touchpoint.id)
)
INVOICES = (
    select(
        Invoice.client_id,
        Invoice.number,
        Invoice.issued_on,
        Invoice.due_on,
        Invoice.amount,
        Invoice.paid_amount,
        Invoice.paid_on,
        Invoice.status,
        Invoice.currency,
        Invoice.promised_on,
        Invoice.service_month,
    )
    .where(_of(Invoice), or_(Invoice.due_on >= _day("invoices_since"), Invoice.status == "open"))
    .order_by(Invoice.client_id, Invoice.due_on, Invoice.id)
)
TARGETS = select(Target.client_id, Target.month, Target.metric, Target.target, Target.currency).where(
    _of(Target), Target.month.between(_day("first_month"), _day("last_month"))
)
CALLS = (
    select(Touchpoint.client_id, func.max(Touchpoint.occurred_at).label("last_at"))
    .where(
        _of(Touchpoint),
        Touchpoint.outcome == "reached",
        Touchpoint.channel.not_in(WRITTEN_CHANNELS),
        _counts(Touchpoint),
    )
    .group_by(Touchpoint.client_id)
)
OBSERVATIONS = (
    select(
        Observation.client_id,
        Observation.kind,
        Observation.occurred_on,
        Observation.value,
        Observation.resolved_on,
        func.coalesce(Observation.label, ""),
    )
    .where(
        _of(Observation),
        Observation.occurred_on <= _day("tomorrow"),
        or_(
            Observation.occurred_on >= _day("observed_since"),
            *[Observation.kind == kind for kind in LASTING_KINDS],
            and_(Observation.kind == "complaint", Observation.resolved_on.is_(None)),
        ),
    )
    .order_by(Observation.client_id, Observation.occurred_on, Observation.id)
)
