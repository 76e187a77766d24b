"""Fixtures for all tests: real SQLite and Postgres with the newest tables, a settable clock, a practice Slack."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from hypothesis import HealthCheck, is_hypothesis_test, settings
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import Connection, Engine, text

from bot.infra import migrate
from bot.infra.capacity import FollowUps
from bot.infra.db import connect
from bot.infra.services import Services
from bot.practice import Practice
from bot.slack.client import certificates, make_clients
from tests.postgres import Postgres
from tests.waiting import PATIENCE_SECONDS

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # how long an example takes says something of the machine, and nothing of the law

ROOT = Path(__file__).parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""A Wednesday morning."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave untraced what would only run the same lines once more: tracing costs half as much again.

    These are properties, whose examples run what the cases beside them run, and the SQLite half of what runs on both
    databases.
    """
    for item in items:
        if isinstance(item, pytest.Function):
            on = getattr(item, "callspec", None)
            if is_hypothesis_test(item.obj) or (on is not None and on.params.get("database_kind") == "sqlite"):
                item.add_marker(pytest.mark.no_cover)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> datetime:
        """Advance by a number of days, hours, minutes …"""
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def _admin(server: Postgres) -> Iterator[Engine]:
    """An engine without transactions, for creating and dropping databases."""
    engine = connect(server.url("postgres"), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


class Templates:
    """Template databases to copy: a copy is faster than creating the tables, or filling them, again."""

    def __init__(self, folder: Path, postgres: Callable[[], Postgres]) -> None:
        self._folder, self._postgres = folder, postgres
        self._made: set[str] = set()
        self._numbers = itertools.count(1)

    @contextmanager
    def copy(self, kind: str, name: str, fill: Callable[[str], None], folder: Path) -> Iterator[str]:
        """Yield the URL of a copy of the template `name`, which `fill` creates, given its URL, on first use."""
        template = f"template_{name}"
        if kind == "sqlite":
            path, original = folder / "atrisk.db", self._folder / f"{template}.db"
            if not original.exists():
                fill(f"sqlite:///{original}")
            shutil.copy(original, path)
            yield f"sqlite:///{path}"
            return
        server, copied = self._postgres(), f"test_{next(self._numbers)}"
        with _admin(server) as admin:
            with admin.connect() as connection:
                if template not in self._made:
                    connection.execute(text(f"CREATE DATABASE {template}"))
                    fill(server.url(template))
                    self._made.add(template)
                connection.execute(text(f"CREATE DATABASE {copied} TEMPLATE {template}{_strategy(connection)}"))
            yield server.url(copied)
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {copied} WITH (FORCE)"))


def _strategy(connection: Connection) -> str:
    """Have files copied: through the write-ahead log, as Postgres does it from 15 on, takes twice as long."""
    return " STRATEGY file_copy" if (connection.dialect.server_version_info or ()) >= (15,) else ""


@pytest.fixture(scope="session")
def templates(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"), lambda: request.getfixturevalue("postgres"))


def with_tables(url: str) -> None:
    """Create the newest tables."""
    made = connect(url)
    migrate.upgrade(made)
    made.dispose()  # closing the last connection folds SQLite's write-ahead log into the file


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The URL of a database for this test, with the newest tables; the test runs once for each kind."""
    with templates.copy(database_kind, "tables", with_tables, tmp_path) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = connect(database_url)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def manifest() -> Any:
    return yaml.safe_load((ROOT / "manifest.yaml").read_text())


@pytest.fixture
def practice(clock: Clock, manifest: Any) -> Iterator[Practice]:
    """A practice Slack that installs our app, by our manifest, in every team that is created."""
    with Practice(manifest, now=clock, ack_seconds=PATIENCE_SECONDS) as running:  # a busy machine is no slow bot
        yield running


@pytest.fixture
def services(engine: Engine, clock: Clock, practice: Practice) -> Iterator[Services]:
    """The services for handlers and jobs, with the test's database and clock and the practice Slack."""
    reading, posting = make_clients(lambda team_id: practice.team(team_id).token, practice.api_url)
    with FollowUps() as later, httpx.Client(timeout=PATIENCE_SECONDS, verify=certificates()) as http:
        yield Services(engine=engine, now=clock, slack=reading, posting=posting, http=http, later=later)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, shared by all tests: Playwright allows only one in a process."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: browser tests are skipped")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_SECONDS * 1000)
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(FLAGS), timeout=PATIENCE_SECONDS * 1000
        )
        yield launched
        launched.close()
