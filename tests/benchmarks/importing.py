"""How fast metric rows come in, beside the bare reading and writing of the same rows, and in how much memory.

``python -m tests.benchmarks.importing [ROWS]``: 1,000,000 rows of CSV on both databases, each import in a process of
its own; the baseline is a csv.reader whose rows go to an executemany (on Postgres a COPY) into a bare table. Then a
spreadsheet of 200,000 rows.
"""

import csv
import multiprocessing
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
from sqlalchemy import text

from bot.importing import importer
from bot.infra import migrate
from bot.infra.db import connect, transaction
from bot.infra.models import Workspace
from tests.postgres import Postgres

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
DAYS = 100
HEAD = ("client", "date", "source", "spend", "impressions", "clicks", "leads", "revenue")


def main(rows: int = 1_000_000) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clients, metrics = _write_files(folder, rows)
        bare = _in_process(_copy_to_sqlite, metrics, folder / "bare.db")
        _measure("SQLite", f"sqlite:///{folder}/atrisk.db", clients, metrics, bare)
        with Postgres() as server:
            for database in ("bare", "importing"):
                admin = connect(server.url("postgres"), isolation_level="AUTOCOMMIT")
                with admin.connect() as connection:
                    connection.execute(text(f"CREATE DATABASE {database}"))
                admin.dispose()
            bare = _in_process(_copy_to_postgres, metrics, server.url("bare"))
            _measure("Postgres", server.url("importing"), clients, metrics, bare)
        sheet = _write_sheet(folder, metrics, min(rows, 200_000))
        _measure("XLSX on SQLite", f"sqlite:///{folder}/sheet.db", clients, sheet, None)


def _write_files(folder: Path, rows: int) -> tuple[Path, Path]:
    clients, metrics = folder / "clients.csv", folder / "metrics.csv"
    with clients.open("w", encoding="utf-8") as file:
        file.write("external_id,name,owner\n")
        file.writelines(f"C{no},Client {no},am{no % 50}@agency.example\n" for no in range(-(-rows // DAYS)))
    chance = random.Random(1)
    with metrics.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for no in range(rows):
            on = date(2026, 11, 17) - timedelta(days=no % DAYS)
            money = [f"{chance.uniform(1, 9000):.2f}" for _ in "sr"]
            counts = [chance.randrange(most) for most in (90_000, 5_000, 50)]
            writer.writerow([f"C{no // DAYS}", on.isoformat(), "google_ads", money[0], *counts, money[1]])
    return clients, metrics


def _write_sheet(folder: Path, metrics: Path, rows: int) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Metrics")
    with metrics.open(encoding="utf-8", newline="") as file:
        for number, (client, day, source, *numbers) in enumerate(islice(csv.reader(file), rows + 1)):
            sheet.append([client, day, source, *(numbers if not number else map(float, numbers))])
    path = folder / "metrics.xlsx"
    book.save(path)
    return path


def _in_process(job: Callable[..., tuple[float, ...]], *args: Any) -> tuple[float, ...]:
    """Run a job in a process of its own: its memory is not that of what ran before."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(job, args)


def _copy_to_sqlite(metrics: Path, target: Path) -> tuple[float, ...]:
    started = time.perf_counter()
    connection = sqlite3.connect(target)
    connection.execute(f"CREATE TABLE rows ({', '.join(HEAD)}, PRIMARY KEY (client, date, source)) WITHOUT ROWID")
    with metrics.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        connection.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * len(HEAD))})", rows)
    connection.commit()
    connection.close()
    return (time.perf_counter() - started,)


def _copy_to_postgres(metrics: Path, url: str) -> tuple[float, ...]:
    started = time.perf_counter()
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        columns = ", ".join(f"{name} text" for name in HEAD)
        connection.execute(f"CREATE TABLE rows ({columns}, PRIMARY KEY (client, date, source))")
        with metrics.open(encoding="utf-8", newline="") as file, connection.cursor() as cursor:
            rows = csv.reader(file)
            next(rows)
            with cursor.copy(f"COPY rows ({', '.join(HEAD)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    return (time.perf_counter() - started,)


def _import(url: str, clients: Path, metrics: Path) -> tuple[float, ...]:
    engine = connect(url)
    migrate.upgrade(engine)
    with transaction(engine) as session:
        workspace = Workspace(created_at=NOW)
        session.add(workspace)
        session.flush()
        number = workspace.id
    importer.import_file(engine, number, "clients", clients, now=NOW)
    took = []
    for expected in ("added", "unchanged"):
        started = time.perf_counter()
        report = importer.import_file(engine, number, "metrics", metrics, now=NOW)
        took.append(time.perf_counter() - started)
        assert not report.refused, report.refusals[:3]
        assert getattr(report, expected) == report.added + report.changed + report.unchanged, report
    engine.dispose()
    return *took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, report.unchanged


def _measure(name: str, url: str, clients: Path, metrics: Path, bare: tuple[float, ...] | None) -> None:
    added, unchanged, peak, rows = _in_process(_import, url, clients, metrics)
    parts = list(_describe(added, unchanged, peak, rows))
    if bare:
        parts.append(f"bare {rows / bare[0]:,.0f} rows/s: {bare[0] / added:.0%} of it")
    print(f"{name}: {'; '.join(parts)}", flush=True)


def _describe(added: float, unchanged: float, peak: float, rows: float) -> Iterator[str]:
    yield f"{rows:,.0f} rows added at {rows / added:,.0f} rows/s"
    yield f"found unchanged at {rows / unchanged:,.0f} rows/s"
    yield f"peak memory {peak:.0f} MiB"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
