"""`audit`: who did what; and every command that changes something leaves an entry."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from sqlalchemy import delete, select

from bot.__main__ import app
from bot.cli.audit import ERASED
from bot.infra import db
from bot.infra.models import AuditEntry, Client, Member
from bot.people import audit
from tests.bot.cli.conftest import Run

LEAVES = {
    "import": "import.finished",
    "export": "export.made",
    "policy set": "policy.changed",
    "policy import": "policy.changed",
    "member role": "role.changed",
    "member remove": "role.changed",
    "workspace closed": "agency.changed",
}
SHOWS = {"list", "explain", "audit", "numbers", "backtest", "doctor", "manifest", "policy show", "policy export"}
SHOWS |= {"member list", "backup"}
BY_THE_CLOCK = {"run", "web", "worker", "sweep", "digest", "demo", "migrate", "sync"}
"""What they do is done by a timer or by somebody in Slack, who is recorded."""
ELSEWHERE = {"forget", "import undo", "restore", "workspace forget", "policy fit"}
"""Tested with the erasure, or as what it calls: `policy fit --apply` is a `policy set`."""


def _commands() -> set[str]:
    root = typer.main.get_command(app)
    found = set()
    for name, command in root.commands.items():  # type: ignore[attr-defined]  # a group of commands
        within = getattr(command, "commands", None)
        found |= {f"{name} {each}" for each in within} if within else {name}
    return found


def test_every_command_is_known_here() -> None:
    known = {*LEAVES, *SHOWS, *BY_THE_CLOCK, *ELSEWHERE}
    assert _commands() <= known, "say which entry it leaves, or that it changes nothing"


@pytest.mark.parametrize("command", LEAVES)
def test_a_command_that_changes_something_leaves_an_entry(atrisk: Run, tmp_path: Path, command: str) -> None:
    sheet, limits = tmp_path / "clients.csv", tmp_path / "ours.toml"
    sheet.write_text("external_id,name,owner\nacme,Acme,alice@agency.test\n")
    limits.write_text("contact_limit_days = 12\n")
    arguments: dict[str, list[tuple[object, ...]]] = {
        "import": [("import", "clients", sheet)],
        "export": [("export", "clients")],
        "policy set": [("policy", "set", "contact_limit_days", "14")],
        "policy import": [("policy", "import", limits)],
        "member role": [("member", "role", "bob@agency.test", "lead")],
        "workspace closed": [("workspace", "closed", "2026-12-24..2027-01-01")],
        "member remove": [("member", "role", "bob@agency.test", "lead"), ("member", "remove", "bob@agency.test")],
    }
    for words in arguments[command]:
        assert atrisk(*words).code == 0
    newest = json.loads(atrisk("audit", "--json").out)[0]
    assert (newest["action"], newest["via"], newest["who"]) == (LEAVES[command], "command_line", "the command line")


def test_an_erased_person_stays_in_the_trail_without_a_name(
    atrisk: Run, database_url: str, request: pytest.FixtureRequest
) -> None:
    engine = db.connect(database_url)
    request.addfinalizer(engine.dispose)
    atrisk("member", "role", "bob@agency.test", "lead")
    with db.transaction(engine) as session:
        bob = session.scalars(select(Member)).one()
        audit.record(
            session,
            bob.workspace_id,
            "client.changed",
            now=datetime.now(UTC),
            by=bob.id,
            before={"owner_id": bob.id},
            after={"owner_id": None},
        )
    assert "bob@agency.test" in atrisk("audit").out
    with db.transaction(engine) as session:
        session.execute(delete(Member))
        assert len(session.scalars(select(AuditEntry)).all()) == 2
    said = atrisk("audit").out
    assert "bob@agency.test" not in said
    assert "owner somebody who was erased → none" in said
    assert [entry["who"] for entry in json.loads(atrisk("audit", "--json").out)] == [ERASED, "the command line"]


def test_the_trail_reads_in_plain_words(atrisk: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "clients.csv"
    sheet.write_text("external_id,name,owner\nacme,Acme,alice@agency.test\n")
    atrisk("import", "clients", sheet)
    atrisk("policy", "set", "contact_limit_days", "14")
    atrisk("policy", "set", "contact_limit_days", "10")
    atrisk("member", "role", "alice@agency.test", "lead")
    said = atrisk("audit").out
    assert "changed a role" in said
    assert "alice@agency.test" in said
    assert "role lead" in said
    assert "contact limit days 10 → 14" in said
    assert "contact limit days 14 → 10" in said
    assert "began an import" in said
    assert "file clients.csv (import 1); kind clients; added 1" in said
    assert atrisk("audit", "acme").out == "Nothing was changed.\n"
    assert atrisk("audit", "--since", "2999-01-01").out == "Nothing was changed.\n"
    refused = atrisk("audit", "--since", "yesterday")
    assert (refused.code, refused.err) == (2, "atrisk: --since: 'yesterday' is not a day like 2026-11-20\n")


def test_amounts_times_and_who_was_erased_read_as_people_say_them(
    atrisk: Run, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    sheet = tmp_path / "clients.csv"
    sheet.write_text("external_id,name,owner,currency\nacme,Acme,alice@agency.test,EUR\n")
    atrisk("import", "clients", sheet)
    engine = db.connect(database_url)
    request.addfinalizer(engine.dispose)
    with db.transaction(engine) as session:
        acme, alice = session.scalars(select(Client)).one(), session.scalars(select(Member)).one()
        for action, before, after in (
            ("client.changed", {"monthly_fee": 500_000}, {"monthly_fee": 600_050}),
            ("snooze.set", None, {"until_at": datetime(2026, 11, 21, 8, 30, tzinfo=UTC)}),
            ("touchpoint.logged", None, {"outcome": "reached", "characters": 12, "touchpoint": 77}),
        ):
            audit.record(
                session,
                acme.workspace_id,
                action,
                now=datetime.now(UTC),
                by=alice.id,
                client_id=acme.id,
                before=before,
                after=after,
            )
    assert atrisk("forget", "--person", "alice@agency.test", "--yes").code == 0
    said = atrisk("audit", "acme").out
    assert "monthly fee €5,000.00 → €6,000.50" in said
    lines = [line.rstrip() for line in said.splitlines()]
    assert any(line.endswith("  until 2026-11-21 08:30") for line in lines)
    assert any(line.endswith("  outcome reached; length of the note 12") for line in lines)
    assert said.count(ERASED) == 3
    assert "(no name)" not in said
