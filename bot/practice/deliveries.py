"""What Slack sends to the app: signed HTTP requests, or Socket Mode envelopes once the app has opened a connection.

Here: signing, sending, the 3 seconds, the retries of events. Never here: what the payloads say (`commands`,
`interactions`, `modals`, `events`) or what the answers mean.
"""

import hashlib
import hmac
import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Literal
from urllib.parse import urlencode

import httpx

from bot.practice.rules import Json

REMEMBERED = 5_000
LONG_PAUSE_SECONDS = 1.0
"""Whoever waits for an event's answer is not kept waiting through a longer pause between two attempts."""
Kind = Literal["command", "interactive", "options", "event"]
_ENVELOPES = {
    "command": "slash_commands",
    "interactive": "interactive",
    "options": "interactive",
    "event": "events_api",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `error` is Slack's word for what went wrong, `status` None when nothing came."""

    status: int | None
    body: str = ""
    error: str = ""
    seconds: float = 0.0

    def json(self) -> Json | None:
        """The body as an object; None when it is not one."""
        if not self.body.startswith("{"):
            return None
        try:
            decoded: Json = json.loads(self.body)
        except ValueError:
            return None
        return decoded


@dataclass(frozen=True, slots=True)
class Delivery:
    """One payload with the answers to each attempt."""

    kind: Kind
    payload: Json
    answers: tuple[Answer, ...] = field(default=())


Envelope = Callable[[str, Json, int, str, float], Answer | None]
"""Sends over a socket: (type, payload, retry number, retry reason, seconds to wait); None when no socket is open."""


@cache
def _certificates() -> ssl.SSLContext:
    """Read once, for all workspaces of a process: it takes tens of milliseconds."""
    return ssl.create_default_context()


class Deliveries:
    """Sends to one app: over its socket where one is open, else to `url`."""

    def __init__(
        self, signing_secret: str, over_socket: Envelope, *, ack_seconds: float, retry_delays: tuple[float, ...]
    ) -> None:
        self.url = ""
        self.repeat_events = 0
        self.log: deque[Delivery] = deque(maxlen=REMEMBERED)
        self._signing_secret = signing_secret
        self._over_socket = over_socket
        self._ack_seconds = ack_seconds
        self._retry_delays = retry_delays
        self._closing = threading.Event()
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=0)
        self._http = httpx.Client(timeout=ack_seconds, limits=limits, trust_env=False, verify=_certificates())
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="practice-events")
        self._pending: set[Future[Answer]] = set()

    def send(self, kind: Kind, payload: Json) -> Answer:
        """Send once and wait for the answer, 3 seconds at most (`ack_seconds`)."""
        answer = self._attempt(kind, payload)
        self.log.append(Delivery(kind, payload, (answer,)))
        return answer

    def send_event(self, payload: Json) -> Future[Answer]:
        """Send an event on a thread of its own, with Slack's retries.

        The future holds the answer to the last attempt, or to the one before a pause longer than LONG_PAUSE_SECONDS.
        """
        times = 1
        if self.repeat_events:
            self.repeat_events -= 1
            times = 2
        answered: Future[Answer] = Future()
        self._pending.add(answered)
        answered.add_done_callback(self._pending.discard)
        work = self._pool.submit(self._send_event, payload, times, answered)
        work.add_done_callback(lambda done: _pass_on(done, answered))
        return answered

    def settle(self, seconds: float) -> None:
        """Wait until no event is under way, except those in a long pause before their next attempt."""
        for answered in list(self._pending):
            answered.result(seconds)

    def close(self) -> None:
        """Give up what is under way."""
        self._closing.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._http.close()

    def _send_event(self, payload: Json, times: int, answered: Future[Answer]) -> None:
        answers = [self._attempt("event", payload)]
        for number, delay in enumerate(self._retry_delays, start=1):
            if not answers[-1].error:
                break
            if delay > LONG_PAUSE_SECONDS and not answered.done():
                answered.set_result(answers[-1])
            if self._closing.wait(delay):
                break
            answers.append(self._attempt("event", payload, number, _reason(answers[-1])))
        answers.extend(self._attempt("event", payload, 1, "http_timeout") for _ in range(times - 1))
        self.log.append(Delivery("event", payload, tuple(answers)))
        if not answered.done():
            answered.set_result(answers[-1])

    def _attempt(self, kind: Kind, payload: Json, retry: int = 0, reason: str = "") -> Answer:
        answer = self._over_socket(_ENVELOPES[kind], payload, retry, reason, self._ack_seconds)
        return answer if answer is not None else self._over_http(kind, payload, retry, reason)

    def _over_http(self, kind: Kind, payload: Json, retry: int, reason: str) -> Answer:
        if not self.url:
            return Answer(None, error="dispatch_failed")
        body, headers = _encoded(kind, payload)
        headers |= signed(self._signing_secret, body)
        if retry:
            headers |= {"x-slack-retry-num": str(retry), "x-slack-retry-reason": reason}
        started = time.monotonic()
        try:
            response = self._http.post(self.url, content=body, headers=headers)
        except httpx.TimeoutException:
            return Answer(None, error="operation_timeout", seconds=time.monotonic() - started)
        except httpx.HTTPError:
            return Answer(None, error="dispatch_failed", seconds=time.monotonic() - started)
        seconds = time.monotonic() - started
        return Answer(response.status_code, response.text, _error(response.status_code), seconds)


def _pass_on(done: Future[None], answered: Future[Answer]) -> None:
    """Tell whoever waits for the answer that the work was cancelled or failed."""
    if answered.done():
        return
    failure = RuntimeError("the practice workspace was stopped") if done.cancelled() else done.exception()
    answered.set_exception(failure or RuntimeError("the event had no answer"))


def signed(secret: str, body: str) -> dict[str, str]:
    """Slack's signature headers for a body. By the real clock always: the app compares them with its own."""
    stamp = str(int(time.time()))
    mac = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={mac}"}


def _encoded(kind: Kind, payload: Json) -> tuple[str, dict[str, str]]:
    if kind == "event":
        return json.dumps(payload), {"content-type": "application/json"}
    form = {"content-type": "application/x-www-form-urlencoded"}
    if kind == "command":
        return urlencode(payload), form
    return urlencode({"payload": json.dumps(payload)}), form


def _error(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if status < 400:
        return "too_many_redirects"
    return "http_client_error" if status < 500 else "http_service_error"


def _reason(answer: Answer) -> str:
    if answer.error == "operation_timeout":
        return "http_timeout"
    return "connection_failed" if answer.status is None else "http_error"
