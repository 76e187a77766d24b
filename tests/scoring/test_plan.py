from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta
from math import sqrt
from random import Random
from statistics import mean, pstdev

import pytest

from scoring.facts import Client, Observation, Series
from scoring.metric_window import MetricWindow, window
from scoring.plan import Plan, begins_on, make_plan, paused_days, season_around, weekday_shares

DAY = timedelta(days=1)
NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
CLIENT = Client(1, "active", UTC, currency="EUR")


def known(values: Sequence[float | None], through: date) -> MetricWindow:
    return window(Series(through - (len(values) - 1) * DAY, tuple(values)), through + DAY)


def plan_of(
    client: Client,
    values: Sequence[float | None] = (100.0,) * 60,
    *,
    start: date = JUNE,
    end: date = JULY,
    target: int = 3000,
    through: date | None = None,
    counts: bool = False,
) -> Plan:
    found = make_plan(
        client,
        "leads" if counts else "spend",
        (start, end, target),
        known(values, through or start - DAY),
        counts=counts,
    )
    assert found is not None
    return found


def test_a_target_falls_on_the_days_of_its_period_evenly_where_they_are_alike() -> None:
    found = plan_of(CLIENT)
    assert (found.begin, found.end, found.target, found.floor) == (JUNE, JULY, 3000, 3000)
    assert found.by_day == pytest.approx((100,) * 30)
    assert not found.is_seasonal


@pytest.mark.parametrize("known_by", ["start", "launch", "first value"])
def test_a_client_that_began_on_the_21st_has_a_third_of_the_month_and_of_its_target(known_by: str) -> None:
    began = date(2026, 6, 21)
    client = CLIENT
    values: tuple[float, ...] = (100.0,) * 60
    if known_by == "start":
        client = replace(CLIENT, started_on=began)
    elif known_by == "launch":
        client = replace(CLIENT, launches_on=began)
    else:
        values = (100.0,) * 4
    found = plan_of(client, values, through=date(2026, 6, 24))
    assert found.begin == began
    assert (found.target, found.floor) == pytest.approx((1000, 1000))
    assert found.by_day == pytest.approx((100,) * 10)


def test_the_latest_of_start_launch_and_first_value_counts_and_those_outside_the_period_do_not() -> None:
    client = replace(CLIENT, started_on=date(2026, 6, 5), launches_on=date(2026, 6, 9))
    rows = known((100.0,) * 5, date(2026, 6, 15))  # from the 11th
    assert begins_on(client, rows, JUNE, JULY) == date(2026, 6, 11)
    assert begins_on(client, None, JUNE, JULY) == date(2026, 6, 9)
    assert begins_on(replace(CLIENT, started_on=date(2026, 5, 2), launches_on=JULY), None, JUNE, JULY) == JUNE


def test_days_without_rows_before_the_first_value_are_before_the_start() -> None:
    rows = known((None, None, 100.0, None, 100.0), date(2026, 6, 15))
    assert begins_on(CLIENT, rows, JUNE, JULY) == date(2026, 6, 13)


def paused(first: date, last: date | None) -> Client:
    return replace(CLIENT, observations=(Observation("campaign_pause", first, resolved_on=last),))


@pytest.mark.parametrize("last", [date(2026, 12, 31), date(2027, 1, 6), None])
def test_an_agreed_pause_over_christmas_asks_nothing_of_its_days_and_less_of_the_month(last: date | None) -> None:
    found = plan_of(paused(date(2026, 12, 22), last), start=DECEMBER, end=JANUARY, target=3100)
    assert found.by_day[21:] == (0,) * 10
    assert sum(found.by_day) == pytest.approx(3100)  # the whole budget in the days that are left is right too
    assert found.floor == pytest.approx(2100)  # and so is a day's usual part of it on each of the 21
    assert found.deviations[21:] == (0,) * 10


def test_a_pause_ends_on_the_day_on_which_it_was_resolved_and_lasts_within_the_period_alone() -> None:
    days = paused_days(paused(date(2026, 5, 30), date(2026, 6, 2)), JUNE, JULY)
    assert days == {date(2026, 6, 1), date(2026, 6, 2)}
    assert paused_days(paused(date(2026, 6, 29), None), JUNE, JULY) == {date(2026, 6, 29), date(2026, 6, 30)}
    assert paused_days(paused(date(2026, 7, 1), None), JUNE, JULY) == set()
    assert paused_days(paused(date(2026, 5, 1), date(2026, 5, 31)), JUNE, JULY) == set()
    complaint = replace(CLIENT, observations=(Observation("complaint", date(2026, 6, 3)),))
    assert paused_days(complaint, JUNE, JULY) == set()


def test_a_period_that_is_paused_as_a_whole_has_no_plan() -> None:
    rows = known((100.0,) * 60, date(2026, 5, 31))
    assert make_plan(paused(date(2026, 5, 20), None), "spend", (JUNE, JULY, 3000), rows, counts=False) is None


def by_weekday(weekend: float | None, weeks: int = 8) -> list[float | None]:
    """Make whole weeks from a Monday on, through Sunday the 31st of May."""
    return [*(100.0,) * 5, weekend, weekend] * weeks


@pytest.mark.parametrize("weekend", [0.0, None])
def test_weekdays_on_which_nothing_ever_runs_have_no_plan_and_no_noise(weekend: float | None) -> None:
    found = plan_of(CLIENT, by_weekday(weekend), target=2200)  # June has 22 weekdays
    for n, (part, deviation) in enumerate(zip(found.by_day, found.deviations, strict=True)):
        is_worked = (JUNE + n * DAY).weekday() < 5
        assert part == pytest.approx(100 if is_worked else 0)
        assert (deviation > 0) is is_worked


def test_weekday_shares_are_one_on_average_with_half_an_even_week_added() -> None:
    found = weekday_shares(known(by_weekday(20.0), JUNE - DAY), JUNE)
    even = 0.5 / 8.5
    assert sum(found) == pytest.approx(7)
    assert found[:5] == pytest.approx((100 * 7 / 540 * (1 - even) + even,) * 5)
    assert found[5:] == pytest.approx((20 * 7 / 540 * (1 - even) + even,) * 2)


def test_weekday_shares_are_of_the_weeks_before_the_period_and_of_the_latest_where_there_are_none() -> None:
    weeks = by_weekday(20.0)
    later = known([*weeks, *(500.0,) * 14], date(2026, 6, 14))
    assert weekday_shares(later, JUNE) == weekday_shares(known(weeks, JUNE - DAY), JUNE)
    assert weekday_shares(known(by_weekday(20.0, 2), date(2026, 6, 14)), JUNE)[5] < 0.6


def test_one_odd_week_does_not_bend_the_shares() -> None:
    odd = [*by_weekday(20.0, 7), 0.0, 0.0, 0.0, 0.0, 0.0, 300.0, 300.0]
    assert weekday_shares(known(odd, JUNE - DAY), JUNE) == pytest.approx(
        weekday_shares(known(by_weekday(20.0), JUNE - DAY), JUNE)
    )


@pytest.mark.parametrize("values", [(), (100.0,) * 6, (0.0,) * 60, (-5.0,) * 60])
def test_with_nothing_to_learn_from_all_weekdays_are_even(values: tuple[float, ...]) -> None:
    assert weekday_shares(known(values, JUNE - DAY), JUNE) == (1.0,) * 7


def relative_noise(found: Plan) -> float:
    return found.deviations[0] / found.by_day[0]


def strays(noise: float, seed: int = 1, days: int = 56) -> list[float]:
    draw = Random(seed)
    return [100 * draw.gauss(1, noise) for _ in range(days)]


def test_the_noise_of_a_day_is_learned_from_the_weeks_before() -> None:
    for noise in (0.1, 0.2, 0.3):
        learned = [relative_noise(plan_of(CLIENT, strays(noise, seed))) for seed in range(12)]
        assert mean(learned) == pytest.approx(noise, rel=0.25)
    assert relative_noise(plan_of(CLIENT)) == pytest.approx(0.05)  # at least


def test_until_two_weeks_are_known_a_days_noise_is_taken_to_be_three_tenths() -> None:
    assert relative_noise(plan_of(CLIENT, (100.0,) * 13)) == pytest.approx(0.3)
    assert relative_noise(plan_of(CLIENT, (100.0,) * 14)) == pytest.approx(0.05)


def test_one_step_of_the_level_moves_the_noise_far_less_than_it_moves_a_plain_deviation() -> None:
    even = [100.0] * 28 + [300.0] * 28
    assert relative_noise(plan_of(CLIENT, even)) < 0.2 < pstdev(even) / mean(even)
    uneven = strays(0.2)
    stepped = [value * (3 if n >= 28 else 1) for n, value in enumerate(uneven)]
    assert relative_noise(plan_of(CLIENT, stepped)) < 2 * relative_noise(plan_of(CLIENT, uneven))
    assert relative_noise(plan_of(CLIENT, stepped)) < 0.6 * pstdev(stepped) / mean(stepped)


def test_of_counts_a_days_variance_grows_with_its_mean_and_is_poissons_at_least() -> None:
    found = plan_of(CLIENT, (4.0,) * 60, target=120, counts=True)
    assert found.deviations == pytest.approx((2,) * 30)  # the root of 4
    assert found.deviation == pytest.approx(sqrt(120))
    uneven = plan_of(CLIENT, (0.0, 8.0) * 30, target=120, counts=True)
    assert uneven.deviations[0] > 2


def test_of_spend_a_days_deviation_grows_with_its_plan() -> None:
    single, double = (plan_of(CLIENT, strays(0.2), target=target) for target in (3000, 6000))
    assert double.deviation == pytest.approx(2 * single.deviation)


def test_deviations_add_up_by_their_squares() -> None:
    found = plan_of(CLIENT)
    assert found.deviation == pytest.approx(5 * sqrt(30))


def test_from_black_friday_to_new_year_days_may_stray_three_times_as_far_and_in_december_by_half_their_plan() -> None:
    november = plan_of(CLIENT, start=NOVEMBER, end=DECEMBER)
    assert november.is_seasonal
    assert november.deviations[:19] == pytest.approx((5,) * 19)
    assert november.deviations[19:] == pytest.approx((15,) * 11)
    december = plan_of(CLIENT, start=DECEMBER, end=JANUARY, target=3100)
    assert december.deviations == pytest.approx((50,) * 31)
    january = plan_of(CLIENT, start=JANUARY, end=date(2027, 2, 1), target=3100)
    assert january.deviations == pytest.approx((15,) * 6 + (5,) * 25)
    in_june = relative_noise(plan_of(CLIENT, strays(0.3)))
    assert relative_noise(plan_of(CLIENT, strays(0.3), start=DECEMBER, end=JANUARY)) == pytest.approx(3 * in_june)


def test_in_those_weeks_counts_may_stray_three_times_as_far() -> None:
    found = plan_of(CLIENT, (4.0,) * 60, start=NOVEMBER, end=DECEMBER, target=120, counts=True)
    assert found.deviations == pytest.approx((2,) * 19 + (6,) * 11)


def last_december(first_half: float, second_half: float, days: int = 80, before: float = 100.0) -> Series:
    """Make a last year whose December was busy through the 20th, on the weekday that is the 20th this year."""
    first, turn = date(2025, 11, 1), date(2026, 12, 21) - 364 * DAY
    values = tuple(
        before if day < DECEMBER - 364 * DAY else first_half if day < turn else second_half
        for day in (first + n * DAY for n in range(days))
    )
    return Series(first, values)


def test_where_last_year_is_known_its_season_is_the_plan_and_days_stray_no_further_than_usual() -> None:
    client = replace(CLIENT, last_year={"spend": last_december(400.0, 100.0)})
    found = plan_of(client, start=DECEMBER, end=JANUARY, target=3100)
    assert not found.is_seasonal
    assert sum(found.by_day) == pytest.approx(3100)
    assert found.by_day[10] / found.by_day[26] == pytest.approx(4)  # away from the turn, which is smoothed
    assert 1 < found.by_day[20] / found.by_day[26] < 4
    assert relative_noise(found) == pytest.approx(0.05)


def test_the_level_of_last_year_does_not_matter_only_its_shape() -> None:
    plans = [
        plan_of(
            replace(CLIENT, last_year={"spend": last_december(4 * level, level, before=level)}),
            start=DECEMBER,
            end=JANUARY,
            target=3100,
        )
        for level in (1.0, 700.0)
    ]
    assert plans[0].by_day == pytest.approx(plans[1].by_day)


def test_too_few_days_of_last_year_or_dark_ones_or_another_metric_tell_nothing() -> None:
    half = last_december(400.0, 100.0, days=45)  # through the 15th of December
    dark = last_december(0.0, 0.0)  # though November ran
    for last_year in ({"spend": half}, {"leads": last_december(400.0, 100.0)}, {"spend": dark}):
        found = plan_of(replace(CLIENT, last_year=last_year), start=DECEMBER, end=JANUARY, target=3100)
        assert found.is_seasonal
        assert found.by_day == pytest.approx((100,) * 31)


def test_a_season_is_taken_out_of_the_known_values_and_told_of_the_days_to_come() -> None:
    client = replace(CLIENT, last_year={"spend": last_december(400.0, 100.0)})
    known_end = date(2026, 12, 18)
    found = season_around(client, "spend", (100.0,) * 11 + (400.0,) * 17, known_end, JANUARY)
    assert found is not None
    assert (len(found.even), len(found.ahead)) == (28, 14)
    assert max(found.even[:5]) == pytest.approx(min(found.even[20:]))  # even, away from the turns
    assert found.ahead[0] == pytest.approx(4 * found.ahead[-1], rel=0.35)


def test_a_season_takes_two_weeks_of_last_year_before_today_and_all_of_what_is_to_come() -> None:
    known_end, values = date(2026, 12, 18), (100.0,) * 28
    whole = last_december(400.0, 100.0)
    from_december_3rd, from_december_5th = (Series(whole.first + n * DAY, whole.values[n:]) for n in (33, 35))
    to_the_25th = Series(whole.first, whole.values[:56])
    seasons = [
        season_around(replace(CLIENT, last_year={"spend": each}), "spend", values, known_end, JANUARY)
        for each in (from_december_3rd, from_december_5th, to_the_25th)
    ]
    assert [found is not None for found in seasons] == [True, False, False]
    assert season_around(CLIENT, "spend", values, known_end, JANUARY) is None
    assert season_around(replace(CLIENT, last_year={"spend": whole}), "spend", values, JANUARY, JANUARY) is None


def test_weeks_in_which_nothing_ran_last_year_are_no_season() -> None:
    client = replace(CLIENT, last_year={"spend": last_december(400.0, 0.0)})
    assert season_around(client, "spend", (100.0,) * 28, date(2026, 12, 18), JANUARY) is None
