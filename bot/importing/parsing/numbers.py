"""Parses numbers as people type them: ``1,234.50``, ``1 234,50 zł``, ``1.234,50``, ``1'234.50``, ``(12)``, ``45 %``.

A number such as ``1.234`` is ambiguous. The other numbers of its column decide, then those of its file; where they
do not, it is refused.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.importing.errors import CellError

CURRENCY_SIGNS = {
    "€": "EUR", "£": "GBP", "zł": "PLN", "₽": "RUB", "руб": "RUB", "руб.": "RUB", "р.": "RUB", "₴": "UAH",
    "kč": "CZK", "₹": "INR", "r$": "BRL", "us$": "USD", "$": "", "¥": "", "kr": "", "kr.": "", "fr.": "CHF",
    "lei": "RON",
}  # fmt: skip
"""ISO 4217 codes by the sign beside an amount; empty for a sign that several currencies share."""

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]+")
_BODY = re.compile(
    r"(?P<open>\()?\s*(?P<sign1>[-+−])?\s*(?P<before>[^\d\s.,()%+−-][^\d,()%+−-]*?)?\s*(?P<sign2>[-+−])?\s*"
    r"(?P<digits>\d[\d\s\u00a0\u202f\u2009.,'’]*|[.,]\d+)\s*(?P<percent>%)?\s*(?P<after>[^\d\s()%-][^\d()%]*?)?\s*(?P<close>\))?"
)
_BARE = re.compile(r"[0-9]+(?:([.,])([0-9]+))?")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:\{mark}\d{{3}})+") for mark in ".,"}
_SPACED = re.compile(r"\d{1,3}(?:[\s\u00a0\u202f\u2009'’]\d{3})+(?:[.,]\d*)?")


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
    found = _BODY.fullmatch(text.strip())
    if not found or bool(found["open"]) != bool(found["close"]) or (found["sign1"] and found["sign2"]):
        raise CellError("is not a number")
    raw = found["digits"].strip()
    spaced = bool(_SPACES.search(raw))
    if spaced and not _SPACED.fullmatch(raw):
        raise CellError("is not a number: its digits are not in groups of three")
    return NumberParts(
        digits=_SPACES.sub("", raw),
        negative=bool(found["open"]) or (found["sign1"] or found["sign2"]) in {"-", "−"},
        percent=bool(found["percent"]),
        currency=_currency(found["before"], found["after"]),
        spaced=spaced,
    )


def _currency(before: str | None, after: str | None) -> str:
    words = [word.strip() for word in (before, after) if word and word.strip()]
    if len(words) > 1:
        raise CellError("is not a number")
    if not words:
        return ""
    word = words[0]
    if word.casefold() in CURRENCY_SIGNS:
        return CURRENCY_SIGNS[word.casefold()]
    if re.fullmatch(r"[A-Za-z]{3}", word):
        return word.upper()
    raise CellError("is not a number")


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
