"""The Web API's door: reads a call from HTTP, checks token, scope, limits and planned failures, runs the method.

Here: everything that is the same for all methods. Never here: what a method does (`bot.practice.methods`).
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from datetime import UTC
from email.utils import format_datetime
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.practice.errors import Args, SlackError
from bot.practice.faults import ApiCall, Fault, Faults, RateLimits
from bot.practice.methods import METHODS
from bot.practice.methods.call import Call
from bot.practice.rules import Json
from bot.practice.state import Team, World

REMEMBERED = 20_000
HangUp = Callable[[Request], None]
"""Closes the connection that a request came by, without an answer."""


class WebApi:
    """`POST /api/{method}` for a world; `calls` holds the newest calls, oldest first."""

    def __init__(self, world: World, hang_up: HangUp, socket_url: Callable[[], str]) -> None:
        self.world = world
        self.faults = Faults()
        self.limits = RateLimits(world.now)
        self.calls: deque[ApiCall] = deque(maxlen=REMEMBERED)
        self.on_success: Callable[[str, Team | None, Json], None] = nothing_more
        self._hang_up = hang_up
        self._socket_url = socket_url

    async def __call__(self, request: Request) -> Response:
        """Answer one call."""
        method = request.path_params["method"]
        try:
            args, token = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)  # the caller died in mid-sentence: nobody is left to answer
        except (ValueError, TypeError):
            return JSONResponse({"ok": False, "error": "invalid_json"})
        team = self.world.by_token.get(token)
        fault = self.faults.take(method, args)
        if fault is not None and fault.drop == "before":
            self._record(method, args, team, 0, "connection dropped before")
            return await self._hung_up(request)
        status, body, headers = self._answer(method, args, token, team, fault)
        if fault is not None and fault.stall:
            await asyncio.sleep(fault.stall)
        if fault is not None and fault.drop == "after":
            return await self._hung_up(request)
        return JSONResponse(body, status, headers)

    async def _hung_up(self, request: Request) -> Response:
        self._hang_up(request)
        await asyncio.sleep(0.01)  # lets the server notice that nobody is left to answer
        return Response(status_code=500)

    def _answer(
        self, method: str, args: Json, token: str, team: Team | None, fault: Fault | None
    ) -> tuple[int, Json, dict[str, str]]:
        team_id = team.id if team else ""
        early = self.limits.is_early(team_id, method, args)
        headers = {"x-slack-req-id": "practice", "date": format_datetime(self.world.now().astimezone(UTC), usegmt=True)}
        if team is not None:
            headers["x-oauth-scopes"] = ",".join(sorted(team.scopes))
        try:
            if fault is not None and fault.refuses:
                raise _planned(fault)
            wait = self.limits.seconds_to_wait(team_id, method, args)
            if wait:
                raise rate_limited(wait)
            status, body = 200, {"ok": True, **self._run(method, args, token, team)}
            self.on_success(method, team, body)
        except SlackError as refusal:
            status, body = refusal.status, refusal.body()
            headers |= refusal.headers
            if "retry-after" in refusal.headers:
                self.limits.close(team_id, method, args, int(refusal.headers["retry-after"]))
        self._record(method, args, team, status, body.get("error", ""), early=early)
        return status, body, headers

    def _run(self, method: str, args: Json, token: str, team: Team | None) -> Json:
        if not token:
            raise SlackError("not_authed")
        if method == "apps.connections.open":
            if token != self.world.app.app_token:
                raise SlackError("invalid_auth")
            return {"url": self._socket_url()}
        if team is None:
            raise SlackError("invalid_auth")
        if team.dead:
            raise SlackError(team.dead)
        if method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        with self.world.lock:
            call = Call(self.world, team, Args(args))
            if METHODS[method].scopes:
                call.require_scope(*METHODS[method].scopes)
            return METHODS[method].run(call)

    def _record(
        self, method: str, args: Json, team: Team | None, status: int, error: str, *, early: bool = False
    ) -> None:
        team_id = team.id if team else ""
        self.calls.append(ApiCall(method, args, team_id, self.world.now(), status, error, early))


def nothing_more(method: str, team: Team | None, body: Json) -> None:
    """What follows a successful call unless `on_success` is set."""
    del method, team, body


def rate_limited(seconds: int) -> SlackError:
    """Slack's 429."""
    return SlackError("ratelimited", status=429, headers={"retry-after": str(seconds)})


def _planned(fault: Fault) -> SlackError:
    if fault.status == 429:
        return rate_limited(fault.retry_after if fault.retry_after is not None else 1)
    error = fault.error or ("internal_error" if fault.status >= 500 else "fatal_error")
    return SlackError(error, status=fault.status)


async def _read(request: Request) -> tuple[Json, str]:
    """The arguments, decoded where they are JSON inside a form, and the token."""
    args: Json = dict(request.query_params)
    raw = await request.body()
    if raw:
        if request.headers.get("content-type", "").startswith("application/json"):
            args |= json.loads(raw)
        else:
            args |= dict(parse_qsl(raw.decode(), keep_blank_values=True))
    for name in ("blocks", "view", "metadata"):
        args[name] = _decoded(args.get(name))
    args = {name: value for name, value in args.items() if value is not None}
    token = str(args.pop("token", ""))
    return args, request.headers.get("authorization", "").removeprefix("Bearer ") or token


def _decoded(value: object) -> object:
    """The structure in a string; a string that is no JSON stays, for the method to refuse."""
    if not isinstance(value, str) or not value:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
