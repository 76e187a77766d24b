"""The three people of the tests and their clients: Alice owns, Bob is on her team, Charlie works for another agency."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.models import Client, Invoice, Member, OutboxMessage, Workspace
from bot.people import access
from bot.people.access import Actor

TEAM, OTHER_TEAM = "T0AGENCY", "T0OTHER"
ALICE, BOB, CHARLIE = "U0ALICE", "U0BOB", "U0CHARLIE"


@dataclass(frozen=True, slots=True)
class Agency:
    """The ids of what `create` has created."""

    id: int
    alice: int
    bob: int
    other_id: int
    charlie: int


def create(session: Session, now: datetime) -> Agency:
    """Create the agency of Alice and Bob, and Charlie's other one."""
    own, other = (
        Workspace(team_id=team, name=name, currency="EUR", created_at=now, connected_at=now)
        for team, name in ((TEAM, "Agency"), (OTHER_TEAM, "Other"))
    )
    session.add_all([own, other])
    session.flush()
    alice = member(session, own.id, slack_user_id=ALICE, name="Alice", email="alice@agency.test", refreshed_at=now)
    bob = member(session, own.id, slack_user_id=BOB, name="Bob", email="bob@agency.test", refreshed_at=now)
    charlie = member(session, other.id, slack_user_id=CHARLIE, name="Charlie", refreshed_at=now)
    return Agency(id=own.id, alice=alice.id, bob=bob.id, other_id=other.id, charlie=charlie.id)


def find(session: Session) -> Agency:
    """Return the ids of what `create` has created in this database."""
    teams = {row.team_id: row.id for row in session.execute(select(Workspace.team_id, Workspace.id))}
    people = {row.slack_user_id: row.id for row in session.execute(select(Member.slack_user_id, Member.id))}
    return Agency(
        id=teams[TEAM], alice=people[ALICE], bob=people[BOB], other_id=teams[OTHER_TEAM], charlie=people[CHARLIE]
    )


def unconnected_workspace(session: Session, now: datetime) -> int:
    """Create an agency that is not connected to Slack yet; return its id."""
    created = Workspace(currency="EUR", created_at=now)
    session.add(created)
    session.flush()
    return created.id


def member(session: Session, workspace_id: int, **columns: Any) -> Member:
    """Add a member to a workspace."""
    created = Member(workspace_id=workspace_id, **columns)
    session.add(created)
    session.flush()
    return created


def actor(session: Session, workspace_id: int, member_id: int, now: datetime) -> Actor:
    """Return a member of the workspace as an actor; fail if there is none."""
    found = access.actor(session, workspace_id, member_id, now)
    assert found is not None, f"no member {member_id} in workspace {workspace_id}"
    return found


def invoice(session: Session, workspace_id: int, client_id: int, *, due_on: date, amount: int = 50_000) -> Invoice:
    """Add an open invoice, issued a month before it is due."""
    created = Invoice(
        workspace_id=workspace_id,
        client_id=client_id,
        number=f"{client_id}-{due_on}",
        issued_on=due_on - timedelta(days=30),
        due_on=due_on,
        amount=amount,
        currency="EUR",
    )
    session.add(created)
    session.flush()
    return created


def client(session: Session, workspace_id: int, name: str, *, now: datetime, **columns: Any) -> Client:
    """Add a client to a workspace."""
    created = Client(
        workspace_id=workspace_id,
        name=name,
        search_name=clients.normalize_name(name),
        external_id=columns.pop("external_id", name),
        currency=columns.pop("currency", "EUR"),
        created_at=now,
        **columns,
    )
    session.add(created)
    session.flush()
    return created


def after_digests(session: Session, now: datetime) -> None:
    """Have every member had a digest, and the next one be days away; and let nothing be too old to interrupt for."""
    for workspace in session.scalars(select(Workspace)):
        workspace.policy = {"news_days": 30}
    for person in session.scalars(select(Member)):
        person.next_digest_at = now + timedelta(days=20)
        session.add(
            OutboxMessage(
                workspace_id=person.workspace_id, member_id=person.id, kind="digest", key=f"digest:{person.id}:before",
                body={}, state="sent", created_at=now - timedelta(days=1), not_before=now - timedelta(days=1),
            )
        )  # fmt: skip
    session.flush()


def slack_user(user_id: str, **fields: Any) -> dict[str, Any]:
    """Return what users.info says about somebody in our team."""
    return {"id": user_id, "team_id": TEAM, "tz": "Europe/Warsaw", "locale": "pl-PL", "profile": {}, **fields}
