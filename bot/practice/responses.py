"""Answers to an interaction that come by its response address, or in the body of a command's HTTP response.

Here: what such an answer may do and for how long. Never here: the Web API.
"""

import json
from dataclasses import replace
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.practice.errors import SlackError
from bot.practice.methods.chat import message_content
from bot.practice.rules import Json
from bot.practice.screen import Message
from bot.practice.state import SLACKBOT, Channel, ResponseUrl, Team, World

LIFE = timedelta(minutes=30)
MOST_USES = 5


class Responses:
    """`POST /response/{team}/…` for a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def __call__(self, request: Request) -> Response:
        """Take one answer."""
        raw = await request.body()
        try:
            body = json.loads(raw)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        with self.world.lock:
            try:
                self._take(request.path_params["path"], body)
            except SlackError as refusal:
                return JSONResponse(refusal.body(), 404 if refusal.error.endswith("_url") else 400)
        return JSONResponse({"ok": True})

    def _take(self, path: str, body: Json) -> None:
        address = self.world.responses.get(path)
        if address is None or self.world.now() - address.given_at > LIFE:
            raise SlackError("expired_url")
        if address.uses >= MOST_USES:
            raise SlackError("used_url")
        team = self.world.teams[path.split("/", 1)[0]]
        address.uses += 1
        channel = team.channels[address.channel]
        original = channel.messages.get(address.message_ts or "")
        if body.get("replace_original") and original is not None:
            replace_message(self.world, channel, original, body)
        else:
            show_answer(self.world, team, address, body)


def replace_message(world: World, channel: Channel, original: Message, body: Json) -> Message:
    """Put an answer in the place of the message that was acted upon."""
    content = message_content(body)
    if "metadata" not in body:
        content["metadata"] = original.metadata
    return world.store(channel, replace(original, **content))


def show_answer(world: World, team: Team, address: ResponseUrl, body: Json) -> Message:
    """Show an answer: to the person only, or to everybody with `response_type: in_channel`."""
    content = message_content(body)
    reader = None if body.get("response_type") == "in_channel" else address.user
    message = Message(
        address.channel,
        world.next_ts(team),
        team.bot_user_id,
        bot_id=team.bot_id,
        app_id=world.app.id,
        reader=reader,
        **content,
    )
    return world.store(team.channels[address.channel], message)


def show_failure(world: World, team: Team, channel: Channel, user_id: str, text: str) -> Message:
    """Have Slackbot tell one person that something did not work."""
    ts = world.next_ts(team)
    return world.store(channel, Message(channel.id, ts, SLACKBOT, text, reader=user_id))
