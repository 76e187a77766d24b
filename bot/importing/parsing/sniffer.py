"""The first pass through a file.

It finds out how the dates and numbers of each column are written.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.importing.parsing import currencies, date_style, dates, keys, numbers, plain_numbers
from bot.importing.parsing.cells import Cell
from bot.importing.parsing.columns import DATE_TYPES, NUMERIC_TYPES, Column
from bot.importing.parsing.currencies import Currency
from bot.importing.parsing.date_style import DateFinding, DateTraits
from bot.importing.parsing.units import PLAIN, Unit
from bot.importing.parsing.values import ColumnFormat

_MAX_TRAITS = 20_000
"""Different days remembered of a column: more than a century has hardly any file."""
_ONE_DIGIT = str.maketrans("23456789", "1" * 8)
"""Which digits a number has says nothing of how it is written, but whether they are zeros."""


class Sniffer:
    """Pass it all rows with `inspect`, then ask for the `column_formats`."""

    def __init__(self, columns: Sequence[Column], positions: Mapping[str, int]) -> None:
        self._columns = columns
        self._traits: dict[str, set[DateTraits]] = {each.name: set() for each in columns if each.type in DATE_TYPES}
        self._dated = [(positions[name], traits) for name, traits in self._traits.items()]
        self._styles: dict[str, set[str]] = {each.name: set() for each in columns if each.type in NUMERIC_TYPES}
        self._numeric = [(positions[name], styles) for name, styles in self._styles.items()]
        self._keyed = [(positions[each.name], each.name) for each in columns if each.type == "key"]
        self._long_keys: set[str] = set()
        self._currency = positions.get("currency")
        self._currencies: set[Cell] = set()

    def inspect(self, columns: Sequence[Sequence[Cell]]) -> None:
        """Inspect the cells of some rows, by position: their dates, their decimal marks and their keys."""
        for position, traits in self._dated:
            if len(traits) < _MAX_TRAITS:
                traits.update(date_style.describe(cell) for cell in set(columns[position]) if cell is not None)
        for position, styles in self._numeric:
            texts = [cell for cell in columns[position] if type(cell) is str]
            marks = plain_numbers.find_marks(texts)
            if marks is None:
                forms = {text.translate(_ONE_DIGIT) for text in texts}
                marks = {numbers.detect_style(form) for form in forms if "." in form or "," in form}
            styles.update(marks)
        for position, name in self._keyed:
            for cell in set(columns[position]):
                if isinstance(cell, str) and keys.is_long_number(cell) and not keys.has_lost_digits(cell):
                    self._long_keys.add(name)
        if self._currency is not None:
            self._currencies.update(columns[self._currency])

    def column_formats(
        self,
        order: dates.DateOrder | None = None,
        decimal: str | None = None,
        *,
        units: Mapping[str, Unit] | None = None,
        epoch_1904: bool = False,
        today: date | None = None,
    ) -> dict[str, ColumnFormat]:
        """Return each column's format; `order` and `decimal` override what the dates and numbers show.

        Raises:
            ImportFileError: when the dates do not show the order of day and month, or contradict each other.
        """
        told = units or {}
        findings = self._find_dates(order, told, today)
        everywhere, decimals = self._decide_mark_everywhere(), self._count_decimals()
        return {
            column.name: ColumnFormat(
                date_order=findings[column.name].order if column.name in findings else None,
                decimal_mark=decimal or self._decide_mark(column.name, everywhere),
                unit=told.get(column.name, PLAIN),
                epoch_1904=epoch_1904,
                decimal_told=decimal is not None,
                thousandths=any(len(style) == 2 and style[0] != "?" for style in self._styles.get(column.name, ())),
                swapped=column.name in findings and findings[column.name].swapped,
                midnights=column.name in findings and findings[column.name].midnights,
                decimals=decimals,
                long_keys=column.name in self._long_keys,
                today=today,
            )
            for column in self._columns
        }

    def _find_dates(
        self, order: dates.DateOrder | None, units: Mapping[str, Unit], today: date | None
    ) -> dict[str, DateFinding]:
        """Decide over all columns but those whose title says the order, each of which is by itself."""
        titled = {name: unit.date_order for name, unit in units.items() if unit.date_order and name in self._traits}
        others = {name: traits for name, traits in self._traits.items() if name not in titled}
        findings = date_style.decide(others, order, today)
        for name, own_order in titled.items():
            findings |= date_style.decide({name: self._traits[name]}, own_order, today)
        return findings

    def _count_decimals(self) -> int | None:
        """Return how many decimals an amount can have in all currencies of the file's own column for them."""
        found = [currencies.find_code(str(cell)) for cell in self._currencies]
        digits = [currencies.digits_of(Currency(code)) for code in found if code]
        return max((each for each in digits if each is not None), default=None) if len(digits) == len(found) else None

    def _decide_mark(self, name: str, everywhere: str) -> str:
        if name not in self._styles:
            return ""
        marks = _sure_marks(self._styles[name])
        return "".join(sorted(marks, reverse=True)) if marks else everywhere

    def _decide_mark_everywhere(self) -> str:
        """Return the decimal mark that all sure numbers of the file share; else what its whole numbers show.

        In a column of whole numbers, 1.234 can only have a dot between its thousands.
        """
        marks = _sure_marks(set().union(*self._styles.values()))
        if marks:
            return marks.pop() if len(marks) == 1 else ""
        counts = set().union(*(self._styles[each.name] for each in self._columns if each.type in {"count", "limit"}))
        grouping = {style[1] for style in counts if style.startswith("?") and len(style) == 2}
        return {".": ",", ",": "."}[grouping.pop()] if len(grouping) == 1 else ""


def _sure_marks(styles: set[str]) -> set[str]:
    return {style[0] for style in styles if style and style[0] != "?"}
