"""The web application: health, metrics, and rejected requests."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot import app, web
from bot.infra import capacity
from bot.infra.db import connect
from bot.infra.models import OutboxMessage
from bot.infra.services import Services
from bot.practice.deliveries import signed
from tests import agency, serving
from tests.conftest import NOW, Clock
from tests.handlers.conftest import Answers
from tests.serving import Server
from tests.waiting import eventually


@pytest.fixture
def url(services: Services) -> Iterator[str]:
    with Server(services, "secret", "metrics") as address:
        yield address


def test_health_is_ok_while_the_database_answers(url: str) -> None:
    answer = serving.get(f"{url}/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok"})


def test_health_fails_when_the_database_does_not_answer(services: Services, tmp_path: Path) -> None:
    nowhere = connect(f"sqlite:///{tmp_path}/no/such/folder.db")
    with Server(replace(services, engine=nowhere), "secret") as url:
        answer = serving.get(f"{url}/healthz")
    nowhere.dispose()
    assert (answer.status_code, answer.json()) == (503, {"database": "unreachable"})


def test_metrics_show_what_is_waiting_and_for_how_long(url: str, services: Services, clock: Clock) -> None:
    with services.transaction() as session:
        house = agency.create(session, NOW)
        agency.client(session, house.id, "Acme", owner_id=house.alice, next_check_at=NOW, now=NOW)
        for key, state in (("a", "waiting"), ("b", "sent"), ("c", "dead")):
            message = {"workspace_id": house.id, "key": key, "kind": "nudge", "body": {}, "state": state}
            session.add(OutboxMessage(**message, created_at=NOW, not_before=NOW))
    clock.move(seconds=90)
    text = read_metrics(url).text
    for line in (
        "atrisk_outbox_pending 1.0",
        "atrisk_outbox_oldest_seconds 90.0",
        "atrisk_outbox_dead 1.0",
        "atrisk_sweep_due 1.0",
        "atrisk_sweep_lag_seconds 90.0",
    ):
        assert line in text.splitlines()


def test_deliveries_are_counted_by_status(url: str) -> None:
    assert serving.post(f"{url}/slack/events", content="x=1").status_code == 401
    assert 'atrisk_slack_deliveries_total{status="401"} 1.0' in read_metrics(url).text


@pytest.mark.parametrize("given", ["", "metrics", "Bearer", "Bearer Metrics", "Bearer métrics", "Basic metrics"])
def test_metrics_are_for_whoever_has_the_token(url: str, given: str) -> None:
    answer = serving.get(f"{url}/metrics", headers={b"authorization": given.encode()})
    assert (answer.status_code, "atrisk_" in answer.text) == (401, False)


def test_without_a_token_for_them_metrics_are_for_nobody(services: Services) -> None:
    with Server(services, "secret") as url:
        for headers in ({}, {"authorization": "Bearer"}, {"authorization": "Bearer None"}):
            assert serving.get(f"{url}/metrics", headers=headers).status_code == 404


def read_metrics(url: str) -> httpx.Response:
    return serving.get(f"{url}/metrics", headers={"authorization": "Bearer metrics"})


def test_a_body_that_is_too_large_is_rejected_before_it_is_read(url: str) -> None:
    large = "x" * (web.MAX_BODY + 1)
    assert serving.post(f"{url}/slack/events", content=large).status_code == 413

    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 65536

    assert serving.post(f"{url}/slack/events", content=chunks()).status_code == 413


def test_bodies_that_never_end_are_given_up_and_those_beyond_the_room_refused(url: str) -> None:
    address, head = ("127.0.0.1", int(url.rpartition(":")[2])), b"POST /slack/events HTTP/1.1\r\nhost: x\r\n"
    with ExitStack() as opened:
        slow = [opened.enter_context(socket.create_connection(address)) for _ in range(capacity.BODIES)]
        for one in slow:
            one.sendall(head + b"content-length: 100\r\n\r\nx")
        eventually(lambda: serving.post(f"{url}/slack/events", content="x=1").status_code == 503)
        assert b"408" in slow[-1].recv(100)
        eventually(lambda: serving.post(f"{url}/slack/events", content="x=1").status_code == 401)


MALFORMED = ["payload=nonsense", "payload=[1]", "payload=1", "{", "\x00", "", f"payload={'[' * 100_000}"]


@pytest.mark.parametrize("body", MALFORMED)
def test_a_malformed_request_is_rejected(url: str, body: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert serving.post(f"{url}/slack/events", content=body, headers=headers).status_code == 401
    signed_headers = headers | signed("secret", body)
    assert serving.post(f"{url}/slack/events", content=body, headers=signed_headers).status_code in {200, 400, 404}


@pytest.mark.parametrize(("timestamp", "signature"), [("soon", "v0=1"), ("1", "v0=1"), ("", ""), ("9" * 400, "v0=1")])
def test_an_unsigned_request_is_answered_nowhere_but_with_a_401(url: str, timestamp: str, signature: str) -> None:
    with Answers() as answers:
        answer = serving.post(f"{url}/slack/events", **_press(answers.url, timestamp, signature))
    assert (answer.status_code, answers.received) == (401, [])


def _press(response_url: str, timestamp: str, signature: str) -> dict[str, Any]:
    payload = {
        "type": "block_actions",
        "team": {"id": agency.TEAM},
        "user": {"id": agency.ALICE},
        "response_url": response_url,
        "actions": [{"action_id": "nudge.contacted", "value": "{}"}],
    }
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature,
    }
    return {"content": urlencode({"payload": json.dumps(payload)}), "headers": headers}


def test_nothing_is_served_without_a_signing_secret(services: Services) -> None:
    with pytest.raises(ValueError, match="signing_secret"):
        web.create(app.build(services), services, "")


def test_other_paths_are_not_found(url: str) -> None:
    for path in ("/", "/docs", "/openapi.json", "/slack/install"):
        assert serving.get(url + path).status_code == 404
    assert serving.get(f"{url}/slack/events").status_code == 405
