"""Public holidays and weekends, in the form that `scoring.dates` takes. Never here: whose country it is."""

from datetime import date
from functools import cache, lru_cache

import holidays


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


@cache
def countries() -> frozenset[str]:
    """Return the two-letter ISO 3166 codes of the countries whose public holidays are known."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=128)
def weekend(workdays: str) -> frozenset[int]:
    """Return the weekdays off (Monday is 0) from the ISO weekdays worked: 12345 gives 5 and 6."""
    return frozenset(day for day in range(7) if str(day + 1) not in workdays)
