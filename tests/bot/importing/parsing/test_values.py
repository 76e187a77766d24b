"""A cell, its column and its title in; the value, nothing, or the reason why it is refused out."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.importing.errors import CellError
from bot.importing.parsing import units
from bot.importing.parsing.cells import Cell, FormattedNumber
from bot.importing.parsing.columns import Column, ColumnType
from bot.importing.parsing.quantities import Share
from bot.importing.parsing.values import Amount, ColumnFormat, PersonReference, make_parser
from scoring import vocabulary

EUR, DOLLARS = units.Unit(currency="EUR"), units.Unit(sign="$")


def parse(
    column_type: ColumnType, cell: Cell, column: dict[str, Any] | None = None, value_map: Any = None, **style: Any
) -> Any:
    """Return the cell's value, or the reason why it is refused."""
    described = Column("column", column_type, **{"allow_negative": True, **(column or {})})
    try:
        return make_parser(described, ColumnFormat(**style), value_map)(cell)
    except CellError as error:
        return str(error)


def of(number: str, currency: str = "", sign: str = "") -> Amount:
    return Amount(Decimal(number), currency, sign)


@pytest.mark.parametrize(
    ("cell", "mark", "value"),
    [
        ("1.500", "", of("1500")),
        ("1,500", "", of("1500")),
        ("1.500 €", "", of("1500", "EUR")),
        ("1.500", ",", of("1500")),
        ("1500.50", "", of("1500.50")),
        (
            "1.500",
            ".",
            "could be 1500 or 1.500: write it without a sign between the thousands, or say --decimal . or --decimal ,",
        ),
    ],
)
def test_a_target_is_set_in_whole_numbers_unless_others_show_decimals(
    cell: str, mark: str, value: Amount | str
) -> None:
    assert parse("money", cell, {"decimals": 0}, decimal_mark=mark) == value


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("1,234.50", units.PLAIN, of("1234.50")),
        ("$1,200.00", units.PLAIN, of("1200.00", sign="$")),
        ("¥120,000", units.PLAIN, of("120000", sign="¥")),
        ("1 200,00 kr", units.PLAIN, of("1200.00", sign="kr")),
        ("€5", units.PLAIN, of("5", "EUR")),
        ("5.200 €", units.PLAIN, of("5200", "EUR")),
        ("$1,234", units.PLAIN, of("1234", sign="$")),
        (
            "1.234 KWD",
            units.PLAIN,
            "could be 1234 or 1.234: write it without a sign between the thousands, or say --decimal . or --decimal ,",
        ),
        (
            "1.234",
            units.PLAIN,
            "could be 1234 or 1.234: write it without a sign between the thousands, or say --decimal . or --decimal ,",
        ),
        ("5.200", EUR, of("5200", "EUR")),
        ("5200", DOLLARS, of("5200", sign="$")),
        ("5200 USD", DOLLARS, of("5200", "USD")),
        ("$5200", units.Unit(currency="USD"), of("5200", "USD")),
        ("$5200", EUR, "is in $, and its column's title says EUR"),
        ("5200 PLN", DOLLARS, "is in PLN, and its column's title says $"),
        ("5.2", units.Unit(Decimal(1000)), of("5200.0")),
        (5.2, units.Unit(Decimal(1000), "EUR"), of("5200.0", "EUR")),
        ("128700000", units.Unit(Decimal("0.000001")), of("128.700000")),
        ("1,234.50-", units.PLAIN, of("-1234.50")),
        ("9" * 15, units.PLAIN, "is too large to be right"),
        (1e300, units.PLAIN, "is too large to be right"),
        ("1.234,--", units.PLAIN, of("1234")),
        (
            "1,234.50 CR",
            units.PLAIN,
            "has CR beside it, for credit or debit: write a minus sign where it is below zero",
        ),
        ("1.5K", units.PLAIN, "is cut short: write it in full, like 1500"),
        ("45%", units.PLAIN, "is a percentage, not an amount"),
        (FormattedNumber(0.45, percent=True), units.PLAIN, "is a percentage, not an amount"),
        (FormattedNumber(5.0, currency="€"), units.PLAIN, of("5", "EUR")),
        (FormattedNumber(5.0, currency="$"), units.PLAIN, of("5", sign="$")),
        (FormattedNumber(5.0, currency="USD"), EUR, "is in USD, and its column's title says EUR"),
        (FormattedNumber(5.0, currency="Taler"), units.PLAIN, "is shown as Taler, which is no currency that is known"),
        (0.1 + 0.2, units.PLAIN, of("0.3")),
        ("--", units.PLAIN, None),
        ("\u200e1,234.50\u200e", units.PLAIN, of("1234.50")),
        ('="1234.50"', units.PLAIN, of("1234.50")),
    ],
)
def test_an_amount_is_in_the_currency_of_its_cell_or_title(cell: Cell, unit: units.Unit, value: object) -> None:
    assert parse("money", cell, unit=unit) == value


@pytest.mark.parametrize(
    ("cell", "style", "value"),
    [
        ("1.234", {"decimal_mark": "."}, "could be 1234 or 1.234"),
        ("1.234", {"decimal_mark": ".,"}, "could be 1234 or 1.234"),
        ("5.200 €", {"decimal_mark": "."}, "could be 5200 or 5.200"),
        ("1.234", {"decimal_mark": ","}, of("1234")),
        ("1.234", {"decimal_mark": ".", "thousandths": True}, of("1.234")),
        ("1.234", {"decimal_mark": ".", "decimal_told": True}, of("1.234")),
        ("1.234 KWD", {"decimal_mark": "."}, of("1.234", "KWD")),
        ("120,000 JPY", {}, of("120000", "JPY")),
        ("1.234", {"decimals": 2}, of("1234")),
        ("1.234", {"decimals": 3}, "could be 1234 or 1.234"),
        ("99.5", {"decimal_mark": ",", "decimal_told": True}, "is not a number: its digits are not in groups of three"),
        ("1.234", {"decimal_mark": ".", "unit": units.Unit(Decimal(1000))}, of("1234.000")),
    ],
)
def test_an_amount_with_three_decimals_is_refused_where_two_readings_remain(
    cell: str, style: dict[str, Any], value: object
) -> None:
    found = parse("money", cell, **style)
    assert parse("quantity", "1.234", decimals=2).startswith("could be 1234 or 1.234"), "conversions are no amount"
    assert found == value if isinstance(value, Amount) else found.startswith(str(value))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (cell, None)
        for cell in (
            "",
            "-",
            "–",
            "--",
            "n/a",
            "N/A",
            "NaN",
            "nan",
            "(not set)",
            "\\N",
            "NULL",
            "None",
            "< 10",
            "<5%",
            "> 90%",
        )
    ]
    + [
        (float("nan"), None),
        ("3.5", 3.5),
        ("-2", -2.0),
        ("(1.5)", -1.5),
        ("tbd", "is not a number"),
        ("?", "is not a number"),
    ],
)
def test_a_mark_for_a_missing_value_is_nothing_and_a_correction_is_a_number(cell: Cell, value: object) -> None:
    assert parse("quantity", cell) == value


@pytest.mark.parametrize("column_type", ["text", "client"])
def test_a_word_that_may_be_a_name_is_a_missing_value_only_where_it_is_a_clear_mark(column_type: ColumnType) -> None:
    assert [parse(column_type, cell) for cell in ("None", "NA", "Null", "<10")] == ["None", "NA", "Null", "<10"]
    assert [parse(column_type, cell) for cell in ("--", "n/a", "(not set)", "\\N", "")] == [None] * 5


@pytest.mark.parametrize(
    ("cell", "measure", "value"),
    [
        ("7.5", "", 7.5),
        ("7,5", "", 7.5),
        ("58:30", "", 58.5),
        ("58:30:00", "", 58.5),
        ("0:45", "", 0.75),
        ("7h 30m", "", 7.5),
        ("7 h", "", 7.0),
        ("30 min", "", 0.5),
        ("7h30", "", 7.5),
        ("7 Std. 30 Min.", "", 7.5),
        ("7 godz. 30 min", "", 7.5),
        ("7 ч 30 мин", "", 7.5),
        ("7 godzin 30 minut", "", 7.5),
        ("7:30 h", "", 7.5),
        ("PT7H30M", "", 7.5),
        (timedelta(hours=58, minutes=30), "", 58.5),
        (time(7, 30), "", 7.5),
        (7.5, "hours", 7.5),
        (date(1900, 1, 2), "", "is shown as a date: give its column the format [h]:mm in the spreadsheet"),
        ("630", "minutes", 10.5),
        ("37800000", "milliseconds", 10.5),
        ("5400", "seconds", 1.5),
        ("58:30", "h:mm", 58.5),
        ("58:30", "hours", 58.5),
        ("58.5", "h:mm", "is not written as hours and minutes, as its column's title says"),
        ("58:30", "minutes", "could be hours and minutes or minutes and seconds: write it like 0:12:30"),
        ("0:58:30", "minutes", 0.975),
        ("58:75", "", "is no duration: write it like 7.5 or 7:30"),
        ("1:2:3:4", "", "is no duration: write it like 7.5 or 7:30"),
        ("5 €", "", "is not a number of hours or minutes"),
        ("45%", "", "is not a number of hours or minutes"),
        (timedelta(hours=-1), "", "is below zero"),
        ("-2", "", "is below zero"),
        ("two", "", "is not a number"),
    ],
)
def test_hours_are_read_from_every_way_to_write_a_duration(cell: Cell, measure: str, value: object) -> None:
    assert parse("hours", cell, {"allow_negative": False}, unit=units.Unit(measure=measure)) == value


@pytest.mark.parametrize(
    ("cell", "measure", "value"),
    [
        ("12", "", 12),
        ("125000", "milliseconds", 2),
        ("150", "seconds", 3),
        ("1.5", "hours", 90),
        ("0:12:30", "", 13),
        ("1h 5m", "", 65),
        ("12:30", "h:mm", 750),
        ("12:30", "", "could be hours and minutes or minutes and seconds: write it like 0:12:30"),
    ],
)
def test_minutes_are_whole_and_two_parts_need_a_title(cell: Cell, measure: str, value: object) -> None:
    assert parse("minutes", cell, unit=units.Unit(measure=measure)) == value


@pytest.mark.parametrize(
    ("cell", "measure", "value"),
    [
        ("9", "", 9.0),
        ("92%", "", Share(0.92)),
        ("9/10", "", Share(0.9)),
        ("4 out of 5", "", Share(0.8)),
        ("4 von 5", "", Share(0.8)),
        ("92", "percent", Share(0.92)),
        ("92%", "percent", Share(0.92)),
        ("4", "out of 5", Share(0.8)),
        (FormattedNumber(0.92, percent=True), "", Share(0.92)),
        ("-20", "", -20.0),
        ("11/10", "", "is more than the whole"),
        ("9/11", "", "is not a number"),
        ("5 €", "", "is an amount of money, not a number"),
        ("zufrieden", "", "pleased"),
        ("so so", "", "neutral"),
        ("lots", "", "lots"),
    ],
)
def test_a_score_is_a_share_where_it_is_written_as_a_part_of_a_whole(cell: Cell, measure: str, value: object) -> None:
    found = parse("value", cell, {"choices": vocabulary.MOODS}, unit=units.Unit(measure=measure))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("cell", "style", "value"),
    [
        ("2026-10-31", {}, date(2026, 10, 31)),
        ("2026-10-31 23:00", {}, date(2026, 10, 31)),
        ("2026-10-31T23:00:00Z", {}, datetime(2026, 10, 31, 23, tzinfo=UTC)),
        ("2026-10-31 23:00", {"unit": units.Unit(utc=True)}, datetime(2026, 10, 31, 23, tzinfo=UTC)),
        (datetime(2026, 10, 31, 23), {"unit": units.Unit(utc=True)}, datetime(2026, 10, 31, 23, tzinfo=UTC)),  # noqa: DTZ001
        ("2026-10-31", {"unit": units.Unit(utc=True)}, date(2026, 10, 31)),
        ("2026-10-31T00:00:00Z", {"midnights": True}, date(2026, 10, 31)),
        ("2026-10-31T00:00:00Z", {}, datetime(2026, 10, 31, tzinfo=UTC)),
        ("1970-01-01", {}, None),
        (44867.0, {"epoch_1904": True}, date(2026, 11, 3)),
    ],
)
def test_a_day_is_a_moment_only_where_its_cell_or_title_says_which(
    cell: Cell, style: dict[str, Any], value: object
) -> None:
    found = parse("day", cell, **style)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("column_type", ["day", "month", "moment"])
def test_a_placeholder_is_nothing_and_refused_where_a_date_is_needed(column_type: ColumnType) -> None:
    assert parse(column_type, "9999-12-31") is None
    assert parse(column_type, "9999-12-31", {"required": True}) == "stands for a missing date"


def test_what_is_done_is_not_done_tomorrow_and_a_start_is_not_far_ahead() -> None:
    today = date(2026, 11, 27)
    done, start = {"days_ahead": 1}, {"days_ahead": 730}
    assert parse("day", "2026-11-28", done, today=today) == date(2026, 11, 28)
    assert parse("day", "2026-11-29", done, today=today) == "is in the future"
    assert parse("day", "2028-11-26", start, today=today) == date(2028, 11, 26)
    assert parse("day", "2028-11-27", start, today=today) == "is too far ahead to be right"
    assert parse("day", "2090-01-01", today=today) == date(2090, 1, 1)
    assert parse("moment", "2026-11-28T23:00:00Z", done, today=today) == datetime(2026, 11, 28, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("ACME", "ACME"),
        ("0007", "0007"),
        ('="0007"', "0007"),
        ("\u200eACME\ufeff", "ACME"),
        (12.0, "12"),
        ("1E5", "1E5"),
        ("12.5", "12.5"),
        ("v12.0", "v12.0"),
        ("123456789012345", "123456789012345"),
        ("1234567890123456", "1234567890123456"),
        ("12.0", "is written as a decimal, as a program does it by mistake: write it without the zero"),
        ("12,0", "is written as a decimal, as a program does it by mistake: write it without the zero"),
        ("1.2021E+17", "has lost its last digits: format its column as text in the spreadsheet and fill it in again"),
        ("1,2E+17", "has lost its last digits: format its column as text in the spreadsheet and fill it in again"),
        (
            "120210000000000000",
            "has lost its last digits: format its column as text in the spreadsheet and fill it in again",
        ),
        (1.2021e17, "has lost its last digits: format its column as text in the spreadsheet and fill it in again"),
        (
            date(2026, 10, 1),
            "was turned into a date or a time: format its column as text in the spreadsheet and fill it in again",
        ),
        ("nan", None),
        ("-", None),
    ],
)
def test_a_key_is_as_written_or_refused_where_a_spreadsheet_has_changed_it(cell: Cell, value: object) -> None:
    assert parse("key", cell) == value


def test_a_long_key_may_end_in_zeros_where_others_of_its_column_do_not() -> None:
    assert parse("key", "120210000000000000", long_keys=True) == "120210000000000000"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("alice@agency.example;", PersonReference("alice@agency.example")),
        ("a@agency.example,", PersonReference("a@agency.example")),
        ("jane@agency.example.", PersonReference("jane@agency.example")),
        ("Jane Doe <Jane@agency.example>", PersonReference("jane@agency.example")),
        ('"Doe, Jane" <jane@agency.example>', PersonReference("jane@agency.example")),
        ("MAILTO:jane@agency.example", PersonReference("jane@agency.example")),
        ("<jane@agency.example>", PersonReference("jane@agency.example")),
        ("<@U0ABC1234|ann>", PersonReference(slack_user_id="U0ABC1234")),
        ("Alice A", PersonReference(name="Alice A")),
        ("@alice", PersonReference(name="alice")),
        ("Zoë\u200b  Żak ", PersonReference(name="Zoë Żak")),
        ("a@agency.example, b@agency.example", "holds more than one e-mail address: write one"),
        ("alice@agency", "is no e-mail address"),
        ("alice@agency.example (away)", "is no e-mail address"),
        ("Alice (alice@agency.example)", PersonReference("alice@agency.example")),
        ("12", "is neither an e-mail address nor a Slack user id nor a name"),
        (12.0, "is neither an e-mail address nor a Slack user id nor a name"),
        ("x" * 321, "is neither an e-mail address nor a Slack user id nor a name"),
        ("n/a", None),
    ],
)
def test_a_person_is_an_address_an_id_or_a_name(cell: Cell, value: object) -> None:
    assert parse("person", cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *[("eur", "EUR"), ("€", "EUR"), ("zł", "PLN"), ("Euro - EUR", "EUR"), ("US Dollar (USD)", "USD")],
        *[(cell, "is no currency code like EUR or PLN") for cell in ("$", "kr", "money", "EUR/USD", "XQZ")],
    ],
)
def test_a_currency_is_one_code_however_it_is_named(cell: str, value: str) -> None:
    assert parse("currency", cell) == value


def test_what_the_files_author_says_of_a_value_goes_before_what_is_known_of_it() -> None:
    told = {"bez_odp": "attempt", "connected": "attempt", "nic": ""}
    outcomes = {"choices": vocabulary.OUTCOMES}
    assert parse("choice", "bez odp.", outcomes) == "is none of reached, attempt"
    assert [parse("choice", cell, outcomes) for cell in ("Not available", "n/a", "")] == ["attempt", None, None]
    assert [parse("choice", cell, outcomes, told) for cell in ("Bez odp.", "Connected", "nic", "busy")] == [
        "attempt",
        "attempt",
        None,
        "attempt",
    ]


def test_a_flag_is_true_false_or_refused_and_a_unit_that_does_not_fit_refuses_its_cells() -> None:
    assert [parse("flag", cell) for cell in ("Tak", "nein", True, "", "maybe")] == [
        True,
        False,
        True,
        None,
        "is neither yes nor no",
    ]
    refused = "stands in a column whose title names a unit that it can't have"
    assert parse("money", "5", unit=units.Unit(measure="minutes")) == refused
    assert parse("day", "", unit=EUR) is None
