"""What a number format of a spreadsheet says of a number."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.importing.parsing.cell_formats import BUILT_IN, PLAIN, CellFormat, read_format, to_cell
from bot.importing.parsing.cells import FormattedNumber

MONEY = [
    ('"$"#,##0', "$"),
    ("$#,##0.00", "$"),
    ("#,##0.00 €", "€"),
    ("#,##0.00\\ [$€-407]", "€"),
    ("[$€-2]\\ #,##0.00", "€"),
    ("[$USD] #,##0.00", "USD"),
    ("[$$-409]#,##0.00;[RED]\\-[$$-409]#,##0.00", "$"),
    ('_-* #,##0.00\\ "zł"_-;\\-* #,##0.00\\ "zł"_-;_-* "-"??\\ "zł"_-;_-@_-', "zł"),
    ("#,##0.00\\ [$zł-415]", "zł"),
    ('_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)', "$"),
    ("#,##0.00\\ [$₽-419]", "₽"),
    ('#,##0.00" руб."', "руб."),
    ('#,##0" PLN"', "PLN"),
    ('"CHF" #,##0.00', "CHF"),
    ("#,##0.00\\ \\€", "€"),
    ("[$A$-C09]#,##0.00", "A$"),
    (BUILT_IN[44], "$"),
]


@pytest.mark.parametrize(("code", "currency"), MONEY, ids=[code for code, _ in MONEY])
def test_a_format_with_a_currency_says_which(code: str, currency: str) -> None:
    assert read_format(code) == CellFormat("money", currency)


PLAINS = ["", "General", "0", "0.00", "#,##0.00", "0.00E+00", "@", '0" pcs"', '#,##0" h"', "[$-409]0.00", "# ?/?"]
PLAINS += ['_-* #,##0.00_-;\\-* #,##0.00_-;_-* "-"??_-;_-@_-', "[Red]0", '0 "days"', '"ABC"0', "#,##0;(#,##0)"]


@pytest.mark.parametrize("code", PLAINS)
def test_any_other_format_of_numbers_says_nothing(code: str) -> None:
    assert read_format(code) == PLAIN


@pytest.mark.parametrize("code", ["0%", "0.00%", "0.0 %", BUILT_IN[10]])
def test_a_percent_sign_makes_a_share(code: str) -> None:
    assert read_format(code).kind == "percent"
    shown = to_cell(0.92, read_format(code), epoch_1904=False)
    assert isinstance(shown, FormattedNumber)
    assert (shown, shown.percent, shown.currency) == (0.92, True, "")


@pytest.mark.parametrize(
    "code",
    [
        "yyyy-mm-dd",
        "dd.mm.yyyy",
        "[$-407]d. mmmm yyyy",
        "m/d/yy h:mm",
        "mmm-yy",
        'd" de "mmmm',
        "h:mm AM/PM",
        BUILT_IN[14],
    ],
)
def test_a_format_with_letters_of_a_date_makes_a_moment(code: str) -> None:
    assert read_format(code).kind == "moment"


@pytest.mark.parametrize("code", ["[h]:mm", "[hh]:mm:ss", "[m]:ss", "[ss]", BUILT_IN[46]])
def test_a_format_of_hours_beyond_a_day_makes_a_duration(code: str) -> None:
    assert to_cell(2.4375, read_format(code), epoch_1904=False) == timedelta(hours=58, minutes=30)


MOMENTS = [
    (46328, False, date(2026, 11, 2)),
    (44866, True, date(2026, 11, 2)),
    (46328.604166666664, False, datetime(2026, 11, 2, 14, 30)),  # noqa: DTZ001  # a spreadsheet knows no zones
    (0.604166666666667, False, time(14, 30)),
    (1, False, date(1900, 1, 1)),
    (59, False, date(1900, 2, 28)),
    (61, False, date(1900, 3, 1)),
    (0, True, date(1904, 1, 1)),
    (-3, False, -3),
    (3_000_000, False, 3_000_000),
]


@pytest.mark.parametrize(("number", "epoch_1904", "expected"), MOMENTS)
def test_a_day_is_counted_from_the_workbook_s_epoch(number: float, epoch_1904: bool, expected: object) -> None:  # noqa: FBT001  # from the table
    assert to_cell(number, CellFormat("moment"), epoch_1904=epoch_1904) == expected


def test_an_amount_keeps_its_number_and_says_its_currency() -> None:
    shown = to_cell(1234.5, CellFormat("money", "€"), epoch_1904=False)
    assert isinstance(shown, FormattedNumber)
    assert (float(shown), shown.currency, shown.percent) == (1234.5, "€", False)
    assert str(shown) == "1234.5"
