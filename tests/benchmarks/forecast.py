"""The month-end forecast against the straight line, on public daily series: ``python -m tests.benchmarks.forecast``.

Every month that is whole in the data and has 60 days before it is forecast with 5, 10, 15, 20 and 25 of its
days known; an error is a share of the month's true total. The straight line is the sum so far / days gone ×
days of the month. Both ways of averaging are shown: each month alike, and each series alike.
"""

import csv
import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import fmean

from scoring.forecast import month_end, month_of, project

DAYS = (5, 10, 15, 20, 25)
BARS = (0, 0, None, 20, 20)
HISTORY = timedelta(days=60)
DAY = timedelta(days=1)
MADRID = ("metro", "bus", "road", "train", "total")

Series = dict[date, float]


@dataclass(frozen=True, slots=True)
class Case:
    """One forecast held against what became of the month: errors are shares of the true total."""

    series: str
    day: int
    error: float
    line_error: float
    inside: bool


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


def cases(name: str, series: Series) -> Iterator[Case]:
    """Forecast each whole month of ``series`` and hold it against the truth."""
    first, last = min(series), max(series)
    start, end = month_of(first + HISTORY + DAY * 30)
    start, end = (start, end) if start - DAY * 31 < first + HISTORY else month_of(start - DAY)
    while end - DAY <= last:
        month = [series.get(start + DAY * i, 0.0) for i in range((end - start).days)]
        total = sum(month)
        for day in DAYS if start >= first + HISTORY and total > 0 else ():
            forecast = month_end(series, start + DAY * (day - 1))
            line = sum(month[:day]) / day * len(month)
            yield Case(
                name,
                day,
                abs(forecast.mid - total) / total,
                abs(line - total) / total,
                forecast.low <= total <= forecast.high,
            )
        start, end = month_of(end)


def _by_month(chosen: list[Case], what: str) -> float:
    return fmean(getattr(case, what) for case in chosen)


def _by_series(chosen: list[Case], what: str) -> float:
    names = {case.series for case in chosen}
    return fmean(_by_month([case for case in chosen if case.series == name], what) for name in names)


def _report(found: list[Case]) -> None:
    for title, mean in (("each month alike", _by_month), ("each series alike", _by_series)):
        print(f"\n{title:18}" + "".join(f"  day {day:2}" for day in DAYS) + "     mean")
        of_day = [[case for case in found if case.day == day] for day in DAYS]
        ours = [mean(chosen, "error") for chosen in of_day]
        lines = [mean(chosen, "line_error") for chosen in of_day]
        gains = [100 * (1 - our / line) for our, line in zip(ours, lines, strict=True)]
        inside = [mean(chosen, "inside") for chosen in of_day]
        for label, row, unit in (
            ("straight line %", lines, 100),
            ("forecast %", ours, 100),
            ("lower by %", gains, 1),
            ("80% interval holds", inside, 100),
        ):
            print(f"{label:18}" + "".join(f"{value * unit:8.1f}" for value in row), f"{fmean(row) * unit:8.1f}")
    print(f"{'bar, lower by %':18}" + "".join(f"{'' if bar is None else bar:>8}" for bar in BARS), f"{12:8}")


def _speed() -> None:
    first, rounds = date(2026, 1, 1), 5000
    print()
    for count in (35, 90):
        values = [1000.0 + (i * 37) % 200 for i in range(count)]
        as_of = first + DAY * count
        begun = time.perf_counter()
        for _ in range(rounds):
            project(values, first, as_of)
        print(f"{(time.perf_counter() - begun) / rounds * 1e6:.1f} µs a forecast from {count} days")


def main() -> None:
    """Print the table, or say where the data is missing."""
    _speed()
    folder = data() / "daily"
    if not folder.is_dir():
        print(f"no daily series in {folder}: set ATRISK_DATA to the folder that holds daily/")
        return
    found = [case for name, series in all_series(folder).items() for case in cases(name, series)]
    names = sorted({case.series for case in found})
    print(f"{len(names)} series, {len(found) // len(DAYS)} months")
    _report(found)
    print("\nseries                                 forecast %  line %  interval holds %")
    for name in names:
        own = [case for case in found if case.series == name]
        figures = [100 * _by_month(own, what) for what in ("error", "line_error", "inside")]
        print(f"{name:38}" + "{:11.1f}{:8.1f}{:18.0f}".format(*figures))


if __name__ == "__main__":
    main()
