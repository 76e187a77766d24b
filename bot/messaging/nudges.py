"""Nudges: decides which alarms that have just turned red interrupt somebody now, and which wait for the digest.

Each red alarm is considered once, when it turns red. A nudge goes to whoever has the client now
(`bot.people.attendance`), in their working hours and at most three times a day; never in the hour before their digest,
nor while today's is still due, nor before their first one, nor about what is no news. Otherwise the reason is stored
with the breach, and the digest tells it. All open alarms of a client go into one message. Only the sweep calls this:
a person who clicks sees the client anyway. Never here: the text of a nudge (`bot.views.nudge`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.clients import snoozes
from bot.infra import i18n
from bot.infra.db import in_workspace, key_in
from bot.infra.models import Breach, Client, Member, OutboxMessage
from bot.judging import policies
from bot.messaging import outbox
from bot.people import access, attendance, holidays, members, workspaces
from bot.reporting import client_cards
from bot.views.nudge import nudge_card
from scoring.dates import at_local, in_working_hours, local_day
from scoring.vocabulary import ALARM_SIGNALS

MAX_PER_DAY = 3
"""Nudges for one member on one local day."""
WORK_START, WORK_END = time(9), time(18)
"""Working hours in the member's time zone; a nudge that could not be delivered by their end is not sent at all."""

BEFORE_DIGEST = timedelta(hours=1)
"""How long before somebody's digest nothing interrupts them: the digest tells it."""

HoldReason = Literal["cap", "hours", "snoozed", "away", "unmatched", "digest", "old"]
Since = Mapping[tuple[int, str, str], date | None]
"""Since when something has been so, by client, signal and subject."""

_CLIENTS = (
    select(Client.id, Client.owner_id, Client.backup_id)
    .where(in_workspace(Client.workspace_id, "workspace_id"), key_in(Client.id, "client_ids"))
    .order_by(Client.priority.desc(), Client.id)
)
_MEMBERS = select(
    Member.id,
    Member.tz,
    Member.locale,
    Member.country,
    Member.workdays,
    Member.next_digest_at,
    select(OutboxMessage.id)
    .where(OutboxMessage.member_id == Member.id, OutboxMessage.kind == "digest")
    .exists()
    .label("had_digest"),
).where(in_workspace(Member.workspace_id, "workspace_id"), key_in(Member.id, "member_ids"))
_COUNT_USED = select(func.count()).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"),
    OutboxMessage.key.in_(bindparam("keys", expanding=True)),
)
_OPEN = (
    Breach.workspace_id == bindparam("of_workspace"),
    key_in(Breach.client_id, "client_ids"),
    Breach.resolved_at.is_(None),
)
_UNDECIDED = (
    Breach.level == "red",
    Breach.signal.in_(sorted(ALARM_SIGNALS)),  # a to-do is never red, but an earlier release stored it so
    Breach.interrupted_at.is_(None),
    Breach.held_because.is_(None),
)
_JUST_RED = select(Breach.client_id, Breach.signal, Breach.subject, Breach.opened_at, Breach.red_at).where(
    *_OPEN, *_UNDECIDED
)
_HOLD = update(Breach).where(*_OPEN, *_UNDECIDED).values(held_because=bindparam("reason"))
_INTERRUPTED = (
    update(Breach).where(*_OPEN, *_UNDECIDED).values(interrupted_at=bindparam("now", type_=Breach.opened_at.type))
)
_ANNOUNCED = (
    update(Breach)
    .where(*_OPEN, Breach.announced_at.is_(None))
    .values(announced_at=bindparam("now", type_=Breach.opened_at.type))
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """The member to notify about a client, with what their working hours depend on."""

    member_id: int
    zone: Any
    weekend: frozenset[int]
    holidays: frozenset[date]
    next_digest_at: datetime | None
    had_digest: bool
    """Whether a digest has ever been composed for them."""

    def is_working(self, now: datetime) -> bool:
        """Whether it is in their working hours now."""
        return in_working_hours(now, self.zone, self.weekend, self.holidays, start=WORK_START, end=WORK_END)

    def reason_to_wait(self, now: datetime, *, is_news: bool) -> HoldReason | None:
        """Return why their digest should tell it rather than a message now; None if it should not."""
        if not self.is_working(now):
            return "hours"
        if not self.had_digest or self.next_digest_at is None or self.next_digest_at <= now + BEFORE_DIGEST:
            return "digest"
        return None if is_news else "old"


def nudge_or_hold(
    session: Session, workspace_id: int, client_ids: Collection[int], now: datetime, since: Since | None = None
) -> None:
    """Send nudges about clients with a breach that has just turned red, or record why not.

    `since` says since when what was found has been so: something that was red long before anybody looked is no news.

    A member's three messages a day are three outbox keys: of two workers, only one gets each. Members are processed in
    id order, so that two workers cannot deadlock.
    """
    if not client_ids:
        return
    ids = sorted(client_ids)
    values = {"workspace_id": workspace_id, "client_ids": ids}
    clients: Sequence[Any] = session.execute(_CLIENTS, values).all()
    absences = attendance.load(session.connection(), workspace_id, now)
    holders = {client.id: absences.find_holder(client.owner_id, client.backup_id) for client in clients}
    country = workspaces.country(session, workspace_id)
    people = _load_people(session, workspace_id, country, holders.values(), now)
    snoozed = snoozes.active(session, workspace_id, ids, now)
    news = _find_news(session, workspace_id, ids, since or {}, now)

    held: dict[HoldReason, list[int]] = defaultdict(list)
    to_nudge: dict[Recipient, list[int]] = defaultdict(list)
    for client in clients:
        holder = people.get(holders[client.id])
        if client.id in snoozed:
            held["snoozed"].append(client.id)
        elif holder is None:
            held["away" if absences.is_owned(client.owner_id) else "unmatched"].append(client.id)
        elif reason := holder.reason_to_wait(now, is_news=client.id in news):
            held[reason].append(client.id)
        else:
            to_nudge[holder].append(client.id)
    for recipient, recipient_clients in sorted(to_nudge.items(), key=lambda item: item[0].member_id):
        nudged = _enqueue(session, workspace_id, recipient, recipient_clients, now)
        held["cap"].extend(recipient_clients[nudged:])
    for reason, held_ids in held.items():
        if held_ids:
            _mark(session, _HOLD, workspace_id, held_ids, reason=reason)


def _find_news(session: Session, workspace_id: int, client_ids: Sequence[int], since: Since, now: datetime) -> set[int]:
    """Return the clients with something new: seen turning red, or red since the policy's `news_days` at most."""
    oldest = now.date() - timedelta(days=policies.load(session, workspace_id).news_days)
    rows = session.execute(_JUST_RED, {"of_workspace": workspace_id, "client_ids": list(client_ids)})
    return {
        row.client_id
        for row in rows
        if row.opened_at < row.red_at or (since.get((row.client_id, row.signal, row.subject)) or oldest) >= oldest
    }


def _load_people(
    session: Session, workspace_id: int, country: str | None, member_ids: Iterable[int | None], now: datetime
) -> dict[int | None, Recipient]:
    """Read those who have these clients: a few of the hundreds of members of a big agency."""
    values = {"workspace_id": workspace_id, "member_ids": sorted({each for each in member_ids if each is not None})}
    return {
        row.id: Recipient(
            member_id=row.id,
            zone=members.zone_of(row.tz),
            weekend=holidays.weekend(row.workdays),
            holidays=holidays.public_holidays(
                holidays.country_of(row.country, country, row.tz, row.locale), now.date()
            ),
            next_digest_at=row.next_digest_at,
            had_digest=row.had_digest,
        )
        for row in session.connection().execute(_MEMBERS, values)
    }


def _enqueue(
    session: Session, workspace_id: int, recipient: Recipient, client_ids: Sequence[int], now: datetime
) -> int:
    """Enqueue nudges for a member, in the given order, up to the daily maximum; return how many."""
    today = local_day(now, recipient.zone)
    keys = [f"nudge:{recipient.member_id}:{today}:{number}" for number in range(1, MAX_PER_DAY + 1)]
    used = session.scalar(_COUNT_USED, {"workspace_id": workspace_id, "keys": keys}) or 0
    free_keys = keys[used:]
    reader = access.actor(session, workspace_id, recipient.member_id, now) if free_keys else None
    if reader is None or not reader.is_allowed:
        return 0
    nudged: list[int] = []
    t = i18n.translator(reader.locale)
    cards = iter(client_cards.load(session, workspace_id, client_ids[: len(free_keys)], reader, now))
    card = next(cards, None)
    for key in free_keys:
        if card is None:
            break
        if outbox.enqueue(
            session,
            workspace_id=workspace_id,
            key=key,
            kind="nudge",
            body=nudge_card(card, t),
            now=now,
            member_id=recipient.member_id,
            client_id=card.client_id,
            data={"client_id": card.client_id},
            expires_at=at_local(today, WORK_END, recipient.zone),
        ):
            nudged.append(card.client_id)
            card = next(cards, None)
    if nudged:
        _mark(session, _INTERRUPTED, workspace_id, nudged, now=now)
        _mark(session, _ANNOUNCED, workspace_id, nudged, now=now)
    return len(nudged)


def _mark(session: Session, statement: Any, workspace_id: int, client_ids: Iterable[int], **values: Any) -> None:
    session.execute(
        statement,
        {"of_workspace": workspace_id, "client_ids": list(client_ids), **values},
        execution_options={"synchronize_session": False},
    )
