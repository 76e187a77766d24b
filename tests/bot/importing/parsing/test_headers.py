"""Columns found by their titles, and by the cells below where a title may stand for several."""

import pytest

from bot.importing.errors import ImportFileError
from bot.importing.parsing.columns import HINTS, KINDS
from bot.importing.parsing.headers import read_header
from tests.intake import Take

INVOICE = "client,number,issued_on"


@pytest.mark.parametrize(
    ("cell", "stored"),
    [("2026-10-15", ("2026-10-15", "0.00")), ("400.00", ("2026-10-20", "600.00"))],
)
def test_due_is_a_day_or_an_amount_as_its_cells_are(take: Take, cell: str, stored: tuple[str, str]) -> None:
    other = "" if "-" in cell else ",Payment due"
    due = "" if "-" in cell else ",2026-10-20"
    taken = take("invoices", f"{INVOICE},Due,amount{other}\nMILL,1,2026-10-01,{cell},1000{due}\n")
    assert (taken.stored("due_on", "paid_amount"), taken.refused) == ([stored], [])


def test_a_state_of_the_post_is_no_status(take: Take) -> None:
    taken = take("clients", "external_id,name,owner,State\nELM,Elm,ann@agency.example,Texas\n")
    assert (taken.refused, taken.report.unknown_columns) == ([], ("State",))
    taken = take("clients", "external_id,name,owner,State\nFIR,Fir,ann@agency.example,paused\n")
    assert ("FIR", "paused") in taken.stored("external_id", "status")


def test_a_status_whose_words_are_not_known_is_asked_about_and_not_left_out(take: Take) -> None:
    taken = take("clients", "external_id,name,owner,Status\nELM,Elm,ann@agency.example,Grün\n")
    assert taken.refused == [(2, "status", "Grün")]
    assert taken.report.advice == [
        'If such a value of status means one of these, say --map "status:VALUE=WORD" (- leaves the row out).'
    ]


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        ("invoices", "Kunde;Rechnungsnr.;Ausgestellt am;Fällig am;Endbetrag"),
        ("invoices", "Cliente;Nº factura;Fecha emisión;Vence;Importe con IVA"),
        ("invoices", "Kontrahent;Nr faktury;Wystawiono;Płatne do;Razem brutto"),
        ("invoices", "Название клиента;Номер счёта;Дата составления;Оплатить до;Итого"),
        ("clients", "Наименование;Ответственный;Код клиента;Клиент с;Примечание"),
        ("clients", "Firma;Betreuer;Kunden-Nr.;Kunde seit;Bemerkung"),
        ("clients", "Nombre del cliente;Gestor;Código de cliente;Cliente desde;Observaciones"),
        ("clients", "Nazwa firmy;Opiekun;Kod klienta;Początek współpracy;Komentarz"),
        ("touchpoints", "Klient;Data;Rezultat;Uwagi"),
        ("touchpoints", "Название клиента;Дата;Результат;Заметки"),
        ("touchpoints", "Cliente;Fecha;Resultado;Notas"),
        ("effort", "Kunde;Tag;Zeitaufwand"),
        ("effort", "Klient;Dzień;Czas"),
        ("metrics", "Cliente;Día;Inversión"),
    ],
)
def test_columns_are_known_by_what_each_country_calls_them(kind: str, titles: str) -> None:
    header = read_header(titles.split(";"), (*KINDS[kind], *HINTS.get(kind, ())))
    assert (header.unknown, len(header.positions)) == ((), titles.count(";") + 1)


def test_a_type_is_the_channel_where_its_words_are_channels(take: Take) -> None:
    text = "client,date,Type,summary\nMILL,2026-11-20,{},a\n"
    assert take("touchpoints", text.format("Phone call")).stored("channel") == [("call",)]
    taken = take("touchpoints", text.format("Upsell").replace(",a", ",b"))
    assert taken.report.unknown_columns == ("Type",)


def test_a_columns_own_name_goes_before_another_name_of_it(take: Take) -> None:
    taken = take("metrics", "client,date,Day,spend\nMILL,2026-11-20,x,5\n")
    assert (taken.stored("date"), taken.report.unknown_columns) == ([("2026-11-20",)], ("Day",))


def test_two_columns_that_may_be_the_same_are_asked_about(take: Take) -> None:
    text = "Customer,Company,Day,Cost\nx,MILL,2026-11-20,5\n"
    with pytest.raises(ImportFileError, match='say --map "Customer=client" or --map "Company=client"'):
        take("metrics", text)
    assert take("metrics", text, maps=["Company=client"]).stored("client") == [("MILL",)]


def test_a_missing_column_is_named_with_the_option_that_gives_it(take: Take) -> None:
    with pytest.raises(ImportFileError, match=r'no column client.*say --map "COLUMN=client"'):
        take("metrics", "Konto,Day,Cost\nMILL,2026-11-20,5\n")


def test_one_column_may_be_said_to_be_two(take: Take) -> None:
    taken = take(
        "invoices", "client,number,Made on,amount\nMILL,1,2026-10-01,5\n", maps=["Made on=issued_on", "Made on=due_on"]
    )
    assert taken.stored("issued_on", "due_on") == [("2026-10-01", "2026-10-01")]


def test_what_brackets_mean_is_taken_into_account_or_asked_about(take: Take) -> None:
    assert take("metrics", "Day,Client,Cost (USD)\n2026-11-20,MILL,5\n").stored("spend", "currency") == [
        ("5.00", "USD")
    ]
    text = "Day,Client,Cost (net of rebates)\n2026-11-20,MILL,5\n"
    with pytest.raises(ImportFileError, match="what the brackets of the column"):
        take("metrics", text)
    taken = take("metrics", text, maps=["Cost (net of rebates)=spend"])
    assert taken.stored("spend") == [("5.00",)]


def test_a_report_whose_figures_are_all_left_out_is_asked_about(take: Take) -> None:
    text = "client,date,spend MTD\nMILL,2026-11-20,5\n"
    with pytest.raises(ImportFileError, match='say so, like --map "spend MTD=spend"; if not, --map "spend MTD=-"'):
        take("metrics", text)
    assert take("metrics", text, maps=["spend MTD=spend"]).stored("spend") == [("5.00",)]


def test_an_invoices_amount_without_tax_beside_one_with_it_is_asked_about(take: Take) -> None:
    text = "client,number,issued_on,due_on,Amount,VAT,Total\nMILL,1,2026-10-01,2026-10-15,1000,210,1210\n"
    with pytest.raises(ImportFileError, match='say which is asked for, --map "Amount=amount" or --map "Total=amount"'):
        take("invoices", text)
    assert take("invoices", text, maps=["Total=amount"]).stored("amount") == [("1210.00",)]


def test_a_currency_under_another_title_is_not_left_out(take: Take) -> None:
    text = "client,date,spend,Currency of the account\nMILL,2026-11-20,5,USD\n"
    assert take("metrics", text).stored("spend", "currency") == [("5.00", "USD")]
