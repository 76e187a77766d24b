from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, timedelta
from random import Random
from types import MappingProxyType

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from scoring.assessment import Signal
from scoring.facts import Client, KnownBreach, Observation, Portfolio, Series
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
    known: KnownBreach | None = None,
    lags: Mapping[str, int] = MappingProxyType({}),
) -> Signal:
    metrics = {"spend": spend or series(100_00, 100_00), "conversions": conversions}
    if clicks:
        metrics["clicks"] = clicks
    breaches = {"cost_per_result": known} if known else {}
    client = replace(CLIENT, metrics=metrics, observations=observations, breaches=breaches, lags=lags)
    return cost_per_result(client, Context(Policy(), Portfolio(), day))[0]


def after_ninety_days(before: float, lately: float, days: int, *then: float) -> Series:
    """Make ninety days, so many at another level, then others, through yesterday; the last two are left out."""
    values = (before,) * 90 + (lately,) * days + then
    return Series(TODAY - timedelta(days=len(values)), values)


def rise(before: float, lately: float, days: int, *then: float, known: KnownBreach | None = None) -> Signal:
    """Judge a cost per conversion that changed so many days ago, at 100.00 a day."""
    spend = after_ninety_days(100_00, 100_00, days, *(100_00,) * len(then))
    return look(after_ninety_days(before, lately, days, *then), spend, known=known)


@pytest.mark.parametrize(("lately", "state"), [(10, "ok"), (8.2, "ok"), (7, "ok"), (5, "breach"), (0, "breach")])
def test_a_result_that_costs_twice_as_much_for_a_week_is_a_breach(lately: float, state: str) -> None:
    found = look(series(10, lately))
    assert found.state == state
    assert (found.evidence["cost_before"], found.evidence["expected"]) == (10_00, 70)
    assert found.evidence["judged_through"] == TODAY - timedelta(days=3)
    assert found.until == TODAY + timedelta(days=1)  # one more day is complete then


def test_a_smaller_rise_takes_longer_to_be_sure_of() -> None:
    assert [rise(10, 7, days, 7, 7).state for days in (7, 14, 28)] == ["ok", "breach", "breach"]
    assert [rise(10, 5, days, 5, 5).state for days in (2, 4, 7)] == ["ok", "breach", "breach"]


def test_a_rise_by_less_than_a_fifth_is_none_however_sure_it_is() -> None:
    assert rise(1000, 1000 / 1.19, 28, 0, 0).state == "ok"


def test_severity_grows_with_how_much_and_how_sure() -> None:
    by_length = [rise(10, 7, days, 7, 7).severity for days in (14, 21, 28)]
    in_full = 0.5 + 0.5 * (10 / 7 - 1.2) / 0.8  # where it is sure, how much is left: in full at twice as dear
    assert 0.5 <= by_length[0] < by_length[1] < by_length[2]
    assert by_length[2] == pytest.approx(in_full, abs=0.005)
    assert [rise(10, lately, 28, 0, 0).severity for lately in (5, 3, 0)] == pytest.approx([1, 1, 1], abs=0.005)


def test_the_same_rise_on_few_results_may_be_chance() -> None:
    assert rise(1, 0.5, 14, 0.5, 0.5).state == "ok"
    assert rise(10, 5, 14, 5, 5).state == "breach"
    assert rise(0.3, 0, 14, 0, 0).state == "ok"
    assert rise(0.3, 0, 28, 0, 0).state == "breach"
    assert rise(1, 0.5, 28, 0.5, 0.5).state == "breach"


def test_ordinary_days_of_a_steady_price_are_no_rise() -> None:
    draw = Random(5)
    for a_day in (0.5, 2, 8):
        counts = tuple(float(sum(draw.random() < a_day / 40 for _ in range(40))) for _ in range(120))
        spend = Series(TODAY - timedelta(days=120), tuple(100_00 * draw.uniform(0.7, 1.3) for _ in range(120)))
        assert look(Series(spend.first, counts), spend).state == "ok"


def test_an_open_rise_stays_until_the_last_days_are_clearly_as_before() -> None:
    known = KnownBreach(TODAY - timedelta(days=12))
    assert rise(2, 1, 14, 2, 2, 0, 0).state == "ok"  # would not open
    assert [rise(2, 1, 14, *(2,) * days, 0, 0, known=known).state for days in (0, 2, 4)] == ["breach"] * 3
    closed = rise(2, 1, 14, *(2,) * 10, 0, 0, known=KnownBreach(TODAY - timedelta(days=22)))
    assert closed.state == "ok"


def test_what_was_resolved_is_not_told_again_by_the_days_before_it() -> None:
    resolved = KnownBreach(TODAY - timedelta(days=12), TODAY - timedelta(days=4))
    assert rise(10, 5, 14, 5, 5).state == "breach"
    assert rise(10, 5, 14, 5, 5, known=resolved).state == "ok"  # two days since, which chance may bring
    earlier = KnownBreach(TODAY - timedelta(days=20), TODAY - timedelta(days=14))
    again = rise(10, 5, 14, 5, 5, known=earlier)
    assert (again.state, again.evidence["since"]) == ("breach", TODAY - timedelta(days=14))


def test_with_too_few_results_or_too_old_ones_it_is_unknown() -> None:
    assert look(series(0.6, 0)).state == "unknown"
    assert look(series(10, 0), series(0, 100_00)).state == "unknown"
    assert look(series(10, 0), after_ninety_days(100_00, 0, 30)).state == "unknown"
    assert look(series(10, 5), day=TODAY + timedelta(days=13)).state == "breach"
    assert look(series(10, 5), day=TODAY + timedelta(days=14)).state == "unknown"
    assert [s.state for s in cost_per_result(CLIENT, Context(Policy(), Portfolio(), TODAY))] == ["unknown"]


def test_days_are_left_out_for_as_long_as_the_source_is_known_to_add_to_them() -> None:
    conversions = after_ninety_days(10, 10, 14, *(5,) * 7)
    spend = after_ninety_days(100_00, 100_00, 21)
    assert look(conversions, spend, lags={"conversions": 0}).evidence["judged_through"] == TODAY - timedelta(days=1)
    assert look(conversions, spend, lags={"conversions": 0}).state == "breach"
    assert look(conversions, spend, lags={"conversions": 7}).state == "ok"


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
        return look(series(10, 2), spend, observations=remarks).evidence["running_days"]

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


def of_two_sources(complexity: str = "simple", running: int = 100) -> Signal:
    """Judge a client whose Meta ads bring a tenth of what they brought for ten days, and whose search ads go on."""
    steady, halved = after_ninety_days(10, 10, 10, 10, 10), after_ninety_days(10, 1, 10, 1, 1)
    spend = after_ninety_days(100_00, 100_00, 10, 100_00, 100_00)
    both = Series(steady.first, tuple((a or 0) + (b or 0) for a, b in zip(steady.values, halved.values, strict=True)))
    pause = Observation("budget_change", TODAY - timedelta(days=running))
    client = replace(
        CLIENT,
        complexity=complexity,
        metrics={"spend": Series(spend.first, tuple(2 * (v or 0) for v in spend.values)), "conversions": both},
        sources={
            "google_ads": {"spend": spend, "conversions": steady},
            "Meta": {"spend": spend, "conversions": halved},
        },
        observations=(pause,),
    )
    return cost_per_result(client, Context(Policy(), Portfolio(), TODAY))[0]


def test_the_source_that_lost_most_of_the_results_is_named() -> None:
    found = of_two_sources()
    assert (found.state, found.evidence["source"]) == ("breach", "Meta")


def test_ads_that_an_audience_has_seen_for_long_are_a_quick_fix_but_not_of_a_complex_client() -> None:
    assert of_two_sources().effort == "quick"
    assert of_two_sources(complexity="complex").effort == "deep"
    assert of_two_sources(running=20).effort == "deep"
