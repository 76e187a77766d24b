"""What an import tells of the values it read, so that a wrong number is seen before it is said to a client.

For each column what it was read as, with examples; totals by month and currency; clients that are not known, with those
whose names are near. Never here: how any of it is printed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from bot.clients import twins
from bot.importing.bulk_upsert import CHANGES_SHOWN, Change
from bot.importing.formats import KnownExport
from bot.importing.lookup import ReferenceLookup
from bot.importing.mapping.context import format_minor
from bot.importing.parsing.cells import display_text, is_blank
from bot.importing.parsing.columns import STAND_INS
from bot.importing.parsing.headers import list_titles
from bot.importing.parsing.parsed_rows import ParsedChunk
from bot.importing.parsing.quantities import Share
from bot.importing.parsing.reader import OpenedFile
from bot.importing.parsing.values import Amount, PersonReference, Value
from scoring.vocabulary import GOAL_METRICS, MONEY_METRICS

EXAMPLES = 3
"""Of a column's cells."""
MAX_UNKNOWN = 20
"""Clients that are not known, of which the report has the names."""

_DATED = {
    "invoices": "issued_on",
    "metrics": "on",
    "targets": "month",
    "effort": "month",
    "touchpoints": "occurred_at",
    "observations": "occurred_on",
}
"""The field that puts a record into a month, by kind."""
_TOTALLED = {
    "invoices": ("amount", "paid_amount"),
    "metrics": ("spend", *GOAL_METRICS),
    "effort": ("hours",),
}
"""Fields whose totals tell whether a file was read right, by kind; of the others the records are counted."""
_MONEY = MONEY_METRICS | {"amount", "paid_amount", "monthly_fee"}


_Group = tuple[date, str]
"""A month and a currency."""


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """One column of the file and how it was read."""

    title: str
    name: str
    examples: tuple[tuple[str, str], ...]
    """Cells as they stand in the file, and what was read."""


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """The sum of one field over the records of a month."""

    month: date
    name: str
    """The field, or `records`."""
    currency: str
    """Empty for what is no money."""
    value: float
    """In minor units where there is a currency."""


@dataclass(slots=True)
class Summary:
    """What is gathered while the rows go by."""

    unkept: int = 0
    """Rows that say that they are none of what is imported."""
    parts: int = 0
    """Rows that were added up."""
    merged: int = 0
    """Records that they make."""
    unknown_clients: Counter[str] = field(default_factory=Counter)
    """Rows by the client they name, which is not known."""
    people_left_out: Counter[str] = field(default_factory=Counter)
    """Rows by the person they name, who is not known."""
    made_keys: int = 0
    """Clients that got a key made from their name."""
    client_names: dict[str, str] = field(default_factory=dict)
    """Of the clients that the file describes, by key."""
    people_added: list[str] = field(default_factory=list)
    """People who were not known, and are by name alone."""
    changes: list[str] = field(default_factory=list)
    """What a dry run would change, of the first CHANGES_SHOWN rows."""
    _examples: dict[str, dict[str, str]] = field(default_factory=dict)
    _totals: dict[tuple[date, str, str], float] = field(default_factory=dict)

    def add_examples(self, chunk: ParsedChunk, file: OpenedFile) -> None:
        """Note what the cells of some rows were read as, until there are EXAMPLES of each column."""
        for column in file.columns:
            known = self._examples.setdefault(column.name, {})
            if len(known) >= EXAMPLES:
                continue
            cells, values = chunk.columns[column.name], chunk.values[column.name]
            for cell in dict.fromkeys(cells):
                at = cells.index(cell)
                if is_blank(cell) or any(each.column == column.name for each in chunk.refusals.get(at, ())):
                    continue
                known.setdefault(display_text(cell), describe_value(values[at]))
                if len(known) >= EXAMPLES:
                    break

    def add_outcome(self, kind: str, record: Mapping[str, Any], rows: int) -> None:
        """Add a record to the totals of its month, and count the rows that were added up to it."""
        if rows > 1:
            self.parts += rows
            self.merged += 1
        if kind == "clients":
            self.client_names[record["external_id"]] = record["name"]
        day = record.get(_DATED.get(kind, ""))
        if day is None:
            return
        month = date(day.year, day.month, 1)
        for name in _TOTALLED.get(kind, ()):
            value = record.get(name)
            if value is not None:
                self._add(month, name, record["currency"] if name in _MONEY else "", value)
        self._add(month, "records", "", 1)

    def add_records(self, kind: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add records of a kind that has days, given by column, to the totals of their months."""
        month_of = {day: date(day.year, day.month, 1) for day in set(columns[_DATED[kind]])}
        months = list(map(month_of.__getitem__, columns[_DATED[kind]]))
        in_money = _places_of(zip(months, columns["currency"], strict=True))
        by_month = _places_of((month, "") for month in months)
        for (month, _), places in by_month.items():
            self._add(month, "records", "", len(places))
        for name in columns.keys() & _TOTALLED.get(kind, ()):
            for (month, currency), places in (in_money if name in _MONEY else by_month).items():
                values = [value for at in places if (value := columns[name][at]) is not None]
                if values:
                    # one after the other, as rows come: a sum of fractions depends on it
                    key = (month, name, currency)
                    self._totals[key] = sum(values, self._totals.get(key, 0))

    def add_changes(self, changes: Iterable[Change], lookup: ReferenceLookup) -> None:
        """Note what would change, until there are CHANGES_SHOWN rows."""
        room = CHANGES_SHOWN - len(self.changes)
        self.changes.extend(_describe_change(change, lookup) for change in islice(changes, room))

    def _add(self, month: date, name: str, currency: str, value: float) -> None:
        key = (month, name, currency)
        self._totals[key] = self._totals.get(key, 0) + value

    def find_twins(self, known: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the clients of the file that look like one, or like one that is `known` (names by key), two by two."""
        if not self.client_names:
            return []
        ours = set(self.client_names.values())
        found = twins.pairs([*ours, *(name for key, name in known.items() if key not in self.client_names)])
        return [pair for pair in found if ours.intersection(pair)]

    def columns(self, file: OpenedFile) -> list[ColumnReading]:
        """Return what each column was read as, in the file's order."""
        positions = file.header.positions
        doubles = [other for name, other in STAND_INS.items() if positions.get(name, -1) == positions.get(other)]
        columns = sorted(
            (column for column in file.columns if column.name not in doubles), key=lambda column: positions[column.name]
        )
        return [
            ColumnReading(
                file.header.titles[file.header.positions[column.name]],
                column.name,
                tuple(self._examples.get(column.name, {}).items()),
            )
            for column in columns
        ]

    def totals(self) -> list[MonthTotal]:
        """Return the totals, by month."""
        return [MonthTotal(*key, value) for key, value in sorted(self._totals.items())]


def _places_of(groups: Iterable[_Group]) -> dict[_Group, list[int]]:
    """Return the places of the members of each group."""
    places: dict[_Group, list[int]] = {}
    for at, group in enumerate(groups):
        places.setdefault(group, []).append(at)
    return places


def _describe_change(change: Change, lookup: ReferenceLookup) -> str:
    """Write ``MILL 2026-11-20: spend 100.00 EUR → 420.00 EUR``."""
    record = change.record
    client = lookup.find_by_id(record["client_id"]) if "client_id" in record else None
    keys = [client.external_id if client else record.get("external_id")]
    keys += [describe_value(record[name]) for name in _SHOWN_KEYS if record.get(name)]
    fields = [
        f"{name} {_describe_field(name, old, record)} → {_describe_field(name, record[name], record)}"
        for name, old in change.before.items()
        if name not in _DERIVED
    ]
    return f"{' '.join(map(str, keys))}: {', '.join(fields)}"


_SHOWN_KEYS = ("number", "on", "source", "month", "metric", "kind", "title", "occurred_at")
_DERIVED = frozenset({"search_name"})
"""Fields that follow from another one."""


def _describe_field(name: str, value: Any, record: Mapping[str, Any]) -> str:
    if name in _MONEY and isinstance(value, int) and record.get("currency"):
        return format_minor(value, record["currency"])
    return describe_value(value)


def describe_value(value: Value) -> str:
    """Write a value as it was understood: dates in ISO 8601, amounts with their currency."""
    if isinstance(value, Amount):
        return f"{value.units:f} {value.currency or value.sign}".strip()
    if isinstance(value, PersonReference):
        return value.email or value.slack_user_id or value.name or ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{100 * value:g}%" if isinstance(value, Share) else f"{value:g}"
    return "nothing" if value is None else display_text(value)


_ROWS_LEFT_OUT = {
    "title": "title row",
    "total": "total row",
    "section": "section heading",
    "footer": "footer",
    "header": "repeated header",
}


def describe(file: OpenedFile) -> list[str]:
    """Say what a file looks like, what is known of it from before, and what of it is left out, a sentence each."""
    notes = [*file.source.notes]
    before = ", ".join(file.recalled.describe())
    if before:
        notes.append(f"As said of such a file before: {before}.")
    if file.export:
        notes.append(f"This looks like a {file.export.name}{_meaning(file.export)}.")
    left_out = [
        count_of(file.left_out[what], words) for what, words in _ROWS_LEFT_OUT.items() if file.left_out.get(what)
    ]
    unknown = file.header.unknown
    if unknown:
        left_out.append(f"{count_of(len(unknown), 'column')} ({list_titles(unknown)})")
    if left_out:
        notes.append(f"Left out: {', '.join(left_out)}.")
    return notes


def _meaning(export: KnownExport) -> str:
    match export.rows:
        case "parts":
            return ", whose rows of one day or month are added up"
        case "lines":
            return ", a row a line of an invoice"
        case _:
            return ""


def count_of(count: int, words: str) -> str:
    """Write ``1 total row`` or ``3 total rows``."""
    return f"{count:,} {words}{'' if count == 1 else 's'}"


def describe_unknown(unknown: Mapping[str, int], near: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Yield a line for each client that is not known, the most rows first, with the names that are near."""
    ranked = sorted(unknown, key=lambda name: (-unknown[name], name))
    for name in ranked[:MAX_UNKNOWN]:
        alike = ", ".join(near.get(name, ()))
        yield f"{name} ({count_of(unknown[name], 'row')}){f': is it {alike}?' if alike else ''}"
    if len(ranked) > MAX_UNKNOWN:
        yield f"… and {len(ranked) - MAX_UNKNOWN:,} more"
