"""Breaches: signals that crossed their limit, from the judgement that opens them to the one that resolves them.

A breach is one row from its opening to its end, whatever its severity does meanwhile; what was said of it
(announced, interrupted, held) stays with the row, so that nothing is said twice. Saying it is not done here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select, text, update
from sqlalchemy.orm import Session

from bot.infra.db import key_in
from bot.infra.models import Breach, Touchpoint
from bot.judging.assessment_rows import sqlite_text
from bot.judging.facts import AnyRow
from bot.judging.signal_json import pack_evidence
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
    key_in(Breach.client_id, "client_ids"),
)
_OPEN = select(*_STANDING).where(*_OURS, Breach.resolved_at.is_(None))
_STOOD = select(Breach.signal, Breach.subject, Breach.opened_at).where(
    Breach.workspace_id == bindparam("workspace_id"),
    Breach.client_id == bindparam("client_id"),
    Breach.opened_at <= bindparam("at", type_=Breach.opened_at.type),
    Breach.resolved_at.is_(None) | (Breach.resolved_at > bindparam("at", type_=Breach.opened_at.type)),
)
_CLOSED_BY = (
    select(*_STANDING)
    .where(*_OURS, Breach.resolved_by == bindparam("touchpoint_id"), Breach.resolved_at.is_not(None))
    .order_by(Breach.id)
)
_HAND_OVER = (
    update(Breach)
    .where(Breach.workspace_id == bindparam("of_workspace"), Breach.id.in_(bindparam("breach_ids", expanding=True)))
    .values(
        resolved_by=select(Touchpoint.id)
        .where(
            Touchpoint.client_id == Breach.client_id,
            Touchpoint.outcome == "reached",
            Touchpoint.undone_at.is_(None),
        )
        .order_by(Touchpoint.occurred_at.desc(), Touchpoint.id.desc())
        .limit(1)
        .scalar_subquery()
    )
)
_SQLITE_INSERT = """
    INSERT INTO breaches (workspace_id, client_id, signal, subject, level, severity, evidence, opened_at, red_at)
    VALUES (:workspace_id, :client_id, :signal, :subject, :level, :severity, :evidence, :opened_at, :red_at)
"""
_UPDATE = text("""
    UPDATE breaches SET level = :level, severity = :severity, evidence = :evidence, red_at = :red_at,
        resolved_at = :resolved_at, resolved_by = :resolved_by
    WHERE id = :id
""").bindparams(
    *(bindparam(name, type_=Breach.__table__.c[name].type) for name in ("evidence", "red_at", "resolved_at"))
)
_POSTGRES_INSERT = text("""
    INSERT INTO breaches (workspace_id, client_id, signal, subject, level, severity, evidence, opened_at, red_at)
    SELECT workspace_id, client_id, signal, subject, level, severity, evidence, opened_at, red_at
    FROM json_populate_recordset(CAST(NULL AS breaches), CAST(:rows AS json))
""")
_POSTGRES_UPDATE = text("""
    UPDATE breaches SET level = news.level, severity = news.severity, evidence = news.evidence, red_at = news.red_at,
        resolved_at = news.resolved_at, resolved_by = news.resolved_by
    FROM json_populate_recordset(CAST(NULL AS breaches), CAST(:rows AS json)) AS news
    WHERE breaches.id = news.id
""")


def reconcile(
    session: Session,
    workspace_id: int,
    assessments: Sequence[Assessment],
    now: datetime,
    touchpoint_id: int | None = None,
) -> set[int]:
    """Open, update and resolve the breaches of clients that were just judged.

    `touchpoint_id` is the contact that was just logged, changed or taken back: it is kept beside the breaches that it
    closes, and those that it does not close any more are opened again as they were. What stays closed without it is
    put down to the latest contact that stands, so that nothing of the past comes back when the limit is next crossed.

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
    closed = _closed_by(connection, values, touchpoint_id)
    revived = {place: closed.pop(place) for place in missing if place in closed}
    known = standing | revived

    opened = [_opened(workspace_id, place, wanted[place], now) for place in missing if place not in revived]
    changed = [
        _changed(row, wanted[place], now)
        for place, row in known.items()
        if place in wanted and (place in revived or _differs(row, wanted[place]))
    ]
    resolved = [_resolved(row, now, touchpoint_id) for place, row in standing.items() if place not in wanted]
    _write(connection, opened, changed + resolved)
    if closed:
        breach_ids = [row.id for row in closed.values()]
        connection.execute(_HAND_OVER, {"of_workspace": workspace_id, "breach_ids": breach_ids})
    return {
        place[0]
        for place, signal in wanted.items()
        if signal.level == "red" and (place not in known or _undecided(known[place]))
    }


def opened_at(session: Session, workspace_id: int, client_id: int, at: datetime) -> dict[tuple[str, str], datetime]:
    """Say when the breaches that stood at a moment were opened, by signal and subject."""
    rows = session.execute(_STOOD, {"workspace_id": workspace_id, "client_id": client_id, "at": at})
    return {(row.signal, row.subject): row.opened_at for row in rows}


def _write(connection: Connection, opened: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    """Postgres takes all rows as one JSON text, SQLite one by one: what each is quickest at.

    An import opens thousands: on SQLite they go to the driver as they are, which takes 2.6 µs each instead of 6.
    """
    if connection.dialect.name == "postgresql":
        for statement, rows in ((_POSTGRES_INSERT, opened), (_POSTGRES_UPDATE, changed)):
            if rows:
                connection.execute(statement, {"rows": orjson.dumps(rows).decode()})
        return
    if opened:
        connection.exec_driver_sql(_SQLITE_INSERT, [_for_sqlite(row) for row in opened])
    if changed:
        connection.execute(_UPDATE, changed)


def _for_sqlite(row: dict[str, Any]) -> dict[str, Any]:
    evidence = orjson.dumps(row["evidence"]).decode()
    return row | {
        "evidence": evidence,
        "opened_at": sqlite_text(row["opened_at"]),
        "red_at": sqlite_text(row["red_at"]),
    }


def _place(row: AnyRow) -> Place:
    return (row.client_id, row.signal, row.subject)


def _closed_by(connection: Connection, values: dict[str, Any], touchpoint_id: int | None) -> dict[Place, AnyRow]:
    """Find the breaches that a contact has closed, the latest at each place."""
    if touchpoint_id is None:
        return {}
    rows = connection.execute(_CLOSED_BY, {**values, "touchpoint_id": touchpoint_id})
    return {_place(row): row for row in rows}


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
        "id": row.id,
        "level": signal.level,
        "severity": signal.severity,
        "evidence": pack_evidence(signal.evidence),
        "red_at": row.red_at or (now if signal.level == "red" else None),
        "resolved_at": None,
        "resolved_by": None,
    }


def _resolved(row: AnyRow, now: datetime, touchpoint_id: int | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "level": row.level,
        "severity": row.severity,
        "evidence": row.evidence,
        "red_at": row.red_at,
        "resolved_at": now,
        "resolved_by": touchpoint_id if row.signal in CLOSED_BY_CONTACT else None,
    }
