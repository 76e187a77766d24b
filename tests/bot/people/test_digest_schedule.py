"""When a member's digest is due, across daylight saving, holidays, days away and late runs."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.digest_schedule import DigestSchedule

WEEKEND = frozenset({5, 6})
WARSAW, NEW_YORK = ZoneInfo("Europe/Warsaw"), ZoneInfo("America/New_York")


def _schedule(
    zone: ZoneInfo = WARSAW,
    at: time = time(9),
    *,
    weekend: frozenset[int] = WEEKEND,
    country: str | None = None,
    away: tuple[date, date] | tuple[None, None] = (None, None),
) -> DigestSchedule:
    return DigestSchedule(at, zone, weekend, country, *away)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "after", "due"),
    [
        (WARSAW, "2026-03-27 09:00", "2026-03-30 07:00"),  # the clocks go forward on Sunday, 29 March
        (WARSAW, "2026-10-23 09:00", "2026-10-26 08:00"),  # and back on Sunday, 25 October
        (NEW_YORK, "2026-03-06 15:00", "2026-03-09 13:00"),
        (NEW_YORK, "2026-10-30 15:00", "2026-11-02 14:00"),
        (ZoneInfo("Asia/Kolkata"), "2026-11-18 00:00", "2026-11-18 03:30"),
        (ZoneInfo("Pacific/Kiritimati"), "2026-11-17 12:00", "2026-11-17 19:00"),
    ],
)
def test_a_digest_is_due_at_nine_local_time(zone: ZoneInfo, after: str, due: str) -> None:
    assert _schedule(zone).next_after(_utc(after)) == _utc(due)


def test_a_local_time_skipped_or_repeated_by_daylight_saving_is_due_once() -> None:
    everyday = _schedule(at=time(2, 30), weekend=frozenset())
    assert everyday.next_after(_utc("2026-03-28 12:00")) == _utc("2026-03-29 01:00")
    first = everyday.next_after(_utc("2026-10-24 12:00"))
    assert first == _utc("2026-10-25 00:30")
    assert everyday.next_after(first) == _utc("2026-10-26 01:30")


def test_weekends_holidays_and_days_away_are_skipped() -> None:
    poland = _schedule(country="PL")
    assert poland.next_after(_utc("2026-11-10 08:00")) == _utc("2026-11-12 08:00")  # 11 November is a holiday
    spain = _schedule(country="ES")
    assert spain.next_after(_utc("2026-11-10 08:00")) == _utc("2026-11-11 08:00")
    away = _schedule(away=(date(2026, 11, 11), date(2026, 11, 17)))
    assert away.next_after(_utc("2026-11-10 08:00")) == _utc("2026-11-18 08:00")
    sundays = _schedule(weekend=frozenset(range(6)))
    assert sundays.next_after(_utc("2026-11-10 08:00")) == _utc("2026-11-15 08:00")


def test_a_member_without_working_days_is_checked_again_in_a_year() -> None:
    never = _schedule(weekend=frozenset(range(7)))
    assert never.next_after(_utc("2026-11-10 08:00")) == _utc("2027-11-11 08:00")


@pytest.mark.parametrize(
    ("at", "now", "is_due"),
    [
        (time(9), "07:59", False),
        (time(9), "08:00", True),
        (time(9), "16:59", True),
        (time(9), "17:00", False),
        (time(16), "17:59", True),
        (time(16), "18:00", False),
        (time(23), "22:59", True),
        (time(23), "23:00", False),
    ],
)
def test_a_digest_is_due_until_the_working_day_is_over(at: time, now: str, is_due: bool) -> None:  # noqa: FBT001
    assert _schedule(at=at).is_due(_utc(f"2026-11-18 {now}")) is is_due  # Warsaw is an hour ahead


@given(
    zone=st.sampled_from(
        [WARSAW, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Santiago"), ZoneInfo("Asia/Tokyo")]
    ),
    at=st.times(),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_following_the_schedule_gives_each_working_day_once(zone: ZoneInfo, at: time, start: datetime) -> None:
    schedule = _schedule(zone, at.replace(microsecond=0, tzinfo=None, fold=0))
    days, moment = [], start
    for _ in range(30):
        following = schedule.next_after(moment)
        assert following > moment
        assert schedule.is_due(following)
        moment = following
        days.append(moment.astimezone(schedule.zone).date())
    between = (days[0] + timedelta(days=ahead) for ahead in range((days[-1] - days[0]).days + 1))
    assert days == [day for day in between if day.weekday() not in WEEKEND]
