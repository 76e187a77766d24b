"""conversations.* and users.conversations: where people talk, and what was said."""

from collections.abc import Iterator
from itertools import islice

from bot.practice.errors import SlackError
from bot.practice.methods.call import Call
from bot.practice.rules import Json
from bot.practice.screen import Message
from bot.practice.state import SLACKBOT, Channel, User

_TYPES = {"public_channel": "channel", "private_channel": "private", "im": "im", "mpim": "mpim"}
_SCOPES = {"channel": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def open_(call: Call) -> Json:
    """The bot's conversation with one person, new or the one they have."""
    team = call.team
    users = [_addressee(call, user_id) for user_id in call.args.text("users").split(",") if user_id]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    call.require_scope("im:write")
    known = users[0].id in team.ims
    channel = call.world.im(team, users[0].id)
    body = channel_json(call, channel) if call.args.flag("return_im") else {"id": channel.id}
    return {"channel": body, **({"no_op": True, "already_open": True} if known else {})}


def _addressee(call: Call, user_id: str) -> User:
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


def users_conversations(call: Call) -> Json:
    """The conversations of the bot, or those of a person that the bot can see, in pages."""
    user_id, bot = call.args.text("user") or call.team.bot_user_id, call.team.bot_user_id
    found = [
        channel
        for channel in _of_types(call)
        if user_id in channel.members and (channel.kind == "channel" or bot in channel.members)
    ]
    limit = call.args.number("limit", 100) or 100
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    position = call.args.text("cursor").removeprefix("bmV4dDo").removesuffix("=") or "0"
    if not position.isdigit():
        raise SlackError("invalid_cursor")
    start, end = int(position), int(position) + limit
    return {
        "channels": [channel_json(call, channel) for channel in found[start:end]],
        "response_metadata": {"next_cursor": f"bmV4dDo{end}=" if end < len(found) else ""},
    }


def _of_types(call: Call) -> Iterator[Channel]:
    kinds = set()
    for name in (call.args.text("types") or "public_channel").split(","):
        kind = _TYPES.get(name.strip())
        if kind is None:
            raise SlackError("invalid_types")
        call.require_scope(_SCOPES[kind])
        kinds.add(kind)
    without_archived = call.args.flag("exclude_archived")
    for channel in call.team.channels.values():
        if channel.kind in kinds and not (without_archived and channel.archived):
            yield channel


def history(call: Call) -> Json:
    """Messages, newest first, in pages; ephemeral messages are left out."""
    channel = call.channel(access="history")
    if call.team.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    limit = min(call.args.number("limit", 100) or 100, 999)
    found = list(islice(_newest_first(call, channel), limit + 1))
    more = len(found) > limit
    with_metadata = call.args.flag("include_all_metadata")
    return {
        "messages": [message.as_json(call.team.id, with_metadata=with_metadata) for message in found[:limit]],
        "has_more": more,
        "pin_count": 0,
        **({"response_metadata": {"next_cursor": f"bmV4dF90czo{found[limit - 1].ts}="}} if more else {}),
    }


def _newest_first(call: Call, channel: Channel) -> Iterator[Message]:
    """The messages between the bounds that the arguments give."""
    args = call.args
    oldest, latest = _micros(args.text("oldest"), "oldest"), _micros(args.text("latest"), "latest")
    inclusive = args.flag("inclusive")
    before = _micros(args.text("cursor").removeprefix("bmV4dF90czo").removesuffix("="), "cursor")
    for message in reversed(channel.messages.values()):
        at = _micros(message.ts, "ts") or 0
        if oldest is not None and (at < oldest or (at == oldest and not inclusive)):
            return
        too_new = latest is not None and (at > latest or (at == latest and not inclusive))
        if too_new or message.ephemeral or (before is not None and at >= before):
            continue
        yield message


def _micros(ts: str, name: str) -> int | None:
    """A `ts` as whole microseconds, which compare exactly; None when it is empty."""
    if not ts:
        return None
    seconds, _, rest = ts.partition(".")
    if not seconds.isdigit() or (rest and not rest.isdigit()):
        raise SlackError("invalid_cursor" if name == "cursor" else f"invalid_ts_{name}")
    return int(seconds) * 1_000_000 + int((rest + "000000")[:6])


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
        left = any(call.team.users[user_id].deleted for user_id in others)
        return {**body, "user": next(iter(others), ""), "is_user_deleted": left}
    return {
        **body,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_member": call.team.bot_user_id in channel.members,
        "topic": {"value": "", "creator": "", "last_set": 0},
    }
