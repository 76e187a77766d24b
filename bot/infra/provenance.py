"""That somebody has changed a row since an import wrote it: taking the import back then leaves the row, and names it.

Whoever changes what an import may have written (`IMPORTED`) marks the row, in the same statement. Never here: what an
import wrote, and taking it back (`bot.importing`).
"""

from typing import Any, Protocol

from sqlalchemy import ColumnElement, func

from bot.infra import models

IMPORTED: tuple[type[models.Base], ...] = (
    *(models.Client, models.Contact, models.Touchpoint, models.Invoice, models.DailyMetric, models.Target),
    *(models.Observation, models.Deadline, models.RoadmapStep, models.Effort),
)
"""The tables that imports write."""


class ImportedRow(Protocol):
    """A row of one of them."""

    import_run_id: Any


def mark_by_hand(model: Any) -> dict[str, ColumnElement[Any]]:
    """Return what an UPDATE of a table sets beside its values, so that its rows count as changed by hand."""
    return {"import_run_id": -func.abs(model.import_run_id)}


def mark_row_by_hand(row: ImportedRow) -> None:
    """Do the same to a single row."""
    if row.import_run_id is not None:
        row.import_run_id = -abs(row.import_run_id)
