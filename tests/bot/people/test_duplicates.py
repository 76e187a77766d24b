"""Two rows of one person: whose an e-mail address is, and what moves when the rows become one."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import Engine, Table, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from bot.infra import db
from bot.infra.db import Instant, Json
from bot.infra.models import Base, Client, Escalation, Member, OutboxMessage
from bot.people import duplicates, members
from tests import agency
from tests.conftest import NOW

OWNER = {"email": "dora@agency.test"}


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.create(session, NOW)


def sync(session: Session, house: agency.Agency, user_id: str, **fields: Any) -> Member:
    return members.sync_user(session, house.id, agency.slack_user(user_id, profile=OWNER, **fields), NOW)


OUTSIDERS: Mapping[str, Mapping[str, Any]] = {
    "stranger": {"team_id": agency.OTHER_TEAM},
    "guest": {"is_restricted": True},
    "bot": {"is_bot": True},
}


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_an_outsider_with_an_owners_address_never_takes_the_owners_row(
    engine: Engine, house: agency.Agency, outsider: str
) -> None:
    with db.transaction(engine) as session:
        owner = agency.member(session, house.id, email=OWNER["email"]).id
        other = sync(session, house, "U0OTHER", **OUTSIDERS[outsider])
        assert (other.id != owner, other.email, other.account_type) == (True, None, outsider)
        assert session.get_one(Member, owner).slack_user_id is None
        real = sync(session, house, "U0DORA")
        assert (real.id, real.email, real.account_type) == (owner, OWNER["email"], "member")


@pytest.mark.parametrize("has_own_row", [False, True])
def test_a_member_takes_the_row_back_from_an_outsider_who_has_it(
    engine: Engine,
    house: agency.Agency,
    *,
    has_own_row: bool,
) -> None:
    with db.transaction(engine) as session:
        taken = agency.member(
            session, house.id, **OWNER, slack_user_id="U0OTHER", account_type="stranger", dm_channel="D0OTHER"
        )
        acme = agency.client(session, house.id, "Acme", owner_id=taken.id, now=NOW).id
        message = OutboxMessage(
            workspace_id=house.id, key="k", kind="digest", member_id=taken.id, body={}, created_at=NOW, not_before=NOW
        )
        message.channel = "D0OTHER"
        session.add(message)
        if has_own_row:
            members.sync_user(session, house.id, agency.slack_user("U0DORA"), NOW)
        session.flush()
        dora = sync(session, house, "U0DORA")
        assert (dora.slack_user_id, dora.account_type, dora.dm_channel) == ("U0DORA", "member", None)
        assert session.get_one(Client, acme).owner_id == dora.id
        session.refresh(message)
        assert message.member_id == dora.id
        assert message.channel is None
        assert members.by_slack(session, house.id, "U0OTHER") is None


def test_every_reference_to_a_member_moves_when_two_rows_become_one(engine: Engine, house: agency.Agency) -> None:
    """In every table that the metadata knows, so that a new one can't be forgotten."""
    with db.transaction(engine) as session:
        kept = members.sync_user(session, house.id, agency.slack_user("U0DORA"), NOW)
        duplicate = agency.member(session, house.id, **OWNER)
        references = duplicates.references()
        for number, (table, column) in enumerate(references):
            insert_row(session, table, {column.name: duplicate.id}, number)
        ids = kept.id, duplicate.id
    with db.transaction(engine) as session:
        assert sync(session, house, "U0DORA").id == ids[0]
    with db.reading(engine) as session:
        assert session.get(Member, ids[1]) is None
        for _table, column in references:
            assert ids[0] in session.scalars(select(column)).all(), f"{column} lost its person"
    assert {str(column) for _table, column in references} >= {
        "clients.owner_id",
        "clients.backup_id",
        "clients.silent_by_id",
        "deadlines.member_id",
        "audit.member_id",
        "audit.person_id",
        "escalations.member_id",
        "members.cover_id",
    }


def test_what_both_rows_have_is_kept_once(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        kept = agency.member(session, house.id, slack_user_id="U0DORA")
        duplicate = agency.member(session, house.id, **OWNER, cover_id=kept.id, away_until=date(2026, 12, 1))
        client = agency.client(session, house.id, "Acme", owner_id=kept.id, backup_id=duplicate.id, now=NOW)
        breach = insert_row(session, Base.metadata.tables["breaches"], {"client_id": client.id}, 1)
        for member in (kept, duplicate):
            told = Escalation(breach_id=breach, member_id=member.id, workspace_id=house.id, red_at=NOW)
            session.add(told)
        session.flush()
        duplicates.merge(session, kept, duplicate)
        assert [row.member_id for row in session.scalars(select(Escalation))] == [kept.id]
        assert (client.owner_id, client.backup_id) == (kept.id, None)
        assert (kept.cover_id, kept.away_until) == (None, date(2026, 12, 1))


def insert_row(session: Session, table: Table, values: Mapping[str, Any], number: int) -> Any:
    """Insert a row with something in each column that must have it, and in what it refers to; return its key."""
    row = dict(values)
    workspace_id = session.scalars(select(Base.metadata.tables["workspaces"].c.id)).first()
    for column in table.columns:
        if column.name in row or column.nullable or column.name == "id":
            continue
        referred = next(iter(column.foreign_keys), None)
        if column.name == "workspace_id":
            row[column.name] = workspace_id
        elif referred is not None:
            row[column.name] = insert_row(session, referred.column.table, {}, number)
        elif column.default is None and column.server_default is None:
            row[column.name] = plain_value(column.type, str(number))
    key = next(iter(table.primary_key.columns))
    return session.scalars(insert(table).values(row).returning(key)).one()


def plain_value(kind: TypeEngine[Any], word: str) -> Any:
    """Return some value of a column's type."""
    if isinstance(kind, Instant):
        return NOW
    if isinstance(kind, Json):
        return {}
    made: Mapping[type, Any] = {str: word, int: 1, float: 1.0, bool: False, date: NOW.date(), time: time(9)}
    return made[kind.python_type]
