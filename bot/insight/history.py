"""All records of a client, and what of them was known on the morning of any day.

A day is assessed as the digest does: at 09:00 in the owner's time zone. A record with a time counts once that has
passed; one with a date alone counts from that day on; daily metrics are those of the days before.

What has no stored history is taken as it is today: the fee, the contract's end, the owner and a pause. An expected
silence is left out, since it is not known since when it was expected, and so is who decides at a client. A client that
left is assessed as active until it did. A target is known from its month on, also for clients that report by quarter.
Work planned for later days is left out, since it is not known since when it was planned; a month's effort counts once
the month is over.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import bindparam, false, func, select
from sqlalchemy.orm import Session

from bot.infra.db import key_in
from bot.infra.models import Client, DailyMetric, Invoice, Member, Touchpoint
from bot.insight import dated
from bot.judging import daily_metrics, deliverables, facts
from bot.people import holidays
from scoring.dates import at_local, local_day
from scoring.facts import Client as ClientFacts
from scoring.facts import Invoice as InvoiceFacts
from scoring.facts import KnownBreach, Portfolio, Series
from scoring.forecast import month_of, quarter_of
from scoring.vocabulary import WRITTEN_CHANNELS

ASSESSED_AT = time(9)
"""The time at which a day is assessed, in the owner's time zone."""
FACTS_WITHOUT_HISTORY = frozenset(
    {
        "id",
        "zone",
        "started_on",
        "renews_on",
        "returns_on",
        "paused_since",
        "launches_on",
        "sources",
        "lags",
        "monthly_fee",
        "currency",
        "ad_currency",
        "amounts_left_out",
        "targets_left_out",
        "billing",
        "contact_limit_days",
        "call_every_days",
        "complexity",
        "reporting",
        "industry",
    }
)
"""Facts taken as they are today; `facts_as_of` turns back all others."""
_DAY = timedelta(days=1)

_CLIENTS = (
    select(Client.id, Client.external_id, Client.name, Member.name.label("owner"), Member.email)
    .join(Member, Member.id == Client.owner_id, isouter=True)
    .where(Client.workspace_id == bindparam("workspace_id"), key_in(Client.id, "client_ids"))
    .order_by(Client.id)
)
_TOUCHPOINTS = (
    select(Touchpoint.client_id, Touchpoint.outcome, Touchpoint.channel, Touchpoint.occurred_at)
    .where(
        Touchpoint.workspace_id == bindparam("workspace_id"),
        key_in(Touchpoint.client_id, "client_ids"),
        Touchpoint.undone_at.is_(None),
        Touchpoint.automatic.is_(false()),
        Touchpoint.occurred_at <= bindparam("now", type_=Touchpoint.occurred_at.type),
    )
    .order_by(Touchpoint.occurred_at)
)
_OF_WORKSPACE = (
    Touchpoint.workspace_id == bindparam("workspace_id"),
    Touchpoint.undone_at.is_(None),
    Touchpoint.automatic.is_(false()),
)
_FIRST_CONTACT = select(func.min(Touchpoint.occurred_at)).where(*_OF_WORKSPACE)
_FIRST_VALUE = select(func.min(DailyMetric.on)).where(DailyMetric.workspace_id == bindparam("workspace_id"))
_FIRST_INVOICE = select(func.min(Invoice.issued_on)).where(Invoice.workspace_id == bindparam("workspace_id"))


@dataclass(frozen=True, slots=True)
class ClientHistory:
    """A client with all its records."""

    client: ClientFacts
    external_id: str
    name: str
    owner: str
    """The owner's name, else e-mail; empty where nobody owns it."""
    country: str | None
    workdays: str
    """The owner's, as ISO weekdays."""
    reached: tuple[datetime, ...] = ()
    """Times of contacts, ascending."""
    attempts: tuple[datetime, ...] = ()
    """Times of attempts without an answer, ascending."""
    calls: tuple[datetime, ...] = ()
    """Times of contacts that were not in writing, ascending."""
    own_country: str | None = None
    """The client's."""
    closed: frozenset[date] = frozenset()
    """Days on which the office is closed."""

    @property
    def first_record_on(self) -> date | None:
        """The first day on which a contact, a daily metric or an invoice was known; None where there is none."""
        zone = self.client.zone
        contacts = [first_morning_after(moments[0], zone) for moments in (self.reached, self.attempts) if moments]
        values = [found.first + _DAY for found in self.client.metrics.values()]
        return min([*contacts, *values, *[i.issued_on for i in self.client.invoices]], default=None)

    @property
    def starts_on(self) -> date | None:
        """The first day on which there was a client to assess; None where nothing is known of it."""
        return self.client.started_on or self.first_record_on or self.client.created_on

    @property
    def left_on(self) -> date | None:
        """The first day on which a lost client was a client no more; None for others, or where it is not known."""
        return self.client.lost_on if self.client.status == "lost" else None


def find_first_record_day(session: Session, workspace_id: int) -> date | None:
    """Find the day of a workspace's first contact, else of its first daily metric, else of its first invoice."""
    values = {"workspace_id": workspace_id}
    first_contact = session.scalar(_FIRST_CONTACT, values)
    if first_contact:
        return first_contact.date()
    return session.scalar(_FIRST_VALUE, values) or session.scalar(_FIRST_INVOICE, values)


def load_histories(
    session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime, *, since: date = date.min
) -> list[ClientHistory]:
    """Load the history of some clients of a workspace, in a handful of queries: all of it, or of days from `since` on.

    Contacts are loaded whole.
    """
    batch = facts.read(session, workspace_id, client_ids, now, since=since)
    values = {"workspace_id": workspace_id, "client_ids": list(client_ids), "now": now}
    contacts: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    for client_id, outcome, channel, occurred_at in session.execute(_TOUCHPOINTS, values):
        contacts[client_id, outcome].append(occurred_at)
        if outcome == "reached" and channel not in WRITTEN_CHANNELS:
            contacts[client_id, "call"].append(occurred_at)
    return [
        ClientHistory(
            client=batch.client(row.id),
            external_id=row.external_id,
            name=row.name,
            owner=row.owner or row.email or "",
            country=batch.country_of(row.id),
            workdays=batch.clients[row.id].workdays or facts.DEFAULT_WORKDAYS,
            reached=tuple(contacts[row.id, "reached"]),
            attempts=tuple(contacts[row.id, "attempt"]),
            calls=tuple(contacts[row.id, "call"]),
            own_country=batch.clients[row.id].own_country,
            closed=batch.closed,
        )
        for row in session.execute(_CLIENTS, values)
    ]


def assessment_time(history: ClientHistory, day: date) -> datetime:
    """Return the time at which a day is assessed, in UTC."""
    return at_local(day, ASSESSED_AT, history.client.zone)


def first_morning_after(moment: datetime, zone: tzinfo) -> date:
    """Return the first day that is assessed at or after a time."""
    day = local_day(moment, zone)
    return day if moment <= at_local(day, ASSESSED_AT, zone) else day + _DAY


def facts_as_of(
    history: ClientHistory, day: date, breaches: Mapping[str, KnownBreach] = MappingProxyType({})
) -> ClientFacts:
    """Return what was known of a client on the morning of a day, within the windows that an assessment looks at.

    What was open, or was resolved lately, is given: it is replayed (`replay`), not recorded.
    """
    client, now = history.client, assessment_time(history, day)
    last_contact_at = _last_before(history.reached, now)
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
        created_on=min(filter(None, (client.created_on, history.starts_on)), default=None),
        last_contact_at=last_contact_at,
        last_call_at=_last_before(history.calls, now),
        attempts=len(tries),
        last_attempt_at=tries[-1] if tries else None,
        tried_on=tuple([local_day(moment, client.zone) for moment in tries]),
        people_named_from=None,
        last_decision_maker_at=None,
        days_off=holidays.public_holidays(history.own_country, date(day.year, 1, 1)),
        silent_until=None,
        invoices=tuple(_invoices_as_of(client.invoices, day)),
        metrics=_metrics_as_of(client.metrics, day),
        last_year=_metrics_of_last_year(client.metrics, day),
        targets={key: target for key, target in targets.items() if key[1] >= still_read},
        has_targets=bool(targets),
        observations=dated.observations(client.observations, day, observed_since),
        deadlines=dated.work(client.deadlines, day, worked_since),
        roadmap=dated.work(client.roadmap, day, worked_since),
        effort=tuple([row for row in client.effort if month_of(row.month)[1] <= day]),
        breaches=breaches,
    )


def _last_before(moments: Sequence[datetime], now: datetime) -> datetime | None:
    before = bisect_right(moments, now)
    return moments[before - 1] if before else None


def _invoices_as_of(invoices: Sequence[InvoiceFacts], day: date) -> Iterator[InvoiceFacts]:
    """Return the invoices issued until a day, unpaid where they were paid later; a void one was void from the start.

    A promise to pay is left out, since it is not known when it was made.
    """
    since = day - timedelta(days=facts.INVOICE_DAYS)
    for invoice in invoices:
        then = invoice
        if invoice.paid_on and invoice.paid_on > day:
            status = "open" if invoice.status == "paid" else invoice.status
            then = replace(invoice, paid=0, paid_on=None, status=status)
        if then.promised_on:
            then = replace(then, promised_on=None)
        if then.issued_on <= day and (then.status == "open" or then.due_on >= since):
            yield then


def _metrics_as_of(metrics: Mapping[str, Series], day: date) -> dict[str, Series]:
    found = {}
    for name, whole in metrics.items():
        begin, end = max(0, (day - whole.first).days - daily_metrics.DAYS), (day - whole.first).days
        values = whole.values[begin:end] if end > 0 else ()
        if values:
            found[name] = Series(whole.first + timedelta(days=begin), values)
    return found


def _metrics_of_last_year(metrics: Mapping[str, Series], day: date) -> dict[str, Series]:
    """Return what an assessment reads of the weeks around a day's month a year earlier."""
    first = day.replace(day=1) - timedelta(days=364 + daily_metrics.SEASON_MARGIN_DAYS)
    found = {}
    for name in daily_metrics.PACED_METRICS:
        whole = metrics.get(name)
        begin = max(0, (first - whole.first).days) if whole else 0
        end = (first - whole.first).days + daily_metrics.SEASON_DAYS if whole else 0
        if whole and end > begin and (values := whole.values[begin:end]):
            found[name] = Series(whole.first + timedelta(days=begin), values)
    return found


def portfolio_as_of(history: ClientHistory, day: date) -> Portfolio:
    """Return the owner's calendar of a day; benchmarks over all clients are left unknown."""
    return _build_portfolio(history.country, history.workdays, day.year, history.closed)


@lru_cache(maxsize=256)
def _build_portfolio(country: str | None, worked: str, year: int, closed: frozenset[date]) -> Portfolio:
    days_off = holidays.public_holidays(country, date(year, 1, 1)) | closed
    return Portfolio(holidays=days_off, weekend=holidays.weekend(worked))
