"""Clients: finding them by number, by name and by rank, and asking for a new judgement of them.

What a client looks like to a reader is in `bot.reporting.client_cards`; how it is judged, in
`bot.judging.assessments`.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, update
from sqlalchemy.orm import Session, aliased

from bot.infra.db import in_workspace, key_in
from bot.infra.models import Client
from bot.people.access import Actor

_LISTED = (Client.workspace_id == bindparam("workspace_id")) & (Client.status != "lost")
_ORDER = (Client.priority.desc(), Client.id)
_OF = {
    "all": _LISTED,
    "one": _LISTED & (Client.owner_id == bindparam("owner_id")),
    "some": _LISTED & (key_in(Client.owner_id, "owner_ids") | key_in(Client.id, "besides")),
}
"""Which clients a list has, by the kind of `Whose`; lost ones are in none."""
_PAGE = {
    kind: select(Client.id).where(of).order_by(*_ORDER).limit(bindparam("limit")).offset(bindparam("offset"))
    for kind, of in _OF.items()
}
_COUNT = {kind: select(func.count()).select_from(Client).where(of) for kind, of in _OF.items()}
_STANDING_IN = select(Client.id).where(
    _LISTED,
    Client.backup_id == bindparam("member_id"),
    Client.owner_id.is_(None) | key_in(Client.owner_id, "unattended"),
)
_held = aliased(Client)
_IN_ORDER = (
    select(_held.id)
    .where(in_workspace(_held.workspace_id, "of_workspace"), key_in(_held.id, "ids"))
    .order_by(_held.id)
    .with_for_update(key_share=True)  # two who touch the same clients wait for each other in a row, not in a circle
)
_TOUCH = (
    update(Client)
    .where(Client.id.in_(_IN_ORDER))
    .values(next_check_at=bindparam("at"), facts_version=Client.facts_version + 1)
    .execution_options(synchronize_session=False)
)


def normalize_name(name: str) -> str:
    """Give a name as a search compares it: no case, no accents, single spaces."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ø", "o"))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


class ClientGoneError(LookupError):
    """The workspace has no such client: it was forgotten meanwhile, or is another workspace's."""


def require(session: Session, workspace_id: int, client_id: int) -> Client:
    """Give a client of this workspace.

    Raises:
        ClientGoneError: when the workspace has no such client.
    """
    client = get(session, workspace_id, client_id)
    if client is None:
        raise ClientGoneError(f"workspace {workspace_id} has no client {client_id}")
    return client


def get(session: Session, workspace_id: int, client_id: int) -> Client | None:
    """Find a client of this workspace; a number that belongs to another one finds nothing."""
    statement = select(Client).where(Client.workspace_id == workspace_id, Client.id == client_id)
    return session.scalars(statement).one_or_none()


def search(session: Session, workspace_id: int, text: str, limit: int = 25) -> list[Client]:
    """Find clients by name or a part of it: the exact name first, then names that begin so; lost clients last."""
    wanted = normalize_name(text)
    if not wanted:
        return []
    name = Client.search_name
    closeness = case((name == wanted, 0), (name.startswith(wanted, autoescape=True), 1), else_=2)
    statement = (
        select(Client)
        .where(Client.workspace_id == workspace_id, name.contains(wanted, autoescape=True))
        .order_by(Client.status == "lost", closeness, *_ORDER)
        .limit(limit)
    )
    found = list(session.scalars(statement))
    exact = [client for client in found if client.search_name == wanted]
    return exact if len(exact) == 1 else found


def named_at_start(session: Session, workspace_id: int, text: str) -> tuple[list[Client], str]:
    """Take a client's name off the start of a sentence: the clients that fit the most words of it, and the rest.

    A whole name is preferred to a part of one: of "Acme" and "Acme Toys", the words "acme called back" mean the former.
    """
    words = text.split()
    for count in range(len(words), 0, -1):
        wanted = normalize_name(" ".join(words[:count]))
        statement = select(Client).where(Client.workspace_id == workspace_id, Client.search_name == wanted)
        exact = list(session.scalars(statement.order_by(Client.status == "lost", *_ORDER)))
        if exact:
            return exact, " ".join(words[count:])
    for count in range(len(words), 0, -1):
        found = search(session, workspace_id, " ".join(words[:count]))
        if found:
            return found, " ".join(words[count:])
    return [], text


def similar_names(session: Session, workspace_id: int, text: str, limit: int = 3) -> list[Client]:
    """Find the clients whose names look like a misspelt one."""
    names = session.scalars(select(Client.search_name).where(_LISTED), {"workspace_id": workspace_id}).all()
    alike = get_close_matches(normalize_name(text), names, n=limit, cutoff=0.6)
    statement = select(Client).where(Client.workspace_id == workspace_id, Client.search_name.in_(alike))
    return sorted(session.scalars(statement), key=lambda client: alike.index(client.search_name))[:limit]


@dataclass(frozen=True, slots=True)
class ListScope:
    """Whose clients a list has: of some owners, and some besides; everybody's where `owners` is None."""

    owners: Sequence[int] | None
    besides: Sequence[int] = ()

    @property
    def kind(self) -> str:
        """One of `_OF`: one owner alone is read off the index in order, several have to be sorted."""
        if self.owners is None:
            return "all"
        return "one" if len(self.owners) == 1 and not self.besides else "some"

    def named(self) -> dict[str, Any]:
        """The same as the bind parameters of its kind."""
        if self.owners is None:
            return {}
        if self.kind == "one":
            return {"owner_id": self.owners[0]}
        return {"owner_ids": list(self.owners), "besides": list(self.besides)}


def own_list(connection: Connection, reader: Actor) -> ListScope:
    """Say whose clients are a member's today: their own, those they cover, and those they stand in for."""
    if not reader.may_stand_in:
        return ListScope(reader.owners)
    values = {"workspace_id": reader.workspace_id, "member_id": reader.member_id, "unattended": [*reader.unattended]}
    return ListScope(reader.owners, connection.scalars(_STANDING_IN, values).all())


def ranking(connection: Connection, workspace_id: int, whose: ListScope, *, limit: int, offset: int = 0) -> list[int]:
    """Give a page of client ids, highest priority first, lost clients left out."""
    values = {"workspace_id": workspace_id, "limit": limit, "offset": offset, **whose.named()}
    return list(connection.scalars(_PAGE[whose.kind], values))


def count(connection: Connection, workspace_id: int, whose: ListScope) -> int:
    """Count the clients that `ranking` has in all its pages."""
    return connection.scalars(_COUNT[whose.kind], {"workspace_id": workspace_id, **whose.named()}).one()


def mark_changed(session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime) -> None:
    """Ask for a new judgement of clients whose facts have changed."""
    session.execute(_TOUCH, {"of_workspace": workspace_id, "ids": list(client_ids), "at": now})


def choices(session: Session, workspace_id: int, most: int) -> list[tuple[int, str]]:
    """Give ids and names of all clients by name, or nothing where there are more than can be chosen from."""
    statement = select(Client.id, Client.name).where(_LISTED).order_by(Client.search_name, Client.id).limit(most + 1)
    found = session.execute(statement, {"workspace_id": workspace_id}).all()
    return [(row.id, row.name) for row in found] if len(found) <= most else []


def expect_silence(session: Session, client: Client, until: date, reason: str | None) -> None:
    """Note that silence is expected of a client through a day; the reason is kept in its notes."""
    client.silent_until = until
    if reason:
        client.notes = "\n".join(line for line in (client.notes, f"{until.isoformat()}: {reason}") if line)
    session.flush()
