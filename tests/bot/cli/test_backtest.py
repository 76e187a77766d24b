"""`backtest` as a person types it: tables, JSON, a plot, and one clear line where it cannot be done."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.infra.db import connect, transaction
from tests.bot.cli.conftest import Run

TODAY = datetime.now(UTC).date()
LATELY = ("--from", TODAY - timedelta(days=10))
LOST = {"ember", "fjord", "mosaic", "sowa"}


def test_the_json_has_each_members_load_each_lost_client_and_each_signals_score(atrisk_with_agency: Run) -> None:
    found = json.loads(atrisk_with_agency("backtest", "--json").out)
    assert (found["clients"], found["left"], found["undated"], found["last_on"]) == (40, 4, 0, TODAY.isoformat())
    (present,) = found["policies"]
    assert present["policy"] == "present"
    assert [load["member"].partition("@")[0] for load in present["members"]] == [
        *("alice", "bob", "dana", "grace", "kasia"),
        "all together",
    ]
    assert sum(load["opened"] for load in present["members"][:-1]) == present["members"][-1]["opened"]
    assert sum(present["members"][-1]["weeks"].values()) == present["members"][-1]["opened"]
    assert {left["client"] for left in present["left"]} == LOST
    assert len(present["stayed"]) == 36
    zielona = next(each for each in present["stayed"] if each["client"] == "zielona")
    assert zielona["red_days"] > 0
    for score in present["signals"]:
        assert score["right"] + score["wrong"] + score["too_early"] == score["opened"]


def test_another_policy_is_shown_beside_the_present_one(atrisk_with_agency: Run, tmp_path: Path) -> None:
    (tmp_path / "lax.toml").write_text("contact_limit_days = 30\nnew_contact_limit_days = 30\n")
    found = json.loads(atrisk_with_agency("backtest", *LATELY, "--policy", tmp_path / "lax.toml", "--json").out)
    present, lax = found["policies"]
    gaps = [sum(s["opened"] for s in each["signals"] if s["signal"] == "contact_gap") for each in (present, lax)]
    assert gaps[0] > gaps[1]
    said = atrisk_with_agency("backtest", "--from", TODAY - timedelta(days=45), "--policy", tmp_path / "lax.toml").out
    assert "lax.toml: " in said
    assert "present: " in said
    rows = [line.split("  ")[0] for line in said.splitlines() if " all the same " in line]
    assert "Overdue invoices" in rows
    assert "Days since contact" not in rows


def test_the_report_says_what_was_counted_and_what_the_records_do_not_show(atrisk_with_agency: Run) -> None:
    said = atrisk_with_agency("backtest").out
    assert "40 clients of 5 people; 4 of them left." in said
    assert "of 4 were in the digest in their last 60 days" in said
    assert "4 clients that left are few" in said
    assert "Days since contact" in said
    assert "Zielona Apteka" in said


def test_the_range_of_days_can_be_given(atrisk_with_agency: Run) -> None:
    first, last = TODAY - timedelta(days=60), TODAY - timedelta(days=30)
    found = json.loads(atrisk_with_agency("backtest", "--from", first, "--to", last, "--json").out)
    assert (found["first_on"], found["last_on"]) == (first.isoformat(), last.isoformat())
    assert [left["client"] for left in found["policies"][0]["left"]] == ["ember"]
    assert found["clients"] == 38  # two were gone by then


def test_a_plot_of_the_weeks_and_the_warnings_is_written(atrisk_with_agency: Run, tmp_path: Path) -> None:
    (tmp_path / "lax.toml").write_text("contact_limit_days = 30\n")
    since = ("--from", TODAY - timedelta(days=45))
    said = atrisk_with_agency("backtest", *since, "--policy", tmp_path / "lax.toml", "--plot", tmp_path / "a.png").out
    assert said.endswith(f"Chart saved to {tmp_path / 'a.png'}.\n")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    few = atrisk_with_agency("backtest", "--from", TODAY - timedelta(days=5), "--plot", tmp_path / "b.png")
    assert few.code == 0
    assert (tmp_path / "b.png").stat().st_size > 10_000


def test_without_the_library_a_plot_is_refused_in_one_line(
    atrisk_with_agency: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for name in [name for name in sys.modules if name.startswith(("matplotlib.", "bot.insight.chart"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("bot.insight.chart", raising=False)
    result = atrisk_with_agency("backtest", "--plot", tmp_path / "a.png")
    assert (result.code, result.out, len(result.err.strip().splitlines())) == (2, "", 1)
    assert "matplotlib" in result.err
    assert "[insight]" in result.err
    assert atrisk_with_agency("backtest", *LATELY).code == 0


def test_a_lost_client_without_a_date_of_leaving_is_left_out_and_mentioned(
    atrisk_with_agency: Run, tmp_path: Path
) -> None:
    sheet = tmp_path / "clients.csv"
    sheet.write_text("external_id,name,owner,status,lost_on\nember,Ember Grills,grace@harbourpine.example,lost,\n")
    assert atrisk_with_agency("import", "clients", sheet).code == 0
    assert "1 lost client left out for lack of a leaving date (lost_on)." in atrisk_with_agency("backtest", *LATELY).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "yesterday"), "--from: 'yesterday' is not a day"),
        (("--from", TODAY, "--to", TODAY - timedelta(days=1)), "is after"),
        (("--to", "1999-01-01"), "none are left"),
        (("--from", "1999-01-01", "--to", "1999-02-01"), "there were no clients"),
        (("--policy", "/nowhere/lax.toml"), "cannot be read"),
        ((*LATELY, "--plot", "/nowhere/a.png"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_reported_in_one_line(
    atrisk_with_agency: Run, words: tuple[object, ...], said: str
) -> None:
    result = atrisk_with_agency("backtest", *words)
    assert (result.code, result.out, len(result.err.strip().splitlines())) == (2, "", 1)
    assert said in result.err


def test_without_records_it_says_what_to_import(atrisk: Run) -> None:
    result = atrisk("backtest")
    assert (result.code, len(result.err.strip().splitlines())) == (2, 1)
    assert "import touchpoints" in result.err


def test_records_dated_after_the_last_day_do_not_change_the_result(atrisk_with_agency: Run) -> None:
    last = TODAY - timedelta(days=40)
    asked = ("backtest", "--from", last - timedelta(days=20), "--to", last, "--json")
    before = atrisk_with_agency(*asked)
    engine = connect(os.environ["DATABASE_URL"])
    with transaction(engine) as session:
        for statement in (
            "DELETE FROM touchpoints WHERE occurred_at > :end",
            'DELETE FROM daily_metrics WHERE "on" >= :last',
            "DELETE FROM invoices WHERE issued_on > :last",
            "UPDATE invoices SET status = 'open', paid_amount = 0, paid_on = NULL WHERE paid_on > :last",
            "DELETE FROM observations WHERE occurred_on > :last",
            "UPDATE observations SET resolved_on = NULL WHERE resolved_on > :last",
            "DELETE FROM targets WHERE month > :last",
            "DELETE FROM deadlines WHERE internal_due_on > :last",
            "DELETE FROM roadmap WHERE planned_on > :last",
            "DELETE FROM effort WHERE month >= :month",
            "UPDATE clients SET status = 'active', lost_on = NULL WHERE lost_on > :last",
        ):
            values = {"last": f"{last}", "end": f"{last} 20:00:00", "month": f"{last:%Y-%m}-01"}
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            session.execute(text(statement), used)
    engine.dispose()
    after = atrisk_with_agency(*asked)
    assert (before.code, after.code) == (0, 0)
    assert json.loads(before.out)["policies"] == json.loads(after.out)["policies"]
    assert json.loads(before.out)["policies"][0]["members"][-1]["opened"] > 0
