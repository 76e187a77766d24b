"""How long 100,000 metric rows take to come in, and to be found unchanged the second time, in how much memory."""

import random
import resource
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from bot.importing import importer
from bot.infra import migrate
from bot.infra.db import connect, transaction
from bot.infra.models import Workspace
from tests.postgres import Postgres

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
CLIENTS, DAYS = 1000, 100


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clients, metrics = _files(Path(folder))
        _measure("SQLite", connect(f"sqlite:///{folder}/atrisk.db"), clients, metrics)
        with Postgres() as server:
            admin = connect(server.url("postgres"), isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(text("CREATE DATABASE importing"))
            admin.dispose()
            _measure("Postgres", connect(server.url("importing")), clients, metrics)


def _files(folder: Path) -> tuple[Path, Path]:
    clients, metrics = folder / "clients.csv", folder / "metrics.csv"
    with clients.open("w", encoding="utf-8") as file:
        file.write("external_id,name,owner\n")
        file.writelines(f"C{no},Client {no},am{no % 50}@agency.example\n" for no in range(CLIENTS))
    chance = random.Random(1)
    with metrics.open("w", encoding="cp1250") as file:
        file.write("Kunde;Datum;Quelle;Kosten;Impressionen;Klicks;Leads;Umsatz\n")
        for no in range(CLIENTS):
            for back in range(DAYS):
                on = date(2026, 11, 17) - timedelta(days=back)
                spend, revenue = (f"{chance.uniform(1, 9000):.2f}".replace(".", ",") for _ in "sr")
                counts = ";".join(str(chance.randrange(most)) for most in (90_000, 5_000, 50))
                file.write(f"C{no};{on:%d.%m.%Y};Google Ads;{spend};{counts};{revenue}\n")
    return clients, metrics


def _measure(name: str, engine: Engine, clients: Path, metrics: Path) -> None:
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
        assert getattr(report, expected) == CLIENTS * DAYS, report
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}: {took[0]:.1f} s to add, {took[1]:.1f} s to find unchanged; peak memory {peak:.0f} MiB")
    engine.dispose()


if __name__ == "__main__":
    main()
