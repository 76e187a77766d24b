"""Benchmarks, the agency-wide figures that clients are compared with: value, how contracts end, when clients leave.

They are stored with the workspace and recomputed once a UTC day, and after fees or contracts have changed. Medians
creep as contracts run down: one that moved by less than MIN_CHANGE keeps its value, because the priority of every
client depends on it. When one does move, all clients are due for assessment. Never here: a single client's assessment.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.infra import db_errors
from bot.infra.models import Client, Observation, Workspace
from bot.judging import facts, lead_costs, policies
from bot.people import workspaces
from scoring.facts import Contracts, Portfolio, Tenure
from scoring.tenure import learn_marks
from scoring.value import Contract, client_value, contract_value, peer_groups

MIN_CHANGE = 0.05
"""The smallest relative change of a median, or absolute change of a rate, that is taken over."""
CONTRACTS_DAYS = 730
"""How far back ended contracts are counted."""
MIN_CONTRACTS = 10
"""The fewest ended contracts for a rate of the agency, or of one kind of its clients."""
NOTICE = timedelta(days=30)
"""A client lost at most this long before its contract's end did not renew; one lost before that left early."""

_log = logging.getLogger(__name__)
_IN_WORKSPACE = Client.workspace_id == bindparam("workspace_id")
_CONTRACTS = select(
    Client.id,
    Client.monthly_fee,
    Client.currency,
    Client.billing,
    Client.industry,
    Client.renews_on,
).where(_IN_WORKSPACE, Client.status != "lost")
_FEES = select(Client.monthly_fee, Client.currency, Client.billing).where(_IN_WORKSPACE, Client.status != "lost")
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
    _IN_WORKSPACE, Client.status == "lost", Client.lost_on.between(bindparam("since"), bindparam("on"))
)
_TENURES = select(Client.status, Client.started_on, Client.lost_on).where(
    _IN_WORKSPACE, Client.started_on.is_not(None), (Client.status != "lost") | Client.lost_on.is_not(None)
)
_NOW = bindparam("now", type_=Client.next_check_at.type)
_locked = aliased(Client)
_MARK_DUE = (
    update(Client)
    .where(
        Client.id.in_(
            select(_locked.id)
            .where(
                _locked.workspace_id == bindparam("of_workspace"),
                _locked.status != "lost",
                or_(_locked.next_check_at > _NOW, _locked.next_check_at.is_(None)),  # those already due stay due
            )
            .with_for_update(skip_locked=True, key_share=True)
        )
    )
    .values(next_check_at=_NOW, facts_version=Client.facts_version + 1)
    .execution_options(synchronize_session=False)
)


_TODAY = bindparam("today", type_=Workspace.benchmarks_on.type)
_STALE = select(Workspace.id).where(
    or_(
        Workspace.benchmarks_on.is_(None),
        Workspace.benchmarks_on < _TODAY,
        Workspace.benchmarks_on > _TODAY,  # a clock that was ahead is right again
    )
)
_WORKSPACE = (
    select(Workspace.benchmarks)
    .where(Workspace.id == bindparam("workspace_id"))
    .with_for_update(skip_locked=True, key_share=True)
)


def find_stale(session: Session, now: datetime) -> Sequence[int]:
    """Return the ids of the workspaces whose benchmarks are not from today (UTC); usually none, from the index."""
    return sorted(session.scalars(_STALE, {"today": now.date()}))  # sorted by SQLite, it would read all


def refresh(session: Session, workspace_id: int, now: datetime) -> None:
    """Recompute a workspace's benchmarks; if one has moved, all its clients become due.

    This never waits for a lock: a workspace locked by an import is left for the next tick, and a client that somebody
    else is writing to gets assessed anyway.
    """
    previous: dict[str, Any] | None = session.scalar(_WORKSPACE, {"workspace_id": workspace_id})
    if previous is None:
        return
    saved, figures = previous, _try_compute(session, workspace_id, now)
    if figures is not None and _moved(previous, figures):
        saved = figures
        session.execute(_MARK_DUE, {"of_workspace": workspace_id, "now": now})
    elif figures is not None:
        saved = {**previous, "tenure": figures["tenure"], "typical_fee": figures["typical_fee"]}
    workspaces.save_benchmarks(session, workspace_id, saved, now.date())


def _try_compute(session: Session, workspace_id: int, now: datetime) -> dict[str, Any] | None:
    """Compute a workspace's benchmarks; None, with the error logged, if its facts or policy cannot be read.

    Its clients report the same error when they are assessed, and no other workspace is held up.
    """
    try:
        with session.begin_nested():
            return compute(session, workspace_id, now)
    except Exception as error:
        if db_errors.explain(error):
            raise
        _log.exception("the benchmarks of workspace %s could not be computed", workspace_id)
        return None


def compute(session: Session, workspace_id: int, now: datetime) -> dict[str, Any]:
    """Compute a workspace's benchmarks: medians in minor units, rates of `scoring.facts.Contracts`, and tenure.

    The rates are over all clients, and by kind of client if enough of their contracts have ended.
    """
    agency = contract_rates(session, workspace_id, now.date())
    by_currency = client_values(session, workspace_id, agency, now, streaming={"yield_per": 1000})
    return {
        "median_value": {currency: round(median(values)) for currency, values in sorted(by_currency.items())},
        "typical_fee": typical_fees(session, workspace_id),
        "lead_cost": lead_costs.median_cost_by_industry(session, workspace_id, now.date()),
        "renewal_rate": agency.renewal_rate,
        "early_leaving": agency.early_leaving,
        "similar": {kind: asdict(rates) for kind, rates in agency.similar.items()},
        "tenure": asdict(learn_tenure(session, workspace_id, now.date())),
    }


def client_values(
    session: Session, workspace_id: int, agency: Portfolio, now: datetime, *, streaming: Mapping[str, int] | None = None
) -> dict[str, list[int]]:
    """Return the value of each client of a workspace, in minor units by currency, without clients of unknown fee.

    `streaming` are execution options that save memory, and need a transaction.
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


def typical_fees(session: Session, workspace_id: int) -> dict[str, int]:
    """Return the median fee in minor units, by `workspaces.fee_key`: of a month, or of a project."""
    found: dict[str, list[int]] = defaultdict(list)
    for fee, currency, billing in session.connection().execute(_FEES, {"workspace_id": workspace_id}):
        if fee is not None:
            found[workspaces.fee_key(currency, billing)].append(fee)
    return {key: round(median(fees)) for key, fees in sorted(found.items())}


def contract_rates(session: Session, workspace_id: int, on: date) -> Portfolio:
    """Return how the contracts of the two years before `on` ended, as a portfolio without medians.

    Without a single renewal in that time, the agency does not record renewals: rates from losses alone would be the
    worst possible, and every client would be worth nothing. Then no rate is known.
    """
    all_kinds, by_kind = _count_ended(session, workspace_id, on)
    if not all_kinds.renewed:
        return Portfolio()
    known = {kind: ended.rates() for kind, ended in sorted(by_kind.items())}
    rates = all_kinds.rates()
    return Portfolio(
        renewal_rate=rates.renewal_rate,
        early_leaving=rates.early_leaving,
        similar={kind: rates for kind, rates in known.items() if rates != Contracts()},
    )


def learn_tenure(session: Session, workspace_id: int, on: date) -> Tenure:
    """Learn at which tenures clients leave, from the clients lost up to `on`."""
    policy = policies.load(session, workspace_id)
    left: list[int] = []
    stayed: list[int] = []
    rows: Iterable[Any] = session.connection().execute(_TENURES, {"workspace_id": workspace_id})
    for status, started_on, lost_on in rows:
        has_left = status == "lost" and lost_on <= on
        days = ((lost_on if has_left else on) - started_on).days
        if days >= 0:
            (left if has_left else stayed).append(days)
    return learn_marks(left, stayed, policy.tenure_losses, policy.tenure_chance)


@dataclass(slots=True)
class _Ended:
    """Counts of contracts by how they ended."""

    renewed: int = 0
    not_renewed: int = 0
    left_early: int = 0

    def rates(self) -> Contracts:
        """Return the share of completed contracts renewed, and the share of all left early; None for too few."""
        completed = self.renewed + self.not_renewed
        ended = completed + self.left_early
        return Contracts(
            renewal_rate=self.renewed / completed if completed >= MIN_CONTRACTS else None,
            early_leaving=self.left_early / ended if ended >= MIN_CONTRACTS else None,
        )


def _count_ended(session: Session, workspace_id: int, on: date) -> tuple[_Ended, dict[str, _Ended]]:
    """Count the contracts that ended in the two years before `on`: all of them, and by kind of client."""
    values = {"workspace_id": workspace_id, "since": on - timedelta(days=CONTRACTS_DAYS), "on": on}
    all_kinds, by_kind = _Ended(), defaultdict[str, _Ended](_Ended)
    for billing, industry, contracts in session.execute(_RENEWED, values):
        for ended in (all_kinds, *(by_kind[kind] for kind in peer_groups(billing, industry or ""))):
            ended.renewed += contracts
    for billing, industry, lost_on, renews_on in session.connection().execute(_LOST, values):
        early = lost_on is not None and renews_on is not None and lost_on < renews_on - NOTICE
        for ended in (all_kinds, *(by_kind[kind] for kind in peer_groups(billing, industry or ""))):
            ended.left_early += early
            ended.not_renewed += not early
    return all_kinds, by_kind


def _moved(previous: Mapping[str, Any], figures: Mapping[str, Any]) -> bool:
    if _months(previous) != _months(figures):
        return True
    if _rates_moved(previous, figures):
        return True
    before, after = previous.get("similar", {}), figures.get("similar", {})
    if before.keys() != after.keys() or any(_rates_moved(before[kind], after[kind]) for kind in before):
        return True
    return any(_medians_moved(previous.get(name, {}), figures.get(name, {})) for name in ("median_value", "lead_cost"))


def _medians_moved(before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Whether a median was added or removed, or changed by more than MIN_CHANGE."""
    return before.keys() != after.keys() or any(
        abs(after[name] - before[name]) > MIN_CHANGE * max(before[name], 1) for name in after
    )


def _rates_moved(previous: Mapping[str, Any], figures: Mapping[str, Any]) -> bool:
    """Whether a rate became known or unknown, or changed by more than MIN_CHANGE."""
    for name in ("renewal_rate", "early_leaving"):
        before, after = previous.get(name), figures.get(name)
        if (before is None) != (after is None) or abs((before or 0.0) - (after or 0.0)) > MIN_CHANGE:
            return True
    return False


def _months(figures: Mapping[str, Any]) -> list[int] | None:
    """Return the tenures at which clients leave; None if there are too few losses, or none was computed yet."""
    tenure = figures.get("tenure")
    return [mark["months"] for mark in tenure["marks"]] if tenure and tenure["lost"] >= tenure["needed"] else None
