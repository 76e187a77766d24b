"""Numbers in every dress, and those that could be two."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.errors import CellError
from bot.importing.parsing import numbers
from bot.importing.parsing.numbers import NumberStyle

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False, allow_infinity=False)
STYLES = {
    "1,234.50": (",", "."),
    "1.234,50": (".", ","),
    "1 234,50": (" ", ","),
    "1\u00a0234,50": ("\u00a0", ","),
    "1\u202f234.50": ("\u202f", "."),
    "1'234.50": ("'", "."),
    "1’234,50": ("’", ","),
    "1234.50": ("", "."),
    "1234,50": ("", ","),
}


def read(text: str, decimal: str = "", *, whole: bool = False) -> Decimal:
    return numbers.to_decimal(numbers.split_number(text), NumberStyle(decimal), whole=whole)


def dressed(amount: Decimal, style: str) -> str:
    group, mark = STYLES[style]
    return f"{amount:,.2f}".replace(",", "g").replace(".", mark).replace("g", group)


@pytest.mark.parametrize("style", STYLES)
@given(amount=AMOUNTS)
def test_an_amount_with_cents_is_parsed_in_every_style(style: str, amount: Decimal) -> None:
    assert read(dressed(amount, style)) == amount


@pytest.mark.parametrize("style", STYLES)
@given(number=st.integers(min_value=0, max_value=10**12))
def test_a_whole_number_with_grouped_thousands_is_parsed(style: str, number: int) -> None:
    group, mark = STYLES[style]
    text = f"{number:,}".replace(",", group)
    assert read(text, mark) == number
    assert read(text, whole=True) == number


@given(number=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3))
def test_a_formatted_decimal_is_parsed_as_itself_without_context(number: Decimal) -> None:
    assert read(numbers.format_decimal(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", "5"),
        (" 12.5 ", "12.5"),
        ("0.123", "0.123"),
        ("0,123", "0.123"),
        (".5", "0.5"),
        (",75", "0.75"),
        ("1234.567", "1234.567"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("+5", "5"),
        ("(1,234.50)", "-1234.50"),
        ("($12.30)", "-12.30"),
        ("-$12.30", "-12.30"),
        ("$-12.30", "-12.30"),
        ("€ 1.234,50", "1234.50"),
        ("1 234,50 zł", "1234.50"),
        ("1 234,50 ₽", "1234.50"),
        ("1 200 руб.", "1200"),
        ("USD 10", "10"),
        ("10 eur", "10"),
        ("R$ 10,00", "10.00"),
        ("45%", "45"),
        ("45 %", "45"),
        ("1,23,456.00", "123456.00"),
        ("₹1,23,456.00", "123456.00"),
        ("12,34,567", "1234567"),
        ("1,234.50-", "-1234.50"),
        ("1.234,50- €", "-1234.50"),
        ("–5,00", "-5.00"),
        ("1.234,--", "1234"),
        ("1'234.-", "1234"),
        ("5.200,- €", "5200"),
        ("CHF 12.—", "12"),
        ("$(1,234.50)", "-1234.50"),
        ("(1.234,50) €", "-1234.50"),
        ("USD1,234.50", "1234.50"),
        ("$1,234.50 USD", "1234.50"),
        ("kr.500", "500"),
    ],
)
def test_signs_and_currencies_around_a_number_are_parsed(text: str, number: str) -> None:
    assert read(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *[("€5", "EUR"), ("5 zł", "PLN"), ("5 ₽", "RUB"), ("5 руб.", "RUB"), ("£5", "GBP"), ("usd 5", "USD")],
        *[("$5", ""), ("US$5", "USD"), ("5 kr.", ""), ("$5 CAD", "CAD"), ("5.00 € EUR", "EUR"), ("Rs. 5", "")],
    ],
)
def test_the_currency_beside_an_amount_is_recognized_unless_its_sign_is_ambiguous(text: str, currency: str) -> None:
    assert numbers.split_number(text).money.code == currency


@pytest.mark.parametrize(
    ("text", "sign"), [("$5", "$"), ("-$5", "$"), ("＄5", "$"), ("¥5", "¥"), ("5 Kr.", "kr"), ("5 €", "")]
)
def test_a_sign_that_several_currencies_share_is_kept(text: str, sign: str) -> None:
    assert numbers.split_number(text).money.sign == sign
    assert not sign or len(numbers.SIGN_CURRENCIES[sign]) > 1


@pytest.mark.parametrize(
    ("text", "reason"), [("$5 EUR", "is not a number"), ("5 XQZ", "has XQZ beside it, which is no currency code")]
)
def test_a_currency_that_contradicts_its_sign_or_does_not_exist_is_refused(text: str, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        numbers.split_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1-2",
        "1,23,4",
        "1.23.4",
        "1.23.456",
        "1,2345,678",
        "(-5)",
        "-5-",
        "5+",
        "1.5,--",
        "1,5,--",
        "1,234.5,--",
        "1 2",
        "12 34",
        "1,2.3,4",
        "(5",
        "5)",
        "--5",
        "5 EUR net",
        "EUR 5 EUR",
    ],
)
def test_a_text_that_is_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="is not a number"):
        read(text)


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345", "999,999"])
def test_an_ambiguous_number_is_refused_unless_something_decides(text: str) -> None:
    with pytest.raises(numbers.AmbiguousNumberError, match=r"could be \d+ or \d+\.\d+: write it without a sign"):
        read(text)
    parted, grouped = Decimal(text.replace(",", ".")), Decimal(text.replace(",", "").replace(".", ""))
    mark = "." if "." in text else ","
    with pytest.raises(numbers.AmbiguousNumberError):  # a third decimal beside amounts with two
        read(text, mark)
    parts = numbers.split_number(text)
    assert numbers.to_decimal(parts, NumberStyle(mark, thousandths=True)) == parted
    assert numbers.to_decimal(parts, NumberStyle(mark, told=True)) == parted
    assert numbers.to_decimal(parts, NumberStyle(mark), decimals=3) == parted
    assert read(text, "," if mark == "." else ".") == grouped
    assert numbers.to_decimal(parts, decimals=2) == grouped
    with pytest.raises(numbers.AmbiguousNumberError):
        numbers.to_decimal(parts, NumberStyle(".,"), decimals=2)
    assert read(text, whole=True) == grouped


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1.5", "."),
        ("1,5", ","),
        ("1.234,5", ","),
        ("1,234.5", "."),
        ("1.234.567", ","),
        ("1 234,567", ","),
        ("1.234", ""),
        ("1,234", ""),
        ("12", ""),
        ("n/a", ""),
        ("€1,50", ","),
        ("0.123", "."),
    ],
)
def test_a_number_shows_its_decimal_mark_unless_it_is_ambiguous(text: str, told: str) -> None:
    assert numbers.detect_decimal_mark(text) == told


@pytest.mark.parametrize(
    ("text", "style"),
    [
        *[("1.5", "."), ("1,25", ","), ("1,234.5", "."), ("12", ""), ("n/a", ""), ("1.2.3", "")],
        *[("0.125", ".."), ("1234,567", ",,"), ("12.3456", ".."), ("1 234,567", ",,"), ("1.234.567", ",")],
        *[("1.234", "?."), ("1,234 €", "?,"), ("\u200e1.5", ".")],
    ],
)
def test_a_number_shows_the_style_of_its_column(text: str, style: str) -> None:
    assert numbers.detect_style(text) == style


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", "12"), ("1.5", "1.5"), ("1,25", "1.25"), ("12.3456", "12.3456"), ("1.234", None), ("-5", None), ("", None)],
)
def test_mere_digits_are_read_at_once_unless_they_are_ambiguous(text: str, number: str | None) -> None:
    assert numbers.read_plain(text) == (Decimal(number) if number else None)
