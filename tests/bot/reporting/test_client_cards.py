"""What cards show of clients, and to whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select, update
from sqlalchemy.orm import Session

from bot.clients import snoozes, touchpoints
from bot.infra import db
from bot.infra.models import Breach, Client, Effort, Invoice, Member, Observation, Touchpoint
from bot.judging import assessments
from bot.people import members
from bot.people.access import Actor
from bot.reporting import client_cards
from bot.views.data import Card, Person
from scoring.assessment import Signal
from scoring.dates import local_day
from tests import agency
from tests.conftest import NOW

TODAY = NOW.date()


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.create(session, NOW)


Add = Callable[..., int]


@pytest.fixture
def add(engine: Engine, house: agency.Agency) -> Add:
    """Add an assessed client of Alice, last contacted 20 days ago, with an unpaid invoice; return its id."""

    def add_client(name: str, *, workspace: int | None = None, owner: int | None = None, **columns: Any) -> int:
        with db.transaction(engine) as session:
            made = agency.client(
                session, workspace or house.id, name, now=NOW, owner_id=owner or house.alice,
                started_on=date(2025, 1, 1), monthly_fee=2_000_00, **columns,
            )  # fmt: skip
            session.add(
                Invoice(
                    workspace_id=made.workspace_id, client_id=made.id, number="7", issued_on=date(2026, 8, 1),
                    due_on=date(2026, 9, 1), amount=1_234_00, currency="EUR",
                )
            )  # fmt: skip
            _contact(session, made, days=20)
            assessments.reassess(session, made.workspace_id, [made.id], NOW)
            return made.id

    return add_client


def _contact(session: Session, client: Client, days: float, **columns: Any) -> Touchpoint:
    made = Touchpoint(
        **{
            "workspace_id": client.workspace_id,
            "client_id": client.id,
            "member_id": client.owner_id,
            "occurred_at": NOW - timedelta(days=days),
            "source": "command",
            "created_at": NOW,
            **columns,
        }
    )
    session.add(made)
    session.flush()
    return made


def _card(engine: Engine, house: agency.Agency, client_id: int, member_id: int | None = None, **options: Any) -> Card:
    with db.reading(engine) as session:
        reader = agency.actor(session, house.id, member_id or house.alice, NOW)
        (cards,) = client_cards.load(session, house.id, [client_id], reader, NOW, **options)
        return cards


def test_cards_are_in_the_given_order_and_from_one_workspace(engine: Engine, house: agency.Agency, add: Add) -> None:
    first, second, third = add("One"), add("Two"), add("Three")
    foreign = add("Secret", workspace=house.other_id, owner=house.charlie)
    with db.reading(engine) as session:
        reader = agency.actor(session, house.id, house.alice, NOW)
        cards = client_cards.load(session, house.id, [third, foreign, first, 999, second], reader, NOW)
        assert [card.name for card in cards] == ["Three", "One", "Two"]
        assert client_cards.load(session, house.id, [], reader, NOW) == []


def test_cards_take_three_queries_for_any_number_of_clients(engine: Engine, house: agency.Agency, add: Add) -> None:
    ids = [add(f"Client {number}") for number in range(12)]
    asked: list[str] = []

    def count(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    with db.reading(engine) as session:
        reader = agency.actor(session, house.id, house.alice, NOW)
        event.listen(engine, "before_cursor_execute", count)
        assert len(client_cards.load(session, house.id, ids, reader, NOW)) == 12
    assert len(asked) == 3


def test_a_card_has_the_people_the_signals_and_the_fee(engine: Engine, house: agency.Agency, add: Add) -> None:
    card = _card(engine, house, add("Acme", backup_id=house.bob, temperament="choleric"))
    assert (card.owner, card.backup) == (Person("Alice", agency.ALICE), Person("Bob", agency.BOB))
    assert (card.colour, card.monthly_fee, card.currency, card.sees_money) == ("red", 2_000_00, "EUR", True)
    assert (card.last_contact_on, card.last_contact_by) == (TODAY - timedelta(days=20), card.owner)
    assert [signal.name for signal in card.signals if signal.state == "breach"] == ["contact_gap", "invoice_overdue"]
    assert card.factors.product * card.risk == pytest.approx(card.priority)
    assert (card.today, card.covering, card.logged) == (TODAY, False, None)


def test_a_client_never_assessed_has_a_card_without_a_colour(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        number = agency.client(session, house.id, "New", now=NOW).id
    card = _card(engine, house, number)
    assert (card.colour, card.risk, card.signals, card.owner, card.last_contact_on) == (None, 0.0, (), None, None)


def _money(card: Card) -> tuple[int | None, object]:
    invoice = next(signal for signal in card.signals if signal.name == "invoice_overdue")
    return card.monthly_fee, invoice.evidence.get("balance")


def test_amounts_are_visible_to_the_owner_leads_and_stand_ins(engine: Engine, house: agency.Agency, add: Add) -> None:
    number = add("Acme", backup_id=house.bob)
    assert _money(_card(engine, house, number, house.alice)) == (2_000_00, 1_234_00)
    hidden = _card(engine, house, number, house.bob)
    assert (_money(hidden), hidden.sees_money) == ((None, None), False)
    invoice = next(signal for signal in hidden.signals if signal.name == "invoice_overdue")
    assert (invoice.evidence["count"], invoice.evidence["due_on"]) == (1, date(2026, 9, 1))
    assert "1234" not in repr(hidden).replace("_", "")

    with db.transaction(engine) as session:
        session.get_one(Member, house.bob).role = "lead"
    assert _money(_card(engine, house, number, house.bob)) == (2_000_00, 1_234_00)
    with db.transaction(engine) as session:
        session.get_one(Member, house.bob).role = "am"
        session.get_one(Member, house.alice).away_until = TODAY
    standing_in = _card(engine, house, number, house.bob)
    assert (_money(standing_in), standing_in.covering) == ((2_000_00, 1_234_00), True)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (
            {"metric": "spend", "currency": "EUR", "target": 1000, "forecast": 800, "daily_needed": 50, "days_left": 3},
            {"metric": "spend", "currency": "EUR", "days_left": 3, "share": 0.8},
        ),
        ({"metric": "leads", "target": 40, "forecast": 20}, {"metric": "leads", "target": 40, "forecast": 20}),
        (
            {"metric": "leads", "currency": "", "target": 40, "forecast": 20},
            {"metric": "leads", "currency": "", "target": 40, "forecast": 20},
        ),
    ],
)
def test_without_amounts_keeps_shares_and_counts(evidence: dict[str, Any], expected: dict[str, Any]) -> None:
    signal = Signal(name="goal_pacing", state="breach", evidence=evidence)
    assert dict(client_cards.without_amounts(signal).evidence) == expected


def test_that_a_client_is_one_to_narrow_is_for_leads_and_admins(engine: Engine, house: agency.Agency, add: Add) -> None:
    number = add("Acme")
    month = TODAY.replace(day=1)
    with db.transaction(engine) as session:
        of_client = {"workspace_id": house.id, "client_id": number}
        session.add(Effort(**of_client, month=month, hours=90, hours_budget=40))
        session.add(
            Observation(**of_client, kind="resource_card", occurred_on=TODAY, value=2, external_id="1", created_at=NOW)
        )
        session.flush()
        assessments.reassess(session, house.id, [number], NOW)

    def evidence() -> dict[str, Any]:
        return dict(next(s for s in _card(engine, house, number, house.alice).signals if s.name == "margin").evidence)

    assert "narrow" not in evidence()
    with db.transaction(engine) as session:
        session.get_one(Member, house.alice).role = "lead"
    assert evidence()["narrow"] is True


def test_the_last_contact_is_one_that_was_reached_and_not_undone(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    number = add("Acme")
    with db.transaction(engine) as session:
        client = session.get_one(Client, number)
        _contact(session, client, days=3, outcome="attempt")
        _contact(session, client, days=2, undone_at=NOW)
        _contact(session, client, days=5, member_id=house.bob)
    card = _card(engine, house, number)
    assert (card.last_contact_on, card.last_contact_by) == (TODAY - timedelta(days=5), Person("Bob", agency.BOB))


def test_a_card_shows_what_was_just_logged_and_who_may_undo_it(engine: Engine, house: agency.Agency, add: Add) -> None:
    number = add("Acme", owner=house.bob)
    with db.transaction(engine) as session:
        session.execute(update(Touchpoint).values(created_at=NOW - timedelta(days=1)))
        client = session.get_one(Client, number)
        _contact(session, client, days=1, source="import")
        for hour in (2, 1):
            touchpoints.log(
                session, house.id, number, house.bob, seen=None, occurred_at=NOW, source="nudge",
                outcome="attempt" if hour == 1 else "reached", now=NOW - timedelta(hours=hour),
            )  # fmt: skip
    since = NOW - timedelta(hours=3)
    assert _card(engine, house, number).logged is None
    logged = _card(engine, house, number, logged_since=since).logged
    assert logged is not None
    assert (logged.by, logged.at, logged.outcome) == (Person("Bob", agency.BOB), NOW - timedelta(hours=1), "attempt")
    assert (logged.may_undo, _may_undo(engine, house, number, house.bob)) == (False, True)
    with db.transaction(engine) as session:
        touchpoints.undo(session, house.id, logged.touchpoint_id, NOW, by=None)
    before = _card(engine, house, number, logged_since=since).logged
    assert before is not None
    assert before.outcome == "reached"


def _may_undo(engine: Engine, house: agency.Agency, number: int, member_id: int) -> bool:
    logged = _card(engine, house, number, member_id, logged_since=NOW - timedelta(hours=3)).logged
    return logged is not None and logged.may_undo


def test_a_card_shows_a_snooze_until_it_ends_or_the_colour_gets_worse(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    number, until = add("Acme"), NOW + timedelta(days=3)
    with db.transaction(engine) as session:
        snoozes.snooze(session, house.id, number, house.alice, colour="red", until_at=until, now=NOW)
    assert _card(engine, house, number).snoozed_until == until.date()
    with db.transaction(engine) as session:
        snoozes.snooze(session, house.id, number, house.alice, colour="amber", until_at=until, now=NOW)
    assert _card(engine, house, number).snoozed_until is None


def test_a_snooze_ends_on_the_day_that_was_chosen_wherever_its_reader_is(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    number = add("Acme")
    with db.transaction(engine) as session:
        session.get_one(Member, house.alice).tz = "Asia/Tokyo"
        session.get_one(Member, house.bob).tz = "America/New_York"
        until = datetime(2026, 11, 20, 15, tzinfo=UTC)  # midnight before the 21st in Tokyo
        snoozes.snooze(session, house.id, number, house.alice, colour="red", until_at=until, now=NOW)
    seen = [_card(engine, house, number, reader).snoozed_until for reader in (house.alice, house.bob)]
    assert seen == [date(2026, 11, 21)] * 2


def test_the_reason_for_a_held_nudge_is_shown_until_a_digest_has_it(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    number = add("Acme")

    def reason(**columns: object) -> str | None:
        with db.transaction(engine) as session:
            session.execute(update(Breach).where(Breach.signal == "contact_gap").values(**columns))
        return _card(engine, house, number).held_because

    assert reason(held_because="cap", red_at=NOW) == "cap"
    assert reason(announced_at=NOW - timedelta(days=2)) == "cap"  # announced while it was amber
    assert reason(announced_at=NOW + timedelta(days=1)) is None
    assert reason(announced_at=None) == "cap"
    assert reason(resolved_at=NOW) is None


def test_since_is_the_earlier_of_the_facts_and_when_we_first_saw_it(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    number = add("Acme")
    since = {signal.name: signal.since for signal in _card(engine, house, number).signals}
    assert since["contact_gap"] is not None
    assert since["contact_gap"] < TODAY
    opened = NOW - timedelta(days=100)
    with db.transaction(engine) as session:
        session.execute(update(Breach).where(Breach.signal == "invoice_overdue").values(opened_at=opened))
    again = {signal.name: signal.since for signal in _card(engine, house, number).signals}
    assert again == {**since, "invoice_overdue": opened.date()}


def test_days_are_in_the_readers_time_zone(engine: Engine, house: agency.Agency, add: Add) -> None:
    number = add("Acme")
    with db.reading(engine) as session:
        reader = replace(agency.actor(session, house.id, house.alice, NOW), zone=members.zone_of("Pacific/Kiritimati"))
        (card,) = client_cards.load(session, house.id, [number], reader, NOW + timedelta(hours=2))
        assert session.scalars(select(Client.id)).all() == [number]
    assert (card.today, card.last_contact_on) == (date(2026, 11, 19), date(2026, 10, 29))


def _rows(session: Session, client_ids: list[int], viewer: Actor, logged_since: datetime | None = None) -> list[Card]:
    connection, workspace_id = session.connection(), viewer.workspace_id
    logged = client_cards.load_logged(connection, workspace_id, client_ids, viewer, logged_since)
    today = local_day(NOW, viewer.zone)
    return client_cards.load_row_cards(connection, workspace_id, client_ids, viewer, logged=logged, today=today)


def test_a_list_row_agrees_with_the_card(engine: Engine, house: agency.Agency, add: Add) -> None:
    ids = [add("Acme"), add("Bolt", owner=house.bob, backup_id=house.alice), add("Cedar", colour="green")]
    foreign = add("Secret", workspace=house.other_id, owner=house.charlie)
    with db.reading(engine) as session:
        alice = agency.actor(session, house.id, house.alice, NOW)
        since = [*reversed(ids), foreign]
        cards = _rows(session, since, alice, logged_since=NOW - timedelta(days=30))
        full = client_cards.load(session, house.id, since, alice, NOW, logged_since=NOW - timedelta(days=30))
    assert [card.name for card in cards] == ["Cedar", "Bolt", "Acme"]
    for row, card in zip(cards, full, strict=True):
        assert replace(row.factors, effort=1.0) == replace(card.factors, effort=1.0)
        for name in (
            *("colour", "risk", "priority", "status", "owner", "last_contact_on", "logged", "sees_money"),
            *("currency", "monthly_fee", "account_size"),
        ):
            assert getattr(row, name) == getattr(card, name), name
        assert [(signal.key, signal.evidence) for signal in row.signals] == [
            (signal.key, signal.evidence) for signal in card.signals
        ]


def test_a_list_has_no_amounts_of_other_peoples_clients(engine: Engine, house: agency.Agency, add: Add) -> None:
    client_id = add("Acme")
    with db.reading(engine) as session:
        bob = agency.actor(session, house.id, house.bob, NOW)
        (row,) = _rows(session, [client_id], bob)
    overdue = next(signal for signal in row.signals if signal.name == "invoice_overdue")
    assert not client_cards.AMOUNTS & overdue.evidence.keys()
