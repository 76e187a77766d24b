"""Where the rows of each kind go: a new kind is one more entry in `LANDINGS`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from bot.importing.mapping import financials, planned_work, relationships
from bot.importing.mapping.context import Making, Record, Values
from bot.infra import models


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the rows of a kind go: the table, what makes two of them the same, and what makes a record of one."""

    model: type[models.Base]
    key: tuple[str, ...]
    make: Callable[[Values, Making], Record]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """What new rows get besides."""
    prepare: Callable[[Session, Sequence[Record]], None] | None = None
    """What has to be done before records are merged."""


LANDINGS: Mapping[str, Landing] = {
    "clients": Landing(models.Client, ("workspace_id", "external_id"), relationships.client),
    "touchpoints": Landing(
        models.Touchpoint,
        ("workspace_id", "client_id", "external_id"),
        relationships.touchpoint,
        {"source": "import"},
        relationships.adopt,
    ),
    "invoices": Landing(models.Invoice, ("client_id", "number"), financials.invoice),
    "metrics": Landing(models.DailyMetric, ("client_id", "on", "source"), financials.metric),
    "targets": Landing(models.Target, ("client_id", "month", "metric"), financials.target),
    "observations": Landing(
        models.Observation, ("workspace_id", "client_id", "external_id"), relationships.observation
    ),
    "deadlines": Landing(models.Deadline, ("client_id", "title", "internal_due_on"), planned_work.deadline),
    "roadmap": Landing(models.RoadmapStep, ("client_id", "title", "planned_on"), planned_work.step),
    "effort": Landing(models.Effort, ("client_id", "month"), planned_work.effort),
}
"""By kind, as `bot.importing.parsing.columns.KINDS` names them."""
