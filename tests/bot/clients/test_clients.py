"""Finding clients by id, name and rank."""

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
        house = agency.create(session, NOW)
        for name, owner, priority, status in (
            ("Acme", house.alice, 10.0, "active"),
            ("Acme Toys", house.alice, 90.0, "active"),
            ("Łódź Café 100%", house.bob, 50.0, "active"),
            ("Gone & Lost", house.alice, 99.0, "lost"),
        ):
            agency.client(session, house.id, name, owner_id=owner, priority=priority, status=status, now=NOW)
        agency.client(session, house.other_id, "Acme Secret", owner_id=house.charlie, priority=95.0, now=NOW)
        return house


def _names(session: Session, ids: list[int]) -> list[str]:
    return [session.get_one(Client, number).name for number in ids]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("acme", ["Acme"]),
        ("ACME T", ["Acme Toys"]),
        ("acm", ["Acme", "Acme Toys"]),
        ("lodz cafe", ["Łódź Café 100%"]),
        ("100%", ["Łódź Café 100%"]),
        ("%", ["Łódź Café 100%"]),
        ("lost", ["Gone & Lost"]),
        ("secret", []),
        ("   ", []),
    ],
)
def test_search_finds_clients_by_a_part_of_the_name(
    engine: Engine, house: agency.Agency, typed: str, expected: list[str]
) -> None:
    with db.reading(engine) as session:
        assert [client.name for client in clients.search(session, house.id, typed)] == expected


def test_similar_names_are_found_in_the_same_workspace_only(engine: Engine, house: agency.Agency) -> None:
    with db.reading(engine) as session:
        assert [client.name for client in clients.find_similar(session, house.id, "Acmee")] == ["Acme"]
        assert clients.find_similar(session, house.id, "qqqqq") == []


def test_the_ranking_is_by_priority_without_lost_clients_or_other_workspaces(
    engine: Engine, house: agency.Agency
) -> None:
    alices, both, everybody = ListScope([house.alice]), ListScope([house.alice, house.bob]), ListScope(None)
    with db.reading(engine) as session:
        connection = session.connection()
        ranked = clients.ranking(connection, house.id, everybody, limit=9)
        assert _names(session, ranked) == ["Acme Toys", "Łódź Café 100%", "Acme"]
        assert _names(session, clients.ranking(connection, house.id, alices, limit=9)) == ["Acme Toys", "Acme"]
        assert _names(session, clients.ranking(connection, house.id, both, limit=1, offset=1)) == ["Łódź Café 100%"]
        assert [clients.count(connection, house.id, scope) for scope in (alices, both, everybody)] == [2, 3, 3]
        with_extra = ListScope([house.bob], clients.ranking(connection, house.id, alices, limit=1))
        assert _names(session, clients.ranking(connection, house.id, with_extra, limit=9)) == [
            "Acme Toys",
            "Łódź Café 100%",
        ]


def test_own_scope_includes_the_clients_a_member_stands_in_for(engine: Engine, house: agency.Agency) -> None:
    def own_names() -> list[str]:
        with db.reading(engine) as session:
            reader = agency.actor(session, house.id, house.bob, NOW)
            scope = clients.own_scope(session.connection(), reader)
            return _names(session, clients.ranking(session.connection(), house.id, scope, limit=9))

    assert own_names() == ["Łódź Café 100%"]
    with db.transaction(engine) as session:
        clients.search(session, house.id, "acme toys")[0].backup_id = house.bob
        alice = session.get_one(Member, house.alice)
        alice.away_from = alice.away_until = NOW.date()
    assert own_names() == ["Acme Toys", "Łódź Café 100%"], "the backup of a member away without a cover"
    with db.transaction(engine) as session:
        session.get_one(Member, house.alice).cover_id = house.bob
    assert own_names() == ["Acme Toys", "Łódź Café 100%", "Acme"], "the cover of a member who is away"


def test_marking_a_client_changed_makes_it_due_in_its_own_workspace_only(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        acme = clients.search(session, house.id, "acme")[0].id
        clients.mark_changed(session, house.other_id, [acme], NOW)
        assert session.get_one(Client, acme, populate_existing=True).next_check_at is None
        clients.mark_changed(session, house.id, [acme], NOW)
        assert session.get_one(Client, acme, populate_existing=True).next_check_at == NOW
        assert clients.get(session, house.other_id, acme) is None
