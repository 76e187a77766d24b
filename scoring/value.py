"""What a client is worth, and the agency's figures: retention, churn, cost per lead, conversion rates, margin.

Belongs here: formulas of money and clients over time, each in one place. Never here: whether a client is at risk.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from math import log2

from scoring.facts import Client, Portfolio
from scoring.policy import Policy
from scoring.vocabulary import BILLED_STATUSES, AccountSize

_MONTH = 974  # 30.4375 days, in 32nds of a day
_LAST_INVOICES = 6  # from which the fee is read where it follows the spend
_BIG = 1.5  # times the typical fee, from which an account is big; below 1 ÷ this it is small


@dataclass(frozen=True, slots=True)
class Contract:
    """What a client's value depends on besides its fee."""

    billing: str
    industry: str
    renews_on: date | None


def client_value(client: Client, portfolio: Portfolio, policy: Policy, on: date) -> int | None:
    """Return what a client is expected to pay from a day on, in minor units of its currency; None without a known fee.

    Retainer and share of spend: monthly fee × (months left in the contract + expected renewals × months per renewal),
    less the chance of leaving early. Expected renewals are r + r² + … for as many as the policy counts, r being the
    renewal rate. The renewal rate and the chance of leaving early are those of similar clients (`peer_groups`) where
    enough of their contracts have ended, else the agency's own, else the policy's. A contract whose end is unknown or
    past counts for its renewals alone. Where the fee follows the spend and none is given, it is the mean of the last
    six invoices.

    Project: fee of a project × expected projects a year × expected years.
    """
    fee = monthly_fee(client)
    if fee is None:
        return None
    return contract_value(fee, client, portfolio, policy, on)


def contract_value(fee: float, contract: Client | Contract, portfolio: Portfolio, policy: Policy, on: date) -> int:
    """Return `client_value` for a monthly fee that is known, in minor units."""
    kept, beyond = _expected_fees(contract, portfolio, policy)
    return round(fee * kept * (months_left(contract, on) + beyond))


def peer_groups(billing: str, industry: str) -> tuple[str, ...]:
    """Return the groups of similar clients that a client is in: by billing and industry, then by billing alone.

    The fee plays no part: where bigger clients renew less often, a higher fee would lower a value, and with it a
    priority.
    """
    folded = " ".join(industry.casefold().split())
    return (f"{billing}/{folded}", billing) if folded else (billing,)


def months_left(client: Client | Contract, on: date) -> int:
    """Return the months left in the contract, rounded; 0 where its end is unknown or past, and for work by project."""
    if client.renews_on is None or client.billing == "project":
        return 0
    return max(0, ((client.renews_on - on).days * 32 + _MONTH // 2) // _MONTH)


def value_factor(client: Client, portfolio: Portfolio, policy: Policy, on: date) -> tuple[float, date | None]:
    """Return what a client's value multiplies its priority by, and the first day on which that would differ.

    The factor is 1 + ½·log₂(value ÷ the median of its currency), within the policy's bounds: half the median makes ½,
    four times the median 2. It is 1 where the fee or the median is unknown. The day is None if it never differs.
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


def account_size(fee: int | None, typical: int | None) -> AccountSize | None:
    """Return a fee in a word, against the typical fee of clients who pay alike; None where either is unknown.

    It depends on the fee alone: a word that followed the value would turn with the months left in the contract, and
    the day on which it turned would tell the fee.
    """
    if fee is None or not typical:
        return None
    if fee >= _BIG * typical:
        return "big"
    return "small" if fee * _BIG <= typical else "typical"


def retention(start: int, won: int, end: int) -> float | None:
    """(clients at the end − clients won in the period) ÷ clients at the start: 10, 4 won and 2 lost make 0.8.

    A client won and lost within the period counts as lost. None where there were none at the start.
    """
    return (end - won) / start if start else None


def churn(start: int, won: int, end: int) -> float | None:
    """(clients at the start + clients won − clients at the end) ÷ clients at the start: 10, 4 won and 2 lost make 0.2.

    It is 1 − retention. None where there were none at the start.
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
    """Return a client's fee per month (per project, for work by project) in minor units; None where it is unknown.

    Where it follows the spend and none is given, it is the mean of the last six invoices.
    """
    if client.monthly_fee is not None or client.billing != "share_of_spend":
        return client.monthly_fee
    billed = sorted(
        (i.issued_on, i.number, i.amount)
        for i in client.invoices
        if i.status in BILLED_STATUSES and i.currency in ("", client.currency)
    )
    return sum(amount for *_, amount in billed[-_LAST_INVOICES:]) / min(len(billed), _LAST_INVOICES) if billed else None


def _expected_fees(client: Client | Contract, portfolio: Portfolio, policy: Policy) -> tuple[float, float]:
    """Return the share of expected fees that is left after early leaving, and the fees expected beyond the contract."""
    if client.billing == "project":
        return 1.0, policy.projects_a_year * policy.project_years
    rate, early = _rates(client, portfolio, policy)
    renewals = 0.0
    for _ in range(policy.renewals_counted):
        renewals = rate * (1 + renewals)
    return 1 - early, renewals * policy.renewal_months


def _rates(client: Client | Contract, portfolio: Portfolio, policy: Policy) -> tuple[float, float]:
    """Return the renewal rate and the chance of leaving early, of the most similar clients for which each is known."""
    renewal, early = portfolio.renewal_rate, portfolio.early_leaving
    if portfolio.similar:
        for group in reversed(peer_groups(client.billing, client.industry)):
            peers = portfolio.similar.get(group)
            if peers:
                renewal = renewal if peers.renewal_rate is None else peers.renewal_rate
                early = early if peers.early_leaving is None else peers.early_leaving
    return (policy.renewal_rate if renewal is None else renewal, policy.early_leaving if early is None else early)
