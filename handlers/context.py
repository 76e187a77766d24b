"""Who acts and where: the reader, the place that a button stands in, and one press of a button.

Everything here is made from a delivery and holds plain values; what a press does is in `buttons`, and how a place is
drawn again in `redraw`.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import BoltContext, Respond
from slack_sdk import WebClient

from bot.clients.clients import ClientGoneError
from bot.infra.i18n import Translator
from bot.infra.services import Services
from bot.people.access import Actor, NotAllowedError
from bot.views import ids, modals, texts
from bot.views.data import Page

log = logging.getLogger(__name__)

NUMBERS = ("client", "contact_no", "touchpoint", "snooze", "member", "offset")
SCOPES = ("mine", "team", "member")
REFUSALS = (ClientGoneError, NotAllowedError)
"""What any listener may raise, its transaction undone: `refusal` says it to the person."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a place, and the means to draw there."""

    services: Services
    slack: WebClient
    actor: Actor
    t: Translator


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
class Click:
    """A press of a button or a choice in a select, by somebody who may."""

    reader: Reader
    place: Place
    trigger_id: str
    carried: Mapping[str, Any]
    """What the button carries; it may be old, and is checked against the database. Empty if it is not ours."""
    chosen: str | None
    """The option chosen in a select."""
    once: str
    """One and the same for every delivery of this press."""

    @classmethod
    def of(cls, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> "Click":
        """Read a press as Slack tells of it."""
        reader, carried = reader_of(context), _carried(action)
        return cls(
            reader=reader,
            place=_place(carried, body, context),
            trigger_id=body.get("trigger_id", ""),
            carried=carried,
            chosen=ids.chosen(action),
            once=f"click:{action['action_id']}:{body.get('trigger_id')}",
        )

    @property
    def services(self) -> Services:
        """What may be reached for."""
        return self.reader.services

    @property
    def actor(self) -> Actor:
        """Who pressed."""
        return self.reader.actor

    @property
    def t(self) -> Translator:
        """The translator for who pressed."""
        return self.reader.t

    @property
    def is_readable(self) -> bool:
        """Whether the button carries what each of ours carries."""
        return bool(self.carried)

    @property
    def client_id(self) -> int:
        """The client that the button is about; 0, which is nobody's, where it is about none."""
        return int(self.carried.get("client", 0))

    def answer(self, body: Mapping[str, Any], *, replace: bool = False) -> None:
        """Say something to this person alone, beside the message or in place of it."""
        if self.place.respond is None:
            self.open(modals.notice(str(body["text"]), self.t))
        else:
            afterwards(self.services, answer, self.place.respond, body, replace)

    def open(self, view: dict[str, Any]) -> None:
        """Open a modal, on top of the one that the button stands in."""
        show = self.reader.slack.views_push if self.place.modal else self.reader.slack.views_open
        show(trigger_id=self.trigger_id, view=view)


def reader_of(context: BoltContext) -> Reader:
    """Give the person who acts, with what is at hand."""
    services: Services = context["services"]
    return Reader(services, services.slack(str(context.team_id)), context["actor"], context["t"])


def _carried(action: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read what a button carries; nothing where it is not one of ours, or not whole."""
    try:
        carried = ids.carried(action)
    except ValueError:
        return {}
    numbers = all(isinstance(carried.get(name, 0), int) for name in NUMBERS)
    named = isinstance(carried.get("surface"), str) and carried.get("scope", "mine") in SCOPES
    return carried if numbers and named and carried.get("offset", 0) >= 0 else {}


def _place(carried: Mapping[str, Any], body: Mapping[str, Any], context: BoltContext) -> Place:
    container, view = body.get("container") or {}, body.get("view") or {}
    return Place(
        surface=carried.get("surface", ""),
        channel=container.get("channel_id"),
        ts=container.get("message_ts"),
        modal=view.get("id") if view.get("type") == "modal" else None,
        page=Page(carried.get("scope", "mine"), carried.get("member"), carried.get("offset", 0)),
        respond=context.respond if context.response_url else None,
    )


def answer(respond: Respond, body: Mapping[str, Any], replace_original: bool = False) -> None:  # noqa: FBT001, FBT002
    """Answer a press by its response address: for this person alone, beside the message or in place of it."""
    said = respond(**body, response_type="ephemeral", replace_original=replace_original)
    if said.status_code != 200:
        log.warning("an answer was not taken: %s %s", said.status_code, said.body)


def refusal(error: Exception, t: Translator) -> dict[str, Any]:
    """Say why nothing was done: the client is gone, or this person may not."""
    return texts.refused(error.reason, t) if isinstance(error, NotAllowedError) else texts.client_gone(t)


def afterwards(services: Services, work: Callable[..., None], *arguments: Any) -> None:
    """Do something once the acknowledgement is out; what fails then is logged, since nobody is there to be told."""
    services.later.submit(_logged, work, *arguments)


def _logged(work: Callable[..., None], *arguments: Any) -> None:
    try:
        work(*arguments)
    except Exception:
        log.exception("what should follow an answer failed")
