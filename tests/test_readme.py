"""What the README says of commands, settings and files is true."""

import re
from pathlib import Path

import typer

from bot.__main__ import app
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_command_and_option_is_listed_and_no_other() -> None:
    listed = dict.fromkeys(re.findall(r"`atrisk ([a-z]+)", section("The command line")))
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # it is a group
    assert set(listed) == set(commands)
    for option in re.findall(r"--[a-z][a-z-]+", section("The command line")):
        assert any(option in parameter.opts for command in commands.values() for parameter in flat(command)), option


def flat(command: object) -> list[object]:
    """A command's parameters, and those of the commands within it."""
    within = [parameter for inner in getattr(command, "commands", {}).values() for parameter in flat(inner)]
    return [*command.params, *within]  # type: ignore[attr-defined]  # Typer's commands have them


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
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # it is a group
    named = re.findall(r"python -m bot ([a-z]+)", (ROOT / "Procfile").read_text())
    assert named == ["migrate", "web", "worker"]
    assert set(named) <= set(commands)
