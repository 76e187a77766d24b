"""From the rows of a file to the records to store: each row mapped, rows of one key made one.

Never here: how a file is read, and how records are written.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.importing.entries import Entry, GroupingRules
from bot.importing.errors import NoRecordError
from bot.importing.grouping import Groups, Outcome
from bot.importing.lookup import ReferenceLookup
from bot.importing.mapping.context import MappingContext
from bot.importing.mapping.registry import IMPORT_SPECS
from bot.importing.parsing.columns import KEYS
from bot.importing.parsing.parsed_rows import ParsedChunk, ParsedRow
from bot.importing.parsing.reader import OpenedFile
from bot.importing.plain_metrics import PlainMetrics, PlainRecords
from bot.importing.repeated_keys import RepeatedKeys
from bot.importing.rows import RowMapper
from bot.importing.summary import Summary


class RecordSource:
    """Makes records of a file's rows.

    Where two rows may have the same key, it goes through the file once more for the keys alone: a key may be written in
    several ways.
    """

    def __init__(self, file: OpenedFile, lookup: ReferenceLookup, summary: Summary, now: datetime) -> None:
        self.spec = IMPORT_SPECS[file.kind]
        self.context = MappingContext(lookup, file.column_names, now)
        self.file, self._summary = file, summary
        summary.people_left_out, summary.people_added = lookup.unknown_people, lookup.added_people
        self._mapper = RowMapper(file, self.spec, self.context)
        self._plain = PlainMetrics(file, self.context, self._mapper)
        self._repeated = self._find_repeated_keys()
        export = file.export
        rules = GroupingRules(
            file.kind,
            export.rows if export else None,
            export.repeated if export else frozenset(),
            file.answers.repeats,
        )
        self._groups = Groups(rules, self._repeated)

    def _find_repeated_keys(self) -> RepeatedKeys:
        found = RepeatedKeys()
        if self.file.keys.are_unique() and self._mapper.tells_apart(self.file.keys.cells):
            return found
        names = {*KEYS[self.file.kind], *(("name",) if self.file.kind in {"clients", "contacts"} else ())}
        with_amount = self.file.kind == "invoices"
        for chunk in self.file.chunks(names | {"amount"} if with_amount else names):
            amounts = chunk.values.get("amount") if with_amount else None
            found.add(self._mapper.find_keys(chunk), amounts)
        found.finish()
        return found

    def map_chunk(self, chunk: ParsedChunk) -> PlainRecords | Iterator[Outcome]:
        """Return the records of some rows, or yield what becomes of each, and of earlier ones that waited for these."""
        self._summary.add_examples(chunk, self.file)
        keys = self._mapper.find_keys(chunk) if self._repeated.counts else [None] * len(chunk.numbers)
        if self._repeated.counts.keys().isdisjoint(keys):
            plain = self._plain.map_chunk(chunk)
            if plain:
                self._summary.add_records(self.file.kind, plain.columns)
                return plain
        return self._map_rows(chunk, keys)

    def _map_rows(self, chunk: ParsedChunk, keys: Sequence[int | None]) -> Iterator[Outcome]:
        for row, key in zip(chunk.rows(), keys, strict=True):
            for outcome in self._groups.add(self._map_row(row, key)):
                if outcome.entry and outcome.entry.record:
                    self._summary.add_outcome(
                        self.file.kind, outcome.entry.record, 1 if outcome.repeated else outcome.rows
                    )
                yield outcome

    def _map_row(self, row: ParsedRow, key: int | None) -> Entry:
        try:
            entry = self._mapper.map_row(row, key, repeats=key in self._repeated.counts)
        except NoRecordError:
            self._summary.unkept += 1
            return Entry(row.number, key)
        if entry.unknown_client:
            self._summary.unknown_clients[entry.unknown_client] += 1
        if self.file.kind == "clients" and entry.record and row.values.get("external_id") is None:
            self._summary.made_keys += entry.record["external_id"] not in self.context.lookup.clients
        return entry
