"""How a locale writes amounts and shares."""

import pytest

from bot.infra.i18n import translator

EN = translator("en-US")


def test_an_amount_has_cents_below_a_hundred_units_or_where_it_is_exact() -> None:
    assert EN.money(1_620_700, "EUR") == "€16,207"
    assert EN.money(1_620_750, "EUR", exact=True) == "€16,207.50"
    assert EN.money(9_577, "EUR") == "€95.77"


@pytest.mark.parametrize(
    ("minor", "written"),
    [(1_620_700, "€16,200"), (191_400, "€1,910"), (9_577, "€96"), (577, "€5.77"), (0, "€0"), (-1_620_700, "-€16,200")],
)
def test_an_amount_that_need_not_be_exact_has_three_figures(minor: int, written: str) -> None:
    assert EN.money(minor, "EUR", about=True) == written


def test_a_currency_without_cents_is_rounded_alike() -> None:
    assert translator("ja-JP").money(1_620_700, "JPY", about=True).endswith("1,620,000")


@pytest.mark.parametrize(
    ("share", "digits", "written"), [(0.037, 0, "4%"), (0.037, 1, "3.7%"), (0.4, 1, "40%"), (0.0667, 1, "6.7%")]
)
def test_a_share_is_a_percentage_with_as_many_decimals_as_asked_for(share: float, digits: int, written: str) -> None:
    assert EN.percent(share, digits=digits) == written
