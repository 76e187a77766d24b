"""The settings form: each member's own settings, and for leads a few limits for the whole agency."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from bot.infra.i18n import Translator
from bot.views import blocks, ids, names
from bot.views.blocks import Json
from bot.views.data import Person, Preferences, Roles

NO_ROLE = "none"
"""The choice that takes a role away."""
MOST_NAMES = 12
"""Admins, and leads, whom the form names before it counts the rest."""
DEFAULT = "default"
"""The choice of no country: a member then has the agency's holidays, and without those what their time zone tells."""
NO_HOLIDAYS = "ZZ"
"""The choice of no public holidays at all."""


def settings_button(t: Translator) -> Json:
    """The button on the Home tab that opens the settings."""
    return blocks.actions([blocks.button(t("Settings"), ids.SETTINGS, ids.pack(surface=ids.HOME))])


def settings_form(found: Preferences, t: Translator, *, countries: Iterable[str], metadata: str) -> Json:
    """A member's own settings, and the agency's limits and roles if `found` has them.

    `countries` are ISO 3166 codes.
    """
    known = sorted(countries, key=lambda code: _folded(t.country(code)))
    body = [
        *_own(found, known, t),
        *(_agency(found, found.limits, known, t) if found.limits else ()),
        *(_roles(found.roles, t) if found.roles else ()),
    ]
    return blocks.form(blocks.modal(ids.SETTINGS_FORM, t("Settings"), t("Cancel"), body), t("Save"), metadata)


def _own(found: Preferences, countries: list[str], t: Translator) -> list[Json]:
    days = {str(number): _capital(t.weekday(number)) for number in range(1, 8)}
    quiet = {"all_clear": t("A one-line all clear"), "nothing": t("Nothing")}
    place, language = t.city(found.zone), t.language(found.locale)
    return [
        blocks.input_block(
            "digest_time",
            t("Send my list at"),
            blocks.time_picker(ids.VALUE, found.digest_time),
            hint=t("{place} time.", place=place),
        ),
        blocks.input_block(
            "workdays",
            t("Your working days"),
            blocks.checkboxes(ids.VALUE, blocks.options(days), found.workdays),
            hint=t("Nothing is sent on other days."),
        ),
        blocks.input_block(
            "quiet_days",
            t("On quiet days, send"),
            blocks.radio_buttons(ids.VALUE, blocks.options(quiet), found.quiet_days),
        ),
        blocks.input_block(
            "country",
            t("Your public holidays"),
            _countries(countries, {DEFAULT: _own_default(found, t)}, found.country, t),
            hint=_holiday_hint(found, t),
        ),
        blocks.context(
            t(
                "Your time zone, {place}, and your language, {language}, come from your Slack profile.",
                place=place,
                language=language,
            )
        ),
    ]


def _agency(found: Preferences, limits: Mapping[str, int], countries: list[str], t: Translator) -> list[Json]:
    default = t("Each person's own, by their time zone")
    chosen = _countries(countries, {DEFAULT: default}, found.agency_country, t)
    return [
        blocks.divider(),
        blocks.header(t("For the whole agency")),
        blocks.input_block("agency_country", t("Public holidays"), chosen),
        *(
            blocks.input_block(name, label, blocks.number_input(ids.VALUE, str(limits[name])), hint=hint)
            for name, (label, hint) in _limits(t).items()
        ),
        blocks.context(
            t("A change rechecks every client. For all other limits, use atrisk policy on the command line.")
        ),
    ]


def _roles(found: Roles, t: Translator) -> list[Json]:
    """Who is what, and the fields that change it for one person."""
    wanted = {"am": t("Member"), "lead": t("Lead"), "admin": t("Admin"), NO_ROLE: t("No role")}
    admins = _names(found.admins, t) or t("none named, so Slack's admins are admins")
    lines = [t("Admins: {names}", names=admins), t("Leads: {names}", names=_names(found.leads, t) or t("none"))]
    person = blocks.user_select(ids.VALUE, None, t("Choose a colleague"))
    role = blocks.select(ids.VALUE, blocks.options(wanted), t("Choose a role"))
    hint = t("Leads and admins see all clients' money. Once an admin is named, Slack's admins are none any more.")
    return [
        blocks.divider(),
        blocks.header(t("Who is what")),
        blocks.context(*lines),
        blocks.input_block("role_person", t("Change the role of"), person, optional=True),
        blocks.input_block("role", t("To"), role, optional=True, hint=hint),
    ]


def _names(people: Sequence[Person], t: Translator) -> str:
    return names.listed([names.person_name(person, t) for person in people], MOST_NAMES, t, ", ")


def role_message(person: Person, role: str | None, t: Translator, *, is_first_admin: bool) -> str:
    """What an admin reads after changing somebody's role."""
    who = names.person_name(person, t)
    done = {
        "am": t("{who} is a member now.", who=who),
        "lead": t("{who} is a lead now.", who=who),
        "admin": t("{who} is an admin now.", who=who),
    }.get(role or "", t("{who} has no role any more.", who=who))
    if not is_first_admin:
        return done
    return " ".join([done, t("From now on only named admins are admins; Slack's admins no longer are.")])


def _limits(t: Translator) -> dict[str, tuple[str, str]]:
    return {
        "contact_limit_days": (
            t("Contact limit in days"),
            t("Days without contact before a client is due. For one client only, use Edit on its card."),
        ),
        "new_contact_limit_days": (t("Contact limit for new clients in days"), ""),
        "due_soon_days": (t("Days ahead that something counts as due soon"), ""),
        "unanswered_attempts": (t("Tries with no answer before suggesting another way"), ""),
    }


def _own_default(found: Preferences, t: Translator) -> str:
    """What applies to a member who chooses nothing."""
    if found.agency_country:
        return t("Agency default: {country}", country=country_name(found.agency_country, t))
    if found.guessed_country:
        return t("{country}, guessed from your time zone", country=t.country(found.guessed_country))
    return t("Not chosen yet")


def _holiday_hint(found: Preferences, t: Translator) -> str:
    if found.country or found.agency_country:
        return ""
    if found.guessed_country:
        return t("No list comes on these days. If the guess is wrong, choose your country.")
    return t("Your time zone doesn't tell your country. Choose it, and no list comes on its public holidays.")


def _countries(countries: list[str], defaults: Mapping[str, str], chosen: str | None, t: Translator) -> Json:
    first = {**defaults, NO_HOLIDAYS: t("None, only weekends off")}
    groups: dict[str, list[Json]] = {t("Without a country"): [blocks.option(name, key) for key, name in first.items()]}
    for code in countries:
        name = t.country(code)
        groups.setdefault(_folded(name)[:1].upper(), []).append(blocks.option(name, code))
    return blocks.grouped_select(ids.VALUE, groups, t("Choose a country"), chosen or DEFAULT)


def _folded(name: str) -> str:
    """A country's name without accents, for sorting and for its first letter."""
    return unicodedata.normalize("NFKD", name.casefold().replace("ł", "l"))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def country_name(code: str | None, t: Translator) -> str:
    """What was chosen, in words: a country, no holidays, or nothing."""
    if code == NO_HOLIDAYS:
        return t("no public holidays")
    return t.country(code) if code else t("none set")


def saved_message(
    next_at: datetime, now: datetime, zone: tzinfo, t: Translator, *, has_clients: bool, for_all: bool = False
) -> str:
    """What a member reads after saving: when the next list comes, and `for_all` also that every client is rechecked."""
    saved = _next_list(next_at, now, zone, t) if has_clients else t("Saved. Your list will come once you have clients.")
    return " ".join([saved, *([t("The agency's settings changed, so every client is rechecked.")] if for_all else [])])


def _next_list(next_at: datetime, now: datetime, zone: tzinfo, t: Translator) -> str:
    if next_at <= now:
        return t("Saved. Today's list is on its way, if there is anything to say.")
    day = names.near_day(next_at.astimezone(zone).date(), now.astimezone(zone).date(), t)
    return t("Saved. Your next list: {day} at {time}.", day=day, time=t.time(next_at, zone))
