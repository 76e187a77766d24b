"""The tests that look each day, against exact run lengths and against healthy series drawn with a seed."""

from math import ceil, exp, lgamma, log, sqrt
from random import Random

import pytest

from scoring.sequential import (
    _CLEARLY,
    _DRIFT,
    _LOG,
    _PER_RESULT,
    BASELINE_DAYS,
    WINDOW_DAYS,
    YEAR,
    Drift,
    Stretch,
    blocks,
    chance_in,
    cusum_limit,
    drift,
    is_clearly_over,
    strongest_fall,
)


def exact_run_length(a_day: float, limit: float, states: int = 400) -> float:
    """Return the average run length of a Poisson CUSUM by a Markov chain (Brook and Evans 1972), in days.

    The statistic's range is cut into states, each day's step is shared among the two states that it falls between.
    """
    numpy = pytest.importorskip("numpy")
    width = limit / states
    levels = numpy.arange(states) * width
    stays = numpy.zeros((states, states))
    for count in range(int(a_day + 10 * sqrt(a_day) + 12)):
        chance = exp(count * log(a_day) - a_day - lgamma(count + 1))
        moved = numpy.maximum(0.0, levels + a_day * _DRIFT - count * _LOG) / width
        low = numpy.floor(moved).astype(int)
        for at, share in ((low, 1 - (moved - low)), (low + 1, moved - low)):
            inside = at < states
            numpy.add.at(stays, (numpy.arange(states)[inside], at[inside]), chance * share[inside])
    return float(numpy.linalg.solve(numpy.eye(states) - stays, numpy.ones(states))[0])


def limit_for(a_day: float, false_alarms: float) -> float:
    return cusum_limit(a_day * _PER_RESULT, sqrt(a_day) * _LOG, YEAR / false_alarms)


@pytest.mark.parametrize("a_day", [0.3, 0.5, 1, 2, 3, 5, 8, 10, 15])
@pytest.mark.parametrize("false_alarms", [1 / 3, 1, 3])
def test_the_limit_gives_nine_tenths_to_one_and_three_tenths_of_the_asked_run_length(
    a_day: float, false_alarms: float
) -> None:
    found = exact_run_length(a_day, limit_for(a_day, false_alarms)) / (YEAR / false_alarms)
    assert 0.88 < found < 1.3


def test_the_exact_run_length_is_what_simulated_series_run() -> None:
    a_day, limit, draw = 2.0, 2.0, Random(11)
    runs = []
    for _ in range(1500):
        total, days = 0.0, 0
        while total < limit:
            days += 1
            total = max(0.0, total + a_day * _DRIFT - poisson_of(draw, a_day) * _LOG)
        runs.append(days)
    mean = sum(runs) / len(runs)
    assert exact_run_length(a_day, limit) == pytest.approx(mean, rel=4 / sqrt(len(runs)))  # four standard errors


def test_the_limit_grows_with_the_run_length_that_is_asked_for() -> None:
    limits = [limit_for(2, rate) for rate in (52, 3, 1, 1 / 3, 0.01)]
    assert limits == sorted(limits)
    assert limits[-1] > limits[0] + 2


@pytest.mark.parametrize("information", [0.0, 1e-9, 1e-3, 1.0, 1e3])
def test_the_limit_is_a_number_for_any_information(information: float) -> None:
    assert -2 < cusum_limit(information, sqrt(2 * information), 365) < 20


def poisson_of(draw: Random, mean: float) -> int:
    count, product, floor = 0, draw.random(), exp(-mean)
    while product > floor:
        count, product = count + 1, product * draw.random()
    return count


def openings_a_year(a_day: float, false_alarms: float, factor: float = 1.0, years: int = 40) -> float:
    """Count how often healthy counts are told to have fallen; after each the next four weeks are not looked at.

    `factor` is by how much all days after the baseline differ from it.
    """
    draw, found, looked = Random(int(100 * a_day)), 0, 0
    for _ in range(years):
        days = [float(poisson_of(draw, a_day * (1 if n < BASELINE_DAYS else factor))) for n in range(365)]
        at = BASELINE_DAYS + WINDOW_DAYS
        while at < len(days):
            recent, before = days[at - WINDOW_DAYS : at], days[max(0, at - 118) : at - WINDOW_DAYS]
            rate = sum(before) / len(before)
            past = blocks(before, [rate] * len(before))
            stretch = strongest_fall(recent, [rate] * len(recent), sum(before), false_alarms, past=past)
            looked += 1
            if stretch.strength >= 1:
                found, at = found + 1, at + WINDOW_DAYS
            at += 1
    return found / (looked / YEAR)


@pytest.mark.parametrize("a_day", [0.5, 2, 8])
def test_steady_counts_are_told_to_have_fallen_no_more_often_than_the_rate(a_day: float) -> None:
    found = openings_a_year(a_day, 1.0)
    years = 40 * (365 - BASELINE_DAYS - WINDOW_DAYS) / YEAR
    assert found <= 1.0 + 2 / sqrt(years)  # two standard errors of as many at the rate


def test_a_keener_rate_opens_more_often_and_a_calmer_one_less() -> None:
    calm, normal, keen = (openings_a_year(2, rate) for rate in (1 / 3, 1.0, 3.0))
    assert calm < normal < keen
    assert keen <= 3.0 + 2 * sqrt(3 / 27)


def test_half_as_many_are_told_within_four_weeks_at_two_a_day() -> None:
    draw, found = Random(2), 0
    for _ in range(100):
        recent = [float(poisson_of(draw, 1)) for _ in range(28)]
        found += strongest_fall(recent, [2.0] * 28, 180, 1.0).strength >= 1
    assert found >= 75


def test_the_strongest_stretch_begins_where_the_fall_does() -> None:
    found = strongest_fall([2.0] * 20 + [0.0] * 8, [2.0] * 28, 180, 1.0)
    assert (found.days, found.found, found.expected) == (8, 0, 16)
    assert found.strength > 1
    assert found.times == 16.5 / 0.5


def test_more_than_expected_is_no_fall() -> None:
    found = strongest_fall([3.0] * 28, [2.0] * 28, 180, 1.0)
    assert found == Stretch(0, 0.0, 0.0, 0.0)
    assert found.times == 1


def test_a_baseline_that_is_little_known_makes_less_sure() -> None:
    recent, expected = [1.0] * 28, [2.0] * 28
    strengths = [strongest_fall(recent, expected, baseline, 1.0).strength for baseline in (10, 40, 180, float("inf"))]
    assert strengths == sorted(strengths)
    assert strengths[0] < strengths[-1] - 0.2


def test_rates_that_wandered_before_make_less_sure_and_steady_ones_more() -> None:
    recent, expected = [5.0] * 28, [10.0] * 28
    steady = [(100.0, 100.0)] * 9
    wandering = [(130.0, 100.0), (70.0, 100.0)] * 4 + [(100.0, 100.0)]
    unknown, calm, wild = (
        strongest_fall(recent, expected, 900, 1.0, past=past).strength for past in ((), steady, wandering)
    )
    assert calm > unknown > wild


def test_counts_that_stray_less_than_poisson_make_more_sure() -> None:
    recent, expected = [1.2] * 28, [2.0] * 28
    strengths = [strongest_fall(recent, expected, 180, 1.0, spread=spread).strength for spread in (0.1, 1.0, 3.0)]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[0] > 1 > strengths[2]


@pytest.mark.parametrize("expected", [[], [0.0], [0.0] * 28])
def test_without_anything_to_expect_nothing_has_fallen(expected: list[float]) -> None:
    found = strongest_fall([0.0] * len(expected), expected, 0.0, 1.0)
    assert (found.days, found.strength) == (0, 0)


def test_corrections_below_zero_are_fewer_results_and_no_error() -> None:
    found = strongest_fall([2.0] * 27 + [-30.0], [2.0] * 28, 180, 1.0)
    assert (found.days, found.found, found.expected) == (1, -30, 2)
    assert found.strength > 1


def test_blocks_are_of_ten_days_and_leave_out_the_first_days() -> None:
    assert blocks([1.0] * 25, [2.0] * 25) == [(10, 20), (10, 20)]
    assert blocks([1.0] * 9, [2.0] * 9) == []
    assert blocks([], []) == []
    assert blocks([5.0] + [1.0] * 10, [0.0] + [2.0] * 10) == [(10, 20)]


def test_five_days_at_the_old_rate_are_clearly_over_and_one_or_four_are_not() -> None:
    fallen = [1.0] * 14
    old = [4.0] * 14
    assert [is_clearly_over(fallen + old[:days], [4.0] * (14 + days)) for days in (0, 1, 4)] == [False] * 3
    assert is_clearly_over(fallen + old[:5], [4.0] * 19)
    assert not is_clearly_over([], [])
    assert not is_clearly_over([4.0] * 4, [4.0] * 4)


def test_with_few_results_it_takes_longer_to_be_clearly_over() -> None:
    needed = ceil(_CLEARLY / _PER_RESULT)  # days with a result each, as expected, that bring the ratio
    assert needed in range(6, 14)
    assert not is_clearly_over([1.0] * (needed - 1), [1.0] * (needed - 1))
    assert is_clearly_over([1.0] * needed, [1.0] * needed)
    assert not is_clearly_over([0.5] * 28, [0.5] * 28)  # fourteen days are looked at, at most


def test_nothing_is_over_while_nothing_comes() -> None:
    assert not is_clearly_over([0.0] * 14, [2.0] * 14)
    assert not is_clearly_over([-5.0] * 14, [0.0] * 14)


def month(values: list[float], plan: float = 100.0, noise: float = 0.2, chance: float = 0.08) -> Drift:
    return drift([(value, plan, noise * plan) for value in values], noise * plan * sqrt(30), chance, 30, 0.2)


def test_days_on_plan_have_no_drift_and_none_at_all_neither() -> None:
    assert month([100.0] * 20) == Drift(0.0, 0.0)
    assert month([]) == Drift(0.0, 0.0)
    assert drift([(5.0, 0.0, 0.0)] * 9, 10.0, 0.08, 30, 0.2) == Drift(0.0, 0.0)
    assert drift([(5.0, 5.0, 1.0)] * 9, 0.0, 0.08, 30, 0.2) == Drift(0.0, 0.0)


def test_days_over_plan_drift_over_and_days_under_it_under_by_as_much() -> None:
    over, under = month([130.0] * 15), month([70.0] * 15)
    assert over.over > 1 > over.under
    assert (under.under, under.over) == pytest.approx((over.over, over.under))


def test_drift_grows_day_by_day_and_is_sooner_seen_in_even_days() -> None:
    by_day = [month([80.0] * days).under for days in range(1, 25)]
    assert by_day == sorted(by_day)
    first = next(day for day, found in enumerate(by_day, start=1) if found >= 1)
    even = next(day for day in range(1, 25) if month([80.0] * day, noise=0.1).under >= 1)
    assert even < first <= 14


def test_beside_what_it_adds_to_the_sum_one_odd_day_says_no_more_than_three_deviations() -> None:
    def by_cusum(last: float) -> Drift:
        return drift([(100.0, 100.0, 20.0)] * 5 + [(last, 100.0, 20.0)], 1e9, 0.08, 30, 0.2)

    assert by_cusum(160.0).over < by_cusum(1000.0).over + 1e-6
    assert by_cusum(1000.0).over == pytest.approx(by_cusum(160.0).over, abs=1e-5)
    assert 0 < by_cusum(140.0).over < by_cusum(160.0).over < 1


def test_healthy_months_are_called_off_plan_no_more_often_than_the_chance() -> None:
    draw, chance, months = Random(7), chance_in(30, 1.0), 1000
    found = 0
    for _ in range(months):
        values = [draw.gauss(100, 20) for _ in range(30)]
        tested = [month(values[:day], chance=chance) for day in range(3, 31)]
        found += any(max(each.over, each.under) >= 1 for each in tested)
    assert found / months <= chance + 2 * sqrt(chance * (1 - chance) / months)
    assert found / months > chance / 4  # and it is not merely silent


def test_the_chance_of_a_period_follows_from_the_rate_of_a_year() -> None:
    assert chance_in(30, 1.0) == pytest.approx(1 - exp(-30 / 365.25))
    assert chance_in(30, 1 / 3) == pytest.approx(chance_in(10, 1.0))
    assert chance_in(92, 1.0) > chance_in(30, 1.0)
    assert chance_in(365, 52) == 0.5
    assert chance_in(0, 1.0) == 0
    assert -log(1 - chance_in(30, 3.0)) == pytest.approx(3 * -log(1 - chance_in(30, 1.0)))


def test_results_below_zero_count_as_none() -> None:
    assert Stretch(3, -0.5, 4.0, 1.0).times == Stretch(3, 0.0, 4.0, 1.0).times == 9
