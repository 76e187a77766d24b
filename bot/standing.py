"""How clients stand: the day's assessment as a row of its own, and a copy beside the client for the ranking.

Written for a whole batch at once, in the caller's transaction. Reading them is the business of those who show them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from bot.models import Assessment as Row
from bot.models import Client
from bot.signals import pack
from scoring.assessment import Assessment

_KEEP = text(
    'INSERT INTO assessments (client_id, "on", workspace_id, assessed_at, risk, colour, priority, value, relationship, '
    "timing, effort, signals) VALUES (:client_id, :on, :workspace_id, :assessed_at, :risk, :colour, :priority, :value, "
    ':relationship, :timing, :effort, :signals) ON CONFLICT (client_id, "on") DO UPDATE SET assessed_at = '
    "excluded.assessed_at, risk = excluded.risk, colour = excluded.colour, priority = excluded.priority, value = "
    "excluded.value, relationship = excluded.relationship, timing = excluded.timing, effort = excluded.effort, "
    "signals = excluded.signals"
).bindparams(*(bindparam(name, type_=Row.__table__.c[name].type) for name in ("on", "assessed_at", "signals")))
_STAND = text(
    "UPDATE clients SET risk = :risk, colour = :colour, priority = :priority, assessed_on = :on, checked_at = "
    ":assessed_at, check_error = NULL, next_check_at = :next_check_at WHERE workspace_id = :workspace_id AND id = "
    ":client_id"
).bindparams(
    bindparam("on", type_=Client.__table__.c.assessed_on.type),
    *(bindparam(name, type_=Client.__table__.c.checked_at.type) for name in ("assessed_at", "next_check_at")),
)


def keep(session: Session, workspace_id: int, assessments: Sequence[Assessment], now: datetime) -> None:
    """Write the assessments of a batch of clients of one workspace, and their standing."""
    if assessments:
        rows = [_row(workspace_id, assessment, now) for assessment in assessments]
        session.execute(_KEEP, rows)
        session.execute(_STAND, rows)


def _row(workspace_id: int, assessment: Assessment, now: datetime) -> dict[str, Any]:
    factors = assessment.factors
    return {
        "client_id": assessment.client_id,
        "on": assessment.on,
        "workspace_id": workspace_id,
        "assessed_at": now,
        "risk": assessment.risk,
        "colour": assessment.colour,
        "priority": assessment.priority,
        "value": factors.value,
        "relationship": factors.relationship,
        "timing": factors.timing,
        "effort": factors.effort,
        "signals": [pack(signal) for signal in assessment.signals if signal.state in {"soon", "breach"}],
        "next_check_at": assessment.next_change_at,
    }
