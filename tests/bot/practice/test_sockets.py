"""A real Bolt app in Socket Mode."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.practice import Person, Practice, Workspace


@pytest.fixture
def handlers(practice: Practice, team: Workspace, request: pytest.FixtureRequest) -> Iterator[list[Any]]:
    """The sample app twice, each with a connection of its own."""
    build = request.getfixturevalue("build_app")
    opened: list[Any] = []
    for _ in range(2):
        app = build(practice, team)
        handler: Any = SocketModeHandler(app, practice.app_token, web_client=app.client)
        handler.connect()
        opened.append(handler)
    wait_for(lambda: practice.sockets.connections == 2)
    yield opened
    for handler in opened:
        handler.client.auto_reconnect_enabled = False
    practice.cut_sockets()
    wait_for(lambda: not any(handler.client.is_connected() for handler in opened))
    for handler in opened:
        handler.close()
    wait_for(lambda: practice.sockets.connections == 0)


def wait_for(condition: Any, seconds: float = 5) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it never came true"
        time.sleep(0.01)


def test_commands_clicks_forms_and_events_go_over_the_socket(handlers: list[Any], alice: Person) -> None:
    assert alice.command("/echo", "hi").message.text == "You said hi"
    assert alice.shortcut("note").modal is not None
    assert alice.submit({"words": "bad"}).field_errors == {"words": "Not that word"}
    assert alice.submit({"words": "good"}).ok
    alice.say("there")
    assert alice.last().text == "Heard: there"
    assert handlers


def test_each_payload_goes_to_one_connection(handlers: list[Any], alice: Person) -> None:
    for number in range(6):
        assert alice.command("/echo", str(number)).ok
    heard = [len(handler.app.heard) for handler in handlers]
    assert sum(heard) == 6
    assert min(heard) > 0


def test_connections_are_opened_anew_when_slack_asks(handlers: list[Any], practice: Practice, alice: Person) -> None:
    practice.disconnect_sockets()
    wait_for(lambda: practice.sockets.connections == 2)
    assert alice.command("/echo", "again").message.text == "You said again"
    assert handlers


def test_what_is_not_acknowledged_is_told_as_a_timeout(handlers: list[Any], alice: Person) -> None:
    assert alice.command("/echo", "crash").error == "operation_timeout"
    assert handlers
