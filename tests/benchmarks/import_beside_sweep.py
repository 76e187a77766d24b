"""An import of many chunks in one process beside a sweep without pause in another, with one `now` for both.

``python -m tests.benchmarks.import_beside_sweep`` does it 20 times on each database with 24,000 rows, and counts the
clients whose stored assessment contradicts their facts though none is due.
"""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, select, text

from bot.importing import importer
from bot.infra import migrate
from bot.infra.db import connect, reading, transaction
from bot.infra.models import Client, Target, Workspace
from bot.jobs import sweep
from bot.judging import assessments
from tests import agency
from tests.postgres import Postgres

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
TIMES, CLIENTS, DAYS = 20, 200, 120


class Result(NamedTuple):
    """Counts of clients."""

    stale: int
    """Whose assessment contradicts their facts though they are not due."""
    moved: int
    """Whose risk the import changed: only of these can anything be lost."""


def measure(url: str, folder: Path, clients: int, days: int) -> Result:
    """Fill an empty database, run both processes on it, and compare what is stored with what the facts say."""
    engine = connect(url)
    migrate.upgrade(engine)
    workspace_id, ids = _fill(engine, clients)
    sweep.assess_all(engine, lambda: NOW, tell=False)
    before = _stored(engine, ids)
    path = folder / "metrics.csv"
    path.write_text("client,date,spend,clicks,leads\n" + "".join(_rows(clients, days)))
    with _process("sweep", url) as sweeping:
        assert sweeping.stdout is not None
        sweeping.stdout.readline()  # it runs
        subprocess.run([*_command("import", url), str(workspace_id), str(path)], cwd=ROOT, check=True)
    sweep.assess_all(engine, lambda: NOW, tell=False)
    stored = _stored(engine, ids)
    with reading(engine) as session:
        true = {each.client_id: each.risk for each in assessments.preview(session, workspace_id, ids, NOW)}
    engine.dispose()
    stale = sum(abs(stored[number] - true[number]) > 1e-6 for number in ids)
    return Result(stale, sum(abs(before[number] - true[number]) > 1e-6 for number in ids))


def _fill(engine: Engine, clients: int) -> tuple[int, list[int]]:
    with transaction(engine) as session:
        workspace = Workspace(created_at=NOW)
        session.add(workspace)
        session.flush()
        ids = [
            agency.client(
                session,
                workspace.id,
                f"C{number}",
                now=NOW,
                started_on=date(2025, 1, 1),
                monthly_fee=100_000,
                next_check_at=NOW,
            ).id
            for number in range(clients)
        ]
        for client_id in ids:
            for metric, target in (("spend", 300_000), ("leads", 900)):
                session.add(
                    Target(
                        workspace_id=workspace.id,
                        client_id=client_id,
                        month=date(2026, 11, 1),
                        metric=metric,
                        target=target,
                    )
                )
        return workspace.id, ids


def _rows(clients: int, days: int) -> Iterator[str]:
    """Yield the rows by day, the newest last: each chunk has rows of every client, and the last one changes most."""
    for back in reversed(range(days)):
        on = NOW.date() - timedelta(days=back + 1)
        for number in range(clients):
            yield f"C{number},{on},{50 + (number * 7 + back) % 100},{100 + number},{(number + back) % 9}\n"


def _stored(engine: Engine, ids: list[int]) -> dict[int, float]:
    with reading(engine) as session:
        assert session.scalars(select(Client.id).where(Client.next_check_at <= NOW)).first() is None
        risks = {row.id: row.risk for row in session.execute(select(Client.id, Client.risk))}
    return {number: risks[number] for number in ids}


def _command(job: str, url: str) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.import_beside_sweep", job, url]


@contextmanager
def _process(job: str, url: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(_command(job, url), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.communicate()  # the end of its input ends it


def _sweep_until_told(url: str) -> None:
    engine, told = connect(url), threading.Event()

    def listen() -> None:
        sys.stdin.read()
        told.set()

    threading.Thread(target=listen, daemon=True).start()
    print("running", flush=True)
    while not told.is_set():
        sweep.assess_batch(engine, NOW, tell=False)
    engine.dispose()


def _import(url: str, workspace_id: int, path: Path) -> None:
    engine = connect(url)
    importer.import_file(engine, workspace_id, "metrics", path, now=NOW)
    engine.dispose()


def main() -> None:
    """Print the counts of each database."""
    for name in ("SQLite", "Postgres"):
        results = []
        with tempfile.TemporaryDirectory() as folder, Postgres() as server:
            for time in range(TIMES):
                if name == "SQLite":
                    url = f"sqlite:///{folder}/{time}.db"
                else:
                    admin = connect(server.url("postgres"), isolation_level="AUTOCOMMIT")
                    with admin.connect() as connection:
                        connection.execute(text(f"CREATE DATABASE beside_{time}"))
                    admin.dispose()
                    url = server.url(f"beside_{time}")
                results.append(measure(url, Path(folder), CLIENTS, DAYS))
        stale, moved = (sum(counts) for counts in zip(*results, strict=True))
        print(
            f"{name}: {TIMES} imports of {CLIENTS * DAYS:,} rows beside a sweep: {stale} of {TIMES * CLIENTS} clients "
            f"judged by old facts ({moved} could have been)",
            flush=True,
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["sweep", url]:
            _sweep_until_told(url)
        case ["import", url, workspace_id, path]:
            _import(url, int(workspace_id), Path(path))
        case _:
            main()
