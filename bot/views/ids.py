"""Every action, block and view id, and the packing of what a button carries.

A promise to messages already posted: an id never changes its meaning. What comes back from Slack is signed but old, and
may be pressed by anybody who sees it: whoever unpacks it checks it against the database.
"""

from collections.abc import Mapping
from typing import Any

import orjson

CONTACTED = "nudge.contacted"
NO_ANSWER = "nudge.no_answer"
UNDO = "nudge.undo"
DETAILS = "nudge.details"
SNOOZE = "nudge.snooze"
WHY = "nudge.why"
OPEN = "client.open"
EDIT = "client.edit"
SILENCE = "client.silence"
MOOD = "client.mood"
RESOURCE_CARD = "client.resource_card"
MORE = "list.more"
SETTINGS = "settings.open"
STATUS = "client.status"
"""Of the one input whose change is told to us at once: it decides what else its form asks."""

SNOOZES = ("1d", "3d", "1w", "date")
"""The choices of `SNOOZE`."""

TOUCHPOINT_FORM = "touchpoint.form"
CLIENT_FORM = "client.form"
SNOOZE_FORM = "snooze.form"
SILENCE_FORM = "silence.form"
MOOD_FORM = "mood.form"
RESOURCE_CARD_FORM = "resource_card.form"
SETTINGS_FORM = "settings.form"
NOTICE = "notice"

VALUE = "value"
"""The action id of every input in a form; its block id says which one it is."""

DIGEST, NUDGE, CARD, LIST, HOME = "digest", "nudge", "card", "list", "home"
"""Surfaces: where a button was pressed, so that the answer can be drawn there again."""

LONGEST = 255
"""What a block id holds; a button's value holds more, but the same words travel in both."""
LONGEST_METADATA = 3000
"""What a form's private metadata holds."""


def pack(**fields: str | int | None) -> str:
    """Pack what a button carries into its value (or its block's id); what is None is left out."""
    return _packed(fields, LONGEST)


def pack_form(**fields: str | int | None) -> str:
    """Pack what a form carries into its private metadata; what is None is left out."""
    return _packed(fields, LONGEST_METADATA)


def _packed(fields: Mapping[str, str | int | None], longest: int) -> str:
    packed = orjson.dumps({name: value for name, value in fields.items() if value is not None}).decode()
    if len(packed) > longest:
        raise ValueError(f"too much to carry: {packed}")
    return packed


def unpack(packed: str) -> dict[str, Any]:
    """Unpack what `pack` packed: strings and whole numbers by name. ValueError when it is anything else."""
    try:
        fields = orjson.loads(packed)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not packed by us: {packed!r}") from error
    if not isinstance(fields, dict) or not all(type(value) in {str, int} for value in fields.values()):
        raise ValueError(f"not packed by us: {packed!r}")
    return fields


def carried(action: Mapping[str, Any]) -> dict[str, Any]:
    """What a pressed button or a changed select carries; ValueError when it was not packed by us.

    A select's options have values of their own, so what it carries rides in its block's id.
    """
    return unpack(action["value"] if "value" in action else action.get("block_id", ""))


def chosen(action: Mapping[str, Any]) -> str | None:
    """The value of the option chosen in a select, None for anything else."""
    option = action.get("selected_option")
    return option["value"] if option else None
