"""Clients to draw: the usual, the longest plausible and the unkind."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.views.data import Book, Card, Logged, MissedActivity, Morning, Person, Preferences, Remedy, Terms
from scoring.assessment import Factors, Signal
from scoring.remedies import ACTS
from scoring.vocabulary import State

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 42, tzinfo=UTC)
ALICE = Person("Alice", "U0ALICE")
BOB = Person("Bob")


def contact_gap(days: int = 12, limit: int = 10) -> Signal:
    last = TODAY - timedelta(days=days)
    seen: dict[str, Any] = {
        "last_on": last,
        "started_on": None,
        "limit_days": limit,
        "due_on": last + timedelta(days=limit),
    }
    state: State = "breach" if days >= limit else "soon"
    return Signal(
        "contact_gap",
        state,
        0.6,
        since=TODAY - timedelta(days=2),
        evidence=seen,
        next_step="call_client",
        level="amber",
    )


def unanswered(attempts: int = 2) -> Signal:
    seen: dict[str, Any] = {"attempts": attempts, "last_on": date(2026, 11, 17)}
    return Signal("unanswered", "breach", 0.6, since=date(2026, 11, 17), evidence=seen, next_step="try_another_way")


def invoice(**changed: Any) -> Signal:
    seen: dict[str, Any] = {
        "count": 1,
        "balance": 240_000,
        "currency": "EUR",
        "number": "INV-14",
        "due_on": date(2026, 11, 14),
        "usual_delay_days": 2,
        "fee_share": 0.8,
        "turning": False,
    }
    return Signal("invoice_overdue", "breach", 0.5, evidence={**seen, **changed}, next_step="chase_invoice")


def spend(**changed: Any) -> Signal:
    seen: dict[str, Any] = {
        "metric": "spend",
        "period_start": date(2026, 11, 1),
        "period_end": date(2026, 11, 30),
        "target": 1_000_000,
        "so_far": 500_000,
        "low": 740_000,
        "forecast": 790_000,
        "high": 840_000,
        "currency": "EUR",
        "data_through": date(2026, 11, 22),
        "days_left": 8,
        "daily_now": 31_000,
        "daily_needed": 42_000,
        "direction": "under",
        "tolerance": 0.1,
        "chance": 0.964,
    }
    return Signal("spend_pacing", "breach", 0.5, evidence={**seen, **changed}, next_step="adjust_budget")


def goal(metric: str = "leads", **changed: Any) -> Signal:
    numbers = {"target": 40, "forecast": 31, "low": 28, "high": 35, "daily_needed": 2}
    if metric == "revenue":
        numbers = {name: value * 100_000 for name, value in numbers.items()}
    seen = {**spend().evidence, **numbers, "metric": metric, **changed}
    return Signal(
        "goal_pacing", "breach", 0.5, subject=metric, evidence=seen, next_step="review_campaigns", effort="deep"
    )


def no_goals() -> Signal:
    return Signal("no_goals", "soon", 0.0, evidence={"since": date(2026, 10, 1)}, next_step="set_targets")


def card(number: int = 1, name: str = "Acme", *signals: Signal, **changed: Any) -> Card:
    fields: dict[str, Any] = {
        "client_id": number,
        "name": name,
        "status": "active",
        "colour": "red",
        "risk": 68.4,
        "priority": 91.2,
        "factors": Factors(1.21, 1.0, 1.0, 1.1),
        "signals": signals or (contact_gap(),),
        "contact_no": 3,
        "today": TODAY,
        "zone": ZoneInfo("Europe/Warsaw"),
        "sees_money": True,
        "owner": ALICE,
        "last_contact_on": TODAY - timedelta(days=12),
        "currency": "EUR",
    }
    return Card(**{**fields, **changed})


def logged(outcome: str = "reached", **changed: Any) -> Logged:
    return Logged(**{"touchpoint_id": 77, "by": ALICE, "at": NOW, "outcome": outcome, **changed})


def everything() -> tuple[Signal, ...]:
    """Every signal at once, with the longest numbers."""
    huge = {
        "balance": 98_765_432_100,
        "count": 17,
        "number": "RECHNUNG-2026-000000000000000000-0042",
        "currency": "PLN",
    }
    money = dict.fromkeys(("target", "so_far", "low", "forecast", "high", "daily_needed"), 98765432100)
    return (
        contact_gap(112),
        unanswered(12),
        invoice(**huge, turning=True),
        spend(**money, currency="PLN"),
        goal("leads"),
        goal("conversions"),
        goal("revenue", **money),
        no_goals(),
        *voices(),
        *works(),
    )


def voices() -> tuple[Signal, ...]:
    """What the client said, and what comes of it."""
    said: dict[str, Any] = {"said_on": TODAY, "since": TODAY, "renews_on": date(2026, 12, 23), "returns_on": TODAY}
    numbers: dict[str, Any] = {"open": 3, "recent": 9, "score": 2.5, "average": 8.75, "value": 1.5}
    texts = {"mood": "unhappy", "missing": "recap_call recap_mail", "kind": "praise", "currency": "PLN"}
    money = {"before": 98_765_432_100, "lately": 12_345_678_900}
    found = [
        Signal(name, "breach", 0.7, since=TODAY, evidence={**said, **numbers, **texts, **money}, next_step="settle")
        for name in ("mood", "complaint", "survey", "goodwill", "renewal", "recap", "fee_trend", "resource_score")
    ]
    rates: dict[str, Any] = {
        "cost": 98_765_432,
        "target": 1_234_567,
        "leads": 8,
        "expected": 12.5,
        "data_through": TODAY,
    }
    rates |= {"recent_part": 8, "recent_whole": 6400, "before_part": 80, "before_whole": 9000, "currency": "PLN"}
    found += [
        Signal(name, "breach", 0.5, evidence=rates, next_step="check")
        for name in ("cost_per_lead", "lead_quality", "traffic_to_lead")
    ]
    found += [
        Signal("delivery", "breach", 0.5, kind, evidence=rates, next_step="check")
        for kind in ("stopped", "no_result", "data")
    ]
    found.append(
        Signal("recap", "breach", 0.5, "report", evidence={"sent_on": TODAY, "call_by": TODAY}, next_step="call_client")
    )
    costs: dict[str, Any] = {
        "cost": 98_765_432,
        "cost_before": 1_234_567,
        "usual": 1_234_567,
        "results": 8.0,
        "budget_changed": True,
    }
    costs |= {"by_volume": -1.0, "by_price": -2.0, "by_rate": -3.0, "currency": "PLN", "day": TODAY}
    found += [
        Signal("cost_per_result", "breach", 0.5, kind, evidence=costs, next_step="check")
        for kind in ("", "click", "result")
    ]
    kinds = ("email_engagement", "usage", "social")
    engagement = [
        Signal("engagement", "breach", 0.5, kind, evidence=numbers, next_step="call_client") for kind in kinds
    ]
    return (*found, *engagement)


def seen(name: str, state: State = "breach", subject: str = "", **evidence: Any) -> Signal:
    """A signal of this name with this evidence."""
    return Signal(name, state, 0.5, subject, evidence=evidence, next_step="anything")


def slip(**changed: Any) -> Signal:
    seen: dict[str, Any] = {
        "title": "Landing page",
        "due_on": date(2026, 11, 20),
        "promised_on": date(2026, 11, 24),
        "member": "Bob",
        "checkpoint_on": date(2026, 11, 27),
    }
    return Signal("deadline", "breach", 0.5, "Landing page", evidence={**seen, **changed}, next_step="warn_client")


def planned(kind: str = "check_in", **changed: Any) -> Signal:
    seen: dict[str, Any] = {"title": "Autumn review", "kind": kind, "due_on": TODAY}
    return Signal("roadmap", "breach", 0.4, "Autumn review", evidence={**seen, **changed}, next_step="hold_check_in")


def margin(**changed: Any) -> Signal:
    seen: dict[str, Any] = {
        "month": date(2026, 10, 1),
        "currency": "EUR",
        "fee": 200_000,
        "cost": 184_000,
        "margin": 0.08,
        "hours": 41.5,
        "hours_budget": 36.0,
    }
    return Signal("margin", "breach", 0.6, evidence={**seen, **changed}, next_step="review_hours", effort="deep")


def tenure_mark(**changed: Any) -> Signal:
    seen: dict[str, Any] = {
        "months": 12,
        "mark_on": date(2026, 12, 18),
        "left": 9,
        "at_risk": 46,
        "expected": 1.4,
    }
    return Signal("tenure_mark", "breach", 0.5, evidence={**seen, **changed}, next_step="show_results", effort="deep")


def works() -> tuple[Signal, ...]:
    """What is owed and planned, with the longest titles, and what is left of the fees."""
    title = "Ł" * 200
    return (
        slip(title=title, member=title),
        slip(title=title, promised_on=TODAY),
        slip(title=title, promised_on=date(2026, 11, 21), checkpoint_on=None),
        *(planned(kind, title=title) for kind in ("check_in", "service", "offer")),
        *(planned(kind, title=title, due_on=date(2026, 11, 2)) for kind in ("check_in", "service", "offer")),
        margin(fee=98_765_432_100, cost=91_234_567_800, currency="PLN"),
        tenure_mark(),
    )


def remedies() -> tuple[Remedy, ...]:
    """Every act, the most that there can be."""
    acts = [Remedy(act, Signal("contact_gap", "breach"), 98_765.4, 1234) for act, _ in dict(ACTS.values()).items()]
    pace = [Remedy("pace", goal(metric), 12.3, 21) for metric in ("", "leads", "conversions", "revenue")]
    return (*pace, *acts, Remedy("pay", invoice(), 1.2, 1), Remedy("pay", Signal("x", "breach", subject="PLN"), 0, 2))


def longest(number: int, name: str = "Ł" * 200, **changed: Any) -> Card:
    fields: dict[str, Any] = {
        "temperament": "sanguine",
        "owner": Person("O" * 120, "U0OWNER"),
        "backup": Person("B" * 120),
        "last_contact_by": Person("C" * 120),
        "held_because": "cap",
        "covering": True,
        "may_edit": True,
        "silent_until": date(2027, 2, 1),
        "started_on": date(2011, 1, 1),
        "renews_on": date(2027, 9, 30),
        "monthly_fee": 98_765_432_100,
        "risk": 99.99,
        "fine": everything(),
        "place": 1223,
        "remedies": remedies(),
    }
    return card(number, name, *everything(), **{**fields, **changed})


def morning(*attention: Card, **changed: Any) -> Morning:
    fields: dict[str, Any] = {
        "on": TODAY,
        "reader": ALICE,
        "attention": attention,
        "soon": (),
        "snoozed": (),
        "well": (),
        "average_days_since_contact": 6.42,
        "next_workday": date(2026, 11, 24),
    }
    return Morning(**{**fields, **changed})


def missed(name: str) -> MissedActivity:
    """All that can have happened to a client, and to a dozen people."""
    keys = tuple(dict.fromkeys(signal.key for signal in everything()))
    return MissedActivity(name, 123, 45, (BOB, Person("Z" * 200)) * 6, keys, keys)


def full_morning(count: int, name: str = "Ł" * 200) -> Morning:
    """A morning on which everything that can be said is said of every client."""
    put_off = date(2026, 11, 27)
    return morning(
        *(longest(number, name) for number in range(count)),
        soon=tuple(longest(1000 + number, name) for number in range(count)),
        snoozed=tuple(longest(2000 + number, name, snoozed_until=put_off) for number in range(count)),
        to_do=tuple(longest(3000 + number, name) for number in range(count)),
        well=(name,) * count,
        covering=(BOB, Person("Z" * 200)),
        missed=(missed(name),) * count,
    )


def book(count: int, name: str = "Ł" * 200) -> Book:
    return Book(ALICE, tuple(longest(number, name) for number in range(count)), count, 7.5)


LIMITS = {"contact_limit_days": 10, "new_contact_limit_days": 7, "due_soon_days": 2, "unanswered_attempts": 2}


def preferences(**changed: Any) -> Preferences:
    fields: dict[str, Any] = {
        "digest_time": time(8, 30),
        "workdays": "12345",
        "quiet_days": "all_clear",
        "country": None,
        "agency_country": "ES",
        "guessed_country": None,
        "zone": "Europe/Warsaw",
        "locale": "ru-RU",
    }
    return Preferences(**{**fields, **changed})


def terms(name: str = "Acme", **changed: Any) -> Terms:
    fields: dict[str, Any] = {
        "name": name,
        "status": "active",
        "currency": "PLN",
        "agency_limit_days": 10,
        "owner": Person(name, "U0OWNER"),
        "backup": Person(name),
        "contact_limit_days": 365,
        "renews_on": date(2027, 9, 30),
        "monthly_fee": 98_765_432_101,
        "temperament": "melancholic",
    }
    return Terms(**{**fields, **changed})
