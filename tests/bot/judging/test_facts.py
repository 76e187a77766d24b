"""Reading facts: contacts, daily metrics, targets, invoices, observations, portfolios."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bot.infra.db import transaction
from bot.infra.models import Client, DailyMetric, Invoice, Member, Observation, Target, Touchpoint, Workspace
from bot.judging import daily_metrics, deliverables, fact_rows, facts
from scoring import facts as scored
from scoring import signals
from scoring.facts import Series
from scoring.vocabulary import GOAL_METRICS, METRICS
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW

TODAY = NOW.date()
MONTH = TODAY.replace(day=1)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


@pytest.fixture
def house(session: Session) -> Agency:
    return agency.create(session, NOW)


@pytest.fixture
def client(session: Session, house: Agency) -> Client:
    return agency.client(session, house.id, "Acme", now=NOW, owner_id=house.alice)


def load_one(session: Session, client: Client, now: datetime = NOW) -> scored.Client:
    return facts.load(session, client.workspace_id, [client.id], now)[client.id]


def add_touchpoint(
    session: Session, client: Client, days_ago: float, outcome: str = "reached", **columns: Any
) -> Touchpoint:
    touchpoint = Touchpoint(
        workspace_id=client.workspace_id,
        client_id=client.id,
        occurred_at=NOW - timedelta(days=days_ago),
        outcome=outcome,
        source="import",
        created_at=NOW,
        **columns,
    )
    session.add(touchpoint)
    session.flush()
    return touchpoint


def add_metrics(session: Session, client: Client, days_ago: int, source: str = "ads", **columns: Any) -> None:
    session.add(
        DailyMetric(
            workspace_id=client.workspace_id,
            client_id=client.id,
            on=TODAY - timedelta(days=days_ago),
            source=source,
            currency=columns.pop("currency", "EUR"),
            **columns,
        )
    )
    session.flush()


def add_targets(session: Session, client: Client, *metrics: str, month: date = MONTH) -> None:
    for metric in metrics:
        session.add(
            Target(workspace_id=client.workspace_id, client_id=client.id, month=month, metric=metric, target=100)
        )
    session.flush()


def test_a_clients_columns_are_read_with_its_owners_time_zone(session: Session, house: Agency) -> None:
    session.get_one(Member, house.alice).tz = "Asia/Tokyo"
    late = datetime(2026, 11, 17, 20, 0, tzinfo=UTC)
    columns: dict[str, Any] = {
        "status": "paused",
        "started_on": date(2025, 2, 1),
        "renews_on": date(2027, 2, 1),
        "returns_on": date(2026, 12, 1),
        "monthly_fee": 250_000,
        "currency": "PLN",
        "billing": "project",
        "contact_limit_days": 5,
        "complexity": "complex",
        "reporting": "quarter",
        "industry": "toys",
        "silent_until": date(2026, 11, 30),
    }
    client = agency.client(session, house.id, "Acme", now=late, owner_id=house.alice, **columns)
    client_facts = load_one(session, client)
    assert {name: getattr(client_facts, name) for name in columns} == columns
    assert (client_facts.id, client_facts.zone, client_facts.created_on) == (
        client.id,
        ZoneInfo("Asia/Tokyo"),
        date(2026, 11, 18),
    )


def test_a_client_without_an_owner_is_in_utc(session: Session, house: Agency) -> None:
    assert load_one(session, agency.client(session, house.id, "Orphan", now=NOW)).zone == ZoneInfo("UTC")


def test_the_last_contact_is_the_latest_reached_one_that_was_not_undone(session: Session, client: Client) -> None:
    last = add_touchpoint(session, client, 5, direction="in")
    add_touchpoint(session, client, 9)  # logged later but older: it does not become the last contact
    add_touchpoint(session, client, 2, undone_at=NOW)
    add_touchpoint(session, client, 1, outcome="attempt")
    add_touchpoint(session, client, -1)  # announced for tomorrow
    assert load_one(session, client).last_contact_at == last.occurred_at


def test_attempts_are_counted_since_the_last_contact(session: Session, client: Client) -> None:
    add_touchpoint(session, client, 8, outcome="attempt")
    add_touchpoint(session, client, 5)
    add_touchpoint(session, client, 3, outcome="attempt")
    last = add_touchpoint(session, client, 2, outcome="attempt")
    add_touchpoint(session, client, 1, outcome="attempt", undone_at=NOW)
    client_facts = load_one(session, client)
    assert (client_facts.attempts, client_facts.last_attempt_at) == (2, last.occurred_at)
    add_touchpoint(session, client, 1)
    client_facts = load_one(session, client)
    assert (client_facts.attempts, client_facts.last_attempt_at) == (0, None)


def test_facts_as_of_a_past_time_leave_out_what_came_later(session: Session, client: Client) -> None:
    first = add_touchpoint(session, client, 20)
    add_touchpoint(session, client, 12, outcome="attempt")
    add_touchpoint(session, client, 10)
    client_facts = load_one(session, client, NOW - timedelta(days=11))
    assert (client_facts.last_contact_at, client_facts.attempts) == (first.occurred_at, 1)


def load_metrics(session: Session, client: Client) -> dict[str, Series]:
    return dict(load_one(session, client).metrics)


def test_daily_metrics_are_read_as_series(session: Session, client: Client) -> None:
    for days_ago, spend in ((3, 100), (2, 0), (1, 300)):
        add_metrics(session, client, days_ago, spend=spend, conversions=spend / 8)
    first = TODAY - timedelta(days=3)
    assert load_metrics(session, client) == {
        "spend": Series(first, (100, 0, 300)),
        "conversions": Series(first, (12.5, 0.0, 37.5)),
    }


def test_a_missing_day_is_unknown_rather_than_zero(session: Session, client: Client) -> None:
    add_metrics(session, client, 4, spend=100)
    add_metrics(session, client, 3, spend=None)
    add_metrics(session, client, 1, spend=300)
    assert load_metrics(session, client) == {"spend": Series(TODAY - timedelta(days=4), (100, None, None, 300))}


def test_several_sources_are_added_up_by_day(session: Session, client: Client) -> None:
    add_metrics(session, client, 2, "google", spend=100, leads=1)
    add_metrics(session, client, 2, "meta", spend=20, leads=2)
    add_metrics(session, client, 1, "meta", spend=5)
    first = TODAY - timedelta(days=2)
    assert load_metrics(session, client) == {"spend": Series(first, (120, 5)), "leads": Series(first, (3, None))}


def test_two_sources_with_complementary_gaps_are_not_treated_as_one(session: Session, client: Client) -> None:
    add_metrics(session, client, 3, "google", spend=1)
    add_metrics(session, client, 3, "meta", spend=2)
    add_metrics(session, client, 1, "google", spend=4)
    assert load_metrics(session, client) == {"spend": Series(TODAY - timedelta(days=3), (3, None, 4))}


def test_amounts_in_another_currency_are_left_out_but_counts_are_read(session: Session, client: Client) -> None:
    add_metrics(session, client, 2, spend=100, revenue=9, leads=1, currency="USD")
    add_metrics(session, client, 1, spend=300, revenue=7, leads=2)
    first = TODAY - timedelta(days=2)
    assert load_metrics(session, client) == {
        "spend": Series(first, (None, 300)),
        "revenue": Series(first, (None, 7)),
        "leads": Series(first, (1, 2)),
    }


def test_on_a_day_with_two_currencies_only_the_clients_own_amounts_count(session: Session, client: Client) -> None:
    add_metrics(session, client, 3, "google", spend=100, leads=1)
    add_metrics(session, client, 3, "meta", spend=20, leads=2, currency="USD")
    add_metrics(session, client, 1, "meta", spend=5, revenue=9, leads=4, currency="USD")
    first = TODAY - timedelta(days=3)
    assert load_metrics(session, client) == {
        "spend": Series(first, (100, None, None)),
        "leads": Series(first, (3, None, 4)),
    }


def test_a_metric_of_zeros_is_known_but_one_without_values_is_not(session: Session, client: Client) -> None:
    for source in ("google", "meta"):
        add_metrics(session, client, 3, source, leads=0)
    add_metrics(session, client, 1, leads=0, spend=None)
    assert load_metrics(session, client) == {"leads": Series(TODAY - timedelta(days=3), (0, None, 0))}


def test_each_client_of_a_batch_has_its_own_days_and_currency(session: Session, house: Agency) -> None:
    days_by_currency = {"EUR": (2, 1), "USD": (3, 2, 1), "PLN": (3, 1)}
    ids = {}
    for currency, days in days_by_currency.items():
        client = agency.client(session, house.id, currency, now=NOW, currency=currency)
        ids[currency] = client.id
        for days_ago in days:
            add_metrics(session, client, days_ago, spend=days_ago, currency=currency)
    by_client = facts.load(session, house.id, list(ids.values()), NOW)
    assert {currency: by_client[key].metrics["spend"] for currency, key in ids.items()} == {
        "EUR": Series(TODAY - timedelta(days=2), (2, 1)),
        "USD": Series(TODAY - timedelta(days=3), (3, 2, 1)),
        "PLN": Series(TODAY - timedelta(days=3), (3, None, 1)),
    }


@pytest.mark.parametrize(
    ("ads", "found", "judged", "left_out"),
    [
        (None, ["EUR"], "EUR", ()),
        (None, ["USD"], "USD", ()),
        (None, ["USD", "EUR"], "EUR", ("USD",)),
        (None, ["USD", "PLN"], "EUR", ("PLN", "USD")),
        ("USD", ["USD"], "USD", ()),
        ("USD", ["EUR", "USD"], "USD", ("EUR",)),
        ("USD", ["EUR"], "USD", ("EUR",)),
        ("EUR", ["USD"], "EUR", ("USD",)),
    ],
)
def test_amounts_are_read_in_the_currency_of_the_ads_or_the_only_one_there_is(
    session: Session, client: Client, ads: str | None, found: list[str], judged: str, left_out: tuple[str, ...]
) -> None:
    client.ad_currency = ads
    for days_ago, currency in enumerate(found, 1):
        add_metrics(session, client, days_ago, spend=300, leads=1, currency=currency)
    add_metrics(session, client, 9, "site", sessions=7, leads=2, currency="GBP")
    loaded = load_one(session, client)
    assert (loaded.metrics_currency, loaded.amounts_left_out) == (judged, left_out)
    counted = [value for value in loaded.metrics["leads"].values if value]
    assert counted == [2, *([1] * len(found))]
    spend = loaded.metrics.get("spend")
    assert [value for value in spend.values if value] if spend else [300] * (judged in found) == []


def test_a_target_is_in_the_currency_of_the_ads_or_the_one_written_with_it(session: Session, client: Client) -> None:
    add_metrics(session, client, 1, spend=300, currency="USD")
    for month, currency in ((10, None), (11, "USD"), (12, "PLN")):
        session.add(
            Target(
                workspace_id=client.workspace_id,
                client_id=client.id,
                month=date(2026, month, 1),
                metric="spend",
                target=500,
                currency=currency,
            )
        )
    session.flush()
    loaded = load_one(session, client)
    assert loaded.targets == {("spend", date(2026, 10, 1)): 500, ("spend", date(2026, 11, 1)): 500}
    assert loaded.targets_left_out == ("PLN",)


@pytest.mark.parametrize(("own", "stored", "read"), [("JPY", 5_000, 500_000), ("BHD", 5_000_000, 500_000)])
def test_a_target_without_a_currency_keeps_its_number_where_the_ads_currency_has_other_decimals(
    session: Session, client: Client, own: str, stored: int, read: int
) -> None:
    client.currency = own
    add_metrics(session, client, 1, spend=300, currency="USD")
    of_client = {"workspace_id": client.workspace_id, "client_id": client.id, "month": MONTH}
    session.add_all(
        [Target(**of_client, metric="spend", target=stored), Target(**of_client, metric="leads", target=30)]
    )
    session.flush()
    assert load_one(session, client).targets == {("spend", MONTH): read, ("leads", MONTH): 30}


def test_exactly_the_metrics_that_signals_use_are_read() -> None:
    folder = Path(signals.__file__).parent
    named = {name for file in folder.glob("*.py") for name in re.findall(r'"(\w+)"', file.read_text())}
    assert set(daily_metrics.SCORED_METRICS) == (named | set(GOAL_METRICS)) & set(METRICS)


def test_a_paused_clients_metrics_are_not_read(session: Session, client: Client) -> None:
    add_metrics(session, client, 1, spend=300)
    client.status = "paused"
    session.flush()
    assert load_one(session, client).metrics == {}


def test_days_are_in_order_whatever_order_they_were_written_in(session: Session, client: Client) -> None:
    for days_ago in (5, 1, 4, 2, 3):
        add_metrics(session, client, days_ago, spend=days_ago)
    assert load_metrics(session, client) == {"spend": Series(TODAY - timedelta(days=5), (5, 4, 3, 2, 1))}


def test_targets_of_the_quarter_are_read_and_older_ones_only_as_a_flag(session: Session, client: Client) -> None:
    add_targets(session, client, "spend", month=date(2026, 9, 1))
    client_facts = load_one(session, client)
    assert (client_facts.targets, client_facts.has_targets) == ({}, True)
    add_targets(session, client, "spend", month=date(2026, 10, 1))
    add_targets(session, client, "leads", month=date(2026, 12, 1))
    assert load_one(session, client).targets == {
        ("spend", date(2026, 10, 1)): 100,
        ("leads", date(2026, 12, 1)): 100,
    }


def test_at_the_turn_of_a_quarter_both_quarters_targets_are_read(session: Session, client: Client) -> None:
    for month in (date(2026, 9, 1), date(2026, 10, 1)):
        add_targets(session, client, "spend", month=month)
    eve = datetime(2026, 9, 30, 23, 0, tzinfo=UTC)
    for now in (eve, eve + timedelta(hours=2)):
        assert {month for _, month in load_one(session, client, now).targets} == {date(2026, 9, 1), date(2026, 10, 1)}


def test_invoices_are_in_order_with_open_ones_of_any_age(session: Session, client: Client) -> None:
    def bill(number: str, due_on: date, status: str) -> None:
        issued_on = due_on - timedelta(days=14)
        session.add(
            Invoice(
                workspace_id=client.workspace_id,
                client_id=client.id,
                number=number,
                issued_on=issued_on,
                due_on=due_on,
                amount=100,
                paid_amount=30,
                paid_on=due_on,
                currency="EUR",
                status=status,
                service_month=issued_on.replace(day=1),
            )
        )
        session.flush()

    bill("new", TODAY, "paid")
    bill("old and paid", TODAY - timedelta(days=800), "paid")
    bill("old and open", TODAY - timedelta(days=800), "open")
    invoices = load_one(session, client).invoices
    assert [invoice.number for invoice in invoices] == ["old and open", "new"]
    old = invoices[0]
    assert (old.amount, old.paid, old.balance, old.currency) == (100, 30, 70, "EUR")
    assert old.service_month == (TODAY - timedelta(days=814)).replace(day=1)


def test_observations_are_in_order_of_their_days(session: Session, client: Client) -> None:
    for kind, days_ago, label in (("mood", 1, "uneasy"), ("survey", 9, None), ("praise", 500, None)):
        session.add(
            Observation(
                workspace_id=client.workspace_id,
                client_id=client.id,
                kind=kind,
                occurred_on=TODAY - timedelta(days=days_ago),
                value=None if label else 8,
                label=label,
                external_id=f"{kind}{days_ago}",
                created_at=NOW,
            )
        )
    read = [(each.kind, each.value, each.label) for each in load_one(session, client).observations]
    assert read == [("survey", 8.0, ""), ("mood", None, "uneasy")]


def test_a_portfolio_has_the_owners_working_days_and_holidays_and_the_benchmarks(
    session: Session, house: Agency
) -> None:
    agency_row = session.get_one(Workspace, house.id)
    agency_row.country, agency_row.benchmarks = "ES", {"median_value": {"EUR": 5}, "renewal_rate": 0.9}
    bob = session.get_one(Member, house.bob)
    bob.country, bob.workdays = "PL", "1234"
    first = agency.client(session, house.id, "Acme", now=NOW, owner_id=house.alice)
    second = agency.client(session, house.id, "Bolt", now=NOW, owner_id=house.bob)
    batch = facts.read(session, house.id, [first.id, second.id], NOW)
    spanish, polish = batch.portfolio(first.id), batch.portfolio(second.id)
    assert (spanish.median_value, spanish.renewal_rate) == ({"EUR": 5}, 0.9)
    assert (spanish.weekend, polish.weekend) == (frozenset({5, 6}), frozenset({4, 5, 6}))
    national = date(2026, 11, 11)
    assert (national in spanish.holidays, national in polish.holidays) == (False, True)


def test_another_agencys_clients_are_not_found(session: Session, house: Agency) -> None:
    foreign = agency.client(session, house.other_id, "Theirs", now=NOW, owner_id=house.charlie)
    assert facts.load(session, house.id, [foreign.id], NOW) == {}


def test_the_last_call_or_meeting_is_read_for_clients_that_were_sent_a_report(session: Session, client: Client) -> None:
    add_touchpoint(session, client, 9, channel="meeting")
    add_touchpoint(session, client, 5, channel="other")
    add_touchpoint(session, client, 4, "attempt", channel="call")
    add_touchpoint(session, client, 3, channel="email")
    add_touchpoint(session, client, -1, channel="call")
    assert load_one(session, client).last_call_at is None
    session.add(
        Observation(
            workspace_id=client.workspace_id,
            client_id=client.id,
            kind="report",
            occurred_on=TODAY,
            external_id="r",
            created_at=NOW,
        )
    )
    session.flush()
    assert load_one(session, client).last_call_at == NOW - timedelta(days=5)


def test_a_batch_takes_the_same_few_queries_however_many_clients_it_has(session: Session, house: Agency) -> None:
    clients = [agency.client(session, house.id, f"Client {number}", now=NOW) for number in range(30)]
    for client in clients:
        add_targets(session, client, "spend")
        add_metrics(session, client, 1, spend=1)
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))
    for count in (1, 30):
        statements.clear()
        assert len(facts.load(session, house.id, [client.id for client in clients[:count]], NOW)) == count
        assert len(statements) == 15


def test_the_queries_for_many_clients_use_an_index(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("Postgres reads a table as small as a test's from one end to the other")
    plans = []
    for statement in (
        daily_metrics._columns(METRICS, "sqlite"),
        fact_rows.INVOICES,
        fact_rows.OBSERVATIONS,
        fact_rows.CLIENTS,
        fact_rows.MOODS,
        deliverables._DEADLINES,
        deliverables._ROADMAP,
        deliverables._EFFORT,
    ):
        query = str(statement.compile(session.get_bind()))
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("[1]",) * query.count("?"))
        plans.append(" ".join(row[3] for row in plan))
    assert "SEARCH daily_metrics USING PRIMARY KEY (client_id=?" in plans[0]
    assert "SEARCH invoices USING INDEX" in plans[1]
    assert "SEARCH observations USING INDEX" in plans[2]
    assert "SEARCH clients USING INTEGER PRIMARY KEY" in plans[3]
    assert "SEARCH touchpoints_1 USING INDEX ix_touchpoints_latest" in plans[3]
    assert "SEARCH touchpoints USING INDEX ix_touchpoints_mood (client_id=? AND" in plans[4]
    for name, joined_plan in zip(("deadlines", "roadmap", "effort"), plans[5:], strict=True):
        assert f"SEARCH {name} USING INDEX" in joined_plan


def test_everything_since_a_day_can_be_read(session: Session) -> None:
    house = agency.create(session, NOW)
    client = agency.client(session, house.id, "Acme", now=NOW)
    long_ago = NOW.date() - timedelta(days=900)
    agency.invoice(session, house.id, client.id, due_on=long_ago).status = "paid"
    session.add_all(
        [
            DailyMetric(workspace_id=house.id, client_id=client.id, on=long_ago, clicks=7, currency="EUR"),
            Target(workspace_id=house.id, client_id=client.id, month=long_ago.replace(day=1), metric="leads", target=9),
            Observation(
                workspace_id=house.id,
                client_id=client.id,
                kind="praise",
                occurred_on=long_ago,
                external_id="1",
                created_at=NOW,
            ),
        ]
    )
    session.flush()
    recent = facts.read(session, house.id, [client.id], NOW).client(client.id)
    assert (recent.invoices, recent.metrics, recent.targets, recent.observations) == ((), {}, {}, ())
    everything = facts.read(session, house.id, [client.id], NOW, since=long_ago.replace(day=1)).client(client.id)
    assert [invoice.due_on for invoice in everything.invoices] == [long_ago]
    assert everything.metrics["clicks"].values == (7,)
    assert everything.targets == {("leads", long_ago.replace(day=1)): 9}
    assert [observation.kind for observation in everything.observations] == ["praise"]
