"""Finds the columns of a file by their titles: in any case, with spaces or underscores, in five languages."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import IntEnum
from functools import cache

from bot.importing.errors import CellError, ImportFileError
from bot.importing.formats import LEFT_OUT, KnownExport
from bot.importing.parsing.aliases import COLUMN_ALIASES, WEAK_ALIASES
from bot.importing.parsing.cells import Cell, display_text, is_blank
from bot.importing.parsing.columns import STAND_INS, Column, find_hinted
from bot.importing.parsing.layout import is_figure
from bot.importing.parsing.limits import MAX_NAMED_COLUMNS
from bot.importing.parsing.titles import normalize_title
from bot.importing.parsing.units import bare_title
from bot.importing.parsing.values import ColumnFormat, make_parser
from scoring.vocabulary import METRICS


class _Rank(IntEnum):
    """What a title is matched by; a lower rank goes first."""

    SAID = 0
    EXPORT = 1
    NAME = 2
    ALIAS = 3
    NAME_BEFORE_BRACKETS = 4
    ALIAS_BEFORE_BRACKETS = 5
    WEAK = 6


@dataclass(frozen=True, slots=True)
class Header:
    """The positions of the known columns, and the titles of the others."""

    positions: Mapping[str, int]
    """From 0, by the name of the column."""
    titles: tuple[str, ...]
    """All, as written in the file."""
    unknown: tuple[str, ...]
    """Of the columns that are left out."""
    said: frozenset[str] = frozenset()
    """Names of the columns that were named by whoever imports the file."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    rank: _Rank
    position: int
    name: str


@dataclass(frozen=True, slots=True)
class Naming:
    """What is known of a file's columns beside their own titles."""

    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Our columns, or LEFT_OUT, by normalized title, as whoever imports the file says."""
    export: KnownExport | None = None
    constant: frozenset[str] = frozenset()
    """Our columns that hold the same in each row, and need no column of the file."""


def count_recognized(cells: Sequence[Cell], columns: Sequence[Column], naming: Naming | None = None) -> int:
    """Count the columns that a row has titles of."""
    titles = [display_text(cell) for cell in cells]
    return len({each.name for each in _find_candidates(titles, columns, naming or Naming())})


def read_header(
    cells: Sequence[Cell],
    columns: Sequence[Column],
    naming: Naming | None = None,
    samples: Sequence[Sequence[Cell]] = (),
) -> Header:
    """Find the columns in the row that has their titles.

    What whoever imports the file says goes before what is known of its format, a column's own name before an alias of
    it. A title that may stand for several columns is decided by the cells below it, of which `samples` has some.

    Raises:
        ImportFileError: when a required column is missing, or two columns may be the same one.
    """
    naming = naming or Naming()
    titles = tuple(display_text(cell) for cell in cells)
    by_name = {column.name: column for column in columns}
    candidates = sorted(
        _find_candidates(titles, columns, naming),
        # a yes or no can be read as a number, but hardly the other way round
        key=lambda each: (each.rank, each.position, by_name[each.name].type != "flag"),
    )
    chosen = _choose(candidates, by_name, samples)
    _check_amounts(candidates, chosen, titles)
    _check_twice(candidates, chosen, titles)
    positions = {name: candidate.position for name, candidate in chosen.items()}
    for name, other in STAND_INS.items():
        if name not in positions and other in positions:
            positions[name] = positions[other]
    used = set(positions.values())
    unknown = tuple(title for position, title in enumerate(titles) if position not in used and title)
    _check_required(columns, positions, unknown, titles, naming)
    said = frozenset(name for name, candidate in chosen.items() if candidate.rank is _Rank.SAID)
    return Header(positions, titles, unknown, said)


def _choose(
    candidates: Sequence[_Candidate], columns: Mapping[str, Column], samples: Sequence[Sequence[Cell]]
) -> dict[str, _Candidate]:
    chosen: dict[str, _Candidate] = {}
    used: set[int] = set()
    rivals = {each.position for each in candidates if _has_rival(each, candidates)}
    for each in candidates:
        if each.name in chosen or (each.position in used and each.rank is not _Rank.SAID):
            continue
        doubtful = each.rank is _Rank.WEAK or (each.rank >= _Rank.ALIAS and each.position in rivals)
        if doubtful and not _fits(columns[each.name], each.position, samples):
            continue
        chosen[each.name] = each
        used.add(each.position)
    for each in candidates:
        # a day of issue that is said to be the due day as well goes on being the day of issue
        if each.name not in chosen and columns[each.name].required and each.rank < _Rank.WEAK:
            chosen[each.name] = each
    return chosen


def _has_rival(candidate: _Candidate, candidates: Sequence[_Candidate]) -> bool:
    return any(other.position == candidate.position and other.name != candidate.name for other in candidates)


def _fits(column: Column, position: int, samples: Sequence[Sequence[Cell]]) -> bool:
    """Whether most of a column's cells can be read as what the column holds."""
    cells = {cell for row in samples if position < len(row) and not is_blank(cell := row[position])}
    readers = [make_parser(column, each) for each in (ColumnFormat("dmy", "."), ColumnFormat("mdy", ","))]
    readable = sum(any(_is_readable(cell, read) for read in readers) for cell in cells)
    return readable == len(cells) if column.type == "flag" else 2 * readable >= len(cells)


def _is_readable(cell: Cell, read: Callable[[Cell], object]) -> bool:
    try:
        read(cell)
    except CellError:
        return False
    return True


def _check_twice(candidates: Sequence[_Candidate], chosen: Mapping[str, _Candidate], titles: Sequence[str]) -> None:
    used = {each.position for each in chosen.values()}
    for each in candidates:
        holder = chosen.get(each.name)
        if holder and holder.rank == each.rank < _Rank.WEAK and each.position not in used:
            first, second = titles[holder.position], titles[each.position]
            advice = (
                f'say --map "{first}={each.name}" or --map "{second}={each.name}"'
                if normalize_title(first) != normalize_title(second)
                else "take one out or give it another name"
            )
            raise ImportFileError(f"two columns may be {each.name}, {first!r} and {second!r}: {advice}")


def _check_amounts(candidates: Sequence[_Candidate], chosen: Mapping[str, _Candidate], titles: Sequence[str]) -> None:
    """Check that one column alone may be an invoice's amount: beside another it is one with tax, the other without."""
    holder, used = chosen.get("amount"), {each.position for each in chosen.values()}
    if holder is None or holder.rank <= _Rank.EXPORT or "number" not in chosen:
        return
    for each in candidates:
        if each.name == "amount" and each.position not in used and each.rank < _Rank.WEAK:
            first, second = titles[holder.position], titles[each.position]
            raise ImportFileError(
                f"two columns may be amount, {first!r} and {second!r}: "
                f'say which is asked for, --map "{first}=amount" or --map "{second}=amount"'
            )


def list_titles(titles: Sequence[str]) -> str:
    """Name columns by their titles: the first MAX_NAMED_COLUMNS, and how many there are beyond them."""
    shown = ", ".join(titles[:MAX_NAMED_COLUMNS])
    more = len(titles) - MAX_NAMED_COLUMNS
    return f"{shown} … and {more:,} more" if more > 0 else shown


def _find_candidates(titles: Sequence[str], columns: Sequence[Column], naming: Naming) -> Iterator[_Candidate]:
    """Yield the columns that each title may stand for."""
    known = {column.name for column in columns}
    for position, title in enumerate(titles):
        full, bare = normalize_title(title), normalize_title(bare_title(title))
        said = naming.said.get(full)
        if said is not None:
            yield from (_Candidate(_Rank.SAID, position, name) for name in said if name != LEFT_OUT)
            if LEFT_OUT in said:
                continue
        by_export = naming.export and (naming.export.columns.get(full) or naming.export.columns.get(bare))
        if by_export:
            if by_export in known:
                yield _Candidate(_Rank.EXPORT, position, by_export)
            continue
        yield from (_Candidate(rank, position, name) for rank, name in _match_title(full, bare, columns))


def _match_title(full: str, bare: str, columns: Sequence[Column]) -> Iterator[tuple[_Rank, str]]:
    """Yield the columns of a title: one by its own name, else all by an alias; what is in brackets counts for less."""
    forms = [(full, _Rank.NAME, _Rank.ALIAS), (bare, _Rank.NAME_BEFORE_BRACKETS, _Rank.ALIAS_BEFORE_BRACKETS)]
    for title, by_name, by_alias in forms:
        found = [(by_name, column.name) for column in columns if column.name == title]
        found = found or [(by_alias, column.name) for column in columns if title in _aliases(_alias_key(column))]
        weak = [(_Rank.WEAK, column.name) for column in columns if title in _weak_aliases(column.name)]
        if found or weak:
            yield from (*found, *weak)
            return
    if _CURRENCY_WORD.search(full) and any(column.name == "currency" for column in columns):
        yield _Rank.WEAK, "currency"  # left out, its amounts would be taken for the client's own currency


_CURRENCY_WORD = re.compile(r"(?:^|_)(?:currency|wahrung\w*|waluta|moneda|divisa|валюта)(?:_|$)")


def _alias_key(column: Column) -> str:
    return column.alias_key or column.name


@cache
def _aliases(name: str) -> frozenset[str]:
    return frozenset(normalize_title(alias) for alias in COLUMN_ALIASES.get(name, "").split())


@cache
def _weak_aliases(name: str) -> frozenset[str]:
    return frozenset(normalize_title(alias) for alias in WEAK_ALIASES.get(name, "").split())


def _check_required(
    columns: Sequence[Column],
    positions: Mapping[str, int],
    unknown: Sequence[str],
    titles: Sequence[str],
    naming: Naming,
) -> None:
    export = naming.export
    given = {*positions, *find_hinted(positions), *naming.constant}
    given |= {*(export.defaults if export else ()), *(export.fallback if export else ())}
    missing = [column.name for column in columns if column.required and column.name not in given]
    if not missing:
        return
    name = missing[0]
    alike = {normalize_title(title): title for title in unknown}
    close = get_close_matches(name, alike, n=1, cutoff=0.6)
    hint = f' (is "{alike[close[0]]}" meant to be it?)' if close else ""
    found = list_titles([title for title in titles if title]) or "none"
    others = f" (nor {', '.join(missing[1:])})" if missing[1:] else ""
    advice = _ADVICE.get(name, f'If one of them is it, say --map "COLUMN={name}"')
    raise ImportFileError(f"there is no column {name}{others}{hint}; columns found: {found}. {advice}")


_ADVICE = {
    "kind": 'If one of them is it, say --map "COLUMN=kind"; if all are of one kind, say it like --map "kind:*=survey"',
    "client": 'If one of them is it, say --map "COLUMN=client"; if all is of one client, --map "client:*=KEY"',
    "due_on": 'If its invoices are due on the day they are made, say so with that day\'s column: --map "COLUMN=due_on"',
}
"""What to do about a missing column, where there is more to say than that it may have another name."""


def check_figures(
    kind: str, header: Header, said: Mapping[str, tuple[str, ...]], samples: Sequence[Sequence[Cell]]
) -> None:
    """Check that a file of figures does not lose them all: its rows would be stored, and say nothing.

    Raises:
        ImportFileError: when none of its columns is one of figures, and one that is left out has numbers.
    """
    figures, used = _FIGURES.get(kind, ()), set(header.positions.values())
    if not figures or any(name in header.positions for name in figures):
        return
    for at, title in enumerate(header.titles):
        if at in used or LEFT_OUT in said.get(normalize_title(title), ()):
            continue
        if title and any(at < len(row) and is_figure(row[at]) for row in samples):
            raise ImportFileError(
                f"there is no column of figures ({', '.join(figures)}), and {title!r} has numbers: "
                f'if it is one, say so, like --map "{title}={figures[0]}"; if not, --map "{title}=-"'
            )


_FIGURES = {"metrics": METRICS, "effort": ("hours", "hours_budget", "hourly_cost", "tools_cost")}
