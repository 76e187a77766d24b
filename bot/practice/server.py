"""The practice workspace as a whole: puts its parts together, starts and stops, and gives tests their handles.

Never here: behaviour of Slack's.
"""

from collections.abc import Callable
from typing import Literal, Self

from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.practice.api import WebApi
from bot.practice.deliveries import Answer, Deliveries, Delivery
from bot.practice.events import Events
from bot.practice.faults import ApiCall, Fault, always
from bot.practice.listener import Listener
from bot.practice.pages import Pages
from bot.practice.responses import Responses
from bot.practice.rules import Json
from bot.practice.sockets import Sockets
from bot.practice.state import App, Clock, Team, World, system_clock
from bot.practice.workspaces import Workspace, new_team


class Practice:
    """A pretend Slack on this machine, for one app in any number of workspaces.

    Use it as a context manager, or call `start` and `stop`. `manifest` is the app's; `now` is the clock of the
    workspaces (aware), though signatures go by the real one. `ack_seconds` is how long the app may take to acknowledge;
    `retry_delays` are the pauses, in seconds, before an event is sent again. With `echo` the app is sent its own
    messages too, as by Slack; without it each post saves a delivery.
    """

    def __init__(
        self,
        manifest: Json,
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
        self.app = App(manifest, signing_secret, app_token)
        self.world = World(self.app, now)
        self.sockets = Sockets()
        self.deliver = Deliveries(signing_secret, self.sockets.send, ack_seconds=ack_seconds, retry_delays=retry_delays)
        self.events = Events(self.world, self.deliver)
        self.pages = Pages(self.world, lambda: self.teams)
        self._listener = Listener(host, port)
        self.api = WebApi(self.world, self._listener.hang_up, self._socket_url)
        if echo:
            self.api.on_success = self._echo
        self._teams: dict[str, Workspace] = {}

    # ---- life

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Listen; port 0 takes a free one.

        Raises:
            OSError: when the port is taken.
        """
        self._listener.start(self._routes())
        return self

    def stop(self) -> None:
        """Stop listening, and give up deliveries under way."""
        self.deliver.close()
        self.pages.close()
        self._listener.stop()

    def _routes(self) -> list[BaseRoute]:
        return [
            Route("/api/{method}", self.api.__call__, methods=["POST", "GET"]),
            Route("/response/{path:path}", Responses(self.world).__call__, methods=["POST"]),
            WebSocketRoute("/link/", self.sockets.__call__),
            *self.pages.routes(),
        ]

    # ---- addresses

    @property
    def url(self) -> str:
        """Where the page is, without a slash at the end."""
        return self._listener.url

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
        """Set the address at which the app listens; the addresses in the manifest are not read."""
        self.deliver.url = url

    # ---- workspaces

    def team(self, team_id: str, name: str = "", *, token: str = "", scopes: frozenset[str] | None = None) -> Workspace:
        """Give the workspace with this id, which has the app installed; it is created at the first call."""
        with self.world.lock:
            if team_id not in self._teams:
                label = name or team_id.removeprefix("T_").removeprefix("T").title()
                granted = self.app.scopes if scopes is None else scopes
                team = new_team(self.world, team_id, label, token or f"xoxb-{team_id}", granted)
                self._teams[team_id] = Workspace(self.world, team, self.deliver, self.events, self.url)
            return self._teams[team_id]

    @property
    def teams(self) -> list[Workspace]:
        """All workspaces."""
        return list(self._teams.values())

    # ---- what the app asked, and what it was sent

    @property
    def calls(self) -> list[ApiCall]:
        """Every Web API call, in order, without tokens."""
        return list(self.api.calls)

    def calls_of(self, method: str) -> list[ApiCall]:
        """The calls of one method."""
        return [call for call in self.api.calls if call.method == method]

    @property
    def early_calls(self) -> list[ApiCall]:
        """The calls that came before the Retry-After which they had been given was over."""
        return [call for call in self.api.calls if call.early]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was sent to the app, in the order of the last answers."""
        return list(self.deliver.log)

    def forget_calls(self) -> None:
        """Empty `calls` and `deliveries`."""
        self.api.calls.clear()
        self.deliver.log.clear()

    def redeliver(self, delivery: Delivery) -> Answer:
        """Send a recorded payload once more, unchanged."""
        return self.deliver.send(delivery.kind, delivery.payload)

    def settle(self, seconds: float = 10.0) -> None:
        """Wait until all events under way have their answers."""
        self.deliver.settle(seconds)

    # ---- what goes wrong

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
        """Plan failures of a method: see `Fault`. `when` looks at the arguments."""
        status = 429 if error in {"ratelimited", "rate_limited"} else status
        self.api.faults.plan(method, Fault(status, error, retry_after, drop, stall), times, when)

    def enforce_rate_limits(self, *, per_channel: float = 1.0) -> None:
        """Answer 429 to chat.postMessage above so many a second in a conversation; 0 for any number."""
        self.api.limits.enforce(per_channel)

    def deliver_events_twice(self, times: int = 1) -> None:
        """Send each of the next so many events twice, as Slack does when an acknowledgement is lost."""
        self.deliver.repeat_events = times

    def cut_sockets(self) -> None:
        """Close Socket Mode connections without notice."""
        self.sockets.cut()

    # ---- parts

    def _socket_url(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}/link/?ticket={self.sockets.ticket()}"

    def _echo(self, method: str, team: Team | None, body: Json) -> None:
        if method == "chat.postMessage" and team is not None:
            channel = team.channels[body["channel"]]
            self.events.message_posted(team, channel, channel.messages[body["ts"]])
