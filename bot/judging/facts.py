"""What is known of clients, read for many of them at once: rows in, `scoring.facts` out.

A batch costs a handful of queries however many clients it has (daily values are read in `bot.judging.daily_metrics`).
Nothing is judged here, and nothing written.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import Result, Row, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.infra.db import among, within
from bot.infra.models import Client, Invoice, Member, Observation, Target, Touchpoint, Workspace
from bot.judging import daily_metrics, deliverables
from bot.people import holidays, members
from scoring import facts

INVOICE_DAYS = 730
"""Days of invoices that tell how a client pays; open ones are read however old."""
OBSERVATION_DAYS = 400
IN_WRITING = ("email", "sms", "chat")
"""The channels of a contact that was no call, nor may have been one."""
WITH_RESULTS = frozenset({"onboarding", "active"})
"""The statuses in which somebody looks at daily values."""
EVERY_WEEK = "12345"
"""The weekdays worked on a client that nobody owns."""

AnyRow = Row[*tuple[Any, ...]]


_NO_ATTEMPTS = (0, 0, None)


def _of(table: type[Any]) -> Any:
    """The condition that every query begins with."""
    return and_(
        table.workspace_id == bindparam("workspace_id"),
        among(table.client_id, "client_ids"),
    )


def _until_now(table: type[Touchpoint]) -> Any:
    return and_(table.undone_at.is_(None), table.occurred_at <= bindparam("now", type_=Touchpoint.occurred_at.type))


def _day(name: str) -> Any:
    return bindparam(name, type_=Invoice.due_on.type)


_reached, _attempt = aliased(Touchpoint), aliased(Touchpoint)

_CLIENTS = (
    select(
        Client.id,
        Client.status,
        Client.started_on,
        Client.renews_on,
        Client.lost_on,
        Client.returns_on,
        Client.monthly_fee,
        Client.currency,
        Client.billing,
        Client.contact_limit_days,
        Client.complexity,
        Client.reporting,
        Client.industry,
        Client.created_at,
        Client.silent_until,
        Member.tz,
        Member.country,
        Member.workdays,
        select(_reached.occurred_at)
        .where(_reached.client_id == Client.id, _reached.outcome == "reached", _until_now(_reached))
        .order_by(_reached.occurred_at.desc())
        .limit(1)
        .scalar_subquery()
        .label("last_contact_at"),
        exists().where(Target.client_id == Client.id).label("has_targets"),
    )
    .join(Member, Member.id == Client.owner_id, isouter=True)
    .where(within(Client.workspace_id, "workspace_id"), among(Client.id, "client_ids"))
    .order_by(Client.id)
)
_CLIENTS_TO_WRITE = _CLIENTS.with_for_update(of=Client, key_share=True)


def _picking(*names: str) -> Callable[[AnyRow], Any]:
    """Give what picks these columns of a client's row: asked for by its name, each takes five times as long."""
    return itemgetter(*map(_CLIENTS.selected_columns.keys().index, names))


_status_and_currency, _country_and_workdays = _picking("status", "currency"), _picking("country", "workdays")

_WORKSPACE = select(Workspace.country, Workspace.benchmarks).where(Workspace.id == bindparam("workspace_id"))

_ATTEMPTS = (
    select(_attempt.client_id, func.count().label("attempts"), func.max(_attempt.occurred_at).label("last_at"))
    .where(
        _of(_attempt),
        _attempt.outcome == "attempt",
        _until_now(_attempt),
        ~exists().where(
            _reached.client_id == _attempt.client_id,
            _reached.occurred_at >= _attempt.occurred_at,
            _reached.outcome == "reached",
            _until_now(_reached),
        ),
    )
    .group_by(_attempt.client_id)
)
_MOODS = (
    select(Touchpoint.client_id, Touchpoint.occurred_at, Touchpoint.mood)
    .where(
        within(Touchpoint.workspace_id, "workspace_id"),
        among(Touchpoint.client_id, "client_ids"),
        Touchpoint.mood.is_not(None),
        Touchpoint.occurred_at >= bindparam("felt_since", type_=Touchpoint.occurred_at.type),
        _until_now(Touchpoint),
    )
    .order_by(Touchpoint.client_id, Touchpoint.occurred_at, Touchpoint.id)
)
_INVOICES = (
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
    )
    .where(_of(Invoice), or_(Invoice.due_on >= _day("invoices_since"), Invoice.status == "open"))
    .order_by(Invoice.client_id, Invoice.due_on, Invoice.id)
)
_TARGETS = select(Target.client_id, Target.month, Target.metric, Target.target).where(
    _of(Target), Target.month.between(_day("first_month"), _day("last_month"))
)
_CALLS = (
    select(Touchpoint.client_id, func.max(Touchpoint.occurred_at))
    .where(
        _of(Touchpoint),
        Touchpoint.outcome == "reached",
        Touchpoint.channel.not_in(IN_WRITING),
        _until_now(Touchpoint),
    )
    .group_by(Touchpoint.client_id)
)
_OBSERVATIONS = (
    select(
        Observation.client_id,
        Observation.kind,
        Observation.occurred_on,
        Observation.value,
        Observation.resolved_on,
        func.coalesce(Observation.label, ""),
    )
    .where(_of(Observation), Observation.occurred_on.between(_day("observed_since"), _day("tomorrow")))
    .order_by(Observation.client_id, Observation.occurred_on, Observation.id)
)


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of some clients, not yet put together: `client` does that for one; a broken one stops no other."""

    now: datetime
    benchmarks: Mapping[str, Any]
    country: str | None
    """The workspace's, for owners who have none of their own."""
    clients: Mapping[int, AnyRow]
    attempts: Mapping[int, AnyRow]
    calls: Mapping[int, AnyRow]
    """Of those to whom a report was sent."""
    invoices: Mapping[int, tuple[facts.Invoice, ...]]
    series: Mapping[int, Mapping[str, facts.Series]]
    targets: Mapping[int, list[AnyRow]]
    observations: Mapping[int, tuple[facts.Observation, ...]]
    moods: Mapping[int, list[AnyRow]]
    """As they were told with a contact."""
    work: deliverables.Work
    portfolios: dict[tuple[str | None, str], facts.Portfolio] = field(default_factory=dict)
    """Made as they are asked for, by country and working days."""

    def client(self, client_id: int) -> facts.Client:
        """Put one client's facts together."""
        (
            *_,
            status,
            started_on,
            renews_on,
            lost_on,
            returns_on,
            monthly_fee,
            currency,
            billing,
            contact_limit_days,
            complexity,
            reporting,
            industry,
            created_at,
            silent_until,
            tz,
            _country,
            _workdays,
            last_contact_at,
            has_targets,
        ) = self.clients[client_id]
        _, attempts, last_attempt_at = self.attempts.get(client_id, _NO_ATTEMPTS)
        zone = members.zone_of(tz or "UTC")
        return facts.Client(
            id=client_id,
            status=status,
            zone=zone,
            started_on=started_on,
            renews_on=renews_on,
            lost_on=lost_on,
            returns_on=returns_on,
            monthly_fee=monthly_fee,
            currency=currency,
            billing=billing,
            contact_limit_days=contact_limit_days,
            complexity=complexity,
            reporting=reporting,
            industry=industry or "",
            created_on=created_at.astimezone(zone).date(),
            last_contact_at=last_contact_at,
            last_call_at=self.calls[client_id][1] if client_id in self.calls else None,
            attempts=attempts,
            last_attempt_at=last_attempt_at,
            silent_until=silent_until,
            invoices=self.invoices.get(client_id, ()),
            metrics=self.series.get(client_id, {}),
            targets={(metric, month): target for _, month, metric, target in self.targets.get(client_id, ())},
            has_targets=bool(has_targets),
            observations=(
                *self.observations.get(client_id, ()),
                *[
                    facts.Observation("mood", at.astimezone(zone).date(), label=mood)
                    for _, at, mood in self.moods.get(client_id, ())
                ],
            ),
            deadlines=self.work.deadlines.get(client_id, ()),
            roadmap=self.work.roadmap.get(client_id, ()),
            effort=self.work.effort.get(client_id, ()),
        )

    def portfolio(self, client_id: int) -> facts.Portfolio:
        """Give what a client is held against: the agency's benchmarks, its owner's working days and holidays."""
        country, worked = _country_and_workdays(self.clients[client_id])
        place = (country or self.country, worked or EVERY_WEEK)
        found = self.portfolios.get(place)
        if found is None:
            found = self.portfolios[place] = facts.Portfolio(
                median_value=self.benchmarks.get("median_value", {}),
                lead_cost=self.benchmarks.get("lead_cost", {}),
                renewal_rate=self.benchmarks.get("renewal_rate"),
                early_leaving=self.benchmarks.get("early_leaving"),
                similar={kind: facts.Contracts(**rates) for kind, rates in self.benchmarks.get("similar", {}).items()},
                tenure=_tenure(self.benchmarks.get("tenure")),
                holidays=holidays.public_holidays(place[0], self.now.date()),
                weekend=holidays.weekend(place[1]),
            )
        return found


def load(session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime) -> dict[int, facts.Client]:
    """Give what is known of some clients of a workspace at a moment, by client id; strangers' ids are left out."""
    batch = read(session, workspace_id, client_ids, now)
    return {client_id: batch.client(client_id) for client_id in batch.clients}


def read(
    session: Session,
    workspace_id: int,
    client_ids: Sequence[int],
    now: datetime,
    *,
    to_write: bool = False,
    since: date | None = None,
) -> Batch:
    """Read all rows of some clients. `to_write` keeps others (on Postgres) from judging them until we are done.

    What judging looks back at is read, or everything `since` a day, all daily values among it.
    """
    today = now.date()
    values = {
        "workspace_id": workspace_id,
        "client_ids": list(client_ids),
        "now": now,
        "tomorrow": today + timedelta(days=1),
        "invoices_since": since or today - timedelta(days=INVOICE_DAYS),
        "observed_since": since or today - timedelta(days=OBSERVATION_DAYS),
        "felt_since": datetime.combine(since or today - timedelta(days=OBSERVATION_DAYS), time.min, UTC),
        "first_month": since or _quarter(today - timedelta(days=1)),
        "last_month": today + timedelta(days=31),
    }
    session.flush()
    connection = session.connection()  # its rows are plain ones: the session's own cost twice the time
    clients = {row[0]: row for row in connection.execute(_CLIENTS_TO_WRITE if to_write else _CLIENTS, values).all()}
    workspace = connection.execute(_WORKSPACE, values).one()
    currencies = {}
    for key, row in clients.items():
        status, currency = _status_and_currency(row)
        if since or status in WITH_RESULTS:
            currencies[key] = currency
    observations = deliverables.by_client(connection, _OBSERVATIONS, values, facts.Observation)
    reported = {
        "client_ids": [key for key, told in observations.items() if any(each.kind == "report" for each in told)]
    }
    return Batch(
        now=now,
        benchmarks=workspace.benchmarks,
        country=workspace.country,
        clients=clients,
        attempts={row[0]: row for row in connection.execute(_ATTEMPTS, values)},
        calls={row[0]: row for row in connection.execute(_CALLS, values | reported)} if reported["client_ids"] else {},
        invoices=deliverables.by_client(connection, _INVOICES, values, facts.Invoice),
        series=daily_metrics.read(connection, workspace_id, currencies, today, since=since),
        targets=_by_client(connection.execute(_TARGETS, values)),
        observations=observations,
        moods=_by_client(connection.execute(_MOODS, values)),
        work=deliverables.read(connection, values, today, since=since),
    )


def _tenure(known: Mapping[str, Any] | None) -> facts.Tenure | None:
    if not known:
        return None
    marks = tuple([facts.Mark(**mark) for mark in known["marks"]])
    return facts.Tenure(known["lost"], known["needed"], marks)


def _quarter(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _by_client(rows: Result[*tuple[Any, ...]]) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows.all():  # fetched one by one, they would take a fifth longer
        found[row[0]].append(row)
    return found
