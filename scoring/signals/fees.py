"""The signal of fees: how what is billed to a client develops."""

from collections.abc import Sequence
from itertools import pairwise
from math import exp, sqrt
from statistics import NormalDist

from scoring.assessment import Draft, Signal, ok, unknown
from scoring.facts import Client, Invoice
from scoring.fees import Fees, fees, first_of
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.vocabulary import BILLED_STATUSES

_QUARTER, _YEAR = 3, 12  # months
_BLOCKS = 3  # quarters from which on their own variation can be read
_EFFICIENCY = 2 / 3  # of the mean square of successive differences against the variance (von Neumann 1941)
_STANDARD = NormalDist()
_STAYS = 0.5  # share of the limit down to which a fall that was told still stands

_NO_FEES = Signal("fee_trend", "unknown")
_FEES_BY_PROJECT = Signal("fee_trend", "unknown", evidence={"billing": "project"})


def fee_trend(client: Client, ctx: Context) -> Signal:
    """What was billed for the last three complete months against the three before, in one currency.

    Invoices count for the month that they are for (`scoring.fees`). The currency is the client's own, or the only one
    of these six months; others are left out, and told. What the same six months a year before fell by is a season, and
    is expected.

    It opens at a fall by `fee_fall`, or by more where fees vary so much from month to month that chance alone would
    bring such a fall more often than `fee_trend_false_alarms` a year; one that is open stays until the fall is under
    half of that. Severity is 0.5 at that limit and 1 at three times of it. Unknown for work paid by project, which is
    billed irregularly, and where nothing was billed in or before the first of the six months.
    """
    if client.billing == "project":
        return _FEES_BY_PROJECT
    bills = [invoice for invoice in client.invoices if invoice.status in BILLED_STATUSES]
    if not bills:
        return _NO_FEES
    known = fees(bills)
    last, until = known.complete(ctx.on)
    if any(bill.currency not in {"", client.currency} for bill in bills):
        currency, left_out, known = _in_one_currency(bills, client.currency, last)
    else:
        currency, left_out = client.currency, ""
    start, middle, end = last - 2 * _QUARTER + 1, last - _QUARTER + 1, last + 1
    before, recent = known.total(start, middle), known.total(middle, end)
    evidence: Draft = {"since": first_of(middle), "before": before, "lately": recent, "currency": currency}
    if left_out:
        evidence["left_out"] = left_out
    first = min(known.by_month, default=end)
    if before <= 0 or first > start:
        return unknown("fee_trend", evidence, until)
    season = _season(known, start, middle, end) if first <= start - _YEAR else 1.0
    fall = round(1 - recent / (before * season), 9) if season > 0 else 0.0
    if season < 1 and 1 - recent / before >= ctx.policy.fee_fall:
        evidence["usual_fall"] = round(1 - season, 2)
    limit = max(ctx.policy.fee_fall, _by_chance(known, first, middle, ctx.policy))
    if fall < (limit * _STAYS if client.is_open("fee_trend") else limit):
        return ok("fee_trend", evidence, until)
    severity = 0.5 + 0.25 * min(2.0, (fall - limit) / limit) if fall >= limit else 0.5 * fall / limit
    return ctx.breach("fee_trend", severity, evidence, "review_scope", effort="deep", until=until)


def _in_one_currency(bills: Sequence[Invoice], own: str, last: int) -> tuple[str, str, Fees]:
    """Return the currency to compare fees in, the others billed in the six months, and its fees."""
    by_currency: dict[str, list[Invoice]] = {}
    for invoice in bills:
        by_currency.setdefault(invoice.currency or own, []).append(invoice)
    start = last - 2 * _QUARTER + 1
    known = {currency: fees(found) for currency, found in by_currency.items()}
    recent = {currency for currency, found in known.items() if any(start <= month <= last for month in found.by_month)}
    currency = next(iter(recent)) if len(recent) == 1 else own
    return currency, ", ".join(sorted(recent - {currency})), known.get(currency) or Fees({}, fees(bills).lag)


def _season(known: Fees, start: int, middle: int, end: int) -> float:
    """Return what of the fees was left a year before, over the same months; 1 where they did not fall."""
    before, after = (known.total(a - _YEAR, b - _YEAR) for a, b in ((start, middle), (middle, end)))
    return min(1.0, max(0.0, after / before)) if before > 0 else 1.0


def _by_chance(known: Fees, first: int, end: int, policy: Policy) -> float:
    """Return the fall of three months against three that chance brings as often as the policy allows.

    It is looked at once a month. The variation is read from the months before the recent ones, by the differences of
    neighbours, which a lasting change of the fee does not widen; Student's t allows for their number.
    """
    months = [float(known.by_month.get(month, 0)) for month in range(first, end)]
    share = 1.0
    if 0.0 in months:  # billed by the quarter, or now and then
        months = [sum(months[at - _QUARTER : at]) for at in range(len(months), _QUARTER - 1, -_QUARTER)]
        share = _QUARTER
        if len(months) < _BLOCKS:
            return 0.0
    pairs, mean = len(months) - 1, sum(months) / len(months)
    if pairs < 1 or mean <= 0:
        return 0.0
    variance, freedom = sum([(a - b) ** 2 for a, b in pairwise(months)]) / (2 * pairs), pairs * _EFFICIENCY
    z = _STANDARD.inv_cdf(1 - min(0.5, policy.fee_trend_false_alarms / 12))
    likely = z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return 1 - exp(-likely * sqrt(2 * variance * share / _QUARTER) / mean)
