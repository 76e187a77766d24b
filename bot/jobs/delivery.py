"""Delivery: carrying what is in the outbox to Slack, each message once, whatever stops us on the way.

Claim with a lease → commit → find the channel → note that it may be posted from now on → post, with the row's number
as metadata → keep the `ts`. A message that may have been posted already is looked for in its conversation's history
first. Any number of workers may do this at once.

The bound: between the note and the post nothing is done, and the post's connection gives up after 10 s
(`bot.slack.client.TIMEOUT_SECONDS`), while the lease runs two minutes from the note, and an unclear answer rests for
half a minute before anybody looks. So a message could be said twice only if a worker were frozen between these two
steps for longer than the lease and then went on, or if Slack took a request up that long after its connection was
closed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.infra.i18n import translator
from bot.infra.models import Member
from bot.infra.services import Services
from bot.messaging import outbox
from bot.messaging.outbox import ClaimedMessage, Pace
from bot.people import access, members
from bot.slack import errors
from bot.slack.errors import Kind, Refusal, RefusedError
from bot.views import notice

EVENT_TYPE = "atrisk_message"
"""The name of our metadata; its payload is the row's number, and nothing about a client."""
LOOK_BACK = timedelta(hours=1)
"""How much earlier than our own note to begin looking: our clock and Slack's differ, but not by that much."""
REPAIR = timedelta(minutes=10)
"""How long a workspace whose token or scopes fail is left alone."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
MOST_TRIES = 60
"""Half a day of trying."""
PAGE = 200
CALL_FAILED = (RefusedError, SlackClientError, OSError, HTTPException, ValueError)
"""What may be raised on the way: refusals, Slack's and our own, and all that a connection does when it breaks."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Terms:
    """How messages are delivered; other than the usual only where a test has no minutes to lose."""

    pace: Pace = field(default_factory=Pace)
    lease: timedelta = timedelta(minutes=2)
    """How long a message is one worker's alone: many times the timeout of a call."""
    settle: timedelta = timedelta(seconds=30)
    """How long after an unclear answer to look whether the message is there."""


USUAL = Terms()


def run_one(services: Services, terms: Terms = USUAL) -> bool:
    """Deliver one message that is due; False when there is none that may be sent now."""
    with services.reading() as session:
        if not outbox.is_due(session, services.now(), terms.pace):
            return False
    with services.transaction() as session:
        message = outbox.claim(session, services.now(), terms.pace, terms.lease)
    if message is None:
        return False
    if message.tries > MOST_TRIES:
        _give_up(services, message, "dead", "given up after too many tries")
    else:
        _deliver(services, message, terms)
    return True


def _deliver(services: Services, message: ClaimedMessage, terms: Terms) -> None:
    try:
        reading, posting = _client(services.slack, message), _client(services.posting, message)
        ts = _look_up(reading, message)
        channel = message.channel or _open(services, reading, message)
    except CALL_FAILED as error:
        _refused(services, message, errors.read(error), terms, posted=False)
        return
    if ts is None:
        ts = _post(services, posting, message, channel, terms)
    if ts is not None:
        with services.transaction() as session:
            outbox.mark_sent(session, message, channel, ts, services.now())


def _client(by_team: Callable[[str], WebClient], message: ClaimedMessage) -> WebClient:
    if message.team_id is None:
        raise RefusedError(Refusal(Kind.WORKSPACE, "the workspace has not met Slack yet"))
    try:
        return by_team(message.team_id)
    except LookupError as error:
        raise RefusedError(Refusal(Kind.WORKSPACE, str(error))) from error


def _look_up(client: WebClient, message: ClaimedMessage) -> str | None:
    """Find the `ts` of a message that may have been posted by an earlier try; None when it is not in Slack."""
    if message.posting_at is None or message.channel is None:
        return None
    oldest = f"{(message.posting_at - LOOK_BACK).timestamp():.6f}"
    cursor = ""
    while True:
        page = client.conversations_history(
            channel=message.channel, oldest=oldest, limit=PAGE, cursor=cursor, include_all_metadata=True
        )
        for found in page["messages"]:
            if _is_it(found, message):
                return str(found["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None


def _is_it(found: dict[str, Any], message: ClaimedMessage) -> bool:
    metadata = found.get("metadata") or {}
    return metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("id") == message.id


def _open(services: Services, client: WebClient, message: ClaimedMessage) -> str:
    """Give the member's direct message channel, asking Slack for it once."""
    if message.dm_channel is not None:
        return message.dm_channel
    if message.slack_user_id is None:
        raise RefusedError(Refusal(Kind.LATER, "its reader is not known in Slack yet"))
    channel = str(client.conversations_open(users=message.slack_user_id)["channel"]["id"])
    with services.transaction() as session:
        session.execute(
            update(Member)
            .where(Member.workspace_id == message.workspace_id, Member.id == message.member_id)
            .values(dm_channel=channel)
        )
    return channel


def _post(services: Services, client: WebClient, message: ClaimedMessage, channel: str, terms: Terms) -> str | None:
    """Post the message, unless it is too late or no longer ours; None when it was not posted, or not for certain."""
    now = services.now()
    if message.expires_at is not None and message.expires_at <= now:
        _give_up(services, message, "expired", "too late to be of use")
        return None
    with services.transaction() as session:
        if not outbox.mark_posting(session, message, channel, now, terms.lease):
            return None
    try:
        said = client.chat_postMessage(
            channel=channel,
            text=message.body["text"],
            blocks=message.body["blocks"],
            metadata={"event_type": EVENT_TYPE, "event_payload": {"id": message.id}},
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
        )
    except CALL_FAILED as error:
        _refused(services, message, errors.read(error), terms, posted=True)
        return None
    return str(said["ts"])


def _refused(services: Services, message: ClaimedMessage, refusal: Refusal, terms: Terms, *, posted: bool) -> None:
    """Do what can be done about a refusal; `posted` says whether it was the post itself that was refused."""
    if refusal.kind is Kind.BUG:
        _give_up(services, message, "dead", refusal.error)
        log.error("message %s is not one that Slack takes: %s", message.id, refusal.error)
    elif refusal.kind is Kind.PERSON and not _is_worth_another_channel(message, refusal):
        _unreachable(services, message, refusal.error)
    else:
        _try_again(services, message, refusal, terms, posted=posted)


def _is_worth_another_channel(message: ClaimedMessage, refusal: Refusal) -> bool:
    """Whether a direct message channel, remembered from before, may just have been replaced by Slack."""
    return refusal.error == "channel_not_found" and message.dm_channel is not None and message.tries == 1


def _try_again(services: Services, message: ClaimedMessage, refusal: Refusal, terms: Terms, *, posted: bool) -> None:
    now = services.now()
    until = now + _wait(message, refusal, terms)
    clearly_not = posted and refusal.kind is not Kind.UNCLEAR
    concerns_all = posted or (refusal.kind is Kind.WORKSPACE and message.posting_at is None)
    with services.transaction() as session:
        if refusal.kind is Kind.PERSON:
            outbox.forget_channel(session, message, now)
            return
        outbox.reschedule(session, message, until, refusal.error, maybe_posted=not clearly_not)
        if concerns_all and (refusal.kind is Kind.WORKSPACE or refusal.wait_seconds is not None):
            outbox.pause_workspace(session, message.workspace_id, until)
    log.warning("message %s waits until %s: %s", message.id, until.isoformat(), refusal.error)


def _wait(message: ClaimedMessage, refusal: Refusal, terms: Terms) -> timedelta:
    """How long to wait: what Slack says, else twice as long each time, spread so that not all come back at once."""
    if refusal.wait_seconds is not None:
        return timedelta(seconds=refusal.wait_seconds)
    if refusal.kind is Kind.WORKSPACE:
        return REPAIR
    spread = 0.75 + (message.id * 37 + message.tries * 17) % 100 / 200  # 0.75 to 1.25, the same for every run
    wait: timedelta = min(FIRST_WAIT * 2.0 ** min(message.tries - 1, 10), LONGEST_WAIT) * spread
    return max(wait, terms.settle) if refusal.kind is Kind.UNCLEAR else wait


def _give_up(services: Services, message: ClaimedMessage, state: str, why: str) -> None:
    with services.transaction() as session:
        outbox.fail(session, message, state, why)


def _unreachable(services: Services, message: ClaimedMessage, error: str) -> None:
    """End a message that can never be delivered, and tell the leads, once for a person and reason."""
    now = services.now()
    with services.transaction() as session:
        if not outbox.fail(session, message, "dead", error) or message.member_id is None:
            return
        _tell_leads(session, message.workspace_id, message.member_id, error, now)
    log.warning("message %s can never be delivered: %s", message.id, error)


def _tell_leads(session: Session, workspace_id: int, member_id: int, error: str, now: datetime) -> None:
    unreachable = session.get_one(Member, member_id)
    for lead in access.leads(session, workspace_id):
        if lead.id != member_id:
            outbox.enqueue(
                session,
                workspace_id=workspace_id,
                key=f"unreachable:{member_id}:{error}:{lead.id}",
                kind="notice",
                member_id=lead.id,
                body=notice.undeliverable(members.person(unreachable), error, translator(lead.locale)),
                now=now,
            )
