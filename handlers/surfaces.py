"""The places where a client is shown, and drawing one again after something was done there.

Drawn from the database each time. Of two presses on one message the later drawing waits for the earlier, and reads
what both have written.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.infra.i18n import Translator, translator
from bot.infra.models import OutboxMessage
from bot.infra.services import Services
from bot.jobs import digest_content
from bot.judging import assessments, policies, what_if
from bot.messaging import outbox
from bot.people import access
from bot.people.access import Actor
from bot.reporting import client_cards
from bot.views import ids, modals, texts
from bot.views.client import client_card
from bot.views.data import Card, Page
from bot.views.nudge import nudge_card
from handlers import lists

log = logging.getLogger(__name__)

JUST_NOW = timedelta(minutes=30)
"""How long a list goes on telling what was logged from it: as long as Slack lets an answer replace it."""

_message_locks = tuple(threading.Lock() for _ in range(64))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a button stands."""

    surface: str
    """One of `bot.views.ids`' surfaces; anything else is nowhere."""
    channel: str | None = None
    ts: str | None = None
    """The message's; one posted by us and found in the outbox, or an answer that only its reader sees."""
    modal: str | None = None
    """The id of the modal that it stands in."""
    page: Page = field(default_factory=Page)
    """Which part of which list."""
    respond: Respond | None = None
    """None where there is no message to respond to: on the Home tab and in a modal."""

    def carry(self, **fields: str | int | None) -> str:
        """Pack what a form needs to draw the place again once it is submitted."""
        answer_at = self.respond.response_url if self.respond and self.surface == ids.CARD else None
        place = {"surface": self.surface, "channel": self.channel, "ts": self.ts, "modal": self.modal}
        return ids.pack_form(**fields, **place, answer_at=answer_at)

    @classmethod
    def carried(cls, fields: Mapping[str, Any]) -> "Place":
        """Give the place that a form was opened from."""
        answer_at = fields.get("answer_at")
        return cls(
            str(fields.get("surface", "")),
            fields.get("channel"),
            fields.get("ts"),
            fields.get("modal"),
            respond=Respond(response_url=answer_at) if answer_at else None,
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a place, and the means to draw there."""

    services: Services
    slack: WebClient
    actor: Actor
    t: Translator


def redraw(reader: Reader, place: Place, client_id: int, shown: list[int] | None = None) -> None:
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


def answer(respond: Respond, body: Mapping[str, Any], replace_original: bool = False) -> None:  # noqa: FBT001, FBT002
    """Answer a press by its response address: for this person alone, beside the message or in place of it."""
    said = respond(**body, response_type="ephemeral", replace_original=replace_original)
    if said.status_code != 200:
        log.warning("an answer was not taken: %s %s", said.status_code, said.body)


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


def card(session: Session, actor: Actor, client_id: int, now: datetime) -> Card | None:
    """Read a client for its own card: what is well with it and what is unknown too, and what was just logged."""
    found = client_cards.load(session, actor.workspace_id, [client_id], actor, now, logged_since=now - JUST_NOW)
    if not found:
        return None
    policy = policies.load(session, actor.workspace_id)
    signals = [
        signal
        for judged in assessments.preview(session, actor.workspace_id, [client_id], now)
        for signal in judged.signals
    ]
    return replace(
        found[0],
        fine=tuple(signal for signal in signals if signal.state == "ok"),
        unknown=tuple(signal.key for signal in signals if signal.state == "unknown"),
        weights={signal.name: policy.weight(signal.name) for signal in signals},
    )


def explained(session: Session, actor: Actor, client_id: int, now: datetime) -> Card | None:
    """Read a client for Why: its card, its place in its owner's list, and what would lower it there."""
    found = card(session, actor, client_id, now)
    if found is None:
        return None
    place, told = what_if.place_and_remedies(session, actor.workspace_id, client_id, now)
    return replace(found, place=place, remedies=tuple(told))


def _card(reader: Reader, client_id: int) -> dict[str, Any]:
    with reader.services.reading() as session:
        found = card(session, reader.actor, client_id, reader.services.now())
    return client_card(found, reader.t) if found else texts.client_gone(reader.t)


def _card_view(reader: Reader, client_id: int) -> dict[str, Any]:
    with reader.services.reading() as session:
        found = card(session, reader.actor, client_id, reader.services.now())
    return (
        modals.client_view(found, reader.t) if found else modals.notice(texts.client_gone(reader.t)["text"], reader.t)
    )


def _list(reader: Reader, place: Place, shown: list[int] | None) -> dict[str, Any]:
    now = reader.services.now()
    with reader.services.reading() as session:
        return lists.ranking(session, reader.actor, place.page, reader.t, now, shown=shown, logged_since=now - JUST_NOW)


def _home(reader: Reader, shown: list[int] | None) -> dict[str, Any]:
    now = reader.services.now()
    with reader.services.reading() as session:
        return lists.home_view(session, reader.actor, reader.t, now, shown=shown, logged_since=now - JUST_NOW)


def shown(session: Session, actor: Actor, place: Place) -> list[int] | None:
    """Say which clients a list or the Home tab shows now, so that they stay where they are while one is dealt with."""
    if place.surface == ids.LIST:
        return lists.ids_of(session, actor, place.page)
    return lists.book(session, actor) if place.surface == ids.HOME else None
