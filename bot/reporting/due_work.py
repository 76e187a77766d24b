"""Deadlines that a member is reminded of: their own to finish, and those of clients that they have.

Reminded on the last working day before, and on the day itself; so for a day off (weekend, holiday, day away) on the
working day before it. Never here: deadlines that have slipped, which are a client's signal.
"""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import BindParameter, bindparam, case, or_, select
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.db import key_in
from bot.infra.models import Client, Deadline
from bot.people.access import Actor
from bot.people.digest_schedule import LOOK_AHEAD_DAYS, DigestSchedule
from bot.views.data import Card, DueWork

SUBJECT_LENGTH = 64
"""How much of a deadline's title its signal carries as the subject."""
_DUE_ON = case((Deadline.promised_on < Deadline.internal_due_on, Deadline.promised_on), else_=Deadline.internal_due_on)


def _day(name: str) -> BindParameter[date]:
    return bindparam(name, type_=Deadline.internal_due_on.type)


_DUE = (
    select(Deadline.client_id, Client.name, Deadline.title, _DUE_ON.label("due_on"))
    .join(Client, Client.id == Deadline.client_id)
    .where(
        Deadline.workspace_id == bindparam("workspace_id"),
        Deadline.done_on.is_(None),
        Client.status != "lost",
        or_(Deadline.member_id == bindparam("member_id"), key_in(Deadline.client_id, "client_ids")),
        _DUE_ON.between(
            bindparam("first", type_=Deadline.done_on.type), bindparam("last", type_=Deadline.done_on.type)
        ),
    )
    .order_by(_DUE_ON, Client.name, Deadline.title)
)


def load(
    session: Session, reader: Actor, schedule: DigestSchedule, today: date, cards: Collection[Card]
) -> tuple[DueWork, ...]:
    """Return what to remind a member of on `today`, but for the deadlines that are among the reasons of `cards`."""
    values = {
        "workspace_id": reader.workspace_id,
        "member_id": reader.member_id,
        "client_ids": clients.own_ids(session.connection(), reader),
        "first": today,
        "last": find_next_workday(schedule, today),
    }
    said = {(card.client_id, signal.subject) for card in cards for signal in card.signals if signal.name == "deadline"}
    return tuple(
        DueWork(row.title, row.name, row.due_on)
        for row in session.execute(_DUE, values)
        if (row.client_id, row.title[:SUBJECT_LENGTH]) not in said
    )


def find_next_workday(schedule: DigestSchedule, today: date) -> date:
    """Return the next day on which the member works, days away left out; the next day if there is none in a year."""
    days = (today + timedelta(days=ahead) for ahead in range(1, LOOK_AHEAD_DAYS))
    return next((day for day in days if schedule.works_on(day)), today + timedelta(days=1))
