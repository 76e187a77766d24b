"""One call of a Web API method, and the look-ups that most methods share."""

from dataclasses import dataclass
from typing import TypeVar

from bot.practice.errors import Args, SlackError
from bot.practice.rules import Json
from bot.practice.state import Channel, Team, User, World

Item = TypeVar("Item")
_PREFIX = {"im": "im", "channel": "channels", "private": "groups"}


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, with what."""

    world: World
    team: Team
    args: Args

    def need_scope(self, *scopes: str) -> None:
        """Refuses unless the token has one of the scopes."""
        if not self.team.scopes.intersection(scopes):
            raise SlackError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.team.scopes)))

    def channel(self, *, access: str = "") -> Channel:
        """The conversation that the arguments name, if the bot can see it; `access` is "read" or "history"."""
        channel = self.team.channels.get(self.args.needed("channel"))
        hidden = channel is None or (channel.kind != "channel" and self.team.bot_user_id not in channel.members)
        if channel is None or hidden:
            raise SlackError("channel_not_found")
        if access:
            self.need_scope(f"{_PREFIX[channel.kind]}:{access}")
        return channel

    def user(self, name: str = "user", refusal: str = "user_not_found") -> User:
        """The person that the arguments name."""
        user = self.team.users.get(self.args.needed(name))
        if user is None:
            raise SlackError(refusal)
        return user


def page(call: Call, found: list[Item], *, default: int = 100) -> tuple[list[Item], Json]:
    """One page of a list, with the `response_metadata` that leads to the next."""
    limit = call.args.number("limit", default) or default
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    start = cursor_value(call.args.text("cursor"))
    more = start + limit < len(found)
    return found[start : start + limit], {"next_cursor": cursor(start + limit) if more else ""}


def cursor(position: int) -> str:
    """A cursor as Slack writes it: opaque, and ending in an equals sign."""
    return f"bmV4dDo{position}="


def cursor_value(text: str) -> int:
    """The position in a cursor that `cursor` wrote; `invalid_cursor` for any other."""
    if not text:
        return 0
    number = text.removeprefix("bmV4dDo").removesuffix("=")
    if not number.isdigit():
        raise SlackError("invalid_cursor")
    return int(number)
