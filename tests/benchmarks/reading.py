"""How fast files become rows of cells, and in how much memory: a million rows of CSV, 200,000 of a spreadsheet.

Beside them what `csv.reader` alone takes in the same run. Each is read in a process of its own, for its memory.
"""

import csv
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.hostile_files import book

TEXT_ROWS, SHEET_ROWS = 1_000_000, 200_000
NAMES = ["client", "date", "source", "spend", "impressions", "clicks", "leads", "revenue"]

READ = """
import sys, time
from pathlib import Path
from bot.importing.parsing.files import open_table
started = time.perf_counter()
rows = sum(1 for _ in open_table(Path(sys.argv[1]), len).read_rows())
took = time.perf_counter() - started
peak = next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(f"{rows:,} rows in {took:.1f} s, {rows / took:,.0f} a second, peak memory {peak:.0f} MiB")
"""


def write_text(path: Path) -> None:
    chance = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES)
        for no in range(TEXT_ROWS):
            day = f"2026-{no % 12 + 1:02}-{no % 28 + 1:02}"
            amounts = [f"{chance.uniform(1, 9000):.2f}" for _ in "sr"]
            counts = [chance.randrange(most) for most in (90_000, 5_000, 50)]
            writer.writerow([f"C{no % 1000}", day, "Google Ads", amounts[0], *counts, amounts[1]])


def write_sheet(path: Path) -> None:
    """Write rows of twelve cells: a client, a day, and ten numbers."""
    rows = (
        f'<row r="{no}"><c r="A{no}" t="s"><v>{no % 1000}</v></c><c r="B{no}" s="1"><v>{46_000 + no % 300}</v></c>'
        + "".join(f'<c r="{letter}{no}"><v>{no * 7 % 1000}.25</v></c>' for letter in "CDEFGHIJKL")
        + "</row>"
        for no in range(1, SHEET_ROWS + 1)
    )
    book(path, "".join(rows), texts="".join(f"<si><t>Client {no}</t></si>" for no in range(1000)))


def read(path: Path) -> str:
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        text, sheet = Path(folder) / "metrics.csv", Path(folder) / "metrics.xlsx"
        write_text(text)
        write_sheet(sheet)
        started = time.perf_counter()
        with text.open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(file))
        took = time.perf_counter() - started
        print(f"csv.reader alone: {rows:,} rows in {took:.1f} s, {rows / took:,.0f} a second")
        print(f"CSV: {read(text)}")
        print(f"XLSX, twelve columns: {read(sheet)}")


if __name__ == "__main__":
    main()
