from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.clients import snoozes
from bot.infra.models import Breach, Client, Invoice, Member, OutboxMessage, Snooze, Touchpoint, Workspace
from bot.infra.services import Services
from bot.jobs import sweep
from bot.messaging import nudges
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW, Clock

TODAY = NOW.date()


@pytest.fixture
def house(services: Services) -> Agency:
    with services.transaction() as session:
        house = agency.create(session, NOW)
        agency.after_digests(session, NOW)
        return house


def add_neglected_client(session: Session, house: Agency, name: str = "Acme", days: int = 20, **columns: Any) -> Client:
    """Add a client whose contact breach is red, or turns red later."""
    columns.setdefault("owner_id", house.alice)
    client = agency.client(session, house.id, name, now=NOW, started_on=date(2025, 1, 1), next_check_at=NOW, **columns)
    session.add(
        Touchpoint(
            workspace_id=house.id,
            client_id=client.id,
            occurred_at=NOW - timedelta(days=days),
            source="import",
            created_at=NOW,
        )
    )
    session.flush()
    return client


def make_invoice(client: Client, number: str, due_on: date) -> Invoice:
    return Invoice(
        workspace_id=client.workspace_id,
        client_id=client.id,
        number=number,
        issued_on=due_on,
        due_on=due_on,
        amount=100_000,
        currency="EUR",
    )


def run_sweep(services: Services) -> None:
    while sweep.run_one(services):
        pass


def read_nudges(services: Services) -> list[OutboxMessage]:
    with services.reading() as session:
        statement = select(OutboxMessage).where(OutboxMessage.kind == "nudge").order_by(OutboxMessage.id)
        return list(session.scalars(statement))


def read_breaches(services: Services) -> list[Breach]:
    with services.reading() as session:
        return list(session.scalars(select(Breach).order_by(Breach.id)))


def make_all_due(services: Services, now: datetime) -> None:
    with services.transaction() as session:
        for client in session.scalars(select(Client)):
            client.next_check_at = now


def test_a_new_red_breach_nudges_the_owner_once(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        client = add_neglected_client(session, house)
    run_sweep(services)
    (nudge,) = read_nudges(services)
    assert (nudge.workspace_id, nudge.member_id, nudge.client_id) == (house.id, house.alice, client.id)
    assert (nudge.key, nudge.state) == (f"nudge:{house.alice}:2026-11-18:1", "waiting")
    assert "Acme" in nudge.body["text"]
    (breach,) = read_breaches(services)
    assert (breach.red_at, breach.interrupted_at, breach.announced_at, breach.held_because) == (NOW, NOW, NOW, None)
    for hours in (1, 24):
        make_all_due(services, clock.move(hours=hours))
        run_sweep(services)
    assert len(read_nudges(services)) == 1


def test_a_nudge_expires_at_the_end_of_working_hours(services: Services, house: Agency) -> None:
    with services.transaction() as session:
        session.get_one(Member, house.alice).tz = "Europe/Warsaw"
        add_neglected_client(session, house)
    run_sweep(services)
    assert read_nudges(services)[0].expires_at == datetime(2026, 11, 18, 17, 0, tzinfo=UTC)


def test_all_open_breaches_of_a_client_go_into_one_message(services: Services, house: Agency) -> None:
    with services.transaction() as session:
        client = add_neglected_client(session, house)
        session.add(make_invoice(client, "2026-1", TODAY - timedelta(days=40)))
    run_sweep(services)
    (nudge,) = read_nudges(services)
    assert "2026-1" in nudge.body["text"]
    assert "No contact" in nudge.body["text"]
    assert {breach.signal: breach.announced_at for breach in read_breaches(services)} == {
        "contact_gap": NOW,
        "invoice_overdue": NOW,
    }


def test_an_amber_breach_sends_a_nudge_only_once_it_turns_red(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        add_neglected_client(session, house, days=13)
    run_sweep(services)
    assert [breach.level for breach in read_breaches(services)] == ["amber"]
    assert read_nudges(services) == []
    clock.move(days=5)
    make_all_due(services, clock())
    run_sweep(services)
    assert [breach.level for breach in read_breaches(services)] == ["red"]
    assert len(read_nudges(services)) == 1


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 18, 8, 59, tzinfo=UTC),
        datetime(2026, 11, 18, 18, 0, tzinfo=UTC),
        datetime(2026, 11, 21, 12, 0, tzinfo=UTC),  # a Saturday
        datetime(2026, 12, 25, 12, 0, tzinfo=UTC),  # a holiday
    ],
    ids=["early", "late", "weekend", "holiday"],
)
def test_outside_working_hours_a_breach_waits_for_the_digest(
    services: Services, house: Agency, clock: Clock, now: datetime
) -> None:
    with services.transaction() as session:
        session.get_one(Member, house.alice).country = "ES"
        add_neglected_client(session, house)
    clock.at = now
    make_all_due(services, now)
    run_sweep(services)
    clock.at = datetime(2026, 12, 28, 12, 0, tzinfo=UTC)
    make_all_due(services, clock())
    run_sweep(services)
    (breach,) = read_breaches(services)
    assert (breach.held_because, breach.interrupted_at, read_nudges(services)) == ("hours", None, [])


def test_working_hours_are_in_the_members_time_zone(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        session.get_one(Member, house.alice).tz = "America/New_York"
        session.get_one(Member, house.bob).tz = "Europe/Madrid"
        add_neglected_client(session, house, "Early", owner_id=house.alice)
        add_neglected_client(session, house, "Late", owner_id=house.bob)
    clock.at = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
    make_all_due(services, clock())
    run_sweep(services)
    assert [nudge.member_id for nudge in read_nudges(services)] == [house.bob]


def test_a_member_gets_three_nudges_a_day_and_the_rest_are_held(
    services: Services, house: Agency, clock: Clock
) -> None:
    with services.transaction() as session:
        for number in range(5):
            add_neglected_client(session, house, f"Client {number}", monthly_fee=100_000 * (number + 1))
        add_neglected_client(session, house, "Bob's", owner_id=house.bob)
    run_sweep(services)
    nudged = {nudge.client_id for nudge in read_nudges(services) if nudge.member_id == house.alice}
    with services.reading() as session:
        names = set(session.scalars(select(Client.name).where(Client.id.in_(nudged))))
    assert names == {"Client 4", "Client 3", "Client 2"}, "the most important first"
    assert [nudge.member_id for nudge in read_nudges(services)].count(house.bob) == 1
    assert sorted(breach.held_because or "" for breach in read_breaches(services)) == ["", "", "", "", "cap", "cap"]
    clock.move(hours=2)
    with services.transaction() as session:
        session.get_one(Client, add_neglected_client(session, house, "One more").id).next_check_at = clock()
    run_sweep(services)
    assert len(read_nudges(services)) == 4
    clock.move(days=1)
    with services.transaction() as session:
        session.get_one(Client, add_neglected_client(session, house, "Tomorrow's").id).next_check_at = clock()
    run_sweep(services)
    assert read_nudges(services)[-1].key == f"nudge:{house.alice}:2026-11-19:1"


def test_a_snoozed_client_sends_no_nudge_unless_its_colour_is_worse(services: Services, house: Agency) -> None:
    with services.transaction() as session:
        for name, colour in (("Same", "red"), ("Worse", "green")):
            client = add_neglected_client(session, house, name)
            snoozes.snooze(session, house.id, client.id, None, colour=colour, until_at=NOW + timedelta(days=3), now=NOW)
    run_sweep(services)
    (nudge,) = read_nudges(services)
    assert "Worse" in nudge.body["text"]
    assert [breach.held_because for breach in read_breaches(services)] == ["snoozed", None]
    with services.reading() as session:
        assert [snooze.ended_at for snooze in session.scalars(select(Snooze).order_by(Snooze.id))] == [None, NOW]


Setup = Callable[[Member, Member, Client], None]


def away(member: Member) -> None:
    member.away_from, member.away_until = TODAY - timedelta(days=1), TODAY


def covered(alice: Member, bob: Member, _client: Client) -> None:
    away(alice)
    alice.cover_id = bob.id


def backed_up(alice: Member, bob: Member, client: Client) -> None:
    away(alice)
    client.backup_id = bob.id


def unowned(_alice: Member, bob: Member, client: Client) -> None:
    client.owner_id, client.backup_id = None, bob.id


def back_again(alice: Member, bob: Member, _client: Client) -> None:
    alice.away_from, alice.away_until, alice.cover_id = TODAY - timedelta(days=9), TODAY - timedelta(days=1), bob.id


def alone(alice: Member, _bob: Member, _client: Client) -> None:
    away(alice)


def both_away(alice: Member, bob: Member, client: Client) -> None:
    covered(alice, bob, client)
    away(bob)


def nobody(_alice: Member, _bob: Member, client: Client) -> None:
    client.owner_id = None


def unknown_to_slack(alice: Member, _bob: Member, _client: Client) -> None:
    alice.slack_user_id = None


def deactivated(alice: Member, _bob: Member, _client: Client) -> None:
    alice.account_type = "deactivated"


def left_with_a_backup(alice: Member, bob: Member, client: Client) -> None:
    alice.account_type, client.backup_id = "deactivated", bob.id


@pytest.mark.parametrize(
    ("setup", "recipient", "reason"),
    [
        (left_with_a_backup, "bob", None),
        (covered, "bob", None),
        (backed_up, "bob", None),
        (unowned, "bob", None),
        (back_again, "alice", None),
        (alone, None, "away"),
        (both_away, None, "away"),
        (nobody, None, "unmatched"),
        (unknown_to_slack, None, "unmatched"),
        (deactivated, None, "unmatched"),
    ],
)
def test_who_is_nudged_about_a_client(
    services: Services, house: Agency, setup: Setup, recipient: str | None, reason: str | None
) -> None:
    with services.transaction() as session:
        client = add_neglected_client(session, house)
        setup(session.get_one(Member, house.alice), session.get_one(Member, house.bob), client)
    run_sweep(services)
    assert [nudge.member_id for nudge in read_nudges(services)] == ([getattr(house, recipient)] if recipient else [])
    assert [breach.held_because for breach in read_breaches(services)] == [reason]


def test_a_nudge_shows_only_what_its_recipient_may_see(services: Services, house: Agency) -> None:
    with services.transaction() as session:
        client = add_neglected_client(session, house)
        session.add(make_invoice(client, "2026-1", TODAY - timedelta(days=40)))
        covered(session.get_one(Member, house.alice), session.get_one(Member, house.bob), client)
    run_sweep(services)
    assert "€1,000" in read_nudges(services)[0].body["text"], "who covers sees the money"


def test_nudges_stay_within_the_agency(services: Services, house: Agency) -> None:
    with services.transaction() as session:
        foreign = agency.client(session, house.other_id, "Theirs", now=NOW, owner_id=house.charlie)
        add_neglected_client(session, house)
    run_sweep(services)
    assert {nudge.workspace_id for nudge in read_nudges(services)} == {house.id}
    assert {breach.client_id for breach in read_breaches(services)}.isdisjoint({foreign.id})
    with services.reading() as session:
        assert session.get_one(Client, foreign.id).checked_at is None


@pytest.mark.parametrize(
    ("next_digest_at", "is_held"),
    [
        (None, True),
        (NOW - timedelta(hours=3), True),
        (NOW + timedelta(minutes=59), True),
        (NOW + timedelta(minutes=61), False),
    ],
    ids=["not known yet", "today's is still due", "within the hour", "tomorrow"],
)
def test_nothing_interrupts_shortly_before_a_digest_or_while_it_is_due(
    services: Services, house: Agency, *, next_digest_at: datetime | None, is_held: bool
) -> None:
    with services.transaction() as session:
        add_neglected_client(session, house)
        session.get_one(Member, house.alice).next_digest_at = next_digest_at
    run_sweep(services)
    assert len(read_nudges(services)) == (0 if is_held else 1)
    assert [breach.held_because for breach in read_breaches(services)] == ["digest" if is_held else None]


def test_nobody_is_interrupted_before_their_first_digest(services: Services, house: Agency) -> None:
    with services.transaction() as session:
        add_neglected_client(session, house)
        session.execute(delete(OutboxMessage))
    run_sweep(services)
    assert read_nudges(services) == []
    assert [breach.held_because for breach in read_breaches(services)] == ["digest"]


def test_what_is_no_news_waits_for_the_digest_and_what_turns_red_before_our_eyes_does_not(
    services: Services, house: Agency, clock: Clock
) -> None:
    with services.transaction() as session:
        session.get_one(Workspace, house.id).policy = {}
        add_neglected_client(session, house, "Since September", days=70)
        add_neglected_client(session, house, "Amber still", days=13)
    run_sweep(services)
    assert read_nudges(services) == []
    assert sorted(breach.held_because or "" for breach in read_breaches(services)) == ["", "old"]
    clock.move(days=5)
    make_all_due(services, clock())
    run_sweep(services)
    (nudge,) = read_nudges(services)
    assert "Amber still" in nudge.body["text"]


def test_a_to_do_that_is_stored_as_red_from_an_earlier_release_interrupts_nobody(
    services: Services, house: Agency
) -> None:
    with services.transaction() as session:
        client = add_neglected_client(session, house, days=2)
        session.add(
            Breach(
                workspace_id=house.id, client_id=client.id, signal="margin", level="red", severity=0.9, evidence={},
                opened_at=NOW, red_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        nudges.nudge_or_hold(session, house.id, [client.id], NOW)
        (breach,) = session.scalars(select(Breach))
        assert (breach.interrupted_at, breach.held_because) == (None, None)
