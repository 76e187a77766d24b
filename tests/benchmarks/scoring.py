"""How long it takes to judge one client: µs of CPU, and where they go. ``python -m tests.benchmarks.scoring``."""

import cProfile
import pstats
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from time import process_time
from zoneinfo import ZoneInfo

from scoring.assess import assess
from scoring.facts import Client, Invoice, Observation, Portfolio, Series
from scoring.policy import Policy

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = date(2026, 11, 20)
PORTFOLIO = Portfolio(median_value={"EUR": 40_000_00})


def typical(number: int, random: Random) -> Client:
    """A retainer client with 35 days of spend and a target for it, contacts and a year of invoices."""
    due = [TODAY + timedelta(days=random.randrange(-5, 20) - 30 * n) for n in range(12)]
    return Client(
        number,
        "active",
        ZoneInfo(random.choice(["Europe/Warsaw", "America/New_York"])),
        started_on=TODAY - timedelta(days=random.randrange(30, 900)),
        renews_on=TODAY + timedelta(days=random.randrange(400)),
        monthly_fee=random.randrange(500_00, 9000_00),
        currency="EUR",
        created_on=TODAY - timedelta(days=400),
        last_contact_at=NOW - timedelta(hours=random.randrange(13 * 24)),
        invoices=tuple(
            Invoice(str(i), on - timedelta(days=14), on, 100_00, 0, on, "paid" if i else "open", "EUR")
            for i, on in enumerate(due)
        ),
        metrics={"spend": Series(TODAY - timedelta(days=35), tuple(random.uniform(50, 150) for _ in range(35)))},
        targets={("spend", TODAY.replace(day=1)): random.randrange(2600, 3500)},
        has_targets=True,
    )


def well_known(number: int, random: Random) -> Client:
    """The same with all metrics for 125 days, a goal for leads, and a remark of each kind: every signal has data."""
    client, first = typical(number, random), TODAY - timedelta(days=125)
    spend = [random.uniform(5_000, 15_000) for _ in range(125)]
    days = {"spend": spend, "revenue": [4 * amount for amount in spend]}
    sizes = {"clicks": 100, "sessions": 90, "conversions": 1_000, "leads": 1_500, "qualified_leads": 3_000}
    for name, cost in sizes.items():
        days[name] = [round(amount / cost / random.lognormvariate(0, 0.15)) for amount in spend]
    kinds = ("mood", "complaint", "survey", "survey", "recap_call", "recap_mail", "report", "usage", "usage", "usage")
    remarks = [
        Observation(kind, TODAY - timedelta(days=random.randrange(60)), 8.0, TODAY, "neutral")
        for kind in (*kinds, "praise", "resource_card")
    ]
    return replace(
        client,
        metrics={name: Series(first, tuple(values)) for name, values in days.items()},
        targets={("spend", TODAY.replace(day=1)): 300_000, ("leads", TODAY.replace(day=1)): 200},
        observations=tuple(remarks),
    )


def main(count: int = 10_000) -> None:
    """Print µs a client (the best of five runs), and the profile's top five."""
    for kind in (typical, well_known):
        random, policy = Random(7), Policy()  # the same clients every time
        clients = [kind(number, random) for number in range(count)]
        took = []
        for _ in range(5):
            begun = process_time()
            for client in clients:
                assess(client, PORTFOLIO, policy, NOW)
            took.append(process_time() - begun)
        print(f"{min(took) / count * 1e6:.1f} µs a {kind.__name__.replace('_', ' ')} client")
        with cProfile.Profile() as profile:
            for client in clients:
                assess(client, PORTFOLIO, policy, NOW)
        pstats.Stats(profile).sort_stats("tottime").print_stats(5)
        count //= 5


if __name__ == "__main__":
    main()
