"""What a client is worth, and the agency's numbers: what share of clients stays, what a lead costs, what is left.

Belongs here: formulas of money and clients over time, each in one place. Never here: whether a client is at risk.
"""

from bisect import bisect_left
from datetime import date, timedelta
from math import log2
from typing import NamedTuple

from scoring.facts import Client, Portfolio
from scoring.policy import Policy
from scoring.vocabulary import BILLED_STATUSES

_MONTH = 974  # 30.4375 days, in 32nds of a day
_BILLED_LATELY = 6  # invoices that the fee is read from where it follows the spend


class Contract(NamedTuple):
    """As much of a client as its value hangs on, once its fee is known."""

    billing: str
    industry: str
    renews_on: date | None


def client_value(client: Client, portfolio: Portfolio, policy: Policy, on: date) -> int | None:
    """Give what a client is expected to pay from a day on, in minor units of its currency; None where no fee is known.

    Retainer and share of spend: monthly fee × (months left in the contract + expected renewals × months of a renewal),
    less the chance of leaving early. Expected renewals are r + r² + … for as many as the policy counts, r being the
    renewal rate. That and the chance of leaving early are those of similar clients (`kinds`) where enough of their
    contracts have ended, else the agency's own, else the policy's. A contract whose end is unknown or past counts for
    its renewals alone. Where the fee follows the spend and none is given, it is the mean of the last six invoices.

    Project: fee of a project × expected projects a year × expected years.
    """
    fee = monthly_fee(client)
    if fee is None:
        return None
    return contract_value(fee, client, portfolio, policy, on)


def contract_value(fee: float, contract: Client | Contract, portfolio: Portfolio, policy: Policy, on: date) -> int:
    """Give `client_value` for a monthly fee that is known."""
    kept, beyond = _expected_fees(contract, portfolio, policy)
    return round(fee * kept * (months_left(contract, on) + beyond))


def kinds(billing: str, industry: str) -> tuple[str, ...]:
    """Name the kinds that a client is one of, the most alike first: its billing and industry together, its billing.

    The fee is no part of it: where bigger clients renew less often, a higher fee would lower a value, and with it a
    priority.
    """
    trade = " ".join(industry.casefold().split())
    return (f"{billing}/{trade}", billing) if trade else (billing,)


def months_left(client: Client | Contract, on: date) -> int:
    """Give the months left in the contract, to the nearest whole one; 0 where its end is unknown or past."""
    if client.renews_on is None or client.billing == "project":
        return 0
    return max(0, ((client.renews_on - on).days * 32 + _MONTH // 2) // _MONTH)


def value_factor(client: Client, portfolio: Portfolio, policy: Policy, on: date) -> tuple[float, date | None]:
    """Give how much a client's value makes of its priority, and the first day on which that would differ.

    1 + ½·log₂(value ÷ the median of its currency), within the policy's bounds: half the median makes ½, four times the
    median 2. 1 where the fee or the median is unknown.
    """
    fee = monthly_fee(client)
    median = portfolio.median_value.get(client.currency, 0)
    if fee is None or median <= 0:
        return 1.0, None
    kept, beyond = _expected_fees(client, portfolio, policy)
    a_month = fee * kept / median

    def factor(months: int) -> float:
        worth = a_month * (months + beyond)
        if worth <= 0:
            return policy.value_floor
        return min(policy.value_ceiling, max(policy.value_floor, 1 + log2(worth) / 2))

    months = months_left(client, on)
    now = factor(months)
    if months == 0 or client.renews_on is None:
        return now, None
    fewer = months - 1 if factor(months - 1) < now else bisect_left(range(months), now, key=factor) - 1
    if fewer < 0:
        return now, None
    days = ((fewer + 1) * _MONTH - _MONTH // 2 - 1) // 32
    return now, client.renews_on - timedelta(days=days)


def retention(start: int, won: int, end: int) -> float | None:
    """(clients at the end − clients won in the period) ÷ clients at the start: 10, 4 won and 2 lost make 0.8.

    One that came and went within the period counts as lost. None where there were none at the start.
    """
    return (end - won) / start if start else None


def churn(start: int, won: int, end: int) -> float | None:
    """(clients at the start + clients won − clients at the end) ÷ clients at the start: 10, 4 won and 2 lost make 0.2.

    It is what retention leaves of 1. None where there were none at the start.
    """
    return (start + won - end) / start if start else None


def cost_per_lead(spend: float, leads: float) -> float | None:
    """Spend ÷ leads, in the unit of the spend: 900.00 for 30 leads make 30.00. None without leads."""
    return spend / leads if leads > 0 else None


def traffic_to_lead(leads: float, sessions: float) -> float | None:
    """Leads ÷ sessions: 30 of 1,000 visits make 0.03. None without sessions."""
    return leads / sessions if sessions > 0 else None


def qualified_to_customer(customers: float, qualified: float) -> float | None:
    """Customers ÷ qualified leads: 5 of 20 make 0.25. None without qualified leads."""
    return customers / qualified if qualified > 0 else None


def margin(fees: float, work: float, tools: float) -> float | None:
    """(fees − hours at their cost − tools) ÷ fees: 1,000 less 600 and 150 make 0.25. None without fees."""
    return (fees - work - tools) / fees if fees > 0 else None


def monthly_fee(client: Client) -> float | None:
    """Give the fee of a month (of a project, for who pays by project) in minor units; None where it is not known.

    Where it follows the spend and none is given, it is the mean of the last six invoices.
    """
    if client.monthly_fee is not None or client.billing != "share_of_spend":
        return client.monthly_fee
    billed = sorted(
        (i.issued_on, i.number, i.amount)
        for i in client.invoices
        if i.status in BILLED_STATUSES and i.currency in ("", client.currency)
    )
    return sum(amount for *_, amount in billed[-_BILLED_LATELY:]) / min(len(billed), _BILLED_LATELY) if billed else None


def _expected_fees(client: Client | Contract, portfolio: Portfolio, policy: Policy) -> tuple[float, float]:
    """Give the share of expected fees that early leaving lets through, and the fees expected beyond the contract."""
    if client.billing == "project":
        return 1.0, policy.projects_a_year * policy.project_years
    rate, early = _rates(client, portfolio, policy)
    renewals = 0.0
    for _ in range(policy.renewals_counted):
        renewals = rate * (1 + renewals)
    return 1 - early, renewals * policy.renewal_months


def _rates(client: Client | Contract, portfolio: Portfolio, policy: Policy) -> tuple[float, float]:
    """Give the renewal rate and the chance of leaving early: of the most alike that have one."""
    renewal, early = portfolio.renewal_rate, portfolio.early_leaving
    if portfolio.similar:
        for kind in reversed(kinds(client.billing, client.industry)):
            alike = portfolio.similar.get(kind)
            if alike:
                renewal = renewal if alike.renewal_rate is None else alike.renewal_rate
                early = early if alike.early_leaving is None else alike.early_leaving
    return (policy.renewal_rate if renewal is None else renewal, policy.early_leaving if early is None else early)
