"""Statistics of each member's clients."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, delete

from bot.clients import touchpoints
from bot.infra import db
from bot.infra.models import Client
from bot.reporting import portfolio_stats
from tests import agency
from tests.conftest import NOW

DAY = timedelta(days=1)


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        made = agency.create(session, NOW)
        for name, owner_id, days, colour, status in (
            ("Acme", made.alice, 4, "red", "active"),
            ("Bolt", made.alice, 8, "amber", "onboarding"),
            ("Rest", made.alice, 90, "green", "paused"),
            ("Gone", made.alice, 400, None, "lost"),
            ("Cedar", made.bob, 1, "green", "active"),
        ):
            client = agency.client(
                session,
                made.id,
                name,
                owner_id=owner_id,
                colour=colour,
                status=status,
                started_on=NOW.date() - 500 * DAY,
                now=NOW,
            )
            touchpoints.log(
                session, made.id, client.id, owner_id, seen=None, occurred_at=NOW - days * DAY, source="form", now=NOW
            )
        agency.client(session, made.other_id, "Secret", owner_id=made.charlie, now=NOW)
        return made


def test_days_since_contact_are_averaged_over_watched_clients(engine: Engine, house: agency.Agency) -> None:
    with db.reading(engine) as session:
        assert portfolio_stats.average_days_since_contact(session, house.id, [house.alice], NOW) == pytest.approx(6)
        assert portfolio_stats.average_days_since_contact(
            session, house.id, [house.alice, house.bob], NOW
        ) == pytest.approx(13 / 3)
        assert portfolio_stats.average_days_since_contact(session, house.id, [house.charlie], NOW) is None


@pytest.mark.parametrize(("started", "added", "days"), [(500, 3, 3), (2, 9, 2), (None, 5, 5)])
def test_a_client_never_contacted_counts_from_when_anything_can_be_known_of_it(
    engine: Engine, house: agency.Agency, started: int | None, added: int, days: int
) -> None:
    with db.transaction(engine) as session:
        started_on = None if started is None else NOW.date() - started * DAY
        agency.client(
            session, house.other_id, "New", owner_id=house.charlie, started_on=started_on, now=NOW - added * DAY
        )
        session.execute(delete(Client).where(Client.name == "Secret"))
        found = portfolio_stats.average_days_since_contact(session, house.other_id, [house.charlie], NOW)
    assert found == pytest.approx(days)


def test_attempts_and_undone_contacts_do_not_count(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        log = partial(
            touchpoints.log, session, house.id, 5, house.bob, seen=None, occurred_at=NOW, source="form", now=NOW
        )
        log(outcome="attempt")
        taken_back = log().touchpoint
        assert taken_back is not None
        touchpoints.undo(session, house.id, taken_back.id, NOW, by=None)
        assert portfolio_stats.average_days_since_contact(session, house.id, [house.bob], NOW) == pytest.approx(1)


def test_each_member_has_a_row_with_most_red_clients_first(engine: Engine, house: agency.Agency) -> None:
    with db.reading(engine) as session:
        rows = portfolio_stats.build_team_rows(
            session, house.id, portfolio_stats.load_owner_stats(session, house.id, NOW), NOW
        )
    assert [(row.person.name, row.clients, row.red, row.amber) for row in rows] == [
        ("Alice", 3, 1, 1),
        ("Bob", 1, 0, 0),
    ]
    assert rows[0].average_days_since_contact == pytest.approx(6)
