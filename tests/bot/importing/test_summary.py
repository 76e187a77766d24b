"""What an import tells of the values that it read."""

from datetime import date

from bot.importing.summary import ColumnReading, MonthTotal
from tests.intake import Take


def test_each_column_is_told_with_what_its_cells_were_read_as(take: Take) -> None:
    taken = take(
        "invoices", "Kunde;Nr;Rechnungsdatum;Fällig am;Betrag\nMILL;1;01.10.2026;15.10.2026;1.234,50 €\n", dry_run=True
    )
    assert taken.report.columns == [
        ColumnReading("Kunde", "client", (("MILL", "MILL"),)),
        ColumnReading("Nr", "number", (("1", "1"),)),
        ColumnReading("Rechnungsdatum", "issued_on", (("01.10.2026", "2026-10-01"),)),
        ColumnReading("Fällig am", "due_on", (("15.10.2026", "2026-10-15"),)),
        ColumnReading("Betrag", "amount", (("1.234,50 €", "1234.50 EUR"),)),
    ]


def test_no_more_than_three_different_examples_are_told(take: Take) -> None:
    rows = "".join(f"MILL,2026-11-{day:02},{day % 5}\n" for day in range(1, 21))
    (_, _, spend) = take("metrics", f"client,date,spend\n{rows}", dry_run=True).report.columns
    assert [before for before, _ in spend.examples] == ["1", "2", "3"]


def test_totals_are_by_month_and_currency(take: Take) -> None:
    taken = take(
        "metrics",
        "client,date,spend,currency\nMILL,2026-10-20,5,EUR\nMILL,2026-11-20,6,EUR\nOAK,2026-11-20,1.5,EUR\nLAKE,2026-11-20,7,USD\n",
    )
    assert [total for total in taken.report.summary.totals() if total.name == "spend"] == [
        MonthTotal(date(2026, 10, 1), "spend", "EUR", 500),
        MonthTotal(date(2026, 11, 1), "spend", "EUR", 750),
        MonthTotal(date(2026, 11, 1), "spend", "USD", 700),
    ]


def test_what_was_left_out_is_one_line(take: Take) -> None:
    taken = take(
        "metrics",
        "Monthly report\n\nDay,Client,Campaign,Cost,Comment\n2026-11-20,MILL,a,5,x\nTotal,,,5,\n",
    )
    assert taken.report.notes == ["Left out: 1 title row, 1 total row, 2 columns (Campaign, Comment)."]


def test_a_client_called_like_a_total_whose_day_is_missing_is_named_and_not_left_out_as_one(take: Take) -> None:
    take("clients", "external_id,name,owner\nTW,Total Wine,ann@agency.example\n")
    taken = take("metrics", "client,date,spend\nMILL,2026-11-20,5\nTotal Wine,,7\nTotal Acme,,12\n")
    assert (taken.refused, taken.report.notes) == ([(3, "date", "")], ["Left out: 1 total row."])


def test_clients_that_look_like_one_are_told_where_the_file_has_one_of_them(take: Take) -> None:
    taken = take(
        "clients", "external_id,name,owner\nMB,Mill Bakery Ltd,ann@agency.example\nELM,Elm,ann@agency.example\n"
    )
    assert taken.report.twins == [("Mill Bakery", "Mill Bakery Ltd")]
    assert take("metrics", "client,date,spend\nELM,2026-11-20,5\n").report.twins == []


def test_keys_that_are_made_from_names_are_counted_once_and_stay_the_same(take: Take) -> None:
    text = "name,owner\nElm Co,ann@agency.example\nMill Bakery,ann@agency.example\n"
    first = take("clients", text)
    assert (first.report.added, first.report.summary.made_keys) == (1, 1)
    again = take("clients", text)
    assert (again.report.added, again.report.changed, again.report.summary.made_keys) == (0, 0, 0)
    assert [row for row in again.stored("external_id", "name") if row[1] == "Mill Bakery"] == [("MILL", "Mill Bakery")]


def test_a_dry_run_tells_what_would_change(take: Take) -> None:
    rows = "MILL,1,2026-10-01,2026-10-15,100,EUR\nLAKE,2,2026-10-01,2026-10-15,5,USD\n"
    text = f"client,number,issued_on,due_on,amount,currency\n{rows}"
    take("invoices", text)
    again = take("invoices", text.replace("15,100,", "16,1250.5,"), dry_run=True)
    assert again.report.summary.changes == ["MILL 1: due_on 2026-10-15 → 2026-10-16, amount 100.00 EUR → 1250.50 EUR"]
    assert again.stored("number", "amount") == [("2", "5.00"), ("1", "100.00")]
