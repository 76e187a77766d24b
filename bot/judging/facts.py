"""Facts about clients, read for many of them at once: rows in, `scoring.facts` out.

A batch takes the same few queries however many clients it has (daily metrics are read in `daily_metrics`). Never here:
an assessment, or a write.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from babel.numbers import get_currency_precision
from sqlalchemy import Result, Row
from sqlalchemy.orm import Session

from bot.judging import daily_metrics, deliverables, fact_rows, lags, source_metrics
from bot.people import holidays, members
from scoring import facts
from scoring.dates import local_day
from scoring.vocabulary import FULLY_WATCHED, MONEY_METRICS

INVOICE_DAYS = 730
"""How many days back invoices are read, to learn how a client pays; open ones are read whatever their age."""
OBSERVATION_DAYS = 400
"""How many days back observations are read; LASTING_KINDS and open complaints are read whatever their age."""
RESOLVED_DAYS = 60
"""How many days back breaches are read that are over: what is judged again begins where they ended."""
DEFAULT_WORKDAYS = "12345"
"""The ISO weekdays worked on a client without an owner."""

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of some clients; `client` assembles one client's facts, so that a broken one stops no other."""

    now: datetime
    benchmarks: Mapping[str, Any]
    country: str | None
    """The workspace's, for owners without one of their own."""
    closed: frozenset[date]
    """Days on which the office is closed."""
    clients: Mapping[int, AnyRow]
    attempts: Mapping[int, list[AnyRow]]
    calls: Mapping[int, AnyRow]
    """Only for clients that were sent a report, or have a limit for calls."""
    deciding: Mapping[int, list[AnyRow]]
    """Contacts that say whom they were with, each beside everybody who decides."""
    invoices: Mapping[int, tuple[facts.Invoice, ...]]
    metrics: Mapping[int, daily_metrics.Metrics]
    targets: Mapping[int, list[AnyRow]]
    observations: Mapping[int, tuple[facts.Observation, ...]]
    moods: Mapping[int, list[AnyRow]]
    """Moods logged with a contact."""
    work: deliverables.Work
    lags: Mapping[int, Mapping[str, int]]
    """By metric, the last days that still grow."""
    last_year: Mapping[int, daily_metrics.Metrics]
    sources: Mapping[int, source_metrics.Sources]
    breaches: Mapping[int, list[AnyRow]]
    """Those of noisy signals that are open, or were resolved lately, by when they opened."""
    portfolios: dict[tuple[str | None, str], facts.Portfolio] = field(default_factory=dict)
    """A cache, by country and working days."""

    def client(self, client_id: int) -> facts.Client:
        """Assemble one client's facts."""
        row, attempts = self.clients[client_id], self.attempts.get(client_id, ())
        deciding = self.deciding.get(client_id, ())
        zone = members.zone_of(row.tz or "UTC")
        metrics = self.metrics.get(client_id) or daily_metrics.Metrics({}, row.ad_currency or row.currency)
        targets, beside = targets_in(metrics.currency, row.currency, self.targets.get(client_id, ()))
        return facts.Client(
            id=client_id,
            status=row.status,
            zone=zone,
            started_on=row.started_on,
            renews_on=row.renews_on,
            lost_on=row.lost_on,
            returns_on=row.returns_on,
            paused_since=(row.paused_since or local_day(self.now, zone)) if row.status == "paused" else None,
            monthly_fee=row.monthly_fee,
            currency=row.currency,
            billing=row.billing,
            contact_limit_days=row.contact_limit_days,
            complexity=row.complexity,
            reporting=row.reporting,
            industry=row.industry or "",
            created_on=row.created_at.astimezone(zone).date(),
            last_contact_at=row.last_contact_at,
            last_call_at=self.calls[client_id].last_at if client_id in self.calls else None,
            call_every_days=row.call_every_days,
            people_named_from=local_day(deciding[0].occurred_at, zone) if deciding else None,
            last_decision_maker_at=max([each.occurred_at for each in deciding if _is_with(each)], default=None),
            attempts=len(attempts),
            last_attempt_at=attempts[-1].occurred_at if attempts else None,
            tried_on=tuple([local_day(each.occurred_at, zone) for each in attempts]),
            days_off=self._days_off(client_id),
            silent_until=row.silent_until,
            invoices=self.invoices.get(client_id, ()),
            metrics=metrics.series,
            targets=targets,
            ad_currency="" if metrics.currency == row.currency else metrics.currency,
            amounts_left_out=metrics.left_out,
            targets_left_out=beside,
            has_targets=bool(row.has_targets),
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
            launches_on=row.launches_on,
            lags=self.lags.get(client_id, {}),
            sources=self.sources.get(client_id, {}),
            last_year=self._last_year(client_id, metrics.currency),
            breaches={
                f"{row.signal}:{row.subject}" if row.subject else row.signal: self._known_breach(row, zone)
                for row in self.breaches.get(client_id, ())
            },
        )

    def _last_year(self, client_id: int, currency: str) -> Mapping[str, facts.Series]:
        """Return last year's values, without amounts in another currency than this year's."""
        found = self.last_year.get(client_id)
        if found is None:
            return {}
        return {
            name: each for name, each in found.series.items() if found.currency == currency or name not in MONEY_METRICS
        }

    def _known_breach(self, row: AnyRow, zone: tzinfo) -> facts.KnownBreach:
        is_resolved = row.resolved_at is not None and row.resolved_at <= self.now
        return facts.KnownBreach(
            local_day(row.opened_at, zone), local_day(row.resolved_at, zone) if is_resolved else None
        )

    def _days_off(self, client_id: int) -> frozenset[date]:
        country = self.clients[client_id].own_country
        if country is None or country == self.country_of(client_id):
            return frozenset()
        return holidays.public_holidays(country, self.now.date())

    def country_of(self, client_id: int) -> str | None:
        """Return the country whose public holidays apply to a client's owner."""
        row = self.clients[client_id]
        return holidays.country_of(row.country, self.country, row.tz, row.locale)

    def portfolio(self, client_id: int) -> facts.Portfolio:
        """Return what a client is compared with: the agency's benchmarks, its owner's working days and holidays."""
        row = self.clients[client_id]
        key = (self.country_of(client_id), row.workdays or DEFAULT_WORKDAYS)
        portfolio = self.portfolios.get(key)
        if portfolio is None:
            portfolio = self.portfolios[key] = facts.Portfolio(
                median_value=self.benchmarks.get("median_value", {}),
                lead_cost=self.benchmarks.get("lead_cost", {}),
                renewal_rate=self.benchmarks.get("renewal_rate"),
                early_leaving=self.benchmarks.get("early_leaving"),
                similar={kind: facts.Contracts(**rates) for kind, rates in self.benchmarks.get("similar", {}).items()},
                tenure=_tenure(self.benchmarks.get("tenure")),
                holidays=holidays.public_holidays(key[0], self.now.date()) | self.closed,
                weekend=holidays.weekend(key[1]),
            )
        return portfolio


def load(session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime) -> dict[int, facts.Client]:
    """Return the facts of some clients as of `now`, by client id; ids of other workspaces' clients are left out."""
    batch = read(session, workspace_id, client_ids, now)
    return {client_id: batch.client(client_id) for client_id in batch.clients}


def read(
    session: Session,
    workspace_id: int,
    client_ids: Sequence[int],
    now: datetime,
    *,
    for_update: bool = False,
    since: date | None = None,
) -> Batch:
    """Read the rows of some clients, as far back as an assessment needs.

    `for_update` locks the clients' rows (on Postgres) until the transaction ends. With `since`, everything from that
    day on is read, including every daily metric.
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
        "resolved_since": now - timedelta(days=RESOLVED_DAYS),
    }
    session.flush()
    connection = session.connection()  # Core rows: the session's own take twice the time
    statement = fact_rows.CLIENTS_FOR_UPDATE if for_update else fact_rows.CLIENTS
    clients = {row.id: row for row in connection.execute(statement, values)}
    workspace = connection.execute(fact_rows.WORKSPACE, values).one()
    currencies = {
        row.id: daily_metrics.Currencies(row.currency, row.ad_currency)
        for row in clients.values()
        if since or row.status in FULLY_WATCHED
    }
    observations = deliverables.by_client(connection, fact_rows.OBSERVATIONS, values, facts.Observation)
    reported = {
        "client_ids": [
            client_id
            for client_id, observed in observations.items()
            if any(observation.kind == "report" for observation in observed)
        ]
        + [row.id for row in clients.values() if row.call_every_days]
    }
    metrics = daily_metrics.read(connection, workspace_id, currencies, today, since=since)
    return Batch(
        now=now,
        benchmarks=workspace.benchmarks,
        country=workspace.country,
        closed=holidays.closing_days(workspace.office_closed),
        clients=clients,
        attempts=_by_client(connection.execute(fact_rows.ATTEMPTS, values)),
        deciding=_by_client(connection.execute(fact_rows.DECIDING, values)),
        calls={row.client_id: row for row in connection.execute(fact_rows.CALLS, values | reported)}
        if reported["client_ids"]
        else {},
        invoices=deliverables.by_client(connection, fact_rows.INVOICES, values, facts.Invoice),
        metrics=metrics,
        sources=source_metrics.read(connection, workspace_id, metrics, today),
        targets=_by_client(connection.execute(fact_rows.TARGETS, values)),
        observations=observations,
        moods=_by_client(connection.execute(fact_rows.MOODS, values)),
        work=deliverables.read(connection, values, today, since=since),
        breaches=_by_client(connection.execute(fact_rows.BREACHES, values)),
        lags=lags.load(connection, workspace_id, list(currencies), today),
        last_year=daily_metrics.read_last_year(connection, workspace_id, currencies, today),
    )


def _is_with(contact: AnyRow) -> bool:
    """Whether whom a contact was with, as it was written, names somebody who decides by name or address."""
    written = contact.person.casefold()
    return any(known and known.casefold() in written for known in (contact.name, contact.email))


def targets_in(currency: str, own: str, rows: Iterable[AnyRow]) -> tuple[dict[tuple[str, date], int], tuple[str, ...]]:
    """Return a client's targets by metric and month, and the currencies of those that are left out.

    Amounts are in minor units of `currency`, that of its metrics. A target written without a currency is meant in it,
    and was stored with the decimals of the client's own; one written with another is not compared with them.
    """
    found: dict[tuple[str, date], int] = {}
    left_out = set[str]()
    for row in rows:
        if row.currency and row.currency != currency:
            left_out.add(row.currency)
            continue
        is_plain = row.currency or currency == own or row.metric not in MONEY_METRICS
        found[row.metric, row.month] = row.target if is_plain else _rescale(row.target, own, currency)
    return found, tuple(sorted(left_out))


def _rescale(amount: int, written_as: str, currency: str) -> int:
    """Write the same number in the minor units of another currency: 500,000 yen as 500,000.00 dollars."""
    more = get_currency_precision(currency) - get_currency_precision(written_as)
    return round(amount * 10.0**more)


def _tenure(known: Mapping[str, Any] | None) -> facts.Tenure | None:
    if not known:
        return None
    marks = tuple([facts.Mark(**mark) for mark in known["marks"]])
    return facts.Tenure(known["lost"], known["needed"], marks)


def _quarter(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _by_client(rows: Result[*tuple[Any, ...]]) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows.all():  # fetching one by one takes a fifth longer
        found[row.client_id].append(row)
    return found
