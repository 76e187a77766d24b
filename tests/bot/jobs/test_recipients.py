"""What a recipient is sent who has changed since the message was composed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.infra.models import Client, Deadline, Invoice, Member, OutboxMessage, Touchpoint
from bot.infra.services import Services
from bot.jobs import delivery, digest, escalations, sweep
from bot.practice import Practice
from tests import agency
from tests.conftest import Clock

from .mornings import NINE

AMOUNT = "€500"
NOT_THEIRS = "its recipient is no member of the team any more: "
Change = Callable[[Member, Member, Client], Any]


@pytest.fixture
def house(services: Services, practice: Practice, clock: Clock) -> agency.Agency:
    """Nine in the morning: Alice's client Acme is silent and owes money, and so is Beta, which is Bob's."""
    clock.at = NINE
    for user in (agency.ALICE, agency.BOB):
        practice.team(agency.TEAM).person(user, user.removeprefix("U0").title(), tz="Europe/Warsaw")
    with services.transaction() as session:
        house = agency.create(session, NINE)
        for member in session.scalars(select(Member)):
            member.tz, member.next_digest_at = "Europe/Warsaw", NINE
        for name, owner_id in (("Acme", house.alice), ("Beta", house.bob)):
            client = agency.client(
                session, house.id, name, owner_id=owner_id, started_on=date(2025, 1, 1), next_check_at=NINE, now=NINE
            )
            agency.invoice(session, house.id, client.id, due_on=date(2026, 10, 20))
            at = NINE - timedelta(days=30)
            ids = {"workspace_id": house.id, "client_id": client.id, "member_id": owner_id}
            session.add(Touchpoint(**ids, occurred_at=at, source="import", created_at=at))
        return house


def compose(services: Services, kind: str) -> None:
    """Compose Alice's digest or nudge of that moment, and nothing else."""
    if kind == "nudge":
        with services.transaction() as session:
            agency.after_digests(session, NINE)
    while sweep.run_one(services):
        pass
    while kind == "digest" and digest.run_one(services):
        pass
    with services.transaction() as session:
        alice = select(Member.id).where(Member.slack_user_id == agency.ALICE).scalar_subquery()
        others = (OutboxMessage.kind != kind) | (OutboxMessage.member_id != alice)
        session.execute(update(OutboxMessage).where(others).values(state="expired"))


def change(services: Services, house: agency.Agency, how: Change) -> None:
    with services.transaction() as session:
        acme = session.scalars(select(Client).where(Client.name == "Acme")).one()
        how(session.get_one(Member, house.alice), session.get_one(Member, house.bob), acme)


def deliver(services: Services, practice: Practice) -> tuple[OutboxMessage, list[str]]:
    """Deliver what is due; return the row of the only message, and what Alice has received."""
    while delivery.run_one(services):
        pass
    with services.reading() as session:
        (row,) = session.scalars(select(OutboxMessage).where(OutboxMessage.state != "expired"))
    return row, [message.text for message in practice.team(agency.TEAM).person(agency.ALICE).messages()]


def become(account_type: str) -> Change:
    return lambda alice, _bob, _acme: setattr(alice, "account_type", account_type)


@pytest.mark.parametrize("kind", ["digest", "nudge"])
def test_a_recipient_who_has_not_changed_gets_what_was_composed(
    services: Services, practice: Practice, house: agency.Agency, kind: str
) -> None:
    compose(services, kind)
    with services.reading() as session:
        composed = session.scalars(select(OutboxMessage).where(OutboxMessage.state == "waiting")).one()
    row, (text,) = deliver(services, practice)
    assert (row.state, row.member_id) == ("sent", house.alice)
    assert AMOUNT in text
    assert row.body == composed.body


@pytest.mark.parametrize("kind", ["digest", "nudge"])
@pytest.mark.parametrize("account_type", ["guest", "stranger", "deactivated", "bot"])
def test_nothing_is_sent_to_somebody_who_is_no_member_any_more(
    services: Services, practice: Practice, house: agency.Agency, kind: str, account_type: str
) -> None:
    compose(services, kind)
    change(services, house, become(account_type))
    row, received = deliver(services, practice)
    assert (row.state, row.error, received) == ("dropped", NOT_THEIRS + account_type, [])


@pytest.mark.parametrize("kind", ["digest", "nudge"])
def test_nothing_is_sent_about_a_client_that_somebody_else_has_now(
    services: Services, practice: Practice, house: agency.Agency, kind: str
) -> None:
    compose(services, kind)
    change(services, house, lambda _alice, bob, acme: setattr(acme, "owner_id", bob.id))
    row, received = deliver(services, practice)
    assert (row.state, received) == ("dropped", [])
    assert "any more" in str(row.error)


def test_a_digest_is_drawn_without_the_client_that_somebody_else_has_now(
    services: Services, practice: Practice, house: agency.Agency
) -> None:
    change(services, house, lambda _alice, bob, acme: setattr(acme, "owner_id", bob.id))
    with services.transaction() as session:
        session.execute(update(Client).values(owner_id=house.alice))
    compose(services, "digest")
    change(services, house, lambda _alice, bob, acme: setattr(acme, "owner_id", bob.id))
    _row, (text,) = deliver(services, practice)
    assert "Beta" in text
    assert "Acme" not in text


def test_who_covers_no_more_is_not_told_that_they_do(
    services: Services, practice: Practice, house: agency.Agency
) -> None:
    def away(alice: Member, bob: Member, _acme: Client) -> None:
        bob.away_from, bob.away_until, bob.cover_id = NINE.date(), NINE.date(), alice.id

    change(services, house, away)
    compose(services, "digest")
    with services.reading() as session:
        (row,) = session.scalars(select(OutboxMessage).where(OutboxMessage.state != "expired"))
        assert "You're covering for Bob" in row.body["text"]
    change(services, house, lambda _alice, bob, _acme: setattr(bob, "away_until", None))
    _row, (text,) = deliver(services, practice)
    assert "Acme" in text
    assert "Beta" not in text
    assert "covering for" not in text


def test_a_deadline_of_theirs_is_told_though_none_of_the_clients_is_theirs_any_more(
    services: Services, practice: Practice, house: agency.Agency
) -> None:
    with services.transaction() as session:
        beta = session.scalars(select(Client).where(Client.name == "Beta")).one()
        ids = {"workspace_id": house.id, "client_id": beta.id, "member_id": house.alice}
        session.add(Deadline(**ids, title="Landing page", internal_due_on=NINE.date()))
    compose(services, "digest")
    change(services, house, lambda _alice, bob, acme: setattr(acme, "owner_id", bob.id))
    _row, (text,) = deliver(services, practice)
    assert "“Landing page” for Beta is due today" in text
    assert "Acme" not in text


def test_a_lead_who_is_none_any_more_gets_no_escalation(
    services: Services, practice: Practice, house: agency.Agency, clock: Clock
) -> None:
    change(services, house, lambda alice, _bob, _acme: setattr(alice, "role", "lead"))
    compose(services, "nothing")
    clock.move(days=2)
    assert escalations.run_one(services)
    change(services, house, lambda alice, _bob, _acme: setattr(alice, "role", None))
    row, received = deliver(services, practice)
    assert (row.state, row.error, received) == ("dropped", "its recipient is no lead any more", [])


@pytest.mark.usefixtures("house")
def test_what_was_settled_in_the_meantime_alarms_nobody(services: Services, practice: Practice, clock: Clock) -> None:
    compose(services, "nudge")
    with services.transaction() as session:
        acme = session.scalars(select(Client).where(Client.name == "Acme")).one()
        acme.status = "paused"
        session.execute(update(Invoice).values(status="paid", paid_amount=Invoice.amount))
        acme.next_check_at, acme.facts_version = clock(), acme.facts_version + 1
    while sweep.run_one(services):
        pass
    row, received = deliver(services, practice)
    assert (row.state, row.error, received) == ("dropped", "it was settled in the meantime", [])


def make_stale(alice: Member, _bob: Member, _acme: Client) -> None:
    assert alice.refreshed_at is not None
    alice.refreshed_at -= timedelta(hours=25)


def test_somebody_read_from_slack_a_day_ago_is_asked_for_again_before_anything_is_posted(
    services: Services, practice: Practice, house: agency.Agency
) -> None:
    """A missed `user_change`: Slack knows that she is a guest now, and we do not."""
    compose(services, "digest")
    change(services, house, make_stale)
    practice.team(agency.TEAM).person(agency.ALICE).change(guest="multi")
    row, received = deliver(services, practice)
    assert (row.state, row.error, received) == ("dropped", f"{NOT_THEIRS}guest", [])


@pytest.mark.parametrize("kind", ["digest", "nudge"])
def test_no_amounts_are_shown_if_slack_cannot_say_who_the_recipient_is(
    services: Services, practice: Practice, house: agency.Agency, kind: str
) -> None:
    compose(services, kind)
    change(services, house, make_stale)
    practice.fail_next("users.info", error="missing_scope")
    row, (text,) = deliver(services, practice)
    assert row.state == "sent"
    assert "Acme" in text
    assert AMOUNT not in text


def test_a_recipient_read_lately_costs_no_call(services: Services, practice: Practice, house: agency.Agency) -> None:
    compose(services, "digest")
    deliver(services, practice)
    assert practice.calls_of("users.info") == []
    assert house.id
