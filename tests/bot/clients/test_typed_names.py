"""The client that a typed sentence begins with: its whole name, the longest one, or none for certain."""

import pytest
from sqlalchemy import Engine, event

from bot.clients import typed_names
from bot.infra import db
from tests import agency
from tests.conftest import NOW

NAMES = ("Acme", "Acme <Rockets>", "Acme Toys", "Bolt & Sons", "Łódź Café 100%", "So Fresh", "O'Brien", "Acme, Inc.")


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        house = agency.create(session, NOW)
        for name in NAMES:
            agency.client(session, house.id, name, owner_id=house.alice, now=NOW)
        agency.client(session, house.id, "Twin", owner_id=house.alice, now=NOW)
        agency.client(session, house.id, "Twin", external_id="twin-2", owner_id=house.bob, now=NOW)
        agency.client(session, house.other_id, "Secret", owner_id=house.charlie, now=NOW)
        return house


def split(engine: Engine, house: agency.Agency, typed: str) -> tuple[list[str], str, bool]:
    with db.reading(engine) as session:
        found = typed_names.split_leading_name(session, house.id, typed)
        return [client.name for client in found.clients], found.rest, found.is_whole


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("acme called about the invoice", "Acme", "called about the invoice"),
        ("ACME", "Acme", ""),
        ("Acme - no answer", "Acme", "- no answer"),
        ("acme: called", "Acme", "called"),
        ("acme, called", "Acme", "called"),
        ("acme, inc. called", "Acme, Inc.", "called"),
        ("acme, inc., called", "Acme, Inc.", "called"),
        ("Acme, Inc.: called", "Acme, Inc.", "called"),
        ("acme toys called", "Acme Toys", "called"),
        ("acme toys, called", "Acme Toys", "called"),
        ("acme <rockets> met them", "Acme <Rockets>", "met them"),
        ("bolt & sons: met them", "Bolt & Sons", "met them"),
        ("lodz cafe 100% called", "Łódź Café 100%", "called"),
        ("o’brien called", "O'Brien", "called"),
        ("so fresh is happy", "So Fresh", "is happy"),
        ("acme toys and then " + "word " * 1300, "Acme Toys", "and then" + " word" * 1300),
    ],
)
def test_the_longest_whole_name_at_the_start_is_split_off(
    engine: Engine, house: agency.Agency, typed: str, name: str, rest: str
) -> None:
    assert split(engine, house, typed) == ([name], rest, True)


@pytest.mark.parametrize(
    ("typed", "offered", "rest"),
    [
        ("so Acme is happy", ["Acme", "So Fresh"], "so Acme is happy"),
        ("met acme toys", ["Acme", "Acme Toys"], "met acme toys"),
        ("acm called", ["Acme", "Acme <Rockets>", "Acme Toys", "Acme, Inc."], "called"),
        ("acme's boss called", [], "acme's boss called"),
        ("acmetoys called", [], "acmetoys called"),
        ("bolt called", ["Bolt & Sons"], "called"),
        ("sons called", ["Bolt & Sons"], "sons called"),
        ("ons called", [], "ons called"),
        ("secret called", [], "secret called"),
        ("% called", [], "% called"),
        ("x" * 60_000, [], "x" * 60_000),
        ("", [], ""),
    ],
)
def test_a_client_that_is_not_named_whole_at_the_start_is_only_offered(
    engine: Engine, house: agency.Agency, typed: str, offered: list[str], rest: str
) -> None:
    assert split(engine, house, typed) == (offered, rest, False)


def test_two_clients_of_one_name_are_both_named(engine: Engine, house: agency.Agency) -> None:
    assert split(engine, house, "twin called") == (["Twin", "Twin"], "called", True)


def test_however_long_a_sentence_is_the_names_are_read_twice_at_most(engine: Engine, house: agency.Agency) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    split(engine, house, "acme " + "and then " * 700)
    assert len([one for one in statements if "FROM clients" in one]) == 2
