"""The real web stack on a real port, the practice Slack that sends to it, and an agency in its database."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.infra import db
from bot.infra.db import connect
from bot.infra.models import Client
from bot.infra.services import Services
from bot.judging import assessments
from bot.practice import Message, Person, Practice, Workspace
from tests import agency, serving
from tests.conftest import NOW, Clock, Templates, with_tables
from tests.serving import Server
from tests.waiting import PATIENCE_SECONDS

LONG_AGO = NOW.date() - timedelta(days=200)


class Answers:
    """A response URL for clicks that no practice person has made; collects the answers."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the standard library's name for it
                received.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass
class Door:
    """Everything a test of handlers needs."""

    url: str
    practice: Practice
    services: Services
    clock: Clock
    house: agency.Agency
    team: Workspace
    alice: Person
    bob: Person
    charlie: Person
    answers: Answers

    def settle(self) -> None:
        """Wait for the work after the answers: each of the `later` threads reaches the barrier."""
        threads = 4
        barrier = threading.Barrier(threads + 1, timeout=PATIENCE_SECONDS)
        for _ in range(threads):
            self.services.later.submit(barrier.wait)
        barrier.wait()
        self.practice.settle(PATIENCE_SECONDS)

    def deliver(self, payload: dict[str, Any]) -> httpx.Response:
        """Deliver any click or submission as Slack would, signed."""
        body = urlencode({"payload": json.dumps(payload)})
        answer = serving.post(f"{self.url}/slack/events", content=body, headers=signed(self.practice, body))
        self.settle()
        return answer

    def ask(self, person: Person, text: str = "") -> Message:
        """Type /atrisk, and return the answer."""
        reaction = person.command("/atrisk", text)
        assert reaction.ok, reaction
        assert reaction.message is not None
        return reaction.message

    def click(
        self, person: Person, message: Message, action_id: str, option: str | None = None, *, at: int = 0
    ) -> None:
        """Click a button, and wait for the work after the answer."""
        reaction = person.click(message, action_id, option, at=at)
        assert reaction.ok, reaction
        self.settle()


def signed(practice: Practice, body: str) -> dict[str, str]:
    """Return headers with Slack's signature of a body."""
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(practice.signing_secret).generate_signature(timestamp=timestamp, body=body)
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature or "",
    }


@pytest.fixture
def database_url(database_kind: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with both agencies in it: they are created and assessed once for each kind, and copied."""
    with templates.copy(database_kind, "house", with_house, tmp_path) as url:
        yield url


def with_house(url: str) -> None:
    """Create Alice's agency and Charlie's, each with clients that were known from their start and never contacted."""
    with_tables(url)
    made = connect(url)
    with db.transaction(made) as session:
        house = agency.create(session, NOW)
        for workspace_id, name, owner_id in (
            (house.id, "Acme", house.alice),
            (house.id, "Bolt & Sons", house.alice),
            (house.id, "Cedar", house.bob),
            (house.other_id, "Secret", house.charlie),
        ):
            agency.client(
                session,
                workspace_id,
                name,
                owner_id=owner_id,
                started_on=LONG_AGO,
                monthly_fee=500_000,
                now=NOW - timedelta(days=200),  # known from its start
            )
        assess_all(session, house)
    made.dispose()


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    """Both agencies, as `with_house` created them."""
    with db.reading(engine) as session:
        return agency.find(session)


def assess_all(session: Session, house: agency.Agency) -> None:
    """Assess all clients of both agencies."""
    for workspace_id in (house.id, house.other_id):
        ids = [row.id for row in session.query(Client.id).where(Client.workspace_id == workspace_id)]
        assessments.reassess(session, workspace_id, ids, NOW)


@pytest.fixture
def door(practice: Practice, services: Services, clock: Clock, house: agency.Agency) -> Iterator[Door]:
    team, other = practice.team(agency.TEAM, "Agency"), practice.team(agency.OTHER_TEAM, "Other")
    alice = team.person(agency.ALICE, "Alice", email="alice@agency.test", tz="UTC")
    bob = team.person(agency.BOB, "Bob", email="bob@agency.test", tz="UTC")
    charlie = other.person(agency.CHARLIE, "Charlie", tz="UTC")
    with Server(services, practice.signing_secret) as url, Answers() as answers:
        practice.deliver_to(f"{url}/slack/events")
        yield Door(url, practice, services, clock, house, team, alice, bob, charlie, answers)
