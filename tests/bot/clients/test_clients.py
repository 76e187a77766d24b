"""Finding clients by number, by name and by rank."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.clients.clients import ListScope
from bot.infra import db
from bot.infra.models import Client, Member
from tests import agency
from tests.conftest import NOW


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        made = agency.create(session, NOW)
        for name, owner, priority, status in (
            ("Acme", made.alice, 10.0, "active"),
            ("Acme Toys", made.alice, 90.0, "active"),
            ("Łódź Café 100%", made.bob, 50.0, "active"),
            ("Gone & Lost", made.alice, 99.0, "lost"),
        ):
            agency.client(session, made.id, name, owner_id=owner, priority=priority, status=status, now=NOW)
        agency.client(session, made.other_id, "Acme Secret", owner_id=made.charlie, priority=95.0, now=NOW)
        return made


def _names(session: Session, ids: list[int]) -> list[str]:
    return [session.get_one(Client, number).name for number in ids]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("acme", ["Acme"]),
        ("ACME T", ["Acme Toys"]),
        ("acm", ["Acme Toys", "Acme"]),
        ("lodz cafe", ["Łódź Café 100%"]),
        ("100%", ["Łódź Café 100%"]),
        ("%", ["Łódź Café 100%"]),
        ("lost", ["Gone & Lost"]),
        ("secret", []),
        ("   ", []),
    ],
)
def test_a_client_is_found_by_its_name_or_a_part_of_it(
    engine: Engine, house: agency.Agency, typed: str, found: list[str]
) -> None:
    with db.reading(engine) as session:
        assert [client.name for client in clients.search(session, house.id, typed)] == found


@pytest.mark.parametrize(
    ("typed", "found", "rest"),
    [
        ("acme called about the invoice", ["Acme"], "called about the invoice"),
        ("acme toys called", ["Acme Toys"], "called"),
        ("acm called", ["Acme Toys", "Acme"], "called"),
        ("nobody called", [], "nobody called"),
    ],
)
def test_the_longest_name_at_the_start_is_the_client(
    engine: Engine, house: agency.Agency, typed: str, found: list[str], rest: str
) -> None:
    with db.reading(engine) as session:
        fitting, words = clients.named_at_start(session, house.id, typed)
        assert ([client.name for client in fitting], words) == (found, rest)


def test_a_misspelt_name_has_near_ones_of_the_same_workspace(engine: Engine, house: agency.Agency) -> None:
    with db.reading(engine) as session:
        assert [client.name for client in clients.similar_names(session, house.id, "Acmee")] == ["Acme"]
        assert clients.similar_names(session, house.id, "qqqqq") == []


def test_the_ranking_is_by_priority_without_the_lost_and_never_beyond_the_workspace(
    engine: Engine, house: agency.Agency
) -> None:
    alices, both, everybody = ListScope([house.alice]), ListScope([house.alice, house.bob]), ListScope(None)
    with db.reading(engine) as session:
        connection = session.connection()
        ranked = clients.ranking(connection, house.id, everybody, limit=9)
        assert _names(session, ranked) == ["Acme Toys", "Łódź Café 100%", "Acme"]
        assert _names(session, clients.ranking(connection, house.id, alices, limit=9)) == ["Acme Toys", "Acme"]
        assert _names(session, clients.ranking(connection, house.id, both, limit=1, offset=1)) == ["Łódź Café 100%"]
        assert [clients.count(connection, house.id, whose) for whose in (alices, both, everybody)] == [2, 3, 3]
        besides = ListScope([house.bob], clients.ranking(connection, house.id, alices, limit=1))
        assert _names(session, clients.ranking(connection, house.id, besides, limit=9)) == [
            "Acme Toys",
            "Łódź Café 100%",
        ]


def test_ones_own_list_has_the_clients_that_one_stands_in_for(engine: Engine, house: agency.Agency) -> None:
    def mine() -> list[str]:
        with db.reading(engine) as session:
            reader = agency.actor(session, house.id, house.bob, NOW)
            whose = clients.own_list(session.connection(), reader)
            return _names(session, clients.ranking(session.connection(), house.id, whose, limit=9))

    assert mine() == ["Łódź Café 100%"]
    with db.transaction(engine) as session:
        clients.search(session, house.id, "acme toys")[0].backup_id = house.bob
        alice = session.get_one(Member, house.alice)
        alice.away_from = alice.away_until = NOW.date()
    assert mine() == ["Acme Toys", "Łódź Café 100%"], "the backup of somebody away who named no cover"
    with db.transaction(engine) as session:
        session.get_one(Member, house.alice).cover_id = house.bob
    assert mine() == ["Acme Toys", "Łódź Café 100%", "Acme"], "the cover of somebody away"


def test_a_touched_client_is_due_at_once_and_another_workspaces_is_not(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        acme = clients.search(session, house.id, "acme")[0].id
        clients.mark_changed(session, house.other_id, [acme], NOW)
        assert session.get_one(Client, acme, populate_existing=True).next_check_at is None
        clients.mark_changed(session, house.id, [acme], NOW)
        assert session.get_one(Client, acme, populate_existing=True).next_check_at == NOW
        assert clients.get(session, house.other_id, acme) is None
