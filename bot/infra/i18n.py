"""Messages, plurals, money, numbers and dates in the reader's language.

English is the source: its sentences are in the code, as arguments of `Translator.__call__` and `Translator.plural`.
Other languages come from `bot/locale/LANGUAGE.po`, read at first use; what is not translated is shown in English.
Belongs here: how a value is written in a locale. Never here: a sentence.
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
SOURCE = "en"
PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")
"""In gettext's order."""
CACHED = 4096
"""Numbers and days that each locale keeps formatted, since Babel parses its pattern at every call."""
CENTS_BELOW = 100
"""Units below which an amount is written with its cents."""
FIGURES = 3
"""To which a rounded amount is written."""
SMALL = 1000
"""Minor units below which an amount is not rounded."""


class Translator:
    """Writes in one locale. Make it with `translator`."""

    def __init__(self, locale: Locale, catalog: Catalog | None) -> None:
        self.locale = locale
        self._catalog = catalog
        self._plural_rule = to_python(locale.plural_form)
        self._tags = sorted(locale.plural_form.tags | {"other"}, key=PLURAL_FORMS.index)
        self._decimal = lru_cache(CACHED)(partial(format_decimal, locale=locale))
        self._weekday = lru_cache(CACHED)(partial(format_skeleton, "MMMEd", locale=locale))
        self._date = lru_cache(CACHED)(partial(format_date, format="medium", locale=locale))

    def __call__(self, text: str, /, **values: object) -> str:
        """Translate a sentence, then fill in its ``{names}``."""
        message = self._catalog.get(text) if self._catalog else None
        translated = message.string if message and message.string else text
        return str(translated).format(**values) if values else str(translated)

    def plural(self, one: str, many: str, count: float, /, **values: object) -> str:
        """Translate a sentence with a count; ``{count}`` is filled in as the locale writes numbers."""
        values = {"count": self.number(count), **values}
        message = self._catalog.get((one, many)) if self._catalog else None
        forms = message.string if message else None
        if isinstance(forms, list | tuple) and any(forms):
            form = self._tags.index(self._plural_rule(abs(count)))
            return forms[min(form, len(forms) - 1)].format(**values)
        return (one if abs(count) == 1 else many).format(**values)

    def money(self, minor: int, currency: str, *, exact: bool = False, about: bool = False) -> str:
        """Write an amount given in minor units: with cents below 100 units, in whole units above.

        `exact` writes the cents of any amount; `about` rounds to three figures, and to whole units from 10 units on.
        """
        digits = get_currency_precision(currency)
        amount = Decimal(_rounded(minor) if about else minor).scaleb(-digits)
        if exact or (digits and abs(amount) < CENTS_BELOW and amount != amount.to_integral_value()):
            return format_currency(amount, currency, locale=self.locale)
        whole = amount.quantize(Decimal(1))
        return format_currency(whole, currency, locale=self.locale, currency_digits=False, format=self._whole)

    @property
    def _whole(self) -> str:
        pattern = self.locale.currency_formats["standard"].pattern
        return str(pattern).replace(".00", "")

    def number(self, value: float, *, digits: int = 0) -> str:
        """Write a number, rounded to at most so many decimals."""
        return self._decimal(round(value, digits) if digits else round(value))

    def ordinal(self, rank: int) -> str:
        """Give the plural form that the locale uses for a rank: in English one (1st), two, few (3rd) or other."""
        return str(self.locale.ordinal_form(rank))

    def percent(self, share: float, *, digits: int = 0) -> str:
        """Write a share, 0.12 as 12%, rounded to at most so many decimals."""
        return format_percent(round(share, 2 + digits), locale=self.locale, decimal_quantization=not digits)

    def day(self, on: date) -> str:
        """Write a day with its weekday and without its year: Mon, Nov 23."""
        return str(self._weekday(on))

    def full_date(self, on: date) -> str:
        """Write a day with its year: Nov 23, 2026."""
        return self._date(on)

    def month(self, on: date) -> str:
        """Name a month: November."""
        return format_date(on, "LLLL", locale=self.locale)

    def weekday(self, number: int) -> str:
        """Name a weekday by its ISO number, Monday is 1."""
        return str(self.locale.days["stand-alone"]["wide"][number - 1])

    def country(self, code: str) -> str:
        """Name a country by its ISO 3166 code."""
        return str(self.locale.territories.get(code.upper(), code))

    def city(self, zone: str) -> str:
        """Name the city of a time zone: Europe/Warsaw is Warsaw."""
        return get_timezone_location(zone, locale=self.locale, return_city=True)

    def language(self, locale: str) -> str:
        """Name a locale as Slack writes it: en-GB is English (United Kingdom)."""
        try:
            named = Locale.parse(locale, sep="-" if "-" in locale else "_").get_display_name(self.locale)
        except (ValueError, UnknownLocaleError):
            named = None
        return named or locale

    def time(self, moment: datetime, zone: tzinfo) -> str:
        """Write a moment as the time of day in a zone: 10:42."""
        return format_time(moment.astimezone(zone), "short", locale=self.locale)

    def join(self, items: Sequence[str]) -> str:
        """Join several things into a list: a, b and c."""
        return format_list(list(items), locale=self.locale)


def _rounded(minor: int) -> int:
    """Round an amount of minor units to `FIGURES` figures and to whole units, a small one not at all."""
    return minor if abs(minor) < SMALL else round(minor, -max(2, len(str(abs(minor))) - FIGURES))


@cache
def translator(locale: str) -> Translator:
    """Give the translator for a locale as Slack writes it (``en-US``), the English one if the locale is unknown."""
    try:
        parsed = Locale.parse(locale, sep="-" if "-" in locale else "_")
    except (ValueError, UnknownLocaleError):
        parsed = Locale(SOURCE)
    catalog = _catalog(parsed.language)
    if catalog is None and parsed.language != SOURCE:
        parsed = Locale(SOURCE)
    return Translator(parsed, catalog)


@cache
def _catalog(language: str) -> Catalog | None:
    path = LOCALE_DIR / f"{language}.po"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language)
