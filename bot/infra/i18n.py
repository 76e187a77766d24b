"""Words in the reader's language: messages, plurals, money, numbers and dates.

English is the source: its sentences stand in the code, as arguments of `Translator.__call__` and `Translator.plural`;
other languages come from `bot/locale/LANGUAGE.po`, read at first use. A sentence that is not translated is said in
English rather than not at all.
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
"""In the order in which gettext counts them."""
REMEMBERED = 4096
"""Numbers and days that a locale keeps as it said them: Babel reads its pattern anew each time."""


class Translator:
    """Says things in one locale. Make it with `translator`."""

    def __init__(self, locale: Locale, catalog: Catalog | None) -> None:
        self.locale = locale
        self._catalog = catalog
        self._plural_rule = to_python(locale.plural_form)
        self._tags = sorted(locale.plural_form.tags | {"other"}, key=PLURAL_FORMS.index)
        self._decimal = lru_cache(REMEMBERED)(partial(format_decimal, locale=locale))
        self._weekday = lru_cache(REMEMBERED)(partial(format_skeleton, "MMMEd", locale=locale))
        self._date = lru_cache(REMEMBERED)(partial(format_date, format="medium", locale=locale))

    def __call__(self, text: str, /, **values: object) -> str:
        """Translate a sentence, then fill in its ``{names}``."""
        message = self._catalog.get(text) if self._catalog else None
        said = message.string if message and message.string else text
        return str(said).format(**values) if values else str(said)

    def plural(self, one: str, many: str, count: float, /, **values: object) -> str:
        """Translate a sentence that counts; ``{count}`` is filled in as a number of the locale."""
        values = {"count": self.number(count), **values}
        message = self._catalog.get((one, many)) if self._catalog else None
        forms = message.string if message else None
        if isinstance(forms, list | tuple) and any(forms):
            form = self._tags.index(self._plural_rule(abs(count)))
            return forms[min(form, len(forms) - 1)].format(**values)
        return (one if abs(count) == 1 else many).format(**values)

    def money(self, minor: int, currency: str, *, exact: bool = False) -> str:
        """Say an amount of minor units: whole units from 100 on unless `exact`, cents below."""
        digits = get_currency_precision(currency)
        amount = Decimal(minor).scaleb(-digits)
        if exact or (digits and abs(amount) < 100 and amount != amount.to_integral_value()):
            return format_currency(amount, currency, locale=self.locale)
        rounded = amount.quantize(Decimal(1))
        return format_currency(rounded, currency, locale=self.locale, currency_digits=False, format=self._whole)

    @property
    def _whole(self) -> str:
        pattern = self.locale.currency_formats["standard"].pattern
        return str(pattern).replace(".00", "")

    def number(self, value: float, *, digits: int = 0) -> str:
        """Say a number, rounded to at most so many decimals."""
        return self._decimal(round(value, digits) if digits else round(value))

    def ordinal(self, rank: int) -> str:
        """Say which form of the locale's ranks a number takes: in English one (1st), two, few (3rd) or other."""
        return str(self.locale.ordinal_form(rank))

    def percent(self, share: float) -> str:
        """Say a share, 0.12 as 12%."""
        return format_percent(round(share, 2), locale=self.locale)

    def day(self, on: date) -> str:
        """Say a day with its weekday: Mon, Nov 23. The year is not told; `full_date` tells it."""
        return str(self._weekday(on))

    def full_date(self, on: date) -> str:
        """Say a day with its year: Nov 23, 2026."""
        return self._date(on)

    def month(self, on: date) -> str:
        """Say a month: November."""
        return format_date(on, "LLLL", locale=self.locale)

    def weekday(self, number: int) -> str:
        """Name a weekday by its ISO number, Monday is 1."""
        return str(self.locale.days["stand-alone"]["wide"][number - 1])

    def country(self, code: str) -> str:
        """Name a country by its ISO 3166 code."""
        return str(self.locale.territories.get(code.upper(), code))

    def city(self, zone: str) -> str:
        """Name the place that a time zone is called after: Europe/Warsaw is Warsaw."""
        return get_timezone_location(zone, locale=self.locale, return_city=True)

    def language(self, locale: str) -> str:
        """Name a locale as Slack writes it: en-GB is English (United Kingdom)."""
        try:
            named = Locale.parse(locale, sep="-" if "-" in locale else "_").get_display_name(self.locale)
        except (ValueError, UnknownLocaleError):
            named = None
        return named or locale

    def time(self, moment: datetime, zone: tzinfo) -> str:
        """Say the time of day that a moment has in a zone: 10:42."""
        return format_time(moment.astimezone(zone), "short", locale=self.locale)

    def join(self, items: Sequence[str]) -> str:
        """Say several things in a row: a, b and c."""
        return format_list(list(items), locale=self.locale)


@cache
def translator(locale: str) -> Translator:
    """Give the translator for a locale as Slack writes it (``en-US``), or English where we do not know it."""
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
