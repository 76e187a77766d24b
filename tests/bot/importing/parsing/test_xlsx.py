"""Spreadsheets as many programs write them, as rows of cells."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.importing.errors import ImportFileError
from bot.importing.parsing.cells import NOT_CALCULATED, FormattedNumber
from bot.importing.parsing.files import BrokenRow, TableSource, open_table
from tests.hostile_files import book as write_book

Sheet = Sequence[Sequence[object]]
NAMES = ["client", "date", "spend"]


def score(cells: Sequence[object]) -> int:
    return len({str(cell).casefold() for cell in cells} & set(NAMES))


def opened(path: Path, sheet: str | None = None) -> TableSource:
    return open_table(path, score, sheet)


def rows(path: Path) -> list[list[object]]:
    return [[row.reason] if isinstance(row, BrokenRow) else list(row) for _, row in opened(path).read_rows()]


def made(tmp_path: Path, **sheets: Sheet) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, cells in sheets.items():
        sheet = book.create_sheet(name.removesuffix("_hidden").removesuffix("_veryHidden"))
        for row in cells:
            sheet.append(list(row))
        if "_" in name:
            sheet.sheet_state = name.partition("_")[2]
    if not any(sheet.sheet_state == "visible" for sheet in book.worksheets):
        book.create_sheet("Empty")
    path = tmp_path / "file.xlsx"
    book.save(path)
    return path


def raw(tmp_path: Path, cells: str, **more: str) -> Path:
    """Write a sheet of the XML of its rows below that of the column names."""
    head = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{name}</t></is></c>' for letter, name in zip("ABC", NAMES, strict=True)
    )
    path = tmp_path / "file.xlsx"
    write_book(path, f'<row r="1">{head}</row>{cells}', **more)
    return path


TABLE: Sheet = [["client", "date", "spend"], ["A", "2026-11-02", 5]]
OTHER: Sheet = [["client", "date", "spend"], ["OLD", "2020-11-02", 1]]

SHEETS: list[tuple[dict[str, Sheet], str, tuple[str, ...]]] = [
    ({"Data": TABLE}, "A", ()),
    ({"Cover": [["Our report"], ["made by us"]], "Data": TABLE}, "A", ("Cover",)),
    ({"Old_hidden": OTHER, "Data": TABLE}, "A", ()),
    ({"Old_veryHidden": OTHER, "Data": TABLE}, "A", ()),
    ({"Data": TABLE, "Later": OTHER}, "A", ("Later",)),
    ({"Pivot": [["client", "total"], ["X", 9]], "Data": TABLE}, "A", ("Pivot",)),
    ({"Empty": [], "Data": [["Report"], [], ["2026"], *TABLE]}, "A", ()),
]


@pytest.mark.parametrize(("sheets", "client", "others"), SHEETS, ids=[" ".join(sheets) for sheets, _, _ in SHEETS])
def test_the_first_visible_sheet_that_has_the_column_names_is_read(
    tmp_path: Path, sheets: dict[str, Sheet], client: str, others: tuple[str, ...]
) -> None:
    source = opened(made(tmp_path, **sheets))
    (_, names), (_, first) = source.read_rows()
    assert (names, first) == (TABLE[0], [client, "2026-11-02", 5.0])
    assert [other in " ".join(source.notes) for other in others] == [True] * len(others)


def test_a_sheet_that_is_asked_for_is_read(tmp_path: Path) -> None:
    path = made(tmp_path, Data=TABLE, Later=OTHER, Old_hidden=OTHER)
    assert next(iter(list(opened(path, "later").read_rows())[1][1])) == "OLD"  # type: ignore[arg-type]
    with pytest.raises(ImportFileError, match=r'has no sheet "March"; it has "Data", "Later"$'):
        opened(path, "March")
    with pytest.raises(ImportFileError, match='hides the sheet "Old"'):
        opened(path, "Old")


def test_nothing_is_read_where_all_that_is_visible_is_empty(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="has no visible sheet with rows"):
        opened(made(tmp_path, Old_hidden=OTHER))
    with pytest.raises(ImportFileError, match="is empty"):
        opened(made(tmp_path, Data=[]))


def test_a_text_file_has_no_sheets(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("client,date\nA,B\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match="has no sheets: leave --sheet out"):
        opened(path, "Data")


def test_rows_above_the_column_names_are_counted_and_told(tmp_path: Path) -> None:
    source = opened(made(tmp_path, Data=[["Spend in EUR"], [None, "November"], [], *TABLE]))
    assert (source.title_rows, source.titles) == (2, "Spend in EUR\nNovember")
    assert [number for number, _ in source.read_rows()] == [4, 5]


STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="3">'
    '<numFmt numFmtId="164" formatCode="&quot;$&quot;#,##0.00"/><numFmt formatCode="[$€-407]0" numFmtId="165"/>'
    '<numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165" applyNumberFormat="1">'
    '<alignment wrapText="1"/></xf><xf numFmtId="10"/><xf numFmtId="166"/></cellXfs></styleSheet>'
)


def test_formats_make_days_money_shares_and_durations(tmp_path: Path) -> None:
    cells = "".join(
        f'<c r="{letter}2" s="{style}"><v>46328.5</v></c>' for letter, style in zip("ABC", "023", strict=True)
    )
    more = '<c r="A3" s="1"><v>46328</v></c><c r="B3" s="4"><v>0.92</v></c><c r="C3" s="5"><v>0.75</v></c>'
    path = raw(tmp_path, f'<row r="2">{cells}</row><row r="3">{more}</row>', **{"xl/styles.xml": STYLES})
    _, (plain, dollars, euros), (day, share, duration) = rows(path)
    assert type(plain) is float
    assert isinstance(dollars, FormattedNumber)
    assert isinstance(euros, FormattedNumber)
    assert isinstance(share, FormattedNumber)
    assert (plain, dollars.currency, euros.currency) == (46328.5, "$", "€")
    assert (day, share.percent, duration) == (date(2026, 11, 2), True, timedelta(hours=18))


CELLS = [
    ('<c r="A2" t="inlineStr"><is><t xml:space="preserve"> Acme &amp; Söhne</t></is></c>', " Acme & Söhne"),
    ('<c r="A2" t="inlineStr"><is><r><rPr><b/></rPr><t>Ac</t></r><r><t>me</t></r></is></c>', "Acme"),
    ('<c t="str" r="A2"><f>B2&amp;"x"</f><v>Acme</v></c>', "Acme"),
    ('<c r="A2" t="b"><v>1</v></c>', True),
    ('<c r="A2" t="b"><v>0</v></c>', False),
    ('<c r="A2" t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
    ('<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
    ('<c r="A2" t="n"><v>7.5</v></c>', 7.5),
    ('<c r="A2"><f>3+4</f><v>7</v></c>', 7.0),
    ('<c r="A2"><f>0*4</f><v>0</v></c>', 0.0),
    ('<c r="A2"><f t="shared" si="0"/><v>7</v></c>', 7.0),
    ('<c r="A2"><f>E2</f><v></v></c>', NOT_CALCULATED),
    ('<c r="A2"><f>E2</f><v/></c>', NOT_CALCULATED),
    ('<c r="A2"><f>E2</f></c>', NOT_CALCULATED),
    ('<c r="A2"><f>E2</f><v /></c>', NOT_CALCULATED),
    ('<c r="A2" t="str"><f>IF(B2,"","")</f><v></v></c>', None),
    ('<c r="A2" t="d"><v>2026-11-02</v></c>', date(2026, 11, 2)),
    ('<c r="A2" t="d"><v>2026-11-02T00:00:00</v></c>', date(2026, 11, 2)),
    ('<c r="A2" t="str"><v>a_x000D_b</v></c>', "a\rb"),
    ('<c r="A2" s="99"><v>7</v></c>', 7.0),
    ("<c><v>7</v></c>", 7.0),
    ('<c r="A2" t="inlineStr"><is><t>Ac<!-- x --></t></is></c>', "Ac"),
]


@pytest.mark.parametrize(("cell", "expected"), CELLS, ids=[cell for cell, _ in CELLS])
def test_a_cell_is_read_as_it_stands(tmp_path: Path, cell: str, expected: object) -> None:
    _, first = rows(raw(tmp_path, f'<row r="2">{cell}<c r="B2" t="str"><v>x</v></c></row>'))
    assert first == [expected, "x"]
    assert type(first[0]) is type(expected)


def test_a_formula_of_a_program_that_calculates_none_has_no_value(tmp_path: Path) -> None:
    path = raw(tmp_path, '<row r="2"><c r="A2"><f>SUM(B2:C2)</f><v>0</v></c><c r="B2"><f>3</f><v>3</v></c></row>')
    told = path.with_name("told.xlsx")
    _edit(path, told, "xl/workbook.xml", "</sheets>", '</sheets><calcPr calcId="124519" fullCalcOnLoad="1"/>')
    assert rows(path)[1] == [0.0, 3.0]
    assert rows(told)[1] == [NOT_CALCULATED, 3.0]


def _edit(path: Path, to: Path, part: str, old: str, new: str) -> None:
    import zipfile  # noqa: PLC0415  # only here

    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(to, "w") as out:
        for name in packed.namelist():
            content = packed.read(name)
            out.writestr(name, content.replace(old.encode(), new.encode()) if name == part else content)


def test_days_of_a_workbook_that_counts_from_1904_are_right_and_told(tmp_path: Path) -> None:
    path = raw(tmp_path, '<row r="2"><c r="A2" s="1"><v>44866</v></c></row>', **{"xl/styles.xml": STYLES})
    told = path.with_name("told.xlsx")
    _edit(path, told, "xl/workbook.xml", "<sheets>", '<workbookPr date1904="1"/><sheets>')
    assert (opened(told).epoch_1904, rows(told)[1]) == (True, [date(2026, 11, 2)])
    assert (opened(path).epoch_1904, rows(path)[1]) == (False, [date(2022, 11, 1)])


def test_a_name_merged_over_rows_holds_for_each_and_an_amount_for_none_but_the_first(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    table: list[list[Any]] = [
        NAMES,
        ["A", "2026-11-02", 9],
        [None, "2026-11-03", None],
        [None, None, None],
        ["B", "2026-11-04", 1],
    ]
    for row in table:
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("C2:C4")
    sheet.merge_cells("A6:B6")
    book.save(tmp_path / "file.xlsx")
    source = opened(tmp_path / "file.xlsx")
    assert [row for _, row in source.read_rows()][1:] == [
        ["A", "2026-11-02", 9.0],
        ["A", "2026-11-03"],
        ["B", "2026-11-04", 1.0],
    ]
    assert source.notes == ("what is written once over several merged rows counts for each of them",)


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    table: list[list[Any]] = [NAMES, ["A", "2026-11-02", 9], ["B", "2026-11-03", 8]]
    for row in table:
        book.worksheets[0].append(row)
    book.worksheets[0].row_dimensions[2].hidden = True
    book.save(tmp_path / "file.xlsx")
    source = opened(tmp_path / "file.xlsx")
    assert len(list(source.read_rows())) == 3
    assert source.notes == ("1 hidden row was read like all others",)


def test_tags_with_a_prefix_are_read(tmp_path: Path) -> None:
    path = raw(tmp_path, '<row r="2"><c r="A2" t="str"><v>Acme</v></c></row>')
    told = path.with_name("told.xlsx")
    content = '<x:worksheet xmlns:x="y"><x:sheetData>'
    content += "".join(
        f'<x:row r="{n}"><x:c r="A{n}" t="str"><x:v>{text}</x:v></x:c></x:row>' for n, text in enumerate(NAMES, 1)
    )
    import zipfile  # noqa: PLC0415  # only here

    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(told, "w") as out:
        for name in packed.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            out.writestr(name, content + "</x:sheetData></x:worksheet>" if is_sheet else packed.read(name))
    assert rows(told) == [["client"], ["date"], ["spend"]]


def test_a_cell_under_no_column_name_costs_its_row(tmp_path: Path) -> None:
    path = made(tmp_path, Data=[*TABLE, ["B", "2026-11-03", 5, None, "note"], ["C", "2026-11-04", 5, None, None]])
    assert rows(path)[2:] == [["stands beyond the last column name"], ["C", "2026-11-04", 5.0]]


DAMAGED = [
    '<row r="1"><c r="A1"><v>1</v></c></row>',
    '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>',
    '<row r="2"><c r="A2" t="s"><v>7</v></c></row>',
    '<row r="2"><c r="A2"><v>abc</v></c></row>',
    '<row r="2"><x r="A2"/><c r="A2"><is/><v>1</v></c></row>',
    '<row r="9999999"><c r="A9999999"><v>1</v></c></row>',
]


@pytest.mark.parametrize("cells", DAMAGED)
def test_a_sheet_that_contradicts_itself_is_refused(tmp_path: Path, cells: str) -> None:
    with pytest.raises(ImportFileError, match="is no spreadsheet that can be read"):
        rows(raw(tmp_path, cells))
