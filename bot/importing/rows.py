"""Makes a record of one parsed row: what the export leaves unsaid, its days and currencies, then what it means.

Never here: how cells are read (`bot.importing.parsing`), what the columns of a kind mean (`bot.importing.mapping`), and
several rows of one record (`bot.importing.grouping`).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision

from bot.importing.amounts import currency_of, read_figure
from bot.importing.entries import Entry
from bot.importing.errors import CellError, NoRecordError, RowError, UnknownClientError
from bot.importing.formats import LEFT_OUT
from bot.importing.grouping import SUMMED
from bot.importing.lookup import KnownClient
from bot.importing.mapping.context import MappingContext
from bot.importing.mapping.hints import HINTS, NO_RECORD
from bot.importing.mapping.registry import ImportSpec
from bot.importing.parsing import dates
from bot.importing.parsing.cells import Cell, display_text
from bot.importing.parsing.columns import KEYS
from bot.importing.parsing.parsed_rows import ParsedChunk, ParsedRow, Refusal
from bot.importing.parsing.reader import OpenedFile
from bot.importing.parsing.titles import normalize_title
from bot.importing.parsing.values import Amount, ColumnFormat

_VERSION_TITLES = re.compile(
    r"(?:.*_)?(?:version|revision|updated?|modified|exported|imported|created|changed|synced"
    r"|geandert|zmieniono|actualizado|изменено|обновлено)(?:_.*)?"
)
"""Titles of columns that tell when a row was written, not which part of a whole it is."""
_STORED_CURRENCY = frozenset({"invoices", "metrics", "clients", "targets"})
"""Kinds whose records have a currency of their own."""


class RowMapper:
    """Maps the rows of one file to records."""

    def __init__(self, file: OpenedFile, spec: ImportSpec, context: MappingContext) -> None:
        self._file, self._spec = file, spec
        self._context = replace(context, column_names=file.column_names - {column.name for column in file.hints})
        export = file.export
        self._defaults: Mapping[str, Any] = file.defaults
        self._fallback: Mapping[str, str] = export.fallback if export else {}
        self._zone = ZoneInfo(file.answers.zone) if file.answers.zone else None
        self._days = [column.name for column in file.columns if column.type == "day"]
        self._moments = [column.name for column in file.columns if column.type == "moment"]
        self._money = [column.name for column in file.columns if column.type == "money"]
        self._left_out = _left_out_words(file)
        self._needed = {column.name for column in file.needed}
        self._settle = HINTS.get(file.kind) if file.hints else None
        self._details = _detail_positions(file)
        self._clients: dict[str | None, KnownClient | None] = {}
        """By what keys call them; None where that is no client."""

    def find_keys(self, chunk: ParsedChunk) -> list[int | None]:
        """Return the hash of each row's key; None where it can't be read, or where only the whole row is one."""
        names = KEYS[self._file.kind]
        references = self._column("client", chunk)
        clients = self.find_clients(references)
        ids = [client and client.id for client in clients]
        if names[-1] == "external_id":
            own = self._column("external_id", chunk)
            if self._file.kind in {"clients", "contacts"}:
                own = [key or name for key, name in zip(own, self._column("name", chunk), strict=True)]
            return [
                None if key is None or (client is None and reference is not None) else hash((client, key))
                for client, reference, key in zip(ids, references, own, strict=True)
            ]
        others = {name: self._column(name, chunk) for name in names if name != "client"}
        for name in others.keys() & self._days:
            if datetime in set(map(type, others[name])):
                others[name] = [self._to_day(*each) for each in zip(others[name], clients, strict=True)]
        found: list[int | None] = list(map(hash, zip(ids, *others.values(), strict=True)))
        for name, column in {"client": ids, **others}.items():
            if name != "source" and None in column:
                found = [None if value is None else key for value, key in zip(column, found, strict=True)]
        return found

    def tells_apart(self, cells: Mapping[str, Collection[Cell]]) -> bool:
        """Whether cells that differ are different keys, given the different ones of each column of the key."""
        if KEYS[self._file.kind][-1] == "external_id" or self._defaults:
            return False
        for name, different in cells.items():
            values: Sequence[Any] = self._file.read_cells(name, list(different))
            if name == "client":
                values = [client and client.id for client in self.find_clients(values)]
            if name != "source":  # without any other there is no key
                values = [value for value in values if value is not None]
            if datetime in set(map(type, values)) or len(set(values)) < len(values):
                return False
        return True

    def _column(self, name: str, chunk: ParsedChunk) -> Sequence[Any]:
        """Return a column's values, with what stands in for those that are blank."""
        stand_in, values = self._defaults.get(name), chunk.values.get(name)
        if values is None:
            return [stand_in] * len(chunk.numbers)
        return values if stand_in is None else [stand_in if value is None else value for value in values]

    def find_clients(self, references: Sequence[Any]) -> list[KnownClient | None]:
        """Return the clients of references; None for a blank one, and where there is no such client or several."""
        for reference in set(references) - self._clients.keys():
            try:
                self._clients[reference] = self._find_client({"client": reference})
            except RowError:
                self._clients[reference] = None
        return list(map(self._clients.__getitem__, references))

    def map_row(self, row: ParsedRow, key: int | None, *, repeats: bool) -> Entry:
        """Map a row, whose key other rows have too if it `repeats`.

        Raises:
            NoRecordError: when it says that it is none of what is imported.
        """
        for name, words in self._left_out.items():
            if normalize_title(display_text(self._cell_of(row, name))) in words:
                raise NoRecordError
        if any(row.values.get(name) in words for name, words in NO_RECORD.items()):
            raise NoRecordError
        detail = self._detail_of(row) if repeats else ()
        if row.refusals:
            return Entry(row.number, key, refusals=row.refusals, detail=detail)
        try:
            values, stated = self._complete(row.values)
            record = self._spec.map_row(values, self._context)
        except RowError as error:
            cell = self._cell_of(row, error.column)
            refusal = Refusal(row.number, error.column, display_text(cell), str(error))
            unknown = error.reference if isinstance(error, UnknownClientError) else ""
            return Entry(row.number, key, refusals=(refusal,), detail=detail, unknown_client=unknown)
        if not repeats:
            return Entry(row.number, key, record, states_currency=stated)
        return Entry(
            row.number,
            key,
            record,
            detail=detail,
            texts={column.name: display_text(self._cell_of(row, column.name)) for column in self._file.columns},
            figures=self._figures_of(row, record) if self._file.kind == "invoices" else (),
            states_currency=stated,
        )

    def _complete(self, parsed: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        """Return a row's values with what is left unsaid, and whether the row or the file says its currency."""
        values = dict(parsed)
        for name, word in self._defaults.items():
            if values.get(name) is None:
                values[name] = word
        for name, other in self._fallback.items():
            if values.get(name) is None:
                values[name] = values.get(other)
        client = self._find_client(values)
        values = self._localize(values, client)
        self._check_needed(values, self._needed - self._file.hinted)
        if self._settle:
            self._settle(values, self._context)
        self._check_needed(values, self._needed & self._file.hinted)
        return values, self._settle_currency(values, client)

    @staticmethod
    def _check_needed(values: Mapping[str, Any], names: Collection[str]) -> None:
        for name in sorted(names):
            if values.get(name) is None:
                raise RowError(name, "is needed")

    def _find_client(self, values: Mapping[str, Any]) -> KnownClient | None:
        reference = values.get("client")
        return self._context.lookup.find_client(reference) if reference is not None else None

    def _localize(self, values: Mapping[str, Any], client: KnownClient | None) -> dict[str, Any]:
        """Turn moments that stand for a day into the day of the account's zone, else of the client's owner."""
        found = dict(values)
        for name in self._days:
            value = found.get(name)
            if type(value) is datetime:
                found[name] = self._to_day(value, client)
        if self._zone:
            for name in self._moments:
                value = found.get(name)
                if type(value) is datetime and value.tzinfo is None:
                    found[name] = value.replace(tzinfo=self._zone)
        return found

    def _to_day(self, value: date | None, client: KnownClient | None) -> date | None:
        if type(value) is not datetime:
            return value
        zone = self._zone or (client.zone if client else None)
        return (value.astimezone(zone) if zone else value).date()

    def _settle_currency(self, values: dict[str, Any], client: KnownClient | None) -> bool:
        """Give each amount of a row its currency, and return whether the row or the file says it.

        Raises:
            RowError: when a sign may be of several currencies, or two amounts are in different ones.
        """
        amounts = {name: value for name in self._money if isinstance(value := values.get(name), Amount)}
        usual = self._usual_currency(client)
        said = values.get("currency")
        found = {
            name: currency_of(name, amount, said or self._file.currency, usual) for name, amount in amounts.items()
        }
        told = said or next((code for code in found.values() if code), "") or self._file.currency
        if not told:
            return False
        for name, code in found.items():
            if code and code != told:
                raise RowError(name, f"is in {code}, but the row's currency is {told}")
            values[name] = Amount(amounts[name].units, told)
        if self._file.kind in _STORED_CURRENCY:
            values["currency"] = told
        return True

    def _usual_currency(self, client: KnownClient | None) -> str:
        if client is None:
            return self._context.lookup.currency
        return (client.ad_currency if self._file.kind == "metrics" else None) or client.currency

    def _cell_of(self, row: ParsedRow, column: str) -> Cell:
        position = self._file.header.positions.get(column)
        return row.cells[position] if position is not None and position < len(row.cells) else None

    def _detail_of(self, row: ParsedRow) -> tuple[str, ...]:
        """Return what sets a row apart from others of its key."""
        cells = [display_text(row.cells[at]) if at < len(row.cells) else "" for at in self._details]
        if self._file.kind == "invoices":  # an amount without tax tells two lines apart as little as the amount itself
            mark = self._file.formats["amount"].decimal_mark
            cells = ["" if read_figure(cell, mark, 0).is_finite() else cell for cell in cells]
        finer = [
            display_text(cell)
            for name in ("date", "month")
            if name in self._file.formats
            and _is_finer(cell := self._cell_of(row, name), name, self._file.formats[name])
        ]
        return (*cells, *finer)

    def _figures_of(self, row: ParsedRow, record: Mapping[str, Any]) -> tuple[Decimal, ...]:
        """Return the numbers of a row that are left out, in minor units, to compare them with an invoice's total."""
        digits = get_currency_precision(record["currency"])
        mark = self._file.formats["amount"].decimal_mark
        figures = []
        for at in self._details:
            cell = row.cells[at] if at < len(row.cells) else None
            figures.append(read_figure(cell, mark, digits))
        return tuple(figures)


def _left_out_words(file: OpenedFile) -> Mapping[str, frozenset[str]]:
    """Return the words by column whose rows are no record."""
    words = {
        column.name: frozenset(text for text, word in file.meanings_of(column.name).items() if word == LEFT_OUT)
        for column in file.columns
    }
    return {name: texts for name, texts in words.items() if texts}


def _detail_positions(file: OpenedFile) -> list[int]:
    """Return the positions of the columns that are left out and may say which part of a whole a row is."""
    if file.kind not in SUMMED:
        return []
    used = set(file.header.positions.values())
    return [
        at
        for at, title in enumerate(file.header.titles)
        if title and at not in used and not _VERSION_TITLES.fullmatch(normalize_title(title))
    ]


_TIME_OF_DAY = re.compile(r".*\d{1,2}:\d{2}.*")


def _is_finer(cell: Cell, column: str, column_format: ColumnFormat) -> bool:
    """Whether a day says its hour, or a month its day: then several of them are parts."""
    if column == "date":
        return bool(_TIME_OF_DAY.fullmatch(display_text(cell)))
    try:
        dates.parse_day(cell, dates.DateStyle(column_format.date_order, column_format.epoch_1904))
    except CellError:
        return False
    return True
