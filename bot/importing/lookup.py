"""Finds the clients and members that rows refer to, loaded once for the whole file.

A member who is not known yet is created, to be matched to a Slack user later. Never here: what a row means.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients import clients, twins
from bot.importing.before_images import Run
from bot.importing.errors import RowError, UnknownClientError
from bot.importing.parsing.values import PersonReference
from bot.infra.models import Client, Member, Workspace
from bot.people import members

NEAR_NAMES = 3
"""Names offered for one that is not known."""
MAX_LOOKED_UP = 50
"""Names that are not known, for which near ones are looked for."""


@dataclass(frozen=True, slots=True)
class KnownClient:
    """What mapping needs of a client that a row refers to."""

    id: int
    external_id: str
    name: str
    currency: str
    zone: ZoneInfo
    """The owner's."""
    ad_currency: str | None = None
    """Of its ad accounts, where that is known to be another."""


@dataclass(frozen=True, slots=True)
class KnownMember:
    """What mapping needs of a member that a row refers to."""

    id: int
    zone: ZoneInfo


class ReferenceLookup:
    """The clients, by key or name, and the members, by e-mail or Slack id, of one workspace.

    It lives for a whole import: `use_session` gives it the session of each new transaction.
    """

    def __init__(self, session: Session, workspace_id: int, run_id: int | None = None) -> None:
        """Load the clients and members; `run_id` is the import that invents the members it creates."""
        self.workspace_id = workspace_id
        self.run = Run(run_id, workspace_id) if run_id else None
        self.use_session(session)
        self.currency = session.scalars(select(Workspace.currency).where(Workspace.id == workspace_id)).one()
        self.unknown_people: Counter[str] = Counter()
        """Rows by the person they name, where no member has that name."""
        self.added_people: list[str] = []
        """People who were not known, and are by name alone."""
        self._people: dict[str, list[KnownMember]] = {}
        """By name, in lower case."""
        self._members = self._load_members()
        self.clients: dict[str, KnownClient] = {}
        """By external id."""
        self._keys: dict[str, str] = {}
        """Keys of clients, by what is the same for them in capital and small letters."""
        self._made: Counter[tuple[int, str]] = Counter()
        self._near: dict[str, Sequence[str]] = {}
        self._named: dict[str, list[KnownClient]] = {}
        self._load_clients()
        self.normalize_name = lru_cache(maxsize=4096)(clients.normalize_name)

    def use_session(self, session: Session) -> None:
        """Use another session for creating members from here on."""
        self._session = session

    def _load_members(self) -> dict[str, KnownMember]:
        people = select(Member.id, Member.email, Member.slack_user_id, Member.name, Member.tz)
        found: dict[str, KnownMember] = {}
        for row in self._session.execute(people.where(Member.workspace_id == self.workspace_id)):
            member = KnownMember(row.id, members.zone_of(row.tz))
            found |= {name: member for name in (row.email, row.slack_user_id) if name}
            if row.name:
                self._people.setdefault(members.fold_name(row.name), []).append(member)
        return found

    def _load_clients(self) -> None:
        statement = (
            select(
                *(Client.id, Client.external_id, Client.name, Client.search_name),
                *(Client.currency, Client.ad_currency, Member.tz),
            )
            .outerjoin(Member, Client.owner_id == Member.id)
            .where(Client.workspace_id == self.workspace_id)
        )
        for row in self._session.execute(statement):
            zone = members.zone_of(row.tz or "UTC")
            client = KnownClient(row.id, row.external_id, row.name, row.currency, zone, row.ad_currency)
            self.clients[row.external_id] = client
            self._keys[row.external_id.casefold()] = row.external_id
            self._named.setdefault(row.search_name, []).append(client)

    def check_key(self, external_id: str) -> None:
        """Check that no other client, stored or of the same file, has the same key in other letters.

        Raises:
            RowError: when one has: whether it is the same client, only whoever writes the file knows.
        """
        known = self._keys.setdefault(external_id.casefold(), external_id)
        if known != external_id and external_id not in self.clients:
            raise RowError("external_id", f"is the key {known} in other letters: write it in the same way")

    def tell_apart(self, client_id: int, made: str) -> str:
        """Return a key that was made of a row's cells, with a number for each further row of the file like it.

        Two answers to a survey may say the same; read again, the file makes the same keys.
        """
        self._made[client_id, made] += 1
        count = self._made[client_id, made]
        return made if count == 1 else f"{made}:{count}"

    def find_named(self, name: str) -> Sequence[KnownClient]:
        """Return the clients of a name, however it is written."""
        return self._named.get(self.normalize_name(name), ())

    def find_by_id(self, client_id: int) -> KnownClient | None:
        """Return the client with an id."""
        return next((client for client in self.clients.values() if client.id == client_id), None)

    def find_near(self, name: str) -> Sequence[str]:
        """Return the names of clients that are nearly the same, the nearest first; none beyond the first MAX_LOOKED_UP.

        A file of somebody else's clients has thousands of names, each of which would be compared with all of ours.
        """
        if name not in self._near and len(self._near) >= MAX_LOOKED_UP:
            return ()
        if name not in self._near:
            self._near[name] = twins.nearest(name, [client.name for client in self.clients.values()], NEAR_NAMES)
        return self._near[name]

    def find_client(self, reference: str) -> KnownClient:
        """Find a client by its key, else by its name if no other client has the same name.

        Raises:
            RowError: when there is none, or more than one.
        """
        known = self.clients.get(reference)
        if known:
            return known
        named = self.find_named(reference)
        if len(named) == 1:
            return named[0]
        if not named:
            raise UnknownClientError(reference, self.find_near(reference))
        keys = ", ".join(client.external_id for client in named[:5])
        raise RowError("client", f"is the name of {len(named)} clients: write the external_id instead ({keys})")

    def find_member(self, person: PersonReference, column: str) -> KnownMember | None:
        """Find a member by e-mail, Slack user id or name; None for one who is not known.

        Raises:
            RowError: when several people have the name.
        """
        if person.name is None:
            return self._members.get(person.email or person.slack_user_id or "")
        named = self._people.get(members.fold_name(person.name), [])
        if len(named) > 1:
            raise RowError(column, f"is the name of {len(named)} people: write the e-mail address instead")
        return named[0] if named else None

    def find_or_create_member(self, person: PersonReference, column: str) -> KnownMember:
        """Find a member, or create one who is not known yet.

        Raises:
            RowError: when several people have the name.
        """
        known = self.find_member(person, column)
        if known is None:
            known = self._add_member(person)
            if person.name is None:
                self._members[person.email or person.slack_user_id or ""] = known
            else:
                self._people[members.fold_name(person.name)] = [known]
                self.added_people.append(person.name)
        return known

    def _add_member(self, person: PersonReference) -> KnownMember:
        found = self._find_added_since(person) or self._create_member(person)
        return KnownMember(found.id, members.zone_of(found.tz))

    def _find_added_since(self, person: PersonReference) -> Member | None:
        """Find a member whom another import, or Slack, has added since the lookup was loaded."""
        if person.slack_user_id:
            return members.by_slack(self._session, self.workspace_id, person.slack_user_id)
        if person.email:
            return members.by_email(self._session, self.workspace_id, person.email)
        return None

    def _create_member(self, person: PersonReference) -> Member:
        member = Member(
            workspace_id=self.workspace_id,
            email=person.email,
            slack_user_id=person.slack_user_id,
            name=person.name or "",
            import_run_id=self.run.id if self.run else None,
        )
        self._session.add(member)
        self._session.flush()
        return member
