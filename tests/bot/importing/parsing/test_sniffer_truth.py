"""Whole columns made from known values, in one style each: what is stored is what was meant, or it is refused.

Beside them stand cells of the same column that show its style; how many columns are taken is bounded from below.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importing.errors import CellError, ImportFileError
from bot.importing.parsing.columns import Column
from bot.importing.parsing.sniffer import Sniffer
from bot.importing.parsing.values import Amount, make_parser

TODAY = date(2026, 11, 27)
NUMBER_STYLES = {
    "1,234.50": (",", "."), "1.234,50": (".", ","), "1 234,50": (" ", ","), "1\u202f234.50": ("\u202f", "."),
    "1'234.50": ("'", "."), "1234.50": ("", "."), "1234,50": ("", ","),
}  # fmt: skip
DRESSES = ("{}", "{} EUR", "€{}", "EUR{}", " {} ", "\u200e{}", '="{}"')
MINUS = ("-{}", "({})", "{}-", "\u2212{}", "- {}")
DATE_STYLES = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d/%m/%y"),
    *("%m/%d/%y", "%y-%m-%d", "%y/%m/%d", "%d %b %Y", "%B %d, %Y", "%d-%b-%y", "%a, %d %b %Y", "%Y-%m-%dT%H:%M:%S"),
)


def read(column: Column, cells: list[str], decimal: str | None = None) -> list[object]:
    """Read a column as a file's only one; a refused cell is its reason."""
    sniffer = Sniffer([column], {column.name: 0})
    sniffer.inspect([cells])
    parse = make_parser(column, sniffer.column_formats(decimal=decimal, today=TODAY)[column.name])

    def result(cell: str) -> object:
        try:
            return parse(cell)
        except CellError as error:
            return str(error)

    return [result(cell) for cell in cells]


def write(amount: Decimal, style: str, dress: str, minus: str) -> str:
    """Write an amount; whole ones without decimals, as people and programs do."""
    group, mark = NUMBER_STYLES[style]
    digits = f"{abs(amount):,f}".replace(",", "g").replace(".", mark).replace("g", group)
    sign = minus if amount < 0 else "{}"
    return dress.format(sign.format(digits)) if sign == "{}-" else sign.format(dress.format(digits))


@settings(max_examples=300)
@given(
    style=st.sampled_from(sorted(NUMBER_STYLES)),
    dress=st.sampled_from(DRESSES[:-1]),
    minus=st.sampled_from(MINUS),
    amounts=st.lists(
        st.one_of(
            st.integers(-99_999, 99_999).map(Decimal),
            st.decimals(-99_999, 99_999, places=2, allow_nan=False, allow_infinity=False),
            st.decimals(-9_999, 9_999, places=3, allow_nan=False, allow_infinity=False),
        ),
        min_size=1,
        max_size=6,
    ),
)
@pytest.mark.parametrize("told", [False, True])
def test_amounts_of_one_style_are_as_meant_or_refused(
    style: str, dress: str, minus: str, amounts: list[Decimal], *, told: bool
) -> None:
    column = Column("spend", "money", allow_negative=True)
    if "EUR" in dress or "€" in dress:  # has two decimals at most
        amounts = [amount.quantize(Decimal("0.01")) if amount != int(amount) else amount for amount in amounts]
        amounts = [Decimal(int(amount)) if amount == int(amount) else amount for amount in amounts]
    texts = [write(amount, style, dress, minus) for amount in amounts]
    found = read(column, texts, NUMBER_STYLES[style][1] if told else None)
    for amount, text, value in zip(amounts, texts, found, strict=True):
        if isinstance(value, Amount):
            assert value.units == amount, text
        else:
            assert not told, (text, value)


@settings(max_examples=300)
@given(
    style=st.sampled_from(DATE_STYLES),
    days=st.lists(st.integers(-400, 60).map(lambda days: TODAY + timedelta(days=days)), min_size=1, max_size=12),
)
def test_days_of_one_style_are_as_meant_or_refused(style: str, days: list[date]) -> None:
    column = Column("date", "day")
    texts = [day.strftime(style) for day in days]
    try:
        found = read(column, texts)
    except ImportFileError as refused:
        assert "--dates" in str(refused)  # noqa: PT017  # it need not be refused
        assert style[1] in "dmy"
        return
    assert found == list(days), texts


@settings(max_examples=100)
@given(
    american=st.booleans(),
    offsets=st.lists(st.integers(0, 60), min_size=4, max_size=12, unique=True),
    start=st.dates(date(2025, 1, 1), date(2026, 9, 1)),
)
def test_days_that_a_spreadsheet_half_swapped_are_as_meant_or_refused(
    offsets: list[int], start: date, *, american: bool
) -> None:
    """A file with the month first, opened where the day comes first, or the other way round."""
    days = [start + timedelta(days=offset) for offset in offsets]
    cells = [
        day.replace(month=day.day, day=day.month)
        if day.day <= 12
        else day.strftime("%m/%d/%Y" if american else "%d/%m/%Y")
        for day in days
    ]
    column = Column("date", "day")
    try:
        found = read(column, cells)  # type: ignore[arg-type]
    except ImportFileError:
        return
    if any(isinstance(cell, str) for cell in cells):
        assert found == days, cells
