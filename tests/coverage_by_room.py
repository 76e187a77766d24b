"""The share of each room's lines that the tests run, against the share that room is held to.

Run after pytest, on the JSON that `--cov-report=json` writes: `python -m tests.coverage_by_room coverage.json`. Here:
what each room is held to. Never here: which lines count, and which tests are traced (`pyproject.toml`, `conftest`).
"""

import json
import sys
from collections import Counter
from pathlib import Path

LEAST = 90
"""Percent that any room has to reach."""
FLOORS = {
    "bot": 93,
    "bot/cli": 92,
    "bot/clients": 98,
    "bot/demo": 95,
    "bot/importing": 95,
    "bot/infra": 97,
    "bot/insight": 97,
    "bot/jobs": 96,
    "bot/judging": 98,
    "bot/messaging": 98,
    "bot/people": 98,
    "bot/practice": 92,
    "bot/reporting": 99,
    "bot/slack": 92,
    "bot/views": 98,
    "handlers": 97,
    "scoring": 98,
    "scoring/signals": 99,
}
"""Percent that each room stands at, less some tenths that differ from run to run, raised as it rises.

What only runs in a process of its own is not counted: a hostile file's reading, a start while Slack is ill."""


def room_of(path: str) -> str:
    """Return the room of a file: a package right under `bot/`, `bot` for its own files, or a top-level package."""
    top, *rest = Path(path).parts
    if top == "scoring":
        return "scoring/signals" if rest[0] == "signals" else top
    return f"{top}/{rest[0]}" if top == "bot" and len(rest) > 1 else top


def main(report: Path) -> int:
    """Print the table; return 1 where a room falls short, or where the floors and the rooms do not match."""
    lines, run = Counter[str](), Counter[str]()
    for path, found in json.loads(report.read_text())["files"].items():
        lines[room_of(path)] += found["summary"]["num_statements"]
        run[room_of(path)] += found["summary"]["covered_lines"]
    short = [f"{room} has a floor and no lines: take it out of FLOORS" for room in sorted(FLOORS.keys() - lines.keys())]
    print(f"{'room':<18}{'lines':>7}{'run':>9}{'floor':>7}")
    for room in sorted(lines):
        percent, floor = 100 * run[room] / max(lines[room], 1), FLOORS.get(room, LEAST)
        print(f"{room:<18}{lines[room]:>7}{percent:>8.1f}%{floor:>6}%")
        if percent < floor:
            short.append(f"{room} falls short of its {floor}%: write the tests that are missing")
    print(*short, sep="\n", end="\n" if short else "")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
