"""A full sweep of a big agency, against reading the same rows with the raw driver, on SQLite and on Postgres.

    python -m tests.benchmarks.sweep [CLIENTS]

The bars: with 35 days of daily values, at most 3 times as long and at most 200 MiB of memory; with 90 days and
something for every signal to judge by, 3 times and 250 MiB. When 100 clients of 100,000 changed, at most 2% of it.

"The same rows" are all that a sweep looks at, contacts, invoices and remarks among them, in the columns that it looks
at: the driver's own cursor fetches them as tuples, in chunks, the middle one of some rounds. Beside it stands the
reading of the daily values alone, most of those rows: the stricter measure. The sweep is the first one after an import,
which has every breach to open and every priority to write; where there is a second core, two processes share it, as
they do in production. Each measurement runs in a process of its own, so that its peak of memory is its own too (of two
processes at work, the sum of their peaks), on connections made alike, with the files in the system's cache; CPU is that
of the processes and, on Postgres, of their connections at the server: unlike the clock, it hardly depends on what else
the machine is doing.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, text

from bot.infra.db import connect
from bot.jobs import sweep
from bot.judging import daily_metrics
from tests.benchmarks import dataset
from tests.benchmarks.dataset import Fed
from tests.postgres import Postgres

CLIENTS = 100_000
KINDS = {"35 days of daily values each": Fed(35), "90 days, and something for every signal": Fed(90, remarks=True)}
CHANGED = 100
ROUNDS = 3
_CHUNK = 10_000
_DAYS = {"daily_metrics": f'client_id, "on", source, workspace_id, currency, {", ".join(daily_metrics.LOOKED_AT)}'}
_ROWS = _DAYS | {
    "clients": "id, workspace_id, owner_id, status, started_on, renews_on, lost_on, returns_on, monthly_fee, currency, "
    "billing, contact_limit_days, complexity, reporting, industry, created_at, silent_until",
    "touchpoints": "workspace_id, client_id, occurred_at, outcome, undone_at",
    "invoices": "workspace_id, client_id, number, issued_on, due_on, amount, paid_amount, paid_on, status, currency",
    "targets": "workspace_id, client_id, month, metric, target",
    "observations": "workspace_id, client_id, kind, occurred_on, value, resolved_on, label",
    "deadlines": "workspace_id, client_id, title, internal_due_on, promised_on, done_on, member_id",
    "roadmap": "workspace_id, client_id, title, planned_on, kind, done_on",
    "effort": "workspace_id, client_id, month, hours, hours_budget, hourly_cost, tools_cost",
}
_OURS = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
_TICK = 100
"""Of a second: how Linux counts a process's CPU."""
_FAREWELL = 0.3
"""Seconds until the server has seen a connection off, and its CPU is counted."""


def raw(engine: Engine, tables: dict[str, str]) -> None:
    """Read all rows of some tables, in these columns, with the driver's own cursor, in chunks."""
    connection: Any = engine.raw_connection().driver_connection
    for table, columns in tables.items():
        cursor = connection.cursor() if engine.dialect.name == "sqlite" else connection.cursor(name="raw")
        cursor.execute(f"SELECT {columns} FROM {table}")
        while cursor.fetchmany(_CHUNK):
            pass
        cursor.close()
    connection.rollback()


def touched(engine: Engine, clients: int) -> None:
    """Make so many clients due."""
    with engine.begin() as connection:
        due = connection.execute(text("SELECT min(created_at) FROM clients")).scalar_one()
        connection.execute(
            text("UPDATE clients SET next_check_at = :due WHERE id <= :clients"), {"due": due, "clients": clients}
        )


def measure(what: str, url: str) -> dict[str, float]:
    """Measure one thing in this process: seconds by the clock and of CPU, and its peak of memory in MiB."""
    engine = connect(url)
    if what == "part":
        touched(engine, CHANGED)
    rounds = []
    for _ in range(ROUNDS if what in {"days", "rows"} else 1):
        begun, busy = time.perf_counter(), _busy()
        if what in {"days", "rows"}:
            raw(engine, _DAYS if what == "days" else _ROWS)
        else:
            sweep.assess_all(engine, dataset.now)
        rounds.append((time.perf_counter() - begun, _busy() - busy))
    seconds, cpu = (median(each) for each in zip(*rounds, strict=True))
    peaks = (resource.getrusage(who).ru_maxrss for who in _OURS)
    return {"seconds": seconds, "cpu": cpu, "mib": sum(peaks) / 1024, "rounds": len(rounds)}


def _busy() -> float:
    """Give the seconds of CPU of this process, and of those beside it that have ended."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, _OURS))


def _apart(what: str, url: str, server: int | None) -> dict[str, float]:
    time.sleep(_FAREWELL)
    before = _reaped(server)
    done = subprocess.run([sys.executable, "-m", __spec__.name, what, url], check=True, capture_output=True, text=True)
    time.sleep(_FAREWELL)
    found = dict(json.loads(done.stdout))
    return found | {"cpu": found["cpu"] + (_reaped(server) - before) / found["rounds"]}


def _reaped(process: int | None) -> float:
    """Give the seconds of CPU of a process's children that have ended; nothing where Linux is not there to tell."""
    stat = Path(f"/proc/{process}/stat")
    if process is None or not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[13:15]
    return (int(user) + int(system)) / _TICK


@contextmanager
def _databases() -> Iterator[dict[str, tuple[str, int | None]]]:
    """Give an empty database of each kind: its address, and its server's process."""
    with tempfile.TemporaryDirectory() as folder, Postgres() as server:
        assert server.process is not None
        yield {
            "SQLite": (f"sqlite:///{Path(folder) / 'atrisk.db'}", None),
            "Postgres": (server.url("postgres"), server.process.pid),
        }


def report(clients: int) -> None:
    """Print a table for each kind of agency."""
    for what, fed in KINDS.items():
        print(f"{clients:,} clients, {what}; seconds by the clock (of CPU)")
        print(f"{'':9}{'raw days':>15}{'raw rows':>15}{'sweep':>15}{'÷ days':>15}{'÷ rows':>15}{'MiB':>6}", end="")
        print(f"{f'{CHANGED} changed':>15}{'of full':>9}")
        with _databases() as databases:
            for name, (url, server) in databases.items():
                engine = connect(url)
                dataset.fill(engine, clients, fed)
                engine.dispose()
                days, rows, full, part = (_apart(what, url, server) for what in ("days", "rows", "full", "part"))
                ratios = [{key: full[key] / each[key] for key in ("seconds", "cpu")} for each in (days, rows)]
                print(f"{name:9}" + "".join(f"{_both(each):>15}" for each in (days, rows, full, *ratios)), end="")
                print(f"{full['mib']:6.0f}{_both(part):>15}{part['seconds'] / full['seconds']:9.2%}", flush=True)


def _both(found: dict[str, float]) -> str:
    return f"{found['seconds']:.2f} ({found['cpu']:.2f})"


def main() -> None:
    """Print the tables for the size that the bars are set at."""
    report(CLIENTS)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], sys.argv[2])))
    else:
        report(int(sys.argv[1]) if len(sys.argv) == 2 else CLIENTS)
