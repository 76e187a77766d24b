"""Knows the files that are no tables that can be read here, by what they begin with, and says what to do with each."""

import re
import zipfile
from pathlib import Path

from bot.importing.errors import ImportFileError
from bot.importing.parsing.xlsx import UNREADABLE, check_directory

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED, _OLD_EXCEL = (name.encode("utf-16-le") for name in ("EncryptedPackage", "Workbook"))
"""The parts that hold a spreadsheet with a password, and one of an old Excel."""
_SAVE = "open it in a spreadsheet program, and save it as .xlsx or as CSV UTF-8"
_PICTURE = "this is a picture: import the file that its figures come from"
_PACKED = "this is a packed file: unpack it, and import what is in it"
_BINARY = {
    b"%PDF-": "this is a PDF: import the file that it was made of, or export the figures as CSV",
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
    b"II*\0": _PICTURE,
    b"MM\0*": _PICTURE,
    b"\x1f\x8b\x08": _PACKED,
    b"7z\xbc\xaf": _PACKED,
    b"Rar!\x1a": _PACKED,
    b"BZh": _PACKED,
    b"\xfd7zXZ": _PACKED,
    b"(\xb5/\xfd": _PACKED,
    b"SQLite format 3\0": "this is a database: export the table as CSV",
    b"PAR1": "this is a Parquet file: export it as CSV",
    b"{\\rtf": "this is a text document: put its table into a spreadsheet, and save that as .xlsx",
}
_TEXT = (
    (r"<\?xml.*?(?:urn:schemas-microsoft-com:office:spreadsheet|Excel\.Sheet)", f"this is an XML spreadsheet: {_SAVE}"),
    (r"<\?xml.*?urn:oasis:names:tc:opendocument", f"this is an OpenDocument file: {_SAVE}"),
    (
        r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|style|div|title|font|p|br)\b",
        "this is a web page: save it as .xlsx",
    ),
    (r"MIME-Version:.*?text/html", "this is a web page: save it as .xlsx"),
    (r"<\?xml|<[a-z][\w:.-]*[\s>].*?</", "this is an XML file: export it as CSV or .xlsx"),
    (
        r"\[\s*[\[{]|\[\s*\"[^\"]*\"\s*[,\]]|\{\s*(?:\"[^\"]*\"\s*:|\})",
        "this is a JSON file: export it as CSV or .xlsx",
    ),
    (r"BEGIN:V(?:CARD|CALENDAR)", "this is an address book or a calendar: export it as CSV"),
    (r"ID;P(?:WXL|CALCOOO|SYLK)", f"this is a SYLK file: {_SAVE}"),
)
_KNOWN = tuple((re.compile(start, re.IGNORECASE | re.DOTALL), complaint) for start, complaint in _TEXT)
_LOOKED_AT = 4096


def check_start(path: Path) -> bool:
    """Check that a file may be a table; return whether it is an archive, as an .xlsx file is one.

    Raises:
        ImportFileError: when it is of a kind that can't be read here.
        OSError: when it can't be opened.
    """
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if start.startswith(OLE):
        _refuse_old(path)
    if start.startswith(ZIP):
        _check_archive(path)
        return True
    for signature, complaint in _BINARY.items():
        if start.startswith(signature):
            raise ImportFileError(complaint)
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        raise ImportFileError(_PICTURE)
    text = start.replace(b"\0", b"").decode("utf-8", "ignore").lstrip("\ufeff \t\r\n")
    for known, complaint in _KNOWN:
        if known.match(text):
            raise ImportFileError(complaint)
    return False


def _refuse_old(path: Path) -> None:
    with path.open("rb") as file:
        content = file.read()
    if _ENCRYPTED in content:
        raise ImportFileError("is protected by a password: take it off, or save it as CSV UTF-8")
    raise ImportFileError(f"this is an old Excel file (.xls): {_SAVE}" if _OLD_EXCEL in content else UNREADABLE)


def _check_archive(path: Path) -> None:
    """Check that an archive is an .xlsx file, as far as the names in it tell."""
    try:
        check_directory(path)
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            mimetype = packed.open("mimetype").read(100) if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        raise ImportFileError(UNREADABLE) from None
    lower = {name.lower() for name in names}
    if "xl/workbook.xml" in lower:
        return
    if "xl/workbook.bin" in lower:
        raise ImportFileError(f"this is a binary Excel file (.xlsb): {_SAVE}")
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        raise ImportFileError(f"this is an OpenDocument file (.ods): {_SAVE}")
    if any(name.endswith(".iwa") for name in lower):
        raise ImportFileError("this is a Numbers file: export it as Excel or CSV")
    if any(name.startswith(("word/", "ppt/")) for name in lower):
        raise ImportFileError("this is a document, no spreadsheet: put its table into one, and save that as .xlsx")
    files = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX/")]
    if any(name.lower().endswith((".csv", ".tsv", ".txt", ".xlsx", ".xls")) for name in files):
        count = "1 file" if len(files) == 1 else f"{len(files):,} files"
        raise ImportFileError(f"this is an archive with {count} in it: unpack it, and import each file that you need")
    raise ImportFileError(UNREADABLE)
