"""Members in the rows that are kept as they were before an import (`import_changes`).

They stand in JSON, where no foreign key looks after them: whoever merges or erases a member does. Never here: keeping
and putting back such rows (`bot.importing`).
"""

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.infra.models import ImportChange, ImportRun

COLUMNS = ("owner_id", "backup_id", "member_id")
"""Those of imported rows that name a member."""
_KINDS = ("clients", "touchpoints", "deadlines")
_IMAGES = (
    select(ImportChange.id, ImportChange.before)
    .join(ImportRun, ImportRun.id == ImportChange.run_id)
    .where(ImportChange.workspace_id == bindparam("workspace_id"), ImportRun.kind.in_(_KINDS))
    .execution_options(yield_per=1_000)
)
_REWRITE = update(ImportChange).where(ImportChange.id == bindparam("change_id")).values(before=bindparam("image"))


def find_members(session: Session, workspace_id: int) -> set[int]:
    """Return the ids of all members that such rows of a workspace name."""
    return {image[name] for _, image in _read(session, workspace_id) for name in COLUMNS if image.get(name)}


def replace_member(session: Session, workspace_id: int, member_id: int, by: int | None) -> None:
    """Have such rows name another member, or nobody."""
    changed = [
        {"change_id": change_id, "image": orjson.dumps(_replaced(image, member_id, by)).decode()}
        for change_id, image in _read(session, workspace_id)
        if any(image.get(name) == member_id for name in COLUMNS)
    ]
    if changed:
        session.connection().execute(_REWRITE, changed)


def _replaced(image: dict[str, Any], member_id: int, by: int | None) -> dict[str, Any]:
    named = {name: by for name in COLUMNS if image.get(name) == member_id}
    if by is not None and {image.get("owner_id"), image.get("backup_id")} == {member_id, by}:
        named["backup_id"] = None
    return {**image, **named}


def _read(session: Session, workspace_id: int) -> Iterator[tuple[int, dict[str, Any]]]:
    for change_id, image in session.execute(_IMAGES, {"workspace_id": workspace_id}):
        yield change_id, orjson.loads(image)
