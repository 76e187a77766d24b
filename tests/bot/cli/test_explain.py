"""`explain`: one client's signals, its place in the list, and what would lower it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bot.cli.conftest import CLIENT_KEYS, Run


def test_explain_shows_healthy_signals_too(atrisk_with_agency: Run) -> None:
    whole = json.loads(atrisk_with_agency("explain", "Merrow", "--json").out)
    assert set(whole) == CLIENT_KEYS | {"place", "remedies"}
    assert {"ok", "breach"} <= {signal["state"] for signal in whole["signals"]}
    invoice = next(signal for signal in whole["signals"] if signal["name"] == "invoice_overdue")
    assert invoice["evidence"]["balance"] == 210000
    assert "34 days overdue" in invoice["text"]
    said = atrisk_with_agency("explain", "merrow").out
    assert "priority" in said
    assert "risk" in said


def test_explain_shows_each_signals_share_of_the_risk_and_what_goodwill_takes_off(
    atrisk_with_agency: Run, tmp_path: Path
) -> None:
    praise = tmp_path / "praise.csv"
    praise.write_text(f"client,kind,occurred_on\nmerrow,praise,{datetime.now(UTC).date() - timedelta(days=31)}\n")
    assert atrisk_with_agency("import", "observations", praise).code == 0
    said = {
        line.split()[0]: line.split()[1:4]
        for line in atrisk_with_agency("explain", "merrow").out.splitlines()
        if line[:1]
    }
    state, severity, size = said["invoice_overdue"]
    assert state == "breach"
    assert int(size) == pytest.approx(100 * 0.6 * float(severity), abs=1)
    assert said["goodwill"][:2] == ["ok", "−5%"]


def test_a_signal_without_data_says_what_it_needs(atrisk_with_agency: Run) -> None:
    signals = json.loads(atrisk_with_agency("explain", "merrow", "--json").out)["signals"]
    unknown = {signal["name"]: signal["text"] for signal in signals if signal["state"] == "unknown"}
    assert unknown["resource_score"] == "Working together: no data yet; import observations (resource_card)"


def test_explain_predicts_the_place_that_the_list_then_shows(atrisk_with_agency: Run, tmp_path: Path) -> None:
    whole = json.loads(atrisk_with_agency("explain", "zielona", "--json").out)
    listed = [row["client"] for row in json.loads(atrisk_with_agency("list", "--owner", whole["owner"], "--json").out)]
    assert listed.index("zielona") + 1 == whole["place"]
    contact = next(remedy for remedy in whole["remedies"] if remedy["act"] == "contact")
    assert contact["text"] == "A call today"
    assert "A call today: from " in atrisk_with_agency("explain", "zielona").out
    log = tmp_path / "log.csv"
    log.write_text(f"client,occurred_at\nzielona,{datetime.now(UTC).isoformat()}\n")
    assert atrisk_with_agency("import", "touchpoints", log).code == 0
    after = json.loads(atrisk_with_agency("list", "--owner", whole["owner"], "--json").out)
    assert [row["client"] for row in after].index("zielona") + 1 == contact["place"]
    assert next(row for row in after if row["client"] == "zielona")["priority"] == contact["priority"]


def test_explain_shows_since_when_each_breach_is_open(atrisk_with_agency: Run) -> None:
    atrisk_with_agency("sweep")
    for client in ("zielona", "merrow", "casa-lumen"):
        signals = json.loads(atrisk_with_agency("explain", client, "--json").out)["signals"]
        assert all(signal["since"] for signal in signals if signal["state"] == "breach")


def test_a_part_of_a_name_that_fits_several_clients_is_refused_with_their_names(atrisk_with_agency: Run) -> None:
    result = atrisk_with_agency("explain", "be")
    assert result.code == 2
    assert "matches several clients" in result.err


def test_explain_can_show_the_past(atrisk_with_agency: Run) -> None:
    now = json.loads(atrisk_with_agency("explain", "olive-grove", "--json").out)
    then = json.loads(atrisk_with_agency("explain", "olive-grove", "--json", "--at", "2020-01-01T09:00Z").out)
    assert now["risk"] > then["risk"]
