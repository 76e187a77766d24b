"""Parses numbers as people type them: ``1,234.50``, ``1 234,50 zł``, ``1.234,50``, ``1'234.-``, ``(12)``, ``45 %``.

A number such as ``1.234`` is ambiguous. The other numbers of its column decide, then those of its file, then its
currency, which may have no third decimal; where they do not, it is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.importing.errors import CellError
from bot.importing.parsing import currencies
from bot.importing.parsing.cells import strip_unseen
from bot.importing.parsing.currencies import NO_CURRENCY, Currency
from bot.importing.parsing.limits import MAX_NUMBER_CHARS

SIGN_CURRENCIES: Mapping[str, tuple[str, ...]] = currencies.SIGN_CURRENCIES
"""The currencies that share a sign, the one that it means most often first."""
_SIGN_LETTERS = frozenset("рбrs")
"""Letters after which a dot belongs to the currency, as in "kr.500" and "руб.5"."""

_APOSTROPHES = "'’ʼ´`"
_SPACES = re.compile(rf"[\s{_APOSTROPHES}]++")
_DIGITS = re.compile(rf"[0-9][0-9\s.,{_APOSTROPHES}]*+")
_MINUS = frozenset("-−–‑﹣－")  # each is typed for a minus sign
_BARE = re.compile(r"[0-9]+(?:([.,])([0-9]+))?")
_GROUPED = {
    ".": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})++"),
    ",": re.compile(r"[0-9]{1,3}(?:,[0-9]{3})++|[0-9]{1,2}(?:,[0-9]{2}){1,6},[0-9]{3}"),
}
"""Digits in groups of three, by the sign between them; with commas in India's groups as well: 12,34,567."""
_SPACED = re.compile(rf"[0-9]{{1,3}}(?:[\s{_APOSTROPHES}][0-9]{{3}})++(?:[.,][0-9]*+)?")
_BRACKETED = re.compile(r"([^()0-9]*)\(([^()]*)\)([^()0-9]*)")
_NO_CENTS = re.compile(r"[-–—‒]{1,2}")  # "1.234,--"
_SHORT = frozenset({"k", "m", "mn", "mln", "mio", "bn", "b", "tys", "tsd", "mil", "тыс", "млн", "l", "lakh", "crore"})
_BOOKED = frozenset({"cr", "dr", "db", "soll", "haben", "s", "h", "wn", "ma", "d", "c"})
_NOT_A_NUMBER = "is not a number"
_NOT_IN_THREES = f"{_NOT_A_NUMBER}: its digits are not in groups of three"


class AmbiguousNumberError(CellError):
    """A number can be read in two ways, and nothing in the file says which."""


@dataclass(frozen=True, slots=True)
class NumberParts:
    """A number's digits, still with their dots and commas, and what stood around them."""

    digits: str
    negative: bool = False
    percent: bool = False
    money: Currency = NO_CURRENCY
    """Empty where no currency is written."""
    no_cents: bool = False
    """Whether a dash stands where the cents would be, so that a dot or comma can only group the thousands."""


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How the numbers of a column are written."""

    mark: str = ""
    """The decimal mark: ``.`` or ``,``; empty where no number shows it, ``.,`` where they contradict each other."""
    told: bool = False
    """Whether the file's author has said so."""
    thousandths: bool = False
    """Whether a number of the column has certainly three decimals or more."""


PLAIN_STYLE = NumberStyle()


def read_plain(text: str) -> Decimal | None:
    """Read mere digits with one decimal mark or none, as most cells are; None for anything else, or the ambiguous."""
    bare = _BARE.fullmatch(text)
    if not bare or (bare[2] and len(bare[2]) == 3):
        return None
    return Decimal(text.replace(",", ".")) if bare[1] == "," else Decimal(text)


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
    bracketed = _BRACKETED.fullmatch(text)
    before, raw, after = _split_around_digits("".join(bracketed.groups()) if bracketed else text)
    no_cents = _NO_CENTS.match(after) if raw.endswith((".", ",")) else None
    if no_cents:
        raw, after = raw[:-1], after[no_cents.end() :].strip()
    minus, before, after = _take_minus(before, after)
    if minus and bracketed:
        raise CellError(_NOT_A_NUMBER)
    percent, after = after.startswith("%"), after.removeprefix("%").strip()
    if _SPACES.search(raw) and not _SPACED.fullmatch(raw):
        raise CellError(_NOT_IN_THREES)
    return NumberParts(
        digits=_SPACES.sub("", raw),
        negative=minus or bool(bracketed),
        percent=percent,
        money=_read_currency(before, after),
        no_cents=bool(no_cents),
    )


def _split_around_digits(text: str) -> tuple[str, str, str]:
    """Split a text into what stands before its digits, the digits with their marks, and what stands after them."""
    found = _DIGITS.search(text)
    if not found:
        raise CellError(_NOT_A_NUMBER)
    start = found.start()
    before = text[:start]
    if before.endswith((".", ",")) and before[-2:-1].casefold() not in _SIGN_LETTERS:  # ".5", and not "kr.500"
        start -= 1
    return text[:start].strip(), text[start : found.end()].strip(), text[found.end() :].strip()


def _take_minus(before: str, after: str) -> tuple[bool, str, str]:
    """Take the sign off what stands around a number: before it, on either side of its currency, or after it."""
    first, last, trailing = before[:1], before[1:][-1:], after[:1]
    signs = [sign for sign in (first, last) if sign == "+" or sign in _MINUS]
    if trailing in _MINUS:
        signs.append(trailing)
        after = after[1:].strip()
    if len(signs) > 1:
        raise CellError(_NOT_A_NUMBER)
    before = before.strip("".join(_MINUS) + "+").strip()
    return bool(signs) and signs[0] != "+", before, after


def _read_currency(before: str, after: str) -> Currency:
    """Read what is left beside a number, on one side or on both: ``$1,200 USD``."""
    found = NO_CURRENCY
    for word in (before, after):
        if not word:
            continue
        money = currencies.read_currency(word)
        if money is None:
            raise CellError(_explain(word))
        if (found.code and money.code) or not currencies.agree(found, money):
            raise CellError(_NOT_A_NUMBER)
        found = money if money.code else found if found.code else money
    return found


def _explain(word: str) -> str:
    bare = word.casefold().rstrip(".")
    if bare in _BOOKED:
        return f"has {word} beside it, for credit or debit: write a minus sign where it is below zero"
    if bare in _SHORT:
        return "is cut short: write it in full, like 1500"
    return _NOT_A_NUMBER


def find_decimal_mark(parts: NumberParts) -> str:
    """Return the decimal mark that this number alone shows: ``.`` or ``,``, or empty where it is ambiguous."""
    digits = parts.digits
    marks = [mark for mark in ".," if mark in digits]
    if not marks:
        return ""
    if parts.no_cents:
        return "," if marks[0] == "." else "."
    if len(marks) == 2:
        return max(marks, key=digits.rindex)
    mark = marks[0]
    if digits.count(mark) > 1:
        return "," if mark == "." else "."
    before, after = digits.split(mark)
    if len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0"):
        return mark
    return ""


def detect_decimal_mark(text: str) -> str:
    """Return the decimal mark that a text shows: ``.`` or ``,``, or empty where it is ambiguous or not a number."""
    return detect_style(text)[:1].strip("?")


def detect_style(text: str) -> str:
    """Return what a text shows of its column's style.

    The decimal mark; the mark twice, where three decimals or more stand behind it; a question mark and the mark, where
    it is ambiguous; empty for a text that shows nothing.
    """
    bare = _BARE.fullmatch(text)
    if bare and len(bare[2] or "") != 3:
        return (bare[1] or "") * (2 if len(bare[2] or "") > 3 else 1)
    try:
        parts = split_number(strip_unseen(text))
        mark, digits = find_decimal_mark(parts), parts.digits
        if mark:
            to_decimal(parts)
    except CellError:
        return ""
    if not mark:
        return f"?{digits.strip('0123456789')}" if not digits.isdecimal() else ""
    return mark * 2 if len(digits.partition(mark)[2]) >= 3 else mark


def to_decimal(
    parts: NumberParts, style: NumberStyle = PLAIN_STYLE, *, whole: bool = False, decimals: int | None = None
) -> Decimal:
    """Convert to a decimal; `style` is that of the column, for a number that is ambiguous by itself.

    `whole`: whether the column has whole numbers, so that a dot or comma groups thousands. `decimals`: how many an
    amount in its currency can have; None where that is not known.

    Raises:
        AmbiguousNumberError: when nothing decides between two readings.
        CellError: when its dots and commas are misplaced.
    """
    digits = parts.digits
    if digits.isdecimal():
        return -Decimal(digits) if parts.negative else Decimal(digits)
    mark = style.mark if style.told and not parts.no_cents else find_decimal_mark(parts)
    mark = mark or _decide_mark(digits, style, whole=whole, decimals=decimals)
    other = "," if mark == "." else "."
    before, _, after = digits.partition(mark)
    if mark in after or other in after or (other in before and not _GROUPED[other].fullmatch(before)):
        raise CellError(_NOT_IN_THREES)
    whole_part = before.replace(other, "") or "0"
    number = Decimal(f"{whole_part}.{after}" if after else whole_part)
    return -number if parts.negative else number


def _decide_mark(digits: str, style: NumberStyle, *, whole: bool, decimals: int | None) -> str:
    """Decide the decimal mark for a number like 1.234."""
    written = "." if "." in digits else ","
    other = "," if written == "." else "."
    if style.mark == other:
        return other
    if style.mark == written and (style.thousandths or (decimals is not None and decimals > 2)):
        return written
    if not style.mark and (whole or (decimals is not None and decimals <= 2)):
        return other
    plain, parted = re.sub("[.,]", "", digits), digits.replace(",", ".")
    raise AmbiguousNumberError(
        f"could be {plain} or {parted}: write it without a sign between the thousands, or say "
        "--decimal . or --decimal ,"
    )


def format_decimal(number: Decimal) -> str:
    """Write a number so that it is never ambiguous: ``1.125`` becomes ``1.1250``."""
    text = f"{number:f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text
