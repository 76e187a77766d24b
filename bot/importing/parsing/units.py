"""What a column's title says of all its numbers: currency, scale, measure, time zone, order of day and month.

``Amount (USD)``, ``Cost (micros)``, ``Hours (h:mm)``, ``Betrag in TEUR``, ``Created (UTC)``. Never here: which column a
title stands for (`bot.importing.parsing.headers`).
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from bot.importing.errors import CellError
from bot.importing.parsing import currencies
from bot.importing.parsing.columns import DATE_TYPES, NUMERIC_TYPES
from bot.importing.parsing.currencies import Currency
from bot.importing.parsing.dates import DateOrder


@dataclass(frozen=True, slots=True)
class Unit:
    """What holds for each number or date of a column, by its title."""

    scale: Decimal = Decimal(1)
    """What its numbers are multiplied by: 1000 for thousands."""
    currency: str = ""
    """ISO 4217 code."""
    utc: bool = False
    """Whether its times are in UTC."""
    measure: str = ""
    """One of MEASURES."""
    sign: str = ""
    """A sign that several currencies share, as `currencies.SIGN_CURRENCIES` has it."""
    date_order: DateOrder | None = None

    @property
    def money(self) -> Currency:
        """The currency, or its sign."""
        return Currency(self.currency, self.sign)


PLAIN = Unit()
MEASURES = ("milliseconds", "seconds", "minutes", "hours", "h:mm", "percent", "out of 5")


_HARMLESS = (
    "all total gross incl excl including excluding inc ex vat tax taxes gst iva mwst ust vat% tva brutto netto net "
    "bruto neto con sin z bez с без ндс required optional needed mandatory pflichtfeld obligatorio wymagane "
    "обязательно the of in en w в per month monthly day daily local time date currency account if any number "
    "amount decimal dec estimated sum value values each integer"
)
"""Words that change nothing."""
_MEASURED = {"out of 5": {"value"}, "percent": {"quantity", "value"}}
"""Types of column that have a measure; durations have the others."""
_SCALES = {
    "0.000001": "micros micro",
    "0.01": "cents cent centimos céntimos centavos grosze groszy копейки коп kopeks",
    "1000": "thousands thousand k 000 '000 ’000 000s '000s ths thsd tsd tausend tys tysiące тыс тысяч тысячи miles",
    "1000000": "millions million mln mio millionen miliony млн millones",
}
_TIMES = {
    "milliseconds": "milliseconds millisecond ms msec millis milisegundos millisekunden milisekundy мс",
    "seconds": "seconds second sec secs sek sekunden segundos sekundy сек",
    "minutes": "minutes minute min mins minuten minutos minuty минуты мин minut",
    "hours": "hours hour hrs hr h std stunden godz godziny horas часы часов ч час hh",
    "h:mm": "h:mm hh:mm h:mm:ss hh:mm:ss [h]:mm hhh:mm",
    "percent": "% percent pct prozent procent porcentaje procenty проценты",
    "out of 5": "/5",
}
_SCALED_CURRENCY = re.compile(r"([kt])\s?([a-z]{3}|€|\$|£)|([a-z]{3}|€|\$|£)\s?([k])|(\$|€|£)\s?['’]?000s?")
_TIME_ZONES = "utc gmt z utc+0 gmt+0 utc+00:00 gmt+00:00 utc±0"
_DATE_LETTERS = {"d": "d", "t": "d", "д": "d", "m": "m", "м": "m", "y": "y", "j": "y", "a": "y", "r": "y", "г": "y"}
_DATE_ORDERS: dict[str, DateOrder] = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd"}
_DATE_PATTERN = re.compile(r"([a-zа-я])\1{0,3}[-/. ]([a-zа-я])\2{0,3}[-/. ]([a-zа-я])\3{0,3}(?:[ t]hh?:mm(?::ss)?)?")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*(?:\[h\][^()\[\]]*)?)[)\]]")
_AFTER = re.compile(r"(?P<mark>\s*,|[\s_]+(?:in|en|w|в))[\s_]+(?P<unit>[^,()\[\]]{1,30})$", re.IGNORECASE)
_LAST_WORD = re.compile(
    r"(?P<mark>(?<=[^\W\d_])[\s_]+)(?P<unit>"
    r"(?i:micros|usd|eur|gbp|pln|rub|chf|czk|sek|nok|dkk|uah|utc|hours|minutes|seconds|milliseconds|pct)|[€$£₽]|zł)$"
)
_PER_TIME = re.compile(
    r"(?:/|\bper )\s*(?:hours?|hr|h|std|stunde|godz|hora|час|ч|months?|monat|mes|mies|mc|мес)\b\.?", re.IGNORECASE
)
_LOWER_CASE_CODES = "usd eur gbp pln rub chf czk sek nok dkk uah huf ron aud cad jpy cny inr brl mxn"


def read_unit(title: str) -> Unit | None:
    """Read what stands in a title's brackets, or after a comma or "in" at its end.

    Returns `PLAIN` where nothing stands there, or only words that change nothing; None where it is not understood.
    """
    texts, after = _find_unit_texts(title)
    merged = PLAIN
    for unit in map(_read_text, (*texts, after)):
        together = _merge(merged, unit) if unit else None
        if together is None:
            return None
        merged = together
    return PLAIN if merged == PLAIN else merged


def bare_title(title: str) -> str:
    """Return a title without what `read_unit` reads of it: ``Amount, EUR`` as ``Amount``."""
    bare = _BRACKETS.sub(" ", title).strip()
    after = _find_after(bare)
    return " ".join((bare[: after.start()] if after and _says_something(after["unit"]) else bare).split())


def fits(unit: Unit, column_type: str) -> bool:
    """Whether a column of a type can have a unit: an amount can't be in minutes, nor a date in euros; a text may."""
    if column_type not in NUMERIC_TYPES | DATE_TYPES:
        return True
    money = bool(unit.currency or unit.sign)
    return not (
        (money and column_type != "money")
        or (unit.utc and column_type not in {"day", "moment", "month"})
        or (unit.date_order and column_type not in {"day", "moment"})
        or (unit.scale != 1 and column_type not in {"money", "count", "quantity", "value"})
        or (unit.measure and column_type not in _MEASURED.get(unit.measure, {"hours", "minutes"}))
    )


def _find_unit_texts(title: str) -> tuple[list[str], str]:
    inside = [text for text in _BRACKETS.findall(title) if text.strip()]
    after = _find_after(_BRACKETS.sub(" ", title).strip())
    if after is None or ("," not in after["mark"] and not _says_something(after["unit"])):
        return inside, ""
    return inside, after["unit"]


def _find_after(bare: str) -> re.Match[str] | None:
    """Find a unit at the end of a title: after a comma or "in", or as its last word where it is one by itself."""
    return _AFTER.search(bare) or _LAST_WORD.search(bare)


def _says_something(text: str) -> bool:
    return _read_text(text) not in {None, PLAIN}


@cache
def _read_text(text: str) -> Unit | None:
    """Read all words of one bracket: each has to be understood, and none may contradict another."""
    text = _PER_TIME.sub(" ", text).strip()
    whole = _read_word(text)
    if whole is not None:
        return whole
    merged = PLAIN
    for word in re.split(r"[\s,;|]+|(?<=[^\W\d_])/(?=[^\W\d_]{3})|\s[-–]\s", text):
        unit = _read_word(word.strip(".:;*")) if word.strip(".:;*-–") else PLAIN
        together = _merge(merged, unit) if unit else None
        if together is None:
            return None
        merged = together
    return merged


def _read_word(text: str) -> Unit | None:
    """Read one word, or a text that has a meaning as a whole, such as a pattern of a date."""
    if text == "ALL":
        return None  # Albania's currency, or all of something
    word = unicodedata.normalize("NFKC", text).casefold().strip(".:;*")
    known = _known_words().get(word)
    if known is not None:
        return known
    scaled = _SCALED_CURRENCY.fullmatch(word)
    if scaled and (money := _read_money((scaled[2] or scaled[3] or scaled[5]).upper())):
        return Unit(Decimal(1000), money.code, sign=money.sign)
    pattern = _DATE_PATTERN.fullmatch(word)
    if pattern:
        order = "".join(_DATE_LETTERS.get(letter, "?") for letter in pattern.groups())
        return Unit(date_order=_DATE_ORDERS[order]) if order in _DATE_ORDERS else None
    money = _read_money(text)
    return Unit(currency=money.code, sign=money.sign) if money else None


def _read_money(text: str) -> Currency | None:
    """Read a currency; a code in small letters only where it is a usual one, since most are words as well."""
    if len(text) == 3 and text.isascii() and text.isalpha() and not text.isupper():
        return Currency(text.upper()) if text.casefold() in _LOWER_CASE_CODES.split() else None
    try:
        return currencies.read_currency(text)
    except CellError:
        return None


@cache
def _known_words() -> dict[str, Unit]:
    words = dict.fromkeys(_HARMLESS.split(), PLAIN)
    words |= {word: Unit(Decimal(scale)) for scale, text in _SCALES.items() for word in text.split()}
    words |= {word: Unit(measure=measure) for measure, text in _TIMES.items() for word in text.split()}
    words |= dict.fromkeys(_TIME_ZONES.split(), Unit(utc=True))
    words |= {
        **dict.fromkeys(("out of 5", "0-5", "0–5", "1-5", "1–5", "max 5", "5 max"), Unit(measure="out of 5")),
        "out of 10": PLAIN,
        "/10": PLAIN,
        "0-10": PLAIN,
        "0–10": PLAIN,
        "1-10": PLAIN,
        "1–10": PLAIN,
        "0-100": Unit(measure="percent"),
        "out of 100": Unit(measure="percent"),
        "teur": Unit(Decimal(1000), "EUR"),
    }
    return words


def _merge(one: Unit, other: Unit) -> Unit | None:
    """Put two units together; None where they contradict each other."""
    scales, measures = {one.scale, other.scale} - {Decimal(1)}, {one.measure, other.measure} - {""}
    orders = {order for order in (one.date_order, other.date_order) if order}
    if max(len(scales), len(measures), len(orders)) > 1 or not currencies.agree(one.money, other.money):
        return None
    code = one.currency or other.currency
    return Unit(
        scale=next(iter(scales), Decimal(1)),
        currency=code,
        utc=one.utc or other.utc,
        measure=next(iter(measures), ""),
        sign="" if code else one.sign or other.sign,
        date_order=next(iter(orders), None),
    )
