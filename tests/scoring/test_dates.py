from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.dates import (
    add_workdays,
    at_local,
    in_working_hours,
    is_workday,
    local_day,
    next_workday,
    start_of_day,
    workdays_between,
)

WARSAW, NEW_YORK = ZoneInfo("Europe/Warsaw"), ZoneInfo("America/New_York")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Warsaw",
        "America/New_York",
        "Pacific/Apia",
        "America/Santiago",
        "Asia/Beirut",
        "America/Havana",
        "Africa/Cairo",
        "Australia/Lord_Howe",
        "Atlantic/Azores",
    )
]
WEEKEND = frozenset({5, 6})
HOLIDAYS = frozenset({date(2026, 11, 11)})
days = st.dates(date(2012, 1, 2), date(2037, 12, 31))


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        (date(2026, 11, 20), "Europe/Warsaw", utc(2026, 11, 19, 23)),
        (date(2026, 3, 29), "Europe/Warsaw", utc(2026, 3, 28, 23)),
        (date(2025, 9, 7), "America/Santiago", utc(2025, 9, 7, 4)),  # 00:00 is skipped: it begins at 01:00
        (date(2025, 3, 30), "Asia/Beirut", utc(2025, 3, 29, 22)),  # likewise
        (date(2026, 11, 1), "America/Havana", utc(2026, 11, 1, 4)),  # 00:00 comes twice: the first
        (date(2011, 12, 30), "Pacific/Apia", utc(2011, 12, 30, 10)),  # never was: the day after
        (date(1919, 3, 31), "America/Toronto", utc(1919, 3, 31, 4, 30)),  # 23:30 to 00:30 is skipped
    ],
)
def test_a_day_begins_at_its_first_moment_even_where_midnight_is_skipped(day: date, zone: str, start: datetime) -> None:
    assert start_of_day(day, ZoneInfo(zone)) == start


@given(days, st.sampled_from(ZONES))
def test_a_day_begins_when_the_day_before_ends(day: date, zone: ZoneInfo) -> None:
    start = start_of_day(day, zone)
    assert start.utcoffset() == timedelta(0)
    assert local_day(start, zone) == day
    assert local_day(start - timedelta(microseconds=1), zone) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (date(2026, 11, 20), time(9), utc(2026, 11, 20, 8)),
        (date(2026, 7, 20), time(9), utc(2026, 7, 20, 7)),
        (date(2026, 3, 29), time(2, 30), utc(2026, 3, 29, 1)),  # skipped: the moment the clocks go forward
        (date(2026, 3, 29), time(3, 0), utc(2026, 3, 29, 1)),
        (date(2026, 10, 25), time(2, 30), utc(2026, 10, 25, 0, 30)),  # comes twice: the first
    ],
)
def test_a_local_time_is_found_across_daylight_saving(day: date, at: time, moment: datetime) -> None:
    assert at_local(day, at, WARSAW) == moment


@given(days, st.times(), st.sampled_from(ZONES))
def test_a_local_time_is_that_time_unless_the_clocks_skip_it(day: date, at: time, zone: ZoneInfo) -> None:
    local = at_local(day, at, zone).astimezone(zone)
    assert (local.date(), local.time()) >= (day, at)
    assert local.replace(tzinfo=None) - datetime.combine(day, at) <= timedelta(hours=1)


def test_weekends_and_holidays_are_not_worked() -> None:
    assert not is_workday(date(2026, 11, 21), WEEKEND, HOLIDAYS)
    assert not is_workday(date(2026, 11, 11), WEEKEND, HOLIDAYS)
    assert is_workday(date(2026, 11, 12), WEEKEND, HOLIDAYS)
    assert next_workday(date(2026, 11, 10), WEEKEND, HOLIDAYS) == date(2026, 11, 12)
    assert next_workday(date(2026, 11, 20), WEEKEND, HOLIDAYS) == date(2026, 11, 23)


def test_working_days_are_counted_from_the_day_after() -> None:
    friday = date(2026, 11, 6)
    assert add_workdays(friday, 0, WEEKEND, HOLIDAYS) == friday
    assert add_workdays(friday, 3, WEEKEND, HOLIDAYS) == date(2026, 11, 12)
    assert workdays_between(friday, date(2026, 11, 12), WEEKEND, HOLIDAYS) == 3
    assert workdays_between(friday, friday, WEEKEND, HOLIDAYS) == 0
    assert workdays_between(date(2026, 11, 12), friday, WEEKEND, HOLIDAYS) == 0


@given(days, st.integers(0, 40), st.frozensets(st.integers(0, 6), max_size=6))
def test_adding_working_days_and_counting_them_agree(day: date, n: int, weekend: frozenset[int]) -> None:
    assert workdays_between(day, add_workdays(day, n, weekend, HOLIDAYS), weekend, HOLIDAYS) == n


def test_a_week_without_a_working_day_is_refused() -> None:
    with pytest.raises(ValueError, match="no weekday"):
        next_workday(date(2026, 11, 20), frozenset(range(7)), HOLIDAYS)
    with pytest.raises(ValueError, match="no weekday"):
        add_workdays(date(2026, 11, 20), 1, frozenset(range(7)), HOLIDAYS)


@pytest.mark.parametrize(
    ("now", "zone", "inside"),
    [
        (utc(2026, 11, 20, 8), WARSAW, True),
        (utc(2026, 11, 20, 7, 59), WARSAW, False),
        (utc(2026, 11, 20, 16, 59), WARSAW, True),
        (utc(2026, 11, 20, 17), WARSAW, False),
        (utc(2026, 11, 20, 17), NEW_YORK, True),
        (utc(2026, 11, 21, 10), WARSAW, False),
        (utc(2026, 11, 11, 10), WARSAW, False),
    ],
)
def test_working_hours_are_those_of_the_zone(now: datetime, zone: ZoneInfo, inside: bool) -> None:  # noqa: FBT001
    assert in_working_hours(now, zone, WEEKEND, HOLIDAYS) is inside
