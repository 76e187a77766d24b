"""Roles: who is a member, a lead or an admin of the agency, as it has named them.

Never here: what a role allows (`access`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.infra.models import Member, Workspace
from bot.people import audit, members
from bot.people.audit import Via
from bot.views.data import Roles

ROLES = ("am", "lead", "admin")

_LOCK = select(Workspace.id).where(Workspace.id == bindparam("workspace_id")).with_for_update(key_share=True)
_COUNT_ADMINS = select(func.count()).where(Member.workspace_id == bindparam("workspace_id"), Member.role == "admin")
_COUNT_OTHERS_HERE = _COUNT_ADMINS.where(
    Member.id != bindparam("member_id"), Member.account_type == "member", Member.slack_user_id.is_not(None)
)
_NAMED = (
    select(Member)
    .where(Member.workspace_id == bindparam("workspace_id"), Member.role.is_not(None))
    .order_by(Member.name, Member.email, Member.id)
)


class LastAdminError(Exception):
    """The only admin whom the agency has named would be none any more."""


@dataclass(frozen=True, slots=True)
class Change:
    """What naming a role has done."""

    before: str | None
    after: str | None
    is_first_admin: bool
    """Whether Slack's admins were admins until now, and are none any more."""
    is_last_admin: bool
    """Whether no admin is named any more, so that Slack's admins are admins again."""


def name(
    session: Session,
    workspace_id: int,
    member: Member,
    role: str | None,
    *,
    by: int | None,
    via: Via,
    now: datetime,
    may_end: bool = False,
) -> Change:
    """Give a member a role, or take it away with None; recorded if it differs from the one before.

    Raises:
        LastAdminError: if no admin would be left who is still in Slack, unless `may_end`.
    """
    session.execute(_LOCK, {"workspace_id": workspace_id})  # of two admins who remove each other, one stays
    session.refresh(member)
    admins = session.scalar(_COUNT_ADMINS, {"workspace_id": workspace_id}) or 0
    before = member.role
    is_step_down = before == "admin" and role != "admin"
    others = {"workspace_id": workspace_id, "member_id": member.id}
    if is_step_down and not may_end and not session.scalar(_COUNT_OTHERS_HERE, others):
        raise LastAdminError
    if role != before:
        member.role = role
        session.flush()
        audit.record(
            session,
            workspace_id,
            "role.changed",
            now=now,
            by=by,
            via=via,
            person_id=member.id,
            before={"role": before},
            after={"role": role},
        )
    return Change(
        before, role, is_first_admin=role == "admin" and not admins, is_last_admin=is_step_down and admins == 1
    )


def list_named(session: Session, workspace_id: int) -> Sequence[Member]:
    """Return the members with a role, by name."""
    return session.scalars(_NAMED, {"workspace_id": workspace_id}).all()


def load(session: Session, workspace_id: int) -> Roles:
    """Return who is a lead and who an admin, as the settings show it."""
    named = list_named(session, workspace_id)
    return Roles(
        admins=tuple(members.person(member) for member in named if member.role == "admin"),
        leads=tuple(members.person(member) for member in named if member.role == "lead"),
    )
