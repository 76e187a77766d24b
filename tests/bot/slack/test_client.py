"""The client for what a person waits for: nothing is tried again, and nothing waited for longer than two seconds."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.practice import Practice
from bot.slack.client import PROMPT_SECONDS, PromptClient, make_clients
from bot.slack.errors import UnansweredError
from tests import agency

VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}


@pytest.fixture
def client(practice: Practice) -> Iterator[PromptClient]:
    practice.team(agency.TEAM, "Agency").person(agency.ALICE, "Alice")
    reading, _ = make_clients(lambda team: practice.team(team).token, practice.api_url)
    with ThreadPoolExecutor(2) as pool:
        yield PromptClient(reading(agency.TEAM), pool)


def test_a_rate_limit_is_not_waited_out(client: PromptClient, practice: Practice) -> None:
    practice.fail_next("users.info", status=429, retry_after=30)
    began = time.monotonic()
    with pytest.raises(UnansweredError, match=r"users\.info: ratelimited"):
        client.users_info(user=agency.ALICE)
    assert time.monotonic() - began < PROMPT_SECONDS
    assert len(practice.calls_of("users.info")) == 1


@pytest.mark.parametrize("trouble", [{"status": 503}, {"error": "internal_error"}, {"drop": "before"}])
def test_a_fault_is_told_at_once_and_not_tried_again(
    client: PromptClient, practice: Practice, trouble: dict[str, Any]
) -> None:
    practice.fail_next("users.info", **trouble)
    with pytest.raises(UnansweredError):
        client.users_info(user=agency.ALICE)
    assert client.users_info(user=agency.ALICE)["ok"]


def test_all_calls_of_a_request_end_within_two_seconds(client: PromptClient, practice: Practice) -> None:
    practice.fail_next("users.info", stall=PROMPT_SECONDS * 2, times=2)
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(UnansweredError):
            client.users_info(user=agency.ALICE)
    assert PROMPT_SECONDS <= time.monotonic() - began < PROMPT_SECONDS * 2


def test_a_trigger_that_is_dead_is_worth_another_press_and_a_person_who_is_unknown_is_not(client: PromptClient) -> None:
    with pytest.raises(UnansweredError, match="invalid_trigger_id"):
        client.views_open(trigger_id="1.2.3", view=VIEW)
    with pytest.raises(SlackApiError, match="user_not_found"):
        client.users_info(user="U0NOBODY")


def test_a_follow_up_is_tried_again_but_does_not_wait_out_a_rate_limit(
    client: PromptClient, practice: Practice
) -> None:
    practice.fail_next("users.info", drop="before")
    assert client.follow_up().users_info(user=agency.ALICE)["ok"]
    practice.fail_next("users.info", status=429, retry_after=30)
    with pytest.raises(SlackApiError, match="ratelimited"):
        client.follow_up().users_info(user=agency.ALICE)
