"""Drawing the place of a button again, after something was done there.

Drawn from the database each time, so that it is right whoever was first, after the acknowledgement, on a thread of its
own; drawing twice does no harm. Of two presses on one message the later drawing waits for the earlier one, and reads
what both have written.
"""

import logging
import threading
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.infra.i18n import translator
from bot.infra.models import OutboxMessage
from bot.jobs import digest_content
from bot.messaging import outbox
from bot.people import access
from bot.people.access import Actor
from bot.reporting import client_cards
from bot.views import ids, modals
from bot.views.client import client_card
from bot.views.data import Card
from bot.views.nudge import nudge_card
from handlers import screens
from handlers.context import REFUSALS, Click, Place, Reader, afterwards, answer, refusal
from handlers.screens import JUST_NOW

log = logging.getLogger(__name__)

_message_locks = tuple(threading.Lock() for _ in range(64))


def redraw(click: Click, shown: list[int] | None = None) -> None:
    """Draw the place of a press again; `shown` are the clients that a list had before the press."""
    redraw_place(click.reader, click.place, click.client_id, shown)


def redraw_place(reader: Reader, place: Place, client_id: int, shown: list[int] | None = None) -> None:
    """Draw a place again, once the acknowledgement is out."""
    afterwards(reader.services, _redraw, reader, place, client_id, shown)


def _redraw(reader: Reader, place: Place, client_id: int, shown: list[int] | None = None) -> None:
    """Draw a place again as things stand now. `shown` are the clients that a list had before the press.

    A message that Slack no longer lets us change is answered with the client's card instead.
    """
    if place.surface in {ids.DIGEST, ids.NUDGE} and place.channel and place.ts:
        with _message_locks[hash((place.channel, place.ts)) % len(_message_locks)]:
            if _message_updated(reader, place.channel, place.ts):
                return
    if place.surface == ids.HOME:
        reader.slack.views_publish(user_id=str(reader.actor.slack_user_id), view=_home(reader, shown))
    elif place.modal:
        reader.slack.views_update(view_id=place.modal, view=_card_view(reader, client_id))
    elif place.respond:
        in_place = place.surface in {ids.CARD, ids.LIST}
        body = _list(reader, place, shown) if place.surface == ids.LIST else _card(reader, client_id)
        answer(place.respond, body, in_place)


def _message_updated(reader: Reader, channel: str, ts: str) -> bool:
    now = reader.services.now()
    with reader.services.reading() as session:
        posted = outbox.find_posted(session, reader.actor.workspace_id, channel, ts)
        body = _message(session, posted, now) if posted else None
    if body is None:
        return False
    try:
        reader.slack.chat_update(channel=channel, ts=ts, parse="none", **body)
    except SlackApiError as error:
        log.warning("the message %s in %s could not be changed: %s", ts, channel, error.response["error"])
        return False
    return True


def _message(session: Session, posted: OutboxMessage, now: datetime) -> dict[str, Any] | None:
    """Make a posted digest or nudge again, for the person that it was sent to."""
    if posted.kind == "digest":
        return digest_content.redraw(session, posted, now)
    if posted.member_id is None or posted.client_id is None:
        return None
    reader = access.actor(session, posted.workspace_id, posted.member_id, now)
    if reader is None:
        return None
    found = client_cards.load(
        session, posted.workspace_id, [posted.client_id], reader, now, logged_since=posted.created_at
    )
    return nudge_card(found[0], translator(reader.locale)) if found else None


def _card(reader: Reader, client_id: int) -> dict[str, Any]:
    try:
        return client_card(_read(reader, client_id), reader.t)
    except REFUSALS as error:
        return refusal(error, reader.t)


def _card_view(reader: Reader, client_id: int) -> dict[str, Any]:
    try:
        return modals.client_view(_read(reader, client_id), reader.t)
    except REFUSALS as error:
        return modals.notice(str(refusal(error, reader.t)["text"]), reader.t)


def _read(reader: Reader, client_id: int) -> Card:
    with reader.services.reading() as session:
        return screens.card(session, reader.actor, client_id, reader.services.now())


def _list(reader: Reader, place: Place, shown: list[int] | None) -> dict[str, Any]:
    now = reader.services.now()
    with reader.services.reading() as session:
        return screens.client_list(
            session, reader.actor, place.page, reader.t, now, shown=shown, logged_since=now - JUST_NOW
        )


def _home(reader: Reader, shown: list[int] | None) -> dict[str, Any]:
    now = reader.services.now()
    with reader.services.reading() as session:
        return screens.home_view(session, reader.actor, reader.t, now, shown=shown, logged_since=now - JUST_NOW)


def shown_ids(session: Session, actor: Actor, place: Place) -> list[int] | None:
    """Say which clients a list or the Home tab shows now, so that they stay where they are while one is dealt with."""
    if place.surface == ids.LIST:
        return screens.listed_ids(session, actor, place.page)
    return screens.home_ids(session, actor) if place.surface == ids.HOME else None
