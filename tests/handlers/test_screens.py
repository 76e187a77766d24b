"""Screens ask the database for each thing once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from bot.infra import db
from bot.views.data import Card
from handlers import screens
from tests import agency
from tests.conftest import NOW

ACME = 1


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that are executed."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _asked(engine: Engine, house: agency.Agency, load: Callable[..., Card], member_id: int) -> list[str]:
    with db.reading(engine) as session:
        reader = agency.actor(session, house.id, member_id, NOW)
        with statements(engine) as seen:
            load(session, reader, ACME, NOW)
    return seen


def test_why_asks_for_nothing_twice_and_for_two_things_more_than_the_card(engine: Engine, house: agency.Agency) -> None:
    card = _asked(engine, house, screens.card, house.alice)
    why = _asked(engine, house, screens.why_card, house.alice)
    assert len(why) == len(set(why)) == len(card) + 2
    assert len(why) <= 22


def test_a_colleagues_card_asks_for_the_typical_fee_too(engine: Engine, house: agency.Agency) -> None:
    own, others = (_asked(engine, house, screens.card, reader) for reader in (house.alice, house.bob))
    assert len(others) == len(own) + 1
