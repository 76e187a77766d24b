from datetime import date, timedelta

import pytest

from scoring.facts import Series
from scoring.metric_window import MetricPair, MetricWindow, NoPair, pair_up, window

TODAY = date(2026, 11, 16)
DAY = timedelta(days=1)


def known(*values: float | None, first: date = TODAY - 4 * DAY) -> MetricWindow:
    return window(Series(first, values), TODAY)


def test_data_runs_through_the_last_day_before_today_that_has_a_value() -> None:
    assert known(1, 2, 3, 4).through == TODAY - DAY
    lagging = known(1, 2, None, None)
    assert (lagging.through, lagging.end, lagging.values) == (TODAY - 3 * DAY, TODAY - 2 * DAY, (1, 2))


def test_a_day_without_a_value_counts_as_nothing() -> None:
    assert known(None, 2, None, 4).values == (0, 2, 0, 4)
    assert known(0, 2, 0, 4).values == (0, 2, 0, 4)


def test_nothing_is_known_without_values_from_gaps_alone_and_before_the_first_day() -> None:
    for nothing in (known(), known(None, None), known(1, 2, first=TODAY), known(1, first=TODAY + 9 * DAY)):
        assert nothing.values == ()
        assert nothing.end == nothing.first


def test_more_is_known_on_the_day_after_the_next_value() -> None:
    assert known(1, 2, 3, 4).changes_on is None
    assert known(1, 2, 3, 4, 5).changes_on == TODAY + DAY
    assert known(1, 2, 3, 4, None, None, 7).changes_on == TODAY + 3 * DAY
    assert known(1, 2, 3, 4, None).changes_on is None
    assert known(1, first=TODAY + 9 * DAY).changes_on == TODAY + 10 * DAY


def test_values_add_up_from_a_day_to_before_another_as_far_as_they_are_known() -> None:
    days = known(1, 2, None, 8)
    assert days.total(TODAY - 3 * DAY, TODAY) == 10
    assert days.total(TODAY - 30 * DAY, TODAY - DAY) == 3
    assert days.total(TODAY - 30 * DAY, TODAY - 20 * DAY) == 0
    assert days.total(TODAY - DAY, TODAY - 3 * DAY) == 0


@pytest.mark.parametrize(
    ("age", "recent", "prior", "totals"),
    [
        (0, 1, 2, (8, 6)),
        (0, 2, 2, (12, 3)),
        (1, 1, 9, (4, 3)),
        (0, 9, 9, (15, 0)),
        (3, 2, 1, (1, 0)),
        (7, 2, 2, (0, 0)),
    ],
)
def test_recent_days_are_summed_and_those_before_them(
    age: int, recent: int, prior: int, totals: tuple[float, float]
) -> None:
    assert known(1, 2, 4, 8).trailing_totals(TODAY - age * DAY, recent, prior) == totals


def test_a_series_begins_with_its_first_value() -> None:
    assert known(None, None, 4, 8).from_first_value() == (4, 8)
    assert known(0, None, 4, 8).from_first_value() == (0, 0, 4, 8)
    assert known(None, None).from_first_value() == ()
    assert known(None, None, None, None, 5).from_first_value() == ()


def test_a_pair_ends_where_the_first_of_them_does_and_changes_with_either() -> None:
    pair = pair_up(known(1, 2, 3), known(1, 2, 3, 4, None, 6))
    assert isinstance(pair, MetricPair)
    assert (pair.end, pair.changes_on) == (TODAY - DAY, TODAY + 2 * DAY)
    both = pair_up(known(1, 2, 3, 4, 5), known(1, 2, 3, 4, None, 6))
    assert both.changes_on == TODAY + DAY


def test_a_pair_waits_for_the_metric_that_has_no_value_yet() -> None:
    coming, nothing, here = known(1, first=TODAY), known(), known(1, 2, 3, 4, 5)
    assert pair_up(coming, here) == NoPair(TODAY + DAY)
    assert pair_up(known(1, first=TODAY + DAY), coming) == NoPair(TODAY + 2 * DAY)
    assert pair_up(nothing, coming) == NoPair(None)
    assert pair_up(None, here) == NoPair(None)
