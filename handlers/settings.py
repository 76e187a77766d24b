"""The settings form: each member's preferences and, for leads, some of the agency's limits.

It opens with `/atrisk settings` or the Home tab's button. A limit that a lead leaves unchanged keeps its current value;
a changed one is refused if somebody else changed it first. Never here: what a setting does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.models import Member
from bot.judging import policies
from bot.people import access, holidays, preferences, roles, workspaces
from bot.people.preferences import PreferencesUpdate
from bot.views import settings, texts
from bot.views.data import Person
from handlers import colleagues, typed
from handlers.context import Click, Place, Reader
from handlers.modals import Form

AGENCY = ("agency_country", *policies.SLACK_LIMITS)
"""Fields that only leads see and may submit."""
ROLES = ("role_person", "role")
"""Fields that only admins see and may submit: a colleague, and the role to give them."""


@dataclass(frozen=True, slots=True)
class Agency:
    """What a lead has submitted for the whole agency."""

    overrides: Mapping[str, Any]
    """The agency's current overrides of the policy."""
    limits: Mapping[str, float | None]
    """The changed limits; None if what was typed is not a number."""
    country: str | None
    is_country_changed: bool


def show(reader: Reader, trigger_id: str) -> None:
    """Open the form."""
    actor = reader.actor
    with reader.services.reading() as session:
        current = preferences.load(session, actor.workspace_id, actor.member_id)
        if actor.leads:
            current = replace(current, limits=policies.limits(policies.overrides(session, actor.workspace_id)))
        if actor.is_admin:
            current = replace(current, roles=roles.load(session, actor.workspace_id))
    shown = {**current.limits, "agency_country": current.agency_country} if current.limits else {}
    form = settings.settings_form(
        current, reader.t, countries=holidays.countries(), metadata=Place("form").pack(**shown)
    )
    reader.slack.views_open(trigger_id=trigger_id, view=form)


def settings_open(click: Click) -> None:
    """Open the form from the Home tab."""
    show(click.reader, click.trigger_id)


def settings_form(form: Form) -> None:
    """Save the settings, and show when the next list comes."""
    actor, t = form.reader.actor, form.t
    is_for_all = any(name in form.values for name in AGENCY)
    access.require(actor.leads or not is_for_all, "only_leads")
    access.require(actor.is_admin or not any(name in form.values for name in ROLES), "only_admins")
    update = _read_preferences(form)
    if isinstance(update, tuple):
        return form.refuse(*update)
    named = _read_role(form)  # may call Slack, so not inside a transaction
    if isinstance(named, tuple):
        return form.refuse(*named)
    with form.reader.services.transaction() as session:
        agency = _read_agency(session, form) if is_for_all else None
        if isinstance(agency, tuple):
            return form.refuse(*agency)
        changed = _name(session, form, named) if named else None
        if isinstance(changed, tuple):
            return form.refuse(*changed)
        if agency and agency.is_country_changed:
            preferences.save_agency_country(session, actor.workspace_id, agency.country, form.now, by=actor.member_id)
        next_at = preferences.save_preferences(session, actor.workspace_id, actor.member_id, update, form.now)
        if agency:
            _save_limits(session, form, agency)
        connection = session.connection()
        has_clients = clients.count(connection, actor.workspace_id, clients.own_scope(connection, actor)) > 0
    for_all = agency is not None and bool(agency.is_country_changed or agency.limits)
    saved = settings.saved_message(next_at, form.now, actor.zone, t, has_clients=has_clients, for_all=for_all)
    if named and changed:
        about = settings.role_message(named.person, changed.after, t, is_first_admin=changed.is_first_admin)
        saved = f"{saved} {about}"
    return form.show(saved)


@dataclass(frozen=True, slots=True)
class NamedRole:
    """A colleague, and the role that an admin gives them."""

    member_id: int
    person: Person
    role: str | None


def _read_role(form: Form) -> NamedRole | tuple[str, str] | None:
    """Read the colleague and the role; the field with an error, and the error; None if both are empty."""
    t, slack_user_id, role = form.t, form.values.get("role_person"), form.values.get("role")
    if slack_user_id is None and role is None:
        return None
    if slack_user_id is None:
        return "role_person", t("Choose a colleague, or leave both empty.")
    if role is None or role not in {*roles.ROLES, settings.NO_ROLE}:
        return "role", t("Choose one from the list.")
    colleague = colleagues.find(form.reader, slack_user_id)
    if colleague is None or colleague.account_type not in {"member", "unlisted"}:
        return "role_person", t("Only a colleague in this workspace can have a role.")
    return NamedRole(colleague.member_id, colleague.person, None if role == settings.NO_ROLE else role)


def _name(session: Session, form: Form, named: NamedRole) -> roles.Change | tuple[str, str]:
    actor = form.reader.actor
    member = session.get_one(Member, named.member_id)
    try:
        return roles.name(
            session, actor.workspace_id, member, named.role, by=actor.member_id, via="slack", now=form.now
        )
    except roles.LastAdminError:
        return "role", form.t("This is the only admin. Name another one first.")


def _read_preferences(form: Form) -> PreferencesUpdate | tuple[str, str]:
    """Read the submitted preferences; or the field with an error, and the error."""
    t, values = form.t, form.values
    at = typed.read_time(values.get("digest_time"))
    if at is None:
        return "digest_time", t("Choose a time.")
    days = "".join(sorted(set((values.get("workdays") or "").split())))
    if not days or set(days) - set(preferences.WEEKDAYS):
        return "workdays", t("Choose at least one day.")
    if values.get("quiet_days") not in preferences.QUIET_DAYS:
        return "quiet_days", t("Choose one from the list.")
    country = values.get("country") or settings.DEFAULT
    if not _is_country(country):
        return "country", t("Choose one from the list.")
    return PreferencesUpdate(at, days, str(values["quiet_days"]), _code(country))


def _is_country(chosen: str) -> bool:
    return chosen in {settings.DEFAULT, holidays.NO_HOLIDAYS} or chosen in holidays.countries()


def _code(chosen: str) -> str | None:
    return None if chosen == settings.DEFAULT else chosen


def _read_agency(session: Session, form: Form) -> Agency | tuple[str, str]:
    """Read what a lead has changed, locking the agency's row; or return the field with an error, and the error."""
    t, workspace_id = form.t, form.reader.actor.workspace_id
    overrides = policies.lock_overrides(session, workspace_id)
    current = policies.limits(overrides)
    limits = {name: _parse_number(form.values[name]) for name in policies.SLACK_LIMITS if name in form.values}
    shown = {name: form.metadata.get(name, current[name]) for name in limits}
    changed = {name: value for name, value in limits.items() if value != shown[name]}
    for name in policies.invalid_fields(overrides, changed):
        least, most = policies.bounds(name)
        return name, t("Enter a whole number from {least} to {most}.", least=t.number(least), most=t.number(most))
    for name, value in changed.items():
        if current[name] not in {shown[name], value}:
            return name, texts.changed_meanwhile(t.number(current[name]), t)
    chosen, country = form.values.get("agency_country") or settings.DEFAULT, workspaces.country(session, workspace_id)
    if not _is_country(chosen):
        return "agency_country", t("Choose one from the list.")
    is_country_changed = _code(chosen) not in {form.metadata.get("agency_country"), country}
    if is_country_changed and country != form.metadata.get("agency_country"):
        return "agency_country", texts.changed_meanwhile(settings.country_name(country, t), t)
    return Agency(overrides, changed, _code(chosen), is_country_changed)


def _save_limits(session: Session, form: Form, agency: Agency) -> None:
    workspace_id = form.reader.actor.workspace_id
    if agency.is_country_changed:
        policies.mark_all_due(session, workspace_id, form.now)
    if agency.limits:
        wanted, by = {**agency.overrides, **agency.limits}, form.reader.actor.member_id
        policies.change(session, workspace_id, wanted, form.now, by=by, via="slack")
        workspaces.mark_benchmarks_outdated(session, workspace_id)


def _parse_number(text: str | None) -> float | None:
    """Parse a number; None, which no limit accepts, if it is not one."""
    number = typed.read_number(text)
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
