"""Breaches: signals that crossed their limit, from the judgement that opens them to the one that resolves them.

A breach is one row from its opening to its end, whatever its severity does meanwhile; what was said of it
(announced, interrupted, held) stays with the row, so that nothing is said twice. Saying it is not done here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.orm import Session

from bot.facts import AnyRow
from bot.models import Breach, Touchpoint
from bot.signals import pack_evidence
from scoring.assessment import Assessment, Signal

CLOSED_BY_CONTACT = frozenset({"contact_gap", "unanswered"})
"""The signals that a touchpoint can end. Everything else ends when its own facts do."""

Place = tuple[int, str, str]
"""Client id, signal and subject: where there is at most one open breach."""

_STANDING = (
    Breach.id,
    Breach.client_id,
    Breach.signal,
    Breach.subject,
    Breach.level,
    Breach.severity,
    Breach.evidence,
    Breach.red_at,
    Breach.interrupted_at,
    Breach.held_because,
)
_OURS = (
    Breach.workspace_id == bindparam("workspace_id"),
    Breach.client_id.in_(bindparam("client_ids", expanding=True)),
)
_OPEN = select(*_STANDING).where(*_OURS, Breach.resolved_at.is_(None))
_CLOSED_IN_ERROR = (
    select(*_STANDING)
    .join(Touchpoint, Touchpoint.id == Breach.resolved_by)
    .where(*_OURS, Touchpoint.undone_at.is_not(None))
    .order_by(Breach.id)
)
_INSERT = insert(Breach)
_UPDATE = (
    update(Breach)
    .where(Breach.id == bindparam("breach_id"))
    .values(
        {name: bindparam(name) for name in ("level", "severity", "evidence", "red_at", "resolved_at", "resolved_by")}
    )
)


def settle(
    session: Session,
    workspace_id: int,
    assessments: Sequence[Assessment],
    now: datetime,
    touchpoint_id: int | None = None,
) -> set[int]:
    """Open, update and resolve the breaches of clients that were just judged.

    A breach that an undone touchpoint had closed is opened again as it was. `touchpoint_id` is the contact that was
    just logged: it is kept beside the breaches that it closed.

    Returns:
        The clients of whom a breach has turned red, or opened red, by this judgement.
    """
    session.flush()
    connection = session.connection()  # its rows are plain ones: the session's own cost twice the time
    client_ids = [assessment.client_id for assessment in assessments]
    values = {"workspace_id": workspace_id, "client_ids": client_ids}
    standing = {_place(row): row for row in connection.execute(_OPEN, values)}
    wanted = {
        (assessment.client_id, signal.name, signal.subject): signal
        for assessment in assessments
        for signal in assessment.signals
        if signal.state == "breach"
    }
    missing = [place for place in wanted if place not in standing]
    revived = _closed_in_error(connection, workspace_id, missing)
    known = standing | revived

    opened = [_opened(workspace_id, place, wanted[place], now) for place in missing if place not in revived]
    changed = [
        _changed(row, wanted[place], now)
        for place, row in known.items()
        if place in wanted and (place in revived or _differs(row, wanted[place]))
    ]
    resolved = [_resolved(row, now, touchpoint_id) for place, row in standing.items() if place not in wanted]
    if opened:
        connection.execute(_INSERT, opened)
    if changed or resolved:
        connection.execute(_UPDATE, changed + resolved)
    return {
        place[0]
        for place, signal in wanted.items()
        if signal.level == "red" and (place not in known or _undecided(known[place]))
    }


def _place(row: AnyRow) -> Place:
    return (row.client_id, row.signal, row.subject)


def _closed_in_error(connection: Connection, workspace_id: int, missing: Sequence[Place]) -> dict[Place, AnyRow]:
    """Find the breaches at these places that a touchpoint had closed which was undone since."""
    if not missing:
        return {}
    client_ids = sorted({client_id for client_id, _, _ in missing})
    rows = connection.execute(_CLOSED_IN_ERROR, {"workspace_id": workspace_id, "client_ids": client_ids})
    places = set(missing)
    return {_place(row): row for row in rows if _place(row) in places}


def _differs(row: AnyRow, signal: Signal) -> bool:
    return bool(
        row.level != signal.level or row.severity != signal.severity or row.evidence != pack_evidence(signal.evidence)
    )


def _undecided(row: AnyRow) -> bool:
    return row.level != "red" and row.interrupted_at is None and row.held_because is None


def _opened(workspace_id: int, place: Place, signal: Signal, now: datetime) -> dict[str, Any]:
    client_id, name, subject = place
    return {
        "workspace_id": workspace_id,
        "client_id": client_id,
        "signal": name,
        "subject": subject,
        "level": signal.level,
        "severity": signal.severity,
        "evidence": pack_evidence(signal.evidence),
        "opened_at": now,
        "red_at": now if signal.level == "red" else None,
    }


def _changed(row: AnyRow, signal: Signal, now: datetime) -> dict[str, Any]:
    return {
        "breach_id": row.id,
        "level": signal.level,
        "severity": signal.severity,
        "evidence": pack_evidence(signal.evidence),
        "red_at": row.red_at or (now if signal.level == "red" else None),
        "resolved_at": None,
        "resolved_by": None,
    }


def _resolved(row: AnyRow, now: datetime, touchpoint_id: int | None) -> dict[str, Any]:
    return {
        "breach_id": row.id,
        "level": row.level,
        "severity": row.severity,
        "evidence": row.evidence,
        "red_at": row.red_at,
        "resolved_at": now,
        "resolved_by": touchpoint_id if row.signal in CLOSED_BY_CONTACT else None,
    }
