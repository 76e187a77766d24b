"""The web application: receives Slack's requests, and serves `/healthz` and `/metrics`.

A request's signature is checked over its raw body before anything of it is read; what is not signed gets a 401 and
goes no further. Bolt is synchronous and runs in threads, so that a slow listener does not block others. How many
requests are in hand at once is bounded (`bot.infra.capacity`); those beyond get a 503. Never here: pages, texts, or
anything about clients.
"""

import asyncio
import hmac
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from anyio import CapacityLimiter, to_thread
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.infra import capacity, db_errors
from bot.infra.models import Client, LateDigest, OutboxMessage
from bot.infra.services import Services
from bot.slack.signature import is_signed

log = logging.getLogger(__name__)

MAX_BODY = 512 * 1024
"""Bytes: many times the largest of our forms with all its texts at their longest, as it is encoded."""
BODY_SECONDS = 5
"""How long a body may take to arrive."""
HEALTH_SECONDS = 1.0
"""How long an answer of the database to `/healthz` counts: anybody may ask, and as often as they like."""

_PENDING = select(func.count(), func.min(OutboxMessage.not_before)).where(
    OutboxMessage.state.in_(("waiting", "sending")),
    OutboxMessage.not_before <= bindparam("now", type_=OutboxMessage.not_before.type),
)
_DUE = select(func.count(), func.min(Client.next_check_at)).where(
    Client.next_check_at <= bindparam("now", type_=OutboxMessage.not_before.type)
)
_MISSED = select(func.count()).select_from(LateDigest).where(LateDigest.told_at.is_(None))
_LATEST = select(LateDigest.due_at, LateDigest.told_at).where(
    LateDigest.told_at > bindparam("day_ago", type_=OutboxMessage.not_before.type)
)
_DEAD = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == "dead")


class _Room:
    """Places for requests; counted in the event loop's one thread."""

    def __init__(self, places: int) -> None:
        self._free = places

    @contextmanager
    def taking(self) -> Iterator[bool]:
        """Take a place while the block runs; yield whether there was one."""
        is_taken = self._free > 0
        self._free -= is_taken
        try:
            yield is_taken
        finally:
            self._free += is_taken


class _Threads:
    """A limiter for each kind of work, made inside the event loop that it belongs to."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: list[CapacityLimiter] = []

    @property
    def limiter(self) -> CapacityLimiter:
        """The limiter."""
        if not self._made:
            self._made.append(CapacityLimiter(self._most))
        return self._made[0]


def create(app: App, services: Services, signing_secret: str, metrics_token: str | None = None) -> Starlette:
    """Create the application from the Bolt app, with health and, for whoever has `metrics_token`, metrics.

    Raises:
        ValueError: when there is no signing secret: nothing unsigned is served.
    """
    probes = _Threads(capacity.PROBES)
    metrics, health = _Metrics(services, metrics_token, probes), _Health(services)
    door = _Door(app, SignatureVerifier(signing_secret))

    async def slack(request: Request) -> Response:
        started = time.perf_counter()
        response = await door.answer(request)
        metrics.count(response, time.perf_counter() - started)
        return response

    async def healthz(_request: Request) -> Response:
        is_reachable = await to_thread.run_sync(health.is_database_reachable, limiter=probes.limiter)
        return JSONResponse({"database": "ok" if is_reachable else "unreachable"}, 200 if is_reachable else 503)

    return Starlette(
        routes=[
            Route("/slack/events", slack, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/metrics", metrics.answer),
        ]
    )


class _Door:
    """Lets in what Slack has signed, and no more at once than there is room for."""

    def __init__(self, app: App, verifier: SignatureVerifier) -> None:
        self._app, self._verifier = app, verifier
        self._bodies = _Room(capacity.BODIES)
        self._in_hand = _Room(capacity.REQUESTS + capacity.WAITING_REQUESTS)
        self._threads = _Threads(capacity.REQUESTS)

    async def answer(self, request: Request) -> Response:
        """Answer one of Slack's requests, or refuse somebody else's."""
        with self._bodies.taking() as is_taken:
            if not is_taken:
                return Response("too many requests at once", 503)
            body = await _body(request)
        if isinstance(body, Response):
            return body
        if not is_signed(self._verifier, body, request.headers):
            return Response("not signed by Slack", 401)
        with self._in_hand.taking() as is_taken:
            if not is_taken:
                return Response("too many requests at once", 503)
            answer = await to_thread.run_sync(
                _dispatch, self._app, body, request.headers, limiter=self._threads.limiter
            )
        return Response(answer.body, answer.status, {name: values[0] for name, values in answer.headers.items()})


class _Metrics:
    """What is counted, for whoever has the token; nobody, without one."""

    def __init__(self, services: Services, token: str | None, threads: _Threads) -> None:
        self._token, self._threads = token, threads
        self._registry = CollectorRegistry()
        self._registry.register(_Backlog(services))
        self._answers = Counter(
            "atrisk_slack_deliveries",
            "Slack's deliveries, by the status answered.",
            ["status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "atrisk_slack_delivery_seconds",
            "Time to answer one of Slack's deliveries.",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
            registry=self._registry,
        )

    def count(self, response: Response, seconds: float) -> None:
        """Count an answer."""
        self._answers.labels(response.status_code).inc()
        self._seconds.observe(seconds)

    async def answer(self, request: Request) -> Response:
        """Answer `/metrics`."""
        if self._token is None:
            return Response("not served: METRICS_TOKEN is not set", 404)
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
            return Response("METRICS_TOKEN is needed", 401, {"www-authenticate": "Bearer"})
        text = await to_thread.run_sync(generate_latest, self._registry, limiter=self._threads.limiter)
        return Response(text, media_type=CONTENT_TYPE_LATEST)


async def _body(request: Request) -> bytes | Response:
    """Read the body; or say why not: it is larger than any that Slack sends, too slow, or broken off."""
    too_large = Response("the body is too large", 413)
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and len(declared) < 20 and int(declared) > MAX_BODY:
        return too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    return too_large
    except TimeoutError:
        return Response("the body took too long", 408)
    except ClientDisconnect:
        return Response("the body broke off", 400)
    return bytes(body)


def _dispatch(app: App, body: bytes, headers: Headers) -> BoltResponse:
    """Pass a request to Bolt; answer a malformed one with 400 rather than a stack trace."""
    try:
        kind = headers.get("content-type", "")  # alone: other headers are not signed either, and steer Bolt
        request = BoltRequest(body=body.decode(), headers={"content-type": kind})
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError) as error:
        log.warning("a signed request cannot be parsed: %s", type(error).__name__)
        return BoltResponse(status=400, body="")
    return app.dispatch(request)


class _Health:
    """Whether the database answers, asked at most once in HEALTH_SECONDS; used by one thread at a time."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asked_at, self._is_reachable = -HEALTH_SECONDS, False

    def is_database_reachable(self) -> bool:
        """Whether the database has just answered."""
        if time.monotonic() - self._asked_at >= HEALTH_SECONDS:
            self._is_reachable, self._asked_at = self._ask(), time.monotonic()
        return self._is_reachable

    def _ask(self) -> bool:
        try:
            with self._services.reading() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            reason = db_errors.explain(error, self._services.engine.url)
            self._services.database_outage.report(reason or type(error).__name__)
            return False
        self._services.database_outage.end()
        return True


class _Backlog(Collector):
    """Metrics of the work that is waiting, read from the database when collected."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> Iterable[Metric]:
        """Return nothing: registering must not read the database."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Count what is due and how long the oldest has waited."""
        try:
            yield from self._read()
        except SQLAlchemyError as error:  # /healthz says so, and the other metrics are still wanted
            self._services.database_outage.report(
                db_errors.explain(error, self._services.engine.url) or type(error).__name__
            )

    def _read(self) -> Iterator[Metric]:
        now = self._services.now()
        with self._services.reading() as session:
            (pending, since), (due, due_since) = (
                session.execute(statement, {"now": now}).one() for statement in (_PENDING, _DUE)
            )
            dead, missed = session.scalar(_DEAD), session.scalar(_MISSED)
            late = session.execute(_LATEST, {"day_ago": now - timedelta(days=1)}).all()
        yield CounterMetricFamily(
            "atrisk_digests_missed", "Digests of days on which nothing ran in time.", value=missed
        )
        for name, description, value in (
            ("outbox_pending", "Messages that are due and not sent yet.", pending),
            ("outbox_oldest_seconds", "How long the oldest of them has been due.", _age(since, now)),
            ("outbox_dead", "Messages that can never be sent.", dead),
            (
                "told_late_seconds",
                "How late the latest digest of the last 24 hours was composed.",
                max((_age(row.due_at, row.told_at) for row in late), default=0.0),
            ),
            ("sweep_due", "Clients that are due for assessment.", due),
            ("sweep_lag_seconds", "How long the oldest of them has been due.", _age(due_since, now)),
        ):
            yield GaugeMetricFamily(f"atrisk_{name}", description, value=value)


def _age(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0
