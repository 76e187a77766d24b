"""Socket Mode: connections that the app opens, and envelopes that go to one of them each.

Here: hello, envelopes, acknowledgements. Never here: what an envelope carries.
"""

import asyncio
import json
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from itertools import count

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.practice.deliveries import Answer
from bot.practice.rules import Json

MOST_CONNECTIONS = 10


class Sockets:
    """The connections of one app. It runs on the server's loop; `send` and `cut` are for other threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tickets: set[str] = set()
        self._open: list[WebSocket] = []
        self._waiting: dict[str, Future[Json]] = {}
        self._numbers = count(1)
        self._loop: asyncio.AbstractEventLoop | None = None

    def ticket(self) -> str:
        """Make a ticket for one connection, which goes into the address that apps.connections.open gives."""
        with self._lock:
            ticket = f"ticket-{next(self._numbers)}"
            self._tickets.add(ticket)
            return ticket

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._open)

    async def __call__(self, socket: WebSocket) -> None:
        """Serve one connection until it closes."""
        ticket = socket.query_params.get("ticket", "")
        with self._lock:
            known = ticket in self._tickets and len(self._open) < MOST_CONNECTIONS
            self._tickets.discard(ticket)
        if not known:
            await socket.close(1008)
            return
        self._loop = asyncio.get_running_loop()
        await socket.accept()
        info = {"app_id": "A0PRACTICE"}
        hello = {"type": "hello", "num_connections": len(self._open) + 1, "connection_info": info}
        await socket.send_text(json.dumps(hello))
        self._open.append(socket)
        try:
            while True:
                self._acknowledged(json.loads(await socket.receive_text()))
        except WebSocketDisconnect:
            pass
        finally:
            self._forget(socket)

    def _forget(self, socket: WebSocket) -> None:
        if socket in self._open:
            self._open.remove(socket)

    def _acknowledged(self, frame: Json) -> None:
        future = self._waiting.pop(str(frame.get("envelope_id")), None)
        if future is not None and not future.done():
            future.set_result(frame.get("payload") or {})

    def send(self, kind: str, payload: Json, retry: int, reason: str, seconds: float) -> Answer | None:
        """Send an envelope to one connection, the next in turn; None when no connection is open."""
        loop, number = self._loop, next(self._numbers)
        opened = list(self._open)
        if loop is None or not opened:
            return None
        envelope: Json = {
            "envelope_id": f"envelope-{number}",
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        future: Future[Json] = Future()
        self._waiting[envelope["envelope_id"]] = future
        socket = opened[number % len(opened)]
        started = time.monotonic()
        asyncio.run_coroutine_threadsafe(self._post(socket, envelope), loop)
        try:
            answer = future.result(seconds)
        except TooLate:
            self._waiting.pop(envelope["envelope_id"], None)
            return Answer(None, error="operation_timeout", seconds=time.monotonic() - started)
        return Answer(200, json.dumps(answer) if answer else "", seconds=time.monotonic() - started)

    async def _post(self, socket: WebSocket, frame: Json) -> None:
        try:
            await socket.send_text(json.dumps(frame))
        except (RuntimeError, WebSocketDisconnect):
            self._forget(socket)  # the app has gone; the sender learns it by the timeout, as in Slack

    def cut(self) -> None:
        """Close every connection, without the notice that Slack gives when it closes one itself."""
        loop, opened = self._loop, list(self._open)
        if loop is not None:
            for socket in opened:
                asyncio.run_coroutine_threadsafe(self._close(socket), loop).result(5)

    async def _close(self, socket: WebSocket) -> None:
        self._forget(socket)
        try:
            await socket.close()
        except (RuntimeError, WebSocketDisconnect):
            return  # the app closed it first
