from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.facts import Client, Contracts, Invoice, Portfolio
from scoring.policy import Policy
from scoring.value import (
    account_size,
    churn,
    client_value,
    cost_per_lead,
    margin,
    months_left,
    qualified_to_customer,
    retention,
    traffic_to_lead,
    value_factor,
)

ON = date(2026, 11, 20)
RETAINER = Client(1, "active", UTC, monthly_fee=1_000_00, currency="EUR", renews_on=date(2027, 5, 20))
AGENCY = Portfolio(renewal_rate=0.5, median_value={"EUR": 10_000_00})
POLICY = Policy()


def test_a_retainer_is_worth_its_months_left_and_renewals_less_the_chance_of_leaving() -> None:
    months, renewals = 6, 12 * (0.5 + 0.25 + 0.125)
    assert client_value(RETAINER, AGENCY, POLICY, ON) == round(1_000_00 * (months + renewals) * 0.9)


@pytest.mark.parametrize(
    ("fee", "typical", "word"),
    [
        (149, 100, "typical"),
        (150, 100, "big"),
        (67, 100, "typical"),
        (66, 100, "small"),
        (None, 100, None),
        (9, 0, None),
    ],
)
def test_an_account_is_big_from_half_as_much_again_as_the_typical_fee(
    fee: int | None, typical: int, word: str | None
) -> None:
    assert account_size(fee, typical) == word


def test_the_policys_renewal_rate_stands_in_until_the_agencys_own_is_known() -> None:
    assert client_value(RETAINER, Portfolio(), POLICY, ON) == client_value(
        RETAINER, Portfolio(renewal_rate=POLICY.renewal_rate), POLICY, ON
    )


@pytest.mark.parametrize("renews_on", [None, ON, date(2024, 1, 1)])
def test_a_contract_whose_end_is_unknown_or_past_counts_for_its_renewals(renews_on: date | None) -> None:
    client = replace(RETAINER, renews_on=renews_on)
    assert client_value(client, AGENCY, POLICY, ON) == round(1_000_00 * 10.5 * 0.9)


def test_renewals_and_early_leaving_are_those_of_the_most_similar_clients_that_are_known() -> None:
    portfolio = Portfolio(
        renewal_rate=0.5,
        early_leaving=0.2,
        similar={
            "retainer": Contracts(renewal_rate=0.6, early_leaving=0.3),
            "retainer/real estate": Contracts(renewal_rate=1.0),
            "project": Contracts(renewal_rate=0.0, early_leaving=1.0),
        },
    )

    def value(industry: str = "", billing: str = "retainer") -> int | None:
        return client_value(replace(RETAINER, industry=industry, billing=billing), portfolio, POLICY, ON)

    assert value(industry=" Real  Estate") == round(1_000_00 * (6 + 36) * 0.7)
    assert value(industry="Law") == value() == round(1_000_00 * (6 + 12 * (0.6 + 0.36 + 0.216)) * 0.7)
    assert value(billing="share_of_spend") == round(1_000_00 * (6 + 10.5) * 0.8)


def test_a_project_client_is_worth_the_projects_expected_of_it() -> None:
    client = replace(RETAINER, billing="project")
    assert client_value(client, AGENCY, POLICY, ON) == 1_000_00 * 2 * 2


def test_a_share_of_spend_is_read_from_the_last_six_invoices_where_no_fee_is_given() -> None:
    bills = tuple(
        Invoice(str(month), date(2026, month, 1), date(2026, month, 15), 100_00 * month, status="paid", currency="EUR")
        for month in range(1, 11)
    )
    others = (
        Invoice("void", date(2026, 11, 1), date(2026, 11, 15), 9_000_00, status="void", currency="EUR"),
        Invoice("abroad", date(2026, 11, 1), date(2026, 11, 15), 9_000_00, currency="USD"),
    )
    client = replace(RETAINER, billing="share_of_spend", monthly_fee=None, invoices=(*others, *reversed(bills)))
    assert client_value(client, AGENCY, POLICY, ON) == client_value(
        replace(RETAINER, monthly_fee=750_00), AGENCY, POLICY, ON
    )
    assert client_value(replace(client, invoices=()), AGENCY, POLICY, ON) is None
    assert client_value(replace(client, billing="retainer"), AGENCY, POLICY, ON) is None


@pytest.mark.parametrize(("days", "months"), [(0, 0), (15, 0), (16, 1), (30, 1), (31, 1), (61, 2), (365, 12)])
def test_months_left_are_whole(days: int, months: int) -> None:
    assert months_left(replace(RETAINER, renews_on=ON + timedelta(days=days)), ON) == months


@pytest.mark.parametrize(
    ("worth", "factor"),
    [(1, 0.5), (5_000_00, 0.5), (10_000_00, 1.0), (20_000_00, 1.5), (40_000_00, 2.0), (900_000_00, 2.0), (0, 0.5)],
)
def test_the_value_factor_grows_with_the_log_of_value_against_the_median(worth: int, factor: float) -> None:
    client = replace(RETAINER, billing="project", monthly_fee=worth // 4)
    assert value_factor(client, AGENCY, POLICY, ON)[0] == pytest.approx(factor)


@given(st.integers(0, 60_000_00), st.integers(1, 4000), st.integers(1, 90_000_00))
def test_the_value_factor_says_to_the_day_when_it_changes(fee: int, days: int, median: int) -> None:
    client = replace(RETAINER, monthly_fee=fee, renews_on=ON + timedelta(days=days))
    portfolio = replace(AGENCY, median_value={"EUR": median})
    now, until = value_factor(client, portfolio, POLICY, ON)
    if until is None:
        assert value_factor(client, portfolio, POLICY, ON + timedelta(days=days))[0] == now
        return
    assert until > ON
    assert value_factor(client, portfolio, POLICY, until - timedelta(days=1))[0] == now
    assert value_factor(client, portfolio, POLICY, until)[0] < now


def test_retention_leaves_out_clients_won_in_the_period() -> None:
    assert retention(start=10, won=4, end=12) == pytest.approx(0.8)
    assert churn(start=10, won=4, end=12) == pytest.approx(0.2)
    assert retention(start=0, won=4, end=4) is None
    assert churn(start=0, won=4, end=4) is None


def test_cost_per_lead_is_the_spend_by_the_leads() -> None:
    assert cost_per_lead(spend=900_00, leads=30) == 30_00
    assert cost_per_lead(spend=900_00, leads=0) is None


def test_a_share_of_the_visits_becomes_leads_and_of_the_qualified_ones_customers() -> None:
    assert traffic_to_lead(leads=30, sessions=1000) == pytest.approx(0.03)
    assert traffic_to_lead(leads=0, sessions=0) is None
    assert qualified_to_customer(customers=5, qualified=20) == 0.25
    assert qualified_to_customer(customers=5, qualified=0) is None


def test_the_margin_is_what_work_and_tools_leave_of_the_fees() -> None:
    assert margin(fees=1000_00, work=600_00, tools=150_00) == 0.25
    assert margin(fees=1000_00, work=1200_00, tools=0) == pytest.approx(-0.2)
    assert margin(fees=0, work=10_00, tools=0) is None
