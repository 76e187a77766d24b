from datetime import timedelta
from typing import Any

import pytest
from babel import Locale

from bot.infra.i18n import Translator, translator
from bot.judging import policies
from bot.views import ids, settings
from tests.bot.views import reading, samples
from tests.bot.views.samples import NOW, preferences

EN = translator("en-US")
COUNTRIES = ("ES", "PL", "AX", "GB")


def form(t: Translator = EN, **changed: Any) -> dict[str, Any]:
    return settings.settings_form(preferences(**changed), t, countries=COUNTRIES, metadata="{}")


def inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def test_a_member_is_asked_for_their_own_alone() -> None:
    view = form()
    assert view["callback_id"] == "settings.form"
    assert list(inputs(view)) == ["digest_time", "workdays", "quiet_days", "country"]
    assert {element["action_id"] for element in inputs(view).values()} == {ids.VALUE}


def test_a_lead_is_asked_for_the_agencys_few_limits_too() -> None:
    asked = inputs(form(limits=samples.LIMITS))
    assert list(asked)[4:] == ["agency_country", *policies.SLACK_LIMITS]
    assert all(asked[name]["is_decimal_allowed"] is False for name in policies.SLACK_LIMITS)


def test_countries_are_named_in_the_readers_language_under_their_first_letter() -> None:
    groups = inputs(form(Translator(Locale("pl"), None)))["country"]["option_groups"]
    named = {group["label"]["text"]: [option["text"]["text"] for option in group["options"]] for group in groups[1:]}
    assert named == {"H": ["Hiszpania"], "P": ["Polska"], "W": ["Wielka Brytania", "Wyspy Alandzkie"]}


def test_without_a_country_of_ones_own_the_agencys_is_kept() -> None:
    chosen = inputs(form())["country"]["initial_option"]
    assert (chosen["value"], chosen["text"]["text"]) == (settings.DEFAULT, "Agency default: Spain")
    nowhere = inputs(form(agency_country=None, limits=samples.LIMITS))
    assert nowhere["country"]["initial_option"]["text"]["text"] == "Not chosen yet"
    assert nowhere["agency_country"]["initial_option"]["text"]["text"] == "Each person's own, by their time zone"


def test_a_guessed_country_is_named_as_a_guess_and_none_is_a_choice_of_its_own() -> None:
    guessed = inputs(form(agency_country=None, guessed_country="PL"))["country"]
    assert guessed["initial_option"]["text"]["text"] == "Poland, guessed from your time zone"
    assert [option["value"] for option in guessed["option_groups"][0]["options"]] == [settings.DEFAULT, "ZZ"]
    chosen = inputs(form(agency_country="ZZ", country="ZZ", guessed_country="PL"))["country"]
    assert chosen["initial_option"]["text"]["text"] == "None, only weekends off"
    default = chosen["option_groups"][0]["options"][0]
    assert default["text"]["text"] == "Agency default: no public holidays"


def test_weekdays_are_said_in_the_readers_language_monday_first() -> None:
    days = [option["text"]["text"] for option in inputs(form(Translator(Locale("es"), None)))["workdays"]["options"]]
    assert (days[0], days[6]) == ("Lunes", "Domingo")


@pytest.mark.parametrize(
    ("locale", "named"),
    [("pl-PL", "Polish (Poland)"), ("de", "German"), ("xx-nonsense", "xx-nonsense"), ("", "")],
)
def test_where_zone_and_language_come_from_is_told_whatever_slack_calls_them(locale: str, named: str) -> None:
    told = f"Your time zone, Warsaw, and your language, {named}, come from your Slack profile."
    assert told in reading.lines(form(locale=locale))


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(0), "Saved. Today's list is on its way, if there is anything to say."),
        (timedelta(hours=2), "Saved. Your next list: today at 12:42\u202fPM."),
        (timedelta(days=1), "Saved. Your next list: tomorrow at 10:42\u202fAM."),
        (timedelta(days=3), "Saved. Your next list: Thu, Nov 26 at 10:42\u202fAM."),
    ],
)
def test_it_is_said_when_the_next_list_comes(ahead: timedelta, said: str) -> None:
    zone = samples.card().zone
    assert settings.saved_message(NOW + ahead, NOW, zone, EN, has_clients=True) == said
    assert "once you have clients" in settings.saved_message(NOW + ahead, NOW, zone, EN, has_clients=False)
