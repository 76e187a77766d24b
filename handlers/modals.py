"""Forms: handles submissions, and the suggestions when a client is chosen by typing.

Values are validated field by field, and refused at the field; then comes one transaction, and the message that the form
was opened from is drawn again. Never here: the layout of a form (`bot.views.modals`).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from slack_bolt import Ack, BoltContext
from sqlalchemy.orm import Session

from bot.clients import clients, labels, snoozes, touchpoints
from bot.infra import idempotency
from bot.infra.i18n import Translator
from bot.infra.models import Client, Touchpoint
from bot.judging import assessments
from bot.people import access
from bot.views import blocks, ids, modals, names
from handlers import redraw, typed
from handlers.context import Place, Reader, reader_of
from scoring.dates import at_local, local_day, start_of_day
from scoring.vocabulary import CHANNELS, DIRECTIONS, MOODS, OUTCOMES

NOON = time(12)
"""The time of a contact on an earlier day: the form does not ask for one."""
MAX_AHEAD = timedelta(days=366)
"""How far ahead a client may be snoozed, or silence be expected."""
CHOSEN = ("selected_date", "selected_time", "selected_user", "value")
"""The keys of an input's state that may hold its value, apart from options."""
CHOICES = {
    "channel": CHANNELS,
    "direction": DIRECTIONS,
    "outcome": OUTCOMES,
    "mood": (*MOODS, None),
}


@dataclass(frozen=True, slots=True)
class Form:
    """A submitted form."""

    reader: Reader
    ack: Ack
    metadata: Mapping[str, Any]
    """Its private metadata."""
    values: Mapping[str, str | None]
    """By block: what was typed or chosen; for checkboxes, the ticked values joined by spaces."""
    event_key: str
    """The same for every delivery of this submission."""
    now: datetime

    @classmethod
    def from_submission(cls, ack: Ack, view: dict[str, Any], context: BoltContext) -> "Form":
        """Build a form from Slack's submission."""
        metadata: dict[str, Any] = {}
        with suppress(ValueError):  # opened without metadata of ours
            metadata = ids.unpack(view["private_metadata"])
        states = view["state"]["values"]
        values = {block: _value(next(iter(inputs.values()))) for block, inputs in states.items() if inputs}
        reader = reader_of(context)
        return cls(reader, ack, metadata, values, event_key=f"form:{view['id']}", now=reader.services.now())

    @property
    def t(self) -> Translator:
        """The translator for the person who submitted."""
        return self.reader.t

    @property
    def today(self) -> date:
        """The local date of the person who submitted."""
        return local_day(self.now, self.reader.actor.zone)

    def day(self, block: str) -> date | None:
        """Return the date in a block; None if it is empty or invalid."""
        return typed.read_day(self.values.get(block))

    def refuse(self, block: str, sentence: str) -> None:
        """Show an error at a field, and keep the form open."""
        self.ack(response_action="errors", errors={block: sentence})

    def show(self, sentence: str) -> None:
        """Replace the form by a sentence."""
        self.ack(response_action="update", view=modals.notice(sentence, self.t))

    def close(self, client: Client, done: str) -> None:
        """Close the form and redraw the place that it was opened from; show `done` if that place cannot show it."""
        place = Place.unpack(self.metadata, self.reader)
        is_shown_there = place.modal or place.surface in {ids.DIGEST, ids.NUDGE, ids.HOME}
        if is_shown_there:
            self.ack()
        else:
            self.show(done)
        if is_shown_there or place.respond:
            redraw.redraw_place(self.reader, place, client.id)


def _value(state: Mapping[str, Any]) -> str | None:
    option, ticked = state.get("selected_option"), state.get("selected_options")
    if ticked is not None:
        return " ".join(box["value"] for box in ticked) or None
    value = option["value"] if option else next((state[name] for name in CHOSEN if state.get(name)), None)
    return value or None


def touchpoint_form(form: Form) -> None:
    """Log a contact, or add details to one."""
    error = _find_error(form)
    if error:
        return form.refuse(*error)
    with form.reader.services.transaction() as session:
        client = _require_client(session, form)
        access.require(_may_log(session, form, client), "not_yours")
        touchpoint = _amend(session, form, client) if "touchpoint" in form.metadata else _log(session, form, client)
        if touchpoint:
            assessments.reassess(session, client.workspace_id, [client.id], form.now, touchpoint_id=touchpoint.id)
    name = names.client_name(client.name, form.t)
    return form.close(client, form.t("Logged for {client}.", client=name))


def _find_error(form: Form) -> tuple[str, str] | None:
    on = form.day("occurred_on")
    if on is None:
        return "occurred_on", form.t("Choose a day.")
    if on > form.today:
        return "occurred_on", form.t("This day is in the future. Log what has already happened.")
    if len(form.values.get("summary") or "") > modals.LONGEST_SUMMARY:
        most = form.t.number(modals.LONGEST_SUMMARY)
        return "summary", form.t("At most {count} characters.", count=most)
    if form.values.get("outcome") == "attempt" and form.values.get("mood"):
        return "mood", form.t("There was no answer, so leave this empty.")
    invalid = next((name for name, allowed in CHOICES.items() if form.values.get(name) not in allowed), None)
    return (invalid, form.t("Choose one from the list.")) if invalid else None


def _require_client(session: Session, form: Form) -> Client:
    client_id = form.metadata.get("client", typed.read_key(form.values.get("client")))
    return clients.require(session, form.reader.actor.workspace_id, client_id)


def _may_log(session: Session, form: Form, client: Client) -> bool:
    """Whether this person may submit: anybody may log a contact, but add details only to one that they may undo."""
    if "touchpoint" not in form.metadata:
        return True
    before = touchpoints.get(session, client.workspace_id, form.metadata["touchpoint"])
    is_same_client = before is not None and before.client_id == client.id
    return is_same_client and access.may_undo(form.reader.actor, before.member_id if before else None, client.owner_id)


def _log(session: Session, form: Form, client: Client) -> Touchpoint | None:
    """Log the contact; None if this submission was already handled."""
    if not idempotency.record_once(session, client.workspace_id, form.event_key, form.now):
        return None
    logged = touchpoints.log(
        session,
        client.workspace_id,
        client.id,
        form.reader.actor.member_id,
        seen=None,
        occurred_at=_moment(form),
        source="form",
        now=form.now,
        **_details(form),
    )
    return logged.touchpoint


def _amend(session: Session, form: Form, client: Client) -> Touchpoint | None:
    """Add the details, keeping the time of day if the day is unchanged; None if the contact was undone."""
    details, touchpoint_id = _details(form), form.metadata["touchpoint"]
    before = touchpoints.get(session, client.workspace_id, touchpoint_id)
    if before and form.day("occurred_on") != local_day(before.occurred_at, form.reader.actor.zone):
        details["occurred_at"] = _moment(form)
    return touchpoints.amend(
        session, client.workspace_id, touchpoint_id, by=form.reader.actor.member_id, now=form.now, **details
    )


def _details(form: Form) -> dict[str, Any]:
    return {name: form.values.get(name) for name in (*CHOICES, "summary")}


def _moment(form: Form) -> datetime:
    on = form.day("occurred_on") or form.today
    return form.now if on == form.today else at_local(on, NOON, form.reader.actor.zone)


def snooze_form(form: Form) -> None:
    """Snooze a client until a day."""
    until, farthest = form.day("until"), form.today + MAX_AHEAD
    if until is None or not form.today < until <= farthest:
        return form.refuse("until", form.t("Choose a day from tomorrow on, within a year."))
    actor = form.reader.actor
    with form.reader.services.transaction() as session:
        client = _require_client(session, form)
        if idempotency.record_once(session, client.workspace_id, form.event_key, form.now):
            until_at = start_of_day(until, actor.zone)
            colour = client.colour or "green"
            snoozes.snooze(
                session, client.workspace_id, client.id, actor.member_id, colour=colour, until_at=until_at, now=form.now
            )
    name = names.client_name(client.name, form.t)
    return form.close(
        client, form.t("{client} is snoozed until {day}.", client=name, day=names.until_day(until, form.today, form.t))
    )


def silence_form(form: Form) -> None:
    """Expect silence from a client through a day: contact signals pause, money and results are still watched."""
    until, farthest = form.day("until"), form.today + MAX_AHEAD
    if until is None or not form.today <= until <= farthest:
        return form.refuse("until", form.t("Choose a day from today on, within a year."))
    reason = form.values.get("reason") or ""
    if len(reason) > modals.LONGEST_NOTE:
        return form.refuse("reason", form.t("At most {count} characters.", count=form.t.number(modals.LONGEST_NOTE)))
    with form.reader.services.transaction() as session:
        client = _require_client(session, form)
        if reason and len(clients.notes_with(client, until, reason)) > clients.LONGEST_NOTES:
            return form.refuse("reason", form.t("The client's notes are full. Leave this empty."))
        if idempotency.record_once(session, client.workspace_id, form.event_key, form.now):
            clients.expect_silence(session, client, until, reason, by=form.reader.actor.member_id, now=form.now)
            assessments.reassess(session, client.workspace_id, [client.id], form.now)
    name = names.client_name(client.name, form.t)
    return form.close(
        client,
        form.t(
            "Silence from {client} is expected until {day}.",
            client=name,
            day=names.until_day(until, form.today, form.t),
        ),
    )


def client_options(ack: Ack, payload: dict[str, Any], context: BoltContext) -> None:
    """Suggest the clients whose name contains what was typed."""
    reader = reader_of(context)
    with reader.services.reading() as session:
        found = clients.search(session, reader.actor.workspace_id, payload.get("value") or "")
        named = labels.list_labels(session, reader.actor.workspace_id, found)
    options = [blocks.option(names.client_name(label, reader.t, 75), str(key)) for key, label in named]
    ack(options=options)
