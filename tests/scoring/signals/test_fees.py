"""How what is billed to a client develops."""

from dataclasses import replace
from datetime import UTC, date

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, Invoice, Portfolio
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.fees import fee_trend

TODAY = date(2026, 11, 20)
CLIENT = Client(1, "active", UTC, monthly_fee=2_000_00, currency="EUR")


def billed(*amounts: int, currency: str = "EUR") -> tuple[Invoice, ...]:
    """Bill once a month, the last time in the last whole month before today."""
    months = [date(2026, 10 - n, 5) for n in range(len(amounts))]
    return tuple(
        Invoice(str(day), day, day, amount, status="paid", currency=currency)
        for day, amount in zip(months, reversed(amounts), strict=True)
    )


def fees(*invoices: Invoice, billing: str = "retainer") -> Signal:
    client = replace(CLIENT, billing=billing, invoices=invoices)
    return fee_trend(client, Context(Policy(), Portfolio(), TODAY))


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
    assert fees(*six[:-1], replace(six[-1], issued_on=date(2026, 5, 31))).state == "breach"
    assert fees(*six[:-1], replace(six[-1], issued_on=date(2026, 6, 1))).state == "unknown"
    assert fees().state == "unknown"
