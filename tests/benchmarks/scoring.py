"""How long it takes to judge one client: µs, and where they go. ``python -m tests.benchmarks.scoring``."""

import cProfile
import pstats
from datetime import UTC, date, datetime, timedelta
from random import Random
from time import perf_counter
from zoneinfo import ZoneInfo

from scoring.assess import assess
from scoring.facts import Client, Invoice, Portfolio, Series
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


def main(count: int = 10_000) -> None:
    """Print µs a client (the best of five runs), and the profile's top five."""
    random, policy = Random(7), Policy()  # the same clients every time
    clients = [typical(number, random) for number in range(count)]
    took = []
    for _ in range(5):
        begun = perf_counter()
        for client in clients:
            assess(client, PORTFOLIO, policy, NOW)
        took.append(perf_counter() - begun)
    print(f"{min(took) / count * 1e6:.1f} µs a client")
    with cProfile.Profile() as profile:
        for client in clients:
            assess(client, PORTFOLIO, policy, NOW)
    pstats.Stats(profile).sort_stats("tottime").print_stats(5)


if __name__ == "__main__":
    main()
