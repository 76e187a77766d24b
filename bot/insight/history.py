"""All that was ever recorded of a client, and what of it was known on the morning of a day.

A day is judged as the digest judges it: at 09:00 of the owner's day. What has a moment counts once that has come; what
has a day alone counts from that day on; daily values are those of the days before.

What the records keep no history of is taken as it is today: the fee, the contract's end, the owner and a pause. An
expected silence is left out, since nobody knows from when it was expected. A client that left is judged as active
until it did. A goal is known from the month that it is for, by who reports by quarter too. Work that was planned for
later days is left out, since nobody recorded since when it was planned; a month's hours count once it is over.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.infra.db import among
from bot.infra.models import Client, DailyMetric, Invoice, Member, Touchpoint
from bot.judging import daily_metrics, deliverables, fact_rows, facts
from bot.people import holidays
from scoring.dates import at_local, local_day
from scoring.facts import Client as Facts
from scoring.facts import Deadline, Portfolio, Series, Step
from scoring.facts import Invoice as Bill
from scoring.forecast import month_of, quarter_of

MORNING = time(9)
"""When a day is judged, local time."""
AS_TODAY = frozenset(
    {
        "id",
        "zone",
        "started_on",
        "renews_on",
        "returns_on",
        "monthly_fee",
        "currency",
        "billing",
        "contact_limit_days",
        "complexity",
        "reporting",
        "industry",
    }
)
"""The facts that no history is kept of. `cut` sees to every other one."""
_DAY = timedelta(days=1)
Planned = TypeVar("Planned", Deadline, Step)

_CLIENTS = (
    select(Client.id, Client.external_id, Client.name, Member.name.label("owner"), Member.email)
    .join(Member, Member.id == Client.owner_id, isouter=True)
    .where(Client.workspace_id == bindparam("workspace_id"), among(Client.id, "client_ids"))
    .order_by(Client.id)
)
_TOUCHPOINTS = (
    select(Touchpoint.client_id, Touchpoint.outcome, Touchpoint.channel, Touchpoint.occurred_at)
    .where(
        Touchpoint.workspace_id == bindparam("workspace_id"),
        among(Touchpoint.client_id, "client_ids"),
        Touchpoint.undone_at.is_(None),
        Touchpoint.occurred_at <= bindparam("now", type_=Touchpoint.occurred_at.type),
    )
    .order_by(Touchpoint.occurred_at)
)
_OURS = (Touchpoint.workspace_id == bindparam("workspace_id"), Touchpoint.undone_at.is_(None))
_FIRST_CONTACT = select(func.min(Touchpoint.occurred_at)).where(*_OURS)
_FIRST_VALUE = select(func.min(DailyMetric.on)).where(DailyMetric.workspace_id == bindparam("workspace_id"))
_FIRST_INVOICE = select(func.min(Invoice.issued_on)).where(Invoice.workspace_id == bindparam("workspace_id"))


@dataclass(frozen=True, slots=True)
class History:
    """A client with everything that was ever recorded of it."""

    client: Facts
    key: str
    """Its external id."""
    name: str
    owner: str
    """The owner's name, else e-mail; empty where nobody owns it."""
    country: str | None
    workdays: str
    """The owner's, as ISO weekdays."""
    reached: tuple[datetime, ...] = ()
    """When it was spoken with, rising."""
    attempts: tuple[datetime, ...] = ()
    """When it was tried without an answer, rising."""
    calls: tuple[datetime, ...] = ()
    """Those of `reached` that were not in writing."""

    @property
    def recorded_on(self) -> date | None:
        """The first day that knew of a contact, a value or an invoice; None where nothing is on record."""
        zone = self.client.zone
        contacts = [_known_on(moments[0], zone) for moments in (self.reached, self.attempts) if moments]
        values = [found.first + _DAY for found in self.client.metrics.values()]
        return min([*contacts, *values, *[i.issued_on for i in self.client.invoices]], default=None)

    @property
    def begins_on(self) -> date | None:
        """The first day on which there was a client to judge; None where nothing tells of one."""
        return self.client.started_on or self.recorded_on or self.client.created_on

    @property
    def left_on(self) -> date | None:
        """The day on which a lost client left: the first on which it was none any more."""
        return self.client.lost_on if self.client.status == "lost" else None


def recorded_since(session: Session, workspace_id: int) -> date | None:
    """Give the day of a workspace's first contact on record, else of its first daily value, else invoice."""
    values = {"workspace_id": workspace_id}
    first_contact = session.scalar(_FIRST_CONTACT, values)
    if first_contact:
        return first_contact.date()
    return session.scalar(_FIRST_VALUE, values) or session.scalar(_FIRST_INVOICE, values)


def load(session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime) -> list[History]:
    """Read the whole history of some clients of a workspace, in a handful of queries."""
    batch = facts.read(session, workspace_id, client_ids, now, since=date.min)
    values = {"workspace_id": workspace_id, "client_ids": list(client_ids), "now": now}
    contacts: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    for client_id, outcome, channel, occurred_at in session.execute(_TOUCHPOINTS, values):
        contacts[client_id, outcome].append(occurred_at)
        if outcome == "reached" and channel not in fact_rows.IN_WRITING:
            contacts[client_id, "call"].append(occurred_at)
    return [
        History(
            client=batch.client(row.id),
            key=row.external_id,
            name=row.name,
            owner=row.owner or row.email or "",
            country=batch.clients[row.id].country or batch.country,
            workdays=batch.clients[row.id].workdays or facts.EVERY_WEEK,
            reached=tuple(contacts[row.id, "reached"]),
            attempts=tuple(contacts[row.id, "attempt"]),
            calls=tuple(contacts[row.id, "call"]),
        )
        for row in session.execute(_CLIENTS, values)
    ]


def judged_at(history: History, day: date) -> datetime:
    """Give the moment at which a day is judged, in UTC."""
    return at_local(day, MORNING, history.client.zone)


def _known_on(moment: datetime, zone: tzinfo) -> date:
    """Give the first day whose morning was not before a moment."""
    day = local_day(moment, zone)
    return day if moment <= at_local(day, MORNING, zone) else day + _DAY


def cut(history: History, day: date) -> Facts:
    """Give what was known of a client on the morning of a day, in the windows that judging looks at."""
    client, now = history.client, judged_at(history, day)
    last_contact_at = _last(history.reached, now)
    tries = history.attempts[: bisect_right(history.attempts, now)]
    tries = tries[bisect_right(tries, last_contact_at) :] if last_contact_at else tries
    targets = {key: target for key, target in client.targets.items() if key[1] <= day}
    still_read = quarter_of(day - _DAY)[0]
    observed_since = day - timedelta(days=facts.OBSERVATION_DAYS)
    worked_since = day - timedelta(days=deliverables.WORK_DAYS)
    return replace(
        client,
        status="active" if client.status == "lost" else client.status,
        lost_on=None,
        created_on=min(filter(None, (client.created_on, history.begins_on)), default=None),
        last_contact_at=last_contact_at,
        last_call_at=_last(history.calls, now),
        attempts=len(tries),
        last_attempt_at=tries[-1] if tries else None,
        silent_until=None,
        invoices=tuple(_invoices(client.invoices, day)),
        metrics=_metrics(client.metrics, day),
        targets={key: target for key, target in targets.items() if key[1] >= still_read},
        has_targets=bool(targets),
        observations=tuple(
            [
                o._replace(resolved_on=None) if o.resolved_on and o.resolved_on > day else o
                for o in client.observations
                if observed_since <= o.occurred_on <= day
            ]
        ),
        deadlines=tuple([_undone(item, day) for item in client.deadlines if worked_since <= item.due_on <= day]),
        roadmap=tuple([_undone(item, day) for item in client.roadmap if worked_since <= item.planned_on <= day]),
        effort=tuple([row for row in client.effort if month_of(row.month)[1] <= day]),
    )


def _last(moments: Sequence[datetime], now: datetime) -> datetime | None:
    before = bisect_right(moments, now)
    return moments[before - 1] if before else None


def _undone(item: Planned, day: date) -> Planned:
    """Give a piece of work as it stood: not done, where it was done later."""
    return replace(item, done_on=None) if item.done_on and item.done_on > day else item


def _invoices(invoices: Sequence[Bill], day: date) -> Iterator[Bill]:
    """Give the invoices that were out, unpaid where they were paid later. A void one is one from its beginning."""
    since = day - timedelta(days=facts.INVOICE_DAYS)
    for invoice in invoices:
        then = invoice
        if invoice.paid_on and invoice.paid_on > day:
            status = "open" if invoice.status == "paid" else invoice.status
            then = invoice._replace(paid=0, paid_on=None, status=status)
        if then.issued_on <= day and (then.status == "open" or then.due_on >= since):
            yield then


def _metrics(metrics: Mapping[str, Series], day: date) -> dict[str, Series]:
    found = {}
    for name, whole in metrics.items():
        begin, end = max(0, (day - whole.first).days - daily_metrics.DAYS), (day - whole.first).days
        values = whole.values[begin:end] if end > 0 else ()
        if values:
            found[name] = Series(whole.first + timedelta(days=begin), values)
    return found


def news(history: History) -> frozenset[date]:
    """Give the days on which a client is judged by other facts than on the day before."""
    client, days = history.client, set[date]()
    days.update(_known_on(moment, client.zone) for moment in (*history.reached, *history.attempts))
    for invoice in client.invoices:
        days |= {invoice.issued_on, invoice.paid_on or invoice.issued_on}
        days.add(invoice.due_on + timedelta(days=facts.INVOICE_DAYS + 1))
    for seen in client.observations:
        days |= {seen.occurred_on, seen.resolved_on or seen.occurred_on}
        days.add(seen.occurred_on + timedelta(days=facts.OBSERVATION_DAYS + 1))
    for item in client.deadlines:
        days |= {item.due_on, item.done_on or item.due_on, item.due_on + timedelta(days=deliverables.WORK_DAYS + 1)}
    for step in client.roadmap:
        days |= {step.planned_on, step.done_on or step.planned_on}
        days.add(step.planned_on + timedelta(days=deliverables.WORK_DAYS + 1))
    days.update(month_of(row.month)[1] for row in client.effort)
    for whole in client.metrics.values():
        told = len(whole.values) + daily_metrics.DAYS + 1
        days.update(whole.first + timedelta(days=ahead) for ahead in range(1, told + 1))
    for _, month in client.targets:
        after = quarter_of(month)[1]
        days |= {month, quarter_of(month)[0], after, after + _DAY}
    return frozenset(days)


def portfolio(history: History, day: date) -> Portfolio:
    """Give the calendar that a client is held against. What is learned from all clients together is left unknown."""
    return _calendar(history.country, history.workdays, day.year)


@lru_cache(maxsize=256)
def _calendar(country: str | None, worked: str, year: int) -> Portfolio:
    days_off = holidays.public_holidays(country, date(year, 1, 1))
    return Portfolio(holidays=days_off, weekend=holidays.weekend(worked))
