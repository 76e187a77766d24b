"""What `doctor` finds of the records themselves: amounts that can't be judged together, clients that look like one.

Never here: stale sources (`doctor`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.cli import context
from bot.cli.doctor_database import Finding

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NAMED = 10
"""Findings named; the rest are counted."""


def check_currencies(session: Session) -> Finding:
    """Name the clients whose spend or revenue is recorded in several currencies, of which one alone is judged."""
    from sqlalchemy import or_, select

    from bot.infra.models import Client, DailyMetric
    from bot.judging.daily_metrics import DAYS, Currencies, choose_currency
    from bot.views import blocks
    from scoring.vocabulary import FULLY_WATCHED

    since = context.now().date() - timedelta(days=DAYS)
    statement = (
        select(Client.id, Client.name, Client.currency, Client.ad_currency, DailyMetric.currency)
        .join(DailyMetric, DailyMetric.client_id == Client.id)
        .where(
            Client.status.in_(FULLY_WATCHED),
            DailyMetric.on >= since,
            or_(DailyMetric.spend.is_not(None), DailyMetric.revenue.is_not(None)),
        )
        .distinct()
    )
    found: dict[tuple[int, str, str, str | None], set[str]] = defaultdict(set)
    for client_id, name, own, ads, currency in session.execute(statement):
        found[client_id, name, own, ads].add(currency)
    mixed = []
    for (_, name, own, ads), currencies in sorted(found.items()):
        judged = choose_currency(Currencies(own, ads), currencies)
        left_out = ", ".join(sorted(currencies - {judged}))
        if left_out:
            mixed.append(f"{blocks.clean(name, 60)} ({judged} is judged, {left_out} left out)")
    return Finding(
        "currencies",
        ok=not mixed,
        detail=list_named(mixed) or "each client's spend is in one",
        remedy="say in the clients sheet's column ad_currency which one its ad accounts are in, or import the others "
        "in that one",
    )


def check_twins(session: Session) -> Finding:
    """Name the clients that look like one, by their names, in each workspace; lost ones are not looked at."""
    from sqlalchemy import select

    from bot.clients import twins
    from bot.infra.models import Client
    from bot.views import blocks

    statement = select(Client.workspace_id, Client.name, Client.external_id).where(Client.status != "lost")
    keys: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for workspace_id, name, key in session.execute(statement.order_by(Client.workspace_id, Client.id)):
        keys[workspace_id][name].append(key)
    found = []
    for by_name in keys.values():
        alike = [(name, name) for name, each in by_name.items() if len(each) > 1]
        for one, other in [*alike, *twins.pairs(by_name)]:
            named = sorted({(blocks.clean(name, 60), key) for name in (one, other) for key in by_name[name]})
            found.append(" and ".join(f"{name} ({key})" for name, key in named))
    return Finding(
        "twins",
        ok=not found,
        detail=list_named(found) or "no two clients look like one",
        remedy="where two are one, import what is one's under the other's key and forget it: `atrisk forget CLIENT`",
    )


def list_named(found: list[str]) -> str:
    """Name the first of some findings, and say how many more there are."""
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return "; ".join(found[:NAMED]) + more
