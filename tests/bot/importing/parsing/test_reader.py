"""A file as a whole: its column names, the style of its dates and decimals, and its rows.

Whatever a file holds, it is read or refused in one line; nothing else ever comes of it.
"""

import tempfile
import tracemalloc
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.answers import Answers, read_answers
from bot.importing.errors import ImportFileError
from bot.importing.parsing.aliases import COLUMN_ALIASES
from bot.importing.parsing.columns import KINDS
from bot.importing.parsing.dates import DateOrder
from bot.importing.parsing.reader import OpenedFile, open_file
from bot.importing.parsing.titles import normalize_title
from bot.importing.parsing.value_words import VALUE_WORDS
from bot.importing.parsing.values import Amount, PersonReference

KIND = st.sampled_from(sorted(KINDS))
CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["1.234", "1,5", "(5)", "03/11/2026", "2026-11-03 10:00", "€5", "#REF!", "-", "U0ABC1234", "45 %"]),
    st.from_regex(r"[-(]?[0-9.,' ]{1,12}[)%]?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[-./][0-9]{1,4}([-./][0-9]{1,4})?( [0-9:]{1,8})?", fullmatch=True),
)


def opened(tmp_path: Path, kind: str, text: str, order: DateOrder | None = None) -> OpenedFile:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    return open_file(path, kind, Answers(dates=order))


def column(reading: OpenedFile, name: str) -> list[Any]:
    return [row.values.get(name) if not row.refusals else row.refusals[0].reason for row in reading.rows()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_all_its_columns_in_any_order_and_case_with_spaces_or_underscores(
    tmp_path: Path, kind: str
) -> None:
    names = [each.name for each in reversed(KINDS[kind])]
    titles = [name.replace("_", " ").title() if place % 2 else f"  {name.upper()} " for place, name in enumerate(names)]
    reading = opened(tmp_path, kind, ",".join(titles) + "\n" + "x," * len(titles) + "\n")
    assert reading.column_names == set(names)
    assert reading.header.unknown == ()


@pytest.mark.parametrize(
    ("kind", "titles", "expected"),
    [
        (
            "invoices",
            "Kunde;Rechnungsnummer;Rechnungsdatum;Fälligkeit;Betrag (EUR)",
            "client number issued_on due_on amount",
        ),
        ("invoices", "Cliente;Factura;Fecha de emisión;Vencimiento;Importe", "client number issued_on due_on amount"),
        (
            "invoices",
            "Klient;Nr faktury;Data wystawienia;Termin płatności;Kwota",
            "client number issued_on due_on amount",
        ),
        ("invoices", "Клиент;Номер счёта;Дата выставления;Срок оплаты;Сумма", "client number issued_on due_on amount"),
        ("metrics", "Kunde;Tag;Ausgaben;Klicks;Umsatz", "client date spend clicks revenue"),
        ("metrics", "Клиент;День;Расход;Клики;Лиды;Выручка", "client date spend clicks leads revenue"),
        ("clients", "Kundennummer;Kunde;Betreuer;Währung", "external_id name owner currency"),
        ("metrics", "Client;Day;Amount spent (EUR);Link clicks;Currency code", "client date spend clicks currency"),
        ("targets", "Klient;Miesiąc;Wskaźnik;Cel", "client month metric target"),
    ],
)
def test_columns_are_recognized_by_their_names_in_other_languages(
    tmp_path: Path, kind: str, titles: str, expected: str
) -> None:
    reading = opened(tmp_path, kind, f"{titles}\n{';'.join('x' * 6)}\n")
    assert reading.column_names == set(expected.split())


def test_unknown_columns_are_listed_and_left_out(tmp_path: Path) -> None:
    reading = opened(tmp_path, "metrics", "client,date,Campaign,spend,,CTR %\nA,2026-11-02,Brand,5,,x\n")
    assert reading.header.unknown == ("Campaign", "CTR %")
    assert column(reading, "spend") == [Amount(Decimal(5))]


def test_a_missing_column_is_named_with_the_title_that_comes_close(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError) as refused:
        opened(tmp_path, "invoices", "Klient,number,issued_on,dueon_,amount\nA,1,2,3,4\n")
    assert str(refused.value).endswith(
        'there is no column due_on (is "dueon_" meant to be it?); '
        "columns found: Klient, number, issued_on, dueon_, amount. If its invoices are due on the day they are made, "
        'say so with that day\'s column: --map "COLUMN=due_on"'
    )


def test_column_names_under_a_title_are_found(tmp_path: Path) -> None:
    reading = opened(tmp_path, "clients", "Our clients 2026,,\n\nexternal_id,name,owner\nacme,Acme,a@agency.test\n")
    assert column(reading, "name") == ["Acme"]


@pytest.mark.parametrize("titles", ["client,Client,date", "client,date,Day,Tag"])
def test_a_repeated_column_is_refused_unless_one_title_is_its_exact_name(tmp_path: Path, titles: str) -> None:
    if titles.startswith("client,Client"):
        with pytest.raises(ImportFileError, match="two columns may be client, 'client' and 'Client': take one out"):
            opened(tmp_path, "metrics", f"{titles}\nA,B,C\n")
    else:
        assert opened(tmp_path, "metrics", f"{titles}\nA,2026-11-02,C,D\n").header.unknown == ("Day", "Tag")


def test_two_aliases_of_one_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="two columns may be date, 'Day' and 'Tag': say --map"):
        opened(tmp_path, "metrics", "client,Day,Tag\nA,B,C\n")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["03/11/2026", "13/11/2026"], [date(2026, 11, 3), date(2026, 11, 13)]),
        (["11/03/2026", "11/13/2026"], [date(2026, 11, 3), date(2026, 11, 13)]),
        (["05/05/2026", "06/06/2026"], [date(2026, 5, 5), date(2026, 6, 6)]),
    ],
)
def test_the_order_of_day_and_month_is_decided_over_the_whole_file(
    tmp_path: Path, days: list[str], expected: list[date]
) -> None:
    reading = opened(tmp_path, "metrics", "client,date\n" + "".join(f"A,{day}\n" for day in days))
    assert column(reading, "date") == expected


def test_one_column_of_dates_decides_the_order_for_the_others(tmp_path: Path) -> None:
    text = "client,number,issued_on,due_on,amount\nA,1,03/11/2026,04/12/2026,5\nA,2,03/11/2026,30/11/2026,5\n"
    assert column(opened(tmp_path, "invoices", text), "issued_on") == [date(2026, 11, 3)] * 2


@pytest.mark.parametrize("days", [("03/11/2026", "04/11/2026"), ("13/11/2026", "11/13/2026")])
def test_a_file_with_ambiguous_dates_is_refused_unless_the_order_is_given(
    tmp_path: Path, days: tuple[str, str]
) -> None:
    text = "client,date\n" + "".join(f"A,{day}\n" for day in days)
    with pytest.raises(ImportFileError, match=r"its dates(, like 03/11/2026,)? .*say --dates dmy or --dates mdy"):
        opened(tmp_path, "metrics", text)
    first, second = column(opened(tmp_path, "metrics", text, "dmy"), "date")
    assert first == date(2026, 11, int(days[0][:2]))
    assert second in {date(2026, 11, 4), "is no day of the calendar"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["1.234", "5,5"], [Decimal(1234), Decimal("5.5")]),
        (["1.234", "5.5", "0.125"], [Decimal("1.234"), Decimal("5.5"), Decimal("0.125")]),
        (["1,234", "1,234,567"], [Decimal(1234), Decimal(1234567)]),
    ],
)
def test_an_ambiguous_number_is_decided_by_its_column(tmp_path: Path, rows: list[str], expected: list[Decimal]) -> None:
    text = "client;date;spend\n" + "".join(f"A;2026-11-0{day};{row}\n" for day, row in enumerate(rows, 1))
    assert [amount.units for amount in column(opened(tmp_path, "metrics", text), "spend")] == expected


def test_an_ambiguous_number_is_decided_by_the_rest_of_the_file_and_else_refused(tmp_path: Path) -> None:
    settled = opened(tmp_path, "metrics", "client;date;spend;revenue\nA;2026-11-01;1.234;9,50\n")
    assert column(settled, "spend") == [Amount(Decimal(1234))]
    (reason,) = column(opened(tmp_path, "metrics", "client;date;spend\nA;2026-11-01;1.234\n"), "spend")
    assert (
        reason
        == "could be 1234 or 1.234: write it without a sign between the thousands, or say --decimal . or --decimal ,"
    )


def test_an_amount_is_decided_by_the_currencies_of_its_file_where_they_have_no_third_decimal(tmp_path: Path) -> None:
    head, row = "client;date;spend;currency\n", "A;2026-11-01;1.234;"
    assert column(opened(tmp_path, "metrics", f"{head}{row}EUR\n"), "spend") == [Amount(Decimal(1234))]
    for currencies in (["KWD"], ["EUR", ""], ["EUR", "?"]):
        text = head + "".join(f"{row}{currency}\n" for currency in currencies)
        assert str(column(opened(tmp_path, "metrics", text), "spend")[0]).startswith("could be 1234 or 1.234")


@pytest.mark.parametrize("title", ["Spend (min)", "Spend (x)", "Spend (UTC)"])
def test_a_unit_that_a_column_can_not_have_refuses_the_file_unless_it_is_said_to_be_plain(
    tmp_path: Path, title: str
) -> None:
    text = f"client;date;{title}\nA;2026-11-01;5\n"
    with pytest.raises(ImportFileError, match=r"is not known: if its cells are plain, say --map"):
        opened(tmp_path, "metrics", text)
    path = tmp_path / "file.csv"
    answers = read_answers("metrics", [f"{title}=spend"])
    assert column(open_file(path, "metrics", answers), "spend") == [Amount(Decimal(5))]


def test_in_a_column_of_whole_numbers_a_dot_groups_the_thousands(tmp_path: Path) -> None:
    text = "client;date;clicks;leads\nA;2026-11-01;1.234;2\nA;2026-11-02;1,5;2\nA;2026-11-03;12 345;2,0\n"
    assert column(opened(tmp_path, "metrics", text), "clicks") == [1234, "is not a whole number", 12345]


@pytest.mark.parametrize(
    ("kind", "name", "cell", "expected"),
    [
        ("clients", "status", " Aktywny ", "active"),
        ("clients", "status", "On hold", "paused"),
        ("clients", "status", "asleep", "is none of onboarding, active, paused, lost"),
        ("clients", "billing", "share of spend", "share_of_spend"),
        ("clients", "owner", "<@U0ABC1234|ann>", PersonReference(slack_user_id="U0ABC1234")),
        ("clients", "owner", "UABCDEFGH", PersonReference(slack_user_id="UABCDEFGH")),
        ("clients", "owner", "WOJCIECH", PersonReference(name="WOJCIECH")),
        ("clients", "owner", "Ann@Agency.Example", PersonReference(email="ann@agency.example")),
        ("clients", "owner", "Ann", PersonReference(name="Ann")),
        ("clients", "owner", "-", "is needed"),
        ("clients", "monthly_fee", "-5", "is below zero"),
        ("clients", "monthly_fee", "45%", "is a percentage, not an amount"),
        ("clients", "monthly_fee", "5 XQZ", "has XQZ beside it, which is no currency code"),
        ("clients", "monthly_fee", "1e400", "is not a number"),
        ("clients", "monthly_fee", "9" * 15, "is too large to be right"),
        ("clients", "monthly_fee", "n/a", None),
        ("clients", "currency", "eur", "EUR"),
        ("clients", "currency", "€", "EUR"),
        ("clients", "currency", "money", "is no currency code like EUR or PLN"),
        ("clients", "contact_limit_days", "0", "is not between 1 and 365 days"),
        ("clients", "contact_limit_days", "366", "is not between 1 and 365 days"),
        ("clients", "contact_limit_days", "14", 14),
        ("clients", "name", "x" * 501, "is longer than 500 characters"),
        ("clients", "name", "'=SUM(A1)", "=SUM(A1)"),
        ("clients", "name", "Ac\u200bme \x1b[2J Corp", "Acme [2J Corp"),
        ("clients", "name", "\u200b", "is needed"),
        ("metrics", "spend", "-3.5", Amount(Decimal("-3.5"))),
        ("metrics", "clicks", "-3", "is below zero"),
        ("metrics", "clicks", "5 EUR", "is not a whole number"),
        ("metrics", "conversions", "2.5", 2.5),
        ("metrics", "conversions", "5 EUR", "is an amount of money, not a number"),
        ("observations", "value", "45%", 0.45),
        ("observations", "value", "uneasy", "uneasy"),
    ],
)
def test_a_cell_is_parsed_as_its_column_requires(
    tmp_path: Path, kind: str, name: str, cell: str, expected: object
) -> None:
    row = {
        "clients": {"external_id": "A", "name": "Acme", "owner": "a@x.example"},
        "metrics": {"client": "A", "date": "2026-11-02"},
        "observations": {"client": "A", "kind": "mood", "occurred_on": "2026-11-02"},
    }[kind] | {name: cell}
    reading = opened(tmp_path, kind, "\t".join(row) + "\n" + "\t".join(row.values()) + "\n")
    assert column(reading, name) == [expected]


def test_everything_wrong_with_a_row_is_reported_at_once(tmp_path: Path) -> None:
    reading = opened(tmp_path, "metrics", "client,date,spend,clicks\n,someday,much,1\n")
    (row,) = reading.rows()
    assert [(each.row, each.column, each.value) for each in row.refusals] == [
        (2, "client", ""),
        (2, "date", "someday"),
        (2, "spend", "much"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_no_alias_stands_for_two_columns_of_a_kind_or_two_values_of_a_column(kind: str) -> None:
    def shared(words: dict[str, str]) -> list[tuple[str, str]]:
        other = {name: {normalize_title(word) for word in text.split()} | {name} for name, text in words.items()}
        return [(one, two) for one, two in combinations(other, 2) if other[one] & other[two]]

    assert shared({each.name: COLUMN_ALIASES.get(each.alias_key or each.name, "") for each in KINDS[kind]}) in (
        [],
        [("client", "external_id")],  # by its own name: see the next test
    )
    for each in KINDS[kind]:
        assert shared({choice: VALUE_WORDS.get(choice, "") for choice in each.choices}) == [], each.name


def test_a_clients_key_beside_its_name_is_not_taken_for_the_touchpoints_key(tmp_path: Path) -> None:
    head = "client,external_id,occurred_at\n"
    assert opened(tmp_path, "touchpoints", f"{head}A,t1,2026-11-02\n").column_names == {
        "client",
        "external_id",
        "occurred_at",
    }
    with pytest.raises(ImportFileError, match="two columns may be client, 'Klient' and 'ID klienta': say --map"):
        opened(tmp_path, "touchpoints", "Klient,ID klienta,Data\nAcme,A,2026-11-02\n")
    assert opened(tmp_path, "touchpoints", "client,client_id,Data\nAcme,A,2026-11-02\n").header.unknown == (
        "client_id",
    )


def test_a_large_text_file_is_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("client,date,source,remark\n")
        file.writelines(f"A,2026-11-02,s{no},{'x' * 1000}\n" for no in range(10_000))
    tracemalloc.start()
    try:
        count = sum(1 for _ in open_file(path, "metrics").rows())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 10_000
    assert peak < path.stat().st_size / 1.5


def read_or_refuse(content: bytes, kind: str, name: str = "file.csv") -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            reading = open_file(path, kind)
        except ImportFileError as refused:
            assert "\n" not in str(refused)  # noqa: PT017  # it need not be refused
            return
        for row in reading.rows():
            assert row.refusals or set(row.values) == reading.column_names
            assert all(refusal.reason and "\n" not in refusal.value for refusal in row.refusals)


@given(content=st.binary(max_size=400), kind=KIND)
def test_any_bytes_are_read_or_refused(content: bytes, kind: str) -> None:
    read_or_refuse(content, kind)


@given(
    content=st.binary(max_size=200), kind=KIND, mark=st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe"])
)
def test_any_bytes_after_a_spreadsheets_signature_are_read_or_refused(content: bytes, kind: str, mark: bytes) -> None:
    read_or_refuse(mark + content, kind)


@given(data=st.data(), kind=KIND, delimiter=st.sampled_from(",;\t"))
def test_any_cells_under_the_right_column_names_are_read_or_refused(
    data: st.DataObject, kind: str, delimiter: str
) -> None:
    names = [column.name for column in KINDS[kind]]
    rows = data.draw(st.lists(st.lists(CELL, min_size=1, max_size=len(names) + 1), min_size=1, max_size=5))
    lines = [delimiter.join(names), *(delimiter.join(row) for row in rows)]
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "cp1250", "cp1251"]))
    read_or_refuse("\n".join(lines).encode(encoding, "replace"), kind)


@given(data=st.data(), kind=KIND)
def test_any_cells_of_a_spreadsheet_are_read_or_refused(data: st.DataObject, kind: str) -> None:
    names = [column.name for column in KINDS[kind]]
    cell = st.one_of(
        st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12), st.dates(), st.times(), CELL
    )
    book = openpyxl.Workbook()
    for place, name in enumerate(names, 1):
        book.worksheets[0].cell(1, place).value = name
        value = data.draw(cell)
        if isinstance(value, str):
            value = "".join(letter for letter in value if letter.isprintable())
        book.worksheets[0].cell(2, place).value = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.xlsx"
        book.save(path)
        read_or_refuse(path.read_bytes(), kind, "file.xlsx")
