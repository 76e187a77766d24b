"""`list`: the ranking as JSON and as a table, before the bot has ever met Slack."""

import json
from pathlib import Path

from sqlalchemy import update

from bot.infra.db import connect, transaction
from bot.infra.models import Member
from tests.bot.cli.conftest import CLIENT_KEYS, Run

SIGNAL_KEYS = {"name", "state", "kind", "severity", "since", "evidence", "next_step", "effort", "text"}


def test_the_ranking_is_a_json_array_highest_priority_first(atrisk_with_agency: Run) -> None:
    rows = json.loads(atrisk_with_agency("list", "--json").out)
    priorities = [row["priority"] for row in rows]
    assert priorities == sorted(priorities, reverse=True)
    assert all(set(row) == CLIENT_KEYS for row in rows)
    assert all(set(signal) == SIGNAL_KEYS for row in rows for signal in row["signals"])
    assert all(signal["state"] in {"soon", "breach"} for row in rows for signal in row["signals"])
    assert {signal["kind"] for row in rows for signal in row["signals"]} == {"alarm", "to_do"}
    needing = [row for row in rows for each in row["signals"] if (each["state"], each["kind"]) == ("breach", "alarm")]
    assert needing
    assert "green" not in {row["colour"] for row in needing}
    by_client = {row["client"]: row for row in rows}
    assert "contact_gap" in {signal["name"] for signal in by_client["zielona"]["signals"]}
    assert by_client["zielona"]["colour"] == "red"
    assert by_client["verdejo"]["colour"] == "green"


def test_the_first_list_after_an_import_already_weighs_clients_by_their_value(atrisk_with_agency: Run) -> None:
    def seen() -> dict[str, float]:
        return {row["client"]: row["priority"] for row in json.loads(atrisk_with_agency("list", "--json").out)}

    first = seen()
    assert json.loads(atrisk_with_agency("explain", "beacon", "--json").out)["factors"]["value"] > 1
    assert atrisk_with_agency("sweep").code == 0
    assert seen() == first


def test_lost_clients_are_not_listed_and_paused_ones_only_with_money_signals(atrisk_with_agency: Run) -> None:
    rows = {row["client"]: row for row in json.loads(atrisk_with_agency("list", "--json").out)}
    assert "ember" not in rows
    assert rows["quill"]["status"] == "paused"
    whole = json.loads(atrisk_with_agency("explain", "quill", "--json").out)
    states = {signal["name"]: signal["state"] for signal in whole["signals"]}
    assert "contact_gap" not in states or states["contact_gap"] in {"ok", "unknown"}


def test_the_ranking_can_be_filtered_by_member_or_colour(atrisk_with_agency: Run) -> None:
    rows = json.loads(atrisk_with_agency("list", "--json", "--owner", "bob@harbourpine.example").out)
    assert {row["owner"] for row in rows} == {"bob@harbourpine.example"}
    rows = json.loads(atrisk_with_agency("list", "--json", "--colour", "red").out)
    assert {row["colour"] for row in rows} == {"red"}


def test_the_table_names_the_client_the_reason_and_the_next_step(atrisk_with_agency: Run) -> None:
    out = atrisk_with_agency("list").out
    line = next(line for line in out.splitlines() if "Zielona Apteka" in line)
    assert "No contact for 26 days (limit 10)" in line
    assert "Call or write today" in out


def test_owners_are_shown_by_name_where_it_is_known(atrisk: Run, database_url: str, tmp_path: Path) -> None:
    sheet = tmp_path / "clients.csv"
    sheet.write_text("external_id,name,owner\na,Acme,ann@x.example\nb,Beta,bob@x.example\n")
    atrisk("import", "clients", sheet)
    engine = connect(database_url)
    with transaction(engine) as session:
        session.execute(update(Member).where(Member.email == "ann@x.example").values(name="Ann Lee"))
    engine.dispose()
    said = atrisk("list").out
    assert "Ann Lee" in said
    assert "bob" in said
    assert "@x.example" not in said
    assert {row["owner"] for row in json.loads(atrisk("list", "--json").out)} == {"ann@x.example", "bob@x.example"}
    assert "looked after by Ann Lee" in atrisk("explain", "acme").out
