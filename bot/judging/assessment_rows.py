"""Writes assessments: one row for each client and day, and a copy on the client's row for the ranking.

A whole batch is written at once, in the caller's transaction, in the way that is fastest on each database: Postgres
takes all rows as one JSON text in one statement, SQLite one row at a time. Never here: reading assessments.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

import orjson
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from bot.judging.signal_json import PackedByClient, PackedSignal
from scoring.assessment import Assessment

_POSTGRES = text("""
    WITH judged AS MATERIALIZED (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS judged (
            client_id bigint, "on" date, workspace_id bigint, assessed_at timestamptz, risk float8, colour text,
            priority float8, value float8, relationship float8, timing float8, effort float8, signals text,
            next_check_at timestamptz)
    ), saved AS (
        INSERT INTO assessments (client_id, "on", workspace_id, assessed_at, risk, colour, priority, value,
            relationship, timing, effort, signals)
        SELECT client_id, "on", workspace_id, assessed_at, risk, colour, priority, value, relationship, timing, effort,
            signals FROM judged
        ON CONFLICT (client_id, "on") DO UPDATE SET assessed_at = excluded.assessed_at, risk = excluded.risk,
            colour = excluded.colour, priority = excluded.priority, value = excluded.value,
            relationship = excluded.relationship, timing = excluded.timing, effort = excluded.effort,
            signals = excluded.signals
    )
    UPDATE clients SET risk = judged.risk, colour = judged.colour, priority = judged.priority,
        assessed_on = judged."on", checked_at = judged.assessed_at, check_error = NULL,
        facts_version = clients.facts_version + 1,
        next_check_at = judged.next_check_at,
        paused_since = CASE WHEN clients.status = 'paused' THEN coalesce(clients.paused_since, judged."on") END
    FROM judged WHERE clients.workspace_id = judged.workspace_id AND clients.id = judged.client_id
""").bindparams(bindparam("rows", type_=Text()))
_SQLITE_ASSESSMENTS = """
    INSERT INTO assessments (client_id, "on", workspace_id, assessed_at, risk, colour, priority, value, relationship,
        timing, effort, signals)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (client_id, "on") DO UPDATE SET assessed_at = excluded.assessed_at, risk = excluded.risk,
        colour = excluded.colour, priority = excluded.priority, value = excluded.value,
        relationship = excluded.relationship, timing = excluded.timing, effort = excluded.effort,
        signals = excluded.signals
"""
_SQLITE_CLIENTS = """
    UPDATE clients SET risk = ?, colour = ?, priority = ?, assessed_on = ?, checked_at = ?, check_error = NULL,
        next_check_at = ?, facts_version = facts_version + 1,
        paused_since = CASE WHEN status = 'paused' THEN coalesce(paused_since, ?) END
    WHERE workspace_id = ? AND id = ?
"""


def save_assessments(
    session: Session, workspace_id: int, assessments: Sequence[Assessment], packed: PackedByClient, now: datetime
) -> None:
    """Write the assessments of a batch of clients of one workspace, and the copies on their rows.

    `packed` has each client's signals that are soon or in breach.
    """
    if not assessments:
        return
    session.flush()
    connection = session.connection()
    write = _to_postgres if connection.dialect.name == "postgresql" else _to_sqlite
    write(connection, workspace_id, assessments, packed, now)


def _to_postgres(
    connection: Connection, workspace_id: int, assessments: Sequence[Assessment], packed: PackedByClient, now: datetime
) -> None:
    rows = [
        {
            "client_id": assessment.client_id,
            "on": assessment.on,
            "workspace_id": workspace_id,
            "assessed_at": now,
            "risk": assessment.risk,
            "colour": assessment.colour,
            "priority": assessment.priority,
            "value": assessment.factors.value,
            "relationship": assessment.factors.relationship,
            "timing": assessment.factors.timing,
            "effort": assessment.factors.effort,
            "signals": _json(packed[assessment.client_id]),
            "next_check_at": assessment.next_change_at,
        }
        for assessment in assessments
    ]
    connection.execute(_POSTGRES, {"rows": orjson.dumps(rows).decode()})


def _to_sqlite(
    connection: Connection, workspace_id: int, assessments: Sequence[Assessment], packed: PackedByClient, now: datetime
) -> None:
    assessed_at = sqlite_text(now)
    assessment_rows, client_rows = [], []
    for assessment in assessments:
        on, factors = _day(assessment.on), assessment.factors
        result = (assessment.risk, assessment.colour, assessment.priority)
        assessment_rows.append(
            (
                assessment.client_id,
                on,
                workspace_id,
                assessed_at,
                *result,
                factors.value,
                factors.relationship,
                factors.timing,
                factors.effort,
                _json(packed[assessment.client_id]),
            )
        )
        client_rows.append(
            (*result, on, assessed_at, sqlite_text(assessment.next_change_at), on, workspace_id, assessment.client_id)
        )
    connection.exec_driver_sql(_SQLITE_ASSESSMENTS, assessment_rows)
    connection.exec_driver_sql(_SQLITE_CLIENTS, client_rows)


def _json(signals: Sequence[PackedSignal]) -> str:
    return orjson.dumps(signals).decode() if signals else "[]"


@lru_cache(maxsize=64)
def _day(on: date) -> str:
    return on.isoformat()


@lru_cache(maxsize=1024)
def sqlite_text(at: datetime | None) -> str | None:
    """Return a datetime as `bot.infra.db.Instant` stores it in SQLite."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if at else None
