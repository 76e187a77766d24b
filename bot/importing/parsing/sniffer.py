"""The first pass through a file.

It finds out the order of day and month, the decimal mark of each column, and which rows are replaced by a later row
with the same key.
"""

from collections.abc import Mapping, Sequence

from bot.importing.errors import ImportFileError
from bot.importing.parsing import dates, numbers
from bot.importing.parsing.cells import Cell, is_blank
from bot.importing.parsing.columns import DATE_TYPES, NUMERIC_TYPES, Column
from bot.importing.parsing.values import ColumnFormat


class Sniffer:
    """Pass it every row with `inspect_row`, then ask for the `column_formats`."""

    def __init__(self, columns: Sequence[Column], positions: Mapping[str, int], key: Sequence[str]) -> None:
        self._columns = columns
        key_columns = key if "external_id" in positions or "external_id" not in key else ()
        self._key = [positions[name] for name in key_columns if name in positions]
        self._by_external_id = "external_id" in key_columns
        self._last_row: dict[int, int] = {}
        self.replaced: set[int] = set()
        """Numbers of the rows that a later one replaces."""
        self._dated = [positions[column.name] for column in columns if column.type in DATE_TYPES]
        self._marks: dict[str, set[str]] = {column.name: set() for column in columns if column.type in NUMERIC_TYPES}
        self._numeric = [(positions[name], marks) for name, marks in self._marks.items()]
        self._orders: set[str] = set()
        self._example = ""

    def inspect_row(self, number: int, cells: Sequence[Cell]) -> None:
        """Inspect one row: its dates, its decimal marks and its key."""
        width = len(cells)
        self._note_repeats(number, cells)
        for position in self._dated:
            cell = cells[position] if position < width else None
            if isinstance(cell, str):
                order = dates.detect_order(cell)
                self._orders.add(order)
                if order == "ambiguous":
                    self._example = self._example or cell.strip()
        for position, marks in self._numeric:
            cell = cells[position] if position < width else None
            if isinstance(cell, str) and ("." in cell or "," in cell):
                marks.add(numbers.detect_decimal_mark(cell))

    def _note_repeats(self, number: int, cells: Sequence[Cell]) -> None:
        key = [cells[position] if position < len(cells) else None for position in self._key]
        if not key or (self._by_external_id and is_blank(key[-1])):
            return
        key_hash = hash(tuple([cell.strip() if isinstance(cell, str) else cell for cell in key]))
        earlier = self._last_row.get(key_hash)
        if earlier is not None:
            self.replaced.add(earlier)
        self._last_row[key_hash] = number

    def column_formats(self, order: dates.DateOrder | None) -> dict[str, ColumnFormat]:
        """Return each column's format; `order` overrides what the dates show.

        Raises:
            ImportFileError: when the dates do not show the order of day and month, or contradict each other.
        """
        date_order = order or self._decide_order()
        everywhere = _single_mark(set().union(*self._marks.values()))
        return {
            column.name: ColumnFormat(
                date_order, self._decide_mark(column.name, everywhere) if column.type in NUMERIC_TYPES else ""
            )
            for column in self._columns
        }

    def _decide_order(self) -> dates.DateOrder | None:
        seen = self._orders - {""}
        if "dmy" in seen and "mdy" in seen:
            raise ImportFileError(
                "some of its dates have the day first and others the month: say --dates dmy or --dates mdy, "
                "and those that don't fit are refused"
            )
        if seen == {"ambiguous"}:
            raise ImportFileError(
                f"its dates, like {self._example}, may have the day or the month first, and none of them tells: "
                "say --dates dmy or --dates mdy"
            )
        return "dmy" if "dmy" in seen else "mdy" if "mdy" in seen else None

    def _decide_mark(self, name: str, everywhere: str) -> str:
        seen = self._marks[name] - {""}
        return _single_mark(seen) if seen else everywhere


def _single_mark(marks: set[str]) -> str:
    """Return the only mark that was seen; empty where none or both were."""
    seen = marks - {""}
    return seen.pop() if len(seen) == 1 else ""
