"""Upserts many records into a table at once: new ones are inserted, different ones updated, the rest left alone.

The records are staged in a temporary table (by COPY on Postgres), compared with what is stored, and written by one
statement. So the counts are exact, and a file that was imported before writes nothing. Never here: files, and what the
records mean (`bot.importing.mapping`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, MetaData, Table, and_, bindparam, false, insert, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ReadOnlyColumnCollection

Record = Mapping[str, Any]
_Columns = ReadOnlyColumnCollection[str, Any]


@dataclass(frozen=True, slots=True)
class UpsertResult:
    """The result of an upsert, in rows, and the clients concerned."""

    added: int
    changed: int
    unchanged: int
    client_ids: frozenset[int]
    """Of the rows that were added or changed, where the table has a `client_id`."""


class BulkUpsert:
    """Upserts records with the same columns into one table."""

    def __init__(
        self,
        target: Table,
        key: Sequence[str],
        columns: Sequence[str],
        *,
        insert_only: frozenset[str],
        insert_values: Mapping[str, Any],
        write_values: Mapping[str, Any],
    ) -> None:
        """Prepare the statements.

        `key` is the table's unique key, a part of `columns`. Of the columns, those in `insert_only` are written to new
        rows alone. `insert_values` are further values for new rows, `write_values` for new and changed ones.
        """
        self._key, self._columns = tuple(key), tuple(columns)
        self._compared = [name for name in columns if name not in key and name not in insert_only]
        self._fixed = {**insert_values, **write_values}
        self._stage = Table(
            "staged_rows",
            MetaData(),
            *(Column(name, target.c[name].type) for name in columns),
            prefixes=["TEMPORARY"],
        )
        stage = self._stage
        same = and_(*(target.c[name] == stage.c[name] for name in key))
        new = target.c[self._key[-1]].is_(None)
        client_id = stage.c.client_id if "client_id" in columns else bindparam("no_client", None)
        self._select_differences = (
            select(new, client_id)
            .select_from(stage.outerjoin(target, same))
            .where(or_(new, self._is_different(target.c, stage.c)))
        )
        self._source = select(
            *(stage.c[name] for name in columns),
            *(bindparam(f"fixed_{name}", value, target.c[name].type) for name, value in self._fixed.items()),
        ).where(true())  # a WHERE keeps SQLite from reading ON CONFLICT as a join's ON
        self._target = target
        self._updates = [*self._compared, *write_values]

    def _is_different(self, old: _Columns, new: _Columns) -> Any:
        return or_(false(), *(old[name].is_distinct_from(new[name]) for name in self._compared))

    def run(self, session: Session, records: Sequence[Record]) -> UpsertResult:
        """Upsert records that all have exactly the given columns; of several with one key, the last counts."""
        return self._process(session, records, write=True)

    def compare(self, session: Session, records: Sequence[Record]) -> UpsertResult:
        """Return what `run` would return, and store nothing."""
        return self._process(session, records, write=False)

    def _process(self, session: Session, records: Sequence[Record], *, write: bool) -> UpsertResult:
        latest = {self._key_of(record): record for record in records}
        if not latest:
            return UpsertResult(0, 0, 0, frozenset())
        self._stage.create(session.connection())
        self._stage_records(session, list(latest.values()))
        differences = session.execute(self._select_differences).all()
        if differences and write:
            session.execute(self._build_upsert(session))
        self._stage.drop(session.connection())  # after an error it goes with the transaction
        added = sum(1 for new, _ in differences if new)
        ids = frozenset(client_id for _, client_id in differences if client_id is not None)
        return UpsertResult(added, len(differences) - added, len(records) - len(differences), ids)

    def _key_of(self, record: Record) -> tuple[Any, ...]:
        return tuple([record[name] for name in self._key])

    def hash_key(self, record: Record) -> int:
        """Return a number that is the same for records with the same key."""
        return hash(self._key_of(record))

    def hash_compared(self, record: Record) -> int:
        """Return a number that is the same for records that are alike in all that is compared."""
        return hash(tuple([record[name] for name in self._compared]))

    def _next_version(self) -> dict[str, Any]:
        """Increment the row's version of its facts, where the table has one."""
        version = self._target.c.get("facts_version")
        return {} if version is None else {"facts_version": version + 1}

    def _stage_records(self, session: Session, records: Sequence[Record]) -> None:
        if session.get_bind().dialect.name != "postgresql":
            session.execute(insert(self._stage), records)
            return
        columns = ", ".join(f'"{name}"' for name in self._columns)
        connection: Any = session.connection().connection.driver_connection
        with connection.cursor() as cursor, cursor.copy(f"COPY staged_rows ({columns}) FROM STDIN") as copy:
            for record in records:
                copy.write_row([record[name] for name in self._columns])

    def _build_upsert(self, session: Session) -> Any:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(self._target).from_select([*self._columns, *self._fixed], self._source)
        if not self._updates:
            return statement.on_conflict_do_nothing(index_elements=self._key)
        return statement.on_conflict_do_update(
            index_elements=self._key,
            set_={name: statement.excluded[name] for name in self._updates} | self._next_version(),
            where=self._is_different(self._target.c, statement.excluded),
        )
