"""A full sweep of a big agency, against reading the same rows with the raw driver, on SQLite and on Postgres.

    python -m tests.benchmarks.sweep [CLIENTS]

The bars: at most 3 times as long, at most 200 MiB of memory; and when 100 clients of 100,000 changed, at most 2% of
the full sweep. Each measurement runs in a process of its own, so that its peak of memory is its own too.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine, text

from bot import sweep
from bot.db import connect, transaction
from tests.benchmarks import dataset
from tests.postgres import Postgres

CLIENTS = 100_000
CHANGED = 100
ROUNDS = 3
_CHUNK = 10_000
_READ = ("clients", "touchpoints", "invoices", "targets", "daily_metrics")


def raw(engine: Engine, tables: tuple[str, ...] = ("daily_metrics",)) -> float:
    """Read all rows of some tables with the driver's own cursor, in chunks: the best of some rounds, in seconds."""
    times = []
    for _ in range(ROUNDS):
        connection: Any = engine.raw_connection().driver_connection
        begun = time.perf_counter()
        for table in tables:
            cursor = connection.cursor() if engine.dialect.name == "sqlite" else connection.cursor(name="raw")
            cursor.execute(f"SELECT * FROM {table}")
            while cursor.fetchmany(_CHUNK):
                pass
            cursor.close()
        times.append(time.perf_counter() - begun)
        connection.rollback()
    return min(times)


def swept(engine: Engine) -> float:
    """Sweep until nobody is due; in seconds."""
    services: Any = SimpleNamespace(engine=engine, now=lambda: dataset.NOW, transaction=lambda: transaction(engine))
    begun = time.perf_counter()
    while sweep.run_one(services):
        pass
    return time.perf_counter() - begun


def touched(engine: Engine, clients: int) -> None:
    """Make so many clients due."""
    with engine.begin() as connection:
        due = connection.execute(text("SELECT min(created_at) FROM clients")).scalar_one()
        connection.execute(
            text("UPDATE clients SET next_check_at = :due WHERE id <= :clients"), {"due": due, "clients": clients}
        )


def measure(what: str, url: str) -> dict[str, float]:
    """Measure one thing in this process: seconds, and its peak of memory in MiB."""
    engine = connect(url)
    if what == "part":
        touched(engine, CHANGED)
    tasks: dict[str, Callable[[Engine], float]] = {
        "raw": raw,
        "raw_all": lambda each: raw(each, _READ),
        "full": swept,
        "part": swept,
    }
    seconds = tasks[what](engine)
    return {"seconds": seconds, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _apart(what: str, url: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", __spec__.name, what, url], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder, Postgres() as server:
        yield {"SQLite": f"sqlite:///{Path(folder) / 'atrisk.db'}", "Postgres": server.url("postgres")}


def report(clients: int) -> None:
    """Print the table."""
    print(f"{clients:,} clients, {dataset.DAYS} days of daily values each; seconds unless it says otherwise")
    print(f"{'':10}{'raw days':>10}{'raw rows':>10}{'sweep':>8}{'÷ days':>8}{'÷ rows':>8}{'MiB':>6}", end="")
    print(f"{f'{CHANGED} changed':>14}{'of full':>9}")
    with _databases() as urls:
        for name, url in urls.items():
            engine = connect(url)
            dataset.fill(engine, clients)
            engine.dispose()
            days, rows, full, part = (_apart(what, url) for what in ("raw", "raw_all", "full", "part"))
            ratios = [full["seconds"] / each["seconds"] for each in (days, rows)]
            print(f"{name:10}{days['seconds']:10.2f}{rows['seconds']:10.2f}{full['seconds']:8.1f}", end="")
            print(f"{ratios[0]:8.1f}{ratios[1]:8.1f}{full['mib']:6.0f}{part['seconds']:14.3f}", end="")
            print(f"{part['seconds'] / full['seconds']:9.2%}", flush=True)


def main() -> None:
    """Print the table for the size that the bar is set at."""
    report(CLIENTS)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], sys.argv[2])))
    else:
        report(int(sys.argv[1]) if len(sys.argv) == 2 else CLIENTS)
