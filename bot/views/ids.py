"""Every action, block and view id, and how a button's value is packed.

An id never changes its meaning, since messages that are already posted use it. What Slack sends back is signed but may
be old, and anybody who sees a button may press it: whoever unpacks a value checks it against the database.
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
PREVIOUS = "list.back"
SETTINGS = "settings.open"
STATUS = "client.status"
"""The one input whose change Slack sends at once: it decides what else its form asks."""

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
"""The action id of every input in a form; the block id says which input it is."""

DIGEST, NUDGE, CARD, LIST, HOME = "digest", "nudge", "card", "list", "home"
"""Surfaces: where a button was pressed, so that the answer can be drawn in the same place."""

LONGEST = 255
"""Characters that a block id holds; a button's value holds more, but both carry the same."""
LARGEST = 2**63
"""A number from here on is the id of nothing, and no database takes it."""
LONGEST_METADATA = 3000
"""Characters that a form's private metadata holds."""


def pack(**fields: str | int | None) -> str:
    """Pack fields into a button's value or a block's id; those that are None are left out. ValueError if too long."""
    return _packed(fields, LONGEST)


def pack_form(**fields: str | int | None) -> str:
    """Pack fields into a form's private metadata; those that are None are left out. ValueError if too long."""
    return _packed(fields, LONGEST_METADATA)


def _packed(fields: Mapping[str, str | int | None], longest: int) -> str:
    packed = orjson.dumps({name: value for name, value in fields.items() if value is not None}).decode()
    if len(packed) > longest:
        raise ValueError(f"too much to carry: {packed}")
    return packed


def unpack(packed: str) -> dict[str, Any]:
    """Unpack what `pack` packed: strings and whole numbers by name. ValueError if it is anything else."""
    try:
        fields = orjson.loads(packed)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not packed by us: {packed!r}") from error
    if not isinstance(fields, dict) or not all(map(_is_packable, fields.values())):
        raise ValueError(f"not packed by us: {packed!r}")
    return fields


def _is_packable(value: object) -> bool:
    if type(value) is int:
        return abs(value) < LARGEST
    return type(value) is str and "\0" not in value


def carried(action: Mapping[str, Any]) -> dict[str, Any]:
    """Unpack what a pressed button or a changed select carries. ValueError if it was not packed by `pack`.

    A select's options have their own values, so the select's fields are in its block's id.
    """
    return unpack(action["value"] if "value" in action else action.get("block_id", ""))


def chosen(action: Mapping[str, Any]) -> str | None:
    """Give the value of the option chosen in a select, None for anything else."""
    option = action.get("selected_option")
    return option["value"] if option else None
