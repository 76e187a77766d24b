"""The Bolt app: Socket Mode, answers when something fails, many clicks at once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from sqlalchemy import Engine, select, text

from bot import app
from bot.infra import db
from bot.infra.models import Touchpoint
from bot.infra.services import Services
from bot.jobs import match_people
from bot.practice import Person, Practice
from tests import agency
from tests.benchmarks import clicks
from tests.conftest import NOW
from tests.screens import home_of
from tests.serving import Server
from tests.waiting import PATIENCE_SECONDS, eventually

SLACK_WAITS_SECONDS = 3.0


@pytest.fixture
def alice(services: Services, practice: Practice) -> Person:
    with services.transaction() as session:
        house = agency.create(session, NOW)
        agency.client(session, house.id, "Acme", owner_id=house.alice, now=NOW)
    return practice.team(agency.TEAM, "Agency").person(agency.ALICE, "Alice", email="alice@agency.test")


@pytest.fixture
def socket(services: Services, practice: Practice) -> Iterator[SocketModeHandler]:
    built, token = app.build(services, prompt_seconds=PATIENCE_SECONDS), practice.app_token
    handler = SocketModeHandler(built, token, web_client=services.slack(agency.TEAM), trace_enabled=False)
    handler.connect()  # type: ignore[no-untyped-call]  # slack_bolt has no type for it
    eventually(lambda: practice.sockets.connections == 1)
    yield handler
    handler.client.auto_reconnect_enabled = False
    practice.cut_sockets()
    eventually(lambda: not handler.client.is_connected())
    handler.close()  # type: ignore[no-untyped-call]  # slack_bolt has no type for it


def test_commands_clicks_forms_and_the_home_tab_work_in_socket_mode(
    alice: Person, socket: SocketModeHandler, services: Services
) -> None:
    assert socket.client.is_connected()
    answer = alice.command("/atrisk", "acme")
    assert "Acme" in answer.message.words
    assert alice.click(answer.message, "nudge.contacted").ok
    eventually(lambda: "nudge.details" in alice.messages()[-1].actions())
    assert alice.click(alice.messages()[-1], "nudge.details").ok
    assert alice.submit({"summary": "Over the socket"}).ok
    alice.open_home()
    assert "Acme" in home_of(alice).words
    with services.reading() as session:
        assert session.scalars(select(Touchpoint.summary)).all() == ["Over the socket"]


def test_an_error_is_answered_with_a_sentence_and_logged(
    alice: Person, services: Services, practice: Practice, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with Server(services, practice.signing_secret) as url:
        practice.deliver_to(f"{url}/slack/events")
        alice.command("/atrisk")
        with services.transaction() as session:
            session.execute(text("ALTER TABLE touchpoints RENAME TO elsewhere"))
        for typed in ("acme", "log acme"):
            answer = alice.command("/atrisk", typed)
            assert answer.ok
            assert "nothing was changed" in answer.message.words
        with services.transaction() as session:
            session.execute(text("ALTER TABLE elsewhere RENAME TO touchpoints"))
        assert "Acme" in alice.command("/atrisk", "acme").message.words
    assert "waiting for the database: " in caplog.text
    assert "Traceback" not in caplog.text
    assert engine.dialect.name in {"sqlite", "postgresql"}


def test_an_event_that_fails_is_left_for_slack_to_deliver_again(
    alice: Person, services: Services, practice: Practice
) -> None:
    with Server(services, practice.signing_secret) as url:
        practice.deliver_to(f"{url}/slack/events")
        practice.fail_next("views.publish", error="internal_error")
        alice.open_home()
        practice.settle(PATIENCE_SECONDS)
    assert [call.error for call in practice.calls_of("views.publish")] == ["internal_error", ""]
    assert "Acme" in home_of(alice).words


def test_a_token_that_slack_rejects_is_logged_and_nothing_is_done(
    alice: Person, services: Services, practice: Practice
) -> None:
    with Server(services, practice.signing_secret) as url:
        practice.deliver_to(f"{url}/slack/events")
        practice.fail_next("auth.test", error="invalid_auth")
        assert "Acme" not in alice.command("/atrisk", "acme").message.words
        assert "Acme" in alice.command("/atrisk", "acme").message.words


def test_a_team_without_a_token_is_not_served(alice: Person, services: Services, practice: Practice) -> None:
    def no_token(team_id: str) -> WebClient:
        raise LookupError(team_id)

    with Server(replace(services, slack=no_token), practice.signing_secret) as url:
        practice.deliver_to(f"{url}/slack/events")
        assert "Acme" not in alice.command("/atrisk", "acme").message.words


def test_owners_are_matched_once_a_team_has_connected(services: Services, practice: Practice) -> None:
    with services.transaction() as session:
        workspace = agency.unconnected_workspace(session, NOW)
        owner = agency.member(session, workspace, email="alice@agency.test").id
        agency.client(session, workspace, "Acme", owner_id=owner, now=NOW)
    alice = practice.team(agency.TEAM, "Agency").person(agency.ALICE, "Alice", email="alice@agency.test")
    bob = practice.team(agency.TEAM).person(agency.BOB, "Bob", email="bob@agency.test")
    with Server(services, practice.signing_secret) as url:
        practice.deliver_to(f"{url}/slack/events")
        bob.command("/atrisk")
        assert match_people.run_one(services)
        assert "Acme" in alice.command("/atrisk").message.words


def test_of_many_clicks_at_once_one_counts(database_url: str) -> None:
    assert clicks.measure(database_url)[0] == 1


def test_a_click_while_another_program_writes_is_answered_before_that_ends(
    alice: Person, services: Services, practice: Practice, database_url: str
) -> None:
    """The other one holds the database until the answer is there; then the same click is saved."""
    impatient = replace(services, engine=db.connect(database_url, patience=db.ANSWER_SECONDS))
    assert db.ANSWER_SECONDS * 1.25 < SLACK_WAITS_SECONDS
    with Server(impatient, practice.signing_secret) as url:
        practice.deliver_to(f"{url}/slack/events")
        card = alice.command("/atrisk", "acme").message
        with services.transaction() as other:
            other.execute(text("UPDATE clients SET notes = 'being imported'"))
            assert alice.click(card, "nudge.contacted").ok
            eventually(lambda: "couldn't be saved just now" in alice.messages()[-1].words)
            answer = alice.command("/atrisk", "log acme called")
            assert "Please try again in a minute" in answer.message.words
        assert alice.click(card, "nudge.contacted").ok
        eventually(lambda: any("nudge.undo" in message.actions() for message in alice.messages()))
    with services.reading() as session:
        assert len(session.scalars(select(Touchpoint.id)).all()) == 1
    impatient.engine.dispose()
