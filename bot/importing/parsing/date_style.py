"""Finds out how the dates of a file are written: which of day, month and year comes first, and what Excel did to them.

`describe` looks at one cell, `decide` at all that was seen of each column. Never here: parsing a single date (`dates`).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from bot.importing.errors import CellError, ImportFileError
from bot.importing.parsing import dates
from bot.importing.parsing.cells import Cell
from bot.importing.parsing.dates import DateOrder
from bot.importing.parsing.limits import MAX_DATE_CHARS
from bot.importing.parsing.month_names import plain_letters

NEAR_YEARS = 2
"""Years from today in which most dates of a file lie."""
_FEWEST = 3
"""Different days that show which part of a date is the year."""
_TIME = re.compile(
    r"(?<![0-9])([0-9]{1,2})(?::|\.|h)([0-9]{2})(?:[:.]([0-9]{2}))?(?:[.,]0+)?(?![0-9])(?:\s?([ap])\.?\s?m)?"
)


class DateTraits(NamedTuple):
    """What one cell shows: its form, its three numbers as they stand there, and whether it has a time."""

    form: str = ""
    """``slash`` (also with dashes), ``dot``, ``iso``, ``cell`` (a spreadsheet's own date, as day, month, year)."""
    first: int = 0
    second: int = 0
    third: int = 0
    short: bool = False
    """Whether the year has two digits."""
    clock: str = ""
    """``midnight`` or ``time``; empty where it has none."""

    def orders(self) -> set[DateOrder]:
        """Return the orders in which a date is one of the calendar; none for one that never is."""
        first, second, third, short = self.first, self.second, self.third, self.short
        found: set[DateOrder] = set()
        if 1 <= first <= 31 and 1 <= second <= 12:
            found.add("dmy")
        if 1 <= first <= 12 and 1 <= second <= 31:
            found.add("mdy")
        if short and 1 <= second <= 12 and 1 <= third <= 31:
            found.add("ymd")
        return found


NOTHING = DateTraits()
_NO_DAYS = frozenset(
    parts for on in dates.PLACEHOLDERS for parts in ((on.day, on.month, on.year), (on.month, on.day, on.year))
)
"""Dates that stand for none: they show nothing of how the others are written."""


@dataclass(frozen=True, slots=True)
class DateFinding:
    """What holds for the dates of one column."""

    order: DateOrder | None = None
    swapped: bool = False
    midnights: bool = False


def describe(cell: Cell) -> DateTraits:
    """Say what a cell shows of the way in which its column's dates are written."""
    traits = NOTHING
    if isinstance(cell, str):
        traits = _describe_text(cell) if len(cell) <= MAX_DATE_CHARS else NOTHING
    elif isinstance(cell, datetime):
        clock = "midnight" if cell.time() == time() else "time"
        traits = DateTraits("cell", cell.day, cell.month, cell.year, clock=clock)
    elif isinstance(cell, date):
        traits = DateTraits("cell", cell.day, cell.month, cell.year)
    is_none = (traits.first, traits.second, traits.third) in _NO_DAYS or (
        traits.form and not traits.first * traits.second
    )
    return NOTHING if is_none else traits


@lru_cache(maxsize=8192)
def _describe_text(text: str) -> DateTraits:
    text = plain_letters(text)
    split = dates.SPLIT.search(text)
    if split and split.start() and text[split.start() - 1].isdigit():
        split = None
    iso = dates.ISO.match(text)
    if iso:
        day, month = iso[4] or iso[6] or iso[8], iso[3] or iso[5] or iso[7]
        return DateTraits("iso", int(day), int(month), int(iso[1]), clock=_read_clock(text[iso.end() :]))
    if split:
        form, clock = "dot" if split[2] == "." else "slash", _read_clock(text[split.end() :])
        return DateTraits(form, int(split[1]), int(split[3]), int(split[4]), len(split[4]) == 2, clock)
    return DateTraits(clock=_read_clock(text)) if ":" in text else NOTHING


def _read_clock(rest: str) -> str:
    found = _TIME.search(rest) if rest else None
    if not found:
        return "time" if rest.startswith("t") else ""
    hour = int(found[1]) % 12 if found[4] == "a" else int(found[1])
    return "time" if hour or int(found[2]) or int(found[3] or 0) else "midnight"


def decide(
    seen: Mapping[str, Collection[DateTraits]], told: DateOrder | None, today: date | None
) -> dict[str, DateFinding]:
    """Decide for each column how its dates are written, from all that was seen of the file.

    Raises:
        ImportFileError: when the dates contradict each other, or do not show which part is which.
    """
    everything = sorted(set().union(*seen.values()))
    _check_iso(everything)
    order = told or _decide_order(everything, today)
    swapped = _find_swapped(seen, order)
    return {name: DateFinding(order, name in swapped, _has_midnights_only(traits)) for name, traits in seen.items()}


def _check_iso(everything: Iterable[DateTraits]) -> None:
    iso = [each for each in everything if each.form == "iso"]
    odd = [each for each in iso if each.second > 12 >= each.first]
    if odd and not any(each.first > 12 for each in iso):
        example = f"{odd[0].third}-{odd[0].second:02}-{odd[0].first:02}"
        raise ImportFileError(f"its dates, like {example}, have the day before the month: write them like 2026-11-30")


def _decide_order(everything: Iterable[DateTraits], today: date | None) -> DateOrder | None:
    slashed = [each for each in everything if each.form == "slash"]
    dotted = [each for each in everything if each.form == "dot" and each.short]
    if _may_begin_with_year(dotted, today):
        slashed += dotted
    long = [order for each in slashed if not each.short and (order := each.orders())]
    possible: set[DateOrder] = {"dmy", "mdy"} if long else {"dmy", "mdy", "ymd"}
    possible = possible.intersection(*long)
    short = [each for each in slashed if each.short]
    allowed = [each.orders() for each in short if each.orders()]
    possible = possible.intersection(*allowed)
    if not possible:
        raise ImportFileError(
            "some of its dates have the day first and others the month: say --dates dmy or --dates mdy, "
            "and those that don't fit are refused"
        )
    if short and "ymd" in possible and len(possible) > 1:
        possible = _decide_year(short, possible, today)
    possible -= set() if short else {"ymd"}
    if len(possible) == 1:
        return possible.pop()
    unclear = [each for each in slashed if each.first != each.second]
    if unclear:
        example = _show(min((each for each in unclear if len(each.orders()) > 1), default=min(unclear)))
        raise ImportFileError(
            f"its dates, like {example}, may have the day or the month first, and none of them tells: "
            "say --dates dmy or --dates mdy"
        )
    return None


def _may_begin_with_year(dotted: Sequence[DateTraits], today: date | None) -> bool:
    """Whether the year of two digits may stand first in dates with dots, where it stands last nearly always."""
    possible = [orders for each in dotted if (orders := each.orders())]
    if not possible or not all("ymd" in orders for orders in possible):
        return False
    if {"ymd"} in possible:
        return True
    firsts, thirds = {each.first for each in dotted}, {each.third for each in dotted}
    return _are_near(firsts, today) and (not _are_near(thirds, today) or len(thirds) >= _FEWEST > len(firsts))


def _decide_year(short: Sequence[DateTraits], possible: set[DateOrder], today: date | None) -> set[DateOrder]:
    """Decide whether the year of two digits comes first or last: it changes less than the day, and is near today.

    Raises:
        ImportFileError: when it may be either.
    """
    firsts, thirds = {each.first for each in short}, {each.third for each in short}
    last_near, first_near = _are_near(thirds, today), _are_near(firsts, today)
    if not first_near or (last_near and len(thirds) < len(firsts) >= _FEWEST):
        return possible - {"ymd"}
    if not last_near and len(thirds) >= _FEWEST > len(firsts):
        return {"ymd"}
    example = _show(short[0])
    raise ImportFileError(
        f"its dates, like {example}, may have the year first or last: write years with four digits, "
        "or say --dates dmy, --dates mdy or --dates ymd"
    )


def _are_near(years: Iterable[int], today: date | None) -> bool:
    if today is None:
        return True
    try:
        return all(abs(dates.expand_year(year) - today.year) <= NEAR_YEARS for year in years)
    except CellError:
        return False


def _show(traits: DateTraits) -> str:
    year = f"{traits.third:02}" if traits.short else str(traits.third)
    return f"{traits.first:02}/{traits.second:02}/{year}"


def _has_midnights_only(traits: Collection[DateTraits]) -> bool:
    clocks = {each.clock for each in traits}
    return "midnight" in clocks and "time" not in clocks


def _find_swapped(seen: Mapping[str, Collection[DateTraits]], order: DateOrder | None) -> set[str]:
    """Tell in which columns a spreadsheet has taken the day for the month wherever it could.

    A file with dates like 11/20/2026, opened where the day comes first: what can't be a date stays a text, and all
    others become dates with day and month swapped. So all texts have a number beyond 12, and no date has a day beyond
    it. Swapped back, all lie close together. Columns without texts are compared with those that are swapped.

    Raises:
        ImportFileError: when a column may be so or not.
    """
    swapped = {name for name, traits in seen.items() if _is_swapped(name, traits, order)}
    sure = [on for name in swapped for each in seen[name] if (on := _build(each, order if _is_text(each) else "mdy"))]
    alone = {name for name, traits in seen.items() if name not in swapped and not any(map(_is_text, traits))}
    return swapped | {name for name in alone if sure and _may_be_swapped(seen[name]) and _is_closer(name, sure, seen)}


def _is_text(traits: DateTraits) -> bool:
    return traits.form == "slash"


def _converted(traits: Collection[DateTraits]) -> list[DateTraits]:
    """Return the dates that a spreadsheet may have made of texts."""
    return [each for each in traits if each.form in {"cell", "iso", "dot"} and not each.short]


def _may_be_swapped(traits: Collection[DateTraits]) -> bool:
    converted = _converted(traits)
    return all(each.first <= 12 for each in converted) and any(each.first != each.second for each in converted)


def _is_swapped(name: str, traits: Collection[DateTraits], order: DateOrder | None) -> bool:
    texts = [each for each in traits if _is_text(each)]
    if not texts or any(len(each.orders() - {"ymd"}) != 1 for each in texts) or not _may_be_swapped(traits):
        return False
    sure = [on for each in texts if (on := _build(each, order))]
    return _is_closer(name, sure, {name: traits})


def _is_closer(name: str, sure: Sequence[date], seen: Mapping[str, Collection[DateTraits]]) -> bool:
    """Tell whether a column's dates are closer to those that are sure once they are swapped back."""
    converted = _converted(seen[name])
    as_they_are = _span([*sure, *(on for each in converted if (on := _build(each, "dmy")))])
    back = _span([*sure, *(on for each in converted if (on := _build(each, "mdy")))])
    if back * 2 <= as_they_are:
        return True
    if as_they_are * 2 <= back:
        return False
    raise ImportFileError(
        f"a spreadsheet may have swapped day and month in some dates of the column {name}, and nothing shows it: "
        "write all of them like 2026-11-30"
    )


def _build(traits: DateTraits, order: DateOrder | None) -> date | None:
    day, month = (traits.second, traits.first) if order == "mdy" else (traits.first, traits.second)
    try:
        return date(dates.expand_year(traits.third) if traits.short else traits.third, month, day)
    except ValueError:
        return None


def _span(days: Collection[date]) -> int:
    return (max(days) - min(days)).days if days else 0
