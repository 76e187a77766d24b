"""Which column of a file is which: by its name in any case, with spaces or underscores, in five languages."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from bot.importing.errors import ImportFileError
from bot.importing.parsing.aliases import COLUMNS
from bot.importing.parsing.cells import Cell, shown
from bot.importing.parsing.columns import Column


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known column stands in the file, and what else there is."""

    places: dict[str, int]
    """Position, from 0, by our name of the column."""
    unknown: tuple[str, ...]
    """The other columns, as the file calls them."""
    width: int


def plain(name: str) -> str:
    """Write a name without case, accents, spaces and signs: ``Fecha de emisión`` as ``fecha_de_emision``."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ø", "o"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "_", bare).strip("_")


def needed(columns: Sequence[Column]) -> int:
    """Count the columns that a file has to have."""
    return sum(column.needed for column in columns)


def recognised(cells: Sequence[Cell], columns: Sequence[Column]) -> int:
    """Count the cells of a row that name a column."""
    return len({name for cell in cells for name in _meanings(str(cell or ""), columns)[:1]})


def read(cells: Sequence[Cell], columns: Sequence[Column]) -> Header:
    """Find the columns in a file's first row.

    A column under its own name goes before one under another name for it.

    Raises:
        ImportFileError: when a needed column is missing, or one is there twice.
    """
    titles = [shown(cell) for cell in cells]
    places: dict[str, int] = {}
    own = {column.name for column in columns}
    for by_own_name in (True, False):
        for place, title in enumerate(titles):
            meanings = [name for name in _meanings(title, columns) if (plain(title) in own) == by_own_name]
            free = [name for name in meanings if name not in places]
            if free:
                places[free[0]] = place
            elif meanings and _same_rank(titles[places[meanings[0]]], own, by_own_name=by_own_name):
                raise ImportFileError(
                    f"two columns are both {meanings[0]}: {titles[places[meanings[0]]]!r} and {title!r}; "
                    "take one out or give it another name"
                )
    used = set(places.values())
    unknown = tuple(title for place, title in enumerate(titles) if place not in used and title)
    _all_needed(columns, places, unknown, titles)
    width = max((place for place, title in enumerate(titles) if title), default=-1) + 1
    return Header(places, unknown, width)


def _same_rank(title: str, own: set[str], *, by_own_name: bool) -> bool:
    return (plain(title) in own) == by_own_name


def _meanings(title: str, columns: Sequence[Column]) -> list[str]:
    """Our names for a title, its exact one alone where it is one; what stands in brackets is left out if need be."""
    for name in (plain(title), plain(re.sub(r"[(\[].*", "", title))):
        if any(column.name == name for column in columns):
            return [name]
        others = [column.name for column in columns if name in _aliases(column.words or column.name)]
        if others:
            return others
    return []


@cache
def _aliases(name: str) -> frozenset[str]:
    return frozenset(plain(alias) for alias in COLUMNS.get(name, "").split())


def _all_needed(
    columns: Sequence[Column], places: dict[str, int], unknown: Sequence[str], titles: Sequence[str]
) -> None:
    missing = [column.name for column in columns if column.needed and column.name not in places]
    if not missing:
        return
    name = missing[0]
    alike = {plain(title): title for title in unknown}
    close = get_close_matches(name, alike, n=1, cutoff=0.6)
    hint = f' (is "{alike[close[0]]}" meant to be it?)' if close else ""
    found = ", ".join(title for title in titles if title) or "none"
    others = f" (nor {', '.join(missing[1:])})" if missing[1:] else ""
    raise ImportFileError(f"there is no column {name}{others}{hint}; columns found: {found}")
