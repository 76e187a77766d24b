"""What is asked through the driver is what SQLAlchemy would have told, refusals and lost connections included."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, bindparam, func, select, text
from sqlalchemy.exc import DBAPIError

from bot.infra import db
from bot.infra.models import Client, Member, Workspace
from bot.prepared import Prepared
from tests import agency, postgres
from tests.conftest import NOW

COLUMNS = (
    Client.id,
    Client.name,
    Client.priority,
    Client.risk,
    Client.started_on,
    Client.returns_on,
    Client.created_at,
    Client.assessed_on,
    Member.slack_admin,
    Member.refreshed_at,
    Workspace.benchmarks,
)
ASKED = (
    select(*COLUMNS, select(func.count(Member.id)).where(Member.role.is_(None)).scalar_subquery())
    .outerjoin(Member, Member.id == Client.owner_id)
    .join(Workspace, Workspace.id == Client.workspace_id)
    .where(
        Client.workspace_id == bindparam("workspace_id"),
        Client.status != "lost",
        db.among(Client.id, "ids"),
        Client.created_at <= bindparam("now", type_=Client.created_at.type),
        Client.started_on >= bindparam("since", type_=Client.started_on.type),
    )
    .order_by(Client.id)
    .limit(bindparam("limit"))
)


@pytest.fixture
def ids(engine: Engine) -> list[int]:
    with db.transaction(engine) as session:
        house = agency.found(session, NOW)
        session.get_one(Workspace, house.id).benchmarks = {"renewal_rate": 0.9}
        return [
            agency.client(session, house.id, f"100% {number}", owner_id=owner, started_on=started, risk=0.5, now=NOW).id
            for number, (owner, started) in enumerate(
                [(house.alice, date(2026, 1, 31)), (None, date(2025, 2, 28)), (house.bob, date(2020, 2, 29))]
            )
        ]


def test_the_rows_are_those_of_sqlalchemy_in_values_and_in_kind(engine: Engine, ids: list[int]) -> None:
    prepared = Prepared(ASKED)
    values = {"workspace_id": 1, "ids": ids, "now": NOW, "since": date(2024, 1, 1), "limit": 9}
    with db.looking(engine) as connection:
        for asked in (values, {**values, "limit": 1}, {**values, "now": NOW - timedelta(seconds=1)}):
            told = [list(row) for row in connection.execute(ASKED, asked)]
            found = prepared.rows(connection, asked)
            assert found == told
            assert [[type(value) for value in row] for row in found] == [[type(value) for value in row] for row in told]
        assert len(prepared.rows(connection, values)) == 2


def test_it_sees_what_its_own_transaction_has_written(engine: Engine, ids: list[int]) -> None:
    prepared = Prepared(select(Client.name).where(Client.id == bindparam("id")))
    with db.transaction(engine) as session:
        session.get_one(Client, ids[0]).name = "Renamed"
        session.flush()
        assert prepared.rows(session.connection(), {"id": ids[0]}) == [["Renamed"]]


def test_what_the_database_refuses_is_told_by_sqlalchemy(engine: Engine) -> None:
    prepared = Prepared(select(Client.id).where(text("no_such_column = 1")))
    with db.looking(engine) as connection, pytest.raises(DBAPIError, match="no_such_column"):
        prepared.rows(connection, {})


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_after_a_restart_of_the_database_all_lost_connections_are_replaced_at_once(
    engine: Engine, database_url: str
) -> None:
    prepared = Prepared(select(func.count(Client.id)))
    with db.looking(engine), db.looking(engine) as connection:
        assert prepared.rows(connection, {}) == [[0]]
    operator = db.connect(database_url)
    with db.transaction(operator) as session:
        assert session.scalars(postgres.END_OTHERS).all() == [True, True]
    operator.dispose()
    with db.looking(engine) as connection, pytest.raises(DBAPIError) as failed:
        prepared.rows(connection, {})
    assert failed.value.connection_invalidated
    with db.looking(engine) as connection:
        assert prepared.rows(connection, {}) == [[0]]
