"""A real Bolt app in Socket Mode."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.practice import Person, Practice, Workspace
from tests.bot.practice.conftest import SampleApp, sample_app
from tests.bot.practice.manifest import MANIFEST
from tests.waiting import eventually


@contextmanager
def connected(practice: Practice, apps: Sequence[SampleApp]) -> Iterator[None]:
    """The apps, each with a connection of its own."""
    opened = [SocketModeHandler(app, practice.app_token, web_client=app.client) for app in apps]
    for handler in opened:
        handler.connect()  # type: ignore[no-untyped-call]  # slack_bolt has no type for it
    eventually(lambda: practice.sockets.connections == len(opened))
    yield
    for handler in opened:
        handler.client.auto_reconnect_enabled = False
    practice.cut_sockets()
    eventually(lambda: not any(handler.client.is_connected() for handler in opened))
    for handler in opened:
        handler.close()  # type: ignore[no-untyped-call]  # slack_bolt has no type for it
    eventually(lambda: practice.sockets.connections == 0)


@pytest.fixture
def apps(practice: Practice, team: Workspace) -> Iterator[list[SampleApp]]:
    """The sample app twice, each with a connection of its own."""
    built = [sample_app(practice, team) for _ in range(2)]
    with connected(practice, built):
        yield built


def test_commands_clicks_forms_and_events_go_over_the_socket(apps: list[SampleApp], alice: Person) -> None:
    assert alice.command("/echo", "hi").message.text == "You said hi"
    assert alice.shortcut("note").modal is not None
    assert alice.submit({"words": "bad"}).field_errors == {"words": "Not that word"}
    assert alice.submit({"words": "good"}).ok
    alice.say("there")
    assert alice.last().text == "Heard: there"
    assert apps


def test_each_payload_goes_to_one_connection(apps: list[SampleApp], alice: Person) -> None:
    for number in range(6):
        assert alice.command("/echo", str(number)).ok
    heard = [len(app.heard) for app in apps]
    assert sum(heard) == 6
    assert min(heard) > 0


def test_what_is_not_acknowledged_is_told_as_a_timeout() -> None:
    with Practice(MANIFEST, ack_seconds=0.2) as practice:
        team = practice.team("T1")
        with connected(practice, [sample_app(practice, team)]):
            assert team.person("U1").command("/echo", "crash").error == "operation_timeout"
