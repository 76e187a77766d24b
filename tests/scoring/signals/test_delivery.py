from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, Portfolio, Series
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.delivery import delivery

TODAY = date(2026, 11, 20)  # a Friday
NOVEMBER = date(2026, 11, 1)
WEEK = (100.0, 100.0, 100.0, 100.0, 100.0, 0.0, 0.0)  # Monday to Sunday
CLIENT = Client(1, "active", UTC, currency="EUR")


def through_yesterday(*days: float) -> Series:
    return Series(TODAY - timedelta(days=len(days)), days)


def look(client: Client, day: date = TODAY) -> dict[str, Signal]:
    return {signal.subject: signal for signal in delivery(client, Context(Policy(), Portfolio(), day))}


def spending(*days: float, target: int = 3000) -> Client:
    return replace(
        CLIENT, metrics={"spend": through_yesterday(*days)}, targets={("spend", NOVEMBER): target}, has_targets=True
    )


@pytest.mark.parametrize(("days", "severity", "level"), [(1, 0.7, "amber"), (2, 0.8, "red"), (6, 1, "red")])
def test_spend_that_fell_to_zero_with_budget_left_is_a_breach_at_once(days: int, severity: float, level: str) -> None:
    found = look(spending(*(100.0,) * 40, *(0.0,) * days))["stopped"]
    assert (found.state, found.severity, found.level) == ("breach", severity, level)
    assert found.since == TODAY - timedelta(days=days)
    assert found.until == TODAY + timedelta(days=2)


def test_spend_that_goes_on_or_has_used_up_its_budget_has_not_stopped() -> None:
    assert look(spending(*(100.0,) * 40))["stopped"].state == "ok"
    assert look(spending(*(100.0,) * 40, 0.0, target=1800))["stopped"].state == "ok"
    assert look(spending(*(100.0,) * 40, 0.0, target=0))["stopped"].state == "ok"
    assert look(spending(*(0.0,) * 40))["stopped"].state == "ok"


def test_a_weekend_without_spend_is_a_habit_and_a_monday_without_is_not() -> None:
    monday = date(2026, 11, 16)
    weeks = Series(monday - timedelta(days=35), WEEK * 5 + (0.0,))
    client = replace(CLIENT, metrics={"spend": weeks}, targets={("spend", NOVEMBER): 3000})
    assert look(client, monday)["stopped"].state == "ok"
    assert look(client, monday + timedelta(days=1))["stopped"].state == "breach"


def converting(*results: float, spend: float = 100, name: str = "conversions") -> Signal:
    metrics = {"spend": through_yesterday(*(spend,) * len(results)), name: through_yesterday(*results)}
    return look(replace(CLIENT, metrics=metrics))["no_result"]


def test_spend_without_a_result_is_a_breach_where_some_were_expected() -> None:
    found = converting(*(1.0,) * 28, *(0.0,) * 7)
    assert (found.state, found.evidence["expected"]) == ("breach", 7)
    assert found.severity == pytest.approx(0.829, abs=1e-3)
    assert converting(*(1.0,) * 28, *(0.0,) * 7, name="leads").state == "breach"
    assert converting(*(3.0,) * 28, *(0.0,) * 7).severity == 1


def test_one_result_or_few_expected_or_no_spend_is_no_breach() -> None:
    assert converting(*(1.0,) * 28, *(0.0,) * 6, 1.0).state == "ok"
    assert converting(*(0.4,) * 28, *(0.0,) * 7).state == "ok"
    assert converting(*(1.0,) * 28, *(0.0,) * 7, spend=0).state == "ok"


def test_results_that_are_not_known_yet_are_not_missed() -> None:
    late = Series(TODAY - timedelta(days=35), (1.0,) * 28)
    client = replace(CLIENT, metrics={"spend": through_yesterday(*(100.0,) * 35), "conversions": late})
    assert look(client)["no_result"].state == "ok"


def test_data_older_than_48_hours_is_a_fault_of_the_data_and_no_risk() -> None:
    client = spending(*(100.0,) * 30, *(0.0,) * 3)
    assert set(look(client, TODAY + timedelta(days=1))) == {"stopped", "no_result"}
    stale = look(client, TODAY + timedelta(days=2))
    assert set(stale) == {"data"}
    assert (stale["data"].state, stale["data"].severity, stale["data"].next_step) == ("soon", 0, "check_source")
    assert stale["data"].evidence == {"data_through": TODAY - timedelta(days=1)}
    assert stale["data"].until == TODAY + timedelta(days=29)
    assert look(client, TODAY + timedelta(days=29))[""].state == "unknown"


def test_without_spend_delivery_is_unknown() -> None:
    assert look(CLIENT)[""].state == "unknown"


def test_data_that_begins_today_counts_from_tomorrow() -> None:
    today_alone = Series(TODAY, (100.0,))
    client = replace(CLIENT, metrics={"spend": today_alone})
    assert look(client)[""].until == TODAY + timedelta(days=1)
