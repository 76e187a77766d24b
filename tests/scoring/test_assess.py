from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scoring.assess import assess, next_change
from scoring.facts import Client, Invoice, Portfolio
from scoring.policy import Policy

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = date(2026, 11, 20)
POLICY, PORTFOLIO = Policy(), Portfolio()


def test_an_overdue_contact_and_an_unpaid_invoice_make_one_risk() -> None:
    client = Client(
        1,
        "active",
        WARSAW,
        started_on=date(2024, 1, 1),
        last_contact_at=NOW - timedelta(days=20),
        invoices=(Invoice("A1", date(2026, 9, 20), date(2026, 10, 21), 100_00),),
    )
    found = assess(client, PORTFOLIO, POLICY, NOW)
    assert [signal.name for signal in found.breaches] == ["contact_gap", "invoice_overdue"]
    assert round(found.risk, 6) == round(100 * (1 - (1 - 0.7) * (1 - 0.6 * 0.8)), 6)
    assert (found.colour, round(found.priority / found.risk, 6)) == ("red", 1.1)
    assert next_change(client, PORTFOLIO, POLICY, NOW) == datetime(2026, 11, 20, 23, tzinfo=UTC)


def test_a_lost_client_has_no_signals_and_never_changes() -> None:
    found = assess(Client(1, "lost", WARSAW, started_on=TODAY), PORTFOLIO, POLICY, NOW)
    assert (found.signals, found.risk, found.priority, found.next_change_at) == ((), 0, 0, None)
