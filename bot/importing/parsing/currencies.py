"""Currencies by their codes and by the signs that people write beside an amount.

Never here: what is converted into what, or which currency a client has.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.numbers import get_currency_precision

from bot.importing.errors import CellError

CURRENCY_SIGNS: Mapping[str, str] = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "евро": "EUR", "£": "GBP", "zł": "PLN", "zl": "PLN", "złotych": "PLN",
    "₽": "RUB", "руб": "RUB", "р": "RUB", "рублей": "RUB", "₴": "UAH", "грн": "UAH", "kč": "CZK", "₹": "INR",
    "r$": "BRL", "us$": "USD", "$us": "USD", "u$s": "USD", "ca$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD",
    "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "sg$": "SGD", "mx$": "MXN", "nt$": "TWD", "fr": "CHF", "sfr": "CHF",
    "lei": "RON", "ft": "HUF", "лв": "BGN", "₺": "TRY", "₪": "ILS", "₩": "KRW", "₫": "VND", "฿": "THB", "₱": "PHP",
    "₸": "KZT", "₦": "NGN", "rm": "MYR", "rp": "IDR", "s/": "PEN",
    "тг": "KZT", "₾": "GEL", "₼": "AZN", "cn¥": "CNY", "jp¥": "JPY",
}  # fmt: skip
"""ISO 4217 codes by the sign beside an amount, without its dots."""

SIGN_CURRENCIES: Mapping[str, tuple[str, ...]] = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "UYU", "TWD"),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
}
"""The currencies that share a sign, the one that it means most often first."""

_SAME_SIGN = {"＄": "$", "￥": "¥", "﹩": "$", "￡": "£", "￦": "₩"}  # as full-width keyboards write them


@dataclass(frozen=True, slots=True)
class Currency:
    """What a currency's sign or code says: its code, or the sign where several currencies share it."""

    code: str = ""
    sign: str = ""


NO_CURRENCY = Currency()


def read_currency(text: str) -> Currency | None:
    """Read a code such as EUR, a sign, or a sign with the code of one of its currencies; None for anything else.

    Raises:
        CellError: when it is written like a code, and there is no such currency.
    """
    word = "".join(_SAME_SIGN.get(letter, letter) for letter in text.strip().casefold())
    return _read_word(word) or _read_pair(word)


def _read_word(word: str) -> Currency | None:
    bare = word.rstrip(".").strip()
    if bare in CURRENCY_SIGNS:
        return Currency(CURRENCY_SIGNS[bare])
    if bare in SIGN_CURRENCIES:
        return Currency(sign=bare)
    if len(bare) == 3 and bare.isascii() and bare.isalpha():
        if bare.upper() not in codes():
            raise CellError(f"has {bare.upper()} beside it, which is no currency code")
        return Currency(bare.upper())
    return None


def _read_pair(word: str) -> Currency | None:
    """Read a sign and a code beside each other, such as "$ CAD", where they agree."""
    for sign in (*CURRENCY_SIGNS, *SIGN_CURRENCIES):
        if sign.isalpha():
            continue
        for rest in (word.removeprefix(sign), word.removesuffix(sign)):
            code = rest.strip()
            if rest == word or len(code) != 3 or not code.isascii() or not code.isalpha():
                continue
            code = code.upper()
            return Currency(code) if agree(Currency(code), _read_word(sign)) else None
    return None


def agree(one: Currency | None, other: Currency | None) -> bool:
    """Whether two ways to write a currency can mean the same one."""
    if one is None or other is None or not (one.code or one.sign) or not (other.code or other.sign):
        return True
    if one.code and other.code:
        return one.code == other.code
    if one.sign and other.sign:
        return one.sign == other.sign
    return (one.code or other.code) in SIGN_CURRENCIES[one.sign or other.sign]


def find_code(text: str) -> str | None:
    """Find the one currency that a cell names: a code, a sign, or a name with its code, such as "Euro - EUR"."""
    if text.strip().casefold() in CURRENCY_SIGNS:
        return CURRENCY_SIGNS[text.strip().casefold()]
    if text.strip().upper() in codes():
        return text.strip().upper()
    named = {word for word in re.findall(r"\b[A-Z]{3}\b", text) if word in codes()}
    return named.pop() if len(named) == 1 else None


@cache
def codes() -> frozenset[str]:
    """Return the ISO 4217 codes that are known."""
    return frozenset(Locale("en").currencies)


@cache
def digits_of(currency: Currency) -> int | None:
    """Return the digits after the decimal mark that an amount can have: at most three; None where it is not known."""
    if currency.code:
        return get_currency_precision(currency.code)
    return max(map(get_currency_precision, SIGN_CURRENCIES[currency.sign])) if currency.sign else None
