"""Where the rows of each kind go: a new kind is one more entry in `LANDINGS`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from bot import models
from bot.records import figures, relations, work
from bot.records.making import Making, Record, Values


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
    "clients": Landing(models.Client, ("workspace_id", "external_id"), relations.client),
    "touchpoints": Landing(
        models.Touchpoint,
        ("workspace_id", "client_id", "external_id"),
        relations.touchpoint,
        {"source": "import"},
        relations.adopt,
    ),
    "invoices": Landing(models.Invoice, ("client_id", "number"), figures.invoice),
    "metrics": Landing(models.DailyMetric, ("client_id", "on", "source"), figures.metric),
    "targets": Landing(models.Target, ("client_id", "month", "metric"), figures.target),
    "observations": Landing(models.Observation, ("workspace_id", "client_id", "external_id"), relations.observation),
    "deadlines": Landing(models.Deadline, ("client_id", "title", "internal_due_on"), work.deadline),
    "roadmap": Landing(models.RoadmapStep, ("client_id", "title", "planned_on"), work.step),
    "effort": Landing(models.Effort, ("client_id", "month"), work.effort),
}
"""By kind, as `bot.intake.kinds.KINDS` names them."""
