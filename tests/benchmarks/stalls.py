"""Whether one person, or one bad answer of Slack's, holds up all others, over real HTTP. SQLite.

`/atrisk log` with a note of 1,300 words among 5,000 clients, held against one of 5 words, with a writer beside it; and
25 presses of Mood while Slack limits views.open for 30 s, with another person's `/atrisk help` meanwhile.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import text

from bot.infra import db, migrate
from bot.infra.capacity import FollowUps
from bot.infra.services import Services
from bot.practice import Person, Practice
from bot.slack import manifest
from bot.slack.client import PROMPT_SECONDS, make_clients
from bot.views import ids
from tests import agency
from tests.serving import Server

CLIENTS, CALLS, PRESSES = 5_000, 40, 25
RATIO_BAR, HELP_BAR_SECONDS = 2.0, 1.0
SHORT = "log client 4711 of the agency called all is well"
LONG = "log client 4711 of the agency " + "and then we spoke of the next thing " * 163


@contextmanager
def served(folder: Path) -> Iterator[tuple[Practice, Services, Person, Person]]:
    """Serve an agency of 5,000 clients; yield it with Alice and Bob."""
    engine, now = db.connect(f"sqlite:///{folder / 'stalls.db'}"), datetime.now(UTC)
    migrate.upgrade(engine)
    with Practice(manifest.build(), ack_seconds=60) as practice, httpx.Client() as client, FollowUps() as later:
        team = practice.team(agency.TEAM, "Agency")
        reading, posting = make_clients(lambda _: team.token, practice.api_url)
        services = Services(
            engine=engine, now=lambda: datetime.now(UTC), slack=reading, posting=posting, http=client, later=later
        )
        with services.transaction() as session:
            house = agency.create(session, now)
            for number in range(CLIENTS):
                name = f"Client {number:04} of the agency"
                agency.client(session, house.id, name, owner_id=house.alice, started_on=now.date(), now=now)
        alice = team.person(agency.ALICE, "Alice", email="alice@agency.test")
        bob = team.person(agency.BOB, "Bob", email="bob@agency.test")
        with Server(services, practice.signing_secret, prompt_seconds=PROMPT_SECONDS) as url:
            practice.deliver_to(f"{url}/slack/events")
            yield practice, services, alice, bob
    engine.dispose()


def timed(person: Person, typed: str, wanted: str) -> float:
    """Type a command; return the seconds until its answer."""
    began = time.perf_counter()
    reaction = person.command("/atrisk", typed)
    took = time.perf_counter() - began
    assert reaction.message is not None, reaction
    assert wanted in reaction.message.words, reaction.message.words
    return took


def measure_log(services: Services, alice: Person) -> tuple[float, float, float]:
    """Return the median seconds of a short and of a long `/atrisk log`, and the longest that a writer waited."""
    done, waits = threading.Event(), [0.0]

    def keep_writing() -> None:
        while not done.wait(0.005):
            began = time.perf_counter()
            with services.transaction() as session:
                session.execute(text("UPDATE workspaces SET name = name"))
            waits.append(time.perf_counter() - began)

    short, long = [], []
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(keep_writing)
        for _ in range(CALLS):
            short.append(timed(alice, SHORT, "Client 4711"))
            long.append(timed(alice, LONG, "Client 4711"))
        done.set()
        writing.result()
    return statistics.median(short), statistics.median(long), max(waits)


def measure_presses(practice: Practice, alice: Person, bob: Person) -> tuple[float, float]:
    """Return the longest that a press was waited for under the limit, and the longest `/atrisk help` meanwhile."""
    card = alice.command("/atrisk", "client 4711").message
    assert card is not None
    timed(bob, "help", "What you can type")
    practice.fail_next("views.open", status=429, retry_after=30, times=PRESSES)
    helped = [0.0]

    def press(_: int) -> float:
        began = time.perf_counter()
        assert alice.click(card, ids.MOOD).ok
        return time.perf_counter() - began

    with ThreadPoolExecutor(PRESSES) as pool:
        presses = [pool.submit(press, number) for number in range(PRESSES)]
        while not all(one.done() for one in presses):
            helped.append(timed(bob, "help", "What you can type"))
    return max(one.result() for one in presses), max(helped)


def main() -> bool:
    """Measure and print; say whether the bars are met."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (practice, services, alice, bob):
        short, long, waited = measure_log(services, alice)
        pressed, helped = measure_presses(practice, alice, bob)
    print(
        f"/atrisk log among {CLIENTS:,} clients, p50: 5 words {short * 1000:.0f} ms, 1,300 words {long * 1000:.0f} ms"
    )
    print(f"  {long / short:.2f}× (bar {RATIO_BAR}×); another writer waited {waited * 1000:.0f} ms at most")
    print(f"{PRESSES} presses under a limit of 30 s on views.open: each answered within {pressed:.2f} s")
    print(f"  another person's /atrisk help meanwhile: {helped:.2f} s at most (bar {HELP_BAR_SECONDS} s)")
    return long <= RATIO_BAR * short and helped < HELP_BAR_SECONDS


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
