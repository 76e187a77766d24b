"""The delivering process killed 200 times while 500 messages go out: none may be lost, none doubled.

A real process, real SIGKILLs at random moments, on SQLite, and on Postgres where there is one; the practice workspace
stays alive in this one and counts what it was given. The lease is shortened from minutes to seconds, since the clock
is real too.
"""

import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import Engine, create_engine, func, select, text

from bot.infra import migrate
from bot.infra.db import connect, transaction
from bot.infra.models import Member, OutboxMessage, Workspace
from bot.messaging import outbox
from bot.practice import Practice
from bot.slack import manifest
from tests.crashing import JobForker
from tests.postgres import Postgres

MESSAGES, KILLS = 500, 200
LEASE_SECONDS = 1.5
TEAM = "T0BENCH"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("sqlite", f"sqlite:///{folder}/atrisk.db")
    with Postgres() as server:
        admin = create_engine(
            server.url("postgres").replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE bench"))
        admin.dispose()
        measure("postgres", server.url("bench"))


def measure(name: str, url: str) -> None:
    engine = connect(url)
    migrate.upgrade(engine)
    with Practice(manifest.build()) as practice, JobForker() as forker:
        _fill(engine, practice)
        began = time.perf_counter()
        _kill_again_and_again(engine, practice, forker, url)
        seconds = time.perf_counter() - began
        told = Counter(
            message.metadata["event_payload"]["id"]
            for channel in practice.team(TEAM).team.channels.values()
            for message in channel.messages.values()
            if message.metadata
        )
        looked_up = len(practice.calls_of("conversations.history"))
    lost, doubled = MESSAGES - len(told), sum(count - 1 for count in told.values())
    print(
        f"{name}: {MESSAGES} messages, {KILLS} kills in {seconds:.0f} s ({looked_up} of them between a post's note and "
        f"its place being kept): {lost} lost, {doubled} double (bar: 0, 0)"
    )
    with engine.connect() as connection:
        states = dict(connection.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all())
    engine.dispose()
    if lost or doubled or states != {"sent": MESSAGES}:
        sys.exit(f"{name}: {json.dumps(states)}")


def _fill(engine: Engine, practice: Practice) -> None:
    now = datetime.now(UTC)
    team = practice.team(TEAM)
    with transaction(engine) as session:
        workspace = Workspace(team_id=TEAM, created_at=now, connected_at=now)
        session.add(workspace)
        session.flush()
        for number in range(MESSAGES):
            team.person(f"U{number}", f"Member {number}")
            member = Member(workspace_id=workspace.id, slack_user_id=f"U{number}", name=f"Member {number}")
            session.add(member)
            session.flush()
            outbox.enqueue(
                session, workspace_id=workspace.id, key=f"bench:{number}", kind="digest", now=now, member_id=member.id,
                body={"text": f"Message {number}", "blocks": []},
            )  # fmt: skip


def _kill_again_and_again(engine: Engine, practice: Practice, forker: JobForker, url: str) -> None:
    """Kill so many delivering processes while messages are still to go out; then let one finish."""
    chance = random.Random(2026)
    for kill in range(KILLS + 1):
        left, calls = _left(engine), len(practice.calls)
        assert left, f"all was told before kill {kill}"
        child = forker.start("pour", database=url, api=practice.api_url, lease=LEASE_SECONDS)
        if left > KILLS - kill:
            _let_it_begin(practice, calls)
            time.sleep(chance.random() * 0.01 * left / max(KILLS - kill, 1))
        else:  # the messages have to last for the kills still to come: most of these die on the way to their first
            time.sleep(chance.random() * 0.01)
        while kill == KILLS and _left(engine):
            time.sleep(0.05)
        os.kill(child, signal.SIGKILL)
        assert not forker.wait()


def _let_it_begin(practice: Practice, calls: int) -> None:
    """Wait for the child's first call; all that is left may be under a dead one's lease."""
    deadline = time.monotonic() + LEASE_SECONDS + 1
    while len(practice.calls) == calls and time.monotonic() < deadline:
        time.sleep(0.001)


def _left(engine: Engine) -> int:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        statement = select(func.count()).where(OutboxMessage.state.in_(("waiting", "sending")))
        return connection.execute(statement).scalar_one()


if __name__ == "__main__":
    main()
