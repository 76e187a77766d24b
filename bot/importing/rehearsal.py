"""What an import would do, found out by reading alone: nobody waits for a rehearsal, however long the file is.

It compares with what is stored, and with what earlier rows of the same file would have stored. Never here: how a file
is read, and what a row means.
"""

from collections.abc import Sequence
from itertools import count

from sqlalchemy.orm import Session

from bot.importing.bulk_upsert import BulkUpsert, UpsertResult, by_column
from bot.importing.lookup import KnownMember, ReferenceLookup
from bot.importing.mapping.context import Record
from bot.importing.mapping.registry import ImportSpec
from bot.importing.parsing.values import PersonReference
from bot.people import members


class RehearsedLookup(ReferenceLookup):
    """A lookup that gives people who are not known yet a number of their own, and stores nobody."""

    def __init__(self, session: Session, workspace_id: int) -> None:
        super().__init__(session, workspace_id)
        self._invented = count(-1, -1)

    def _add_member(self, person: PersonReference) -> KnownMember:  # noqa: ARG002
        return KnownMember(next(self._invented), members.zone_of("UTC"))


class Rehearsal:
    """Counts what an import of a file would add and change, one chunk of records after another."""

    def __init__(self, spec: ImportSpec) -> None:
        self._spec = spec
        self._earlier: dict[int, int] = {}
        """Of the records of earlier chunks: the hash of what is compared, by the hash of the key."""

    def compare(self, session: Session, upsert: BulkUpsert, records: Sequence[Record]) -> UpsertResult:
        """Return what upserting the records would have added and changed."""
        latest = {upsert.hash_key(record): record for record in records}
        values = {key: upsert.hash_compared(record) for key, record in latest.items()}
        changed = sum(self._earlier.get(key, value) != value for key, value in values.items())
        fresh = [record for key, record in latest.items() if key not in self._earlier]
        self._earlier |= values
        stored = self._spec.find_exported(session, fresh) if self._spec.find_exported else {}
        changed += sum(upsert.hash_compared(fresh[at]) != upsert.hash_compared(row) for at, row in stored.items())
        unknown = [record for at, record in enumerate(fresh) if at not in stored]
        result = upsert.compare(session, by_column(unknown))
        changed += result.changed
        return UpsertResult(result.added, changed, len(records) - result.added - changed, frozenset(), result.changes)
