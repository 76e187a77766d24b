"""What a person chose or typed, in Slack's own shapes, and what Slack's client checks before it sends a form.

Here: one element's value as state, a view's `state.values`, the client's own complaints. Never here: deliveries.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.practice.rules import Json
from bot.practice.screen import interactive

REQUIRED = "Please complete this required field."
_FIELD = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}
_STATELESS = frozenset({"button", "overflow", "workflow_button", "feedback_buttons", "icon_button"})


class NotOnScreenError(LookupError):
    """The person was to use something that the screen does not show."""


def options_of(element: Json) -> list[Json]:
    """All options of a select, grouped or not."""
    groups = element.get("option_groups", ())
    return [*element.get("options", ()), *(option for group in groups for option in group["options"])]


def element_state(element: Json, value: Any) -> Json:
    """The element's state once the person has chosen `value` (an option by its `value`, or in full)."""
    kind = element["type"]
    name = _FIELD[kind]
    if name == "selected_option":
        value = _option(element, value)
    elif name == "selected_options":
        value = [_option(element, one) for one in value or ()]
    return {"type": kind, name: value}


def _option(element: Json, value: Any) -> Json | None:
    if value is None or isinstance(value, dict):
        return value
    for option in options_of(element):
        if option["value"] == str(value):
            return option
    if element["type"] in {"external_select", "multi_external_select"}:
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    raise NotOnScreenError(f"{element['action_id']} has no option {value!r}")


def initial_state(element: Json) -> Json:
    """The element's state before anybody touches it."""
    kind = element["type"]
    name = _FIELD[kind]
    initial = "initial_value" if name.endswith("value") else name.replace("selected_", "initial_")
    many = name in {"selected_options", "files"} or kind.startswith("multi_")
    return {"type": kind, name: element.get(initial, [] if many else None)}


def state_values(blocks: list[Json], given: Mapping[str, Any]) -> Json:
    """`state.values` of a view or a message: what was given by block id (or by action id), else the initial values.

    NotOnScreenError when something was given for a block that is not there.
    """
    values: Json = {}
    left = dict(given)
    for block_id, element in interactive(blocks):
        if element["type"] in _STATELESS:
            continue
        action_id = element["action_id"]
        name = block_id if block_id in given else action_id
        chosen = given.get(name)
        left.pop(name, None)
        if isinstance(chosen, dict) and action_id in chosen:
            chosen = chosen[action_id]
        state = element_state(element, chosen) if name in given else initial_state(element)
        values.setdefault(block_id, {})[action_id] = state
    if left:
        raise NotOnScreenError(f"the screen has no field {', '.join(sorted(left))}")
    return values


def complaints(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's client says at the fields before it sends anything, by block id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            state = values[block["block_id"]][element["action_id"]]
            for complaint in _complaints(block, element, state[_FIELD[element["type"]]]):
                found.setdefault(block["block_id"], complaint)
    return found


def _complaints(block: Json, element: Json, value: Any) -> Iterator[str]:
    if value in (None, "", []):
        if not block.get("optional"):
            yield REQUIRED
        return
    kind = element["type"]
    if kind == "plain_text_input":
        yield from _length(element, str(value))
    elif kind == "number_input":
        yield from _number(element, str(value))
    elif kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(value)):
        yield "Please enter a valid email address."
    elif kind == "url_text_input" and not re.match(r"https?://\S+\.\S+", str(value)):
        yield "Please enter a valid URL."


def _length(element: Json, value: str) -> Iterator[str]:
    if len(value) < element.get("min_length", 0):
        yield f"This must have at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        yield f"This must have at most {element.get('max_length', 3000)} characters."


def _number(element: Json, value: str) -> Iterator[str]:
    if not re.fullmatch(r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+", value):
        yield "Please enter a valid number."
    elif "min_value" in element and float(value) < float(element["min_value"]):
        yield f"This must be at least {element['min_value']}."
    elif "max_value" in element and float(value) > float(element["max_value"]):
        yield f"This must be at most {element['max_value']}."
