"""Recipients, looked at again right before a message is posted: it may have waited, and they may have changed.

A message composed for the client's owner, for a lead or for a full member of the team is not for somebody who is none
any more. What may still be told is drawn anew, as they may see it now. Never here: posting (`delivery`).
"""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.i18n import translator
from bot.infra.models import Client, Member, OutboxMessage
from bot.infra.services import Services
from bot.jobs import digest_content, escalations
from bot.messaging.claims import ClaimedMessage
from bot.people import access, directory
from bot.people.access import Actor
from bot.reporting import client_cards
from bot.slack import errors
from bot.slack.errors import Kind, Refusal, RefusedError
from bot.views.digest import morning_digest
from bot.views.nudge import nudge_card

UNREACHABLE = "unreachable:"
"""What the outbox keys of messages about somebody who can't be reached begin with."""

log = logging.getLogger(__name__)


class NotForThemError(Exception):
    """The message is not for its recipient any more, with the reason."""


def confirm(services: Services, client: WebClient, message: ClaimedMessage) -> bool:
    """Ask Slack again who the recipient is, if that was last read more than a day ago; False if Slack can't say.

    Raises:
        RefusedError: when Slack shows us no such user any more, or asks us to wait.
    """
    if message.member_id is None or message.slack_user_id is None:
        return True
    with services.reading() as session:
        member = session.get(Member, message.member_id)
        if member is None or access.is_fresh(member.refreshed_at, services.now()):
            return True
    try:
        found = directory.sync_user(services, client, message.workspace_id, message.slack_user_id)
    except (SlackClientError, OSError) as error:
        refusal = errors.classify(error)
        if refusal.wait_seconds is not None:
            raise RefusedError(refusal) from error
        log.warning("Slack can't say who receives message %s, so it shows no amounts: %s", message.id, refusal.error)
        return False
    if found is None:
        raise RefusedError(Refusal(Kind.PERSON, "user_not_found"))
    return True


def draw_for_recipient(session: Session, message_id: int, now: datetime, *, is_confirmed: bool) -> dict[str, Any]:
    """Return a message as its recipient may see it now; without amounts unless Slack has confirmed who they are.

    Raises:
        NotForThemError: when nothing of it is for them any more.
    """
    message = session.get(OutboxMessage, message_id)
    if message is None:
        raise NotForThemError("it was deleted in the meantime")
    if message.member_id is None:
        return message.body
    reader = replace(
        digest_content.reader_of(session, message.workspace_id, message.member_id, now), is_confirmed=is_confirmed
    )
    if not reader.is_allowed:
        raise NotForThemError(f"its recipient is no member of the team any more: {reader.account_type}")
    if message.kind == "digest" and "on" in message.data:
        return _draw_digest(session, message, reader, now)
    if message.kind == "nudge" and message.client_id is not None:
        return _draw_nudge(session, message, message.client_id, reader, now)
    if message.kind == "notice" and not _is_still_notified(session, message, reader):
        raise NotForThemError("its recipient is no lead any more")
    return message.body


def _draw_digest(session: Session, message: OutboxMessage, reader: Actor, now: datetime) -> dict[str, Any]:
    listed = digest_content.listed_ids(message.data)
    own_ids = listed.intersection(clients.own_ids(session.connection(), reader))
    morning = digest_content.rebuild(session, message, now, reader=reader, only=own_ids)
    if listed and not own_ids and not (morning.well or morning.unowned or morning.due or morning.clusters):
        raise NotForThemError("none of its clients is its recipient's any more")
    return morning_digest(morning, translator(reader.locale))


def _draw_nudge(
    session: Session, message: OutboxMessage, client_id: int, reader: Actor, now: datetime
) -> dict[str, Any]:
    client = session.get_one(Client, client_id)  # a message about a client is deleted with it
    if not reader.is_listed(client.owner_id, client.backup_id):
        raise NotForThemError("the client is not its recipient's any more")
    (card,) = client_cards.load(
        session, message.workspace_id, [client_id], reader, now, logged_since=message.created_at
    )
    if not card.needs_somebody:
        raise NotForThemError("it was settled in the meantime")
    return nudge_card(card, translator(reader.locale))


def _is_still_notified(session: Session, message: OutboxMessage, reader: Actor) -> bool:
    """Whether a notice that is for leads still has one of them as its recipient."""
    if message.key.startswith(escalations.KEY):
        recipients = escalations.find_recipients(session, message.workspace_id, reader.attendance)
        return reader.member_id in {each.id for each in recipients}
    return reader.leads or not message.key.startswith(UNREACHABLE)
