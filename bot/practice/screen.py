"""What a person's screen shows: messages and views, frozen, and the ids that Slack gives to what has none.

Here: a snapshot and what can be read from it. Never here: where it is kept (`state`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.practice.blocks import elements_of
from bot.practice.rules import Json


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
