"""What a row of invoices, metrics and targets comes to in the database."""

from datetime import date

import pytest
from sqlalchemy import Engine

from bot.infra.models import DailyMetric, Invoice
from tests.bot.importing.mapping.conftest import ImportText, counts, reasons, rows


def test_a_rows_own_currency_takes_precedence_over_the_clients(engine: Engine, import_text: ImportText) -> None:
    head = "client,number,issued_on,due_on,amount,currency\n"
    import_text("invoices", head + "EU,1,2026-11-01,2026-11-15,1500,JPY\nEU,2,2026-11-01,2026-11-15,15 €,\n")
    assert rows(engine, Invoice, "amount", "currency") == [(1500, "JPY"), (1500, "EUR")]


def test_an_invoice_keeps_its_currency_when_a_later_file_lacks_the_column(
    engine: Engine, import_text: ImportText
) -> None:
    head = "client,number,issued_on,due_on,amount"
    import_text("invoices", f"{head},currency\nEU,1,2026-11-01,2026-11-15,100,USD\n")
    assert counts(import_text("invoices", f"{head}\nEU,1,2026-11-01,2026-11-15,100\n")) == (0, 0, 1, 0)
    assert counts(import_text("invoices", f"{head}\nEU,1,2026-11-01,2026-11-15,120\n")) == (0, 1, 0, 0)
    assert rows(engine, Invoice, "amount", "currency") == [(12000, "USD")]


@pytest.mark.parametrize(
    ("titles", "cells", "status", "paid"),
    [
        ("", "", "open", 0),
        (",paid_on", ",2026-11-10", "paid", 0),
        (",paid_on", ",", "open", 0),
        (",paid_amount", ",100", "paid", 10_000),
        (",paid_amount", ",120", "paid", 12_000),
        (",paid_amount", ",40", "open", 4_000),
        (",paid_amount,paid_on", ",40,2026-11-10", "open", 4_000),
        (",paid_amount,paid_on", ",,2026-11-10", "paid", 0),
        (",status,paid_on", ",void,2026-11-10", "void", 0),
        (",status", ",bezahlt", "paid", 0),
        (",status", ",", "open", 0),
    ],
)
def test_whether_an_invoice_is_paid_follows_from_what_the_row_says(
    engine: Engine, import_text: ImportText, titles: str, cells: str, status: str, paid: int
) -> None:
    report = import_text(
        "invoices",
        f"client,number,issued_on,due_on,amount{titles}\nEU,1,2026-11-01,2026-11-15,100{cells}\n",
    )
    assert report.added == 1
    assert rows(engine, Invoice, "status", "paid_amount") == [(status, paid)]


def test_an_invoice_paid_earlier_stays_paid_when_a_later_file_says_nothing_of_payment(
    engine: Engine, import_text: ImportText
) -> None:
    head = "client,number,issued_on,due_on,amount"
    import_text("invoices", f"{head},paid_on\nEU,1,2026-11-01,2026-11-15,100,2026-11-10\n")
    import_text("invoices", f"{head}\nEU,1,2026-11-01,2026-11-16,100\n")
    assert rows(engine, Invoice, "status", "paid_on", "due_on") == [("paid", date(2026, 11, 10), date(2026, 11, 16))]


def test_a_credit_note_is_imported_and_a_negative_payment_is_refused(engine: Engine, import_text: ImportText) -> None:
    head = "client,number,issued_on,due_on,amount,paid_amount,paid_on\n"
    report = import_text(
        "invoices",
        head
        + "EU,1,2026-11-01,2026-11-15,-50,-50,\n"
        + "EU,2,2026-11-01,2026-11-15,50,-50,\n"
        + "EU,3,2026-11-01,2026-11-15,50,50,2026-12-24\n",
    )
    assert rows(engine, Invoice, "amount", "paid_amount", "status") == [(-5000, -5000, "open")]
    assert reasons(report) == [("paid_amount", "is below zero"), ("paid_on", "is in the future")]


def test_metrics_have_one_row_for_each_client_day_and_source(engine: Engine, import_text: ImportText) -> None:
    import_text("metrics", "client,date,source,spend,clicks\nEU,2026-11-02,ads,5,1\nEU,2026-11-02,,6,2\n")
    report = import_text("metrics", "client,date,source,spend\nEU,2026-11-02,ads,5.5\nEU,2026-11-03,ads,7\n")
    assert counts(report) == (1, 1, 0, 0)
    assert rows(engine, DailyMetric, "on", "source", "spend", "clicks", "leads") == [
        (date(2026, 11, 2), "", 600, 2, None),
        (date(2026, 11, 2), "ads", 550, 1, None),
        (date(2026, 11, 3), "ads", 700, None, None),
    ]


def test_a_target_that_is_counted_must_be_whole(import_text: ImportText) -> None:
    head = "client,month,metric,target\n"
    report = import_text("targets", head + "EU,2026-11,leads,7.5\nEU,2026-11,clicks,5 €\nEU,2026-11,spend,5 zł\n")
    assert reasons(report) == [
        ("target", "is not a whole number, as leads are counted in"),
        ("target", "is not a whole number, as clicks are counted in"),
        ("target", "is in PLN, but the row's currency is EUR"),
    ]
