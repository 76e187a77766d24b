from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients import snoozes
from bot.infra.models import Breach, Client, Invoice, Member, OutboxMessage, Snooze, Touchpoint
from bot.infra.services import Services
from bot.jobs import sweep
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW, Clock

TODAY = NOW.date()


@pytest.fixture
def ours(services: Services) -> Agency:
    with services.transaction() as session:
        return agency.create(session, NOW)


def neglected(session: Session, ours: Agency, name: str = "Acme", days: int = 20, **columns: Any) -> Client:
    """A client whose contact breach is red, or will be when it is judged later."""
    columns.setdefault("owner_id", ours.alice)
    client = agency.client(session, ours.id, name, now=NOW, started_on=date(2025, 1, 1), next_check_at=NOW, **columns)
    session.add(
        Touchpoint(
            workspace_id=ours.id,
            client_id=client.id,
            occurred_at=NOW - timedelta(days=days),
            source="import",
            created_at=NOW,
        )
    )
    session.flush()
    return client


def owed(client: Client, number: str, due_on: date) -> Invoice:
    return Invoice(
        workspace_id=client.workspace_id,
        client_id=client.id,
        number=number,
        issued_on=due_on,
        due_on=due_on,
        amount=100_000,
        currency="EUR",
    )


def swept(services: Services) -> None:
    while sweep.run_one(services):
        pass


def nudges(services: Services) -> list[OutboxMessage]:
    with services.reading() as session:
        statement = select(OutboxMessage).where(OutboxMessage.kind == "nudge").order_by(OutboxMessage.id)
        return list(session.scalars(statement))


def breaches(services: Services) -> list[Breach]:
    with services.reading() as session:
        return list(session.scalars(select(Breach).order_by(Breach.id)))


def touch_all(services: Services, now: datetime) -> None:
    with services.transaction() as session:
        for client in session.scalars(select(Client)):
            client.next_check_at = now


def test_a_new_red_breach_interrupts_the_owner_once(services: Services, ours: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        client = neglected(session, ours)
    swept(services)
    (nudge,) = nudges(services)
    assert (nudge.workspace_id, nudge.member_id, nudge.client_id) == (ours.id, ours.alice, client.id)
    assert (nudge.key, nudge.state) == (f"nudge:{ours.alice}:2026-11-18:1", "waiting")
    assert "Acme" in nudge.body["text"]
    (breach,) = breaches(services)
    assert (breach.red_at, breach.interrupted_at, breach.announced_at, breach.held_because) == (NOW, NOW, NOW, None)
    for hours in (1, 24):
        touch_all(services, clock.move(hours=hours))
        swept(services)
    assert len(nudges(services)) == 1


def test_a_nudge_that_waits_past_working_hours_is_not_sent(services: Services, ours: Agency) -> None:
    with services.transaction() as session:
        session.get_one(Member, ours.alice).tz = "Europe/Warsaw"
        neglected(session, ours)
    swept(services)
    assert nudges(services)[0].expires_at == datetime(2026, 11, 18, 17, 0, tzinfo=UTC)


def test_all_that_is_open_with_a_client_goes_into_one_message(services: Services, ours: Agency) -> None:
    with services.transaction() as session:
        client = neglected(session, ours)
        session.add(owed(client, "2026-1", TODAY - timedelta(days=40)))
    swept(services)
    (nudge,) = nudges(services)
    assert "2026-1" in nudge.body["text"]
    assert "No contact" in nudge.body["text"]
    assert {breach.signal: breach.announced_at for breach in breaches(services)} == {
        "contact_gap": NOW,
        "invoice_overdue": NOW,
    }


def test_an_amber_breach_does_not_interrupt_and_does_once_it_turns_red(
    services: Services, ours: Agency, clock: Clock
) -> None:
    with services.transaction() as session:
        neglected(session, ours, days=13)
    swept(services)
    assert [breach.level for breach in breaches(services)] == ["amber"]
    assert nudges(services) == []
    clock.move(days=5)
    touch_all(services, clock())
    swept(services)
    assert [breach.level for breach in breaches(services)] == ["red"]
    assert len(nudges(services)) == 1


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
def test_outside_the_member_s_working_hours_it_waits_for_the_digest(
    services: Services, ours: Agency, clock: Clock, now: datetime
) -> None:
    with services.transaction() as session:
        session.get_one(Member, ours.alice).country = "ES"
        neglected(session, ours)
    clock.at = now
    touch_all(services, now)
    swept(services)
    clock.at = datetime(2026, 12, 28, 12, 0, tzinfo=UTC)
    touch_all(services, clock())
    swept(services)
    (breach,) = breaches(services)
    assert (breach.held_because, breach.interrupted_at, nudges(services)) == ("hours", None, [])


def test_working_hours_are_the_member_s_own(services: Services, ours: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        session.get_one(Member, ours.alice).tz = "America/New_York"
        session.get_one(Member, ours.bob).tz = "Europe/Madrid"
        neglected(session, ours, "Early", owner_id=ours.alice)
        neglected(session, ours, "Late", owner_id=ours.bob)
    clock.at = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
    touch_all(services, clock())
    swept(services)
    assert [nudge.member_id for nudge in nudges(services)] == [ours.bob]


def test_three_a_day_interrupt_a_member_and_the_rest_is_held_with_the_reason(
    services: Services, ours: Agency, clock: Clock
) -> None:
    with services.transaction() as session:
        for number in range(5):
            neglected(session, ours, f"Client {number}", monthly_fee=100_000 * (number + 1))
        neglected(session, ours, "Bob's", owner_id=ours.bob)
    swept(services)
    told = {nudge.client_id for nudge in nudges(services) if nudge.member_id == ours.alice}
    with services.reading() as session:
        names = set(session.scalars(select(Client.name).where(Client.id.in_(told))))
    assert names == {"Client 4", "Client 3", "Client 2"}, "the most important first"
    assert [nudge.member_id for nudge in nudges(services)].count(ours.bob) == 1
    assert sorted(breach.held_because or "" for breach in breaches(services)) == ["", "", "", "", "cap", "cap"]
    clock.move(hours=2)
    with services.transaction() as session:
        session.get_one(Client, neglected(session, ours, "One more").id).next_check_at = clock()
    swept(services)
    assert len(nudges(services)) == 4
    clock.move(days=1)
    with services.transaction() as session:
        session.get_one(Client, neglected(session, ours, "Tomorrow's").id).next_check_at = clock()
    swept(services)
    assert nudges(services)[-1].key == f"nudge:{ours.alice}:2026-11-19:1"


def test_a_snoozed_client_does_not_interrupt_unless_its_colour_is_worse(services: Services, ours: Agency) -> None:
    with services.transaction() as session:
        for name, colour in (("Same", "red"), ("Worse", "green")):
            client = neglected(session, ours, name)
            snoozes.snooze(session, ours.id, client.id, None, colour=colour, until_at=NOW + timedelta(days=3), now=NOW)
    swept(services)
    (nudge,) = nudges(services)
    assert "Worse" in nudge.body["text"]
    assert [breach.held_because for breach in breaches(services)] == ["snoozed", None]
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


@pytest.mark.parametrize(
    ("setup", "told", "held"),
    [
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
def test_who_hears_of_a_client(
    services: Services, ours: Agency, setup: Setup, told: str | None, held: str | None
) -> None:
    with services.transaction() as session:
        client = neglected(session, ours)
        setup(session.get_one(Member, ours.alice), session.get_one(Member, ours.bob), client)
    swept(services)
    assert [nudge.member_id for nudge in nudges(services)] == ([getattr(ours, told)] if told else [])
    assert [breach.held_because for breach in breaches(services)] == [held]


def test_a_nudge_about_somebody_else_s_client_keeps_its_reader_s_rights(services: Services, ours: Agency) -> None:
    with services.transaction() as session:
        client = neglected(session, ours)
        session.add(owed(client, "2026-1", TODAY - timedelta(days=40)))
        covered(session.get_one(Member, ours.alice), session.get_one(Member, ours.bob), client)
    swept(services)
    assert "€1,000" in nudges(services)[0].body["text"], "who covers sees the money"


def test_another_agency_is_left_alone(services: Services, ours: Agency) -> None:
    with services.transaction() as session:
        theirs = agency.client(session, ours.other_id, "Theirs", now=NOW, owner_id=ours.charlie)
        neglected(session, ours)
    swept(services)
    assert {nudge.workspace_id for nudge in nudges(services)} == {ours.id}
    assert {breach.client_id for breach in breaches(services)}.isdisjoint({theirs.id})
    with services.reading() as session:
        assert session.get_one(Client, theirs.id).checked_at is None
