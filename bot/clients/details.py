"""Client details changed by hand: what is agreed with a client, and who looks after it.

The clients sheet has the same columns (`bot.importing.mapping`), and its next import overwrites them. Never here:
assessing the client again, which the caller does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from bot.infra import provenance
from bot.infra.models import Client, Member
from bot.people import audit, members, workspaces
from bot.views.data import Person

COLUMNS = (
    *("status", "lost_on", "returns_on", "owner_id", "backup_id"),
    *("contact_limit_days", "renews_on", "monthly_fee", "temperament"),
)
AFFECTS_BENCHMARKS = frozenset({"status", "lost_on", "renews_on", "monthly_fee"})
"""The columns that the agency's benchmarks are computed from."""


def read(client: Client) -> dict[str, Any]:
    """Return a client's details, by column."""
    return {name: getattr(client, name) for name in COLUMNS}


def change(
    session: Session,
    workspace_id: int,
    client_id: int,
    *,
    shown: Mapping[str, Any],
    wanted: Mapping[str, Any],
    by: int | None,
    now: datetime,
) -> dict[str, Any]:
    """Write the columns whose wanted value differs from the one shown to the user; leave the others alone.

    This is one conditional update: nothing is written if somebody else has changed one of these columns to another
    value in the meantime. A column that already has the wanted value is no conflict.

    Returns:
        The current values of the columns that somebody else changed first; empty if the update was made.
    """
    changed = {name: value for name, value in wanted.items() if value != shown[name]}
    if not changed:
        return {}
    if changed.keys() & AFFECTS_BENCHMARKS:
        # before the client: an import also locks the workspace first
        workspaces.mark_benchmarks_outdated(session, workspace_id)
    updated = session.execute(
        update(Client)
        .where(
            Client.workspace_id == workspace_id,
            Client.id == client_id,
            and_(*(_is_one_of(name, shown[name], value) for name, value in changed.items())),
        )
        .values({**changed, **provenance.mark_by_hand(Client)})
        .returning(Client.id)
        .execution_options(synchronize_session=False)
    ).first()
    if updated is None:
        return _find_conflicts(session, workspace_id, client_id, shown, changed)
    before = {name: shown[name] for name in changed}
    audit.record(
        session, workspace_id, "client.changed", now=now, by=by, client_id=client_id, before=before, after=changed
    )
    return {}


def _is_one_of(name: str, *values: Any) -> Any:
    return or_(*(getattr(Client, name).is_not_distinct_from(value) for value in values))


def _find_conflicts(
    session: Session, workspace_id: int, client_id: int, shown: Mapping[str, Any], changed: Mapping[str, Any]
) -> dict[str, Any]:
    columns = (getattr(Client, name) for name in changed)
    current = session.execute(select(*columns).where(Client.workspace_id == workspace_id, Client.id == client_id)).one()
    return {
        name: value
        for name, value in zip(changed, current, strict=True)
        if value != shown[name] and value != changed[name]
    }


def find_person(session: Session, workspace_id: int, member_id: int | None) -> Person | None:
    """Find a client's owner or backup as forms show them; None if the workspace has no such member."""
    if member_id is None:
        return None
    member = session.scalars(select(Member).where(Member.workspace_id == workspace_id, Member.id == member_id)).first()
    return members.person(member) if member else None
