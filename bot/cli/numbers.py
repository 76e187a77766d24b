"""`list --numbers`: the agency's numbers, and those of each member's clients, as of a moment."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.cli import assessed_clients, context, output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from rich.console import RenderableType
    from sqlalchemy.orm import Session

    from bot.cli.assessed_clients import AssessedClient
    from bot.infra.i18n import Translator
    from bot.reporting.kpis import Kpis

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MemberNumbers:
    """The clients of one member in numbers."""

    member: str
    """E-mail or Slack id; empty for clients without an owner."""
    clients: int
    red: int
    amber: int
    average_days_since_contact: float | None
    waiting: int
    """Red clients that nobody acted upon for 2 working days."""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What the clients that are red or amber pay, in minor units, as far as their fees are known."""

    clients: int
    month: int
    year: int


def print_numbers(team: str | None, at: datetime, *, as_json: bool) -> None:
    """Print the numbers of a workspace as of a moment, as tables or as JSON."""
    from bot.infra.db import reading
    from bot.judging import policies
    from bot.reporting import kpis

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, team)
    assessed_clients.refresh_outdated_benchmarks(engine, workspace_id)
    with reading(engine) as session:
        listed = assessed_clients.find_listed_clients(session, workspace_id)
        rows = assessed_clients.assess_clients(session, workspace_id, listed, at)
        found, members = kpis.load(session, workspace_id, at), _load_member_numbers(session, workspace_id, rows, at)
        at_risk = _value_at_risk(rows, policies.load(session, workspace_id).projects_a_year)
    if as_json:
        output.print_json(_numbers_json(found, members, at_risk))
    else:
        output.print_renderables(*_render(found, members, at_risk))


def _value_at_risk(rows: Iterable[AssessedClient], projects_a_year: float) -> dict[str, AtRisk]:
    """Add up, by currency, what the clients that are red or amber pay; for work by project at so many a year."""
    fees: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        fee, billing = row.client.monthly_fee, row.client.billing
        if row.assessment.colour != "green" and fee is not None:
            fees[row.client.currency].append(fee * projects_a_year if billing == "project" else fee * 12)
    return {
        currency: AtRisk(len(years), round(sum(years) / 12), round(sum(years)))
        for currency, years in sorted(fees.items())
    }


def _load_member_numbers(
    session: Session, workspace_id: int, rows: Sequence[AssessedClient], at: datetime
) -> list[MemberNumbers]:
    """Load each member's numbers, most red clients first; colours are as of the moment, as in the list."""
    from bot.reporting import portfolio_stats

    colours = Counter((row.client.owner_id, row.assessment.colour) for row in rows)
    people = assessed_clients.load_members(session, workspace_id)
    waiting = portfolio_stats.count_unattended(session, workspace_id, at)
    loaded = [
        MemberNumbers(
            member=people[row.owner_id][0] if row.owner_id in people else "",
            clients=row.clients,
            red=colours[row.owner_id, "red"],
            amber=colours[row.owner_id, "amber"],
            average_days_since_contact=portfolio_stats.average([row]),
            waiting=waiting.get(row.owner_id, 0),
        )
        for row in portfolio_stats.load_owner_stats(session, workspace_id, at)
    ]
    return sorted(loaded, key=lambda row: (-row.red, -row.amber, row.member))


def _numbers_json(found: Kpis, members: Sequence[MemberNumbers], at_risk: Mapping[str, AtRisk]) -> dict[str, Any]:
    counts = found.counts
    return {
        "since": found.since,
        "until": found.until,
        "clients": {"start": counts.start, "won": counts.won, "lost": counts.lost, "end": counts.end},
        "retention_rate": _rounded(counts.retention),
        "churn_rate": _rounded(counts.churn),
        "average_days_since_contact": _rounded(found.average_days_since_contact, 1),
        "client_value": {
            currency: {"clients": worth.clients, "total": worth.total, "median": worth.median}
            for currency, worth in found.client_value.items()
        },
        "value_at_risk": at_risk,
        "cost_per_lead": {currency: round(cost) for currency, cost in found.cost_per_lead.items()},
        "traffic_to_lead": _rounded(found.traffic_to_lead),
        "qualified_to_customer": _rounded(found.qualified_to_customer),
        "margin": {currency: _rounded(share) for currency, share in found.margin.items()},
        "members": [
            {
                "member": row.member,
                "clients": row.clients,
                "red": row.red,
                "amber": row.amber,
                "average_days_since_contact": _rounded(row.average_days_since_contact, 1),
                "waiting": row.waiting,
            }
            for row in members
        ],
    }


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


def _render(found: Kpis, members: Sequence[MemberNumbers], at_risk: Mapping[str, AtRisk]) -> Iterator[RenderableType]:
    from rich.table import Table

    yield f"The agency's numbers, {found.since} to {found.until}\n"
    table = Table(box=None, pad_edge=False, show_header=False)
    for cells in _number_rows(found, at_risk):
        table.add_row(*cells)
    yield table
    people = output.make_table()
    people.add_column("Member")
    for title in ("Clients", "Red", "Amber", "Days since contact", "Red, nobody acted"):
        people.add_column(title, justify="right")
    for row in members:
        days = row.average_days_since_contact
        counts = (
            row.clients,
            row.red,
            row.amber,
            "" if days is None else f"{days:.1f}",
            row.waiting,
        )
        people.add_row(row.member or "no owner", *map(str, counts))
    yield ""
    yield people


def _number_rows(found: Kpis, at_risk: Mapping[str, AtRisk]) -> Iterator[tuple[str, str, str]]:
    """Yield each number's name, its value, and how it is worked out."""
    from bot.infra.i18n import translator

    t, counts, days = translator("en"), found.counts, found.average_days_since_contact
    yield "Days since contact", UNKNOWN if days is None else f"{days:.1f}", "average over active and onboarding clients"
    yield (
        "Retention rate",
        _format_share(counts.retention),
        f"({counts.end} at the end - {counts.won} won) / {counts.start} at start",
    )
    yield "Churn rate", _format_share(counts.churn), f"{counts.lost} lost in these days"
    worth = found.client_value.items()
    yield "Client value", _join_values({c: t.money(w.median, c) for c, w in worth}), "median"
    yield (
        "",
        _join_values({c: t.money(w.total, c) for c, w in worth}),
        f"total of the {sum(w.clients for _, w in worth)} with a known fee",
    )
    risked = {c: f"{t.money(r.month, c)} a month, {t.money(r.year, c)} a year" for c, r in at_risk.items()}
    yield (
        "Value at risk",
        _join_values(risked) if risked else "nothing",
        f"what the {sum(r.clients for r in at_risk.values())} that are red or amber pay, with a known fee",
    )
    yield "Cost per lead", _format_amounts(found.cost_per_lead, t), "spend / leads"
    yield "Traffic to lead", _format_share(found.traffic_to_lead), "leads / sessions"
    yield "Qualified to customer", _format_share(found.qualified_to_customer), "conversions / qualified leads"
    margins = {currency: _format_share(share) for currency, share in found.margin.items()}
    yield "Margin", _join_values(margins), "(fees - hours at cost - tools) / fees, whole months with hours on record"


def _format_share(share: float | None) -> str:
    return UNKNOWN if share is None else f"{share:.1%}"


def _format_amounts(amounts: Mapping[str, float], t: Translator) -> str:
    return _join_values(
        {currency: t.money(round(amount), currency, exact=True) for currency, amount in amounts.items()}
    )


def _join_values(values: Mapping[str, str]) -> str:
    return ", ".join(values.values()) or UNKNOWN
