"""The three people of the tests and their clients: Alice owns, Bob is on her team, Charlie works for another agency."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.models import Client, Invoice, Member, Workspace
from bot.people import access
from bot.people.access import Actor

TEAM, OTHER_TEAM = "T0AGENCY", "T0OTHER"
ALICE, BOB, CHARLIE = "U0ALICE", "U0BOB", "U0CHARLIE"


@dataclass(frozen=True, slots=True)
class Agency:
    """The ids of what `found` has made."""

    id: int
    alice: int
    bob: int
    other_id: int
    charlie: int


def found(session: Session, now: datetime) -> Agency:
    """Make the agency of Alice and Bob, and the other one, Charlie's."""
    ours, theirs = (
        Workspace(team_id=team, name=name, currency="EUR", created_at=now, connected_at=now)
        for team, name in ((TEAM, "Agency"), (OTHER_TEAM, "Other"))
    )
    session.add_all([ours, theirs])
    session.flush()
    alice = member(session, ours.id, slack_user_id=ALICE, name="Alice", email="alice@agency.test", refreshed_at=now)
    bob = member(session, ours.id, slack_user_id=BOB, name="Bob", email="bob@agency.test", refreshed_at=now)
    charlie = member(session, theirs.id, slack_user_id=CHARLIE, name="Charlie", refreshed_at=now)
    return Agency(id=ours.id, alice=alice.id, bob=bob.id, other_id=theirs.id, charlie=charlie.id)


def lone_workspace(session: Session, now: datetime) -> int:
    """Make an agency that has not met Slack yet; give its id."""
    made = Workspace(currency="EUR", created_at=now)
    session.add(made)
    session.flush()
    return made.id


def member(session: Session, workspace_id: int, **columns: Any) -> Member:
    """Add a member to a workspace."""
    made = Member(workspace_id=workspace_id, **columns)
    session.add(made)
    session.flush()
    return made


def actor(session: Session, workspace_id: int, member_id: int, now: datetime) -> Actor:
    """Return a member of the workspace as whoever acts; fail where there is none."""
    found = access.actor(session, workspace_id, member_id, now)
    assert found is not None, f"no member {member_id} in workspace {workspace_id}"
    return found


def invoice(session: Session, workspace_id: int, client_id: int, *, due_on: date, amount: int = 50_000) -> Invoice:
    """Add an open invoice, issued a month before it is due."""
    made = Invoice(
        workspace_id=workspace_id,
        client_id=client_id,
        number=f"{client_id}-{due_on}",
        issued_on=due_on - timedelta(days=30),
        due_on=due_on,
        amount=amount,
        currency="EUR",
    )
    session.add(made)
    session.flush()
    return made


def client(session: Session, workspace_id: int, name: str, *, now: datetime, **columns: Any) -> Client:
    """Add a client to a workspace."""
    made = Client(
        workspace_id=workspace_id,
        name=name,
        search_name=clients.normalize_name(name),
        external_id=columns.pop("external_id", name),
        currency=columns.pop("currency", "EUR"),
        created_at=now,
        **columns,
    )
    session.add(made)
    session.flush()
    return made


def slack_user(user_id: str, **fields: Any) -> dict[str, Any]:
    """Give what users.info says of somebody of our team."""
    return {"id": user_id, "team_id": TEAM, "tz": "Europe/Warsaw", "locale": "pl-PL", "profile": {}, **fields}
