"""Text in the reader's language: messages, plurals, money, numbers and dates.

English is the source language: its sentences are in the code, as arguments of `Translator.__call__` and
`Translator.plural`; other languages come from `bot/locale/LANGUAGE.po`, read at first use. A sentence without a
translation is shown in English. Never here: the sentences themselves.
"""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache, lru_cache, partial
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from babel.plural import to_python

LOCALE_DIR = Path(__file__).parents[1] / "locale"
SOURCE_LANGUAGE = "en"
PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")
"""In gettext's order."""
CACHE_SIZE = 4096
"""Formatted numbers and dates cached for each locale: Babel parses its pattern on each call."""
FIGURES = 3
"""To which an amount is rounded that need not be exact."""
SMALL = 1000
"""Minor units; an amount below is never rounded."""


class Translator:
    """Translates and formats for one locale. Create it with `translator`."""

    def __init__(self, locale: Locale, catalog: Catalog | None) -> None:
        self.locale = locale
        self._catalog = catalog
        self._plural_rule = to_python(locale.plural_form)
        self._tags = sorted(locale.plural_form.tags | {"other"}, key=PLURAL_FORMS.index)
        self._decimal = lru_cache(CACHE_SIZE)(partial(format_decimal, locale=locale))
        self._weekday = lru_cache(CACHE_SIZE)(partial(format_skeleton, "MMMEd", locale=locale))
        self._date = lru_cache(CACHE_SIZE)(partial(format_date, format="medium", locale=locale))

    def __call__(self, text: str, /, **values: object) -> str:
        """Translate a sentence, then fill in its ``{names}``."""
        message = self._catalog.get(text) if self._catalog else None
        translated = message.string if message and message.string else text
        return str(translated).format(**values) if values else str(translated)

    def plural(self, one: str, many: str, count: float, /, **values: object) -> str:
        """Translate a sentence with a count; ``{count}`` is formatted for the locale."""
        values = {"count": self.number(count), **values}
        message = self._catalog.get((one, many)) if self._catalog else None
        forms = message.string if message else None
        if isinstance(forms, list | tuple) and any(forms):
            form = self._tags.index(self._plural_rule(abs(count)))
            return forms[min(form, len(forms) - 1)].format(**values)
        return (one if abs(count) == 1 else many).format(**values)

    def money(self, minor: int, currency: str, *, exact: bool = False, about: bool = False) -> str:
        """Format an amount given in minor units: without cents from 100 units up unless `exact`, with them below.

        `about` rounds to three figures first, and to whole units from 10 units up.
        """
        digits = get_currency_precision(currency)
        amount = Decimal(_about(minor) if about else minor).scaleb(-digits)
        if exact or (digits and abs(amount) < 100 and amount != amount.to_integral_value()):
            return format_currency(amount, currency, locale=self.locale)
        rounded = amount.quantize(Decimal(1))
        return format_currency(rounded, currency, locale=self.locale, currency_digits=False, format=self._whole)

    @property
    def _whole(self) -> str:
        pattern = self.locale.currency_formats["standard"].pattern
        return str(pattern).replace(".00", "")

    def number(self, value: float, *, digits: int = 0) -> str:
        """Format a number, rounded to at most `digits` decimals."""
        return self._decimal(round(value, digits) if digits else round(value))

    def ordinal(self, rank: int) -> str:
        """Return the locale's ordinal form for a rank: in English one (1st), two, few (3rd) or other."""
        return str(self.locale.ordinal_form(rank))

    def percent(self, share: float, *, digits: int = 0) -> str:
        """Format a share: 0.12 as 12%, rounded to at most `digits` decimals."""
        return format_percent(round(share, 2 + digits), locale=self.locale, decimal_quantization=not digits)

    def day(self, on: date) -> str:
        """Format a date with its weekday and no year: Mon, Nov 23."""
        return str(self._weekday(on))

    def full_date(self, on: date) -> str:
        """Format a date with its year: Nov 23, 2026."""
        return self._date(on)

    def month(self, on: date) -> str:
        """Format a month: November."""
        return format_date(on, "LLLL", locale=self.locale)

    def weekday(self, number: int) -> str:
        """Name a weekday from its ISO number (Monday is 1)."""
        return str(self.locale.days["stand-alone"]["wide"][number - 1])

    def country(self, code: str) -> str:
        """Name a country from its ISO 3166 code."""
        return str(self.locale.territories.get(code.upper(), code))

    def city(self, zone: str) -> str:
        """Name the city of a time zone: Europe/Warsaw is Warsaw."""
        return get_timezone_location(zone, locale=self.locale, return_city=True)

    def language(self, locale: str) -> str:
        """Name a locale code as Slack writes it: en-GB is English (United Kingdom)."""
        try:
            name = Locale.parse(locale, sep="-" if "-" in locale else "_").get_display_name(self.locale)
        except (ValueError, UnknownLocaleError):
            name = None
        return name or locale

    def time(self, moment: datetime, zone: tzinfo) -> str:
        """Format a datetime's time of day in a time zone: 10:42."""
        return format_time(moment.astimezone(zone), "short", locale=self.locale)

    def join(self, items: Sequence[str]) -> str:
        """Join items into a list: a, b and c."""
        return format_list(list(items), locale=self.locale)


def _about(minor: int) -> int:
    """Round an amount of minor units to `FIGURES` figures and to whole units; a small one stays as it is."""
    return minor if abs(minor) < SMALL else round(minor, -max(2, len(str(abs(minor))) - FIGURES))


@cache
def translator(locale: str) -> Translator:
    """Return the translator for a locale as Slack writes it (``en-US``); English for an unknown one."""
    try:
        parsed = Locale.parse(locale, sep="-" if "-" in locale else "_")
    except (ValueError, UnknownLocaleError):
        parsed = Locale(SOURCE_LANGUAGE)
    catalog = _catalog(parsed.language)
    if catalog is None and parsed.language != SOURCE_LANGUAGE:
        parsed = Locale(SOURCE_LANGUAGE)
    return Translator(parsed, catalog)


@cache
def _catalog(language: str) -> Catalog | None:
    path = LOCALE_DIR / f"{language}.po"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language)
