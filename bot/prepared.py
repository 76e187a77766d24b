"""Statements made ready once, for what is asked at nearly every delivery.

SQLAlchemy writes such a statement and knows its types, the driver carries it out: for a dozen rows that takes half as
long, since nothing has to be looked up and no row knows its columns' names. Never here: writes, or what is asked
seldom enough for SQLAlchemy's own way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.types import TypeEngine

Row = list[Any]
Conversion = Callable[[Any], Any]


class Prepared:
    """A SELECT, made ready for each database at its first use there. Of many keys it asks by `db.among`, not by IN."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._ready: dict[str, _Ready] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Give the rows as plain values, in the order of the columns.

        Raises:
            sqlalchemy.exc.DBAPIError: as if SQLAlchemy had been asked.
        """
        dialect = connection.dialect
        try:
            ready = self._ready.get(dialect.name) or self._make_ready(dialect)
            cursor = connection.connection.cursor()
            cursor.execute(ready.text, ready.parameters(values))
            found = ready.converted(cursor.fetchall(), cursor.description)
            cursor.close()
        except dialect.loaded_dbapi.Error:  # SQLAlchemy tells of it, and drops from its pool what is broken
            return [list(row) for row in connection.execute(self._statement, values)]
        return found

    def _make_ready(self, dialect: Dialect) -> "_Ready":
        compiled = self._statement.compile(dialect=dialect)
        names = {name: bind for bind, name in compiled.bind_names.items()}
        conversions = {name: _impl(bind.type, dialect).bind_processor(dialect) for name, bind in names.items()}
        ready = self._ready[dialect.name] = _Ready(
            text=str(compiled),
            fixed={name: bind.value for name, bind in names.items() if not bind.required},
            order=compiled.positiontup,
            given={name: convert for name, convert in conversions.items() if convert},
            dialect=dialect,
            types=[_impl(column.type, dialect) for column in self._statement.selected_columns],
        )
        return ready


@dataclass(slots=True)
class _Ready:
    """A statement as one database takes it."""

    text: str
    fixed: Mapping[str, Any]
    """The values that the statement itself names."""
    order: Sequence[str] | None
    """Of the parameters, where the driver takes them by position."""
    given: Mapping[str, Conversion]
    """How parameters are converted, by name, as far as they are."""
    dialect: Dialect
    types: Sequence[TypeEngine[Any]]
    """Of the columns."""
    taken: Sequence[tuple[int, Conversion]] | None = None
    """How columns are converted, by place, as far as they are; some depend on what the driver says of the answer."""

    def parameters(self, values: Mapping[str, Any]) -> Mapping[str, Any] | list[Any]:
        """Give the parameters as the driver takes them."""
        named = {**self.fixed, **values}
        for name, convert in self.given.items():
            named[name] = convert(named[name])
        return [named[name] for name in self.order] if self.order is not None else named

    def converted(self, found: Sequence[Any], description: Any) -> list[Row]:
        """Give the driver's rows with their values as Python has them."""
        if self.taken is None:
            kinds = zip(self.types, description, strict=True)
            conversions = [kind.result_processor(self.dialect, said[1]) for kind, said in kinds]
            self.taken = [(place, convert) for place, convert in enumerate(conversions) if convert]
        rows = [list(row) for row in found]
        for place, convert in self.taken:
            for row in rows:
                row[place] = convert(row[place])
        return rows


def _impl(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
