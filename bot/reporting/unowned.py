"""Clients that nobody owns: without an owner, or with one who is gone; named to the leads until somebody owns them.

Never here: who has them meanwhile (`bot.people.attendance`).
"""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from bot.infra.db import key_in
from bot.infra.models import Client, Member
from bot.people import members
from bot.people.attendance import Attendance
from bot.views.data import UnownedClient

_backup = aliased(Member)
_UNOWNED = (
    select(Client.name, Client.backup_id, _backup.name, _backup.email, _backup.slack_user_id)
    .outerjoin(_backup, _backup.id == Client.backup_id)
    .where(
        Client.workspace_id == bindparam("workspace_id"),
        Client.status != "lost",
        Client.owner_id.is_(None) | key_in(Client.owner_id, "gone"),
    )
    .order_by(Client.priority.desc(), Client.id)
)


def load(connection: Connection, workspace_id: int, absences: Attendance) -> tuple[UnownedClient, ...]:
    """Return a workspace's clients that nobody owns, highest priority first."""
    rows = connection.execute(_UNOWNED, {"workspace_id": workspace_id, "gone": sorted(absences.gone)})
    return tuple(
        UnownedClient(name, members.to_person(*backup) if absences.is_here(backup_id) else None)
        for name, backup_id, *backup in rows
    )
