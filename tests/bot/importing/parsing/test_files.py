"""Files of every make, as rows of cells."""

import csv
import io
from datetime import date, datetime
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from bot.importing.errors import ImportFileError, UnknownKindError
from bot.importing.parsing import files, headers
from bot.importing.parsing.columns import KINDS
from bot.importing.parsing.parsed_rows import ParsedRow
from bot.importing.parsing.reader import open_file

METRICS = partial(headers.count_recognized, columns=KINDS["metrics"])


def cells(path: Path) -> list[tuple[int, list[object]]]:
    rows = files.open_table(path, METRICS).read_rows()
    return [(number, [row.reason] if isinstance(row, files.BrokenRow) else list(row)) for number, row in rows]


def text(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content.encode())
    return path


def book(tmp_path: Path, **sheets: list[list[object]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "file.xlsx"
    made.save(path)
    return path


def values(path: Path, kind: str) -> list[ParsedRow]:
    return list(open_file(path, kind).rows())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_splits_the_column_names(tmp_path: Path, delimiter: str) -> None:
    out = io.StringIO()
    rows = [["client", "date", "spend"], ["Smith, Jones; Sons\tLtd", "2026-11-02", "1,5"]]
    csv.writer(out, delimiter=delimiter).writerows(rows)
    assert cells(text(tmp_path, out.getvalue())) == [(1, rows[0]), (2, rows[1])]


def test_a_line_that_names_the_delimiter_is_followed_and_counted(tmp_path: Path) -> None:
    path = text(tmp_path, "sep=;\r\nclient;date\r\nA;2026-11-02\r\n")
    assert cells(path) == [(2, ["client", "date"]), (3, ["A", "2026-11-02"])]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = text(tmp_path, '\nclient,date,source\n\nA,2026-11-02,"two\nlines"\n,,\nB,2026-11-02,x\n')
    assert [number for number, _ in cells(path)] == [2, 4, 6]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1251"])
def test_rows_are_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("клиент;дата;расход\r\nРомашка;02.11.2026;1 234,50\r\n".encode(encoding))
    (row,) = values(path, "metrics")
    assert row.refusals == ()
    assert row.values["client"] == "Ромашка"
    assert row.values["date"] == date(2026, 11, 2)


def test_cells_of_a_spreadsheet_keep_their_type(tmp_path: Path) -> None:
    when = datetime(2026, 11, 2, 14, 30)  # noqa: DTZ001  # a spreadsheet knows no zones
    rows: list[list[object]] = [
        ["Client", "Occurred at", "Summary"],
        [12345, when, 7.5],
        ["A", date(2026, 11, 3), True],
    ]
    first, second = values(book(tmp_path, Log=rows), "touchpoints")
    assert first.values == {"client": "12345", "occurred_at": when, "summary": "7.5"}
    assert second.values == {"client": "A", "occurred_at": date(2026, 11, 3), "summary": "TRUE"}


def test_a_date_stored_as_a_number_is_parsed(tmp_path: Path) -> None:
    (row,) = values(book(tmp_path, Data=[["client", "date", "spend"], ["A", 46328, 1234.5]]), "metrics")
    assert row.values["date"] == date(2026, 11, 2)


def test_the_first_sheet_with_something_in_it_is_read_and_named(tmp_path: Path) -> None:
    path = book(tmp_path, Cover=[], Numbers=[["client", "date"], ["A", "2026-11-02"]], Old=[["x"]])
    reading = open_file(path, "metrics")
    assert [row.values["client"] for row in reading.rows()] == ["A"]
    assert reading.source.notes == ('the sheet "Numbers" was read; --sheet reads another one: "Old"',)


def test_a_table_that_begins_further_down_and_to_the_right_keeps_its_row_numbers(tmp_path: Path) -> None:
    path = book(tmp_path, Data=[[], [], [None, None, "client", "date"], [None, None, "A", "2026-11-02"]])
    (row,) = values(path, "metrics")
    assert (row.number, row.values["client"]) == (4, "A")


def test_a_formula_error_is_refused_and_never_read_as_an_empty_cell(tmp_path: Path) -> None:
    path = book(tmp_path, Cover=[], Data=[["client", "date", "spend"], ["A", "2026-11-02", None]])
    made = openpyxl.load_workbook(path)
    made["Data"]["C2"] = "#REF!"
    made["Data"]["C2"].data_type = "e"
    made.save(path)
    (row,) = values(path, "metrics")
    assert [(each.column, each.value, each.reason) for each in row.refusals] == [
        ("spend", "#REF!", "is a formula that failed")
    ]


def test_a_formula_error_is_refused_in_a_text_file_too(tmp_path: Path) -> None:
    (row,) = values(text(tmp_path, "client,date,source\n#N/A,2026-11-02,x\n"), "metrics")
    assert [each.reason for each in row.refusals] == ["is a formula that failed"]


def test_a_row_with_too_many_cells_is_refused_and_one_with_too_few_is_not(tmp_path: Path) -> None:
    path = text(tmp_path, "client,date,spend,clicks\nA,2026-11-02,1,234,5\nA,2026-11-03\nA,2026-11-04,1,2,,\n")
    wide, narrow, padded = values(path, "metrics")
    assert [(each.value, each.reason) for each in wide.refusals] == [("5", "stands beyond the last column name")]
    assert (narrow.refusals, narrow.values["spend"]) == ((), None)
    assert [each.reason for each in padded.refusals] == ["has 6 cells, and there are 4 column names"]


def test_the_content_of_a_file_decides_what_it_is_and_not_its_name(tmp_path: Path) -> None:
    path = book(tmp_path, Data=[["client", "date"], ["A", "2026-11-02"]])
    assert len(values(path.rename(tmp_path / "export.csv"), "metrics")) == 1


def test_a_spreadsheet_with_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1200) + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(ImportFileError, match="is protected by a password"):
        open_file(path, "metrics")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"\n\n ,\n", "is empty"),
        (b"client,date\n", "has column names and no rows below them"),
        (b"PK\x03\x04 not really", "is no spreadsheet that can be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is no spreadsheet that can be read"),
        (b'client,date\nA,"' + b"x" * 1_100_000, "row 2 is longer than 1,000,000 characters"),
    ],
    ids=["empty", "blank", "names alone", "no archive", "no workbook", "long line"],
)
def test_a_file_that_is_not_a_table_is_refused_in_one_line(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=complaint) as refused:
        open_file(path, "metrics")
    assert "\n" not in str(refused.value)


def test_a_stray_zero_byte_is_dropped(tmp_path: Path) -> None:
    (row,) = values(text(tmp_path, "client,date,source\nA\0cme,2026-11-02,\0\n"), "metrics")
    assert (row.values["client"], row.values["source"], row.refusals) == ("Acme", None, ())


def test_an_error_about_a_file_begins_with_its_path(tmp_path: Path) -> None:
    path = text(tmp_path, "client,date\n")
    with pytest.raises(ImportFileError) as refused:
        open_file(path, "metrics")
    assert str(refused.value) == f"{path}: has column names and no rows below them"


def test_a_folder_and_a_file_that_is_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="is a folder, not a file"):
        open_file(tmp_path, "metrics")
    with pytest.raises(ImportFileError, match=r"none\.csv: can't be read: no such file"):
        open_file(tmp_path / "none.csv", "metrics")


def test_the_error_for_an_unknown_kind_lists_the_kinds(tmp_path: Path) -> None:
    with pytest.raises(UnknownKindError, match="'payments' is no kind of file; the kinds are clients, contacts"):
        open_file(text(tmp_path, "a\nb\n"), "payments")
