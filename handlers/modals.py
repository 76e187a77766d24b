"""Forms: what is done with each once it is submitted, and the choice of a client by typing.

What comes in is checked field by field, and refused at the field; then one transaction, and the message that the form
was opened from is drawn again.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from slack_bolt import Ack, BoltContext
from sqlalchemy.orm import Session

from bot.clients import clients, snoozes, touchpoints
from bot.infra import idempotency
from bot.infra.i18n import Translator
from bot.infra.models import Client, Touchpoint
from bot.judging import assessments
from bot.people import access
from bot.views import blocks, ids, modals, names
from handlers import redraw
from handlers.context import Place, Reader, reader_of
from scoring.dates import at_local, local_day, start_of_day

NOON = time(12)
"""A contact of an earlier day is put at its noon: the form asks for no time."""
FARTHEST = timedelta(days=366)
"""How far ahead a client may be put off, or be silent."""
CHOSEN = ("selected_date", "selected_time", "selected_user", "value")
"""Where the state of an input has what was chosen in it, besides options."""
CHOICES = {
    "channel": touchpoints.CHANNELS,
    "direction": touchpoints.DIRECTIONS,
    "outcome": touchpoints.OUTCOMES,
    "mood": (*touchpoints.MOODS, None),
}


@dataclass(frozen=True, slots=True)
class Form:
    """A submitted form."""

    reader: Reader
    ack: Ack
    carried: Mapping[str, Any]
    """Its private metadata."""
    values: Mapping[str, str | None]
    """By block: what was typed or chosen; of boxes that were ticked, their values with spaces between."""
    once: str
    """One and the same for every delivery of this submission."""
    now: datetime

    @classmethod
    def of(cls, ack: Ack, view: dict[str, Any], context: BoltContext) -> "Form":
        """Read a submission as Slack tells of it."""
        carried: dict[str, Any] = {}
        with suppress(ValueError):  # opened with no metadata of ours: it carries nothing
            carried = ids.unpack(view["private_metadata"])
        states = view["state"]["values"]
        values = {block: _value(next(iter(inputs.values()))) for block, inputs in states.items() if inputs}
        reader = reader_of(context)
        return cls(reader, ack, carried, values, once=f"form:{view['id']}", now=reader.services.now())

    @property
    def t(self) -> Translator:
        """The translator for who submitted."""
        return self.reader.t

    @property
    def today(self) -> date:
        """The local day of who submitted."""
        return local_day(self.now, self.reader.actor.zone)

    def day(self, block: str) -> date | None:
        """The day that was picked; None where there is none."""
        with suppress(ValueError):  # a date picker gives ISO dates; anything else is no date
            return date.fromisoformat(self.values.get(block) or "")
        return None

    def refuse(self, block: str, sentence: str) -> None:
        """Say at a field what is wrong with it; nothing is kept."""
        self.ack(response_action="errors", errors={block: sentence})

    def tell(self, sentence: str) -> None:
        """Put a sentence in the form's place."""
        self.ack(response_action="update", view=modals.notice(sentence, self.t))

    def close(self, client: Client, done: str) -> None:
        """Close the form and draw the place that it was opened from; say what was done where that cannot show it."""
        place = Place.carried(self.carried)
        is_seen_there = place.modal or place.surface in {ids.DIGEST, ids.NUDGE, ids.HOME}
        if is_seen_there:
            self.ack()
        else:
            self.tell(done)
        if is_seen_there or place.respond:
            redraw.redraw_place(self.reader, place, client.id)


def _value(state: Mapping[str, Any]) -> str | None:
    option, ticked = state.get("selected_option"), state.get("selected_options")
    if ticked is not None:
        return " ".join(one["value"] for one in ticked) or None
    found = option["value"] if option else next((state[name] for name in CHOSEN if state.get(name)), None)
    return found or None


def touchpoint_form(form: Form) -> None:
    """Log a contact, or add details to one."""
    refused = _refused(form)
    if refused:
        return form.refuse(*refused)
    with form.reader.services.transaction() as session:
        client = _client(session, form)
        access.require(_may(session, form, client), "not_yours")
        kept = _amended(session, form, client) if "touchpoint" in form.carried else _new(session, form, client)
        if kept:
            assessments.reassess(session, client.workspace_id, [client.id], form.now, touchpoint_id=kept.id)
    name = names.client_name(client.name, form.t)
    return form.close(client, form.t("Logged for {client}.", client=name))


def _refused(form: Form) -> tuple[str, str] | None:
    on = form.day("occurred_on")
    if on is None:
        return "occurred_on", form.t("Choose a day.")
    if on > form.today:
        return "occurred_on", form.t("This day is in the future. Log what has already happened.")
    if len(form.values.get("summary") or "") > modals.LONGEST_SUMMARY:
        most = form.t.number(modals.LONGEST_SUMMARY)
        return "summary", form.t("At most {count} characters.", count=most)
    wrong = next((name for name, allowed in CHOICES.items() if form.values.get(name) not in allowed), None)
    return (wrong, form.t("Choose one from the list.")) if wrong else None


def _client(session: Session, form: Form) -> Client:
    chosen = form.values.get("client") or ""
    client_id = form.carried.get("client", int(chosen) if chosen.isdecimal() else 0)
    return clients.require(session, form.reader.actor.workspace_id, client_id)


def _may(session: Session, form: Form, client: Client) -> bool:
    """Whether this person may: log for any client of the workspace, add details to what is theirs to take back."""
    if "touchpoint" not in form.carried:
        return True
    before = touchpoints.get(session, client.workspace_id, form.carried["touchpoint"])
    is_here = before is not None and before.client_id == client.id
    return is_here and access.may_undo(form.reader.actor, before.member_id if before else None, client.owner_id)


def _new(session: Session, form: Form, client: Client) -> Touchpoint | None:
    """Log the contact; None where this submission was carried out already."""
    if not idempotency.record_once(session, client.workspace_id, form.once, form.now):
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


def _amended(session: Session, form: Form, client: Client) -> Touchpoint | None:
    """Add the details; a day that was left as it was leaves the time of day as it was. None where it was undone."""
    details, number = _details(form), form.carried["touchpoint"]
    before = touchpoints.get(session, client.workspace_id, number)
    if before and form.day("occurred_on") != local_day(before.occurred_at, form.reader.actor.zone):
        details["occurred_at"] = _moment(form)
    return touchpoints.amend(session, client.workspace_id, number, **details)


def _details(form: Form) -> dict[str, Any]:
    return {name: form.values.get(name) for name in (*CHOICES, "summary")}


def _moment(form: Form) -> datetime:
    on = form.day("occurred_on") or form.today
    return form.now if on == form.today else at_local(on, NOON, form.reader.actor.zone)


def snooze_form(form: Form) -> None:
    """Put a client off until a day."""
    until, farthest = form.day("until"), form.today + FARTHEST
    if until is None or not form.today < until <= farthest:
        return form.refuse("until", form.t("Choose a day from tomorrow on, within a year."))
    actor = form.reader.actor
    with form.reader.services.transaction() as session:
        client = _client(session, form)
        if idempotency.record_once(session, client.workspace_id, form.once, form.now):
            until_at = start_of_day(until, actor.zone)
            colour = client.colour or "green"
            snoozes.snooze(
                session, client.workspace_id, client.id, actor.member_id, colour=colour, until_at=until_at, now=form.now
            )
    name = names.client_name(client.name, form.t)
    return form.close(client, form.t("{client} is snoozed until {day}.", client=name, day=form.t.day(until)))


def silence_form(form: Form) -> None:
    """Expect silence of a client through a day: nobody is asked to contact it, money and results are still watched."""
    until, farthest = form.day("until"), form.today + FARTHEST
    if until is None or not form.today <= until <= farthest:
        return form.refuse("until", form.t("Choose a day from today on, within a year."))
    with form.reader.services.transaction() as session:
        client = _client(session, form)
        clients.expect_silence(session, client, until, form.values.get("reason"))
        assessments.reassess(session, client.workspace_id, [client.id], form.now)
    name = names.client_name(client.name, form.t)
    return form.close(
        client, form.t("Silence from {client} is expected until {day}.", client=name, day=form.t.day(until))
    )


def client_options(ack: Ack, payload: dict[str, Any], context: BoltContext) -> None:
    """Offer the clients whose name has what was typed in it."""
    reader = reader_of(context)
    with reader.services.reading() as session:
        found = clients.search(session, reader.actor.workspace_id, payload.get("value") or "")
    named = [blocks.option(names.client_name(client.name, reader.t, 70), str(client.id)) for client in found]
    ack(options=named)
