"""Modals and Home tabs: triggers, stacks, hashes, response addresses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.practice import Person, Practice
from tests.bot.practice.manifest import MANIFEST

PLAIN = {"type": "modal", "title": {"type": "plain_text", "text": "One"}, "blocks": [{"type": "divider"}]}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Desk:
    """A practice workspace with a clock in our hands and nobody listening."""

    def __init__(self, practice: Practice, clock: Clock) -> None:
        self.practice, self.clock = practice, clock
        self.team = practice.team("T1")
        self.alice: Person = self.team.person("U_ALICE")
        self.client = WebClient(self.team.token, base_url=practice.api_url)

    def trigger(self, view_id: str | None = None) -> str:
        return self.practice.world.new_trigger(self.team.team, self.alice.id, view_id)

    def open(self, **more: Any) -> Any:
        return self.client.views_open(trigger_id=self.trigger(), view={**PLAIN, **more})["view"]

    def refused(self, call: str, **args: Any) -> str:
        with pytest.raises(SlackApiError) as refusal:
            getattr(self.client, call)(**args)
        return str(refusal.value.response["error"])

    def response(self, message_ts: str | None = None) -> WebhookClient:
        dm = self.alice.dm.id
        path = self.practice.world.new_response(self.team.team, dm, self.alice.id, message_ts)
        return WebhookClient(f"{self.practice.url}/response/{path}")


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Practice, Clock]]:
    clock = Clock()
    with Practice(MANIFEST, now=clock) as practice:
        yield practice, clock


@pytest.fixture
def desk(server: tuple[Practice, Clock]) -> Desk:
    desk = Desk(*server)
    while desk.alice.modal is not None:
        desk.alice.close()
    return desk


def test_a_trigger_lives_three_seconds(desk: Desk) -> None:
    trigger = desk.trigger()
    desk.clock.now += timedelta(seconds=3)
    assert desk.client.views_open(trigger_id=trigger, view=PLAIN)["ok"]
    late = desk.trigger()
    desk.clock.now += timedelta(seconds=3.1)
    assert desk.refused("views_open", trigger_id=late, view=PLAIN) == "expired_trigger_id"


def test_a_trigger_serves_once_and_must_be_slacks(desk: Desk) -> None:
    trigger = desk.trigger()
    desk.client.views_open(trigger_id=trigger, view=PLAIN)
    assert desk.refused("views_open", trigger_id=trigger, view=PLAIN) == "exchanged_trigger_id"
    assert desk.refused("views_open", trigger_id="1.2.3", view=PLAIN) == "invalid_trigger_id"


def test_a_stack_is_three_views_deep(desk: Desk) -> None:
    top = desk.open()
    for _ in range(2):
        top = desk.client.views_push(trigger_id=desk.trigger(top["id"]), view=PLAIN)["view"]
    assert len(desk.alice.stack) == 3
    assert top["root_view_id"] == desk.alice.stack[0].id
    assert desk.refused("views_push", trigger_id=desk.trigger(top["id"]), view=PLAIN) == "push_limit_reached"


def test_a_hash_guards_against_a_newer_state(desk: Desk) -> None:
    old = desk.open()
    desk.client.views_update(view_id=old["id"], view=PLAIN, hash=old["hash"])
    assert desk.refused("views_update", view_id=old["id"], view=PLAIN, hash=old["hash"]) == "hash_conflict"
    assert desk.refused("views_update", view_id="V_NONE", view=PLAIN) == "not_found"


def test_a_home_tab_is_guarded_likewise(desk: Desk) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = desk.client.views_publish(user_id=desk.alice.id, view=home)["view"]
    desk.client.views_publish(user_id=desk.alice.id, view=home, hash=first["hash"])
    again = {"user_id": desk.alice.id, "view": home, "hash": first["hash"]}
    assert desk.refused("views_publish", **again) == "hash_conflict"
    assert desk.refused("views_publish", user_id="U_NOBODY", view=home) == "user_not_found"


def test_a_view_that_breaks_a_limit_is_refused_with_a_pointer(desk: Desk) -> None:
    long = {**PLAIN, "title": {"type": "plain_text", "text": "x" * 25}}
    with pytest.raises(SlackApiError) as refused:
        desk.client.views_open(trigger_id=desk.trigger(), view=long)
    answer = refused.value.response
    assert answer["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title/text]" in answer["response_metadata"]["messages"][0]
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    huge = {**PLAIN, "blocks": [section] * 95}
    assert desk.refused("views_open", trigger_id=desk.trigger(), view=huge) == "view_too_large"


def test_a_response_address_serves_five_times_in_thirty_minutes(desk: Desk) -> None:
    address = desk.response()
    assert [address.send(text="x").status_code for _ in range(6)] == [200] * 5 + [404]
    late = desk.response()
    desk.clock.now += timedelta(minutes=31)
    assert late.send(text="x").status_code == 404


def test_a_response_replaces_or_adds(desk: Desk) -> None:
    dm = desk.alice.dm.id
    ts = desk.client.chat_postMessage(channel=dm, text="first")["ts"]
    desk.response(ts).send(text="second", replace_original=True)
    assert (desk.alice.last().ts, desk.alice.last().text) == (ts, "second")
    desk.response(ts).send(text="whispered")
    assert desk.alice.last().ephemeral
    desk.response(ts).send(text="aloud", response_type="in_channel")
    assert not desk.alice.last().ephemeral


def test_a_response_with_blocks_that_break_a_limit_is_refused(desk: Desk) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = desk.response().send(text="x", blocks=blocks)
    assert answer.status_code == 400
    assert "invalid_blocks" in answer.body
