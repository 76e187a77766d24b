"""Finds cells whose formula failed (``#REF!``, ``#N/A``): the spreadsheet library returns them as empty.

An empty cell clears what is stored; one that failed must be refused. So they are looked up in the .xlsx file itself.
"""

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import unescape

_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*\bt=\"e\"[^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_POSITION = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_TEXT = re.compile(rb"<(?:\w+:)?v>([^<]*)</")

Position = tuple[int, int]
"""Row and column, from 0."""


def find_formula_errors(path: Path, sheet: str) -> dict[Position, str]:
    """Return the error texts of a sheet by position; none for files that are not .xlsx."""
    try:
        with zipfile.ZipFile(path) as book:
            part = _find_sheet_part(book, sheet)
            content = book.read(part) if part else b""
    except (zipfile.BadZipFile, KeyError):
        return {}
    if b't="e"' not in content:
        return {}
    found = {}
    for cell in _CELL.finditer(content):
        position, text = _POSITION.search(cell[1]), _TEXT.search(cell[2])
        if position:
            found[_parse_position(position)] = text[1].decode() if text else "#ERROR!"
    return found


def _parse_position(found: re.Match[bytes]) -> Position:
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _find_sheet_part(book: zipfile.ZipFile, sheet: str) -> str | None:
    """Find the part of the file that holds a sheet, from the workbook's list of sheets."""
    names = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    sheets = {
        unescape(each.get("name", ""), {"&quot;": '"', "&apos;": "'"}): next(
            (value for key, value in each.items() if key.endswith(":id")), ""
        )
        for each in _elements(book.read("xl/workbook.xml").decode(), "sheet")
    }
    parts = {
        each.get("Id"): each.get("Target", "")
        for each in _elements(book.read("xl/_rels/workbook.xml.rels").decode(), "Relationship")
    }
    target = parts.get(sheets.get(sheet, ""), "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in names else None


def _elements(xml: str, name: str) -> list[dict[str, str]]:
    tags = re.findall(rf"<(?:\w+:)?{name}\s([^>]*?)/?>", xml)
    return [dict(_ATTRIBUTE.findall(tag)) for tag in tags]
