"""Whatever a file holds, it is read or refused in a line: nothing else ever comes of it."""

import tempfile
from pathlib import Path

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.parsing.cells import IntakeError
from bot.importing.parsing.columns import KINDS
from bot.importing.parsing.reader import open_file

KIND = st.sampled_from(sorted(KINDS))
CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["1.234", "1,5", "(5)", "03/11/2026", "2026-11-03 10:00", "€5", "#REF!", "-", "U0ABC1234", "45 %"]),
    st.from_regex(r"[-(]?[0-9.,' ]{1,12}[)%]?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[-./][0-9]{1,4}([-./][0-9]{1,4})?( [0-9:]{1,8})?", fullmatch=True),
)


def read(content: bytes, kind: str, name: str = "file.csv") -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            reading = open_file(path, kind)
        except IntakeError as refused:
            assert "\n" not in str(refused)  # noqa: PT017  # it need not be refused
            return
        for row in reading.rows():
            assert row.replaced or row.refusals or set(row.values) == reading.names
            assert all(refusal.reason and "\n" not in refusal.value for refusal in row.refusals)


@given(content=st.binary(max_size=400), kind=KIND)
def test_any_bytes_at_all(content: bytes, kind: str) -> None:
    read(content, kind)


@given(
    content=st.binary(max_size=200), kind=KIND, mark=st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe"])
)
def test_any_bytes_behind_a_spreadsheets_mark(content: bytes, kind: str, mark: bytes) -> None:
    read(mark + content, kind)


@given(data=st.data(), kind=KIND, delimiter=st.sampled_from(",;\t"))
def test_any_cells_under_the_right_column_names(data: st.DataObject, kind: str, delimiter: str) -> None:
    names = [column.name for column in KINDS[kind]]
    rows = data.draw(st.lists(st.lists(CELL, min_size=1, max_size=len(names) + 1), min_size=1, max_size=5))
    lines = [delimiter.join(names), *(delimiter.join(row) for row in rows)]
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "cp1250", "cp1251"]))
    read("\n".join(lines).encode(encoding, "replace"), kind)


@given(data=st.data(), kind=KIND)
def test_any_cells_of_a_spreadsheet(data: st.DataObject, kind: str) -> None:
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
        read(path.read_bytes(), kind, "file.xlsx")
