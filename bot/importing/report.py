"""The report of an import: what was added, changed and refused, and what the file's values were read as.

Never here: how it is printed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.importing.bulk_upsert import UpsertResult
from bot.importing.lookup import ReferenceLookup
from bot.importing.parsing.parsed_rows import Refusal
from bot.importing.parsing.reader import OpenedFile
from bot.importing.summary import ColumnReading, Summary

MAX_REFUSALS = 1_000
"""Refusals listed in a report; further ones are only counted."""


@dataclass(slots=True)
class ImportReport:
    """The result of an import, in rows."""

    kind: str
    dry_run: bool = False
    run_id: int | None = None
    """Of the import that was stored: what `atrisk import undo` takes back."""
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    """Why, cell by cell: the first MAX_REFUSALS."""
    unknown_columns: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    """For the file's author: which sheet was read, what the file looks like, what was left out."""
    summary: Summary = field(default_factory=Summary)
    columns: list[ColumnReading] = field(default_factory=list)
    titles: Mapping[str, str] = field(default_factory=dict)
    """The file's titles by our column."""
    near_names: dict[str, Sequence[str]] = field(default_factory=dict)
    """Clients whose names are nearly those that are not known, by these."""
    twins: list[tuple[str, str]] = field(default_factory=list)
    """Clients that look like one, of those that the file added or changed."""
    advice: list[str] = field(default_factory=list)
    """What to say to have refused rows taken, a sentence each."""

    def finish(self, file: OpenedFile, lookup: ReferenceLookup) -> None:
        """Add what is known once all rows have gone by; `lookup` has the clients that were known before."""
        self.columns = self.summary.columns(file)
        self.titles = {name: file.header.titles[position] for name, position in file.header.positions.items()}
        self.near_names = {name: lookup.find_near(name) for name in self.summary.unknown_clients}
        self.twins = self.summary.find_twins({key: client.name for key, client in lookup.clients.items()})
        unknown_words = {refusal.column for refusal in self.refusals if refusal.reason.startswith("is none of")}
        self.advice = [
            f'If such a value of {column} means one of these, say --map "{column}:VALUE=WORD" (- leaves the row out).'
            for column in sorted(unknown_words)
        ]

    def add_result(self, result: UpsertResult) -> None:
        """Add the counts of one chunk."""
        self.added += result.added
        self.changed += result.changed
        self.unchanged += result.unchanged

    def add_refusals(self, refusals: tuple[Refusal, ...]) -> None:
        """Count a refused row, and list its refusals while there is room."""
        self.refused += 1
        self.refusals.extend(refusals[: MAX_REFUSALS - len(self.refusals)])
