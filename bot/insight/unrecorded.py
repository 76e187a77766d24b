"""What would have been open at a moment in the past, of clients that were not assessed by then.

Whether a signal that reads noisy figures is open is a fact, taken from the stored breaches. Before the bot knew a
client there are none: they are replayed from its history. Never here: replaying a single client (`replay`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from bot.infra.db import in_workspace, key_in
from bot.infra.models import Breach, Client
from bot.insight.history import load_histories
from bot.insight.replay import REPLAYED_DAYS, Breaches, replay_open_breaches
from bot.judging import facts, policies
from scoring.dates import local_day

BATCH = 100
"""Clients whose histories are held in memory together."""
_AT = bindparam("at", type_=Client.created_at.type)
_UNASSESSED = (
    select(Client.id)
    .where(
        in_workspace(Client.workspace_id, "workspace_id"),
        key_in(Client.id, "client_ids"),
        Client.status != "lost",
        Client.created_at > _AT,
        or_(Client.checked_at.is_(None), Client.checked_at > _AT),
        ~exists().where(Breach.client_id == Client.id, Breach.opened_at <= _AT),
    )
    .order_by(Client.id)
)


def load_breaches(
    session: Session, workspace_id: int, client_ids: Sequence[int], at: datetime
) -> Mapping[int, Breaches]:
    """Return, by client id, what would have been open at `at`, for the clients that the bot did not know by then.

    Raises:
        ValueError: naming the field, when a value of the workspace's policy is no longer valid.
    """
    values = {"workspace_id": workspace_id, "client_ids": list(client_ids), "at": at}
    unassessed = session.scalars(_UNASSESSED, values).all()
    if not unassessed:
        return {}
    policy = policies.load(session, workspace_id)
    found: dict[int, Breaches] = {}
    for start in range(0, len(unassessed), BATCH):
        batch = unassessed[start : start + BATCH]
        for history in load_histories(session, workspace_id, batch, at, since=_first_day_read(at.date())):
            day = local_day(at, history.client.zone)
            found[history.client.id] = replay_open_breaches(history, policy, day)
    return found


def _first_day_read(day: date) -> date:
    """Return the earliest day that an assessment of the first replayed day looks at."""
    return day - timedelta(days=REPLAYED_DAYS + facts.INVOICE_DAYS)
