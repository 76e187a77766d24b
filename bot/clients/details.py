"""Terms: what is agreed with a client and who looks after it, changed by hand.

The same columns come with the clients sheet (`bot.importing.mapping`), whose next import overwrites them. The caller
has the client judged again.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from bot.infra.models import Client, Member
from bot.people import members, workspaces
from bot.views.data import Person

COLUMNS = (
    *("status", "lost_on", "returns_on", "owner_id", "backup_id"),
    *("contact_limit_days", "renews_on", "monthly_fee", "temperament"),
)
STATUSES = ("onboarding", "active", "paused", "lost")
MOVES_BENCHMARKS = frozenset({"status", "lost_on", "renews_on", "monthly_fee"})
"""What the agency-wide figures are worked out from."""


def read(client: Client) -> dict[str, Any]:
    """Give a client's terms, by column."""
    return {name: getattr(client, name) for name in COLUMNS}


def change(
    session: Session, workspace_id: int, client_id: int, *, shown: Mapping[str, Any], wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """Change what differs between the terms that somebody was shown and those they want; the rest stays as it stands.

    It is one conditional update: where somebody else has meanwhile changed the same to something else, nothing is
    done. Whoever wants what is there already has their way.

    Returns:
        What somebody else was first to change, by column, as it stands now; empty when all is done.
    """
    changed = {name: value for name, value in wanted.items() if value != shown[name]}
    if not changed:
        return {}
    if changed.keys() & MOVES_BENCHMARKS:
        workspaces.mark_benchmarks_outdated(
            session, workspace_id
        )  # before the client: an import takes the workspace first too
    done = session.execute(
        update(Client)
        .where(
            Client.workspace_id == workspace_id,
            Client.id == client_id,
            and_(*(_is_one_of(name, shown[name], value) for name, value in changed.items())),
        )
        .values(changed)
        .returning(Client.id)
        .execution_options(synchronize_session=False)
    ).first()
    return {} if done else _others(session, workspace_id, client_id, shown, changed)


def _is_one_of(name: str, *values: Any) -> Any:
    return or_(*(getattr(Client, name).is_not_distinct_from(value) for value in values))


def _others(
    session: Session, workspace_id: int, client_id: int, shown: Mapping[str, Any], changed: Mapping[str, Any]
) -> dict[str, Any]:
    columns = (getattr(Client, name) for name in changed)
    present = session.execute(select(*columns).where(Client.workspace_id == workspace_id, Client.id == client_id)).one()
    return {
        name: value
        for name, value in zip(changed, present, strict=True)
        if value != shown[name] and value != changed[name]
    }


def person(session: Session, workspace_id: int, member_id: int | None) -> Person | None:
    """Give somebody who looks after a client as forms name them."""
    if member_id is None:
        return None
    found = session.scalars(select(Member).where(Member.workspace_id == workspace_id, Member.id == member_id)).first()
    return members.person(found) if found else None
