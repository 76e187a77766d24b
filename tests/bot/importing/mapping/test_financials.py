"""What a row of invoices, metrics and targets comes to in the database."""

from datetime import date

import pytest
from sqlalchemy import Engine

from bot.infra.models import DailyMetric, Invoice, Target
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
    assert rows(engine, Invoice, "amount", "paid_amount", "status") == [(-5000, -5000, "paid")]
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


@pytest.mark.parametrize(
    ("titles", "cells", "status", "paid"),
    [
        ("balance", "100", "open", 0),
        ("balance", "60", "open", 4_000),
        ("balance", "0", "paid", 10_000),
        ("balance", "", "open", 0),
        ("balance,paid_on", "60,2026-11-10", "open", 4_000),
        ("balance,paid_on", ",2026-11-10", "paid", 0),
        ("balance,paid_amount", "60,40", "open", 4_000),
        ("balance,paid_amount", "60,", "open", 4_000),
        ("balance,paid_amount", "-20,120", "paid", 12_000),
        ("balance,status", "60,disputed", "disputed", 4_000),
        ("balance,status", "0,paid", "paid", 10_000),
        ("balance,paid_amount,status", "0,0,void", "void", 0),
        ("balance,paid_amount,status", "0,40,written_off", "written_off", 4_000),
        ("paid_amount,status", "0,paid", "paid", 0),
        ("paid_amount,status", "100,paid", "paid", 10_000),
        ("paid_amount,status", "40,disputed", "disputed", 4_000),
    ],
)
def test_what_is_still_open_and_what_is_paid_are_one_figure(
    engine: Engine, import_text: ImportText, titles: str, cells: str, status: str, paid: int
) -> None:
    head = "client,number,issued_on,due_on,amount,"
    report = import_text("invoices", f"{head}{titles}\nEU,1,2026-11-01,2026-11-15,100,{cells}\n")
    assert reasons(report) == []
    assert rows(engine, Invoice, "status", "paid_amount") == [(status, paid)]


@pytest.mark.parametrize(
    ("titles", "cells", "column", "reason"),
    [
        ("balance,paid_amount", "50,40", "balance", "does not fit: the amount less what is paid is 60.00 EUR"),
        ("balance,paid_amount", "0,0", "balance", "does not fit: the amount less what is paid is 100.00 EUR"),
        ("balance", "120", "balance", "is more than the amount"),
        ("balance,status", "60,paid", "status", "is paid, but 60.00 EUR is still open"),
        ("balance,paid_on,status", "60,2026-11-10,paid", "status", "is paid, but 60.00 EUR is still open"),
        ("paid_amount,status", "40,paid", "status", "is paid, but only 40.00 EUR of it is paid"),
        ("balance,currency", "5 USD,EUR", "balance", "is in USD, but the row's currency is EUR"),
    ],
)
def test_an_invoice_that_contradicts_itself_is_refused(
    engine: Engine, import_text: ImportText, titles: str, cells: str, column: str, reason: str
) -> None:
    head = "client,number,issued_on,due_on,amount,"
    report = import_text("invoices", f"{head}{titles}\nEU,1,2026-11-01,2026-11-15,100,{cells}\n")
    assert reasons(report) == [(column, reason)]
    assert rows(engine, Invoice, "status") == []


@pytest.mark.parametrize(
    ("amount", "balance", "stored"),
    [
        ("-500", "-500", (-50_000, 0, "open")),
        ("-500", "-200", (-50_000, -30_000, "open")),
        ("-500", "0", (-50_000, -50_000, "paid")),
        ("(500.00)", "", (-50_000, 0, "open")),
    ],
)
def test_a_credit_note_needs_no_due_date_and_may_be_used_up_in_part(
    engine: Engine, import_text: ImportText, amount: str, balance: str, stored: tuple[int, int, str]
) -> None:
    head = "client,number,issued_on,due_on,amount,balance\n"
    assert reasons(import_text("invoices", f"{head}EU,CN,2026-11-01,,{amount},{balance}\n")) == []
    assert rows(engine, Invoice, "amount", "paid_amount", "status", "due_on") == [(*stored, date(2026, 11, 1))]


@pytest.mark.parametrize(("status", "refused"), [("paid", []), ("open", [("due_on", "is needed")])])
def test_what_was_paid_on_the_spot_needs_no_due_date_and_what_is_open_does(
    import_text: ImportText, status: str, refused: list[tuple[str, str]]
) -> None:
    head = "client,number,issued_on,due_on,amount,status\n"
    assert reasons(import_text("invoices", f"{head}EU,1,2026-11-01,,100,{status}\n")) == refused


def test_an_invoice_has_a_month_that_it_is_for_and_a_day_that_payment_is_promised_for(
    engine: Engine, import_text: ImportText
) -> None:
    head = "client,number,issued_on,due_on,amount,promised_on,service_month\n"
    import_text("invoices", head + "EU,1,2026-11-01,2026-11-15,100,2026-12-04,2026-10\n")
    assert rows(engine, Invoice, "promised_on", "service_month") == [(date(2026, 12, 4), date(2026, 10, 1))]


def test_results_may_be_fractions_and_corrections(engine: Engine, import_text: ImportText) -> None:
    head = "client,date,source,leads,qualified_leads,conversions\n"
    report = import_text("metrics", head + "EU,2026-11-02,,3.5,-1,-0.25\nEU,2026-11-03,,4,,\n")
    assert counts(report) == (2, 0, 0, 0)
    assert rows(engine, DailyMetric, "leads", "qualified_leads", "conversions") == [(3.5, -1, -0.25), (4, None, None)]


def test_a_target_that_is_counted_must_be_whole(import_text: ImportText) -> None:
    head = "client,month,metric,target\n"
    report = import_text("targets", head + "EU,2026-11,leads,7.5\nEU,2026-11,clicks,5 €\n")
    assert reasons(report) == [
        ("target", "is not a whole number, as leads are counted in"),
        ("target", "is not a whole number, as clicks are counted in"),
    ]


def test_a_target_is_in_the_currency_written_with_it_and_else_in_none_of_its_own(
    engine: Engine, import_text: ImportText
) -> None:
    head = "client,month,metric,target\n"
    import_text("targets", head + "EU,2026-11,spend,5 zł\nEU,2026-12,spend,5\nJP,2026-12,spend,5 USD\n")
    assert rows(engine, Target, "target", "currency") == [(500, "PLN"), (500, None), (500, "USD")]
    import_text("targets", head + "EU,2026-11,spend,6\n")
    assert rows(engine, Target, "target", "currency") == [(600, None), (500, None), (500, "USD")]


@pytest.mark.parametrize(
    ("kind", "titles", "column", "near", "far"),
    [
        (
            "invoices",
            "number,issued_on,due_on,amount",
            "issued_on",
            "EU,1,2027-06-01,2027-06-01,1",
            "EU,1,2028-06-01,2028-06-01,1",
        ),
        (
            "invoices",
            "number,issued_on,due_on,amount",
            "due_on",
            "EU,1,2026-06-01,2031-06-01,1",
            "EU,1,2026-06-01,2062-06-01,1",
        ),
        (
            "invoices",
            "number,issued_on,due_on,amount,promised_on",
            "promised_on",
            "EU,1,2026-06-01,2026-06-01,1,2027-06-01",
            "EU,1,2026-06-01,2026-06-01,1,2062-06-01",
        ),
        ("deadlines", "title,internal_due_on", "internal_due_on", "EU,Site,2031-06-01", "EU,Site,2062-06-01"),
        ("roadmap", "title,planned_on", "planned_on", "EU,Meet,2031-06-01", "EU,Meet,2062-06-01"),
    ],
)
def test_a_day_too_far_ahead_is_refused_as_it_would_hide_what_is_due(
    import_text: ImportText, kind: str, titles: str, column: str, near: str, far: str
) -> None:
    assert reasons(import_text(kind, f"client,{titles}\n{far}\n")) == [(column, "is too far ahead to be right")]
    assert reasons(import_text(kind, f"client,{titles}\n{near}\n")) == []
