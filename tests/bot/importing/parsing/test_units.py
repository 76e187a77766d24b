"""What a column's title says of its numbers, and titles that say nothing that is understood."""

from decimal import Decimal

import pytest

from bot.importing.parsing import units
from bot.importing.parsing.units import PLAIN, Unit

THOUSAND = Decimal(1000)


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Amount", PLAIN),
        ("Cost / conv.", PLAIN),
        ("Clicks (all)", PLAIN),
        ("Amount (incl. VAT)", PLAIN),
        ("Betrag (brutto)", PLAIN),
        ("Date (local time)", PLAIN),
        ("Amount spent (USD)", Unit(currency="USD")),
        ("Amount (usd)", Unit(currency="USD")),
        ("Amount, EUR", Unit(currency="EUR")),
        ("Amount in GBP", Unit(currency="GBP")),
        ("amount_in_GBP", Unit(currency="GBP")),
        ("Rating (0-5)", Unit(measure="out of 5")),
        ("Kwota (zł)", Unit(currency="PLN")),
        ("Importe [€]", Unit(currency="EUR")),
        ("Amount (net, EUR)", Unit(currency="EUR")),
        ("Amount (EUR) (gross)", Unit(currency="EUR")),
        ("Fee (EUR/month)", Unit(currency="EUR")),
        ("Amount ($)", Unit(sign="$")),
        ("Amount ($ USD)", Unit(currency="USD")),
        ("Cost (micros)", Unit(Decimal("0.000001"))),
        ("Amount (in cents)", Unit(Decimal("0.01"))),
        ("Amount (thousands)", Unit(THOUSAND)),
        ("Amount ('000)", Unit(THOUSAND)),
        ("Amount (k)", Unit(THOUSAND)),
        ("Betrag in TEUR", Unit(THOUSAND, "EUR")),
        ("Betrag (T€)", Unit(THOUSAND, "EUR")),
        ("Cost (USD, thousands)", Unit(THOUSAND, "USD")),
        ("Cost (kUSD)", Unit(THOUSAND, "USD")),
        ("Сумма, тыс. руб.", Unit(THOUSAND, "RUB")),
        ("Kwota [tys. zł]", Unit(THOUSAND, "PLN")),
        ("Revenue (million USD)", Unit(Decimal(1_000_000), "USD")),
        ("Call duration (milliseconds)", Unit(measure="milliseconds")),
        ("Hours (min)", Unit(measure="minutes")),
        ("Hours (std.)", Unit(measure="hours")),
        ("Duration (h:mm)", Unit(measure="h:mm")),
        ("Duration (decimal)", PLAIN),
        ("Score (%)", Unit(measure="percent")),
        ("Score (0-100)", Unit(measure="percent")),
        ("Score (/5)", Unit(measure="out of 5")),
        ("Score (out of 10)", PLAIN),
        ("Created (UTC)", Unit(utc=True)),
        ("Time, GMT", Unit(utc=True)),
        ("Date (dd/mm/yyyy)", Unit(date_order="dmy")),
        ("Date (MM-DD-YYYY)", Unit(date_order="mdy")),
        ("Datum (TT.MM.JJJJ)", Unit(date_order="dmy")),
        ("Date (YYYY-MM-DD HH:MM)", Unit(date_order="ymd")),
        ("Amount (x)", None),
        ("Amount (m)", None),
        ("Amount (minor units)", None),
        ("Amount (USD/EUR)", None),
        ("Amount (thousands, millions)", None),
        ("Amount (ALL)", None),
        ("Amount (try)", None),
        ("Date (GMT+01:00)", None),
        ("Date (dd/yyyy/mm)", None),
        ("Score (1-5)", Unit(measure="out of 5")),
        ("Name, first", None),
        ("Spend USD", Unit(currency="USD")),
        ("spend_eur", Unit(currency="EUR")),
        ("Amount €", Unit(currency="EUR")),
        ("cost_micros", Unit(Decimal("0.000001"))),
        ("Created UTC", Unit(utc=True)),
        ("Amount TOP", PLAIN),
        ("USD", PLAIN),
    ],
)
def test_a_titles_brackets_and_what_follows_a_comma_are_read_or_not_understood(title: str, unit: Unit | None) -> None:
    assert units.read_unit(title) == unit


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Amount (USD)", "Amount"),
        ("Amount, EUR", "Amount"),
        ("Betrag in TEUR", "Betrag"),
        ("Name, first", "Name, first"),
        ("Paid in full", "Paid in full"),
        ("Hours (min) worked", "Hours worked"),
        ("Spend USD", "Spend"),
        ("cost_micros", "cost"),
        ("hours_minutes", "hours"),
        ("Stop", "Stop"),
    ],
)
def test_a_title_without_its_unit_is_the_columns_name(title: str, bare: str) -> None:
    assert units.bare_title(title) == bare


@pytest.mark.parametrize(
    ("unit", "types"),
    [
        (PLAIN, "money count quantity hours minutes value day moment month text choice"),
        (Unit(currency="EUR"), "money text choice"),
        (Unit(sign="$"), "money text choice"),
        (Unit(THOUSAND), "money count quantity value text choice"),
        (Unit(measure="minutes"), "hours minutes text choice"),
        (Unit(measure="percent"), "quantity value text choice"),
        (Unit(measure="out of 5"), "value text choice"),
        (Unit(utc=True), "day moment month text choice"),
        (Unit(date_order="dmy"), "day moment text choice"),
    ],
)
def test_a_unit_fits_only_the_types_that_have_it(unit: Unit, types: str) -> None:
    every = ["money", "count", "quantity", "hours", "minutes", "value", "day", "moment", "month", "text", "choice"]
    assert [each for each in every if units.fits(unit, each)] == types.split()
