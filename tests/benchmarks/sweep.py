"""A full sweep of a big agency, against reading the same rows with the raw driver, on SQLite and on Postgres.

    python -m tests.benchmarks.sweep [CLIENTS]

The bars, of CPU and in one process: at most 6 times the raw reading; a client costs as much at 100,000 as at 10,000,
within a fifth; by the clock at most 1.3 times the CPU; 150 MiB; when 100 clients of 100,000 changed, 2% of the full
sweep. On Postgres two workers are at least 1.7 times as fast as one, where there are cores for them and the server.

"The same rows" are all that a sweep looks at, contacts, invoices and remarks among them, in the columns that it looks
at: the driver's own cursor fetches them as tuples, in chunks, the middle one of some rounds. The sweep is the first one
after an import, which has every breach to open and every priority to write. Each measurement runs in a process of its
own, so that its peak of memory is its own too, on connections made alike, with the files in the system's cache; CPU is
that of the process and, on Postgres, of its connections at the server: unlike the clock, it hardly depends on what else
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

SMALL, CLIENTS = 10_000, 100_000
RATIO_BAR, MEMORY_BAR_MIB, CHANGED_BAR = 6.0, 150, 0.02
KINDS = {"35 days of daily values each": Fed(35), "90 days, and something for every signal": Fed(90, remarks=True)}
CHANGED = 100
ROUNDS = 3
_CHUNK = 10_000
_ROWS = {
    "daily_metrics": f'client_id, "on", source, workspace_id, currency, {", ".join(daily_metrics.SCORED_METRICS)}',
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
    if what in {"part", "again"}:
        touched(engine, CHANGED if what == "part" else 10**9)
    rounds = []
    for _ in range(ROUNDS if what == "rows" else 1):
        begun, busy = time.perf_counter(), _busy()
        if what == "rows":
            raw(engine, _ROWS)
        else:
            sweep.assess_all(engine, dataset.now)
        rounds.append((time.perf_counter() - begun, _busy() - busy))
    seconds, cpu = (median(each) for each in zip(*rounds, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "cpu": cpu, "mib": peak / 1024, "rounds": len(rounds)}


def _busy() -> float:
    """Give the seconds of CPU of this process."""
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


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


def _two_workers(url: str) -> float:
    """Give by how much two workers are faster than one at sweeping everybody again."""
    alone = _apart("again", url, None)["seconds"]
    engine = connect(url)
    touched(engine, 10**9)
    engine.dispose()
    begun = time.perf_counter()
    command = [sys.executable, "-m", __spec__.name, "full", url]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    for worker in workers:
        worker.communicate()
    return alone / (time.perf_counter() - begun)


def report(clients: int) -> bool:
    """Print a table for each kind of agency; say whether the bars are met."""
    is_met = True
    for what, fed in KINDS.items():
        print(f"{clients:,} clients, {what}; seconds of CPU (by the clock)")
        print(f"{'':9}{'raw rows':>15}{'sweep':>15}{'÷ raw':>7}{'clock ÷ CPU':>12}{'µs a client':>12}", end="")
        print(f"{f'at {SMALL:,}':>12}{'MiB':>6}{f'{CHANGED} changed':>15}{'of full':>9}{'two workers':>12}")
        small = _per_client(SMALL, fed)
        with _databases() as databases:
            for name, (url, server) in databases.items():
                engine = connect(url)
                dataset.fill(engine, clients, fed)
                engine.dispose()
                rows, full, part = (_apart(each, url, server) for each in ("rows", "full", "part"))
                ratio, share, each = full["cpu"] / rows["cpu"], part["cpu"] / full["cpu"], full["cpu"] / clients * 1e6
                print(
                    f"{name:9}{_both(rows):>15}{_both(full):>15}{ratio:7.2f}{full['seconds'] / full['cpu']:12.2f}",
                    end="",
                )
                print(f"{each:12.0f}{small[name]:12.0f}{full['mib']:6.0f}{_both(part):>15}{share:9.2%}", end="")
                print(f"{f'{_two_workers(url):.2f}×' if server else '':>12}", flush=True)
                is_met &= ratio <= RATIO_BAR and full["mib"] <= MEMORY_BAR_MIB and share <= CHANGED_BAR
                is_met &= abs(each / small[name] - 1) <= 0.2
    return is_met


def _per_client(clients: int, fed: Fed) -> dict[str, float]:
    """Give the microseconds of CPU that a client costs in an agency of some size, by database."""
    found = {}
    with _databases() as databases:
        for name, (url, server) in databases.items():
            engine = connect(url)
            dataset.fill(engine, clients, fed)
            engine.dispose()
            found[name] = _apart("full", url, server)["cpu"] / clients * 1e6
    return found


def _both(found: dict[str, float]) -> str:
    return f"{found['cpu']:.2f} ({found['seconds']:.2f})"


def main() -> bool:
    """Print the tables for the size that the bars are set at; say whether they are met."""
    return report(CLIENTS)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], sys.argv[2])))
    else:
        report(int(sys.argv[1]) if len(sys.argv) == 2 else CLIENTS)
