"""How each kind is imported: a new kind is one more entry in `IMPORT_SPECS`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from bot.importing.mapping import clients, financials, planned_work, relationships
from bot.importing.mapping.context import MappingContext, Record, Values
from bot.infra import models


@dataclass(frozen=True, slots=True)
class ImportSpec:
    """How a kind is imported: its table, its unique key, and how a row is mapped."""

    model: type[models.Base]
    key: tuple[str, ...]
    map_row: Callable[[Values, MappingContext], Record]
    insert_values: Mapping[str, Any] = field(default_factory=dict)
    """Further values for new rows."""
    before_upsert: Callable[[Session, Sequence[Record]], None] | None = None
    """Called with each chunk of records before it is written."""
    find_exported: Callable[[Session, Sequence[Record]], Mapping[int, Record]] | None = None
    """Finds the stored values of those records that `before_upsert` gives their key, by position in the chunk."""
    keeps_currency: bool = True
    """Whether a file without a column of currencies leaves those that are stored."""


IMPORT_SPECS: Mapping[str, ImportSpec] = {
    "clients": ImportSpec(models.Client, ("workspace_id", "external_id"), clients.map_client),
    "contacts": ImportSpec(models.Contact, ("client_id", "external_id"), clients.map_contact),
    "touchpoints": ImportSpec(
        models.Touchpoint,
        ("workspace_id", "client_id", "external_id"),
        relationships.map_touchpoint,
        {"source": "import"},
        relationships.store_exported_ids,
        relationships.find_exported,
    ),
    "invoices": ImportSpec(models.Invoice, ("client_id", "number"), financials.map_invoice),
    "metrics": ImportSpec(models.DailyMetric, ("client_id", "on", "source"), financials.map_metric),
    "targets": ImportSpec(models.Target, ("client_id", "month", "metric"), financials.map_target, keeps_currency=False),
    "observations": ImportSpec(
        models.Observation, ("workspace_id", "client_id", "external_id"), relationships.map_observation
    ),
    "deadlines": ImportSpec(models.Deadline, ("client_id", "title", "internal_due_on"), planned_work.map_deadline),
    "roadmap": ImportSpec(models.RoadmapStep, ("client_id", "title", "planned_on"), planned_work.map_roadmap_step),
    "effort": ImportSpec(models.Effort, ("client_id", "month"), planned_work.map_effort),
}
"""By kind, as `bot.importing.parsing.columns.KINDS` names them."""
