"""Attendance: who is not here today, and so who has a client now. The one definition, whatever asks.

A client is its owner's. While the owner is away, it is their cover's; where there is none, or the owner is gone or was
never named, it is the backup's. Nobody has it who is not here themselves: a client whose owner is gone, and whose
backup is not here, is the leads' until somebody owns it. Never here: what somebody who has a client may do (`access`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Connection, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from bot.infra.models import Client, Member
from bot.people.members import zone_of

absent = aliased(Member, name="absent")
_admin, _covered = aliased(Member), aliased(Member)
ONLY_LISTED = "only_listed"
"""The engine's option that carries the setting ACCESS to wherever somebody's rights are read."""
_IS_UNLISTED = and_(
    bindparam("only_listed", type_=Boolean()),
    absent.role.is_(None),
    or_(
        ~absent.slack_admin,
        select(_admin.id).where(_admin.workspace_id == absent.workspace_id, _admin.role == "admin").exists(),
    ),
)
IS_GONE = or_(absent.account_type != "member", absent.slack_user_id.is_(None), _IS_UNLISTED)
_IS_NAMED = or_(
    select(Client.id).where(Client.owner_id == absent.id).exists(),
    select(Client.id).where(Client.backup_id == absent.id).exists(),
    select(_covered.id).where(_covered.cover_id == absent.id).exists(),
)
COLUMNS = (
    absent.id.label("absent_id"),
    absent.tz.label("absent_tz"),
    absent.away_from,
    absent.away_until,
    absent.cover_id,
    IS_GONE.label("is_gone"),
)
MAY_BE_ABSENT = or_(absent.away_until >= bindparam("since", type_=Member.away_until.type), IS_GONE & _IS_NAMED)
"""Of the many who have left the agency, only those whom something still names. Whether somebody is away today depends
on their own time zone: `build` decides."""
_ABSENT = select(*COLUMNS).where(absent.workspace_id == bindparam("workspace_id"), MAY_BE_ABSENT)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who of a workspace is not here today."""

    gone: frozenset[int] = frozenset()
    """Members who can't use Atrisk: deactivated, a guest, a stranger, a bot, not found in Slack, or not let in."""
    away: Mapping[int, int | None] = field(default_factory=dict)
    """Members on a day away, each with their cover."""

    def is_here(self, member_id: int | None) -> bool:
        """Whether somebody is named, and neither gone nor away."""
        return member_id is not None and member_id not in self.gone and member_id not in self.away

    def is_owned(self, owner_id: int | None) -> bool:
        """Whether a client with this owner has one: somebody who isn't gone."""
        return owner_id is not None and owner_id not in self.gone

    def find_holder(self, owner_id: int | None, backup_id: int | None) -> int | None:
        """Return the member who has a client now; None if that is nobody: the leads, unless `is_owned`."""
        cover_id = self.away.get(owner_id) if owner_id is not None else None
        return next(filter(self.is_here, (owner_id, cover_id, backup_id)), None)

    def find_covered(self, member_id: int) -> frozenset[int]:
        """Return the members away today whose clients are with this cover."""
        here = self.is_here(member_id)
        return frozenset(absentee for absentee, cover_id in self.away.items() if here and cover_id == member_id)

    @property
    def unattended(self) -> frozenset[int]:
        """Members not here today and without a cover who is: the backup of each of their clients stands in."""
        return self.gone | {absentee for absentee, cover_id in self.away.items() if not self.is_here(cover_id)}

    @property
    def not_here(self) -> frozenset[int]:
        """Members who are gone or away."""
        return self.gone | self.away.keys()


def load(connection: Connection, workspace_id: int, now: datetime) -> Attendance:
    """Return who of a workspace is not here today, by the date in each one's own time zone."""
    return build(connection.execute(_ABSENT, {"workspace_id": workspace_id, **parameters(connection, now)}), now)


def parameters(connection: Connection, now: datetime) -> dict[str, Any]:
    """Return what `MAY_BE_ABSENT` and `COLUMNS` are bound to: the earliest date that `now` has anywhere, and ACCESS."""
    only_listed = bool(connection.get_execution_options().get(ONLY_LISTED))
    return {"since": (now - timedelta(days=1)).date(), "only_listed": only_listed}


def build(rows: Iterable[Any], now: datetime) -> Attendance:
    """Return who is not here, from rows with `COLUMNS`; a row without an id names nobody."""
    gone: set[int] = set()
    away: dict[int, int | None] = {}
    for row in rows:
        today = now.astimezone(zone_of(row.absent_tz or "UTC")).date()
        if row.is_gone and row.absent_id is not None:
            gone.add(row.absent_id)
        elif row.away_until is not None and (row.away_from or today) <= today <= row.away_until:
            away[row.absent_id] = row.cover_id
    return Attendance(frozenset(gone), away)
