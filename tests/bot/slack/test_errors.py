"""Classifying Slack's errors."""

from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack import errors
from bot.slack.errors import Kind, Refusal, RefusedError


def _answered(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    response = SlackResponse(
        client=WebClient(), http_verb="POST", api_url="", req_args={}, data=body, headers=headers or {},
        status_code=status,
    )  # fmt: skip
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]  # slack_sdk has no type for it


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("message_limit_exceeded", Kind.LATER),
        ("token_revoked", Kind.WORKSPACE),
        ("missing_scope", Kind.WORKSPACE),
        ("user_disabled", Kind.PERSON),
        ("is_archived", Kind.PERSON),
        ("msg_too_long", Kind.BUG),
        ("internal_error", Kind.UNCLEAR),
        ("a_word_of_next_year", Kind.UNCLEAR),
        ("Received a response in a non-JSON format: <html>", Kind.UNCLEAR),
    ],
)
def test_each_error_is_classified(error: str, kind: Kind) -> None:
    assert errors.classify(_answered({"ok": False, "error": error})) == Refusal(kind, error)


def test_a_server_error_is_unclear_whatever_its_code() -> None:
    assert errors.classify(_answered({"error": "service_unavailable"}, 503)).kind is Kind.UNCLEAR
    assert errors.classify(_answered({}, 502)) == Refusal(Kind.UNCLEAR, "http_502")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "7"}, 7), ({"retry-after": "30"}, 30), ({}, errors.DEFAULT_WAIT_SECONDS)],
)
def test_a_rate_limit_has_its_retry_after(headers: dict[str, str], seconds: int) -> None:
    read = errors.classify(_answered({"ok": False, "error": "ratelimited"}, 429, headers))
    assert read == Refusal(Kind.LATER, "ratelimited", seconds)


def test_a_malformed_message_has_slacks_pointers() -> None:
    body = {"error": "invalid_blocks", "response_metadata": {"messages": ["[ERROR] too long [json-pointer:/blocks/3]"]}}
    read = errors.classify(_answered(body))
    assert read == Refusal(Kind.BUG, "invalid_blocks; [ERROR] too long [json-pointer:/blocks/3]")


def test_a_broken_connection_is_unclear_and_our_own_refusal_is_kept() -> None:
    assert errors.classify(URLError("refused")).kind is Kind.UNCLEAR
    assert errors.classify(TimeoutError()).kind is Kind.UNCLEAR
    ours = Refusal(Kind.LATER, "not yet")
    assert errors.classify(RefusedError(ours)) is ours
