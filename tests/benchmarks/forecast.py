"""The month-end forecast against the straight line: ``python -m tests.benchmarks.forecast``.

Every month that is whole in the data and has 60 days before it is forecast with 5, 10, 15, 20 and 25 of its
days known; an error is a share of the month's true total, and the gain is by how much their mean is lower than
the straight line's: the sum so far / days gone × days of the month. Groups are the public daily series, each by
itself, and each kind of world (`tests.benchmarks.daily_worlds`).

- As it is: gain and how often the 80% interval holds, by group.
- Left out: for each group the constants are chosen anew on all others and tried on the group: of a grid's best half,
  each constant's median, a plateau and not a peak. What counts is the mean gain, less three times what any group is
  worse than -1.5% at days 5 and 10. The rules before are tuned in the same way beside them.
- Told chances: for targets that know nothing of the truth, how often what was told came.
"""

import csv
import itertools
import math
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import fmean, median

from scoring import forecast
from scoring.forecast import Forecast, month_of, project, project_total
from tests.benchmarks.daily_worlds import COUNTS, KINDS, worlds
from tests.benchmarks.forecast_before import Rules, middle

DAYS = (5, 10, 15, 20, 25)
HISTORY = timedelta(days=60)
KEPT_DAYS = 120
DAY = timedelta(days=1)
WORLDS = 12  # of each kind
WORST, SAFE = -3.0, -1.5  # % at days 5 and 10: the bar, and what constants are chosen for
AXES = ((1.5, 1.75, 2.0), (1.5, 1.75, 2.0), (0.15, 0.3, 0.45))
AXES_BEFORE = ((2.0, 3.0, 5.0, 10.0), (1.5, 2.0, 3.0))
WIDTHS = (0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
TARGETS = (0.8, 0.9, 0.95, 1.05, 1.1, 1.25)
BINS = (0.0, 0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.98, 1.0)

Series = dict[date, float]
Gains = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Case:
    """One month on a day: what was known of it, and what became of it."""

    group: str
    day: int
    days: list[float]
    so_far: float
    ahead: int
    total: float
    last_month: float
    line: float
    line_error: float


def data() -> Path:
    """Return the folder of public data: ATRISK_DATA, or ../shared/data beside the repository."""
    here = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("ATRISK_DATA") or here.parent / "shared" / "data")


def all_series(folder: Path) -> dict[str, Series]:
    """Read every series of ``folder`` by name, in order of date."""
    found: dict[str, Series] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = [name for name in rows[0] if name.lower() not in {"date", "ds"}]
        for column in columns:
            name = f"{path.stem}:{column}" if len(columns) > 1 else path.stem
            values = {_day(row): float(row[column]) for row in rows if row[column] not in {"", "NA"}}
            logs = column == "y"
            found[name] = {day: math.exp(v) if logs else v for day, v in sorted(values.items())}
    return found


def _day(row: dict[str, str]) -> date:
    text = next(value for name, value in row.items() if name.lower() in {"date", "ds"})
    if "/" not in text:
        return date.fromisoformat(text)
    return datetime.strptime(text, "%d/%m/%Y" if len(text) == 10 else "%d/%m/%y").date()  # noqa: DTZ007


def cases(group: str, series: Series) -> Iterator[Case]:
    """Take each whole month of ``series`` on each of the days."""
    first, last = min(series), max(series)
    start = month_of(first + HISTORY - DAY)[1]
    while month_of(start)[1] - DAY <= last:
        end = month_of(start)[1]
        month = _values(series, start, end)
        for day in DAYS if sum(month) > 0 else ():
            today = start + DAY * day
            known = _values(series, max(first, today - DAY * KEPT_DAYS), today)
            before = sum(_values(series, month_of(start - DAY)[0], start))
            total, line = sum(month), sum(month[:day]) / day * len(month)
            off = abs(line - total) / total
            yield Case(group, day, known, sum(month[:day]), len(month) - day, total, before, line, off)
        start = end


def _values(series: Series, start: date, end: date) -> list[float]:
    return [series.get(start + DAY * i, 0.0) for i in range((end - start).days)]


def told(case: Case) -> Forecast:
    """Forecast a case as `scoring.signals` does."""
    return project_total(case.days, case.so_far, case.ahead, elapsed=case.day)


def use(half_life: float, chance: float, line: float) -> None:
    """Let the forecast work with other constants."""
    weights = [0.5 ** (age / half_life) for age in range(len(forecast._LATEST_WEIGHTS))]
    forecast._LATEST_WEIGHTS[:] = weights
    steady = forecast._STEADY_WEIGHTS
    forecast._DOUBT[1:] = [
        forecast._variance(weights[:n]) - forecast._variance(steady[:n]) for n in range(1, len(steady) + 1)
    ]
    forecast._CHANCE, forecast._LINE = chance, line


def gains(found: Sequence[Case], totals: Sequence[float]) -> Gains:
    """Return by how many % the mean error of forecast totals is lower than the straight line's, by group and day."""
    errors: dict[tuple[str, int], list[float]] = {}
    for case, total in zip(found, totals, strict=True):
        pair = errors.setdefault((case.group, case.day), [0.0, 0.0])
        pair[0] += abs(total - case.total) / case.total
        pair[1] += case.line_error
    gained: Gains = {}
    for (group, _), (ours, lines) in errors.items():
        gained.setdefault(group, []).append(100 * (1 - ours / lines))
    return gained


def mean(gained: Gains, leaving_out: str = "") -> float:
    """Return the mean gain of all groups but one."""
    return fmean(fmean(row) for group, row in gained.items() if group != leaving_out)


def worst(gained: Gains, leaving_out: str = "") -> float:
    """Return the least gain of a group at days 5 and 10."""
    return min(min(row[:2]) for group, row in gained.items() if group != leaving_out)


def left_out(tried: Sequence[Gains], axes: Sequence[Sequence[float]]) -> tuple[Gains, list[int]]:
    """Return each group's gain with the constants chosen without it, and which of the grid those were."""
    points = list(itertools.product(*(range(len(axis)) for axis in axes)))
    gained: Gains = {}
    chosen = []
    for group in tried[0]:
        values = [mean(each, group) + 3 * min(0, worst(each, group) - SAFE) for each in tried]
        best = sorted(range(len(tried)), key=lambda n: -values[n])[: len(tried) // 2]
        middle_one = tuple(sorted(column)[len(best) // 2] for column in zip(*(points[n] for n in best), strict=True))
        chosen.append(points.index(middle_one))
        gained[group] = tried[chosen[-1]][group]
    return gained, chosen


def _row(label: str, values: Sequence[float], form: str = "8.1f") -> str:
    return f"{label[:36]:37}" + "".join(f"{value:{form}}" for value in values)


def _mean_rows(rows: dict[str, list[float]], form: str = "8.1f") -> None:
    public, kinds = [[row for group, row in rows.items() if (group in KINDS) is own] for own in (False, True)]
    for label, chosen in (
        ("mean of the public series", public),
        ("mean of the kinds", kinds),
        ("mean", public + kinds),
    ):
        if chosen:
            print(_row(label, [fmean(column) for column in zip(*chosen, strict=True)], form))


def _holds(found: Sequence[Case], forecasts: Sequence[Forecast], width: float = 1.0) -> dict[str, list[float]]:
    """Return how often, in %, intervals of so many times the width hold, by group and day."""
    held: dict[tuple[str, int], list[bool]] = {}
    for case, each in zip(found, forecasts, strict=True):
        low = max(each.mid - width * (each.high - each.mid), min(each.mid, case.so_far))
        held.setdefault((case.group, case.day), []).append(
            low <= case.total <= each.mid + width * (each.high - each.mid)
        )
    rows: dict[str, list[float]] = {}
    for (group, _), inside in held.items():
        rows.setdefault(group, []).append(100 * fmean(inside))
    return rows


def _as_it_is(found: Sequence[Case]) -> None:
    forecasts = [told(case) for case in found]
    gained, holds = gains(found, [each.mid for each in forecasts]), _holds(found, forecasts)
    days = "".join(f"  day {day:2}" for day in DAYS)
    print(f"{'as it is':37}{days}   80% interval holds, %")
    both = {group: gained[group] + holds[group] for group in gained}
    for group, row in both.items():
        print(_row(group, row))
    _mean_rows(both)
    print(f"worst of days 5 and 10: {worst(gained):.1f}% (bar: {WORST})")
    print("\nthe interval's reach, in % of the middle, in the median; told as too early")
    for label, counts in (("amounts", False), ("counts", True)):
        chosen = [(case, each) for case, each in zip(found, forecasts, strict=True) if (case.group in COUNTS) is counts]
        reach = [[100 * (e.high - e.mid) / e.mid for c, e in chosen if c.day == day and e.mid > 0] for day in DAYS]
        early = [100 * fmean(e.too_early for c, e in chosen if c.day == day) for day in DAYS]
        print(_row(label, [*map(median, reach), *early]))
    _width_left_out(found, forecasts)
    _chances(found, forecasts)


def _width_left_out(found: Sequence[Case], forecasts: Sequence[Forecast]) -> None:
    """Choose the interval's width on all groups but one, nearest to 80%, and try it on that one."""
    by_width = {width: _holds(found, forecasts, width) for width in WIDTHS}
    amounts = [group for group in by_width[1.0] if group not in COUNTS]
    rows = {}
    for group in amounts:
        others = {w: fmean(fmean(rows[each]) for each in amounts if each != group) for w, rows in by_width.items()}
        rows[group] = by_width[min(others, key=lambda width: abs(others[width] - 80))][group]
    print("\n80% interval, its width chosen without the group (counts apart)")
    _mean_rows(rows)


def _chances(found: Sequence[Case], forecasts: Sequence[Forecast]) -> None:
    """Print how often what was told came, each month alike, for targets made from what was known."""
    told_and_came: dict[tuple[int, str], list[tuple[float, bool]]] = {}
    for case, each in zip(found, forecasts, strict=True):
        kind = "counts" if case.group in COUNTS else "kinds" if case.group in KINDS else "public"
        for target in (*(each.mid * times for times in TARGETS), case.line, case.last_month):
            chance = each.chance_under(target)
            at = next(n for n in range(1, len(BINS)) if chance <= BINS[n])
            told_and_came.setdefault((at, kind), []).append((chance, case.total < target))
    print("\nchance told, % -> came, %" + "".join(f"{kind:>18}" for kind in ("public", "kinds", "counts")))
    for at in range(1, len(BINS)):
        shown = ""
        for kind in ("public", "kinds", "counts"):
            said, came = zip(*told_and_came[at, kind], strict=True)
            shown += f"{100 * fmean(said):9.1f} ->{100 * fmean(came):6.1f}"
        print(f"{100 * BINS[at - 1]:5.0f} to {100 * BINS[at]:3.0f}{'':14}{shown}")


def _left_out(found: Sequence[Case]) -> None:
    own = (forecast._LATEST_HALF_LIFE, forecast._CHANCE, forecast._LINE)
    tried = []
    grid = list(itertools.product(*AXES))
    for constants in grid:
        use(*constants)
        tried.append(gains(found, [told(case).mid for case in found]))
    use(*own)
    ours, chosen = left_out(tried, AXES)
    before = []
    for half_life, odd in itertools.product(*AXES_BEFORE):
        rules = Rules(half_life, odd, 14 if half_life < 5 else 28)
        before.append(gains(found, [middle(case.days, case.so_far, case.ahead, rules) for case in found]))
    theirs, _ = left_out(before, AXES_BEFORE)
    days = "".join(f"  day {day:2}" for day in DAYS)
    print(f"\n{'left out':37}{days}   the rules before, tuned likewise")
    both = {group: ours[group] + theirs[group] for group in ours}
    for group, row in both.items():
        print(_row(group, row))
    _mean_rows(both)
    print(f"worst of days 5 and 10: {worst(ours):.1f}% (bar: {WORST}); the rules before: {worst(theirs):.1f}%")
    print("\nhalf-life, errors, line   mean   worst of days 5 and 10   chosen")
    for n, (constants, each) in enumerate(zip(grid, tried, strict=True)):
        mark = "  <- ours" if constants == own else ""
        print(f"{constants!s:22}{mean(each):8.1f}{worst(each):12.1f}{chosen.count(n):16}{mark}")


def _speed() -> None:
    first, rounds = date(2026, 1, 1), 3000
    for count in (35, 90):
        values = [1000.0 + (i * 37) % 200 for i in range(count)]
        as_of = first + DAY * count
        begun = time.process_time()
        for _ in range(rounds):
            project(values, first, as_of)
        print(f"{(time.process_time() - begun) / rounds * 1e6:.1f} µs a forecast from {count} days")


def main() -> None:
    """Print the tables; the public series are left out where they are missing."""
    _speed()
    folder = data() / "daily"
    if not folder.is_dir():
        print(f"no daily series in {folder}: set ATRISK_DATA to the folder that holds daily/")
    found = [case for name, series in all_series(folder).items() for case in cases(name, series)]
    found += [case for kind in KINDS for _, series in worlds(kind, WORLDS) for case in cases(kind, series)]
    print(f"{len({case.group for case in found})} groups, {len(found) // len(DAYS)} months\n")
    _as_it_is(found)
    _left_out(found)


if __name__ == "__main__":
    main()
