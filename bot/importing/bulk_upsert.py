"""Upserts many records into a table at once: new ones are inserted, different ones updated, the rest left alone.

The records are staged in a temporary table (by COPY on Postgres), compared with what is stored, and written by one
statement. So the counts are exact, and a file that was imported before writes nothing. Never here: files, and what the
records mean (`bot.importing.mapping`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, MetaData, Table, and_, bindparam, false, func, insert, literal, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot.importing.before_images import Run, image_of
from bot.infra.models import ImportChange

Record = Mapping[str, Any]
_Columns = ReadOnlyColumnCollection[str, Any]


CHANGES_SHOWN = 5
"""Of the rows that a chunk would change, to show what would happen."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an upsert would change in one row."""

    record: Record
    """As it would be."""
    before: Mapping[str, Any]
    """The values of the columns that would change, as they are."""


@dataclass(frozen=True, slots=True)
class UpsertResult:
    """The result of an upsert, in rows, and the clients concerned."""

    added: int
    changed: int
    unchanged: int
    client_ids: frozenset[int]
    """Of the rows that were added or changed, where the table has a `client_id`."""
    changes: tuple[Change, ...] = ()
    """Of a comparison: the first CHANGES_SHOWN."""


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
        run: Run | None = None,
    ) -> None:
        """Prepare the statements.

        `key` is the table's unique key, a part of `columns`. Of the columns, those in `insert_only` are written to new
        rows alone. `insert_values` are further values for new rows, `write_values` for new and changed ones. With
        `run`, each row that is written names it, and is kept as it was before, so that the run can be taken back.
        """
        self._run = run
        if run:
            write_values = {**write_values, "import_run_id": run.id}
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
        self._changed = and_(same, self._is_different(target.c, stage.c))
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
            if self._run and not all(new for new, _ in differences):
                session.execute(self._build_images(session, self._run))
            session.execute(self._build_upsert(session))
        changes = () if write else tuple(self._read_changes(session))
        self._stage.drop(session.connection())  # after an error it goes with the transaction
        added = sum(1 for new, _ in differences if new)
        ids = frozenset(client_id for _, client_id in differences if client_id is not None)
        return UpsertResult(added, len(differences) - added, len(records) - len(differences), ids, changes)

    def _read_changes(self, session: Session) -> Iterator[Change]:
        stage, names = self._stage, self._compared
        old = [self._target.c[name].label(f"old_{name}") for name in names]
        statement = select(*stage.c, *old).select_from(stage.join(self._target, self._changed)).limit(CHANGES_SHOWN)
        for row in session.execute(statement).mappings():
            before = {name: row[f"old_{name}"] for name in names if row[f"old_{name}"] != row[name]}
            yield Change({name: row[name] for name in self._columns}, before)

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

    def _build_images(self, session: Session, run: Run) -> Any:
        """Insert the rows that will be changed, as they are; those that the run itself has written before are not."""
        target, dialect = self._target, session.get_bind().dialect.name
        run_id = func.abs(target.c.import_run_id)
        images = select(
            literal(run.workspace_id),
            literal(run.id),
            target.c.client_id if "client_id" in target.c else target.c.id,
            run_id,
            image_of(target, self._columns, dialect),
        ).where(self._changed, run_id.is_distinct_from(run.id))
        columns = ("workspace_id", "run_id", "client_id", "previous_run_id", "before")
        return insert(ImportChange).from_select(columns, images)

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
