"""Screens with clients, loaded and rendered: a card, Why, a list, and the Home tab.

Never here: a write, or how the answer is sent to Slack.
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
from bot.judging import what_if
from bot.people import access
from bot.people.access import Actor
from bot.reporting import client_cards, kpis, portfolio_stats, unowned
from bot.views import home, texts
from bot.views import ranking as view
from bot.views.data import Book, Card, Page, Person
from scoring.dates import local_day

JUST_NOW = timedelta(minutes=30)
"""How long a list shows what was logged from it: as long as Slack allows an answer to replace it."""


def card(session: Session, actor: Actor, client_id: int, now: datetime) -> Card:
    """Load a client's full card, with signals that are fine or unknown, and what was just logged.

    Raises:
        ClientGoneError: when the workspace has no such client.
    """
    return _explained(session, actor, client_id, now, with_remedies=False)


def why_card(session: Session, actor: Actor, client_id: int, now: datetime) -> Card:
    """Load a client for Why: its card, its place in its owner's list, and what would lower it there.

    Raises:
        ClientGoneError: when the workspace has no such client.
    """
    return _explained(session, actor, client_id, now, with_remedies=True)


def _explained(session: Session, actor: Actor, client_id: int, now: datetime, *, with_remedies: bool) -> Card:
    found = client_cards.load(session, actor.workspace_id, [client_id], actor, now, logged_since=now - JUST_NOW)
    if not found:
        raise clients.ClientGoneError
    explained = what_if.explain(session, actor.workspace_id, client_id, now, with_remedies=with_remedies)
    return client_cards.with_explanation(found[0], explained)


def own_list(connection: Connection, actor: Actor, t: Translator, now: datetime) -> dict[str, Any]:
    """Render the first page of a member's own list."""
    rows, page = _render_page(connection, actor, Page("mine"), t, now)
    return view.ranking(rows, texts.list_title(page, t), page, t)


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
    """Render one page of a list: the clients in `shown`, or those that the ranking has there now."""
    rows, page = _render_page(session.connection(), actor, page, t, now, shown=shown, logged_since=logged_since)
    if page.scope == "member" and whose is None and page.member_id is not None:
        colleague = access.actor(session, actor.workspace_id, page.member_id, now)
        whose = colleague.person if colleague else None
    title = texts.list_title(page, t, whose)
    if page.scope == "team" and page.offset == 0 and actor.leads:
        stats = portfolio_stats.load_owner_stats(session, actor.workspace_id, now)
        team_rows = portfolio_stats.build_team_rows(session, actor.workspace_id, stats, now)
        numbers = kpis.load_agency_numbers(session, actor.workspace_id, stats, now)
        orphans = unowned.load(session.connection(), actor.workspace_id, actor.attendance)
        return view.team(team_rows, rows, title, page, t, agency=numbers, unowned=orphans)
    return view.ranking(rows, title, page, t)


def _render_page(
    connection: Connection,
    actor: Actor,
    page: Page,
    t: Translator,
    now: datetime,
    *,
    shown: Sequence[int] | None = None,
    logged_since: datetime | None = None,
) -> tuple[list[view.Row], Page]:
    """Render the rows of a page, and count the list's clients from it on (up to a limit)."""
    workspace_id, scope, limit = actor.workspace_id, _scope(connection, actor, page), view.PAGE + view.COUNTED + 1
    ranked = clients.ranking(
        connection, workspace_id, scope, limit=limit, offset=page.offset, is_exact=_may_see_order(actor, page)
    )
    listed = ranked[: view.PAGE] if shown is None else shown
    logged = client_cards.load_logged(connection, workspace_id, listed, actor, logged_since)
    today = local_day(now, actor.zone)
    cards = client_cards.load_row_cards(connection, workspace_id, listed, actor, logged=logged, today=today)
    rows = [view.row(card, page, t) for card in cards]
    return rows, replace(page, total=page.offset + len(ranked))


def listed_ids(session: Session, actor: Actor, page: Page) -> list[int]:
    """Return the ids of the clients on a page of a list now."""
    connection = session.connection()
    scope = _scope(connection, actor, page)
    is_exact = _may_see_order(actor, page)
    return clients.ranking(
        connection, actor.workspace_id, scope, limit=view.PAGE, offset=page.offset, is_exact=is_exact
    )


def _may_see_order(actor: Actor, page: Page) -> bool:
    """Whether the reader may see the money of all clients on a list, and so their exact order."""
    return actor.leads or page.scope == "mine" or page.member_id in actor.owners


def _scope(connection: Connection, actor: Actor, page: Page) -> ListScope:
    if page.scope == "mine":
        return clients.own_scope(connection, actor)
    return ListScope(None) if page.scope == "team" else ListScope((page.member_id or 0,))


def home_ids(session: Session, actor: Actor) -> list[int]:
    """Return the ids of the clients on the Home tab now."""
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
    """Render a member's Home tab."""
    connection, workspace_id = session.connection(), actor.workspace_id
    scope = clients.own_scope(connection, actor)
    listed = clients.ranking(connection, workspace_id, scope, limit=home.ROWS) if shown is None else shown
    logged, today = (
        client_cards.load_logged(connection, workspace_id, listed, actor, logged_since),
        local_day(now, actor.zone),
    )
    cards = client_cards.load_row_cards(connection, workspace_id, listed, actor, logged=logged, today=today)
    total = clients.count(connection, workspace_id, scope)
    average = portfolio_stats.average_days_since_contact(session, workspace_id, actor.owners, now)
    orphans = unowned.load(connection, workspace_id, actor.attendance) if actor.leads else ()
    return home.home(Book(actor.person, tuple(cards), total, average, orphans), t)
