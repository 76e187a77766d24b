"""The settings: what each member settles for themselves, and the few limits that a lead settles for the agency."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from bot.infra.i18n import Translator
from bot.views import blocks, ids, names
from bot.views.blocks import Json
from bot.views.data import Preferences

DEFAULT = "default"
"""The choice of no country of one's own: for a member the agency's, for the agency none."""


def settings_button(t: Translator) -> Json:
    """What opens them from the Home tab."""
    return blocks.actions([blocks.button(t("Settings"), ids.SETTINGS, ids.pack(surface=ids.HOME))])


def settings_form(found: Preferences, t: Translator, *, countries: Iterable[str], metadata: str) -> Json:
    """A member's own settings; the agency's too where `found` has its limits. `countries` are ISO 3166 codes."""
    known = sorted(countries, key=lambda code: _folded(t.country(code)))
    body = [*_own(found, known, t), *(_agency(found, found.limits, known, t) if found.limits else ())]
    return blocks.form(blocks.modal(ids.SETTINGS_FORM, t("Settings"), t("Cancel"), body), t("Save"), metadata)


def _own(found: Preferences, countries: list[str], t: Translator) -> list[Json]:
    days = {str(number): _capital(t.weekday(number)) for number in range(1, 8)}
    quiet = {"all_clear": t("One line that says so"), "nothing": t("Nothing")}
    place, language = t.city(found.zone), t.language(found.locale)
    agency = t("As the agency: {country}", country=_country(found.agency_country, t))
    return [
        blocks.input_block(
            "digest_time",
            t("Your list comes at"),
            blocks.time_picker(ids.VALUE, found.digest_time),
            hint=t("Time in {place}.", place=place),
        ),
        blocks.input_block(
            "workdays",
            t("Your working days"),
            blocks.checkboxes(ids.VALUE, blocks.options(days), found.workdays),
            hint=t("On other days nothing comes."),
        ),
        blocks.input_block(
            "quiet_days",
            t("When there is nothing to tell, send"),
            blocks.radio_buttons(ids.VALUE, blocks.options(quiet), found.quiet_days),
        ),
        blocks.input_block(
            "country", t("Your public holidays"), _countries(countries, agency, t("The agency"), found.country, t)
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
    none = t("None: only weekends are free")
    chosen = _countries(countries, none, t("None"), found.agency_country, t)
    return [
        blocks.divider(),
        blocks.header(t("For the whole agency")),
        blocks.input_block("agency_country", t("Public holidays"), chosen),
        *(
            blocks.input_block(name, label, blocks.number_input(ids.VALUE, str(limits[name])), hint=hint)
            for name, (label, hint) in _limits(t).items()
        ),
        blocks.context(
            t("A change has every client judged anew. All the other limits: atrisk policy, on the command line.")
        ),
    ]


def _limits(t: Translator) -> dict[str, tuple[str, str]]:
    return {
        "contact_limit_days": (
            t("Contact limit in days"),
            t("So many days without contact, and a client is due. One may have its own: Edit, on its card."),
        ),
        "new_contact_limit_days": (t("Contact limit of new clients, in days"), ""),
        "due_soon_days": (t("Due soon: so many days before"), ""),
        "unanswered_attempts": (t("Attempts without an answer before another way is suggested"), ""),
    }


def _countries(countries: list[str], default: str, label: str, chosen: str | None, t: Translator) -> Json:
    groups: dict[str, list[Json]] = {label: [blocks.option(default, DEFAULT)]}
    for code in countries:
        name = t.country(code)
        groups.setdefault(_folded(name)[:1].upper(), []).append(blocks.option(name, code))
    return blocks.grouped_select(ids.VALUE, groups, t("Choose a country"), chosen or DEFAULT)


def _folded(name: str) -> str:
    """A country's name without its accents, to be put in order and under its first letter."""
    return unicodedata.normalize("NFKD", name.casefold().replace("ł", "l"))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _country(code: str | None, t: Translator) -> str:
    return t.country(code) if code else t("none is set")


def saved_message(
    next_at: datetime, now: datetime, zone: tzinfo, t: Translator, *, has_clients: bool, for_all: bool = False
) -> str:
    """What is said once they are kept: when the next list comes; and, where it is `for_all`, what that brings about."""
    said = _next_list(next_at, now, zone, t) if has_clients else t("Saved. Your list comes once clients are yours.")
    return " ".join([said, *([t("The agency's have changed: every client is judged anew.")] if for_all else [])])


def _next_list(next_at: datetime, now: datetime, zone: tzinfo, t: Translator) -> str:
    if next_at <= now:
        return t("Saved. Today's list comes now, if there is anything to tell.")
    day = names.near_day(next_at.astimezone(zone).date(), now.astimezone(zone).date(), t)
    return t("Saved. Your next list: {day} at {time}.", day=day, time=t.time(next_at, zone))
