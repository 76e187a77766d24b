"""Hostile requests over real HTTP: 20,000 unsigned or malformed, 100,000 mutated and signed. SQLite.

Nothing may be sent outward, nothing of another workspace be told, no traceback be logged; every unsigned request gets a
401. The app is served as `web` serves it, beside a practice workspace, and asked over kept connections. With a number:
``python -m tests.benchmarks.fuzz 1000`` for a hundredth of it.
"""

import copy
import http.client
import json
import logging
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from sqlalchemy import select

import handlers
from bot.infra import db, migrate
from bot.infra.capacity import FollowUps
from bot.infra.models import Base
from bot.infra.services import Services
from bot.judging import assessments
from bot.practice import Practice
from bot.practice.deliveries import signed
from bot.slack import manifest
from bot.slack.client import PROMPT_SECONDS, make_clients
from bot.views import ids
from tests import agency
from tests.handlers.conftest import Answers
from tests.serving import Server

MUTATED, UNSIGNED = 100_000, 20_000
CALLERS = 4
SECRET_NAME = "Secret of Charlie's"
"""A client of the other agency, which nobody of this one may read."""
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
_VALUES: tuple[Any, ...] = (None, True, 0, 3, -1, 2**63, 2**64, 10**400, 1.5, 1e308, [], {}, [[]], [None], {"id": None})
_TEXTS = ("", " ", "\0", "\ud800", "x" * 5000, "[" * 900, "3", "٣٤", "1_000", "1e-999", "U0", "T0OTHER", "U0CHARLIE")
_ATTACKS = (
    "<!channel>",
    "=1+1",
    "\r\nX: y",
    "\x1b[2J",
    "%s%n{}",
    "'; DROP TABLE clients; --",
    "\u202e",
    '{"client":3}',
)
_DAYS_AND_PLACES = (
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "http://127.0.0.1:1/",
    "https://hooks.slack.com.evil.test/",
)
TEXTS = (*_TEXTS, *_ATTACKS, *_DAYS_AND_PLACES)
STRANGE = (*_VALUES, *TEXTS)
TRUSTED = ("response_url", "answer_at")
"""Where an address is put that leads elsewhere."""


class Watch(logging.Handler):
    """Keeps what was logged with a traceback, or as an error; not the SDK's line for each connection that fails."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record that should not be there."""
        is_error = record.levelno >= logging.ERROR and not record.name.startswith("slack_sdk")
        if record.exc_info or is_error:
            error = record.exc_info[1] if record.exc_info else None
            where = traceback.extract_tb(error.__traceback__)[-1] if error else None
            self.seen.append(f"{record.getMessage()[:100]}: {error!r:.200} {where}")


class Caller:
    """A kept connection."""

    def __init__(self, port: int, secret: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._secret = secret

    def send(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """Send a request as it is; return status and text."""
        try:
            answer = self._ask(body, headers)
        except (ConnectionError, http.client.HTTPException):  # the server closes a connection that was idle
            self._connection.close()
            answer = self._ask(body, headers)
        return answer.status, answer.read().decode()

    def _ask(self, body: bytes, headers: dict[str, str]) -> http.client.HTTPResponse:
        self._connection.request("POST", "/slack/events", body, headers)
        return self._connection.getresponse()

    def send_signed(self, body: str, kind: str) -> tuple[int, str]:
        """Send a body with Slack's signature."""
        return self.send(body.encode(), {"content-type": kind, **signed(self._secret, body)})


def payloads(answer_at: str) -> list[dict[str, Any]]:
    """Return one delivery of each kind, as Alice's, with an address of Slack's for the answer."""
    common = {
        "team": {"id": agency.TEAM},
        "user": {"id": agency.ALICE, "team_id": agency.TEAM},
        "trigger_id": "1.2.x",
        "response_url": answer_at,
        "container": {"type": "message", "channel_id": "D1", "message_ts": "1.2"},
    }
    value = ids.pack(client=1, contact_no=0, touchpoint=1, snooze=1, surface=ids.CARD, scope="team", offset=0)
    presses = [
        {
            **common,
            "type": "block_actions",
            "actions": [
                {"action_id": action, "block_id": value, "value": value, "selected_option": {"value": "1d"}},
            ],
        }
        for action in (*handlers.ACTIONS, *handlers.INPUTS)
    ]
    typed: dict[str, dict[str, Any]] = {
        "client": {"selected_option": {"value": "1"}},
        "channel": {"selected_option": {"value": "call"}},
        "direction": {"selected_option": {"value": "out"}},
        "outcome": {"selected_option": {"value": "reached"}},
        "occurred_on": {"selected_date": "2026-11-18"},
        "until": {"selected_date": datetime.now(UTC).date().isoformat()},
        "summary": {"value": "said hello"},
        "reason": {"value": "away"},
        "status": {"selected_option": {"value": "active"}},
        "monthly_fee": {"value": "1200"},
        "contact_limit_days": {"value": "10"},
        "digest_time": {"selected_time": "09:00"},
        "workdays": {"selected_options": [{"value": "1"}]},
        "quiet_days": {"selected_option": {"value": "nothing"}},
        "owner": {"selected_user": agency.BOB},
        "mood": {"selected_option": {"value": "uneasy"}},
    }
    forms = [
        {
            **common,
            "type": "view_submission",
            "view": {
                "id": "V1",
                "type": "modal",
                "callback_id": form,
                "private_metadata": ids.pack_form(client=1, surface=ids.CARD, answer_at=answer_at, status="active"),
                "state": {"values": {block: {ids.VALUE: state} for block, state in typed.items()}},
            },
        }
        for form in handlers.FORMS
    ]
    message = {"ts": "1763456400.000100", "text": "Hello", "user": agency.ALICE}
    shortcuts = [
        {**common, "type": "shortcut", "callback_id": "touchpoint.log"},
        {**common, "type": "message_action", "callback_id": "touchpoint.log_message", "message": message},
        {**common, "type": "block_suggestion", "action_id": ids.VALUE, "block_id": "client", "value": "a"},
    ]
    user = {
        "id": agency.BOB,
        "team_id": agency.TEAM,
        "name": "bob",
        "tz": "UTC",
        "profile": {"email": "bob@agency.test"},
    }
    events = [
        {"type": "event_callback", "team_id": agency.TEAM, "event_id": "Ev1", "event": event}
        for event in (
            {"type": "app_home_opened", "user": agency.ALICE, "tab": "home"},
            {"type": "user_change", "user": user},
            {"type": "tokens_revoked", "tokens": {"oauth": []}},
            {"type": "anything", "user": agency.ALICE},
        )
    ]
    commands = [
        {
            "command": "/atrisk",
            "text": text,
            "team_id": agency.TEAM,
            "user_id": agency.ALICE,
            "trigger_id": "1.2",
            "response_url": answer_at,
        }
        for text in ("", "acme", "log acme called", "team", "help", "settings", "away until 2026-12-24", "<@U0BOB>")
    ]
    return [*presses, *forms, *shortcuts, *events, *commands]


def mutate(payload: dict[str, Any], chance: random.Random, elsewhere: str) -> dict[str, Any]:
    """Change one to four places of a payload: replace, remove, double, or lead elsewhere."""
    made = copy.deepcopy(payload)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        places = list(_places(made))
        holder, key = chance.choice(places)
        act = chance.random()
        if key in TRUSTED or act < 0.05:
            holder[key] = elsewhere
        elif act < 0.2 and isinstance(holder, dict):
            del holder[key]
        elif act < 0.3 and isinstance(holder[key], str) and holder[key]:
            at = chance.randrange(len(holder[key]))
            holder[key] = holder[key][:at] + str(chance.choice(STRANGE))[:40] + holder[key][at + 1 :]
        elif act < 0.8 and isinstance(holder[key], str):
            holder[key] = chance.choice(TEXTS)
        else:
            holder[key] = copy.deepcopy(chance.choice(STRANGE))
    return made


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place in a structure, as its holder and its key."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])
    if not keys:
        return


def encode(payload: dict[str, Any], chance: random.Random) -> tuple[str, str]:
    """Encode a payload as its kind is, now and then as another, or broken."""
    if "command" in payload and chance.random() < 0.95:
        plain = {name: value if isinstance(value, str) else json.dumps(value) for name, value in payload.items()}
        body, kind = urlencode(plain, errors="replace"), FORM
    elif "event" in payload or chance.random() < 0.02:
        body, kind = json.dumps(payload), JSON
    else:
        body, kind = urlencode({"payload": json.dumps(payload)}), FORM
    if chance.random() < 0.05:
        at = chance.randrange(len(body) or 1)
        body = body[:at] + chance.choice(["\0", "%00", "%ff", "[" * 2000, "{", "&", "", "é"]) + body[at + 1 :]
    return body, kind


def unsign(body: str, kind: str, secret: str, chance: random.Random) -> tuple[bytes, dict[str, str]]:
    """Return a request that Slack has not signed: headers missing, old, of another secret, or of another body."""
    headers = {"content-type": kind, **signed(secret, body)}
    which = chance.randrange(9)
    if which == 0:
        headers = {"content-type": kind}
    elif which == 1:
        headers["x-slack-request-timestamp"] = chance.choice(["soon", "", "1e9", "-1", "9" * 300, "1_000", "\xb2"])
    elif which == 2:
        headers["x-slack-signature"] = chance.choice(["", "v0=", "v0=\xe9", "v1=0", headers["x-slack-signature"][:-1]])
    elif which == 3:
        headers = {"content-type": kind, **signed("another", body)}
    elif which == 4:
        headers["x-slack-request-timestamp"] = str(int(time.time()) - 301)
    elif which == 5:
        return (body + " ").encode(), headers
    elif which == 6:
        return body.encode()[:-1] + b"\xff\xfe", headers
    elif which == 7:
        del headers["x-slack-signature"]
    else:
        return chance.randbytes(chance.randrange(200)), headers
    return body.encode(), headers


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, Practice, Services, Answers]]:
    """Serve both agencies of the tests, with somebody elsewhere who listens."""
    engine = db.connect(f"sqlite:///{folder / 'fuzz.db'}")
    migrate.upgrade(engine)
    now = datetime.now(UTC)
    with Practice(manifest.build()) as practice, httpx.Client(timeout=60) as client, Answers() as answers:
        tokens = {agency.TEAM: practice.team(agency.TEAM, "Agency").token}  # the other agency has removed the bot
        reading, posting = make_clients(tokens.__getitem__, practice.api_url)
        with FollowUps() as later:
            services = Services(
                engine=engine,
                now=lambda: datetime.now(UTC),
                slack=reading,
                posting=posting,
                http=client,
                later=later,
            )
            with services.transaction() as session:
                house = agency.create(session, now)
                for workspace_id, name, owner in (
                    (house.id, "Acme", house.alice),
                    (house.id, "Cedar", house.bob),
                    (house.other_id, SECRET_NAME, house.charlie),
                ):
                    agency.client(session, workspace_id, name, owner_id=owner, now=now)
                assessments.reassess(session, house.id, [1, 2], now)
            team = practice.team(agency.TEAM)
            team.person(agency.ALICE, "Alice", email="alice@agency.test", tz="UTC")
            team.person(agency.BOB, "Bob", email="bob@agency.test", tz="UTC")
            with Server(services, practice.signing_secret, prompt_seconds=PROMPT_SECONDS) as url:
                yield int(url.rpartition(":")[2]), practice, services, answers
    engine.dispose()


def attack(port: int, practice: Practice, elsewhere: str, count: int, seed: int, *, is_signed: bool) -> Counter[int]:
    """Send `count` requests over one connection; return the statuses of the answers."""
    chance, caller = random.Random(seed), Caller(port, practice.signing_secret)
    known, statuses = payloads(f"{practice.url}/response/{agency.TEAM}/1/a"), Counter[int]()
    for _ in range(count):
        body, kind = encode(mutate(chance.choice(known), chance, elsewhere), chance)
        if is_signed:
            status, said = caller.send_signed(body, kind)
        else:
            status, said = caller.send(*unsign(body, kind, practice.signing_secret, chance))
        assert SECRET_NAME not in said, body
        statuses[status] += 1
    return statuses


def records_of_others(services: Services) -> dict[str, list[Any]]:
    """Return all that is stored for the other agency."""
    with services.reading() as session:
        return {
            table.name: [*session.execute(select(table).where(table.c.workspace_id == 2))]
            for table in Base.metadata.sorted_tables
            if "workspace_id" in table.c
        }


def measure(mutated: int, unsigned: int) -> tuple[dict[str, Counter[int]], list[str], int, bool]:
    """Attack; return the statuses, errors logged, how much was sent elsewhere, and whether others' records are safe."""
    watch = Watch()
    logging.getLogger().addHandler(watch)
    logging.getLogger().setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (port, practice, services, answers):
        elsewhere, before = answers.url.replace("127.0.0.1", "localhost"), records_of_others(services)
        found: dict[str, Counter[int]] = {}
        for name, count in (("unsigned", unsigned), ("mutated", mutated)):

            def run(seed: int, count: int = count, name: str = name) -> Counter[int]:
                return attack(port, practice, elsewhere, count // CALLERS, seed, is_signed=name == "mutated")

            with ThreadPoolExecutor(CALLERS) as pool:
                found[name] = sum(pool.map(run, range(CALLERS)), Counter())
        for _ in range(100):
            time.sleep(0.01)
        told = any(SECRET_NAME in str(call.args) for call in practice.calls)
        is_safe = records_of_others(services) == before and not told
    logging.getLogger().removeHandler(watch)
    return found, watch.seen, len(answers.received), is_safe


def main() -> bool:
    """Measure and print; say whether the bars are met."""
    share = int(sys.argv[-1]) if sys.argv[-1].isdecimal() else MUTATED
    unsigned = UNSIGNED * share // MUTATED
    found, logged, sent, is_safe = measure(share, unsigned)
    print(f"{found['unsigned'].total():,} unsigned requests: answered {dict(found['unsigned'])} (bar: each 401)")
    print(f"{found['mutated'].total():,} mutated, signed requests: answered {dict(sorted(found['mutated'].items()))}")
    print(f"  sent elsewhere {sent}, tracebacks and errors logged {len(logged)}, others' records safe: {is_safe}")
    for line, times in Counter(logged).most_common(10):
        print(f"  {times} × {line[:300]}")
    return set(found["unsigned"]) == {401} and not sent and not logged and is_safe and 500 not in found["mutated"]


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
