import math
from datetime import date, timedelta
from random import Random
from statistics import fmean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.forecast import Forecast, month_end, month_of, project, project_total, quarter_end, quarter_of

JANUARY = date(2026, 1, 1)
AMOUNTS = st.floats(min_value=-200, max_value=10_000).map(lambda value: round(value, 2))
SPENDING = st.lists(st.one_of(st.just(0.0), st.floats(min_value=1, max_value=10_000)), min_size=1, max_size=95)


def days(first: date, values: list[float]) -> dict[date, float]:
    return {first + timedelta(days=i): value for i, value in enumerate(values)}


def workdays_only(first: date, count: int) -> dict[date, float]:
    return {day: 0.0 if day.weekday() >= 5 else 100.0 for day in days(first, [0.0] * count)}


def weekday_shares(values: list[float]) -> list[float]:
    """The shares of the last week's days, the latest first."""
    recent = values[-56:]
    weeks = [values[end - 7 : end] for end in range(len(values), 6, -7)][:8]
    weeks = [week for week in weeks if sum(week) > 0]
    even, parts = 0.75, [0.0] * 7
    if sum(value == 0 for value in recent) > len(recent) / 2:
        even, parts = 6, [sum(week[i] for week in weeks) for i in range(7)]
    elif weeks:
        parts = [median(week[i] / sum(week) for week in weeks) for i in range(7)]
    parts = [max(0, part) for part in parts]
    if sum(parts) <= 0:
        return [1.0] * 7
    return [(part * 7 / sum(parts) * len(weeks) + even) / (len(weeks) + even) for part in reversed(parts)]


def by_the_formula(values: list[float], as_of: date) -> tuple[float, float, float]:
    """The docstring's formula, day by day, for a history without gaps that begins at JANUARY and ends yesterday."""
    start, end = month_of(as_of)
    share = dict(enumerate(weekday_shares(values)))
    elapsed, ahead = min(len(values), (as_of - start).days), (end - as_of).days
    part = sum(share[-i % 7] for i in range(1, ahead + 1))
    level, shift, noise, spread = level_by_the_formula(values[:-29:-1], share)
    days_known = values[:-29:-1]
    n = len(days_known)
    if len(values) >= 7 and elapsed > 0:
        line = sum(values[-elapsed:]) / sum(share[age % 7] for age in range(elapsed))
        if elapsed > 7 and n - elapsed >= 3:
            earlier = sum(days_known[elapsed:]) / sum(share[age % 7] for age in range(elapsed, n))
            by_chance = 4**2 * noise * (1 / elapsed + 1 / (n - elapsed))
            both = (line - earlier) ** 4 + by_chance**2
            own = min(1, (elapsed - 7) / 7) * (line - earlier) ** 4 / both if both > 0 else 0
            if own >= 0.05:
                level += own * (level_by_the_formula(days_known[:elapsed], share)[0] - level)
        level += max(0.3 * (ahead / (elapsed + ahead)) ** 2, 1 - n / 28) * (line - level)
    spent = sum(value for day, value in days(JANUARY, values).items() if day >= start)
    mid = spent + level * part
    drift, size = max(0, spread - noise), abs(level)
    usual = 8 * (1 - n / 28)
    noise = ((n - 1) * noise + usual * (0.3 * size) ** 2) / (n - 1 + usual)
    is_count = sum(days_known) < 100 * n and all(value % 1 == 0 for value in days_known)
    if is_count:
        noise = max(noise, size + 0.5 / n)
    of_level = shift**2 + (drift + (0.1 * size) ** 2) * ahead / 20 + (0.28 * size) ** 2 / n
    width = math.sqrt(2.2 * noise * part * (1 + part / n) + part**2 * of_level) + is_count / 2 * (part > 0)
    return max(mid - width, spent) if mid >= spent else mid - width, mid, mid + width


def level_by_the_formula(days_known: list[float], share: dict[int, float]) -> tuple[float, float, float, float]:
    """The level, the latest days' shift, and the variance of a day by the next one and by the mean."""
    n = len(days_known)
    p = [share[age % 7] for age in range(n)]
    rates = [value / each for value, each in zip(days_known, p, strict=True)]

    def held(odd: float, last: int) -> list[float]:
        half = median(rates[:last])
        return [min(max(rate, half / odd), half * odd) if half > 0 else rate for rate in rates]

    def weighted(rates: list[float], half_life: float) -> tuple[float, float]:
        """The mean, and its variance in those of a day."""
        plain = [0.5 ** (age / half_life) for age in range(len(rates))]
        weights = [weight * each for weight, each in zip(plain, p, strict=False)]
        mean = sum(w * rate for w, rate in zip(weights, rates, strict=True)) / sum(weights)
        return mean, sum(w**2 for w in plain) / sum(plain) ** 2

    kept = held(4, 14)
    middle = sum(each * rate for each, rate in zip(p, kept, strict=True)) / sum(p)
    spread = sum(each * (rate - middle) ** 2 for each, rate in zip(p, kept, strict=True)) / n
    noise = sum(p[i] * (kept[i] - kept[i + 1]) ** 2 for i in range(n - 1)) / 2 / max(1, n - 1)
    level, shift = fmean(days_known), 0.0
    if n >= 7:
        (steady, doubt), (latest, more_doubt) = weighted(kept, 14), weighted(held(2, 7)[:14], 1.75)
        level, shift = steady, latest - steady
        if shift:
            z4 = (shift**2 / (noise * (more_doubt - doubt))) ** 2 if noise else math.inf
            level += shift * (0.1 + 0.9 * (z4 / (z4 + 1.75**4) if z4 < math.inf else 1))
    return level, shift, noise, spread


@pytest.mark.parametrize(("month", "total"), [(1, 3100), (2, 2800), (4, 3000)])
def test_a_steady_client_ends_a_month_of_any_length_at_its_daily_value(month: int, total: int) -> None:
    history = days(date(2025, 10, 1), [100.0] * 300)
    for day in (1, 2, 10, 28):
        assert month_end(history, date(2026, month, day)).mid == pytest.approx(total)


def test_the_february_of_a_leap_year_has_29_days() -> None:
    assert month_end(days(date(2028, 1, 1), [10] * 40), date(2028, 2, 10)).mid == pytest.approx(290)


def test_a_quarter_is_forecast_over_its_three_months() -> None:
    history = days(date(2025, 11, 1), [100.0] * 200)
    assert quarter_end(history, date(2026, 1, 1)).mid == pytest.approx(9000)
    assert quarter_end(history, date(2026, 3, 31)).mid == pytest.approx(9000)


def test_the_first_of_a_month_is_forecast_from_the_month_before() -> None:
    history = days(JANUARY, [100.0] * 31)
    forecast = month_end(history, date(2026, 2, 1))
    assert forecast.mid == pytest.approx(2800)
    assert forecast.low >= 0


def test_a_client_that_started_on_the_12th_is_not_given_earlier_days() -> None:
    assert month_end(days(date(2026, 6, 12), [100.0] * 5), date(2026, 6, 17)).mid == pytest.approx(1900)


def test_with_less_than_a_week_the_forecast_is_the_straight_line() -> None:
    forecast = month_end(days(date(2026, 4, 1), [10, 40, 20, 30, 45, 35]), date(2026, 4, 7))
    assert forecast.mid == pytest.approx(180 / 6 * 30)
    assert month_end(days(date(2026, 4, 1), [10, 40, 20, 30, 45, 35, 30]), date(2026, 4, 8)).mid != 900


def test_one_day_is_enough_for_a_forecast() -> None:
    assert month_end({date(2026, 4, 1): 7}, date(2026, 4, 2)).mid == pytest.approx(210)


@given(
    st.lists(st.floats(min_value=0, max_value=100), min_size=1, max_size=6),
    st.data(),
    st.floats(min_value=0, max_value=50),
)
def test_on_the_straight_line_a_higher_day_never_lowers_the_forecast(
    values: list[float], data: st.DataObject, more: float
) -> None:
    at = data.draw(st.integers(min_value=0, max_value=len(values) - 1))
    raised = [value + more * (i == at) for i, value in enumerate(values)]
    as_of = JANUARY + timedelta(days=len(values))
    assert project(raised, JANUARY, as_of).mid >= project(values, JANUARY, as_of).mid - 1e-9


def test_nothing_known_and_nothing_spent_both_forecast_zero() -> None:
    nothing = Forecast(0, 0, 0)
    assert month_end({}, date(2026, 2, 10)) == nothing
    assert month_end({date(2026, 2, 11): 50}, date(2026, 2, 10)) == nothing
    assert project([None, None], date(2026, 2, 1), date(2026, 2, 10)) == nothing
    idle = month_end(days(JANUARY, [0] * 40), date(2026, 2, 10))
    assert (idle.low, idle.mid) == (0, 0)


def test_free_weekends_are_projected_as_free_whether_they_are_zeros_or_left_out() -> None:
    zeros = workdays_only(date(2025, 11, 3), 90)
    left_out = {day: value for day, value in zeros.items() if value}
    as_of = date(2026, 1, 10)  # a Saturday: 7 working days gone, 15 to come
    assert month_end(zeros, as_of).mid == pytest.approx(2200, rel=0.02)
    assert month_end(left_out, as_of).mid == pytest.approx(2200, rel=0.02)


def test_a_holiday_in_one_week_does_not_bend_the_rhythm() -> None:
    history = workdays_only(date(2025, 11, 3), 90)
    with_holiday = history | {date(2025, 12, 25): 0.0, date(2025, 12, 26): 0.0}
    as_of = date(2026, 1, 20)
    assert month_end(with_holiday, as_of).mid == pytest.approx(month_end(history, as_of).mid, rel=0.02)


def test_a_lost_day_costs_its_own_value_and_little_more() -> None:
    history = days(JANUARY, [100.0] * 58)
    del history[date(2026, 2, 20)]
    assert 2600 < month_end(history, date(2026, 2, 24)).mid < 2800


def test_two_days_that_have_not_arrived_are_projected_in_full() -> None:
    history = days(JANUARY, [100.0] * 45)
    assert month_end(history, date(2026, 2, 17)).mid == pytest.approx(2800)


def test_the_longer_the_silence_the_less_is_expected_of_it() -> None:
    history = days(JANUARY, [100.0] * 35)
    mids = [month_end(history, date(2026, 2, day)).mid for day in (8, 12, 16, 20)]
    assert mids == sorted(mids, reverse=True)
    assert mids[-1] > 400


def test_a_silence_that_began_before_the_month_leaves_a_part_of_its_days() -> None:
    history = days(JANUARY, [100.0] * 25)
    forecast = month_end(history, date(2026, 2, 4))  # 9 days: a week beyond the 2 that data may lag
    noise = 8 * (3 / 28) * 30**2 / (24 + 8 * (3 / 28))
    width = math.sqrt(2.2 * noise * 28 * (1 + 28 / 25) + 28**2 * (10**2 * 34 / 20 + 28**2 / 25))
    assert (forecast.mid, forecast.high) == pytest.approx((1400, 1400 + width))


def test_a_correction_lowers_the_month_by_its_amount_but_is_not_projected() -> None:
    history = days(JANUARY, [100.0] * 58)
    corrected = history | {date(2026, 2, 20): -400.0}
    as_of = date(2026, 2, 24)
    fall = month_end(history, as_of).mid - month_end(corrected, as_of).mid
    assert 500 <= fall < 700


def test_one_odd_day_counts_at_most_twice_the_median() -> None:
    history = days(JANUARY, [100.0] * 58)
    spiked = history | {date(2026, 2, 14): 5_000.0}
    as_of = date(2026, 2, 15)
    assert month_end(spiked, as_of).mid - 4_900 < 1.25 * month_end(history, as_of).mid


def test_a_new_level_is_followed_within_a_week() -> None:
    history = days(JANUARY, [100.0] * 41 + [200.0] * 7)
    rest = month_end(history, date(2026, 2, 18)).mid - (10 * 100 + 7 * 200)
    assert rest == pytest.approx(200 * 11, rel=0.2)


def test_rare_conversions_are_projected_at_their_mean() -> None:
    history = days(JANUARY, [1.0 if i % 4 == 0 else 0.0 for i in range(59)])
    assert month_end(history, date(2026, 2, 15)).mid == pytest.approx(7, abs=1.5)


def test_the_interval_narrows_as_the_month_runs_out() -> None:
    history = days(date(2025, 11, 1), [100.0 + 37 * (i % 5) for i in range(150)])
    widths = [
        forecast.high - forecast.low
        for forecast in (month_end(history, date(2026, 3, day)) for day in (11, 16, 21, 26, 31))
    ]
    assert widths == sorted(widths, reverse=True)


def test_a_restless_client_has_a_wider_interval_than_a_steady_one() -> None:
    steady = month_end(days(JANUARY, [100.0 + i % 2 for i in range(45)]), date(2026, 2, 15))
    restless = month_end(days(JANUARY, [60.0 + 80 * (i % 2) for i in range(45)]), date(2026, 2, 15))
    assert restless.high - restless.low > 2 * (steady.high - steady.low)


def test_a_tenth_of_the_chance_lies_under_the_interval_and_a_tenth_above() -> None:
    forecast = Forecast(900, 1000, 1100)
    assert forecast.chance_under(900) == pytest.approx(0.1, abs=1e-4)
    assert forecast.chance_under(1000) == pytest.approx(0.5)
    assert forecast.chance_under(1100) == pytest.approx(0.9, abs=1e-4)


def test_far_misses_are_likelier_than_a_normal_curve_says() -> None:
    assert Forecast(900, 1000, 1100).chance_under(1250) == pytest.approx(0.987, abs=1e-3)  # a normal curve: 0.999


def test_nothing_ends_under_what_is_spent_and_half_still_ends_under_the_middle() -> None:
    forecast = Forecast(950, 1000, 1100)
    chances = [forecast.chance_under(total) for total in (900, 950, 951, 999.99, 1000, 1100)]
    assert chances == sorted(chances)
    assert chances[:2] == [0, 0]
    assert chances[3:] == pytest.approx([0.5, 0.5, 0.9], abs=1e-3)


def test_no_percentage_is_worth_telling_where_the_interval_reaches_more_than_a_quarter() -> None:
    assert not Forecast(750, 1000, 1250).too_early
    assert Forecast(749, 1000, 1251).too_early


def test_it_is_too_early_with_few_conversions_and_not_with_many() -> None:
    few, many = ([float(count) for count in (0, 1, 3, 0, 2, 0, 1) * 8], [100.0 + n % 9 for n in range(56)])
    middle = date(2026, 2, 11)
    assert month_end(days(JANUARY, few), middle).too_early
    assert not month_end(days(JANUARY, many), middle).too_early


@pytest.mark.parametrize("count", [0, 1, 5])
def test_even_the_evenest_counts_are_no_surer_than_counts_are(count: int) -> None:
    forecast = project_total([float(count)] * 60, count * 10.0, 20, elapsed=10)
    poisson = 1.2816 * math.sqrt(count * 20)
    assert forecast.mid == pytest.approx(count * 30)
    assert forecast.high - forecast.mid >= max(0.5, poisson)


def test_a_month_that_is_over_is_certain() -> None:
    assert project_total([3.0] * 40, 90.0, 0, elapsed=30) == Forecast(90, 90, 90)


def restless(count: int, seed: int = 8, level: float = 100.0) -> list[float]:
    """Days that stray by a fifth or so, in no order."""
    random = Random(seed)
    return [level * random.lognormvariate(0, 0.2) for _ in range(count)]


def test_chance_is_not_followed_and_a_step_is() -> None:
    for times, least, most in ((1.1, 0.0, 0.05), (2.0, 0.5, 1.0)):
        risen = []
        for seed in range(40):
            steady = restless(60, seed)
            last = [*steady[:-3], *(times * value for value in steady[-3:])]
            risen.append(project_total(last, 0.0, 20).mid / project_total(steady, 0.0, 20).mid - 1)
        assert least < fmean(risen) < most


def test_early_in_the_month_the_forecast_leans_to_the_straight_line_and_later_less() -> None:
    values = [*restless(60), 150.0, 140.0, 160.0, 150.0, 150.0]
    leans = []
    for elapsed, ahead in ((5, 25), (5, 10)):
        plain, leaning = (project_total(values, 750.0, ahead, elapsed=days).mid for days in (0, elapsed))
        line = 750 / elapsed * ahead + 750
        leans.append((leaning - plain) / (line - plain))
    assert 0 < leans[1] < leans[0] < 0.35


def test_a_campaign_of_five_days_says_little_of_the_weekdays_to_come() -> None:
    launched = project_total([0.0] * 45 + [100.0] * 5, 500.0, 25, elapsed=5)
    assert launched.mid == pytest.approx(3000, rel=0.15)
    assert launched.too_early


def test_what_stopped_four_days_ago_is_no_odd_day() -> None:
    stopped = project_total([100.5] * 56 + [0.0] * 4, 0.0, 20)
    assert stopped.mid < 0.35 * project_total([100.5] * 60, 0.0, 20).mid


def test_a_new_budget_from_the_first_is_told_from_its_own_days_in_its_second_week() -> None:
    for elapsed, most in ((14, 0.08), (20, 0.05)):
        off = []
        for seed in range(30):
            values = [*restless(45, seed), *restless(elapsed, seed + 50, 170.0)]
            spent, ahead = sum(values[45:]), 30 - elapsed
            rest = project_total(values, spent, ahead, elapsed=elapsed).mid - spent
            off.append(abs(rest / (spent / elapsed * ahead) - 1))
        assert fmean(off) < most


def test_a_client_of_two_weeks_is_forecast_nearer_to_the_straight_line() -> None:
    values = [*[60.0] * 4, *[100.0] * 10]
    young = project_total(values, sum(values), 16, elapsed=14).mid
    old = project_total([*[80.0] * 46, *values], sum(values), 16, elapsed=14).mid
    line = sum(values) / 14 * 30
    assert abs(young - line) < abs(old - line)


def test_a_young_client_has_a_wider_interval() -> None:
    young, old = (project_total([100.5] * count, 502.5, 25, elapsed=5) for count in (5, 60))
    assert young.high - young.mid > 1.5 * (old.high - old.mid)


def test_a_certain_total_is_only_under_a_higher_one() -> None:
    assert [Forecast(5, 5, 5).chance_under(total) for total in (4, 5, 6)] == [0, 0, 1]


def test_the_day_itself_counts_where_its_value_is_there() -> None:
    history = days(date(2026, 4, 1), [30.0] * 10)
    assert month_end(history, date(2026, 4, 10)).mid == pytest.approx(900)
    assert month_end(days(JANUARY, [10] * 31), date(2026, 1, 31)) == Forecast(310, 310, 310)


@given(st.lists(AMOUNTS, min_size=1, max_size=95), st.integers(min_value=0, max_value=40), AMOUNTS)
def test_later_values_are_ignored(values: list[float], back: int, other: float) -> None:
    history = days(JANUARY, values)
    as_of = JANUARY + timedelta(days=len(values) - back)
    known = {day: value for day, value in history.items() if day <= as_of}
    future = {day: other for day in history if day > as_of} | {as_of + timedelta(days=2): other}
    assert month_end(history, as_of) == month_end(known, as_of) == month_end(known | future, as_of)
    assert quarter_end(history, as_of) == quarter_end(known, as_of)


@given(
    st.integers(min_value=1, max_value=80).flatmap(
        lambda size: st.lists(st.one_of(st.just(0.0), AMOUNTS), min_size=size, max_size=size)
    )
)
def test_every_forecast_is_the_stated_formula(values: list[float]) -> None:
    as_of = JANUARY + timedelta(days=len(values))
    forecast = project(values, JANUARY, as_of)
    assert (forecast.low, forecast.mid, forecast.high) == pytest.approx(by_the_formula(values, as_of), abs=1e-6)


@given(SPENDING, st.integers(min_value=0, max_value=5))
def test_the_ends_lie_around_the_middle_and_what_is_spent_stays_spent(values: list[float], late: int) -> None:
    as_of = JANUARY + timedelta(days=len(values) + late)
    forecast = project(values, JANUARY, as_of)
    spent = sum(value for day, value in days(JANUARY, values).items() if day >= month_of(as_of)[0])
    assert spent - 1e-6 <= forecast.low <= forecast.mid <= forecast.high


@given(st.lists(AMOUNTS, min_size=1, max_size=95), st.sampled_from([0.25, 2.0, 64.0]))
def test_another_unit_scales_the_forecast_and_nothing_else(values: list[float], unit: float) -> None:
    as_of = JANUARY + timedelta(days=len(values))
    values[-1] += 0.001 - values[-1] % 0.01  # no count in any of the units
    plain, scaled = (project([v * k for v in values], JANUARY, as_of) for k in (1.0, unit))
    assert (scaled.low, scaled.mid, scaled.high) == pytest.approx(
        (plain.low * unit, plain.mid * unit, plain.high * unit)
    )


@given(st.lists(st.one_of(st.none(), AMOUNTS), max_size=95), st.integers(min_value=0, max_value=20))
def test_a_mapping_and_a_sequence_of_days_give_the_same_forecast(values: list[float | None], late: int) -> None:
    as_of = JANUARY + timedelta(days=len(values) + late)
    history = {JANUARY + timedelta(days=i): value for i, value in enumerate(values) if value is not None}
    assert month_end(history, as_of) == project(values, JANUARY, as_of)
    assert quarter_end(history, as_of) == project(values, JANUARY, as_of, quarter_of)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31)))
def test_a_day_lies_in_its_own_month_and_quarter(day: date) -> None:
    for start, end in (month_of(day), quarter_of(day)):
        assert start <= day < end
        assert start.day == end.day == 1
    assert (month_of(day)[1] - month_of(day)[0]).days in {28, 29, 30, 31}
    assert (quarter_of(day)[1] - quarter_of(day)[0]).days in {90, 91, 92}
