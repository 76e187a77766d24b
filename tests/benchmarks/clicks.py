"""200 clicks on Contacted, on one nudge, from 20 threads, through the real app: one touchpoint, on both databases."""

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from slack_bolt import App, BoltRequest
from sqlalchemy import func, select

from bot import app
from bot.infra import db, migrate
from bot.infra.models import Touchpoint
from bot.infra.services import Services
from bot.judging import assessments
from bot.practice import Practice
from bot.slack import manifest
from bot.slack.client import make_clients
from bot.views import ids
from tests import agency
from tests.postgres import Postgres

CLICKS, THREADS = 200, 20


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Give the address of an empty database of each kind."""
    with tempfile.TemporaryDirectory() as folder, Postgres() as server:
        yield {"SQLite": f"sqlite:///{Path(folder) / 'clicks.db'}", "Postgres": server.url("postgres")}


def prepare(services: Services) -> int:
    """Make an agency with one client that nobody has contacted; give its id."""
    now = services.now()
    migrate.upgrade(services.engine)
    with services.transaction() as session:
        house = agency.create(session, now)
        started_on = now.date() - timedelta(days=100)
        client = agency.client(session, house.id, "Acme", owner_id=house.alice, started_on=started_on, now=now)
        assessments.reassess(session, house.id, [client.id], now)
        return client.id


def press(built: App, client_id: int, number: int) -> int:
    """Press the button, Alice and Bob in turns, every press a new one; give the status of the answer."""
    value = ids.pack(client=client_id, contact_no=0, surface=ids.NUDGE)
    body: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": agency.TEAM},
        "user": {"id": (agency.ALICE, agency.BOB)[number % 2]},
        "trigger_id": f"{number}.1",
        "container": {"type": "message", "channel_id": "D1", "message_ts": "1.0"},
        "actions": [{"type": "button", "action_id": ids.CONTACTED, "block_id": "b", "value": value}],
    }
    return built.dispatch(BoltRequest(mode="socket_mode", body=body)).status


def measure(url: str) -> tuple[int, float]:
    """Give how many touchpoints 200 clicks have made, and the seconds that they took."""
    with Practice(manifest.build()) as practice, ThreadPoolExecutor(4) as later, httpx.Client(timeout=60) as http:
        reading, posting = make_clients(lambda team: practice.team(team).token, practice.api_url)
        engine = db.connect(url)
        services = Services(
            engine=engine, now=lambda: datetime.now(UTC), slack=reading, posting=posting, http=http, later=later
        )
        client_id, built = prepare(services), app.build(services)
        began = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            statuses = set(pool.map(lambda number: press(built, client_id, number), range(CLICKS)))
        took = time.perf_counter() - began
        assert statuses == {200}, statuses
        with services.reading() as session:
            logged = session.scalar(select(func.count()).select_from(Touchpoint)) or 0
        later.shutdown()
        engine.dispose()
    return logged, took


def main() -> bool:
    """Measure and print; say whether each database has exactly one."""
    well = True
    with databases() as urls:
        for kind, url in urls.items():
            logged, took = measure(url)
            well = well and logged == 1
            print(f"{CLICKS} clicks on one nudge from {THREADS} threads, {kind}: {logged} touchpoint ({took:.1f} s)")
    return well


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
