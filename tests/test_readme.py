"""What the README says of commands, settings and files is true."""

import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from bot.__main__ import app
from bot.importing.parsing.columns import KINDS
from bot.infra.settings import Settings
from scoring.policy import Policy
from scoring.vocabulary import ALARM_SIGNALS, PAUSED_SIGNALS, SIGNALS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_command_and_option_is_listed_and_no_other() -> None:
    assert set(re.findall(r"`atrisk ([a-z]+)", section("The command line"))) == set(command_line().commands)
    assert set(re.findall(r"--[a-z][a-z-]+", section("The command line"))) <= set(options(command_line()))


def command_line() -> TyperGroup:
    built = typer.main.get_command(app)
    assert isinstance(built, TyperGroup)
    return built


def options(group: TyperGroup) -> Iterator[str]:
    """The options of a group's commands, and of the groups within it."""
    for command in group.commands.values():
        for parameter in command.params:
            yield from parameter.opts
        if isinstance(command, TyperGroup):
            yield from options(command)


def test_every_setting_is_listed_with_its_default_and_no_other() -> None:
    rows = [row.split("|") for row in section("Settings").splitlines() if row.startswith("| ") and "---" not in row]
    listed = {name.strip(): defaults for _, names, defaults, *_ in rows[1:] for name in names.split(",")}
    assert set(listed) == {name.upper() for name in Settings.model_fields}
    assert all(
        str(Settings.model_fields[name].default) in listed[name.upper()] for name in ("host", "port", "log_level")
    )


def test_every_file_that_is_linked_or_named_as_a_room_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
    for room in re.findall(r"^\| `([a-z_/]+/)`", section("The code"), re.MULTILINE):
        assert (ROOT / room).is_dir(), room


def test_the_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", README)) <= targets


def test_the_procfile_runs_commands_that_exist() -> None:
    named = re.findall(r"python -m bot ([a-z]+)", (ROOT / "Procfile").read_text())
    assert named == ["migrate", "web", "worker"]
    assert set(named) <= set(command_line().commands)


def table(of: str, first: str) -> dict[str, str]:
    """The rest of each row of the table in a section whose first column is headed so, by that column."""
    rows = of.split(f"| {first} | ")[1].split("\n\n", maxsplit=1)[0].splitlines()[2:]
    return {name.strip(): rest for row in rows for name, rest in [row.removeprefix("| ").split(" | ", 1)]}


def opens() -> dict[str, str]:
    told = table(section("How priority is worked out"), "signal")
    return {name: rest for names, rest in told.items() for name in names.split(", ")}


def test_every_signal_is_listed_and_no_other() -> None:
    weights = {field.name.removesuffix("_weight") for field in fields(Policy) if field.name.endswith("_weight")}
    assert set(opens()) == weights


@pytest.mark.parametrize(
    ("signal", "limits"),
    [
        ("contact_gap", ["contact_limit_days", "new_contact_limit_days", "new_client_days", "due_soon_days"]),
        ("contact_gap", ["decision_maker_days"]),
        ("unanswered", ["unanswered_attempts", "attempts_a_week"]),
        ("welcome", ["new_contact_limit_days"]),
        ("mood", ["mood_fades_days"]),
        ("complaint", ["complaint_red_workdays", "complaint_repeats", "complaint_repeats_days"]),
        ("survey", ["survey_low", "survey_fall"]),
        ("tenure_mark", ["tenure_warn_days"]),
        ("recap", ["recap_workday", "report_call_workdays"]),
        ("engagement", ["engagement_fall"]),
        ("goodwill", ["goodwill_weight", "goodwill_fades_days"]),
        ("invoice_overdue", ["invoice_latest_days"]),
        ("fee_trend", ["fee_fall"]),
        ("margin", ["margin_low", "hours_over"]),
        ("resource_score", ["card_low"]),
        ("spend_pacing", ["pacing_tolerance"]),
        ("cost_per_result", ["result_cost_up", "result_cost_jump"]),
        ("cost_per_lead", ["lead_cost_over"]),
        ("lead_quality", ["rate_fall"]),
        ("no_goals", ["no_goals_days"]),
    ],
)
def test_the_limits_of_a_signal_are_the_policy_s_defaults(signal: str, limits: list[str]) -> None:
    told = re.findall(r"\d+%?", opens()[signal])
    for limit in limits:
        rule = next(field for field in fields(Policy) if field.name == limit)
        is_share = rule.metadata["unit"].startswith("share")
        assert (f"{rule.default:.0%}" if is_share else f"{rule.default:g}") in told, limit


def test_every_kind_of_spreadsheet_is_listed_with_all_its_columns() -> None:
    listed = table(section("Import your spreadsheet"), "kind")
    assert set(listed) == set(KINDS)
    for kind, columns in KINDS.items():
        outside = re.sub(r"\([^)]*\)", "", listed[kind].replace("**", "")).removesuffix(" |")
        assert [name.strip() for name in outside.split(",")] == [column.name for column in columns], kind
        assert set(re.findall(r"\*\*(\w+)\*\*", listed[kind])) == {column.name for column in columns if column.required}


def test_what_can_be_called_from_python_takes_what_is_said() -> None:
    for called in table(section("How priority is worked out"), "function"):
        ((module, name, arguments),) = re.findall(r"\A`([a-z.]+)\.(\w+)\((.*)\)`\Z", called)
        function = getattr(importlib.import_module(module), name)
        assert list(inspect.signature(function).parameters) == arguments.split(", "), called


def test_the_python_that_is_shown_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102  # it is our own
    month, shock, late = capsys.readouterr().out.splitlines()
    low, mid, high = map(float, month.split())
    assert low <= mid <= high
    assert mid == pytest.approx(3000, rel=0.01)
    assert 0.5 <= float(shock) <= 1
    assert 3 < float(late) < 8


def test_the_alarms_and_to_dos_are_those_that_the_vocabulary_knows() -> None:
    kinds = table(section("How priority is worked out"), "kind")
    assert set(re.findall(r"[a-z]+(?:_[a-z]+)*", kinds["alarm"])) == ALARM_SIGNALS
    to_dos = kinds["to-do"].partition(";")[0]
    known = {*SIGNALS, *PAUSED_SIGNALS} - ALARM_SIGNALS - {"goodwill"}
    assert set(re.findall(r"[a-z]+(?:_[a-z]+)*", to_dos)) == known
