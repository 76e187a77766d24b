"""Columns that are not stored, and say what the others of their row mean."""

import pytest

from tests.intake import Take

HEAD = "external_id,name,owner"


@pytest.mark.parametrize(
    ("titles", "cells", "stored"),
    [
        ("status,End date", "active,2026-12-31", ("active", "2026-12-31", "")),
        ("status,End date", "lost,2026-10-31", ("lost", "", "2026-10-31")),
        ("status,End date", "active,2026-10-31", ("active", "2026-10-31", "")),
        ("status,Vertragsende", "lost,2026-10-31", ("lost", "", "2026-10-31")),
        ("status,Koniec umowy", "active,2026-12-31", ("active", "2026-12-31", "")),
        ("status,Valid until", "active,2026-12-31", ("active", "2026-12-31", "")),
        ("End date", "2026-12-31", ("active", "2026-12-31", "")),
        ("status,renews_on,End date", "active,2026-12-01,2026-12-31", ("active", "2026-12-01", "")),
        ("status,End date", "active,", ("active", "", "")),
    ],
)
def test_an_end_date_is_the_contracts_end_and_of_a_lost_client_the_day_it_left(
    take: Take, titles: str, cells: str, stored: tuple[str, ...]
) -> None:
    taken = take("clients", f"{HEAD},{titles}\nELM,Elm,ann@agency.example,{cells}\n")
    assert taken.refused == []
    found = {row[0]: row[1:] for row in taken.stored("external_id", "status", "renews_on", "lost_on")}
    assert found["ELM"] == stored


def test_an_end_in_the_past_of_a_client_without_a_status_is_asked_about(take: Take) -> None:
    taken = take("clients", f"{HEAD},End date\nELM,Elm,ann@agency.example,2026-10-31\n")
    assert taken.refused == [(2, "contract_end", "2026-10-31")]
    assert "status" in taken.reasons[0]


@pytest.mark.parametrize("title", ["Done", "Status", "Activity status"])
def test_an_activity_that_is_still_to_come_is_not_taken(take: Take, title: str) -> None:
    taken = take("touchpoints", f"{title},Client,Date\nTo do,MILL,2026-11-20\nDone,OAK,2026-11-20\n")
    assert (taken.stored("client"), taken.refused, taken.report.summary.unkept) == ([("OAK",)], [], 1)


@pytest.mark.parametrize(
    ("document", "amount", "stored"),
    [
        ("Invoice", "100", "100.00"),
        ("Credit Memo", "100", "-100.00"),
        ("Gutschrift", "-100", "-100.00"),
        ("Faktura korygująca", "100", "-100.00"),
    ],
)
def test_a_credit_note_is_below_zero_however_its_program_writes_it(
    take: Take, document: str, amount: str, stored: str
) -> None:
    head = "client,number,issued_on,due_on,amount,transaction type"
    taken = take("invoices", f"{head}\nMILL,1,2026-10-01,2026-10-15,{amount},{document}\n")
    assert (taken.stored("amount"), taken.refused) == ([(stored,)], [])


def test_a_payment_and_an_estimate_are_no_invoices(take: Take) -> None:
    head = "client,number,issued_on,due_on,amount,transaction type"
    rows = "MILL,,2026-10-01,2026-10-15,-100,Payment\nMILL,2,2026-10-01,2026-10-15,100,Estimate\n"
    taken = take("invoices", f"{head}\n{rows}MILL,3,2026-10-01,2026-10-15,100,Invoice\n")
    assert (taken.stored("number"), taken.refused, taken.report.summary.unkept) == ([("3",)], [], 2)


@pytest.mark.parametrize(
    ("cell", "status"), [("yes", "paid"), ("1", "paid"), ("no", "open"), ("0", "open"), ("", "open")]
)
def test_a_yes_under_paid_is_the_status_and_a_number_an_amount(take: Take, cell: str, status: str) -> None:
    head = "client,number,issued_on,due_on,amount,Paid"
    taken = take("invoices", f"{head}\nMILL,1,2026-10-01,2026-10-15,100,{cell}\n")
    assert taken.stored("status") == [(status,)]
    amounts = take("invoices", f"{head}\nMILL,2,2026-10-01,2026-10-15,100,40\nMILL,3,2026-10-01,2026-10-15,100,0\n")
    assert amounts.stored("number", "paid_amount")[1:] == [("2", "40.00"), ("3", "0.00")]


def test_a_row_of_metrics_over_several_days_is_refused_and_of_one_day_taken(take: Take) -> None:
    taken = take(
        "metrics",
        "Reporting starts,Reporting ends,Client,Spend\n2026-11-01,2026-11-30,MILL,3100\n2026-11-20,2026-11-20,MILL,9\n",
    )
    assert taken.stored("date", "spend") == [("2026-11-20", "9.00")]
    assert [row for row, _, _ in taken.refused] == [2]
    assert "2026-11-30" in taken.reasons[0]


def test_a_day_beside_a_reports_range_is_the_rows_day(take: Take) -> None:
    taken = take(
        "metrics", "Reporting starts,Reporting ends,Day,Client,Spend\n2026-11-01,2026-11-30,2026-11-20,MILL,9\n"
    )
    assert (taken.stored("date", "spend"), taken.refused) == ([("2026-11-20", "9.00")], [])


def test_costs_of_hours_in_another_currency_than_the_clients_are_refused(take: Take) -> None:
    taken = take("effort", "client,month,hours,hourly_cost,currency\nMILL,2026-11,5,40,USD\nLAKE,2026-11,5,40,USD\n")
    assert taken.stored("client") == [("LAKE",)]
    assert taken.refused == [(2, "currency", "USD")]


def test_a_ticket_that_is_solved_says_when(take: Take) -> None:
    head = "client,kind,occurred_on,resolved_on,ticket status"
    taken = take(
        "observations",
        f"{head}\nMILL,complaint,2026-11-10,,Closed\nOAK,complaint,2026-11-10,2026-11-12,Closed\nLAKE,complaint,2026-11-10,,New\n",
    )
    assert taken.refused == [(2, "ticket_state", "Closed")]
    assert taken.stored("client", "resolved_on") == [("LAKE", ""), ("OAK", "2026-11-12")]


def test_a_persons_name_may_be_in_two_columns(take: Take) -> None:
    taken = take(
        "contacts",
        "Client,First Name,Last Name,Email\nMILL,Ana,Ruiz,ana@mill.example\nOAK,,Oak,\nLAKE,,,x@lake.example\n",
    )
    assert taken.stored("client", "name") == [("MILL", "Ana Ruiz"), ("OAK", "Oak")]
    assert taken.refused == [(4, "name", "")]
