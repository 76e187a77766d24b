"""Slash commands: what the app is sent, and what the person sees of its answer.

Never here: other interactions (`interactions`).
"""

import re

from bot.practice.deliveries import Answer
from bot.practice.errors import SlackError
from bot.practice.interactions import Actor
from bot.practice.responses import show_answer, show_failure
from bot.practice.rules import Json
from bot.practice.state import Channel, ResponseUrl, Team


def send_command(actor: Actor, channel: Channel, command: str, text: str) -> Answer:
    """Send a slash command, and show the person what the answer says."""
    world = actor.world
    known = [one for one in world.app.commands if one["command"] == command]
    if not known:
        with world.lock:
            show_failure(world, actor.team, channel, actor.user.id, f"{command} is not a valid command.")
        return Answer(None, error="unknown_command")
    with world.lock:
        sent = escaped(actor.team, text) if known[0].get("should_escape") else text
        payload = _payload(actor, channel, command, sent)
    return _shown(actor, channel, command, actor.deliveries.send("command", payload))


def _payload(actor: Actor, channel: Channel, command: str, text: str) -> Json:
    world, team, user = actor.world, actor.team, actor.user
    return {
        "token": world.app.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.kind == "im" else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": world.app.id,
        "is_enterprise_install": "false",
        "response_url": actor.response_url(channel),
        "trigger_id": world.new_trigger(team, user.id),
    }


def _shown(actor: Actor, channel: Channel, command: str, answer: Answer) -> Answer:
    world, team, user = actor.world, actor.team, actor.user
    with world.lock:
        body = answer.json()
        if body is None and answer.body.strip():
            body = {"text": answer.body}
        if not answer.error and body and (body.get("text") or body.get("blocks")):
            try:
                show_answer(world, team, ResponseUrl(channel.id, user.id, world.now()), body)
            except SlackError as refusal:
                answer = Answer(answer.status, answer.body, refusal.error, answer.seconds)
        if answer.error:
            show_failure(world, team, channel, user.id, f"{command} failed with the error “{answer.error}”")
    return answer


def escaped(team: Team, text: str) -> str:
    """Escape what a person typed as Slack does, names of people and of public channels among it."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    users = {user.name: user for user in team.users.values()}
    channels = {one.name: one for one in team.channels.values() if one.kind == "channel"}

    def person(found: re.Match[str]) -> str:
        user = users.get(found[1])
        return f"<@{user.id}|{user.name}>" if user else found[0]

    def place(found: re.Match[str]) -> str:
        channel = channels.get(found[1])
        return f"<#{channel.id}|{channel.name}>" if channel else found[0]

    text = re.sub(r"(?<!\S)@([\w.-]+)", person, text)
    return re.sub(r"(?<!\S)#([\w-]+)", place, text)
