"""How long `/atrisk` takes to answer through the real web stack: a signed request, 10,000 clients, SQLite.

Held against a bare Bolt app on the same stack (Starlette, uvicorn, the same thread pool) that answers a fixed message.
Both servers run as processes of their own, and are asked in turns, so that a busy machine is unfair to neither. A
client is renamed before each call, as where people work something always is being written.
"""

import http.client
import multiprocessing
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode

import httpx
import uvicorn
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import text

from bot import app, web
from bot.infra import db, migrate
from bot.infra.services import Services
from bot.judging import assessments
from bot.practice import Practice
from bot.slack import manifest
from tests import agency

CLIENTS = 10_000
CALLS = 2_000
AT_ONCE = 16
SECRET = "benchmark"
ANSWERS = {"bare": b"Nobody needs you today", "ours": b"12. "}
"""What each of the two says, so that a quick refusal is not taken for a quick answer."""
RATIO_BAR, P99_BAR_MS = 2.5, 250.0


def populate(url: str, now: datetime) -> None:
    """Give Alice 10,000 clients, a week to a year since their last contact, all of them judged."""
    engine = db.connect(url)
    migrate.upgrade(engine)
    with db.transaction(engine) as session:
        house = agency.create(session, now)
        ids = [
            agency.client(
                session,
                house.id,
                f"Client {number:05} of the agency",
                owner_id=house.alice,
                started_on=now.date() - timedelta(days=7 + number % 360),
                monthly_fee=100_000 + number * 37,
                now=now,
            ).id
            for number in range(CLIENTS)
        ]
        for start in range(0, CLIENTS, 1000):
            assessments.reassess(session, house.id, ids[start : start + 1000], now)
    engine.dispose()


def serve(url: str, api_url: str, kind: str, pipe: Connection) -> None:
    """Serve our app or the bare one until the pipe is closed."""
    slack = WebClient(f"xoxb-{agency.TEAM}", api_url)
    services = Services(
        engine=db.connect(url),
        now=lambda: datetime.now(UTC),
        slack=lambda _team: slack,
        posting=lambda _team: slack,
        http=httpx.Client(),
        later=ThreadPoolExecutor(4),
    )
    built = app.build(services) if kind == "ours" else bare()
    config = uvicorn.Config(web.create(built, services, SECRET), port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    pipe.send(server.servers[0].sockets[0].getsockname()[1])
    pipe.recv()


def bare() -> App:
    """A Bolt app that does nothing but answer."""

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=agency.TEAM, bot_token="xoxb-1", bot_id="B1", bot_user_id="U1"
        )

    made = App(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @made.command("/atrisk")
    def answer(ack: Ack) -> None:
        ack("Nobody needs you today")

    return made


class Caller:
    """A kept connection that types /atrisk as Alice."""

    def __init__(self, port: int, wanted: bytes, words: str = "") -> None:
        self._wanted = wanted
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._verifier = SignatureVerifier(SECRET)
        self._body = urlencode(
            {
                "team_id": agency.TEAM,
                "user_id": agency.ALICE,
                "command": "/atrisk",
                "text": words,
                "trigger_id": "1.2",
                "response_url": "http://127.0.0.1/",
            }
        )

    def __call__(self) -> float:
        """Give the seconds that an answer took."""
        timestamp = str(int(time.time()))
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": self._verifier.generate_signature(timestamp=timestamp, body=self._body) or "",
        }
        began = time.perf_counter()
        self._connection.request("POST", "/slack/events", self._body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        took = time.perf_counter() - began
        assert answer.status == 200, (answer.status, said)
        assert self._wanted in said, said
        return took


class Writer:
    """Somebody who renames the client at the top of the list."""

    def __init__(self, url: str) -> None:
        self._engine = db.connect(url)
        self._names = (f"Client renamed {times} times" for times in count(1))
        with self._engine.connect() as connection:
            self._id = connection.scalar(text("SELECT id FROM clients ORDER BY priority DESC, id LIMIT 1"))

    def __call__(self) -> None:
        """Give it another name."""
        with self._engine.begin() as connection:
            values = {"name": next(self._names), "id": self._id}
            connection.execute(text("UPDATE clients SET name = :name WHERE id = :id"), values)

    def make_lead(self, slack_user_id: str) -> None:
        """Let somebody see the team's figures."""
        with self._engine.begin() as connection:
            connection.execute(
                text("UPDATE members SET role = 'lead' WHERE slack_user_id = :id"), {"id": slack_user_id}
            )


def measure(callers: dict[str, Caller], calls: int, write: Writer) -> dict[str, float]:
    """Ask all in turns, one call at a time, each after a write; give each one's p50 in ms."""
    took: dict[str, list[float]] = {kind: [] for kind in callers}
    for _ in range(calls):
        for kind, caller in callers.items():
            write()
            took[kind].append(caller())
    return {kind: statistics.median(times[calls // 20 :]) * 1000 for kind, times in took.items()}


def measure_at_once(port: int, write: Writer) -> float:
    """Ask with 16 callers at once while somebody writes a hundred times a second; give the p99 in ms."""
    done = threading.Event()

    def keep_writing() -> None:
        while not done.wait(0.01):
            write()

    def many(_: int) -> list[float]:
        caller = Caller(port, ANSWERS["ours"])
        return [caller() for _ in range(CALLS // AT_ONCE)]

    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        writing = pool.submit(keep_writing)
        took = [took for one in pool.map(many, range(AT_ONCE)) for took in one]
        done.set()
        writing.result()
    return statistics.quantiles(took, n=100)[98] * 1000


def main() -> bool:
    """Measure and print; say whether the bars are met."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, Practice(manifest.build()) as practice:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        populate(url, datetime.now(UTC))
        practice.team(agency.TEAM, "Agency", token=f"xoxb-{agency.TEAM}")
        servers, ports = [], {}
        for kind in ("bare", "ours"):
            here, there = context.Pipe()
            process = context.Process(target=serve, args=(url, practice.api_url, kind, there), daemon=True)
            process.start()
            ports[kind] = here.recv()
            servers.append((process, here))
        callers, write = {kind: Caller(port, ANSWERS[kind]) for kind, port in ports.items()}, Writer(url)
        p50 = measure(callers, CALLS, write)
        p99 = measure_at_once(ports["ours"], write)
        write.make_lead(agency.ALICE)
        team = measure({"team": Caller(ports["ours"], ANSWERS["ours"], "team")}, 100, write)["team"]
        for process, pipe in servers:
            pipe.send("end")
            process.join()
    print(f"/atrisk, {CLIENTS:,} clients in one book, SQLite; p50, and that of a bare Bolt app asked in turn:")
    print(f"  {p50['ours']:.2f} ms, bare {p50['bare']:.2f} ms: {p50['ours'] / p50['bare']:.2f}× (bar {RATIO_BAR}×)")
    print(f"  {AT_ONCE} at once amid writes: p99 {p99:.0f} ms (bar {P99_BAR_MS:.0f} ms)")
    print(f"/atrisk team for a lead, which adds up every client: p50 {team:.1f} ms")
    return p50["ours"] <= RATIO_BAR * p50["bare"] and p99 < P99_BAR_MS


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
