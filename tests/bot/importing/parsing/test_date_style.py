"""The order of day, month and year in a file, and what a spreadsheet did to it."""

from datetime import date, datetime

import pytest

from bot.importing.errors import ImportFileError
from bot.importing.parsing import date_style
from bot.importing.parsing.cells import Cell
from bot.importing.parsing.date_style import DateFinding
from bot.importing.parsing.dates import DateOrder

TODAY = date(2026, 11, 27)


def find(*columns: list[Cell], told: DateOrder | None = None, today: date | None = TODAY) -> list[DateFinding]:
    seen = {str(number): {date_style.describe(cell) for cell in cells} for number, cells in enumerate(columns)}
    return list(date_style.decide(seen, told, today).values())


def on(day: str) -> datetime:
    """A cell that a spreadsheet took for a date."""
    return datetime.fromisoformat(day)


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/11/2026", "13/11/2026"], "dmy"),
        (["03/11/2026 10:00", "11-13-2026"], "mdy"),
        (["05/05/2026", "06/06/2026"], None),
        (["03.11.2026", "2026-11-03", "soon", None, 46329.0], None),
        (["13/11/26"], "dmy"),
        (["01/04/99", "13/04/99"], "dmy"),
        (["26-10-01", "26-10-15", "26-10-20", "26-11-05"], "ymd"),
        (["98-03-15", "26-10-15"], "ymd"),
        (["98.03.15", "26.10.15"], "ymd"),
        (["15.03.98", "26.10.15"], None),
        (["24.11.26", "25.11.26"], None),
        (["15.03.19", "26.07.21"], None),
        (["26.10.01", "26.10.15", "26.10.20", "26.11.05"], "ymd"),
        (["26.03.12", "12.11.26"], None),
        (["25.11.26"], None),
        (["25.11.26", "24.12.26", "26.01.27"], None),
        (["31/12/2099", "13/11/2026"], "dmy"),
        (["01/01/1970", "2026-11-01"], None),
        (["15/03/19", "22/07/21", "03/02/24"], "dmy"),
        (["24/11/26", "25/11/26", "27/11/26"], "dmy"),
        (["10/26/15"], "mdy"),
    ],
)
def test_the_order_is_what_all_dates_of_a_file_allow(cells: list[Cell], order: str | None) -> None:
    assert find(cells)[0].order == order


def test_one_column_decides_for_the_others_and_what_is_told_overrides_them() -> None:
    assert [each.order for each in find(["03/11/2026"], ["13/11/2026"])] == ["dmy", "dmy"]
    assert find(["13/11/2026", "11/13/2026"], told="mdy")[0].order == "mdy"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["13/11/2026", "11/13/2026"], "some of its dates have the day first and others the month: say --dates"),
        (["03/11/2026", "04/11/2026"], "its dates, like 0[34]/11/2026, may have the day or the month first"),
        (["26/10/01", "26/10/15"], "may have the year first or last: .*--dates ymd"),
        (["25/11/26"], "may have the year first or last"),
        (["26.10.01", "26.10.15"], "may have the year first or last"),
        (["26.11.12", "25.03.15"], "may have the year first or last"),
        (["26.11.24", "26.10.25", "26.09.27"], "may have the year first or last"),
        (["2026-20-11", "2026-05-11"], "its dates, like 2026-20-11, have the day before the month"),
    ],
)
def test_a_file_whose_dates_can_be_read_in_two_ways_is_refused(cells: list[Cell], reason: str) -> None:
    with pytest.raises(ImportFileError, match=reason):
        find(cells)


def test_without_a_day_of_the_import_no_year_is_near_enough_to_decide() -> None:
    with pytest.raises(ImportFileError, match="may have the year first or last"):
        find(["13/11/26"], today=None)


def test_one_month_beyond_the_twelfth_among_good_ones_is_a_typing_error() -> None:
    assert find(["2026-13-01", "2026-11-20"])[0].order is None


@pytest.mark.parametrize(
    ("cells", "swapped"),
    [
        ([on("2026-01-11"), on("2026-05-11"), on("2026-11-11"), "11/13/2026", "11/20/2026"], True),
        ([on("2026-02-10"), on("2026-09-10"), "13/10/2026", "20/10/2026"], True),
        (["2026-01-11", "2026-05-11", "11/13/2026", "11/20/2026"], True),
        (["11.01.2026", "11.05.2026", "11/13/2026", "11/20/2026"], True),
        ([on("2026-11-01"), on("2026-11-05"), "11/13/2026", "11/20/2026"], False),
        ([on("2026-11-01"), on("2026-11-25"), "11/13/2026"], False),
        ([on("2026-05-11"), "11/06/2026", "11/13/2026"], False),
        ([on("2026-11-11"), "11/13/2026"], False),
        ([on("2026-01-11"), on("2026-05-11"), on("2026-11-25"), "11/13/2026", "11/20/2026"], False),
        ([on("2026-05-11"), on("2026-06-11")], False),
        (["11/05/2026", "11/13/2026"], False),
        (["31/12/2099", on("2026-11-05"), on("2026-03-02")], False),
        (["31/12/2099", on("1970-01-01"), "2026-11-05"], False),
        (["00.00.0000", "1900-01-00", "19/11/2026"], False),
    ],
)
def test_swapped_dates_are_known_by_the_texts_beside_them(cells: list[Cell], *, swapped: bool) -> None:
    assert find(cells)[0].swapped is swapped


def test_a_column_without_texts_is_swapped_as_the_others_of_its_file_are() -> None:
    issued: list[Cell] = [on("2026-01-10"), on("2026-05-10"), "10/13/2026", "10/20/2026"]
    assert [each.swapped for each in find(issued, [on("2026-05-11"), on("2026-10-11")])] == [True, True]
    assert [each.swapped for each in find(issued, [on("2026-11-05"), on("2026-10-29")])] == [True, False]
    assert [each.swapped for each in find(issued, [on("2026-11-05"), on("2026-11-10")])] == [True, False]
    with pytest.raises(ImportFileError, match="may have swapped day and month in some dates of the column 1"):
        find(issued, [on("2026-09-10"), on("2026-10-09")])


def test_dates_that_may_be_swapped_or_not_refuse_the_file() -> None:
    with pytest.raises(ImportFileError, match="may have swapped day and month in some dates of the column 0"):
        find([on("2026-03-02"), on("2026-02-03"), "13/02/2026"])


@pytest.mark.parametrize(
    ("cells", "midnights"),
    [
        (["2026-11-01T00:00:00Z", "2026-11-02 00:00"], True),
        (["2026-11-01 12:00 AM", on("2026-11-02")], True),
        (["2026-11-01T00:00:00Z", "2026-11-02T23:00:00Z"], False),
        (["2026-11-01T00:00:01Z"], False),
        (["2026-11-01"], False),
        ([on("2026-11-02"), on("2026-11-02 12:00")], False),
    ],
)
def test_times_that_are_all_midnight_are_no_times(cells: list[Cell], *, midnights: bool) -> None:
    assert find(cells)[0].midnights is midnights
