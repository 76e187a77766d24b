"""What the app refuses, over real HTTP: signed nonsense, addresses that are not Slack's, more than a person's share."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot.infra import capacity
from bot.infra.services import Services
from bot.practice import Person, Practice
from bot.practice.deliveries import signed
from bot.slack.client import PROMPT_SECONDS
from bot.views import ids
from tests import agency, serving
from tests.conftest import NOW
from tests.handlers.conftest import Answers
from tests.screens import home_of
from tests.serving import Server
from tests.waiting import PATIENCE_SECONDS, eventually

Json = dict[str, Any]


@pytest.fixture
def alice(services: Services, practice: Practice) -> Person:
    with services.transaction() as session:
        house = agency.create(session, NOW)
        agency.client(session, house.id, "Acme", owner_id=house.alice, now=NOW)
    return practice.team(agency.TEAM, "Agency").person(agency.ALICE, "Alice", email="alice@agency.test")


@pytest.fixture
def bob(alice: Person, practice: Practice) -> Person:
    assert alice
    return practice.team(agency.TEAM).person(agency.BOB, "Bob", email="bob@agency.test")


@pytest.fixture
def url(alice: Person, services: Services, practice: Practice) -> Iterator[str]:
    assert alice
    with Server(services, practice.signing_secret) as address:
        practice.deliver_to(f"{address}/slack/events")
        yield f"{address}/slack/events"


def deliver(url: str, practice: Practice, payload: Any) -> httpx.Response:
    """Deliver anything, signed."""
    if isinstance(payload, dict) and "command" in payload:
        body, kind = urlencode(payload), "application/x-www-form-urlencoded"
    elif isinstance(payload, dict) and "event" in payload:
        body, kind = json.dumps(payload), "application/json"
    else:
        body, kind = urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"
    return serving.post(url, content=body, headers={"content-type": kind, **signed(practice.signing_secret, body)})


def press(**changed: Any) -> Json:
    """A press of Contacted by Alice."""
    value = ids.pack(client=1, contact_no=0, surface=ids.CARD)
    return {
        "type": "block_actions",
        "team": {"id": agency.TEAM},
        "user": {"id": agency.ALICE, "team_id": agency.TEAM},
        "trigger_id": "1.2.x",
        "container": {"type": "message"},
        "actions": [{"type": "button", "action_id": ids.CONTACTED, "block_id": "b", "value": value}],
        **changed,
    }


def submission(**changed: Any) -> Json:
    """A submission of the form for silence."""
    state = {"until": {"value": {"selected_date": "2026-11-20"}}, "reason": {"value": {"value": "Away"}}}
    view = {
        "type": "modal",
        "id": "V1",
        "callback_id": ids.SILENCE_FORM,
        "private_metadata": ids.pack_form(client=1),
        "state": {"values": state},
        **changed,
    }
    common = press()
    del common["actions"]
    return {**common, "type": "view_submission", "view": view}


def event(**changed: Any) -> Json:
    """An event of Home being opened."""
    opened = {"type": "app_home_opened", "user": agency.ALICE, "tab": "home"}
    return {
        "type": "event_callback",
        "team_id": agency.TEAM,
        "event_id": "Ev1",
        "event": {**opened, **changed},
    }


def command(**changed: Any) -> Json:
    """A command of Alice's."""
    typed = {"command": "/atrisk", "text": "help", "team_id": agency.TEAM, "user_id": agency.ALICE, "trigger_id": "1.2"}
    return {name: value for name, value in {**typed, **changed}.items() if value is not None}


NONSENSE: dict[str, Any] = {
    "no actions": press(actions=[]),
    "an action that is none": press(actions=["x"]),
    "an action without an id": press(actions=[{}]),
    "an option without a value": press(actions=[{"action_id": ids.SNOOZE, "selected_option": {}}]),
    "nobody pressed": press(user=None),
    "a person who is a number": press(user={"id": 5}),
    "a person with a NUL": press(user={"id": "U0\0"}),
    "a value with a NUL": press(actions=[{"action_id": "x", "value": "\0"}]),
    "half a character": press(actions=[{"action_id": "x", "value": "\ud800"}]),
    "no team": press(team=None),
    "a team that is a list": press(team=[1]),
    "a view that is a text": press(view="V1"),
    "a kind that nobody knows": press(type="nonsense"),
    "no kind": press(type=None),
    "a form without its state": submission(state=None),
    "a form with a state that is a list": submission(state={"values": [1]}),
    "a form with a NUL": submission(state={"values": {"until": {"value": {"value": "\0"}}}}),
    "a form with metadata that is a number": submission(private_metadata=5),
    "an event of nobody": event(user=None),
    "an event of a list": event(user=[1]),
    "an event without a type": event(type=None),
    "an event of a person who is a number": event(type="anything", user={"id": 5}),
    "a user who changes into nothing": event(type="user_change", user={}),
    "a user whose name is a number": event(type="user_change", user={"id": agency.ALICE, "name": 5}),
    "tokens that are a list": event(type="tokens_revoked", tokens=[]),
    "a command of nobody": command(user_id=None),
    "a command without a trigger": command(trigger_id=None),
    "a command with a NUL": command(text="help\0"),
    "a list": [1],
    "a number": 1,
    "nothing": None,
}


@pytest.mark.parametrize("what", NONSENSE)
def test_signed_nonsense_is_refused_without_a_traceback(
    url: str, practice: Practice, services: Services, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    answer = deliver(url, practice, NONSENSE[what])
    assert (answer.status_code, answer.text) == (400, "")
    assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR] == []
    assert practice.calls == []
    assert services.engine.dialect.name in {"sqlite", "postgresql"}


ELSEWHERE: dict[str, Callable[[str], Json]] = {
    "a press": lambda elsewhere: press(response_url=elsewhere),
    "a command": lambda elsewhere: command(response_url=elsewhere),
    "a team that is unknown": lambda elsewhere: command(team_id="T0NOBODY", response_url=elsewhere),
    "a form's metadata": lambda elsewhere: submission(
        private_metadata=ids.pack_form(client=1, surface=ids.CARD, answer_at=elsewhere)
    ),
    "a form's response URLs": lambda elsewhere: {**submission(), "response_urls": [{"response_url": elsewhere}]},
    "a message shortcut": lambda elsewhere: {
        **press(response_url=elsewhere),
        "type": "message_action",
        "callback_id": "touchpoint.log_message",
        "message": {"ts": "1.2"},
    },
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_nothing_is_sent_to_an_address_that_is_not_slacks(
    url: str, practice: Practice, services: Services, what: str
) -> None:
    practice.fail_next("users.info", error="fatal_error", times=3)
    with Answers() as answers:
        elsewhere = answers.url.replace("127.0.0.1", "localhost")
        deliver(url, practice, ELSEWHERE[what](elsewhere))
        services.later.submit(lambda: None).result(PATIENCE_SECONDS)
        assert answers.received == []


def test_a_rate_limit_on_opening_forms_holds_up_neither_the_person_nor_others(
    url: str, alice: Person, bob: Person, practice: Practice
) -> None:
    assert url
    card = alice.command("/atrisk", "acme").message
    assert card is not None
    assert bob.command("/atrisk", "help").ok
    practice.fail_next("views.open", status=429, retry_after=30, times=25)
    seconds: list[float] = []
    with ThreadPoolExecutor(25) as pool:
        presses = [pool.submit(alice.click, card, ids.WHY) for _ in range(25)]
        while not all(press.done() for press in presses):
            began = time.monotonic()
            assert bob.command("/atrisk", "help").ok
            seconds.append(time.monotonic() - began)
    assert all(press.result().ok for press in presses)
    assert max(seconds, default=0) < 10  # on a busy machine; a wait for the limit takes 30
    eventually(
        lambda: "Slack isn't answering" in alice.messages()[-1].words or "One moment" in alice.messages()[-1].words
    )
    assert len(practice.calls_of("views.open")) <= 25


def test_where_no_sentence_can_be_shown_slack_shows_its_own_mark(url: str, alice: Person, practice: Practice) -> None:
    assert url
    alice.open_home()
    home = home_of(alice)
    practice.fail_next("views.open", status=429, retry_after=30)
    assert not alice.click(home, "settings.open").ok
    assert alice.click(home, "settings.open").ok


def test_a_form_that_slack_opens_too_slowly_is_given_up_after_two_seconds(
    services: Services, alice: Person, practice: Practice
) -> None:
    practice.fail_next("views.open", stall=PROMPT_SECONDS * 4)
    with Server(services, practice.signing_secret, prompt_seconds=PROMPT_SECONDS) as url:
        practice.deliver_to(f"{url}/slack/events")
        answer = alice.command("/atrisk", "settings").message
        assert answer is not None
        assert "Slack isn't answering quickly enough" in answer.words


def test_one_person_has_a_share_of_what_is_done_at_once(
    url: str, alice: Person, bob: Person, practice: Practice
) -> None:
    assert url
    assert alice.command("/atrisk", "help").ok
    practice.fail_next("views.open", stall=1.5, times=capacity.MEMBER_REQUESTS)
    with ThreadPoolExecutor(capacity.MEMBER_REQUESTS) as pool:
        waiting = [pool.submit(alice.command, "/atrisk", "settings") for _ in range(capacity.MEMBER_REQUESTS)]
        eventually(lambda: len(practice.calls_of("views.open")) == capacity.MEMBER_REQUESTS)
        refused = alice.command("/atrisk", "help").message
        others = bob.command("/atrisk", "help").message
        assert all(one.result().ok for one in waiting)
    assert refused is not None
    assert others is not None
    assert "One moment" in refused.words
    assert "What you can type" in others.words
    assert alice.command("/atrisk", "help").message is not None
