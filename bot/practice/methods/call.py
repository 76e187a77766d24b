"""One call of a Web API method, and the look-ups that methods share."""

from dataclasses import dataclass

from bot.practice.errors import Args, SlackError
from bot.practice.state import Channel, Team, User, World

_PREFIX = {"im": "im", "channel": "channels", "private": "groups"}


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, with what."""

    world: World
    team: Team
    args: Args

    def require_scope(self, *scopes: str) -> None:
        """Refuse the call unless the token has one of the scopes."""
        if not self.team.scopes.intersection(scopes):
            raise SlackError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.team.scopes)))

    def channel(self, *, access: str = "") -> Channel:
        """The conversation that the arguments name, if the bot can see it; `access` is "read" or "history"."""
        channel = self.team.channels.get(self.args.required("channel"))
        hidden = channel is None or (channel.kind != "channel" and self.team.bot_user_id not in channel.members)
        if channel is None or hidden:
            raise SlackError("channel_not_found")
        if access:
            self.require_scope(f"{_PREFIX[channel.kind]}:{access}")
        return channel

    def user(self, name: str = "user") -> User:
        """The person that the argument `name` names."""
        user = self.team.users.get(self.args.required(name))
        if user is None:
            raise SlackError("user_not_found")
        return user
