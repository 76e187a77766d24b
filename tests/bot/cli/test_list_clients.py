"""`list`, `explain`, `sweep` and `digest` before the bot has ever met Slack."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run

KEYS = {"client", "name", "owner", "status", "colour", "health", "risk", "priority", "factors", "signals"}
SIGNAL_KEYS = {"name", "state", "severity", "since", "evidence", "next_step", "effort", "text"}


def test_the_ranking_is_a_json_array_highest_priority_first(agency_in: Run) -> None:
    rows = json.loads(agency_in("list", "--json").out)
    priorities = [row["priority"] for row in rows]
    assert priorities == sorted(priorities, reverse=True)
    assert all(set(row) == KEYS for row in rows)
    assert all(set(signal) == SIGNAL_KEYS for row in rows for signal in row["signals"])
    assert all(signal["state"] in {"soon", "breach"} for row in rows for signal in row["signals"])
    by_client = {row["client"]: row for row in rows}
    assert "contact_gap" in {signal["name"] for signal in by_client["zielona"]["signals"]}
    assert by_client["zielona"]["colour"] == "red"
    assert by_client["verdejo"]["colour"] == "green"


def test_the_first_list_after_an_import_already_holds_clients_against_what_they_are_worth(agency_in: Run) -> None:
    def seen() -> dict[str, float]:
        return {row["client"]: row["priority"] for row in json.loads(agency_in("list", "--json").out)}

    first = seen()
    assert json.loads(agency_in("explain", "beacon", "--json").out)["factors"]["value"] > 1
    assert agency_in("sweep").code == 0
    assert seen() == first


def test_lost_clients_are_not_listed_and_paused_ones_only_with_money_signals(agency_in: Run) -> None:
    rows = {row["client"]: row for row in json.loads(agency_in("list", "--json").out)}
    assert "ember" not in rows
    assert rows["quill"]["status"] == "paused"
    whole = json.loads(agency_in("explain", "quill", "--json").out)
    states = {signal["name"]: signal["state"] for signal in whole["signals"]}
    assert "contact_gap" not in states or states["contact_gap"] in {"ok", "unknown"}


def test_the_ranking_can_be_asked_for_one_member_or_colour(agency_in: Run) -> None:
    rows = json.loads(agency_in("list", "--json", "--owner", "bob@harbourpine.example").out)
    assert {row["owner"] for row in rows} == {"bob@harbourpine.example"}
    rows = json.loads(agency_in("list", "--json", "--colour", "red").out)
    assert {row["colour"] for row in rows} == {"red"}


def test_the_table_names_the_client_the_reason_and_the_next_step(agency_in: Run) -> None:
    out = agency_in("list").out
    line = next(line for line in out.splitlines() if "Zielona Apteka" in line)
    assert "No contact for 26 days (limit 10)" in line
    assert "Call or write today" in out


def test_explain_tells_the_healthy_signals_too(agency_in: Run) -> None:
    whole = json.loads(agency_in("explain", "Merrow", "--json").out)
    assert set(whole) == KEYS | {"place", "remedies"}
    assert {"ok", "breach"} <= {signal["state"] for signal in whole["signals"]}
    invoice = next(signal for signal in whole["signals"] if signal["name"] == "invoice_overdue")
    assert invoice["evidence"]["balance"] == 210000
    assert "34 days late" in invoice["text"]
    said = agency_in("explain", "merrow").out
    assert "priority" in said
    assert "risk" in said


def test_explain_tells_what_each_signal_makes_of_100_and_what_goodwill_takes_off(
    agency_in: Run, tmp_path: Path
) -> None:
    praise = tmp_path / "praise.csv"
    praise.write_text(f"client,kind,occurred_on\nmerrow,praise,{datetime.now(UTC).date() - timedelta(days=31)}\n")
    assert agency_in("import", "observations", praise).code == 0
    said = {line.split()[0]: line.split()[1:4] for line in agency_in("explain", "merrow").out.splitlines() if line[:1]}
    state, severity, size = said["invoice_overdue"]
    assert state == "breach"
    assert int(size) == pytest.approx(100 * 0.6 * float(severity), abs=1)
    assert said["goodwill"][:2] == ["ok", "−5%"]


def test_what_has_no_data_says_what_to_feed_in(agency_in: Run) -> None:
    signals = json.loads(agency_in("explain", "merrow", "--json").out)["signals"]
    unknown = {signal["name"]: signal["text"] for signal in signals if signal["state"] == "unknown"}
    assert unknown["resource_score"] == "Working together: no data yet; it takes observations (resource_card)"


def test_the_agencys_numbers_are_a_json_object(agency_in: Run) -> None:
    found = json.loads(agency_in("list", "--numbers", "--json").out)
    clients = found["clients"]
    kept = clients["end"] - clients["won"]
    assert found["retention_rate"] == pytest.approx(kept / clients["start"], abs=1e-4)
    assert found["retention_rate"] + found["churn_rate"] == pytest.approx(1)
    assert 0 < found["average_days_since_contact"] < 30
    worth = found["client_value"]["EUR"]
    assert worth["total"] > worth["median"] > 0
    assert found["cost_per_lead"].keys() == found["client_value"].keys()
    assert 0 < found["traffic_to_lead"] < 1
    assert found["margin"] == {} or set(found["margin"]) <= {"EUR", "GBP", "USD"}
    listed = json.loads(agency_in("list", "--json").out)
    for book in found["members"]:
        theirs = [row["colour"] for row in listed if row["owner"] == book["member"]]
        assert (book["clients"], book["red"]) == (len(theirs), theirs.count("red"))


def test_the_agencys_numbers_can_be_read_with_what_they_are_made_of(agency_in: Run) -> None:
    out = agency_in("list", "--numbers").out
    assert "Retention rate" in out
    assert "at the end" in out
    assert "alice@harbourpine.example" in out
    assert "%" in out
    ended = agency_in("list", "--numbers", "--owner", "alice@harbourpine.example")
    assert ended.code == 2
    assert "leave --owner and --colour out" in ended.err


def test_an_agency_without_clients_has_numbers_that_are_unknown(atrisk: Run) -> None:
    ended = atrisk("list", "--numbers")
    assert ended.code == 0
    assert ended.out.count("unknown") == 9


def test_explain_promises_a_place_that_the_list_then_shows(agency_in: Run, tmp_path: Path) -> None:
    whole = json.loads(agency_in("explain", "zielona", "--json").out)
    listed = [row["client"] for row in json.loads(agency_in("list", "--owner", whole["owner"], "--json").out)]
    assert listed.index("zielona") + 1 == whole["place"]
    contact = next(remedy for remedy in whole["remedies"] if remedy["act"] == "contact")
    assert contact["text"] == "A call today"
    assert "A call today: from " in agency_in("explain", "zielona").out
    log = tmp_path / "log.csv"
    log.write_text(f"client,occurred_at\nzielona,{datetime.now(UTC).isoformat()}\n")
    assert agency_in("import", "touchpoints", log).code == 0
    after = json.loads(agency_in("list", "--owner", whole["owner"], "--json").out)
    assert [row["client"] for row in after].index("zielona") + 1 == contact["place"]
    assert next(row for row in after if row["client"] == "zielona")["priority"] == contact["priority"]


def test_explain_says_since_when_each_breach_stands(agency_in: Run) -> None:
    agency_in("sweep")
    for client in ("zielona", "merrow", "casa-lumen"):
        signals = json.loads(agency_in("explain", client, "--json").out)["signals"]
        assert all(signal["since"] for signal in signals if signal["state"] == "breach")


def test_a_part_of_a_name_that_fits_several_clients_asks_which(agency_in: Run) -> None:
    ended = agency_in("explain", "be")
    assert ended.code == 2
    assert "fits several clients" in ended.err


def test_the_past_can_be_asked_for(agency_in: Run) -> None:
    now = json.loads(agency_in("explain", "olive-grove", "--json").out)
    then = json.loads(agency_in("explain", "olive-grove", "--json", "--at", "2020-01-01T09:00Z").out)
    assert now["risk"] > then["risk"]


def test_a_sweep_judges_everybody_once_and_then_nobody(agency_in: Run) -> None:
    assert agency_in("sweep").out.startswith("40 clients assessed")
    assert agency_in("sweep").out.startswith("0 clients assessed")


def test_a_digest_can_be_read_in_the_terminal(agency_in: Run) -> None:
    agency_in("sweep")
    ended = agency_in("digest", "--dry-run", "--member", "alice@harbourpine.example")
    assert ended.code == 0
    assert "Casa Lumen Interiors" in ended.out
    assert "22 days" in ended.out


def test_a_digest_read_in_the_terminal_is_judged_as_of_its_moment_and_nothing_is_kept(agency_in: Run) -> None:
    now, alice = datetime.now(UTC), ("--member", "alice@harbourpine.example")
    assert "No contact for 22 days" in agency_in("digest", "--dry-run", *alice).out  # nobody has swept yet
    later = agency_in("digest", "--at", (now + timedelta(days=5)).isoformat(), *alice)
    assert "No contact for 27 days" in later.out
    assert agency_in("sweep").out.startswith("40 clients assessed")


def test_without_clients_there_is_no_digest_and_that_is_said(atrisk: Run) -> None:
    assert "Nobody has clients yet" in atrisk("digest", "--dry-run").out


def test_doctor_says_what_to_do_and_exits_1_when_something_is_wrong(agency_in: Run) -> None:
    ended = agency_in("doctor")
    assert ended.code == 1
    assert "SLACK_BOT_TOKEN" in ended.out


@pytest.mark.parametrize("words", [("--help",), ("import", "--help"), ("list", "--help")])
def test_help_is_help(atrisk: Run, words: tuple[str, ...]) -> None:
    ended = atrisk(*words)
    assert ended.code == 0
    assert "Usage" in ended.out
