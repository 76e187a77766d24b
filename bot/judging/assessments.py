"""Assessments: scoring clients from their facts, and saving the result.

`save` is the only way to change a client's assessment. A click calls `reassess` in its own transaction; the sweep calls
`assess` for a batch, then `save` for what is still up to date. Never here: who is notified, and when.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clients import snoozes
from bot.infra import db_errors
from bot.infra.models import Client
from bot.judging import assessment_rows, breaches, facts, policies
from bot.judging.signal_json import pack_open
from scoring.assess import assess as assess_client
from scoring.assessment import Assessment
from scoring.facts import KnownBreach
from scoring.vocabulary import is_worse

RETRY_AFTER = timedelta(hours=1)
"""How long until a client that could not be assessed is tried again."""

Replayed = Mapping[int, Mapping[str, KnownBreach]]
"""What would have been open, by client id and the signal's key, where a past is looked at that was not recorded."""
_NOTHING_REPLAYED: Replayed = MappingProxyType({})
_log = logging.getLogger(__name__)
_MARK_FAILED = (
    update(Client)
    .where(Client.workspace_id == bindparam("of_workspace"), Client.id == bindparam("of_client"))
    .values({name: bindparam(name) for name in ("checked_at", "check_error", "next_check_at")})
    .values(facts_version=Client.facts_version + 1)
)


@dataclass(frozen=True, slots=True)
class AssessResult:
    """The result of assessing some clients."""

    assessments: list[Assessment]
    failed: dict[int, Exception]
    """By client id: why it could not be assessed."""


def reassess(
    session: Session,
    workspace_id: int,
    client_ids: Sequence[int],
    now: datetime,
    *,
    touchpoint_id: int | None = None,
    replayed: Replayed = _NOTHING_REPLAYED,
) -> list[Assessment]:
    """Assess clients and save the result: assessments, breaches, and when to check each client again.

    `touchpoint_id` is the contact that was just logged, changed or undone: it identifies the breaches that it resolved,
    or no longer resolves. `replayed` breaches are taken for those that were stored. A client that cannot be assessed is
    logged, marked, rescheduled in an hour, and left out of the result.
    """
    result = assess(session, workspace_id, client_ids, now, for_update=True, replayed=replayed)
    save(session, workspace_id, result, now, touchpoint_id=touchpoint_id)
    return result.assessments


def save(
    session: Session, workspace_id: int, result: AssessResult, now: datetime, *, touchpoint_id: int | None = None
) -> set[int]:
    """Save the result of assessing clients; the caller makes sure that their facts have not changed since.

    Returns:
        The ids of clients with a breach that has just turned red, or was opened red.
    """
    _lift_snoozes(session, workspace_id, result.assessments, now)
    packed = {assessment.client_id: pack_open(assessment) for assessment in result.assessments}
    reddened = breaches.reconcile(session, workspace_id, packed, now, touchpoint_id)
    assessment_rows.save_assessments(session, workspace_id, result.assessments, packed, now)
    _mark_failed(session, workspace_id, result.failed, now)
    return reddened


def preview(
    session: Session,
    workspace_id: int,
    client_ids: Sequence[int],
    now: datetime,
    replayed: Replayed = _NOTHING_REPLAYED,
) -> list[Assessment]:
    """Assess clients as of `now`, without saving anything; `replayed` breaches are taken for those that were stored.

    Raises:
        Exception: the error of the first client that cannot be assessed.
    """
    result = assess(session, workspace_id, client_ids, now, replayed=replayed)
    for error in result.failed.values():
        raise error
    return result.assessments


def assess(
    session: Session,
    workspace_id: int,
    client_ids: Sequence[int],
    now: datetime,
    *,
    for_update: bool = False,
    already_locked: bool = False,
    replayed: Replayed = _NOTHING_REPLAYED,
) -> AssessResult:
    """Assess clients, without saving anything.

    `replayed` breaches are taken for those that were stored.

    `for_update` locks their rows (on Postgres) until the transaction ends, unless they are `already_locked`.
    """
    assessments: list[Assessment] = []
    failed: dict[int, Exception] = {}
    try:
        policy = policies.load(session, workspace_id)
    except ValueError as error:
        return AssessResult([], dict.fromkeys(client_ids, error))
    for batch in _batches(
        session, workspace_id, client_ids, now, failed, for_update=for_update, already_locked=already_locked
    ):
        for client_id in batch.clients:
            try:
                client = batch.client(client_id)
                if client_id in replayed:
                    client = replace(client, breaches=replayed[client_id])
                assessments.append(assess_client(client, batch.portfolio(client_id), policy, now))
            except Exception as error:  # noqa: BLE001  # whatever it is, it must not stop the other clients
                failed[client_id] = error
    return AssessResult(assessments, failed)


def _batches(
    session: Session,
    workspace_id: int,
    client_ids: Sequence[int],
    now: datetime,
    failed: dict[int, Exception],
    *,
    for_update: bool,
    already_locked: bool,
) -> Iterator[facts.Batch]:
    """Read the clients' facts together; if a row cannot be read, in halves, down to the client it belongs to."""
    try:
        # after an error, Postgres rejects every further statement of a transaction
        with session.begin_nested() if for_update else nullcontext():
            batch = facts.read(session, workspace_id, client_ids, now, for_update=for_update and not already_locked)
    except Exception as error:
        if isinstance(error, DBAPIError) and (error.connection_invalidated or db_errors.explain(error)):
            raise
        if len(client_ids) <= 1:
            failed.update(dict.fromkeys(client_ids, error))
            return
        middle = len(client_ids) // 2
        for half in (client_ids[:middle], client_ids[middle:]):
            yield from _batches(
                session, workspace_id, half, now, failed, for_update=for_update, already_locked=already_locked
            )
    else:
        yield batch


def _lift_snoozes(session: Session, workspace_id: int, assessments: Sequence[Assessment], now: datetime) -> None:
    """End the snoozes of clients whose colour is worse than when they were snoozed."""
    active = snoozes.active(session, workspace_id, [assessment.client_id for assessment in assessments], now)
    worse = [
        assessment.client_id
        for assessment in assessments
        if assessment.client_id in active and is_worse(assessment.colour, active[assessment.client_id].colour)
    ]
    if worse:
        snoozes.lift(session, workspace_id, worse, now)


def _mark_failed(session: Session, workspace_id: int, failed: dict[int, Exception], now: datetime) -> None:
    rows: list[dict[str, Any]] = []
    for client_id, error in failed.items():
        _log.error("client %s of workspace %s could not be assessed", client_id, workspace_id, exc_info=error)
        rows.append(
            {
                "of_workspace": workspace_id,
                "of_client": client_id,
                "checked_at": now,
                "check_error": f"{type(error).__name__}: {error}"[:500],
                "next_check_at": now + RETRY_AFTER,
            }
        )
    if rows:
        session.connection().execute(_MARK_FAILED, rows)
