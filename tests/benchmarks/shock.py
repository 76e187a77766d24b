"""The shock detector by NAB's own scorer, standard profile: ``python -m tests.benchmarks.shock``.

The scorer, after "Evaluating Real-time Anomaly Detection Algorithms" (Lavin and Ahmad, 2015) and NAB's code:
the first 15% of a file's rows are not scored; a labelled window earns the best of its told rows, by
σ(y) = 2 / (1 + e^5y) − 1 at their place y from −1 (its left edge) to 0 (its right), and −1 where none was
told; a told row outside costs 0.11 · σ of its distance from the window before it, in widths of that window,
0.11 where there is none. One threshold for all files. 100 is every window told on its first row, 0 is silence.
The whole curve is shown: our own threshold is in the middle of the span over which the score holds.

Beside it: how often ordinary daily series rise above `scoring.shock.threshold`, by what it promises.
"""

import csv
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from scoring.shock import SHOCK, shock, threshold
from tests.benchmarks.daily_worlds import poisson
from tests.benchmarks.forecast import data

FALSE_ROW = 0.11
PROBATION, PROBATION_MOST = 0.15, 750
HOLDS = 70
RATES = (0.2, 0.5, 1, 3)
SERIES, DAYS = 30, 3 * 365
FIRST = datetime(2023, 1, 2, tzinfo=UTC)

Window = tuple[int, int]
File = tuple[str, list[datetime], list[float], list[Window]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that counts: its score, what telling it earns, and its window (None: it is a false one)."""

    score: float
    earns: float
    window: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What telling all rows from ``threshold`` on earns on NAB's scale, and how many of them are false."""

    threshold: float
    points: float
    false_rows: int
    windows: dict[tuple[str, int], float]


def read(path: Path, limits: list[list[str]]) -> tuple[list[datetime], list[float], list[Window]]:
    """Read a file of NAB's, and its windows as the numbers of their first and last rows."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    moments = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    windows = [tuple(moments.index(datetime.fromisoformat(edge)) for edge in pair) for pair in limits]
    return moments, [float(row["value"]) for row in rows], [(left, right) for left, right in windows]


def sigmoid(place: float) -> float:
    """Return what a told row is worth at ``place``, in widths of a window from its right edge."""
    return -1.0 if place >= 3 else 2 / (1 + math.exp(5 * place)) - 1


def counted(name: str, scores: list[float], windows: list[Window]) -> Iterator[Row]:
    """Yield the rows of a file that are scored."""
    probation = min(math.floor(PROBATION * len(scores)), PROBATION_MOST)
    for i, score in enumerate(scores[probation:], start=probation):
        inside = next((n for n, (left, right) in enumerate(windows) if left <= i <= right), None)
        if inside is not None:
            left, right = windows[inside]
            place = -(right - i + 1) / (right - left + 1)
            yield Row(score, sigmoid(place) / sigmoid(-1), (name, inside))
            continue
        left, right = max((window for window in windows if window[1] < i), default=(0, 0))
        place = (i - right) / (right - left) if right else 3.0
        yield Row(score, FALSE_ROW * sigmoid(place), None)


def outcomes(rows: list[Row], windows: set[tuple[str, int]]) -> Iterator[Outcome]:
    """Yield what each threshold would have earned, from telling nothing to telling every row."""
    earned = dict.fromkeys(windows, -1.0)
    cost, false_rows = 0.0, 0
    ordered = sorted(rows, key=lambda row: -row.score)
    yield Outcome(math.inf, 0.0, 0, dict(earned))
    for row, after in zip(ordered, [*ordered[1:], None], strict=True):
        if row.window is None:
            cost += row.earns
            false_rows += 1
        else:
            earned[row.window] = max(earned[row.window], row.earns)
        if after is None or after.score != row.score:
            points = 100 * (sum(earned.values()) + cost + len(windows)) / (2 * len(windows))
            yield Outcome(row.score, points, false_rows, dict(earned))


def scored(files: list[File]) -> list[Row]:
    """Score every file, and return its rows that count."""
    return [row for name, moments, values, windows in files for row in counted(name, shock(values, moments), windows)]


def _curve(rows: list[Row], labelled: set[tuple[str, int]]) -> None:
    """Print what each threshold earns, and the span in which that is at least ``HOLDS``."""
    found = list(outcomes(rows, labelled))
    told = [sum(row.score >= outcome.threshold for row in rows) for outcome in found]
    best = max(found, key=lambda outcome: outcome.points)
    fixed = [outcome for outcome in found if outcome.threshold >= SHOCK][-1]
    first = last = found.index(fixed)
    while found[first - 1].points >= HOLDS:
        first -= 1
    while found[last + 1].points >= HOLDS:
        last += 1
    print("threshold  rows told  false  points")
    for outcome, count in list(zip(found, told, strict=True))[1 : last + 8]:
        mark = " <- ours" if outcome is fixed else "" if outcome.points >= HOLDS else " -"
        print(f"{outcome.threshold:9.3f}{count:11}{outcome.false_rows:7}{outcome.points:8.1f}{mark}")
    for title, outcome in (("the best threshold", best), (f"our own, {SHOCK}", fixed)):
        print(f"{title:20} {outcome.points:5.1f} points, {outcome.false_rows} false rows")
    span = f"{found[last + 1].threshold:.3f} to {found[first].threshold:.3f}"
    print(f"at least {HOLDS} from {span}: rows told {told[first]} to {told[last]} (bar: twice as many)")
    for window, earns in sorted(fixed.windows.items()):
        print(f"  {window[0]} window {window[1] + 1}: {'missed' if earns == -1 else f'{earns:.2f}'}")


def ordinary(random: Random, results: float, days: int) -> list[float]:
    """Draw a price, or a cost of so many results a day: a weekday's rhythm, a level that strays, noise of 10 to 30%."""
    weekend, noise, stray = random.choice((1, 0.85, 0.6)), random.uniform(0.1, 0.3), random.choice((0, 0.005, 0.02))
    week, level, values = [random.uniform(0.85, 1.15) for _ in range(5)] + [weekend] * 2, 0.0, []
    for i in range(days):
        level = 0.98 * level + random.gauss(0, stray)
        spend, price = math.exp(level) * week[i % 7], random.lognormvariate(0, noise)
        if results < math.inf:
            values.append(100 * spend / max(0.5, poisson(random, results * spend / price)))
        else:
            values.append(100 * spend * price)
    return values


def _rates() -> None:
    """Print how often ordinary days are told at the thresholds that promise a rate."""
    print("\nordinary daily series, rises told a year" + "".join(f"{f'at {rate}':>9}" for rate in RATES))
    for results in (5, 12, 20, 50, math.inf):
        scores: list[float] = []
        for number in range(SERIES):
            values = ordinary(Random(f"{results} {number}"), results, DAYS)
            scores += [
                score
                for n, score in enumerate(shock(values, [FIRST + timedelta(days=i) for i in range(DAYS)]))
                if values[n] > values[n - 7]
            ]
        years = SERIES * (DAYS - 35) / 365
        told = [sum(score >= threshold(rate, results) for score in scores) / years for rate in RATES]
        title = "a price" if results == math.inf else f"a cost of {results} results a day"
        print(f"{title:40}" + "".join(f"{count:9.2f}" for count in told))


def main() -> None:
    """Print the scores, or say where the data is missing."""
    folder = data() / "nab"
    if folder.is_dir():
        limits = json.loads((folder / "windows.json").read_text())
        names = {key.rsplit("/", 1)[-1]: edges for key, edges in limits.items()}
        files = [(name, *read(folder / name, edges)) for name, edges in names.items()]
        begun = time.process_time()
        rows = scored(files)
        taken = time.process_time() - begun
        labelled = {(name, n) for name, _, _, windows in files for n in range(len(windows))}
        print(f"{len(rows)} rows scored, {taken / len(rows) * 1e6:.0f} µs each; {len(labelled)} windows")
        _curve(rows, labelled)
    else:
        print(f"no data of NAB's in {folder}: set ATRISK_DATA to the folder that holds nab/")
    _rates()


if __name__ == "__main__":
    main()
