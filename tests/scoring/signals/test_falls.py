from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from scoring.facts import Client, KnownBreach, Series
from scoring.metric_window import MetricPair, MetricWindow, pair_up, window
from scoring.sequential import Stretch
from scoring.signals.falls import Fall, budget_changed_on, find_excess, find_fall

DAY = timedelta(days=1)
TODAY = date(2026, 11, 20)
CLIENT = Client(1, "active", UTC)


def through_yesterday(*values: float) -> MetricWindow:
    return window(Series(TODAY - len(values) * DAY, values), TODAY)


def pair(parts: MetricWindow, wholes: MetricWindow) -> MetricPair:
    found = pair_up(parts, wholes)
    assert isinstance(found, MetricPair)
    return found


def fall(*parts: float, client: Client = CLIENT, wholes: tuple[float, ...] = ()) -> Fall | None:
    known = pair(through_yesterday(*parts), through_yesterday(*(wholes or (100.0,) * len(parts))))
    return find_fall(known, TODAY, client, "cost_per_result", false_alarms=1.0)


def excess(
    *parts: float, rate: float = 0.02, days: tuple[date, date] = (TODAY - 60 * DAY, TODAY), client: Client = CLIENT
) -> Fall | None:
    known = pair(through_yesterday(*parts), through_yesterday(*(100.0,) * len(parts)))
    return find_excess(known, days, client, "cost_per_lead", false_alarms=1.0, rate=rate)


def test_four_weeks_are_compared_with_up_to_ninety_days_before() -> None:
    for days, before in ((200, 90), (118, 90), (100, 72), (42, 14)):
        found = fall(*(2.0,) * days)
        assert found is not None
        assert found.baseline == (TODAY - (28 + before) * DAY, TODAY - 28 * DAY)
        assert (found.part_before, found.whole_before) == (2 * before, 100 * before)


def test_with_less_than_six_weeks_the_recent_days_are_what_two_weeks_of_baseline_leave() -> None:
    found = fall(*(2.0,) * 30)
    assert found is not None
    assert found.baseline == (TODAY - 30 * DAY, TODAY - 16 * DAY)
    assert [fall(*(2.0,) * days) is None for days in (20, 21)] == [True, False]


def test_too_few_results_before_or_to_come_or_nothing_spent_is_nothing_to_compare() -> None:
    assert fall(*(0.1,) * 118) is None  # nine before
    assert fall(*(0.15,) * 118) is None  # four to come in four weeks
    assert fall(*(0.2,) * 118) is not None
    assert fall(*(2.0,) * 118, wholes=(100.0,) * 90 + (0.0,) * 28) is None
    assert fall(*(2.0,) * 118, wholes=(0.0,) * 118) is None


def test_a_steady_rate_shows_its_last_week_and_a_fallen_one_the_days_since_it_fell() -> None:
    steady, fallen = fall(*(2.0,) * 118), fall(*(2.0,) * 104, *(0.5,) * 14)
    assert steady is not None
    assert fallen is not None
    assert (steady.since, steady.part, steady.whole) == (TODAY - 7 * DAY, 14, 700)
    assert (fallen.since, fallen.part, fallen.whole) == (TODAY - 14 * DAY, 7, 1400)
    assert (steady.is_open(by=0.2, already=False), fallen.is_open(by=0.2, already=False)) == (False, True)


def test_less_money_for_as_many_fewer_results_is_no_fall() -> None:
    found = fall(*(2.0,) * 90, *(1.0,) * 28, wholes=(100.0,) * 90 + (50.0,) * 28)
    assert found is not None
    assert found.stretch.strength == 0


def test_counts_that_stray_further_than_chance_take_more_to_fall() -> None:
    even = fall(*(2.0,) * 90, *(1.0,) * 28)
    bursts = fall(*(0.0, 0.0, 0.0, 8.0) * 22, 0.0, 8.0, *(1.0,) * 28)
    assert even is not None
    assert bursts is not None
    assert even.stretch.strength > 1 > bursts.stretch.strength


def told(times: float, strength: float) -> Fall:
    stretch = Stretch(14, 10.0, times * 10.5 - 0.5, strength)
    whole = (TODAY - 90 * DAY, TODAY - 28 * DAY)
    return Fall(stretch, TODAY, TODAY, 10, 100, 10, 100, is_over=False, baseline=whole)


def test_a_fall_opens_where_it_is_sure_and_by_the_limit_and_stays_until_it_is_over() -> None:
    assert [
        told(times, strength).is_open(by=0.25, already=False) for times, strength in ((2, 1), (2, 0.99), (1.24, 9))
    ] == [
        True,
        False,
        False,
    ]
    assert told(1.1, 0.1).is_open(by=0.25, already=True)
    assert not replace(told(2, 5), is_over=True).is_open(by=0.25, already=True)


@pytest.mark.parametrize(
    ("times", "strength", "severity"),
    [(1.25, 9, 0.5), (1.75, 9, 0.75), (2.25, 9, 1), (5, 9, 1), (2.25, 1, 0.5), (2.25, 1.5, 0.7), (1.75, 1.5, 0.6)],
)
def test_severity_is_half_where_it_opens_and_the_rest_is_how_much_times_how_sure(
    times: float, strength: float, severity: float
) -> None:
    assert told(times, strength).severity(0.25) == pytest.approx(severity)


def test_an_open_fall_is_over_by_days_since_shortly_before_it_opened_alone() -> None:
    good_then_bad = (*(2.0,) * 104, *(2.0,) * 7, *(0.0,) * 7)
    bad_then_good = (*(2.0,) * 90, *(0.5,) * 18, *(2.0,) * 10)
    opened = replace(CLIENT, breaches={"cost_per_result": KnownBreach(TODAY - 12 * DAY)})
    for parts, is_over in ((good_then_bad, False), (bad_then_good, True)):
        found = fall(*parts, client=opened)
        assert found is not None
        assert found.is_over is is_over


def test_an_excess_is_held_against_a_known_rate_over_the_days_that_are_asked_for() -> None:
    found = excess(*(1.0,) * 60)
    assert found is not None
    assert (found.part_before, found.whole_before) == (0.02, 1.0)
    assert (found.stretch.days, found.stretch.found) == (28, 28)
    assert found.stretch.expected == pytest.approx(56)
    shorter = excess(*(1.0,) * 60, days=(TODAY - 10 * DAY, TODAY - 2 * DAY))
    assert shorter is not None
    assert (shorter.stretch.days, shorter.end) == (8, TODAY - 2 * DAY)


def test_an_excess_takes_days_that_should_have_brought_five() -> None:
    assert [excess(*(0.0,) * days) is None for days in (2, 3)] == [True, False]
    assert excess(*(0.0,) * 60, days=(TODAY, TODAY)) is None
    assert excess(*(0.0,) * 60, rate=0.0001) is None


def test_after_it_was_resolved_an_excess_is_judged_by_the_days_since() -> None:
    resolved = replace(CLIENT, breaches={"cost_per_lead": KnownBreach(TODAY - 20 * DAY, TODAY - 6 * DAY)})
    found = excess(*(1.0,) * 60, client=resolved)
    assert found is not None
    assert found.stretch.days == 6
    assert found.stretch.expected == pytest.approx(12)


@pytest.mark.parametrize(
    ("after", "seen"), [(300.0, True), (140.0, True), (120.0, False), (100.0, False), (80.0, False), (60.0, True)]
)
def test_a_budget_that_changed_by_a_third_is_seen_in_the_spend_itself(after: float, seen: bool) -> None:  # noqa: FBT001
    spend = through_yesterday(*(100.0,) * 42, *(after,) * 14)
    changed_on = budget_changed_on(spend, TODAY - 56 * DAY, TODAY)
    assert changed_on == (TODAY - 14 * DAY if seen else None)


def test_the_latest_change_of_the_budget_is_told_and_weeks_without_spend_are_none() -> None:
    twice = through_yesterday(*(100.0,) * 28, *(200.0,) * 14, *(400.0,) * 14)
    assert budget_changed_on(twice, TODAY - 56 * DAY, TODAY) == TODAY - 14 * DAY
    assert budget_changed_on(twice, TODAY - 14 * DAY, TODAY) is None  # one week to compare with one
    paused = through_yesterday(*(100.0,) * 28, *(0.0,) * 7, *(100.0,) * 14)
    assert budget_changed_on(paused, TODAY - 49 * DAY, TODAY) is None
