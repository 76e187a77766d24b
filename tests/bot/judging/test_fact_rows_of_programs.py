"""What a program sent is stored, and is no contact and no attempt for anything that judges, counts or shows one."""

from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.infra import db
from bot.infra.models import Breach, Client, Member, Touchpoint
from bot.insight import history
from bot.judging import breaches, facts, unattended
from bot.messaging import absence_summary
from bot.people import members
from bot.reporting import client_cards, portfolio_stats
from tests import agency
from tests.conftest import NOW

DAY = timedelta(days=1)


def add(session: Session, client: Client, days_ago: int, outcome: str = "reached", **columns: object) -> Touchpoint:
    touchpoint = Touchpoint(
        workspace_id=client.workspace_id,
        client_id=client.id,
        occurred_at=NOW - days_ago * DAY,
        outcome=outcome,
        channel="other",
        source="import",
        created_at=NOW,
        **columns,
    )
    session.add(touchpoint)
    session.flush()
    return touchpoint


def look(session: Session, house: agency.Agency, client: Client) -> list[object]:
    """Everything that contacts count for, of one client."""
    alice = session.get_one(Member, house.alice)
    (card,) = client_cards.load(session, house.id, [client.id], agency.actor(session, house.id, house.alice, NOW), NOW)
    (past,) = history.load_histories(session, house.id, [client.id], NOW)
    return [
        facts.load(session, house.id, [client.id], NOW)[client.id],
        portfolio_stats.average_days_since_contact(session, house.id, [house.alice], NOW),
        unattended.find_unattended(session, house.id, NOW),
        absence_summary.load(session, alice, members.zone_of("UTC"), NOW),
        past,
        history.find_first_record_day(session, house.id),
        (card.last_contact_on, card.last_contact_by),
        breaches_resolved_by(session, house, client),
    ]


def breaches_resolved_by(session: Session, house: agency.Agency, client: Client) -> object:
    """Which contact a breach counts as resolved by, once the one that it was resolved by is undone."""
    attempt = session.begin_nested()
    resolver = add(session, client, 0, undone_at=NOW)
    breach = Breach(
        workspace_id=house.id,
        client_id=client.id,
        signal="unanswered",
        level="amber",
        severity=0.5,
        evidence={},
        opened_at=NOW - 9 * DAY,
        resolved_at=NOW,
        resolved_by=resolver.id,
    )
    session.add(breach)
    session.flush()
    breaches.reconcile(session, house.id, {client.id: []}, NOW, resolver.id)
    session.refresh(breach)
    found = session.scalar(select(Touchpoint.occurred_at).where(Touchpoint.id == breach.resolved_by))
    attempt.rollback()
    return found


def test_a_newsletter_and_an_auto_reply_change_nothing_that_contacts_count_for(engine: Engine) -> None:
    with db.transaction(engine) as session:
        house = agency.create(session, NOW)
        client = agency.client(session, house.id, "Acme", now=NOW - 60 * DAY, owner_id=house.alice)
        alice = session.get_one(Member, house.alice)
        alice.away_from, alice.away_until = NOW.date() - 7 * DAY, NOW.date() - DAY
        add(session, client, 30)
        add(session, client, 20, "attempt")
        session.add(
            Breach(
                workspace_id=house.id,
                client_id=client.id,
                signal="contact_gap",
                level="red",
                severity=0.9,
                evidence={},
                opened_at=NOW - 15 * DAY,
                red_at=NOW - 12 * DAY,
            )
        )
        session.flush()
        before = look(session, house, client)
        assert before[2]
        add(session, client, 40, "attempt", automatic=True, member_id=house.bob)
        add(session, client, 2, automatic=True, member_id=house.bob)
        add(session, client, 90, automatic=True, member_id=house.bob)
        add(session, client, 1, "attempt", automatic=True, member_id=house.bob)
        assert look(session, house, client) == before
        add(session, client, 3, member_id=house.bob)
        after = look(session, house, client)
        assert [one == other for one, other in zip(before, after, strict=True)] == [False] * 5 + [True] + [False] * 2
