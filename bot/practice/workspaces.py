"""The driver: a workspace as tests and the page use one.

Here: who and what is in it, and what happens to the whole of it. Never here: what one person does (`people`).
"""

from collections.abc import Iterable
from typing import Literal

from bot.practice.deliveries import Answer, Deliveries
from bot.practice.events import Events, wait_for
from bot.practice.interactions import Actor
from bot.practice.people import Person
from bot.practice.rules import Json
from bot.practice.state import SLACKBOT, Channel, Kind, Team, User, World


def new_team(world: World, team_id: str, name: str, token: str, scopes: frozenset[str]) -> Team:
    """Create a workspace with the app's bot and Slackbot in it."""
    suffix, handle = team_id.strip("T_"), world.app.name.lower().replace(" ", "_")
    team = Team(team_id, name, "-".join(name.lower().split()), token, f"UBOT{suffix}", f"B{suffix}", scopes)
    # Slack does not mark Slackbot as a bot either
    for user_id, known_as, shown, is_bot in (
        (team.bot_user_id, handle, world.app.name, True),
        (SLACKBOT, "slackbot", "Slackbot", False),
    ):
        team.users[user_id] = User(
            user_id, known_as, shown, None, "Etc/UTC", "en-US", team_id, is_bot=is_bot, display_name=shown
        )
    world.teams[team_id] = team
    world.by_token[token] = team
    return team


class Workspace:
    """One team: its people and channels, and what happens to the whole of it."""

    def __init__(self, world: World, team: Team, deliveries: Deliveries, events: Events, url: str) -> None:
        self._world = world
        self._deliveries = deliveries
        self._events = events
        self._url = url
        self.team = team

    @property
    def id(self) -> str:
        """The team id."""
        return self.team.id

    @property
    def token(self) -> str:
        """The bot's token here."""
        return self.team.token

    @property
    def bot_user_id(self) -> str:
        """The bot's user id here."""
        return self.team.bot_user_id

    @property
    def bot_id(self) -> str:
        """The bot id (B…) here."""
        return self.team.bot_id

    @property
    def people(self) -> list[Person]:
        """Everyone but bots, in the order of joining."""
        return [self.act_as(user.id) for user in self.team.users.values() if not user.is_bot and user.id != SLACKBOT]

    def person(
        self,
        user_id: str,
        name: str = "",
        *,
        email: str | None = None,
        tz: str = "Europe/London",
        locale: str = "en-US",
        admin: bool = False,
        owner: bool = False,
        guest: Literal["", "multi", "single"] = "",
        stranger: bool = False,
        team_id: str = "",
        deleted: bool = False,
    ) -> Person:
        """Give the person with this id, who joins the workspace at the first call. `name` is the full name."""
        with self._world.lock:
            if user_id not in self.team.users:
                full = name or user_id.removeprefix("U_").removeprefix("U").replace("_", " ").title()
                handle = ".".join(full.lower().split())
                self.team.users[user_id] = User(
                    user_id,
                    handle,
                    full,
                    f"{handle}@{self.team.domain}.example" if email is None else email or None,
                    tz,
                    locale,
                    team_id or self.team.id,
                    is_admin=admin or owner,
                    is_owner=owner,
                    guest=guest,
                    is_stranger=stranger,
                    deleted=deleted,
                    display_name=full.split()[0],
                    updated=int(self._world.now().timestamp()),
                )
                self._world.changed()
        return self.act_as(user_id)

    def act_as(self, user_id: str) -> Person:
        """Give a person who is here already; KeyError for anybody else."""
        actor = Actor(self._world, self._deliveries, self._url, self.team, self.team.users[user_id])
        return Person(actor, self._events)

    def channel(
        self,
        channel_id: str,
        name: str = "",
        *,
        members: Iterable[Person] = (),
        private: bool = False,
        with_bot: bool = True,
        ext_shared: bool = False,
    ) -> Channel:
        """Give the channel with this id, created at the first call."""
        kind: Kind = "private" if private else "channel"
        with self._world.lock:
            if channel_id not in self.team.channels:
                ids = {person.id for person in members} | ({self.bot_user_id} if with_bot else set())
                label = name or channel_id.removeprefix("C_").lower()
                self.team.channels[channel_id] = Channel(channel_id, label, kind, ids, ext_shared=ext_shared)
                self._world.changed()
            return self.team.channels[channel_id]

    def join(self, person: Person, channel: Channel) -> None:
        """Have somebody join a channel; the app is told where the bot is in it."""
        with self._world.lock:
            channel.members.add(person.id)
            self._world.changed()
        wait_for(self._events.joined(self.team, channel, person.id))

    def uninstall(self) -> None:
        """Remove the app: its token gives `account_inactive`, and the app is told twice, as by Slack."""
        self.team.dead = "account_inactive"
        wait_for(self._events.tokens_revoked(self.team))
        wait_for(self._events.uninstalled(self.team))

    def install(self) -> None:
        """Install the app again, with the same token."""
        self.team.dead = ""

    def event(self, event: Json) -> Answer | None:
        """Send any event that the manifest subscribes to; None where it does not."""
        return wait_for(self._events.any(self.team, event))
