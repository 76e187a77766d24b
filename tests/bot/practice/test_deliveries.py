"""A real Bolt app, spoken to by signed HTTP requests."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.practice import NotOnScreenError, Person, Practice, Workspace
from tests.bot.practice.conftest import SampleApp, sample_app, served
from tests.bot.practice.manifest import MANIFEST
from tests.waiting import PATIENCE_SECONDS

CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Acme*"}},
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": name}, "action_id": f"card.{name}", "value": "1"}
            for name in ("done", "form", "nobody")
        ],
    },
]


def post(client: WebClient, person: Person) -> None:
    client.chat_postMessage(channel=person.dm.id, text="Acme", blocks=CARD)


@pytest.mark.usefixtures("app")
def test_a_command_is_answered_in_the_response_and_seen_by_its_sender_alone(alice: Person, bob: Person) -> None:
    answer = alice.command("/echo", "hello @bob.stone")
    assert answer.ok
    assert answer.message.text == f"You said hello <@{bob.id}|bob.stone>"
    assert answer.message.ephemeral
    assert alice.last().text == answer.message.text


@pytest.mark.usefixtures("app")
def test_an_ephemeral_answer_in_a_channel_is_hidden_from_others(team: Workspace, alice: Person, bob: Person) -> None:
    channel = team.channel("C_GENERAL", "general", members=[alice, bob])
    alice.command("/echo", "x", channel)
    assert [message.text for message in alice.messages(channel)] == ["You said x"]
    assert bob.messages(channel) == []


@pytest.mark.usefixtures("app")
def test_a_failing_command_is_told_as_slack_tells_it(alice: Person) -> None:
    answer = alice.command("/echo", "crash")
    assert answer.error == "http_service_error"
    assert alice.last().text == "/echo failed with the error “http_service_error”"


def test_nobody_listening_is_told_too(practice: Practice, alice: Person) -> None:
    practice.deliver_to("http://127.0.0.1:9/slack/events")
    assert alice.command("/echo", "x").error == "dispatch_failed"


@pytest.mark.usefixtures("app")
def test_a_response_address_answers_later(alice: Person) -> None:
    assert alice.command("/echo", "later").message.text == "Later on"


@pytest.mark.usefixtures("app")
def test_a_click_replaces_the_message_and_keeps_its_metadata(client: WebClient, alice: Person) -> None:
    metadata = {"event_type": "card", "event_payload": {"id": 7}}
    client.chat_postMessage(channel=alice.dm.id, text="Acme", blocks=CARD, metadata=metadata)
    seen = alice.last()
    assert alice.click(seen, "card.done").ok
    assert alice.last().ts == seen.ts
    assert alice.last().text == "Done"
    assert alice.last().metadata == metadata


@pytest.mark.usefixtures("app")
def test_a_click_that_nobody_handles_says_so(client: WebClient, alice: Person) -> None:
    post(client, alice)
    assert alice.click(alice.last(), "card.nobody").error == "http_client_error"


@pytest.mark.usefixtures("app")
def test_a_button_that_is_not_there_cannot_be_clicked(client: WebClient, alice: Person) -> None:
    post(client, alice)
    with pytest.raises(NotOnScreenError, match=r"card\.done"):
        alice.click(alice.last(), "card.other")


@pytest.mark.usefixtures("app")
def test_a_modal_opens_is_refused_corrected_and_saved(client: WebClient, alice: Person) -> None:
    post(client, alice)
    opened = alice.click(alice.last(), "card.form")
    assert opened.modal is not None
    assert opened.modal.title == "Note"
    assert alice.submit({}).field_errors == {"words": "Please complete this required field."}
    assert alice.submit({"words": "bad"}).field_errors == {"words": "Not that word"}
    saved = alice.submit({"words": "good"})
    assert saved.ok
    assert saved.modal is None
    assert alice.last().text == "Saved: good"


@pytest.mark.usefixtures("app")
def test_a_submission_can_update_its_modal(alice: Person) -> None:
    alice.shortcut("note")
    alice.submit({"words": "update"})
    assert [view.title for view in alice.stack] == ["Again"]


@pytest.mark.usefixtures("app")
def test_the_home_tab_is_published_when_it_is_opened(alice: Person) -> None:
    home = alice.open_home()
    assert home is not None
    assert "Home" in home.words
    assert alice.click(home, "card.form").modal is not None


@pytest.mark.usefixtures("app")
def test_what_a_person_writes_to_the_bot_is_heard(alice: Person) -> None:
    alice.say("Smith & Co")
    assert alice.last().text == "Heard: Smith &amp; Co"


def test_an_event_that_fails_is_sent_again_with_slacks_headers(
    app: SampleApp, practice: Practice, alice: Person
) -> None:
    practice.fail_next("chat.postMessage", error="internal_error")
    alice.say("hello")
    heard = [headers for body, headers in app.heard if body.get("type") == "event_callback"]
    assert [headers.get("x-slack-retry-num") for headers in heard] == [None, ["1"]]
    assert heard[1]["x-slack-retry-reason"] == ["http_error"]
    assert alice.last().text == "Heard: hello"


def test_an_event_can_be_delivered_twice_with_one_id(app: SampleApp, practice: Practice, alice: Person) -> None:
    practice.deliver_events_twice()
    alice.say("hello")
    ids = [body["event_id"] for body, _ in app.heard]
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.usefixtures("app")
def test_another_workspace_sees_nothing(practice: Practice, client: WebClient, alice: Person) -> None:
    charlie = practice.team("T_OTHER", "Beta").person("U_CHARLIE")
    post(client, alice)
    assert charlie.messages() == []


def test_an_app_that_takes_too_long_is_told_as_a_timeout() -> None:
    with Practice(MANIFEST, ack_seconds=0.2) as practice:
        app = sample_app(practice, practice.team("T1"))
        alice, refused = practice.team("T1").person("U1"), threading.Event()

        @app.middleware
        def dawdle(next_: Callable[[], None]) -> None:
            refused.wait(PATIENCE_SECONDS)
            next_()

        with served(app) as url:
            practice.deliver_to(url)
            assert alice.command("/echo", "x").error == "operation_timeout"
            refused.set()
        assert alice.last().text == "/echo failed with the error “operation_timeout”"


@pytest.mark.usefixtures("app")
def test_an_external_select_is_offered_what_the_app_finds(client: WebClient, alice: Person) -> None:
    pick = {"type": "external_select", "action_id": "pick", "min_query_length": 1}
    client.chat_postMessage(channel=alice.dm.id, text="x", blocks=[{"type": "actions", "elements": [pick]}])
    offered = alice.suggestions(alice.last(), "pick", "Acme")
    assert [option["text"]["text"] for option in offered] == ["Acme!"]


def test_a_select_says_what_was_chosen(app: SampleApp, client: WebClient, alice: Person) -> None:
    options = [{"text": {"type": "plain_text", "text": word}, "value": word} for word in ("one", "two")]
    select = {"type": "static_select", "action_id": "card.choose", "options": options}
    client.chat_postMessage(channel=alice.dm.id, text="x", blocks=[{"type": "actions", "elements": [select]}])
    alice.click(alice.last(), "card.choose", "two")
    sent = app.heard[-1][0]
    assert sent["actions"][0]["selected_option"] == options[1]
    [state] = sent["state"]["values"].values()
    assert state["card.choose"]["selected_option"] == options[1]
    with pytest.raises(NotOnScreenError, match="three"):
        alice.click(alice.last(), "card.choose", "three")


def test_a_changed_profile_is_told(app: SampleApp, alice: Person) -> None:
    alice.change(tz="Asia/Tokyo")
    event = app.heard[-1][0]["event"]
    assert (event["type"], event["user"]["tz"]) == ("user_change", "Asia/Tokyo")


def test_the_same_payload_can_be_delivered_again(app: SampleApp, practice: Practice, alice: Person) -> None:
    alice.shortcut("note")
    assert practice.redeliver(practice.deliveries[-1]).status == 500  # its trigger is spent
    assert app.heard[0][0] == app.heard[1][0]


@pytest.mark.usefixtures("app")
def test_an_old_message_can_still_be_clicked_on_another_device(client: WebClient, alice: Person) -> None:
    post(client, alice)
    seen = alice.last()
    alice.click(seen, "card.done")
    assert "card.nobody" not in alice.last().actions()
    assert alice.click(seen, "card.done").ok


def test_the_bots_own_messages_can_come_back_to_it() -> None:
    with Practice(MANIFEST, echo=True) as practice:
        team = practice.team("T1")
        app = sample_app(practice, team)
        with served(app) as url:
            practice.deliver_to(url)
            dm = team.person("U1").dm.id
            app.client.chat_postMessage(channel=dm, text="to myself")
            practice.settle(PATIENCE_SECONDS)
        assert [body["event"]["bot_id"] for body, _ in app.heard] == [team.bot_id]
        assert len(practice.calls_of("chat.postMessage")) == 1  # Bolt leaves its own messages alone


def test_joins_and_messages_are_heard_in_the_channels_where_the_bot_is(
    app: SampleApp, team: Workspace, alice: Person, bob: Person
) -> None:
    ours = team.channel("C_OURS", members=[alice], private=True)
    theirs = team.channel("C_THEIRS", members=[alice], with_bot=False)
    for channel in (ours, theirs):
        team.join(bob, channel)
        bob.say("hello", channel)
    events = [body["event"] for body, _ in app.heard]
    assert [(one["type"], one["channel"], one["user"]) for one in events] == [
        ("member_joined_channel", ours.id, bob.id),
        ("message", ours.id, bob.id),
    ]
    assert alice.last(ours).text == "Heard: hello"


def test_an_event_that_the_manifest_does_not_name_is_never_sent(app: SampleApp, team: Workspace) -> None:
    assert team.event({"type": "channel_rename"}) is None
    assert app.heard == []


@pytest.mark.usefixtures("app")
def test_twenty_people_at_once_are_all_answered(client: WebClient, alice: Person) -> None:
    post(client, alice)
    seen = alice.last()
    with ThreadPoolExecutor(20) as pool:
        reactions = list(pool.map(lambda _: alice.click(seen, "card.done"), range(100)))
    assert all(reaction.ok for reaction in reactions)
    assert len(alice.messages()) == 1
