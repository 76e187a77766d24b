"""The HTTP server that the practice workspace listens with: a free or a given port, on a thread of its own.

Never here: routes, or behaviour of Slack's.
"""

import asyncio
import socket
import threading
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.routing import BaseRoute
from uvicorn.protocols.http.h11_impl import H11Protocol

ANY_HOST = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, never bound to by itself
PATIENCE_SECONDS = 10
"""How long starting, and how long stopping, may take."""


class Listener:
    """Serves routes at `host` and `port` (0: a free one) between `start` and `stop`."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._connections: dict[Any, asyncio.BaseTransport] = {}
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://{'127.0.0.1' if self.host in ANY_HOST else self.host}:{self.port}"

    def start(self, routes: list[BaseRoute]) -> None:
        """Listen.

        Raises:
            OSError: when the port is taken.
        """
        # named as TCP, or asyncio leaves Nagle's algorithm on and each answer on a kept connection takes 40 ms
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self.host, self.port))
        except OSError:
            listening.close()
            raise
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            Starlette(routes=routes, middleware=[self._own_names()]),
            http=_remembering(self._connections),
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,  # the answers carry the world's own time
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="practice", daemon=True
        )
        self._thread.start()
        self._server.ready.wait(PATIENCE_SECONDS)

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(PATIENCE_SECONDS)

    def hang_up(self, request: Request) -> None:
        """Close the connection that a request came by, without an answer."""
        connection = self._connections.get(tuple(request.client or ()))
        if isinstance(connection, asyncio.Transport):
            connection.abort()

    def _own_names(self) -> Middleware:
        """Refuse any other host name, so that no other site's name can be pointed here; off where all may connect."""
        names = ["*"] if self.host in ANY_HOST else [self.host, "127.0.0.1", "localhost"]
        return Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        await super().startup(sockets)
        self.ready.set()


def _remembering(connections: dict[Any, asyncio.BaseTransport]) -> type[H11Protocol]:
    """The protocol of uvicorn, which puts each open connection into `connections` by its client's address."""

    class Remembering(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            connections[self.client] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            connections.pop(self.client, None)
            super().connection_lost(exc)

    return Remembering
