"""An erased client leaves no trace in any table, and nobody else loses anything."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.clients import touchpoints
from bot.clients.erasure import Mention, find_mentions, forget_client
from bot.importing import importer
from bot.infra.db import overwrite_deleted, reading, transaction
from bot.infra.models import (
    AuditEntry,
    Base,
    Breach,
    Client,
    Escalation,
    ImportAnswers,
    ImportRun,
    Member,
    OutboxMessage,
    Snooze,
    Touchpoint,
    Workspace,
)
from bot.jobs import digest, digest_content
from bot.judging.assessments import reassess
from bot.messaging import outbox

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
NAME, KEY = "Zebra & <Sons>", "ZEB-77"


@pytest.fixture
def agency(engine: Engine, tmp_path: Path) -> int:
    """Two clients of one owner, both with everything a client can have, both in the same digests."""
    with transaction(engine) as session:
        workspace = Workspace(created_at=NOW)
        session.add(workspace)
        session.flush()
        workspace_id = workspace.id
    files = {
        "clients": f"external_id,name,owner,notes\n{KEY},{NAME},a@x.example,About {NAME}\nOTHER,Other,a@x.example,\n",
        "contacts": f"client,name,email\n{KEY},Ada of {NAME},ada@zebra.example\nOTHER,Bo,bo@other.example\n",
        "touchpoints": f"client,occurred_at,summary\n{KEY},2026-10-01,Spoke with {NAME}\nOTHER,2026-10-01,Fine\n",
        "invoices": "client,number,issued_on,due_on,amount\n"
        + "".join(f"{key},{key}-1,2026-08-01,2026-08-15,100\n" for key in (KEY, "OTHER")),
        "metrics": f"client,date,spend\n{KEY},2026-11-02,5\nOTHER,2026-11-02,5\n{KEY},soon,5\nOTHER,soon,5\n",
        "targets": f"client,month,metric,target\n{KEY},2026-11,leads,5\nOTHER,2026-11,leads,5\n",
        "observations": f"client,kind,occurred_on,note\n{KEY},complaint,2026-11-02,{NAME}\n"
        f"OTHER,complaint,2026-11-02,\n{NAME} Ltd,complaint,2026-11-02,\n",
        "deadlines": f"client,title,internal_due_on\n{KEY},Site for {NAME},2026-11-02\nOTHER,Site,2026-11-02\n",
        "roadmap": f"client,title,planned_on\n{KEY},Meet {NAME},2026-11-02\nOTHER,Meet,2026-11-02\n",
        "effort": f"client,month,hours\n{KEY},2026-10,5\nOTHER,2026-10,5\n",
    }
    for kind, text in files.items():
        path = tmp_path / (f"{KEY} {kind}.csv" if kind == "metrics" else f"{kind}.csv")
        path.write_text(text)
        importer.import_file(engine, workspace_id, kind, path, now=NOW)
    (tmp_path / "clients.csv").write_text(files["clients"].replace("a@x.example,", "a@x.example,More: "))
    importer.import_file(engine, workspace_id, "clients", tmp_path / "clients.csv", now=NOW)
    with transaction(engine) as session:
        told = {
            "columns": {"zebra_sons": ["spend"], "cost": ["spend"]},
            "values": {"outcome": {"zebra sons": "attempt"}},
        }
        session.add(ImportAnswers(workspace_id=workspace_id, kind="metrics", shape="x", answers=told, updated_at=NOW))
        member = session.scalars(select(Member)).one()
        member.slack_user_id = "U0OWNER12"
        ids = list(session.scalars(select(Client.id).order_by(Client.id)))
        reassess(session, workspace_id, ids, NOW)
        for client_id in ids:
            touchpoints.log(
                session,
                workspace_id,
                client_id,
                member.id,
                seen=None,
                outcome="attempt",
                occurred_at=NOW,
                source="form",
                now=NOW,
            )
            session.add(
                Snooze(workspace_id=workspace_id, client_id=client_id, colour="red", until_at=NOW, created_at=NOW)
            )
        assert digest.enqueue(session, member, NOW)
    return workspace_id


def client_id(engine: Engine, key: str) -> int:
    with reading(engine) as session:
        return session.scalars(select(Client.id).where(Client.external_id == key)).one()


def contents(engine: Engine) -> dict[str, list[Any]]:
    with reading(engine) as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table))] for table in Base.metadata.sorted_tables
        }


def forget(engine: Engine, workspace_id: int, number: int) -> bool:
    with transaction(engine) as session:
        return forget_client(session, workspace_id, number, NOW, via="command_line")


@pytest.mark.parametrize("state", ["waiting", "sending", "sent", "dead", "expired"])
def test_no_row_of_any_table_mentions_an_erased_client(engine: Engine, agency: int, state: str) -> None:
    number = client_id(engine, KEY)
    with transaction(engine) as session:
        session.query(OutboxMessage).update({"state": state, "posting_at": None if state == "waiting" else NOW})
    before = contents(engine)
    assert all("Zebra" in repr(before[table]) for table in ("clients", "touchpoints", "observations", "outbox"))
    assert KEY in repr(before["import_runs"])
    assert forget(engine, agency, number)
    after = contents(engine)
    for table, rows in after.items():
        assert "Zebra" not in repr(rows), table
        assert KEY not in repr(rows), table
    assert "zebra" not in repr(after["import_answers"])
    assert "'cost': ['spend']" in repr(after["import_answers"])
    with reading(engine) as session:
        for owned in Base.metadata.sorted_tables:
            if "client_id" in owned.c:
                assert session.execute(select(owned).where(owned.c.client_id == number)).all() == [], owned.name


def test_other_clients_lose_nothing(engine: Engine, agency: int) -> None:
    other = client_id(engine, "OTHER")
    owned = [table for table in Base.metadata.sorted_tables if "client_id" in table.c]

    def of_other() -> dict[str, list[str]]:
        with reading(engine) as session:
            found = {table.name: session.execute(select(table).where(table.c.client_id == other)) for table in owned}
            return {name: sorted(map(repr, rows)) for name, rows in found.items()}

    before = of_other()
    assert all(before[table.name] for table in owned if table.name not in {"outbox", "audit"}), before
    assert forget(engine, agency, client_id(engine, KEY))
    assert of_other() == before
    with reading(engine) as session:
        assert session.scalars(select(Breach)).first() is not None
        refusals = [refusal for run in session.scalars(select(ImportRun)) for refusal in run.refusals]
    assert [(each["row"], each["value"]) for each in refusals] == [(4, "soon"), (5, "soon")]


def test_a_waiting_digest_is_composed_again_without_the_client(engine: Engine, agency: int) -> None:
    assert forget(engine, agency, client_id(engine, KEY))
    with transaction(engine) as session:
        member = session.scalars(select(Member)).one()
        assert session.scalars(select(OutboxMessage)).all() == []
        assert member.next_digest_at == NOW
        assert digest.enqueue(session, member, NOW)
        body = str(session.scalars(select(OutboxMessage)).one().body)
    assert "Other" in body
    assert "Zebra" not in body


def test_a_sent_digest_can_still_be_redrawn_after_a_click(engine: Engine, agency: int) -> None:
    with transaction(engine) as session:
        session.query(OutboxMessage).update({"state": "sent", "ts": "1.2", "channel": "D1"})
    assert forget(engine, agency, client_id(engine, KEY))
    with transaction(engine) as session:
        message = session.scalars(select(OutboxMessage)).one()
        body = str(digest_content.redraw(session, message, NOW))
    assert "Other" in body
    assert "Zebra" not in body


def test_a_nudge_about_the_client_is_deleted_with_it(engine: Engine, agency: int) -> None:
    number = client_id(engine, KEY)
    with transaction(engine) as session:
        member_id = session.scalars(select(Member.id)).one()
        outbox.enqueue(
            session,
            workspace_id=agency,
            key="nudge:1",
            kind="nudge",
            body={"text": "Call them", "blocks": []},
            now=NOW,
            member_id=member_id,
            client_id=number,
        )
    assert forget(engine, agency, number)
    with reading(engine) as session:
        assert session.scalars(select(OutboxMessage.key)).all() == []


def test_another_workspaces_client_is_not_found(engine: Engine, agency: int) -> None:
    number = client_id(engine, KEY)
    before = contents(engine)
    assert not forget(engine, agency + 1, number)
    assert contents(engine) == before


def add_notice(session: Session, workspace_id: int, key: str, text: str, data: dict[str, Any], state: str) -> int:
    member_id = session.scalars(select(Member.id)).one()
    body = {"text": text, "blocks": []}
    outbox.enqueue(
        session, workspace_id=workspace_id, key=key, kind="notice", body=body, data=data, now=NOW, member_id=member_id
    )
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()
    message.state = state
    session.flush()
    return message.id


def test_messages_about_others_stay_whatever_number_the_key_is(engine: Engine, agency: int) -> None:
    """The key "12" is in other clients' messages as days, amounts and dates; none of them is touched."""
    other = client_id(engine, "OTHER")
    with transaction(engine) as session:
        session.add(
            Client(workspace_id=agency, external_id="12", name="12", search_name="12", currency="EUR", created_at=NOW)
        )
        session.add(
            ImportRun(
                workspace_id=agency,
                kind="metrics",
                filename="metrics 2026-11-12.csv",
                started_at=NOW,
                refusals=[{"row": 2, "column": "spend", "value": "12", "reason": "is not an amount"}],
            )
        )
        session.add(ImportRun(workspace_id=agency, kind="metrics", filename="client-12.csv", started_at=NOW))
        for state in ("waiting", "sent"):
            add_notice(session, agency, f"n:{state}", "Other: 12 days silent, €12.50", {"client_id": other}, state)
    before = contents(engine)
    assert forget(engine, agency, client_id(engine, "12"))
    after = contents(engine)
    assert after["outbox"] == before["outbox"]
    names = [run[3] for run in after["import_runs"]]
    assert "metrics 2026-11-12.csv" in names
    assert "client-12.csv" not in names
    assert "'12'" in repr(after["import_runs"])


def test_an_escalation_that_waits_is_told_again_without_the_client(engine: Engine, agency: int) -> None:
    number = client_id(engine, KEY)
    with transaction(engine) as session:
        member_id = session.scalars(select(Member.id)).one()
        ids = {}
        for key in (KEY, "OTHER"):
            ids[key] = session.scalars(select(Breach.id).join(Client).where(Client.external_id == key)).first()
        message_id = add_notice(session, agency, "escalation:1", "Two clients", {}, "waiting")
        for breach_id in ids.values():
            session.add(
                Escalation(
                    breach_id=breach_id, member_id=member_id, workspace_id=agency, red_at=NOW, outbox_id=message_id
                )
            )
    assert forget(engine, agency, number)
    with reading(engine) as session:
        assert session.scalars(select(Escalation.breach_id)).all() == [], "the other one has to be told as well"
        assert session.scalars(select(OutboxMessage.key).where(OutboxMessage.key == "escalation:1")).all() == []


def test_what_others_records_say_of_the_client_is_listed_and_stays(engine: Engine, agency: int) -> None:
    number, other = client_id(engine, KEY), client_id(engine, "OTHER")
    with transaction(engine) as session:
        session.get_one(Client, other).notes = f"Same owner as {NAME.upper()}"
        session.scalars(select(Touchpoint).where(Touchpoint.summary == "Fine")).one().summary = f"Asked about {NAME}."
        assert find_mentions(session, agency, number) == [
            Mention("Other", "OTHER", "notes", None),
            Mention("Other", "OTHER", "contact", date(2026, 10, 1)),
        ]
    assert forget(engine, agency, number)
    with reading(engine) as session:
        assert session.get_one(Client, other).notes == f"Same owner as {NAME.upper()}"


def test_erasing_is_in_the_trail_without_the_name(engine: Engine, agency: int) -> None:
    number = client_id(engine, KEY)
    assert forget(engine, agency, number)
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "client.forgotten")).one()
    assert (entry.action, entry.client_id, entry.before) == ("client.forgotten", None, {"client_id": number})


def test_the_id_of_a_message_is_never_used_again(engine: Engine, agency: int) -> None:
    """The newest message goes with the client; the next one gets an id that Slack has never seen."""
    number = client_id(engine, KEY)
    with transaction(engine) as session:
        newest = add_notice(session, agency, "n:1", "Call them", {"client_id": number}, "sent")
        session.get_one(OutboxMessage, newest).client_id = number
    assert forget(engine, agency, number)
    with transaction(engine) as session:
        assert session.get(OutboxMessage, newest) is None
        assert add_notice(session, agency, "n:2", "Call others", {}, "waiting") > newest


def test_the_files_hold_none_of_an_erased_clients_words(engine: Engine, agency: int, tmp_path: Path) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("the server keeps its own files")
    secret = "quintessential marmalade"
    number = client_id(engine, KEY)
    with transaction(engine) as session:
        for count in range(300):  # enough for pages to be split, freed and used again
            session.add(
                Touchpoint(
                    workspace_id=agency,
                    client_id=number,
                    occurred_at=NOW - timedelta(hours=count),
                    source="import",
                    created_at=NOW,
                    summary=f"{count} {secret} " * (40 if count % 10 == 0 else 1),
                )
            )
    with transaction(engine) as session:
        for touchpoint in session.scalars(select(Touchpoint).where(Touchpoint.summary.contains(secret)).limit(100)):
            touchpoint.summary = "edited"
    overwrite_deleted(engine)
    assert bytes_of(tmp_path).count(secret.encode()) > 100
    assert forget(engine, agency, number)
    assert overwrite_deleted(engine)
    remains = bytes_of(tmp_path)
    assert [word for word in (secret, "Zebra", KEY) if word.encode() in remains] == []


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("atrisk.db*")))
