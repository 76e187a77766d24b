"""Limits that stand still while the office, or the client's country, is closed; and the weeks around New Year."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from scoring.assess import assess
from scoring.counted_days import add_counted, after_break, count
from scoring.facts import Client, Portfolio
from scoring.policy import Policy

WEEKEND = frozenset({5, 6})
CLOSED = frozenset(date(2026, 12, n) for n in range(24, 32)) | {date(2027, 1, 1)}
HOLIDAYS = frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1), date(2026, 11, 11)})


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 2), 10, date(2026, 11, 12)),  # over a holiday on a Wednesday
        (date(2026, 11, 12), 10, date(2026, 11, 22)),  # and over weekends
        (date(2026, 12, 21), 2, date(2026, 12, 23)),
        (date(2026, 12, 21), 3, date(2027, 1, 4)),
        (date(2026, 12, 28), 1, date(2027, 1, 4)),
        (date(2026, 12, 21), 0, date(2026, 12, 21)),
    ],
)
def test_a_limit_runs_over_weekends_and_holidays_and_stands_still_in_a_long_break(
    start: date, days: int, end: date
) -> None:
    closed = CLOSED | HOLIDAYS
    assert add_counted(start, days, WEEKEND, closed) == end
    assert count(start, end, 99, WEEKEND, closed) == days
    assert count(start, end, 2, WEEKEND, closed) == min(days, 2)


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2026, 11, 11), date(2026, 11, 12)),  # a holiday on a Wednesday
        (date(2026, 11, 14), date(2026, 11, 14)),  # a weekend stays what it is
        (date(2026, 12, 26), date(2026, 12, 28)),  # one beside a holiday does not
        (date(2026, 12, 28), date(2026, 12, 28)),
    ],
)
def test_what_would_run_out_on_a_short_break_runs_out_on_the_working_day_after_it(day: date, moved: date) -> None:
    assert after_break(day, WEEKEND, HOLIDAYS) == moved


def test_without_closing_days_every_day_counts_also_where_nobody_ever_works() -> None:
    start = date(2026, 12, 21)
    assert add_counted(start, 30, WEEKEND, frozenset()) == start + timedelta(days=30)
    assert count(start, start + timedelta(days=30), 99, WEEKEND, frozenset()) == 30
    assert count(start, start - timedelta(days=30), 99, WEEKEND, frozenset()) == 0
    assert add_counted(start, 10, frozenset(range(7)), CLOSED) == start + timedelta(days=10)


def newly_due(portfolio: Portfolio, days_off: frozenset[date] = frozenset()) -> dict[date, int]:
    """How many of 40 clients, contacted every 7 to 9 days until 22 December, open on each working day."""
    opened = Counter[date]()
    for number in range(40):
        last = date(2026, 12, 22) - timedelta(days=number % 9)
        contact = datetime.combine(last, time(12), UTC)
        client = Client(number, "active", UTC, started_on=date(2024, 1, 1), last_contact_at=contact)
        for n in range(40):
            day = date(2026, 12, 22) + timedelta(days=n)
            found = assess(replace(client, days_off=days_off), portfolio, Policy(), datetime.combine(day, time(9), UTC))
            if found.alarms:
                opened[portfolio_day(day)] += 1
                break
    return opened


def portfolio_day(day: date) -> date:
    """The first working day on which somebody reads it."""
    while day.weekday() in WEEKEND or day in CLOSED:
        day += timedelta(days=1)
    return day


def test_the_weeks_around_new_year_do_not_all_end_on_the_first_working_day() -> None:
    before, after = newly_due(Portfolio()), newly_due(Portfolio(holidays=CLOSED))
    first = date(2027, 1, 4)
    assert before[first] == 40
    assert after[first] <= 5
    assert sum(after.values()) == 40
    assert newly_due(Portfolio(), days_off=CLOSED) == after  # closed at the client's
