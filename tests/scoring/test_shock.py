import math
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.shock import SHOCK, rise, shock, threshold

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
VALUES = st.lists(st.floats(min_value=-5, max_value=1_000).map(lambda value: round(value, 2)), max_size=120)


def every(hours: int, count: int) -> list[datetime]:
    return [START + timedelta(hours=hours * i) for i in range(count)]


def hourly(days: int) -> list[float]:
    """A price with a day's swing, and a small wobble that repeats every 17 hours."""
    return [10 + 6 * math.sin(i / 24 * math.tau) + (i % 17) / 17 for i in range(24 * days)]


def told(values: list[float], hours: int = 1) -> list[int]:
    scores = shock(values, every(hours, len(values)))
    return [i for i, score in enumerate(scores) if score >= SHOCK]


def by_the_formula(values: list[float], slots: list[int], season: int) -> list[float]:
    """The docstring's formula, each point from scratch; ``slots`` are the points' numbers on a grid."""
    near = 2 if season > 12 else 0
    known: list[tuple[int, float]] = []
    distances: list[float] = []
    scores = []
    for i, slot in enumerate(slots):
        recent = [(at, max(0, values[j])) for j, at in enumerate(slots[:i]) if slot - at <= 21 * season + near]
        rhythm = [
            value
            for at, value in recent
            if slot - at > near and min((slot - at) % season, (at - slot) % season) <= near
        ]
        calm = 0.2 * fmean([value for _, value in recent]) if recent else 0
        distance = 0.0
        if len(rhythm) >= 3 and calm > 0:
            residual = math.log((max(0, values[i]) + calm) / (median(rhythm) + calm))
            spread = sorted(before for at, before in known if slot - at <= 28 * season)
            if len(spread) >= max(12, 2 * season):
                quarter = len(spread) // 4
                deviation = (spread[-1 - quarter] - spread[quarter]) / 1.349 + 0.05
                latest = [before for at, before in known if slot - at <= season]
                distance = (residual - (median(latest) if latest else 0)) / deviation
                distance = max(distance, -distance / 2)
            known.append((slot, residual))
        earlier = [d for d, at in zip(distances, slots, strict=False) if slot - at <= season]
        distances.append(distance)
        scores.append(distance / math.sqrt(2 + distance**2) if distance > max(earlier, default=0) else 0.0)
    return scores


@pytest.mark.parametrize(
    ("hours", "count", "season"),
    [
        (1, 24 * 24, 24),
        (2, 200, 12),
        (6, 150, 4),
        (12, 80, 2),
        (24, 200, 7),
        (84, 60, 2),
        (85, 60, 1),
        (720, 60, 1),
    ],
)
def test_every_score_is_the_stated_formula(hours: int, count: int, season: int) -> None:
    values = [math.exp(math.sin(i * i + hours)) * (1 + i % season) - (i % 31 == 30) for i in range(count)]
    gap = range(count - 6 - 2 * season, count - 6)  # of two cycles, and single points are missing
    slots = [i for i in range(count) if i < 14 or season == 1 or (i % 13 and i not in gap)]
    kept = [values[i] for i in slots]
    moments = [START + timedelta(hours=hours * i) for i in slots]
    assert shock(kept, moments) == pytest.approx(by_the_formula(kept, slots, season))


def test_the_daily_swing_is_no_shock() -> None:
    assert told(hourly(30)) == []


def test_an_hour_far_above_its_own_time_of_day_is_a_shock() -> None:
    values = hourly(20)
    at = 24 * 18 + 18  # the lowest hour of the day: the spike is an ordinary noon's price
    assert values[at] < 5
    values[at] = 16
    assert told(values) == [at]


def test_a_shock_that_lasts_some_hours_is_reported_once() -> None:
    values = hourly(20)
    at = 24 * 15 + 6
    for i, times in enumerate((4.0, 3.9, 3.8, 3.5)):
        values[at + i] *= times
    assert told(values) == [at]


def test_a_worse_hour_on_the_same_day_is_reported_again() -> None:
    values = hourly(20)
    at = 24 * 15 + 6
    values[at] *= 3
    values[at + 3] *= 9
    assert told(values) == [at, at + 3]


def test_a_new_level_is_no_shock_after_its_first_day() -> None:
    values = hourly(12) + [value * 3 for value in hourly(12)]
    found = told(values)
    assert found[0] == 24 * 12
    assert all(at < 24 * 13 for at in found)


def test_a_dip_scores_less_than_a_rise_of_the_same_factor() -> None:
    at = 24 * 18 + 3
    up, down = hourly(20), hourly(20)
    up[at] *= 2
    down[at] /= 2
    moments = every(1, len(up))
    assert 0 < shock(down, moments)[at] < shock(up, moments)[at]


def test_a_dead_hour_is_a_shock() -> None:
    values = hourly(20)
    values[24 * 18 + 3] = 0
    assert told(values) == [24 * 18 + 3]


def test_daily_values_are_compared_with_their_own_weekday() -> None:
    weekly = [100.0, 102, 98, 101, 99, 20, 22]
    values = [value + i % 3 for i, value in enumerate(weekly * 9)]
    assert told(values, hours=24) == []
    saturday = 7 * 8 + 5
    values[saturday] = 100
    assert told(values, hours=24) == [saturday]


def test_monthly_values_are_compared_with_the_ones_before() -> None:
    values = [50.0 + i % 4 for i in range(30)]
    values[25] = 120
    assert told(values, hours=24 * 30) == [25]


def test_missing_hours_leave_the_others_in_their_place() -> None:
    values, moments = hourly(20), every(1, 24 * 20)
    at = 24 * 18 + 18
    values[at] = 16
    kept = [i for i in range(len(values)) if i == at or i % 11]
    scores = shock([values[i] for i in kept], [moments[i] for i in kept])
    assert [kept[i] for i, score in enumerate(scores) if score >= SHOCK] == [at]


@pytest.mark.parametrize("value", [0.0, 7.5])
def test_a_series_that_never_moves_scores_nothing(value: float) -> None:
    assert set(shock([value] * 400, every(1, 400))) == {0.0}


def test_a_spike_in_a_constant_series_is_a_shock() -> None:
    assert told([5.0] * 300 + [9.0] + [5.0] * 20) == [300]


def test_two_equal_spikes_in_a_day_are_reported_once() -> None:
    values = [5.0] * 200
    values[180] = values[185] = 9.0
    assert told(values) == [180]


def test_short_series_score_nothing() -> None:
    assert shock([], []) == []
    assert shock([1.0, 99.0], every(1, 2)) == [0, 0]
    assert set(shock([*[1.0] * 20, 99.0], every(24, 21))) == {0.0}


def test_a_value_without_a_timestamp_is_refused() -> None:
    with pytest.raises(ValueError, match="timestamp"):
        shock([1.0, 2.0], every(1, 1))
    with pytest.raises(ValueError, match="ascend"):
        shock([1.0] * 20, [START] * 20)


@given(VALUES, st.sampled_from([1, 6, 24, 168]), st.data())
def test_what_comes_later_never_changes_a_score(values: list[float], hours: int, data: st.DataObject) -> None:
    moments = every(hours, len(values))
    known = data.draw(st.integers(min_value=0, max_value=len(values)))
    assert shock(values, moments)[:known] == shock(values[:known], moments[:known])


@given(VALUES, st.sampled_from([1, 6, 24, 168]))
def test_scores_lie_between_0_and_1_one_for_each_value(values: list[float], hours: int) -> None:
    scores = shock(values, every(hours, len(values)))
    assert len(scores) == len(values)
    assert all(0 <= score < 1 for score in scores)


@given(VALUES, st.sampled_from([0.25, 4.0, 1024.0]))
def test_another_currency_changes_no_score(values: list[float], rate: float) -> None:
    moments = every(6, len(values))
    assert shock([value * rate for value in values], moments) == pytest.approx(shock(values, moments))


@given(st.floats(min_value=1.0, max_value=40), st.floats(min_value=1.0, max_value=3))
def test_a_greater_spike_never_scores_less(times: float, more: float) -> None:
    values, at = hourly(8), 24 * 7 + 5
    moments = every(1, len(values))
    spiked, worse = ([v * k if i == at else v for i, v in enumerate(values)] for k in (times, times * more))
    assert shock(worse, moments)[at] >= shock(spiked, moments)[at]


@given(VALUES)
def test_a_rise_scores_as_the_last_value_does_and_a_dip_nothing(values: list[float]) -> None:
    moments = every(24, len(values))
    last = shock(values, moments)[-1] if values else 0.0
    assert rise(values, moments) in {0.0, last}
    if last:
        dearer = rise([*values[:-1], values[-1] + 1000], moments)
        assert dearer >= rise(values, moments)


def test_a_rise_and_a_dip_are_kept_apart() -> None:
    steady = [100.0 + i % 3 for i in range(80)]
    moments = every(24, 81)
    assert rise([*steady, 300.0], moments) == shock([*steady, 300.0], moments)[-1] >= SHOCK
    assert rise([*steady, 10.0], moments) == 0 < shock([*steady, 10.0], moments)[-1]
    assert rise([], []) == 0


def test_a_rarer_false_alarm_asks_for_a_higher_score_and_so_do_fewer_results() -> None:
    rates = [threshold(rate) for rate in (5, 1, 0.3)]
    assert rates == sorted(rates)
    assert threshold(1) < threshold(1, results_a_day=50) < threshold(1, results_a_day=20) < threshold(1, 12)
    assert threshold(1, 12) == threshold(1, 3) == threshold(1, 0)
    assert all(0 < threshold(rate) < 1 for rate in (1e-9, 1, 1e9))


def test_once_a_year_is_two_and_a_half_deviations_of_an_even_series() -> None:
    assert threshold(1) == pytest.approx(2.45 / math.sqrt(2 + 2.45**2))


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        threshold(0)


def test_ordinary_days_pass_the_threshold_as_often_as_it_says() -> None:
    random, rate, years, told = Random(5), 3.0, 12, 0
    moments = every(24, 365 * years)
    values = [100 * (1 - 0.3 * (i % 7 > 4)) * random.lognormvariate(0, 0.2) for i in range(len(moments))]
    told = sum(score >= threshold(rate) for score in shock(values, moments))
    assert told / years == pytest.approx(rate, rel=0.4)
