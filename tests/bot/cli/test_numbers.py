"""`list --numbers`: the agency's numbers as JSON and as a table."""

import json

import pytest

from tests.bot.cli.conftest import Run


def test_the_agencys_numbers_are_a_json_object(atrisk_with_agency: Run) -> None:
    found = json.loads(atrisk_with_agency("list", "--numbers", "--json").out)
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
    shown = json.loads(atrisk_with_agency("list", "--json").out)
    troubled = [row["client"] for row in shown if row["colour"] in {"red", "amber"}]
    assert 0 < sum(risked["clients"] for risked in found["value_at_risk"].values()) <= len(troubled)
    for risked in found["value_at_risk"].values():
        assert risked["year"] == pytest.approx(12 * risked["month"], abs=12)
    assert found["value_at_risk"]["EUR"]["month"] > 0
    listed = json.loads(atrisk_with_agency("list", "--json").out)
    for book in found["members"]:
        theirs = [row["colour"] for row in listed if row["owner"] == book["member"]]
        assert (book["clients"], book["red"]) == (len(theirs), theirs.count("red"))


def test_the_agencys_numbers_are_shown_with_how_they_are_worked_out(atrisk_with_agency: Run) -> None:
    out = atrisk_with_agency("list", "--numbers").out
    assert "Retention rate" in out
    assert "at the end" in out
    assert "Value at risk" in out
    assert "red or amber pay" in out
    assert "alice@harbourpine.example" in out
    assert "%" in out
    result = atrisk_with_agency("list", "--numbers", "--owner", "alice@harbourpine.example")
    assert result.code == 2
    assert "leave out --owner and --colour" in result.err


def test_an_agency_without_clients_has_numbers_that_are_unknown(atrisk: Run) -> None:
    result = atrisk("list", "--numbers")
    assert result.code == 0
    assert result.out.count("unknown") == 9
