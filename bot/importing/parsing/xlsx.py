"""Opens an .xlsx file: its sheets, texts and number formats. `bot.importing.parsing.sheet_rows` reads a sheet's rows.

A file of a kilobyte can claim a billion cells, or unpack to gigabytes: each part is unpacked block by block, up to a
limit, and nothing is believed that a part claims of its own size. Never here: what the cells mean.
"""

import html
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from bot.importing.errors import ImportFileError
from bot.importing.parsing import cell_formats
from bot.importing.parsing.cell_formats import CellFormat
from bot.importing.parsing.limits import (
    MAX_DIRECTORY_BYTES,
    MAX_LIST_BYTES,
    MAX_SHARED_TEXT,
    MAX_SHEETS,
    MAX_TEXTS,
    MEBIBYTE,
)

UNREADABLE = "is no spreadsheet that can be read: save it as .xlsx or as CSV UTF-8"
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    OSError,
    ET.ParseError,
)
"""What reading a damaged file raises."""
_TOO_MANY_PARTS = "has too many sheets or other parts in it: save the sheet you need as CSV UTF-8"
_END_OF_DIRECTORY = b"PK\x05\x06"
_BLOCK = 1 << 18
_ATTRIBUTE = re.compile(r"""([\w:.-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_PREFIX = re.compile(rb"<([A-Za-z_][\w.-]{0,30}+:)(?:worksheet|sst)[\s>]")
_TEXT = re.compile(rb"<si><t(?:\s[^<>]*+)?>([^<]*+)</t></si>")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
LONGEST_REST = 4 * MEBIBYTE
"""Of a row, or a text with its markup."""
MAX_TAGS = 400_000
"""Of what is read as a tree."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook."""

    name: str
    part: str
    """The file in the archive that holds it."""
    visible: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """An .xlsx file that was opened; its sheets are still on the disk."""

    path: Path
    sheets: tuple[Sheet, ...]
    texts: list[str]
    """Those that cells refer to by their number."""
    formats: list[CellFormat]
    """The cells' formats, by the number of their style."""
    epoch_1904: bool
    uncalculated: bool
    """Whether a program wrote it that calculates no formulas: where one has the value 0 or none, it has none."""


def open_workbook(path: Path) -> Workbook:
    """Open an .xlsx file.

    Raises:
        ImportFileError: when it is no such file, or has more in it than the limits allow.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            workbook = _read_small(packed, "xl/workbook.xml")
            properties = _read_elements(workbook, "workbookPr")
            calculation = _read_elements(workbook, "calcPr")
            return Workbook(
                path=path,
                sheets=_list_sheets(packed, workbook),
                texts=_read_texts(packed),
                formats=_read_formats(packed),
                epoch_1904=any(_is_set(each, "date1904") for each in properties),
                uncalculated=any(_is_set(each, "fullCalcOnLoad") for each in calculation),
            )
    except BROKEN:
        raise ImportFileError(UNREADABLE) from None


def _is_set(attributes: dict[str, str], name: str) -> bool:
    return attributes.get(name) in {"1", "true"}


def check_directory(path: Path) -> None:
    """Check the size of the list of parts, which is read as a whole."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 16)))
        end = file.read()
    at = end.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(end) < at + 22:
        raise ImportFileError(UNREADABLE)
    if int.from_bytes(end[at + 12 : at + 16], "little") > MAX_DIRECTORY_BYTES:
        raise ImportFileError(_TOO_MANY_PARTS)


def unpack(packed: zipfile.ZipFile, part: str, most: int) -> Iterator[bytes]:
    """Unpack a part in blocks that end with a tag, without the prefix that some programs write before each.

    Raises:
        ImportFileError: when it unpacks to more than `most` bytes, whatever it claims.
    """
    if packed.getinfo(part).compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ImportFileError(UNREADABLE)
    prefix: bytes | None = None
    rest, size = b"", 0
    with packed.open(part) as source:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > most:
                raise ImportFileError(f"unpacks to more than {most // MEBIBYTE} MB: save it as CSV UTF-8")
            if prefix is None:
                _check_start(block)
                found = _PREFIX.search(block, 0, 2_000)
                prefix = found[1] if found else b""
            whole, end, rest = (rest + block).rpartition(b">")
            if len(rest) > LONGEST_REST:
                raise ImportFileError(UNREADABLE)
            if prefix:
                whole = whole.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
            yield whole + end


def _check_start(block: bytes) -> None:
    """Check that a part is in UTF-8, and declares nothing that stands for more than it is."""
    start = block[:2_000]
    declared = re.match(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding=["']([\w-]+)""", start)
    if b"<!DOCTYPE" in start or b"\0" in start or (declared and declared[1].lower() not in {b"utf-8", b"us-ascii"}):
        raise ImportFileError(UNREADABLE)


def _read_small(packed: zipfile.ZipFile, part: str) -> str:
    """Read a part that lists what is in the others."""
    if packed.getinfo(part).file_size > MAX_LIST_BYTES:
        raise ImportFileError(_TOO_MANY_PARTS)
    return b"".join(unpack(packed, part, MAX_LIST_BYTES)).decode()


def _read_elements(content: str, name: str) -> list[dict[str, str]]:
    """Return the attributes of each element of a name."""
    tags = re.findall(rf"<(?:\w++:)?+{name}\s([^<>]*+)>", content)
    return [{key: unescape(a or b) for key, a, b in _ATTRIBUTE.findall(tag)} for tag in tags]


def _list_sheets(packed: zipfile.ZipFile, workbook: str) -> tuple[Sheet, ...]:
    """Return the sheets in the workbook's order, without those that are a chart."""
    targets = {
        each["Id"]: each["Target"]
        for each in _read_elements(_read_small(packed, "xl/_rels/workbook.xml.rels"), "Relationship")
        if each["Type"].endswith("/worksheet")
    }
    sheets = []
    for each in _read_elements(workbook, "sheet"):
        target = targets.get(next((value for key, value in each.items() if key.endswith(":id")), ""))
        if target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            sheets.append(Sheet(each["name"], part, each.get("state", "visible") == "visible"))
    if len(sheets) > MAX_SHEETS:
        raise ImportFileError(f"has {len(sheets):,} sheets, and at most {MAX_SHEETS} can be read: take some out")
    if not sheets:
        raise ImportFileError(UNREADABLE)
    return tuple(sheets)


def _read_formats(packed: zipfile.ZipFile) -> list[CellFormat]:
    """Return what each style says of its cells' numbers."""
    part = _find_part(packed, "xl/styles.xml")
    if part is None:
        return []
    content = _read_small(packed, part)
    codes = cell_formats.BUILT_IN | {
        int(each["numFmtId"]): each["formatCode"] for each in _read_elements(content, "numFmt")
    }
    styles = re.search(r"<(?:\w++:)?+cellXfs[\s>](.*?)</(?:\w++:)?+cellXfs>", content, re.DOTALL)
    return [
        cell_formats.read_format(codes.get(int(each.get("numFmtId", "0")), ""))
        for each in _read_elements(styles[1] if styles else "", "xf")
    ]


def _read_texts(packed: zipfile.ZipFile) -> list[str]:
    """Return the texts that cells refer to by their number."""
    part = _find_part(packed, "xl/sharedstrings.xml")
    texts: list[str] = []
    rest = b""
    for block in unpack(packed, part, MAX_SHARED_TEXT) if part else ():
        whole, end, rest = (rest + block.replace(b"<si/>", b"<si><t></t></si>")).rpartition(b"</si>")
        if len(texts) + whole.count(b"<si") > MAX_TEXTS or len(rest) > LONGEST_REST:
            raise ImportFileError("has too much text in it: save it as CSV UTF-8")
        simple = _TEXT.findall(whole + end)
        if len(simple) == whole.count(b"<t") == whole.count(b"<si"):
            texts.extend(map(decode_text, simple))
        elif whole:
            texts.extend(read_rich_text(each) for each in parse_tree(whole[whole.find(b"<si") :] + end))
    return texts


def parse_tree(content: bytes) -> ET.Element:
    """Read elements that stand beside each other."""
    if content.count(b"<") > MAX_TAGS:
        raise ImportFileError(UNREADABLE)
    return ET.XML(b"<all>" + content + b"</all>")  # it declares nothing: `unpack` looked


def read_rich_text(element: ET.Element) -> str:
    """Return the text of an element in which each part has a look of its own."""
    parts = (element.find("t"), *(run.find("t") for run in element.findall("r")))
    return _unescape_controls("".join(part.text or "" for part in parts if part is not None))


def decode_text(content: bytes) -> str:
    """Decode the text of an element."""
    text = content.decode()
    return _unescape_controls(unescape(text) if "&" in text else text)


def unescape(text: str) -> str:
    """Put in the letters that stand as entities, of which XML knows five and those with a number."""
    return html.unescape(text) if "&" in text else text


def _unescape_controls(text: str) -> str:
    """Put in the letters that stand as ``_x000D_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _find_part(packed: zipfile.ZipFile, lower: str) -> str | None:
    return next((name for name in packed.namelist() if name.lower() == lower), None)
