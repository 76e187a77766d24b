"""`policy fit` as a person types it, on an agency whose clients leave after long silence, and never for a try more."""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.bot.cli.conftest import Run
from tests.conftest import Templates, with_tables

TODAY = datetime.now(UTC).date()
CLIENTS, LOST, DAYS = 90, 36, 300


def write_spreadsheets(folder: Path) -> dict[str, Path]:
    """Ninety clients spoken with every week or so; most of the 36 that left were not, in their last weeks."""
    random = Random(11)
    clients: list[list[object]] = [["external_id", "name", "owner", "status", "started_on", "lost_on"]]
    touchpoints: list[list[object]] = [["client", "occurred_at", "outcome", "external_id"]]
    for number in range(CLIENTS):
        lost = number < LOST
        left_on = TODAY - timedelta(days=random.randint(70, 220)) if lost else None
        clients.append(
            [number, f"Client {number}", "alice@x.example", "lost" if lost else "active", "2020-01-01", left_on]
        )
        silent_on = left_on - timedelta(days=random.choice([8, 35, 50])) if left_on else TODAY
        day = TODAY - timedelta(days=DAYS)
        while day < silent_on:
            touchpoints.append([number, f"{day}T10:00:00Z", "reached", f"{number}-{day}"])
            tried = day + timedelta(days=1)
            touchpoints += [
                [number, f"{tried}T1{hour}:00:00Z", "attempt", f"{number}-{tried}-{hour}"]
                for hour in range(random.choice([0, 0, 0, 2]))
            ]
            day += timedelta(days=random.choice([4, 6, 8, 8, 13]))
    paths = {}
    for kind, rows in (("clients", clients), ("touchpoints", touchpoints)):
        paths[kind] = folder / f"{kind}.csv"
        with paths[kind].open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return paths


@pytest.fixture
def atrisk_with_losses(
    command_line: Callable[[str], Run], database_kind: str, templates: Templates, tmp_path: Path
) -> Iterator[Run]:
    def fill(url: str) -> None:
        with_tables(url)
        run = command_line(url)
        for kind, path in write_spreadsheets(tmp_path).items():
            assert run("import", kind, path).code == 0

    with templates.copy(database_kind, "leaving", fill, tmp_path) as url:
        yield command_line(url)


def test_weights_are_proposed_with_their_gain_and_nothing_is_changed(atrisk_with_losses: Run) -> None:
    atrisk_with_losses("policy", "set", "contact_gap_weight", 0.1, "unanswered_weight", 0.9)
    found = json.loads(atrisk_with_losses("policy", "fit", "--json").out)
    by_signal = {line["signal"]: line for line in found["lines"]}
    assert set(by_signal) == {"contact_gap", "unanswered"}
    assert [by_signal[name]["present"] for name in ("contact_gap", "unanswered")] == [0.1, 0.9]
    assert by_signal["contact_gap"]["proposed"] > 0.6 > by_signal["unanswered"]["proposed"]
    assert found["losses"] >= 30
    assert found["gain_high"] > found["gain"] > found["gain_low"] > 0
    result = atrisk_with_losses("policy", "fit")
    assert result.code == 0
    assert "clients that left, of 90" in result.out
    assert "Nothing was changed" in result.out
    assert "2 changed" in atrisk_with_losses("policy", "show").out


def test_apply_changes_the_weights_and_leaves_other_changes_as_they_are(atrisk_with_losses: Run) -> None:
    atrisk_with_losses("policy", "set", "due_soon_days", 1)
    found = json.loads(atrisk_with_losses("policy", "fit", "--json").out)
    result = atrisk_with_losses("policy", "fit", "--apply").out
    assert "Every client will be rechecked" in result
    by_name = {row["name"]: row["value"] for row in json.loads(atrisk_with_losses("policy", "show", "--json").out)}
    for line in found["lines"]:
        assert by_name[f"{line['signal']}_weight"] == line["proposed"]
    assert by_name["due_soon_days"] == 1
    assert "Nothing changed." in atrisk_with_losses("policy", "fit", "--apply").out


def test_with_too_few_losses_it_says_how_many_are_missing(atrisk_with_agency: Run) -> None:
    result = atrisk_with_agency("policy", "fit", "--apply")
    assert (result.code, result.out, len(result.err.strip().splitlines())) == (1, "", 1)
    assert "4 clients left" in result.err
    assert "26 are missing" in result.err
    assert "All at their defaults" in atrisk_with_agency("policy", "show").out


def test_without_the_library_it_is_refused_in_one_line(
    atrisk_with_agency: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith(("scipy.optimize", "bot.insight.scorecard"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    monkeypatch.delattr("bot.insight.scorecard", raising=False)
    result = atrisk_with_agency("policy", "fit")
    assert (result.code, result.out, len(result.err.strip().splitlines())) == (2, "", 1)
    assert "scipy is not installed" in result.err
