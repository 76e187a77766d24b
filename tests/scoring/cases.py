"""Clients as Hypothesis makes them up: every status, every kind of fact, known and unknown, in several zones."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from scoring.dates import at_local, local_day
from scoring.facts import (
    Client,
    Contracts,
    Deadline,
    Effort,
    Invoice,
    KnownBreach,
    Mark,
    Observation,
    Portfolio,
    Series,
    Step,
    Tenure,
)
from scoring.forecast import month_of

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Warsaw",
        "America/New_York",
        "Pacific/Apia",
        "America/Santiago",
        "Asia/Beirut",
        "Asia/Kathmandu",
    )
]
ages = st.integers(-3, 130)
moments = st.builds(
    at_local,
    st.dates(date(2025, 1, 1), date(2027, 1, 5)),
    st.times(time(0, 0), time(23, 59)),
    st.sampled_from(ZONES),
)
HOLIDAYS = frozenset(date(2024, 12, 25) + timedelta(days=n) for n in (*range(0, 800, 11), *range(360, 371)))
amounts = st.integers(0, 5_000_00)
portfolios = st.builds(
    Portfolio,
    median_value=st.sampled_from([{}, {"EUR": 20_000_00}, {"EUR": 300_00, "USD": 100_00}]),
    renewal_rate=st.sampled_from([None, 0.0, 0.6, 1.0]),
    lead_cost=st.sampled_from([{}, {"EUR/law": 20}]),
    early_leaving=st.sampled_from([None, 0.0, 0.3, 1.0]),
    tenure=st.sampled_from(
        [None, Tenure(3, 20), Tenure(30, 20), Tenure(30, 20, (Mark(2, 5, 40, 1.0), Mark(4, 4, 30, 0.5)))]
    ),
    holidays=st.sampled_from([frozenset(), HOLIDAYS]),
    similar=st.sampled_from([{}, {"retainer": Contracts(0.9, 0.1), "retainer/law": Contracts(0.1, None)}]),
)


@st.composite
def invoices(draw: st.DrawFn, today: date) -> Invoice:
    due_on = today - timedelta(days=draw(st.integers(-40, 120)))
    status = draw(st.sampled_from(["open", "open", "paid", "paid", "paid", "void", "draft", "written_off", "disputed"]))
    paid_on = due_on + timedelta(days=draw(st.sampled_from([-4, 0, 0, 0, 1, 9, 30])))
    month = month_of(due_on)[0]
    return Invoice(
        number=draw(st.sampled_from("ABCDEFGH")),
        issued_on=due_on - timedelta(days=14),
        due_on=due_on,
        amount=draw(amounts) * draw(st.sampled_from([1, 1, 1, 1, 1, -1])),
        paid=draw(st.sampled_from([0, 0, 500_00])),
        paid_on=paid_on if status == "paid" else None,
        status=status,
        currency=draw(st.sampled_from(["", "EUR", "EUR", "USD"])),
        promised_on=draw(st.sampled_from([None, None, None, today, today + timedelta(days=9), due_on])),
        service_month=draw(st.sampled_from([None, None, month, month_of(month - timedelta(days=1))[0]])),
    )


@st.composite
def series(draw: st.DrawFn, today: date) -> Series:
    length = draw(st.integers(0, 70))
    level = draw(st.integers(0, 300))
    days = st.one_of(st.just(float(level)), st.none(), st.integers(-20, 400).map(float))
    return Series(today - timedelta(days=draw(st.integers(-2, 70))), tuple(draw(st.lists(days, max_size=length))))


KINDS = {
    "complaint": (None, ""),
    "survey": (5.0, ""),
    "mood": (None, "uneasy"),
    "referral": (None, ""),
    "praise": (None, ""),
    "renewal": (None, ""),
    "recap_call": (None, ""),
    "recap_mail": (None, ""),
    "report": (None, ""),
    "usage": (10.0, ""),
    "social": (3.0, ""),
    "resource_card": (5.0, ""),
}


@st.composite
def observations(draw: st.DrawFn, today: date) -> Observation:
    kind = draw(st.sampled_from(sorted(KINDS)))
    value, label = KINDS[kind]
    day = today - timedelta(days=draw(st.integers(-1, 130)))
    return Observation(
        kind,
        day,
        value=None if value is None else draw(st.one_of(st.none(), st.integers(0, 10).map(float))),
        resolved_on=draw(st.sampled_from([None, day])) if kind == "complaint" else None,
        label=label and draw(st.sampled_from(["pleased", "neutral", "uneasy", "unhappy", "so so"])),
    )


@st.composite
def days_off(draw: st.DrawFn, today: date) -> frozenset[date]:
    return frozenset(today - timedelta(days=age) for age in draw(st.lists(st.integers(-12, 30), max_size=5)))


@st.composite
def breaches(draw: st.DrawFn, today: date) -> dict[str, KnownBreach]:
    """What is open, or was resolved, of the kinds of engagement."""
    found = {}
    for key in ("engagement:usage", "engagement:social"):
        opened_on = today - timedelta(days=draw(st.integers(0, 90)))
        state = draw(st.sampled_from(["none", "open", "resolved"]))
        if state != "none":
            found[key] = KnownBreach(
                opened_on, draw(st.sampled_from([opened_on, today])) if state == "resolved" else None
            )
    return found


TITLES = ("Report", "Landing page", "L" * 64 + "a", "L" * 64 + "b")


@st.composite
def deadlines(draw: st.DrawFn, today: date) -> Deadline:
    due_on = today - timedelta(days=draw(st.integers(-8, 75)))
    promised_on = draw(st.sampled_from([None, -1, 0, 1, 2, 5]))
    return Deadline(
        draw(st.sampled_from(TITLES)),
        due_on,
        None if promised_on is None else due_on + timedelta(days=promised_on),
        draw(st.sampled_from([None, None, today])),
        draw(st.sampled_from(["", "Bob"])),
    )


@st.composite
def steps(draw: st.DrawFn, today: date) -> Step:
    return Step(
        draw(st.sampled_from(TITLES)),
        today - timedelta(days=draw(st.integers(-8, 75))),
        draw(st.sampled_from(["check_in", "service", "offer"])),
        draw(st.sampled_from([None, None, today])),
    )


@st.composite
def efforts(draw: st.DrawFn, today: date) -> tuple[Effort, ...]:
    found, month = [], month_of(today)[1]
    for _ in range(5):
        if draw(st.booleans()):
            numbers = st.one_of(st.none(), st.integers(0, 90))
            row = (draw(numbers), draw(numbers), draw(numbers), draw(numbers))
            hours, budget, hourly, tools = row
            cost = None if hourly is None else hourly * 100
            found.append(
                Effort(
                    month,
                    None if hours is None else float(hours),
                    None if budget is None else float(budget),
                    cost,
                    tools,
                )
            )
        month = month_of(month - timedelta(days=1))[0]
    return tuple(found)


@st.composite
def clients(draw: st.DrawFn, now: datetime) -> Client:
    zone = draw(st.sampled_from(ZONES))
    today = local_day(now, zone)

    def sometime(low: int, high: int) -> st.SearchStrategy[date | None]:
        return st.one_of(st.none(), st.integers(low, high).map(lambda age: today - timedelta(days=age)))

    def moment() -> st.SearchStrategy[datetime | None]:
        return st.one_of(st.none(), ages.map(lambda age: now - timedelta(days=age, hours=age % 24)))

    months = [month_of(today)[0], month_of(month_of(today)[0] - timedelta(days=1))[0], month_of(today)[1]]
    metrics = ("spend", "leads", "revenue")
    targets = draw(
        st.dictionaries(st.tuples(st.sampled_from(metrics), st.sampled_from(months)), st.integers(0, 9000), max_size=5)
    )
    attempts = draw(st.integers(0, 5))
    tried_on = draw(st.lists(st.integers(0, 12), min_size=attempts, max_size=attempts))
    return Client(
        id=7,
        status=draw(st.sampled_from(["onboarding", "active", "active", "active", "paused", "lost"])),
        zone=zone,
        started_on=draw(sometime(-10, 300)),
        renews_on=draw(sometime(-900, 60)),
        returns_on=draw(sometime(-20, 20)),
        paused_since=draw(sometime(0, 60)),
        monthly_fee=draw(st.one_of(st.none(), amounts)),
        currency="EUR",
        industry=draw(st.sampled_from(["", "Law", "Retail"])),
        billing=draw(st.sampled_from(["retainer", "project", "share_of_spend"])),
        contact_limit_days=draw(st.one_of(st.none(), st.integers(1, 40))),
        reporting=draw(st.sampled_from(["month", "quarter"])),
        created_on=draw(sometime(0, 300)),
        last_contact_at=draw(moment()),
        last_call_at=draw(moment()),
        attempts=attempts,
        last_attempt_at=draw(moment()) if attempts else None,
        tried_on=tuple(today - timedelta(days=age) for age in tried_on),
        call_every_days=draw(st.sampled_from([None, None, 3, 14])),
        people_named_from=draw(sometime(0, 80)),
        last_decision_maker_at=draw(moment()),
        days_off=draw(days_off(today)),
        silent_until=draw(sometime(-15, 15)),
        invoices=tuple(draw(st.lists(invoices(today), max_size=6))),
        metrics={
            metric: draw(series(today))
            for metric in (*metrics, *draw(st.sampled_from([(), ("sessions",), ("conversions", "clicks")])))
        },
        targets=targets,
        has_targets=bool(targets) or draw(st.booleans()),
        observations=tuple(draw(st.lists(observations(today), max_size=8))),
        deadlines=tuple(draw(st.lists(deadlines(today), max_size=4))),
        roadmap=tuple(draw(st.lists(steps(today), max_size=4))),
        effort=draw(efforts(today)),
        breaches=draw(breaches(today)),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Client, Portfolio, datetime]:
    now = draw(moments)
    return draw(clients(now)), draw(portfolios), now


Case = tuple[Client, Portfolio, datetime]
