"""chat.*: what the bot says, and changes of it."""

import json
from dataclasses import replace
from typing import Any

from bot.practice.blocks import MESSAGE_TEXT, validate_message
from bot.practice.errors import SlackError, invalid
from bot.practice.methods.call import Call
from bot.practice.rules import Json
from bot.practice.screen import Message
from bot.practice.state import Channel

UPDATE_TEXT = 4_000
METADATA_BYTES = 8_000  # Slack publishes no number


def post_message(call: Call) -> Json:
    """A new message by the bot. A person's id as the channel is refused: Slack's documents disagree on it."""
    channel = _open_channel(call)
    content = _content(call)
    ts = call.world.next_ts(call.team)
    message = Message(
        channel.id, ts, call.team.bot_user_id, bot_id=call.team.bot_id, app_id=call.world.app.id, **content
    )
    stored = call.world.store(channel, message)
    return {"channel": channel.id, "ts": ts, "message": stored.as_json(call.team.id)}


def update(call: Call) -> Json:
    """Replace text and blocks of the bot's own message; its metadata stays unless the call has some."""
    channel = call.channel()
    old = channel.messages.get(call.args.required("ts"))
    if old is None or old.ephemeral:
        raise SlackError("message_not_found")
    if old.user != call.team.bot_user_id:
        raise SlackError("cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    if len(call.args.text("text")) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    if "text" not in call.args and "blocks" not in call.args:
        raise SlackError("no_text")
    given = _content(call, needs_text=False)
    metadata = given["metadata"] if "metadata" in call.args else old.metadata
    changed = replace(
        old,
        text=given["text"] if "text" in call.args else old.text,
        blocks=given["blocks"],
        metadata=metadata or None,
    )
    stored = call.world.store(channel, changed)
    return {"channel": channel.id, "ts": old.ts, "text": stored.text, "message": stored.as_json(call.team.id)}


def _open_channel(call: Call) -> Channel:
    """The channel of the arguments, where the bot may post."""
    channel, team = call.channel(), call.team
    if channel.archived or (channel.kind == "im" and any(team.users[user].deleted for user in channel.members)):
        raise SlackError("is_archived")
    if team.bot_user_id not in channel.members and "chat:write.public" not in team.scopes:
        raise SlackError("not_in_channel")
    return channel


def _content(call: Call, *, needs_text: bool = True) -> Json:
    given = {
        "text": call.args.text("text"),
        "blocks": call.args.json("blocks", "invalid_blocks_format"),
        "metadata": call.args.json("metadata", "invalid_metadata_format"),
    }
    return message_content(given, needs_text=needs_text)


def message_content(given: Json, *, needs_text: bool = True) -> Json:
    """The checked text, blocks and metadata of a message that is about to be stored; raises Slack's refusal."""
    text, blocks = given.get("text") or "", given.get("blocks") or []
    if needs_text and not text and not blocks:
        raise SlackError("no_text")
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = validate_message({"text": "-", "blocks": blocks})
    if problems:
        raise invalid("invalid_blocks", problems)
    metadata = given.get("metadata")
    if metadata:
        _check_metadata(metadata)
    return {"text": text[:MESSAGE_TEXT], "blocks": blocks, "metadata": metadata or None}


def _check_metadata(metadata: Any) -> None:
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    if not isinstance(payload, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not all(map(_is_flat, payload.values())):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")


def _is_flat(value: Any, depth: int = 0) -> bool:
    """Say whether it is a plain value, a flat object, or a list of these: all that Slack's metadata carries."""
    if isinstance(value, str | int | float | bool):
        return True
    if isinstance(value, dict):
        return depth < 2 and all(isinstance(inner, str | int | float | bool) for inner in value.values())
    return isinstance(value, list) and depth == 0 and all(_is_flat(inner, 1) for inner in value)
