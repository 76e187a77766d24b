"""How clients stand: the day's assessment as a row of its own, and a copy beside the client for the ranking.

Written for a whole batch at once, in the caller's transaction, in the way that each database is quickest at: Postgres
takes all rows as one JSON text in one statement, SQLite the same rows one by one. Reading them is the business of those
who show them.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

import orjson
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from bot.judging.signal_json import pack
from scoring.assessment import Assessment

_POSTGRES = text("""
    WITH judged AS MATERIALIZED (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS judged (
            client_id bigint, "on" date, workspace_id bigint, assessed_at timestamptz, risk float8, colour text,
            priority float8, value float8, relationship float8, timing float8, effort float8, signals text,
            next_check_at timestamptz)
    ), kept AS (
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
        next_check_at = judged.next_check_at
    FROM judged WHERE clients.workspace_id = judged.workspace_id AND clients.id = judged.client_id
""").bindparams(bindparam("rows", type_=Text()))
_SQLITE_KEEP = """
    INSERT INTO assessments (client_id, "on", workspace_id, assessed_at, risk, colour, priority, value, relationship,
        timing, effort, signals)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (client_id, "on") DO UPDATE SET assessed_at = excluded.assessed_at, risk = excluded.risk,
        colour = excluded.colour, priority = excluded.priority, value = excluded.value,
        relationship = excluded.relationship, timing = excluded.timing, effort = excluded.effort,
        signals = excluded.signals
"""
_SQLITE_STAND = """
    UPDATE clients SET risk = ?, colour = ?, priority = ?, assessed_on = ?, checked_at = ?, check_error = NULL,
        next_check_at = ?, facts_version = facts_version + 1
    WHERE workspace_id = ? AND id = ?
"""


def save_assessments(session: Session, workspace_id: int, assessments: Sequence[Assessment], now: datetime) -> None:
    """Write the assessments of a batch of clients of one workspace, and their standing."""
    if not assessments:
        return
    session.flush()
    connection = session.connection()
    write = _to_postgres if connection.dialect.name == "postgresql" else _to_sqlite
    write(connection, workspace_id, assessments, now)


def _to_postgres(connection: Connection, workspace_id: int, assessments: Sequence[Assessment], now: datetime) -> None:
    rows = [
        {
            "client_id": judged.client_id,
            "on": judged.on,
            "workspace_id": workspace_id,
            "assessed_at": now,
            "risk": judged.risk,
            "colour": judged.colour,
            "priority": judged.priority,
            "value": judged.factors.value,
            "relationship": judged.factors.relationship,
            "timing": judged.factors.timing,
            "effort": judged.factors.effort,
            "signals": _signals(judged),
            "next_check_at": judged.next_change_at,
        }
        for judged in assessments
    ]
    connection.execute(_POSTGRES, {"rows": orjson.dumps(rows).decode()})


def _to_sqlite(connection: Connection, workspace_id: int, assessments: Sequence[Assessment], now: datetime) -> None:
    assessed_at = sqlite_text(now)
    kept, stands = [], []
    for judged in assessments:
        on, factors = _day(judged.on), judged.factors
        standing = (judged.risk, judged.colour, judged.priority)
        kept.append(
            (
                judged.client_id,
                on,
                workspace_id,
                assessed_at,
                *standing,
                factors.value,
                factors.relationship,
                factors.timing,
                factors.effort,
                _signals(judged),
            )
        )
        stands.append((*standing, on, assessed_at, sqlite_text(judged.next_change_at), workspace_id, judged.client_id))
    connection.exec_driver_sql(_SQLITE_KEEP, kept)
    connection.exec_driver_sql(_SQLITE_STAND, stands)


def _signals(judged: Assessment) -> str:
    told = [pack(signal) for signal in judged.signals if signal.state in {"soon", "breach"}]
    return orjson.dumps(told).decode() if told else "[]"


@lru_cache(maxsize=64)
def _day(on: date) -> str:
    return on.isoformat()


@lru_cache(maxsize=1024)
def sqlite_text(at: datetime | None) -> str | None:
    """Give a moment as `bot.infra.db.Instant` keeps it in SQLite."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if at else None
