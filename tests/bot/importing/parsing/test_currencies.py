"""Currencies by code and sign, and what only looks like one."""

import pytest

from bot.importing.errors import CellError
from bot.importing.parsing import currencies
from bot.importing.parsing.currencies import NO_CURRENCY, Currency


@pytest.mark.parametrize(
    ("text", "money"),
    [
        *[("EUR", Currency("EUR")), ("eur", Currency("EUR")), ("zł", Currency("PLN")), ("руб.", Currency("RUB"))],
        *[
            ("$", Currency(sign="$")),
            ("＄", Currency(sign="$")),
            ("Kr.", Currency(sign="kr")),
            ("US$", Currency("USD")),
        ],
        *[("$ CAD", Currency("CAD")), ("USD $", Currency("USD")), ("€ EUR", Currency("EUR")), ("$ EUR", None)],
        *[("€ USD", None), ("Taler", None), ("", None), ("5", None)],
    ],
)
def test_a_code_a_sign_or_both_are_read_where_they_agree(text: str, money: Currency | None) -> None:
    assert currencies.read_currency(text) == money


def test_what_is_written_like_a_code_and_is_none_is_refused() -> None:
    with pytest.raises(CellError, match="has XQZ beside it, which is no currency code"):
        currencies.read_currency("xqz")


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (Currency("EUR"), Currency("EUR"), True),
        (Currency("EUR"), Currency("USD"), False),
        (Currency("USD"), Currency(sign="$"), True),
        (Currency(sign="$"), Currency("PLN"), False),
        (Currency(sign="$"), Currency(sign="¥"), False),
        (Currency("EUR"), NO_CURRENCY, True),
    ],
)
def test_two_ways_to_write_a_currency_agree_where_they_can_mean_the_same(
    one: Currency, other: Currency, *, agree: bool
) -> None:
    assert currencies.agree(one, other) is agree


@pytest.mark.parametrize(
    ("text", "code"),
    [("€", "EUR"), ("usd", "USD"), ("Euro - EUR", "EUR"), ("EUR/USD", None), ("$", None), ("Taler", None)],
)
def test_a_column_of_currencies_names_one_code(text: str, code: str | None) -> None:
    assert currencies.find_code(text) == code


@pytest.mark.parametrize(
    ("money", "digits"),
    [(Currency("EUR"), 2), (Currency("JPY"), 0), (Currency("KWD"), 3), (Currency(sign="$"), 2), (NO_CURRENCY, None)],
)
def test_an_amount_has_as_many_decimals_as_its_currency(money: Currency, digits: int | None) -> None:
    assert currencies.digits_of(money) == digits
