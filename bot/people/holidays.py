"""Public holidays and weekends, in the form that `scoring.dates` takes, and whose holidays apply to whom.

Never here: storing what was chosen (`preferences`), or when a digest is due (`digest_schedule`).
"""

from datetime import date, timedelta
from functools import cache, lru_cache

import holidays
from babel.core import get_global

NO_HOLIDAYS = "ZZ"
"""The choice of no public holidays, in the place of a country's code: ISO 3166 leaves it to its users."""
LONGEST_CLOSING = 366
"""Days of one closing, at most."""
_SHARED_ZONES = {
    "Europe/Amsterdam": frozenset({"AT", "CH", "DE", "IT", "NL", "SE"}),
    "Europe/Athens": frozenset({"GR", "RO"}),
    "Europe/Belgrade": frozenset({"CZ", "HU", "RS", "SI", "SK"}),
    "Europe/Brussels": frozenset({"BE", "DK", "ES", "FR"}),
    "Europe/Helsinki": frozenset({"BG", "EE", "FI", "LT", "LV", "UA"}),
}
"""Zones that Slack's menu offers for several countries at once: there, the locale has to decide."""


def country_of(own: str | None, agency: str | None, tz: str | None, locale: str | None) -> str | None:
    """Return whose public holidays apply to a member: their own choice, the agency's, else what their profile tells."""
    return own or agency or guess_country(tz, locale)


@lru_cache(maxsize=1024)
def guess_country(tz: str | None, locale: str | None) -> str | None:
    """Guess a member's country from their time zone, and from their locale where the zone is of several countries.

    None where it is not sure: no holiday is better than a wrong one.
    """
    if not tz or "/" not in tz:  # UTC, CET and the like are no place
        return None
    territories = get_global("zone_territories")
    country = territories.get(tz) or territories.get(get_global("zone_aliases").get(tz, ""))
    if tz in _SHARED_ZONES:
        spoken = (locale or "").replace("_", "-").rpartition("-")[2].upper()
        country = spoken if spoken in _SHARED_ZONES[tz] else None
    return country if country in countries() else None


@lru_cache(maxsize=256)
def _holidays_of_years(country: str, first: int, last: int) -> frozenset[date]:
    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=range(first, last + 1)))


def public_holidays(country: str | None, around: date) -> frozenset[date]:
    """Return a country's public holidays (ISO 3166 code) in the year of `around`, the one before and the one after.

    Empty for None, and for a country that the `holidays` library does not know.
    """
    return _holidays_of_years(country.upper(), around.year - 1, around.year + 1) if country else frozenset()


@lru_cache(maxsize=256)
def closing_days(spans: str) -> frozenset[date]:
    """Return the days on which an office is closed, from days and spans: ``2026-12-24..2027-01-01 2027-05-02``.

    Raises:
        ValueError: naming the part that is no day or span, or a span that ends before it begins or is over a year.
    """
    found = set[date]()
    for part in spans.split():
        first, separator, last = part.partition("..")
        try:
            begin, end = date.fromisoformat(first), date.fromisoformat(last if separator else first)
        except ValueError:
            raise ValueError(f"{part}: not a day like 2026-12-24, or a span like 2026-12-24..2027-01-01") from None
        if not 0 <= (end - begin).days <= LONGEST_CLOSING:
            raise ValueError(f"{part}: a span ends within a year after it begins")
        found.update(begin + timedelta(days=n) for n in range((end - begin).days + 1))
    return frozenset(found)


@cache
def countries() -> frozenset[str]:
    """Return the two-letter ISO 3166 codes of the countries whose public holidays are known."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=128)
def weekend(workdays: str) -> frozenset[int]:
    """Return the weekdays off (Monday is 0) from the ISO weekdays worked: 12345 gives 5 and 6."""
    return frozenset(day for day in range(7) if str(day + 1) not in workdays)
