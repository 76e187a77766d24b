"""The shock detector by NAB's own scorer, standard profile: ``python -m tests.benchmarks.shock``.

The scorer, after "Evaluating Real-time Anomaly Detection Algorithms" (Lavin and Ahmad, 2015) and NAB's code:
the first 15% of a file's rows are not scored; a labelled window earns the best of its told rows, by
σ(y) = 2 / (1 + e^5y) − 1 at their place y from −1 (its left edge) to 0 (its right), and −1 where none was
told; a told row outside costs 0.11 · σ of its distance from the window before it, in widths of that window,
0.11 where there is none. One threshold for all files, the one that earns most. 100 is every window told on
its first row, 0 is silence.
"""

import csv
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scoring.shock import SHOCK, shock
from tests.benchmarks.forecast import data

FALSE_ROW = 0.11
PROBATION, PROBATION_MOST = 0.15, 750

Window = tuple[int, int]


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


def main() -> None:
    """Print the score, or say where the data is missing."""
    folder = data() / "nab"
    if not folder.is_dir():
        print(f"no data of NAB's in {folder}: set ATRISK_DATA to the folder that holds nab/")
        return
    rows: list[Row] = []
    labelled: set[tuple[str, int]] = set()
    taken = 0.0
    for key, limits in json.loads((folder / "windows.json").read_text()).items():
        name = key.rsplit("/", 1)[-1]
        moments, values, windows = read(folder / name, limits)
        begun = time.perf_counter()
        scores = shock(values, moments)
        taken += time.perf_counter() - begun
        rows += counted(name, scores, windows)
        labelled |= {(name, n) for n in range(len(windows))}
    found = list(outcomes(rows, labelled))
    best = max(found, key=lambda outcome: outcome.points)
    fixed = [outcome for outcome in found if outcome.threshold >= SHOCK][-1]
    print(f"{len(rows)} rows scored, {taken / len(rows) * 1e6:.0f} µs each; {len(labelled)} windows; 100 is perfect")
    for title, outcome in (("the best threshold", best), (f"our own, {SHOCK}", fixed)):
        print(f"{title:20} {outcome.points:5.1f} points, {outcome.false_rows} false rows (bar: 75 and 6)")
    for window, earns in sorted(best.windows.items()):
        print(f"  {window[0]} window {window[1] + 1}: {'missed' if earns == -1 else f'{earns:.2f}'}")


if __name__ == "__main__":
    main()
