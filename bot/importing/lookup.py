"""Finds the clients and members that rows refer to, loaded once for the whole file.

A member who is not known yet is created, to be matched to a Slack user later. Never here: what a row means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.importing.errors import RowError
from bot.importing.parsing.values import PersonReference
from bot.infra.models import Client, Member, Workspace
from bot.people import members


@dataclass(frozen=True, slots=True)
class KnownClient:
    """What mapping needs of a client that a row refers to."""

    id: int
    external_id: str
    name: str
    currency: str
    zone: ZoneInfo
    """The owner's."""


@dataclass(frozen=True, slots=True)
class KnownMember:
    """What mapping needs of a member that a row refers to."""

    id: int
    zone: ZoneInfo


class ReferenceLookup:
    """The clients, by key or name, and the members, by e-mail or Slack id, of one workspace.

    It lives for a whole import: `use_session` gives it the session of each new transaction.
    """

    def __init__(self, session: Session, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        self.use_session(session)
        self.currency = session.scalars(select(Workspace.currency).where(Workspace.id == workspace_id)).one()
        self._members = self._load_members()
        self.clients: dict[str, KnownClient] = {}
        """By external id."""
        self._named: dict[str, list[KnownClient]] = {}
        self._load_clients()
        self.normalize_name = lru_cache(maxsize=4096)(clients.normalize_name)

    def use_session(self, session: Session) -> None:
        """Use another session for creating members from here on."""
        self._session = session

    def _load_members(self) -> dict[str, KnownMember]:
        people = select(Member.id, Member.email, Member.slack_user_id, Member.tz)
        found: dict[str, KnownMember] = {}
        for row in self._session.execute(people.where(Member.workspace_id == self.workspace_id)):
            member = KnownMember(row.id, members.zone_of(row.tz))
            found |= {name: member for name in (row.email, row.slack_user_id) if name}
        return found

    def _load_clients(self) -> None:
        statement = (
            select(Client.id, Client.external_id, Client.name, Client.search_name, Client.currency, Member.tz)
            .outerjoin(Member, Client.owner_id == Member.id)
            .where(Client.workspace_id == self.workspace_id)
        )
        for row in self._session.execute(statement):
            client = KnownClient(row.id, row.external_id, row.name, row.currency, members.zone_of(row.tz or "UTC"))
            self.clients[row.external_id] = client
            self._named.setdefault(row.search_name, []).append(client)

    def find_named(self, name: str) -> Sequence[KnownClient]:
        """Return the clients of a name, however it is written."""
        return self._named.get(self.normalize_name(name), ())

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
            raise RowError("client", "is no client's external_id or name")
        keys = ", ".join(client.external_id for client in named[:5])
        raise RowError("client", f"is the name of {len(named)} clients: write the external_id instead ({keys})")

    def zone_of(self, person: PersonReference) -> ZoneInfo:
        """Return the time zone of a member, UTC for one who is not known yet."""
        known = self._members.get(person.email or person.slack_user_id or "")
        return known.zone if known else members.zone_of("UTC")

    def find_or_create_member(self, person: PersonReference) -> KnownMember:
        """Find a member, or create one who is not known yet."""
        name = person.email or person.slack_user_id or ""
        if not name:
            raise RowError("member", f"{person.name} is no member's e-mail address or Slack user id")
        known = self._members.get(name)
        if known is None:
            known = self._members[name] = self._add_member(person)
        return known

    def _add_member(self, person: PersonReference) -> KnownMember:
        found = self._find_added_since(person) or self._create_member(person)
        return KnownMember(found.id, members.zone_of(found.tz))

    def _find_added_since(self, person: PersonReference) -> Member | None:
        """Find a member whom another import, or Slack, has added since the lookup was loaded."""
        if person.slack_user_id:
            return members.by_slack(self._session, self.workspace_id, person.slack_user_id)
        return members.by_email(self._session, self.workspace_id, person.email or "")

    def _create_member(self, person: PersonReference) -> Member:
        member = Member(workspace_id=self.workspace_id, email=person.email, slack_user_id=person.slack_user_id)
        self._session.add(member)
        self._session.flush()
        return member
