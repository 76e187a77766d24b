"""Files made to hang or kill whoever reads them are refused in one line, in little time and memory."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.importing.errors import CellError, ImportFileError
from bot.importing.parsing import cells, code_pages, date_style, numbers, titles
from bot.importing.parsing.columns import KINDS, Column
from bot.importing.parsing.reader import open_file
from bot.importing.parsing.values import ColumnFormat, make_parser
from tests.conftest import ROOT
from tests.hostile_files import CELLS, FILES, METRICS, cell, sheet
from tests.waiting import PATIENCE_SECONDS

MAX_SECONDS = 5
"""Of the processor's time: how busy the machine is says nothing of the file."""
MAX_MEBIBYTES = 300

READ = """
import json, sys, time
from pathlib import Path
from bot.importing.errors import ImportFileError
from bot.importing.parsing.reader import open_file

began = time.process_time()
try:
    refused = [row.refusals[0].reason for row in open_file(Path(sys.argv[1]), "metrics").rows()]
except ImportFileError as error:
    refused = [str(error)]
took = time.process_time() - began
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([refused, took, int(peak.split()[1]) / 1024]))
"""


def check_refused(path: Path) -> str:
    """Read a file in a process of its own; return why it is refused."""
    command = [sys.executable, "-c", READ, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS * 4, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    (reason,), seconds, mebibytes = json.loads(done.stdout)
    assert seconds < MAX_SECONDS
    assert mebibytes < MAX_MEBIBYTES
    assert "\n" not in reason
    assert len(reason) < 2500
    return str(reason)


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / "file"
    FILES[name](path)
    assert check_refused(path).startswith(f"{path}: ")


@pytest.mark.parametrize("name", CELLS)
def test_a_hostile_cell_is_refused_with_its_row(tmp_path: Path, name: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(f"{METRICS}{CELLS[name]}\n", encoding="utf-8")
    assert check_refused(path)


PIECES = st.lists(st.sampled_from([*"01.,:;-+/ '\"()@=#%€zkUWA\té\0＝", "руб", "e9", "kr.", "2026-11-02"]), min_size=1)
COLUMNS = tuple({column.type: column for columns in KINDS.values() for column in columns}.values())


def parse(column: Column, text: str) -> None:
    try:
        make_parser(column, ColumnFormat())(text)
    except CellError:
        return


READERS: dict[str, Callable[[str], object]] = {
    "order of a date": date_style.describe,
    "decimal mark": numbers.detect_decimal_mark,
    "column name": titles.normalize_title,
    "formula": lambda text: cells.unescape_formula(cells.escape_formula(text)),
    "letters": lambda text: code_pages.find_words(text.encode("utf-8")),
    **{column.type: lambda text, column=column: parse(column, text) for column in COLUMNS},  # type: ignore[misc]
}


@settings(max_examples=30)
@given(start=PIECES, repeated=PIECES, end=PIECES)
def test_twice_as_long_a_text_takes_about_twice_the_time(start: list[str], repeated: list[str], end: list[str]) -> None:
    def measure(times: int) -> float:
        text = "".join([*start, *(repeated * times), *end])
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            for read in READERS.values():
                read(text)
            best = min(best, time.process_time() - began)
        return best

    size = 2000 // len(repeated)
    assert measure(4 * size) < 0.005 + 10 * measure(size)  # in proportion it is 4, of a square 16


@given(changes=st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), max_size=20), packed=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spreadsheet_with_some_bytes_changed_is_read_or_refused(
    tmp_path: Path, changes: list[tuple[int, int]], *, packed: bool
) -> None:
    def change(content: bytes) -> bytes:
        changed = bytearray(content)
        for at, byte in changes:
            changed[at % len(changed)] = byte
        return bytes(changed)

    rows = f'<row r="1">{cell("A1", "0", "s")}{cell("B1", "1", "s")}</row><row r="2">{cell("A2")}</row>'.encode()
    path = tmp_path / "file.xlsx"
    sheet(lambda: rows if packed else change(rows), lambda: "<si><t>client</t></si><si><t>date</t></si>")(path)
    if packed:
        path.write_bytes(b"PK\x03\x04" + change(path.read_bytes()[4:]))
    with suppress(ImportFileError):
        list(open_file(path, "metrics").rows())
