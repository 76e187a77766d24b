"""Assessments: judging clients from their facts, and keeping what came of it.

`keep` is the one way by which a client's standing changes. A click of one person comes to it by `judge`, inside the
caller's transaction; the sweep considers a batch, and then keeps what still holds of it. Whom to tell, and when, is
decided elsewhere.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clients import snoozes
from bot.infra.models import Client
from bot.judging import assessment_rows, breaches, facts, policies
from scoring.assess import assess_all
from scoring.assessment import Assessment
from scoring.policy import Policy

PUT_OFF = timedelta(hours=1)
"""How long a client whose facts could not be judged is left alone."""
AT_ONCE = 64
"""Clients that are judged together: more of them are no faster."""
COLOURS = ("green", "amber", "red")
"""From best to worst."""

_log = logging.getLogger(__name__)
_PUT_OFF = (
    update(Client)
    .where(Client.workspace_id == bindparam("of_workspace"), Client.id == bindparam("of_client"))
    .values({name: bindparam(name) for name in ("checked_at", "check_error", "next_check_at")})
    .values(facts_version=Client.facts_version + 1)
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of judging some clients."""

    assessments: list[Assessment]
    failed: dict[int, Exception]
    """By client id: why it could not be judged."""


def reassess(
    session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime, *, touchpoint_id: int | None = None
) -> list[Assessment]:
    """Judge clients and keep the result: assessments, breaches, standing and when to look again.

    `touchpoint_id` is the contact that was just logged, changed or taken back: by it the breaches are found that it
    closed, or closes no more. A client that cannot be judged is logged, marked, put off for an hour, and left out of
    the result.
    """
    judged = judge(session, workspace_id, client_ids, now, to_write=True)
    save(session, workspace_id, judged, now, touchpoint_id=touchpoint_id)
    return judged.assessments


def save(
    session: Session, workspace_id: int, judged: Judged, now: datetime, *, touchpoint_id: int | None = None
) -> set[int]:
    """Write what came of judging clients whose facts nobody can have changed since.

    Returns:
        The clients of whom a breach has newly turned red, or opened red.
    """
    _lift_snoozes(session, workspace_id, judged.assessments, now)
    reddened = breaches.reconcile(session, workspace_id, judged.assessments, now, touchpoint_id)
    assessment_rows.save_assessments(session, workspace_id, judged.assessments, now)
    _put_off(session, workspace_id, judged.failed, now)
    return reddened


def preview(session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime) -> list[Assessment]:
    """Judge clients as of a moment, writing nothing.

    Raises:
        Exception: what went wrong with the first client that cannot be judged.
    """
    judged = judge(session, workspace_id, client_ids, now)
    for error in judged.failed.values():
        raise error
    return judged.assessments


def judge(
    session: Session,
    workspace_id: int,
    client_ids: Sequence[int],
    now: datetime,
    *,
    to_write: bool = False,
    held: bool = False,
) -> Judged:
    """Judge clients and write nothing.

    `to_write` keeps others (on Postgres) from changing them before we do, unless the transaction has `held` them so.
    """
    assessments: list[Assessment] = []
    failed: dict[int, Exception] = {}
    try:
        policy = policies.load(session, workspace_id)
    except ValueError as error:
        return Judged([], dict.fromkeys(client_ids, error))
    for batch in _batches(session, workspace_id, client_ids, now, failed, to_write=to_write, held=held):
        everybody = list(batch.clients)
        for begin in range(0, len(everybody), AT_ONCE):
            _judge_some(batch, everybody[begin : begin + AT_ONCE], policy, assessments, failed)
    return Judged(assessments, failed)


def _judge_some(
    batch: facts.Batch,
    client_ids: Sequence[int],
    policy: Policy,
    assessments: list[Assessment],
    failed: dict[int, Exception],
) -> None:
    """Judge some dozens of clients together; where one of them cannot be judged, each by itself."""
    try:
        some = [(batch.client(client_id), batch.portfolio(client_id)) for client_id in client_ids]
        assessments += assess_all(some, policy, batch.now)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is this client's alone
        if len(client_ids) == 1:
            failed[client_ids[0]] = error
            return
        for client_id in client_ids:
            _judge_some(batch, [client_id], policy, assessments, failed)


def _batches(
    session: Session,
    workspace_id: int,
    client_ids: Sequence[int],
    now: datetime,
    failed: dict[int, Exception],
    *,
    to_write: bool,
    held: bool,
) -> Iterator[facts.Batch]:
    """Read the clients at once; where a row among them cannot be read, in halves, down to the client that it is of."""
    try:
        # Postgres gives up a transaction in which anything failed
        with session.begin_nested() if to_write else nullcontext():
            batch = facts.read(session, workspace_id, client_ids, now, to_write=to_write and not held)
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        if len(client_ids) <= 1:
            failed.update(dict.fromkeys(client_ids, error))
            return
        middle = len(client_ids) // 2
        for half in (client_ids[:middle], client_ids[middle:]):
            yield from _batches(session, workspace_id, half, now, failed, to_write=to_write, held=held)
    else:
        yield batch


def _lift_snoozes(session: Session, workspace_id: int, assessments: Sequence[Assessment], now: datetime) -> None:
    """End the snoozes of clients that have got a colour worse than when they were put off."""
    held = snoozes.active(session, workspace_id, [assessment.client_id for assessment in assessments], now)
    worse = [
        assessment.client_id
        for assessment in assessments
        if assessment.client_id in held
        and COLOURS.index(assessment.colour) > COLOURS.index(held[assessment.client_id].colour)
    ]
    if worse:
        snoozes.lift(session, workspace_id, worse, now)


def _put_off(session: Session, workspace_id: int, failed: dict[int, Exception], now: datetime) -> None:
    rows: list[dict[str, Any]] = []
    for client_id, error in failed.items():
        _log.error("client %s of workspace %s could not be judged", client_id, workspace_id, exc_info=error)
        rows.append(
            {
                "of_workspace": workspace_id,
                "of_client": client_id,
                "checked_at": now,
                "check_error": f"{type(error).__name__}: {error}"[:500],
                "next_check_at": now + PUT_OFF,
            }
        )
    if rows:
        session.connection().execute(_PUT_OFF, rows)
