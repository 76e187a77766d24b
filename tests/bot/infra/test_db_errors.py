"""What a database's errors say: no values of rows, and whether it is the database's fault at all."""

import logging
import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from bot.infra import db, db_errors
from bot.infra.models import Member
from tests import agency

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def test_an_error_of_a_statement_quotes_no_value(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    with db.transaction(engine) as session:
        house = agency.create(session, NOW)
    twin = {"workspace_id": house.id, "name": "Secret name", "email": "alice@agency.test"}
    with pytest.raises(DBAPIError) as caught, db.transaction(engine) as session:
        session.add(Member(**twin))
    logging.getLogger().error("failed", exc_info=caught.value)
    assert "uq_members" in caplog.text or "UNIQUE" in caplog.text
    assert [value for value in ("Secret name", "alice@agency.test") if value in caplog.text] == []
    assert db_errors.explain(caught.value, engine.url) is None, "a bug of ours is not explained away"


def test_a_statement_that_is_wrong_is_a_bug_and_not_the_databases_fault(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, db.reading(engine) as session:
        session.execute(text("SELEKT 1"))
    assert db_errors.explain(caught.value, engine.url) is None


def test_a_lock_that_is_not_given_back_is_named_after_the_patience(engine: Engine, database_url: str) -> None:
    with db.transaction(engine) as session:
        agency.create(session, NOW)
    impatient = db.connect(database_url, patience=0.1)
    with db.transaction(engine) as holder:
        holder.execute(text("UPDATE members SET name = 'x'"))
        with pytest.raises(DBAPIError) as caught, db.transaction(impatient) as session:
            session.execute(text("UPDATE members SET name = 'y'"))
    impatient.dispose()
    line = db_errors.explain(caught.value, engine.url)
    assert line is not None
    assert "another program" in line


def test_a_connection_that_met_a_full_disk_goes_on_and_one_that_met_a_damaged_file_is_replaced() -> None:
    def error(code: int) -> sqlite3.OperationalError:
        made = sqlite3.OperationalError("x")
        made.sqlite_errorcode = code
        return made

    assert not db_errors.needs_new_connection(error(sqlite3.SQLITE_FULL))
    assert not db_errors.needs_new_connection(error(sqlite3.SQLITE_BUSY_SNAPSHOT))
    assert db_errors.needs_new_connection(error(sqlite3.SQLITE_IOERR_FSYNC))
    assert db_errors.needs_new_connection(error(sqlite3.SQLITE_CORRUPT))


def test_a_database_that_heals_is_used_again(engine: Engine) -> None:
    """Fill the disk, as SQLite sees it, and free it again, with one connection in the pool."""
    if engine.dialect.name != "sqlite":
        pytest.skip("a server has its own disk")
    with db.reading(engine) as session:
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(DBAPIError) as caught, db.transaction(engine) as session:
        session.execute(text("CREATE TABLE filler AS SELECT hex(zeroblob(1000000))"))
    assert "is full" in str(db_errors.explain(caught.value, engine.url))
    with db.reading(engine) as session:
        session.execute(text("PRAGMA max_page_count=1000000"))
    with db.transaction(engine) as session:
        agency.create(session, NOW)
    with db.reading(engine) as session:
        assert session.scalars(select(Member.name).order_by(Member.name)).first() == "Alice"
