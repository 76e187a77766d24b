"""Parses numbers as people type them: ``1,234.50``, ``1 234,50 zł``, ``1.234,50``, ``1'234.50``, ``(12)``, ``45 %``.

A number such as ``1.234`` is ambiguous. The other numbers of its column decide, then those of its file; where they
do not, it is refused.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.importing.errors import CellError
from bot.importing.parsing.limits import MAX_NUMBER_CHARS

CURRENCY_SIGNS = {
    "€": "EUR", "£": "GBP", "zł": "PLN", "₽": "RUB", "руб": "RUB", "руб.": "RUB", "р.": "RUB", "₴": "UAH",
    "kč": "CZK", "₹": "INR", "r$": "BRL", "us$": "USD", "$": "", "¥": "", "kr": "", "kr.": "", "fr.": "CHF",
    "lei": "RON",
}  # fmt: skip
"""ISO 4217 codes by the sign beside an amount; empty for a sign that several currencies share."""
_SIGN_LETTERS = frozenset(sign[-2] for sign in CURRENCY_SIGNS if sign.endswith("."))
"""Letters after which a dot belongs to the currency."""

_SPACES = re.compile(r"[\s'’]++")
_DIGITS = re.compile(r"[0-9][0-9\s.,'’]*+")
_SIGNS = "-+−"
_BARE = re.compile(r"[0-9]+(?:([.,])([0-9]+))?")
_GROUPED = {mark: re.compile(rf"[0-9]{{1,3}}(?:\{mark}[0-9]{{3}})++") for mark in ".,"}
_SPACED = re.compile(r"[0-9]{1,3}(?:[\s'’][0-9]{3})++(?:[.,][0-9]*+)?")
_NOT_A_NUMBER = "is not a number"


class AmbiguousNumberError(CellError):
    """A number can be read in two ways, and nothing in the file says which."""


@dataclass(frozen=True, slots=True)
class NumberParts:
    """A number's digits, still with their dots and commas, and what stood around them."""

    digits: str
    negative: bool = False
    percent: bool = False
    currency: str = ""
    """ISO 4217 code; empty where none is parts."""
    spaced: bool = False
    """Whether spaces or apostrophes group the thousands, so that a dot or comma can only be the decimal mark."""


def split_number(text: str) -> NumberParts:
    """Split a number into its digits, sign, percent sign and currency.

    Raises:
        CellError: when the text is not a number.
    """
    if _BARE.fullmatch(text):  # most numbers of most files
        return NumberParts(text)
    if len(text) > MAX_NUMBER_CHARS:
        raise CellError(_NOT_A_NUMBER)
    text = text.strip()
    if any(char.isdecimal() and not char.isascii() for char in text):
        raise CellError("is not written with the digits 0 to 9")
    bracketed = text.startswith("(") and text.endswith(")")
    before, raw, after = _split_around_digits(text[1:-1] if bracketed else text)
    sign, before = _take_sign(before)
    percent, after = after.startswith("%"), after.removeprefix("%").strip()
    spaced = bool(_SPACES.search(raw))
    if spaced and not _SPACED.fullmatch(raw):
        raise CellError(f"{_NOT_A_NUMBER}: its digits are not in groups of three")
    return NumberParts(
        digits=_SPACES.sub("", raw),
        negative=bracketed or sign in {"-", "−"},
        percent=percent,
        currency=_find_currency(before, after),
        spaced=spaced,
    )


def _split_around_digits(text: str) -> tuple[str, str, str]:
    """Split a text into what stands before its digits, the digits with their marks, and what stands after them."""
    found = _DIGITS.search(text)
    if not found:
        raise CellError(_NOT_A_NUMBER)
    start = found.start()
    before = text[:start]
    if before.endswith((".", ",")) and not before[:-1].endswith(tuple(_SIGN_LETTERS)):  # ".5", and not "kr.500"
        start -= 1
    return text[:start].strip(), text[start : found.end()].strip(), text[found.end() :].strip()


def _take_sign(before: str) -> tuple[str, str]:
    """Take the sign off what stands before a number, on either side of its currency."""
    signs = [sign for sign in (before[:1], before[1:][-1:]) if sign and sign in _SIGNS]
    if len(signs) > 1:
        raise CellError(_NOT_A_NUMBER)
    return (signs or [""])[0], before.strip(_SIGNS).strip()


def _find_currency(before: str, after: str) -> str:
    words = [word for word in (before, after) if word]
    if not words:
        return ""
    word = words[0].casefold()
    if len(words) == 1 and word in CURRENCY_SIGNS:
        return CURRENCY_SIGNS[word]
    if len(words) == 1 and re.fullmatch(r"[a-z]{3}", word):
        return word.upper()
    raise CellError(_NOT_A_NUMBER)


def find_decimal_mark(parts: NumberParts) -> str:
    """Return the decimal mark that this number alone shows: ``.`` or ``,``, or empty where it is ambiguous."""
    digits = parts.digits
    marks = [mark for mark in ".," if mark in digits]
    if not marks:
        return ""
    if len(marks) == 2:
        return max(marks, key=digits.rindex)
    mark = marks[0]
    if digits.count(mark) > 1:
        return "," if mark == "." else "."
    before, after = digits.split(mark)
    if parts.spaced or len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0"):
        return mark
    return ""


def detect_decimal_mark(text: str) -> str:
    """Return the decimal mark that a text shows: ``.`` or ``,``, or empty where it is ambiguous or not a number."""
    bare = _BARE.fullmatch(text)
    if bare and bare[2] and len(bare[2]) != 3:
        return bare[1]
    try:
        return find_decimal_mark(split_number(text))
    except CellError:
        return ""


def to_decimal(parts: NumberParts, decimal_mark: str, *, whole: bool = False) -> Decimal:
    """Convert to a decimal; `decimal_mark` is that of the column, for a number that is ambiguous by itself.

    In a column of whole numbers, the dot or comma of an ambiguous number groups its thousands.

    Raises:
        AmbiguousNumberError: when nothing decides between two readings.
        CellError: when its dots and commas are misplaced.
    """
    digits = parts.digits
    if digits.isdecimal():
        return -Decimal(digits) if parts.negative else Decimal(digits)
    mark = find_decimal_mark(parts) or decimal_mark
    if not mark and ("." in digits or "," in digits):
        if not whole:
            plain, parted = re.sub("[.,]", "", digits), digits.replace(",", ".")
            raise AmbiguousNumberError(f"could be {plain} or {parted}: write it without a sign between the thousands")
        mark = "," if "." in digits else "."
    mark = mark or "."
    other = "," if mark == "." else "."
    before, _, after = digits.partition(mark)
    if mark in after or other in after or (other in before and not _GROUPED[other].fullmatch(before)):
        raise CellError("is not a number: its digits are not in groups of three")
    whole_part = before.replace(other, "") or "0"
    number = Decimal(f"{whole_part}.{after}" if after else whole_part)
    return -number if parts.negative else number


def format_decimal(number: Decimal) -> str:
    """Write a number so that it is never ambiguous: ``1.125`` becomes ``1.1250``."""
    text = f"{number:f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text
