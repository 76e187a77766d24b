"""What a client is called where it has to be told apart: its name, and its key beside it if another has the same name.

Never here: finding clients (`bot.clients.clients`), or how a name is drawn (`bot.views.names`).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, exists, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from bot.infra.db import in_workspace, key_in
from bot.infra.models import Client
from bot.views.blocks import clip

_namesake = aliased(Client)


def _start_of_name(client: Any) -> Any:
    """Return what `ix_clients_name` holds of a name; written out, because an index takes no parameters."""
    return func.substr(client.search_name, literal_column("1"), literal_column("64"))


HAS_NAMESAKE = exists().where(
    _namesake.workspace_id == Client.workspace_id,
    _start_of_name(_namesake) == _start_of_name(Client),
    _namesake.id != Client.id,
)
"""Whether another client of the agency, lost or not, has the same name."""
_LABELS = select(Client.id, Client.name, Client.external_id, HAS_NAMESAKE.label("has_namesake")).where(
    in_workspace(Client.workspace_id, "workspace_id"), key_in(Client.id, "client_ids")
)
_CHOICES = (
    select(Client.id, Client.name, Client.external_id, HAS_NAMESAKE.label("has_namesake"))
    .where(Client.workspace_id == bindparam("workspace_id"), Client.status != "lost")
    .order_by(Client.search_name, Client.id)
    .limit(bindparam("most"))
)


def label(name: str, external_id: str, *, has_namesake: bool) -> str:
    """Return a client's name, with its key if another client has the same name."""
    return f"{clip(name, 40)} ({clip(external_id, 30)})" if has_namesake else name


def list_labels(session: Session, workspace_id: int, found: Sequence[Client]) -> list[tuple[int, str]]:
    """Return the ids and labels of some clients, in their order."""
    values = {"workspace_id": workspace_id, "client_ids": [client.id for client in found]}
    labels = {
        row.id: label(row.name, row.external_id, has_namesake=row.has_namesake)
        for row in session.execute(_LABELS, values)
    }
    return [(client.id, labels.get(client.id, client.name)) for client in found]


def list_choices(session: Session, workspace_id: int, limit: int) -> list[tuple[int, str]]:
    """Return the ids and labels of all clients, sorted by name; nothing if there are more than `limit`."""
    found = session.execute(_CHOICES, {"workspace_id": workspace_id, "most": limit + 1}).all()
    if len(found) > limit:
        return []
    return [(row.id, label(row.name, row.external_id, has_namesake=row.has_namesake)) for row in found]
