"""A person's data: handed out whole, and erased, while what the agency did stays whole."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.infra.db import reading, transaction
from bot.infra.models import AuditEntry, Base, Client, Deadline, ImportRun, Member, OutboxMessage, Touchpoint
from bot.messaging import outbox
from bot.people import audit, erasure, members
from tests import agency
from tests.conftest import NOW


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    """Bob is in every table that can name a person."""
    with transaction(engine) as session:
        house = agency.create(session, NOW)
        owned = agency.client(session, house.id, "Acme", owner_id=house.bob, backup_id=house.alice, now=NOW)
        agency.client(session, house.id, "Cedar", owner_id=house.alice, backup_id=house.bob, now=NOW)
        session.get_one(Member, house.alice).cover_id = house.bob
        session.add(
            Touchpoint(
                workspace_id=house.id,
                client_id=owned.id,
                member_id=house.bob,
                occurred_at=NOW - timedelta(days=1),
                source="form",
                created_at=NOW,
                summary="They want a new site",
            )
        )
        session.add(
            Deadline(
                workspace_id=house.id,
                client_id=owned.id,
                title="Site",
                internal_due_on=NOW.date(),
                member_id=house.bob,
            )
        )
        refusals = [{"row": 2, "column": "owner", "value": "bob@agency.test", "reason": "is not known"}]
        session.add(
            ImportRun(workspace_id=house.id, kind="clients", filename="c.csv", started_at=NOW, refusals=refusals)
        )
        post(session, house, house.bob, "Good morning, Bob")
        post(session, house, house.alice, f"<@{agency.BOB}> called Acme")
        post(session, house, house.alice, "Nothing about anybody")
        audit.record(session, house.id, "client.changed", now=NOW, by=house.bob, client_id=owned.id, after={"fee": 5})
        audit.record(session, house.id, "role.changed", now=NOW, by=house.alice, person_id=house.bob)
    return house


def post(session: Session, house: agency.Agency, member_id: int, text: str) -> None:
    body = {"text": text, "blocks": []}
    data = {"covering": [{"name": "Bob", "slack_user_id": agency.BOB}], "on": "2026-11-18"}
    outbox.enqueue(
        session, workspace_id=house.id, key=text, kind="digest", body=body, data=data, now=NOW, member_id=member_id
    )
    session.scalars(select(OutboxMessage).where(OutboxMessage.key == text)).one().state = "sent"
    session.flush()


def test_no_table_holds_an_erased_persons_name_address_or_slack_id(engine: Engine, house: agency.Agency) -> None:
    with transaction(engine) as session:
        clients = erasure.forget_person(session, house.id, house.bob, NOW, via="command_line")
        assert len(clients) == 2
    with reading(engine) as session:
        for table in Base.metadata.sorted_tables:
            rows = repr(session.execute(select(table)).all())
            # the key of the test's own message has a text in it
            found = [mark for mark in ("bob@agency.test", agency.BOB, "'Bob'") if mark in rows]
            assert found == [] or table.name == "outbox", (table.name, found)
        texts = {message.key: message.body["text"] for message in session.scalars(select(OutboxMessage))}
    assert texts == {f"<@{agency.BOB}> called Acme": "", "Nothing about anybody": ""}


def test_what_the_person_did_stays_whole_and_what_they_were_to_do_is_nobodys(
    engine: Engine, house: agency.Agency
) -> None:
    with transaction(engine) as session:
        erasure.forget_person(session, house.id, house.bob, NOW, via="command_line")
    with reading(engine) as session:
        touchpoint = session.scalars(select(Touchpoint)).one()
        assert (touchpoint.member_id, touchpoint.summary) == (house.bob, "They want a new site")
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(entry.action, entry.member_id, entry.person_id) for entry in entries] == [
            ("client.changed", house.bob, None),
            ("role.changed", house.alice, house.bob),
            ("person.forgotten", None, house.bob),
        ]
        assert session.scalars(select(Deadline.member_id)).all() == [None]
        assert session.scalars(select(Client.owner_id).order_by(Client.id)).all() == [None, house.alice]
        assert session.scalars(select(Client.backup_id).order_by(Client.id)).all() == [house.alice, None]
        erased = session.get_one(Member, house.bob)
        assert (erased.account_type, erased.name, session.get_one(Member, house.alice).cover_id) == ("erased", "", None)


def test_an_erased_person_who_comes_back_is_somebody_new(engine: Engine, house: agency.Agency) -> None:
    with transaction(engine) as session:
        erasure.forget_person(session, house.id, house.bob, NOW, via="command_line")
        user = agency.slack_user(agency.BOB, real_name="Bob", profile={"email": "bob@agency.test"})
        assert members.sync_user(session, house.id, user, NOW).id != house.bob


def test_all_that_is_known_of_a_person_is_handed_out_as_plain_data(engine: Engine, house: agency.Agency) -> None:
    with reading(engine) as session:
        known = orjson.loads(orjson.dumps(erasure.collect(session, house.id, house.bob)))
    assert known["person"]["email"] == "bob@agency.test"
    assert [client["name"] for client in known["clients"]] == ["Acme", "Cedar"]
    assert "monthly_fee" not in known["clients"][0]
    assert [touchpoint["summary"] for touchpoint in known["touchpoints"]] == ["They want a new site"]
    assert [message["body"]["text"] for message in known["messages"]] == ["Good morning, Bob"]
    assert [entry["action"] for entry in known["audit"]] == ["client.changed", "role.changed"]


def test_every_column_that_names_a_member_is_handed_out() -> None:
    """A column that is added later has to be thought of here."""
    told = {column.key for _, columns in erasure.PERSONAL.values() for column in columns}
    columns = {
        key.parent.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "members"
    }
    assert columns - told == {"cover_id"}, "whom a colleague named as cover is told by the colleague's row"
