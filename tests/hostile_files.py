"""Files made to hang or kill whoever reads them: each kind's name, and how it is written. Never here: the bars."""

import os
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

METRICS = "client,date,source,spend\n"
CLIENTS = "external_id,name,owner\n"
CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MEBIBYTE = 1 << 20


def book(path: Path, *sheets: str | bytes, texts: str | bytes | None = None, **parts: str | bytes) -> None:
    """Write an .xlsx file of the XML of its sheets' cells, packed as tightly as it goes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        out.writestr("[Content_Types].xml", CONTENT_TYPES)
        out.writestr("_rels/.rels", relations([("rId1", "officeDocument", "xl/workbook.xml")]))
        named = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n, _ in enumerate(sheets, 1))
        out.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>'
        )
        listed = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n, _ in enumerate(sheets, 1)]
        if texts is not None:
            listed.append(("rIdTexts", "sharedStrings", "sharedStrings.xml"))
            out.writestr("xl/sharedStrings.xml", wrap(texts, "sst"))
        out.writestr("xl/_rels/workbook.xml.rels", relations(listed))
        for number, rows in enumerate(sheets, 1):
            out.writestr(f"xl/worksheets/sheet{number}.xml", wrap(wrap(rows, "sheetData"), "worksheet"))
        for name, content in parts.items():
            out.writestr(name, content)


def wrap(content: str | bytes, tag: str) -> bytes:
    inner = content if isinstance(content, bytes) else content.encode()
    return f'<{tag} xmlns="{MAIN}">'.encode() + inner + f"</{tag}>".encode()


def relations(listed: Iterable[tuple[str, str, str]]) -> str:
    each = "".join(f'<Relationship Id="{of}" Type="{OFFICE}/{kind}" Target="{part}"/>' for of, kind, part in listed)
    return f'<Relationships xmlns="{PACKAGE}">{each}</Relationships>'


def text(make: Callable[[], str | bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        content = make()
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return write


def sheet(rows: Callable[[], str | bytes], texts: Callable[[], str | bytes] | None = None) -> Callable[[Path], None]:
    return lambda path: book(path, rows(), texts=texts and texts())


def cell(place: str, value: str = "1", kind: str = "") -> str:
    typed = f' t="{kind}"' if kind else ""
    return f'<c r="{place}"{typed}><v>{value}</v></c>'


HEAD = (
    '<row r="1">'
    + "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for letter, name in zip("ABCD", ("client", "date", "source", "spend"), strict=True)
    )
    + "</row>"
)


def many_sheets(path: Path) -> None:
    """A million sheets named in the workbook."""
    named = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r"/>' for n in range(1_000_000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", f"<workbook><sheets>{named}</sheets></workbook>")
        out.writestr("xl/_rels/workbook.xml.rels", relations([("r", "worksheet", "worksheets/sheet1.xml")]))
        out.writestr("xl/worksheets/sheet1.xml", wrap(HEAD, "worksheet"))


def many_parts(path: Path) -> None:
    """Half a million parts, empty."""
    entry = b"PK\x01\x02" + bytes(24) + (6).to_bytes(2, "little") + bytes(16) + b"%06d"
    directory = b"".join(entry % number for number in range(500_000))
    end = (
        b"PK\x05\x06"
        + bytes(4)
        + b"\xff\xff\xff\xff"
        + len(directory).to_bytes(4, "little")
        + (4).to_bytes(4, "little")
    )
    path.write_bytes(b"PK\x03\x04" + directory + end + bytes(2))


def lying_size(path: Path) -> None:
    """A part that claims a kilobyte, with the checksum of that kilobyte, and unpacks to a lot more."""
    rows = (HEAD + "<!--" + "x" * 1000).encode() + b" " * (70 * MEBIBYTE)
    book(path, rows)
    packed, part = bytearray(path.read_bytes()), wrap(wrap(rows, "sheetData"), "worksheet")
    honest, false = (zlib.crc32(part[:size]).to_bytes(4, "little") for size in (len(part), 1000))
    while (at := packed.find(honest)) >= 0:
        packed[at : at + 4] = false
        packed[at + 8 : at + 12] = (1000).to_bytes(4, "little")
    path.write_bytes(packed)


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(METRICS.encode())
        file.truncate(size)


FILES: dict[str, Callable[[Path], None]] = {
    "a line of 200 MB": text(lambda: b"client,date," + b"x" * (200 * MEBIBYTE)),
    "a line of 90 MB": text(lambda: b"client,date," + b"x" * (90 * MEBIBYTE)),
    "a line of 90 MB in a code page": text(lambda: b"client,date," + b"\xe9" * (90 * MEBIBYTE)),
    "a line of 90 MB in UTF-16": text(lambda: "client,date,".encode("utf-16") + b"x\0" * (45 * MEBIBYTE)),
    "a line of 3 MB": text(lambda: METRICS + "A," + "x" * (3 * MEBIBYTE)),
    "a gigabyte of NULs": lambda path: sparse(path, 1 << 30),
    "90 MB of NULs": lambda path: sparse(path, 90 * MEBIBYTE),
    "lone NULs": text(lambda: b"\0" * 100_000),
    "100,000 columns": text(lambda: ",".join(f"c{n}" for n in range(100_000)) + "\n1\n"),
    "100,000 columns all called client": text(lambda: ",".join(["client"] * 100_000) + "\n1\n"),
    "rows of 100,000 cells": text(lambda: METRICS + ("," * 100_000 + "\n") * 100),
    "1,000 unknown columns": text(lambda: ",".join(f"column {'x' * 60} {n}" for n in range(1000)) + "\n1\n"),
    "quotation marks never closed, with pairs below": text(
        lambda: METRICS + ('A,"2026\n' + 'B,2026-11-02,"",1\n' * 6_000) * 1_200
    ),
    "a million quotation marks": text(lambda: METRICS + '"' * 1_000_001),
    "letters of code pages in one word": text(lambda: b"A" * 900_000 + b"\n" + b"\xe9" * 900_000),
    "letters without an end, block after block": text(
        lambda: METRICS.encode() + (b"a" * 900_000 + b"\n") * 40 + b"\xe9"
    ),
    "old binary spreadsheet": text(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30 * MEBIBYTE)),
    "one cell at XFD1048576": sheet(lambda: HEAD + f'<row r="1048576">{cell("XFD1048576")}</row>'),
    "one cell at A1048576 and one at ALL1": sheet(
        lambda: f'<row r="1">{cell("ALL1")}</row><row r="1048576">{cell("A1048576")}</row>'
    ),
    "a cell beyond the last one": sheet(lambda: HEAD + f'<row r="9999999">{cell("A9999999")}</row>'),
    "a far row whose cells do not say where": sheet(lambda: '<row r="1048576">' + "<c><v>1</v></c>" * 900 + "</row>"),
    "places in other quotes": sheet(lambda: "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>" + HEAD),
    "places in small letters": sheet(lambda: f'<row r="1"><c r="xfd1048576"><v>1</v></c></row>{HEAD}'),
    "a zip bomb": sheet(lambda: b" " * (80 * MEBIBYTE)),
    "a part that lies about its size": lying_size,
    "four million cells": sheet(lambda: HEAD + "<c><v>1</v></c>" * 4_000_000),
    "ten million rows": sheet(lambda: HEAD + "<row/>" * 10_000_000 + "<c><v>1</v></c>"),
    "failed formulas": sheet(
        lambda: "".join(f'<row r="{n}">{cell(f"A{n}", "#N/A", "e")}</row>' for n in range(1, 400_000))
    ),
    "a failed formula that never ends": sheet(lambda: '<c r="A1" t="e">' * 500_000),
    "a text of 1 MB in 100,000 cells": sheet(
        lambda: "".join(f'<row r="{n}">{cell(f"A{n}", "0", "s")}</row>' for n in range(1, 100_000)),
        texts=lambda: "<si><t>" + "x" * MEBIBYTE + "</t></si>",
    ),
    "ten million texts": sheet(lambda: HEAD, texts=lambda: "<si/>" * 10_000_000),
    "a million sheets": many_sheets,
    "half a million parts": many_parts,
    "deep XML": sheet(lambda: "<a>" * 10_000_000),
    "deep XML in the workbook": lambda path: book(path, HEAD, **{"xl/styles.xml": "<a>" * 10_000_000}),
    "entities": sheet(lambda: f'<!DOCTYPE x [<!ENTITY a "{"x" * 1000}">]>' + "&a;" * 1_000_000),
    "an archive cut in half": text(lambda: b"PK\x03\x04" + bytes(20 * MEBIBYTE)),
    "a pipe": os.mkfifo,
    "a folder": lambda path: path.mkdir(),
    "a device": lambda path: path.symlink_to("/dev/zero"),
}
"""Files that are refused as a whole."""

SPACES = " " * 150

CELLS: dict[str, str] = {
    "spaces in a number": f"A,2026-11-02,x,1{SPACES}(net)",
    "long spaces in a number": f"A,2026-11-02,x,1{' ' * 900_000}(net)",
    "a number of 900,000 digits": f"A,2026-11-02,x,{'1' * 900_000}",
    "a number of groups": f'A,2026-11-02,x,"{"1,111" * 180_000}"',
    "spaces in a time": f"A,2026-11-02 12:00{' ' * 900_000}x,x,1",
    "marks in a date": f"A,{'1/' * 400_000},x,1",
    "apostrophes": "'" * 900_000 + "=,2026-11-02,x,1",
    "separators before a formula": f'"{"; " * 450_000}",2026-11-02,x,1',
    "letters that take eighteen": "A,2026-11-02," + "\ufdfa" * 300_000 + ",1",
}
"""Rows of metrics that are refused one by one."""
