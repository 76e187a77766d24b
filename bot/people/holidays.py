"""Public holidays by country, as `scoring.dates` wants them."""

from datetime import date
from functools import cache, lru_cache

import holidays


@lru_cache(maxsize=256)
def _of_years(country: str, first: int, last: int) -> frozenset[date]:
    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=range(first, last + 1)))


def public_holidays(country: str | None, around: date) -> frozenset[date]:
    """Give the public holidays of a country (ISO 3166 code) in the year before `around`, its own and the next.

    None, or a country that the `holidays` library does not know, has none: then only weekends are free.
    """
    return _of_years(country.upper(), around.year - 1, around.year + 1) if country else frozenset()


@cache
def countries() -> frozenset[str]:
    """Give the ISO 3166 codes, of two letters, of the countries whose public holidays are known."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=128)
def weekend(workdays: str) -> frozenset[int]:
    """Give the weekdays that are not worked (Monday is 0) from the ISO weekdays that are: 12345 gives 5 and 6."""
    return frozenset(day for day in range(7) if str(day + 1) not in workdays)
