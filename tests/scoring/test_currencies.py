"""How big an amount is in its currency."""

import pytest
from babel.numbers import get_currency_precision, list_currencies

from scoring import currencies


@pytest.mark.parametrize(
    ("currency", "minor"),
    [
        ("EUR", 1_00),
        ("USD", 1_00),
        ("PLN", 1_00),
        ("CZK", 10_00),
        ("JPY", 100),
        ("KRW", 1000),
        ("HUF", 100_00),
        ("KWD", 1_000),
        ("IDR", 10_000_00),
        ("", 1_00),
    ],
)
def test_a_unit_of_usual_size_is_about_a_euro_or_a_dollar(currency: str, minor: int) -> None:
    assert currencies.usual_unit(currency) == minor


def test_decimals_are_those_in_which_amounts_are_stored() -> None:
    told = {code: currencies._DECIMALS_OF.get(code, 2) for code in list_currencies()}
    assert told == {code: get_currency_precision(code) for code in list_currencies()}
    assert set(currencies._DECIMALS_OF) <= set(list_currencies())


def test_sizes_name_currencies_that_there_are() -> None:
    assert set(currencies._SIZE_OF) <= set(list_currencies())
    assert sum(len(codes.split()) for codes in currencies._SIZES.values()) == len(currencies._SIZE_OF)
