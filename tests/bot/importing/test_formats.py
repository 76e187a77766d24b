"""The exports of other programs: each known one is recognized by its columns and read as it comes."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.importing import formats
from bot.importing.parsing.columns import HINTS, KINDS
from bot.importing.parsing.titles import normalize_title
from tests.intake import Take

METRICS = "client date source spend currency clicks leads conversions"
INVOICES = "client number issued_on due_on amount paid_amount currency status"


@dataclass(frozen=True, slots=True)
class Export:
    """A file as a program writes it, and what of it is stored."""

    text: str
    columns: str
    stored: list[str]
    """Cells with a space between them; `-` for an empty one."""
    said: dict[str, Any] = field(default_factory=dict)


EXPORTS: dict[str, Export] = {
    "Google Ads report": Export(
        "Campaign report\n1 November 2026 - 20 November 2026\n"
        "Day\tAccount name\tCampaign\tCurrency code\tCost\tImpr.\tClicks\tConversions\tConv. value\n"
        "2026-11-19\tMill Bakery\tBrand\tEUR\t1,100.25\t12,345\t120\t2.50\t --\n"
        "2026-11-19\tMill Bakery\tGeneric\tEUR\t10.00\t100\t3\t0.50\t1.00\n"
        " --\tTotal: Account\t --\tEUR\t1,110.25\t12,445\t123\t3.00\t1.00\n",
        METRICS,
        ["MILL 2026-11-19 google_ads 1110.25 EUR 123 - 3"],
    ),
    "Meta Ads Manager report": Export(
        '"Reporting starts","Reporting ends","Account name","Campaign name",Results,Impressions,"Amount spent (USD)",'
        '"Link clicks","Clicks (all)",Leads\n'
        '"2026-11-20","2026-11-20","Mill Bakery",Sale,4,2045,128.7,84,95,4\n'
        '"2026-11-20","2026-11-20","Mill Bakery",Brand,,1045,12.5,10,15,\n',
        METRICS,
        ["MILL 2026-11-20 meta_ads 141.20 USD 94 4 -"],
    ),
    "Microsoft Advertising report": Export(
        '"Report Name: Daily","",""\n"Report Aggregation: Daily","",""\n\n'
        '"Gregorian date","Account name","Spend","Impressions","Clicks","Conversions"\n'
        '"11/19/2026","Mill Bakery","100.20","1000","50","2"\n'
        '"©2026 Microsoft Corporation. All rights reserved. ","","","","",""\n',
        METRICS,
        ["MILL 2026-11-19 microsoft_ads 100.20 EUR 50 - 2"],
    ),
    "LinkedIn Campaign Manager report": Export(
        "Start Date (in UTC)\tAccount Name\tCurrency\tCampaign Group Name\tTotal Spent\tImpressions\tClicks\tLeads\n"
        "11/19/2026\tMill Bakery\tEUR\tA\t120.50\t9000\t44\t2\n11/19/2026\tMill Bakery\tEUR\tB\t1.50\t90\t1\t1\n",
        METRICS,
        ["MILL 2026-11-19 linkedin_ads 122.00 EUR 45 3 -"],
    ),
    "Google Analytics 4 report": Export(
        "# ----\n# Traffic acquisition\n# Start date: 20261101\n"
        "Date,Client,Session source,Sessions,Engaged sessions,Key events,Total revenue\n"
        "20261119,MILL,google,1200,700,12,0\n20261119,MILL,direct,100,60,1,0\n,,,1300,760,13,0\n"
        "Grand total,,,1300,760,13,0\n",
        "client date source sessions conversions",
        ["MILL 2026-11-19 ga4 1300 13"],
    ),
    "QuickBooks A/R aging detail": Export(
        "Agency LLC,,,,,,,\nA/R Aging Detail,,,,,,,\n,,,,,,,\n"
        "Date,Transaction type,Num,Customer,Due date,Past due,Amount,Open balance\n91 or more days past due,,,,,,,\n"
        '07/01/2026,Invoice,1007,Mill Bakery,07/31/2026,112,"5,000.00","1,000.00"\n'
        "08/13/2026,Credit Memo,1009,Mill Bakery,08/13/2026,99,-500.00,-500.00\n"
        'Total for 91 or more days past due,,,,,,"$4,500.00",$500.00\nTOTAL,,,,,,"$4,500.00",$500.00\n',
        INVOICES,
        [
            "MILL 1007 2026-07-01 2026-07-31 5000.00 4000.00 EUR open",
            "MILL 1009 2026-08-13 2026-08-13 -500.00 0.00 EUR open",
        ],
    ),
    "Xero invoice export": Export(
        "*ContactName,EmailAddress,*InvoiceNumber,*InvoiceDate,*DueDate,Total,TaxTotal,InvoiceAmountPaid,"
        "InvoiceAmountDue,*Description,*Quantity,*UnitAmount,LineAmount,Currency,Type,Status\n"
        "Mill Bakery,,INV-1,01/10/2026,15/10/2026,605.00,105.00,200.00,405.00,A,1,400,400,EUR,Sales invoice,"
        "Awaiting Payment\n"
        "Mill Bakery,,INV-1,01/10/2026,15/10/2026,605.00,105.00,200.00,405.00,B,1,100,100,EUR,Sales invoice,"
        "Awaiting Payment\n"
        "Mill Bakery,,CN-2,01/10/2026,,60.50,10.50,0,60.50,Credit,1,50,50,EUR,Sales credit note,Awaiting Payment\n",
        INVOICES,
        [
            "MILL CN-2 2026-10-01 2026-10-01 -60.50 0.00 EUR open",
            "MILL INV-1 2026-10-01 2026-10-15 605.00 200.00 EUR open",
        ],
    ),
    "Stripe invoice export": Export(
        "id,Amount Due,Amount Paid,Currency,Customer,Date (UTC),Due Date (UTC),Number,Paid,Subscription,Subtotal,Tax,"
        "Total,Customer Name,Status\n"
        "in_1,605.00,0.00,eur,c1,2026-09-30 22:30,2026-10-15 22:00,A1-1,FALSE,,500.00,105.00,605.00,Mill Bakery,open\n"
        "in_2,120.00,120.00,eur,cus_2,2026-10-01 09:00,,A1-2,TRUE,,120.00,0,120.00,Oak & Sons,paid\n",
        INVOICES,
        [
            "MILL A1-1 2026-10-01 2026-10-16 605.00 0.00 EUR open",
            "OAK A1-2 2026-10-01 2026-10-01 120.00 120.00 EUR paid",
        ],
        {"zone_of_owners": "Europe/Warsaw"},
    ),
    "FreshBooks invoice details": Export(
        "Client Name,Invoice #,Date Issued,Invoice Status,Date Paid,Item Name,Rate,Quantity,Line Subtotal,Tax 1 Amount,"
        "Line Total,Currency\n"
        "Mill Bakery,0000101,2026-10-01,overdue,,Retainer,4000.00,1,4000.00,840.00,4840.00,EUR\n"
        "Mill Bakery,0000101,2026-10-01,overdue,,Ads,1000.00,1,1000.00,210.00,1210.00,EUR\n",
        INVOICES,
        ["MILL 0000101 2026-10-01 2026-10-01 6050.00 0.00 EUR open"],
        {"maps": ["Date Issued=due_on"]},
    ),
    "Holded invoice export": Export(
        "Fecha;Num;Vencimiento;Cliente;NIF;Descripción;Base;IVA;Total;Cobrado;Pendiente;Estado\n"
        "01/10/2026;F1;15/10/2026;Mill Bakery;B1;Cuota;5.000,00;1.050,00;6.050,00;2.000,00;4.050,00;Pendiente\n"
        "13/10/2026;F2;30/10/2026;Oak & Sons;B2;Cuota;1.000,00;210,00;1.210,00;1.210,00;0,00;Cobrado\n",
        INVOICES,
        [
            "MILL F1 2026-10-01 2026-10-15 6050.00 2000.00 EUR open",
            "OAK F2 2026-10-13 2026-10-30 1210.00 1210.00 EUR paid",
        ],
    ),
    "Fakturownia invoice export": Export(
        "Numer;Data wystawienia;Termin płatności;Nabywca;Wartość netto;VAT;Wartość brutto;Zapłacono;Pozostało;Waluta;"
        "Status;Data płatności\n"
        "1/10;2026-10-01;2026-10-15;Wisła Auto;6 500,00;1 495,00;7 995,00;3 000,00;4 995,00;PLN;częściowo opłacona;\n",
        INVOICES,
        ["WISLA 1/10 2026-10-01 2026-10-15 7995.00 3000.00 PLN open"],
    ),
    "lexoffice invoice export": Export(
        "Belegnummer;Belegdatum;Fälligkeitsdatum;Kunde;Nettobetrag;Bruttobetrag;Offener Betrag;Status;Zahlungsdatum\n"
        "RE-1;01.10.2026;15.10.2026;Mill Bakery;5.000,00;5.950,00;950,00;Teilbezahlt;12.10.2026\n"
        "RE-2;02.10.2026;16.10.2026;Oak & Sons;1.000,00;1.190,00;1.190,00;Überfällig;\n",
        INVOICES,
        [
            "MILL RE-1 2026-10-01 2026-10-15 5950.00 5000.00 EUR open",
            "OAK RE-2 2026-10-02 2026-10-16 1190.00 0.00 EUR open",
        ],
    ),
    "1C invoice export": Export(
        "Клиент;Номер счета;Дата счета;Срок оплаты;Сумма;Оплачено;Статус\n"
        "Mill Bakery;УТ-1;01.10.2026;15.10.2026;150 000,00 руб.;50 000,00 руб.;Частично оплачен\n",
        INVOICES,
        ["MILL УТ-1 2026-10-01 2026-10-15 150000.00 50000.00 RUB open"],
    ),
    "Harvest time report": Export(
        "Date,Client,Project,Task,Hours,Billable?,Invoiced?,Billable Rate,Cost Rate,Cost Amount,Currency\n"
        "2026-11-02,Mill Bakery,R,Ads,6.50,Yes,No,90,42,273,Euro - EUR\n"
        "2026-11-02,Mill Bakery,R,Ads,6.50,Yes,No,90,42,273,Euro - EUR\n",
        "client month hours hourly_cost",
        ["MILL 2026-11 13 42.00"],
    ),
    "Clockify time report": Export(
        '"Project","Client","Start Date","Start Time","End Date","End Time","Duration (h)","Duration (decimal)",'
        '"Billable Rate (EUR)"\n'
        '"R","Mill Bakery","11/20/2026","09:00","11/20/2026","11:30","02:30:00","2.50","90.00"\n',
        "client month hours hourly_cost",
        ["MILL 2026-11 2.5 -"],
    ),
    "Toggl Track time report": Export(
        "User,Client,Project,Description,Start date,Start time,End date,End time,Duration\n"
        "Ann,Mill Bakery,R,x,2026-11-02,09:00:00,2026-11-02,10:30:00,01:30:00\n"
        "Ann,Mill Bakery,R,y,2026-11-03,09:00:00,2026-11-03,10:00:00,01:00:00\n",
        "client month hours",
        ["MILL 2026-11 2.5"],
    ),
    "HubSpot call export": Export(
        "Record ID,Call Title,Activity date,Call outcome,Call duration (milliseconds),Activity assigned to,"
        "Associated Company,Call notes\n"
        '1,Check in,2026-11-10 14:05,Connected,125000,Ann A,Mill Bakery,"All fine"\n'
        "2,Check in,2026-11-12 09:00,No answer,0,Ann A,Mill Bakery,\n",
        "client occurred_at channel outcome duration_minutes external_id",
        [
            "MILL 2026-11-10T14:05:00+00:00 call reached 2 1",
            "MILL 2026-11-12T09:00:00+00:00 call attempt 0 2",
        ],
    ),
    "Pipedrive activity export": Export(
        '"Done","Subject","Type","Due date","Organization","Contact person","Assigned to user","Marked as done time"\n'
        '"Done","Hello","Call","2026-11-10 14:00:00","Mill Bakery","Eve","Ann","2026-11-10 14:20:00"\n'
        '"To do","Next","Call","2026-12-10 14:00:00","Mill Bakery","","Ann",""\n'
        '"Done","Draft","Task","2026-11-11 14:00:00","Mill Bakery","","Ann","2026-11-11 14:20:00"\n',
        "client occurred_at channel outcome person",
        ["MILL 2026-11-10T14:00:00+00:00 call reached Eve"],
    ),
    "HubSpot company export": Export(
        "Record ID,Company name,Company owner,Create Date,Phone,State/Region\n1001,Elm Co,Ann A,2023-01-01,,CA\n",
        "external_id name status started_on",
        ["1001 Elm Co active -"],
    ),
    "QuickBooks customer list": Export(
        "ID,Customer,Account manager,Phone,Street,City,State,Zip,Open balance\n"
        '1,Elm Co,ann@agency.example,,,Austin,Texas,73301,"1,200.00"\n',
        "external_id name status owner",
        ["1 Elm Co active ann@agency.example"],
    ),
    "Delighted survey export": Export(
        "Name,Email,Score,Comment,Tags,Responded At (UTC),Company\n"
        "X,x@x.example,9,Good,,2026-11-10 23:30:00,Mill Bakery\n",
        "client kind occurred_on value note",
        ["MILL survey 2026-11-11 9 Good"],
        {"zone_of_owners": "Europe/Warsaw"},
    ),
    "Google Forms export": Export(
        "Timestamp,Client,Kind,Score\n11/20/2026 14:05:11,Mill Bakery,NPS,10\n",
        "client kind occurred_on value",
        ["MILL survey 2026-11-20 10"],
    ),
    "Zendesk ticket export": Export(
        "ID,Subject,Status,Organization,Created at,Solved at,Type,Priority\n"
        "881,Old price,Open,Mill Bakery,2026-11-11 09:12:00 +0100,,Problem,High\n"
        "882,Invoice,Closed,Mill Bakery,2026-11-02 09:12:00 +0100,2026-11-03 10:00:00 +0100,Question,Low\n",
        "client kind occurred_on resolved_on external_id",
        ["MILL complaint 2026-11-02 2026-11-03 882", "MILL complaint 2026-11-11 - 881"],
    ),
}
KNOWN = {export.name: export for each in formats.known_exports().values() for export in each}


def test_each_known_export_has_its_example() -> None:
    assert EXPORTS.keys() == KNOWN.keys()


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_recognized_and_read_as_it_comes(take: Take, name: str) -> None:
    example = EXPORTS[name]
    taken = take(KNOWN[name].kind, example.text, **example.said)
    known = {"MILL", "OAK", "WISLA", "LAKE"} if KNOWN[name].kind == "clients" else set()
    stored = taken.stored(*example.columns.split())
    assert (taken.refused, taken.reasons) == ([], [])
    assert [" ".join(cell or "-" for cell in row) for row in stored if row[0] not in known] == example.stored
    assert any(f"looks like a {name}" in note for note in taken.report.notes)


@pytest.mark.parametrize("name", KNOWN)
def test_a_table_of_an_export_names_columns_and_words_that_there_are(name: str) -> None:
    export = KNOWN[name]
    columns = {column.name: column for column in (*KINDS[export.kind], *HINTS.get(export.kind, ()))}
    assert set(export.columns.values()) <= {*columns, formats.LEFT_OUT}
    assert {*export.defaults, *export.fallback, *export.fallback.values(), *export.repeated} <= columns.keys()
    for column, words in export.values.items():
        assert set(words.values()) <= {*columns[column].choices, formats.LEFT_OUT}
    for column, word in export.defaults.items():
        assert not columns[column].choices or word in columns[column].choices
    for titles in export.titles:
        assert all(normalize_title(title) == title for title in titles)
        assert len(titles) >= 2


@pytest.mark.parametrize(
    "titles",
    [
        "date,client,spend,impressions,clicks",
        "Dzień,Klient,Koszt,Wyświetlenia,Kliknięcia",
        "День,Клиент,Расходы,Показы,Клики",
        "Tag,Kunde,Kosten,Impressionen,Klicks",
        "Day,Client,Cost,Impressions,Clicks",
    ],
)
def test_a_file_of_the_agencys_own_is_no_export(take: Take, titles: str) -> None:
    taken = take("metrics", f"{titles}\n2026-11-20,MILL,5,7,1\n")
    assert taken.report.notes == []
    assert taken.stored("source", "spend", "impressions", "clicks") == [("", "5.00", "7", "1")]
