"""What the number format of a spreadsheet's cell says: that its number is a day, a time, an amount of money, a share.

Source: ECMA-376, part 1, 18.8.30 and 18.8.31. Never here: what a column takes (`bot.importing.parsing.values`).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal

from babel import Locale

from bot.importing.parsing.cells import Cell, FormattedNumber

FormatKind = Literal["plain", "moment", "duration", "money", "percent"]

BUILT_IN = {
    **dict.fromkeys((5, 6, 7, 8, 42, 44), '"$"#,##0.00'),
    **dict.fromkeys((9, 10), "0%"),
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((*range(18, 22), *range(32, 36), 45, 47, 55, 56), "h:mm:ss"),
    46: "[h]:mm:ss",
}
"""Formats that have a number and no code in the file; programs in other countries write out those of money."""
_LITERAL = re.compile(r'"([^"]*+)"|\\(.)|[_*](?:.)|\[([^\]]*+)\]', re.DOTALL)
_DATE_LETTERS = re.compile(r"[ymdhs]|a/p|am/pm", re.IGNORECASE)
_ELAPSED = re.compile(r"(?:h+|m+|s+)", re.IGNORECASE)
_WORDS = frozenset(
    {"zł", "kr", "kr.", "kč", "ft", "lei", "лв", "лв.", "грн", "грн.", "руб", "руб.", "р.", "fr.", "sfr."}
)
"""Signs of currencies that are words; those that are signs Unicode knows."""
_LONGEST_CODE = 255
_LAST_SERIAL = 2_958_466
"""The first of January 10000."""


@dataclass(frozen=True, slots=True)
class CellFormat:
    """What a number format says of a number."""

    kind: FormatKind = "plain"
    currency: str = ""
    """For money: the sign or code that the cell shows."""


PLAIN = CellFormat()


@cache
def read_format(code: str) -> CellFormat:
    """Read a format's code, as ``#,##0.00 "zł"``."""
    section = _split_sections(code[:_LONGEST_CODE])
    marks = [next(filter(None, found), "") for found in _LITERAL.findall(section)]
    bare = _LITERAL.sub(" ", section)
    if any(_ELAPSED.fullmatch(mark) for mark in marks):
        return CellFormat("duration")
    if "general" not in bare.casefold() and "E+" not in bare and _DATE_LETTERS.search(bare):
        return CellFormat("moment")
    if "%" in bare:
        return CellFormat("percent")
    for text in (*_currency_marks(section), bare):
        if currency := _find_currency(text):
            return CellFormat("money", currency)
    return PLAIN


def _split_sections(code: str) -> str:
    """Return the part of a code that is for numbers above zero."""
    at, quoted = 0, False
    while at < len(code):
        if code[at] == '"':
            quoted = not quoted
        elif code[at] == "\\" and not quoted:
            at += 1
        elif code[at] == ";" and not quoted:
            return code[:at]
        at += 1
    return code


def _currency_marks(section: str) -> Iterator[str]:
    """Yield the texts that a cell shows beside its number: in quotation marks, ``[$€-407]``, or single letters."""
    escaped = ""
    for quoted, letter, bracket in _LITERAL.findall(section):
        escaped += letter
        if quoted:
            yield quoted
        elif bracket.startswith("$"):
            yield bracket[1:].rpartition("-")[0] if "-" in bracket else bracket[1:]
    yield escaped


def _find_currency(text: str) -> str:
    """Return the sign or code of a currency in a text that a cell shows; empty for any other text."""
    word = text.strip().strip("\u00a0\u202f")
    if word.casefold() in _WORDS or word in _codes():
        return word
    signs = [letter for letter in text if unicodedata.category(letter) == "Sc"]
    if len(signs) != 1:
        return ""
    return word if len(word) <= 4 and word.strip("0#?,. ()-+") == word else signs[0]


@cache
def _codes() -> frozenset[str]:
    return frozenset(Locale("en").currencies)


def to_cell(number: float, cell_format: CellFormat, *, epoch_1904: bool) -> Cell:
    """Return what a cell shows that stores a number: a day, a moment, a time, a duration, or a number."""
    kind = cell_format.kind
    if kind == "money":
        return FormattedNumber(number, currency=cell_format.currency)
    if kind == "percent":
        return FormattedNumber(number, percent=True)
    if kind == "plain" or not 0 <= number < _LAST_SERIAL:
        return number
    if kind == "duration":
        return timedelta(seconds=round(number * 86_400))
    return _to_moment(number, epoch_1904=epoch_1904)


def _to_moment(number: float, *, epoch_1904: bool) -> Cell:
    days, seconds = divmod(round(number * 86_400), 86_400)
    clock = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if epoch_1904:
        start = date(1904, 1, 1)
    elif number < 1:
        return clock
    else:  # 1900 has a 29th of February there
        start = date(1899, 12, 31) if number < 60 else date(1899, 12, 30)
    day = start + timedelta(days=days)
    return datetime.combine(day, clock) if seconds else day
