"""A workspace's policy: the default limits and weights, with what the agency has changed."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.models import Client, Workspace
from scoring.policy import Policy, replace_from

_POLICY = select(Workspace.policy).where(Workspace.id == bindparam("workspace_id"))
_KEEP = update(Workspace).where(Workspace.id == bindparam("of_workspace")).values(policy=bindparam("policy"))
_ALL_DUE = (
    update(Client)
    .where(Client.workspace_id == bindparam("of_workspace"), Client.status != "lost")
    .values(next_check_at=bindparam("now", type_=Client.next_check_at.type))
    .execution_options(synchronize_session=False)
)


def of(session: Session, workspace_id: int) -> Policy:
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
    session.execute(_ALL_DUE, {"of_workspace": workspace_id, "now": now})
    return kept


@lru_cache(maxsize=256)
def _read(overrides: bytes) -> Policy:
    """Policies are the same object for the same content, so that what is worked out from one can be kept beside it."""
    return replace_from(orjson.loads(overrides))
