"""What the practice workspace remembers: the app, its teams, people, conversations, messages and views.

Here: plain data in memory, and the few changes that keep it whole (a new `ts`, a stored message, a spent trigger).
Messages and views are frozen and replaced, so a snapshot in somebody's hand never changes. Never here: HTTP, words
for people, or Slack's errors. Whoever changes anything holds `World.lock`.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.practice.blocks import elements_of
from bot.practice.rules import Json

Clock = Callable[[], datetime]
Kind = Literal["im", "channel", "private"]
SLACKBOT = "USLACKBOT"
REMEMBERED = 20_000  # triggers and response addresses kept; the oldest are forgotten


def system_clock() -> datetime:
    """The real time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands; `reader` is set for an ephemeral one, which that person alone sees."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    bot_id: str | None = None
    app_id: str | None = None
    thread_ts: str | None = None
    reader: str | None = None
    subtype: str | None = None
    edited: bool = False
    reactions: tuple[tuple[str, str], ...] = ()
    revision: int = 0

    @property
    def ephemeral(self) -> bool:
        """Whether one person alone sees it."""
        return self.reader is not None

    @property
    def words(self) -> str:
        """All the text that a person sees: of the blocks where there are any, else the plain text."""
        return "\n".join(_texts(self.blocks)) if self.blocks else self.text

    def actions(self) -> dict[str, Json]:
        """The interactive elements by action id."""
        return {found["action_id"]: found for _, found in interactive(self.blocks)}

    def as_json(self, team_id: str, *, with_metadata: bool = True) -> Json:
        """The message object of Slack's API."""
        body: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": team_id}
        optional = {
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "thread_ts": self.thread_ts,
            "subtype": self.subtype,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "metadata": self.metadata if with_metadata else None,
        }
        body |= {name: value for name, value in optional.items() if value}
        if self.reactions:
            names = dict.fromkeys(name for name, _ in self.reactions)
            body["reactions"] = [self._reaction(name) for name in names]
        return body

    def _reaction(self, name: str) -> Json:
        users = [user for given, user in self.reactions if given == name]
        return {"name": name, "users": users, "count": len(users)}


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home tab as it stands; `payload` is what the app sent."""

    id: str
    user: str
    payload: Json
    hash: str
    root_id: str
    previous_id: str | None = None

    @property
    def blocks(self) -> list[Json]:
        """The view's blocks, each with a block id."""
        blocks: list[Json] = self.payload["blocks"]
        return blocks

    @property
    def callback_id(self) -> str:
        """The app's own name for the view."""
        return str(self.payload.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """What the app put away in the view."""
        return str(self.payload.get("private_metadata", ""))

    @property
    def title(self) -> str:
        """The title, empty on a Home tab."""
        return str(self.payload.get("title", {}).get("text", ""))

    @property
    def words(self) -> str:
        """All the text that a person sees in the blocks."""
        return "\n".join(_texts(self.blocks))

    def actions(self) -> dict[str, Json]:
        """The interactive elements by action id."""
        return {found["action_id"]: found for _, found in interactive(self.blocks)}


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
    dnd: tuple[int, int] | None = None
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
    topic: str = ""
    messages: dict[str, Message] = field(default_factory=dict)


@dataclass(slots=True)
class Trigger:
    """The right to open one view within 3 seconds."""

    user: str
    given_at: datetime
    view_id: str | None = None
    spent: bool = False


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
    """The app under practice, read from its manifest."""

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
    def home(self) -> Json:
        """The App Home's switches."""
        return dict(self.manifest.get("features", {}).get("app_home", {}))


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
        """Notes a change and tells whoever watches; answers with the new revision."""
        self.revision += 1
        self.on_change()
        return self.revision

    def new_id(self, prefix: str) -> str:
        """An id of Slack's form that was never given before."""
        self._ids += 1
        return f"{prefix}0{self._ids:08X}"

    def next_ts(self, team: Team) -> str:
        """A `ts` by the clock, later than all before it in the workspace."""
        team.last_ts = max(int(self.now().timestamp() * 1_000_000), team.last_ts + 1)
        return f"{team.last_ts // 1_000_000}.{team.last_ts % 1_000_000:06d}"

    def im(self, team: Team, user_id: str) -> Channel:
        """The conversation between the bot and one person, made at the first need."""
        if user_id not in team.ims:
            channel = Channel(self.new_id("D"), "", "im", {user_id, team.bot_user_id})
            team.channels[channel.id] = channel
            team.ims[user_id] = channel.id
        return team.channels[team.ims[user_id]]

    def store(self, channel: Channel, message: Message) -> Message:
        """Puts a new or a changed message in its place; answers with what is stored."""
        stored = with_ids(message, self.changed())
        channel.messages[stored.ts] = stored
        return stored

    def new_trigger(self, team: Team, user_id: str, view_id: str | None = None) -> str:
        """A trigger id, good for one view within 3 seconds."""
        self._ids += 1
        trigger_id = f"{1_000_000 + self._ids}.{abs(hash(team.id)) % 10**9}.{self._ids:032x}"
        team.triggers[trigger_id] = Trigger(user_id, self.now(), view_id)
        while len(team.triggers) > REMEMBERED:
            team.triggers.popitem(last=False)
        return trigger_id

    def new_response(self, team: Team, channel: str, user: str, message_ts: str | None = None) -> str:
        """The path of a response address for one interaction."""
        self._ids += 1
        path = f"{team.id}/{self._ids}/{abs(hash((channel, user, self._ids))):x}"
        self.responses[path] = ResponseUrl(channel, user, self.now(), message_ts)
        while len(self.responses) > REMEMBERED:
            self.responses.popitem(last=False)
        return path

    def put_view(self, team: Team, view: View) -> View:
        """Stores a view under its id."""
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


def with_ids(message: Message, revision: int) -> Message:
    """The message with a block id on each block, and at this revision."""
    return Message(
        **{name: getattr(message, name) for name in _MESSAGE_FIELDS},
        blocks=number_blocks(message.blocks, f"{message.ts}:{revision}"),
        revision=revision,
    )


_MESSAGE_FIELDS = tuple(name for name in Message.__slots__ if name not in {"blocks", "revision"})


def number_blocks(blocks: list[Json], seed: str) -> list[Json]:
    """The blocks, each with a block id and each element with an action id, as Slack adds where the app gave none."""
    return [_numbered(block, f"{seed}:{index}") for index, block in enumerate(blocks)]


def _numbered(block: Json, seed: str) -> Json:
    named = {**block, "block_id": block.get("block_id") or f"b{seed}"}
    for name in ("accessory", "element"):
        if name in named:
            named[name] = _named(named[name], f"a{seed}")
    if block["type"] in {"actions", "context_actions"}:
        named["elements"] = [_named(one, f"a{seed}:{at}") for at, one in enumerate(named["elements"])]
    if block["type"] == "container":
        named["child_blocks"] = number_blocks(named["child_blocks"], seed)
    return named


def _named(element: Json, action_id: str) -> Json:
    if element["type"] == "image":
        return element
    return {**element, "action_id": element.get("action_id") or action_id}


def interactive(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """Each interactive element with the id of its block."""
    for block in blocks:
        for found in elements_of(block):
            if "action_id" in found:
                yield block["block_id"], found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        if isinstance(value.get("alt_text"), str):
            yield value["alt_text"]
        for name, inner in value.items():
            if name not in {"confirm", "metadata"}:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def offset_seconds(zone: str, at: datetime) -> int:
    """The zone's distance from UTC at that moment."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0
