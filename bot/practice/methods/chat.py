"""chat.* and reactions.add: what the bot says, changes and takes back."""

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
    channel = _may_post(call)
    content = _content(call)
    ts = call.world.next_ts(call.team)
    message = _bot_message(call, channel, ts, **content)
    stored = call.world.store(channel, replace(message, thread_ts=call.args.text("thread_ts") or None))
    return {"channel": channel.id, "ts": ts, "message": stored.as_json(call.team.id)}


def post_ephemeral(call: Call) -> Json:
    """A message that one member of the conversation sees; its metadata is dropped, as Slack does."""
    channel = _may_post(call)
    user = call.user(refusal="user_not_in_channel")
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    content = {**_content(call), "metadata": None}
    if len(content["text"].encode()) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    ts = call.world.next_ts(call.team)
    call.world.store(channel, replace(_bot_message(call, channel, ts, **content), reader=user.id))
    return {"message_ts": ts}


def update(call: Call) -> Json:
    """Replaces text and blocks of the bot's own message; metadata stays unless it is given."""
    channel = call.channel()
    old = _own(call, channel, "cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    if len(call.args.text("text")) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    if "text" not in call.args and "blocks" not in call.args and "attachments" not in call.args:
        raise SlackError("no_text")
    given = _content(call, needs_text=False)
    metadata = given["metadata"] if "metadata" in call.args else old.metadata
    changed = replace(
        old,
        text=given["text"] if "text" in call.args else old.text,
        blocks=given["blocks"] if {"text", "blocks"} & call.args.values.keys() else old.blocks,
        attachments=given["attachments"] if "attachments" in call.args else old.attachments,
        metadata=metadata or None,
    )
    stored = call.world.store(channel, changed)
    body = stored.as_json(call.team.id)
    return {"channel": channel.id, "ts": old.ts, "text": stored.text, "message": body}


def delete(call: Call) -> Json:
    """Takes the bot's own message back."""
    channel = call.channel()
    old = _own(call, channel, "cant_delete_message")
    del channel.messages[old.ts]
    call.world.changed()
    return {"channel": channel.id, "ts": old.ts}


def get_permalink(call: Call) -> Json:
    """The address of a message."""
    channel = call.channel()
    ts = call.args.needed("message_ts")
    if ts not in channel.messages or channel.messages[ts].ephemeral:
        raise SlackError("message_not_found")
    link = f"https://{call.team.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def reactions_add(call: Call) -> Json:
    """A reaction by the bot."""
    channel = call.channel()
    message = channel.messages.get(call.args.needed("timestamp"))
    if message is None or message.ephemeral:
        raise SlackError("message_not_found")
    given = (call.args.needed("name").strip(":"), call.team.bot_user_id)
    if given in message.reactions:
        raise SlackError("already_reacted")
    call.world.store(channel, replace(message, reactions=(*message.reactions, given)))
    return {}


def _may_post(call: Call) -> Channel:
    channel = call.channel()
    team = call.team
    if channel.archived:
        raise SlackError("is_archived")
    if channel.kind == "im":
        if not call.world.app.home.get("messages_tab_enabled", True):
            raise SlackError("messages_tab_disabled")
        if any(team.users[user_id].deleted for user_id in channel.members):
            raise SlackError("is_archived")
    elif team.bot_user_id not in channel.members and "chat:write.public" not in team.scopes:
        raise SlackError("not_in_channel")
    return channel


def _own(call: Call, channel: Channel, refusal: str) -> Message:
    message = channel.messages.get(call.args.needed("ts"))
    if message is None or message.ephemeral:
        raise SlackError("message_not_found")
    if message.user != call.team.bot_user_id:
        raise SlackError(refusal)
    return message


def _bot_message(call: Call, channel: Channel, ts: str, **content: Any) -> Message:
    team = call.team
    return Message(channel.id, ts, team.bot_user_id, bot_id=team.bot_id, app_id=call.world.app.id, **content)


def _content(call: Call, *, needs_text: bool = True) -> Json:
    args = call.args
    if "markdown_text" in args and ("text" in args or "blocks" in args):
        raise SlackError("markdown_text_conflict")
    return message_content(
        {
            "text": args.text("text") or args.text("markdown_text"),
            "blocks": args.json("blocks", "invalid_blocks_format"),
            "attachments": args.json("attachments", "invalid_attachments"),
            "metadata": args.json("metadata", "invalid_metadata_format"),
        },
        needs_text=needs_text,
    )


def message_content(given: Json, *, needs_text: bool = True) -> Json:
    """The text, blocks, attachments and metadata of a message to be, checked; raises Slack's refusal."""
    text, blocks = given.get("text") or "", given.get("blocks") or []
    attachments = given.get("attachments") or []
    if needs_text and not text and not blocks and not attachments:
        raise SlackError("no_text")
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    problems = validate_message({"text": "-", "blocks": blocks})
    if problems:
        raise invalid("invalid_blocks", problems)
    metadata = given.get("metadata")
    if metadata:
        _check_metadata(metadata)
    return {
        "text": text[:MESSAGE_TEXT],
        "blocks": blocks,
        "attachments": attachments,
        "metadata": metadata or None,
    }


def _check_metadata(metadata: Any) -> None:
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if "entities" not in metadata:
        payload = metadata.get("event_payload")
        if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, dict):
            raise SlackError("invalid_metadata_format")
        if not all(map(_flat, payload.values())):
            raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")


def _flat(value: Any, depth: int = 0) -> bool:
    """A plain value, a flat object, or a list of these: all that Slack's metadata carries."""
    if isinstance(value, str | int | float | bool):
        return True
    if isinstance(value, dict):
        return depth < 2 and all(isinstance(inner, str | int | float | bool) for inner in value.values())
    return isinstance(value, list) and depth == 0 and all(_flat(inner, 1) for inner in value)
