"""Observations that members record about a client: moods and monthly resource cards.

The caller assesses the client again in the same transaction. Never here: imported observations
(`bot.importing.mapping`).
"""

import re
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from bot.infra.db import Instant
from bot.infra.models import Observation
from bot.people import audit
from scoring.vocabulary import MOODS

QUESTIONS = ("pays", "approves", "delivers", "shares", "respects")
"""The resource card's questions: pays without reminders, approves quickly, does what was agreed, gives data and access,
respects the team."""
MAX_POINTS = 2
"""The most points for an answer; the least is 0."""

_DAY = Observation.occurred_on.type
_RECORD = text("""
    INSERT INTO observations (workspace_id, client_id, external_id, kind, occurred_on, value, label, note, created_at)
    VALUES (:workspace_id, :client_id, :external_id, :kind, :occurred_on, :value, :label, :note, :now)
    ON CONFLICT (workspace_id, client_id, external_id) DO UPDATE SET kind = excluded.kind,
        occurred_on = excluded.occurred_on, value = excluded.value, label = excluded.label, note = excluded.note,
        import_run_id = -abs(observations.import_run_id)
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
    """Record a client's mood as a member saw it on a day; a second one that day replaces the first.

    Raises:
        ValueError: when `mood` is not one of MOODS.
    """
    if mood not in MOODS:
        raise ValueError(f"{mood!r} is not a mood; the moods are {', '.join(MOODS)}")
    row = {"external_id": f"mood:{member_id}:{on}", "kind": "mood", "value": None, "label": mood, "note": note}
    common = {"workspace_id": workspace_id, "client_id": client_id, "occurred_on": on, "now": now}
    session.execute(_RECORD, {**common, **row})
    audit.record(
        session, workspace_id, "mood.noted", now=now, by=member_id, client_id=client_id, after={"mood": mood, "on": on}
    )


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
    """Record a member's resource card for a month and return its score, 0 to 10; a second one replaces the first.

    `points` has 0 to MAX_POINTS for each of QUESTIONS.

    Raises:
        ValueError: when an answer is missing or out of range.
    """
    if points.keys() != set(QUESTIONS) or not all(0 <= given <= MAX_POINTS for given in points.values()):
        raise ValueError(f"a card has 0 to {MAX_POINTS} points for each of {', '.join(QUESTIONS)}, not {dict(points)}")
    score = float(sum(points.values()))
    note = ", ".join(f"{question} {points[question]}" for question in QUESTIONS)
    row = {"external_id": _card_id(member_id, on), "kind": "resource_card", "value": score, "label": None, "note": note}
    common = {"workspace_id": workspace_id, "client_id": client_id, "occurred_on": on, "now": now}
    session.execute(_RECORD, {**common, **row})
    after = {**points, "month": f"{on:%Y-%m}"}
    audit.record(session, workspace_id, "card.filled", now=now, by=member_id, client_id=client_id, after=after)
    return score


def load_answers(session: Session, workspace_id: int, client_id: int, member_id: int, on: date) -> dict[str, int]:
    """Return the points on a member's card for the month of `on`, by question; empty if there is none yet."""
    values = {"workspace_id": workspace_id, "client_id": client_id, "external_id": _card_id(member_id, on)}
    answers = re.findall(r"(\w+) (\d)", session.scalar(_NOTE, values) or "")
    return {
        question: int(points) for question, points in answers if question in QUESTIONS and int(points) <= MAX_POINTS
    }


def _card_id(member_id: int, on: date) -> str:
    return f"resource_card:{member_id}:{on:%Y-%m}"
