"""What can be said of a cell without knowing its column: whether it is blank, an error, or looks like a formula."""

import re
from datetime import date, datetime, time, timedelta
from typing import Self


class FormattedNumber(float):
    """A number of a spreadsheet whose format says that it is money, or a share."""

    __slots__ = ("currency", "percent")
    currency: str
    """A code or a sign, as the cell shows it; empty for a share."""
    percent: bool
    """Whether it shows a percent sign; a share of 92% is 0.92."""

    def __new__(cls, number: float, *, currency: str = "", percent: bool = False) -> Self:
        """Make it of the number that is stored, and of what its format shows beside it."""
        made = super().__new__(cls, number)
        made.currency, made.percent = currency, percent
        return made


Cell = str | int | float | bool | date | datetime | time | timedelta | None

_CLEAR_MARKS = frozenset(
    {
        "",
        "-",
        "–",
        "—",
        "―",
        "‒",
        "−",
        "--",
        "---",
        "––",
        "——",
        "- -",
        "n/a",
        "n.a.",
        "n. a.",
        "n/d",
        "н/д",
        "k.a.",
        "k. a.",
    }
    | {"(not set)", "not set", "(none)", "(blank)", "(empty)", "(null)", "<na>", "<null>", "<none>", "\\n", "[null]"}
    | {"not available", "not applicable", "keine angabe", "sin datos", "brak danych", "нет данных"}
)
"""Marks that say in any column that there is no value."""
_MARKS = _CLEAR_MARKS | {
    "na",
    "null",
    "none",
    "nil",
    "nan",
    "nat",
    "undefined",
    "nd",
    "s/d",
    "b/d",
    "brak",
    "(unknown)",
}
"""Marks that say it where a value is not a text: a client may be called "None"."""
_CENSORED = re.compile(r"[<>≤≥]=?\s*[0-9][0-9.,\s]*%?")
"""A value that is only known to be below or above a limit, as in "< 10"."""

_QUOTED_FORMULA = re.compile(r'="([^"]*)"')
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

_FORMULA_START = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
"""What makes a spreadsheet run a cell as a formula; Excel takes the full-width signs for it as well."""
_SKIPPED = r"[\s\x00-\x1f\",;]"
_CELL_START = (
    rf"(?P<before>(?:^|(?<!{_SKIPPED})(?:[^\S\t\r\n]|[\x00-\x08\x0b\x0c\x0e-\x1f\"])*+[,;\t\r\n]){_SKIPPED}*+)"
)
"""Where a cell may begin: a spreadsheet splits a text at commas, semicolons, tabs or lines, as its country has it.

It looks only where a run of what a spreadsheet skips begins, and never goes back in it: a long run costs no more.
"""
_UNMARKED = re.compile(rf"{_CELL_START}(?='*+{_FORMULA_START})")
_MARKED = re.compile(rf"{_CELL_START}'(?='*+{_FORMULA_START})")

NOT_CALCULATED = "#NOT CALCULATED!"
"""A formula of a spreadsheet with no value stored beside it."""
_FORMULA_ERROR = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NULL!|NUM!|SPILL!|CALC!|ERROR!|NOT CALCULATED!)")


def strip_unseen(text: str) -> str:
    """Return a text without direction marks, soft hyphens and the like, which spreadsheets put around dates."""
    return text if text.isascii() else _UNSEEN.sub("", text).strip()


def clean_text(cell: str) -> str:
    """Return a text without what is not seen around it, and without the formula that keeps it one: ``="0007"``."""
    text = strip_unseen(cell.replace("\0", "").strip())
    quoted = _QUOTED_FORMULA.fullmatch(text) if text.startswith('="') else None
    return quoted[1] if quoted else text


def is_blank(cell: Cell) -> bool:
    """Whether a cell has no value: it is empty, or holds a mark such as ``--``, ``n/a``, ``(not set)`` or ``< 10``."""
    if not isinstance(cell, str):
        return cell is None or cell != cell  # noqa: PLR0124  # not a number
    text = cell.strip().casefold()
    return text in _MARKS or (text[:1] in {"<", ">", "≤", "≥"} and bool(_CENSORED.fullmatch(text)))


def is_blank_text(cell: Cell) -> bool:
    """Whether a cell of a column of texts has no value: a word may be a name there, such as "None"."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in _CLEAR_MARKS)


def is_formula_error(cell: Cell) -> bool:
    """Whether a cell shows that its formula failed, as ``#REF!`` does."""
    return isinstance(cell, str) and cell.startswith("#") and bool(_FORMULA_ERROR.fullmatch(cell.strip()))


def display_text(cell: Cell) -> str:
    """Return a cell as its author sees it, cut to 80 characters; what can't be printed shows as a question mark."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(str(cell).split())
    text = text if len(text) <= 80 else text[:79] + "…"
    return text if text.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in text)


def escape_formula(text: str) -> str:
    """Mark with an apostrophe each place where a spreadsheet would run a text as a formula.

    Such places are its start and wherever a separator could begin a cell, whatever the country's. A text that would be
    read as blank ("-", "n/a") or as a failed formula is marked as well. `unescape_formula` undoes it.
    """
    return f"'{text}" if _is_misread(text.lstrip("'")) else _UNMARKED.sub(r"\g<before>'", text)


def unescape_formula(text: str) -> str:
    """Undo `escape_formula`."""
    if "'" not in text:
        return text
    if text.startswith("'") and _is_misread(text.lstrip("'")):
        return text[1:]
    return _MARKED.sub(r"\g<before>", text)


def _is_misread(text: str) -> bool:
    """Whether a whole text would be read as blank or as a failed formula."""
    return text != "" and text == text.strip() and (is_blank(text) or is_formula_error(text))
