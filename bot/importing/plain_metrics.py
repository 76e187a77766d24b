"""Maps metrics many at a time, by column, where nothing about any row is unusual, as in most of a large file.

Whatever is unusual is for `bot.importing.rows`, and so are all rows beside it: a cell that is refused, a client that is
not known, a moment for a day, a currency beside an amount, several rows of a key. Both make the same records.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.importing.bulk_upsert import Columns
from bot.importing.errors import RowError
from bot.importing.mapping.context import MappingContext, require_not_future
from bot.importing.mapping.financials import map_metrics
from bot.importing.parsing.layout import is_total_label
from bot.importing.parsing.parsed_rows import ParsedChunk
from bot.importing.parsing.reader import OpenedFile
from bot.importing.rows import RowMapper


@dataclass(frozen=True, slots=True)
class PlainRecords:
    """The records of some rows."""

    columns: Columns
    states_currency: bool
    """Whether the file says their currency."""


class PlainMetrics:
    """Maps the rows of one file."""

    def __init__(self, file: OpenedFile, context: MappingContext, rows: RowMapper) -> None:
        self._currency, self._context, self._rows = file.currency, context, rows
        meant = any(file.meanings_of(column.name) for column in file.columns)
        fallback = file.export.fallback if file.export else {}
        self._fits = file.kind == "metrics" and not (meant or file.defaults or fallback or file.hints)
        self._money = [column.name for column in file.columns if column.type == "money"]

    def map_chunk(self, chunk: ParsedChunk) -> PlainRecords | None:
        """Map the rows of a chunk, none of whose keys other rows have; None where not all of them are plain."""
        values = chunk.values
        if not self._fits or chunk.refusals or not self._are_days(values["date"]):
            return None
        if any(is_total_label(str(source)) for source in set(values.get("source", ())) if source):
            return None
        clients = [client for client in self._rows.find_clients(values["client"]) if client]
        told = self._find_currencies(values, len(chunk.numbers))
        if len(clients) < len(chunk.numbers) or told is None:
            return None
        currencies = told or [client.ad_currency or client.currency for client in clients]
        return PlainRecords(map_metrics(values, clients, currencies, self._context), states_currency=bool(told))

    def _are_days(self, values: Sequence[Any]) -> bool:
        days = set(values)
        if datetime in set(map(type, days)):
            return False
        try:
            require_not_future(max(days), "date", self._context)
        except RowError:
            return False
        return True

    def _find_currencies(self, values: Mapping[str, Sequence[Any]], rows: int) -> Sequence[str] | None:
        """Return the currency that the file says for each row; none where it says none, None where rows differ."""
        for name in self._money:
            if any(amount is not None and (amount.currency or amount.sign) for amount in values[name]):
                return None
        said = set(values.get("currency", (None,)))
        if said == {None}:
            return [self._currency] * rows if self._currency else []
        if None in said and not self._currency:
            return None
        return [code or self._currency for code in values["currency"]]
