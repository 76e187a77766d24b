"""Rows as they were before an import changed them: kept by the database itself, and put back by it, many at a time.

An image is a JSON object of a row's primary key, the columns that the import writes, and the import that the row was
from. Never here: which rows are put back (`bot.importing.undo`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Float, Table, case, func, literal, type_coerce
from sqlalchemy.types import Text


@dataclass(frozen=True, slots=True)
class Run:
    """The import that writes."""

    id: int
    workspace_id: int


def image_of(table: Table, columns: Sequence[str], dialect: str) -> Any:
    """Return the expression for a row's image with those columns."""
    names = [*dict.fromkeys([*table.primary_key.columns.keys(), *columns, "import_run_id"])]
    if dialect == "postgresql":
        pairs = [part for name in names for part in (literal(name), table.c[name])]
        return type_coerce(func.cast(func.json_build_object(*pairs), Text()), Text())
    pairs = [part for name in names for part in (literal(name), _exactly(table.c[name]))]
    return func.json_object(*pairs)


def _exactly(column: Any) -> Any:
    """A number with fractions as SQLite itself writes it to read the same again: its JSON has 15 digits."""
    if not isinstance(column.type, Float):
        return column
    return case((column.is_(None), None), else_=func.quote(column))
