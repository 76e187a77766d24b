"""Many rows into a table at once: those that are new are added, those that differ are changed, the rest left alone.

The rows are staged in a temporary table (by COPY on Postgres), compared with what is stored, and merged by one
statement. So the counts are exact, and a file that was read before writes nothing. What the rows mean is told by
`bot.importing.mapping`; nothing here knows of files.
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
class Outcome:
    """What a merge came to, in rows, and whose facts it changed."""

    added: int
    changed: int
    unchanged: int
    client_ids: frozenset[int]
    """Of the rows added or changed, where the table has a `client_id`."""


class Merge:
    """A way into one table for rows that all have the same columns."""

    def __init__(
        self,
        target: Table,
        key: Sequence[str],
        columns: Sequence[str],
        *,
        kept: frozenset[str],
        when_added: Mapping[str, Any],
        when_written: Mapping[str, Any],
    ) -> None:
        """Prepare the statements.

        `key` is the unique key that tells one row from another, a part of `columns`; those of the columns that are
        `kept` are for new rows alone. `when_added` holds what new rows get besides, `when_written` what new and
        changed ones do.
        """
        self._key, self._columns = tuple(key), tuple(columns)
        self._told = [name for name in columns if name not in key and name not in kept]
        self._fixed = {**when_added, **when_written}
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
        self._news = (
            select(new, client_id)
            .select_from(stage.outerjoin(target, same))
            .where(or_(new, self._differs(target.c, stage.c)))
        )
        self._source = select(
            *(stage.c[name] for name in columns),
            *(bindparam(f"fixed_{name}", value, target.c[name].type) for name, value in self._fixed.items()),
        ).where(true())  # a WHERE keeps SQLite from reading ON CONFLICT as a join's ON
        self._target = target
        self._updates = [*self._told, *when_written]

    def _differs(self, old: _Columns, new: _Columns) -> Any:
        return or_(false(), *(old[name].is_distinct_from(new[name]) for name in self._told))

    def run(self, session: Session, records: Sequence[Record]) -> Outcome:
        """Merge records that all have exactly the columns given; of several with one key, the last is taken."""
        latest = {tuple(record[name] for name in self._key): record for record in records}
        self._stage.create(session.connection())
        self._fill(session, list(latest.values()))
        news = session.execute(self._news).all()
        if news:
            session.execute(self._write(session))
        self._stage.drop(session.connection())  # after an error it goes with the transaction
        added = sum(1 for new, _ in news if new)
        ids = frozenset(client_id for _, client_id in news if client_id is not None)
        return Outcome(added, len(news) - added, len(records) - len(news), ids)

    def _next_version(self) -> dict[str, Any]:
        """Count the change, where the table's rows count theirs."""
        counted = self._target.c.get("facts_version")
        return {} if counted is None else {"facts_version": counted + 1}

    def _fill(self, session: Session, records: Sequence[Record]) -> None:
        if session.get_bind().dialect.name != "postgresql":
            session.execute(insert(self._stage), records)
            return
        names = ", ".join(f'"{name}"' for name in self._columns)
        connection: Any = session.connection().connection.driver_connection
        with connection.cursor() as cursor, cursor.copy(f"COPY staged_rows ({names}) FROM STDIN") as copy:
            for record in records:
                copy.write_row([record[name] for name in self._columns])

    def _write(self, session: Session) -> Any:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(self._target).from_select([*self._columns, *self._fixed], self._source)
        if not self._updates:
            return statement.on_conflict_do_nothing(index_elements=self._key)
        return statement.on_conflict_do_update(
            index_elements=self._key,
            set_={name: statement.excluded[name] for name in self._updates} | self._next_version(),
            where=self._differs(self._target.c, statement.excluded),
        )
