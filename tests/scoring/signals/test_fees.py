"""How what is billed to a client develops."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, Invoice, KnownBreach, Portfolio
from scoring.fees import first_of, number_of
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.fees import fee_trend

TODAY = date(2026, 11, 20)
CLIENT = Client(1, "active", UTC, monthly_fee=2_000_00, currency="EUR")


def billed(*amounts: int, currency: str = "EUR") -> tuple[Invoice, ...]:
    """Bill once a month, the last time in the last whole month before today."""
    months = [first_of(number_of(date(2026, 10, 1)) - n).replace(day=5) for n in range(len(amounts))]
    return tuple(
        Invoice(str(day), day, day, amount, status="paid", currency=currency)
        for day, amount in zip(months, reversed(amounts), strict=True)
    )


def fees(
    *invoices: Invoice, billing: str = "retainer", on: date = TODAY, is_open: bool = False, rate: float = 1.0
) -> Signal:
    breaches = {"fee_trend": KnownBreach(TODAY)} if is_open else {}
    client = replace(CLIENT, billing=billing, invoices=invoices, breaches=breaches)
    return fee_trend(client, Context(Policy(fee_trend_false_alarms=rate), Portfolio(), on))


@pytest.mark.parametrize(
    ("amounts", "state", "severity"),
    [
        ((100, 100, 100, 100, 100, 100), "ok", 0),
        ((100, 100, 100, 90, 80, 71), "ok", 0),
        ((100, 100, 100, 90, 80, 70), "breach", 0.5),
        ((100, 100, 100, 60, 60, 60), "breach", 0.75),
        ((100, 100, 100, 0, 0, 0), "breach", 1),
        ((100, 100, 0, 0, 0), "unknown", 0),
    ],
)
def test_fees_of_three_months_are_compared_with_the_three_before(
    amounts: tuple[int, ...], state: str, severity: float
) -> None:
    found = fees(*billed(*amounts))
    assert found.state == state
    assert found.severity == pytest.approx(severity)
    assert found.until == date(2026, 12, 1)


def test_fees_are_read_from_whole_months_in_the_clients_currency_and_not_for_projects() -> None:
    six = billed(100, 100, 100, 50, 50, 50)
    this_month = Invoice("now", date(2026, 11, 2), date(2026, 11, 9), 900, status="open", currency="EUR")
    first_of = [replace(this_month, issued_on=date(2026, month, 1), amount=7) for month in (5, 8, 11)]
    void = replace(this_month, issued_on=date(2026, 10, 2), status="void")
    abroad = billed(0, 0, 0, 500, 500, 500, currency="USD")
    told = fees(*six, this_month, void, *abroad, *first_of).evidence
    assert (told["before"], told["lately"], told["currency"], told["left_out"]) == (307, 157, "EUR", "USD")
    only_abroad = fees(*billed(100, 100, 100, 50, 50, 50, currency="USD"))
    assert (only_abroad.state, only_abroad.evidence["currency"]) == ("breach", "USD")
    assert "left_out" not in only_abroad.evidence
    assert fees(*six, billing="project").state == "unknown"
    assert fees(*six, billing="project").evidence == {"billing": "project"}
    assert fees(*six[:-1]).state == "unknown"
    assert fees().state == "unknown"


def moved(invoices: tuple[Invoice, ...], at: int, day: date) -> tuple[Invoice, ...]:
    """Date one of some invoices differently, the last one being the first."""
    return tuple(replace(each, issued_on=day) if n == at else each for n, each in enumerate(invoices))


@pytest.mark.parametrize(("at", "day"), [(0, date(2026, 9, 25)), (3, date(2026, 7, 14)), (2, date(2026, 7, 28))])
def test_an_invoice_dated_some_days_early_or_late_changes_nothing(at: int, day: date) -> None:
    usual = billed(100, 100, 100, 100, 100, 100)
    on_the_first = tuple(replace(each, issued_on=each.issued_on.replace(day=1)) for each in usual)
    for bills in (usual, on_the_first):
        told = fees(*moved(bills, at, day)).evidence
        assert (told["before"], told["lately"]) == (300, 300)


def test_an_invoice_counts_for_the_month_that_it_says_it_is_for() -> None:
    usual = billed(100, 100, 100, 100, 100, 100)
    twice = replace(usual[0], number="late", issued_on=date(2026, 11, 4), service_month=date(2026, 9, 1))
    assert fees(*usual, twice).evidence["lately"] == 400
    in_arrears = tuple(
        replace(each, service_month=each.issued_on.replace(day=1), issued_on=each.issued_on + timedelta(days=40))
        for each in usual
    )
    assert fees(*in_arrears[1:], on=date(2026, 11, 10)).evidence["since"] == date(2026, 7, 1)
    assert fees(*in_arrears[1:], on=date(2026, 11, 10)).until == date(2026, 11, 24)


def test_a_month_is_complete_some_days_after_its_invoice_is_usual() -> None:
    late_in_month = tuple(replace(each, issued_on=each.issued_on.replace(day=28)) for each in billed(*[100] * 7))
    assert fees(*late_in_month, on=date(2026, 11, 6)).evidence["since"] == date(2026, 7, 1)
    assert fees(*late_in_month, on=date(2026, 11, 6)).until == date(2026, 11, 7)
    assert fees(*late_in_month, on=date(2026, 11, 7)).evidence["since"] == date(2026, 8, 1)


def test_a_season_known_from_the_year_before_is_no_fall() -> None:
    year = (100, 100, 100, 100, 100, 100, 100, 100, 100, 50, 50, 50)
    season = fees(*billed(*year[6:], *year))
    assert (season.state, season.evidence["usual_fall"]) == ("ok", 0.5)
    assert fees(*billed(*year)).state == "breach"
    assert fees(*billed(*year[6:], *year[:9], 25, 25, 25)).severity == pytest.approx(0.875)
    grew = (100, 100, 100, 200, 200, 200)
    assert fees(*billed(*grew, *[200] * 12)).state == "ok"


def test_fees_that_vary_open_only_at_a_fall_that_chance_seldom_brings() -> None:
    varied = (100, 40, 160, 90, 30, 150, 110, 50, 130)
    assert fees(*billed(*varied, 80, 60, 60)).state == "ok"
    assert fees(*billed(*varied, 10, 10, 10)).state == "breach"
    assert fees(*billed(*varied, 30, 30, 30), rate=4).severity > fees(*billed(*varied, 30, 30, 30), rate=0.1).severity


def test_fees_billed_by_the_quarter_are_compared_quarter_by_quarter() -> None:
    assert fees(*billed(300, 0, 0, 300, 0, 0, 300, 0, 0, 300, 0, 0)).state == "ok"
    assert fees(*billed(300, 0, 0, 300, 0, 0, 300, 0, 0, 150, 0, 0)).state == "breach"


def test_a_fall_that_was_told_stands_until_it_is_under_half_the_limit() -> None:
    between, over = billed(100, 100, 100, 85, 85, 85), billed(100, 100, 100, 95, 95, 95)
    assert fees(*between).state == "ok"
    still = fees(*between, is_open=True)
    assert still.state == "breach"
    assert still.severity == pytest.approx(0.375)
    assert fees(*over, is_open=True).state == "ok"
