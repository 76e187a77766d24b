"""The page's side of the server: what one person's screen shows, what they do on it, and notice of each change.

Here: JSON for the browser. Never here: what an act does (`acts`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from importlib.resources import files

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.practice.acts import perform
from bot.practice.form import NotOnScreenError
from bot.practice.people import Person
from bot.practice.rules import Json
from bot.practice.screen import Message, View
from bot.practice.state import SLACKBOT, Channel, World
from bot.practice.workspaces import Workspace

SHOWN = 200
"""How many messages of a conversation the page shows."""
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_GUARD = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


class Pages:
    """The routes of the page, for a world and its workspaces."""

    def __init__(self, world: World, workspaces: Callable[[], list[Workspace]]) -> None:
        self.world = world
        self._workspaces = workspaces
        self._watchers: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = False
        world.on_change = self._changed

    def routes(self) -> list[Route]:
        """The page, its files, and the three addresses that it talks to."""
        return [
            Route("/", self.file),
            Route("/page/{name}", self.file),
            Route("/practice/screen", self.screen),
            Route("/practice/changes", self.changes),
            Route("/practice/act", self.act, methods=["POST"]),
        ]

    # ---- files

    async def file(self, request: Request) -> Response:
        """One of the page's files; nothing outside its folder."""
        name = request.path_params.get("name", "index.html")
        found = next((one for one in files("bot.practice").joinpath("page").iterdir() if one.name == name), None)
        if found is None:
            return Response("not found", 404)
        kind = _TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")
        return Response(found.read_bytes(), media_type=kind, headers=_GUARD)

    # ---- changes

    async def changes(self, request: Request) -> Response:
        """Server-sent events: the revision, whenever it grows."""
        del request
        self._loop = asyncio.get_running_loop()
        headers = {"cache-control": "no-store"}
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=headers)

    async def _stream(self) -> AsyncIterator[str]:
        woken = asyncio.Event()
        self._watchers.add(woken)
        try:
            while not self._closing:
                yield f"data: {self.world.revision}\n\n"
                await woken.wait()
                await asyncio.sleep(0.03)  # so that many changes at once are one notice
                woken.clear()
        finally:
            self._watchers.discard(woken)

    def _changed(self) -> None:
        if self._loop is not None and self._watchers and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for woken in self._watchers:
            woken.set()

    def close(self) -> None:
        """End the streams."""
        self._closing = True
        self._changed()

    # ---- the screen

    async def screen(self, request: Request) -> Response:
        """All that one person sees; without a person, only the list of people."""
        workspaces = self._workspaces()
        with self.world.lock:
            body: Json = {"revision": self.world.revision, "people": list(map(_card, _everyone(workspaces)))}
            person = _person(workspaces, request.query_params.get("person", ""))
            if person is not None:
                body |= _screen(self.world, person, request.query_params.get("place", ""))
        return JSONResponse(body, headers={"cache-control": "no-store"})

    # ---- acts

    async def act(self, request: Request) -> Response:
        """Do what a person did on the page; the answer says what the person is told of it."""
        origin = request.headers.get("origin")
        own = f"http://{request.headers.get('host', '')}"
        if origin not in {None, own} or request.headers.get("content-type") != "application/json":
            return JSONResponse({"error": "Only the page itself may ask for this."}, 403)
        body = await request.json()
        person = _person(self._workspaces(), str(body.get("person", "")))
        if person is None:
            return JSONResponse({"error": "There is no such person here."}, 404)
        try:
            answer = await run_in_threadpool(perform, person, body)
        except (NotOnScreenError, KeyError) as gone:
            return JSONResponse({"error": f"That is no longer on the screen ({gone})."}, 409)
        return JSONResponse(answer)


def _everyone(workspaces: list[Workspace]) -> list[Person]:
    return [person for team in workspaces for person in team.people if not person.user.deleted]


def _person(workspaces: list[Workspace], name: str) -> Person | None:
    return next((one for one in _everyone(workspaces) if f"{one.team.id}/{one.id}" == name), None)


def _card(person: Person) -> Json:
    user = person.user
    account = "guest" if user.guest else "admin" if user.is_admin else ""
    return {
        "key": f"{person.team.id}/{user.id}",
        "team": person.team.name,
        "id": user.id,
        "name": user.real_name,
        "handle": user.name,
        "tz": user.tz,
        "account": "external" if user.is_stranger else account,
    }


def _screen(world: World, person: Person, place: str) -> Json:
    team, dm = person.team, person.dm
    joined = [one for one in team.channels.values() if one.kind != "im" and person.id in one.members]
    shown = next((one for one in joined if one.id == place), dm)
    home = person.home
    return {
        "me": _card(person),
        "workspace": {"id": team.id, "name": team.name},
        "bot": {
            "id": team.bot_user_id,
            "name": world.app.name,
            "dm": dm.id,
            "about": world.app.manifest["display_information"].get("description", ""),
            "read_only": not world.app.reads_messages,
        },
        "commands": [
            {
                "command": one["command"],
                "hint": one.get("usage_hint", ""),
                "description": one.get("description", ""),
            }
            for one in world.app.commands
        ],
        "shortcuts": world.app.shortcuts,
        "channels": [_place(person, one) for one in [dm, *joined]],
        "users": {user.id: user.real_name for user in team.users.values() if user.id != SLACKBOT},
        "handles": {
            user.name: user.real_name for user in team.users.values() if not user.is_bot and user.id != SLACKBOT
        },
        "place": shown.id,
        "messages": [_message(person, one) for one in person.messages(shown)[-SHOWN:]],
        "home": _view(home) if home else None,
        "stack": [_view(view) for view in person.stack],
    }


def _place(person: Person, channel: Channel) -> Json:
    seen = person.messages(channel)
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "latest": seen[-1].ts if seen else "",
    }


def _message(person: Person, message: Message) -> Json:
    users = person.team.users
    author = users.get(message.user)
    return {
        "ts": message.ts,
        "revision": message.revision,
        "user": message.user,
        "name": author.real_name if author else message.user,
        "app": bool(author and (author.is_bot or author.id == SLACKBOT)),
        "text": message.text,
        "blocks": message.blocks,
        "ephemeral": message.ephemeral,
    }


def _view(view: View) -> Json:
    return {"id": view.id, "hash": view.hash, "payload": view.payload}
