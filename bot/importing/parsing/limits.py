"""What a file may hold at most, in one place: more is refused in one line, before it costs time or memory.

Each is far above what an agency's spreadsheet needs. Never here: what a single column may hold
(`bot.importing.parsing.columns`).
"""

MEBIBYTE = 1 << 20

MAX_TEXT_BYTES = 256 * MEBIBYTE
"""Of a CSV file: some four million rows of daily metrics."""
MAX_SPREADSHEET_BYTES = 32 * MEBIBYTE
"""Of an .xlsx file as it lies on the disk."""
MAX_UNPACKED_BYTES = 256 * MEBIBYTE
"""Of a sheet of an .xlsx file; whoever has more saves it as CSV."""
MAX_DIRECTORY_BYTES = MEBIBYTE // 2
"""Of the list of parts in an .xlsx file: some thousands of parts."""
MAX_LIST_BYTES = 4 * MEBIBYTE
"""Of the list of sheets in an .xlsx file, with all that stands beside it."""
MAX_SHEETS = 200
"""Of an .xlsx file."""
MAX_CELLS = 3_000_000
"""Of a sheet, the formatted empty ones included: some 200,000 rows of fifteen columns."""
MAX_SHEET_ROWS = 1_048_576
"""Of a sheet, as in every spreadsheet program."""
MAX_MERGES = 20_000
"""Areas of a sheet that are merged into one cell."""
MAX_TEXTS = 1_500_000
"""Different texts of an .xlsx file."""
MAX_ROW_CHARS = 1_000_000
"""Of one line of a CSV file: a longer one is no table."""
MAX_QUOTED_CHARS = 100_000
"""Of a row of a CSV file that takes up several lines: a longer one comes of a quotation mark that is never closed."""
MAX_READ_AGAIN = 1_000_000
"""Characters of a CSV file that are split again, because a quotation mark before them is never closed."""
MAX_LINE_BYTES = 4 * MAX_ROW_CHARS
"""Of one line, in any encoding."""
MAX_COLUMNS = 1_000
"""Cells of a row."""
MAX_CELL_CHARS = 32_767
"""Of a cell of a spreadsheet, as in Excel."""
MAX_SHARED_TEXT = 64 * MEBIBYTE
"""Bytes of the texts of an .xlsx file; and letters of a sheet's long ones, each counted as often as it is shown."""

MAX_NUMBER_CHARS = 100
"""Of a number, with its spaces and its currency."""
MAX_DATE_CHARS = 80
"""Of a date with its time."""
MAX_PERSON_CHARS = 320
"""Of an e-mail address, by its standard."""
MAX_CACHED_CHARS = 64
"""Of a cell that is remembered: long texts seldom recur."""
MAX_NAMED_COLUMNS = 20
"""Columns that an error or a report names; of the others, only how many there are."""
