"""Delivery: posts the messages in the outbox to Slack, each exactly once, whatever fails on the way.

Claim with a lease → commit → find the channel → ask again who the recipient is, if that is old → draw the message as
they may see it, and mark it as posting → post, with the row's id as metadata → save the `ts`.
A message that may have been posted already is looked up in its conversation's history first. Any number of workers may
do this at once.

The bound: nothing happens between the mark and the post, and the post times out after 10 s
(`bot.slack.client.TIMEOUT_SECONDS`), while the lease lasts two minutes from the mark, and after an unclear answer we
wait half a minute before checking. So a message could be posted twice only if a worker froze between these two steps
for longer than the lease and then resumed, or if Slack processed a request that long after its connection was closed.

Never here: what a message says, or what the outbox's states mean (`bot.messaging.outbox`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.infra.i18n import translator
from bot.infra.models import Member
from bot.infra.services import Services
from bot.jobs import recipients
from bot.messaging import claims, outbox
from bot.messaging.claims import ClaimedMessage, Pace
from bot.people import access, members
from bot.slack import clock, errors
from bot.slack.errors import CALL_FAILED, Kind, Refusal, RefusedError
from bot.views import notice

EVENT_TYPE = "atrisk_message"
"""The event type of our message metadata; its payload is only the row's id, nothing about a client."""
LOOK_BACK = timedelta(hours=1)
"""How far before `posting_at` to search the history. If our clock and Slack's differ by more, all of it is searched."""
REPAIR_WAIT = timedelta(minutes=10)
"""How long to wait after a workspace's token or scopes fail."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
MAX_TRIES = 60
"""About half a day of attempts."""
PAGE = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """Pace and waits of delivery; only tests change the defaults."""

    pace: Pace = field(default_factory=Pace)
    lease: timedelta = timedelta(minutes=2)
    """How long one worker has a message to itself: many times a call's timeout."""
    recheck_after: timedelta = timedelta(seconds=30)
    """How long after an unclear answer to check whether the message was posted."""


DEFAULT_OPTIONS = DeliveryOptions()


def run_one(services: Services, options: DeliveryOptions = DEFAULT_OPTIONS) -> bool:
    """Deliver one message that is due; False if there is none that may be sent now."""
    with services.reading() as session:
        if not claims.is_due(session, services.now(), options.pace):
            return False
    with services.transaction() as session:
        due = claims.lock_next(session, services.now(), options.pace)
        if due is None:
            return False
        message = claims.claim(session, due, services.now(), options.pace, options.lease)
    if message is None:
        return True
    if message.tries > MAX_TRIES:
        _fail(services, message, "dead", "given up after too many tries")
    else:
        _deliver(services, message, options)
    return True


def _deliver(services: Services, message: ClaimedMessage, options: DeliveryOptions) -> None:
    try:
        reading, posting = _client(services.slack, message), _client(services.posting, message)
        ts = _look_up(reading, message, services.now())
        channel = message.channel or _open_channel(services, reading, message)
        is_confirmed = ts is not None or recipients.confirm(services, reading, message)
    except CALL_FAILED as error:
        _handle_refusal(services, message, errors.classify(error), options, posted=False)
        return
    if ts is None:
        ts = _post(services, posting, message, channel, options, is_confirmed=is_confirmed)
    if ts is not None:
        with services.transaction() as session:
            outbox.mark_sent(session, message, channel, ts, services.now())


def _client(by_team: Callable[[str], WebClient], message: ClaimedMessage) -> WebClient:
    if message.team_id is None:
        raise RefusedError(Refusal(Kind.WORKSPACE, "the workspace is not connected to Slack yet"))
    try:
        return by_team(message.team_id)
    except LookupError as error:
        raise RefusedError(Refusal(Kind.WORKSPACE, str(error))) from error


def _look_up(client: WebClient, message: ClaimedMessage, now: datetime) -> str | None:
    """Find the `ts` of a message that an earlier attempt may have posted; None if it is not in Slack."""
    if message.posting_at is None or message.channel is None:
        return None
    oldest = "" if message.posting_at > now else f"{(message.posting_at - LOOK_BACK).timestamp():.6f}"
    cursor = ""
    while True:
        page = client.conversations_history(
            channel=message.channel, oldest=oldest, limit=PAGE, cursor=cursor, include_all_metadata=True
        )
        off = clock.offset(page.headers or {}, now)
        if oldest and off is not None and abs(off) > LOOK_BACK / 2:  # `posting_at` is by a clock that cannot be trusted
            oldest = cursor = ""
            continue
        for posted in page["messages"]:
            if _is_same(posted, message):
                return str(posted["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None


def _is_same(posted: dict[str, Any], message: ClaimedMessage) -> bool:
    metadata = posted.get("metadata") or {}
    return metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("id") == message.id


def _open_channel(services: Services, client: WebClient, message: ClaimedMessage) -> str:
    """Return the member's direct message channel, opening it in Slack the first time."""
    if message.dm_channel is not None:
        return message.dm_channel
    if message.slack_user_id is None:
        raise RefusedError(Refusal(Kind.LATER, "the recipient is not known in Slack yet"))
    channel = str(client.conversations_open(users=message.slack_user_id)["channel"]["id"])
    with services.transaction() as session:
        session.execute(
            update(Member)
            .where(Member.workspace_id == message.workspace_id, Member.id == message.member_id)
            .values(dm_channel=channel)
        )
    return channel


def _post(
    services: Services,
    client: WebClient,
    message: ClaimedMessage,
    channel: str,
    options: DeliveryOptions,
    *,
    is_confirmed: bool,
) -> str | None:
    """Post the message as its recipient may see it now; None if it was not posted, or we cannot be sure.

    It is not posted if it is too late, not for them any more, or the lease is lost.
    """
    now = services.now()
    if message.expires_at is not None and message.expires_at <= now:
        _fail(services, message, "expired", outbox.TOO_LATE)
        return None
    try:
        with services.reading() as session:  # before the transaction, so that no click waits for it
            body = recipients.draw_for_recipient(session, message.id, now, is_confirmed=is_confirmed)
    except recipients.NotForThemError as reason:
        _fail(services, message, "dropped", str(reason))
        log.info("message %s is dropped: %s", message.id, reason)
        return None
    with services.transaction() as session:
        if not outbox.mark_posting(session, message, channel, now, options.lease, body=body):
            return None
    try:
        response = client.chat_postMessage(
            channel=channel,
            text=body["text"],
            blocks=body["blocks"],
            metadata={"event_type": EVENT_TYPE, "event_payload": {"id": message.id}},
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
        )
    except CALL_FAILED as error:
        _handle_refusal(services, message, errors.classify(error), options, posted=True)
        return None
    return str(response["ts"])


def _handle_refusal(
    services: Services, message: ClaimedMessage, refusal: Refusal, options: DeliveryOptions, *, posted: bool
) -> None:
    """Handle a refusal; `posted` says whether the post itself was refused, rather than a call before it."""
    if refusal.kind is Kind.BUG:
        _fail(services, message, "dead", refusal.error)
        log.error("Slack rejected message %s as malformed: %s", message.id, refusal.error)
    elif refusal.kind is Kind.PERSON and not _may_have_new_channel(message, refusal):
        _fail_unreachable(services, message, refusal.error)
    else:
        _reschedule(services, message, refusal, options, posted=posted)


def _may_have_new_channel(message: ClaimedMessage, refusal: Refusal) -> bool:
    """Whether Slack may have replaced the direct message channel that we have stored."""
    return refusal.error == "channel_not_found" and message.dm_channel is not None and message.tries == 1


def _reschedule(
    services: Services, message: ClaimedMessage, refusal: Refusal, options: DeliveryOptions, *, posted: bool
) -> None:
    now = services.now()
    until = now + _wait(message, refusal, options)
    clearly_not_posted = posted and refusal.kind is not Kind.UNCLEAR
    affects_workspace = posted or (refusal.kind is Kind.WORKSPACE and message.posting_at is None)
    with services.transaction() as session:
        if refusal.kind is Kind.PERSON:
            outbox.forget_channel(session, message, now)
            return
        outbox.reschedule(
            session,
            message,
            until,
            refusal.error,
            maybe_posted=not clearly_not_posted,
            attempted_at=now if posted else None,
        )
        if affects_workspace and (refusal.kind is Kind.WORKSPACE or refusal.wait_seconds is not None):
            outbox.pause_workspace(session, message.workspace_id, until)
    log.warning("message %s is rescheduled to %s: %s", message.id, until.isoformat(), refusal.error)


def _wait(message: ClaimedMessage, refusal: Refusal, options: DeliveryOptions) -> timedelta:
    """Return how long to wait: Slack's Retry-After, or else exponential backoff with jitter."""
    if refusal.wait_seconds is not None:
        return timedelta(seconds=refusal.wait_seconds)
    if refusal.kind is Kind.WORKSPACE:
        return REPAIR_WAIT
    jitter = 0.75 + (message.id * 37 + message.tries * 17) % 100 / 200  # 0.75 to 1.25, deterministic for tests
    wait: timedelta = min(FIRST_WAIT * 2.0 ** min(message.tries - 1, 10), LONGEST_WAIT) * jitter
    return max(wait, options.recheck_after) if refusal.kind is Kind.UNCLEAR else wait


def _fail(services: Services, message: ClaimedMessage, state: str, reason: str) -> None:
    with services.transaction() as session:
        outbox.fail(session, message, state, reason)


def _fail_unreachable(services: Services, message: ClaimedMessage, error: str) -> None:
    """Fail a message that can never be delivered, and notify the leads once for each person and reason."""
    now = services.now()
    with services.transaction() as session:
        if not outbox.fail(session, message, "dead", error) or message.member_id is None:
            return
        _notify_leads(session, message.workspace_id, message.member_id, error, now)
    log.warning("message %s can never be delivered: %s", message.id, error)


def _notify_leads(session: Session, workspace_id: int, member_id: int, error: str, now: datetime) -> None:
    unreachable = session.get_one(Member, member_id)
    for lead in access.leads(session, workspace_id):
        if lead.id != member_id:
            outbox.enqueue(
                session,
                workspace_id=workspace_id,
                key=f"{recipients.UNREACHABLE}{member_id}:{error}:{lead.id}",
                kind="notice",
                member_id=lead.id,
                body=notice.undeliverable(members.person(unreachable), error, translator(lead.locale)),
                now=now,
            )
