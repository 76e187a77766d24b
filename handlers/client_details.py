"""The form for a client's details, opened from its card by its owner, their cover or a lead.

The form's metadata holds the values that it showed. A field left unchanged keeps the current value; a changed one is
refused if somebody else changed it first. So two people may have the form open at once, and nothing is lost. Never
here: the update itself (`bot.clients.details`), or the form's layout.
"""

import logging
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import get_currency_precision
from slack_bolt import BoltContext
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.clients import clients, details
from bot.infra.models import Client
from bot.judging import assessments, policies
from bot.people import access
from bot.people.access import Actor
from bot.slack.errors import UnansweredError
from bot.views import client_details as views
from bot.views import ids, names, texts
from bot.views.data import Terms
from handlers import colleagues, typed
from handlers.context import Click, reader_of
from handlers.modals import Form
from scoring.dates import local_day
from scoring.vocabulary import STATUSES, TEMPERAMENTS

log = logging.getLogger(__name__)

PEOPLE = {"owner": "owner_id", "backup": "backup_id"}
"""Blocks that only leads see and may submit, with their columns."""
BLOCKS = {column: block for block, column in PEOPLE.items()}
DAYS = ("lost_on", "returns_on", "renews_on")
MAX_FEE = Decimal(10) ** 12
"""A higher fee is a typing mistake."""

FieldError = tuple[str, str]
"""A field and the reason why its value is refused."""


def client_edit(click: Click) -> None:
    """Open the form with a client's details."""
    actor = click.actor
    with click.services.reading() as session:
        client = clients.require(session, actor.workspace_id, click.client_id)
        access.require(access.may_edit(actor, client.owner_id, client.backup_id), "not_in_charge")
        shown = _load_terms(session, client)
    form = views.client_form(
        shown,
        click.t,
        today=local_day(click.services.now(), actor.zone),
        metadata=click.place.pack(client=client.id, **_packed(details.read(client))),
        people=actor.leads,
    )
    return click.open(form)


def _load_terms(session: Session, client: Client) -> Terms:
    workspace_id = client.workspace_id
    columns = {name: value for name, value in details.read(client).items() if name not in BLOCKS}
    return Terms(
        **columns,
        name=client.name,
        currency=client.currency,
        agency_limit_days=policies.limits(policies.overrides(session, workspace_id))["contact_limit_days"],
        owner=details.find_person(session, workspace_id, client.owner_id),
        backup=details.find_person(session, workspace_id, client.backup_id),
    )


def _packed(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in shown.items()}


def _unpacked(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details that the form showed."""
    shown = {name: metadata.get(name) for name in details.COLUMNS}
    return {name: typed.read_day(value) if name in DAYS else value for name, value in shown.items()}


def client_status(action: dict[str, Any], view: dict[str, Any], context: BoltContext) -> None:
    """Show the date field that belongs to the chosen status, without saving anything.

    Of two quick choices the later must win, so the update does not check the view's hash; if the form is closed by
    then, there is nothing to update.
    """
    reader, chosen = reader_of(context), ids.chosen(action)
    if chosen in STATUSES:
        today = local_day(reader.services.now(), reader.actor.zone)
        updated = views.with_status(view, chosen, reader.t, today=today)
        try:
            reader.slack.views_update(view_id=view["id"], view=updated)
        except (SlackApiError, UnansweredError) as error:
            log.warning("the form %r could not be updated: %r", view["id"], str(error))


def client_form(form: Form) -> None:
    """Save what was changed in the form, and assess the client again."""
    actor, shown = form.reader.actor, _unpacked(form.metadata)
    with form.reader.services.reading() as session:
        client = _require_editable(session, form)
    chosen = _read_people(form, shown)  # may call Slack, so not inside a transaction
    wanted = chosen if isinstance(chosen, tuple) else _read_details(form, client, shown, chosen)
    if isinstance(wanted, tuple):
        return form.refuse(*wanted)
    with form.reader.services.transaction() as session:
        client = _require_editable(session, form)
        conflicts = details.change(
            session, actor.workspace_id, client.id, shown=shown, wanted=wanted, by=actor.member_id, now=form.now
        )
        if conflicts:
            return form.refuse(*_conflict_error(session, form, client, conflicts))
        assessments.reassess(session, actor.workspace_id, [client.id], form.now)
        owner = details.find_person(session, actor.workspace_id, wanted["owner_id"])
    values = {"client": names.client_name(client.name, form.t)}
    if owner and wanted["owner_id"] != shown["owner_id"]:
        who = names.person_name(owner, form.t)
        return form.close(client, form.t("Saved. {who} now looks after {client}.", who=who, **values))
    return form.close(client, form.t("Saved the details of {client}.", **values))


def _require_editable(session: Session, form: Form) -> Client:
    """Return the form's client, if this person may change the submitted fields.

    Raises:
        ClientGoneError: when the client is gone.
        NotAllowedError: when they may not.
    """
    actor = form.reader.actor
    client = clients.require(session, actor.workspace_id, form.metadata.get("client", 0))
    access.require(access.may_edit(actor, client.owner_id, client.backup_id), "not_in_charge")
    access.require(actor.leads or not any(block in form.values for block in PEOPLE), "only_leads")
    return client


def _read_people(form: Form, shown: Mapping[str, Any]) -> dict[str, Any] | FieldError:
    """Read the submitted owner and backup."""
    chosen: dict[str, Any] = {column: shown[column] for column in BLOCKS}
    for block, column in PEOPLE.items():
        if block not in form.values:
            continue
        slack_user_id = form.values[block]
        if slack_user_id is None:
            chosen[column] = _read_empty_choice(form, shown[column])
            continue
        colleague = colleagues.find(form.reader, slack_user_id)
        if not _may_look_after(colleague, shown[column]):
            return block, form.t("Only a colleague in this workspace can look after a client.")
        chosen[column] = colleague.member_id if colleague else None
    if "owner" in form.values and chosen["owner_id"] is None and shown["owner_id"] is not None:
        return "owner", form.t("Choose a colleague.")
    if chosen["owner_id"] is not None and chosen["owner_id"] == chosen["backup_id"]:
        return ("backup" if "backup" in form.values else "owner"), form.t("Choose someone other than the owner.")
    return chosen


def _may_look_after(colleague: Actor | None, shown_id: int | None) -> bool:
    """Whether this person may be owner or backup; the current one may stay, even without access."""
    return colleague is not None and (colleague.is_allowed or colleague.member_id == shown_id)


def _read_empty_choice(form: Form, shown_id: int | None) -> int | None:
    """Read an empty choice: a person who is not in Slack cannot be shown in the field, and stays."""
    with form.reader.services.reading() as session:
        person = details.find_person(session, form.reader.actor.workspace_id, shown_id)
    return shown_id if person and not person.slack_user_id else None


def _read_details(
    form: Form, client: Client, shown: Mapping[str, Any], people: Mapping[str, Any]
) -> dict[str, Any] | FieldError:
    """Read the submitted details, by column."""
    t = form.t
    days = _read_days(form, client, shown)
    if isinstance(days, tuple):
        return days
    limit, (least, most) = form.values.get("contact_limit_days"), policies.bounds("contact_limit_days")
    if limit is not None and not least <= typed.read_key(limit) <= most:
        return "contact_limit_days", t(
            "Enter a whole number from {least} to {most}, or leave it empty.",
            least=t.number(least),
            most=t.number(most),
        )
    fee = form.values.get("monthly_fee")
    minor = None if fee is None else _parse_amount(fee, client.currency)
    if fee is not None and minor is None:
        return "monthly_fee", t("Enter an amount like 1200 or 1200.50, or leave it empty.")
    temperament = form.values.get("temperament") or views.NOT_KNOWN
    if temperament not in {views.NOT_KNOWN, *TEMPERAMENTS}:
        return "temperament", t("Choose one from the list.")
    return {
        **people,
        **days,
        "contact_limit_days": None if limit is None else int(limit),
        "monthly_fee": minor,
        "temperament": None if temperament == views.NOT_KNOWN else temperament,
    }


def _read_days(form: Form, client: Client, shown: Mapping[str, Any]) -> dict[str, Any] | FieldError:
    """Read the submitted status and dates; a change of status clears the date that belonged to the old one."""
    t, status = form.t, form.values.get(views.STATUS)
    if status not in STATUSES:
        return views.STATUS, t("Choose one from the list.")
    is_new, lost_on, returns_on = status != shown["status"], shown["lost_on"], shown["returns_on"]
    if status == "lost":
        lost_on = form.day(views.LOST_ON) or lost_on or form.today
    elif is_new:
        lost_on = None
    if status == "paused" and views.RETURNS_ON in form.values:
        returns_on = form.day(views.RETURNS_ON)
    elif is_new:
        returns_on = None
    days = {"status": status, "lost_on": lost_on, "returns_on": returns_on, "renews_on": form.day("renews_on")}
    invalid = next((name for name in DAYS if days[name] != shown[name] and _is_invalid(form, client, name, days)), None)
    if invalid is None:
        return days
    block = invalid if invalid in form.values else views.STATUS
    if invalid == "returns_on":
        return block, t("Choose a day from today on.")
    if invalid == "lost_on" and lost_on and lost_on > form.today:
        return block, t("This day is in the future.")
    return block, t("This is before they started, {day}.", day=t.full_date(client.started_on or form.today))


def _is_invalid(form: Form, client: Client, name: str, days: Mapping[str, Any]) -> bool:
    on = days[name]
    if on is None:
        return False
    if name == "returns_on":
        return bool(on < form.today)
    too_early = client.started_on is not None and on < client.started_on
    return too_early or (name == "lost_on" and on > form.today)


def _parse_amount(text: str, currency: str) -> int | None:
    """Parse an amount into minor units; None if it is not a valid one."""
    amount = typed.read_number(text)
    if amount is None or not 0 <= amount <= MAX_FEE:
        return None
    return int(amount.scaleb(get_currency_precision(currency)).to_integral_value(ROUND_HALF_UP))


def _conflict_error(session: Session, form: Form, client: Client, conflicts: Mapping[str, Any]) -> FieldError:
    """Return the first conflicting field, and a sentence with its current value."""
    column, value = next(iter(conflicts.items()))
    if column in BLOCKS:
        value = details.find_person(session, client.workspace_id, value)
    block = BLOCKS.get(column, column)
    now_is = views.field_text(block, value, client.currency, form.t)
    return (block if block in form.values else views.STATUS), texts.changed_meanwhile(now_is, form.t)
