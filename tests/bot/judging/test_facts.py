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
from scoring import facts as known_as
from scoring import signals
from scoring.facts import Series
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
def ours(session: Session) -> Agency:
    return agency.create(session, NOW)


@pytest.fixture
def client(session: Session, ours: Agency) -> Client:
    return agency.client(session, ours.id, "Acme", now=NOW, owner_id=ours.alice)


def loaded(session: Session, client: Client, now: datetime = NOW) -> known_as.Client:
    return facts.load(session, client.workspace_id, [client.id], now)[client.id]


def touched(session: Session, client: Client, days_ago: float, outcome: str = "reached", **columns: Any) -> Touchpoint:
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


def measured(session: Session, client: Client, days_ago: int, source: str = "ads", **columns: Any) -> None:
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


def aims(session: Session, client: Client, *metrics: str, month: date = MONTH) -> None:
    for metric in metrics:
        session.add(
            Target(workspace_id=client.workspace_id, client_id=client.id, month=month, metric=metric, target=100)
        )
    session.flush()


def test_a_client_s_own_columns_come_as_they_are_with_its_owner_s_zone(session: Session, ours: Agency) -> None:
    session.get_one(Member, ours.alice).tz = "Asia/Tokyo"
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
    client = agency.client(session, ours.id, "Acme", now=late, owner_id=ours.alice, **columns)
    known = loaded(session, client)
    assert {name: getattr(known, name) for name in columns} == columns
    assert (known.id, known.zone, known.created_on) == (client.id, ZoneInfo("Asia/Tokyo"), date(2026, 11, 18))


def test_a_client_that_nobody_owns_lives_in_utc(session: Session, ours: Agency) -> None:
    assert loaded(session, agency.client(session, ours.id, "Orphan", now=NOW)).zone == ZoneInfo("UTC")


def test_the_last_contact_is_the_latest_one_that_reached_somebody_and_was_not_undone(
    session: Session, client: Client
) -> None:
    wanted = touched(session, client, 5, direction="in")
    touched(session, client, 9)  # logged later, but older: it does not move the last contact back
    touched(session, client, 2, undone_at=NOW)
    touched(session, client, 1, outcome="attempt")
    touched(session, client, -1)  # announced for tomorrow
    assert loaded(session, client).last_contact_at == wanted.occurred_at


def test_attempts_are_counted_since_the_last_contact(session: Session, client: Client) -> None:
    touched(session, client, 8, outcome="attempt")
    touched(session, client, 5)
    touched(session, client, 3, outcome="attempt")
    last = touched(session, client, 2, outcome="attempt")
    touched(session, client, 1, outcome="attempt", undone_at=NOW)
    known = loaded(session, client)
    assert (known.attempts, known.last_attempt_at) == (2, last.occurred_at)
    touched(session, client, 1)
    known = loaded(session, client)
    assert (known.attempts, known.last_attempt_at) == (0, None)


def test_as_of_a_past_moment_what_came_later_is_not_known(session: Session, client: Client) -> None:
    first = touched(session, client, 20)
    touched(session, client, 12, outcome="attempt")
    touched(session, client, 10)
    known = loaded(session, client, NOW - timedelta(days=11))
    assert (known.last_contact_at, known.attempts) == (first.occurred_at, 1)


def measures(session: Session, client: Client) -> dict[str, Series]:
    return dict(loaded(session, client).metrics)


def test_daily_values_come_as_whole_columns(session: Session, client: Client) -> None:
    for days_ago, spend in ((3, 100), (2, 0), (1, 300)):
        measured(session, client, days_ago, spend=spend, conversions=spend / 8)
    first = TODAY - timedelta(days=3)
    assert measures(session, client) == {
        "spend": Series(first, (100, 0, 300)),
        "conversions": Series(first, (12.5, 0.0, 37.5)),
    }


def test_a_day_left_out_is_unknown_and_not_nothing(session: Session, client: Client) -> None:
    measured(session, client, 4, spend=100)
    measured(session, client, 3, spend=None)
    measured(session, client, 1, spend=300)
    assert measures(session, client) == {"spend": Series(TODAY - timedelta(days=4), (100, None, None, 300))}


def test_several_sources_are_added_up_by_day(session: Session, client: Client) -> None:
    measured(session, client, 2, "google", spend=100, leads=1)
    measured(session, client, 2, "meta", spend=20, leads=2)
    measured(session, client, 1, "meta", spend=5)
    first = TODAY - timedelta(days=2)
    assert measures(session, client) == {"spend": Series(first, (120, 5)), "leads": Series(first, (3, None))}


def test_two_sources_that_cover_for_each_other_s_gaps_are_not_taken_for_one(session: Session, client: Client) -> None:
    measured(session, client, 3, "google", spend=1)
    measured(session, client, 3, "meta", spend=2)
    measured(session, client, 1, "google", spend=4)
    assert measures(session, client) == {"spend": Series(TODAY - timedelta(days=3), (3, None, 4))}


def test_amounts_in_another_currency_are_left_out_and_counts_are_not(session: Session, client: Client) -> None:
    measured(session, client, 2, spend=100, revenue=9, leads=1, currency="USD")
    measured(session, client, 1, spend=300, revenue=7, leads=2)
    first = TODAY - timedelta(days=2)
    assert measures(session, client) == {
        "spend": Series(first, (None, 300)),
        "revenue": Series(first, (None, 7)),
        "leads": Series(first, (1, 2)),
    }


def test_of_one_day_in_two_currencies_the_client_s_own_amounts_are_added_up(session: Session, client: Client) -> None:
    measured(session, client, 3, "google", spend=100, leads=1)
    measured(session, client, 3, "meta", spend=20, leads=2, currency="USD")
    measured(session, client, 1, "meta", spend=5, revenue=9, leads=4, currency="USD")
    first = TODAY - timedelta(days=3)
    assert measures(session, client) == {
        "spend": Series(first, (100, None, None)),
        "leads": Series(first, (3, None, 4)),
    }


def test_a_metric_that_is_nothing_every_day_is_known_and_one_that_nobody_told_of_is_not(
    session: Session, client: Client
) -> None:
    for source in ("google", "meta"):
        measured(session, client, 3, source, leads=0)
    measured(session, client, 1, leads=0, spend=None)
    assert measures(session, client) == {"leads": Series(TODAY - timedelta(days=3), (0, None, 0))}


def test_clients_of_one_batch_are_each_told_in_their_own_days_and_currency(session: Session, ours: Agency) -> None:
    told = {"EUR": (2, 1), "USD": (3, 2, 1), "PLN": (3, 1)}
    ids = {}
    for currency, days in told.items():
        client = agency.client(session, ours.id, currency, now=NOW, currency=currency)
        ids[currency] = client.id
        for days_ago in days:
            measured(session, client, days_ago, spend=days_ago, currency=currency)
    known = facts.load(session, ours.id, list(ids.values()), NOW)
    assert {currency: known[key].metrics["spend"] for currency, key in ids.items()} == {
        "EUR": Series(TODAY - timedelta(days=2), (2, 1)),
        "USD": Series(TODAY - timedelta(days=3), (3, 2, 1)),
        "PLN": Series(TODAY - timedelta(days=3), (3, None, 1)),
    }


def test_daily_values_in_a_wholly_foreign_currency_are_unknown(session: Session, client: Client) -> None:
    measured(session, client, 1, spend=300, currency="USD")
    assert measures(session, client) == {}


def test_what_any_signal_looks_at_is_read_and_nothing_else() -> None:
    folder = Path(signals.__file__).parent
    named = {name for file in folder.glob("*.py") for name in re.findall(r'"(\w+)"', file.read_text())}
    assert set(daily_metrics.LOOKED_AT) == named & set(daily_metrics.METRICS)


def test_a_client_whose_results_nobody_watches_has_none(session: Session, client: Client) -> None:
    measured(session, client, 1, spend=300)
    client.status = "paused"
    session.flush()
    assert loaded(session, client).metrics == {}


def test_days_come_in_their_order_however_they_were_written(session: Session, client: Client) -> None:
    for days_ago in (5, 1, 4, 2, 3):
        measured(session, client, days_ago, spend=days_ago)
    assert measures(session, client) == {"spend": Series(TODAY - timedelta(days=5), (5, 4, 3, 2, 1))}


def test_targets_are_those_of_the_quarter_and_any_other_says_that_there_were_some(
    session: Session, client: Client
) -> None:
    aims(session, client, "spend", month=date(2026, 9, 1))
    known = loaded(session, client)
    assert (known.targets, known.has_targets) == ({}, True)
    aims(session, client, "spend", month=date(2026, 10, 1))
    aims(session, client, "leads", month=date(2026, 12, 1))
    assert loaded(session, client).targets == {
        ("spend", date(2026, 10, 1)): 100,
        ("leads", date(2026, 12, 1)): 100,
    }


def test_on_the_turn_of_a_quarter_both_are_known_whatever_the_zone(session: Session, client: Client) -> None:
    for month in (date(2026, 9, 1), date(2026, 10, 1)):
        aims(session, client, "spend", month=month)
    eve = datetime(2026, 9, 30, 23, 0, tzinfo=UTC)
    for now in (eve, eve + timedelta(hours=2)):
        assert {month for _, month in loaded(session, client, now).targets} == {date(2026, 9, 1), date(2026, 10, 1)}


def test_invoices_come_in_order_with_open_ones_however_old(session: Session, client: Client) -> None:
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
            )
        )
        session.flush()

    bill("new", TODAY, "paid")
    bill("old and paid", TODAY - timedelta(days=800), "paid")
    bill("old and open", TODAY - timedelta(days=800), "open")
    known = loaded(session, client).invoices
    assert [invoice.number for invoice in known] == ["old and open", "new"]
    assert (known[0].amount, known[0].paid, known[0].balance, known[0].currency) == (100, 30, 70, "EUR")


def test_observations_come_in_order_of_their_days(session: Session, client: Client) -> None:
    for kind, days_ago, label in (("mood", 1, "uneasy"), ("survey", 9, None), ("survey", 500, None)):
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
    found = [(each.kind, each.value, each.label) for each in loaded(session, client).observations]
    assert found == [("survey", 8.0, ""), ("mood", None, "uneasy")]


def test_a_portfolio_keeps_the_owner_s_working_days_and_holidays_and_the_agency_s_yardsticks(
    session: Session, ours: Agency
) -> None:
    agency_row = session.get_one(Workspace, ours.id)
    agency_row.country, agency_row.benchmarks = "ES", {"median_value": {"EUR": 5}, "renewal_rate": 0.9}
    bob = session.get_one(Member, ours.bob)
    bob.country, bob.workdays = "PL", "1234"
    first = agency.client(session, ours.id, "Acme", now=NOW, owner_id=ours.alice)
    second = agency.client(session, ours.id, "Bolt", now=NOW, owner_id=ours.bob)
    batch = facts.read(session, ours.id, [first.id, second.id], NOW)
    spanish, polish = batch.portfolio(first.id), batch.portfolio(second.id)
    assert (spanish.median_value, spanish.renewal_rate) == ({"EUR": 5}, 0.9)
    assert (spanish.weekend, polish.weekend) == (frozenset({5, 6}), frozenset({4, 5, 6}))
    national = date(2026, 11, 11)
    assert (national in spanish.holidays, national in polish.holidays) == (False, True)


def test_another_agency_s_clients_are_not_found(session: Session, ours: Agency) -> None:
    theirs = agency.client(session, ours.other_id, "Theirs", now=NOW, owner_id=ours.charlie)
    assert facts.load(session, ours.id, [theirs.id], NOW) == {}


def test_the_last_talk_not_in_writing_is_looked_for_where_a_report_was_sent(session: Session, client: Client) -> None:
    touched(session, client, 9, channel="meeting")
    touched(session, client, 5, channel="other")
    touched(session, client, 4, "attempt", channel="call")
    touched(session, client, 3, channel="email")
    touched(session, client, -1, channel="call")
    assert loaded(session, client).last_call_at is None
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
    assert loaded(session, client).last_call_at == NOW - timedelta(days=5)


def test_a_batch_costs_the_same_few_queries_however_many_clients_it_has(session: Session, ours: Agency) -> None:
    clients = [agency.client(session, ours.id, f"Client {number}", now=NOW) for number in range(30)]
    for client in clients:
        aims(session, client, "spend")
        measured(session, client, 1, spend=1)
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: asked.append(call[2]))
    for count in (1, 30):
        asked.clear()
        assert len(facts.load(session, ours.id, [client.id for client in clients[:count]], NOW)) == count
        assert len(asked) == 11


def test_many_clients_are_found_by_an_index(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("Postgres reads a table as small as a test's from one end to the other")
    plans = []
    for statement in (
        daily_metrics._columns(daily_metrics.METRICS, "sqlite"),
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
    for name, told in zip(("deadlines", "roadmap", "effort"), plans[5:], strict=True):
        assert f"SEARCH {name} USING INDEX" in told


def test_everything_since_a_day_can_be_read_however_old(session: Session) -> None:
    ours = agency.create(session, NOW)
    client = agency.client(session, ours.id, "Acme", now=NOW)
    long_ago = NOW.date() - timedelta(days=900)
    agency.invoice(session, ours.id, client.id, due_on=long_ago).status = "paid"
    session.add_all(
        [
            DailyMetric(workspace_id=ours.id, client_id=client.id, on=long_ago, clicks=7, currency="EUR"),
            Target(workspace_id=ours.id, client_id=client.id, month=long_ago.replace(day=1), metric="leads", target=9),
            Observation(
                workspace_id=ours.id,
                client_id=client.id,
                kind="praise",
                occurred_on=long_ago,
                external_id="1",
                created_at=NOW,
            ),
        ]
    )
    session.flush()
    lately = facts.read(session, ours.id, [client.id], NOW).client(client.id)
    assert (lately.invoices, lately.metrics, lately.targets, lately.observations) == ((), {}, {}, ())
    whole = facts.read(session, ours.id, [client.id], NOW, since=long_ago.replace(day=1)).client(client.id)
    assert [invoice.due_on for invoice in whole.invoices] == [long_ago]
    assert whole.metrics["clicks"].values == (7,)
    assert whole.targets == {("leads", long_ago.replace(day=1)): 9}
    assert [observation.kind for observation in whole.observations] == ["praise"]


def test_a_mood_told_with_a_contact_is_one_of_the_client_s(session: Session, client: Client) -> None:
    touched(session, client, 3, mood="uneasy")
    touched(session, client, 2, mood="unhappy", undone_at=NOW)
    touched(session, client, 1)
    touched(session, client, -1, mood="pleased")
    touched(session, client, facts.OBSERVATION_DAYS + 2, mood="neutral")
    known = loaded(session, client).observations
    assert known == (known_as.Observation("mood", TODAY - timedelta(days=3), label="uneasy"),)
