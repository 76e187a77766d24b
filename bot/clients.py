"""Clients: finding them by number, by name and by rank, and asking for a new judgement of them.

What a client looks like to a reader is `bot.cards`' matter; how it is judged, `bot.assessments`'.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from difflib import get_close_matches

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.orm import Session

from bot.models import Client

_LISTED = (Client.workspace_id == bindparam("workspace_id")) & (Client.status != "lost")
_ORDER = (Client.priority.desc(), Client.id)
_PAGE = select(Client.id).where(_LISTED).order_by(*_ORDER).limit(bindparam("limit")).offset(bindparam("offset"))
_PAGE_OF_ONE = _PAGE.where(Client.owner_id == bindparam("owner_id"))
_PAGE_OF_SOME = _PAGE.where(Client.owner_id.in_(bindparam("owner_ids", expanding=True)))
_COUNT = select(func.count()).select_from(Client).where(_LISTED)
_COUNT_OF_SOME = _COUNT.where(Client.owner_id.in_(bindparam("owner_ids", expanding=True)))
_TOUCH = (
    update(Client)
    .where(Client.workspace_id == bindparam("of_workspace"), Client.id.in_(bindparam("ids", expanding=True)))
    .values(next_check_at=bindparam("at"))
    .execution_options(synchronize_session=False)
)


def fold(name: str) -> str:
    """Give a name as a search compares it: no case, no accents, single spaces."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ø", "o"))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def get(session: Session, workspace_id: int, client_id: int) -> Client | None:
    """Find a client of this workspace; a number that belongs to another one finds nothing."""
    statement = select(Client).where(Client.workspace_id == workspace_id, Client.id == client_id)
    return session.scalars(statement).one_or_none()


def search(session: Session, workspace_id: int, text: str, limit: int = 25) -> list[Client]:
    """Find clients by name or a part of it: the exact name first, then names that begin so; lost clients last."""
    wanted = fold(text)
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
        wanted = fold(" ".join(words[:count]))
        statement = select(Client).where(Client.workspace_id == workspace_id, Client.search_name == wanted)
        exact = list(session.scalars(statement.order_by(Client.status == "lost", *_ORDER)))
        if exact:
            return exact, " ".join(words[count:])
    for count in range(len(words), 0, -1):
        found = search(session, workspace_id, " ".join(words[:count]))
        if found:
            return found, " ".join(words[count:])
    return [], text


def near(session: Session, workspace_id: int, text: str, limit: int = 3) -> list[Client]:
    """Find the clients whose names look like a misspelt one."""
    names = session.scalars(select(Client.search_name).where(_LISTED), {"workspace_id": workspace_id}).all()
    alike = get_close_matches(fold(text), names, n=limit, cutoff=0.6)
    statement = select(Client).where(Client.workspace_id == workspace_id, Client.search_name.in_(alike))
    return sorted(session.scalars(statement), key=lambda client: alike.index(client.search_name))[:limit]


def ranking(
    session: Session, workspace_id: int, *, owner_ids: Sequence[int] | None, limit: int, offset: int = 0
) -> list[int]:
    """Give a page of client ids, highest priority first, lost clients left out: of some owners, or of them all."""
    page = {"workspace_id": workspace_id, "limit": limit, "offset": offset}
    if owner_ids is None:
        return list(session.scalars(_PAGE, page))
    if len(owner_ids) == 1:  # read off the index in order; several owners have to be sorted
        return list(session.scalars(_PAGE_OF_ONE, {**page, "owner_id": owner_ids[0]}))
    return list(session.scalars(_PAGE_OF_SOME, {**page, "owner_ids": list(owner_ids)}))


def count(session: Session, workspace_id: int, *, owner_ids: Sequence[int] | None) -> int:
    """Count the clients that `ranking` has in all its pages."""
    if owner_ids is None:
        return session.scalars(_COUNT, {"workspace_id": workspace_id}).one()
    return session.scalars(_COUNT_OF_SOME, {"workspace_id": workspace_id, "owner_ids": list(owner_ids)}).one()


def touch(session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime) -> None:
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
