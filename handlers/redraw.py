"""Redraws the place that a button is in, after a click.

It always reads the database, so that the result is right whoever was first, and runs after the acknowledgement on
another thread; drawing twice is harmless. Of two clicks on one message, the later redraw waits for the earlier one and
reads what both have written. Never here: what a click does (`buttons`).
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
from bot.slack.errors import classify
from bot.views import ids, modals
from bot.views.client import client_card
from bot.views.data import Card
from bot.views.nudge import nudge_card
from handlers import screens
from handlers.context import REFUSALS, Click, Place, Reader, refusal, run_later, send_answer
from handlers.screens import JUST_NOW

log = logging.getLogger(__name__)

_message_locks = tuple(threading.Lock() for _ in range(64))


def redraw(click: Click, shown: list[int] | None = None) -> None:
    """Redraw the place of a click; `shown` are the clients that a list had before the click."""
    redraw_place(click.reader, click.place, click.client_id, shown)


def redraw_place(reader: Reader, place: Place, client_id: int, shown: list[int] | None = None) -> None:
    """Redraw a place after the acknowledgement."""
    run_later(reader.services, _redraw, reader, place, client_id, shown)


def _redraw(reader: Reader, place: Place, client_id: int, shown: list[int] | None = None) -> None:
    """Redraw a place from the current data; `shown` are the clients that a list had before the click.

    If Slack no longer lets us update a message, the client's card is sent as an answer instead.
    """
    if place.surface in {ids.DIGEST, ids.NUDGE} and place.channel and place.ts:
        with _message_locks[hash((place.channel, place.ts)) % len(_message_locks)]:
            if _update_message(reader, place.channel, place.ts):
                return
    if place.surface == ids.HOME:
        reader.slack.follow_up().views_publish(user_id=str(reader.actor.slack_user_id), view=_home(reader, shown))
    elif place.modal:
        reader.slack.follow_up().views_update(view_id=place.modal, view=_card_view(reader, client_id))
    elif place.respond:
        in_place = place.surface in {ids.CARD, ids.LIST}
        body = _list(reader, place, shown) if place.surface == ids.LIST else _card(reader, client_id)
        send_answer(place.respond, body, in_place)


def _update_message(reader: Reader, channel: str, ts: str) -> bool:
    now = reader.services.now()
    with reader.services.reading() as session:
        posted = outbox.find_posted(session, reader.actor.workspace_id, channel, ts)
        body = _render_message(session, posted, now) if posted else None
    if body is None:
        return False
    try:
        reader.slack.follow_up().chat_update(channel=channel, ts=ts, parse="none", **body)
    except (SlackApiError, OSError) as error:
        log.warning("the message %r in %r could not be updated: %r", ts, channel, classify(error).error)
        return False
    return True


def _render_message(session: Session, posted: OutboxMessage, now: datetime) -> dict[str, Any] | None:
    """Render a posted digest or nudge again, for the person it was sent to."""
    if posted.kind == "digest":
        return digest_content.redraw(session, posted, now)
    if posted.member_id is None or posted.client_id is None:
        return None
    reader = access.actor(session, posted.workspace_id, posted.member_id, now)
    if reader is None:
        return None
    cards = client_cards.load(
        session, posted.workspace_id, [posted.client_id], reader, now, logged_since=posted.created_at
    )
    return nudge_card(cards[0], translator(reader.locale)) if cards else None


def _card(reader: Reader, client_id: int) -> dict[str, Any]:
    try:
        return client_card(_load_card(reader, client_id), reader.t)
    except REFUSALS as error:
        return refusal(error, reader.t)


def _card_view(reader: Reader, client_id: int) -> dict[str, Any]:
    try:
        return modals.client_view(_load_card(reader, client_id), reader.t)
    except REFUSALS as error:
        return modals.notice(str(refusal(error, reader.t)["text"]), reader.t)


def _load_card(reader: Reader, client_id: int) -> Card:
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


def list_shown_ids(session: Session, actor: Actor, place: Place) -> list[int] | None:
    """Return the clients that a list or the Home tab shows now, so that they keep their places in the redraw."""
    if place.surface == ids.LIST:
        return screens.listed_ids(session, actor, place.page)
    return screens.home_ids(session, actor) if place.surface == ids.HOME else None
