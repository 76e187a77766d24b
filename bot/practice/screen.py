"""What a person's screen shows: messages and views, frozen, and the ids that Slack gives to what has none.

Here: a snapshot and what can be read from it. Never here: where it is stored (`state`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bot.practice.blocks import elements_of
from bot.practice.rules import Json


@dataclass(frozen=True, slots=True)
class Message:
    """One message at one moment; `reader` is the only person who sees it, where it is ephemeral."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    bot_id: str | None = None
    app_id: str | None = None
    reader: str | None = None
    revision: int = 0

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
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
        optional = {
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "blocks": self.blocks,
            "metadata": self.metadata if with_metadata else None,
        }
        return {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
            "team": team_id,
            **{name: value for name, value in optional.items() if value},
        }


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home tab at one moment; `payload` is what the app sent."""

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
        """What the app stored in the view."""
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
    """Give each block of the message a block id, and the message this revision."""
    return replace(message, blocks=number_blocks(message.blocks, f"{message.ts}:{revision}"), revision=revision)


def number_blocks(blocks: list[Json], seed: str) -> list[Json]:
    """Give each block a block id and each element an action id, as Slack does where the app has set none."""
    return [_numbered(block, f"{seed}:{index}") for index, block in enumerate(blocks)]


def _numbered(block: Json, seed: str) -> Json:
    named = {**block, "block_id": block.get("block_id") or f"b{seed}"}
    for name in ("accessory", "element"):
        if name in named:
            named[name] = _named(named[name], f"a{seed}")
    if block["type"] == "actions":
        named["elements"] = [_named(one, f"a{seed}:{at}") for at, one in enumerate(named["elements"])]
    return named


def _named(element: Json, action_id: str) -> Json:
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
            if name != "metadata":
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
