from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, Observation, Portfolio, Series
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.costs import cost_per_result

TODAY = date(2026, 11, 20)
CLIENT = Client(1, "active", UTC, currency="EUR")


def series(before: float, lately: float, last_two: float | None = None) -> Series:
    """Make 28 days, then seven, then the two that are left out, through yesterday."""
    values = (before,) * 28 + (lately,) * 7 + (lately if last_two is None else last_two,) * 2
    return Series(TODAY - timedelta(days=37), values)


def look(
    conversions: Series, spend: Series | None = None, day: date = TODAY, clicks: Series | None = None, **known: object
) -> Signal:
    metrics = {"spend": spend or series(100_00, 100_00), "conversions": conversions}
    if clicks:
        metrics["clicks"] = clicks
    client = replace(CLIENT, metrics=metrics, **known)  # type: ignore[arg-type]
    return cost_per_result(client, Context(Policy(), Portfolio(), day))


@pytest.mark.parametrize(
    ("lately", "state", "severity"),
    [(10, "ok", 0), (8.4, "ok", 0), (8.2, "breach", 0.505), (5, "breach", 0.951), (0, "breach", 1)],
)
def test_a_result_that_costs_a_fifth_more_than_before_is_told(lately: float, state: str, severity: float) -> None:
    found = look(series(10, lately))
    assert found.state == state
    assert found.severity == pytest.approx(severity, abs=1e-3)
    assert (found.evidence["cost_before"], found.evidence["expected"]) == (10_00, 70)
    assert found.until == TODAY + timedelta(days=14)


def test_the_same_rise_on_few_results_may_be_chance() -> None:
    assert look(series(1, 5 / 7)).state == "ok"
    assert look(series(10, 50 / 7)).state == "breach"
    assert look(series(0.75, 2 / 7)).state == "ok"  # certain only if what went before were
    assert look(series(597 / 7, 497 / 7)).severity == pytest.approx(0.5)  # a fifth more to the dot


def test_with_too_few_results_or_too_old_ones_it_is_unknown() -> None:
    assert look(series(0.6, 0)).state == "unknown"
    assert look(series(10, 0), series(0, 100_00)).state == "unknown"
    assert look(series(10, 0), series(100_00, 0)).state == "unknown"
    assert look(series(10, 5), day=TODAY + timedelta(days=13)).state == "breach"
    assert look(series(10, 5), day=TODAY + timedelta(days=14)).state == "unknown"
    assert cost_per_result(CLIENT, Context(Policy(), Portfolio(), TODAY)).state == "unknown"


def test_late_conversions_of_the_last_two_days_are_left_out() -> None:
    assert look(series(10, 10, last_two=0)).state == "ok"
    assert look(series(10, 10, last_two=0)).evidence["results"] == 70


def test_less_spend_for_as_many_fewer_results_costs_the_same() -> None:
    assert look(series(10, 5), series(100_00, 50_00)).state == "ok"
    assert look(series(10, 10), series(100_00, 200_00)).state == "breach"


def parts(found: Signal) -> list[float]:
    return [float(str(found.evidence[name])) for name in ("by_volume", "by_price", "by_rate")]


def test_what_moved_is_split_by_spend_price_and_rate_and_adds_up() -> None:
    found = look(series(10, 8), series(100_00, 160_00), clicks=series(200, 220))
    volume, price, rate = parts(found)
    assert volume > 0 > price
    assert rate < 0
    assert volume + price + rate == pytest.approx(7 * (8 - 10))


def test_where_one_thing_alone_moved_it_has_the_whole_part() -> None:
    assert parts(look(series(10, 5), clicks=series(200, 200))) == pytest.approx([0, 0, -35])
    assert parts(look(series(10, 5), clicks=series(200, 100))) == pytest.approx([0, -35, 0])


def test_results_as_many_as_before_have_parts_that_cancel_out() -> None:
    volume, price, rate = parts(look(series(10, 10), series(100_00, 200_00), clicks=series(200, 200)))
    assert volume > 0
    assert volume + price == pytest.approx(0)
    assert rate == pytest.approx(0)


def test_without_clicks_or_a_result_the_split_is_left_out() -> None:
    assert "by_price" not in look(series(10, 5)).evidence
    assert "by_price" not in look(series(10, 0), clicks=series(200, 200)).evidence


@pytest.mark.parametrize(("age", "changed"), [(2, False), (3, True), (37, True), (38, False)])
def test_it_says_whether_the_budget_was_changed_in_that_time(age: int, changed: bool) -> None:  # noqa: FBT001
    remark = Observation("budget_change", TODAY - timedelta(days=age))
    assert look(series(10, 5), observations=(remark,)).evidence["budget_changed"] is changed
