"""Finds the client that a typed sentence begins with: "Acme Toys - no answer".

A contact is logged at once only on a client whose whole name stands there, the longest that does. Never here: what the
rest of the sentence says (`handlers.typed_contacts`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.clients.clients import LONGEST_TYPED, normalize_name
from bot.infra.models import Client

MOST_OFFERED = 25
"""Clients that are offered where the sentence names none for certain."""
_AFTER_NAME = ",.:;!?-"
"""What may stand right behind a name, before a space."""
_NAMES = select(Client.search_name).where(Client.workspace_id == bindparam("workspace_id")).distinct()


@dataclass(frozen=True, slots=True)
class LeadingName:
    """The clients that a sentence may be about, and what it says of them."""

    clients: Sequence[Client]
    rest: str
    is_whole: bool
    """Whether the sentence begins with their whole name; otherwise they are only to be offered."""


def split_leading_name(session: Session, workspace_id: int, text: str) -> LeadingName:
    """Split a client's whole name off the start of a sentence: of "Acme" and "Acme Toys", the longer one that fits.

    Where no name stands there, the clients are those whose name begins with its first words, and those whose whole
    name stands further on.
    """
    words = text.split()
    names = session.scalars(_NAMES, {"workspace_id": workspace_id}).all()
    if not words or len(words[0]) > LONGEST_TYPED:
        return LeadingName((), text, is_whole=False)
    count, whole = _measure(words, frozenset(names))
    if whole:
        return LeadingName(_load(session, workspace_id, [whole]), " ".join(words[count:]), is_whole=True)
    begun, count = _begun(words, names)
    within = _named_within(words, names)
    offered, count = ([*within, *begun], 0) if within else (begun or _with_word(words[0], names), count)
    return LeadingName(_load(session, workspace_id, offered), " ".join(words[count:]), is_whole=False)


def _measure(words: Sequence[str], names: frozenset[str]) -> tuple[int, str]:
    """Return the longest name that the sentence begins with, and how many words it has."""
    longest = max((len(name) for name in names), default=0)
    typed, found = "", (0, "")
    for count, word in enumerate(words, 1):
        typed = f"{typed} {normalize_name(word)}".strip()
        bare = typed.rstrip(_AFTER_NAME)
        if len(bare) > longest:
            break
        endings = (typed[:end] for end in range(len(typed), max(len(bare), 1) - 1, -1))  # of "Acme Inc.," the comma
        found = next(((count, name) for name in endings if name in names), found)
    return found


def _begun(words: Sequence[str], names: Sequence[str]) -> tuple[list[str], int]:
    """Return the names that begin as the sentence does, with as many words as possible, and the number of these."""
    typed, best, count = "", list[str](), 0
    for number, word in enumerate(words, 1):
        typed = f"{typed} {normalize_name(word)}".strip()
        begun = [
            name for name in best or names if typed.strip(_AFTER_NAME) and name.startswith(typed.rstrip(_AFTER_NAME))
        ]
        if not begun:
            break
        best, count = begun, number
    return best, count


def _named_within(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the names that stand whole somewhere in the sentence."""
    bare = [normalize_name(word).strip(_AFTER_NAME) for word in words[: LONGEST_TYPED // 2]]
    sentence = f" {' '.join(bare)} "
    return [name for name in names if f" {name} " in sentence]


def _with_word(word: str, names: Sequence[str]) -> list[str]:
    """Return the names that have a word among theirs."""
    bare = normalize_name(word).strip(_AFTER_NAME)
    return [name for name in names if bare and f" {bare} " in f" {name} "]


def _load(session: Session, workspace_id: int, names: Sequence[str]) -> Sequence[Client]:
    statement = (
        select(Client)
        .where(Client.workspace_id == workspace_id, Client.search_name.in_(names[:MOST_OFFERED]))
        .order_by(Client.status == "lost", Client.search_name, Client.id)
        .limit(MOST_OFFERED)
    )
    return session.scalars(statement).all() if names else ()
