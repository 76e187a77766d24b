"""What a cell is, before anything is known of its column: nothing, a text, a number, a date or a moment."""

import re
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta | None

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "'")
"""What makes a spreadsheet take a text for a formula, and the sign that stops it from doing so."""

_NOTHING = frozenset({"", "-", "–", "—", "n/a", "n.a.", "na", "null", "none"})

_FAILED = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NULL!|NUM!|SPILL!|CALC!|ERROR!)")


def is_nothing(cell: Cell) -> bool:
    """Whether a cell says that there is no value: it is empty, or holds a dash or ``n/a``."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in _NOTHING)


def is_failed(cell: Cell) -> bool:
    """Whether a cell shows that its formula failed: ``#REF!`` and its like."""
    return isinstance(cell, str) and cell.startswith("#") and bool(_FAILED.fullmatch(cell.strip()))


def shown(cell: Cell) -> str:
    """Give a cell as its author sees it, cut to a length that fits a report."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(str(cell).split())
    return text if len(text) <= 80 else text[:79] + "…"


def guard(text: str) -> str:
    """Write a text so that no spreadsheet runs it as a formula and `unguard` gives it back.

    A text that would be read as nothing ("-", "n/a") or as a failed formula is marked in the same way.
    """
    return f"'{text}" if _wants_mark(text) else text


def unguard(text: str) -> str:
    """Undo `guard`."""
    return text[1:] if text.startswith("'") and _wants_mark(text[1:]) else text


def _wants_mark(text: str) -> bool:
    return text != "" and (text.startswith(FORMULA_SIGNS) or is_nothing(text) or is_failed(text))
