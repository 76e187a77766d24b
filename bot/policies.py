"""A workspace's policy: the default limits and weights, with what the agency has changed."""

from functools import lru_cache

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.models import Workspace
from scoring.policy import Policy, replace_from

_POLICY = select(Workspace.policy).where(Workspace.id == bindparam("workspace_id"))


def of(session: Session, workspace_id: int) -> Policy:
    """Give a workspace's policy.

    Raises:
        LookupError: when there is no such workspace.
        ValueError: naming the field, when what is stored for it does not fit any more.
    """
    overrides = session.execute(_POLICY, {"workspace_id": workspace_id}).scalar_one_or_none()
    if overrides is None:
        raise LookupError(f"there is no workspace {workspace_id}")
    return _read(orjson.dumps(overrides, option=orjson.OPT_SORT_KEYS))


@lru_cache(maxsize=256)
def _read(overrides: bytes) -> Policy:
    """Policies are the same object for the same content, so that what is worked out from one can be kept beside it."""
    return replace_from(orjson.loads(overrides))
