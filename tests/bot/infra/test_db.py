"""Transactions, reads, column types and key conditions, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, bindparam, select, text
from sqlalchemy.exc import StatementError

from bot.infra import db
from bot.infra.models import Workspace
from tests.conftest import NOW


def test_a_read_session_sees_what_was_committed_after_it_was_opened(engine: Engine) -> None:
    with db.reading(engine) as reader:
        assert reader.scalar(text("SELECT count(*) FROM workspaces")) == 0
        with db.transaction(engine) as session:
            session.add(Workspace(created_at=NOW))
        assert reader.scalar(text("SELECT count(*) FROM workspaces")) == 1


def test_a_pooled_connection_used_for_reading_still_rolls_back_a_failed_transaction(engine: Engine) -> None:
    with db.reading(engine) as session:
        session.scalar(text("SELECT 1"))

    def fail_halfway() -> None:
        with db.transaction(engine) as session:
            session.add(Workspace(created_at=NOW))
            session.flush()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail_halfway()
    with db.reading(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM workspaces")) == 0


@pytest.mark.parametrize("microsecond", [0, 1, 123_000])
def test_a_datetime_in_any_zone_comes_back_as_the_same_moment_in_utc(engine: Engine, microsecond: int) -> None:
    original = datetime(2026, 11, 18, 1, 30, microsecond=microsecond, tzinfo=timezone(timedelta(hours=9)))
    with db.transaction(engine) as session:
        session.add(Workspace(created_at=original))
    with db.reading(engine) as session:
        created_at, connected_at = session.execute(select(Workspace.created_at, Workspace.connected_at)).one()
    assert (created_at, created_at.tzinfo, connected_at) == (original, UTC, None)


def test_a_naive_datetime_is_rejected(engine: Engine) -> None:
    now = bindparam("now", datetime(2026, 11, 18), type_=Workspace.created_at.type)  # noqa: DTZ001  # on purpose
    with db.reading(engine) as session, pytest.raises(StatementError, match="a datetime needs a time zone"):
        session.execute(select(now))


def test_key_in_takes_any_number_of_keys(engine: Engine) -> None:
    with db.transaction(engine) as session:
        session.add_all([Workspace(created_at=NOW) for _ in range(3)])
    statement = select(Workspace.id).where(db.key_in(Workspace.id, "ids")).order_by(Workspace.id)
    with db.reading(engine) as session:
        first, _, last = session.scalars(select(Workspace.id).order_by(Workspace.id)).all()
        for keys, expected in (
            ([], []),
            (None, []),
            ([first], [first]),
            ((last, first), [first, last]),
            (range(first + 2, first + 2000), [last]),
            ([2**62, last], [last]),
        ):
            assert session.scalars(statement, {"ids": keys}).all() == expected


def test_what_is_committed_to_sqlite_is_on_the_disk_and_what_is_deleted_is_overwritten(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("a server has settings of its own")
    with db.reading(engine) as session:
        found = {name: session.scalar(text(f"PRAGMA {name}")) for name in ("synchronous", "secure_delete")}
    assert found == {"synchronous": 2, "secure_delete": 1}


def test_a_new_sqlite_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    engine = db.connect(f"sqlite:///{tmp_path}/new.db")
    with db.transaction(engine) as session:
        session.execute(text("CREATE TABLE some (thing TEXT)"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    engine.dispose()
    assert modes == {"new.db": 0o600, "new.db-wal": 0o600, "new.db-shm": 0o600}
