"""Invented payers, by kind: what the payer model is fitted to and measured on where there are no real payments.

Each kind is a way in which lateness comes about. They are no evidence about real payers; they show that the readings
work together and that a told chance comes true under each kind.
"""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from scoring.payer import Payment

FIRST_DUE = date(2023, 1, 31)
Draw = random.Random


def _habit(draw: Draw, count: int) -> list[float]:
    """A lasting habit with noise in spells, and a chance of its own to forget."""
    level = max(-8.0, 9 * draw.lognormvariate(0, 0.8) - 8)
    spread, forgets, spell, found = 1 + 0.3 * abs(level) + 2 * draw.random(), draw.choice((0, 0.02, 0.05, 0.1)), 0.0, []
    for _ in range(count):
        spell = 0.3 * spell + draw.gauss(0, 1)
        found.append(level + spread * spell + (draw.expovariate(1 / 20) if draw.random() < forgets else 0))
    return found


def _turning(draw: Draw, count: int) -> list[float]:
    """A habit, of whom three in ten turn late: at once, over four invoices, or for four."""
    level = max(-8.0, 9 * draw.lognormvariate(0, 0.7) - 8)
    at = draw.randint(3, 30) if draw.random() < 0.3 else count
    how, size, found = draw.choice(("jump", "slide", "spell")), draw.uniform(8, 40), []
    for number in range(count):
        late = draw.gauss(level, 1 + 0.25 * abs(level)) + (draw.expovariate(1 / 15) if draw.random() < 0.04 else 0)
        since = number - at
        if since >= 0:
            late += {"jump": size, "slide": size * min(1, (since + 1) / 4), "spell": size if since < 4 else 0}[how]
        found.append(late)
    return found


def _often(draw: Draw, count: int) -> list[float]:
    """Each invoice is late, and then by weeks, with a chance of the payer's own; else it is paid on its day."""
    chance, size = draw.betavariate(0.6, 2.2), draw.uniform(12, 40)
    return [draw.gauss(size, size / 4) if draw.random() < chance else draw.gauss(-1, 2) for _ in range(count)]


def _noisy(draw: Draw, count: int) -> list[float]:
    """A level of the payer's own under much noise: the mean of the past says most."""
    level = draw.gauss(-2, 1) + (draw.expovariate(1 / 7) if draw.random() < 0.6 else 0)
    spread = draw.uniform(3, 9)
    return [draw.gauss(level, spread) for _ in range(2 * count)]


def _rare(draw: Draw, count: int) -> list[float]:
    """Many invoices around their day, of which few are late: most payers of a big company."""
    level = draw.gauss(-2, 2) if draw.random() < 0.85 else draw.expovariate(1 / 9)
    spread, slips = draw.uniform(1, 4) + 0.2 * abs(level), draw.betavariate(0.5, 12)
    return [
        draw.gauss(level, spread) + (draw.expovariate(1 / 20) if draw.random() < slips else 0) for _ in range(3 * count)
    ]


def _runs(draw: Draw, count: int) -> list[float]:
    """Paid in runs every 7, 14 or 30 days, of which some are missed: lateness hangs on the day of the month."""
    period, lag, misses = draw.choice((7, 14, 30)), draw.randint(-14, 6), draw.choice((0, 0.05, 0.15))
    return [float(lag + draw.randint(0, period - 1) + (period if draw.random() < misses else 0)) for _ in range(count)]


KINDS: Mapping[str, Callable[[Draw, int], list[float]]] = {
    "habit": _habit,
    "turning": _turning,
    "often": _often,
    "noisy": _noisy,
    "rare": _rare,
    "runs": _runs,
}
"""Days late, invoice by invoice, of one payer with about so many invoices."""


def invented(kind: str, payers: int, seed: int = 1) -> list[list[Payment]]:
    """Make payers of a kind, each with 4 to 30 monthly invoices, or twice or three times as many."""
    draw, found = random.Random(f"{kind} {seed}"), []
    for _ in range(payers):
        rows = []
        for number, late in enumerate(KINDS[kind](draw, draw.randint(4, 30))):
            due = FIRST_DUE + timedelta(days=30 * number)
            rows.append(Payment(due - timedelta(days=30), due, due + timedelta(days=max(-29, round(late)))))
        found.append(rows)
    return found
