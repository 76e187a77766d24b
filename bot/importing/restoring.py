"""The rows of one run that belong to some clients, put back and taken out by the database itself, many at a time.

The statements are SQL text: both databases read a row's image with functions of their own. Never here: which clients,
and what is said of the rows that are left (`bot.importing.undo`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import TextClause, delete, select, text
from sqlalchemy.orm import Session

from bot.infra.db import key_in, keys
from bot.infra.models import Base, Client, ImportChange

_CHANGES_BY_ID = delete(ImportChange).where(key_in(ImportChange.id, "ids"))


@dataclass(frozen=True, slots=True)
class Left:
    """A row that something else has changed since."""

    row: Any
    """Its columns by name, and `client_name`."""
    later_run_id: int | None
    """The import that changed it; None if it was changed by hand."""


class RowsOfRun:
    """What a run wrote to one table, of some clients."""

    def __init__(self, session: Session, model: type[Base], run_id: int, client_ids: Sequence[int]) -> None:
        """Look at nothing yet."""
        table: Any = model.__table__
        self._session, self._table, self._run_id = session, table, run_id
        self._values = {"run_id": run_id, "client_ids": list(client_ids)}
        self._key = [column.name for column in table.primary_key.columns]
        self._client_id = table.c.client_id if "client_id" in table.c else table.c.id
        self._is_postgres = session.get_bind().dialect.name == "postgresql"

    def restore(self) -> list[int]:
        """Put back the rows that the run changed and nobody has since; return their clients, one for each row."""
        found = self._session.execute(self._select_restorable(), self._values).all()
        if found:
            ids = {"ids": [row.id for row in found]}
            image = self._session.scalars(select(ImportChange.before).where(ImportChange.id == found[0].id)).one()
            self._session.execute(self._update(orjson.loads(image)), ids)
            self._session.execute(_CHANGES_BY_ID, ids)
        return [row.client_id for row in found]

    def remove(self, kept_clients: Collection[int]) -> list[int]:
        """Take out the rows that the run added and nobody has changed, but for some clients'; return their clients.

        Call it after `restore`: what is still the run's then is what it added.
        """
        statement = (
            delete(self._table)
            .where(key_in(self._client_id, "client_ids"), self._table.c.import_run_id == self._run_id)
            .where(self._client_id.not_in(sorted(kept_clients)))
            .returning(self._client_id)
        )
        return list(self._session.scalars(statement, self._values))

    def find_added(self) -> set[int]:
        """Find the clients whose rows are still the run's."""
        statement = select(self._client_id).where(
            key_in(self._client_id, "client_ids"), self._table.c.import_run_id == self._run_id
        )
        return set(self._session.scalars(statement, self._values))

    def find_left(self) -> list[Left]:
        """Find the rows that the run wrote and something else has changed since."""
        rows = select(*self._table.c, Client.name.label("client_name"))
        if self._table is not Client.__table__:
            rows = rows.join(Client, Client.id == self._client_id)
        is_by_hand = (key_in(self._client_id, "client_ids"), self._table.c.import_run_id == -self._run_id)
        by_hand = rows.where(*is_by_hand).order_by(*self._table.primary_key.columns)
        overwritten = self._session.execute(self._select_overwritten(), self._values).all()
        found = [Left(row, None) for row in self._session.execute(by_hand, self._values)]
        primary = self._table.primary_key.columns
        for later_run_id, *key in overwritten:
            same = [column == value for column, value in zip(primary, key, strict=True)]
            found += [Left(row, later_run_id) for row in self._session.execute(rows.where(*same))]
        return found

    @property
    def _from(self) -> str:
        """The changes, with what is needed to read their images."""
        if not self._is_postgres:
            return "import_changes AS c"
        record = f"json_populate_record(CAST(NULL AS {self._table.name}), CAST(c.before AS json))"
        return f"import_changes AS c CROSS JOIN LATERAL {record} AS old"

    def _read(self, name: str) -> str:
        """A column of an image."""
        return f'old."{name}"' if self._is_postgres else f"json_extract(c.before, '$.{name}')"

    @property
    def _is_same(self) -> str:
        """Whether a row has an image's primary key."""
        return " AND ".join(f't."{name}" = {self._read(name)}' for name in self._key)

    def _select_restorable(self) -> TextClause:
        of_clients = self._is_one_of("c.client_id", "client_ids")
        statement = (
            f"SELECT c.id, c.client_id FROM {self._from} JOIN {self._table.name} AS t ON {self._is_same} "  # noqa: S608
            f"WHERE c.run_id = :run_id AND {of_clients} AND t.import_run_id = :run_id"
        )
        return text(statement).bindparams(keys("client_ids"))

    def _update(self, image: dict[str, Any]) -> TextClause:
        """Write the columns of an image; those of a run are all alike."""
        values = ", ".join(f'"{name}" = {self._read(name)}' for name in image if name not in self._key)
        statement = (
            f"UPDATE {self._table.name} AS t SET {values} FROM {self._from} "  # noqa: S608
            f"WHERE {self._is_one_of('c.id', 'ids')} AND {self._is_same}"
        )
        return text(statement).bindparams(keys("ids"))

    def _select_overwritten(self) -> TextClause:
        key, of_clients = ", ".join(f't."{name}"' for name in self._key), self._is_one_of("c.client_id", "client_ids")
        statement = (
            f"SELECT c.run_id, {key} FROM {self._from} JOIN {self._table.name} AS t ON {self._is_same} "  # noqa: S608
            f"WHERE c.previous_run_id = :run_id AND {of_clients}"
        )
        return text(statement).bindparams(keys("client_ids"))

    def _is_one_of(self, column: str, name: str) -> str:
        values = f"ANY (:{name})" if self._is_postgres else f"(SELECT value FROM json_each(:{name}))"  # noqa: S608
        return f"{column} = {values}" if self._is_postgres else f"{column} IN {values}"
