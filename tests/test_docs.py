"""What CONTRIBUTING.md and SECURITY.md say of files, tables, scopes and rooms is true."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from bot.infra.models import Base
from bot.infra.retention import EVENTS, Retention
from bot.infra.settings import Settings
from bot.slack.manifest import BOT_SCOPES

ROOT = Path(__file__).parent.parent
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
SECURITY = (ROOT / "SECURITY.md").read_text()
COMING = {"bot/connectors", "bot/locale/LANGUAGE.po"}
"""Named for what is still to be built, and said to be so."""


def paths(text: str) -> set[str]:
    """Give the files and folders that a text names in backticks."""
    return set(re.findall(r"`((?:bot|handlers|scoring|migrations|tests)/[\w./]*)`", text))


def first_column(text: str, heading: str) -> list[str]:
    """Give the backticked first column of the table under a heading."""
    section = text.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    return re.findall(r"^\| `([\w.:]+)`", section, re.MULTILINE)


@pytest.mark.parametrize("text", [CONTRIBUTING, SECURITY], ids=["CONTRIBUTING", "SECURITY"])
def test_every_file_that_is_named_exists(text: str) -> None:
    named = paths(text) - COMING
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_room_is_drawn_and_no_other() -> None:
    picture = CONTRIBUTING.split("```")[1]
    drawn = set(re.findall(r"^  ([a-z_]+)/", picture, re.MULTILINE))
    rooms = {path.parent.name for path in (ROOT / "bot").glob("*/__init__.py")}
    assert drawn | {"cli"} == rooms


def test_the_dependency_rule_is_told_as_it_is_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    checked = [name.strip("() ") for layer in layers for name in layer.split("|")]
    rule = CONTRIBUTING.split("Nobody imports to the left of\n")[1].split(".\n")[0]
    told = re.findall(r"`([\w.]+)`", rule)
    assert told == [name for name in checked if name not in {"bot.connectors", "bot.practice"}]


def test_every_function_that_is_named_beside_its_file_exists() -> None:
    for name, path in re.findall(r"`([a-z_]+)`\s+(?:in|of)\s+`([\w/]+\.py)`", CONTRIBUTING):
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.MULTILINE), (name, path)


def test_every_table_is_told_and_no_other() -> None:
    assert sorted(first_column(SECURITY, "What is stored, and where")) == sorted(Base.metadata.tables)


def test_every_scope_is_told_with_its_reason_and_no_other() -> None:
    assert first_column(SECURITY, "What it asks of Slack") == list(BOT_SCOPES)


def test_how_long_things_are_kept_is_told_with_the_setting_that_changes_it() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", SECURITY, re.MULTILINE))
    periods = {
        "assessments": "assessments",
        "outbox": "messages",
        "members": "leavers",
        "audit": "audit",
        "workspaces": "removed_workspaces",
    }
    assert set(periods.values()) == {field.name for field in fields(Retention)}
    for table, name in periods.items():
        assert f"{getattr(Retention(), name).days} days" in rows[table], table
        assert f"KEEP_{name.upper()}_DAYS" in rows[table], table
        assert Settings.model_fields[f"keep_{name}_days"].default == getattr(Retention(), name).days
    assert rows["processed_events"] == rows["job_slots"] == f"{EVENTS.days} days"
