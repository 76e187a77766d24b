"""Models and migrations agree on both databases; upgrade, downgrade and data migrations."""

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, Table, UniqueConstraint, inspect, text
from sqlalchemy.orm import Session

from bot.infra import migrate
from bot.infra.db import connect
from bot.infra.models import Base, Client, DailyMetric, Invoice, Member, Touchpoint, Workspace
from tests.conftest import NOW, ROOT
from tests.postgres import Postgres
from tests.waiting import PATIENCE_SECONDS

DESCENDING = {"ix_clients_book", "ix_clients_ranking", "ix_clients_name", "ix_touchpoints_latest"}


def test_the_models_and_the_migrations_agree(engine: Engine) -> None:
    def is_compared(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:  # noqa: FBT001
        return not (
            kind == "index" and name in DESCENDING
        )  # Alembic cannot compare these: the next test checks their names

    with engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*expression-based index.*")
        options = {"compare_type": True, "include_object": is_compared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_every_index_of_the_models_exists(engine: Engine) -> None:
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        query = (
            "SELECT name FROM sqlite_master WHERE type = 'index'"
            if engine.dialect.name == "sqlite"
            else "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
        )
        existing = {row[0] for row in connection.exec_driver_sql(query)}
    expected = {index.name for table in Base.metadata.tables.values() for index in table.indexes}
    assert expected <= existing


def test_a_database_can_be_downgraded_to_empty_and_upgraded_again(engine: Engine) -> None:
    assert migrate.version(engine) == migrate.newest()
    migrate.downgrade(engine)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    assert migrate.version(engine) is None
    migrate.upgrade(engine)
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())
    assert migrate.version(engine) == migrate.newest()


def test_upgrading_keeps_the_data_of_renamed_columns(engine: Engine) -> None:
    migrate.downgrade(engine, "0001")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO workspaces (id, name, currency, policy, yardsticks, created_at) "
                "VALUES (1, 'Agency', 'EUR', '{}', '{\"renewal_rate\": 0.9}', '2026-11-18 09:00:00')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO members (id, workspace_id, name, slack_admin, standing, tz, locale, workdays, "
                "digest_time, quiet_days) VALUES "
                "(1, 1, 'Olga', false, 'guest', 'UTC', 'en', '12345', '09:00:00', 'all_clear')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO clients (id, workspace_id, external_id, name, search_name, status, currency, billing, "
                "complexity, reporting, created_at, contact_no, priority) VALUES (1, 1, 'acme', 'Acme', 'acme', "
                "'active', 'EUR', 'retainer', 'simple', 'month', '2026-11-18 09:00:00', 3, 12.5)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO touchpoints (id, workspace_id, client_id, occurred_at, channel, direction, outcome, "
                "source, contact_no, created_at) VALUES (1, 1, 1, '2026-11-18 09:00:00', 'call', 'out', 'reached', "
                "'form', 1, '2026-11-18 09:00:00')"
            )
        )
    migrate.upgrade(engine)
    with Session(engine) as session:
        assert session.get_one(Touchpoint, 1).client_id == 1
        assert session.get_one(Workspace, 1).benchmarks == {"renewal_rate": 0.9}
        assert session.get_one(Member, 1).account_type == "guest"
        client = session.get_one(Client, 1)
        assert (client.contact_no, client.facts_version) == (3, 0)


def test_copying_a_table_keeps_the_order_of_its_indexes(engine: Engine) -> None:
    migrate.downgrade(engine, "0002")
    migrate.upgrade(engine)
    query = (
        "SELECT sql FROM sqlite_master WHERE name = 'ix_clients_book'"
        if engine.dialect.name == "sqlite"
        else "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_clients_book'"
    )
    with engine.connect() as connection:
        assert "priority DESC" in str(connection.exec_driver_sql(query).scalar_one())


def test_every_foreign_key_that_a_deletion_follows_has_an_index() -> None:
    """A workspace's alone have none: deleting one scans each table once."""

    def is_served(column: Column[Any], table: Table) -> bool:
        firsts = [next(iter(index.columns)) for index in table.indexes]
        uniques = [next(iter(each.columns)) for each in table.constraints if isinstance(each, UniqueConstraint)]
        return column in {*firsts, *uniques, next(iter(table.primary_key.columns))}

    missing = [
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name != "workspaces" and not is_served(key.parent, table)
    ]
    assert missing == []


def test_several_migrations_started_at_once_all_end_well(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Three processes find the same empty database, and each says that it is at the newest version."""
    url = f"sqlite:///{tmp_path}/empty.db"
    if database_kind == "postgres":
        url = _empty_database(request.getfixturevalue("postgres"))
    migrations = [
        subprocess.Popen(
            [sys.executable, "-m", "bot", "migrate"],
            cwd=tmp_path,
            env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    results = [(*each.communicate(timeout=PATIENCE_SECONDS), each.returncode) for each in migrations]
    assert [(err, code) for _, err, code in results] == [("", 0)] * 3
    assert {f"at version {migrate.newest()}" in out for out, _, _ in results} == {True}


def _empty_database(server: Postgres) -> str:
    admin = connect(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE migrated_at_once"))
    admin.dispose()
    return server.url("migrated_at_once")


def test_names_are_searched_with_plain_marks_and_get_theirs_back(engine: Engine) -> None:
    searched = "o\u2019neill \u2013 \u201esons\u201d"
    with Session(engine) as session, session.begin():
        session.add(Workspace(id=1, created_at=NOW))
        session.flush()
        names = {"name": "O\u2019Neill \u2013 \u201eSons\u201d", "search_name": searched, "external_id": "a"}
        session.add(Client(workspace_id=1, currency="EUR", created_at=NOW, **names))
    migrate.downgrade(engine, "0006")
    migrate.upgrade(engine)
    query = text("SELECT search_name FROM clients")
    with engine.connect() as connection:
        assert connection.scalar(query) == 'o\'neill - "sons"'
    migrate.downgrade(engine, "0006")
    with engine.connect() as connection:
        assert connection.scalar(query) == searched


def test_results_keep_their_values_when_they_get_fractions_and_are_rounded_on_the_way_back(engine: Engine) -> None:
    query = text("SELECT leads, conversions, spend FROM daily_metrics ORDER BY source")
    _add_metric(engine, leads=3)
    migrate.downgrade(engine, "0007")
    with engine.connect() as connection:
        assert connection.execute(query).all() == [(3, 2.5, 100)]
    migrate.upgrade(engine)
    with engine.begin() as connection:
        assert connection.execute(query).all() == [(3.0, 2.5, 100)]
        connection.execute(text("UPDATE daily_metrics SET leads = 3.6"))
        connection.execute(text("UPDATE invoices SET status = 'disputed'"))
        connection.execute(text("UPDATE touchpoints SET automatic = true WHERE summary = 'newsletter'"))
    migrate.downgrade(engine, "0007")
    with engine.connect() as connection:
        assert connection.execute(query).all() == [(4, 2.5, 100)]
        assert connection.scalar(text("SELECT status FROM invoices")) == "open"
        assert connection.scalars(text("SELECT summary FROM touchpoints")).all() == ["call"]


def _add_metric(engine: Engine, *, leads: float) -> None:
    with Session(engine) as session, session.begin():
        session.add(Workspace(id=1, created_at=NOW))
        session.flush()
        session.add(
            Client(id=1, workspace_id=1, name="A", search_name="a", external_id="a", currency="EUR", created_at=NOW)
        )
        session.flush()
        of_client = {"workspace_id": 1, "client_id": 1}
        session.add(
            DailyMetric(**of_client, on=NOW.date(), leads=leads, conversions=2.5, spend=100, currency="EUR", source="")
        )
        session.add(
            Invoice(
                **of_client,
                number="1",
                issued_on=NOW.date(),
                due_on=NOW.date(),
                amount=1,
                currency="EUR",
                status="open",
            )
        )
        for summary in ("call", "newsletter"):
            session.add(Touchpoint(**of_client, occurred_at=NOW, summary=summary, source="import", created_at=NOW))
