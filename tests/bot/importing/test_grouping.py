"""Several rows of one record: parts are added up, contradictions are named."""

import pytest

from bot.importing.errors import ImportFileError
from tests.intake import Take

METRICS = ("client", "date", "spend", "clicks")
INVOICE = "client,number,issued_on,due_on,amount"


@pytest.mark.parametrize(
    ("what", "text", "stored"),
    [
        (
            "campaigns of a day",
            "Day,Client,Campaign,Cost,Clicks\n2026-11-20,MILL,Brand,100.00,50\n2026-11-20,MILL,Generic,300.00,200\n",
            [("MILL", "2026-11-20", "400.00", "250")],
        ),
        (
            "hours of a day",
            "Date,Client,Hour,Cost,Clicks\n2026-11-20 09:00,MILL,9,10.00,5\n2026-11-20 10:00,MILL,10,15.00,7\n",
            [("MILL", "2026-11-20", "25.00", "12")],
        ),
        (
            "hours of a day that only the date tells",
            "date,client,spend,clicks\n2026-11-20 00:00,MILL,10,1\n2026-11-20 12:00,Mill Bakery,15,2\n",
            [("MILL", "2026-11-20", "25.00", "3")],
        ),
        (
            "days written differently, and the client by key and by name",
            "date,client,device,spend,clicks\n2026-11-20,MILL,phone,10,1\n20 Nov 2026,Mill Bakery,desktop,15,2\n",
            [("MILL", "2026-11-20", "25.00", "3")],
        ),
        (
            "a part without a number",
            "date,client,campaign,spend,clicks\n2026-11-20,MILL,a,10,--\n2026-11-20,MILL,b,--,2\n",
            [("MILL", "2026-11-20", "10.00", "2")],
        ),
        (
            "the same row twice",
            "date,client,spend,clicks\n2026-11-20,MILL,10,1\n2026-11-20,MILL,10,1\n",
            [("MILL", "2026-11-20", "10.00", "1")],
        ),
        (
            "sources apart",
            "date,client,source,spend,clicks\n2026-11-20,MILL,google,10,1\n2026-11-20,MILL,meta,15,2\n",
            [("MILL", "2026-11-20", "10.00", "1"), ("MILL", "2026-11-20", "15.00", "2")],
        ),
    ],
)
def test_parts_of_a_day_are_added_up(take: Take, what: str, text: str, stored: list[tuple[str, ...]]) -> None:
    taken = take("metrics", text)
    assert (taken.stored(*METRICS), taken.refused) == (stored, []), what


@pytest.mark.parametrize(
    ("kind", "text", "rows"),
    [
        ("metrics", "date,client,spend\n2026-11-20,MILL,100\n2026-11-20,Mill Bakery,250\n", [2, 3]),
        ("metrics", "date,client,spend,updated at\n2026-11-20,MILL,100,1 pm\n2026-11-20,MILL,250,2 pm\n", [2, 3]),
        ("targets", "client,month,metric,target\nMILL,2026-11,spend,10000\nMILL,2026-11-01,spend,5000\n", [2, 3]),
        ("effort", "client,month,hours\nMILL,2026-11,60\nMill Bakery,2026-11,5\n", [2, 3]),
        ("invoices", f"{INVOICE}\nMILL,1,2026-10-01,2026-10-15,100\nMILL,1,2026-10-01,2026-10-15,107\n", [2, 3]),
        (
            "invoices",
            f"{INVOICE},net\nMILL,1,2026-10-01,2026-10-15,100,83.33\nMILL,1,2026-10-01,2026-10-15,107,89.17\n",
            [2, 3],
        ),
        (
            "invoices",
            f"{INVOICE},remark\nMILL,1,2026-10-01,2026-10-15,100,\nMILL,1,2026-10-01,2026-10-15,107,corrected\n",
            [2, 3],
        ),
        ("clients", "external_id,name,owner\nX1,Elm Co,a@b.example\nX1,Fir Co,a@b.example\n", [2, 3]),
        (
            "deadlines",
            "client,title,internal_due_on,promised_on\nMILL,S,2026-12-01,2026-12-05\nMILL,S,2026-12-01,2026-12-06\n",
            [2, 3],
        ),
    ],
)
def test_rows_that_contradict_each_other_are_named_and_none_is_taken(
    take: Take, kind: str, text: str, rows: list[int]
) -> None:
    taken = take(kind, text)
    assert [row for row, _, _ in taken.refused] == rows
    assert taken.report.added == 0
    assert "row 3" in taken.reasons[0]
    assert "--last" in taken.reasons[0]


def test_told_to_add_up_or_to_take_the_last_it_does(take: Take) -> None:
    text = "date,client,spend\n2026-11-20,MILL,100\n2026-11-20,Mill Bakery,250\n"
    assert take("metrics", text, repeats="sum").stored("spend") == [("350.00",)]
    assert take("metrics", text, repeats="last").stored("spend") == [("250.00",)]


@pytest.mark.parametrize(
    ("what", "text", "stored"),
    [
        (
            "lines with amounts of their own",
            (
                "Customer,Invoice No,Invoice Date,Due Date,Item,Amount\n"
                "MILL,17,2026-10-01,2026-10-15,Retainer,4000.00\nMILL,17,2026-10-01,2026-10-15,Ads,900.00\n"
                "MILL,17,2026-10-01,2026-10-15,Discount,-100.00\n"
            ),
            [("17", "4800.00", "0.00")],
        ),
        (
            "lines on which the whole total stands",
            (
                "Customer,Number,Issued,Due,Total,Item,Line amount\n"
                "MILL,17,2026-10-01,2026-10-15,4900.00,Retainer,4000\nMILL,17,2026-10-01,2026-10-15,4900.00,Ads,900\n"
            ),
            [("17", "4900.00", "0.00")],
        ),
        (
            "what was paid stands on each line",
            (
                "Customer,Number,Issued,Due,Item,Amount,Paid amount\n"
                "MILL,17,2026-10-01,2026-10-15,Retainer,4000,4200\nMILL,17,2026-10-01,2026-10-15,Ads,900,4200\n"
            ),
            [("17", "4900.00", "4200.00")],
        ),
    ],
)
def test_lines_make_one_invoice(take: Take, what: str, text: str, stored: list[tuple[str, ...]]) -> None:
    taken = take("invoices", text)
    assert (taken.stored("number", "amount", "paid_amount"), taken.refused) == (stored, []), what


def test_lines_with_the_same_amount_may_be_lines_or_a_total_and_are_asked_about(take: Take) -> None:
    text = (
        "Customer,Number,Issued,Due,Item,Amount\n"
        "MILL,17,2026-10-01,2026-10-15,Search,500\nMILL,17,2026-10-01,2026-10-15,Social,500\n"
    )
    taken = take("invoices", text)
    assert [row for row, _, _ in taken.refused] == [2, 3]
    assert take("invoices", text, repeats="sum").stored("amount") == [("1000.00",)]
    assert take("invoices", text, repeats="last").stored("amount") == [("500.00",)]


def test_another_invoice_of_the_file_with_different_lines_tells_that_amounts_are_of_lines(take: Take) -> None:
    taken = take(
        "invoices",
        "Customer,Number,Issued,Due,Item,Amount\n"
        "MILL,17,2026-10-01,2026-10-15,Search,500\nMILL,17,2026-10-01,2026-10-15,Social,500\n"
        "OAK,18,2026-10-01,2026-10-15,Search,300\nOAK,18,2026-10-01,2026-10-15,Social,400\n",
    )
    assert taken.stored("number", "amount") == [("17", "1000.00"), ("18", "700.00")]


def test_a_line_that_stands_there_twice_may_be_one_or_two_and_is_asked_about(take: Take) -> None:
    text = (
        f"{INVOICE},item\nOAK,18,2026-10-01,2026-10-15,300,Search\nOAK,18,2026-10-01,2026-10-15,400,Social\n"
        "MILL,17,2026-10-01,2026-10-15,500,Search\nMILL,17,2026-10-01,2026-10-15,500,Search\n"
    )
    taken = take("invoices", text)
    assert ([row for row, _, _ in taken.refused], taken.stored("number", "amount")) == ([4, 5], [("18", "700.00")])
    assert "--sum" in taken.reasons[0]


def test_time_entries_make_a_month_and_an_hour_costs_what_all_of_them_cost(take: Take) -> None:
    taken = take(
        "effort",
        "month,client,person,hours,hourly_cost\n2026-11-03,MILL,Ann,6,40\n2026-11-04,MILL,Ben,2,60\n",
    )
    assert taken.stored("client", "month", "hours", "hourly_cost") == [("MILL", "2026-11", "8", "45.00")]


@pytest.mark.parametrize(
    "days", ["2 November 2026|3 November 2026", "2 listopada 2026|3 listopada 2026", "02.11.26|13.11.26"]
)
def test_entries_of_different_days_make_a_month_however_their_days_are_written(take: Take, days: str) -> None:
    first, second = days.split("|")
    taken = take("effort", f"client,date,duration\nMILL,{first},6.5\nMILL,{second},1.5\n")
    assert (taken.stored("month", "hours"), taken.refused) == ([("2026-11", "8")], [])


def test_a_good_row_is_taken_though_a_later_row_of_its_key_is_refused(take: Take) -> None:
    taken = take(
        "invoices",
        "client,number,issued_on,due_on,amount\nMILL,1,2026-09-01,2026-09-15,1000\nMILL,1,2026-09-01,2026-09-15,tbd\n",
    )
    assert taken.stored("number", "amount") == [("1", "1000.00")]
    assert taken.refused == [(3, "amount", "tbd")]


def test_a_sum_with_a_refused_part_is_not_known_and_no_part_of_it_is_taken(take: Take) -> None:
    taken = take(
        "metrics",
        "date,client,campaign,spend\n2026-11-20,MILL,a,10\n2026-11-20,MILL,b,tbd\n2026-11-21,MILL,a,5\n",
    )
    assert taken.stored("date", "spend") == [("2026-11-21", "5.00")]
    assert [row for row, _, _ in taken.refused] == [2, 3]


def test_a_row_without_its_key_is_refused_and_named(take: Take) -> None:
    taken = take(
        "invoices",
        "client,number,issued_on,due_on,amount\nMILL,,2026-09-01,2026-09-15,1000\nMILL,,2026-09-02,2026-09-15,2000\n",
    )
    assert (taken.report.added, taken.report.unchanged) == (0, 0)
    assert taken.refused == [(2, "number", ""), (3, "number", "")]


def test_parts_in_different_currencies_are_not_added_up(take: Take) -> None:
    taken = take(
        "metrics",
        "date,client,campaign,spend,currency\n2026-11-20,MILL,a,10,EUR\n2026-11-20,MILL,b,10,USD\n",
    )
    assert taken.report.added == 0
    assert [(row, column) for row, column, _ in taken.refused] == [(2, "currency"), (3, "currency")]


def test_a_file_whose_parts_come_far_apart_is_added_up_the_same(take: Take) -> None:
    days = [f"2026-10-{day:02},MILL,{{}},1.00" for day in range(1, 32)]
    text = "date,client,campaign,spend\n" + "\n".join(
        day.format(campaign) for campaign in ("a", "b", "c") for day in days
    )
    taken = take("metrics", text)
    assert taken.stored("spend") == [("3.00",)] * 31
    assert taken.report.added == 31


def test_no_columns_below_are_no_file(take: Take) -> None:
    with pytest.raises(ImportFileError, match="no rows"):
        take("metrics", "date,client,spend\n")


def test_a_row_that_is_called_a_total_and_is_the_sum_of_the_others_is_left_out(take: Take) -> None:
    rows = "MILL,2026-11-05,Search,10\nMILL,2026-11-05,All networks,30\nMILL,2026-11-05,Display,20\n"
    assert take("metrics", f"client,date,network,spend\n{rows}").stored("spend") == [("30.00",)]
    taken = take("effort", "client,person,month,hours\nMILL,Ana,2026-11,10\nMILL,Bo,2026-11,5\nMILL,Total,2026-11,15\n")
    assert taken.stored("hours") == [("15",)]


def test_a_campaign_for_all_products_is_no_total(take: Take) -> None:
    rows = "MILL,2026-11-05,Brand,10\nMILL,2026-11-05,All products,40\nMILL,2026-11-05,Display,20\n"
    assert take("metrics", f"client,date,campaign,spend\n{rows}").stored("spend") == [("70.00",)]


@pytest.mark.parametrize("total", ["Total", "Razem", "All channels"])
def test_a_source_that_is_called_a_total_is_refused_and_never_added(take: Take, total: str) -> None:
    rows = f"MILL,2026-11-01,Google Ads,10\nMILL,2026-11-01,Facebook,20\nMILL,2026-11-01,{total},30\n"
    taken = take("metrics", f"client,date,platform,spend\n{rows}")
    assert taken.stored("spend") == [("20.00",), ("10.00",)]
    assert taken.refused == [(4, "source", total)]


def test_figures_that_a_report_repeats_for_each_conversion_are_asked_about(take: Take) -> None:
    head = "client,date,conversion action,spend,clicks,conversions"
    taken = take("metrics", f"{head}\nMILL,2026-11-05,Call,100,50,2\nMILL,2026-11-05,Form,100,50,3\n")
    assert [(row, column) for row, column, _ in taken.refused] == [(2, "spend"), (3, "spend")]


def test_two_tickets_of_a_day_are_two(take: Take) -> None:
    text = "client,kind,occurred_on,resolved_on\nMILL,complaint,2026-11-03,\nMILL,complaint,2026-11-03,2026-11-05\n"
    assert take("observations", text).stored("resolved_on") == [("",), ("2026-11-05",)]
    assert take("observations", text).report.unchanged == 2
