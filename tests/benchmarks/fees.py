"""How often `fee_trend` opens for healthy clients, and how soon for those who cut: ``python -m tests.benchmarks.fees``.

Clients are billed once a month for two years, on about the same day, by a fee of some variation; the signal is looked
at on the first day of each month and on the 15th, and what is open is told to the next look. A cut comes after 15
months and stays. Bars: openings of steady fees at most at the policy's rate of a year, whatever the variation; a cut
by half of fees that vary by up to 10% is told within three months.
"""

import random
from collections.abc import Callable
from datetime import UTC, date, timedelta
from statistics import fmean, median

from scoring.facts import Client, Invoice, KnownBreach, Portfolio
from scoring.fees import first_of, number_of
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.fees import fee_trend

CLIENTS = 150
MONTHS, CUT_AT = 30, 18
FIRST = number_of(date(2024, 1, 1))
Fee = Callable[[random.Random, int], float]


def steady(variation: float) -> Fee:
    """Fees of so much variation, as a share."""
    return lambda draw, _: draw.gauss(1, variation)


def seasonal(draw: random.Random, month: int) -> float:
    """Fees that fall by half each summer."""
    return draw.gauss(0.5 if month % 12 in {5, 6, 7} else 1, 0.05)


def quarterly(_: random.Random, month: int) -> float:
    """Fees billed by the quarter."""
    return 3.0 if month % 3 == 0 else 0.0


def cut(variation: float, share: float) -> Fee:
    """Fees that fall to a share after some months, for good."""
    return lambda draw, month: draw.gauss(1, variation) * (share if month >= CUT_AT else 1)


def follow(fee: Fee, draw: random.Random, policy: Policy, usual: int) -> list[date]:
    """Return the days on which a client's breach opens."""
    invoices = []
    for month in range(MONTHS):
        amount = round(1_000_00 * max(0.0, fee(draw, month)))
        issued = first_of(FIRST + month) + timedelta(days=usual - 1 + draw.randint(-4, 4))
        if amount:
            invoices.append(Invoice(str(month), issued, issued + timedelta(days=14), amount, amount, issued, "paid"))
    opened, known = list[date](), dict[str, KnownBreach]()
    for month in range(7, MONTHS):
        for day in (first_of(FIRST + month), first_of(FIRST + month) + timedelta(days=14)):
            told = tuple([invoice for invoice in invoices if invoice.issued_on <= day])
            client = Client(1, "active", UTC, currency="EUR", invoices=told, breaches=known)
            is_open = fee_trend(client, Context(policy, Portfolio(), day)).state == "breach"
            if is_open and not known:
                opened.append(day)
            known = {"fee_trend": KnownBreach(day)} if is_open else {}
    return opened


def main() -> None:
    """Print the figures."""
    healthy: dict[str, Fee] = {f"steady ± {share:.0%}": steady(share) for share in (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)}
    healthy |= {"half in summer, the first of which is news": seasonal, "by the quarter": quarterly}
    for rate in (1.0, 0.33):
        policy, draw = Policy(fee_trend_false_alarms=rate), random.Random(1)
        for name, fee in healthy.items():
            opened = fmean(len(follow(fee, draw, policy, draw.randint(1, 28))) for _ in range(CLIENTS))
            print(f"{rate:g} a year, {name}: opens {opened / ((MONTHS - 7) / 12):.2f} times a client-year")
    day = first_of(FIRST + CUT_AT)
    for variation in (0.0, 0.1, 0.2):
        for share in (0.7, 0.5):
            draw, after = random.Random(2), list[int]()
            for _ in range(CLIENTS):
                opened_on = [each for each in follow(cut(variation, share), draw, Policy(), 5) if each > day]
                after += [(opened_on[0] - day).days] if opened_on else []
            when = f"{median(after):.0f} days after in the median" if after else "never"
            print(f"cut to {share:.0%}, ± {variation:.0%}: told to {len(after) / CLIENTS:.0%}, {when}")


if __name__ == "__main__":
    main()
