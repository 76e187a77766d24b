"""Two identical agencies, with the same clients, keys and Slack users: a change in one never affects the other."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Engine, Table, select

from bot.clients import erasure
from bot.importing import exporter, importer
from bot.infra import db
from bot.infra.models import Base, Client, Member, Snooze, Touchpoint, Workspace
from bot.infra.services import Services
from bot.jobs import delivery, digest, sweep
from bot.practice import Message, Person, Practice
from tests import agency
from tests.conftest import NOW, Clock
from tests.serving import Server

LONG_AGO = NOW.date() - timedelta(days=200)
TEAMS = ("T0ONE", "T0TWO")
SLACK_ID = "U0SAME"


@dataclass
class Twins:
    """The two agencies, with a person in each."""

    services: Services
    workspaces: tuple[int, int]
    people: tuple[Person, Person]
    folder: Path

    def of_other(self) -> dict[str, list[Any]]:
        """Return everything stored for the second agency."""
        with self.services.reading() as session:
            return {
                table.name: sorted(map(repr, session.execute(select(table).where(_own(table, self.workspaces[1])))))
                for table in Base.metadata.sorted_tables
                if table.name != "job_slots"
            }

    def sheet(self, text: str) -> Path:
        path = self.folder / "sheet.csv"
        path.write_text(text)
        return path


def _own(table: Table, workspace_id: int) -> ColumnElement[bool]:
    return (table.c.id if table is Workspace.__table__ else table.c.workspace_id) == workspace_id


@pytest.fixture
def twins(engine: Engine, services: Services, practice: Practice, clock: Clock, tmp_path: Path) -> Iterator[Twins]:
    made = []
    with db.transaction(engine) as session:
        for team in TEAMS:
            workspace = Workspace(team_id=team, name="Agency", currency="EUR", created_at=NOW, connected_at=NOW)
            session.add(workspace)
            session.flush()
            made.append(workspace.id)
            owner = agency.member(
                session, workspace.id, slack_user_id=SLACK_ID, name="Sam", email="sam@agency.test", refreshed_at=NOW
            )
            for name in ("Acme", "Cedar"):
                client = agency.client(
                    session, workspace.id, name, owner_id=owner.id, started_on=LONG_AGO, monthly_fee=500_000, now=NOW
                )
                client.next_check_at = NOW
                agency.invoice(session, workspace.id, client.id, due_on=NOW.date() - timedelta(days=40))
    first, second = (practice.team(team).person(SLACK_ID, "Sam", email="sam@agency.test", tz="UTC") for team in TEAMS)
    while sweep.run_one(services):
        pass
    with Server(services, practice.signing_secret) as url:
        practice.deliver_to(f"{url}/slack/events")
        both = Twins(services, (made[0], made[1]), (first, second), tmp_path)
        for person in both.people:
            person.command("/atrisk")
        with services.transaction() as session:
            for member in session.scalars(select(Member)):
                assert digest.enqueue(session, member, NOW)
        while delivery.run_one(services):
            clock.move(seconds=2)
        yield both


def _acme(twins: Twins) -> int:
    with twins.services.reading() as session:
        wanted = (Client.workspace_id == twins.workspaces[0], Client.name == "Acme")
        return session.scalars(select(Client.id).where(*wanted)).one()


def _card(twins: Twins) -> Message:
    return twins.people[0].command("/atrisk", "acme").message


def test_what_is_done_in_slack_stays_in_its_agency(twins: Twins) -> None:
    person, before = twins.people[0], twins.of_other()
    assert person.command("/atrisk", "log acme called").ok
    for action_id, option in (("nudge.undo", None), ("nudge.contacted", None), ("nudge.undo", None)):
        assert person.click(_card(twins), action_id, option).ok
    assert person.click(_card(twins), "nudge.snooze", "3d").ok
    assert person.click(_card(twins), "client.silence").ok
    assert person.submit({"until": "2026-12-01"}).ok
    assert person.command("/atrisk", "away until 2026-12-24").ok
    assert person.command("/atrisk", "back").ok
    assert twins.of_other() == before
    with twins.services.reading() as session:
        acme = session.get_one(Client, _acme(twins))
        assert acme.silent_until is not None
        assert len(session.scalars(select(Touchpoint).where(Touchpoint.undone_at.is_not(None))).all()) == 2
        assert session.scalars(select(Snooze.client_id)).all() == [acme.id]


def test_what_the_command_line_does_stays_in_its_agency(twins: Twins) -> None:
    before, (ours, _) = twins.of_other(), twins.workspaces
    owner = "external_id,name,owner,monthly_fee\nAcme,Acme Ltd,sam@agency.test,9\nNew,Cedar,sam@agency.test,9\n"
    assert importer.import_file(twins.services.engine, ours, "clients", twins.sheet(owner), now=NOW).changed == 1
    paid = "client,number,issued_on,due_on,amount,paid_on\nAcme,1-2026-10-09,2026-09-09,2026-10-09,500,2026-10-10\n"
    assert not importer.import_file(twins.services.engine, ours, "invoices", twins.sheet(paid), now=NOW).refused
    met = "client,occurred_at,member\nAcme,2026-11-17,sam@agency.test\n"
    assert not importer.import_file(twins.services.engine, ours, "touchpoints", twins.sheet(met), now=NOW).refused
    assert twins.of_other() == before


def test_erasing_a_client_in_one_agency_leaves_it_in_the_other(twins: Twins) -> None:
    before = twins.of_other()
    with twins.services.transaction() as session:
        erasure.forget_client(session, twins.workspaces[0], _acme(twins), NOW, via="command_line")
    assert twins.of_other() == before
    assert "Acme" in twins.people[1].command("/atrisk").message.words
    assert "Acme" not in twins.people[0].command("/atrisk").message.words


def test_an_export_has_the_records_of_one_agency_only(twins: Twins) -> None:
    for kind in exports_kinds():
        with twins.services.reading() as session:
            both = [io.StringIO(), io.StringIO()]
            first, second = (
                exporter.export_records(session, id_, kind, out)
                for id_, out in zip(twins.workspaces, both, strict=True)
            )
        assert first == second == {"clients": 2, "invoices": 2}.get(kind, 0)


def exports_kinds() -> tuple[str, ...]:
    return ("clients", "touchpoints", "invoices", "metrics", "targets", "observations")


def test_the_digest_and_the_ranking_name_each_client_once(twins: Twins) -> None:
    for person in twins.people:
        assert person.command("/atrisk", "team").message.words.count("Acme") == 1
        digests = [message for message in person.messages() if "Your clients on" in message.words]
        assert [message.words.count("\nAcme\n") for message in digests] == [1]
