"""The agency-wide figures that a single client is held against: client value, how contracts end, when clients leave.

They are kept with the workspace and worked out anew once a UTC day, and when somebody says that fees or contracts have
changed. As contracts run down, medians creep: one that moved by less than a twentieth is left as it was, since the
priority of every client of the agency hangs on it. When one did move, all of them are due again.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, aliased

from bot.infra.models import Client, Observation, Workspace
from bot.judging import facts, lead_costs, policies
from scoring.facts import Contracts, Portfolio, Tenure
from scoring.tenure import learn
from scoring.value import Contract, client_value, contract_value, kinds

STEP = 0.05
"""The share by which a median has to move to be believed."""
CONTRACTS_DAYS = 730
"""How far back ended contracts are counted."""
ENOUGH_CONTRACTS = 10
"""Ended contracts below which a rate of an agency's own, or of a kind of its clients, says nothing."""
NOTICE = timedelta(days=30)
"""A client that goes so long before its contract's end does not renew it; one that goes sooner leaves early."""

_log = logging.getLogger(__name__)
_OURS = Client.workspace_id == bindparam("workspace_id")
_CONTRACTS = select(
    Client.id,
    Client.monthly_fee,
    Client.currency,
    Client.billing,
    Client.industry,
    Client.renews_on,
).where(_OURS, Client.status != "lost")
_RENEWED = (
    select(Client.billing, Client.industry, func.count().label("contracts"))
    .select_from(Observation)
    .join(Client, Client.id == Observation.client_id)
    .where(
        Observation.workspace_id == bindparam("workspace_id"),
        Observation.kind == "renewal",
        Observation.occurred_on.between(bindparam("since"), bindparam("on")),
    )
    .group_by(Client.billing, Client.industry)
)
_LOST = select(Client.billing, Client.industry, Client.lost_on, Client.renews_on).where(
    _OURS, Client.status == "lost", Client.lost_on.between(bindparam("since"), bindparam("on"))
)
_TENURES = select(Client.status, Client.started_on, Client.lost_on).where(
    _OURS, Client.started_on.is_not(None), (Client.status != "lost") | Client.lost_on.is_not(None)
)
_NOW = bindparam("now", type_=Client.next_check_at.type)
_held = aliased(Client)
_DUE = (
    update(Client)
    .where(
        Client.id.in_(
            select(_held.id)
            .where(
                _held.workspace_id == bindparam("of_workspace"),
                _held.status != "lost",
                or_(_held.next_check_at > _NOW, _held.next_check_at.is_(None)),  # who is due already stays so
            )
            .with_for_update(skip_locked=True, key_share=True)
        )
    )
    .values(next_check_at=_NOW, facts_version=Client.facts_version + 1)
    .execution_options(synchronize_session=False)
)


_AGENCIES = select(Workspace.id, Workspace.benchmarks).order_by(Workspace.id)
_AGENCY = _AGENCIES.where(Workspace.id == bindparam("workspace_id")).with_for_update(skip_locked=True, key_share=True)


def refresh(session: Session, now: datetime) -> None:
    """Work out anew the benchmarks of the workspaces that have none of today's.

    Where one moved, the workspace's clients are due again. Nothing waits for anybody here: a workspace that an import
    is busy with has its turn on the next tick, and a client that somebody is writing to is looked at anyway.
    """
    today = now.date()
    for workspace_id in _stale(session, now):
        agency = session.execute(_AGENCY, {"workspace_id": workspace_id}).one_or_none()
        if agency is None:
            continue
        known = agency.benchmarks
        kept, figures = known, _worked_out(session, workspace_id, now)
        if figures is not None and _moved(known, figures):
            kept = figures
            session.execute(_DUE, {"of_workspace": workspace_id, "now": now})
        elif figures is not None:
            kept = {**known, "tenure": figures["tenure"]}
        _keep(session, workspace_id, {**kept, "on": today.isoformat()})


def are_stale(session: Session, now: datetime) -> bool:
    """Tell whether some workspace has none of today's."""
    return bool(_stale(session, now))


def _stale(session: Session, now: datetime) -> list[int]:
    today = now.date().isoformat()
    return [row.id for row in session.execute(_AGENCIES) if row.benchmarks.get("on") != today]


def _worked_out(session: Session, workspace_id: int, now: datetime) -> dict[str, Any] | None:
    """Work a workspace's figures out; None, logged, where its facts or its policy cannot be read.

    Its clients will say so one by one when they are judged, and no other agency has to wait for it.
    """
    try:
        with session.begin_nested():
            return compute(session, workspace_id, now)
    except OperationalError:
        raise
    except Exception:  # noqa: BLE001  # whatever it is, it is this agency's alone
        _log.exception("the benchmarks of workspace %s could not be worked out", workspace_id)
        return None


def _keep(session: Session, workspace_id: int, figures: Mapping[str, Any]) -> None:
    session.execute(update(Workspace).where(Workspace.id == workspace_id).values(benchmarks=dict(figures)))


def compute(session: Session, workspace_id: int, now: datetime) -> dict[str, Any]:
    """Give a workspace's median client value in minor units by currency, and how its contracts end.

    The latter as `scoring.facts.Contracts` has it: over all clients, and by kind of client where enough have ended.
    """
    agency = contract_rates(session, workspace_id, now.date())
    worth = client_values(session, workspace_id, agency, now, streaming={"yield_per": 1000})
    return {
        "median_value": {currency: round(median(each)) for currency, each in sorted(worth.items())},
        "lead_cost": lead_costs.median_cost_by_industry(session, workspace_id, now.date()),
        "renewal_rate": agency.renewal_rate,
        "early_leaving": agency.early_leaving,
        "similar": {kind: asdict(rates) for kind, rates in agency.similar.items()},
        "tenure": asdict(tenure_marks(session, workspace_id, now.date())),
    }


def client_values(
    session: Session, workspace_id: int, agency: Portfolio, now: datetime, *, streaming: Mapping[str, int] | None = None
) -> dict[str, list[int]]:
    """Give what each of a workspace's clients is worth, in minor units by currency; those of no known fee left out.

    `streaming` saves memory, and takes a transaction.
    """
    policy, today = policies.load(session, workspace_id), now.date()
    found: dict[str, list[int]] = defaultdict(list)
    billed_only: list[int] = []
    rows = session.connection().execute(_CONTRACTS, {"workspace_id": workspace_id}, execution_options=streaming or {})
    for client_id, fee, currency, billing, industry, renews_on in rows:
        if fee is not None:
            contract = Contract(billing, industry or "", renews_on)
            found[currency].append(contract_value(fee, contract, agency, policy, today))
        elif billing == "share_of_spend":
            billed_only.append(client_id)
    for client in facts.load(session, workspace_id, billed_only, now).values() if billed_only else ():
        value = client_value(client, agency, policy, today)
        if value is not None:
            found[client.currency].append(value)
    return found


def contract_rates(session: Session, workspace_id: int, on: date) -> Portfolio:
    """Count how the contracts of the two years before a day ended; no medians are in it.

    Where not one renewal was recorded in that time, nobody records them: of the losses alone every rate would be the
    worst, and every client worth nothing. Then none is known.
    """
    everybody, alike = _contracts(session, workspace_id, on)
    if not everybody.renewed:
        return Portfolio()
    known = {kind: ended.rates() for kind, ended in sorted(alike.items())}
    rates = everybody.rates()
    return Portfolio(
        renewal_rate=rates.renewal_rate,
        early_leaving=rates.early_leaving,
        similar={kind: rates for kind, rates in known.items() if rates != Contracts()},
    )


def tenure_marks(session: Session, workspace_id: int, on: date) -> Tenure:
    """Learn from the clients that left until a day when clients leave."""
    policy = policies.load(session, workspace_id)
    left: list[int] = []
    stayed: list[int] = []
    rows: Iterable[Any] = session.connection().execute(_TENURES, {"workspace_id": workspace_id})
    for status, started_on, lost_on in rows:
        is_over = status == "lost" and lost_on <= on
        days = ((lost_on if is_over else on) - started_on).days
        if days >= 0:
            (left if is_over else stayed).append(days)
    return learn(left, stayed, policy.tenure_losses, policy.tenure_chance)


@dataclass(slots=True)
class _Ended:
    """Contracts that ended, counted by how."""

    renewed: int = 0
    not_renewed: int = 0
    left_early: int = 0

    def rates(self) -> Contracts:
        """Give what share was renewed of those that came to their end, and left early of all; None for too few."""
        due = self.renewed + self.not_renewed
        over = due + self.left_early
        return Contracts(
            renewal_rate=self.renewed / due if due >= ENOUGH_CONTRACTS else None,
            early_leaving=self.left_early / over if over >= ENOUGH_CONTRACTS else None,
        )


def _contracts(session: Session, workspace_id: int, on: date) -> tuple[_Ended, dict[str, _Ended]]:
    """Count the contracts that ended in two years: all of them, and by kind of client."""
    values = {"workspace_id": workspace_id, "since": on - timedelta(days=CONTRACTS_DAYS), "on": on}
    everybody, alike = _Ended(), defaultdict[str, _Ended](_Ended)
    for billing, industry, contracts in session.execute(_RENEWED, values):
        for ended in (everybody, *(alike[kind] for kind in kinds(billing, industry or ""))):
            ended.renewed += contracts
    for billing, industry, lost_on, renews_on in session.connection().execute(_LOST, values):
        early = lost_on is not None and renews_on is not None and lost_on < renews_on - NOTICE
        for ended in (everybody, *(alike[kind] for kind in kinds(billing, industry or ""))):
            ended.left_early += early
            ended.not_renewed += not early
    return everybody, alike


def _moved(known: Mapping[str, Any], figures: Mapping[str, Any]) -> bool:
    if _months(known) != _months(figures):
        return True
    if _rates_moved(known, figures):
        return True
    alike, alike_now = known.get("similar", {}), figures.get("similar", {})
    if alike.keys() != alike_now.keys() or any(_rates_moved(alike[kind], alike_now[kind]) for kind in alike):
        return True
    return any(_medians_moved(known.get(name, {}), figures.get(name, {})) for name in ("median_value", "lead_cost"))


def _medians_moved(before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Tell whether one came or went, or moved by more than the step."""
    return before.keys() != after.keys() or any(
        abs(after[name] - before[name]) > STEP * max(before[name], 1) for name in after
    )


def _rates_moved(known: Mapping[str, Any], figures: Mapping[str, Any]) -> bool:
    """Tell whether a rate became known or unknown, or moved by more than the step."""
    for name in ("renewal_rate", "early_leaving"):
        before, after = known.get(name), figures.get(name)
        if (before is None) != (after is None) or abs((before or 0.0) - (after or 0.0)) > STEP:
            return True
    return False


def _months(figures: Mapping[str, Any]) -> list[int] | None:
    """Give the tenures at which clients leave; None while there are too few losses to tell, or nobody has looked."""
    known = figures.get("tenure")
    return [mark["months"] for mark in known["marks"]] if known and known["lost"] >= known["needed"] else None
