"""How long `/atrisk` takes to answer through the real web stack: a signed request, 10,000 clients, SQLite.

Held against a bare Bolt app on the same stack (Starlette, uvicorn, the same thread pool) that answers a fixed message.
Both servers run as processes of their own, and are asked in turns, so that a busy machine is unfair to neither.
An answer is kept while nothing is written to the database; how long one takes right after a write is told as well.
"""

import http.client
import multiprocessing
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
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

from bot import app, assessments, db, manifest, schema, web
from bot.practice import Practice
from bot.services import Services
from tests import agency

CLIENTS = 10_000
CALLS = 2_000
AT_ONCE = 16
SECRET = "benchmark"
ANSWERS = {"bare": b"Nobody needs you today", "ours": b"12. "}
"""What each of the two says, so that a quick refusal is not taken for a quick answer."""
RATIO_BAR, P99_BAR_MS = 2.0, 250.0


def populate(url: str, now: datetime) -> None:
    """Give Alice 10,000 clients, a week to a year since their last contact, all of them judged."""
    engine = db.connect(url)
    schema.upgrade(engine)
    with db.transaction(engine) as session:
        house = agency.found(session, now)
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
            assessments.judge(session, house.id, ids[start : start + 1000], now)
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
    built = app.build(services, signing_secret=SECRET) if kind == "ours" else bare()
    config = uvicorn.Config(web.create(built, services), port=0, log_config=None, lifespan="off")
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

    def __init__(self, port: int, wanted: bytes) -> None:
        self._wanted = wanted
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._verifier = SignatureVerifier(SECRET)
        self._body = urlencode(
            {
                "team_id": agency.TEAM,
                "user_id": agency.ALICE,
                "command": "/atrisk",
                "text": "",
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


def measure(ports: dict[str, int]) -> dict[str, list[float]]:
    """Ask both in turns, one call at a time."""
    callers = {kind: Caller(port, ANSWERS[kind]) for kind, port in ports.items()}
    for _ in range(100):
        for caller in callers.values():
            caller()
    took: dict[str, list[float]] = {kind: [] for kind in callers}
    for _ in range(CALLS):
        for kind, caller in callers.items():
            took[kind].append(caller())
    return took


def measure_after_writes(port: int, url: str) -> list[float]:
    """Ask with something written before each call, so that every answer is made anew."""
    caller, engine = Caller(port, ANSWERS["ours"]), db.connect(url)
    took = []
    for number in range(CALLS // 10):
        with engine.begin() as connection:  # a new value each time: to write what is there already is to write nothing
            connection.execute(text("UPDATE clients SET notes = :note WHERE id = 1"), {"note": str(number)})
        took.append(caller())
    engine.dispose()
    return took


def measure_at_once(port: int) -> list[float]:
    """Ask with 16 callers at once."""

    def many(_: int) -> list[float]:
        caller = Caller(port, ANSWERS["ours"])
        return [caller() for _ in range(CALLS // AT_ONCE)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [took for one in pool.map(many, range(AT_ONCE)) for took in one]


def main() -> bool:
    """Measure and print; say whether the bars are met."""
    context = multiprocessing.get_context("spawn")
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder, Practice(manifest.build()) as practice:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        populate(url, now)
        practice.team(agency.TEAM, "Agency", token=f"xoxb-{agency.TEAM}")
        servers, ports = [], {}
        for kind in ("bare", "ours"):
            here, there = context.Pipe()
            process = context.Process(target=serve, args=(url, practice.api_url, kind, there), daemon=True)
            process.start()
            ports[kind] = here.recv()
            servers.append((process, here))
        took = measure(ports)
        anew = statistics.median(measure_after_writes(ports["ours"], url)) * 1000
        crowd = measure_at_once(ports["ours"])
        for process, pipe in servers:
            pipe.send("end")
            process.join()
    p50 = {kind: statistics.median(times) * 1000 for kind, times in took.items()}
    p99 = statistics.quantiles(crowd, n=100)[98] * 1000
    ratio = p50["ours"] / p50["bare"]
    print(
        f"/atrisk with {CLIENTS:,} clients: p50 {p50['ours']:.2f} ms, bare Bolt {p50['bare']:.2f} ms: {ratio:.2f}×",
        end="",
    )
    print(
        f" (bar {RATIO_BAR}×); {anew:.2f} ms right after a write;"
        f" {AT_ONCE} at once: p99 {p99:.0f} ms (bar {P99_BAR_MS:.0f} ms)"
    )
    return ratio <= RATIO_BAR and p99 < P99_BAR_MS


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
