"""What was read is kept for as long as nothing is written."""

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine

from bot.infra import db
from bot.unchanged import Unchanged
from tests import agency, postgres
from tests.conftest import NOW, Clock


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.found(session, NOW)


@pytest.fixture
def numbers() -> Iterator[int]:
    """What a reader gives: another number each time it is asked."""
    return count(1)


def test_nothing_is_read_twice_while_nothing_is_written(engine: Engine, numbers: Iterator[int]) -> None:
    unchanged = Unchanged(engine)
    assert [unchanged.get("key", NOW, numbers.__next__) for _ in range(3)] == [1, 1, 1]
    assert unchanged.get("other", NOW, numbers.__next__) == 2


def test_a_write_by_anybody_makes_it_be_read_anew(
    engine: Engine, database_url: str, house: agency.Agency, numbers: Iterator[int]
) -> None:
    unchanged, somebody_else = Unchanged(engine), db.connect(database_url)
    for number, writer in enumerate((engine, somebody_else, engine), start=2):
        unchanged.get("key", NOW, numbers.__next__)
        with db.transaction(writer) as session:
            agency.member(session, house.id, name=f"Member {number}")
        assert unchanged.get("key", NOW, numbers.__next__) == number
    somebody_else.dispose()


def test_what_is_not_committed_changes_nothing_and_once_it_is_everything(
    engine: Engine, house: agency.Agency, numbers: Iterator[int]
) -> None:
    unchanged = Unchanged(engine)
    with db.transaction(engine) as session:
        agency.member(session, house.id, name="Nora")
        before = unchanged.get("key", NOW, numbers.__next__)
        assert unchanged.get("key", NOW, numbers.__next__) == before
    assert unchanged.get("key", NOW, numbers.__next__) > before


def test_a_write_while_it_is_being_read_is_not_missed(
    engine: Engine, house: agency.Agency, numbers: Iterator[int]
) -> None:
    unchanged = Unchanged(engine)

    def read_as_somebody_writes() -> int:
        found = next(numbers)
        with db.transaction(engine) as session:
            agency.member(session, house.id, name=f"Member {found}")
        return found

    assert unchanged.get("key", NOW, read_as_somebody_writes) == 1
    assert unchanged.get("key", NOW, numbers.__next__) == 2


def test_nothing_is_kept_into_the_next_minute(engine: Engine, clock: Clock, numbers: Iterator[int]) -> None:
    unchanged = Unchanged(engine)
    unchanged.get("key", clock(), numbers.__next__)
    assert unchanged.get("key", clock.move(seconds=59), numbers.__next__) == 1
    assert unchanged.get("key", clock.move(seconds=1), numbers.__next__) == 2


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_a_connection_that_the_database_has_ended_is_replaced(engine: Engine, numbers: Iterator[int]) -> None:
    unchanged = Unchanged(engine)
    unchanged.get("key", NOW, numbers.__next__)
    with db.transaction(engine) as session:
        assert True in session.scalars(postgres.END_OTHERS).all()
    assert unchanged.get("key", NOW, numbers.__next__) == 2
    assert unchanged.get("key", NOW, numbers.__next__) == 2


def test_a_failure_is_not_kept(engine: Engine) -> None:
    unchanged = Unchanged(engine)
    with pytest.raises(StopIteration):
        unchanged.get("key", NOW, iter(()).__next__)
    assert unchanged.get("key", NOW, lambda: 1) == 1
