"""A first look through a file.

It tells in which order the dates have day and month, which sign the decimals have, and which rows a later one with the
same key replaces.
"""

from collections.abc import Mapping, Sequence

from bot.importing.errors import ImportFileError
from bot.importing.parsing import dates, numbers
from bot.importing.parsing.cells import Cell, is_nothing
from bot.importing.parsing.columns import DATED, NUMERIC, Column
from bot.importing.parsing.values import Style


class Survey:
    """Show it every row with `look`, then ask for the `styles`."""

    def __init__(self, columns: Sequence[Column], places: Mapping[str, int], key: Sequence[str]) -> None:
        self._columns = columns
        told = key if "external_id" in places or "external_id" not in key else ()
        self._key = [places[name] for name in told if name in places]
        self._by_external_id = "external_id" in told
        self._last: dict[int, int] = {}
        self.replaced: set[int] = set()
        """Numbers of the rows that a later one replaces."""
        self._dated = [places[column.name] for column in columns if column.type in DATED]
        self._marks: dict[str, set[str]] = {column.name: set() for column in columns if column.type in NUMERIC}
        self._numeric = [(places[name], marks) for name, marks in self._marks.items()]
        self._orders: set[str] = set()
        self._open = ""

    def look(self, number: int, cells: Sequence[Cell]) -> None:
        """Take in one row."""
        width = len(cells)
        self._look_for_repeats(number, cells)
        for place in self._dated:
            cell = cells[place] if place < width else None
            if isinstance(cell, str):
                order = dates.vote(cell)
                self._orders.add(order)
                if order == "open":
                    self._open = self._open or cell.strip()
        for place, marks in self._numeric:
            cell = cells[place] if place < width else None
            if isinstance(cell, str) and ("." in cell or "," in cell):
                marks.add(numbers.vote(cell))

    def _look_for_repeats(self, number: int, cells: Sequence[Cell]) -> None:
        key = [cells[place] if place < len(cells) else None for place in self._key]
        if not key or (self._by_external_id and is_nothing(key[-1])):
            return
        mark = hash(tuple([cell.strip() if isinstance(cell, str) else cell for cell in key]))
        earlier = self._last.get(mark)
        if earlier is not None:
            self.replaced.add(earlier)
        self._last[mark] = number

    def styles(self, order: dates.Order | None) -> dict[str, Style]:
        """Give each column's style; `order` overrides what the dates tell.

        Raises:
            ImportFileError: when the order of day and month can't be told.
        """
        decided = order or self._order()
        everywhere = _only(set().union(*self._marks.values()))
        return {
            column.name: Style(decided, self._decimal(column.name, everywhere) if column.type in NUMERIC else "")
            for column in self._columns
        }

    def _order(self) -> dates.Order | None:
        said = self._orders - {""}
        if "dmy" in said and "mdy" in said:
            raise ImportFileError(
                "some of its dates have the day first and others the month: say --dates dmy or --dates mdy, "
                "and those that don't fit are refused"
            )
        if said == {"open"}:
            raise ImportFileError(
                f"its dates, like {self._open}, may have the day or the month first, and none of them tells: "
                "say --dates dmy or --dates mdy"
            )
        return "dmy" if "dmy" in said else "mdy" if "mdy" in said else None

    def _decimal(self, name: str, everywhere: str) -> str:
        own = self._marks[name] - {""}
        return _only(own) if own else everywhere


def _only(marks: set[str]) -> str:
    """Give the one sign that is told; nothing where none or both are."""
    told = marks - {""}
    return told.pop() if len(told) == 1 else ""
