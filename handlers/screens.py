"""What a person sees of clients, read and drawn: a card, Why, a list, and the Home tab.

Never here: a write, or how the answer reaches Slack.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.clients.clients import ListScope
from bot.infra.i18n import Translator
from bot.judging import assessments, policies, what_if
from bot.people import access
from bot.people.access import Actor
from bot.reporting import client_cards, kpis, portfolio_stats
from bot.views import home, texts
from bot.views import ranking as view
from bot.views.data import Book, Card, Page, Person
from scoring.dates import local_day

JUST_NOW = timedelta(minutes=30)
"""How long a list goes on showing what was logged from it: as long as Slack lets an answer replace it."""


def card(session: Session, actor: Actor, client_id: int, now: datetime) -> Card:
    """Read a client for its own card: what is well with it and what is unknown too, and what was just logged.

    Raises:
        ClientGoneError: when the workspace has no such client.
    """
    found = client_cards.load(session, actor.workspace_id, [client_id], actor, now, logged_since=now - JUST_NOW)
    if not found:
        raise clients.ClientGoneError
    policy = policies.load(session, actor.workspace_id)
    signals = [
        signal
        for judged in assessments.preview(session, actor.workspace_id, [client_id], now)
        for signal in judged.signals
    ]
    return replace(
        found[0],
        fine=tuple(signal for signal in signals if signal.state == "ok"),
        unknown=tuple(signal.key for signal in signals if signal.state == "unknown"),
        weights={signal.name: policy.weight(signal.name) for signal in signals},
    )


def explained(session: Session, actor: Actor, client_id: int, now: datetime) -> Card:
    """Read a client for Why: its card, its place in its owner's list, and what would lower it there.

    Raises:
        ClientGoneError: when the workspace has no such client.
    """
    found = card(session, actor, client_id, now)
    place, told = what_if.place_and_remedies(session, actor.workspace_id, client_id, now)
    return replace(found, place=place, remedies=tuple(told))


def own_list(connection: Connection, actor: Actor, t: Translator, now: datetime) -> dict[str, Any]:
    """Draw the first part of a member's own list."""
    drawn, page = _part(connection, actor, Page("mine"), t, now)
    return view.ranking(drawn, texts.list_title(page, t), page, t)


def client_list(
    session: Session,
    actor: Actor,
    page: Page,
    t: Translator,
    now: datetime,
    *,
    shown: Sequence[int] | None = None,
    logged_since: datetime | None = None,
    whose: Person | None = None,
) -> dict[str, Any]:
    """Make one part of a list: the clients `shown`, or those that the ranking has there now."""
    drawn, page = _part(session.connection(), actor, page, t, now, shown=shown, logged_since=logged_since)
    if page.scope == "member" and whose is None and page.member_id is not None:
        colleague = access.actor(session, actor.workspace_id, page.member_id, now)
        whose = colleague.person if colleague else None
    title = texts.list_title(page, t, whose)
    if page.scope == "team" and page.offset == 0 and actor.leads:
        figures = portfolio_stats.load_owner_stats(session, actor.workspace_id, now)
        rows = portfolio_stats.build_team_rows(session, actor.workspace_id, figures, now)
        glance = kpis.load_agency_numbers(session, actor.workspace_id, figures, now)
        return view.team(rows, drawn, title, page, t, agency=glance)
    return view.ranking(drawn, title, page, t)


def _part(
    connection: Connection,
    actor: Actor,
    page: Page,
    t: Translator,
    now: datetime,
    *,
    shown: Sequence[int] | None = None,
    logged_since: datetime | None = None,
) -> tuple[list[view.Row], Page]:
    """Draw the rows of a part of a list, and count the whole list."""
    workspace_id, book, most = actor.workspace_id, _whose(connection, actor, page), view.PAGE + view.COUNTED + 1
    there = clients.ranking(connection, workspace_id, book, limit=most, offset=page.offset)
    listed = there[: view.PAGE] if shown is None else shown
    found = client_cards.load_rows(connection, workspace_id, listed)
    logged = client_cards.load_logged(connection, workspace_id, listed, actor, logged_since)
    today = local_day(now, actor.zone)
    drawn = [view.row(client_cards.build_row_card(row, logged.get(row.id), actor, today), page, t) for row in found]
    return drawn, replace(page, total=page.offset + len(there))


def listed_ids(session: Session, actor: Actor, page: Page) -> list[int]:
    """Give the clients that a part of a list has now."""
    connection = session.connection()
    book = _whose(connection, actor, page)
    return clients.ranking(connection, actor.workspace_id, book, limit=view.PAGE, offset=page.offset)


def _whose(connection: Connection, actor: Actor, page: Page) -> ListScope:
    if page.scope == "mine":
        return clients.own_scope(connection, actor)
    return ListScope(None) if page.scope == "team" else ListScope((page.member_id or 0,))


def home_ids(session: Session, actor: Actor) -> list[int]:
    """Give the clients that the Home tab has now."""
    connection = session.connection()
    return clients.ranking(connection, actor.workspace_id, clients.own_scope(connection, actor), limit=home.ROWS)


def home_view(
    session: Session,
    actor: Actor,
    t: Translator,
    now: datetime,
    *,
    shown: Sequence[int] | None = None,
    logged_since: datetime | None = None,
) -> dict[str, Any]:
    """Make the Home tab of a member."""
    connection, workspace_id = session.connection(), actor.workspace_id
    mine = clients.own_scope(connection, actor)
    listed = clients.ranking(connection, workspace_id, mine, limit=home.ROWS) if shown is None else shown
    logged, today = (
        client_cards.load_logged(connection, workspace_id, listed, actor, logged_since),
        local_day(now, actor.zone),
    )
    found = [
        client_cards.build_row_card(row, logged.get(row.id), actor, today)
        for row in client_cards.load_rows(connection, workspace_id, listed)
    ]
    total = clients.count(connection, workspace_id, mine)
    average = portfolio_stats.average_days_since_contact(session, workspace_id, actor.owners, now)
    return home.home(Book(actor.person, tuple(found), total, average), t)
