"""The context of a Slack request: who is acting, where a button is shown, and a single click.

Everything here is built from a request and holds plain values. Never here: what a click does (`buttons`), or how a
place is drawn again (`redraw`).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import BoltContext, BoltResponse

from bot.clients.clients import ClientGoneError
from bot.infra.i18n import Translator
from bot.infra.services import Services
from bot.people.access import Actor, NotAllowedError
from bot.slack.client import PromptClient
from bot.slack.errors import UnansweredError, classify, is_passing
from bot.slack.response_urls import ResponseUrl
from bot.views import ids, modals, texts
from bot.views.data import Page

log = logging.getLogger(__name__)

NUMBERS = ("client", "contact_no", "touchpoint", "snooze", "member", "offset")
LIST_SCOPES = ("mine", "team", "member")
REFUSALS = (ClientGoneError, NotAllowedError, UnansweredError)
"""What any listener may raise, rolling back its transaction; `refusal` words it for the person."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The person acting, with their Slack client, translator and the services."""

    services: Services
    slack: PromptClient
    """For what the person waits for; `slack.follow_up()` is for work after the answer."""
    actor: Actor
    t: Translator


@dataclass(frozen=True, slots=True)
class Place:
    """Where a button is shown."""

    surface: str
    """One of the surfaces in `bot.views.ids`; any other value means nowhere."""
    channel: str | None = None
    ts: str | None = None
    """The message's; either one posted from the outbox, or an answer that only its reader sees."""
    modal: str | None = None
    """The id of the modal, if it is in one."""
    page: Page = field(default_factory=Page)
    """Which page of which list."""
    respond: ResponseUrl | None = None
    """None if there is no message to respond to: on the Home tab and in a modal."""

    def pack(self, **fields: str | int | None) -> str:
        """Pack what a form needs to draw this place again after it is submitted, as private metadata."""
        answer_at = self.respond.url if self.respond and self.surface == ids.CARD else None
        place = {"surface": self.surface, "channel": self.channel, "ts": self.ts, "modal": self.modal}
        return ids.pack_form(**fields, **place, answer_at=answer_at)

    @classmethod
    def unpack(cls, fields: Mapping[str, Any], reader: Reader) -> "Place":
        """Return the place that a form was opened from, given its metadata."""
        return cls(
            str(fields.get("surface", "")),
            fields.get("channel"),
            fields.get("ts"),
            fields.get("modal"),
            respond=ResponseUrl.of(fields.get("answer_at"), reader.slack),
        )


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a button or a choice in a select, by a person who may use the bot."""

    reader: Reader
    place: Place
    trigger_id: str
    payload: Mapping[str, Any]
    """The button's value; it may be out of date, and is checked against the database. Empty if it is not ours."""
    chosen: str | None
    """The option chosen in a select."""
    event_key: str
    """The same for every delivery of this click."""

    @classmethod
    def from_action(cls, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> "Click":
        """Build a click from Slack's request."""
        reader, payload = reader_of(context), _read_payload(action)
        return cls(
            reader=reader,
            place=_place(payload, body, reader),
            trigger_id=body.get("trigger_id", ""),
            payload=payload,
            chosen=ids.chosen(action),
            event_key=f"click:{action['action_id']}:{body.get('trigger_id')}",
        )

    @property
    def services(self) -> Services:
        """The services."""
        return self.reader.services

    @property
    def actor(self) -> Actor:
        """The person who clicked."""
        return self.reader.actor

    @property
    def t(self) -> Translator:
        """The translator for the person who clicked."""
        return self.reader.t

    @property
    def is_readable(self) -> bool:
        """Whether the button has a valid value of ours."""
        return bool(self.payload)

    @property
    def client_id(self) -> int:
        """The client that the button is about; 0, which no client has, if there is none."""
        return int(self.payload.get("client", 0))

    def answer(self, body: Mapping[str, Any], *, replace: bool = False) -> None:
        """Show something to this person only, below the message or in its place."""
        if self.place.respond is None:
            self.open(modals.notice(str(body["text"]), self.t))
        else:
            run_later(self.services, send_answer, self.place.respond, body, replace)

    def refuse(self, error: Exception) -> BoltResponse | None:
        """Say why nothing was done. Where Slack opens no modal now, there is only its own mark beside the button."""
        if isinstance(error, UnansweredError):
            log.warning("a click could not be answered: %s", error)
        is_mute = isinstance(error, UnansweredError) and self.place.respond is None
        try:
            if not is_mute:
                self.answer(refusal(error, self.t))
        except UnansweredError:
            is_mute = True
        return BoltResponse(status=503, body="") if is_mute else None

    def open(self, view: dict[str, Any]) -> None:
        """Open a modal, on top of the one that the button is in."""
        show = self.reader.slack.views_push if self.place.modal else self.reader.slack.views_open
        show(trigger_id=self.trigger_id, view=view)


def reader_of(context: BoltContext) -> Reader:
    """Return the reader for the person acting in this request."""
    services: Services = context["services"]
    return Reader(services, context["slack"], context["actor"], context["t"])


def _read_payload(action: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read a button's value; empty if it is not one of ours, or is malformed."""
    try:
        payload = ids.carried(action)
    except ValueError:
        return {}
    has_numbers = all(isinstance(payload.get(name, 0), int) for name in NUMBERS)
    has_place = isinstance(payload.get("surface"), str) and payload.get("scope", "mine") in LIST_SCOPES
    return payload if has_numbers and has_place and payload.get("offset", 0) >= 0 else {}


def _place(payload: Mapping[str, Any], body: Mapping[str, Any], reader: Reader) -> Place:
    container, view = body.get("container") or {}, body.get("view") or {}
    return Place(
        surface=payload.get("surface", ""),
        channel=container.get("channel_id"),
        ts=container.get("message_ts"),
        modal=view.get("id") if view.get("type") == "modal" else None,
        page=Page(payload.get("scope", "mine"), payload.get("member"), payload.get("offset", 0)),
        respond=ResponseUrl.of(body.get("response_url"), reader.slack),
    )


def send_answer(respond: ResponseUrl, body: Mapping[str, Any], replace_original: bool = False) -> None:  # noqa: FBT001, FBT002
    """Answer a click through its response URL: to this person only, below the message or in its place."""
    response = respond.answer(body, replaces_original=replace_original)
    if response.status_code != 200:
        log.warning("Slack rejected an answer: %s %r", response.status_code, response.body)


def refusal(error: Exception, t: Translator) -> dict[str, Any]:
    """Return the message why nothing was done: the client is gone, this person may not do it, or Slack is slow."""
    if isinstance(error, UnansweredError):
        return texts.unanswered(t)
    return texts.refused(error.reason, t) if isinstance(error, NotAllowedError) else texts.client_gone(t)


def run_later(services: Services, work: Callable[..., None], *arguments: Any) -> None:
    """Run something after the acknowledgement; an error is only logged, because nobody is waiting for an answer."""
    services.later.submit(_run_logging_errors, work, *arguments)


def _run_logging_errors(work: Callable[..., None], *arguments: Any) -> None:
    try:
        work(*arguments)
    except Exception as error:
        if not is_passing(error):
            log.exception("work after an answer failed")
        else:
            log.warning("work after an answer was not done: %r", classify(error).error)
