"""Days, months and moments in every dress."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.errors import CellError
from bot.importing.parsing import dates
from bot.importing.parsing.cells import Cell
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


DATES = """
2026. 11. 10. | 2026-11-10
10. 11. 2026 | 2026-11-10
2026年11月10日 | 2026-11-10
20261110 | 2026-11-10
2026-11-19\u00a0 | 2026-11-19
\u200e20.\u200e11.\u200e2026 | 2026-11-20
Nov 18, 2026 | 2026-11-18
17 Nov 2026 | 2026-11-17
16-Nov-26 | 2026-11-16
1st October 2026 | 2026-10-01
Mon, 16 Nov 2026 | 2026-11-16
2026-Nov-15 | 2026-11-15
14 de noviembre de 2026 | 2026-11-14
martes, 10 de noviembre de 2026 | 2026-11-10
3. März 2026 | 2026-03-03
Di 10.11.2026 | 2026-11-10
1 Okt. 2026 | 2026-10-01
5 sie 26 | 2026-08-05
wt., 10.11.2026 | 2026-11-10
10 ноября 2026 г. | 2026-11-10
Ср, 11 нояб. 2026 | 2026-11-11
15.03.98 | 1998-03-15
3.11.49 | 2049-11-03
98-03-15 | 1998-03-15
2026-11-03 00:00:00 | 2026-11-03
"""


def lines(table: str) -> list[list[str]]:
    return [line.split(" | ") for line in table.strip().splitlines()]


@pytest.mark.parametrize(("text", "day"), lines(DATES))
def test_a_day_is_read_as_programs_and_people_write_it(text: str, day: str) -> None:
    assert dates.parse_day(text).isoformat() == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("15.03.55", "has a year that may be 1955 or 2055: write it with four digits"),
        ("1762783500", "is a count of seconds, as computers keep time"),
        ("1762783500000", "is a count of seconds, as computers keep time"),
        ("46336", "is a spreadsheet's number for a date"),
        ("2026-11-01 - 2026-11-30", "is a range, not one day"),
        ("01.11.2026–30.11.2026", "is a range, not one day"),
        ("1 Nov 2026 to 30 Nov 2026", "is a range, not one day"),
        ("10 Nov", "is not a date"),
        ("10 Foo 2026", "is not a date"),
        ("Foo, 10 Nov 2026", "is not a date"),
        ("Nov 2026", "is not a date"),
        ("31 Nov 2026", "is no day of the calendar"),
        ("2026-W47", "is not a date"),
    ],
)
def test_what_is_no_day_or_may_be_several_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(CellError, match=re.escape(reason)):
        dates.parse_moment(text)


@pytest.mark.parametrize(
    "cell",
    [
        *("0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "00/00/0000", "1900-01-00", "1/0/1900", "0", 0, 0.0),
        *(
            "31/12/2099",
            "12/31/9999",
            "01/01/1970",
            "0001-01-01T00:00:00",
            "1899-12-30",
            "1900-01-01",
            "1970-01-01",
            "01.01.1970 00:00",
            "1969-12-31 19:00:00",
        ),
        *("2099-12-31", "31.12.9999", "9999-12-31", date(1970, 1, 1), naive("1899-12-31"), time(0)),
    ],
)
def test_a_date_that_programs_write_for_none_is_told_apart(cell: Cell) -> None:
    with pytest.raises(dates.PlaceholderError):
        dates.parse_day(cell)


@pytest.mark.parametrize("text", ["1970-01-02", "2099-12-30", "2000-01-01", "10.10.2000"])
def test_a_date_beside_one_that_stands_for_none_is_a_date(text: str) -> None:
    assert isinstance(dates.parse_day(text), date)


def test_a_number_of_a_1904_workbook_counts_from_that_year() -> None:
    serial = float((date(2026, 11, 3) - date(1904, 1, 1)).days)
    assert dates.parse_day(serial, DateStyle(epoch_1904=True)) == date(2026, 11, 3)
    assert dates.parse_day(serial + 1462) == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (naive("2026-05-11"), date(2026, 11, 5)),
        (naive("2026-05-11 14:05"), date(2026, 11, 5)),
        (date(2026, 5, 11), date(2026, 11, 5)),
        ("2026-05-11", date(2026, 11, 5)),
        ("11.05.2026", date(2026, 11, 5)),
        ("11/20/2026", date(2026, 11, 20)),
        (naive("2026-05-13"), date(2026, 5, 13)),
    ],
)
def test_a_day_and_month_that_a_spreadsheet_swapped_are_swapped_back(cell: Cell, day: date) -> None:
    assert dates.parse_day(cell, DateStyle("mdy", swapped=True)) == day


@pytest.mark.parametrize(("text", "day"), [("26/10/01", "2026-10-01"), ("26-11-05", "2026-11-05")])
def test_a_year_of_two_digits_comes_first_where_the_file_says_so(text: str, day: str) -> None:
    assert dates.parse_day(text, DateStyle("ymd")).isoformat() == day
