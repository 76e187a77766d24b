"""Days, months and moments in every dress."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.errors import CellError
from bot.importing.parsing import date_style, dates
from bot.importing.parsing.dates import DateOrder, DateStyle

DAYS = st.dates(min_value=date(1970, 2, 1), max_value=date(2099, 12, 30))
STYLES: dict[str, DateOrder | None] = {
    "%Y-%m-%d": None,
    "%Y/%m/%d": None,
    "%Y.%m.%d": None,
    "%Y%m%d": None,
    "%d.%m.%Y": None,
    "%d/%m/%Y": "dmy",
    "%d-%m-%Y": "dmy",
    "%m/%d/%Y": "mdy",
}


def naive(moment: str) -> datetime:
    """A moment as people type it: its zone is told elsewhere."""
    return datetime.fromisoformat(moment)


@pytest.mark.parametrize("style", STYLES)
@given(on=DAYS)
def test_a_date_is_parsed_in_every_style(style: str, on: date) -> None:
    assert dates.parse_day(on.strftime(style), DateStyle(STYLES[style])) == on


@given(on=DAYS)
def test_a_spreadsheets_number_is_parsed_as_its_date(on: date) -> None:
    serial = (on - date(1899, 12, 30)).days
    assert dates.parse_day(float(serial)) == on


@pytest.mark.parametrize("style", STYLES)
@given(moment=st.datetimes(naive("1970-01-02"), naive("2099-12-30")))
def test_a_moment_is_parsed_in_every_style(style: str, moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert dates.parse_moment(moment.strftime(f"{style} %H:%M:%S"), DateStyle(STYLES[style])) == moment
    at = moment.replace(tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    assert dates.parse_moment(at.isoformat()) == at


@given(on=DAYS)
def test_a_month_is_parsed_as_its_first_day_in_every_style(on: date) -> None:
    first = on.replace(day=1)
    for style in ("%Y-%m", "%m.%Y", "%m/%Y", "%Y/%m", "%Y%m", "%Y-%m-%d", "%d.%m.%Y"):
        assert dates.parse_month(on.strftime(style)) == first
    assert dates.parse_month(on) == first
    assert dates.parse_month(float(on.year * 100 + on.month)) == first


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-03 9:05", naive("2026-11-03 09:05")),
        ("03.11.2026, 09:05", naive("2026-11-03 09:05")),
        ("2026-11-03 2:05 PM", naive("2026-11-03 14:05")),
        ("2026-11-03 12:05 am", naive("2026-11-03 00:05")),
        ("2026-11-03T09:05:06.5", naive("2026-11-03 09:05:06.5")),
        ("2026-11-03T09:05Z", datetime(2026, 11, 3, 9, 5, tzinfo=UTC)),
        ("2026-11-03 09:05 +0200", datetime(2026, 11, 3, 9, 5, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-11-03", date(2026, 11, 3)),
    ],
)
def test_a_moment_keeps_its_time_and_offset(text: str, moment: date) -> None:
    assert dates.parse_moment(text) == moment
    assert type(dates.parse_moment(text)) is type(moment)


def test_midnight_in_a_spreadsheet_is_a_date_without_a_time() -> None:
    assert type(dates.parse_moment(naive("2026-11-03"))) is date
    assert dates.parse_moment(46329.5) == naive("2026-11-03 12:00")


def test_a_two_digit_year_is_of_this_century_and_a_time_is_dropped() -> None:
    assert dates.parse_day("3.11.26") == date(2026, 11, 3)
    assert dates.parse_day("2026-11-03 00:00:00") == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("soon", "is not a date: write it like 2026-11-30"),
        ("2026-02-30", "is no day of the calendar"),
        ("31.13.2026", "is no day of the calendar"),
        ("0206-11-03", "has a year that can't be right: 206"),
        ("2026-11-03 25:00", "has a time that no clock shows"),
        ("2026-11-03 soon", "has a time that can't be read"),
        ("2026-11-031", "is not a date"),
        ("03/11/2026", "may have its day or its month first: say --dates dmy or --dates mdy"),
    ],
)
def test_a_text_that_is_not_a_date_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        dates.parse_day(text)


@pytest.mark.parametrize("cell", [True, 5, 1e9, None])
def test_a_cell_that_is_not_a_date_is_refused(cell: float | None) -> None:
    with pytest.raises(CellError, match="is not a date"):
        dates.parse_day(cell)


@pytest.mark.parametrize("cell", ["2026", "November", "13.2026", True])
def test_a_text_that_is_not_a_month_is_refused(cell: str) -> None:
    with pytest.raises(CellError, match=r"is not a month|is no day"):
        dates.parse_month(cell)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("13/11/2026", "dmy"),
        ("11/13/2026", "mdy"),
        ("03/11/2026", "ambiguous"),
        ("3-11-2026 10:00", "ambiguous"),
        ("05/05/2026", ""),
        ("03.11.2026", ""),
        ("2026-11-03", ""),
        ("soon", ""),
    ],
)
def test_a_date_shows_its_order_of_day_and_month(text: str, told: str) -> None:
    orders = {frozenset({"dmy"}): "dmy", frozenset({"mdy"}): "mdy", frozenset({"dmy", "mdy"}): "ambiguous"}
    told_by = date_style.describe(text)
    assert (
        orders[frozenset(told_by.orders())] if told_by.form == "slash" and told_by.first != told_by.second else ""
    ) == told
