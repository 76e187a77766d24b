"""Every view, with the longest plausible data and with unkind names, against Slack's limits."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.infra.i18n import Translator, translator
from bot.people import holidays
from bot.practice.blocks import validate_message, validate_view
from bot.views import client, digest, home, ids, modals, nudge, ranking, settings, texts
from bot.views.client_details import client_form, with_status
from bot.views.data import Page, Person
from bot.views.team_data import AgencyNumbers, TeamRow
from tests.bot.views import samples

LOCALES = ("en-US", "en-GB", "es-ES", "pl-PL", "ru-RU", "ar", "no such locale")
NAMES = {
    "long": "Ł" * 200,
    "usual": "Acme",
    "empty": "",
    "blank": " \n\t\u200b ",
    "shout": "<!channel> <!here> @here #general <@U0ALICE>",
    "bold": "*x* _y_ ~z~ `code` > quote",
    "link": "<https://evil.example|Invoice> https://evil.example",
    "entities": "&" * 200,
    "emoji": "👩‍👩‍👧‍👦" * 40,
    "flags": "🇵🇱" * 100,
    "right to left": "شركة الأفق \u202eevil\u202c 12",
    "marks": "Z" + "\u0301" * 199,
    "braces": "{client} {0} %s %(x)s",
    "lines": "first\n> second\r\n• third",
}


def views(name: str, count: int, t: Translator) -> Iterator[tuple[str, Any]]:
    """Each view once, with everything in it."""
    card, today = samples.longest(1, name), samples.TODAY
    person = Person(name)
    logged = replace(card, logged=samples.logged(by=person), covering=False)
    cards = samples.book(count, name).cards
    rows = [TeamRow(person, 60, 12, 20, 12.345, 7)] * 20
    metadata = ids.pack(client=1, contact_no=1, surface=ids.NUDGE)
    yield "digest", digest.morning_digest(samples.full_morning(count, name), t)
    yield "quiet digest", digest.morning_digest(samples.morning(well=(name,) * count), t)
    yield "empty digest", digest.morning_digest(samples.morning(average_days_since_contact=None), t)
    yield "nudge", nudge.nudge_card(card, t)
    yield "nudge after", nudge.nudge_card(logged, t)
    yield "card", client.client_card(card, t)
    page = Page("member", 2**62, 48, 300)
    yield "ranking", ranking.ranking([ranking.row(each, page, t) for each in cards[: ranking.PAGE]], name, page, t)
    yield "empty ranking", ranking.ranking([], name, Page(), t)
    agency = AgencyNumbers(12.345, 0.875, dict.fromkeys(("PLN", "EUR", "USD", "GBP"), 98_765_432_100))
    page = Page("team", None, 0, 300)
    drawn = [ranking.row(each, page, t) for each in cards[: ranking.PAGE]]
    yield "team", ranking.team(rows, drawn, name, page, t, agency=agency)
    yield "home", home.home(samples.book(count, name), t)
    yield "empty home", home.home(samples.book(0), t)
    choices = [(number, name) for number in range(count)]
    yield "form", modals.touchpoint_form(t, today=today, metadata=metadata, choices=choices, summary=name * 20)
    yield "form of one", modals.touchpoint_form(t, today=today, metadata=metadata, client_name=name, mood="uneasy")
    yield "form to search", modals.touchpoint_form(t, today=today, metadata=metadata)
    yield "snooze", modals.snooze_form(name, t, until=today, metadata=metadata)
    yield "silence", modals.silence_form(name, t, until=today, metadata=metadata, reason=name * 3)
    yield "mood", modals.mood_form(name, t, metadata=metadata)
    yield "resource card", modals.resource_card_form(name, t, month=today, metadata=metadata, given={"pays": 2})
    for limits in (None, samples.LIMITS):
        found = samples.preferences(limits=limits)
        yield "settings", settings.settings_form(found, t, countries=holidays.countries(), metadata=metadata)
    for status in ("active", "paused", "lost"):
        terms = samples.terms(name, status=status)
        asked = client_form(terms, t, today=today, metadata=metadata, people=True)
        yield f"client form, {status}", asked
        yield f"client form, {status} to paused", with_status(asked, "paused", t, today=today)
    yield "why view", modals.why_view(card, t)
    yield "notice", modals.notice(texts.refusal("guest", t), t)
    yield "help", texts.help_text(t)
    yield "choice", texts.choose_client(name, choices, t)
    yield "no client", texts.no_such_client(name, t)
    yield "failed", texts.failed(t)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("count", [1, 60, 300])
def test_every_view_fits_whatever_the_size_of_the_book(locale: str, count: int) -> None:
    for name, view in views(NAMES["long"], count, translator(locale)):
        complaints = validate_view(view) if "type" in view else validate_message(view)
        assert complaints == [], name


@pytest.mark.parametrize("kind", NAMES)
def test_no_name_breaks_a_view(kind: str) -> None:
    for name, view in views(NAMES[kind], 60, translator("en-US")):
        complaints = validate_view(view) if "type" in view else validate_message(view)
        assert complaints == [], name


@pytest.mark.parametrize("kind", NAMES)
def test_text_for_screen_readers_fits_even_the_strictest_of_slacks_methods(kind: str) -> None:
    for name, view in views(NAMES[kind], 300, translator("ru-RU")):
        if "type" not in view:
            assert 0 < len(view["text"].encode()) <= 3500, name
