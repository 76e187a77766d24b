"""Daily series of known kinds, drawn with a seed: what the forecast is measured on beside the public series.

Each kind is a way in which an advertiser's days differ: a level that moves, a noise, and a weekday's rhythm. They are
drawn from wide ranges, so that no constant can be right for one kind without being tried on the others.
"""

import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random

FIRST = date(2023, 1, 2)  # a Monday
LENGTH = 610  # days: 18 whole months with 60 days before them
HOLIDAYS = ((1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 24), (12, 25), (12, 26), (12, 31))

Level = list[float]
Series = dict[date, float]


def flat(_: Random) -> Level:
    return [1.0] * LENGTH


def trends(random: Random) -> Level:
    """A steady growth or fall of up to 5% a week."""
    rate = random.uniform(-0.05, 0.05) / 7
    return [math.exp(rate * i) for i in range(LENGTH)]


def steps(random: Random) -> Level:
    """A new level every 20 to 90 days, half of them on the first of a month."""
    levels: Level = []
    level, left, waits = 0.0, random.randrange(20, 90), random.random() < 0.5
    for i in range(LENGTH):
        left -= 1
        if left <= 0 and (not waits or (FIRST + timedelta(days=i)).day == 1):
            level = 0.5 * level + random.choice((-1, 1)) * random.uniform(0.2, 0.9)
            left, waits = random.randrange(20, 90), random.random() < 0.5
        levels.append(math.exp(level))
    return levels


def ramps(random: Random) -> Level:
    """A level that moves to another in 10 to 40 days, and then rests."""
    level = 0.0
    levels: Level = []
    while len(levels) < LENGTH:
        levels += [math.exp(level)] * random.randrange(15, 70)
        goal, days = 0.5 * level + random.choice((-1, 1)) * random.uniform(0.2, 0.9), random.randrange(10, 41)
        levels += [math.exp(level + (goal - level) * (i + 1) / days) for i in range(days)]
        level = goal
    return levels[:LENGTH]


def wanders(random: Random) -> Level:
    """A level that strays by 1 to 5% a day, and is drawn back."""
    level, levels, stray = 0.0, [], random.uniform(0.01, 0.05)
    for _ in range(LENGTH):
        level = 0.98 * level + random.gauss(0, stray)
        levels.append(math.exp(level))
    return levels


def holidays(random: Random) -> Level:
    """Public holidays nearly without business, a quiet August and Christmas week, and a strong end of November."""
    holiday, summer, fridays = random.uniform(0.1, 0.5), random.uniform(0.6, 1.0), random.uniform(1.0, 2.5)
    levels = []
    for i in range(LENGTH):
        day = FIRST + timedelta(days=i)
        level = holiday if (day.month, day.day) in HOLIDAYS else 1.0
        level *= summer if day.month == 8 else 1.0
        level *= fridays if day.month == 11 and day.day >= 22 else 1.0
        levels.append(level * (0.6 if day.month == 12 and day.day > 26 else 1.0))
    return levels


def stops(random: Random) -> Level:
    """Advertisements that run for 10 to 50 days, and stop for 3 to 20."""
    levels: Level = []
    while len(levels) < LENGTH:
        levels += [math.exp(random.gauss(0, 0.15))] * random.randrange(10, 51)
        levels += [0.0] * random.randrange(3, 21)
    return levels[:LENGTH]


def budgets(random: Random) -> Level:
    """A new budget each month, that runs out on a day after the 20th in one month of four."""
    levels, level, last = [], 1.0, 31
    for i in range(LENGTH):
        day = FIRST + timedelta(days=i)
        if day.day == 1:
            level = math.exp(random.gauss(0, 0.25))
            last = random.randrange(20, 31) if random.random() < 0.25 else 31
        levels.append(level if day.day <= last else 0.0)
    return levels


def bursts(random: Random) -> Level:
    """A quiet level with bursts of 2 to 8 times as much for 1 to 6 days, every 5 to 40 days."""
    levels: Level = []
    while len(levels) < LENGTH:
        levels += [1.0] * random.randrange(5, 41)
        levels += [random.uniform(2, 8)] * random.randrange(1, 7)
    return levels[:LENGTH]


KINDS: dict[str, tuple[Callable[[Random], Level], str]] = {
    "steady": (flat, "spend"),
    "trends": (trends, "spend"),
    "steps": (steps, "spend"),
    "ramps": (ramps, "spend"),
    "wanders": (wanders, "spend"),
    "holidays": (holidays, "spend"),
    "stops": (stops, "spend"),
    "budgets": (budgets, "spend"),
    "bursts": (bursts, "spend"),
    "heavy": (flat, "heavy"),
    "counts": (wanders, "counts"),
    "sparse": (flat, "sparse"),
    "sparse steps": (steps, "sparse"),
}
"""The kinds: how the level moves, and what is drawn around it."""

COUNTS = frozenset({"counts", "sparse", "sparse steps"})


def world(kind: str, number: int) -> Series:
    """Draw one series of a kind."""
    random = Random(f"{kind} {number}")
    levels, drawn = KINDS[kind]
    level = levels(random)
    depth = random.choice((0.0, 0.15, 0.4, 1.0))  # how far the weekend lies under the week; 1: it is free
    depth = min(depth, 0.4) if drawn != "spend" else depth
    week = [1 + random.uniform(-0.15, 0.15) * (depth > 0) for _ in range(5)] + [1 - depth] * 2
    noise = random.uniform(0.1, 0.3)
    size = {"spend": random.uniform(50, 500), "heavy": 100.0, "counts": random.uniform(3, 20)}.get(
        drawn, random.uniform(0.1, 2.0)
    )
    means = [size * level[i] * week[i % 7] for i in range(LENGTH)]
    days = [FIRST + timedelta(days=i) for i in range(LENGTH)]
    return {day: _draw(random, mean, drawn, noise) for day, mean in zip(days, means, strict=True)}


def worlds(kind: str, count: int) -> Iterator[tuple[str, Series]]:
    """Draw some series of a kind, each with its name."""
    for number in range(count):
        yield f"{kind} {number}", world(kind, number)


def _draw(random: Random, mean: float, drawn: str, noise: float) -> float:
    if mean <= 0:
        return 0.0
    if drawn == "spend":
        return round(mean * math.exp(random.gauss(-noise * noise / 2, noise)), 2)
    if drawn == "heavy":
        return round(mean * math.exp(random.gauss(0, 0.8)), 2)
    rate = mean * random.gammavariate(4, 0.25)  # a quarter more variance than Poisson's for each one a day
    return float(poisson(random, rate))


def poisson(random: Random, rate: float) -> int:
    """Draw how many events fall in a stretch in which ``rate`` are expected."""
    count, left = 0, rate
    while (left := left - random.expovariate(1)) > 0:
        count += 1
    return count
