"""conversations.* and users.conversations: where people talk, and what was said."""

from collections.abc import Iterator
from itertools import islice

from bot.practice.errors import SlackError
from bot.practice.methods.call import Call, page
from bot.practice.rules import Json
from bot.practice.screen import Message
from bot.practice.state import SLACKBOT, Channel, User

_TYPES = {"public_channel": "channel", "private_channel": "private", "im": "im", "mpim": "mpim"}
_SCOPES = {"channel": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def open_(call: Call) -> Json:
    """The bot's conversation with one person, made or found again."""
    team = call.team
    if "channel" in call.args:
        channel = call.channel()
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    users = [_to_talk_to(call, user_id) for user_id in call.args.text("users").split(",") if user_id]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 8:
        raise SlackError("too_many_users")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    call.need_scope("im:write")
    known = users[0].id in team.ims
    if not known and call.args.flag("prevent_creation"):
        raise SlackError("channel_not_found")
    channel = call.world.im(team, users[0].id)
    body = channel_json(call, channel) if call.args.flag("return_im") else {"id": channel.id}
    return {"channel": body, **({"no_op": True, "already_open": True} if known else {})}


def _to_talk_to(call: Call, user_id: str) -> User:
    user = call.team.users.get(user_id)
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot or user.id == SLACKBOT:
        raise SlackError("cannot_dm_bot")
    return user


def info(call: Call) -> Json:
    """One conversation."""
    channel = call.channel(access="read")
    body = channel_json(call, channel)
    if call.args.flag("include_num_members"):
        body["num_members"] = len(channel.members)
    return {"channel": body}


def list_(call: Call) -> Json:
    """The conversations that the bot can see, by type."""
    team = call.team
    found = [channel for channel in _of_types(call) if channel.kind == "channel" or team.bot_user_id in channel.members]
    return _listed(call, found)


def users_conversations(call: Call) -> Json:
    """The conversations of the bot, or those of a person which the bot can see."""
    user_id = call.args.text("user") or call.team.bot_user_id
    bot = call.team.bot_user_id
    found = [
        channel
        for channel in _of_types(call)
        if user_id in channel.members and (channel.kind == "channel" or bot in channel.members)
    ]
    return _listed(call, found)


def _of_types(call: Call) -> Iterator[Channel]:
    kinds = set()
    for name in (call.args.text("types") or "public_channel").split(","):
        kind = _TYPES.get(name.strip())
        if kind is None:
            raise SlackError("invalid_types")
        call.need_scope(_SCOPES[kind])
        kinds.add(kind)
    without_archived = call.args.flag("exclude_archived")
    for channel in call.team.channels.values():
        if channel.kind in kinds and not (without_archived and channel.archived):
            yield channel


def _listed(call: Call, found: list[Channel]) -> Json:
    channels, metadata = page(call, found)
    return {"channels": [channel_json(call, one) for one in channels], "response_metadata": metadata}


def members(call: Call) -> Json:
    """The ids of a conversation's members."""
    found, metadata = page(call, sorted(call.channel(access="read").members))
    return {"members": found, "response_metadata": metadata}


def history(call: Call) -> Json:
    """Messages, newest first; replies in threads and ephemeral messages are left out."""
    channel = _readable(call)
    limit = min(call.args.number("limit", 100) or 100, 999)
    found = list(islice(_older(call, channel), limit + 1))
    shown = [message for message in found[:limit] if message.thread_ts in {None, message.ts}]
    more = len(found) > limit
    return {
        "messages": [_as_json(call, message) for message in shown],
        "has_more": more,
        "pin_count": 0,
        **({"response_metadata": {"next_cursor": f"bmV4dF90czo{found[limit - 1].ts}="}} if more else {}),
    }


def replies(call: Call) -> Json:
    """A thread: its parent, then the answers, oldest first."""
    channel = _readable(call)
    parent = channel.messages.get(call.args.needed("ts"))
    if parent is None or parent.ephemeral:
        raise SlackError("thread_not_found")
    answers = [one for one in channel.messages.values() if one.thread_ts == parent.ts and one.ts != parent.ts]
    thread, metadata = page(call, [parent, *(one for one in answers if not one.ephemeral)], default=1000)
    body = [_as_json(call, message) for message in thread]
    return {"messages": body, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}


def _readable(call: Call) -> Channel:
    channel = call.channel(access="history")
    if call.team.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _older(call: Call, channel: Channel) -> Iterator[Message]:
    """Messages within the bounds, newest first, stopping at the oldest."""
    args = call.args
    oldest, latest = _micros(args.text("oldest"), "oldest"), _micros(args.text("latest"), "latest")
    inclusive = args.flag("inclusive")
    after = args.text("cursor").removeprefix("bmV4dF90czo").removesuffix("=")
    before = _micros(after, "cursor")
    for message in reversed(channel.messages.values()):
        at = _micros(message.ts, "ts") or 0
        if oldest is not None and (at < oldest or (at == oldest and not inclusive)):
            return
        too_new = latest is not None and (at > latest or (at == latest and not inclusive))
        if too_new or message.ephemeral or (before is not None and at >= before):
            continue
        yield message


def _micros(ts: str, name: str) -> int | None:
    """A `ts` as whole microseconds, which compare exactly; None when there is none."""
    if not ts:
        return None
    seconds, _, rest = ts.partition(".")
    if not seconds.isdigit() or (rest and not rest.isdigit()):
        raise SlackError("invalid_cursor" if name == "cursor" else f"invalid_ts_{name}")
    return int(seconds) * 1_000_000 + int((rest + "000000")[:6])


def _as_json(call: Call, message: Message) -> Json:
    return message.as_json(call.team.id, with_metadata=call.args.flag("include_all_metadata"))


def channel_json(call: Call, channel: Channel) -> Json:
    """The conversation object."""
    body: Json = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_im": channel.kind == "im",
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "private",
        "is_mpim": False,
        "is_private": channel.kind != "channel",
        "is_archived": channel.archived,
        "is_ext_shared": channel.ext_shared,
        "is_shared": channel.ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "context_team_id": call.team.id,
    }
    if channel.kind == "im":
        others = channel.members - {call.team.bot_user_id}
        return {**body, "user": next(iter(others), ""), "is_user_deleted": _left(call, others)}
    is_member = call.team.bot_user_id in channel.members
    topic = {"value": channel.topic, "creator": "", "last_set": 0}
    return {
        **body,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_member": is_member,
        "topic": topic,
    }


def _left(call: Call, users: set[str]) -> bool:
    return any(call.team.users[user_id].deleted for user_id in users)
