"""A workspace's policy: the default limits and weights, with the agency's overrides.

Never here: what a limit means or its default (`scoring.policy`).
"""

import logging
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.infra.models import Client, Workspace
from bot.people import audit
from bot.people.audit import Via
from scoring.policy import Policy, list_retired, replace_from

SLACK_LIMITS = ("contact_limit_days", "new_contact_limit_days", "due_soon_days", "unanswered_attempts")
"""The limits that can be changed in Slack; all others can be changed on the command line."""
_log = logging.getLogger(__name__)
_POLICY = select(Workspace.policy).where(Workspace.id == bindparam("workspace_id"))
_SAVE = update(Workspace).where(Workspace.id == bindparam("of_workspace")).values(policy=bindparam("policy"))
_POLICY_LOCKED = _POLICY.with_for_update(key_share=True)
_MARK_ALL_DUE = (
    update(Client)
    .where(Client.workspace_id == bindparam("of_workspace"), Client.status != "lost")
    .values(next_check_at=bindparam("now", type_=Client.next_check_at.type), facts_version=Client.facts_version + 1)
    .execution_options(synchronize_session=False)
)


def load(session: Session, workspace_id: int) -> Policy:
    """Return a workspace's policy.

    Raises:
        LookupError: when there is no such workspace.
        ValueError: naming the field, when a stored value is no longer valid.
    """
    return _read(orjson.dumps(overrides(session, workspace_id), option=orjson.OPT_SORT_KEYS))


def overrides(session: Session, workspace_id: int) -> dict[str, Any]:
    """Return a workspace's stored overrides by field, valid or not; LookupError if there is no such workspace."""
    stored: dict[str, Any] | None = session.execute(_POLICY, {"workspace_id": workspace_id}).scalar_one_or_none()
    if stored is None:
        raise LookupError(f"there is no workspace {workspace_id}")
    return stored


def lock_overrides(session: Session, workspace_id: int) -> dict[str, Any]:
    """Return the same as `overrides`, and lock the row until the transaction ends."""
    stored: dict[str, Any] = session.execute(_POLICY_LOCKED, {"workspace_id": workspace_id}).scalar_one()
    return stored


def limits(overrides: Mapping[str, Any]) -> dict[str, int]:
    """Return the current values of the limits that can be changed in Slack, given an agency's overrides."""
    return {name: overrides.get(name, getattr(Policy(), name)) for name in SLACK_LIMITS}


def bounds(name: str) -> tuple[int, int]:
    """Return the lowest and highest allowed value of a limit in `SLACK_LIMITS`."""
    rule = next(rule for rule in fields(Policy) if rule.name == name)
    return int(rule.metadata["low"]), int(rule.metadata["high"])


def invalid_fields(overrides: Mapping[str, Any], changes: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields whose new value is not valid."""
    return [name for name, value in changes.items() if not _is_valid({**overrides, name: value})]


def _is_valid(overrides: Mapping[str, Any]) -> bool:
    try:
        replace_from(overrides)
    except ValueError:
        return False
    return True


def list_overrides(policy: Policy) -> dict[str, Any]:
    """Return the fields of a policy that differ from the default."""
    values = ((rule.name, getattr(policy, rule.name), rule.default) for rule in fields(policy))
    return {name: value for name, value, default in values if value != default}


def change(
    session: Session, workspace_id: int, wanted: Mapping[str, Any], now: datetime, *, by: int | None, via: Via
) -> dict[str, Any]:
    """Replace a workspace's overrides, and make all its clients due.

    A value equal to the default is not stored, so that a better default in a later version reaches the agency.

    Returns:
        The overrides stored.

    Raises:
        ValueError: naming the field, the value and what is allowed; then nothing is changed.
    """
    stored, before = list_overrides(replace_from(wanted)), overrides(session, workspace_id)
    session.execute(_SAVE, {"of_workspace": workspace_id, "policy": stored})
    mark_all_due(session, workspace_id, now)
    if stored != before:
        usual = {rule.name: rule.default for rule in fields(Policy) if rule.name in stored.keys() | before.keys()}
        was, is_now = {**usual, **before}, {**usual, **stored}
        audit.record(session, workspace_id, "policy.changed", now=now, by=by, via=via, before=was, after=is_now)
    return stored


def mark_all_due(session: Session, workspace_id: int, now: datetime) -> None:
    """Make all clients of a workspace due for assessment."""
    session.execute(_MARK_ALL_DUE, {"of_workspace": workspace_id, "now": now})


@lru_cache(maxsize=256)
def _read(overrides: bytes) -> Policy:
    """Return the same object for the same content, so that results computed from a policy can be cached with it."""
    values = orjson.loads(overrides)
    for name, instead in list_retired(values).items():
        _log.warning("the policy has a field that no longer exists and is passed over: %s: %s", name, instead)
    return replace_from(values)
