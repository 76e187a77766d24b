"""The morning digest: what a member's day holds, composed once for each of their working days, drawn again on a click.

It goes into the outbox in the transaction that moves the member on to their next one, under a key of member and local
date: so there is one a day whatever restarts, daylight saving or a change of zone do. A machine that was off in the
morning makes up for it while the day lasts, and skips the days that are over.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.infra.i18n import translator
from bot.infra.models import Breach, Client, Member, OutboxMessage, Workspace
from bot.infra.services import Services
from bot.judging import assessments
from bot.judging.signal_json import pack, unpack
from bot.messaging import absence_summary, outbox
from bot.people import access, holidays
from bot.people.access import Actor
from bot.people.digest_schedule import Mornings, digest_key, mornings_of
from bot.reporting import client_cards, portfolio_stats
from bot.views.data import Card, Meanwhile, Morning, Person
from bot.views.digest import morning_digest
from scoring.dates import local_day, next_workday

PUT_OFF = timedelta(minutes=15)
"""How long a member whose digest could not be composed is left alone."""
SOON = timedelta(seconds=5)
"""How long a member waits of whose clients the sweep, or somebody's click, is judging some just now."""

log = logging.getLogger(__name__)
_NOW = bindparam("now", type_=Member.next_digest_at.type)
_DUE = (
    select(Member.id, Member.next_digest_at)
    .where(
        Member.account_type == "member",
        Member.slack_user_id.is_not(None),
        or_(Member.next_digest_at.is_(None), Member.next_digest_at <= _NOW),
    )
    .order_by(Member.next_digest_at, Member.id)
    .limit(1)
)
_DUE_ALONE = _DUE.with_for_update(of=Member, skip_locked=True, key_share=True)
_MINE = (
    Client.workspace_id == bindparam("workspace_id"),
    Client.status != "lost",
    or_(
        Client.owner_id.in_(bindparam("owners", expanding=True)),
        and_(
            or_(Client.owner_id.is_(None), Client.owner_id.in_(bindparam("unattended", expanding=True))),
            Client.backup_id == bindparam("member_id"),
        ),
    ),
)
_BOOK = select(Client.id).where(*_MINE).order_by(Client.priority.desc(), Client.id)
_UNJUDGED = select(Client.id).where(*_MINE, Client.next_check_at <= _NOW).order_by(Client.id)
_UNJUDGED_ALONE = _UNJUDGED.with_for_update(skip_locked=True, key_share=True)
_ANNOUNCE = (
    update(Breach)
    .where(
        Breach.workspace_id == bindparam("of_workspace"),
        Breach.client_id.in_(bindparam("told", expanding=True)),
        Breach.resolved_at.is_(None),
        or_(Breach.announced_at.is_(None), Breach.announced_at < Breach.red_at),
    )
    .values(announced_at=_NOW)
    .execution_options(synchronize_session=False)
)
_EVER = select(OutboxMessage.id).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"),
    OutboxMessage.member_id == bindparam("member_id"),
    OutboxMessage.kind == "digest",
)


class ClientsBusyError(Exception):
    """Somebody else is judging a client of this digest at this moment. Waiting for them could end in a circle."""


def run_one(services: Services) -> bool:
    """Move one member on whose digest is due, or whose next one is to be worked out; False when there is none."""
    now = services.now()
    with services.reading() as session:
        if session.execute(_DUE, {"now": now}).first() is None:
            return False
    with services.transaction() as session:
        due = session.execute(_DUE_ALONE, {"now": now}).first()
        if due is None:
            return False
        try:
            with session.begin_nested():
                _move_on(session, due.id, due.next_digest_at, now)
        except OperationalError:
            raise
        except ClientsBusyError:
            _set_next(session, due.id, due.next_digest_at, now + SOON)
        except Exception:  # whatever it is, it is this member's alone
            log.exception("the digest of member %s could not be composed", due.id)
            _set_next(session, due.id, due.next_digest_at, now + PUT_OFF)
    return True


def _move_on(session: Session, member_id: int, was_due_at: datetime | None, now: datetime) -> None:
    member = session.get_one(Member, member_id, populate_existing=True)
    mornings = _mornings(session, member)
    if not _set_next(session, member_id, was_due_at, mornings.next_after(now).astimezone(UTC)):
        return
    is_new = was_due_at is None and session.execute(_EVER, _named(member)).first() is None
    if mornings.is_time(now) and not is_new:
        enqueue(session, member, now)


def _set_next(session: Session, member_id: int, was: datetime | None, to: datetime) -> bool:
    statement = (
        update(Member)
        .where(Member.id == member_id, Member.next_digest_at.is_not_distinct_from(was))
        .values(next_digest_at=to)
        .returning(Member.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).first() is not None


def enqueue(session: Session, member: Member, now: datetime) -> bool:
    """Compose a member's digest and put it into the outbox; False where today's is there already, or nothing to say.

    The clients that the sweep has not come to yet are judged first.

    Raises:
        BeingJudgedError: when somebody else is at one of them: try again in some seconds.
    """
    reader = _reader(session, member.workspace_id, member.id, now)
    today = local_day(now, reader.zone)
    _judge(session, reader, now)
    morning, shown = _compose(session, reader, member, now)
    if not shown or (member.quiet_days == "nothing" and not (morning.attention or morning.soon or morning.meanwhile)):
        return False
    is_first = outbox.enqueue(
        session,
        workspace_id=member.workspace_id,
        key=digest_key(member.id, today),
        kind="digest",
        member_id=member.id,
        body=morning_digest(morning, translator(reader.locale)),
        data=_kept(morning),
        now=now,
        expires_at=_mornings(session, member).end_of(today),
    )
    if is_first:
        told = [card.client_id for card in morning.attention]
        session.execute(_ANNOUNCE, {"of_workspace": member.workspace_id, "told": told, "now": now})
    return is_first


def compose(session: Session, workspace_id: int, member_id: int, now: datetime) -> Morning:
    """Compose what a member's digest would say now, from the last judgements.

    Raises:
        LookupError: when the workspace has no such member.
    """
    reader = _reader(session, workspace_id, member_id, now)
    return _compose(session, reader, session.get_one(Member, member_id), now)[0]


def _compose(session: Session, reader: Actor, member: Member, now: datetime) -> tuple[Morning, Sequence[Card]]:
    shown = client_cards.load(session, reader.workspace_id, _ids(session, _BOOK, reader), reader, now)
    today = local_day(now, reader.zone)
    next_day = _next_workday(_mornings(session, member), today)
    breached = [card for card in shown if _is_in_breach(card)]
    others = [card for card in shown if not _is_in_breach(card)]
    soon = [card for card in others if _crosses_by(card, next_day)]
    calm = [card for card in others if not _crosses_by(card, next_day) and _is_watched(card)]
    found = Morning(
        on=today,
        reader=reader.person,
        attention=tuple(card for card in breached if card.snoozed_until is None),
        soon=tuple(soon),
        snoozed=tuple(card for card in breached if card.snoozed_until is not None),
        well=tuple(card.name for card in calm if _is_heard_of(card)),
        to_do=tuple(card for card in calm if card.to_dos),
        average_days_since_contact=portfolio_stats.average_days_since_contact(
            session, reader.workspace_id, [reader.member_id], now
        ),
        next_workday=next_day,
        covering=_covered(shown),
        meanwhile=absence_summary.load(session, member, reader.zone, now),
    )
    return found, shown


def redraw(session: Session, message: OutboxMessage, now: datetime) -> dict[str, Any]:
    """Draw a posted digest again after a click: the same clients in the same order, and what was done about them since.

    A client that somebody has dealt with is shown as it is now; the rest stays as it was posted.

    Raises:
        LookupError: when its reader is no member any more.
    """
    reader = _reader(session, message.workspace_id, message.member_id, now)
    data = message.data
    lists = {name: data.get(name, ()) for name in ("attention", "soon", "snoozed", "to_do")}
    wanted = [kept["id"] for kept_cards in lists.values() for kept in kept_cards]
    loaded = client_cards.load(session, reader.workspace_id, wanted, reader, now, logged_since=message.created_at)
    found = {card.client_id: card for card in loaded}
    drawn = {
        name: tuple(_as_posted(found[kept["id"]], kept) for kept in kept_cards if kept["id"] in found)
        for name, kept_cards in lists.items()
    }
    again = Morning(
        on=date.fromisoformat(data["on"]),
        reader=reader.person,
        **drawn,
        well=tuple(data["well"]),
        average_days_since_contact=data["average_days_since_contact"],
        next_workday=date.fromisoformat(data["next_workday"]),
        covering=tuple(Person(**person) for person in data["covering"]),
        meanwhile=tuple(
            Meanwhile(**{**missed, "by": tuple(Person(**person) for person in missed["by"])})
            for missed in data.get("meanwhile", ())
        ),
    )
    return morning_digest(again, translator(reader.locale))


def _kept(morning: Morning) -> dict[str, Any]:
    """What a digest can be drawn again from."""
    return {
        "on": morning.on,
        "attention": [_kept_card(card) for card in morning.attention],
        "soon": [_kept_card(card) for card in morning.soon],
        "snoozed": [_kept_card(card) for card in morning.snoozed],
        "to_do": [_kept_card(card) for card in morning.to_do],
        "well": morning.well,
        "average_days_since_contact": morning.average_days_since_contact,
        "next_workday": morning.next_workday,
        "covering": [{"name": person.name, "slack_user_id": person.slack_user_id} for person in morning.covering],
        "meanwhile": [asdict(missed) for missed in morning.meanwhile],
    }


def _kept_card(card: Card) -> dict[str, Any]:
    return {
        "id": card.client_id,
        "colour": card.colour,
        "risk": card.risk,
        "held": card.held_because,
        "signals": [pack(signal) for signal in card.signals],
    }


def _as_posted(card: Card, kept: dict[str, Any]) -> Card:
    """Give an untouched client as it was posted, without its amounts where the reader may not see them any more."""
    if card.logged is not None:
        return card
    signals = tuple(unpack(signal) for signal in kept["signals"])
    if not card.sees_money:
        signals = tuple(client_cards.without_amounts(signal) for signal in signals)
    return replace(card, colour=kept["colour"], risk=kept["risk"], held_because=kept["held"], signals=signals)


def _reader(session: Session, workspace_id: int, member_id: int | None, now: datetime) -> Actor:
    reader = access.actor(session, workspace_id, member_id, now) if member_id is not None else None
    if reader is None:
        raise LookupError(f"workspace {workspace_id} has no member {member_id}")
    return reader


def _mornings(session: Session, member: Member) -> Mornings:
    return mornings_of(member, session.scalar(select(Workspace.country).where(Workspace.id == member.workspace_id)))


def _judge(session: Session, reader: Actor, now: datetime) -> None:
    late = _ids(session, _UNJUDGED_ALONE, reader, now=now)
    if late:
        assessments.reassess(session, reader.workspace_id, late, now)
    if _ids(session, _UNJUDGED, reader, now=now):
        raise ClientsBusyError


def _ids(session: Session, statement: Any, reader: Actor, **values: Any) -> list[int]:
    named = {"workspace_id": reader.workspace_id, "member_id": reader.member_id}
    mine = {"owners": list(reader.owners), "unattended": sorted(reader.unattended)}
    return list(session.scalars(statement, {**named, **mine, **values}))


def _named(member: Member) -> dict[str, int]:
    return {"workspace_id": member.workspace_id, "member_id": member.id}


def _next_workday(mornings: Mornings, today: date) -> date:
    """The next day worked; days away count too, since it is about when a client can be reached."""
    if len(mornings.weekend) == 7:
        return today + timedelta(days=1)
    return next_workday(today, mornings.weekend, holidays.public_holidays(mornings.country, today))


def _is_in_breach(card: Card) -> bool:
    return any(signal.state == "breach" for signal in card.signals)


def _crosses_by(card: Card, day: date) -> bool:
    """Whether a limit of the client's will be crossed before that day is over."""
    dues = [signal.evidence.get("due_on") for signal in card.signals if signal.state == "soon"]
    return any(isinstance(due, date) and due <= day for due in dues)


def _is_watched(card: Card) -> bool:
    """Whether a client with no limit crossed is watched at all: judged, and neither paused nor lost."""
    return card.colour is not None and card.status in {"active", "onboarding"}


def _is_heard_of(card: Card) -> bool:
    """Whether data comes in: of a client whose data stopped nobody can say that it goes well."""
    return all(signal.name != "delivery" for signal in card.to_dos)


def _covered(shown: Iterable[Card]) -> tuple[Person, ...]:
    return tuple(dict.fromkeys(card.owner for card in shown if card.covering and card.owner))
