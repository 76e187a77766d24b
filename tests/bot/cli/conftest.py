"""The command line as a person types it, on either database, with the pretend agency's spreadsheets."""

import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.demo import agency
from bot.infra.settings import Settings
from bot.practice import Practice
from bot.slack import manifest
from tests.conftest import Templates, with_tables


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., CommandResult]

CLIENT_KEYS = {"client", "name", "owner", "status", "colour", "health", "risk", "priority", "factors", "signals"}
"""Of each object that `list --json` and `explain --json` print."""


@pytest.fixture
def command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[[str], Run]:
    """Run commands in an empty folder, with nothing set but the database's address."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)

    def on(database_url: str) -> Run:
        monkeypatch.setenv("DATABASE_URL", database_url)
        return run

    def run(*words: object) -> CommandResult:
        monkeypatch.setattr(sys, "argv", ["atrisk", *map(str, words)])
        capsys.readouterr()
        handlers, level = logging.root.handlers[:], logging.root.level
        with pytest.raises(SystemExit) as result:
            main()
        logging.root.handlers[:], logging.root.level = handlers, level
        out, err = capsys.readouterr()
        return CommandResult(int(result.value.code or 0), out, err)

    return on


@pytest.fixture
def atrisk(command_line: Callable[[str], Run], database_url: str) -> Run:
    """The command line on an empty database."""
    return command_line(database_url)


@pytest.fixture(scope="session")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pretend agency's spreadsheets up to today."""
    return agency.write_spreadsheets(tmp_path_factory.mktemp("sheets"), datetime.now(UTC).date())


@pytest.fixture
def atrisk_with_agency(
    command_line: Callable[[str], Run],
    database_kind: str,
    templates: Templates,
    sheets: dict[str, Path],
    tmp_path: Path,
) -> Iterator[Run]:
    """The command line on a database that took in the pretend agency's spreadsheets."""

    def fill(url: str) -> None:
        with_tables(url)
        run = command_line(url)
        for kind, path in sheets.items():
            assert run("import", kind, path).code == 0

    with templates.copy(database_kind, "agency", fill, tmp_path) as url:
        yield command_line(url)


@pytest.fixture
def slack() -> Iterator[Practice]:
    """A practice workspace by the real clock, with one person in it."""
    with Practice(manifest.build()) as running:
        running.team("T_ALPHA", "Alpha").person("U_ALICE", "Alice", email="alice@alpha.example", tz="Europe/Warsaw")
        yield running
