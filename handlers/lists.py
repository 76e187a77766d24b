"""Lists of clients as somebody asks for them: one's own, a colleague's, the team's; and one's own on the Home tab."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import books, cards, clients, members, numbers
from bot.clients import Whose
from bot.i18n import Translator
from bot.members import Actor
from bot.views import client, home, texts
from bot.views.cards import Book, Page, Person


def ranking(
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
    book = _whose(session, actor, page)
    there = clients.ranking(
        session, actor.workspace_id, book, limit=client.PAGE + client.COUNTED + 1, offset=page.offset
    )
    listed = there[: client.PAGE] if shown is None else shown
    found = cards.rows(session, actor.workspace_id, listed, actor, now, logged_since=logged_since)
    page = replace(page, total=page.offset + len(there))
    if page.scope == "member" and whose is None and page.member_id is not None:
        colleague = members.actor(session, actor.workspace_id, page.member_id, now)
        whose = colleague.person if colleague else None
    title = texts.list_title(page, t, whose)
    if page.scope == "team" and page.offset == 0 and actor.leads:
        figures = books.figures(session, actor.workspace_id, now)
        rows = books.by_member(session, actor.workspace_id, figures, now)
        glance = numbers.glance(session, actor.workspace_id, figures, now)
        return client.team(rows, found, title, page, t, glance=glance)
    return client.ranking(found, title, page, t)


def ids_of(session: Session, actor: Actor, page: Page) -> list[int]:
    """Give the clients that a part of a list has now."""
    return _part(session, actor, _whose(session, actor, page), page)


def _part(session: Session, actor: Actor, book: Whose, page: Page) -> list[int]:
    return clients.ranking(session, actor.workspace_id, book, limit=client.PAGE, offset=page.offset)


def _whose(session: Session, actor: Actor, page: Page) -> Whose:
    if page.scope == "mine":
        return clients.mine(session, actor)
    return Whose(None) if page.scope == "team" else Whose((page.member_id or 0,))


def book(session: Session, actor: Actor) -> list[int]:
    """Give the clients that the Home tab has now."""
    return clients.ranking(session, actor.workspace_id, clients.mine(session, actor), limit=home.ROWS)


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
    mine = clients.mine(session, actor)
    listed = clients.ranking(session, actor.workspace_id, mine, limit=home.ROWS) if shown is None else shown
    found = cards.rows(session, actor.workspace_id, listed, actor, now, logged_since=logged_since)
    total = clients.count(session, actor.workspace_id, mine)
    average = books.average_days_since_contact(session, actor.workspace_id, actor.owners, now)
    return home.home(Book(actor.person, tuple(found), total, average), t)
