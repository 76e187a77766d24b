"""The two ways to use the database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, bindparam, select, text
from sqlalchemy.exc import StatementError

from bot.infra import db
from bot.infra.models import Workspace
from tests.conftest import NOW


def test_who_looks_sees_what_was_committed_since_the_look_began(engine: Engine) -> None:
    with db.reading(engine) as looking:
        assert looking.scalar(text("SELECT count(*) FROM workspaces")) == 0
        with db.transaction(engine) as session:
            session.add(Workspace(created_at=NOW))
        assert looking.scalar(text("SELECT count(*) FROM workspaces")) == 1


def test_a_connection_that_was_used_for_looking_writes_as_a_whole_or_not_at_all(engine: Engine) -> None:
    with db.reading(engine) as looking:
        looking.scalar(text("SELECT 1"))

    def break_off() -> None:
        with db.transaction(engine) as session:
            session.add(Workspace(created_at=NOW))
            session.flush()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        break_off()
    with db.reading(engine) as looking:
        assert looking.scalar(text("SELECT count(*) FROM workspaces")) == 0


@pytest.mark.parametrize("microsecond", [0, 1, 123_000])
def test_a_moment_comes_back_as_it_was_in_utc_whatever_the_zone_it_was_told_in(
    engine: Engine, microsecond: int
) -> None:
    told = datetime(2026, 11, 18, 1, 30, microsecond=microsecond, tzinfo=timezone(timedelta(hours=9)))
    with db.transaction(engine) as session:
        session.add(Workspace(created_at=told))
    with db.reading(engine) as looking:
        created_at, connected_at = looking.execute(select(Workspace.created_at, Workspace.connected_at)).one()
    assert (created_at, created_at.tzinfo, connected_at) == (told, UTC, None)


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    now = bindparam("now", datetime(2026, 11, 18), type_=Workspace.created_at.type)  # noqa: DTZ001  # on purpose
    with db.reading(engine) as looking, pytest.raises(StatementError, match="a moment needs a time zone"):
        looking.execute(select(now))


def test_rows_are_found_among_any_number_of_keys(engine: Engine) -> None:
    with db.transaction(engine) as session:
        session.add_all([Workspace(created_at=NOW) for _ in range(3)])
    asked = select(Workspace.id).where(db.among(Workspace.id, "ids")).order_by(Workspace.id)
    with db.reading(engine) as looking:
        first, _, last = looking.scalars(select(Workspace.id).order_by(Workspace.id)).all()
        for keys, found in (
            ([], []),
            (None, []),
            ([first], [first]),
            ((last, first), [first, last]),
            (range(first + 2, first + 2000), [last]),
            ([2**62, last], [last]),
        ):
            assert looking.scalars(asked, {"ids": keys}).all() == found
