from datetime import date, timedelta

import pytest

from scoring.facts import Series
from scoring.metric_window import Known, pair_of

TODAY = date(2026, 11, 16)
DAY = timedelta(days=1)


def known(*values: float | None, first: date = TODAY - 4 * DAY) -> Known:
    return Known(Series(first, values), TODAY)


def test_data_runs_through_the_last_day_before_today_that_has_a_value() -> None:
    assert known(1, 2, 3, 4).through == TODAY - DAY
    lagging = known(1, 2, None, None)
    assert (lagging.through, lagging.ends, lagging.days) == (TODAY - 3 * DAY, TODAY - 2 * DAY, (1, 2))


def test_a_day_without_a_value_counts_as_nothing() -> None:
    assert known(None, 2, None, 4).days == (0, 2, 0, 4)
    assert known(0, 2, 0, 4).days == (0, 2, 0, 4)


def test_nothing_is_known_of_no_values_of_gaps_alone_and_of_days_to_come() -> None:
    for nothing in (known(), known(None, None), known(1, 2, first=TODAY), known(1, first=TODAY + 9 * DAY)):
        assert nothing.days == ()
        assert nothing.ends == nothing.first


def test_more_is_known_on_the_day_after_the_next_value() -> None:
    assert known(1, 2, 3, 4).until is None
    assert known(1, 2, 3, 4, 5).until == TODAY + DAY
    assert known(1, 2, 3, 4, None, None, 7).until == TODAY + 3 * DAY
    assert known(1, 2, 3, 4, None).until is None
    assert known(1, first=TODAY + 9 * DAY).until == TODAY + 10 * DAY


def test_values_add_up_from_a_day_to_before_another_as_far_as_they_are_known() -> None:
    days = known(1, 2, None, 8)
    assert days.total(TODAY - 3 * DAY, TODAY) == 10
    assert days.total(TODAY - 30 * DAY, TODAY - DAY) == 3
    assert days.total(TODAY - 30 * DAY, TODAY - 20 * DAY) == 0


@pytest.mark.parametrize(
    ("age", "lately", "before", "sums"),
    [
        (0, 1, 2, (8, 6)),
        (0, 2, 2, (12, 3)),
        (1, 1, 9, (4, 3)),
        (0, 9, 9, (15, 0)),
        (3, 2, 1, (1, 0)),
        (7, 2, 2, (0, 0)),
    ],
)
def test_the_last_days_before_one_and_those_before_them(
    age: int, lately: int, before: int, sums: tuple[float, float]
) -> None:
    assert known(1, 2, 4, 8).lately_and_before(TODAY - age * DAY, lately, before) == sums


def test_a_series_begins_with_its_first_value() -> None:
    assert known(None, None, 4, 8).since_first_value() == (4, 8)
    assert known(0, None, 4, 8).since_first_value() == (0, 0, 4, 8)
    assert known(None, None).since_first_value() == ()


def test_a_pair_ends_where_the_first_of_them_does_and_changes_with_either() -> None:
    pair = pair_of(known(1, 2, 3), known(1, 2, 3, 4, None, 6))
    assert isinstance(pair, tuple)
    assert pair[2:] == (TODAY - DAY, TODAY + 2 * DAY)
    both = pair_of(known(1, 2, 3, 4, 5), known(1, 2, 3, 4, None, 6))
    assert isinstance(both, tuple)
    assert both[3] == TODAY + DAY


def test_a_pair_of_which_one_is_yet_to_come_is_awaited() -> None:
    coming, nothing, here = known(1, first=TODAY), known(), known(1, 2, 3, 4, 5)
    assert pair_of(coming, here) == TODAY + DAY
    assert pair_of(known(1, first=TODAY + DAY), coming) == TODAY + 2 * DAY
    assert pair_of(nothing, coming) is None
    assert pair_of(None, here) is None
