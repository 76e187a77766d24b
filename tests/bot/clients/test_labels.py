"""Clients of one name can be told apart."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select, text

from bot.clients import clients, labels
from bot.infra import db
from bot.infra.models import Client
from bot.people import access
from bot.reporting import client_cards
from tests import agency
from tests.conftest import NOW


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.create(session, NOW)


@pytest.fixture
def add(engine: Engine, house: agency.Agency) -> Callable[[str, str], int]:
    def client(name: str, key: str) -> int:
        with db.transaction(engine) as session:
            return agency.client(session, house.id, name, external_id=key, owner_id=house.alice, now=NOW).id

    return client


def test_a_name_that_two_have_is_shown_with_the_key_and_others_are_not(
    engine: Engine, house: agency.Agency, add: Callable[[str, str], int]
) -> None:
    first, second, other = add("Joe's Bar", "joe-1"), add("JOE\u2019S  BAR", "joe-2"), add("Acme", "acme")
    with db.transaction(engine) as session:
        agency.client(session, house.other_id, "Acme", now=NOW)
    with db.reading(engine) as session:
        reader = access.actor(session, house.id, house.alice, NOW)
        assert reader is not None
        shown = [card.name for card in client_cards.load(session, house.id, [first, second, other], reader, NOW)]
        assert shown == ["Joe's Bar (joe-1)", "JOE\u2019S  BAR (joe-2)", "Acme"]
        rows = client_cards.load_rows(session.connection(), house.id, [first, other])
        assert [row.has_namesake for row in rows] == [True, False]
        assert [name for _, name in labels.list_choices(session, house.id, 10)] == ["Acme", *shown[:2]]
        found = clients.search(session, house.id, "joe's")
        assert [name for _, name in labels.list_labels(session, house.id, found)] == shown[:2]


@pytest.mark.parametrize(
    "typed",
    ["o'neill", "O\u2019Neill", "o\u02bcneill", "o\u00b4neill", "\u201co'neill\u201d \u2013 sons", "smith-jones"],
)
def test_a_name_is_found_whichever_marks_it_is_typed_with(
    engine: Engine, house: agency.Agency, add: Callable[[str, str], int], typed: str
) -> None:
    add('"O\u2019Neill" - Sons', "one")
    add("Smith\u2011Jones", "two")
    with db.reading(engine) as session:
        assert len(clients.search(session, house.id, typed)) == 1


def test_namesakes_are_looked_up_by_an_index(
    engine: Engine, house: agency.Agency, add: Callable[[str, str], int]
) -> None:
    for number in range(300):
        add(f"Client {number}", f"key-{number}")
    if engine.dialect.name == "postgresql":
        with db.transaction(engine) as session:
            session.execute(text("ANALYZE"))
    how = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    query = select(labels.HAS_NAMESAKE).where(Client.workspace_id == house.id, Client.id == 1)
    literal = query.compile(engine, compile_kwargs={"literal_binds": True})
    with db.reading(engine) as session:
        plan = "\n".join(str(row) for row in session.connection().exec_driver_sql(f"{how} {literal}"))
    assert "ix_clients_name" in plan
