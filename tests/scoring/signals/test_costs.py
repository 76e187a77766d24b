from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

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
    conversions: Series,
    spend: Series | None = None,
    day: date = TODAY,
    clicks: Series | None = None,
    observations: tuple[Observation, ...] = (),
) -> Signal:
    metrics = {"spend": spend or series(100_00, 100_00), "conversions": conversions}
    if clicks:
        metrics["clicks"] = clicks
    client = replace(CLIENT, metrics=metrics, observations=observations)
    return cost_per_result(client, Context(Policy(), Portfolio(), day))[0]


@pytest.mark.parametrize(
    ("lately", "state", "severity"),
    [(10, "ok", 0), (8.4, "ok", 0), (8.2, "breach", 0.505), (5, "breach", 0.951), (0, "breach", 1)],
)
def test_a_result_that_costs_a_fifth_more_than_before_is_a_breach(lately: float, state: str, severity: float) -> None:
    found = look(series(10, lately))
    assert found.state == state
    assert found.severity == pytest.approx(severity, abs=1e-3)
    assert (found.evidence["cost_before"], found.evidence["expected"]) == (10_00, 70)
    assert found.until == TODAY + timedelta(days=14)


def test_the_same_rise_on_few_results_may_be_chance() -> None:
    assert look(series(1, 5 / 7)).state == "ok"
    assert look(series(10, 50 / 7)).state == "breach"
    assert look(series(0.75, 2 / 7)).state == "ok"  # certain only if the days before were
    assert look(series(597 / 7, 497 / 7)).severity == pytest.approx(0.5)  # a fifth more to the dot


def test_with_too_few_results_or_too_old_ones_it_is_unknown() -> None:
    assert look(series(0.6, 0)).state == "unknown"
    assert look(series(10, 0), series(0, 100_00)).state == "unknown"
    assert look(series(10, 0), series(100_00, 0)).state == "unknown"
    assert look(series(10, 5), day=TODAY + timedelta(days=13)).state == "breach"
    assert look(series(10, 5), day=TODAY + timedelta(days=14)).state == "unknown"
    assert [s.state for s in cost_per_result(CLIENT, Context(Policy(), Portfolio(), TODAY))] == ["unknown"]


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


def test_where_only_one_thing_moved_it_has_the_whole_part() -> None:
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


@given(
    before=st.tuples(*[st.integers(1, 400)] * 3),
    lately=st.tuples(*[st.integers(1, 400)] * 3),
)
def test_whatever_moved_the_parts_add_up_to_the_change(
    before: tuple[int, int, int], lately: tuple[int, int, int]
) -> None:
    spend, clicks, results = (series(100 * then, 100 * now) for then, now in zip(before, lately, strict=True))
    found = look(results, spend, clicks=clicks)
    event(found.state)
    if found.state == "breach":
        assert sum(parts(found)) == pytest.approx(7 * 100 * (lately[2] - before[2]), abs=1e-6)


def test_the_evidence_says_for_how_long_the_campaigns_have_run_without_a_break() -> None:
    def running(spend: Series, *remarks: Observation) -> object:
        return look(series(10, 5), spend, observations=remarks).evidence["running_days"]

    steady = series(100_00, 100_00)
    assert running(steady) == 35
    assert running(steady, Observation("budget_change", TODAY - timedelta(days=12))) == 10
    paused = replace(steady, values=(*steady.values[:5], 0, None, *steady.values[7:]))
    assert running(paused) == 28
    assert running(replace(steady, values=(*steady.values[:34], -1, *steady.values[35:]))) == 0


@pytest.mark.parametrize(("age", "changed"), [(2, False), (3, True), (37, True), (38, False)])
def test_the_evidence_says_whether_the_budget_was_changed_in_that_time(age: int, changed: bool) -> None:  # noqa: FBT001
    remark = Observation("budget_change", TODAY - timedelta(days=age))
    assert look(series(10, 5), observations=(remark,)).evidence["budget_changed"] is changed


def wobbling(days: int, last: float = 0.0, level: float = 1.0) -> list[float]:
    """Make the cost of a click on each of some days, higher at weekends, through yesterday; the last as given."""
    dates = [TODAY - timedelta(days=n) for n in range(days, 0, -1)]
    costs = [level * (1.5 if day.weekday() >= 5 else 1.0) * (1 + day.day % 5 / 50) for day in dates]
    return [*costs[:-1], last or costs[-1]]


def days(costs: list[float], metric: str = "clicks", day: date = TODAY, bought: float = 100.0) -> Signal:
    first = TODAY - timedelta(days=len(costs))
    metrics = {
        "spend": Series(first, tuple(cost * bought for cost in costs)),
        metric: Series(first, (bought,) * len(costs)),
    }
    return cost_per_result(replace(CLIENT, metrics=metrics), Context(Policy(), Portfolio(), day))[1]


def test_a_day_on_which_a_click_costs_far_more_than_in_its_rhythm_is_a_breach() -> None:
    found = days(wobbling(80, last=3.0))
    assert (found.key, found.state, found.severity, found.level) == ("cost_per_result:click", "breach", 0.6, "amber")
    assert (found.since, found.evidence["day"]) == (TODAY - timedelta(days=1), TODAY - timedelta(days=1))
    assert (found.evidence["cost"], found.evidence["usual"], found.evidence["currency"]) == (3, 1, "EUR")
    assert (found.next_step, found.effort, found.until) == ("check_campaigns", "quick", TODAY + timedelta(days=2))


@pytest.mark.parametrize(("last", "state"), [(0, "ok"), (1.5, "ok"), (1.7, "breach"), (0.2, "ok")])
def test_an_ordinary_day_and_a_cheap_one_are_no_breach(last: float, state: str) -> None:
    assert days(wobbling(80, last)).state == state


def test_the_weekends_price_is_high_on_a_weekday_and_ordinary_at_the_weekend() -> None:
    assert days(wobbling(80, last=1.7)).state == "breach"
    through_sunday, first = wobbling(80)[:-4], TODAY - timedelta(days=80)
    metrics = {
        "spend": Series(first, tuple(cost * 100 for cost in through_sunday)),
        "clicks": Series(first, (100.0,) * 76),
    }
    on_monday = Context(Policy(), Portfolio(), TODAY - timedelta(days=4))
    assert cost_per_result(replace(CLIENT, metrics=metrics), on_monday)[1].state == "ok"


def test_a_jump_is_reported_once_and_closed_by_the_next_day() -> None:
    jumped = wobbling(80, last=3.0)
    first = TODAY - timedelta(days=80)

    def on(day: date, costs: list[float]) -> Signal:
        metrics = {"spend": Series(first, tuple(cost * 100 for cost in costs)), "clicks": Series(first, (100.0,) * 90)}
        return cost_per_result(replace(CLIENT, metrics=metrics), Context(Policy(), Portfolio(), day))[1]

    assert on(TODAY, jumped).state == "breach"
    assert on(TODAY + timedelta(days=1), [*jumped, 3.0]).state == "ok"
    assert on(TODAY + timedelta(days=1), jumped).state == "breach"  # no newer data: it is still open
    assert on(TODAY + timedelta(days=2), jumped).state == "unknown"


def test_a_day_back_at_the_usual_price_after_a_cheap_week_is_no_jump() -> None:
    cheap = wobbling(80)
    cheap[-8:-1] = [0.3] * 7
    assert days(cheap).state == "ok"


def test_a_price_that_is_falling_back_from_an_expensive_week_is_no_breach() -> None:
    dear = wobbling(80)
    dear[-8:-1] = [30.0] * 7
    assert days([*dear[:-1], 1.5]).state == "ok"


def test_a_day_is_compared_with_at_least_five_weeks() -> None:
    assert [days(wobbling(n, last=3.0)).state for n in (35, 36)] == ["unknown", "breach"]


def test_little_spent_on_a_day_means_nothing() -> None:
    assert [days(wobbling(80, last=3.0), bought=b).state for b in (1.6, 1.8)] == ["ok", "breach"]


def test_a_day_without_spend_is_a_gap() -> None:
    gaps = wobbling(80, last=3.0)
    gaps[3::9] = [0.0] * len(gaps[3::9])
    assert days(gaps).state == "breach"
    assert days([*gaps[:-1], -1.0]).state == "unknown"


def test_a_day_without_a_click_for_its_money_counts_as_half_a_click() -> None:
    first, clicks = TODAY - timedelta(days=80), [20.0] * 79
    metrics = {"spend": Series(first, (2000.0,) * 80), "clicks": Series(first, (*clicks, 0.0))}
    found = cost_per_result(replace(CLIENT, metrics=metrics), Context(Policy(), Portfolio(), TODAY))[1]
    assert (found.state, found.evidence["cost"]) == ("breach", 4000)


def test_the_cost_per_conversion_leaves_out_two_days_whose_late_ones_are_still_to_come() -> None:
    third_last = wobbling(80)
    third_last[-3] = 3.0
    found = days(third_last, "conversions")
    assert (found.key, found.state) == ("cost_per_result:result", "breach")
    assert found.evidence["day"] == TODAY - timedelta(days=3)
    assert days(wobbling(80, last=3.0), "conversions").state == "ok"


def test_a_value_of_today_counts_from_tomorrow() -> None:
    first = TODAY - timedelta(days=80)
    metrics = {"spend": Series(first, (2000.0,) * 81), "clicks": Series(first, (20.0,) * 81)}
    found = cost_per_result(replace(CLIENT, metrics=metrics), Context(Policy(), Portfolio(), TODAY))[1]
    assert (found.state, found.until) == ("ok", TODAY + timedelta(days=1))
    metrics["clicks"] = Series(TODAY, (20.0,))
    found = cost_per_result(replace(CLIENT, metrics=metrics), Context(Policy(), Portfolio(), TODAY))[1]
    assert (found.state, found.until) == ("unknown", TODAY + timedelta(days=1))


def test_a_day_is_not_part_of_its_own_usual_cost() -> None:
    costs = [10.0 if n % 14 < 7 else 20.0 for n in range(14 * 7)]
    assert days([*costs, 5000.0]).evidence["usual"] == 15


def test_a_day_is_compared_with_at_most_ten_weeks() -> None:
    assert [days([10.0] * n + [20.0] * 70 + [25.0]).state for n in (1, 140)] == ["ok", "ok"]
    assert [days([10.0] * 140 + [20.0 + n % 3 for n in range(70)] + [cost]).state for cost in (30.0, 36.0)] == [
        "ok",
        "breach",
    ]
