"""Clients: finding them by id, name and rank, and requesting a new assessment.

Never here: what a reader is shown of a client (`bot.reporting.client_cards`), or how it is assessed
(`bot.judging.assessments`).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from heapq import nlargest
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, union_all, update
from sqlalchemy.orm import Session, aliased

from bot.infra import provenance
from bot.infra.db import in_workspace, key_in
from bot.infra.models import Client
from bot.infra.visible import clean_name
from bot.people import audit
from bot.people.access import Actor

_LISTED = (Client.workspace_id == bindparam("workspace_id")) & (Client.status != "lost")
_ORDER = (Client.priority.desc(), Client.id)
_BY_NAME = (Client.search_name, Client.id)
_BY_COLOUR = (case({"red": 0, "amber": 1, "green": 2}, value=Client.colour, else_=3), *_BY_NAME)
"""For who may not see the money of all that is listed: the place of a client would tell how big it is."""
_IN_SCOPE = {
    "all": _LISTED,
    "one": _LISTED & (Client.owner_id == bindparam("owner_id")),
    "some": _LISTED & (key_in(Client.owner_id, "owner_ids") | key_in(Client.id, "extra_ids")),
}
"""The condition of each kind of `ListScope`; lost clients are in none."""
_RANKED = {
    (kind, is_exact): select(Client.id).where(condition).order_by(*order)
    for kind, condition in _IN_SCOPE.items()
    for is_exact, order in ((True, _ORDER), (False, _BY_COLOUR))
}
_PAGE = {kind: every.limit(bindparam("limit")).offset(bindparam("offset")) for kind, every in _RANKED.items()}
_COUNT = {kind: select(func.count()).select_from(Client).where(condition) for kind, condition in _IN_SCOPE.items()}
_STANDING_IN = select(Client.id).where(
    _LISTED,
    Client.backup_id == bindparam("member_id"),
    Client.owner_id.is_(None) | key_in(Client.owner_id, "unattended"),
)
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o"}
    | dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
LONGEST_NOTES = 10_000
"""Characters of a client's notes, here as in an import."""
MOST_COMPARED = 50
"""Names that a misspelt one is compared with, letter by letter."""
LONGEST_TYPED = 2000
"""Characters, more than any name has: a longer text is not looked for, and SQLite takes no pattern of any length."""
_NO_BACKUP = Client.backup_id.is_(None) | key_in(Client.backup_id, "not_here")
_LEFT_TO_LEADS = union_all(  # by the index of owners, twice: with "or" it would be all clients of the workspace
    select(Client.id).where(_LISTED, Client.owner_id.is_(None), _NO_BACKUP),
    select(Client.id).where(
        in_workspace(Client.workspace_id, "workspace_id"),
        Client.status != "lost",
        key_in(Client.owner_id, "gone"),
        _NO_BACKUP,
    ),
)
"""The clients that nobody has, as `bot.people.attendance` defines it."""
_locked = aliased(Client)
_LOCKED_IN_ORDER = (
    select(_locked.id)
    .where(in_workspace(_locked.workspace_id, "of_workspace"), key_in(_locked.id, "ids"))
    .order_by(_locked.id)
    .with_for_update(key_share=True)  # in id order, so that two transactions with the same clients cannot deadlock
)
_MARK_CHANGED = (
    update(Client)
    .where(Client.id.in_(_LOCKED_IN_ORDER))
    .values(next_check_at=bindparam("at"), facts_version=Client.facts_version + 1)
    .execution_options(synchronize_session=False)
)


def normalize_name(name: str) -> str:
    """Return a name in the form that searches compare: case-folded, without accents, with single spaces.

    Quotation marks and dashes are plain ones: a phone types curly ones where a keyboard types straight ones.
    """
    plain = clean_name(name).casefold().translate(_PLAIN)
    letters = unicodedata.normalize("NFKD", plain)
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


class ClientGoneError(LookupError):
    """The workspace has no such client: it was deleted in the meantime, or belongs to another workspace."""


def require(session: Session, workspace_id: int, client_id: int) -> Client:
    """Return a client of this workspace.

    Raises:
        ClientGoneError: when the workspace has no such client.
    """
    client = get(session, workspace_id, client_id)
    if client is None:
        raise ClientGoneError(f"workspace {workspace_id} has no client {client_id}")
    return client


def get(session: Session, workspace_id: int, client_id: int) -> Client | None:
    """Find a client of this workspace; None for the id of another workspace's client."""
    statement = select(Client).where(Client.workspace_id == workspace_id, Client.id == client_id)
    return session.scalars(statement).one_or_none()


def search(session: Session, workspace_id: int, text: str, limit: int = 25) -> list[Client]:
    """Find clients whose name contains a text; only the exact match if there is a single one.

    Otherwise exact names come first, then names that start with the text, then the rest, each by name; lost clients
    last.
    """
    typed = normalize_name(text)
    if not typed or len(typed) > LONGEST_TYPED:
        return []
    name = Client.search_name
    closeness = case((name == typed, 0), (name.startswith(typed, autoescape=True), 1), else_=2)
    statement = (
        select(Client)
        .where(Client.workspace_id == workspace_id, name.contains(typed, autoescape=True))
        .order_by(Client.status == "lost", closeness, *_BY_NAME)
        .limit(limit)
    )
    found = list(session.scalars(statement))
    exact = [client for client in found if client.search_name == typed]
    return exact if len(exact) == 1 else found


def find_similar(session: Session, workspace_id: int, text: str, limit: int = 3) -> list[Client]:
    """Find the clients whose names are similar to a misspelt one, the most similar first.

    Comparing letter by letter takes seconds for thousands of names, so only those that share the most pairs of letters
    are compared.
    """
    names = session.scalars(select(Client.search_name).where(_LISTED), {"workspace_id": workspace_id}).all()
    typed = normalize_name(text)
    pairs = _pairs(typed)
    likely = nlargest(MOST_COMPARED, names, key=lambda name: _overlap(pairs, _pairs(name)))
    matches = get_close_matches(typed, likely, n=limit, cutoff=0.6)
    statement = select(Client).where(Client.workspace_id == workspace_id, Client.search_name.in_(matches))
    return sorted(session.scalars(statement), key=lambda client: matches.index(client.search_name))[:limit]


def _pairs(name: str) -> set[str]:
    return {name[at : at + 2] for at in range(max(1, len(name) - 1))}


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)


@dataclass(frozen=True, slots=True)
class ListScope:
    """Which clients a list contains: those of `owners` and `extra_ids`; all clients if `owners` is None."""

    owners: Sequence[int] | None
    extra_ids: Sequence[int] = ()

    @property
    def kind(self) -> str:
        """The key in `_IN_SCOPE`: one owner's clients come from the index in order, several owners' must be sorted."""
        if self.owners is None:
            return "all"
        return "one" if len(self.owners) == 1 and not self.extra_ids else "some"

    def parameters(self) -> dict[str, Any]:
        """Return the bind parameters of this kind's condition."""
        if self.owners is None:
            return {}
        if self.kind == "one":
            return {"owner_id": self.owners[0]}
        return {"owner_ids": list(self.owners), "extra_ids": list(self.extra_ids)}


def own_scope(connection: Connection, reader: Actor) -> ListScope:
    """Return the scope of a member's list today: the clients that they have, and for a lead those that nobody has."""
    absences, extra = reader.attendance, set[int]()
    values: dict[str, Any] = {"workspace_id": reader.workspace_id}
    if reader.is_backup:
        standing_in = {**values, "member_id": reader.member_id, "unattended": sorted(absences.unattended)}
        extra.update(connection.scalars(_STANDING_IN, standing_in))
    if reader.leads:
        left = {**values, "gone": sorted(absences.gone), "not_here": sorted(absences.not_here)}
        extra.update(connection.scalars(_LEFT_TO_LEADS, left))
    return ListScope(reader.owners, sorted(extra))


def own_ids(connection: Connection, reader: Actor) -> list[int]:
    """Return the ids of all clients on a member's list today, highest priority first."""
    scope = own_scope(connection, reader)
    return list(
        connection.scalars(_RANKED[scope.kind, True], {"workspace_id": reader.workspace_id, **scope.parameters()})
    )


def ranking(
    connection: Connection, workspace_id: int, scope: ListScope, *, limit: int, offset: int = 0, is_exact: bool = True
) -> list[int]:
    """Return a page of client ids without lost clients: highest priority first, or else by colour and name."""
    values = {"workspace_id": workspace_id, "limit": limit, "offset": offset, **scope.parameters()}
    return list(connection.scalars(_PAGE[scope.kind, is_exact], values))


def count(connection: Connection, workspace_id: int, scope: ListScope) -> int:
    """Count the clients on all pages of `ranking`."""
    return connection.scalars(_COUNT[scope.kind], {"workspace_id": workspace_id, **scope.parameters()}).one()


def mark_changed(session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime) -> None:
    """Request a new assessment of clients whose facts have changed."""
    session.execute(_MARK_CHANGED, {"of_workspace": workspace_id, "ids": list(client_ids), "at": now})


def expect_silence(
    session: Session, client: Client, until: date, reason: str, *, by: int | None, now: datetime
) -> None:
    """Record that a client is not expected to be in touch through `until`; the reason is added to its notes."""
    audit.record(
        session,
        client.workspace_id,
        "silence.set",
        now=now,
        by=by,
        client_id=client.id,
        before={"until": client.silent_until},
        after={"until": until},
    )
    client.silent_until, client.silent_by_id = until, by
    provenance.mark_row_by_hand(client)
    if reason:
        client.notes = notes_with(client, until, reason)
    session.flush()


def notes_with(client: Client, until: date, reason: str) -> str:
    """Return a client's notes with the reason for silence through `until`, if there is one, as their last line."""
    line = f"{until.isoformat()}: {reason}" if reason else ""
    return "\n".join(filter(None, (client.notes, line)))
