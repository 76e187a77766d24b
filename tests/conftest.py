"""What tests stand on: a real SQLite and a real Postgres with the newest tables, a clock to set, a practice Slack."""

import itertools
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import yaml
from sqlalchemy import Engine, text

from bot import schema
from bot.db import connect
from bot.practice import Practice
from bot.services import Services
from bot.slack import clients
from tests.postgres import Postgres

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""A Wednesday morning."""


class Clock:
    """The time, standing still until moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> datetime:
        """Move on by so many days, hours, minutes …"""
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def _admin(server: Postgres) -> Iterator[Engine]:
    """A way in that is not in a transaction, to make and drop databases with."""
    engine = connect(server.url("postgres"), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    with _admin(postgres) as admin, admin.connect() as connection:
        connection.execute(text("CREATE DATABASE template_atrisk"))
    engine = connect(postgres.url("template_atrisk"))
    schema.upgrade(engine)
    engine.dispose()
    return "template_atrisk"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "atrisk.db"
    engine = connect(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()  # closing the last connection folds the write-ahead log into the file
    return path


_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own, with the newest tables; once for each kind."""
    if request.param == "sqlite":
        path = tmp_path / "atrisk.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    template, name = request.getfixturevalue("postgres_template"), f"test_{next(_numbers)}"
    with _admin(server) as admin:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        yield server.url(name)
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = connect(database_url)
    yield made
    made.dispose()


@pytest.fixture
def practice(clock: Clock) -> Iterator[Practice]:
    """A pretend Slack that has our app installed, by our own manifest, wherever a team is made."""
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text())
    with Practice(manifest, now=clock) as running:
        yield running


@pytest.fixture
def services(engine: Engine, clock: Clock, practice: Practice) -> Iterator[Services]:
    """What handlers and jobs are given, with the test's database and clock and the practice Slack."""
    reading, posting = clients(lambda team_id: practice.team(team_id).token, practice.api_url)
    with ThreadPoolExecutor(4) as later, httpx.Client() as http:
        yield Services(engine=engine, now=clock, slack=reading, posting=posting, http=http, later=later)
