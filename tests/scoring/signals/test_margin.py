"""What is left of a client's fees, and the hours against those agreed."""

from dataclasses import replace
from datetime import UTC, date
from typing import Any

import pytest

from scoring.assess import assess
from scoring.assessment import Signal
from scoring.dates import start_of_day
from scoring.facts import Client, Effort, Invoice, Observation, Portfolio
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.margin import margin

TODAY = date(2026, 11, 20)
OCTOBER = Effort(date(2026, 10, 1), 40.0, 40.0, 40_00, 100_00)
CLIENT = Client(1, "active", UTC, monthly_fee=2_000_00, currency="EUR", effort=(OCTOBER,))


def found(*effort: Effort, day: date = TODAY, **changed: Any) -> Signal:
    return margin(replace(CLIENT, effort=effort, **changed), Context(Policy(), Portfolio(), day))


@pytest.mark.parametrize(
    ("hours", "kept", "severity"),
    [
        (36.0, 0.23, 0),
        (37.5, 0.2, 0),
        (38.0, 0.19, 0.5125),
        (42.75, 0.095, 0.63125),
        (47.5, 0.0, 0.75),
        (43.0, 0.09, 0.6375),
    ],
)
def test_less_than_a_fifth_left_of_the_fees_opens_a_breach(hours: float, kept: float, severity: float) -> None:
    signal = found(replace(OCTOBER, hours=hours, hours_budget=None))
    assert signal.evidence["margin"] == pytest.approx(kept)
    assert signal.severity == pytest.approx(severity)
    assert signal.state == ("breach" if severity else "ok")
    assert (signal.level, signal.effort) == (("amber", "deep") if severity else (None, "quick"))


@pytest.mark.parametrize(("hours", "severity"), [(44.0, 0), (44.4, 0.505), (54.0, 0.625), (64.0, 0.75), (99.0, 0.75)])
def test_a_tenth_more_hours_than_agreed_opens_a_breach(hours: float, severity: float) -> None:
    signal = found(replace(OCTOBER, hours=hours, hourly_cost=None))
    assert signal.severity == pytest.approx(severity)
    assert (signal.evidence["margin"], signal.evidence["cost"], signal.evidence["fee"]) == (None, None, None)


def test_the_evidence_holds_the_sums() -> None:
    assert found(OCTOBER).evidence == {
        "month": date(2026, 10, 1),
        "currency": "EUR",
        "fee": 2_000_00,
        "cost": 1_700_00,
        "margin": 0.15,
        "hours": 40.0,
        "hours_budget": 40.0,
    }


def test_unknown_figures_make_an_unknown_margin() -> None:
    unknown = Signal("margin", "unknown")
    assert found() == unknown
    assert found(Effort(date(2026, 10, 1), 40.0)) == unknown
    assert found(replace(OCTOBER, hours_budget=None), monthly_fee=None) == unknown
    assert found(replace(OCTOBER, hours_budget=None), monthly_fee=0) == unknown
    assert found(replace(OCTOBER, hours_budget=None), billing="project") == unknown
    assert found(replace(OCTOBER, tools_cost=None)).evidence["margin"] == 0.2


def test_the_fee_of_a_client_that_pays_by_spend_is_read_from_its_invoices() -> None:
    day = date(2026, 10, 1)
    bills = (Invoice("A", day, day, 1_000_00), Invoice("B", day, day, 3_000_00))
    signal = found(OCTOBER, monthly_fee=None, billing="share_of_spend", invoices=bills)
    assert signal.evidence["fee"] == 2_000_00


def test_the_newest_whole_month_of_the_last_two_counts() -> None:
    september, august = (replace(OCTOBER, month=date(2026, month, 1), hours=1.0) for month in (9, 8))
    assert found(september, OCTOBER).evidence["hours"] == 40
    assert found(september).state == "ok"
    assert found(august).state == "unknown"
    assert found(replace(OCTOBER, month=date(2026, 12, 1))).state == "unknown"


def test_the_current_month_counts_once_it_is_over_a_limit() -> None:
    november = replace(OCTOBER, month=date(2026, 11, 1), hours=10.0)
    well = replace(OCTOBER, hours=20.0)
    assert found(well, november).evidence["month"] == date(2026, 10, 1)
    assert found(november).state == "unknown"
    over = found(well, replace(november, hours=60.0))
    assert (over.state, over.evidence["month"]) == ("breach", date(2026, 11, 1))


def test_until_is_the_first_month_in_which_the_margin_reads_differently() -> None:
    assert found(OCTOBER).until == date(2027, 1, 1)  # two whole months later, without newer rows
    november = replace(OCTOBER, month=date(2026, 11, 1), hours=10.0)
    assert found(OCTOBER, november).until == date(2026, 12, 1)
    assert found(OCTOBER, november, day=date(2026, 12, 1)).state == "ok"


def test_a_thin_margin_adds_nothing_to_the_risk_of_losing_the_client() -> None:
    now = start_of_day(TODAY, UTC)
    judged, policy = assess(CLIENT, Portfolio(), Policy(), now), Policy(margin_weight=0.3)
    assert "margin" in {signal.name for signal in judged.breaches}
    assert (judged.risk, judged.priority) == (0, 0)
    assert assess(CLIENT, Portfolio(), policy, now).risk > 0


def test_a_thin_margin_with_a_client_that_is_hard_to_work_with_is_one_to_narrow() -> None:
    card = Observation("resource_card", date(2026, 10, 25), 3.0)
    narrow = found(OCTOBER, observations=(card,))
    assert (narrow.evidence["narrow"], narrow.kind, narrow.level) == (True, "to_do", "amber")
    assert narrow.until == date(2026, 12, 26)  # the card is too old then
    assert "narrow" not in found(OCTOBER, observations=(card,), day=date(2026, 12, 26)).evidence
    assert "narrow" not in found(OCTOBER, observations=(replace(card, value=4.0),)).evidence
    assert "narrow" not in found(replace(OCTOBER, hours=10.0), observations=(card,)).evidence
