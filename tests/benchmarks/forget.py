"""How long it takes to forget a client with 3,000 touchpoints among 200,000 breaches of others. The bar: 2 s."""

import tempfile
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert, text

from bot.clients import erasure
from bot.infra import migrate
from bot.infra.db import connect, overwrite_deleted, transaction
from bot.infra.models import Breach, OutboxMessage, Touchpoint
from tests import agency
from tests.postgres import Postgres

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
BAR_SECONDS = 2.0
TOUCHPOINTS, OTHERS, BREACHES_EACH, MESSAGES = 3_000, 2_000, 100, 5_000


def measure(engine: Engine) -> float:
    """Fill an empty database and return the seconds that forgetting takes."""
    migrate.upgrade(engine)
    workspace_id, client_id = _fill(engine)
    overwrite_deleted(engine)  # what filling has left in the log is no part of it
    started = time.perf_counter()
    with transaction(engine) as session:
        assert erasure.find_mentions(session, workspace_id, client_id) == []
        assert erasure.forget_client(session, workspace_id, client_id, NOW, via="command_line")
    overwrite_deleted(engine)
    return time.perf_counter() - started


def _fill(engine: Engine) -> tuple[int, int]:
    with transaction(engine) as session:
        house = agency.create(session, NOW)
        client_id = agency.client(session, house.id, "Acme", owner_id=house.alice, now=NOW).id
        others = [agency.client(session, house.id, f"Other {number}", now=NOW).id for number in range(OTHERS)]
        met = {
            "workspace_id": house.id,
            "client_id": client_id,
            "member_id": house.alice,
            "source": "import",
            "created_at": NOW,
        }
        session.execute(
            insert(Touchpoint),
            [
                met | {"occurred_at": NOW - timedelta(hours=hours), "summary": f"Spoke of {hours}"}
                for hours in range(TOUCHPOINTS)
            ],
        )
        for other in others:
            breach = {
                "workspace_id": house.id,
                "client_id": other,
                "signal": "contact_gap",
                "level": "red",
                "severity": 0.5,
                "evidence": {"days": 12},
                "opened_at": NOW,
                "resolved_at": NOW,
            }
            session.execute(insert(Breach), [breach | {"subject": str(number)} for number in range(BREACHES_EACH)])
        message = {
            "workspace_id": house.id,
            "kind": "digest",
            "member_id": house.alice,
            "body": {"text": "Other 7: 12 days silent. " * 100, "blocks": []},
            "data": {"clients": others[:40]},
            "state": "sent",
            "created_at": NOW,
            "not_before": NOW,
            "tries": 1,
        }
        session.execute(insert(OutboxMessage), [message | {"key": f"digest:{number}"} for number in range(MESSAGES)])
        return house.id, client_id


def main() -> None:
    """Print the seconds on each database; raises SystemExit above the bar."""
    with tempfile.TemporaryDirectory() as folder, Postgres() as server:
        admin = connect(server.url("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE forget"))
        admin.dispose()
        slow = False
        for name, url in (("SQLite", f"sqlite:///{folder}/atrisk.db"), ("Postgres", server.url("forget"))):
            engine = connect(url)
            seconds = measure(engine)
            engine.dispose()
            slow = slow or seconds > BAR_SECONDS
            print(
                f"{name}: {seconds:.2f} s to forget a client with {TOUCHPOINTS:,} touchpoints among "
                f"{OTHERS * BREACHES_EACH:,} breaches and {MESSAGES:,} messages of others (bar {BAR_SECONDS:.0f} s)",
                flush=True,
            )
    if slow:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
