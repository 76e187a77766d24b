"""The web application: Slack's deliveries in, and how things stand out (`/healthz`, `/metrics`).

Bolt is synchronous and runs in threads, so that a slow listener holds up nobody else's; the signature is checked by
Bolt over the body as it came in. No pages, no words, nothing about clients.
"""

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
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.infra.models import Client, OutboxMessage
from bot.infra.services import Services

log = logging.getLogger(__name__)

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes. Slack's largest is a submitted form: a view of 250 KB, twice or thrice that once encoded."""
THREADS = 20
"""How many of Slack's deliveries are worked on at once; each holds a database connection for milliseconds."""

_PENDING = select(func.count(), func.min(OutboxMessage.not_before)).where(
    OutboxMessage.state.in_(("waiting", "sending")),
    OutboxMessage.not_before <= bindparam("now", type_=OutboxMessage.not_before.type),
)
_DUE = select(func.count(), func.min(Client.next_check_at)).where(
    Client.next_check_at <= bindparam("now", type_=OutboxMessage.not_before.type)
)
_DEAD = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == "dead")


def create(app: App, services: Services) -> Starlette:
    """Put the Bolt app and the two looks at its state into one application."""
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
    limiter: list[CapacityLimiter] = []  # made in the event loop that it belongs to

    async def slack(request: Request) -> Response:
        began = time.perf_counter()
        body = await _body(request)
        if body is None:
            return Response("the body is too large", 413)
        if not limiter:
            limiter.append(CapacityLimiter(THREADS))
        answer = await to_thread.run_sync(_dispatch, app, body, request.headers, limiter=limiter[0])
        answers.labels(answer.status).inc()
        seconds.observe(time.perf_counter() - began)
        return Response(answer.body, answer.status, {name: values[0] for name, values in answer.headers.items()})

    async def healthz(_request: Request) -> Response:
        well = await to_thread.run_sync(_database_answers, services)
        return JSONResponse({"database": "ok" if well else "unreachable"}, 200 if well else 503)

    async def metrics(_request: Request) -> Response:
        told = await to_thread.run_sync(partial(generate_latest, registry))
        return Response(told, media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/slack/events", slack, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/metrics", metrics),
        ]
    )


async def _body(request: Request) -> str | None:
    """Read the body, or give up where it is larger than any that Slack sends."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return body.decode("utf-8", errors="replace")


def _dispatch(app: App, body: str, headers: Headers) -> BoltResponse:
    """Hand a delivery to Bolt; one that cannot even be read is answered 400 rather than by a stack trace."""
    try:
        request = BoltRequest(body=body, headers=dict(headers.items()))
    except (ValueError, AttributeError, TypeError):
        log.warning("a delivery could not be read", exc_info=True)
        return BoltResponse(status=400, body="")
    return app.dispatch(request)


def _database_answers(services: Services) -> bool:
    try:
        with services.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        log.exception("the database cannot be reached")
        return False
    return True


class _Backlog(Collector):
    """What waits, counted when asked."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: registering must not read the database."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Count what is due and how long the oldest has waited."""
        now = self._services.now()
        with self._services.reading() as session:
            (pending, since), (due, due_since) = (
                session.execute(found, {"now": now}).one() for found in (_PENDING, _DUE)
            )
            dead = session.scalar(_DEAD)
        for name, told, value in (
            ("outbox_pending", "Messages that are due and not sent yet.", pending),
            ("outbox_oldest_seconds", "How long the oldest of them has been due.", _age(since, now)),
            ("outbox_dead", "Messages that can never be sent.", dead),
            ("sweep_due", "Clients whose judgement is due.", due),
            ("sweep_lag_seconds", "How long the longest of them has been due.", _age(due_since, now)),
        ):
            yield GaugeMetricFamily(f"atrisk_{name}", told, value=value)


def _age(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0
