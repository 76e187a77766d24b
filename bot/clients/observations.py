"""Observations: dated remarks on a client. Whoever records one has the client judged again in the same transaction.

Those that come in by a file are `bot.importing.mapping`' matter.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from bot.clients import touchpoints
from bot.infra.db import Instant
from bot.infra.models import Observation

MOODS = touchpoints.MOODS
QUESTIONS = ("pays", "approves", "delivers", "shares", "respects")
"""Of the resource card: pays without chasing, approves quickly, carries out what was agreed, gives data and access,
respects the team."""
MOST = 2
"""Points that an answer gives; none is the least."""

_DAY = Observation.occurred_on.type
_RECORD = text("""
    INSERT INTO observations (workspace_id, client_id, external_id, kind, occurred_on, value, label, note, created_at)
    VALUES (:workspace_id, :client_id, :external_id, :kind, :occurred_on, :value, :label, :note, :now)
    ON CONFLICT (workspace_id, client_id, external_id) DO UPDATE SET kind = excluded.kind,
        occurred_on = excluded.occurred_on, value = excluded.value, label = excluded.label, note = excluded.note
""").bindparams(bindparam("occurred_on", type_=_DAY), bindparam("now", type_=Instant()))
_NOTE = select(Observation.note).where(
    Observation.workspace_id == bindparam("workspace_id"),
    Observation.client_id == bindparam("client_id"),
    Observation.external_id == bindparam("external_id"),
)


def record_mood(
    session: Session,
    workspace_id: int,
    client_id: int,
    member_id: int,
    *,
    mood: str,
    note: str | None,
    on: date,
    now: datetime,
) -> None:
    """Record how a client seemed to a member on a day; a second time that day replaces the first.

    Raises:
        ValueError: when there is no such mood.
    """
    if mood not in MOODS:
        raise ValueError(f"{mood!r} is no mood; the moods are {', '.join(MOODS)}")
    row = {"external_id": f"mood:{member_id}:{on}", "kind": "mood", "value": None, "label": mood, "note": note}
    ours = {"workspace_id": workspace_id, "client_id": client_id, "occurred_on": on, "now": now}
    session.execute(_RECORD, {**ours, **row})


def record_card(
    session: Session,
    workspace_id: int,
    client_id: int,
    member_id: int,
    *,
    points: Mapping[str, int],
    on: date,
    now: datetime,
) -> float:
    """Record a member's resource card of a month, 0 to 10; a second one that month replaces the first.

    `points` has 0 to MOST for each of QUESTIONS.

    Raises:
        ValueError: when an answer is missing or out of range.
    """
    if points.keys() != set(QUESTIONS) or not all(0 <= given <= MOST for given in points.values()):
        raise ValueError(f"a card has 0 to {MOST} points for each of {', '.join(QUESTIONS)}, not {dict(points)}")
    score = float(sum(points.values()))
    note = ", ".join(f"{question} {points[question]}" for question in QUESTIONS)
    row = {"external_id": _card(member_id, on), "kind": "resource_card", "value": score, "label": None, "note": note}
    ours = {"workspace_id": workspace_id, "client_id": client_id, "occurred_on": on, "now": now}
    session.execute(_RECORD, {**ours, **row})
    return score


def given_answers(session: Session, workspace_id: int, client_id: int, member_id: int, on: date) -> dict[str, int]:
    """Give the points of a member's card of a day's month, by question; nothing where there is none yet."""
    values = {"workspace_id": workspace_id, "client_id": client_id, "external_id": _card(member_id, on)}
    told = re.findall(r"(\w+) (\d)", session.scalar(_NOTE, values) or "")
    return {question: int(given) for question, given in told if question in QUESTIONS and int(given) <= MOST}


def _card(member_id: int, on: date) -> str:
    return f"resource_card:{member_id}:{on:%Y-%m}"
