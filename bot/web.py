"""The web application: receives Slack's requests, and serves `/healthz` and `/metrics`.

A request's signature is checked over its raw body before anything of it is read; what is not signed gets a 401 and
goes no further. Bolt is synchronous and runs in threads, so that a slow listener does not block others. Never here:
pages, texts, or anything about clients.
"""

import asyncio
import logging
import time
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from anyio import CapacityLimiter, to_thread
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.infra import db_errors
from bot.infra.models import Client, OutboxMessage
from bot.infra.services import Services
from bot.slack.signature import is_signed

log = logging.getLogger(__name__)

MAX_BODY = 512 * 1024
"""Bytes: many times the largest of our forms with all its texts at their longest, as it is encoded."""
BODY_SECONDS = 5
"""How long a body may take to arrive."""
THREADS = 20
"""How many Slack requests are handled at once; each holds a database connection for milliseconds."""

_PENDING = select(func.count(), func.min(OutboxMessage.not_before)).where(
    OutboxMessage.state.in_(("waiting", "sending")),
    OutboxMessage.not_before <= bindparam("now", type_=OutboxMessage.not_before.type),
)
_DUE = select(func.count(), func.min(Client.next_check_at)).where(
    Client.next_check_at <= bindparam("now", type_=OutboxMessage.not_before.type)
)
_DEAD = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == "dead")


def create(app: App, services: Services, signing_secret: str) -> Starlette:
    """Create the application from the Bolt app, with health and metrics.

    Raises:
        ValueError: when there is no signing secret: nothing unsigned is served.
    """
    verifier = SignatureVerifier(signing_secret)
    registry = CollectorRegistry()
    registry.register(_Backlog(services))
    answers = Counter(
        "atrisk_slack_deliveries", "Slack's deliveries, by the status answered.", ["status"], registry=registry
    )
    seconds = Histogram(
        "atrisk_slack_delivery_seconds",
        "Time to answer one of Slack's deliveries.",
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
        registry=registry,
    )
    limiter: list[CapacityLimiter] = []  # created inside the event loop that it belongs to

    async def slack(request: Request) -> Response:
        started = time.perf_counter()
        response = await _answer(request)
        answers.labels(response.status_code).inc()
        seconds.observe(time.perf_counter() - started)
        return response

    async def _answer(request: Request) -> Response:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return Response("the body took too long", 408)
        if body is None:
            return Response("the body is too large", 413)
        if not is_signed(verifier, body, request.headers):
            return Response("not signed by Slack", 401)
        if not limiter:
            limiter.append(CapacityLimiter(THREADS))
        answer = await to_thread.run_sync(_dispatch, app, body, request.headers, limiter=limiter[0])
        return Response(answer.body, answer.status, {name: values[0] for name, values in answer.headers.items()})

    async def healthz(_request: Request) -> Response:
        is_reachable = await to_thread.run_sync(_is_database_reachable, services)
        return JSONResponse({"database": "ok" if is_reachable else "unreachable"}, 200 if is_reachable else 503)

    async def metrics(_request: Request) -> Response:
        text = await to_thread.run_sync(partial(generate_latest, registry))
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/slack/events", slack, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/metrics", metrics),
        ]
    )


async def _body(request: Request) -> bytes | None:
    """Read the body; None if it is larger than any that Slack sends."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MAX_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _dispatch(app: App, body: bytes, headers: Headers) -> BoltResponse:
    """Pass a request to Bolt; answer a malformed one with 400 rather than a stack trace."""
    try:
        request = BoltRequest(body=body.decode(), headers=dict(headers.items()))
    except (ValueError, AttributeError, TypeError, RecursionError):
        log.warning("a request could not be parsed", exc_info=True)
        return BoltResponse(status=400, body="")
    return app.dispatch(request)


def _is_database_reachable(services: Services) -> bool:
    try:
        with services.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.error("%s", db_errors.explain(error, services.engine.url) or f"the database cannot be reached: {error}")  # noqa: TRY400
        return False
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
        now = self._services.now()
        with self._services.reading() as session:
            (pending, since), (due, due_since) = (
                session.execute(statement, {"now": now}).one() for statement in (_PENDING, _DUE)
            )
            dead = session.scalar(_DEAD)
        for name, description, value in (
            ("outbox_pending", "Messages that are due and not sent yet.", pending),
            ("outbox_oldest_seconds", "How long the oldest of them has been due.", _age(since, now)),
            ("outbox_dead", "Messages that can never be sent.", dead),
            ("sweep_due", "Clients that are due for assessment.", due),
            ("sweep_lag_seconds", "How long the oldest of them has been due.", _age(due_since, now)),
        ):
            yield GaugeMetricFamily(f"atrisk_{name}", description, value=value)


def _age(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0
