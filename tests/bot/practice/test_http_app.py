"""A real Bolt app, spoken to by signed HTTP requests."""

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.practice import NotOnScreenError, Person, Practice, Workspace

CARD = [
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


def test_a_command_is_answered_in_the_response_and_seen_by_its_sender_alone(
    app: App, alice: Person, bob: Person
) -> None:
    answer = alice.command("/echo", "hello @bob.stone")
    assert answer.ok
    assert answer.message.text == f"You said hello <@{bob.id}|bob.stone>"
    assert answer.message.ephemeral
    assert alice.last().text == answer.message.text


def test_an_ephemeral_answer_in_a_channel_is_hidden_from_others(
    app: App, team: Workspace, alice: Person, bob: Person
) -> None:
    channel = team.channel("C_GENERAL", "general", members=[alice, bob])
    alice.command("/echo", "x", channel)
    assert [message.text for message in alice.messages(channel)] == ["You said x"]
    assert bob.messages(channel) == []


def test_a_failing_command_is_told_as_slack_tells_it(app: App, alice: Person) -> None:
    answer = alice.command("/echo", "crash")
    assert answer.error == "http_service_error"
    assert alice.last().text == "/echo failed with the error “http_service_error”"


def test_nobody_listening_is_told_too(practice: Practice, alice: Person) -> None:
    practice.deliver_to("http://127.0.0.1:9/slack/events")
    assert alice.command("/echo", "x").error == "dispatch_failed"


def test_a_response_address_answers_later(app: App, alice: Person) -> None:
    assert alice.command("/echo", "later").message.text == "Later on"


def test_a_click_replaces_the_message_and_keeps_its_metadata(app: App, client: WebClient, alice: Person) -> None:
    metadata = {"event_type": "card", "event_payload": {"id": 7}}
    client.chat_postMessage(channel=alice.dm.id, text="Acme", blocks=CARD, metadata=metadata)
    seen = alice.last()
    assert alice.click(seen, "card.done").ok
    assert alice.last().ts == seen.ts
    assert alice.last().text == "Done"
    assert alice.last().metadata == metadata


def test_a_click_that_nobody_handles_says_so(app: App, client: WebClient, alice: Person) -> None:
    post(client, alice)
    assert alice.click(alice.last(), "card.nobody").error == "http_client_error"


def test_a_button_that_is_not_there_cannot_be_clicked(app: App, client: WebClient, alice: Person) -> None:
    post(client, alice)
    with pytest.raises(NotOnScreenError, match=r"card\.done"):
        alice.click(alice.last(), "card.other")


def test_a_modal_opens_is_refused_corrected_and_saved(app: App, client: WebClient, alice: Person) -> None:
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


def test_a_submission_can_update_push_and_no_deeper_than_three(app: App, alice: Person) -> None:
    alice.shortcut("note")
    alice.submit({"words": "update"})
    assert [view.title for view in alice.stack] == ["Again"]
    alice.submit({"words": "push"})
    alice.submit({"words": "push"})
    assert len(alice.stack) == 3
    assert alice.submit({"words": "push"}).error == "push_limit_reached"


def test_the_home_tab_is_published_when_it_is_opened(app: App, alice: Person) -> None:
    home = alice.open_home()
    assert home is not None
    assert "Home" in home.words
    assert alice.click(home, "card.form").modal is not None


def test_what_a_person_writes_to_the_bot_is_heard(app: App, alice: Person) -> None:
    alice.say("Smith & Co")
    assert alice.last().text == "Heard: Smith &amp; Co"


def test_an_event_that_fails_is_sent_again_with_slacks_headers(app: App, practice: Practice, alice: Person) -> None:
    practice.fail_next("chat.postMessage", error="internal_error")
    alice.say("hello")
    heard = [headers for body, headers in app.heard if body.get("type") == "event_callback"]
    assert [headers.get("x-slack-retry-num") for headers in heard] == [None, ["1"]]
    assert heard[1]["x-slack-retry-reason"] == ["http_error"]
    assert alice.last().text == "Heard: hello"


def test_an_event_can_be_delivered_twice_with_one_id(app: App, practice: Practice, alice: Person) -> None:
    practice.deliver_events_twice()
    alice.say("hello")
    ids = [body["event_id"] for body, _ in app.heard]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_another_workspace_sees_nothing(app: App, practice: Practice, client: WebClient, alice: Person) -> None:
    charlie = practice.team("T_OTHER", "Beta").person("U_CHARLIE")
    post(client, alice)
    assert charlie.messages() == []
