"""Three delivering processes, killed 300 times amid 429, 5xx, slow and dropped answers: none lost, none doubled.

Real processes, real SIGKILLs at random moments, on SQLite and on Postgres; the practice workspace stays alive in this
one, misbehaves on purpose, and counts what it was given. It also notes when: no person may get two messages within a
second, whichever process sends them. The lease is shortened from minutes to seconds, since the clock is real too.
"""

import itertools
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, create_engine, func, select, text

from bot.infra import migrate
from bot.infra.db import connect, transaction
from bot.infra.models import Member, OutboxMessage, Workspace
from bot.messaging import outbox
from bot.practice import Practice
from bot.slack import manifest
from tests.crashing import JobForker
from tests.postgres import Postgres

KILLS = int(os.environ.get("KILLS", "300"))
PROCESSES = 3
PEOPLE = 40
LEAST_WAITING = 120
"""More messages are enqueued when fewer wait, until the last kill."""
LEASE_SECONDS, PACE_SECONDS = 3.0, 1.0
TEAM = "T0BENCH"
FAULTS: tuple[dict[str, Any], ...] = (
    {"error": "ratelimited", "retry_after": 1},
    {"status": 500},
    {"status": 503},
    {"error": "internal_error"},
    {"stall": 0.8},
    {"drop": "before"},
    {"drop": "after"},
)
"""Each in turn, on one call in three."""


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
    with Practice(manifest.build()) as practice, ExitStack() as stack:
        forkers = [stack.enter_context(JobForker()) for _ in range(PROCESSES)]
        practice.enforce_rate_limits(per_channel=1 / PACE_SECONDS)
        house = _House(engine, practice)
        began = time.perf_counter()
        _kill_again_and_again(house, forkers, url)
        seconds = time.perf_counter() - began
        told, closest = _read_channels(practice)
        refused = Counter(call.error for call in practice.calls_of("chat.postMessage") if call.error)
        looked_up, early = len(practice.calls_of("conversations.history")), len(practice.early_calls)
    lost, doubled = house.enqueued - len(told), sum(count - 1 for count in told.values())
    print(
        f"{name}: {house.enqueued} messages to {PEOPLE} people by {PROCESSES} processes, {KILLS} kills in "
        f"{seconds:.0f} s, {looked_up} looked up in Slack, refusals {dict(refused)}: "
        f"{lost} lost, {doubled} double (bar: 0, 0); {closest:.2f} s between two messages to a person "
        f"(bar: {PACE_SECONDS:.0f}); {early} calls before Retry-After was over"
    )
    with engine.connect() as connection:
        states = dict(connection.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all())
    engine.dispose()
    if lost or doubled or states != {"sent": house.enqueued} or closest < PACE_SECONDS:
        sys.exit(f"{name}: {states}")


class _House:
    """The agency, its people, and the messages that are put into its outbox."""

    def __init__(self, engine: Engine, practice: Practice) -> None:
        self.engine, self.practice, self.enqueued = engine, practice, 0
        now, team = datetime.now(UTC), practice.team(TEAM)
        with transaction(engine) as session:
            workspace = Workspace(team_id=TEAM, created_at=now, connected_at=now)
            session.add(workspace)
            session.flush()
            self.id = workspace.id
            people = [Member(workspace_id=self.id, slack_user_id=f"U{n}", name=f"Member {n}") for n in range(PEOPLE)]
            session.add_all(people)
            session.flush()
            self.member_ids = [person.id for person in people]
        for number in range(PEOPLE):
            team.person(f"U{number}", f"Member {number}")

    def top_up(self) -> None:
        """Enqueue one more message to everybody if few are waiting."""
        if self.left() >= LEAST_WAITING:
            return
        with transaction(self.engine) as session:
            for member_id in self.member_ids:
                self.enqueued += 1
                outbox.enqueue(
                    session, workspace_id=self.id, key=f"bench:{self.enqueued}", kind="digest", member_id=member_id,
                    now=datetime.now(UTC), body={"text": f"Message {self.enqueued}", "blocks": []},
                )  # fmt: skip

    def left(self) -> int:
        """Count the messages that are not in Slack yet."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            statement = select(func.count()).where(OutboxMessage.state.in_(("waiting", "sending")))
            return connection.execute(statement).scalar_one()


def _kill_again_and_again(house: _House, forkers: list[JobForker], url: str) -> None:
    """Kill delivering processes in turn, and start each again; then let them finish."""
    chance, faults = random.Random(2026), itertools.cycle(FAULTS)
    order = {"database": url, "api": house.practice.api_url, "lease": LEASE_SECONDS, "pace": PACE_SECONDS}
    house.top_up()
    children = [forker.start("pour", **order) for forker in forkers]
    for kill in range(KILLS):
        house.top_up()
        house.practice.fail_next("chat.postMessage", **next(faults), when=lambda _: chance.random() < 1 / 3)
        _let_them_call(house.practice, chance.randint(1, 8))
        time.sleep(chance.random() * 0.02)
        victim = kill % PROCESSES
        os.kill(children[victim], signal.SIGKILL)
        assert not forkers[victim].wait()
        children[victim] = forkers[victim].start("pour", **order)
    house.practice.api.faults.clear()
    deadline = time.monotonic() + 300
    while house.left() and time.monotonic() < deadline:
        time.sleep(0.1)
    for child, forker in zip(children, forkers, strict=True):
        os.kill(child, signal.SIGKILL)
        assert not forker.wait()


def _let_them_call(practice: Practice, times: int) -> None:
    """Wait until Slack was called so many times; all that is left may be under a dead process's lease."""
    before, deadline = len(practice.calls), time.monotonic() + LEASE_SECONDS + 1
    while len(practice.calls) < before + times and time.monotonic() < deadline:
        time.sleep(0.001)


def _read_channels(practice: Practice) -> tuple[Counter[int], float]:
    """Count how often each message is in Slack, and find the least time between two in one conversation, in seconds."""
    told: Counter[int] = Counter()
    closest = float("inf")
    for channel in practice.team(TEAM).team.channels.values():
        ours = [message for message in channel.messages.values() if message.metadata]
        told.update(message.metadata["event_payload"]["id"] for message in ours if message.metadata)
        times = sorted(float(message.ts) for message in ours)
        closest = min([closest, *(later - earlier for earlier, later in itertools.pairwise(times))])
    return told, closest


if __name__ == "__main__":
    main()
