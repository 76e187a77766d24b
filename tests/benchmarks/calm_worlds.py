"""Agencies in which nothing is wrong, and the troubles that may come to one of their clients.

Daily spend strays by 10 to 30%, each client has a weekday profile, most bring a few conversions a day and six many;
budgets and goals are right in expectation, contacts are in time, payers keep their habits, and prices and rates are
steady or wander by 10 to 20%.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import exp, sqrt
from random import Random

from scoring.facts import Client, Invoice, Observation, Series
from scoring.forecast import month_of
from scoring.vocabulary import RESULT_METRICS

DAY = timedelta(days=1)
HISTORY = 125
METRICS = ("spend", "clicks", "sessions", "leads", "qualified_leads", "conversions", "revenue")


@dataclass(frozen=True, slots=True)
class Factors:
    """What a trouble multiplies on a day: spend, the price of a click, the rate of conversion."""

    spend: float = 1.0
    price: float = 1.0
    rate: float = 1.0


Trouble = Callable[[date], Factors]


def no_trouble(_: date) -> Factors:
    """Nothing is wrong."""
    return Factors()


@dataclass(frozen=True, slots=True)
class Story:
    """One client's whole record, of which each day's facts are a part."""

    client: Client
    first: date
    days: Mapping[str, tuple[float, ...]]
    contacts: tuple[datetime, ...]
    invoices: tuple[Invoice, ...]
    grows_late: bool = False
    """Whether half of yesterday's results are known, 80% and 95% of the days before; its sources are known to be so."""

    def as_of(self, day: date) -> Client:
        """Return what is known on the morning of a day."""
        now = datetime.combine(day, time(9), UTC)
        begin = max(self.first, day - HISTORY * DAY)
        a, b = (begin - self.first).days, (day - self.first).days
        known = [self._as_of(invoice, day) for invoice in self.invoices if invoice.issued_on <= day]
        quarter = date(day.year, day.month - (day.month - 1) % 3, 1)
        return replace(
            self.client,
            last_contact_at=max((at for at in self.contacts if at <= now), default=None),
            metrics={name: Series(begin, self._known(name, values[a:b])) for name, values in self.days.items()},
            lags=dict.fromkeys(RESULT_METRICS, 3) if self.grows_late else {},
            targets={key: target for key, target in self.client.targets.items() if quarter <= key[1] <= day},
            invoices=tuple(known),
            observations=tuple(o for o in self.client.observations if o.occurred_on <= day),
        )

    def _known(self, name: str, values: tuple[float, ...]) -> tuple[float, ...]:
        if not self.grows_late or name not in RESULT_METRICS:
            return values
        late = [round(value * share) for value, share in zip(values[-3:], (0.95, 0.8, 0.5), strict=False)]
        return (*values[:-3], *late)

    @staticmethod
    def _as_of(invoice: Invoice, day: date) -> Invoice:
        if invoice.paid_on and invoice.paid_on > day:
            return replace(invoice, status="open", paid=0, paid_on=None)
        return invoice


@dataclass(frozen=True, slots=True)
class Kind:
    """What a client is like."""

    conversions: float
    """A day, on average."""
    noise: float = 0.2
    wander: float = 0.0
    budget: float = 100_00
    """A day, in minor units."""
    habit_days: float = 0.0
    profile: tuple[float, ...] = (1.1, 1.15, 1.1, 1.05, 1.0, 0.8, 0.8)


def random_kind(number: int, random: Random) -> Kind:
    """Return a healthy client of an agency of forty: six have many conversions."""
    many = number % 40 < 6
    profile = [random.uniform(0.85, 1.15) for _ in range(5)] + [random.choice([0.4, 0.7, 1.0, 1.2])] * 2
    mean = sum(profile) / 7
    return Kind(
        conversions=random.uniform(5, 20) if many else random.uniform(0.3, 4),
        noise=random.uniform(0.1, 0.3),
        wander=random.choice([0.0, 0.0, random.uniform(0.1, 0.2)]),
        budget=random.uniform(20_00, 300_00),
        habit_days=random.choice([0, 0, 0, 4, 9, 14]),
        profile=tuple(part / mean for part in profile),
    )


def tell(number: int, kind: Kind, first: date, last: date, random: Random, trouble: Trouble = no_trouble) -> Story:
    """Make up a client's record from a day to another."""
    days: dict[str, list[float]] = {name: [] for name in METRICS}
    price_walk = rate_walk = 0.0
    day = first
    while day <= last:
        price_walk = _step(price_walk, kind.wander, random)
        rate_walk = _step(rate_walk, kind.wander, random)
        hit = trouble(day)
        spend = kind.budget * kind.profile[day.weekday()] * hit.spend
        spend *= exp(random.gauss(0, kind.noise) - kind.noise**2 / 2)
        clicks = _poisson(spend / (kind.budget / 40) / hit.price * exp(price_walk), random)
        results = kind.conversions / 40 * hit.rate * exp(rate_walk)
        leads = _poisson(clicks * min(1.0, 2 * results), random)
        conversions = _poisson(clicks * results, random)
        row = {
            "spend": round(spend),
            "clicks": clicks,
            "sessions": _poisson(clicks * 1.1, random),
            "leads": leads,
            "qualified_leads": sum(random.random() < 0.45 for _ in range(leads)),
            "conversions": conversions,
            "revenue": sum(round(80_00 * random.lognormvariate(0, 0.5)) for _ in range(conversions)),
        }
        for name, values in days.items():
            values.append(row[name])
        day += DAY
    client = Client(
        number,
        "active",
        UTC,
        started_on=first - 700 * DAY,
        created_on=first - 700 * DAY,
        monthly_fee=round(kind.budget * 5),
        currency="EUR",
        targets=_targets(kind, first, last),
        has_targets=True,
    )
    return Story(
        client,
        first,
        {name: tuple(values) for name, values in days.items()},
        _contacts(first, last, random),
        _invoices(kind, first, last, random),
    )


def _step(walk: float, wander: float, random: Random) -> float:
    return 0.97 * walk + sqrt(1 - 0.97**2) * random.gauss(0, wander) if wander else 0.0


def _poisson(mean: float, random: Random) -> int:
    if mean > 50:
        return max(0, round(random.gauss(mean, sqrt(mean))))
    limit, count, product = exp(-mean), 0, random.random()
    while product > limit:
        count, product = count + 1, product * random.random()
    return count


def _targets(kind: Kind, first: date, last: date) -> dict[tuple[str, date], int]:
    found = {}
    month = first.replace(day=1)
    while month <= last:
        end = month_of(month)[1]
        weight = sum(kind.profile[(month + n * DAY).weekday()] for n in range((end - month).days))
        found["spend", month] = round(kind.budget * weight)
        found["leads", month] = round(2 * kind.conversions * weight)
        found["conversions", month] = round(kind.conversions * weight)
        found["revenue", month] = round(kind.conversions * weight * 80_00 * exp(0.125))
        month = end
    return {key: target for key, target in found.items() if target > 0}


def _contacts(first: date, last: date, random: Random) -> tuple[datetime, ...]:
    found, day = [], first
    while day <= last:
        found.append(datetime.combine(day, time(8), UTC))
        day += random.randint(4, 8) * DAY
    return tuple(found)


def _invoices(kind: Kind, first: date, last: date, random: Random) -> tuple[Invoice, ...]:
    found = []
    month = (first - 300 * DAY).replace(day=1)
    while month <= last:
        due = month + 14 * DAY
        habit = round(random.gauss(kind.habit_days, 2.5)) if kind.habit_days else random.randint(-6, 0)
        amount = round(kind.budget * 5)
        found.append(Invoice(f"{month:%Y%m}", month, due, amount, amount, max(month, due + habit * DAY), "paid", "EUR"))
        month = month_of(month)[1]
    return tuple(found)


def with_remark(story: Story, *remarks: Observation) -> Story:
    """Return a story with remarks on the client."""
    return replace(story, client=replace(story.client, observations=remarks))
