"""Fields are read strictly: what Slack's own inputs send, and nothing that only looks like it."""

from datetime import date, time
from decimal import Decimal

import pytest

from handlers import typed

ODD = ["", " ", None, "٣٤", "1_000", "1e-999", "1e3", "nan", "inf", "0x10", "1,5", " 1", "1\n", "１２", "9" * 400, "½"]


@pytest.mark.parametrize("text", ODD)
def test_what_no_field_sends_is_nothing(text: str | None) -> None:
    assert typed.read_number(text) is None
    assert typed.read_key(text) == 0
    assert typed.read_day(text) is None
    assert typed.read_time(text) is None


def test_what_a_field_sends_is_read() -> None:
    assert [typed.read_number(text) for text in ("0", "-3", "1200.50")] == [Decimal(0), Decimal(-3), Decimal("1200.5")]
    assert typed.read_key("42") == 42
    assert typed.read_day("2026-11-18") == date(2026, 11, 18)
    assert typed.read_time("09:30") == time(9, 30)


@pytest.mark.parametrize(
    "text", ["0001-01-01", "9999-12-31", "20261118", "2026-W47-3", "2026-02-30", "2026-11-18T00:00"]
)
def test_a_day_is_one_of_three_centuries_as_a_picker_sends_it(text: str) -> None:
    assert typed.read_day(text) is None


@pytest.mark.parametrize("text", ["9:30", "09:30:00", "09:30+01:00", "24:00", "25:00", "T09:30"])
def test_a_time_is_hours_and_minutes(text: str) -> None:
    assert typed.read_time(text) is None
