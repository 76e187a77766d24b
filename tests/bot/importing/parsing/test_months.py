"""Months in every dress, and those that a spreadsheet has made two of."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.errors import CellError
from bot.importing.parsing import months
from bot.importing.parsing.cells import Cell
from bot.importing.parsing.dates import AmbiguousDateError, DateStyle, PlaceholderError
from bot.importing.parsing.month_names import MONTHS, WEEKDAYS

DAYS = st.dates(min_value=date(1970, 2, 1), max_value=date(2099, 12, 30))


@given(on=DAYS)
def test_a_month_is_parsed_as_its_first_day_in_every_style(on: date) -> None:
    first = on.replace(day=1)
    for style in ("%Y-%m", "%m.%Y", "%m/%Y", "%Y/%m", "%Y%m", "%Y-%m-%d", "%d.%m.%Y", "%B %Y", "%b-%Y", "%Y %b"):
        assert months.parse_month(on.strftime(style)) == first
    assert months.parse_month(on) == first
    assert months.parse_month(float(on.year * 100 + on.month)) == first


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        *[("Nov-26", "2026-11"), ("Oct 2026", "2026-10"), ("lis.26", "2026-11"), ("paź-26", "2026-10")],
        *[("noviembre de 2026", "2026-11"), ("Ноябрь 2026 г.", "2026-11"), ("März 2026", "2026-03")],
        *[("listopad 2026 r.", "2026-11"), ("2026年11月", "2026-11"), ("Nov'26", "2026-11"), ("11/26", "2026-11")],
        *[("11.26", "2026-11"), ("2026.11", "2026-11"), ("2026.01", "2026-01"), ("2026.2", "2026-02")],
        *[("2026-1", "2026-01"), (2026.11, "2026-11"), (2026.02, "2026-02"), (11.2026, "2026-11")],
        *[(202611, "2026-11"), (46329.0, "2026-11"), ("\u200eNov 2026", "2026-11")],
    ],
)
def test_a_month_is_read_as_programs_and_people_write_it(cell: Cell, month: str) -> None:
    assert months.parse_month(cell).isoformat() == f"{month}-01"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        *[
            ("2026", "is not a month"),
            ("November", "is not a month"),
            (True, "is not a month"),
            (1.202, "is not a month"),
        ],
        *[
            ("13.2026", "is no day"),
            ("10/11", "is not a month"),
            ("26/11", "is not a month"),
            ("KW 45", "is not a month"),
        ],
        *[("2026.1", "may be January or October"), (2026.1, "may be January or October")],
        *[("Q4 2026", "is a quarter"), ("4. Quartal 2026", "is a quarter"), ("2026-Q4", "is a quarter")],
        ("Nov 55", "has a year that may be 1955 or 2055"),
    ],
)
def test_what_is_no_month_or_may_be_two_is_refused(cell: Cell, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        months.parse_month(cell)


def test_a_month_follows_the_order_of_its_file_and_a_placeholder_is_none() -> None:
    assert months.parse_month("03/11/2026", DateStyle("dmy")) == date(2026, 11, 1)
    assert months.parse_month("03/11/2026", DateStyle("mdy")) == date(2026, 3, 1)
    with pytest.raises(AmbiguousDateError):
        months.parse_month("03/11/2026")
    with pytest.raises(PlaceholderError):
        months.parse_month("1970-01-01")


def test_no_name_is_of_two_months_and_only_a_tuesday_is_called_like_one() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))
    assert WEEKDAYS & set(MONTHS) == {"mar"}
