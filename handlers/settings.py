"""The settings: each member's own, and for leads the agency's few limits besides. `/atrisk settings`, or Home's button.

What a lead leaves as it was shown is left as it stands, whatever others have made of it meanwhile; what they change is
refused where somebody else was first.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from sqlalchemy.orm import Session

from bot.clients import clients
from bot.judging import policies
from bot.people import access, holidays, preferences, workspaces
from bot.people.preferences import PreferencesUpdate
from bot.views import settings, texts
from handlers.context import Click, Place, Reader
from handlers.modals import Form

AGENCY = ("agency_country", *policies.SLACK_LIMITS)
"""What only leads are asked, and only they may answer."""


@dataclass(frozen=True, slots=True)
class Agency:
    """What a lead has changed for the whole agency."""

    overrides: Mapping[str, Any]
    """What of the policy is the agency's own so far."""
    limits: Mapping[str, float | None]
    """None where what was typed is no number."""
    country: str | None
    moves: bool
    """Whether the country is another one now."""


def show(reader: Reader, trigger_id: str) -> None:
    """Open the form."""
    actor = reader.actor
    with reader.services.reading() as session:
        found = preferences.load(session, actor.workspace_id, actor.member_id)
        if actor.leads:
            found = replace(found, limits=policies.limits(policies.overrides(session, actor.workspace_id)))
    shown = {**found.limits, "agency_country": found.agency_country} if found.limits else {}
    form = settings.settings_form(
        found, reader.t, countries=holidays.countries(), metadata=Place("form").carry(**shown)
    )
    reader.slack.views_open(trigger_id=trigger_id, view=form)


def settings_open(click: Click) -> None:
    """Open the form from the Home tab."""
    show(click.reader, click.trigger_id)


def settings_form(form: Form) -> None:
    """Keep what was settled, and say when the next list comes."""
    actor, t = form.reader.actor, form.t
    is_for_all = any(name in form.values for name in AGENCY)
    access.require(actor.leads or not is_for_all, "only_leads")
    wanted = _wanted(form)
    if isinstance(wanted, tuple):
        return form.refuse(*wanted)
    with form.reader.services.transaction() as session:
        agency = _agency(session, form) if is_for_all else None
        if isinstance(agency, tuple):
            return form.refuse(*agency)
        if agency and agency.moves:
            preferences.save_agency_country(session, actor.workspace_id, agency.country, form.now)
        next_at = preferences.save_preferences(session, actor.workspace_id, actor.member_id, wanted, form.now)
        if agency:
            _settle(session, form, agency)
        connection = session.connection()
        has_clients = clients.count(connection, actor.workspace_id, clients.own_scope(connection, actor)) > 0
    for_all = agency is not None and bool(agency.moves or agency.limits)
    return form.tell(settings.saved_message(next_at, form.now, actor.zone, t, has_clients=has_clients, for_all=for_all))


def _wanted(form: Form) -> PreferencesUpdate | tuple[str, str]:
    """Read what the member wants for themselves; or the field at which it is refused, and why."""
    t, values = form.t, form.values
    at = None
    with suppress(ValueError):  # a time picker gives hours and minutes; anything else is no time
        at = time.fromisoformat(values.get("digest_time") or "")
    if at is None or at.tzinfo:
        return "digest_time", t("Choose a time.")
    days = "".join(sorted(set((values.get("workdays") or "").split())))
    if not days or set(days) - set(preferences.WEEKDAYS):
        return "workdays", t("Choose at least one day.")
    if values.get("quiet_days") not in preferences.QUIET_DAYS:
        return "quiet_days", t("Choose one from the list.")
    country = values.get("country") or settings.DEFAULT
    if not _is_country(country):
        return "country", t("Choose one from the list.")
    return PreferencesUpdate(at.replace(second=0, microsecond=0), days, str(values["quiet_days"]), _code(country))


def _is_country(chosen: str) -> bool:
    return chosen == settings.DEFAULT or chosen in holidays.countries()


def _code(chosen: str) -> str | None:
    return None if chosen == settings.DEFAULT else chosen


def _agency(session: Session, form: Form) -> Agency | tuple[str, str]:
    """Read what a lead has changed, the agency's row held; or the field at which it is refused, and why."""
    t, workspace_id = form.t, form.reader.actor.workspace_id
    overrides = policies.lock_overrides(session, workspace_id)
    present = policies.limits(overrides)
    typed = {name: _number(form.values[name]) for name in policies.SLACK_LIMITS if name in form.values}
    shown = {name: form.carried.get(name, present[name]) for name in typed}
    changed = {name: value for name, value in typed.items() if value != shown[name]}
    for name in policies.invalid_fields(overrides, changed):
        least, most = policies.bounds(name)
        return name, t("Enter a whole number from {least} to {most}.", least=t.number(least), most=t.number(most))
    for name, value in changed.items():
        if present[name] not in {shown[name], value}:
            return name, texts.changed_meanwhile(t.number(present[name]), t)
    chosen, country = form.values.get("agency_country") or settings.DEFAULT, workspaces.country(session, workspace_id)
    if not _is_country(chosen):
        return "agency_country", t("Choose one from the list.")
    moves = _code(chosen) not in {form.carried.get("agency_country"), country}
    if moves and country != form.carried.get("agency_country"):
        return "agency_country", texts.changed_meanwhile(t.country(country) if country else t("none set"), t)
    return Agency(overrides, changed, _code(chosen), moves)


def _settle(session: Session, form: Form, agency: Agency) -> None:
    workspace_id = form.reader.actor.workspace_id
    if agency.moves:
        policies.mark_all_due(session, workspace_id, form.now)
    if agency.limits:
        policies.change(session, workspace_id, {**agency.overrides, **agency.limits}, form.now)
        workspaces.mark_benchmarks_outdated(session, workspace_id)


def _number(text: str | None) -> float | None:
    """Read a number; None for what is none, which no limit takes."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return int(number) if number.is_integer() else number
