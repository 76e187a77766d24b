"""`explain`: one client's signals, its place in the list, and what would lower it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bot.cli.conftest import CLIENT_KEYS, Run


def test_explain_tells_the_healthy_signals_too(agency_in: Run) -> None:
    whole = json.loads(agency_in("explain", "Merrow", "--json").out)
    assert set(whole) == CLIENT_KEYS | {"place", "remedies"}
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
