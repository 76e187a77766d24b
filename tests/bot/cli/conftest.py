"""The command line as a person types it, on either database, with the pretend agency's spreadsheets."""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.demo import agency
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def atrisk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, database_url: str
) -> Run:
    """Run a command in an empty folder, with nothing set but the database's address."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["atrisk", *map(str, words)])
        capsys.readouterr()
        handlers, level = logging.root.handlers[:], logging.root.level
        with pytest.raises(SystemExit) as ended:
            main()
        logging.root.handlers[:], logging.root.level = handlers, level
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture(scope="session")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pretend agency's spreadsheets up to today."""
    return agency.write(tmp_path_factory.mktemp("sheets"), datetime.now(UTC).date())


@pytest.fixture
def agency_in(atrisk: Run, sheets: dict[str, Path]) -> Run:
    """The same, with the spreadsheets taken in."""
    for kind, path in sheets.items():
        assert atrisk("import", kind, path).code == 0
    return atrisk
