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


def test_closing_days_are_read_from_days_and_spans() -> None:
    assert holidays.closing_days("") == frozenset()
    assert holidays.closing_days("2026-12-31..2027-01-02 2027-05-02") == {
        *(date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2), date(2027, 5, 2))
    }


@pytest.mark.parametrize("wrong", ["24.12.2026", "2026-12-24..", "2026-12-24..2026-12-23", "2026-12-24..2028-01-01"])
def test_what_is_no_span_of_days_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong.replace(".", "\\.")):
        holidays.closing_days(f"2026-05-02 {wrong}")
