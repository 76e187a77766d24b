"""Classifies Slack's errors by what can be done about them: an exception in, a `Refusal` out.

Never here: doing it (`bot.jobs.delivery`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

DEFAULT_WAIT_SECONDS = 30
"""The wait after a 429 without Retry-After, and after a failure that says nothing about when to ask again."""
REPAIR_WAIT_SECONDS = 600
"""The wait while somebody has to fix the token or its scopes."""
LONGEST_WAIT_SECONDS = 3600
"""However long Slack asks to wait, it is asked again after an hour."""
DEAD_TOKENS = frozenset({"invalid_auth", "account_inactive", "token_revoked", "not_authed", "token_expired"})
"""What Slack says of a token that will never work again. No other refusal means that."""


class Kind(Enum):
    """What can be done about a refusal."""

    LATER = "later"
    """Nothing was posted; try again later."""
    UNCLEAR = "unclear"
    """It may have been posted: check before trying again."""
    PERSON = "person"
    """This person or channel can never be reached."""
    WORKSPACE = "workspace"
    """Nothing can be posted in this workspace until somebody fixes the installation."""
    BUG = "bug"
    """The message is malformed: our mistake."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A classified refusal: `error` is Slack's code with pointers into the message, `wait_seconds` its Retry-After."""

    kind: Kind
    error: str
    wait_seconds: int | None = None

    @property
    def is_dead_token(self) -> bool:
        """Whether the token will never work again: it has to be replaced."""
        return self.error in DEAD_TOKENS

    @property
    def seconds_to_wait(self) -> int:
        """How long to wait before asking again: what Slack says, else what suits the kind."""
        if self.wait_seconds is not None:
            return self.wait_seconds
        return REPAIR_WAIT_SECONDS if self.kind is Kind.WORKSPACE else DEFAULT_WAIT_SECONDS


class RefusedError(Exception):
    """Something on our side prevents a message from being sent; carries the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.refusal = refusal


class UnansweredError(Exception):
    """Slack has not answered in time, asks to come back later, or no longer takes the trigger id of a click."""


_TRIGGER_ERRORS = {
    "expired_trigger_id",
    "exchanged_trigger_id",
    "invalid_trigger_id",
    "trigger_expired",
    "trigger_exchanged",
    "invalid_trigger",
    "push_limit_reached",
}
"""The form cannot be opened for this click any more; for the next one it can."""
_FAULTS = {"internal_error", "fatal_error"}
"""Faults of Slack's own."""


class AskLaterError(Exception):
    """Slack could not do what a job asked for; carries the refusal, which says how long to wait."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.refusal = refusal


CALL_FAILED = (RefusedError, SlackClientError, OSError, HTTPException, ValueError)
"""What a call may raise: Slack's refusals, our own, and every way in which a connection fails."""

_ERRORS = {
    Kind.LATER: "message_limit_exceeded service_unavailable request_timeout team_added_to_org accesslimited",
    Kind.WORKSPACE: """invalid_auth account_inactive token_revoked token_expired not_authed missing_scope no_permission
        org_login_required team_access_not_granted not_allowed_token_type ekm_access_denied""",
    Kind.PERSON: """user_not_found user_disabled channel_not_found not_in_channel is_archived messages_tab_disabled
        cannot_dm_bot user_not_visible app_access_restricted restricted_action restricted_action_read_only_channel
        restricted_action_thread_only_channel restricted_action_non_threadable_channel""",
    Kind.BUG: """invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text invalid_arguments
        invalid_metadata_format invalid_metadata_schema metadata_too_large metadata_must_be_sent_from_app
        invalid_arg_name invalid_form_data invalid_post_type""",
}
_KINDS = {error: kind for kind, errors in _ERRORS.items() for error in errors.split()}
"""An error that is not listed is unclear: one that says "part of it may have happened", or one that we do not know."""


def classify(error: Exception) -> Refusal:
    """Classify what a call to Slack raised: Slack's refusal, our own, or a failed connection."""
    if isinstance(error, RefusedError):
        return error.refusal
    if not isinstance(error, SlackApiError):
        return Refusal(Kind.UNCLEAR, f"{type(error).__name__}: {error}")
    response = error.response
    body = response.data if isinstance(response.data, dict) else {}
    code = str(body.get("error") or f"http_{response.status_code}")
    if response.status_code == 429 or code in {"ratelimited", "rate_limited"}:
        return Refusal(Kind.LATER, "ratelimited", _wait_seconds(response.headers))
    kind = Kind.UNCLEAR if response.status_code >= 500 else _KINDS.get(code, Kind.UNCLEAR)
    return Refusal(kind, "; ".join([code, *_scope(body), *_pointers(body)]))


def is_passing(error: Exception) -> bool:
    """Whether pressing again may well work: a failed connection, a rate limit, a fault of Slack's, a dead trigger."""
    if not isinstance(error, SlackApiError):
        return isinstance(error, OSError | HTTPException | SlackClientError)
    refused = classify(error)
    is_fault = error.response.status_code >= 500 or refused.error in _FAULTS
    return is_fault or refused.kind is Kind.LATER or refused.error in _TRIGGER_ERRORS


def _wait_seconds(headers: Mapping[str, str]) -> int:
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return min(int(value), LONGEST_WAIT_SECONDS) if value.isdigit() else DEFAULT_WAIT_SECONDS


def _scope(body: Mapping[str, Any]) -> list[str]:
    """Return the scope that the token lacks, if that is why Slack refused."""
    return (
        [f"the scope {body['needed']} is missing"] if body.get("error") == "missing_scope" and "needed" in body else []
    )


def _pointers(body: Mapping[str, Any]) -> list[str]:
    """Return the places in the message that Slack complains about."""
    metadata = body.get("response_metadata")
    messages = metadata.get("messages") if isinstance(metadata, dict) else None
    return [str(message) for message in messages] if isinstance(messages, list) else []
