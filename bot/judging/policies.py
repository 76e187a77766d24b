"""A workspace's policy: the default limits and weights, with what the agency has changed."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.infra.models import Client, Workspace
from scoring.policy import Policy, replace_from

IN_SLACK = ("contact_limit_days", "new_contact_limit_days", "due_soon_days", "unanswered_attempts")
"""The few limits that agencies ask for most; all others are the command line's."""
_POLICY = select(Workspace.policy).where(Workspace.id == bindparam("workspace_id"))
_KEEP = update(Workspace).where(Workspace.id == bindparam("of_workspace")).values(policy=bindparam("policy"))
_HELD = _POLICY.with_for_update(key_share=True)
_ALL_DUE = (
    update(Client)
    .where(Client.workspace_id == bindparam("of_workspace"), Client.status != "lost")
    .values(next_check_at=bindparam("now", type_=Client.next_check_at.type), facts_version=Client.facts_version + 1)
    .execution_options(synchronize_session=False)
)


def load(session: Session, workspace_id: int) -> Policy:
    """Give a workspace's policy.

    Raises:
        LookupError: when there is no such workspace.
        ValueError: naming the field, when what is stored for it does not fit any more.
    """
    return _read(orjson.dumps(overrides(session, workspace_id), option=orjson.OPT_SORT_KEYS))


def overrides(session: Session, workspace_id: int) -> dict[str, Any]:
    """Give what a workspace has changed, by field, whether it still fits or not. LookupError for no such workspace."""
    kept: dict[str, Any] | None = session.execute(_POLICY, {"workspace_id": workspace_id}).scalar_one_or_none()
    if kept is None:
        raise LookupError(f"there is no workspace {workspace_id}")
    return kept


def lock_overrides(session: Session, workspace_id: int) -> dict[str, Any]:
    """Give the same as `overrides`, and keep others from changing it until the transaction is over."""
    kept: dict[str, Any] = session.execute(_HELD, {"workspace_id": workspace_id}).scalar_one()
    return kept


def limits(overrides: Mapping[str, Any]) -> dict[str, int]:
    """Give the limits that can be changed in Slack as they stand with an agency's overrides."""
    return {name: overrides.get(name, getattr(Policy(), name)) for name in IN_SLACK}


def bounds(name: str) -> tuple[int, int]:
    """Give the least and the most that a limit of `IN_SLACK` may be."""
    rule = next(rule for rule in fields(Policy) if rule.name == name)
    return int(rule.metadata["low"]), int(rule.metadata["high"])


def invalid_fields(overrides: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Name those of some wanted values that the policy does not take."""
    return [name for name, value in wanted.items() if not _fits({**overrides, name: value})]


def _fits(wanted: Mapping[str, Any]) -> bool:
    try:
        replace_from(wanted)
    except ValueError:
        return False
    return True


def differing(policy: Policy) -> dict[str, Any]:
    """Give the fields of a policy that are not at their default."""
    values = ((rule.name, getattr(policy, rule.name), rule.default) for rule in fields(policy))
    return {name: value for name, value, default in values if value != default}


def change(session: Session, workspace_id: int, wanted: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Keep the default policy with some fields replaced as a workspace's own; all its clients are due again.

    A value that is the default is not kept, so that a better default in a later version reaches the agency.

    Returns:
        What is kept.

    Raises:
        ValueError: naming the field, the value and what is allowed; nothing is changed then.
    """
    kept = differing(replace_from(wanted))
    session.execute(_KEEP, {"of_workspace": workspace_id, "policy": kept})
    mark_all_due(session, workspace_id, now)
    return kept


def mark_all_due(session: Session, workspace_id: int, now: datetime) -> None:
    """Have all clients of a workspace judged anew."""
    session.execute(_ALL_DUE, {"of_workspace": workspace_id, "now": now})


@lru_cache(maxsize=256)
def _read(overrides: bytes) -> Policy:
    """Policies are the same object for the same content, so that what is worked out from one can be kept beside it."""
    return replace_from(orjson.loads(overrides))
