"""What the practice workspace remembers: the app, its teams, people, conversations, messages and views.

Here: plain data in memory, and the few changes that keep it consistent (a new `ts`, a stored message, a new trigger).
Messages and views are frozen and replaced, so that a snapshot which somebody holds never changes. Never here: HTTP,
words for people, or Slack's errors. Whoever changes anything holds `World.lock`.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.practice.rules import Json
from bot.practice.screen import Message, View, with_ids

Clock = Callable[[], datetime]
Kind = Literal["im", "channel", "private"]
SLACKBOT = "USLACKBOT"
REMEMBERED = 20_000
"""How many triggers, and how many response addresses, are held; the oldest go first."""


def system_clock() -> datetime:
    """Read the real time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class User:
    """A person, or a bot, of a workspace."""

    id: str
    name: str
    real_name: str
    email: str | None
    tz: str
    locale: str
    team_id: str
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False
    guest: Literal["", "multi", "single"] = ""
    is_stranger: bool = False
    deleted: bool = False
    display_name: str = ""
    updated: int = 0


@dataclass(slots=True)
class Channel:
    """A conversation; `messages` is by `ts`, oldest first."""

    id: str
    name: str
    kind: Kind
    members: set[str]
    archived: bool = False
    ext_shared: bool = False
    messages: dict[str, Message] = field(default_factory=dict)


@dataclass(slots=True)
class Trigger:
    """The right to open one view within 3 seconds."""

    user: str
    given_at: datetime
    view_id: str | None = None
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """The right to answer an interaction: 5 times within 30 minutes."""

    channel: str
    user: str
    given_at: datetime
    message_ts: str | None = None
    uses: int = 0


@dataclass(frozen=True, slots=True)
class App:
    """The app that practises here, read from its manifest."""

    manifest: Json
    signing_secret: str
    app_token: str
    id: str = "A0PRACTICE"
    verification_token: str = "practice-verification-token"  # noqa: S105 - Slack's old token, which nobody checks

    @property
    def name(self) -> str:
        """The name of the bot's user."""
        features: Json = self.manifest.get("features", {})
        shown = features.get("bot_user", {}).get("display_name")
        return str(shown or self.manifest["display_information"]["name"])

    @property
    def scopes(self) -> frozenset[str]:
        """The bot scopes that an installation grants."""
        scopes: Json = self.manifest.get("oauth_config", {}).get("scopes", {})
        return frozenset(scopes.get("bot", ()))

    @property
    def commands(self) -> list[Json]:
        """The slash commands."""
        return list(self.manifest.get("features", {}).get("slash_commands", ()))

    @property
    def shortcuts(self) -> list[Json]:
        """The shortcuts, global and on messages."""
        return list(self.manifest.get("features", {}).get("shortcuts", ()))

    @property
    def events(self) -> frozenset[str]:
        """The events subscribed to."""
        settings: Json = self.manifest.get("settings", {}).get("event_subscriptions", {})
        return frozenset(settings.get("bot_events", ()))

    @property
    def reads_messages(self) -> bool:
        """Whether people can write to the bot."""
        tabs: Json = self.manifest.get("features", {}).get("app_home", {})
        return not tabs.get("messages_tab_read_only_enabled", False)


@dataclass(slots=True)
class Team:
    """One workspace with the app installed."""

    id: str
    name: str
    domain: str
    token: str
    bot_user_id: str
    bot_id: str
    scopes: frozenset[str]
    dead: str = ""  # the error that the token gives, once it is revoked or the app is uninstalled
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    ims: dict[str, str] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    triggers: OrderedDict[str, Trigger] = field(default_factory=OrderedDict)
    last_ts: int = 0


class World:
    """Everything together, with the lock that guards it and a revision that grows with each change."""

    def __init__(self, app: App, now: Clock) -> None:
        self.app = app
        self.now = now
        self.lock = threading.RLock()
        self.teams: dict[str, Team] = {}
        self.responses: OrderedDict[str, ResponseUrl] = OrderedDict()
        self.by_token: dict[str, Team] = {}
        self.revision = 0
        self.on_change: Callable[[], None] = lambda: None
        self._ids = 0

    def changed(self) -> int:
        """Count a change and call `on_change`; give the new revision."""
        self.revision += 1
        self.on_change()
        return self.revision

    def new_id(self, prefix: str) -> str:
        """Make an id of Slack's form that was never used before."""
        self._ids += 1
        return f"{prefix}0{self._ids:08X}"

    def next_ts(self, team: Team) -> str:
        """Make a `ts` by the clock, later than all before it in the workspace."""
        team.last_ts = max(int(self.now().timestamp() * 1_000_000), team.last_ts + 1)
        return f"{team.last_ts // 1_000_000}.{team.last_ts % 1_000_000:06d}"

    def im(self, team: Team, user_id: str) -> Channel:
        """The conversation between the bot and one person, created at its first use."""
        if user_id not in team.ims:
            channel = Channel(self.new_id("D"), "", "im", {user_id, team.bot_user_id})
            team.channels[channel.id] = channel
            team.ims[user_id] = channel.id
        return team.channels[team.ims[user_id]]

    def store(self, channel: Channel, message: Message) -> Message:
        """Put a new or a changed message in its place, and give what is stored."""
        stored = with_ids(message, self.changed())
        channel.messages[stored.ts] = stored
        return stored

    def new_trigger(self, team: Team, user_id: str, view_id: str | None = None) -> str:
        """Make a trigger id, good for one view within 3 seconds."""
        self._ids += 1
        trigger_id = f"{1_000_000 + self._ids}.{abs(hash(team.id)) % 10**9}.{self._ids:032x}"
        team.triggers[trigger_id] = Trigger(user_id, self.now(), view_id)
        while len(team.triggers) > REMEMBERED:
            team.triggers.popitem(last=False)
        return trigger_id

    def new_response(self, team: Team, channel: str, user: str, message_ts: str | None = None) -> str:
        """Make the path of a response address for one interaction."""
        self._ids += 1
        path = f"{team.id}/{self._ids}/{abs(hash((channel, user, self._ids))):x}"
        self.responses[path] = ResponseUrl(channel, user, self.now(), message_ts)
        while len(self.responses) > REMEMBERED:
            self.responses.popitem(last=False)
        return path

    def put_view(self, team: Team, view: View) -> View:
        """Store a view under its id."""
        team.views[view.id] = view
        self.changed()
        return view

    def view_json(self, team: Team, view: View, values: Json | None = None) -> Json:
        """The view object of Slack's API, with the state that the person has typed."""
        empty: Json = {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "title": {"type": "plain_text", "text": "View Title", "emoji": True},
            "submit": None,
            "close": None,
        }
        return {
            **empty,
            **view.payload,
            "id": view.id,
            "team_id": team.id,
            "state": {"values": values or {}},
            "hash": view.hash,
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": self.app.id,
            "app_installed_team_id": team.id,
            "bot_id": team.bot_id,
        }


def offset_seconds(zone: str, at: datetime) -> int:
    """The zone's distance from UTC at that moment."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0
