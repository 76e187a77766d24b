from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scoring.assess import assess, next_change
from scoring.facts import Client, Effort, Invoice, Portfolio, Series
from scoring.policy import Policy, replace_from

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = date(2026, 11, 20)
POLICY, PORTFOLIO = Policy(), Portfolio()


def test_an_overdue_contact_and_an_unpaid_invoice_make_one_risk() -> None:
    client = Client(
        1,
        "active",
        WARSAW,
        started_on=date(2024, 1, 1),
        last_contact_at=NOW - timedelta(days=20),
        invoices=(Invoice("A1", date(2026, 9, 20), date(2026, 10, 21), 100_00),),
    )
    found = assess(client, PORTFOLIO, POLICY, NOW)
    assert [signal.name for signal in found.breaches] == ["contact_gap", "invoice_overdue"]
    assert round(found.risk, 6) == round(100 * (1 - (1 - 0.7) * (1 - 0.6 * 0.8)), 6)
    assert (found.colour, round(found.priority / found.risk, 6)) == ("red", 1.1)
    assert next_change(client, PORTFOLIO, POLICY, NOW) == datetime(2026, 11, 20, 23, tzinfo=UTC)


def test_debts_in_two_currencies_are_no_more_risk_than_the_worse_of_them() -> None:
    euros = Invoice("A1", date(2026, 9, 20), date(2026, 10, 21), 100_00)
    dollars = replace(euros, number="B1", due_on=date(2026, 11, 10), currency="USD")
    client = Client(1, "active", WARSAW, currency="EUR", monthly_fee=100_00, invoices=(euros, dollars))
    both = assess(client, PORTFOLIO, POLICY, NOW)
    assert [signal.key for signal in both.breaches] == ["invoice_overdue", "invoice_overdue:USD"]
    assert both.risk == assess(replace(client, invoices=(euros,)), PORTFOLIO, POLICY, NOW).risk


def test_a_lost_client_has_no_signals_and_never_changes() -> None:
    found = assess(Client(1, "lost", WARSAW, started_on=TODAY), PORTFOLIO, POLICY, NOW)
    assert (found.signals, found.risk, found.priority, found.next_change_at) == ((), 0, 0, None)


def months_of(fee: int, days_of_leads: list[float], **known: Any) -> Client:
    """A client with daily leads through yesterday and a goal of 200 of them this month."""
    series = Series(TODAY - timedelta(days=len(days_of_leads)), tuple(days_of_leads))
    return Client(
        1,
        "active",
        WARSAW,
        started_on=date(2024, 1, 1),
        renews_on=date(2027, 6, 1),
        monthly_fee=fee,
        currency="EUR",
        metrics={"leads": series},
        targets={("leads", TODAY.replace(day=1)): 200},
        has_targets=True,
        **known,
    )


@pytest.mark.parametrize("median", [30_000_00, 60_000_00, 120_000_00])
def test_a_big_client_in_sudden_fall_comes_before_a_small_one_long_inefficient(median: int) -> None:
    portfolio = Portfolio(median_value={"EUR": median}, renewal_rate=0.8)
    a = months_of(5_000_00, [7.0] * 80 + [1.0] * 10, last_contact_at=NOW - timedelta(days=2))
    b = months_of(1_000_00, [3.0] * 90, last_contact_at=NOW - timedelta(days=12), complexity="complex")
    first, second = (assess(client, portfolio, POLICY, NOW) for client in (a, b))
    assert [signal.key for signal in first.breaches] == ["goal_pacing:leads"]
    assert [signal.key for signal in second.breaches] == ["goal_pacing:leads", "contact_gap"]
    assert second.risk > first.risk
    assert first.priority > second.priority


def test_a_quick_next_step_comes_before_a_deep_one() -> None:
    slow = months_of(1_000_00, [3.0] * 90, last_contact_at=NOW)
    both = replace(slow, attempts=2)
    assert assess(slow, PORTFOLIO, POLICY, NOW).factors.effort == 0.9
    assert assess(both, PORTFOLIO, POLICY, NOW).factors.effort == 1.1


def test_a_miss_counts_for_more_as_its_month_runs_out_and_nothing_else_does() -> None:
    missing, calling = months_of(1_000_00, [3.0] * 90, last_contact_at=NOW), Client(1, "active", WARSAW, attempts=3)

    def timing(client: Client, days: int) -> float:
        return assess(client, PORTFOLIO, POLICY, NOW + timedelta(days=days)).factors.timing

    assert 1.01 < timing(missing, 0) < timing(missing, 4) < timing(missing, 10) <= 1.25 * 1.01
    assert timing(calling, 0) == timing(calling, 10) == 1


def test_all_else_being_equal_a_client_with_goals_goes_ahead() -> None:
    without = Client(1, "active", WARSAW, attempts=3)
    ahead, behind = (assess(client, PORTFOLIO, POLICY, NOW) for client in (replace(without, has_targets=True), without))
    assert ahead.risk == behind.risk
    assert ahead.priority > behind.priority


@pytest.mark.parametrize(
    ("age", "factor", "changes_in"), [(0, 1.25, 91), (90, 1.25, 1), (135, 1.125, 1), (180, 1, None), (900, 1, None)]
)
def test_a_new_relationship_counts_for_more_and_eases_to_one(age: int, factor: float, changes_in: int | None) -> None:
    client = Client(1, "paused", UTC, started_on=TODAY - timedelta(days=age))
    found = assess(client, PORTFOLIO, POLICY, NOW)
    assert found.factors.relationship == pytest.approx(factor)
    assert found.next_change_at == (changes_in and datetime(2026, 11, 20, tzinfo=UTC) + timedelta(days=changes_in))


def test_colours_follow_the_risk_and_the_worst_alarm() -> None:
    policy = replace_from({"contact_gap_weight": 0.6, "invoice_overdue_weight": 0.3})

    def colour(days: int) -> tuple[float, str]:
        client = Client(1, "active", UTC, started_on=date(2024, 1, 1), last_contact_at=NOW - timedelta(days=days))
        found = assess(client, PORTFOLIO, policy, NOW)
        return round(found.risk, 6), found.colour

    assert [colour(days) for days in (9, 10, 19, 20)] == [
        (12, "green"),
        (30, "amber"),
        (57, "red"),
        (60, "red"),
    ]


@pytest.mark.parametrize(
    ("due_on", "risk", "colour"), [(date(2026, 10, 21), 8, "red"), (date(2026, 11, 19), 5, "amber")]
)
def test_a_client_is_never_better_than_its_worst_open_alarm(due_on: date, risk: float, colour: str) -> None:
    policy = replace_from({"invoice_overdue_weight": 0.1})
    owed = Invoice("A1", date(2026, 9, 20), due_on, 100_00)
    found = assess(Client(1, "active", UTC, invoices=(owed,)), PORTFOLIO, policy, NOW)
    assert (round(found.risk), found.colour) == (risk, colour)


def test_a_to_do_is_never_red_and_colours_nobody() -> None:
    thin = Effort(date(2026, 10, 1), hours=200.0, hours_budget=10.0)
    found = assess(Client(1, "active", UTC, effort=(thin,)), PORTFOLIO, POLICY, NOW)
    (margin,) = found.breaches
    assert (margin.kind, margin.level, found.alarms, found.colour) == ("to_do", "amber", (), "green")


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(KeyError, match="dormant"):
        assess(Client(1, "dormant", UTC), PORTFOLIO, POLICY, NOW)


def test_what_changes_first_is_a_factor_or_a_signal() -> None:
    paused = Client(1, "paused", UTC, started_on=TODAY - timedelta(days=135), returns_on=TODAY + timedelta(days=30))
    eased = replace(paused, started_on=TODAY - timedelta(days=200))
    new = replace(paused, started_on=TODAY - timedelta(days=60))
    days = [next_change(client, PORTFOLIO, POLICY, NOW) for client in (paused, new, eased)]
    assert [day and (day.date() - TODAY).days for day in days] == [1, 28, 28]


def test_signals_that_judge_amounts_say_which_are_left_out_and_costs_are_not_judged_then() -> None:
    client = replace(
        months_of(5_000_00, [7.0] * 80),
        amounts_left_out=("USD",),
        targets_left_out=("PLN",),
        targets={("spend", TODAY.replace(day=1)): 5},
    )
    found = {signal.key: signal for signal in assess(client, PORTFOLIO, POLICY, NOW).signals}
    told = {key for key, signal in found.items() if signal.evidence.get("left_out") == "PLN, USD"}
    assert told == {"spend_pacing", "cost_per_result", "cost_per_lead"}
    assert {found[key].state for key in ("cost_per_result", "cost_per_lead")} == {"unknown"}


def test_amounts_are_told_in_the_currency_of_the_ads() -> None:
    spend = Series(TODAY - timedelta(days=40), (100_00.0,) * 40)
    client = replace(
        months_of(5_000_00, [7.0] * 40), ad_currency="USD", targets={("spend", TODAY.replace(day=1)): 1_000_00}
    )
    client = replace(client, metrics={**client.metrics, "spend": spend})
    found = {signal.key: signal for signal in assess(client, PORTFOLIO, POLICY, NOW).signals}
    assert found["spend_pacing"].state == "breach"
    assert found["spend_pacing"].evidence["currency"] == "USD"
