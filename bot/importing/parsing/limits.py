"""What a file may hold at most, in one place: more is refused in one line, before it costs time or memory.

Each is far above what an agency's spreadsheet needs. Never here: what a single column may hold
(`bot.importing.parsing.columns`).
"""

MEBIBYTE = 1 << 20

MAX_TEXT_BYTES = 100 * MEBIBYTE
"""Of a CSV file: some two million rows of daily metrics."""
MAX_SPREADSHEET_BYTES = 32 * MEBIBYTE
"""Of an .xlsx file as it lies on the disk."""
MAX_UNPACKED_BYTES = 64 * MEBIBYTE
"""Of the parts of an .xlsx file that hold its sheets and texts; whoever has more saves it as CSV."""
MAX_DIRECTORY_BYTES = MEBIBYTE // 2
"""Of the list of parts in an .xlsx file: some thousands of parts."""
MAX_LIST_BYTES = 4 * MEBIBYTE
"""Of the list of sheets in an .xlsx file, with all that stands beside it."""
MAX_SHEETS = 200
"""Of an .xlsx file."""
MAX_CELLS = 1_500_000
"""Of a sheet, the empty ones up to its last row and column included."""
MAX_FAILED_FORMULAS = 20_000
"""Of a sheet."""
MAX_ROW_CHARS = 1_000_000
"""Of one line of a CSV file: a longer one is no table."""
MAX_QUOTED_CHARS = 100_000
"""Of a row of a CSV file that takes up several lines: a longer one comes of a quotation mark that is never closed."""
MAX_BROKEN_ROWS = 1_000
"""Of a CSV file, with quotation marks that are never closed: more cost time, and the file is to be saved anew."""
MAX_LINE_BYTES = 4 * MAX_ROW_CHARS
"""Of one line, in any encoding."""
MAX_COLUMNS = 1_000
"""Cells of a row."""
MAX_SHARED_TEXT = 64 * MEBIBYTE
"""Bytes of all texts of a sheet, each counted as often as a cell shows it."""

MAX_NUMBER_CHARS = 100
"""Of a number, with its spaces and its currency."""
MAX_DATE_CHARS = 64
"""Of a date with its time."""
MAX_PERSON_CHARS = 320
"""Of an e-mail address, by its standard."""
MAX_CACHED_CHARS = 64
"""Of a cell that is remembered: long texts seldom recur."""
MAX_NAMED_COLUMNS = 20
"""Columns that an error or a report names; of the others, only how many there are."""
