"""While the database is away: people are answered at once in their own language, and the log stays readable."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text

from bot.app import REMEMBERED_PEOPLE, Languages
from bot.infra import db
from bot.infra.db import connect
from bot.infra.services import Services
from bot.practice import Person, Practice
from tests import agency
from tests.conftest import NOW
from tests.serving import Server
from tests.waiting import eventually

ANSWER_SECONDS = 30
"""Three, on a machine that has nothing else to do."""


@pytest.fixture
def alice(services: Services, practice: Practice) -> Person:
    with services.transaction() as session:
        house = agency.create(session, NOW)
        agency.client(session, house.id, "Acme", owner_id=house.alice, now=NOW)
    return practice.team(agency.TEAM, "Agency").person(agency.ALICE, "Alice", email="alice@agency.test")


@contextmanager
def _away(engine: Engine) -> Iterator[None]:
    """Take the database away: under its name there is none, and nobody is connected to it any more."""
    name = engine.url.database
    admin = connect(engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    leave = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with admin.connect() as connection:
        connection.execute(leave, {"name": name})
        connection.execute(text(f"ALTER DATABASE {name} RENAME TO {name}_away"))
        yield
        connection.execute(text(f"ALTER DATABASE {name}_away RENAME TO {name}"))
    admin.dispose()


def test_people_are_answered_and_the_log_says_once_that_it_is_away_and_once_that_it_is_back(
    alice: Person, services: Services, practice: Practice, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("a file does not go away: tests.bot.cli.test_context_bad_disks has what happens to files")
    with Server(services, practice.signing_secret) as url:
        practice.deliver_to(f"{url}/slack/events")
        assert "Acme" in alice.command("/atrisk", "acme").message.words
        with _away(engine):
            for _ in range(30):
                began = time.monotonic()
                answer = alice.command("/atrisk", "acme")
                assert answer.ok
                assert "couldn't be saved just now" in answer.message.words
                assert time.monotonic() - began < ANSWER_SECONDS
        eventually(lambda: "Acme" in alice.command("/atrisk", "acme").message.words)
    said = [record.getMessage() for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
    waiting = [line for line in said if line.startswith("waiting for the database: ")]
    assert 1 <= len(waiting) < 10, "one a minute"
    assert [line for line in said if line.startswith("the database is back, after ")] == said[-1:]
    assert len(said) == len(waiting) + 1
    assert "Traceback" not in caplog.text
    with db.reading(engine) as session:
        assert session.execute(text("SELECT 1")).scalar() == 1


def test_the_language_of_whoever_acted_lately_is_known_without_the_database() -> None:
    languages = Languages()
    languages.remember("T1", "U1", "pl-PL")
    assert (languages.of("T1", "U1"), languages.of("T2", "U1"), languages.of("T1", None)) == ("pl-PL", "en", "en")
    for number in range(REMEMBERED_PEOPLE):
        languages.remember("T1", f"U{number + 2}", "es-ES")
    assert languages.of("T1", "U1") == "en", "who acted longest ago is forgotten"
