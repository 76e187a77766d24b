"""`list --numbers`: the agency's numbers, and each member's book, as of a moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.cli import assessed_clients, context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from rich.console import RenderableType
    from sqlalchemy.orm import Session

    from bot.infra.i18n import Translator
    from bot.reporting.kpis import Numbers

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Book:
    """One member's clients in numbers."""

    member: str
    """E-mail or Slack id; empty for the clients that nobody owns."""
    clients: int
    red: int
    amber: int
    average_days_since_contact: float | None
    waiting: int
    """Red ones on which nobody acted for 2 working days."""


def show(team: str | None, at: datetime, *, as_json: bool) -> None:
    """Print the numbers of a workspace."""
    from bot.infra.db import reading
    from bot.reporting import kpis

    engine = context.engine()
    workspace_id = context.workspace_id(engine, team)
    assessed_clients.take_measure(engine, workspace_id)
    with reading(engine) as session:
        found, books = kpis.load(session, workspace_id, at), _books(session, workspace_id, at)
    if as_json:
        assessed_clients.print_json(_as_json(found, books))
    else:
        assessed_clients.print_out(*_said(found, books))


def _books(session: Session, workspace_id: int, at: datetime) -> list[Book]:
    """Read the books; colours are as judged at the moment, as the list shows them."""
    from bot.reporting import portfolio_stats

    rows = assessed_clients.judge(session, workspace_id, assessed_clients.listed(session, workspace_id), at)
    colours = Counter((row.client.owner_id, row.judged.colour) for row in rows)
    emails, waiting = (
        assessed_clients.emails(session, workspace_id),
        portfolio_stats.count_unattended(session, workspace_id, at),
    )
    found = [
        Book(
            member=emails.get(book.owner_id or 0, ""),
            clients=book.clients,
            red=colours[book.owner_id, "red"],
            amber=colours[book.owner_id, "amber"],
            average_days_since_contact=portfolio_stats.average([book]),
            waiting=waiting.get(book.owner_id, 0),
        )
        for book in portfolio_stats.figures(session, workspace_id, at)
    ]
    return sorted(found, key=lambda book: (-book.red, -book.amber, book.member))


def _as_json(found: Numbers, books: Sequence[Book]) -> dict[str, Any]:
    kept = found.counts
    return {
        "since": found.since,
        "until": found.until,
        "clients": {"start": kept.start, "won": kept.won, "lost": kept.lost, "end": kept.end},
        "retention_rate": _rounded(kept.retention),
        "churn_rate": _rounded(kept.churn),
        "average_days_since_contact": _rounded(found.average_days_since_contact, 1),
        "client_value": {
            currency: {"clients": worth.clients, "total": worth.total, "median": worth.median}
            for currency, worth in found.client_value.items()
        },
        "cost_per_lead": {currency: round(cost) for currency, cost in found.cost_per_lead.items()},
        "traffic_to_lead": _rounded(found.traffic_to_lead),
        "qualified_to_customer": _rounded(found.qualified_to_customer),
        "margin": {currency: _rounded(share) for currency, share in found.margin.items()},
        "members": [
            {
                "member": book.member,
                "clients": book.clients,
                "red": book.red,
                "amber": book.amber,
                "average_days_since_contact": _rounded(book.average_days_since_contact, 1),
                "waiting": book.waiting,
            }
            for book in books
        ],
    }


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


def _said(found: Numbers, books: Sequence[Book]) -> Iterator[RenderableType]:
    from rich.table import Table

    yield f"The agency's numbers, {found.since} to {found.until}\n"
    table = Table(box=None, pad_edge=False, show_header=False)
    for row in _lines(found):
        table.add_row(*row)
    yield table
    people = Table(box=None, pad_edge=False, header_style="bold")
    people.add_column("Member")
    for title in ("Clients", "Red", "Amber", "Days since contact", "Red, not acted upon"):
        people.add_column(title, justify="right")
    for book in books:
        days = book.average_days_since_contact
        counts = (book.clients, book.red, book.amber, "" if days is None else f"{days:.1f}", book.waiting)
        people.add_row(book.member or "nobody's", *map(str, counts))
    yield ""
    yield people


def _lines(found: Numbers) -> Iterator[tuple[str, str, str]]:
    """Each number: its name, its size, and what it is made of."""
    from bot.infra.i18n import translator

    t, kept, days = translator("en"), found.counts, found.average_days_since_contact
    yield "Days since contact", UNKNOWN if days is None else f"{days:.1f}", "average over active and onboarding clients"
    yield "Retention rate", _share(kept.retention), f"({kept.end} at the end - {kept.won} won) / {kept.start} at start"
    yield "Churn rate", _share(kept.churn), f"{kept.lost} lost in the period"
    worth = found.client_value.items()
    yield "Client value", _each({c: t.money(w.median, c) for c, w in worth}), "the one in the middle"
    yield "", _each({c: t.money(w.total, c) for c, w in worth}), f"all {sum(w.clients for _, w in worth)} of known fee"
    yield "Cost per lead", _amounts(found.cost_per_lead, t), "spend / leads"
    yield "Traffic to lead", _share(found.traffic_to_lead), "leads / sessions"
    yield "Qualified to customer", _share(found.qualified_to_customer), "conversions / qualified leads"
    margins = {currency: _share(share) for currency, share in found.margin.items()}
    yield "Margin", _each(margins), "(fees - hours at cost - tools) / fees, whole months of which hours are told"


def _share(share: float | None) -> str:
    return UNKNOWN if share is None else f"{share:.1%}"


def _amounts(amounts: Mapping[str, float], t: Translator) -> str:
    return _each({currency: t.money(round(amount), currency, exact=True) for currency, amount in amounts.items()})


def _each(said: Mapping[str, str]) -> str:
    return ", ".join(said.values()) or UNKNOWN
