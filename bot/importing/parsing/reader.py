"""Reads a file in two passes: `open_file` finds out what its columns are and how they are written, `rows` parses them.

Of a text file only one row is in memory at a time; a spreadsheet is held as a whole.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from bot.importing import formats
from bot.importing.answers import Answers, Remembered, shape_of
from bot.importing.errors import ImportFileError, UnknownKindError
from bot.importing.formats import KnownExport
from bot.importing.parsing import currencies, headers, plain_numbers
from bot.importing.parsing.cells import Cell, display_text
from bot.importing.parsing.column_reader import ColumnReader, parse_chunk
from bot.importing.parsing.columns import DATE_TYPES, HINTS, KEYS, KINDS, NUMERIC_TYPES, Column, find_hinted
from bot.importing.parsing.data_rows import read_data
from bot.importing.parsing.dates import DateOrder
from bot.importing.parsing.files import open_table
from bot.importing.parsing.parsed_rows import ParsedChunk, ParsedRow
from bot.importing.parsing.raw_keys import RawKeys
from bot.importing.parsing.sniffer import Sniffer
from bot.importing.parsing.table import BrokenRow, TableSource
from bot.importing.parsing.titles import normalize_title
from bot.importing.parsing.units import PLAIN, Unit, bare_title, fits, read_unit
from bot.importing.parsing.values import ColumnFormat, Value, make_parser

SAMPLE_ROWS = 200
"""Rows by which a title that may stand for several columns is decided."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file whose columns are known, and how their cells are written."""

    kind: str
    columns: tuple[Column, ...]
    """Those that the file has, hints among them."""
    header: headers.Header
    export: KnownExport | None
    answers: Answers
    """What is said of it now, and what was said of an earlier file of its shape."""
    recalled: Answers
    """Of these, what was said of the earlier file alone."""
    total: int
    """Rows of data."""
    left_out: Mapping[str, int]
    """Rows that are no data, by what they are: title, total, section, footer, header."""
    source: TableSource
    formats: Mapping[str, ColumnFormat]
    keys: RawKeys
    currency: str = ""
    """Of amounts that do not say theirs, where whoever imports the file or a text above its columns says it."""
    key_positions: tuple[int, ...] = field(default=())
    names: frozenset[str] = frozenset()
    """Of the workspace's clients, in lower case."""

    @property
    def hints(self) -> tuple[Column, ...]:
        """The columns that are not stored."""
        known = KINDS[self.kind]
        return tuple(column for column in self.columns if column not in known)

    @property
    def needed(self) -> tuple[Column, ...]:
        """The columns whose cells must not be blank."""
        return tuple(column for column in KINDS[self.kind] if column.required and not column.may_be_blank)

    @property
    def hinted(self) -> frozenset[str]:
        """The columns whose values other columns of the file give."""
        return find_hinted({column.name for column in self.columns})

    @property
    def defaults(self) -> Mapping[str, str]:
        """What columns hold that the file does not have, or leaves blank."""
        return {**(self.export.defaults if self.export else {}), **self.answers.constants}

    @property
    def stand_ins(self) -> frozenset[str]:
        """The names of the columns whose blank cells something else stands in for."""
        return self.hinted | {*self.defaults, *(self.export.fallback if self.export else ())}

    @property
    def shape(self) -> str:
        """The same for files with the same column names."""
        return shape_of(self.header.titles)

    @property
    def column_names(self) -> frozenset[str]:
        """The names of the columns whose values the file says, be it by what the export is."""
        fallback = self.export.fallback if self.export else {}
        names = self.hinted | {column.name for column in self.columns} | self.defaults.keys()
        return frozenset(names | {name for name, other in fallback.items() if other in names})

    def chunks(self, names: Collection[str] | None = None) -> Iterator[ParsedChunk]:
        """Parse the rows of data in order, refused ones among them: all columns, or those of some names alone."""
        needed = {column.name for column in self.needed} - self.stand_ins
        readers = [
            self._make_reader(column, needed=column.name in needed)
            for column in self.columns
            if names is None or column.name in names
        ]
        for chunk in read_data(self.source, self.key_positions, len(self.header.titles), names=self.names):
            yield parse_chunk(chunk, readers)

    def read_cells(self, name: str, cells: Sequence[Cell]) -> Sequence[Value]:
        """Return the values of some cells of a column; None for one that can't be read."""
        column = next(column for column in self.columns if column.name == name)
        return self._make_reader(column, needed=False).read(cells)[0]

    def rows(self) -> Iterator[ParsedRow]:
        """Parse the rows of data in order, one by one."""
        for chunk in self.chunks():
            yield from chunk.rows()

    def meanings_of(self, column: str) -> Mapping[str, str]:
        """Return what a column's words mean, by their normalized text, where the export or its importer says so."""
        known = self.export.values.get(column, {}) if self.export else {}
        return {**known, **self.answers.values.get(column, {})}

    def _make_reader(self, column: Column, *, needed: bool) -> ColumnReader:
        meanings = {text: word for text, word in self.meanings_of(column.name).items() if word != formats.LEFT_OUT}
        column_format, position = self.formats[column.name], self.header.positions[column.name]
        plain = not meanings and plain_numbers.are_usual(column, column_format)
        parse = make_parser(column, column_format, meanings)
        return ColumnReader(column, position, parse, needed=needed, plain=plain)


def open_file(
    path: Path,
    kind: str,
    answers: Answers | None = None,
    *,
    sheet: str | None = None,
    remembered: Remembered | None = None,
    names: frozenset[str] = frozenset(),
    today: date | None = None,
) -> OpenedFile:
    """Open a file of a kind, a key of `KINDS`, with what is said of it, and what was said of earlier ones.

    `names` are those of the workspace's clients, in lower case: a row of one is no total, whatever it is called.
    `today` is the day of the import.

    Raises:
        UnknownKindError: when there is no such kind.
        ImportFileError: when the file as a whole can't be used.
    """
    if kind not in KINDS:
        raise UnknownKindError(f"{kind!r} is no kind of file; the kinds are {', '.join(KINDS)}")
    try:
        return _open(path, kind, answers or Answers(), sheet=sheet, remembered=remembered, names=names, today=today)
    except ImportFileError as error:
        raise ImportFileError(f"{path}: {error}") from None


def _open(
    path: Path,
    kind: str,
    answers: Answers,
    *,
    sheet: str | None,
    remembered: Remembered | None,
    names: frozenset[str],
    today: date | None,
) -> OpenedFile:
    columns = (*KINDS[kind], *HINTS.get(kind, ()))
    source = open_table(path, partial(_score_header, kind=kind, columns=columns, answers=answers), sheet)
    rows = source.read_rows()
    _, first = next(rows, (0, ()))
    if isinstance(first, BrokenRow) or not first:
        raise ImportFileError("is empty")
    titles = [display_text(cell) for cell in first]
    told, answers = answers, answers.over(remembered(shape_of(titles)) if remembered else Answers())
    export = _recognize(kind, titles, source.titles)
    samples = [cells for _, cells in islice(rows, SAMPLE_ROWS) if not isinstance(cells, BrokenRow)]
    header = headers.read_header(
        first, columns, headers.Naming(answers.columns, export, frozenset(answers.constants)), samples
    )
    present = tuple(column for column in columns if column.name in header.positions)
    headers.check_figures(kind, header, answers.columns, samples)
    units = {column.name: _unit_of(column, header) for column in present}
    key_positions = tuple(header.positions[column.name] for column in present if _identifies(column, kind))
    sniffer = Sniffer(present, header.positions)
    raw_keys = RawKeys({name: header.positions[name] for name in KEYS[kind] if name in header.positions})
    counts: Counter[str] = Counter({"title": source.title_rows})
    total = 0
    for chunk in read_data(source, key_positions, len(header.titles), counts, names):
        total += len(chunk.numbers)
        sniffer.inspect(chunk.columns)
        raw_keys.add(chunk.columns)
    if not total:
        raise ImportFileError("has column names and no rows below them")
    return OpenedFile(
        kind=kind,
        columns=present,
        header=header,
        export=export,
        answers=answers,
        recalled=answers.without(told),
        total=total,
        left_out={what: count for what, count in counts.items() if count},
        source=source,
        formats=_decide_formats(
            partial(sniffer.column_formats, units=units, epoch_1904=source.epoch_1904, today=today),
            told,
            answers.without(told),
        ),
        keys=raw_keys,
        currency=answers.currency or _currency_above(source.titles),
        key_positions=key_positions,
        names=names,
    )


def _decide_formats(
    formats_of: Callable[[DateOrder | None, str | None], dict[str, ColumnFormat]], told: Answers, recalled: Answers
) -> dict[str, ColumnFormat]:
    """Decide how each column is written: as is said, else as the file shows, else as it was said of an earlier file."""
    try:
        found = formats_of(told.dates, told.decimal)
    except ImportFileError:
        if recalled.dates is None:
            raise
        found = formats_of(recalled.dates, told.decimal)
    if recalled.decimal is None:
        return found
    return {name: replace(each, decimal_mark=each.decimal_mark or recalled.decimal) for name, each in found.items()}


def _identifies(column: Column, kind: str) -> bool:
    """Whether a row that is no total has something in a column."""
    if kind in {"clients", "contacts"}:
        return column.name in {"name", "last_name"}
    return column.required and (column.name in KEYS[kind] or column.type in DATE_TYPES) and not column.may_be_blank


def _score_header(cells: Sequence[Cell], kind: str, columns: Sequence[Column], answers: Answers) -> int:
    titles = [display_text(cell) for cell in cells]
    naming = headers.Naming(answers.columns, _recognize(kind, titles, ""))
    return headers.count_recognized(cells, columns, naming)


def _recognize(kind: str, titles: Sequence[str], above: str) -> KnownExport | None:
    forms = {form for title in titles for form in (normalize_title(title), normalize_title(bare_title(title)))}
    return formats.recognize(kind, forms, above)


def _unit_of(column: Column, header: headers.Header) -> Unit:
    """Return the unit that a column's title names.

    Raises:
        ImportFileError: when what stands in its brackets may change what its numbers mean, and is not understood
            or nothing that such a column can have.
    """
    title = header.titles[header.positions[column.name]]
    unit = read_unit(title)
    if unit is not None and fits(unit, column.type):
        return unit
    if column.name in header.said or column.type not in NUMERIC_TYPES | DATE_TYPES:
        return PLAIN
    if column.type == "value":
        raise ImportFileError(
            f'what the brackets of the column "{title}" mean is not known: write its scores on a scale from 0 to 10'
        )
    raise ImportFileError(
        f'what the brackets of the column "{title}" mean is not known: '
        f'if its cells are plain, say --map "{title}={column.name}"'
    )


_CURRENCY_ABOVE = re.compile(
    r"(?:currency|amounts?|figures|values|wahrung|währung|beträge|waluta|kwoty|moneda|importes|divisa|валюта|суммы)\b"
    r"[^\n]{0,30}?(?<![^\W\d_])([A-Z]{3}|[€£])(?![^\W\d_])",
    re.IGNORECASE,
)


def _currency_above(titles: str) -> str:
    """Return the currency that the text above the column names says the amounts are in; empty where it says none."""
    for found in _CURRENCY_ABOVE.finditer(titles):
        code = currencies.CURRENCY_SIGNS.get(found[1]) or found[1]
        if code.isupper() and code in currencies.codes():
            return code
    return ""
