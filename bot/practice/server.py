"""The practice workspace as a server: starts and stops, and gives tests their handles.

Here: the routes and the life cycle. Never here: behaviour of Slack's.
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any, Literal, Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.routing import Route, WebSocketRoute
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.practice.api import WebApi
from bot.practice.deliveries import Answer, Deliveries, Delivery
from bot.practice.events import Events
from bot.practice.faults import ApiCall, Fault, always
from bot.practice.manifest import GENERAL_MANIFEST
from bot.practice.pages import Pages
from bot.practice.responses import Responses
from bot.practice.rules import Json
from bot.practice.sockets import Sockets
from bot.practice.state import SLACKBOT, App, Clock, Team, User, World, system_clock
from bot.practice.workspaces import Workspace

_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, never bound to by itself


class Practice:
    """A pretend Slack on this machine, for one app in any number of workspaces.

    Use it as a context manager, or call `start` and `stop`. `now` is its clock (aware); signatures alone go by the
    real one. `ack_seconds` is how long the app may take to acknowledge; `retry_delays` are the pauses, in seconds,
    before an event is sent again. With `echo` the app hears of its own messages too, as in Slack; without it each
    post costs no delivery.
    """

    def __init__(
        self,
        manifest: Json | None = None,
        *,
        signing_secret: str = "practice-signing-secret",  # noqa: S107 - invented, and shown to the app on purpose
        app_token: str = "xapp-practice",  # noqa: S107 - invented, and shown to the app on purpose
        now: Clock = system_clock,
        host: str = "127.0.0.1",
        port: int = 0,
        ack_seconds: float = 3.0,
        retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0),
        echo: bool = False,
    ) -> None:
        self.app = App(manifest or GENERAL_MANIFEST, signing_secret, app_token)
        self.world = World(self.app, now)
        self.sockets = Sockets()
        self.deliver = Deliveries(self.app, self.sockets.send, ack_seconds=ack_seconds, retry_delays=retry_delays)
        self.events = Events(self.world, self.deliver)
        self._transports: dict[Any, asyncio.BaseTransport] = {}
        self.pages = Pages(self.world, lambda: self.teams)
        self.api = WebApi(self.world, self._hang_up, self._socket_url)
        if echo:
            self.api.on_success = self._echo
        self._host, self._port = host, port
        self._teams: dict[str, Workspace] = {}
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    # ---- life

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Listens; port 0 takes a free one. OSError when the port is taken."""
        # named as TCP, or asyncio leaves Nagle's algorithm on and each answer on a kept connection takes 40 ms
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._host, self._port))
        except OSError:
            listener.close()
            raise
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(
            Starlette(routes=self._routes(), middleware=[self._own_names()]),
            http=_keeping(self._transports),
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config, self._listening)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="practice", daemon=True
        )
        self._thread.start()
        self._server.ready.wait(10)
        return self

    def _listening(self) -> None:
        self.sockets.loop = asyncio.get_running_loop()

    def stop(self) -> None:
        """Stops listening and gives up deliveries under way."""
        self.deliver.close()
        self.pages.close()
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(10)

    def _routes(self) -> list[Route | WebSocketRoute]:
        return [
            Route("/api/{method}", self.api.__call__, methods=["POST", "GET"]),
            Route("/response/{path:path}", Responses(self.world).__call__, methods=["POST"]),
            WebSocketRoute("/link/", self.sockets.__call__),
            *self.pages.routes(),
        ]

    def _own_names(self) -> Middleware:
        """Lets nobody's name server pass another site off as this one; off where all the world is listened to."""
        names = ["*"] if self._host in _EVERYWHERE else [self._host, "127.0.0.1", "localhost"]
        return Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)

    # ---- addresses

    @property
    def url(self) -> str:
        """Where the page is, without a slash at the end."""
        host = "127.0.0.1" if self._host in _EVERYWHERE else self._host
        return f"http://{host}:{self._port}"

    @property
    def api_url(self) -> str:
        """The `base_url` for slack_sdk's WebClient."""
        return f"{self.url}/api/"

    @property
    def signing_secret(self) -> str:
        """What the app checks signatures with."""
        return self.app.signing_secret

    @property
    def app_token(self) -> str:
        """The app-level token, for Socket Mode."""
        return self.app.app_token

    def deliver_to(self, url: str) -> None:
        """Says where the app listens; stands in for all addresses of the manifest."""
        self.deliver.url = url

    # ---- workspaces

    def team(self, team_id: str, name: str = "", *, token: str = "", scopes: frozenset[str] | None = None) -> Workspace:
        """The workspace with this id, with the app installed, made at the first mention."""
        with self.world.lock:
            if team_id not in self._teams:
                label = name or team_id.removeprefix("T_").removeprefix("T").title()
                team = self._new_team(team_id, label, token or f"xoxb-{team_id}", scopes)
                self._teams[team_id] = Workspace(self.world, team, self.deliver, self.events, self.url)
            return self._teams[team_id]

    @property
    def teams(self) -> list[Workspace]:
        """All workspaces."""
        return list(self._teams.values())

    def _new_team(self, team_id: str, name: str, token: str, scopes: frozenset[str] | None) -> Team:
        domain = "-".join(name.lower().split())
        bot_user = f"UBOT{team_id.strip('T_')}"
        granted = self.app.scopes if scopes is None else scopes
        team = Team(team_id, name, domain, token, bot_user, f"B{team_id.strip('T_')}", granted)
        handle = self.app.name.lower().replace(" ", "_")
        # Slackbot is not marked as a bot in Slack either
        for user_id, known_as, shown in (
            (bot_user, handle, self.app.name),
            (SLACKBOT, "slackbot", "Slackbot"),
        ):
            team.users[user_id] = User(
                user_id,
                known_as,
                shown,
                None,
                "Etc/UTC",
                "en-US",
                team_id,
                is_bot=user_id != SLACKBOT,
                display_name=shown,
            )
        self.world.teams[team_id] = team
        self.world.by_token[token] = team
        return team

    # ---- what was asked, and what is to go wrong

    @property
    def calls(self) -> list[ApiCall]:
        """Every Web API call, in order, without tokens."""
        return list(self.api.calls)

    def calls_of(self, method: str) -> list[ApiCall]:
        """The calls of one method."""
        return [call for call in self.api.calls if call.method == method]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was sent to the app, in order of the last answers."""
        return list(self.deliver.log)

    def forget_calls(self) -> None:
        """Empties `calls` and `deliveries`."""
        self.api.calls.clear()
        self.deliver.log.clear()

    def fail_next(
        self,
        method: str,
        *,
        error: str = "",
        status: int = 200,
        retry_after: int | None = None,
        drop: Literal["", "before", "after"] = "",
        stall: float = 0.0,
        times: int = 1,
        when: Callable[[Json], bool] = always,
    ) -> None:
        """Plans failures of a method: see `Fault`. `when` looks at the arguments."""
        status = 429 if error in {"ratelimited", "rate_limited"} else status
        self.api.faults.plan(method, Fault(status, error, retry_after, drop, stall), times, when)

    def enforce_rate_limits(self, *, per_channel: float = 1.0, per_minute: int = 0) -> None:
        """Answers 429 to chat.postMessage above so many a second in a channel, so many a minute in a workspace."""
        self.api.limits.enforce(per_channel=per_channel, per_minute=per_minute)

    @property
    def early_calls(self) -> list[ApiCall]:
        """The calls that came before the Retry-After which they had been given was over."""
        return [call for call in self.api.calls if call.early]

    def deliver_events_twice(self, times: int = 1) -> None:
        """The next so many events are each sent twice, as Slack does when an acknowledgement is lost."""
        self.deliver.repeat_events = times

    def redeliver(self, delivery: Delivery) -> Answer:
        """Sends a recorded payload once more, unchanged."""
        return self.deliver.send(delivery.kind, delivery.payload)

    def settle(self, seconds: float = 10.0) -> None:
        """Waits until all events under way have their answers."""
        self.deliver.settle(seconds)

    def cut_sockets(self) -> None:
        """Closes Socket Mode connections without a word."""
        self.sockets.cut()

    def disconnect_sockets(self, reason: str = "refresh_requested") -> None:
        """Asks Socket Mode connections to be opened anew."""
        self.sockets.disconnect(reason)

    # ---- parts

    def _socket_url(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}/link/?ticket={self.sockets.ticket()}"

    def _echo(self, method: str, team: Team | None, body: Json) -> None:
        if method == "chat.postMessage" and team is not None:
            channel = team.channels[body["channel"]]
            self.events.said(team, channel, channel.messages[body["ts"]])

    def _hang_up(self, request: Request) -> None:
        transport = self._transports.get(tuple(request.client or ()))
        if isinstance(transport, asyncio.Transport):
            transport.abort()


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to listen."""
        await super().startup(sockets)
        self._on_ready()
        self.ready.set()


def _keeping(transports: dict[Any, asyncio.BaseTransport]) -> type[H11Protocol]:
    """Uvicorn's protocol, with each connection kept by its client's address so that it can be cut."""

    class Kept(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            transports[self.client] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            transports.pop(self.client, None)
            super().connection_lost(exc)

    return Kept
