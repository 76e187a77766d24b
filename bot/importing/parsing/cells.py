"""What can be said of a cell without knowing its column: whether it is blank, an error, or looks like a formula."""

import re
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta | None

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
"""First characters that make a spreadsheet take a text for a formula, and the apostrophe that prevents it."""

_BLANK_TEXTS = frozenset({"", "-", "–", "—", "n/a", "n.a.", "na", "null", "none"})

_FORMULA_ERROR = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NULL!|NUM!|SPILL!|CALC!|ERROR!)")


def is_blank(cell: Cell) -> bool:
    """Whether a cell has no value: it is empty, or holds a dash or ``n/a``."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in _BLANK_TEXTS)


def is_formula_error(cell: Cell) -> bool:
    """Whether a cell shows that its formula failed, as ``#REF!`` does."""
    return isinstance(cell, str) and cell.startswith("#") and bool(_FORMULA_ERROR.fullmatch(cell.strip()))


def display_text(cell: Cell) -> str:
    """Return a cell as its author sees it, cut to 80 characters."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(str(cell).split())
    return text if len(text) <= 80 else text[:79] + "…"


def escape_formula(text: str) -> str:
    """Mark a text with an apostrophe where a spreadsheet would run it as a formula; `unescape_formula` undoes it.

    A text that would be read as blank ("-", "n/a") or as a failed formula is marked in the same way.
    """
    return f"'{text}" if _needs_escape(text) else text


def unescape_formula(text: str) -> str:
    """Undo `escape_formula`."""
    return text[1:] if text.startswith("'") and _needs_escape(text[1:]) else text


def _needs_escape(text: str) -> bool:
    return text != "" and (text.startswith(FORMULA_STARTS) or is_blank(text) or is_formula_error(text))
