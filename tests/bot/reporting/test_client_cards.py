"""What a reader is shown of clients, and what not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select, update
from sqlalchemy.orm import Session

from bot.clients import snoozes, touchpoints
from bot.infra import db
from bot.infra.models import Breach, Client, Invoice, Member, Touchpoint
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
    """Adds a judged client of Alice's, last contacted 20 days ago, with an unpaid invoice; gives its number."""

    def one(name: str, *, workspace: int | None = None, owner: int | None = None, **columns: Any) -> int:
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

    return one


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
        (found,) = client_cards.load(session, house.id, [client_id], reader, NOW, **options)
        return found


def test_cards_come_in_the_order_asked_for_and_never_from_another_workspace(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    first, second, third = add("One"), add("Two"), add("Three")
    foreign = add("Secret", workspace=house.other_id, owner=house.charlie)
    with db.reading(engine) as session:
        reader = agency.actor(session, house.id, house.alice, NOW)
        found = client_cards.load(session, house.id, [third, foreign, first, 999, second], reader, NOW)
        assert [card.name for card in found] == ["Three", "One", "Two"]
        assert client_cards.load(session, house.id, [], reader, NOW) == []


def test_a_list_of_any_length_takes_three_queries(engine: Engine, house: agency.Agency, add: Add) -> None:
    ids = [add(f"Client {number}") for number in range(12)]
    asked: list[str] = []

    def count(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    with db.reading(engine) as session:
        reader = agency.actor(session, house.id, house.alice, NOW)
        event.listen(engine, "before_cursor_execute", count)
        assert len(client_cards.load(session, house.id, ids, reader, NOW)) == 12
    assert len(asked) == 3


def test_a_card_tells_who_what_and_how_much(engine: Engine, house: agency.Agency, add: Add) -> None:
    card = _card(engine, house, add("Acme", backup_id=house.bob, temperament="choleric"))
    assert (card.owner, card.backup) == (Person("Alice", agency.ALICE), Person("Bob", agency.BOB))
    assert (card.colour, card.monthly_fee, card.currency, card.sees_money) == ("red", 2_000_00, "EUR", True)
    assert (card.last_contact_on, card.last_contact_by) == (TODAY - timedelta(days=20), card.owner)
    assert [signal.name for signal in card.signals if signal.state == "breach"] == ["contact_gap", "invoice_overdue"]
    assert card.factors.product * card.risk == pytest.approx(card.priority)
    assert (card.today, card.covering, card.logged) == (TODAY, False, None)


def test_a_client_never_judged_has_a_card_without_a_colour(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        number = agency.client(session, house.id, "New", now=NOW).id
    card = _card(engine, house, number)
    assert (card.colour, card.risk, card.signals, card.owner, card.last_contact_on) == (None, 0.0, (), None, None)


def _money(card: Card) -> tuple[int | None, object]:
    invoice = next(signal for signal in card.signals if signal.name == "invoice_overdue")
    return card.monthly_fee, invoice.evidence.get("balance")


def test_amounts_are_for_the_owner_leads_and_who_stands_in(engine: Engine, house: agency.Agency, add: Add) -> None:
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
    ("evidence", "kept"),
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
def test_without_amounts_shares_and_counts_stay(evidence: dict[str, Any], kept: dict[str, Any]) -> None:
    signal = Signal(name="goal_pacing", state="breach", evidence=evidence)
    assert dict(client_cards.without_amounts(signal).evidence) == kept


def test_only_a_contact_that_took_place_and_stands_is_the_last_one(
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


def test_what_was_just_logged_is_told_with_who_may_take_it_back(engine: Engine, house: agency.Agency, add: Add) -> None:
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
        touchpoints.undo(session, house.id, logged.touchpoint_id, NOW)
    before = _card(engine, house, number, logged_since=since).logged
    assert before is not None
    assert before.outcome == "reached"


def _may_undo(engine: Engine, house: agency.Agency, number: int, member_id: int) -> bool:
    logged = _card(engine, house, number, member_id, logged_since=NOW - timedelta(hours=3)).logged
    return logged is not None and logged.may_undo


def test_a_snooze_holds_until_its_time_or_a_worse_colour(engine: Engine, house: agency.Agency, add: Add) -> None:
    number, until = add("Acme"), NOW + timedelta(days=3)
    with db.transaction(engine) as session:
        snoozes.snooze(session, house.id, number, house.alice, colour="red", until_at=until, now=NOW)
    assert _card(engine, house, number).snoozed_until == until
    with db.transaction(engine) as session:
        snoozes.snooze(session, house.id, number, house.alice, colour="amber", until_at=until, now=NOW)
    assert _card(engine, house, number).snoozed_until is None


def test_why_a_red_client_did_not_interrupt_is_told_until_a_digest_has_told_of_it(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    number = add("Acme")

    def held(**columns: object) -> str | None:
        with db.transaction(engine) as session:
            session.execute(update(Breach).where(Breach.signal == "contact_gap").values(**columns))
        return _card(engine, house, number).held_because

    assert held(held_because="cap", red_at=NOW) == "cap"
    assert held(announced_at=NOW - timedelta(days=2)) == "cap"  # told of while it was amber
    assert held(announced_at=NOW + timedelta(days=1)) is None
    assert held(announced_at=None) == "cap"
    assert held(resolved_at=NOW) is None


def test_since_when_is_the_earlier_of_what_the_facts_tell_and_when_we_saw_it(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    number = add("Acme")
    told = {signal.name: signal.since for signal in _card(engine, house, number).signals}
    assert told["contact_gap"] is not None
    assert told["contact_gap"] < TODAY
    opened = NOW - timedelta(days=100)
    with db.transaction(engine) as session:
        session.execute(update(Breach).where(Breach.signal == "invoice_overdue").values(opened_at=opened))
    again = {signal.name: signal.since for signal in _card(engine, house, number).signals}
    assert again == {**told, "invoice_overdue": opened.date()}


def test_days_are_counted_where_the_reader_is(engine: Engine, house: agency.Agency, add: Add) -> None:
    number = add("Acme")
    with db.reading(engine) as session:
        reader = replace(agency.actor(session, house.id, house.alice, NOW), zone=members.zone_of("Pacific/Kiritimati"))
        (card,) = client_cards.load(session, house.id, [number], reader, NOW + timedelta(hours=2))
        assert session.scalars(select(Client.id)).all() == [number]
    assert (card.today, card.last_contact_on) == (date(2026, 11, 19), date(2026, 10, 29))


def _rows(session: Session, client_ids: list[int], viewer: Actor, logged_since: datetime | None = None) -> list[Card]:
    connection, workspace_id = session.connection(), viewer.workspace_id
    logged = client_cards.load_logged(connection, workspace_id, client_ids, viewer, logged_since)
    found = client_cards.load_rows(connection, workspace_id, client_ids)
    return [client_cards.build_row_card(row, logged.get(row.id), viewer, local_day(NOW, viewer.zone)) for row in found]


def test_a_list_tells_the_same_of_a_client_as_its_card(engine: Engine, house: agency.Agency, add: Add) -> None:
    ids = [add("Acme"), add("Bolt", owner=house.bob, backup_id=house.alice), add("Cedar", colour="green")]
    theirs = add("Secret", workspace=house.other_id, owner=house.charlie)
    with db.reading(engine) as session:
        alice = agency.actor(session, house.id, house.alice, NOW)
        told = [*reversed(ids), theirs]
        found = _rows(session, told, alice, logged_since=NOW - timedelta(days=30))
        full = client_cards.load(session, house.id, told, alice, NOW, logged_since=NOW - timedelta(days=30))
    assert [card.name for card in found] == ["Cedar", "Bolt", "Acme"]
    for row, card in zip(found, full, strict=True):
        for name in ("colour", "risk", "priority", "status", "owner", "last_contact_on", "logged", "sees_money"):
            assert getattr(row, name) == getattr(card, name), name
        assert [(each.key, each.evidence) for each in row.signals] == [
            (each.key, each.evidence) for each in card.signals
        ]


def test_a_list_holds_no_amounts_of_somebody_elses_client(engine: Engine, house: agency.Agency, add: Add) -> None:
    client_id = add("Acme")
    with db.reading(engine) as session:
        bob = agency.actor(session, house.id, house.bob, NOW)
        (row,) = _rows(session, [client_id], bob)
    overdue = next(signal for signal in row.signals if signal.name == "invoice_overdue")
    assert not client_cards.AMOUNTS & overdue.evidence.keys()
