"""Reads texts and keys: what a spreadsheet has made of a key is refused, since it names something else by then.

``1.2021E+17`` has lost its last digits, and so have all numbers of more than 15 digits; ``12.0`` is 12 to the program
that wrote it, and would be a second client here.
"""

import re
from datetime import date, datetime, time, timedelta

from bot.importing.errors import CellError
from bot.importing.parsing.cells import Cell

_KEPT_DIGITS = 15
"""Of a number, by a spreadsheet; those beyond become zeros."""
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}")
_DECIMAL = re.compile(r"[0-9]+[.,]0")
_SAVE_AS_TEXT = "format its column as text in the spreadsheet and fill it in again"


def read_text(cell: Cell) -> str:
    """Read a cell of any type as the text that its author sees."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def read_key(cell: Cell, *, long_numbers_are_whole: bool) -> str:
    """Read a key as a text.

    `long_numbers_are_whole`: whether the column has numbers of more than 15 digits that did not end in zeros.

    Raises:
        CellError: when a spreadsheet has changed it.
    """
    if isinstance(cell, date | time | timedelta):
        raise CellError(f"was turned into a date or a time: {_SAVE_AS_TEXT}")
    if isinstance(cell, float) and abs(cell) >= 10**_KEPT_DIGITS:
        raise CellError(f"has lost its last digits: {_SAVE_AS_TEXT}")
    text = read_text(cell)
    if not isinstance(cell, str) or not text[:1].isdigit():
        return text
    if _SCIENTIFIC.fullmatch(text) or (has_lost_digits(text) and not long_numbers_are_whole):
        raise CellError(f"has lost its last digits: {_SAVE_AS_TEXT}")
    if _DECIMAL.fullmatch(text):
        raise CellError("is written as a decimal, as a program does it by mistake: write it without the zero")
    return text


def is_long_number(text: str) -> bool:
    """Whether a key is a number of more digits than a spreadsheet keeps."""
    return len(text) > _KEPT_DIGITS and text.isdecimal()


def has_lost_digits(text: str) -> bool:
    """Whether a key looks like a number whose last digits a spreadsheet has turned into zeros."""
    return is_long_number(text) and not text[_KEPT_DIGITS:].strip("0")
