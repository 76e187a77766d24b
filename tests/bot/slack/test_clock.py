"""How far this machine's clock is off, by Slack's."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.slack import clock

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def test_the_offset_is_read_from_the_date_of_an_answer() -> None:
    assert clock.offset({"Date": "Wed, 18 Nov 2026 08:00:00 GMT"}, NOW) == timedelta(hours=1)
    assert clock.offset({"date": "Thu, 19 Nov 2026 09:00:00 GMT"}, NOW) == timedelta(days=-1)


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
def test_without_a_date_nothing_is_known(headers: dict[str, str]) -> None:
    assert clock.offset(headers, NOW) is None


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (timedelta(days=30), "30 days ahead of Slack's"),
        (timedelta(hours=-3), "3 hours behind Slack's"),
        (timedelta(minutes=5), "5 minutes ahead of Slack's"),
        (timedelta(seconds=2), "2 s ahead of Slack's"),
    ],
)
def test_an_offset_is_told_in_the_largest_fitting_unit(off: timedelta, said: str) -> None:
    assert clock.describe(off) == said
