"""Upserts many records into a table at once: new ones are inserted, different ones updated, the rest left alone.

The records are staged in a temporary table (by COPY on Postgres), compared with what is stored, and written by one
statement. So the counts are exact, and a file that was imported before writes nothing. Never here: files, and what the
records mean (`bot.importing.mapping`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    Dialect,
    MetaData,
    Table,
    and_,
    bindparam,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.types import TypeEngine

from bot.importing.before_images import Run, image_of
from bot.infra.models import ImportChange

Record = Mapping[str, Any]
Columns = Mapping[str, Sequence[Any]]
"""Records by column: as they are staged, many at a time."""
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


def by_column(records: Sequence[Record]) -> Columns:
    """Return records that all have the same columns by these."""
    return {name: [record[name] for record in records] for name in (records[0] if records else ())}


def by_row(columns: Columns) -> list[dict[str, Any]]:
    """Undo `by_column`."""
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def join(parts: Sequence[Columns]) -> Columns:
    """Put records with the same columns one after the other."""
    if len(parts) == 1:
        return parts[0]
    return {name: list(chain.from_iterable(part[name] for part in parts)) for name in parts[0]}


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
        new = target.c[self._key[-1]].is_(None).label("new")
        groups = [new, *([stage.c.client_id] if "client_id" in columns else [])]
        self._count_differences = (
            select(func.count(), *groups)
            .select_from(stage.outerjoin(target, same))
            .where(or_(new, self._is_different(target.c, stage.c)))
            .group_by(*groups)
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

    def run(self, session: Session, columns: Columns) -> UpsertResult:
        """Upsert records, given by column; of several with one key, the last counts."""
        return self._process(session, columns, write=True)

    def compare(self, session: Session, columns: Columns) -> UpsertResult:
        """Return what `run` would return, and store nothing."""
        return self._process(session, columns, write=False)

    def _process(self, session: Session, columns: Columns, *, write: bool) -> UpsertResult:
        keys = list(zip(*(columns.get(name, ()) for name in self._key), strict=True))
        if not keys:
            return UpsertResult(0, 0, 0, frozenset())
        latest = {key: at for at, key in enumerate(keys)}
        if len(latest) < len(keys):
            columns = {name: [values[at] for at in latest.values()] for name, values in columns.items()}
        self._stage.create(session.connection())
        self._stage_records(session, columns)
        differences = session.execute(self._count_differences).all()
        if differences and write:
            if self._run and not all(new for _, new, *_ in differences):
                session.execute(self._build_images(session, self._run))
            session.execute(self._build_upsert(session))
        changes = () if write else tuple(self._read_changes(session))
        self._stage.drop(session.connection())  # after an error it goes with the transaction
        added = sum(count for count, new, *_ in differences if new)
        different = sum(count for count, *_ in differences)
        ids = frozenset(client_id for _, _, *client_ids in differences for client_id in client_ids)
        return UpsertResult(added, different - added, len(keys) - different, ids, changes)

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

    def _stage_records(self, session: Session, columns: Columns) -> None:
        connection = session.connection()
        names = ", ".join(f'"{name}"' for name in self._columns)
        if connection.dialect.name == "postgresql":
            driver: Any = connection.connection.driver_connection
            with driver.cursor() as cursor, cursor.copy(f"COPY staged_rows ({names}) FROM STDIN") as copy:
                for row in zip(*(columns[name] for name in self._columns), strict=True):
                    copy.write_row(row)
            return
        bound = [_bind(columns[name], self._stage.c[name].type, connection.dialect) for name in self._columns]
        places = ", ".join("?" * len(bound))
        connection.exec_driver_sql(
            f"INSERT INTO staged_rows ({names}) VALUES ({places})",  # noqa: S608  # names of our own columns
            list(zip(*bound, strict=True)),
        )

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


def _bind(values: Sequence[Any], kind: TypeEngine[Any], dialect: Dialect) -> Sequence[Any]:
    """Convert a column's values to what the driver stores of them."""
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    if convert is None:
        return values
    if isinstance(kind, Date):  # a day recurs
        return list(map({day: convert(day) for day in set(values)}.__getitem__, values))
    return list(map(convert, values))
