"""Whose public holidays apply to whom."""

from datetime import date

import pytest

from bot.people import holidays

POLISH_INDEPENDENCE = date(2026, 11, 11)


@pytest.mark.parametrize(
    ("tz", "locale", "country"),
    [
        ("Europe/Warsaw", "en-US", "PL"),
        ("Europe/Warsaw", None, "PL"),
        ("Europe/Kiev", "ru-RU", "UA"),
        ("US/Eastern", "en-US", "US"),
        ("America/Argentina/Buenos_Aires", "es-LA", "AR"),
        ("Europe/Amsterdam", "de-DE", "DE"),
        ("Europe/Amsterdam", "en-US", None),
        ("Europe/Amsterdam", "pl-PL", None),
        ("Europe/Brussels", "es_ES", "ES"),
        ("UTC", "pl-PL", None),
        ("Etc/UTC", "pl-PL", None),
        ("CET", "de-DE", None),
        ("Mars/Base", "en", None),
        (None, "en", None),
    ],
)
def test_the_country_is_guessed_where_the_profile_tells_it_surely(
    tz: str | None, locale: str | None, country: str | None
) -> None:
    assert holidays.guess_country(tz, locale) == country


def test_what_was_chosen_goes_before_the_guess_and_none_is_a_choice() -> None:
    assert holidays.country_of(None, None, "Europe/Warsaw", "pl-PL") == "PL"
    assert holidays.country_of(None, "ES", "Europe/Warsaw", "pl-PL") == "ES"
    assert holidays.country_of("DE", "ES", "Europe/Warsaw", "pl-PL") == "DE"
    assert holidays.country_of(holidays.NO_HOLIDAYS, "ES", "Europe/Warsaw", "pl-PL") == holidays.NO_HOLIDAYS


def test_no_holidays_leave_out_no_day() -> None:
    assert POLISH_INDEPENDENCE in holidays.public_holidays("PL", POLISH_INDEPENDENCE)
    assert holidays.public_holidays(holidays.NO_HOLIDAYS, POLISH_INDEPENDENCE) == frozenset()
    assert holidays.public_holidays(None, POLISH_INDEPENDENCE) == frozenset()
