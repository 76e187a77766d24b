"""What is agreed with a client, changed from its card: by who looks after it, who covers for them, and leads.

The form carries what it showed. What somebody leaves as it was shown stays as it stands by now; what they change is
refused at its field where somebody else was first. So two people may have it open at once, and nothing is lost.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
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
from bot.views import client_details as views
from bot.views import ids, names, texts
from bot.views.data import Terms
from handlers import colleagues
from handlers.context import Click, reader_of
from handlers.modals import Form
from scoring.dates import local_day

log = logging.getLogger(__name__)

PEOPLE = {"owner": "owner_id", "backup": "backup_id"}
"""What only leads are asked, and only they may answer: blocks and their columns."""
BLOCKS = {column: block for block, column in PEOPLE.items()}
DAYS = ("lost_on", "returns_on", "renews_on")
MOST = Decimal(10) ** 12
"""A fee beyond it is a slip of the hand."""

Refused = tuple[str, str]
"""The field at which something is refused, and why."""


def client_edit(click: Click) -> None:
    """Open the form on a client."""
    actor = click.actor
    with click.services.reading() as session:
        client = clients.require(session, actor.workspace_id, click.client_id)
        access.require(access.may_edit(actor, client.owner_id, client.backup_id), "not_in_charge")
        found = _as_shown(session, client)
    form = views.client_form(
        found,
        click.t,
        today=local_day(click.services.now(), actor.zone),
        metadata=click.place.carry(client=client.id, **_packed(details.read(client))),
        people=actor.leads,
    )
    return click.open(form)


def _as_shown(session: Session, client: Client) -> Terms:
    workspace_id = client.workspace_id
    kept = {name: value for name, value in details.read(client).items() if name not in BLOCKS}
    return Terms(
        **kept,
        name=client.name,
        currency=client.currency,
        agency_limit_days=policies.limits(policies.overrides(session, workspace_id))["contact_limit_days"],
        owner=details.find_person(session, workspace_id, client.owner_id),
        backup=details.find_person(session, workspace_id, client.backup_id),
    )


def _packed(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in shown.items()}


def _unpacked(carried: Mapping[str, Any]) -> dict[str, Any]:
    """Give the terms that the form showed."""
    shown = {name: carried.get(name) for name in details.COLUMNS}
    return {name: date.fromisoformat(value) if name in DAYS and value else value for name, value in shown.items()}


def client_status(action: dict[str, Any], view: dict[str, Any], context: BoltContext) -> None:
    """Ask for the day that goes with the status that was chosen. Nothing is kept yet.

    Of two choices in quick succession the later is drawn over the earlier, so the view's hash is not asked after; in a
    form that is closed by then nothing has to be drawn.
    """
    reader, chosen = reader_of(context), ids.chosen(action)
    if chosen in details.STATUSES:
        today = local_day(reader.services.now(), reader.actor.zone)
        again = views.with_status(view, chosen, reader.t, today=today)
        try:
            reader.slack.views_update(view_id=view["id"], view=again)
        except SlackApiError as error:
            log.warning("the form %s could not be changed: %s", view["id"], error.response["error"])


def client_form(form: Form) -> None:
    """Change what was changed in the form, and judge the client by it."""
    actor, shown = form.reader.actor, _unpacked(form.carried)
    with form.reader.services.reading() as session:
        client = _editable(session, form)
    chosen = _people(form, shown)  # Slack may have to be asked, which is not for a transaction
    wanted = chosen if isinstance(chosen, tuple) else _wanted(form, client, shown, chosen)
    if isinstance(wanted, tuple):
        return form.refuse(*wanted)
    with form.reader.services.transaction() as session:
        client = _editable(session, form)
        others = details.change(session, actor.workspace_id, client.id, shown=shown, wanted=wanted)
        if others:
            return form.refuse(*_meanwhile(session, form, client, others))
        assessments.reassess(session, actor.workspace_id, [client.id], form.now)
        owner = details.find_person(session, actor.workspace_id, wanted["owner_id"])
    said = {"client": names.client_name(client.name, form.t)}
    if owner and wanted["owner_id"] != shown["owner_id"]:
        who = names.person_name(owner, form.t)
        return form.close(client, form.t("Saved. {who} now looks after {client}.", who=who, **said))
    return form.close(client, form.t("Saved the details of {client}.", **said))


def _editable(session: Session, form: Form) -> Client:
    """Give the form's client, where this person may change what they changed in the form.

    Raises:
        ClientGoneError, NotAllowedError: where it is gone, or they may not.
    """
    actor = form.reader.actor
    client = clients.require(session, actor.workspace_id, form.carried.get("client", 0))
    access.require(access.may_edit(actor, client.owner_id, client.backup_id), "not_in_charge")
    access.require(actor.leads or not any(block in form.values for block in PEOPLE), "only_leads")
    return client


def _people(form: Form, shown: Mapping[str, Any]) -> dict[str, Any] | Refused:
    """Read who is to look after the client."""
    found: dict[str, Any] = {column: shown[column] for column in BLOCKS}
    for block, column in PEOPLE.items():
        if block not in form.values:
            continue
        slack_user_id = form.values[block]
        if slack_user_id is None:
            found[column] = _nobody(form, shown[column])
            continue
        colleague = colleagues.find(form.reader, slack_user_id)
        if not _may_look_after(colleague, shown[column]):
            return block, form.t("Only a colleague in this workspace can look after a client.")
        found[column] = colleague.member_id if colleague else None
    if "owner" in form.values and found["owner_id"] is None and shown["owner_id"] is not None:
        return "owner", form.t("Choose a colleague.")
    if found["owner_id"] is not None and found["owner_id"] == found["backup_id"]:
        return ("backup" if "backup" in form.values else "owner"), form.t("Choose someone other than the owner.")
    return found


def _may_look_after(colleague: Actor | None, shown_id: int | None) -> bool:
    """Whether this one may be named; who looks after the client already may stay, whatever has become of them."""
    return colleague is not None and (colleague.is_allowed or colleague.member_id == shown_id)


def _nobody(form: Form, shown_id: int | None) -> int | None:
    """Read an empty choice: whoever is not in Slack could not be shown in it, and stays."""
    with form.reader.services.reading() as session:
        person = details.find_person(session, form.reader.actor.workspace_id, shown_id)
    return shown_id if person and not person.slack_user_id else None


def _wanted(
    form: Form, client: Client, shown: Mapping[str, Any], people: Mapping[str, Any]
) -> dict[str, Any] | Refused:
    """Read the terms that are wanted, by column."""
    t = form.t
    days = _days(form, client, shown)
    if isinstance(days, tuple):
        return days
    limit, (least, most) = form.values.get("contact_limit_days"), policies.bounds("contact_limit_days")
    if limit is not None and not (limit.isascii() and limit.isdecimal() and least <= int(limit) <= most):
        return "contact_limit_days", t(
            "Enter a whole number from {least} to {most}, or leave it empty.",
            least=t.number(least),
            most=t.number(most),
        )
    fee = form.values.get("monthly_fee")
    minor = None if fee is None else _minor(fee, client.currency)
    if fee is not None and minor is None:
        return "monthly_fee", t("Enter an amount like 1200 or 1200.50, or leave it empty.")
    temperament = form.values.get("temperament") or views.NOT_KNOWN
    if temperament not in {views.NOT_KNOWN, *views.TEMPERAMENTS}:
        return "temperament", t("Choose one from the list.")
    return {
        **people,
        **days,
        "contact_limit_days": None if limit is None else int(limit),
        "monthly_fee": minor,
        "temperament": None if temperament == views.NOT_KNOWN else temperament,
    }


def _days(form: Form, client: Client, shown: Mapping[str, Any]) -> dict[str, Any] | Refused:
    """Read the status and the days: one that goes with another status goes with it."""
    t, status = form.t, form.values.get(views.STATUS)
    if status not in details.STATUSES:
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
    found = {"status": status, "lost_on": lost_on, "returns_on": returns_on, "renews_on": form.day("renews_on")}
    wrong = next((name for name in DAYS if found[name] != shown[name] and _is_wrong(form, client, name, found)), None)
    if wrong is None:
        return found
    block = wrong if wrong in form.values else views.STATUS
    if wrong == "returns_on":
        return block, t("Choose a day from today on.")
    if wrong == "lost_on" and lost_on and lost_on > form.today:
        return block, t("This day is in the future.")
    return block, t("This is before they started, {day}.", day=t.full_date(client.started_on or form.today))


def _is_wrong(form: Form, client: Client, name: str, found: Mapping[str, Any]) -> bool:
    on = found[name]
    if on is None:
        return False
    if name == "returns_on":
        return bool(on < form.today)
    too_early = client.started_on is not None and on < client.started_on
    return too_early or (name == "lost_on" and on > form.today)


def _minor(typed: str, currency: str) -> int | None:
    """Read an amount in minor units; None for what is none."""
    amount = Decimal(-1)
    with suppress(InvalidOperation):
        amount = Decimal(typed)
    if not amount.is_finite() or not 0 <= amount <= MOST:
        return None
    return int(amount.scaleb(get_currency_precision(currency)).to_integral_value(ROUND_HALF_UP))


def _meanwhile(session: Session, form: Form, client: Client, others: Mapping[str, Any]) -> Refused:
    """Say at the first field where somebody else was first what it holds now."""
    column, value = next(iter(others.items()))
    if column in BLOCKS:
        value = details.find_person(session, client.workspace_id, value)
    block = BLOCKS.get(column, column)
    now_is = views.field_text(block, value, client.currency, form.t)
    return (block if block in form.values else views.STATUS), texts.changed_meanwhile(now_is, form.t)
