"""Clocks that are wrong while the bot runs: an hour, a day, 30 days and 4 months, ahead and behind.

First the nights on which clocks change, in Warsaw, New York, on Lord Howe and Chatham: four simulated days around each,
with the machine's clock wrong for a tick now and then. Each local working day has to have one digest that Slack dates
on that day. Then a real `atrisk worker` whose clock is moved under it: a library, compiled on the spot and loaded
before libc, adds seconds from a file to the time of day. What is measured is how long it takes until everything stored
is right again, whether messages go out meanwhile, and what memory it costs.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import Engine, select

from bot.infra import migrate
from bot.infra.db import connect, reading, transaction
from bot.infra.models import Client, Member, OutboxMessage
from bot.infra.services import Services
from bot.jobs import clock, delivery, digest, sweep
from bot.messaging import outbox
from bot.people.holidays import NO_HOLIDAYS
from bot.practice import Practice
from bot.slack import manifest
from bot.slack.client import make_clients
from tests import agency

ROOT = Path(__file__).parents[2]
OFFSETS = [sign * each for each in (timedelta(hours=1), timedelta(days=1), timedelta(days=30), timedelta(days=120))
           for sign in (1, -1)]  # fmt: skip
NIGHTS = {
    "Europe/Warsaw": (date(2027, 3, 28), date(2026, 10, 25)),
    "America/New_York": (date(2027, 3, 14), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2027, 4, 4)),
    "Pacific/Chatham": (date(2026, 9, 27), date(2027, 4, 4)),
}
TICK = timedelta(minutes=10)
WRONG_SECONDS = 15
"""How long the real worker's clock is wrong: longer than the time between two of its looks at the clock."""
BAR_SECONDS = 60
LIBRARY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <fcntl.h>
#include <time.h>
static volatile long long *ahead;
__attribute__((constructor)) static void open_ahead(void) {
    int file = open(getenv("CLOCK_AHEAD"), O_RDONLY);
    ahead = mmap(0, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
}
int clock_gettime(clockid_t id, struct timespec *at) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(id, at);
    if (id == CLOCK_REALTIME && ahead) at->tv_sec += *ahead;
    return failed;
}
int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    at->tv_sec = precise.tv_sec; at->tv_usec = precise.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *at) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (at) *at = precise.tv_sec;
    return precise.tv_sec;
}
"""


def main() -> None:
    for zone, nights in NIGHTS.items():
        for night in nights:
            simulate(zone, night)
    run_worker()


def simulate(zone: str, night: date) -> None:
    """Simulate the working days around a night, with a wrong clock at random ticks, and check the digests."""
    chance, at = random.Random(f"{zone} {night}"), datetime(night.year, night.month, night.day, tzinfo=UTC)
    true_time, off = [at - timedelta(days=3)], [timedelta(0)]
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/atrisk.db")
        migrate.upgrade(engine)
        with Practice(manifest.build(), now=lambda: true_time[0]) as practice, httpx.Client() as http:
            services = _services(engine, practice, http, lambda: true_time[0] + off[0])
            alice = _fill(engine, practice, true_time[0], zone)
            wrong = 0
            while true_time[0] < at + timedelta(days=3):
                if chance.random() < 1 / 20:
                    off[0], wrong = chance.choice(OFFSETS), wrong + 1
                    services.clock_doubted.set()
                    _tick(services)
                    off[0] = timedelta(0)
                    services.clock_doubted.set()
                    true_time[0] += timedelta(seconds=20)
                _tick(services)
                true_time[0] += TICK
        days = _days_by_slack(engine, alice, zone)
        engine.dispose()
    local = ZoneInfo(zone)
    first, last = ((at + timedelta(days=days)).astimezone(local).date() for days in (-3, 3))
    expected = {first + timedelta(days=day) for day in range(1, (last - first).days)}
    told = {day: days[day] for day in sorted(expected)}
    print(f"{zone}, around {night}, clock wrong {wrong} times: digests a day {sorted(told.values())} (bar: 1 each)")
    if set(told.values()) != {1}:
        sys.exit(str(told))


def _tick(services: Services) -> None:
    clock.run_one(services)
    for run_one in (digest.run_one, sweep.run_one, digest.run_one, delivery.run_one):
        while run_one(services):
            pass


def _days_by_slack(engine: Engine, member_id: int, zone: str) -> Counter[date]:
    """Count the digests by day, each that Slack has dated on the very day that it is for."""
    days: Counter[date] = Counter()
    with reading(engine) as session:
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.member_id == member_id)):
            if message.kind == "digest" and message.ts:
                told_on = datetime.fromtimestamp(float(message.ts), ZoneInfo(zone)).date()
                days[told_on] += told_on.isoformat() == message.data["on"]
    return days


def _services(engine: Engine, practice: Practice, http: httpx.Client, now: Callable[[], datetime]) -> Services:
    token = practice.team(agency.TEAM).token
    reading, posting = make_clients(lambda _team_id: token, practice.api_url)
    return Services(engine=engine, now=now, slack=reading, posting=posting, http=http, later=ThreadPoolExecutor(1))


def _fill(engine: Engine, practice: Practice, now: datetime, zone: str) -> int:
    for user in (agency.ALICE, agency.BOB):
        practice.team(agency.TEAM).person(user, user.removeprefix("U0").title(), tz=zone)
    with transaction(engine) as session:
        house = agency.create(session, now)
        for member in session.scalars(select(Member)):
            member.tz, member.workdays, member.country = zone, "1234567", NO_HOLIDAYS
        for number in range(20):
            agency.client(
                session, house.id, f"Client {number}", now=now - timedelta(days=60), owner_id=house.alice,
                next_check_at=now,
            )  # fmt: skip
        return house.alice


def run_worker() -> None:
    """Move the clock of a real worker, and measure how long it takes until all is right again."""
    with tempfile.TemporaryDirectory() as name, Practice(manifest.build()) as practice:
        folder = Path(name)
        (folder / "ahead.c").write_text(LIBRARY)
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", "ahead.so", "ahead.c", "-ldl"], cwd=folder, check=True)
        _set_ahead(folder, timedelta(0))
        url = f"sqlite:///{folder}/atrisk.db"
        engine = connect(url)
        migrate.upgrade(engine)
        now = datetime.now(UTC)
        house_alice = _fill(engine, practice, now, "Europe/Warsaw")
        environment = os.environ | {
            "DATABASE_URL": url,
            "SLACK_BOT_TOKEN": practice.team(agency.TEAM).token,
            "SLACK_API_URL": practice.api_url,
            "LD_PRELOAD": str(folder / "ahead.so"),
            "CLOCK_AHEAD": str(folder / "ahead"),
            "PYTHONPATH": str(ROOT),
        }
        with (folder / "log").open("w") as log:
            worker = subprocess.Popen([sys.executable, "-m", "bot", "worker"], cwd=folder, env=environment, stderr=log)
            try:
                _wait(lambda: _is_right(engine), 120)
                before = _memory(worker.pid)
                for off in OFFSETS:
                    _move(engine, folder, worker.pid, house_alice, off, before)
            finally:
                worker.terminate()
                worker.wait()
        said = (folder / "log").read_text()
        if "Traceback" in said:
            sys.exit(said)
        engine.dispose()


def _move(engine: Engine, folder: Path, pid: int, alice: int, off: timedelta, before: int) -> None:
    _set_ahead(folder, off)
    time.sleep(WRONG_SECONDS)
    _set_ahead(folder, timedelta(0))
    began = time.monotonic()
    key = f"bench:{off}"
    with transaction(engine) as session:
        workspace_id = session.get_one(Member, alice).workspace_id
        outbox.enqueue(
            session, workspace_id=workspace_id, key=key, kind="notice", member_id=alice, now=datetime.now(UTC),
            body={"text": "Good morning", "blocks": []},
        )  # fmt: skip
    is_sent = select(OutboxMessage.id).where(OutboxMessage.key == key, OutboxMessage.state == "sent")

    def is_over() -> bool:
        with reading(engine) as session:
            return session.execute(is_sent).first() is not None and _is_right(engine)

    is_fast = _wait(is_over, BAR_SECONDS)
    took, more = time.monotonic() - began, (_memory(pid) - before) / 1024
    moved = f"{abs(off)} {'ahead' if off > timedelta(0) else 'behind'}"
    print(f"the clock {moved}: right again and sending after {took:.0f} s (bar: {BAR_SECONDS}), {more:+.0f} MiB")
    if not is_fast:
        sys.exit("too slow")


def _is_right(engine: Engine) -> bool:
    """Whether nothing stored comes from a time to come, and every client and member is looked at in time."""
    now = datetime.now(UTC) + timedelta(seconds=5)
    with reading(engine) as session:
        members = session.scalars(select(Member.next_digest_at).where(Member.slack_user_id == agency.ALICE)).all()
        clients = session.execute(select(Client.checked_at, Client.assessed_on)).all()
    return all(at is not None and at <= now + timedelta(days=1) for at in members) and all(
        row.checked_at is not None and row.checked_at <= now and abs((row.assessed_on - now.date()).days) <= 1
        for row in clients
    )


def _set_ahead(folder: Path, off: timedelta) -> None:
    """Write over the file, which the worker has mapped."""
    with (folder / "ahead").open("r+b" if (folder / "ahead").exists() else "wb") as file:
        file.write(int(off.total_seconds()).to_bytes(8, "little", signed=True))


def _wait(is_over: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not is_over():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _memory(pid: int) -> int:
    """Return a process's resident memory, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS:")))


if __name__ == "__main__":
    main()
