"""`/atrisk` and its arguments, answered in the HTTP response and visible only to the person who typed it.

Never here: what a list or a card contains (`screens`).
"""

import re
from datetime import datetime
from typing import Any

import orjson
from slack_bolt import BoltContext, BoltResponse
from sqlalchemy.orm import Session

from bot.clients import clients, labels, touchpoints, typed_names
from bot.infra import idempotency
from bot.infra.models import Client
from bot.judging import assessments
from bot.views import blocks, modals, texts
from bot.views.client import client_card
from bot.views.data import Page
from handlers import absences, colleagues, screens, settings, shortcuts, typed_contacts
from handlers.context import REFUSALS, Place, Reader, reader_of, refusal
from scoring.dates import local_day

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def atrisk(command: dict[str, Any], context: BoltContext) -> BoltResponse:
    """Answer the command; a text that is not a known argument is taken for a client's name."""
    reader = reader_of(context)
    try:
        return _response(_answer(reader, " ".join((command.get("text") or "").split()), command["trigger_id"]))
    except REFUSALS as error:
        return _response(refusal(error, reader.t))


def _answer(reader: Reader, text: str, trigger_id: str) -> dict[str, Any] | None:
    first, _, rest = blocks.unescape(text).partition(" ")
    if first.casefold() == "log":
        if rest:
            return _log(reader, rest, trigger_id)
        shortcuts.open_form(reader, trigger_id)
        return None
    if text.casefold() == "help":
        return texts.help_text(reader.t)
    if text.casefold() == "settings":
        settings.show(reader, trigger_id)
        return None
    return absences.answer(reader, text) or _show(reader, text)


def _response(body: dict[str, Any] | None) -> BoltResponse:
    """Build the HTTP response; it is empty if a form was opened instead."""
    if body is None:
        return BoltResponse(status=200, body="")
    json = orjson.dumps({"response_type": "ephemeral", **body}).decode()
    return BoltResponse(status=200, body=json, headers={"content-type": "application/json"})


def _show(reader: Reader, text: str) -> dict[str, Any]:
    now = reader.services.now()
    if not text or text.casefold() == "mine":
        with reader.services.read_connection() as connection:
            return screens.own_list(connection, reader.actor, reader.t, now)
    mention = MENTION.fullmatch(text)
    if mention:
        return _colleague(reader, mention[1], now)
    with reader.services.reading() as session:
        if text.casefold() == "team":
            return screens.client_list(session, reader.actor, Page("team"), reader.t, now)
        return _client(session, reader, blocks.unescape(text), now)


def _colleague(reader: Reader, slack_user_id: str, now: datetime) -> dict[str, Any]:
    colleague = colleagues.find(reader, slack_user_id)  # may call Slack, so before anything is read
    if colleague is None:
        return texts.no_colleague(None, reader.t)
    page = Page("member", colleague.member_id)
    with reader.services.reading() as session:
        if not colleague.is_allowed and not screens.listed_ids(session, reader.actor, page):
            return texts.no_colleague(colleague.person, reader.t)
        return screens.client_list(session, reader.actor, page, reader.t, now, whose=colleague.person)


def _client(session: Session, reader: Reader, text: str, now: datetime) -> dict[str, Any]:
    found = clients.search(session, reader.actor.workspace_id, text)
    if len(found) == 1:
        card = screens.card(session, reader.actor, found[0].id, now)
        return client_card(card, reader.t)
    return _offer_choice(session, reader, text, found)


def _offer_choice(session: Session, reader: Reader, text: str, found: list[Client]) -> dict[str, Any]:
    choices = found or clients.find_similar(session, reader.actor.workspace_id, text)
    if not choices:
        return texts.no_such_client(text, reader.t)
    return texts.choose_client(text, labels.list_labels(session, reader.actor.workspace_id, choices), reader.t)


def _log(reader: Reader, text: str, trigger_id: str) -> dict[str, Any] | None:
    """Log a contact with the client whose whole name is at the start of the text; else a form asks which one."""
    now, workspace_id = reader.services.now(), reader.actor.workspace_id
    with reader.services.reading() as session:  # what grows with the text holds no write lock
        named = typed_names.split_leading_name(session, workspace_id, text)
        if not named.clients:
            return _offer_choice(session, reader, text, [])
        choices = labels.list_labels(session, workspace_id, list(named.clients))
    contact = typed_contacts.parse_contact(named.rest)
    if len(contact.summary or "") > modals.LONGEST_SUMMARY:
        return texts.too_long(len(contact.summary or ""), modals.LONGEST_SUMMARY, reader.t)
    if named.is_whole and len(named.clients) == 1:
        with reader.services.transaction() as session:
            client = clients.require(session, workspace_id, named.clients[0].id)
            if idempotency.record_once(session, workspace_id, f"command:{trigger_id}", now):
                _log_contact(session, reader, client, contact, now)
            return client_card(screens.card(session, reader.actor, client.id, now), reader.t)
    form = modals.touchpoint_form(
        reader.t,
        today=local_day(now, reader.actor.zone),
        metadata=Place("form").pack(),
        choices=choices,
        channel=contact.channel,
        outcome=contact.outcome,
        summary=contact.summary or "",
    )
    reader.slack.views_open(trigger_id=trigger_id, view=form)
    return None


def _log_contact(
    session: Session, reader: Reader, client: Client, contact: typed_contacts.TypedContact, now: datetime
) -> None:
    logged = touchpoints.log(
        session,
        client.workspace_id,
        client.id,
        reader.actor.member_id,
        seen=None,
        outcome=contact.outcome,
        channel=contact.channel,
        summary=contact.summary,
        occurred_at=now,
        source="command",
        now=now,
    )
    if logged.touchpoint:
        assessments.reassess(session, client.workspace_id, [client.id], now, touchpoint_id=logged.touchpoint.id)
