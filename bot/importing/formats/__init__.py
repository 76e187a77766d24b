"""The exports of other programs that are known, one small table a program: a new one is one more .toml file.

A table says by which column names an export is known, what each of its columns is, what its rows are, and what its
words mean. Never here: code that is about a single program.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from bot.importing.parsing.titles import normalize_title

LEFT_OUT = "-"
"""Stands for no column in a table, and for no row among a column's values."""

RowMeaning = Literal["records", "parts", "lines"]
"""A record each; parts of one that are added up (a day's campaigns, a month's time entries); lines of an invoice."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownExport:
    """What is known of one program's export."""

    name: str
    kind: str
    titles: tuple[frozenset[str], ...]
    """It is known by the titles of any of these groups, all of a group together."""
    above: tuple[str, ...]
    """Or by one of these texts above the column names, in lower case."""
    rows: RowMeaning
    columns: Mapping[str, str]
    """Our column, or LEFT_OUT, by normalized title."""
    values: Mapping[str, Mapping[str, str]]
    """By our column and the cell's normalized text: our word, or LEFT_OUT for a row that is no record."""
    defaults: Mapping[str, str]
    """What a column holds that the export does not have."""
    fallback: Mapping[str, str]
    """The column whose value stands in where a cell of another is empty."""
    repeated: frozenset[str]
    """Columns that say the same on each line of a record, and are never added up."""


def recognize(kind: str, titles: Collection[str], above: str = "") -> KnownExport | None:
    """Find the export with the most of its columns among a file's titles; None where none is known by them.

    `above` is the text above the column names.
    """
    have = set(titles)
    lower = above.casefold()
    scores = {
        export: max((len(group) for group in export.titles if group <= have), default=0)
        + 10 * any(text in lower for text in export.above)
        for export in known_exports().get(kind, ())
    }
    best = max(scores, key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] else None


@cache
def known_exports() -> Mapping[str, tuple[KnownExport, ...]]:
    """Return all known exports by kind, read once."""
    found: dict[str, tuple[KnownExport, ...]] = {}
    tables = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    for file in tables:
        if file.name.endswith(".toml"):
            export = _read(tomllib.loads(file.read_text(encoding="utf-8")))
            found[export.kind] = (*found.get(export.kind, ()), export)
    return found


def _read(table: Mapping[str, Any]) -> KnownExport:
    values: Mapping[str, Mapping[str, str]] = table.get("values", {})
    return KnownExport(
        name=table["name"],
        kind=table["kind"],
        titles=tuple(frozenset(normalize_title(title) for title in group) for group in table["titles"]),
        above=tuple(table.get("above", ())),
        rows=table["rows"],
        columns={normalize_title(title): column for title, column in table["columns"].items()},
        values={
            column: {normalize_title(text): word for text, word in words.items()} for column, words in values.items()
        },
        defaults=table.get("defaults", {}),
        fallback=table.get("fallback", {}),
        repeated=frozenset(table.get("repeated", ())),
    )
