"""What is known of a person at a client is handed out, and erased without a trace."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, select

from bot.clients import contacts
from bot.importing import importer
from bot.infra.db import reading, transaction
from bot.infra.models import AuditEntry, Base, Contact, Touchpoint
from tests import agency
from tests.conftest import NOW

PEOPLE = "client,name,role,email\nAcme,Ada Zebra,Owner,ada@acme.example\nAcme,Bo,,bo@acme.example\nBolt,Ada Zebra,,\n"
MET = "client,occurred_at,person,summary,external_id\nAcme,2026-11-02,Ada Zebra,Fine,1\nBolt,2026-11-02,Ada Zebra,,2\n"


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> agency.Agency:
    with transaction(engine) as session:
        made = agency.create(session, NOW)
        for name in ("Acme", "Bolt"):
            agency.client(session, made.id, name, now=NOW)
    refused = "Nobody,Ada,,ada@acme.example\n"
    for kind, text in (
        ("contacts", PEOPLE + refused),
        ("contacts", PEOPLE.replace("Owner", "Director")),
        ("touchpoints", MET),
        ("touchpoints", MET.replace("Fine", "Very fine")),
    ):
        path = tmp_path / f"{kind}.csv"
        path.write_text(text)
        importer.import_file(engine, made.id, kind, path, now=NOW - timedelta(days=1))
    return made


def test_what_is_known_of_a_person_at_a_client_is_handed_out(engine: Engine, house: agency.Agency) -> None:
    with reading(engine) as session:
        (known,) = orjson.loads(orjson.dumps(contacts.collect(session, house.id, "Ada@acme.example")))
        assert contacts.collect(session, house.other_id, "ada@acme.example") == []
    assert (known["name"], known["role"], known["decision_maker"]) == ("Ada Zebra", "Director", False)
    assert [each["summary"] for each in known["touchpoints"]] == ["Very fine"]


def test_a_person_who_is_erased_is_in_no_row_of_that_client_and_others_stay(
    engine: Engine, house: agency.Agency
) -> None:
    with transaction(engine) as session:
        assert contacts.forget(session, house.id, "ada@acme.example", NOW, via="command_line") == 1
        assert contacts.forget(session, house.id, "ada@acme.example", NOW, via="command_line") == 0
    with reading(engine) as session:
        for table in Base.metadata.sorted_tables:
            rows = session.execute(select(table)).all()
            assert "ada@acme" not in repr(rows), table.name
        acme = session.scalars(select(AuditEntry.client_id).where(AuditEntry.action == "contact.forgotten")).one()
        assert session.scalars(select(Contact.name).order_by(Contact.id)).all() == ["Bo", "Ada Zebra"]
        of_acme = [table for table in Base.metadata.sorted_tables if "client_id" in table.c]
        for table in of_acme:
            assert "Zebra" not in repr(session.execute(select(table).where(table.c.client_id == acme)).all()), (
                table.name
            )
        met = session.execute(select(Touchpoint.client_id == acme, Touchpoint.person, Touchpoint.summary))
        assert sorted(tuple(row) for row in met) == [(False, "Ada Zebra", None), (True, None, "Very fine")]
