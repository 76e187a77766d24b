"""Finds the columns of a file by their titles: in any case, with spaces or underscores, in five languages."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from bot.importing.errors import ImportFileError
from bot.importing.parsing.aliases import COLUMN_ALIASES
from bot.importing.parsing.cells import Cell, display_text
from bot.importing.parsing.columns import Column
from bot.importing.parsing.limits import MAX_NAMED_COLUMNS


@dataclass(frozen=True, slots=True)
class Header:
    """The positions of the known columns, and the titles of the others."""

    positions: dict[str, int]
    """From 0, by the name of the column."""
    unknown: tuple[str, ...]
    """Titles of the other columns, as written in the file."""
    width: int
    """Columns up to the last one with a title."""


def normalize_title(name: str) -> str:
    """Return a title without case, accents, spaces and signs: ``Fecha de emisión`` as ``fecha_de_emision``."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ø", "o"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "_", bare).strip("_")


def count_required(columns: Sequence[Column]) -> int:
    """Count the columns that a file must have."""
    return sum(column.required for column in columns)


def count_recognized(cells: Sequence[Cell], columns: Sequence[Column]) -> int:
    """Count the columns that a row has titles of."""
    return len({name for cell in cells for name in _matching_columns(display_text(cell), columns)[:1]})


def read_header(cells: Sequence[Cell], columns: Sequence[Column]) -> Header:
    """Find the columns in a file's first row.

    A title that is a column's own name goes before an alias of it.

    Raises:
        ImportFileError: when a required column is missing, or one is there twice.
    """
    titles = [display_text(cell) for cell in cells]
    positions: dict[str, int] = {}
    names = {column.name for column in columns}

    def is_own_name(title: str) -> bool:
        return normalize_title(title) in names

    for by_own_name in (True, False):
        for position, title in enumerate(titles):
            if is_own_name(title) != by_own_name:
                continue
            matches = _matching_columns(title, columns)
            free = [name for name in matches if name not in positions]
            if free:
                positions[free[0]] = position
            elif matches and is_own_name(titles[positions[matches[0]]]) == by_own_name:
                raise ImportFileError(
                    f"two columns are both {matches[0]}: {titles[positions[matches[0]]]!r} and {title!r}; "
                    "take one out or give it another name"
                )
    used = set(positions.values())
    unknown = tuple(title for position, title in enumerate(titles) if position not in used and title)
    _check_required(columns, positions, unknown, titles)
    width = max((position for position, title in enumerate(titles) if title), default=-1) + 1
    return Header(positions, unknown, width)


def list_titles(titles: Sequence[str]) -> str:
    """Name columns by their titles: the first MAX_NAMED_COLUMNS, and how many there are beyond them."""
    shown = ", ".join(titles[:MAX_NAMED_COLUMNS])
    more = len(titles) - MAX_NAMED_COLUMNS
    return f"{shown} … and {more:,} more" if more > 0 else shown


def _matching_columns(title: str, columns: Sequence[Column]) -> list[str]:
    """Return the names of the columns that a title may stand for: one by its own name, else all by an alias.

    Where neither fits, what stands in brackets is ignored.
    """
    for name in (normalize_title(title), normalize_title(re.split(r"[(\[]", title, maxsplit=1)[0])):
        if any(column.name == name for column in columns):
            return [name]
        others = [column.name for column in columns if name in _aliases(column.alias_key or column.name)]
        if others:
            return others
    return []


@cache
def _aliases(name: str) -> frozenset[str]:
    return frozenset(normalize_title(alias) for alias in COLUMN_ALIASES.get(name, "").split())


def _check_required(
    columns: Sequence[Column], positions: dict[str, int], unknown: Sequence[str], titles: Sequence[str]
) -> None:
    missing = [column.name for column in columns if column.required and column.name not in positions]
    if not missing:
        return
    name = missing[0]
    alike = {normalize_title(title): title for title in unknown}
    close = get_close_matches(name, alike, n=1, cutoff=0.6)
    hint = f' (is "{alike[close[0]]}" meant to be it?)' if close else ""
    found = list_titles([title for title in titles if title]) or "none"
    others = f" (nor {', '.join(missing[1:])})" if missing[1:] else ""
    raise ImportFileError(f"there is no column {name}{others}{hint}; columns found: {found}")
