"""Breaches: signals that crossed their limit, from the assessment that opens them to the one that resolves them.

A breach is one row from opening to resolution, however its severity changes; the row records what was announced of it
(announced, interrupted, held), so that nothing is announced twice. Never here: announcing it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, false, select, text, update
from sqlalchemy.orm import Session

from bot.infra.db import key_in
from bot.infra.models import Breach, Touchpoint
from bot.judging.assessment_rows import sqlite_text
from bot.judging.facts import AnyRow
from bot.judging.signal_json import PackedByClient, PackedSignal
from bot.judging.unattended import ACTED
from scoring.vocabulary import CLOSED_BY_CONTACT

BreachKey = tuple[int, str, str]
"""Client id, signal and subject: there is at most one open breach for each."""

_COLUMNS = (
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
_IN_BATCH = (
    Breach.workspace_id == bindparam("workspace_id"),
    key_in(Breach.client_id, "client_ids"),
)
_OPEN = select(*_COLUMNS).where(*_IN_BATCH, Breach.resolved_at.is_(None))
_OPEN_AT = select(Breach.signal, Breach.subject, Breach.opened_at).where(
    Breach.workspace_id == bindparam("workspace_id"),
    Breach.client_id == bindparam("client_id"),
    Breach.opened_at <= bindparam("at", type_=Breach.opened_at.type),
    Breach.resolved_at.is_(None) | (Breach.resolved_at > bindparam("at", type_=Breach.opened_at.type)),
)
_RESOLVED_BY = (
    select(*_COLUMNS)
    .where(*_IN_BATCH, Breach.resolved_by == bindparam("touchpoint_id"), Breach.resolved_at.is_not(None))
    .order_by(Breach.id)
)
_REATTRIBUTE = (
    update(Breach)
    .where(Breach.workspace_id == bindparam("of_workspace"), Breach.id.in_(bindparam("breach_ids", expanding=True)))
    .values(
        resolved_by=select(Touchpoint.id)
        .where(
            Touchpoint.client_id == Breach.client_id,
            Touchpoint.outcome == "reached",
            Touchpoint.automatic.is_(false()),
            Touchpoint.undone_at.is_(None),
        )
        .order_by(Touchpoint.occurred_at.desc(), Touchpoint.id.desc())
        .limit(1)
        .scalar_subquery()
    )
)
_ACTED_ON = select(Breach.id).where(key_in(Breach.id, "breach_ids"), ACTED)
_SQLITE_INSERT = """
    INSERT INTO breaches (workspace_id, client_id, signal, subject, level, severity, evidence, opened_at, red_at)
    VALUES (:workspace_id, :client_id, :signal, :subject, :level, :severity, :evidence, :opened_at, :red_at)
"""
_UPDATE = text("""
    UPDATE breaches SET level = :level, severity = :severity, evidence = :evidence, red_at = :red_at,
        interrupted_at = :interrupted_at, held_because = :held_because, resolved_at = :resolved_at,
        resolved_by = :resolved_by
    WHERE id = :id
""").bindparams(
    *(
        bindparam(name, type_=Breach.__table__.c[name].type)
        for name in ("evidence", "red_at", "interrupted_at", "resolved_at")
    )
)
_POSTGRES_INSERT = text("""
    INSERT INTO breaches (workspace_id, client_id, signal, subject, level, severity, evidence, opened_at, red_at)
    SELECT workspace_id, client_id, signal, subject, level, severity, evidence, opened_at, red_at
    FROM json_populate_recordset(CAST(NULL AS breaches), CAST(:rows AS json))
""")
_POSTGRES_UPDATE = text("""
    UPDATE breaches SET level = news.level, severity = news.severity, evidence = news.evidence, red_at = news.red_at,
        interrupted_at = news.interrupted_at, held_because = news.held_because, resolved_at = news.resolved_at,
        resolved_by = news.resolved_by
    FROM json_populate_recordset(CAST(NULL AS breaches), CAST(:rows AS json)) AS news
    WHERE breaches.id = news.id
""")


def reconcile(
    session: Session,
    workspace_id: int,
    packed: PackedByClient,
    now: datetime,
    touchpoint_id: int | None = None,
) -> set[int]:
    """Open, update and resolve the breaches of clients that were just assessed: `packed` by client, soon or in breach.

    `touchpoint_id` is the contact that was just logged, changed or undone: it is stored with the breaches that it
    resolves, and those that it no longer resolves are reopened unchanged. Breaches that stay resolved without it are
    attributed to the latest remaining contact, so that an old one is not reopened when the limit is next crossed.

    Returns:
        The ids of clients with a breach that has turned red, or was opened red, by this assessment.
    """
    session.flush()
    connection = session.connection()  # Core rows: the session's own take twice the time
    values = {"workspace_id": workspace_id, "client_ids": list(packed)}
    open_rows = {_key(row): row for row in connection.execute(_OPEN, values)}
    in_breach = {
        (client_id, signal["name"], signal["subject"]): signal
        for client_id, signals in packed.items()
        for signal in signals
        if signal["state"] == "breach"
    }
    missing = [key for key in in_breach if key not in open_rows]
    resolved_by_contact = _find_resolved_by(connection, values, touchpoint_id)
    reopened = {key: resolved_by_contact.pop(key) for key in missing if key in resolved_by_contact}
    known = open_rows | reopened

    again = _find_red_again(connection, known, in_breach, now)

    opened = [_opened(workspace_id, key, in_breach[key], now) for key in missing if key not in reopened]
    changed = [
        _changed(row, in_breach[key], now, again=row.id in again)
        for key, row in known.items()
        if key in in_breach and (key in reopened or _differs(row, in_breach[key]))
    ]
    resolved = [_resolved(row, now, touchpoint_id) for key, row in open_rows.items() if key not in in_breach]
    _write(connection, opened, changed + resolved)
    if resolved_by_contact:
        breach_ids = [row.id for row in resolved_by_contact.values()]
        connection.execute(_REATTRIBUTE, {"of_workspace": workspace_id, "breach_ids": breach_ids})
    return {
        key[0]
        for key, signal in in_breach.items()
        if signal["level"] == "red" and (key not in known or known[key].id in again or _is_undecided(known[key]))
    }


def find_opening_times(
    session: Session, workspace_id: int, client_id: int, at: datetime
) -> dict[tuple[str, str], datetime]:
    """Return when the breaches that were open at `at` were opened, by signal and subject."""
    rows = session.execute(_OPEN_AT, {"workspace_id": workspace_id, "client_id": client_id, "at": at})
    return {(row.signal, row.subject): row.opened_at for row in rows}


def _write(connection: Connection, opened: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    """Write rows in the way that is fastest on each database: as one JSON text on Postgres, one by one on SQLite.

    An import opens thousands: on SQLite they are passed to the driver directly, which takes 2.6 µs each instead of 6.
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


def _key(row: AnyRow) -> BreachKey:
    return (row.client_id, row.signal, row.subject)


def _find_resolved_by(
    connection: Connection, values: dict[str, Any], touchpoint_id: int | None
) -> dict[BreachKey, AnyRow]:
    """Find the breaches that a contact has resolved, the latest for each key."""
    if touchpoint_id is None:
        return {}
    rows = connection.execute(_RESOLVED_BY, {**values, "touchpoint_id": touchpoint_id})
    return {_key(row): row for row in rows}


def _differs(row: AnyRow, signal: PackedSignal) -> bool:
    return bool(
        row.level != signal["level"] or row.severity != signal["severity"] or row.evidence != signal["evidence"]
    )


def _find_red_again(
    connection: Connection,
    known: Mapping[BreachKey, AnyRow],
    in_breach: Mapping[BreachKey, PackedSignal],
    now: datetime,
) -> set[int]:
    """Find the breaches that turn red once more after somebody has acted on them: that is news again.

    One that only goes up and down, while nobody acts, stays the red breach that it was.
    """
    redder = [
        row.id
        for key, row in known.items()
        if key in in_breach and in_breach[key]["level"] == "red" and row.level != "red" and row.red_at is not None
    ]
    return set(connection.scalars(_ACTED_ON, {"breach_ids": redder, "now": now})) if redder else set()


def _is_undecided(row: AnyRow) -> bool:
    return row.level != "red" and row.interrupted_at is None and row.held_because is None


def _opened(workspace_id: int, key: BreachKey, signal: PackedSignal, now: datetime) -> dict[str, Any]:
    client_id, name, subject = key
    return {
        "workspace_id": workspace_id,
        "client_id": client_id,
        "signal": name,
        "subject": subject,
        "level": signal["level"],
        "severity": signal["severity"],
        "evidence": signal["evidence"],
        "opened_at": now,
        "red_at": now if signal["level"] == "red" else None,
    }


def _changed(row: AnyRow, signal: PackedSignal, now: datetime, *, again: bool) -> dict[str, Any]:
    """Return a breach as it stands now. Turned red `again`, it is told anew: nothing was decided about it yet."""
    red_at = now if signal["level"] == "red" and (again or row.red_at is None) else row.red_at
    return {
        "id": row.id,
        "level": signal["level"],
        "severity": signal["severity"],
        "evidence": signal["evidence"],
        "red_at": red_at,
        "interrupted_at": None if again else row.interrupted_at,
        "held_because": None if again else row.held_because,
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
        "interrupted_at": row.interrupted_at,
        "held_because": row.held_because,
        "resolved_at": now,
        "resolved_by": touchpoint_id if row.signal in CLOSED_BY_CONTACT else None,
    }
