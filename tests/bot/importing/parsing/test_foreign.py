"""Files that are no tables, whatever their names say: each is told what to do."""

import io
import zipfile
from pathlib import Path

import pytest

from bot.importing.errors import ImportFileError
from bot.importing.parsing.files import open_table


def archive(**parts: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return packed.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PAGE = "<html><body><table><tr><th>client</th><th>date</th></tr><tr><td>A</td><td>1</td></tr></table></body></html>"
WEB = "this is a web page: save it as .xlsx"
FOREIGN = [
    (PAGE.encode(), WEB),
    (PAGE.encode("utf-16"), WEB),
    (b"\xef\xbb\xbf\r\n <!DOCTYPE html>\n" + PAGE.encode(), WEB),
    (b"<meta charset=utf-8><table><tr><td>x", WEB),
    (b"<style>td { mso-number-format: x }</style><table>", WEB),
    (b"<!-- made by us --><table border=1>", WEB),
    (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n--x\nContent-Type: text/html\n", WEB),
    (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>', "this is an XML spreadsheet: open it"),
    (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "this is an XML spreadsheet",
    ),
    (b'<?xml version="1.0"?><invoices><invoice/></invoices>', "this is an XML file: export it as CSV"),
    (b"%PDF-1.7\n%\xe2\xe3", "this is a PDF"),
    (b'[{"client": "A"}]', "this is a JSON file"),
    (b'{"data": [1]}', "this is a JSON file"),
    (b'["client", "date"]', "this is a JSON file"),
    (b"\x89PNG\r\n\x1a\n", "this is a picture"),
    (b"\xff\xd8\xff\xe0", "this is a picture"),
    (b"\x1f\x8b\x08\x00", "this is a packed file"),
    (b"ID;PWXL;N;E\nP;PGeneral\n", "this is a SYLK file"),
    (b"BEGIN:VCARD\nVERSION:3.0\n", "this is an address book"),
    (archive(**{"client.csv": "a", "other.csv": "b"}), "this is an archive with 2 files in it: unpack it"),
    (archive(**{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}), "OpenDocument file"),
    (archive(**{"xl/workbook.bin": ""}), "this is a binary Excel file"),
    (archive(**{"word/document.xml": ""}), "this is a document, no spreadsheet"),
    (archive(**{"Index/Document.iwa": ""}), "this is a Numbers file"),
    (archive(x=""), "is no spreadsheet that can be read"),
    (OLE + "Workbook".encode("utf-16-le"), "this is an old Excel file"),
    (OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
    (OLE, "is no spreadsheet that can be read"),
]


@pytest.mark.parametrize(
    ("content", "complaint"), FOREIGN, ids=[f"{at}-{complaint[:30]}" for at, (_, complaint) in enumerate(FOREIGN)]
)
@pytest.mark.parametrize("name", ["export.xls", "export.csv"])
def test_a_file_of_another_kind_is_named(tmp_path: Path, name: str, content: bytes, complaint: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=complaint) as refused:
        open_table(path, len)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "start", ["[date],client", "{date},client", "<date>,client", "id;player", "ID;PRICE", "BEGIN,END", "page,x"]
)
def test_a_table_with_odd_column_names_is_read(tmp_path: Path, start: str) -> None:
    path = tmp_path / "file.csv"
    delimiter = ";" if ";" in start else ","
    path.write_text(f"{start}\n1{delimiter}2\n", encoding="utf-8")
    assert len(list(open_table(path, len).read_rows())) == 2
